//! Holding, returning and burning, each in one place.

use crate::{AccountId, Config, Error, HoldReason, Pallet};
use ballast_core::Balance;
use frame_support::{
    defensive,
    pallet_prelude::{DispatchResult, Get},
    traits::{
        fungible::{Inspect, Mutate, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
    },
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
    /// The account that the leases of certified encodings lie in, and what was taken from workers. Nobody has its key.
    pub fn pot() -> AccountId {
        T::PotId::get().into_account_truncating()
    }

    /// What lies in the pot, less the least balance that keeps it alive.
    pub fn pot_balance() -> Balance {
        T::Currency::balance(&Self::pot()).saturating_sub(T::Currency::minimum_balance())
    }

    /// Lets the pot exist, so that it takes any amount.
    pub(crate) fn found_pot() {
        let (pot, least) = (Self::pot(), T::Currency::minimum_balance());
        if T::Currency::balance(&pot) < least {
            let _ = T::Currency::mint_into(&pot, least);
        }
    }

    /// Pays out of the pot. `false` if the account cannot take it, because it does not exist and the amount is below the
    /// least balance.
    pub fn pay(to: &AccountId, amount: Balance) -> bool {
        let paid = |amount| T::Currency::transfer(&Self::pot(), to, amount, Preservation::Preserve);
        amount == 0 || paid(amount).is_ok()
    }

    /// Moves held funds into the pot. They were held by this pallet, so a shortage is a fault.
    pub(crate) fn move_to_pot(reason: HoldReason, who: &AccountId, amount: Balance) {
        if amount == 0 {
            return;
        }
        let moved = T::Currency::transfer_on_hold(
            &reason.into(),
            who,
            &Self::pot(),
            amount,
            Precision::BestEffort,
            Restriction::Free,
            Fortitude::Force,
        );
        if moved != Ok(amount) {
            defensive!("less was held than recorded, or the pot does not exist");
        }
    }

    /// Pays held funds to another account. Gives what was paid: nothing if that account cannot take it.
    pub(crate) fn pay_held(
        reason: HoldReason,
        from: &AccountId,
        to: &AccountId,
        amount: Balance,
    ) -> Balance {
        let (exact, free) = (Precision::Exact, Restriction::Free);
        T::Currency::transfer_on_hold(
            &reason.into(),
            from,
            to,
            amount,
            exact,
            free,
            Fortitude::Force,
        )
        .unwrap_or(0)
    }

    /// Pays into the pot from the free balance.
    pub(crate) fn pay_into_pot(who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::transfer(who, &Self::pot(), amount, Preservation::Preserve)
            .map(drop)
            .map_err(Self::name_shortage)
    }

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
