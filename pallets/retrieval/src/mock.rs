//! A chain of the real pallets: workers, blobs, possession and this one, with blobs that have real parity and receipts.

#![allow(clippy::unwrap_used)]

use crate::{
    self as pallet_retrieval,
    traits::{Fines, Holder, Holders, NoHolder},
    types::Parameters,
};
use ballast_core::{
    challenge::HeldShard,
    lease::RateStep,
    placement::Candidate,
    price::{Deposit, BAL},
    view::WorkerStatus,
    Balance, BlockNumber, ChainingValue, Code, EncodingId, Layout, ShardIndex, StorageEpoch,
    WorkerId,
};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, Hooks},
    weights::Weight,
    PalletId,
};
use pallet_blobs::{CustodyBooks, Departure, StorageParameters, WorkerSet};
use pallet_possession::{Purse, Shards, Stakes};
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
    pub type Workers = pallet_workers::Pallet<Test>;
    #[runtime::pallet_index(3)]
    pub type Blobs = pallet_blobs::Pallet<Test>;
    #[runtime::pallet_index(4)]
    pub type Possession = pallet_possession::Pallet<Test>;
    #[runtime::pallet_index(5)]
    pub type Retrieval = pallet_retrieval::Pallet<Test>;
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

parameter_types! {
    pub const ExistentialDeposit: Balance = BAL / 1_000;
    pub const PotId: PalletId = PalletId(*b"blst/pot");
    pub const Priority: u64 = 1_000;
    pub const Plenty: Weight = Weight::from_parts(4_000_000_000_000, u64::MAX);
    pub static MaxHookWeight: Weight = Plenty::get();
    pub static MaxFeelessWeight: Weight = Plenty::get();
    /// What the previous block brought, if a benchmark says so.
    pub static Drawn: Option<[u8; 32]> = None;
}

impl pallet_workers::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type MaxWorkers = ConstU32<100>;
    type Departures = Neighbours;
    type WeightInfo = ();
}

impl pallet_blobs::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = Neighbours;
    type Books = Neighbours;
    type PotId = PotId;
    type Randomness = TestRandomness;
    type MaxPendingPerPublisher = ConstU32<8>;
    type MaxDrawQueue = ConstU32<64>;
    type MaxDrawsPerBlock = ConstU32<8>;
    type MaxServiceWeight = Plenty;
    type MaxFeelessWeight = Plenty;
    type CertifyPriority = Priority;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Neighbours;
}

impl pallet_possession::Config for Test {
    type Shards = Neighbours;
    type Purse = Neighbours;
    type Stakes = Neighbours;
    type Randomness = TestRandomness;
    type MaxHookWeight = Plenty;
    type MaxFeelessWeight = Plenty;
    type ProvePriority = Priority;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Neighbours;
}

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Holders = Neighbours;
    type Fines = Neighbours;
    type MaxHookWeight = MaxHookWeight;
    type MaxFeelessWeight = MaxFeelessWeight;
    type AnswerPriority = Priority;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Neighbours;
}

/// Randomness that depends on the block.
pub struct TestRandomness;

impl TestRandomness {
    fn seed() -> Option<[u8; 32]> {
        let previous = System::block_number().saturating_sub(1);
        Drawn::get().or_else(|| Some(*blake3::hash(&previous.to_le_bytes()).as_bytes()))
    }
}

impl pallet_blobs::BlockRandomness for TestRandomness {
    fn of_previous_block() -> Option<[u8; 32]> {
        Self::seed()
    }
}

impl pallet_possession::BlockRandomness for TestRandomness {
    fn of_previous_block() -> Option<[u8; 32]> {
        Self::seed()
    }
}

/// Joins the pallets, as the runtime's adapters do.
pub struct Neighbours;

impl pallet_workers::traits::Departures for Neighbours {
    fn depart(worker: &AccountId32) {
        Blobs::depart(WorkerId(worker.clone().into()));
    }

    fn stay(worker: &AccountId32) {
        Blobs::stay(WorkerId(worker.clone().into()));
    }

    fn may_go(_: &AccountId32) -> bool {
        true
    }

    fn gone(worker: &AccountId32) {
        Possession::forget(WorkerId(worker.clone().into()));
    }
}

impl WorkerSet<AccountId32> for Neighbours {
    fn candidates() -> Vec<Candidate> {
        Workers::candidates()
    }

    fn candidates_count() -> u32 {
        Workers::candidates_count()
    }

    fn workers_count() -> u32 {
        Workers::workers_count()
    }

    fn assign(worker: &AccountId32, bytes: u64) -> DispatchResult {
        Workers::assign(worker, bytes)
    }

    fn release(worker: &AccountId32, bytes: u64) -> DispatchResult {
        Workers::release(worker, bytes)
    }

    fn assigned_bytes(worker: &AccountId32) -> u64 {
        Workers::assigned_bytes(worker)
    }

    fn receipt_key(worker: &AccountId32) -> Option<[u8; 32]> {
        Workers::receipt_key(worker)
    }

    fn price_per_gib_epoch() -> Balance {
        Workers::price_per_gib_epoch()
    }

