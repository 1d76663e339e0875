//! What must hold between any two calls. Each rule has a number, and a violation names it.
//!
//! 1. The parameters are usable.
//! 2. Every list is dense, its shards are of its class, and the positions say where each lies.
//! 3. The lists hold just what the encodings say that each worker holds.
//! 4. A rate, its next change and the later ones are the sums of what the shards earn.
//! 5. The roster lists just the workers with a holding, each once.
//! 6. A window belongs to the epoch of its holding, asks for no more than it may, and stands in the queue once.
//! 7. The queue is without holes, in the order of deadlines, and has nothing else in it but windows that were settled early.

use crate::{
    traits::Shards, types::Holding, Config, Holdings, Pallet, Parameters, Positions, RateChanges,
    Roster, RosterLen, Slots, WindowQueue, Windows, WindowsDue,
};
use alloc::{collections::BTreeMap, vec::Vec};
use ballast_core::{
    challenge::{size_class, HeldShard},
    lease::RateStep,
    StorageEpoch, WorkerId,
};
use frame_support::ensure;
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;
type Held = (HeldShard, Vec<RateStep>);

impl<T: Config> Pallet<T> {
    /// Checks every rule above.
    pub fn do_try_state() -> Checked {
        let usable = Parameters::<T>::get().check(T::Shards::epoch_blocks());
        ensure!(usable.is_ok(), "1: unusable parameters");
        let mut by_worker: BTreeMap<WorkerId, Vec<Held>> = BTreeMap::new();
        for (worker, held, steps) in T::Shards::holdings() {
            by_worker.entry(worker).or_default().push((held, steps));
        }
        for (worker, holding) in Holdings::<T>::iter() {
            let held = by_worker.remove(&worker).unwrap_or_default();
            Self::try_lists(worker, &holding, &held)?;
            Self::try_rates(worker, &holding, &held)?;
        }
        ensure!(by_worker.is_empty(), "3: somebody holds without a holding");
        Self::try_strays()?;
        Self::try_roster()?;
        Self::try_windows()
    }

    fn try_lists(worker: WorkerId, holding: &Holding, expected: &[Held]) -> Checked {
        let mut found = Vec::new();
        for (class, list) in (0u8..).zip(&holding.lists) {
            ensure!(list.settled <= list.all, "2: more settled than there are");
            for at in 0..list.all {
                let held = Slots::<T>::get(worker, (class, at)).ok_or("2: a hole in a list")?;
                ensure!(
                    size_class(held.chunks) == class,
                    "2: shard of another class"
                );
                let position = Positions::<T>::get(worker, (held.encoding, held.shard));
                ensure!(position == Some(at), "2: a shard's position is another");
                found.push(held);
            }
        }
        let mut expected: Vec<_> = expected.iter().map(|(held, _)| *held).collect();
        expected.sort_unstable();
        found.sort_unstable();
        ensure!(found == expected, "3: lists differ from what is held");
        Ok(())
    }

    fn try_rates(worker: WorkerId, holding: &Holding, held: &[Held]) -> Checked {
        let mut changes: BTreeMap<StorageEpoch, i128> = BTreeMap::new();
        for (epoch, change) in held.iter().flat_map(|(_, steps)| steps) {
            let epoch = (*epoch).max(holding.epoch);
            *changes.entry(epoch).or_default() += change;
        }
        let rate = changes.remove(&holding.epoch).unwrap_or(0);
        ensure!(
            i128::try_from(holding.rate) == Ok(rate),
            "4: the rate is not what the shards earn"
        );
        let next = StorageEpoch(holding.epoch.0.saturating_add(1));
        let next = changes.remove(&next).unwrap_or(0);
        ensure!(holding.next == next, "4: the next change is another");
        changes.retain(|_, change| *change != 0);
        let later: BTreeMap<_, _> = RateChanges::<T>::iter_prefix(worker).collect();
        ensure!(later == changes, "4: later changes are others");
        Ok(())
    }

    fn try_strays() -> Checked {
        let shards: usize = Holdings::<T>::iter_values()
            .map(|holding| holding.shards() as usize)
            .sum();
        let exact = Slots::<T>::iter_keys().count() == shards
            && Positions::<T>::iter_keys().count() == shards;
        ensure!(exact, "2: a stray slot or position");
        let known = |(worker, _): (WorkerId, StorageEpoch)| Holdings::<T>::contains_key(worker);
        ensure!(
            RateChanges::<T>::iter_keys().all(known),
            "4: a rate of nobody changes"
        );
        Ok(())
    }

    fn try_roster() -> Checked {
        let len = RosterLen::<T>::get();
        let mut listed = Vec::new();
        for place in 0..len {
            let worker = Roster::<T>::get(place).ok_or("5: a hole in the roster")?;
            ensure!(
                Holdings::<T>::contains_key(worker),
                "5: somebody without a holding"
            );
            listed.push(worker);
        }
        listed.sort_unstable();
        listed.dedup();
        let exact = listed.len() == len as usize
            && Roster::<T>::iter_keys().count() == listed.len()
            && Holdings::<T>::iter_keys().count() == listed.len();
        ensure!(exact, "5: somebody is missing or listed twice");
        Ok(())
    }

    fn try_windows() -> Checked {
        let queue = WindowQueue::<T>::get();
        let (mut queued, mut last) = (Vec::new(), 0);
        for place in queue.head..queue.tail {
            let (deadline, worker, epoch) = WindowsDue::<T>::get(place).ok_or("7: a hole")?;
            ensure!(deadline >= last, "7: out of order");
            last = deadline;
            queued.push((worker, epoch));
        }
        ensure!(
            WindowsDue::<T>::iter_keys().count() == queued.len(),
            "7: a stray window in the queue"
        );
        for (worker, window) in Windows::<T>::iter() {
            let holding = Holdings::<T>::get(worker).ok_or("6: window of nobody")?;
            ensure!(window.epoch == holding.epoch, "6: window of another epoch");
            let known = 1u128.checked_shl(window.picks.len() as u32).unwrap_or(0);
            ensure!(
                u128::from(window.proven) < known,
                "6: proven what was not asked"
            );
            let times = queued
                .iter()
                .filter(|entry| **entry == (worker, window.epoch));
            ensure!(times.count() == 1, "6: window not in the queue once");
        }
        Ok(())
    }
}
