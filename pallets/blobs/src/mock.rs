//! A chain with this pallet, a ledger of workers, and blobs with real parity, receipts and certificates.

#![allow(clippy::unwrap_used)]

use crate::{
    self as pallet_blobs,
    traits::{BlockRandomness, CustodyBooks, Departure, WorkerSet},
    Event, HoldReason, StorageParameters,
};
use ballast_core::{
    challenge::HeldShard,
    lease::RateStep,
    placement::Candidate,
    price::{Deposit, BAL},
    Balance, Code, OperatorId, StorageEpoch, WorkerId,
};
use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{
    derive_impl, parameter_types,
    traits::{fungible::InspectHold, Hooks},
    weights::Weight,
    PalletId,
};
use scale_info::TypeInfo;
use sp_core::{sr25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentityLookup},
    AccountId32, BuildStorage, DispatchResult, MultiSignature,
};

pub(crate) use crate::tests::{actions::*, blob::TestBlob};

pub(crate) type Extension = (frame_system::AuthorizeCall<Test>,);
pub(crate) type Extrinsic =
    generic::UncheckedExtrinsic<AccountId32, RuntimeCall, MultiSignature, Extension>;
type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Blobs = pallet_blobs::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

pub(crate) const MAX_PENDING: u32 = 3;

parameter_types! {
    pub const ExistentialDeposit: Balance = BAL / 1_000;
    pub const MaxPendingPerPublisher: u32 = MAX_PENDING;
    pub const CertifyPriority: u64 = 1_000;
    pub static MaxDrawQueue: u32 = 64;
    pub static MaxDrawsPerBlock: u32 = 4;
    pub static MaxServiceWeight: Weight = Weight::from_parts(400_000_000_000, u64::MAX);
    pub static MaxFeelessWeight: Weight = Weight::from_parts(200_000_000_000, u64::MAX);
    /// Whether blocks bring randomness.
    pub static Silent: bool = false;
    pub static Price: Balance = 1_000 * BAL;
    pub const PotId: PalletId = PalletId(*b"blst/pot");
    /// What the books kept.
    pub static Kept: Balance = 0;
    /// What the books have: who holds what.
    pub static OnTheBooks: Vec<(WorkerId, HeldShard, Vec<RateStep>)> = Vec::new();
    /// Who was fined.
    pub static Fined: Vec<WorkerId> = Vec::new();
    /// How often a signature's key was looked up: how many signatures were looked at.
    pub static KeysRead: u32 = 0;
}

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = Ledger;
    type Books = UnpaidBooks;
    type PotId = PotId;
    type Randomness = TestRandomness;
    type MaxPendingPerPublisher = MaxPendingPerPublisher;
    type MaxDrawQueue = MaxDrawQueue;
    type MaxDrawsPerBlock = MaxDrawsPerBlock;
    type MaxServiceWeight = MaxServiceWeight;
    type MaxFeelessWeight = MaxFeelessWeight;
    type CertifyPriority = CertifyPriority;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Ledger;
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::traits::BenchmarkHelper<AccountId32> for Ledger {
    fn add_worker(index: u32, receipt_key: [u8; 32]) -> AccountId32 {
        let id = sp_io::hashing::blake2_256(&("worker", index).encode());
        let worker = MockWorker {
            operator: id,
            key: receipt_key,
            ..MockWorker::default()
        };
        Workers::insert(AccountId32::new(id), worker);
        AccountId32::new(id)
    }

    fn set_randomness(_seed: [u8; 32]) {}

    fn evict(worker: &AccountId32) {
        Workers::mutate(worker, |worker| worker.as_mut().unwrap().evicted = true);
    }
}

/// Books of a chain that pays nobody; `pallet-possession` tests these two pallets together.
pub struct UnpaidBooks;

impl CustodyBooks for UnpaidBooks {
    fn take(worker: WorkerId, held: HeldShard, steps: &[RateStep]) {
        OnTheBooks::mutate(|books| books.push((worker, held, steps.to_vec())));
    }

    fn give_up(worker: WorkerId, held: HeldShard, _steps: &[RateStep]) -> StorageEpoch {
        OnTheBooks::mutate(|books| {
            let found = books
                .iter()
                .position(|(who, what, _)| (*who, *what) == (worker, held));
            books.remove(found.expect("nobody gives up what it does not hold"));
        });
        StorageEpoch(0)
    }

