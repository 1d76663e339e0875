//! Governance without a key-holder: referenda by conviction voting, a treasury, and a committee that can do one thing.
//!
//! A proposal names an origin, and the origin has a track: how much must be deposited, how long it takes, and how much approval
//! and support it needs. The committee may pause single calls, and no more; a referendum may undo it. What keeps blocks,
//! governance and exits going cannot be paused.

use alloc::borrow::Cow;

use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration,
        tokens::{currency::TotalIssuanceOf, PayFromAccount, UnityAssetBalanceConversion},
        AsEnsureOriginWithArg, ConstU32, Contains, EitherOf, EitherOfDiverse, EqualPrivilegeOnly,
        LinearStoragePrice,
    },
    weights::Weight,
    PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned};
use pallet_referenda::{Curve, Track, TrackInfo};
use sp_arithmetic::FixedI64;
use sp_runtime::{
    traits::{AccountIdConversion, IdentityLookup},
    Perbill, Permill,
};

use crate::{
    constants::{deposit, BAL, MAXIMUM_BLOCK_WEIGHT},
    origins::{self, Origin, ReferendumCanceller, ReferendumKiller, SmallSpender, Treasurer},
    pace::GovernanceDay,
    AccountId, Balance, Balances, BlockNumber, OriginCaller, Preimage, Referenda, Runtime,
    RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, Scheduler, System,
};

parameter_types! {
    /// Deposit of a preimage, and of each of its bytes.
    pub const PreimageBase: Balance = deposit(1, 64);
    /// As above.
    pub const PreimageByte: Balance = deposit(0, 1);
    /// Why it is held.
    pub const PreimageHold: RuntimeHoldReason =
        RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
    /// Half of a block: a runtime upgrade takes some 200 ms.
    pub MaxScheduledWeight: Weight = Perbill::from_percent(50) * MAXIMUM_BLOCK_WEIGHT;
    /// Deposit of a proposal.
    pub const SubmissionDeposit: Balance = 10 * BAL;
    /// Days in which a proposal must find its decision deposit.
    pub UndecidingTimeout: BlockNumber = 14 * GovernanceDay::get();
    /// Days that a vote of conviction one is locked for.
    pub VoteLockingPeriod: BlockNumber = 7 * GovernanceDay::get();
    /// Days between two payments of the old kind, of which there are none.
    pub SpendPeriod: BlockNumber = GovernanceDay::get();
    /// Days in which an approved spend is to be claimed.
    pub PayoutPeriod: BlockNumber = 30 * GovernanceDay::get();
    /// Nothing unspent is burnt.
    pub const Burn: Permill = Permill::zero();
    /// Names the treasury's account.
    pub const TreasuryPalletId: PalletId = PalletId(*b"blst/try");
    /// The treasury's account.
    pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
    /// Root may spend what it likes.
    pub const MaxSpend: Balance = Balance::MAX;
    /// Days that the committee votes on a motion.
    pub MotionDuration: BlockNumber = 3 * GovernanceDay::get();
    /// A motion pauses or resumes a call: half of a block is plenty.
    pub MaxMotionWeight: Weight = Perbill::from_percent(50) * MAXIMUM_BLOCK_WEIGHT;
}

impl origins::Config for Runtime {}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHold,
        LinearStoragePrice<PreimageBase, PreimageByte, Balance>,
    >;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaxScheduledWeight;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<50>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

impl pallet_conviction_voting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type Polls = Referenda;
    type MaxTurnout = TotalIssuanceOf<Balances, AccountId>;
    type MaxVotes = ConstU32<128>;
    type VoteLockingPeriod = VoteLockingPeriod;
    type BlockNumberProvider = System;
    type VotingHooks = ();
}

impl pallet_referenda::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
    type Scheduler = Scheduler;
    type Currency = Balances;
    type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type CancelOrigin = EitherOfDiverse<EnsureRoot<AccountId>, ReferendumCanceller>;
    type KillOrigin = EitherOfDiverse<EnsureRoot<AccountId>, ReferendumKiller>;
    type Slash = SlashedDeposits;
    type Votes = pallet_conviction_voting::VotesOf<Runtime>;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type SubmissionDeposit = SubmissionDeposit;
    type MaxQueued = ConstU32<100>;
    type UndecidingTimeout = UndecidingTimeout;
    type AlarmInterval = ConstU32<1>;
    type Tracks = Tracks;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

/// Deposits of killed referenda and false identities go to the treasury.
pub type SlashedDeposits = crate::Treasury;

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Treasurer>;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = SpendPeriod;
    type Burn = Burn;
    type PalletId = TreasuryPalletId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = ();
    /// There is one way to spend: `spend`, which the beneficiary claims.
    type MaxApprovals = ConstU32<0>;
    type SpendOrigin =
        EitherOf<EnsureRootWithSuccess<AccountId, MaxSpend>, EitherOf<SmallSpender, Treasurer>>;
    /// Our own money alone.
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = IdentityLookup<AccountId>;
    type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = PayoutPeriod;
    type BlockNumberProvider = System;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
}

