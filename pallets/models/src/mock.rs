//! A runtime of this pallet and balances, and the words the tests are written in.

#![allow(clippy::unwrap_used)]

use crate::{
    self as pallet_models, types::AccountId, Availability, HoldReason, Licence, ModelId, Name, Tag,
};
use ballast_core::{name::commitment, Address, Balance, BlockNumber};
use frame_support::{
    derive_impl,
    pallet_prelude::DispatchResult,
    parameter_types,
    traits::{fungible::InspectHold, ConstU128},
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

    #[runtime::pallet_index(22)]
    pub type Models = pallet_models;
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

/// Addresses whose first byte is below 200 are available.
pub struct FewUnavailable;

impl Availability for FewUnavailable {
    fn is_available(address: &Address) -> bool {
        address.0[0] < 200
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn make_available() -> Address {
        Address([1; 32])
    }
}

parameter_types! {
    pub static MaxVersions: u32 = 20;
    pub static MaxTags: u32 = 10;
}

impl pallet_models::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Availability = FewUnavailable;
    type MaxVersions = MaxVersions;
    type MaxTags = MaxTags;
    type WeightInfo = ();
}

pub const FUNDS: Balance = 100_000;
pub const MIN_AGE: BlockNumber = 5;
pub const MAX_AGE: BlockNumber = 50;
pub const COMMITMENT_DEPOSIT: Balance = 3;
pub const NAMESPACE_DEPOSIT: Balance = 1_000;
pub const MODEL_DEPOSIT: Balance = 100;
pub const VERSION_DEPOSIT: Balance = 20;
pub const TAG_DEPOSIT: Balance = 7;
pub const SALT: [u8; 32] = [42; 32];

pub fn parameters() -> pallet_models::types::Parameters {
    pallet_models::types::Parameters {
        min_commit_age_blocks: MIN_AGE,
        max_commit_age_blocks: MAX_AGE,
        commitment_deposit: COMMITMENT_DEPOSIT,
        namespace_deposit: NAMESPACE_DEPOSIT,
        model_deposit: MODEL_DEPOSIT,
        version_deposit: VERSION_DEPOSIT,
        tag_deposit: TAG_DEPOSIT,
    }
}

/// Account of a person; 1 to 9 are funded.
pub fn id(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

pub fn origin(number: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(id(number))
}

pub fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn tag(text: &str) -> Tag {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn licence(text: &str) -> Licence {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn model_id(namespace: &str, model: &str) -> ModelId {
    ModelId::of(&name(namespace), &name(model))
}

pub fn stored(namespace: &str, model: &str) -> crate::Model {
    Models::find(&model_id(namespace, model)).unwrap()
}

pub fn address(number: u8) -> Address {
    Address([number; 32])
}

pub fn skip(blocks: BlockNumber) {
    System::set_block_number(System::block_number() + blocks);
}

pub fn commit(who: u8, namespace: &str) {
    let hash = commitment(&name(namespace), &SALT, &[who; 32]);
    Models::commit_namespace(origin(who), hash).unwrap();
}

/// Claims a namespace, all the way.
pub fn claim(who: u8, namespace: &str) {
    commit(who, namespace);
    skip(MIN_AGE);
    Models::reveal_namespace(origin(who), name(namespace), SALT).unwrap();
}

/// Creates a model under MIT, derived from `base` (namespace and name), if any.
pub fn try_create(
    who: u8,
    (namespace, model): (&str, &str),
    base: Option<(&str, &str)>,
    permille: u16,
) -> DispatchResult {
    let base = base.map(|(namespace, model)| (name(namespace), name(model)));
    let (namespace, model) = (name(namespace), name(model));
    Models::create_model(
        origin(who),
        namespace,
        model,
        licence("MIT"),
        base,
        permille,
    )
}

/// Namespace `ada` of account 1, with the model `ada/tiny`.
pub fn tiny() {
    claim(1, "ada");
    try_create(1, ("ada", "tiny"), None, 50).unwrap();
}

/// Publishes a version of `ada/tiny`.
pub fn try_publish(who: u8, manifest: u8, tags: &[&str]) -> DispatchResult {
    let tags = tags
        .iter()
        .map(|text| tag(text))
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    Models::publish_version(
        origin(who),
        name("ada"),
        name("tiny"),
        address(manifest),
        tags,
    )
}

pub fn held(reason: HoldReason, number: u8) -> Balance {
    Balances::balance_on_hold(&reason.into(), &id(number))
}

pub fn ext() -> sp_io::TestExternalities {
    let balances = (1..10).map(|number| (id(number), FUNDS)).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances,
            ..Default::default()
        },
        models: pallet_models::GenesisConfig {
            parameters: parameters(),
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
    Models::do_try_state().unwrap();
    let known: Balance = pallet_models::Commitments::<Test>::iter_values()
        .map(|entry| entry.deposit)
        .chain(pallet_models::Namespaces::<Test>::iter_values().map(|entry| entry.deposit))
        .chain(pallet_models::Models::<Test>::iter_values().map(|entry| entry.deposit))
        .sum();
    let held: Balance = pallet_balances::Holds::<Test>::iter_values()
        .flat_map(|holds| holds.into_iter().map(|hold| hold.amount))
        .sum();
    assert_eq!(held, known);
}
