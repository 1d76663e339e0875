//! Standing: what misses cost a worker, step by step, and how it gets over them.
//!
//! The pay of what was not proven is gone at once. Every window with a miss is a point; clean windows take points off. From
//! a score on, each further window with a miss costs part of the stake, and at another one the worker is evicted, as it is
//! when its stake no longer suffices. Nothing of that is silent: the view function `standing` tells it, and events do.

use crate::{
    pay::account,
    traits::{Purse, Stakes},
    types::Standing,
    Config, Event, Pallet, Parameters, Standings,
};
use ballast_core::{view::WindowOutcome, Balance, WorkerId};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

impl<T: Config> Pallet<T> {
    /// Notes what was paid for an epoch without a window.
    pub(crate) fn note_pay(worker: WorkerId, paid: Balance) {
        if paid > 0 {
            Standings::<T>::mutate(worker, |standing| {
                standing.earned = standing.earned.saturating_add(paid);
            });
        }
    }

    /// Notes how a window ended, and what follows from it.
    pub(crate) fn note_window(worker: WorkerId, mut outcome: WindowOutcome, forfeited: Balance) {
        let mut standing = Standings::<T>::get(worker);
        standing.earned = standing.earned.saturating_add(outcome.paid);
        standing.forfeited = standing.forfeited.saturating_add(forfeited);
        if outcome.missed > 0 {
            outcome.slashed = Self::punish(worker, &mut standing);
        } else if outcome.proven > 0 {
            Self::forgive(&mut standing);
        }
        standing.remember(outcome);
        let score = standing.score;
        Standings::<T>::insert(worker, standing);
        Self::deposit_event(Event::WindowClosed {
            worker,
            outcome,
            score,
        });
    }

    /// Another window with a miss. Gives what of the stake was taken.
    fn punish(worker: WorkerId, standing: &mut Standing) -> Balance {
        let params = Parameters::<T>::get();
        standing.clean_windows = 0;
        if standing.evicted {
            return 0;
        }
        let mut slashed = 0;
        if standing.score >= params.slash_from_score {
            slashed = Self::slash(worker, standing, params.slash_permille);
        }
        standing.score = standing.score.saturating_add(1);
        Self::evict_if_due(worker, standing);
        slashed
    }

    /// Takes thousandths of a worker's stake for what it failed at elsewhere. It is evicted when the rest no longer suffices.
    /// Gives what was taken: nothing of a worker that is evicted already.
    pub fn fine(worker: WorkerId, permille: u16) -> Balance {
        let mut standing = Standings::<T>::get(worker);
        if standing.evicted {
            return 0;
        }
        let slashed = Self::slash(worker, &mut standing, permille);
        Self::evict_if_due(worker, &mut standing);
        Standings::<T>::insert(worker, standing);
        slashed
    }

    /// Moves thousandths of a worker's stake to the repair fund. Gives how much.
    fn slash(worker: WorkerId, standing: &mut Standing, permille: u16) -> Balance {
        let who = account(worker);
        let (stake, share) = (T::Stakes::stake(&who), permille.into());
        let amount = multiply_by_rational_with_rounding(stake, share, 1_000, Rounding::Up);
        let slashed = T::Stakes::slash(&who, amount.unwrap_or(0), &T::Purse::pot());
        Self::keep(slashed);
        standing.slashed = standing.slashed.saturating_add(slashed);
        slashed
    }

    /// Evicts a worker that has too many points, or too little stake left.
    fn evict_if_due(worker: WorkerId, standing: &mut Standing) {
        let who = account(worker);
        let score = standing.score;
        if score < Parameters::<T>::get().evict_at_score && !T::Stakes::is_understaked(&who) {
            return;
        }
        standing.evicted = true;
        T::Stakes::evict(&who);
        Self::deposit_event(Event::Evicted {
            worker,
            score,
            stake: T::Stakes::stake(&who),
        });
    }

    /// Another clean window.
    fn forgive(standing: &mut Standing) {
        if standing.score == 0 {
            return;
        }
        standing.clean_windows = standing.clean_windows.saturating_add(1);
        if standing.clean_windows >= Parameters::<T>::get().clean_windows_per_point {
            standing.clean_windows = 0;
            standing.score = standing.score.saturating_sub(1);
        }
    }
}
