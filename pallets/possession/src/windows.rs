//! Windows: when each worker is asked, and until when it may answer.
//!
//! Goals: every worker has one window in each storage epoch, spread over the epoch; what it is asked was known to nobody
//! before; a block does what fits into its weight, and the rest comes with the next.
//!
//! A cursor goes round the roster, in every block so far that all have had their turn before proofs for the next epoch
//! would be due. Windows close in the order they were opened, so a queue tells which is next.

use crate::{
    traits::{BlockRandomness, Shards},
    types::{Round, Window},
    Config, Event, Holdings, Pallet, Parameters, Roster, RosterLen, Rounds, Slots, Standings,
    WeightInfo, WindowQueue, Windows, WindowsDue,
};
use ballast_core::{challenge::derive, BlockNumber, WorkerId};
use frame_support::{
    pallet_prelude::{Get, Weight},
    weights::WeightMeter,
    BoundedVec,
};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Closes and opens what is due, each within half of the hook's weight.
    pub(crate) fn serve_windows() -> Weight {
        let half = T::MaxHookWeight::get() / 2;
        let serve = |work: fn(&mut WeightMeter)| {
            let mut meter = WeightMeter::with_limit(half);
            work(&mut meter);
            meter.consumed()
        };
        T::WeightInfo::on_initialize_base()
            .saturating_add(serve(Self::close_windows))
            .saturating_add(serve(Self::open_windows))
    }

    /// Settles windows whose deadline is over. The first of a block is always settled.
    pub(crate) fn close_windows(meter: &mut WeightMeter) {
        let (now, mut queue) = (Self::now(), WindowQueue::<T>::get());
        let start = queue.head;
        while let Some((deadline, worker, epoch)) = WindowsDue::<T>::get(queue.head) {
            let first = queue.head == start;
            if deadline >= now || !spend(meter, T::WeightInfo::close_window(), first) {
                break;
            }
            WindowsDue::<T>::remove(queue.head);
            queue.head = queue.head.saturating_add(1);
            Self::close_window(worker, epoch);
        }
        if queue.head != start {
            WindowQueue::<T>::put(queue);
        }
    }

    /// Gives workers their turns, as many as are due in this block. The first is always given.
    pub(crate) fn open_windows(meter: &mut WeightMeter) {
        let (mut round, due) = Self::round_now();
        let Some(seed) = T::Randomness::of_previous_block().filter(|_| round.visited < due) else {
            return Rounds::<T>::put(round);
        };
        let params = Parameters::<T>::get();
        let unit = T::WeightInfo::open_window(params.picks_per_window.into());
        // Who had its turn may stand before the cursor again: at the place of one that left.
        for turn in 0..RosterLen::<T>::get() {
            let all = RosterLen::<T>::get();
            if round.visited >= due.min(all) || !spend(meter, unit, turn == 0) {
                break;
            }
            Self::give_turn(&mut round, &seed);
        }
        Rounds::<T>::put(round);
    }

    /// The round of this epoch, and how many workers are to have had their turn with this block.
    fn round_now() -> (Round, u32) {
        let (mut round, epoch) = (Rounds::<T>::get(), Self::current_epoch());
        if round.epoch != epoch {
            round = Round {
                epoch,
                visited: 0,
                next: round.next,
            };
        }
        let (epoch_blocks, len) = (T::Shards::epoch_blocks(), RosterLen::<T>::get());
        let deadline = Parameters::<T>::get().proof_deadline_blocks;
        // All proofs of an epoch are due before the next one begins.
        let blocks = epoch_blocks.saturating_sub(deadline).max(1);
        let block = Self::now().checked_rem(epoch_blocks).unwrap_or(0);
        if block >= blocks {
            return (round, 0);
        }
        let share = u64::from(len).saturating_mul(u64::from(block).saturating_add(1));
        let due = u32::try_from(share.div_ceil(blocks.into())).unwrap_or(u32::MAX);
        (round, due)
    }

    /// Opens the window of the next worker of the round, or lets it go if it holds nothing.
    fn give_turn(round: &mut Round, seed: &[u8; 32]) {
        if round.next >= RosterLen::<T>::get() {
            round.next = 0;
        }
        let place = round.next;
        let Some(worker) = Roster::<T>::get(place) else {
            round.next = place.saturating_add(1);
            return;
        };
        let Some(mut holding) = Holdings::<T>::get(worker) else {
            return Self::leave_roster(worker, place);
        };
        Self::catch_up(worker, &mut holding);
        if holding.is_empty() && !Windows::<T>::contains_key(worker) {
            return Self::leave_roster(worker, place);
        }
        round.next = place.saturating_add(1);
        let had = holding.epoch > round.epoch || Windows::<T>::contains_key(worker);
        if !had {
            round.visited = round.visited.saturating_add(1);
            Self::open_window(worker, &holding.settled(), round, seed);
        }
        Holdings::<T>::insert(worker, holding);
    }

    /// Asks a worker for chunks of what it held when the epoch began.
    fn open_window(worker: WorkerId, settled: &[u32], round: &Round, seed: &[u8; 32]) {
        let params = Parameters::<T>::get();
        let lookup = |class, slot| Slots::<T>::get(worker, (class, slot));
        let picks = params.picks_per_window;
        let picks = derive(seed, &worker, round.epoch, settled, lookup, picks);
        if picks.is_empty() {
            return;
        }
        let opened_at = Self::now();
        let deadline = opened_at.saturating_add(params.proof_deadline_blocks);
        let asked = picks.len() as u32;
        let window = Window {
            epoch: round.epoch,
            opened_at,
            deadline,
            picks: BoundedVec::truncate_from(picks),
            proven: 0,
        };
        Windows::<T>::insert(worker, window);
        WindowQueue::<T>::mutate(|queue| {
            WindowsDue::<T>::insert(queue.tail, (deadline, worker, round.epoch));
            queue.tail = queue.tail.saturating_add(1);
        });
        Self::deposit_event(Event::WindowOpened {
            worker,
            epoch: round.epoch,
            picks: asked,
            deadline,
        });
    }

    /// A worker has left: what it did is forgotten.
    pub fn forget(worker: WorkerId) {
        Standings::<T>::remove(worker);
    }
}

/// Pays for one unit of work; the first of a block is always paid for.
fn spend(meter: &mut WeightMeter, unit: Weight, first: bool) -> bool {
    let fits = meter.try_consume(unit).is_ok();
    if first && !fits {
        meter.consume(unit);
    }
    fits || first
}
