//! Repair: shards of evicted, draining and silent workers get new ones.
//!
//! Goals: evicting costs one write, and shards move a few in a block; what was lost is drawn for all at once, when enough
//! is lost or enough time has passed; a worker that leaves in order stays obliged and paid until its successor has the
//! shard; every repair ends with a receipt, or in another draw, or with the lease.
//! Non-goals: rebuilding, which workers do; a receipt is taken like any other, and a failed repair costs no stake.
//!
//! 1. A worker drains or is evicted: it stands in `Departing`, and a cursor goes over its shards. Those of an evicted one
//!    are lost at once; those of a draining one are marked.
//! 2. The encoding's shards are looked at in the next block. New workers are drawn when the lost shards are
//!    `repair_max_lost_percent` of the spare ones, or `repair_patience_blocks` after the first one was lost or marked.
//! 3. Drawn workers have `repair_deadline_blocks` for their receipt. Then the encoding is looked at again, and for those
//!    that were silent others are drawn at once: patience counts from the first loss until all shards are held again.

use crate::{
    agenda::{Agenda, Budget, Checks},
    placement::account,
    traits::Departure,
    types::{Assignment, Custody, Encoding, Placement, Stage},
    Config, Departing, DrawRequests, Encodings, Event, Pallet, Parameters, Placements, Repairs,
    RepairsDue, WeightInfo, WorkerSet, WorkerShards,
};
use ballast_core::{view::RepairParams, BlockNumber, EncodingId, ShardIndex, WorkerId};
use frame_support::{defensive, pallet_prelude::Get};

/// What one look at an encoding's shards found.
struct Finding {
    /// Shards that a worker is to be drawn for.
    wanted: u32,
    /// Block at which the first of the awaited receipts is overdue.
    next_deadline: Option<BlockNumber>,
}

impl<T: Config> Pallet<T> {
    /// A worker goes: its shards move, a few in each block.
    pub fn depart(worker: WorkerId) {
        Departing::<T>::insert(worker, None::<(EncodingId, ShardIndex)>);
    }

    /// A draining worker stays after all.
    pub fn stay(worker: WorkerId) {
        Departing::<T>::remove(worker);
    }

    /// Goes over the shards of departing workers, as far as the budget goes.
    pub(crate) fn serve_departures(budget: &mut Budget) {
        while let Some((worker, last)) = Departing::<T>::iter().next() {
            if !budget.grant(T::WeightInfo::depart()) {
                return;
            }
            let mut shards = match last {
                None => WorkerShards::<T>::iter_key_prefix(worker),
                Some(last) => {
                    let last = WorkerShards::<T>::hashed_key_for(worker, last);
                    WorkerShards::<T>::iter_key_prefix_from(worker, last)
                }
            };
            match (shards.next(), T::Workers::departure(&account(worker))) {
                (Some((id, shard)), Some(departure)) => {
                    Departing::<T>::insert(worker, Some((id, shard)));
                    Self::take_from(worker, id, shard, departure);
                }
                _ => Departing::<T>::remove(worker),
            }
        }
    }

    /// Takes one shard from a worker that departs, or marks it.
    fn take_from(worker: WorkerId, id: EncodingId, shard: ShardIndex, departure: Departure) {
        let Some((mut encoding, mut placement)) = Self::certified_placement(id) else {
            // The publisher of a pending encoding replaces whom it does not want.
            return;
        };
        let Some(assignment) = placement.assignment_mut(shard) else {
            return;
        };
        let successor = assignment.successor();
        if successor.is_some_and(|successor| successor.worker == worker) {
            Self::drop_successor(id, &encoding, shard, assignment);
        } else if assignment.worker == worker {
            match (assignment.custody, departure) {
                (Custody::Held { .. }, Departure::Evicted) => {
                    Self::lose(id, &mut encoding, shard, assignment);
                }
                (Custody::Held { successor, .. }, Departure::Draining) => {
                    assignment.to_replace = successor.is_none();
                }
                (Custody::Awaited { .. }, _) => mark_silent(assignment),
                (Custody::Lost, _) => (),
            }
        }
        Encodings::<T>::insert(id, encoding);
        Placements::<T>::insert(id, placement);
        Self::check_repair(id, Self::now());
    }

