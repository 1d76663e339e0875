//! What the pallet stores, and what its calls take.
//!
//! Records are split by who reads them: an [`Encoding`] on every step, its roots and its [`Placement`] on few.

use ballast_core::{
    epoch::lease_end,
    lease::LeasePart,
    limits::{INLINE_MAX, MAX_DATA_SHARDS, MAX_LEASE_PARTS, MAX_SHARDS, MAX_TABLE_LEN},
    price::{Deposit, BAL},
    view::RepairParams,
    Address, Balance, BlockNumber, ChainingValue, Code, EncodingId, Fingerprint, Layout,
    LengthProof, ShardIndex, StorageEpoch, WorkerId,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of a publisher, a funder or a worker.
pub type AccountId = sp_runtime::AccountId32;

/// Most shards of one encoding that can ever be reassigned: the reassign limit of the widest code.
pub const MAX_REASSIGNED: u32 = MAX_SHARDS.div_ceil(4);

/// The cell values of a registration, in the order of the cell table.
pub type CellValues = BoundedVec<ChainingValue, ConstU32<MAX_TABLE_LEN>>;

/// A blob kept in chain state.
pub type InlineBytes = BoundedVec<u8, ConstU32<INLINE_MAX>>;

/// Receipts of one certificate, in ascending order of shards.
pub type Receipts = BoundedVec<ballast_core::receipt::Receipt, ConstU32<MAX_SHARDS>>;

/// Shards to reassign, in ascending order.
pub type ShardList = BoundedVec<ShardIndex, ConstU32<MAX_REASSIGNED>>;

/// The root of every shard; `None` for an empty one.
pub type RootList = BoundedVec<Option<ChainingValue>, ConstU32<MAX_SHARDS>>;

/// Chunks of one report: one more than the most data shards.
pub const MAX_REPORT_CHUNKS: u32 = MAX_DATA_SHARDS as u32 + 1;

/// Chunks that show that an encoding is wrong, in ascending order of shards.
pub type ShardChunks = BoundedVec<ballast_core::challenge::ShardChunk, ConstU32<MAX_REPORT_CHUNKS>>;

/// Prices within a lease.
pub type LeaseParts = BoundedVec<LeasePart, ConstU32<MAX_LEASE_PARTS>>;

/// Everything a registration commits to, in one hash: two registrations with equal ones store the same shards.
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
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// The commitment to a layout and its shard roots. The roots are part of it: somebody's wrong parity must not
    /// count as the encoding that others want.
    pub fn of(address: &Address, layout: &Layout, roots: &[Option<ChainingValue>]) -> Self {
        let content = (address, layout.len(), layout.code(), roots).encode();
        Self(sp_io::hashing::blake2_256(&content))
    }
}

/// A call to `register`, without its origin.
pub struct Registration {
    /// Address of the blob.
    pub address: Address,
    /// Its length.
    pub len: u64,
    /// The code.
    pub code: Code,
    /// Values of all cells that are not empty.
    pub cell_values: CellValues,
    /// Binds the length.
    pub length_proof: LengthProof,
    /// Storage epochs to pay for.
    pub epochs: u32,
}

/// One way a blob is stored.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Encoding {
    /// The blob.
    pub address: Address,
    /// Length of the blob.
    pub len: u64,
    /// The code.
    pub code: Code,
    /// Who registered it and whose deposit is held.
    pub publisher: AccountId,
    /// What it commits to.
    pub commitment: Commitment,
    /// Block of the registration.
    pub registered_at: BlockNumber,
    /// How far it has come.
    pub stage: Stage,
    /// Held from the publisher against the state it occupies.
    pub deposit: Balance,
    /// What is left of the lease: held from the publisher while it is pending, in the pot once it is certified, less what
    /// workers earned with shards that they no longer have.
    pub lease: Balance,
    /// What its funders gave, all of them together, less those who have their part back.
    pub funded: Balance,
    /// What the lease pays for each chunk, and when; empty until it is certified.
    pub parts: LeaseParts,
}

