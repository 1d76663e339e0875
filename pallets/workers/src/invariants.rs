//! What is true of the state between any two calls, numbered. A broken one is a fault of this pallet.

use crate::{
    types, AccountId, ActiveCount, Config, Consents, HoldReason, Pallet, Parameters, ReceiptKeys,
    Worker, Workers,
};
use alloc::collections::BTreeMap;
use ballast_core::{view::WorkerStatus, Balance};
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant; for tests and for `try-runtime`.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        Self::check_parameters(&Parameters::<T>::get())?;
        Workers::<T>::iter()
            .try_for_each(|(account, worker)| Self::check_worker(&account, &worker))?;
        Self::check_counts()?;
        Self::check_receipt_keys()?;
        Self::check_consents()
    }

    fn check_parameters(parameters: &types::Parameters) -> Result<(), TryRuntimeError> {
        ensure!(
            parameters.check().is_ok(),
            "workers 1: the parameters are usable"
        );
        Ok(())
    }

    fn check_worker(account: &AccountId, worker: &Worker) -> Result<(), TryRuntimeError> {
        let held = T::Currency::balance_on_hold(&HoldReason::Stake.into(), account);
        ensure!(
            held == worker.stake,
            "workers 2: a worker's stake is held on its account"
        );
        let fits = worker.assigned_bytes <= worker.profile.capacity;
        ensure!(
            fits,
            "workers 3: no worker is assigned more than its capacity"
        );
        let leaving = matches!(worker.status, WorkerStatus::Leaving { .. });
        let idle = worker.assigned_bytes == 0;
        ensure!(
            !leaving || idle,
            "workers 4: a leaving worker is assigned nothing"
        );
        let active = matches!(worker.status, WorkerStatus::Active | WorkerStatus::Draining);
        ensure!(
            !(worker.evicted && active),
            "workers 11: an evicted worker takes nothing and may only leave"
        );
        let named = Self::may_name(account, &worker.profile.operator);
        ensure!(
            named,
            "workers 5: a worker's operator is itself or has consented"
        );
        Ok(())
    }

    fn check_counts() -> Result<(), TryRuntimeError> {
        let all = Workers::<T>::iter_keys().count() as u32;
        let active = Workers::<T>::iter_values()
            .filter(Worker::is_active)
            .count() as u32;
        ensure!(
            Workers::<T>::count() == all,
            "workers 6: the count of workers is exact"
        );
        ensure!(
            all <= T::MaxWorkers::get(),
            "workers 7: there are at most MaxWorkers"
        );
        ensure!(
            ActiveCount::<T>::get() == active,
            "workers 8: the count of active workers is exact"
        );
        Ok(())
    }

    fn check_receipt_keys() -> Result<(), TryRuntimeError> {
        let known = |(account, worker): (AccountId, Worker)| {
            ReceiptKeys::<T>::get(worker.profile.receipt_key) == Some(account)
        };
        let keys = ReceiptKeys::<T>::iter_keys().count();
        let exact = Workers::<T>::iter().all(known) && keys == Workers::<T>::count() as usize;
        ensure!(
            exact,
            "workers 9: the index of receipt keys is exact, so no two workers share one"
        );
        Ok(())
    }

    fn check_consents() -> Result<(), TryRuntimeError> {
        let mut deposits = BTreeMap::<AccountId, Balance>::new();
        for (operator, _, deposit) in Consents::<T>::iter() {
            let sum = deposits.entry(operator).or_default();
            *sum = sum.saturating_add(deposit);
        }
        let held = |operator| T::Currency::balance_on_hold(&HoldReason::Consent.into(), operator);
        let exact = deposits
            .iter()
            .all(|(operator, sum)| held(operator) == *sum);
        ensure!(
            exact,
            "workers 10: an operator's deposits for consents are held on its account"
        );
        Ok(())
    }
}
