//! Pay: what an epoch brings a worker, by what it proved.
//!
//! Goals: every epoch is settled once; what a worker earns and what it forfeits add up to its rate, to the planck.
//!
//! An epoch without a window, and one whose picks were all excused, is paid in full: that was not the worker's doing. A
//! window is settled when it closes; then the worker's books go on to the next epoch at once.

use crate::{
    traits::{Purse, Shards},
    types::{AccountId, Window},
};
use crate::{types::Holding, Config, Event, Holdings, Pallet, Positions, RepairFund, Windows};
use ballast_core::{
    challenge::Pick, view::WindowOutcome, Balance, EncodingId, ShardIndex, StorageEpoch, WorkerId,
};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// What became of the picks of a window.
#[derive(Default)]
struct Counts {
    proven: u8,
    missed: u8,
    excused: u8,
    first_missed: Option<(EncodingId, ShardIndex)>,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn current_epoch() -> StorageEpoch {
        T::Shards::current_epoch()
    }

    /// Settles all past epochs of a worker. There is one, rarely two: every worker has its turn in every round.
    pub(crate) fn catch_up(worker: WorkerId, holding: &mut Holding) {
        let current = Self::current_epoch();
        while holding.epoch < current {
            if holding.is_empty() && !Windows::<T>::contains_key(worker) {
                holding.epoch = current;
                return;
            }
            Self::settle(worker, holding);
        }
    }

    /// Settles the epoch of a holding, with its window if it had one, and goes on to the next.
    pub(crate) fn settle(worker: WorkerId, holding: &mut Holding) {
        match Windows::<T>::take(worker) {
            Some(window) => Self::settle_window(worker, holding, &window),
            None => {
                let paid = Self::pay_worker(worker, holding.rate);
                Self::note_pay(worker, paid);
            }
        }
        Self::advance(worker, holding);
    }

    /// Settles the window of a worker, if it is still that of `epoch`.
    pub(crate) fn close_window(worker: WorkerId, epoch: StorageEpoch) {
        let is_open = Windows::<T>::get(worker).is_some_and(|window| window.epoch == epoch);
        if let Some(mut holding) = Holdings::<T>::get(worker).filter(|_| is_open) {
            Self::settle(worker, &mut holding);
            Holdings::<T>::insert(worker, holding);
        }
    }

    fn settle_window(worker: WorkerId, holding: &Holding, window: &Window) {
        let counts = Self::count(worker, window);
        let asked = counts.proven.saturating_add(counts.missed);
        let earned = if asked == 0 {
            holding.rate
        } else {
            part_of(holding.rate, counts.proven, asked)
        };
        let paid = Self::pay_worker(worker, earned);
        let forfeited = holding.rate.saturating_sub(earned);
        Self::keep(forfeited);
        let outcome = WindowOutcome {
            epoch: window.epoch,
            proven: counts.proven,
            missed: counts.missed,
            excused: counts.excused,
            first_missed: counts.first_missed,
            paid,
            slashed: 0,
        };
        Self::note_window(worker, outcome, forfeited);
    }

    fn count(worker: WorkerId, window: &Window) -> Counts {
        let mut counts = Counts::default();
        for (index, pick) in (0u8..).zip(&window.picks) {
            let count = if window.is_proven(index) {
                &mut counts.proven
            } else if Self::is_due(worker, pick) {
                counts
                    .first_missed
                    .get_or_insert((pick.encoding, pick.shard));
                &mut counts.missed
            } else {
                &mut counts.excused
            };
            *count = count.saturating_add(1);
        }
        counts
    }

    /// Whether a worker still owes the proof of a pick: it holds the shard, and the lease runs.
    pub(crate) fn is_due(worker: WorkerId, pick: &Pick) -> bool {
        Positions::<T>::contains_key(worker, (pick.encoding, pick.shard))
            && T::Shards::is_kept(pick.encoding)
    }

    /// Pays out of the pot; what an account cannot take is kept. Gives what was paid.
    fn pay_worker(worker: WorkerId, amount: Balance) -> Balance {
        if T::Purse::pay(&account(worker), amount) {
            return amount;
        }
        Self::keep(amount);
        0
    }

    /// Pays for a repair as much of `amount` as the repair fund has. Gives how much.
    pub fn reward(worker: WorkerId, amount: Balance) -> Balance {
        let fund = RepairFund::<T>::get();
        let reward = amount.min(fund);
        if reward == 0 {
            return 0;
        }
        RepairFund::<T>::put(fund.saturating_sub(reward));
        let paid = Self::pay_worker(worker, reward);
        Self::deposit_event(Event::Rewarded {
            worker,
            amount: paid,
        });
        paid
    }
}

/// `part` of `whole` parts of an amount, rounded down.
fn part_of(amount: Balance, part: u8, whole: u8) -> Balance {
    let (part, whole) = (part.into(), whole.max(1).into());
    multiply_by_rational_with_rounding(amount, part, whole, Rounding::Down).unwrap_or(0)
}

/// Account of a worker.
pub(crate) fn account(worker: WorkerId) -> AccountId {
    AccountId::new(worker.0)
}