impl Encoding {
    /// Where its bytes lie.
    pub fn layout(&self) -> Layout {
        Layout::new(self.len, self.code)
            .expect("register refuses lengths without a layout and nothing changes them; qed")
    }

    /// Shards of its code.
    pub fn total_shards(&self) -> u32 {
        self.code.total_shards().into()
    }

    /// Whether its lease has ended: it only waits for its removal.
    pub fn has_ended(&self, current: StorageEpoch) -> bool {
        matches!(self.stage, Stage::Certified { expires, .. } if expires <= current)
    }
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
pub enum Stage {
    /// Waits for its workers, or for their receipts.
    Pending {
        /// Block from which it lapses.
        lapses_at: BlockNumber,
        /// Whole storage epochs that its lease runs once it is certified.
        epochs: u32,
        /// Block of its placement.
        placed_at: Option<BlockNumber>,
    },
    /// A quorum of receipts is on chain; the lease runs.
    Certified {
        /// Block of the certificate.
        at: BlockNumber,
        /// First storage epoch that the lease does not cover.
        expires: StorageEpoch,
    },
}

impl Stage {
    /// First storage epoch that the lease does not cover; for a pending encoding, if it were certified in `current`.
    pub fn expires(&self, current: StorageEpoch) -> StorageEpoch {
        match *self {
            Self::Pending { epochs, .. } => {
                lease_end(current, epochs).unwrap_or(StorageEpoch(u32::MAX))
            }
            Self::Certified { expires, .. } => expires,
        }
    }
}

/// Who holds the shards of an encoding.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Placement {
    /// Randomness of the first draw, which also fixes the fingerprint point for the encoding's life.
    pub seed: [u8; 32],
    /// Shards whose reassignment was paid for.
    pub reassigned: u8,
    /// By shard; `None` for an empty shard.
    pub shards: BoundedVec<Option<Assignment>, ConstU32<MAX_SHARDS>>,
    /// Workers that were replaced, the last ones of them, which are not drawn again for this encoding.
    pub replaced: BoundedVec<WorkerId, ConstU32<MAX_REASSIGNED>>,
    /// Block since which the chain wants new workers for some shards, or awaits their receipts.
    pub repair_since: Option<BlockNumber>,
}

impl Placement {
    /// The assignment of a shard; `None` for an empty shard and for one that does not exist.
    pub fn assignment(&self, shard: ShardIndex) -> Option<&Assignment> {
        self.shards.get(usize::from(shard.0))?.as_ref()
    }

    /// The assignment of a shard, to change it.
    pub fn assignment_mut(&mut self, shard: ShardIndex) -> Option<&mut Assignment> {
        self.shards.get_mut(usize::from(shard.0))?.as_mut()
    }

    /// All assignments, in ascending order of shards.
    pub fn assignments(&self) -> impl Iterator<Item = (ShardIndex, &Assignment)> {
        let shards = (0..=u8::MAX).map(ShardIndex);
        shards
            .zip(self.shards.iter())
            .filter_map(|(shard, slot)| Some((shard, slot.as_ref()?)))
    }

    /// Shards that count as held: those with a receipt, and the empty ones.
    pub fn held(&self) -> usize {
        let held = |slot: &&Option<Assignment>| slot.as_ref().is_none_or(Assignment::is_receipted);
        self.shards.iter().filter(held).count()
    }

    /// Shards that are held by a worker with a receipt on chain.
    pub fn receipts(&self) -> u32 {
        self.assignments()
            .filter(|(_, assignment)| assignment.is_receipted())
            .count() as u32
    }

    /// Remembers a worker that was replaced, instead of the one that was so the longest ago if there are too many.
    pub fn remember_replaced(&mut self, worker: WorkerId) {
        if self.replaced.is_full() {
            self.replaced.remove(0);
        }
        let _ = self.replaced.try_push(worker);
    }
}

