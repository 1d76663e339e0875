//! The chain: the real runtime with all its pallets and adapters, block by block, in memory.
//!
//! Real: hooks, calls, extensions, fees, authorisation, events, genesis, VRF digests. Modelled: the transaction pool (one
//! transaction for each tag, the one with the higher priority; feeless ones first), finality (so many blocks behind),
//! and that a signer always knows its nonce.

use crate::defensive;
use ballast_core::{
    view::{
        ChainParams, DisputeInfo, EncodingInfo, RepairParams, StandingInfo, WindowInfo, WorkerInfo,
    },
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use ballast_runtime::{
    constants::SLOT_DURATION_MS, genesis_presets, AccountId, Blobs, Executive, Hash, Header,
    Possession, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, SignedPayload, System,
    TxExtension, UncheckedExtrinsic, Workers,
};
use codec::Encode;
use frame_support::{genesis_builder_helper::build_state, storage::with_transaction};
use sp_consensus_babe::{
    digests::{PreDigest, SecondaryPlainPreDigest, SecondaryVRFPreDigest},
    BABE_ENGINE_ID,
};
use sp_core::{crypto::VrfSecret, sr25519, Pair as _};
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::Era,
    traits::Header as _,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    Digest, DigestItem, DispatchError, MultiSignature, TransactionOutcome,
};
use std::{collections::BTreeMap, sync::Arc};

/// The slot of the first block: well past the one in which no block may be.
const FIRST_SLOT: u64 = 1_000;
/// Transactions that the pool holds; more are refused.
const POOL_MAX: usize = 4_096;
/// Blocks that a transaction which does not fit waits for room.
const POOL_PATIENCE_BLOCKS: BlockNumber = 64;

/// A name for a transaction that its sender asks by.
pub type Ticket = u64;

/// Who signs a transaction.
#[derive(Clone)]
pub enum Sender {
    /// Nobody: it authorizes itself.
    Nobody,
    /// An account.
    Account(Box<sr25519::Pair>),
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is in a block, with the result of its call.
    Included(Result<(), DispatchError>),
    /// The pool or the block's author refused it.
    Refused(TransactionValidityError),
    /// Another one of the same tag and higher priority took its place.
    Displaced,
}

struct Pooled {
    ticket: Ticket,
    since: BlockNumber,
    sender: Sender,
    call: RuntimeCall,
    /// What no two feeless transactions in the pool share, and which of two stays.
    tag: Option<(Vec<u8>, usize)>,
}

/// What the view functions answer at one block.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Its number.
    pub number: BlockNumber,
    /// Parameters.
    pub params: Option<ChainParams>,
    /// Parameters of repairs.
    pub repair: Option<RepairParams>,
    /// All workers.
    pub workers: BTreeMap<WorkerId, WorkerInfo>,
    /// All encodings.
    pub encodings: BTreeMap<EncodingId, EncodingInfo>,
    /// What each worker is assigned.
    pub assigned: BTreeMap<WorkerId, Vec<(EncodingId, ShardIndex, u32)>>,
    /// Open windows.
    pub windows: BTreeMap<WorkerId, WindowInfo>,
    /// Open disputes.
    pub disputes: Vec<DisputeInfo>,
    /// Shards that were not shown when they were asked for on chain.
    pub unshown: BTreeMap<EncodingId, Vec<ShardIndex>>,
    /// Where workers stand.
    pub standings: BTreeMap<WorkerId, StandingInfo>,
    /// What happened in it.
    pub events: Arc<Vec<RuntimeEvent>>,
    /// All money there is.
    pub issuance: u128,
}

/// A finished block.
pub struct Block {
    /// What is true after it.
    pub view: Arc<View>,
    /// What became of transactions.
    pub outcomes: Vec<(Ticket, Outcome)>,
}

/// The chain.
pub struct Chain {
    ext: TestExternalities,
    number: BlockNumber,
    parent: Hash,
    pool: Vec<Pooled>,
    next_ticket: Ticket,
    genesis: [u8; 32],
}

impl Chain {
    /// The chain of a genesis: the local preset, patched.
    pub fn new(patch: serde_json::Value) -> Self {
        defensive::watch();
        let mut ext = TestExternalities::default();
        let genesis = ext.execute_with(|| {
            build_state::<RuntimeGenesisConfig>(genesis_json(patch)).expect("the genesis is valid");
            System::block_hash(0)
        });
        Self {
            ext,
            number: 0,
            parent: genesis,
            pool: Vec::new(),
            next_ticket: 0,
            genesis: genesis.0,
        }
    }

