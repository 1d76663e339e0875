//! Deposits: held, given back, handed over with what they stand for.

use crate::{AccountId, Config, Error, HoldReason, Pallet};
use ballast_core::{Balance, BlockNumber};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{InspectHold, MutateHold},
        tokens::{Fortitude, Precision, Restriction},
    },
};
use sp_runtime::{traits::SaturatedConversion, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
    /// Holds a deposit; an empty purse is this pallet's own error, with its remedy.
    pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::hold(&reason.into(), who, amount).map_err(|error| match error {
            DispatchError::Token(TokenError::FundsUnavailable) => Error::<T>::Unaffordable.into(),
            other => other,
        })
    }

    /// Gives a deposit back.
    pub(crate) fn give_back(
        reason: HoldReason,
        who: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
    }

    /// Moves a deposit, still held, to the new owner of what it stands for.
    pub(crate) fn hand_over(
        reason: HoldReason,
        from: &AccountId,
        to: &AccountId,
        amount: Balance,
    ) -> DispatchResult {
        ensure!(from != to, Error::<T>::AlreadyOwner);
        let reason = reason.into();
        ensure!(
            T::Currency::hold_available(&reason, to),
            Error::<T>::RecipientCannotHold
        );
        let (exact, held) = (Precision::Exact, Restriction::OnHold);
        T::Currency::transfer_on_hold(&reason, from, to, amount, exact, held, Fortitude::Polite)
            .map(drop)
    }

    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}