    fn add_steps(_worker: WorkerId, _steps: &[RateStep]) -> StorageEpoch {
        StorageEpoch(0)
    }

    fn unpaid_from(_worker: WorkerId) -> StorageEpoch {
        StorageEpoch(0)
    }

    fn keep(amount: Balance) {
        Kept::mutate(|kept| *kept += amount);
    }

    fn reward(_worker: WorkerId, _amount: Balance) -> Balance {
        0
    }

    fn fine(worker: WorkerId) -> Balance {
        Fined::mutate(|fined| fined.push(worker));
        BAL
    }

    fn fund() -> Balance {
        Kept::get()
    }
}

/// Randomness that depends on the block.
pub struct TestRandomness;

impl BlockRandomness for TestRandomness {
    fn of_previous_block() -> Option<[u8; 32]> {
        let previous = System::block_number().saturating_sub(1);
        (!Silent::get()).then(|| seed_of(previous))
    }
}

pub(crate) fn seed_of(block: u32) -> [u8; 32] {
    sp_io::hashing::blake2_256(&("seed", block).encode())
}

/// A worker as this mock keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct MockWorker {
    pub operator: [u8; 32],
    pub stake: Balance,
    pub capacity: u64,
    pub assigned: u64,
    pub key: [u8; 32],
    pub active: bool,
    pub evicted: bool,
}

impl Default for MockWorker {
    fn default() -> Self {
        let (stake, capacity) = (1_000 * BAL, 1 << 40);
        Self {
            operator: [0; 32],
            stake,
            capacity,
            assigned: 0,
            key: [0; 32],
            active: true,
            evicted: false,
        }
    }
}

#[frame_support::storage_alias]
pub type Workers = StorageMap<MockLedger, frame_support::Blake2_128Concat, AccountId32, MockWorker>;

pub struct Ledger;

impl WorkerSet<AccountId32> for Ledger {
    fn candidates() -> Vec<Candidate> {
        let active = Workers::iter().filter(|(_, worker)| worker.active);
        active
            .map(|(account, worker)| Candidate {
                worker: WorkerId(account.into()),
                operator: OperatorId(worker.operator),
                stake: worker.stake,
                free_bytes: worker.capacity - worker.assigned,
                assigned_bytes: worker.assigned,
            })
            .collect()
    }

    fn candidates_count() -> u32 {
        Workers::iter_values()
            .filter(|worker| worker.active)
            .count() as u32
    }

    fn workers_count() -> u32 {
        Workers::iter_keys().count() as u32
    }

    fn assign(account: &AccountId32, bytes: u64) -> DispatchResult {
        let mut worker = Workers::get(account).ok_or("no such worker")?;
        frame_support::ensure!(worker.active, "not active");
        worker.assigned += bytes;
        frame_support::ensure!(worker.assigned <= worker.capacity, "full");
        Workers::insert(account, worker);
        Ok(())
    }

    fn release(account: &AccountId32, bytes: u64) -> DispatchResult {
        let mut worker = Workers::get(account).ok_or("no such worker")?;
        worker.assigned = worker
            .assigned
            .checked_sub(bytes)
            .ok_or("released too much")?;
        Workers::insert(account, worker);
        Ok(())
    }

    fn assigned_bytes(account: &AccountId32) -> u64 {
        Workers::get(account).map_or(0, |worker| worker.assigned)
    }

    fn receipt_key(account: &AccountId32) -> Option<[u8; 32]> {
        KeysRead::mutate(|reads| *reads += 1);
        Workers::get(account).map(|worker| worker.key)
    }

    fn price_per_gib_epoch() -> Balance {
        Price::get()
    }

    fn departure(account: &AccountId32) -> Option<Departure> {
        match Workers::get(account)? {
            MockWorker { evicted: true, .. } => Some(Departure::Evicted),
            MockWorker { active: false, .. } => Some(Departure::Draining),
            _ => None,
        }
    }
}

pub(crate) const ALICE: AccountId32 = AccountId32::new([0xA1; 32]);
pub(crate) const BOB: AccountId32 = AccountId32::new([0xB0; 32]);
pub(crate) const CHARLIE: AccountId32 = AccountId32::new([0xC0; 32]);
pub(crate) const POOR: AccountId32 = AccountId32::new([0xDD; 32]);

pub(crate) const FUNDS: Balance = 1_000_000 * BAL;

