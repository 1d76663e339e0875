//! A runtime of this pallet and balances, and the words the tests are written in.

#![allow(clippy::unwrap_used)]

use crate::{self as pallet_workers, types::AccountId, HoldReason, WorkerProfile};
use ballast_core::{Balance, BlockNumber};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, Hooks},
};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

type Block = frame_system::mocking::MockBlockU32<Test>;

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
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(6)]
    pub type Balances = pallet_balances;

    #[runtime::pallet_index(20)]
    pub type Workers = pallet_workers;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = System;
}

parameter_types! {
    pub static MaxWorkers: u32 = 8;
    /// Workers whose stake answers for something.
    pub static Answerable: Vec<AccountId> = Vec::new();
}

/// What workers answer for, as the tests set it.
pub struct Claims;

impl pallet_workers::traits::Departures for Claims {
    fn depart(_: &AccountId) {}

    fn stay(_: &AccountId) {}

    fn may_go(worker: &AccountId) -> bool {
        !Answerable::get().contains(worker)
    }

    fn gone(_: &AccountId) {}
}

impl pallet_workers::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type MaxWorkers = MaxWorkers;
    type Departures = Claims;
    type WeightInfo = ();
}

pub const EPOCH: BlockNumber = 10;
pub const UNBONDING: BlockNumber = 25;
pub const MIN_STAKE: Balance = 100;
pub const CONSENT_DEPOSIT: Balance = 7;
pub const FUNDS: Balance = 10_000;
pub const INITIAL_PRICE: Balance = 3;

pub fn parameters() -> pallet_workers::types::Parameters {
    pallet_workers::types::Parameters {
        epoch_blocks: EPOCH,
        unbonding_blocks: UNBONDING,
        min_stake: MIN_STAKE,
        min_capacity: 1_000,
        max_capacity: 1_000_000,
        max_ask_per_gib_epoch: 50,
        price_percentile: 66,
        consent_deposit: CONSENT_DEPOSIT,
    }
}

/// Account of a person or worker, all of them funded; 0 and those above 19 are not.
pub fn id(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

pub fn origin(number: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(id(number))
}

/// Profile of a worker that is its own operator.
pub fn profile(number: u8) -> WorkerProfile {
    WorkerProfile {
        operator: id(number),
        endpoint: b"https://worker.example:9000/".to_vec().try_into().unwrap(),
        receipt_key: [number; 32],
        capacity: 10_000,
        ask_per_gib_epoch: Balance::from(number),
    }
}

/// Lets the given accounts join with the least stake.
pub fn join(numbers: impl IntoIterator<Item = u8>) {
    for number in numbers {
        Workers::join(origin(number), profile(number), MIN_STAKE).unwrap();
    }
}

pub fn run_to_block(number: BlockNumber) {
    while System::block_number() < number {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Workers::on_initialize(next);
    }
}

pub fn held(reason: HoldReason, number: u8) -> Balance {
    use frame_support::traits::fungible::InspectHold;
    Balances::balance_on_hold(&reason.into(), &id(number))
}

pub fn ext() -> sp_io::TestExternalities {
    let balances = (1..20).map(|number| (id(number), FUNDS)).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances,
            ..Default::default()
        },
        workers: pallet_workers::GenesisConfig {
            parameters: parameters(),
            initial_price_per_gib_epoch: INITIAL_PRICE,
            ..Default::default()
        },
        ..Default::default()
    };
    genesis.build_storage().unwrap().into()
}

/// Runs a test from block 1 on, then checks every invariant.
pub fn run(test: impl FnOnce()) {
    ext().execute_with(|| {
        System::set_block_number(1);
        test();
        check_invariants();
    });
}

/// The pallet's invariants, and that it holds no more than it knows of.
pub fn check_invariants() {
    Workers::do_try_state().unwrap();
    let known: Balance = pallet_workers::Workers::<Test>::iter_values()
        .map(|worker| worker.stake)
        .chain(pallet_workers::Consents::<Test>::iter_values())
        .sum();
    let held: Balance = pallet_balances::Holds::<Test>::iter_values()
        .flat_map(|holds| holds.into_iter().map(|hold| hold.amount))
        .sum();
    assert_eq!(held, known);
}