    fn departure(worker: &AccountId32) -> Option<Departure> {
        match Workers::status(worker)? {
            WorkerStatus::Draining => Some(Departure::Draining),
            WorkerStatus::Evicted => Some(Departure::Evicted),
            WorkerStatus::Active | WorkerStatus::Leaving { .. } => None,
        }
    }
}

impl CustodyBooks for Neighbours {
    fn take(worker: WorkerId, held: HeldShard, steps: &[RateStep]) {
        Possession::take(worker, held, steps)
    }

    fn give_up(worker: WorkerId, held: HeldShard, steps: &[RateStep]) -> StorageEpoch {
        Possession::give_up(worker, held, steps)
    }

    fn add_steps(worker: WorkerId, steps: &[RateStep]) -> StorageEpoch {
        Possession::add_steps(worker, steps)
    }

    fn unpaid_from(worker: WorkerId) -> StorageEpoch {
        Possession::unpaid_from(worker)
    }

    fn keep(amount: Balance) {
        Possession::keep(amount)
    }

    fn reward(worker: WorkerId, amount: Balance) -> Balance {
        Possession::reward(worker, amount)
    }

    fn fine(worker: WorkerId) -> Balance {
        let permille = crate::Parameters::<Test>::get().slash_permille;
        Possession::fine(worker, permille)
    }

    fn fund() -> Balance {
        pallet_possession::RepairFund::<Test>::get()
    }
}

impl Shards for Neighbours {
    fn epoch_blocks() -> BlockNumber {
        pallet_blobs::Parameters::<Test>::get().epoch_blocks
    }

    fn current_epoch() -> StorageEpoch {
        Blobs::epoch_now()
    }

    fn is_kept(encoding: EncodingId) -> bool {
        Blobs::is_kept(encoding)
    }

    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)> {
        Blobs::commitment(encoding, shard)
    }

    fn holdings() -> Vec<(WorkerId, HeldShard, Vec<RateStep>)> {
        Blobs::holdings()
    }
}

impl Purse<AccountId32> for Neighbours {
    fn pay(to: &AccountId32, amount: Balance) -> bool {
        Blobs::pay(to, amount)
    }

    fn pot() -> AccountId32 {
        Blobs::pot()
    }
}

impl Stakes<AccountId32> for Neighbours {
    fn stake(worker: &AccountId32) -> Balance {
        Workers::stake(worker)
    }

    fn is_understaked(worker: &AccountId32) -> bool {
        Workers::is_understaked(worker)
    }

    fn slash(worker: &AccountId32, amount: Balance, to: &AccountId32) -> Balance {
        Workers::slash(worker, amount, to)
    }

    fn evict(worker: &AccountId32) {
        Workers::evict(worker);
    }
}

