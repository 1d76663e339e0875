//! Holdings: which shards a worker has, in lists that picks are taken from, and how its rate changes with the epochs.
//!
//! Goals: a shard is added or removed in a few writes, however many there are; the lists stay dense; what a worker earns in
//! an epoch is one number, exact at every boundary of a lease, although nothing is done at these boundaries.
//! Non-goals: when a worker is asked and paid (`windows`, `pay`).

use crate::{
    types::Holding, Config, Holdings, Pallet, Positions, RateChanges, RepairFund, Roster,
    RosterLen, Slots,
};
use ballast_core::{
    challenge::{size_class, HeldShard},
    lease::RateStep,
    Balance, StorageEpoch, WorkerId,
};
use frame_support::defensive;

impl<T: Config> Pallet<T> {
    /// A worker holds a shard from now on. It is asked for it from the next epoch on, and earns by `steps`.
    pub fn take(worker: WorkerId, held: HeldShard, steps: &[RateStep]) {
        let mut holding = Self::holding_of(worker);
        Self::push(worker, &mut holding, held);
        Self::change_rate(worker, &mut holding, steps, 1);
        Holdings::<T>::insert(worker, holding);
    }

    /// A worker no longer holds a shard and earns no more by `steps`. Gives the first epoch that it will not be paid for it.
    pub fn give_up(worker: WorkerId, held: HeldShard, steps: &[RateStep]) -> StorageEpoch {
        let mut holding = Self::holding_of(worker);
        Self::remove(worker, &mut holding, held);
        Self::change_rate(worker, &mut holding, steps, -1);
        let epoch = holding.epoch;
        Holdings::<T>::insert(worker, holding);
        epoch
    }

    /// A worker earns more by `steps`. Gives the first epoch that it is not paid for yet.
    pub fn add_steps(worker: WorkerId, steps: &[RateStep]) -> StorageEpoch {
        let mut holding = Self::holding_of(worker);
        Self::change_rate(worker, &mut holding, steps, 1);
        let epoch = holding.epoch;
        Holdings::<T>::insert(worker, holding);
        epoch
    }

    /// The first epoch that a worker is not paid for yet.
    pub fn unpaid_from(worker: WorkerId) -> StorageEpoch {
        Holdings::<T>::get(worker).map_or(StorageEpoch(0), |holding| holding.epoch)
    }

    /// Adds money of the pot that belongs to nobody any more to the repair fund.
    pub fn keep(amount: Balance) {
        RepairFund::<T>::mutate(|fund| *fund = fund.saturating_add(amount));
    }

    /// What a worker holds, with all past epochs paid. A new one enters the roster.
    fn holding_of(worker: WorkerId) -> Holding {
        match Holdings::<T>::get(worker) {
            Some(mut holding) => {
                Self::catch_up(worker, &mut holding);
                holding
            }
            None => {
                let place = RosterLen::<T>::mutate(|len| {
                    let place = *len;
                    *len = place.saturating_add(1);
                    place
                });
                Roster::<T>::insert(place, worker);
                Holding::new(Self::current_epoch())
            }
        }
    }

    fn push(worker: WorkerId, holding: &mut Holding, held: HeldShard) {
        let class = size_class(held.chunks);
        // Who is paid for this epoch already is asked for the shard in the next one, like everybody.
        let settled = holding.epoch > Self::current_epoch();
        let Some(list) = holding.list_mut(class) else {
            defensive!("every shard has a class");
            return;
        };
        let at = list.all;
        list.all = at.saturating_add(1);
        list.settled = list.settled.saturating_add(settled.into());
        Self::put(worker, class, at, held);
    }

    /// Takes a shard out of its list. The last of its part fills the hole, so that both parts stay dense.
    fn remove(worker: WorkerId, holding: &mut Holding, held: HeldShard) {
        let class = size_class(held.chunks);
        let place = Positions::<T>::take(worker, (held.encoding, held.shard));
        let (Some(mut hole), Some(list)) = (place, holding.list_mut(class)) else {
            defensive!("nobody gives up what it does not hold");
            return;
        };
        if hole < list.settled {
            list.settled = list.settled.saturating_sub(1);
            Self::move_slot(worker, class, list.settled, hole);
            hole = list.settled;
        }
        list.all = list.all.saturating_sub(1);
        Self::move_slot(worker, class, list.all, hole);
        Slots::<T>::remove(worker, (class, list.all));
    }

    fn move_slot(worker: WorkerId, class: u8, from: u32, to: u32) {
        if from == to {
            return;
        }
        match Slots::<T>::get(worker, (class, from)) {
            Some(held) => Self::put(worker, class, to, held),
            None => {
                defensive!("lists are dense");
            }
        }
    }

    fn put(worker: WorkerId, class: u8, at: u32, held: HeldShard) {
        Slots::<T>::insert(worker, (class, at), held);
        Positions::<T>::insert(worker, (held.encoding, held.shard), at);
    }

    /// Adds steps to what a worker earns, or takes them off with a `sign` of -1. Those up to its unpaid epoch count
    /// together: on the way to their sum a rate could fall below zero.
    fn change_rate(worker: WorkerId, holding: &mut Holding, steps: &[RateStep], sign: i128) {
        let next = StorageEpoch(holding.epoch.0.saturating_add(1));
        let mut now: i128 = 0;
        for (epoch, change) in steps {
            let change = change.saturating_mul(sign);
            if *epoch <= holding.epoch {
                now = now.saturating_add(change);
            } else if *epoch == next {
                holding.next = holding.next.saturating_add(change);
            } else {
                RateChanges::<T>::mutate_exists(worker, epoch, |sum| {
                    let total = sum.unwrap_or(0).saturating_add(change);
                    *sum = (total != 0).then_some(total);
                });
            }
        }
        holding.rate = changed(holding.rate, now);
    }

    /// Goes on to the next epoch: its rate, and the shards that came since the last one began.
    pub(crate) fn advance(worker: WorkerId, holding: &mut Holding) {
        holding.rate = changed(holding.rate, holding.next);
        holding.epoch = StorageEpoch(holding.epoch.0.saturating_add(1));
        let after = StorageEpoch(holding.epoch.0.saturating_add(1));
        holding.next = RateChanges::<T>::take(worker, after).unwrap_or(0);
        for list in holding.lists.iter_mut() {
            list.settled = list.all;
        }
    }

    /// Forgets a worker that holds nothing, at its place in the roster; the last one takes the place.
    pub(crate) fn leave_roster(worker: WorkerId, place: u32) {
        Holdings::<T>::remove(worker);
        let last = RosterLen::<T>::mutate(|len| {
            *len = len.saturating_sub(1);
            *len
        });
        if let Some(other) = Roster::<T>::take(last).filter(|_| last != place) {
            Roster::<T>::insert(place, other);
        }
    }
}

/// A rate after a change. It never falls below zero, because what is taken off was put on.
fn changed(rate: Balance, change: i128) -> Balance {
    match rate.checked_add_signed(change) {
        Some(rate) => rate,
        None => {
            defensive!("a rate is the sum of what shards earn");
            0
        }
    }
}
