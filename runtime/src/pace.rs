//! How fast consensus, staking and governance go on this network.
//!
//! Goals: one runtime for every network; a person watches an era pass on a local one, and on a production one nobody is hurried.
//! Non-goals: changing the pace later. Genesis sets it and no call does: BABE cannot bear another epoch length, and whoever
//! bonds relies on the rest. A runtime upgrade with a migration could change all of it but the epoch.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::parameter_types;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_staking::{EraIndex, SessionIndex};

use crate::{
    constants::{DAYS, EPOCH_DURATION_SLOTS},
    BlockNumber,
};

pub use pallet::*;

/// The periods of a network. The default is production's.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Debug,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Periods {
    /// Slots of a BABE epoch, which is a session.
    pub epoch_slots: u32,
    /// Sessions of an era: validators are elected and paid once in it.
    pub sessions_per_era: SessionIndex,
    /// Eras that stake stays bonded for after it was asked back, and can be slashed in.
    pub bonding_eras: EraIndex,
    /// Eras between an offence and its slash, in which governance may cancel it.
    pub slash_defer_eras: EraIndex,
    /// Blocks that governance counts as a day.
    pub governance_day_blocks: BlockNumber,
}

impl Default for Periods {
    /// Sessions of an hour, eras of six, a week of bonding.
    fn default() -> Self {
        Self {
            epoch_slots: EPOCH_DURATION_SLOTS,
            sessions_per_era: 6,
            bonding_eras: 28,
            slash_defer_eras: 27,
            governance_day_blocks: DAYS,
        }
    }
}

/// Shorter epochs than this leave no time to announce the next one.
const MIN_EPOCH_SLOTS: u32 = 10;
/// What the tracks of governance count in.
pub const HALF_HOURS_PER_DAY: BlockNumber = 48;
/// A referendum's shortest period is half an hour and must last a block.
const MIN_GOVERNANCE_DAY_BLOCKS: BlockNumber = HALF_HOURS_PER_DAY;

impl Periods {
    /// Why a network could not live with these, if it could not.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.epoch_slots < MIN_EPOCH_SLOTS {
            return Err("an epoch has at least 10 slots");
        }
        if self.sessions_per_era == 0 {
            return Err("an era has at least one session");
        }
        // Staking elects while the last session but one of an era runs, and checks the other bound itself, too.
        if self.slash_defer_eras >= self.bonding_eras {
            return Err("a slash must come before the stake is given back");
        }
        if self.bonding_eras > MAX_BONDING_ERAS {
            return Err("nomination pools keep stake apart for 28 eras of bonding at most");
        }
        if self.governance_day_blocks < MIN_GOVERNANCE_DAY_BLOCKS {
            return Err("a day of governance has at least 48 blocks");
        }
        Ok(())
    }
}

/// What nomination pools and staking are built for.
pub const MAX_BONDING_ERAS: EraIndex = 28;

parameter_types! {
    /// Slots of an epoch.
    pub EpochSlots: u64 = Pallet::<crate::Runtime>::periods().epoch_slots.into();
    /// Sessions of an era.
    pub SessionsPerEra: SessionIndex = Pallet::<crate::Runtime>::periods().sessions_per_era;
    /// Eras of bonding.
    pub BondingEras: EraIndex = Pallet::<crate::Runtime>::periods().bonding_eras;
    /// Eras before a slash.
    pub SlashDeferEras: EraIndex = Pallet::<crate::Runtime>::periods().slash_defer_eras;
    /// Blocks of a day of governance.
    pub GovernanceDay: BlockNumber = Pallet::<crate::Runtime>::periods().governance_day_blocks;
    /// Sessions in which an offence can still be punished.
    pub BondedSessions: u64 = {
        let periods = Pallet::<crate::Runtime>::periods();
        u64::from(periods.bonding_eras) * u64::from(periods.sessions_per_era)
    };
    /// Slots in which an offence can still be reported.
    pub ReportLongevity: u64 = BondedSessions::get() * EpochSlots::get();
}

/// Holds the periods.
#[frame_support::pallet]
pub mod pallet {
    use super::Periods as AllPeriods;
    use frame_support::pallet_prelude::*;

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// The periods of this network.
    #[pallet::storage]
    pub type Periods<T: Config> = StorageValue<_, AllPeriods, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The periods of the new network.
        pub periods: AllPeriods,
        #[serde(skip)]
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Err(reason) = self.periods.check() {
                panic!("pace of the genesis: {reason}, not {:?}", self.periods);
            }
            Periods::<T>::put(self.periods);
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// How fast this network goes.
        pub fn periods() -> AllPeriods {
            Periods::<T>::get()
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<frame_system::pallet_prelude::BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(
            _n: frame_system::pallet_prelude::BlockNumberFor<T>,
        ) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::periods().check().map_err(Into::into)
        }
    }
}
