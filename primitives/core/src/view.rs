//! What view functions return: the chain's state as clients read it.
//!
//! Goals: pallets and clients share one definition, so an answer decodes without generated code.
//! Non-goals: how the state is stored (the pallets), how it is printed (the programs).

mod account;
mod dispute;
mod inference;
mod possession;
mod retrieval;
mod validator;

pub use account::{AccountName, AccountProfile, Dealings, Service, WorkerProfile};
pub use dispute::{CommitteeSeat, DisputeInfo};
pub use inference::{
    ChannelInfo, ChannelState, ChannelTotals, CheckInfo, CheckStage, InferenceParams, OfferInfo,
    SeatInfo, ServiceRecord, SettlementInfo,
};
pub use possession::{
    PickInfo, PossessionParams, RepairParams, StandingInfo, SuccessorInfo, WindowInfo,
    WindowOutcome,
};
pub use retrieval::{RetrievalInfo, RetrievalParams, RetrievalState};
pub use validator::ValidatorInfo;

use crate::{
    ids::{
        Address, Balance, BlockNumber, ChainingValue, EncodingId, OperatorId, StorageEpoch,
        WorkerId,
    },
    price::Deposit,
    Code,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Where a worker stands between joining and leaving.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum WorkerStatus {
    /// Takes new shards.
    Active,
    /// Keeps its shards, takes no new ones.
    Draining,
    /// Holds nothing; its stake is unbonding.
    Leaving {
        /// First block at which the stake can be withdrawn.
        withdrawable_at: BlockNumber,
    },
    /// Missed too many proofs: takes no new shards, and those it has move. It may only leave.
    Evicted,
}

/// A worker, as placement and readers see it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerInfo {
    /// Its account.
    pub worker: WorkerId,
    /// Who says to run it; placement spreads shards over operators.
    pub operator: OperatorId,
    /// URL of its HTTP API, as it published it: untrusted, at most `MAX_ENDPOINT_LEN` bytes.
    pub endpoint: Vec<u8>,
    /// sr25519 public key that signs its receipts.
    pub receipt_key: [u8; 32],
    /// Bonded stake.
    pub stake: Balance,
    /// Bytes it offers in all.
    pub capacity: u64,
    /// Bytes of the shards assigned to it.
    pub assigned_bytes: u64,
    /// What it asks for a GiB in a storage epoch.
    pub ask_per_gib_epoch: Balance,
    /// Where it stands.
    pub status: WorkerStatus,
    /// Block at which it joined.
    pub joined_at: BlockNumber,
}

/// How far an encoding has come.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum EncodingStatus {
    /// Registered; its workers are not drawn yet.
    AwaitingPlacement,
    /// Workers are drawn and wait for their shards.
    Placed {
        /// Block of the draw.
        at: BlockNumber,
    },
    /// A quorum of receipts is on chain; its lease runs.
    Certified {
        /// Block of the certificate.
        at: BlockNumber,
    },
}

/// Which worker holds, or is to hold, one shard. A shard is *held* (`receipted`), *assigned* (neither `receipted` nor
/// `lost`) or *lost*.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct AssignmentInfo {
    /// The worker; for a lost shard, the one that had it last.
    pub worker: WorkerId,
    /// How often this shard had been assigned before; a receipt names it.
    pub generation: u32,
    /// Whether its receipt is on chain.
    pub receipted: bool,
    /// Whether nobody has it and no worker is drawn for it yet.
    pub lost: bool,
    /// Who is to take it over from a worker that leaves and holds it until then.
    pub successor: Option<SuccessorInfo>,
}

/// One way a blob is stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct EncodingInfo {
    /// Its number.
    pub id: EncodingId,
    /// The blob.
    pub address: Address,
    /// Length of the blob.
    pub len: u64,
    /// The code.
    pub code: Code,
    /// Account that registered it and whose money is held.
    pub publisher: [u8; 32],
    /// How far it has come.
    pub status: EncodingStatus,
    /// Block of the registration.
    pub registered_at: BlockNumber,
    /// Block from which it lapses unless certified before; `None` once certified.
    pub lapses_at: Option<BlockNumber>,
    /// First storage epoch that its lease no longer covers.
    pub expires: StorageEpoch,
    /// Held against the state it occupies.
    pub deposit: Balance,
    /// What is left of the lease: held from the publisher until the certificate, afterwards kept in the pot and less what
    /// workers have earned.
    pub lease_held: Balance,
    /// Shard roots by shard; `None` for an empty shard.
    pub roots: Vec<Option<ChainingValue>>,
    /// Held shards (those with a root) in ascending order, one entry each; empty until placed.
    pub assignments: Vec<AssignmentInfo>,
    /// Randomness of the placement, which also fixes the fingerprint point; `None` until placed.
    pub seed: Option<[u8; 32]>,
    /// Shards reassigned so far, of [`Code::reassign_limit`].
    pub reassigned: u8,
}

