//! Who may name whom as operator.
//!
//! Placement spreads an encoding over distinct operators, so an operator's name must be its own to give. An operator
//! can disown a worker at any time; nothing is lost by it but the deposit's lock.

use crate::{AccountId, Config, Consents, Error, Event, HoldReason, Pallet, Parameters, Workers};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{fungible::MutateHold, tokens::Precision},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_authorise_worker(operator: AccountId, worker: AccountId) -> DispatchResult {
        ensure!(operator != worker, Error::<T>::ConsentToSelf);
        let known = Consents::<T>::contains_key(&operator, &worker);
        ensure!(!known, Error::<T>::AlreadyAuthorised);
        let deposit = Parameters::<T>::get().consent_deposit;

        Self::hold(HoldReason::Consent, &operator, deposit)?;
        Consents::<T>::insert(&operator, &worker, deposit);
        Self::deposit_event(Event::WorkerAuthorised { operator, worker });
        Ok(())
    }

    pub(crate) fn do_revoke_worker(operator: AccountId, worker: AccountId) -> DispatchResult {
        let deposit = Consents::<T>::take(&operator, &worker).ok_or(Error::<T>::NotAuthorised)?;

        T::Currency::release(
            &HoldReason::Consent.into(),
            &operator,
            deposit,
            Precision::Exact,
        )?;
        Workers::<T>::mutate(&worker, |entry| {
            if let Some(entry) = entry
                .as_mut()
                .filter(|entry| entry.profile.operator == operator)
            {
                entry.profile.operator = worker.clone();
            }
        });
        Self::deposit_event(Event::WorkerRevoked { operator, worker });
        Ok(())
    }

    /// Whether `worker` may say that `operator` runs it.
    pub(crate) fn may_name(worker: &AccountId, operator: &AccountId) -> bool {
        worker == operator || Consents::<T>::contains_key(operator, worker)
    }
}
