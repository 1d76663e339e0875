//! Proof of stake: who may validate, who backs whom, what it earns and what it costs.
//!
//! Validators are elected once an era by sequential Phragmen, on chain, over a bounded number of candidates and of the
//! largest backers, so that an election has an end that can be told; the block of an election carries no transactions, as its
//! declared weight is far above that. Who has too little to be among the backers joins a nomination pool.
//! Debt: pallet-staking is deprecated for pallet-staking-async, which needs a relay chain today.
//!
//! There is no heartbeat: a validator that is away earns nothing, as pay goes by blocks made.

use frame_election_provider_support::{
    bounds::{ElectionBounds, ElectionBoundsBuilder},
    onchain, SequentialPhragmen, VoteWeight,
};
use frame_support::{
    parameter_types,
    traits::{tokens::imbalance::ResolveTo, ConstBool, ConstU32, ConstU8, EitherOfDiverse},
    PalletId,
};
use frame_system::EnsureRoot;
use pallet_staking::UseValidatorsMap;
use sp_core::U256;
use sp_runtime::{curve::PiecewiseLinear, traits::Convert, FixedU128, Perbill};

use crate::{
    configs::{consensus::MaxAuthorities, governance::TreasuryAccount},
    origins::StakingAdmin,
    pace::{BondingEras, SessionsPerEra, SlashDeferEras, MAX_BONDING_ERAS},
    AccountId, Balance, Balances, DelegatedStaking, NominationPools, Runtime, RuntimeEvent,
    RuntimeFreezeReason, RuntimeHoldReason, Session, Staking, System, Timestamp, VoterList,
};

// New money per year: from 2.5 % with no stake to 10 % with half of all money at stake, and less again above that. What
// validators and nominators do not get of the 10 % goes to the treasury.
pallet_staking_reward_curve::build! {
    const INFLATION: PiecewiseLinear<'static> = curve!(
        min_inflation: 0_025_000,
        max_inflation: 0_100_000,
        ideal_stake: 0_500_000,
        falloff: 0_050_000,
        max_piece_count: 40,
        test_precision: 0_005_000,
    );
}

/// Bags of the voter list.
const BAGS: usize = 106;

/// Upper bounds of the bags, each a quarter above the one before: a voter's place is right to within that.
static BAG_THRESHOLDS: [VoteWeight; BAGS] = bag_thresholds();

const fn bag_thresholds() -> [VoteWeight; BAGS] {
    let mut bags = [VoteWeight::MAX; BAGS];
    let mut bag = 0;
    let mut bound: VoteWeight = 1_000_000_000;
    while bag + 1 < BAGS {
        bags[bag] = bound;
        bound += bound / 4;
        bag += 1;
    }
    bags
}

parameter_types! {
    /// What is paid in a year.
    pub const Inflation: &'static PiecewiseLinear<'static> = &INFLATION;
    /// As [`BAG_THRESHOLDS`].
    pub const BagThresholds: &'static [VoteWeight] = &BAG_THRESHOLDS;
    /// Voters whose bag changed with what they earned, put right in an idle block.
    pub const MaxAutoRebagPerBlock: u32 = 5;
    /// Nominators whose share one `payout_stakers` pays.
    pub const MaxExposurePageSize: u32 = 64;
    /// Candidates and the largest backers that an election looks at.
    pub ElectionLimits: ElectionBounds = ElectionBoundsBuilder::default()
        .voters_count(MAX_ELECTING_VOTERS.into())
        .targets_count(MAX_ELECTABLE_TARGETS.into())
        .build();
    /// Names the accounts of nomination pools.
    pub const PoolsPalletId: PalletId = PalletId(*b"blst/nop");
    /// Names the accounts that hold stake for pools.
    pub const DelegationPalletId: PalletId = PalletId(*b"blst/dlg");
    /// Of a slash on a pool's member, to whoever has it applied.
    pub const DelegatedSlashReward: Perbill = Perbill::from_percent(1);
}

/// Voters that an election looks at, of the greatest stake: every candidate's own vote is one of them.
pub const MAX_ELECTING_VOTERS: u32 = 1_000;
/// Candidates that an election looks at.
pub const MAX_ELECTABLE_TARGETS: u32 = 250;
/// Eras in which pay can be claimed.
pub const HISTORY_ERAS: u32 = 84;
/// Validators that a nominator may name.
pub const MAX_NOMINATIONS: u32 = 16;

/// The election.
pub struct SequentialElection;

