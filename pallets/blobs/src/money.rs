//! Holding, returning and burning, each in one place.

use crate::{AccountId, Config, Error, HoldReason, Pallet};
use ballast_core::Balance;
use frame_support::{
    defensive,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Mutate, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
    },
};
use sp_runtime::{ArithmeticError, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
    /// Holds funds; an empty purse is this pallet's own error, with its remedy.
    pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::hold(&reason.into(), who, amount).map_err(Self::name_shortage)
    }

    /// Returns held funds. They were held by this pallet and nobody else takes from them, so a shortage is a fault; it
    /// is logged and must not stop the block.
    pub(crate) fn give_back(reason: HoldReason, who: &AccountId, amount: Balance) {
        let returned = T::Currency::release(&reason.into(), who, amount, Precision::BestEffort);
        if returned != Ok(amount) {
            defensive!("less was held than recorded, or it could not be returned");
        }
    }

    /// Burns held funds; see [`give_back`](Self::give_back).
    pub(crate) fn burn_held(reason: HoldReason, who: &AccountId, amount: Balance) {
        let burned = T::Currency::burn_held(
            &reason.into(),
            who,
            amount,
            Precision::BestEffort,
            Fortitude::Force,
        );
        if burned != Ok(amount) {
            defensive!("less was held than recorded");
        }
    }

    /// Burns a fee from the free balance.
    pub(crate) fn burn_fee(who: &AccountId, amount: Balance) -> DispatchResult {
        let (keep, exact) = (Preservation::Preserve, Precision::Exact);
        T::Currency::burn_from(who, amount, keep, exact, Fortitude::Polite)
            .map(drop)
            .map_err(Self::name_shortage)
    }

    fn name_shortage(error: DispatchError) -> DispatchError {
        match error {
            DispatchError::Token(TokenError::FundsUnavailable | TokenError::NotExpendable)
            | DispatchError::Arithmetic(ArithmeticError::Underflow) => {
                Error::<T>::Unaffordable.into()
            }
            other => other,
        }
    }
}
