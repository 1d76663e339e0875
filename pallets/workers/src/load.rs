//! What placement asks and tells: for the runtime's adapters, which join this pallet with the ones that place shards.

use crate::{
    AccountId, ActiveCount, Config, Error, Pallet, Parameters, Price, ReceiptKey, Worker, Workers,
};
use alloc::vec::Vec;
use ballast_core::{placement::Candidate, view::WorkerStatus, Balance, OperatorId, WorkerId};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    /// Every active worker as placement weighs it, in no useful order. Reads each worker once: at most `MaxWorkers`.
    pub fn candidates() -> Vec<Candidate> {
        Workers::<T>::iter()
            .filter(|(_, worker)| worker.is_active())
            .map(|(account, worker)| candidate(account, &worker))
            .collect()
    }

    /// How many candidates there are, in one read.
    pub fn candidates_count() -> u32 {
        ActiveCount::<T>::get()
    }

    /// How many workers there are of any status: what [`Pallet::candidates`] reads.
    pub fn workers_count() -> u32 {
        Workers::<T>::count()
    }

    /// Counts `bytes` of a shard against the capacity of an active worker.
    pub fn assign(account: &AccountId, bytes: u64) -> DispatchResult {
        let mut worker = Self::worker_of(account)?;
        ensure!(worker.is_active(), Error::<T>::NotActive);
        ensure!(bytes <= worker.free_bytes(), Error::<T>::CapacityExceeded);
        worker.assigned_bytes = worker.assigned_bytes.saturating_add(bytes);
        Workers::<T>::insert(account, worker);
        Ok(())
    }

    /// Takes `bytes` of a moved or expired shard off a worker, of any status.
    pub fn release(account: &AccountId, bytes: u64) -> DispatchResult {
        let mut worker = Self::worker_of(account)?;
        worker.assigned_bytes = worker
            .assigned_bytes
            .checked_sub(bytes)
            .ok_or(Error::<T>::ReleasedTooMuch)?;
        Workers::<T>::insert(account, worker);
        Ok(())
    }

    /// Bytes counted against a worker; 0 for an account that is none.
    pub fn assigned_bytes(account: &AccountId) -> u64 {
        Workers::<T>::get(account).map_or(0, |worker| worker.assigned_bytes)
    }

    /// Key that a worker signs receipts with.
    pub fn receipt_key(account: &AccountId) -> Option<ReceiptKey> {
        Workers::<T>::get(account).map(|worker| worker.profile.receipt_key)
    }

    /// Whether an account is a worker that placement may draw.
    pub fn is_active(account: &AccountId) -> bool {
        Workers::<T>::get(account).is_some_and(|worker| worker.is_active())
    }

    /// Whether a worker's stake is below the least one.
    pub fn is_understaked(account: &AccountId) -> bool {
        let least = Parameters::<T>::get().min_stake;
        Workers::<T>::get(account).is_some_and(|worker| worker.stake < least)
    }

    /// A worker's stake; 0 for an account that is none.
    pub fn stake(account: &AccountId) -> Balance {
        Workers::<T>::get(account).map_or(0, |worker| worker.stake)
    }

    /// Status of a worker.
    pub fn status(account: &AccountId) -> Option<WorkerStatus> {
        Workers::<T>::get(account).map(|worker| worker.status)
    }

    /// Price of a GiB for a storage epoch, in this epoch.
    pub fn price_per_gib_epoch() -> Balance {
        Price::<T>::get()
    }
}

fn candidate(account: AccountId, worker: &Worker) -> Candidate {
    Candidate {
        worker: WorkerId(account.into()),
        operator: OperatorId(worker.profile.operator.clone().into()),
        stake: worker.stake,
        free_bytes: worker.free_bytes(),
        assigned_bytes: worker.assigned_bytes,
    }
}