/// Which worker holds, or is to hold, one shard.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Assignment {
    /// The worker; the last one, if the shard is lost.
    pub worker: WorkerId,
    /// How often the shard had been assigned before; receipts name it.
    pub generation: u32,
    /// Greatest generation that was given out: that of the last successor, who may have been sent away.
    pub last_generation: u32,
    /// Block of the draw.
    pub since: BlockNumber,
    /// Fingerprint of the shard, from its first receipt. It stays when the worker goes: a shard has one for ever.
    pub fingerprint: Option<Fingerprint>,
    /// Whether the worker has it.
    pub custody: Custody,
    /// Whether another worker is to be drawn while this one still counts. Never set on a lost shard.
    pub to_replace: bool,
    /// Whether the last worker that had it did not show it when it was asked on chain. A receipt takes that away.
    pub unshown: bool,
}

/// Whether a worker has its shard.
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
pub enum Custody {
    /// Its receipt is awaited.
    Awaited {
        /// Whether it was drawn because another worker lost or left the shard: then the chain draws again, and its
        /// receipt is rewarded.
        repair: bool,
    },
    /// Its receipt is on chain.
    Held {
        /// First storage epoch that it earns in and is challenged in.
        earns_from: StorageEpoch,
        /// Who is to take the shard over.
        successor: Option<Successor>,
    },
    /// Nobody has it.
    Lost,
}

/// Who is to take a shard over from a worker that leaves.
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
pub struct Successor {
    /// The worker.
    pub worker: WorkerId,
    /// Block of the draw.
    pub since: BlockNumber,
}

impl Assignment {
    /// A fresh assignment.
    pub fn new(worker: WorkerId, generation: u32, since: BlockNumber) -> Self {
        Self {
            worker,
            generation,
            last_generation: generation,
            since,
            fingerprint: None,
            custody: Custody::Awaited { repair: false },
            to_replace: false,
            unshown: false,
        }
    }

    /// Whether the worker's receipt is on chain.
    pub fn is_receipted(&self) -> bool {
        matches!(self.custody, Custody::Held { .. })
    }

    /// Whether a worker is to be drawn.
    pub fn is_wanted(&self) -> bool {
        self.to_replace || self.custody == Custody::Lost
    }

    /// Whether it is the chain that has a worker drawn, not the publisher.
    pub fn is_repair(&self) -> bool {
        self.custody != Custody::Awaited { repair: false }
    }

    /// Who is to take the shard over from the worker that has it.
    pub fn successor(&self) -> Option<Successor> {
        match self.custody {
            Custody::Held { successor, .. } => successor,
            Custody::Awaited { .. } | Custody::Lost => None,
        }
    }

    /// Whose receipt is awaited, and of which generation; `None` if nobody's is.
    pub fn awaited(&self) -> Option<(WorkerId, u32)> {
        match self.custody {
            Custody::Awaited { .. } => Some((self.worker, self.generation)),
            Custody::Held { successor, .. } => {
                successor.map(|next| (next.worker, self.last_generation))
            }
            Custody::Lost => None,
        }
    }

    /// Workers that the shard's bytes count against: who has it or is to have it, and who is to take it over.
    pub fn charged(&self) -> impl Iterator<Item = WorkerId> {
        let own = (self.custody != Custody::Lost).then_some(self.worker);
        let next = self.successor().map(|next| next.worker);
        own.into_iter().chain(next)
    }
}

/// An encoding that waits for a draw, of all its workers or of the replacements.
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
pub struct DrawRequest {
    /// Block of the request.
    pub requested_at: BlockNumber,
    /// First block that may draw.
    pub due: BlockNumber,
    /// Draws that found too few workers.
    pub attempts: u8,
}

/// A blob kept in chain state.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct InlineBlob {
    /// All of it.
    pub bytes: InlineBytes,
    /// Accounts that hold a deposit for it.
    pub owners: u32,
}

/// One shard that a worker is assigned: encoding, shard and generation.
pub type WorkerShard = (EncodingId, ShardIndex, u32);

