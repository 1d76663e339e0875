//! A runtime of this pallet and balances, and the words the tests are written in.

#![allow(clippy::unwrap_used)]

use crate::{
    self as pallet_inference,
    traits::{BlockRandomness, ModelBook, ServingWorkers, Stakes},
    types::{AccountId, ClaimPath, Claims, Key, Name, Signature},
    HoldReason,
};
use ballast_core::{
    answer::{AnswerBody, Exchange, SignedAnswer},
    check::ScoreBody,
    claim::{BatchScope, ClaimLeaf, TokenLimits, TokenPrice},
    merkle,
    view::InferenceParams,
    voucher::{Voucher, VoucherBody},
    Address, Balance, BlockNumber, ChannelId, Numbers, OperatorId, SettlementId, Tier, WorkerId,
};
use frame_support::{
    derive_impl,
    dispatch::{DispatchResultWithPostInfo, Pays},
    pallet_prelude::DispatchResult,
    parameter_types,
    traits::{
        fungible::{InspectHold, Mutate},
        ConstU128, ConstU32, Hooks,
    },
    weights::Weight,
};
use sp_core::{sr25519, Pair};
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use std::collections::BTreeMap;

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

    #[runtime::pallet_index(25)]
    pub type Inference = pallet_inference;
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
    type ExistentialDeposit = ConstU128<EXISTENTIAL>;
    type AccountStore = System;
}

parameter_types! {
    /// Accounts that are workers.
    pub static WorkerNumbers: Vec<u8> = Vec::new();
    /// Tiers of session keys.
    pub static Tiers: BTreeMap<(AccountId, Key), Tier> = BTreeMap::new();
    /// Stakes that were slashed, by account.
    pub static StakeLeft: BTreeMap<AccountId, Balance> = BTreeMap::new();
    /// Operators of workers that are not their own.
    pub static Operators: BTreeMap<AccountId, AccountId> = BTreeMap::new();
    /// Randomness of the previous block.
    pub static Seed: Option<[u8; 32]> = None;
    /// Who gets royalties of `ada/tiny`.
    pub static RoyaltyLine: Vec<(u8, u16)> = Vec::new();
    pub static MaxDuePerBlock: u32 = 40;
    pub static MaxOffersPerWorker: u32 = 3;
    pub TreasuryAccount: AccountId = id(TREASURY);
    pub TierWeight: Weight = Weight::zero();
}

/// Workers and keys as the tests set them.
pub struct SetWorkers;

impl ServingWorkers for SetWorkers {
    fn is_worker(account: &AccountId) -> bool {
        WorkerNumbers::get()
            .iter()
            .any(|number| id(*number) == *account)
    }

    fn tier(worker: &AccountId, session_key: &Key) -> Option<Tier> {
        Tiers::get().get(&(worker.clone(), *session_key)).copied()
    }

    fn verifier(account: &AccountId) -> Option<(OperatorId, Balance)> {
        let operator = Operators::get().get(account).unwrap_or(account).clone();
        Self::is_worker(account).then(|| (OperatorId(operator.into()), Self::stake(account)))
    }

    fn is_endpoint(url: &[u8]) -> bool {
        url.starts_with(b"http")
    }
}

impl Stakes for SetWorkers {
    fn stake(worker: &AccountId) -> Balance {
        StakeLeft::get().get(worker).copied().unwrap_or(STAKE)
    }

    /// Stakes are beside the balances here, so what is taken is minted: together they stay the same.
    fn slash(worker: &AccountId, amount: Balance, to: &AccountId) -> Balance {
        let stake = Self::stake(worker);
        let taken = Balances::mint_into(to, amount.min(stake)).unwrap_or(0);
        StakeLeft::mutate(|left| left.insert(worker.clone(), stake - taken));
        taken
    }
}

impl BlockRandomness for SetWorkers {
    /// Another seed in each block.
    fn of_previous_block() -> Option<[u8; 32]> {
        let mut seed = Seed::get()?;
        seed[..4].copy_from_slice(&System::block_number().to_le_bytes());
        Some(seed)
    }
}

/// `ada/tiny` has two versions; whoever else has models has none here.
pub struct OneModel;

impl ModelBook for OneModel {
    fn version(namespace: &[u8], name: &[u8], number: u32) -> Option<Address> {
        let known = (namespace, name) == (b"ada", b"tiny") && (1..=2).contains(&number);
        known.then(|| model(number))
    }

