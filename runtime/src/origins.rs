//! What a referendum may do: one origin for each kind of decision, each with a track of its own.
//!
//! Goals: a decision needs no more power than it uses; `Root` is for upgrades and what nothing narrower covers.
//! Non-goals: who may vote and how votes count (conviction voting), how long it takes (`configs/governance.rs`).

use frame_support::traits::{EnsureOrigin, OriginTrait};

use crate::{constants::BAL, Balance};

pub use pallet::*;

/// Holds the origins.
#[frame_support::pallet]
pub mod pallet {
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use scale_info::TypeInfo;

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Who decided.
    #[pallet::origin]
    #[derive(
        Clone, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Debug,
    )]
    pub enum Origin {
        /// Sets what Ballast's own pallets trust: golden measurements, guest policies, blocked devices.
        #[codec(index = 0)]
        Parameters,
        /// Cancels slashes, sets commissions' floor, looks after nomination pools.
        #[codec(index = 1)]
        StakingAdmin,
        /// Spends any amount of the treasury's.
        #[codec(index = 2)]
        Treasurer,
        /// Spends small amounts of the treasury's.
        #[codec(index = 3)]
        SmallSpender,
        /// Stops a referendum and gives deposits back.
        #[codec(index = 4)]
        ReferendumCanceller,
        /// Stops a referendum and keeps the deposits.
        #[codec(index = 5)]
        ReferendumKiller,
        /// Appoints registrars of identities and judges of names.
        #[codec(index = 6)]
        IdentityAdmin,
    }
}

/// The most that [`SmallSpender`] may spend at a time.
pub const SMALL_SPEND: Balance = 1_000 * BAL;

/// Makes an [`EnsureOrigin`] of a variant.
macro_rules! ensures {
    ($($(#[$doc:meta])* $name:ident: $success:ty = $value:expr;)*) => { $(
        $(#[$doc])*
        pub struct $name;

        impl<O: OriginTrait + From<Origin>> EnsureOrigin<O> for $name
        where
            for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
        {
            type Success = $success;

            fn try_origin(origin: O) -> Result<Self::Success, O> {
                if matches!(origin.caller().try_into(), Ok(Origin::$name)) {
                    return Ok($value);
                }
                Err(origin)
            }

            #[cfg(feature = "runtime-benchmarks")]
            fn try_successful_origin() -> Result<O, ()> {
                Ok(O::from(Origin::$name))
            }
        }
    )* };
}

ensures! {
    /// By a referendum on what our pallets trust.
    Parameters: () = ();
    /// By a referendum on staking.
    StakingAdmin: () = ();
    /// By a referendum on spending, however much.
    Treasurer: Balance = Balance::MAX;
    /// By a referendum on spending little.
    SmallSpender: Balance = SMALL_SPEND;
    /// By a referendum on cancelling another.
    ReferendumCanceller: () = ();
    /// By a referendum on killing another.
    ReferendumKiller: () = ();
    /// By a referendum on identities.
    IdentityAdmin: () = ();
}
