//! Bonds: held, returned, paid and burnt, each in one place.

use crate::{types::Challenge, AccountId, Config, Error, HoldReason, Pallet, Parameters};
use ballast_core::Balance;
use frame_support::{
    defensive,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
    },
};
use sp_runtime::{DispatchError, Percent, TokenError};

impl<T: Config> Pallet<T> {
    /// Holds a bond; an empty purse is this pallet's own error, with its remedy.
    pub(crate) fn hold(who: &AccountId, bond: Balance) -> DispatchResult {
        T::Currency::hold(&HoldReason::Bond.into(), who, bond).map_err(|error| match error {
            DispatchError::Token(TokenError::FundsUnavailable) => Error::<T>::Unaffordable.into(),
            other => other,
        })
    }

    /// Gives a bond back. It was held by this pallet and nobody else takes from it, so a shortage is a fault; it must not
    /// stop the block.
    pub(crate) fn give_back(who: &AccountId, bond: Balance) {
        let reason = HoldReason::Bond.into();
        let returned = T::Currency::release(&reason, who, bond, Precision::BestEffort);
        if returned != Ok(bond) {
            defensive!("less was held than recorded, or it could not be returned");
        }
    }

    /// Pays the worker its part of a bond and burns the rest. Gives both. What the worker's account cannot take burns too.
    pub(crate) fn pay_answer(challenge: &Challenge) -> (Balance, Balance) {
        let burn = Percent::from_percent(Parameters::<T>::get().burn_percent);
        let share = challenge.bond.saturating_sub(burn.mul_ceil(challenge.bond));
        let paid = T::Currency::transfer_on_hold(
            &HoldReason::Bond.into(),
            &challenge.challenger,
            &AccountId::new(challenge.worker.0),
            share,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        )
        .unwrap_or(0);
        let rest = challenge.bond.saturating_sub(paid);
        let burnt = T::Currency::burn_held(
            &HoldReason::Bond.into(),
            &challenge.challenger,
            rest,
            Precision::BestEffort,
            Fortitude::Force,
        );
        if burnt != Ok(rest) {
            defensive!("less was held than recorded");
        }
        (paid, rest)
    }
}