    fn royalties(_namespace: &[u8], _name: &[u8]) -> Vec<(AccountId, u16)> {
        let line = RoyaltyLine::get();
        line.into_iter()
            .map(|(owner, permille)| (id(owner), permille))
            .collect()
    }
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::traits::BenchmarkHelper for OneModel {
    fn add_worker(session_key: Key) -> AccountId {
        WorkerNumbers::mutate(|workers| workers.push(WORKER));
        Tiers::mutate(|tiers| tiers.insert((id(WORKER), session_key), Tier::T2));
        id(WORKER)
    }

    fn add_verifier(index: u32) -> AccountId {
        let number = 30 + index as u8;
        WorkerNumbers::mutate(|workers| workers.push(number));
        id(number)
    }

    fn set_randomness(seed: [u8; 32]) {
        Seed::set(Some(seed));
    }

    fn add_version() -> (Name, Name, u32) {
        RoyaltyLine::set((20..25).map(|owner| (owner, 10)).collect());
        (name("ada"), name("tiny"), 1)
    }
}

impl pallet_inference::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = SetWorkers;
    type Models = OneModel;
    type Stakes = SetWorkers;
    type Randomness = SetWorkers;
    type MaxCandidates = ConstU32<64>;
    type Treasury = TreasuryAccount;
    type MaxOffersPerWorker = MaxOffersPerWorker;
    type MaxDuePerBlock = MaxDuePerBlock;
    type TierWeight = TierWeight;
    type WeightInfo = ();
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = OneModel;
}

pub const EXISTENTIAL: Balance = 10;
pub const FUNDS: Balance = 1_000_000;
pub const CLIENT: u8 = 1;
pub const OTHER_CLIENT: u8 = 2;
pub const WORKER: u8 = 3;
pub const OTHER_WORKER: u8 = 4;
pub const OWNER: u8 = 5;
pub const BASE_OWNER: u8 = 6;
pub const TREASURY: u8 = 9;
pub const DEPOSIT: Balance = 10_000;
pub const OFFER_DEPOSIT: Balance = 500;
pub const CHANNEL_BLOCKS: BlockNumber = 100;
pub const GRACE: BlockNumber = 10;
pub const CHECK: BlockNumber = 20;
pub const COMMIT: BlockNumber = 3;
pub const REVEAL: BlockNumber = 3;
pub const APPEAL: BlockNumber = 8;
pub const BOND: Balance = 2_000;
pub const PASS: u16 = 600;
pub const STAKE: Balance = 100_000;
pub const SHARE: u16 = 400;
pub const GENESIS: [u8; 32] = [0x6E; 32];

pub fn parameters() -> InferenceParams {
    InferenceParams {
        min_deposit: 100,
        channel_blocks: CHANNEL_BLOCKS,
        grace_blocks: GRACE,
        check_blocks: CHECK,
        treasury_permille: 100,
        offer_deposit: OFFER_DEPOSIT,
        check_permille: 0,
        commit_blocks: COMMIT,
        reveal_blocks: REVEAL,
        appeal_blocks: APPEAL,
        appeal_bond: BOND,
        pass_score: PASS,
        slash_permille: 100,
        silence_slash_permille: 10,
        verifier_permille: SHARE,
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

pub fn model(number: u32) -> Address {
    Address([number as u8; 32])
}

/// Key that signs a client's vouchers.
pub fn signer(client: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[client; 32])
}

/// Session key of a worker.
pub fn session(worker: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[100 + worker; 32])
}

pub fn session_key(worker: u8) -> Key {
    session(worker).public().0
}

/// A million tokens read cost a million, written twice that: one and two for each token.
pub fn price() -> TokenPrice {
    TokenPrice {
        per_million_in: 1_000_000,
        per_million_out: 2_000_000,
    }
}

pub fn limits() -> TokenLimits {
    TokenLimits {
        tokens_in: 1_000,
        tokens_out: 500,
    }
}

pub fn try_offer(worker: u8, version: u32, tier: Tier) -> DispatchResult {
    try_offer_in(Numbers::Float32, worker, version, tier)
}

pub fn try_offer_in(numbers: Numbers, worker: u8, version: u32, tier: Tier) -> DispatchResult {
    Inference::set_offer(
        origin(worker),
        name("ada"),
        name("tiny"),
        version,
        price(),
        limits(),
        tier,
        numbers,
        b"http://w".to_vec().try_into().unwrap(),
    )
}

pub fn try_open(client: u8, worker: u8, tier: Tier, deposit: Balance) -> DispatchResult {
    try_open_in(Numbers::Float32, client, worker, tier, deposit)
}