    /// Hash of the first block.
    pub fn genesis_hash(&self) -> [u8; 32] {
        self.genesis
    }

    /// Number of the best block.
    pub fn number(&self) -> BlockNumber {
        self.number
    }

    /// Looks at or changes the state of the best block.
    pub fn with<T>(&mut self, look: impl FnOnce() -> T) -> T {
        self.ext.execute_with(look)
    }

    /// Gives a transaction to the pool.
    pub fn submit(&mut self, sender: Sender, call: RuntimeCall) -> Ticket {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let tag = tag(&call);
        if self.pool.len() < POOL_MAX {
            let since = self.number;
            self.pool.push(Pooled {
                ticket,
                since,
                sender,
                call,
                tag,
            });
        }
        ticket
    }

    /// Makes the next block, with a VRF output or without.
    pub fn block(&mut self, with_vrf: bool) -> Block {
        let mut outcomes = Vec::new();
        let ready = self.ready(&mut outcomes);
        let mut later = Vec::new();
        let number = self.number + 1;
        let parent = self.parent;
        let (hash, view) = self.ext.execute_with(|| {
            begin(number, parent, with_vrf);
            for transaction in ready {
                match apply(&transaction) {
                    Outcome::Refused(error) if waits(&error, &transaction, number) => {
                        later.push(transaction)
                    }
                    outcome => outcomes.push((transaction.ticket, outcome)),
                }
            }
            let hash = Executive::finalize_block().hash();
            (hash, view(number))
        });
        let _ = self.ext.commit_all();
        (self.number, self.parent, self.pool) = (number, hash, later);
        Block {
            view: Arc::new(view),
            outcomes,
        }
    }

    /// The pool's transactions in the order of their priority, one for each tag.
    fn ready(&mut self, outcomes: &mut Vec<(Ticket, Outcome)>) -> Vec<Pooled> {
        let mut pool = std::mem::take(&mut self.pool);
        let mut best: BTreeMap<Vec<u8>, (usize, Ticket)> = BTreeMap::new();
        for pooled in &pool {
            if let Some((tag, weight)) = &pooled.tag {
                let entry = best.entry(tag.clone()).or_insert((*weight, pooled.ticket));
                if *weight > entry.0 {
                    *entry = (*weight, pooled.ticket);
                }
            }
        }
        pool.retain(|pooled| {
            let stays = pooled.tag.as_ref().is_none_or(|(tag, _)| {
                best.get(tag)
                    .is_some_and(|(_, ticket)| *ticket == pooled.ticket)
            });
            if !stays {
                outcomes.push((pooled.ticket, Outcome::Displaced));
            }
            stays
        });
        pool.sort_by_key(|pooled| (pooled.tag.is_none(), pooled.ticket));
        pool
    }
}

/// One tag for each encoding's certificates and each window's proofs, as in the runtime.
fn tag(call: &RuntimeCall) -> Option<(Vec<u8>, usize)> {
    match call {
        RuntimeCall::Blobs(pallet_blobs::Call::certify { encoding, receipts }) => {
            Some((("certify", encoding).encode(), receipts.len()))
        }
        RuntimeCall::Blobs(pallet_blobs::Call::attest_rebuild {
            worker, encoding, ..
        }) => Some((("attest", encoding, worker).encode(), 1)),
        RuntimeCall::Blobs(pallet_blobs::Call::refute { encoding, .. }) => {
            Some((("refute", encoding).encode(), 1))
        }
        RuntimeCall::Possession(pallet_possession::Call::prove {
            worker,
            epoch,
            proofs,
        }) => Some((("prove", worker, epoch).encode(), proofs.len())),
        _ => None,
    }
}

fn waits(error: &TransactionValidityError, transaction: &Pooled, now: BlockNumber) -> bool {
    let full = InvalidTransaction::ExhaustsResources.into();
    *error == full && now < transaction.since + POOL_PATIENCE_BLOCKS
}

