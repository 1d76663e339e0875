//! Block production (BABE), finality (GRANDPA), and who takes part (sessions).
//!
//! The validators are those of genesis; a later version draws them by stake. They may change their keys.
//! Equivocations are seen and logged by every node but not punished on chain: validators have no stake yet that could be
//! taken. The proof type is `Void`, which nobody can construct, so that the two report calls, which would refund their fee,
//! cannot be sent at all.

use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use sp_runtime::traits::{ConvertInto, OpaqueKeys};

use crate::{
    constants::{BAL, EPOCH_DURATION_SLOTS, SLOT_DURATION_MS},
    AccountId, Babe, Balance, Balances, Runtime, RuntimeEvent, SessionKeys,
};

/// Validators at most.
pub type MaxAuthorities = ConstU32<100>;

parameter_types! {
    /// Held while an account has session keys registered; genesis validators' keys are free.
    pub const KeyDeposit: Balance = 10 * BAL;
}

impl pallet_babe::Config for Runtime {
    type EpochDuration = ConstU64<EPOCH_DURATION_SLOTS>;
    type ExpectedBlockTime = ConstU64<SLOT_DURATION_MS>;
    type EpochChangeTrigger = pallet_babe::ExternalTrigger;
    type DisabledValidators = crate::Session;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_grandpa::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = ();
    type MaxAuthorities = MaxAuthorities;
    type MaxNominators = ConstU32<0>;
    /// Only equivocation reports need this map.
    type MaxSetIdSessionEntries = ConstU64<0>;
    type KeyOwnerProof = sp_core::Void;
    type EquivocationReportSystem = ();
}

impl pallet_authorship::Config for Runtime {
    type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
    type EventHandler = ();
}

impl pallet_session::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = Babe;
    type NextSessionRotation = Babe;
    /// Plans no new set: the one of genesis stays.
    type SessionManager = ();
    type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
    type Keys = SessionKeys;
    type DisablingStrategy = ();
    type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type KeyDeposit = KeyDeposit;
}