    /// A worker's shard is gone: its successor, if there is one, is to rebuild it, otherwise nobody has it.
    pub(crate) fn lose(
        id: EncodingId,
        encoding: &mut Encoding,
        shard: ShardIndex,
        held: &mut Assignment,
    ) {
        Self::end_custody(id, encoding, shard, held);
        let (worker, successor) = (held.worker, held.successor());
        held.to_replace = false;
        held.custody = Custody::Lost;
        if let Some(successor) = successor {
            *held = Assignment {
                fingerprint: held.fingerprint,
                custody: Custody::Awaited { repair: true },
                unshown: held.unshown,
                ..Assignment::new(successor.worker, held.last_generation, successor.since)
            };
        }
        Self::deposit_event(Event::ShardLost {
            encoding: id,
            shard,
            worker,
        });
    }

    /// Sends a successor away; the holder's shard waits for another.
    fn drop_successor(
        id: EncodingId,
        encoding: &Encoding,
        shard: ShardIndex,
        held: &mut Assignment,
    ) {
        if let Custody::Held { successor, .. } = &mut held.custody {
            if let Some(successor) = successor.take() {
                Self::discharge(id, encoding, shard, successor.worker);
            }
        }
        held.to_replace = true;
    }

    /// Looks at the shards of encodings that are due, as far as the budget goes.
    pub(crate) fn serve_repairs(budget: &mut Budget) {
        let now = Self::now();
        while let Some(id) = Checks::<T>::next_due(now, budget) {
            let shards = Encodings::<T>::get(id).map_or(0, |encoding| encoding.total_shards());
            if !budget.grant(T::WeightInfo::repair(shards)) {
                return;
            }
            Self::cancel_repair(id);
            if let Some((encoding, placement)) = Self::certified_placement(id) {
                Self::look_at(id, encoding, placement, now);
            }
        }
    }

    /// Marks what is to be drawn for, asks for the draw if it is time, and says when to look again.
    fn look_at(id: EncodingId, encoding: Encoding, mut placement: Placement, now: BlockNumber) {
        let params = Parameters::<T>::get().repair();
        let finding = Self::find(id, &encoding, &mut placement, now, params);
        if finding.wanted == 0 {
            match finding.next_deadline {
                Some(due) => Self::check_repair(id, due),
                None => placement.repair_since = None,
            }
            return Placements::<T>::insert(id, placement);
        }
        let since = *placement.repair_since.get_or_insert(now);
        let due = since.saturating_add(params.patience_blocks);
        let urgent = now >= due || is_urgent(&encoding, &placement, params);
        let next = if urgent {
            Self::request_repair(id, &placement, now);
            now.saturating_add(params.deadline_blocks)
        } else {
            finding.next_deadline.map_or(due, |next| next.min(due))
        };
        Placements::<T>::insert(id, placement);
        Self::check_repair(id, next);
    }

    fn find(
        id: EncodingId,
        encoding: &Encoding,
        placement: &mut Placement,
        now: BlockNumber,
        params: RepairParams,
    ) -> Finding {
        let (mut wanted, mut next_deadline) = (0u32, None::<BlockNumber>);
        for shard in encoding.layout().held_shards() {
            let Some(assignment) = placement.assignment_mut(shard) else {
                continue;
            };
            let due = |since: BlockNumber| since.saturating_add(params.deadline_blocks);
            let deadline = match assignment.custody {
                Custody::Awaited { repair: true } if !assignment.to_replace => {
                    Some(due(assignment.since))
                }
                Custody::Held { successor, .. } => successor.map(|next| due(next.since)),
                // The publisher of an encoding pays for the replacement of those that were silent from the start.
                Custody::Awaited { .. } | Custody::Lost => None,
            };
            let mut silent = None;
            match deadline {
                Some(at) if at <= now => {
                    silent = Self::replace_silent(id, encoding, shard, assignment)
                }
                Some(at) => next_deadline = Some(next_deadline.map_or(at, |next| next.min(at))),
                None => Self::unmark_if_staying(assignment),
            }
            wanted = wanted.saturating_add(assignment.is_wanted().into());
            if let Some(worker) = silent {
                placement.remember_replaced(worker);
            }
        }
        Finding {
            wanted,
            next_deadline,
        }
    }

