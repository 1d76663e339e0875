//! Block production (BABE), finality (GRANDPA), and who takes part (sessions).
//!
//! Staking elects the validators. A validator that signs two blocks for one slot, or two votes in one round, is reported by
//! whoever sees it, with a proof of whose key it was that the historical sessions check; offences then go to staking.

use frame_support::{parameter_types, traits::ConstU32};
use frame_system::offchain::{CreateBare, CreateTransactionBase};
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

use crate::{
    configs::staking::MaxExposurePageSize,
    constants::{BAL, SLOT_DURATION_MS},
    pace::{BondedSessions, EpochSlots, ReportLongevity},
    AccountId, Babe, Balance, Balances, Historical, Offences, Runtime, RuntimeCall, RuntimeEvent,
    SessionKeys, Staking, UncheckedExtrinsic,
};

/// Validators at most.
pub type MaxAuthorities = ConstU32<100>;

parameter_types! {
    /// Held while an account has session keys registered; genesis validators' keys are free.
    pub const KeyDeposit: Balance = 10 * BAL;
    /// Time between two blocks.
    pub const ExpectedBlockTime: u64 = SLOT_DURATION_MS;
}

impl pallet_babe::Config for Runtime {
    type EpochDuration = EpochSlots;
    type ExpectedBlockTime = ExpectedBlockTime;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = crate::Session;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = MaxExposurePageSize;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_babe::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = MaxExposurePageSize;
    type MaxSetIdSessionEntries = BondedSessions;
    type KeyOwnerProof = sp_session::MembershipProof;
    type EquivocationReportSystem =
        pallet_grandpa::EquivocationReportSystem<Self, Offences, Historical, ReportLongevity>;
}

/// Reports of equivocations are transactions without a signature, which a block's author puts into it.
impl<LocalCall> CreateTransactionBase<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<LocalCall> CreateBare<LocalCall> for Runtime
where
    RuntimeCall: From<LocalCall>,
{
    fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_bare(call)
    }
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    /// Notes the points that an era's pay is shared by.
    type EventHandler = Staking;
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, Staking>;
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    /// At most a third at a time, those with the gravest offences.
    type DisablingStrategy = pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = KeyDeposit;
}

impl pallet_session::historical::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type FullIdentification = ();
    type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Self>;
}

impl pallet_offences::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
    type OnOffenceHandler = Staking;
}

impl pallet_authority_discovery::Config for Runtime {
    type MaxAuthorities = MaxAuthorities;
}