pub fn try_open_in(
    numbers: Numbers,
    client: u8,
    worker: u8,
    tier: Tier,
    deposit: Balance,
) -> DispatchResult {
    Inference::open(
        origin(client),
        id(worker),
        name("ada"),
        name("tiny"),
        1,
        price(),
        tier,
        numbers,
        signer(client).public().0,
        deposit,
    )
}

/// Opens a channel and gives its id.
pub fn open(client: u8, worker: u8, tier: Tier, deposit: Balance) -> ChannelId {
    let id = crate::NextChannel::<Test>::get();
    try_open(client, worker, tier, deposit).unwrap();
    id
}

pub fn channel(id: ChannelId) -> crate::types::Channel {
    crate::Channels::<Test>::get(id).unwrap()
}

/// A voucher signed by `client`'s key.
pub fn voucher(client: u8, channel: ChannelId, amount: Balance, number: u64) -> Voucher {
    let body = VoucherBody {
        genesis_hash: GENESIS,
        channel,
        amount,
        number,
    };
    Voucher::new(&body, signer(client).sign(&body.signing_payload()).0)
}

/// The claim for request `number`, of so many tokens read, and none written.
pub fn claim(number: u64, tokens_in: u32) -> ClaimLeaf {
    ClaimLeaf {
        number,
        exchange: Exchange {
            request_sha256: [1; 32],
            response_sha256: [2; 32],
            tokens_in,
            tokens_out: 0,
        },
        activation_root: [3; 32],
    }
}

pub fn scope(channel: ChannelId) -> BatchScope {
    BatchScope {
        genesis_hash: GENESIS,
        channel,
        model: model(1),
    }
}

/// The signature of a worker's session key under a batch.
pub fn batch_signature(worker: u8, channel: ChannelId, claims: &[ClaimLeaf]) -> Signature {
    let root = scope(channel).root(claims).unwrap_or_default();
    let payload = scope(channel).signing_payload(root, claims.len() as u32);
    session(worker).sign(&payload).0
}

pub fn batch(claims: &[ClaimLeaf]) -> Claims {
    claims.to_vec().try_into().unwrap()
}

/// Redeems under a voucher of `client`, all well signed.
pub fn try_redeem(
    (client, worker): (u8, u8),
    channel: ChannelId,
    voucher_amount: Balance,
    claims: &[ClaimLeaf],
) -> DispatchResult {
    let number = claims.last().map_or(0, |leaf| leaf.number);
    Inference::redeem(
        origin(worker),
        channel,
        voucher(client, channel, voucher_amount, number).into(),
        session_key(worker),
        batch(claims),
        batch_signature(worker, channel, claims),
    )
}

/// Redeems claims from [`CLIENT`] for [`WORKER`] under a voucher of the whole deposit.
pub fn redeem(channel: ChannelId, claims: &[ClaimLeaf]) -> SettlementId {
    let id = crate::NextSettlement::<Test>::get();
    try_redeem((CLIENT, WORKER), channel, DEPOSIT, claims).unwrap();
    id
}

/// What a worker signed for a request.
pub fn answer(worker: u8, channel: ChannelId, number: u64, exchange: Exchange) -> SignedAnswer {
    let body = AnswerBody {
        genesis_hash: GENESIS,
        model: model(1),
        channel,
        number,
        exchange,
    };
    SignedAnswer {
        signature: session(worker).sign(&body.signing_payload()).0,
        session_key: session_key(worker),
        exchange: body.exchange,
    }
}

/// The path of one claim of a batch.
pub fn path(channel: ChannelId, claims: &[ClaimLeaf], index: u32) -> ClaimPath {
    let hashes: Vec<_> = claims
        .iter()
        .map(|leaf| scope(channel).leaf_hash(leaf))
        .collect();
    merkle::siblings(&hashes, index)
        .unwrap()
        .try_into()
        .unwrap()
}

pub fn set_parameters(change: impl FnOnce(&mut InferenceParams)) {
    crate::Parameters::<Test>::mutate(change);
}

/// Has every settlement checked, with randomness in every block.
pub fn check_always() {
    set_parameters(|parameters| parameters.check_permille = 1_000);
    Seed::set(Some([7; 32]));
}

/// Workers from 30 on, each with an offer.
pub fn add_verifiers(count: u8) {
    for number in 30..30 + count {
        Balances::mint_into(&id(number), FUNDS).unwrap();
        WorkerNumbers::mutate(|workers| workers.push(number));
        try_offer(number, 1, Tier::T0).unwrap();
    }
}

pub fn set_operator(worker: u8, operator: u8) {
    Operators::mutate(|operators| operators.insert(id(worker), id(operator)));
}

pub fn stake(worker: u8) -> Balance {
    SetWorkers::stake(&id(worker))
}