    /// The deadline of an awaited receipt is over: another worker is to be drawn. Gives a successor that was sent away.
    fn replace_silent(
        id: EncodingId,
        encoding: &Encoding,
        shard: ShardIndex,
        assignment: &mut Assignment,
    ) -> Option<WorkerId> {
        match assignment.successor() {
            Some(successor) => {
                Self::drop_successor(id, encoding, shard, assignment);
                Some(successor.worker)
            }
            None => {
                mark_silent(assignment);
                None
            }
        }
    }

    /// A worker that drained and resumed keeps its shards.
    fn unmark_if_staying(assignment: &mut Assignment) {
        if assignment.to_replace && assignment.is_receipted() {
            let holder = account(assignment.worker);
            assignment.to_replace = T::Workers::departure(&holder).is_some();
        }
    }

    /// Asks for a draw, if none is due and the queue has room; otherwise the next look asks.
    fn request_repair(id: EncodingId, placement: &Placement, now: BlockNumber) {
        let room = DrawRequests::<T>::count() < T::MaxDrawQueue::get();
        if room && !DrawRequests::<T>::contains_key(id) {
            Self::request_draw(id, now);
            Self::deposit_event(Event::RepairRequested {
                encoding: id,
                held: placement.receipts(),
            });
        }
    }

    /// Has the shards of an encoding looked at at `due`, if not before.
    pub(crate) fn check_repair(id: EncodingId, due: BlockNumber) {
        let due = match Repairs::<T>::get(id) {
            Some(former) if former <= due => return,
            Some(former) => {
                RepairsDue::<T>::remove(former, id);
                due
            }
            None => due,
        };
        Repairs::<T>::insert(id, due);
        RepairsDue::<T>::insert(due, id, ());
    }

    /// Has the shards of an encoding looked at when the workers that were drawn now had their time.
    pub(crate) fn check_after_deadline(id: EncodingId) {
        let deadline = Parameters::<T>::get().repair_deadline_blocks;
        Self::check_repair(id, Self::now().saturating_add(deadline));
    }

    /// Nobody needs to look at the shards of this encoding.
    pub(crate) fn cancel_repair(id: EncodingId) {
        if let Some(due) = Repairs::<T>::take(id) {
            RepairsDue::<T>::remove(due, id);
        }
    }

    /// A certified encoding whose lease runs, with its placement.
    pub(crate) fn certified_placement(id: EncodingId) -> Option<(Encoding, Placement)> {
        let Some(encoding) = Encodings::<T>::get(id) else {
            defensive!("an encoding that is removed takes its shards and repairs along");
            return None;
        };
        let certified = matches!(encoding.stage, Stage::Certified { .. });
        let runs = certified && !encoding.has_ended(Self::current_epoch());
        Some((encoding, Placements::<T>::get(id)?)).filter(|_| runs)
    }
}

/// A worker without a receipt is to be replaced, and it is the chain that wants it.
fn mark_silent(assignment: &mut Assignment) {
    assignment.custody = Custody::Awaited { repair: true };
    assignment.to_replace = true;
}

/// Whether so many shards lack a holder that their repair must not wait.
fn is_urgent(encoding: &Encoding, placement: &Placement, params: RepairParams) -> bool {
    let code = encoding.code;
    let held = u32::try_from(placement.held()).unwrap_or(u32::MAX);
    let lost = u32::from(code.total_shards()).saturating_sub(held);
    let spare = u32::from(code.parity_shards());
    let limit = spare.saturating_mul(params.max_lost_percent.into());
    lost > 0 && lost.saturating_mul(100) >= limit
}