/// The technical committee.
pub type CommitteeInstance = pallet_collective::Instance1;

/// Two thirds of the committee.
pub type CommitteeMajority =
    pallet_collective::EnsureProportionAtLeast<AccountId, CommitteeInstance, 2, 3>;

impl pallet_collective::Config<CommitteeInstance> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = MotionDuration;
    type MaxProposals = ConstU32<20>;
    type MaxMembers = ConstU32<21>;
    type DefaultVote = pallet_collective::PrimeDefaultVote;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = EnsureRoot<AccountId>;
    type MaxProposalWeight = MaxMotionWeight;
    type DisapproveOrigin = EnsureRoot<AccountId>;
    type KillOrigin = EnsureRoot<AccountId>;
    type Consideration = ();
}

impl pallet_tx_pause::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeMajority>;
    type UnpauseOrigin = EitherOfDiverse<EnsureRoot<AccountId>, CommitteeMajority>;
    type WhitelistedCalls = NeverPaused;
    type MaxNameLen = ConstU32<64>;
    type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

/// Calls that the committee cannot pause: what makes blocks, what governs (and could undo the pause), ways out with one's own
/// money, and proofs whose absence costs stake.
pub struct NeverPaused;

/// Whole pallets of them.
pub(crate) const NEVER_PAUSED_PALLETS: &[&str] = &[
    "System",
    "Timestamp",
    "Babe",
    "Grandpa",
    "Session",
    "Sudo",
    "Utility",
    "Possession",
    "Proxy",
    "Multisig",
    "Vesting",
    "Preimage",
    "Scheduler",
    "ConvictionVoting",
    "Referenda",
    "TechnicalCommittee",
    "MultiBlockMigrations",
];

/// Single ones.
pub(crate) const NEVER_PAUSED_CALLS: &[(&str, &str)] = &[
    ("Blobs", "certify"),
    ("Blobs", "refute"),
    ("Blobs", "attest_rebuild"),
    ("Retrieval", "answer"),
    ("Inference", "close"),
    ("Inference", "redeem"),
    ("Inference", "contest"),
    ("Inference", "commit_score"),
    ("Inference", "reveal_score"),
    ("Inference", "appeal"),
    ("Workers", "drain"),
    ("Workers", "leave"),
    ("Workers", "withdraw"),
    ("Staking", "chill"),
    ("Staking", "unbond"),
    ("Staking", "withdraw_unbonded"),
    ("Staking", "set_payee"),
    ("Staking", "payout_stakers"),
    ("Staking", "payout_stakers_by_page"),
    ("NominationPools", "unbond"),
    ("NominationPools", "withdraw_unbonded"),
    ("NominationPools", "pool_withdraw_unbonded"),
    ("NominationPools", "claim_payout"),
];

