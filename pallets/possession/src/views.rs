//! What clients read.

use crate::{
    types::AccountId, Config, Holdings, Pallet, Parameters, RepairFund, Standings, Windows,
};
use ballast_core::{
    view::{PickInfo, PossessionParams, StandingInfo, WindowInfo},
    WorkerId,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn view_params() -> PossessionParams {
        let params = Parameters::<T>::get();
        PossessionParams {
            picks_per_window: params.picks_per_window,
            proof_deadline_blocks: params.proof_deadline_blocks,
            slash_from_score: params.slash_from_score,
            slash_permille: params.slash_permille,
            evict_at_score: params.evict_at_score,
            clean_windows_per_point: params.clean_windows_per_point,
            repair_fund: RepairFund::<T>::get(),
        }
    }

    pub(crate) fn view_window(worker: AccountId) -> Option<WindowInfo> {
        let window = Windows::<T>::get(WorkerId(worker.into()))?;
        let picks = (0u8..).zip(&window.picks);
        let picks = picks
            .map(|(index, pick)| PickInfo {
                encoding: pick.encoding,
                shard: pick.shard,
                chunk: pick.chunk,
                proven: window.is_proven(index),
            })
            .collect();
        Some(WindowInfo {
            epoch: window.epoch,
            opened_at: window.opened_at,
            deadline: window.deadline,
            picks,
        })
    }

    pub(crate) fn view_standing(worker: AccountId) -> Option<StandingInfo> {
        let worker = WorkerId(worker.into());
        let holding = Holdings::<T>::get(worker);
        if holding.is_none() && !Standings::<T>::contains_key(worker) {
            return None;
        }
        let standing = Standings::<T>::get(worker);
        Some(StandingInfo {
            score: standing.score,
            clean_windows: standing.clean_windows,
            recent: standing.recent.into_inner(),
            shards: holding.as_ref().map_or(0, |holding| holding.shards()),
            rate: holding.map_or(0, |holding| holding.rate),
            earned: standing.earned,
            forfeited: standing.forfeited,
            slashed: standing.slashed,
        })
    }
}
