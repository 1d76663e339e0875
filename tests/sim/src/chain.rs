//! The chain: the real runtime with all its pallets and adapters, block by block, in memory.
//!
//! Real: hooks, calls, extensions, fees, authorisation, events, genesis, VRF digests. Modelled: the transaction pool (one
//! transaction for each tag, the one with the higher priority; feeless ones first), finality (so many blocks behind),
//! and that a signer always knows its nonce.

mod begin;
mod genesis;
mod snapshot;
mod view;

pub use snapshot::Snapshot;
pub use view::View;

use begin::begin;

use crate::defensive;
use ballast_core::BlockNumber;
use ballast_runtime::{
    AccountId, Executive, Hash, RuntimeCall, RuntimeGenesisConfig, SignedPayload, System,
    TxExtension, UncheckedExtrinsic,
};
use codec::Encode;
use frame_support::{genesis_builder_helper::build_state, storage::with_transaction};
use sp_core::{sr25519, Pair as _};
use sp_io::TestExternalities;
use sp_runtime::{
    generic::Era,
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    DispatchError, MultiSignature, TransactionOutcome,
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

#[derive(Clone)]
struct Pooled {
    ticket: Ticket,
    since: BlockNumber,
    sender: Sender,
    call: RuntimeCall,
    /// What no two feeless transactions in the pool share, and which of two stays.
    tag: Option<(Vec<u8>, usize)>,
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
    /// Slots in which nobody made a block.
    skipped: u64,
    /// Transactions that are in blocks since the last snapshot, if there is one to go back to.
    included: Option<Vec<Pooled>>,
}

impl Chain {
    /// The chain of a genesis: the local preset, patched.
    pub fn new(patch: serde_json::Value) -> Self {
        defensive::watch();
        let mut ext = TestExternalities::default();
        let genesis = ext.execute_with(|| {
            build_state::<RuntimeGenesisConfig>(genesis::json(patch))
                .expect("the genesis is valid");
            System::block_hash(0)
        });
        Self {
            ext,
            number: 0,
            parent: genesis,
            pool: Vec::new(),
            next_ticket: 0,
            genesis: genesis.0,
            skipped: 0,
            included: None,
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
        let (parent, slot) = (self.parent, FIRST_SLOT + u64::from(number) + self.skipped);
        let included = &mut self.included;
        let (hash, view) = self.ext.execute_with(|| {
            begin(number, parent, slot, with_vrf);
            for transaction in ready {
                match apply(&transaction) {
                    Outcome::Refused(error) if waits(&error, &transaction, number) => {
                        later.push(transaction)
                    }
                    outcome => {
                        outcomes.push((transaction.ticket, outcome));
                        if let Some(included) = included.as_mut() {
                            included.push(transaction);
                        }
                    }
                }
            }
            let hash = Executive::finalize_block().hash();
            (hash, view::at(number))
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

/// One tag for each encoding's certificates, each window's proofs and each challenge's answers, as in the runtime.
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
        RuntimeCall::Retrieval(pallet_retrieval::Call::answer { id, .. }) => {
            Some((("answer", id).encode(), 0))
        }
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