/// Durations, deposits and limits: stored, so that local networks are quick without a second runtime build.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageParameters {
    /// Blocks of a storage epoch.
    pub epoch_blocks: BlockNumber,
    /// Shortest lease of a new encoding, in storage epochs.
    pub min_lease_epochs: u32,
    /// How far ahead a lease may run, in storage epochs.
    pub max_lease_epochs: u32,
    /// Deposit for the state of an encoding.
    pub encoding_deposit: Deposit,
    /// Deposit for a blob in chain state.
    pub inline_deposit: Deposit,
    /// Blocks after which an encoding without a certificate lapses.
    pub pending_timeout_blocks: BlockNumber,
    /// Percent of the deposit that is burnt when an encoding lapses.
    pub lapse_burn_percent: u8,
    /// Blocks a worker has for its receipt before its shard may be reassigned.
    pub reassign_grace_blocks: BlockNumber,
    /// Fee for each reassigned shard; it is burnt.
    pub reassign_fee: Balance,
    /// Blocks a receipt may still be valid for when it is submitted.
    pub receipt_max_age_blocks: BlockNumber,
    /// Bytes that may be assigned for each BAL of a worker's stake.
    pub bytes_per_bal: u64,
    /// Percent of the spare shards of an encoding, n - k, that may be lost before new workers are drawn for them.
    pub repair_max_lost_percent: u8,
    /// Blocks after the first loss at which new workers are drawn all the same.
    pub repair_patience_blocks: BlockNumber,
    /// Blocks that a new worker has for its receipt before another is drawn.
    pub repair_deadline_blocks: BlockNumber,
    /// Epochs of the shard's pay that a repair earns, out of the repair fund.
    pub repair_reward_epochs: u32,
    /// Percent of a wrong encoding's deposit that its finder gets; the rest is burnt.
    pub wrong_reward_percent: u8,
}

impl Default for StorageParameters {
    /// For production, with slots of 3 s: epochs of an hour, leases up to two years, a day to upload, a day of patience with
    /// single losses, six hours for a repair.
    fn default() -> Self {
        Self {
            epoch_blocks: 1_200,
            min_lease_epochs: 24,
            max_lease_epochs: 17_520,
            encoding_deposit: Deposit {
                base: BAL,
                per_byte: BAL / 1_000,
            },
            inline_deposit: Deposit {
                base: BAL / 10,
                per_byte: BAL / 1_000,
            },
            pending_timeout_blocks: 28_800,
            lapse_burn_percent: 10,
            reassign_grace_blocks: 200,
            reassign_fee: BAL / 2,
            receipt_max_age_blocks: 28_800,
            bytes_per_bal: 1 << 30,
            repair_max_lost_percent: 25,
            repair_patience_blocks: 28_800,
            repair_deadline_blocks: 7_200,
            repair_reward_epochs: 24,
            wrong_reward_percent: 50,
        }
    }
}

impl StorageParameters {
    /// What concerns repairs.
    pub fn repair(&self) -> RepairParams {
        RepairParams {
            max_lost_percent: self.repair_max_lost_percent,
            patience_blocks: self.repair_patience_blocks,
            deadline_blocks: self.repair_deadline_blocks,
            reward_epochs: self.repair_reward_epochs,
        }
    }

    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (self.epoch_blocks > 0, "epochBlocks must be above zero"),
            (
                self.min_lease_epochs > 0,
                "minLeaseEpochs must be above zero",
            ),
            (
                self.min_lease_epochs <= self.max_lease_epochs,
                "minLeaseEpochs must not exceed maxLeaseEpochs",
            ),
            (
                self.pending_timeout_blocks > 0,
                "pendingTimeoutBlocks must be above zero",
            ),
            (
                self.lapse_burn_percent <= 100,
                "lapseBurnPercent must be at most 100",
            ),
            (
                self.receipt_max_age_blocks > 0,
                "receiptMaxAgeBlocks must be above zero",
            ),
            (
                self.repair_max_lost_percent <= 100,
                "repairMaxLostPercent must be at most 100",
            ),
            (
                self.wrong_reward_percent <= 100,
                "wrongRewardPercent must be at most 100",
            ),
            (
                self.repair_deadline_blocks > 0,
                "repairDeadlineBlocks must be above zero, or no repair could end",
            ),
            (
                self.bytes_per_bal > 0,
                "bytesPerBal must be above zero, or nothing could be placed",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