impl Holders for Neighbours {
    fn holder(encoding: EncodingId, shard: ShardIndex) -> Result<Holder, NoHolder> {
        match Blobs::holder(encoding, shard) {
            Ok(holder) => Ok(Holder {
                worker: holder.worker,
                generation: holder.generation,
            }),
            Err(pallet_blobs::NoHolder::NotKept) => Err(NoHolder::NotKept),
            Err(pallet_blobs::NoHolder::NoShard) => Err(NoHolder::NoShard),
            Err(pallet_blobs::NoHolder::NotHeld) => Err(NoHolder::NotHeld),
        }
    }

    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)> {
        Blobs::commitment(encoding, shard)
    }

    fn forfeit(encoding: EncodingId, shard: ShardIndex) {
        Blobs::forfeit(encoding, shard)
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_blobs::traits::BenchmarkHelper<AccountId32> for Neighbours {
    fn add_worker(index: u32, receipt_key: [u8; 32]) -> AccountId32 {
        pallet_workers::add_benchmark_worker::<Test>(index, receipt_key, STAKE).unwrap()
    }

    fn set_randomness(seed: [u8; 32]) {
        Drawn::set(Some(seed));
    }

    fn evict(worker: &AccountId32) {
        Workers::evict(worker);
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_possession::traits::BenchmarkHelper<AccountId32> for Neighbours {
    fn add_worker() -> AccountId32 {
        add_worker(0);
        worker(0)
    }

    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue) {
        let roots = vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_encoding(encoding, layout, roots, ALICE);
    }

    fn fill_pot(amount: Balance) {
        use frame_support::traits::fungible::Mutate;
        Balances::set_balance(&Blobs::pot(), amount);
    }

    fn set_randomness(seed: [u8; 32]) {
        Drawn::set(Some(seed));
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::traits::BenchmarkHelper for Neighbours {
    fn add_worker() -> AccountId32 {
        add_worker(0);
        worker(0)
    }

    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue) {
        let roots = vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_encoding(encoding, layout, roots, ALICE);
    }

    fn add_held(encoding: EncodingId, layout: Layout, root: ChainingValue, worker: WorkerId) {
        let roots = vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_holder(encoding, layout, roots, worker);
    }

    fn rich(seed: u32) -> AccountId32 {
        use frame_support::traits::fungible::Mutate;
        let who = AccountId32::new([200 + seed as u8; 32]);
        Balances::set_balance(&who, Balance::MAX / 1_000_000);
        who
    }
}

impl Fines for Neighbours {
    fn fine(worker: WorkerId, permille: u16) -> Balance {
        Possession::fine(worker, permille)
    }
}

pub(crate) const ALICE: AccountId32 = AccountId32::new([0xA1; 32]);
pub(crate) const BOB: AccountId32 = AccountId32::new([0xB0; 32]);
pub(crate) const FUNDS: Balance = 1_000_000 * BAL;
pub(crate) const STAKE: Balance = 1_000 * BAL;

/// Blocks of an epoch: long enough that no test meets the windows of possession proofs unless it wants to.
pub(crate) const EPOCH: BlockNumber = 200;
/// Blocks that an answer may take.
pub(crate) const DEADLINE: BlockNumber = 10;

pub(crate) fn parameters() -> Parameters {
    Parameters {
        deadline_blocks: DEADLINE,
        ..Default::default()
    }
}

fn storage_parameters() -> StorageParameters {
    StorageParameters {
        epoch_blocks: EPOCH,
        min_lease_epochs: 1,
        max_lease_epochs: 60,
        encoding_deposit: Deposit {
            base: BAL,
            per_byte: 1_001,
        },
        pending_timeout_blocks: 60,
        reassign_grace_blocks: 5,
        receipt_max_age_blocks: 40,
        repair_max_lost_percent: 50,
        repair_patience_blocks: 30,
        repair_deadline_blocks: 30,
        repair_reward_epochs: 4,
        ..StorageParameters::default()
    }
}

/// Runs a test on a chain with `workers` workers, and checks the invariants of all pallets afterwards.
pub(crate) fn chain(workers: u8, test: impl FnOnce()) {
    new_chain(workers).execute_with(|| {
        test();
        check();
    });
}

pub(crate) fn new_chain(workers: u8) -> TestExternalities {
    let accounts = (0..60).map(worker).chain([ALICE, BOB]);
    let config = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: accounts.map(|who| (who, FUNDS)).collect(),
            ..Default::default()
        },
        workers: pallet_workers::GenesisConfig {
            parameters: pallet_workers::types::Parameters {
                epoch_blocks: EPOCH,
                unbonding_blocks: 10,
                min_stake: STAKE - 20 * BAL,
                ..Default::default()
            },
            initial_price_per_gib_epoch: 1_000 * BAL,
            ..Default::default()
        },
        blobs: pallet_blobs::GenesisConfig {
            parameters: storage_parameters(),
            ..Default::default()
        },
        possession: pallet_possession::GenesisConfig {
            parameters: pallet_possession::types::Parameters {
                picks_per_window: 4,
                ..Default::default()
            },
            ..Default::default()
        },
        retrieval: pallet_retrieval::GenesisConfig {
            parameters: parameters(),
            ..Default::default()
        },
    };
    let mut chain = TestExternalities::from(config.build_storage().unwrap());
    chain.execute_with(|| {
        let genesis_hash = sp_core::H256::repeat_byte(0x6E);
        System::initialize(&1, &genesis_hash, &Default::default());
        (0..workers).for_each(add_worker);
    });
    chain
}

/// Adds a worker of its own operator, with its own key, that asks for the price of the chain.
pub(crate) fn add_worker(index: u8) {
    let profile = pallet_workers::WorkerProfile {
        operator: worker(index),
        endpoint: b"https://worker.example".to_vec().try_into().unwrap(),
        receipt_key: key_pair(index).public().0,
        capacity: 1 << 40,
        ask_per_gib_epoch: 1_000 * BAL,
    };
    Workers::join(RuntimeOrigin::signed(worker(index)), profile, STAKE).unwrap();
}

pub(crate) fn worker(index: u8) -> AccountId32 {
    AccountId32::new([index; 32])
}

pub(crate) fn worker_id(index: u8) -> WorkerId {
    WorkerId([index; 32])
}

/// The key of the worker whose account repeats `index`.
pub(crate) fn key_pair(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[index.wrapping_add(1); 32])
}

pub(crate) fn check() {
    Workers::do_try_state().unwrap();
    Blobs::do_try_state().unwrap();
    Possession::do_try_state().unwrap();
    Retrieval::do_try_state().unwrap();
}

/// Finalizes blocks and initializes the next until `block` is under way.
pub(crate) fn run_to(block: BlockNumber) {
    while System::block_number() < block {
        next_block();
    }
}

pub(crate) fn next_block() {
    let (number, parent) = (System::block_number(), sp_core::H256::random());
    Blobs::on_finalize(number);
    Possession::on_finalize(number);
    Retrieval::on_finalize(number);
    System::finalize();
    System::reset_events();
    System::initialize(&(number + 1), &parent, &Default::default());
    Workers::on_initialize(number + 1);
    Blobs::on_initialize(number + 1);
    Possession::on_initialize(number + 1);
    Retrieval::on_initialize(number + 1);
}

pub(crate) fn code(k: u8, n: u8) -> Code {
    Code::new(k, n).unwrap()
}

pub(crate) fn free(who: &AccountId32) -> Balance {
    Balances::free_balance(who)
}