impl Contains<pallet_tx_pause::RuntimeCallNameOf<Runtime>> for NeverPaused {
    fn contains(name: &pallet_tx_pause::RuntimeCallNameOf<Runtime>) -> bool {
        let (pallet, call) = (name.0.as_slice(), name.1.as_slice());
        NEVER_PAUSED_PALLETS
            .iter()
            .any(|known| known.as_bytes() == pallet)
            || NEVER_PAUSED_CALLS
                .iter()
                .any(|known| (known.0.as_bytes(), known.1.as_bytes()) == (pallet, call))
    }
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    #[cfg(not(feature = "runtime-benchmarks"))]
    type Migrations = ();
    #[cfg(feature = "runtime-benchmarks")]
    type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
    type CursorMaxLen = ConstU32<65_536>;
    type IdentifierMaxLen = ConstU32<256>;
    type MigrationStatusHandler = ();
    /// State half migrated is no state to go on with: blocks go on, without transactions, until a new runtime is agreed on.
    type FailedMigrationHandler = frame_support::migrations::FreezeChainOnFailedMigration;
    type MaxServiceWeight = MaxScheduledWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

const fn percent(percent: u128) -> FixedI64 {
    FixedI64::from_rational(percent, 100)
}

/// Approval falls from everything to half of the votes, fast at first.
const fn to_half(days: u128, decision_days: u128, then: u128) -> Curve {
    Curve::make_reciprocal(
        days,
        decision_days,
        percent(then),
        percent(50),
        percent(100),
    )
}

/// Support falls evenly from half of all money to this.
const fn down_to(floor: u128) -> Curve {
    Curve::make_linear(1, 1, percent(floor), percent(50))
}

/// A track in parts of a day of governance, a 48th each.
struct Pace {
    prepare: BlockNumber,
    decision: BlockNumber,
    confirm: BlockNumber,
    enactment: BlockNumber,
}

const HALF_HOUR: BlockNumber = 1;
const HOUR: BlockNumber = 2 * HALF_HOUR;
const DAY: BlockNumber = 24 * HOUR;

/// Rounded down once, at the end: a day is as long as the network says, also where its half hours are no whole numbers of blocks.
fn blocks(half_hours: BlockNumber) -> BlockNumber {
    let day = u64::from(GovernanceDay::get());
    let blocks = day.saturating_mul(half_hours.into()) / u64::from(DAY);
    blocks.try_into().unwrap_or(BlockNumber::MAX)
}

struct TrackOf {
    id: u16,
    name: &'static str,
    max_deciding: u32,
    decision_deposit: Balance,
    pace: Pace,
    min_approval: Curve,
    min_support: Curve,
}

impl TrackOf {
    fn track(self) -> Track<u16, Balance, BlockNumber> {
        let mut name = [0; TRACK_NAME_LEN];
        for (to, from) in name.iter_mut().zip(self.name.bytes()) {
            *to = from;
        }
        Track {
            id: self.id,
            info: TrackInfo {
                name,
                max_deciding: self.max_deciding,
                decision_deposit: self.decision_deposit,
                prepare_period: blocks(self.pace.prepare),
                decision_period: blocks(self.pace.decision),
                confirm_period: blocks(self.pace.confirm),
                min_enactment_period: blocks(self.pace.enactment),
                min_approval: self.min_approval,
                min_support: self.min_support,
            },
        }
    }
}

/// What the pallet keeps for a track's name.
const TRACK_NAME_LEN: usize = 25;

/// Ids of the tracks.
pub mod track {
    #![allow(missing_docs, reason = "the names say it")]
    pub const ROOT: u16 = 0;
    pub const PARAMETERS: u16 = 10;
    pub const STAKING_ADMIN: u16 = 11;
    pub const IDENTITY_ADMIN: u16 = 12;
    pub const TREASURER: u16 = 20;
    pub const SMALL_SPENDER: u16 = 21;
    pub const REFERENDUM_CANCELLER: u16 = 30;
    pub const REFERENDUM_KILLER: u16 = 31;
}

fn tracks() -> [TrackOf; 8] {
    let slow = || Pace {
        prepare: 2 * HOUR,
        decision: 14 * DAY,
        confirm: DAY,
        enactment: DAY,
    };
    let quick = || Pace {
        prepare: HOUR,
        decision: 7 * DAY,
        confirm: 3 * HOUR,
        enactment: HALF_HOUR,
    };
    let of = |id, name, max_deciding, bal: Balance, pace, min_approval, floor| TrackOf {
        id,
        name,
        max_deciding,
        decision_deposit: bal * BAL,
        pace,
        min_approval,
        min_support: down_to(floor),
    };
    [
        of(
            track::ROOT,
            "root",
            1,
            10_000,
            slow(),
            to_half(2, 14, 80),
            5,
        ),
        of(
            track::PARAMETERS,
            "parameters",
            5,
            1_000,
            slow(),
            to_half(2, 14, 80),
            2,
        ),
        of(
            track::STAKING_ADMIN,
            "staking_admin",
            5,
            1_000,
            slow(),
            to_half(2, 14, 80),
            2,
        ),
        of(
            track::IDENTITY_ADMIN,
            "identity_admin",
            5,
            500,
            slow(),
            to_half(2, 14, 80),
            1,
        ),
        of(
            track::TREASURER,
            "treasurer",
            5,
            1_000,
            slow(),
            to_half(2, 14, 80),
            2,
        ),
        of(
            track::SMALL_SPENDER,
            "small_spender",
            20,
            100,
            slow(),
            to_half(2, 14, 80),
            1,
        ),
        of(
            track::REFERENDUM_CANCELLER,
            "referendum_canceller",
            10,
            2_000,
            quick(),
            to_half(1, 7, 80),
            2,
        ),
        of(
            track::REFERENDUM_KILLER,
            "referendum_killer",
            10,
            5_000,
            quick(),
            to_half(1, 7, 90),
            5,
        ),
    ]
}

/// The tracks, at this network's pace.
pub struct Tracks;

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = u16;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
        tracks().into_iter().map(|track| Cow::Owned(track.track()))
    }

    fn track_for(origin: &OriginCaller) -> Result<u16, ()> {
        match origin {
            OriginCaller::system(frame_system::RawOrigin::Root) => Ok(track::ROOT),
            OriginCaller::Origins(origin) => Ok(match origin {
                Origin::Parameters => track::PARAMETERS,
                Origin::StakingAdmin => track::STAKING_ADMIN,
                Origin::IdentityAdmin => track::IDENTITY_ADMIN,
                Origin::Treasurer => track::TREASURER,
                Origin::SmallSpender => track::SMALL_SPENDER,
                Origin::ReferendumCanceller => track::REFERENDUM_CANCELLER,
                Origin::ReferendumKiller => track::REFERENDUM_KILLER,
            }),
            _ => Err(()),
        }
    }
}