/// How a blob is kept.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum BlobInfo {
    /// In chain state, all of it.
    Inline {
        /// The blob.
        bytes: Vec<u8>,
    },
    /// By workers.
    Encoded {
        /// Its encodings, certified or not, in ascending order.
        encodings: Vec<EncodingInfo>,
    },
}

/// Stored parameters and what follows from them now.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ChainParams {
    /// Blocks of a storage epoch.
    pub epoch_blocks: BlockNumber,
    /// The storage epoch of the block that answers.
    pub current_epoch: StorageEpoch,
    /// What a GiB costs in a storage epoch.
    pub price_per_gib_epoch: Balance,
    /// How far ahead a lease may run, in storage epochs.
    pub max_lease_epochs: u32,
    /// Deposit for the state of an encoding.
    pub encoding_deposit: Deposit,
    /// Deposit for a blob in chain state.
    pub inline_deposit: Deposit,
    /// Blocks after which a pending encoding lapses.
    pub pending_timeout_blocks: BlockNumber,
    /// Percent of the deposit that is burnt when an encoding lapses.
    pub lapse_burn_percent: u8,
    /// Fee for each reassigned shard.
    pub reassign_fee: Balance,
    /// Blocks a receipt may be valid for after it is submitted.
    pub receipt_max_age: BlockNumber,
    /// Bytes that may be assigned for each BAL of a worker's stake.
    pub bytes_per_bal: u64,
    /// Encodings one address may have at a time.
    pub max_encodings_per_address: u32,
    /// Workers that take new shards.
    pub active_workers: u32,
}

/// Ages of namespace commitments, and what names are deposited for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ModelParams {
    /// Blocks that a commitment must age before it is revealed.
    pub min_commit_age_blocks: BlockNumber,
    /// Blocks after which a commitment can no longer be revealed.
    pub max_commit_age_blocks: BlockNumber,
    /// Deposit for a commitment, returned when it is revealed.
    pub commitment_deposit: Balance,
    /// Deposit for a namespace.
    pub namespace_deposit: Balance,
    /// Deposit for a model.
    pub model_deposit: Balance,
    /// Deposit for a version.
    pub version_deposit: Balance,
    /// Deposit for a tag.
    pub tag_deposit: Balance,
}

/// A namespace.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct NamespaceInfo {
    /// As its owner spelled it.
    pub namespace: Vec<u8>,
    /// Owner.
    pub owner: [u8; 32],
    /// Held against it.
    pub deposit: Balance,
    /// Models in it.
    pub models: u32,
}

/// A commitment to a namespace that is not revealed yet.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct CommitmentInfo {
    /// The hash committed to.
    pub hash: [u8; 32],
    /// Block of the commitment.
    pub committed_at: BlockNumber,
    /// First block at which it can be revealed.
    pub reveal_from: BlockNumber,
    /// Last block at which it can be revealed.
    pub reveal_until: BlockNumber,
}

/// Namespace and name of a model.
pub type ModelKey = (Vec<u8>, Vec<u8>);

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ModelInfo {
    /// Namespace, as spelled when it was created.
    pub namespace: Vec<u8>,
    /// Name, as spelled when it was created.
    pub name: Vec<u8>,
    /// Owner.
    pub owner: [u8; 32],
    /// SPDX licence expression.
    pub licence: Vec<u8>,
    /// The model it derives from.
    pub base: Option<ModelKey>,
    /// Share of its income that goes to its owner when a derived model earns, in thousandths.
    pub royalty_permille: u16,
    /// Whether its owner advises against it.
    pub deprecated: bool,
    /// Versions published; numbers run from 1.
    pub versions: u32,
    /// Tags and the version each points to.
    pub tags: Vec<(Vec<u8>, u32)>,
}

/// A version of a model: immutable.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct VersionInfo {
    /// The model.
    pub model: ModelKey,
    /// Its number, from 1.
    pub number: u32,
    /// Address of its manifest, which is the version's address.
    pub manifest: Address,
    /// Block of its publication.
    pub published_at: BlockNumber,
}

/// Which version of a model is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Selector {
    /// The one with the greatest number.
    #[default]
    Latest,
    /// The one a tag points to.
    Tag(Vec<u8>),
    /// The one with this number.
    Version(u32),
}
