//! A worker's own words: checked as a whole, replaced as a whole.

use crate::{
    check_endpoint, types, AccountId, Config, Error, Event, Pallet, Parameters, ReceiptKey,
    ReceiptKeys, Worker, WorkerProfile, Workers,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_update(account: AccountId, profile: WorkerProfile) -> DispatchResult {
        let worker = Self::worker_of(&account)?;
        Self::check_profile(&account, &profile)?;
        ensure!(
            profile.capacity >= worker.assigned_bytes,
            Error::<T>::CapacityBelowAssigned
        );

        Self::move_receipt_key(&account, worker.profile.receipt_key, profile.receipt_key);
        let operator = profile.operator.clone();
        Workers::<T>::insert(&account, Worker { profile, ..worker });
        Self::deposit_event(Event::Updated {
            worker: account,
            operator,
        });
        Ok(())
    }

    /// The worker of an account, for a call that only a worker may make.
    pub(crate) fn worker_of(account: &AccountId) -> Result<Worker, Error<T>> {
        Workers::<T>::get(account).ok_or(Error::<T>::NotWorker)
    }

    /// Everything about a profile that does not depend on what the worker holds.
    pub(crate) fn check_profile(account: &AccountId, profile: &WorkerProfile) -> DispatchResult {
        Self::check_bounds(&Parameters::<T>::get(), profile)?;
        ensure!(
            check_endpoint(&profile.endpoint).is_ok(),
            Error::<T>::EndpointInvalid
        );
        Self::check_receipt_key(account, &profile.receipt_key)?;
        ensure!(
            Self::may_name(account, &profile.operator),
            Error::<T>::OperatorHasNotConsented
        );
        Ok(())
    }

    fn check_bounds(parameters: &types::Parameters, profile: &WorkerProfile) -> DispatchResult {
        let capacities = parameters.min_capacity..=parameters.max_capacity;
        ensure!(
            capacities.contains(&profile.capacity),
            Error::<T>::CapacityOutOfBounds
        );
        let max_ask = parameters.max_ask_per_gib_epoch;
        ensure!(profile.ask_per_gib_epoch <= max_ask, Error::<T>::AskTooHigh);
        Ok(())
    }

    fn check_receipt_key(account: &AccountId, key: &ReceiptKey) -> DispatchResult {
        ensure!(*key != [0; 32], Error::<T>::ReceiptKeyInvalid);
        let holder = ReceiptKeys::<T>::get(key);
        ensure!(
            holder.is_none_or(|holder| holder == *account),
            Error::<T>::ReceiptKeyTaken
        );
        Ok(())
    }

    fn move_receipt_key(account: &AccountId, old: ReceiptKey, new: ReceiptKey) {
        if old != new {
            ReceiptKeys::<T>::remove(old);
            ReceiptKeys::<T>::insert(new, account);
        }
    }
}
