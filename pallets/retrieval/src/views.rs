//! What clients read.

use crate::{AccountId, Challenges, Closed, Config, Open, Pallet, Parameters};
use alloc::vec::Vec;
use ballast_core::{
    view::{RetrievalInfo, RetrievalParams, RetrievalState},
    Balance, RetrievalId, WorkerId,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn view_params() -> RetrievalParams {
        let params = Parameters::<T>::get();
        RetrievalParams {
            least_bond: params.least_bond,
            free_places: params.free_places,
            burn_percent: params.burn_percent,
            deadline_blocks: params.deadline_blocks,
            slash_permille: params.slash_permille,
        }
    }

    pub(crate) fn view_least_bond(worker: AccountId, challenger: AccountId) -> Balance {
        let places = Open::<T>::get(WorkerId(worker.into()));
        Self::least_bond_of(&places, &challenger)
    }

    pub(crate) fn view_open(worker: AccountId) -> Vec<RetrievalInfo> {
        let places = Open::<T>::get(WorkerId(worker.into()));
        let ids = places.iter().map(|place| place.id);
        ids.filter_map(Self::view_challenge).collect()
    }

    pub(crate) fn view_challenge(id: RetrievalId) -> Option<RetrievalInfo> {
        if let Some(challenge) = Challenges::<T>::get(id) {
            return Some(challenge.info(id, RetrievalState::Open));
        }
        let ended = Closed::<T>::get(id)?;
        Some(ended.challenge.info(id, ended.state))
    }
}