impl onchain::Config for SequentialElection {
    type Sort = ConstBool<true>;
    type System = Runtime;
    type Solver = SequentialPhragmen<AccountId, Perbill>;
    type MaxBackersPerWinner = ConstU32<MAX_ELECTING_VOTERS>;
    type MaxWinnersPerPage = MaxAuthorities;
    type DataProvider = Staking;
    type WeightInfo = frame_election_provider_support::weights::SubstrateWeight<Runtime>;
    type Bounds = ElectionLimits;
}

/// Sizes that the pallet's own benchmarks use.
pub struct StakingBenchmarks;

impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
    type MaxNominators = ConstU32<MAX_ELECTING_VOTERS>;
    type MaxValidators = ConstU32<MAX_ELECTABLE_TARGETS>;
}

impl pallet_staking::Config for Runtime {
    type OldCurrency = Balances;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type CurrencyBalance = Balance;
    type UnixTime = Timestamp;
    type CurrencyToVote = sp_staking::currency_to_vote::U128CurrencyToVote;
    type ElectionProvider = onchain::OnChainExecution<SequentialElection>;
    type GenesisElectionProvider = Self::ElectionProvider;
    type NominationsQuota = pallet_staking::FixedNominationsQuota<MAX_NOMINATIONS>;
    type HistoryDepth = ConstU32<HISTORY_ERAS>;
    type RewardRemainder = ResolveTo<TreasuryAccount, Balances>;
    type RuntimeEvent = RuntimeEvent;
    type Slash = ResolveTo<TreasuryAccount, Balances>;
    /// New money.
    type Reward = ();
    type SessionsPerEra = SessionsPerEra;
    type BondingDuration = BondingEras;
    type SlashDeferDuration = SlashDeferEras;
    type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, StakingAdmin>;
    type SessionInterface = Self;
    type EraPayout = pallet_staking::ConvertCurve<Inflation>;
    type NextNewSession = Session;
    type MaxExposurePageSize = MaxExposurePageSize;
    type MaxValidatorSet = MaxAuthorities;
    type VoterList = VoterList;
    type TargetList = UseValidatorsMap<Self>;
    type MaxUnlockingChunks = ConstU32<32>;
    type MaxControllersInDeprecationBatch = ConstU32<0>;
    type EventListeners = (NominationPools, DelegatedStaking);
    type Filter = pallet_nomination_pools::AllPoolMembers<Self>;
    type BenchmarkingConfig = StakingBenchmarks;
    type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

impl crate::validators::Config for Runtime {}

impl pallet_bags_list::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_bags_list::weights::SubstrateWeight<Runtime>;
    type ScoreProvider = Staking;
    type BagThresholds = BagThresholds;
    type MaxAutoRebagPerBlock = MaxAutoRebagPerBlock;
    type Score = VoteWeight;
}

impl pallet_delegated_staking::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type PalletId = DelegationPalletId;
    type Currency = Balances;
    type OnSlash = ResolveTo<TreasuryAccount, Balances>;
    type SlashRewardFraction = DelegatedSlashReward;
    type RuntimeHoldReason = RuntimeHoldReason;
    type CoreStaking = Staking;
}

/// Balances as wide numbers and back.
pub struct WideBalance;

impl Convert<Balance, U256> for WideBalance {
    fn convert(balance: Balance) -> U256 {
        balance.into()
    }
}

impl Convert<U256, Balance> for WideBalance {
    /// Shares of a balance fit into one; what does not is the greatest.
    fn convert(wide: U256) -> Balance {
        wide.try_into().unwrap_or(Balance::MAX)
    }
}

impl pallet_nomination_pools::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_nomination_pools::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type RewardCounter = FixedU128;
    type PalletId = PoolsPalletId;
    type MaxPointsToBalance = ConstU8<10>;
    type MaxUnbonding = ConstU32<8>;
    type BalanceToU256 = WideBalance;
    type U256ToBalance = WideBalance;
    type StakeAdapter =
        pallet_nomination_pools::adapter::DelegateStake<Self, Staking, DelegatedStaking>;
    /// Some more than an unbonding lasts, so that a slash finds every share that it concerns.
    type MaxUnbondingPools = ConstU32<{ MAX_BONDING_ERAS + 4 }>;
    type MaxMetadataLen = ConstU32<256>;
    type AdminOrigin = EitherOfDiverse<EnsureRoot<AccountId>, StakingAdmin>;
    type BlockNumberProvider = System;
    type Filter = pallet_staking::AllStakers<Self>;
}
