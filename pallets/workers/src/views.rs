//! What the view functions answer.

use crate::{AccountId, Config, Pallet, Workers};
use alloc::vec::Vec;
use ballast_core::view::WorkerInfo;

/// Most entries in one answer of a view function, whatever the caller asks for.
pub const MAX_PAGE: u32 = 256;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_worker(account: &AccountId) -> Option<WorkerInfo> {
        Workers::<T>::get(account).map(|worker| worker.info(account.clone()))
    }

    pub(crate) fn view_workers(after: Option<AccountId>, limit: u32) -> Vec<WorkerInfo> {
        let entries = match after {
            Some(account) => Workers::<T>::iter_from(Workers::<T>::hashed_key_for(account)),
            None => Workers::<T>::iter(),
        };
        let limit = limit.min(MAX_PAGE) as usize;
        entries
            .take(limit)
            .map(|(account, worker)| worker.info(account))
            .collect()
    }
}