/// Short durations: an epoch is 10 blocks, a pending encoding lives 40.
pub(crate) fn parameters() -> StorageParameters {
    StorageParameters {
        epoch_blocks: 10,
        min_lease_epochs: 2,
        max_lease_epochs: 50,
        encoding_deposit: Deposit {
            base: BAL,
            per_byte: 1_001,
        },
        inline_deposit: Deposit {
            base: BAL,
            per_byte: 7,
        },
        pending_timeout_blocks: 40,
        lapse_burn_percent: 10,
        reassign_grace_blocks: 5,
        reassign_fee: 3 * BAL,
        receipt_max_age_blocks: 20,
        bytes_per_bal: 1 << 30,
        repair_max_lost_percent: 50,
        repair_patience_blocks: 30,
        repair_deadline_blocks: 12,
        repair_reward_epochs: 4,
        wrong_reward_percent: 40,
    }
}

/// Runs a test on a chain with `workers` workers, and checks the invariants afterwards.
pub(crate) fn chain(workers: u8, test: impl FnOnce()) {
    new_chain(workers).execute_with(|| {
        test();
        check();
    });
}

pub(crate) fn new_chain(workers: u8) -> TestExternalities {
    let config = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: [ALICE, BOB, CHARLIE].map(|who| (who, FUNDS)).to_vec(),
            ..Default::default()
        },
        blobs: pallet_blobs::GenesisConfig {
            parameters: parameters(),
            ..Default::default()
        },
    };
    let mut chain = TestExternalities::from(config.build_storage().unwrap());
    #[cfg(feature = "runtime-benchmarks")]
    chain.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    chain.execute_with(|| {
        let genesis_hash = sp_core::H256::repeat_byte(0x6E);
        System::initialize(&1, &genesis_hash, &Default::default());
        (0..workers).for_each(add_worker);
        Silent::set(false);
        Kept::set(0);
        Fined::set(Vec::new());
        OnTheBooks::set(Vec::new());
    });
    chain
}

/// Adds a worker of its own operator, with its own key.
pub(crate) fn add_worker(index: u8) {
    let key = key_pair(index).public().0;
    let operator = [index; 32];
    Workers::insert(
        worker(index),
        MockWorker {
            operator,
            key,
            ..MockWorker::default()
        },
    );
}

pub(crate) fn worker(index: u8) -> AccountId32 {
    AccountId32::new([index; 32])
}

/// The key of the worker whose account repeats `index`.
pub(crate) fn key_pair(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[index; 32])
}

pub(crate) fn check() {
    Blobs::do_try_state().unwrap();
    let sorted = |mut holdings: Vec<(WorkerId, HeldShard, Vec<RateStep>)>| {
        holdings.sort_unstable();
        holdings
            .into_iter()
            .map(|(who, what, _)| (who, what))
            .collect::<Vec<_>>()
    };
    assert_eq!(sorted(OnTheBooks::get()), sorted(Blobs::holdings()));
}

/// Finalizes blocks and initializes the next until `block` is under way. Returns the weight of the last hook.
pub(crate) fn run_to(block: u32) -> Weight {
    let mut weight = Weight::zero();
    while System::block_number() < block {
        Blobs::on_finalize(System::block_number());
        let (number, parent) = (System::block_number(), sp_core::H256::random());
        System::finalize();
        System::reset_events();
        System::initialize(&(number + 1), &parent, &Default::default());
        weight = Blobs::on_initialize(number + 1);
    }
    weight
}

pub(crate) fn run(blocks: u32) -> Weight {
    run_to(System::block_number() + blocks)
}

pub(crate) fn code(k: u8, n: u8) -> Code {
    Code::new(k, n).unwrap()
}

pub(crate) fn held(reason: HoldReason, who: &AccountId32) -> Balance {
    Balances::balance_on_hold(&reason.into(), who)
}

pub(crate) fn free(who: &AccountId32) -> Balance {
    Balances::free_balance(who)
}

/// Gives each agenda of the hook this much time a block.
pub(crate) fn set_service_share(share: Weight) {
    MaxServiceWeight::set(Weight::from_parts(
        share.ref_time().saturating_mul(3),
        u64::MAX,
    ));
}

/// This pallet's events of the current block.
pub(crate) fn events() -> Vec<Event<Test>> {
    System::read_events_for_pallet::<Event<Test>>()
}