/// Applies a transaction; one that is refused leaves no trace.
fn apply(pooled: &Pooled) -> Outcome {
    let extrinsic = match &pooled.sender {
        Sender::Nobody => UncheckedExtrinsic::new_transaction(pooled.call.clone(), extension(0)),
        Sender::Account(pair) => signed(pair, pooled.call.clone()),
    };
    let applied = with_transaction(|| match Executive::apply_extrinsic(extrinsic) {
        Err(error) => TransactionOutcome::Rollback(Ok::<_, DispatchError>(Err(error))),
        done => TransactionOutcome::Commit(Ok(done)),
    });
    match applied {
        Ok(Ok(result)) => Outcome::Included(result),
        Ok(Err(error)) => Outcome::Refused(error),
        Err(error) => Outcome::Included(Err(error)),
    }
}

fn signed(pair: &sr25519::Pair, call: RuntimeCall) -> UncheckedExtrinsic {
    let account = AccountId::from(pair.public());
    let nonce = System::account_nonce(&account);
    let payload =
        SignedPayload::new(call, extension(nonce)).expect("no extension needs more than the state");
    let signature = payload.using_encoded(|bytes| pair.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(
        call,
        account.into(),
        MultiSignature::Sr25519(signature),
        extension,
    )
}

fn extension(nonce: u32) -> TxExtension {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

/// Begins a block as Alice: hooks run, the time is set.
fn begin(number: BlockNumber, parent: Hash, with_vrf: bool) {
    let slot = FIRST_SLOT + u64::from(number);
    let digest = pre_digest(slot, with_vrf);
    let header = Header::new(
        number,
        Default::default(),
        Default::default(),
        parent,
        digest,
    );
    Executive::initialize_block(&header);
    let now = slot * SLOT_DURATION_MS;
    let timestamp = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
    let set = Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(timestamp));
    assert_eq!(set, Ok(Ok(())), "the time of block {number} was refused");
}

fn pre_digest(slot: u64, with_vrf: bool) -> Digest {
    let digest = if with_vrf {
        let transcript = sp_consensus_babe::make_vrf_transcript(
            &pallet_babe::Randomness::<Runtime>::get(),
            slot.into(),
            pallet_babe::EpochIndex::<Runtime>::get(),
        );
        let pair = Sr25519Keyring::Alice.pair();
        PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
            authority_index: 0,
            slot: slot.into(),
            vrf_signature: pair.vrf_sign(&transcript.into_sign_data()),
        })
    } else {
        PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: 0,
            slot: slot.into(),
        })
    };
    Digest {
        logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())],
    }
}

/// Everything that clients read, at the end of a block.
fn view(number: BlockNumber) -> View {
    let worker_ids: Vec<WorkerId> = pallet_workers::Workers::<Runtime>::iter_keys()
        .map(|account| WorkerId(account.into()))
        .collect();
    let mut assigned: BTreeMap<WorkerId, Vec<_>> = BTreeMap::new();
    for (worker, (encoding, shard), generation) in pallet_blobs::WorkerShards::<Runtime>::iter() {
        assigned
            .entry(worker)
            .or_default()
            .push((encoding, shard, generation));
    }
    let account = |worker: &WorkerId| AccountId::new(worker.0);
    let encodings = pallet_blobs::Encodings::<Runtime>::iter_keys();
    View {
        number,
        params: Some(Blobs::params()),
        repair: Some(Blobs::repair_params()),
        workers: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Workers::worker(account(id))?)))
            .collect(),
        encodings: encodings
            .filter_map(|id| Some((id, Blobs::encoding(id)?)))
            .collect(),
        assigned,
        windows: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Possession::window(account(id))?)))
            .collect(),
        disputes: Blobs::disputes(),
        unshown: pallet_blobs::Encodings::<Runtime>::iter_keys()
            .map(|id| (id, Blobs::unshown(id)))
            .filter(|(_, unshown)| !unshown.is_empty())
            .collect(),
        standings: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Possession::standing(account(id))?)))
            .collect(),
        events: Arc::new(
            System::read_events_no_consensus()
                .map(|record| record.event)
                .collect(),
        ),
        issuance: ballast_runtime::Balances::total_issuance(),
    }
}

fn genesis_json(patch: serde_json::Value) -> Vec<u8> {
    let mut config =
        serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default is JSON");
    let preset = genesis_presets::get_preset(&genesis_presets::DEVELOPMENT_PRESET.into())
        .expect("the runtime has this preset");
    merge(
        &mut config,
        serde_json::from_slice(&preset).expect("presets are JSON"),
    );
    merge(&mut config, patch);
    config.to_string().into_bytes()
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
    match (into, patch) {
        (serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}