/// The number that an account repeats.
pub fn number(account: &AccountId) -> u8 {
    AsRef::<[u8]>::as_ref(account)[0]
}

/// Gives an error, or says that the fee is given back.
fn unpaid(result: DispatchResultWithPostInfo) -> DispatchResult {
    let info = result.map_err(|refused| refused.error)?;
    assert_eq!(info.pays_fee, Pays::No);
    Ok(())
}

pub fn try_commit(id: SettlementId, worker: u8, score: u16) -> DispatchResult {
    let body = ScoreBody {
        genesis_hash: GENESIS,
        settlement: id,
        verifier: WorkerId([worker; 32]),
        score,
        salt: [worker; 32],
    };
    unpaid(Inference::commit_score(
        origin(worker),
        id,
        body.commitment(),
    ))
}

pub fn commit(id: SettlementId, worker: u8, score: u16) {
    try_commit(id, worker, score).unwrap();
}

pub fn try_reveal(id: SettlementId, worker: u8, score: u16) -> DispatchResult {
    unpaid(Inference::reveal_score(
        origin(worker),
        id,
        score,
        [worker; 32],
    ))
}

pub fn reveal(id: SettlementId, worker: u8, score: u16) {
    try_reveal(id, worker, score).unwrap();
}

/// A fresh panel commits and reveals, everybody the same score, and is judged.
pub fn check_votes(id: SettlementId, panel: &[u8], score: u16) {
    let scores: Vec<_> = panel.iter().map(|worker| (*worker, score)).collect();
    check_scores(id, &scores);
}

/// The same, everybody a score of its own.
pub fn check_scores(id: SettlementId, scores: &[(u8, u16)]) {
    for (worker, score) in scores {
        commit(id, *worker, *score);
    }
    skip(1);
    for (worker, score) in scores {
        reveal(id, *worker, *score);
    }
    skip(1);
}

pub fn free(number: u8) -> Balance {
    Balances::free_balance(id(number))
}

pub fn held(reason: HoldReason, number: u8) -> Balance {
    Balances::balance_on_hold(&reason.into(), &id(number))
}

/// Runs the hooks of all blocks up to `number`.
pub fn run_to(number: BlockNumber) {
    while System::block_number() < number {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Inference::on_initialize(next);
    }
}

pub fn skip(blocks: BlockNumber) {
    run_to(System::block_number() + blocks);
}

pub fn ext() -> sp_io::TestExternalities {
    let balances = (1..9).map(|number| (id(number), FUNDS)).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig {
            balances,
            ..Default::default()
        },
        inference: pallet_inference::GenesisConfig {
            parameters: parameters(),
            ..Default::default()
        },
        ..Default::default()
    };
    let mut ext = sp_io::TestExternalities::from(genesis.build_storage().unwrap());
    #[cfg(feature = "runtime-benchmarks")]
    ext.register_extension(sp_keystore::KeystoreExt::new(
        sp_keystore::testing::MemoryKeystore::new(),
    ));
    ext.execute_with(|| {
        System::initialize(&1, &sp_core::H256(GENESIS), &Default::default());
        WorkerNumbers::set(vec![WORKER, OTHER_WORKER]);
        let keys =
            [WORKER, OTHER_WORKER].map(|worker| ((id(worker), session_key(worker)), Tier::T1));
        Tiers::set(keys.into_iter().collect());
        RoyaltyLine::set(Vec::new());
        MaxDuePerBlock::set(40);
        StakeLeft::set(BTreeMap::new());
        Operators::set(BTreeMap::new());
        Seed::set(None);
    });
    ext
}

/// Runs a test in block 1, with an offer of [`WORKER`] up to T1, then checks every invariant.
pub fn run(test: impl FnOnce()) {
    ext().execute_with(|| {
        try_offer(WORKER, 1, Tier::T1).unwrap();
        test();
        check_invariants();
    });
}

/// The pallet's invariants, and that nothing is held that it does not know of.
pub fn check_invariants() {
    Inference::do_try_state().unwrap();
    let channels: Balance = crate::Channels::<Test>::iter_values()
        .map(|channel| channel.held())
        .sum();
    let offers: Balance = crate::Offers::<Test>::iter_values()
        .map(|offer| offer.deposit)
        .sum();
    let held: Balance = pallet_balances::Holds::<Test>::iter_values()
        .flat_map(|holds| holds.into_iter().map(|hold| hold.amount))
        .sum();
    let bonds: Balance = crate::Checks::<Test>::iter_values()
        .map(|check| check.bond)
        .sum();
    assert_eq!(held, channels + offers + bonds);
}
