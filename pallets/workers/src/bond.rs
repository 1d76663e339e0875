//! The stake's life: join, add, drain, resume, leave, withdraw; slash and evict, for whom the runtime lets.

use crate::{
    traits::Departures, AccountId, ActiveCount, Config, Error, Event, HoldReason, Pallet,
    Parameters, ReceiptKeys, Worker, WorkerProfile, Workers,
};
use ballast_core::{view::WorkerStatus, Balance, BlockNumber};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
};
use sp_runtime::{traits::SaturatedConversion, ArithmeticError, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_join(
        account: AccountId,
        profile: WorkerProfile,
        stake: Balance,
    ) -> DispatchResult {
        ensure!(
            !Workers::<T>::contains_key(&account),
            Error::<T>::AlreadyWorker
        );
        ensure!(
            Workers::<T>::count() < T::MaxWorkers::get(),
            Error::<T>::TooManyWorkers
        );
        ensure!(
            stake >= Parameters::<T>::get().min_stake,
            Error::<T>::StakeTooLow
        );
        Self::check_profile(&account, &profile)?;

        Self::hold(HoldReason::Stake, &account, stake)?;
        let operator = profile.operator.clone();
        ReceiptKeys::<T>::insert(profile.receipt_key, &account);
        Workers::<T>::insert(&account, Worker::joined(profile, stake, Self::now()));
        ActiveCount::<T>::mutate(|count| *count = count.saturating_add(1));
        Self::deposit_event(Event::Joined {
            worker: account,
            operator,
            stake,
        });
        Ok(())
    }

    pub(crate) fn do_add_stake(account: AccountId, amount: Balance) -> DispatchResult {
        let mut worker = Self::worker_of(&account)?;
        ensure!(amount > 0, Error::<T>::NothingToAdd);
        let stake = worker
            .stake
            .checked_add(amount)
            .ok_or(ArithmeticError::Overflow)?;

        Self::hold(HoldReason::Stake, &account, amount)?;
        worker.stake = stake;
        Workers::<T>::insert(&account, worker);
        Self::deposit_event(Event::StakeAdded {
            worker: account,
            amount,
            stake,
        });
        Ok(())
    }

    pub(crate) fn do_drain(account: AccountId) -> DispatchResult {
        let worker = Self::worker_of(&account)?;
        ensure!(worker.is_active(), Error::<T>::NotActive);

        Self::set_status(&account, worker, WorkerStatus::Draining);
        T::Departures::depart(&account);
        Self::deposit_event(Event::Draining { worker: account });
        Ok(())
    }

    pub(crate) fn do_resume(account: AccountId) -> DispatchResult {
        let worker = Self::worker_of(&account)?;
        ensure!(!worker.is_active(), Error::<T>::AlreadyActive);
        ensure!(!worker.evicted, Error::<T>::Evicted);
        ensure!(
            worker.stake >= Parameters::<T>::get().min_stake,
            Error::<T>::StakeTooLow
        );

        Self::set_status(&account, worker, WorkerStatus::Active);
        T::Departures::stay(&account);
        Self::deposit_event(Event::Resumed { worker: account });
        Ok(())
    }

    pub(crate) fn do_leave(account: AccountId) -> DispatchResult {
        let worker = Self::worker_of(&account)?;
        let leaving = matches!(worker.status, WorkerStatus::Leaving { .. });
        ensure!(!leaving, Error::<T>::AlreadyLeaving);
        ensure!(worker.assigned_bytes == 0, Error::<T>::StillAssigned);
        let unbonding_blocks = Parameters::<T>::get().unbonding_blocks;
        let withdrawable_at = Self::now()
            .checked_add(unbonding_blocks)
            .ok_or(ArithmeticError::Overflow)?;

        Self::set_status(&account, worker, WorkerStatus::Leaving { withdrawable_at });
        Self::deposit_event(Event::Leaving {
            worker: account,
            withdrawable_at,
        });
        Ok(())
    }

    pub(crate) fn do_withdraw(account: AccountId) -> DispatchResult {
        let worker = Self::worker_of(&account)?;
        let WorkerStatus::Leaving { withdrawable_at } = worker.status else {
            return Err(Error::<T>::NotLeaving.into());
        };
        ensure!(Self::now() >= withdrawable_at, Error::<T>::StillUnbonding);
        ensure!(T::Departures::may_go(&account), Error::<T>::StillAnswerable);

        let stake = worker.stake;
        T::Currency::release(&HoldReason::Stake.into(), &account, stake, Precision::Exact)?;
        ReceiptKeys::<T>::remove(worker.profile.receipt_key);
        Workers::<T>::remove(&account);
        T::Departures::gone(&account);
        Self::deposit_event(Event::Withdrawn {
            worker: account,
            stake,
        });
        Ok(())
    }

    /// Takes `amount` of a worker's stake, or as much as there is, and moves it to `to`. Gives how much.
    pub fn slash(account: &AccountId, amount: Balance, to: &AccountId) -> Balance {
        let Some(mut worker) = Workers::<T>::get(account) else {
            return 0;
        };
        let taken = T::Currency::transfer_on_hold(
            &HoldReason::Stake.into(),
            account,
            to,
            amount.min(worker.stake),
            Precision::BestEffort,
            Restriction::Free,
            Fortitude::Force,
        )
        .unwrap_or(0);
        worker.stake = worker.stake.saturating_sub(taken);
        let stake = worker.stake;
        Workers::<T>::insert(account, worker);
        Self::deposit_event(Event::Slashed {
            worker: account.clone(),
            amount: taken,
            stake,
        });
        taken
    }

    /// Evicts a worker: no draw takes it and its shards move. `false` if it does not stand in the way of that.
    pub fn evict(account: &AccountId) -> bool {
        let Some(mut worker) = Workers::<T>::get(account).filter(|worker| !worker.evicted) else {
            return false;
        };
        worker.evicted = true;
        let status = match worker.status {
            leaving @ WorkerStatus::Leaving { .. } => leaving,
            _ => WorkerStatus::Evicted,
        };
        Self::set_status(account, worker, status);
        T::Departures::depart(account);
        Self::deposit_event(Event::Evicted {
            worker: account.clone(),
        });
        true
    }

    /// Holds funds; an empty purse is this pallet's own error, with its remedy.
    pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::hold(&reason.into(), who, amount).map_err(|error| match error {
            DispatchError::Token(TokenError::FundsUnavailable) => Error::<T>::Unaffordable.into(),
            other => other,
        })
    }

    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Changes the status and keeps the count of active workers.
    fn set_status(account: &AccountId, worker: Worker, status: WorkerStatus) {
        let was_active = worker.is_active();
        let worker = Worker { status, ..worker };
        ActiveCount::<T>::mutate(|count| match (was_active, worker.is_active()) {
            (true, false) => *count = count.saturating_sub(1),
            (false, true) => *count = count.saturating_add(1),
            _ => (),
        });
        Workers::<T>::insert(account, worker);
    }
}
