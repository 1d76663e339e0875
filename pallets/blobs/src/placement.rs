//! Draws: which workers are to hold which shards, from randomness that nobody knew when it was asked for.
//!
//! Block M draws with the randomness of block M - 1 what was asked for in block M - 2 or before. A block without
//! randomness lets the next one do its draws. A draw that finds too few workers is deferred, each time for longer, and given
//! up after [`MAX_DEFERRALS`]: an encoding that nobody has room for must not keep its place in the queue.

use crate::{
    agenda::{Agenda, Budget, Draws},
    types::{Assignment, Custody, DrawRequest, Encoding, Placement, Stage, Successor},
    AccountId, BlockRandomness, Config, DrawCursor, DrawRequests, DrawsDue, Encodings, Error,
    Event, Pallet, Parameters, Placements, WeightInfo, WorkerSet, WorkerShards,
};
use alloc::{vec, vec::Vec};
use ballast_core::{
    placement::{draw, Candidate},
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use frame_support::{
    defensive,
    pallet_prelude::{DispatchResult, Get, Weight},
    storage::with_storage_layer,
    BoundedVec,
};
use sp_runtime::DispatchError;

/// Blocks between a request and the first block that may draw for it: the one in between brings the randomness.
pub const DRAW_DELAY_BLOCKS: BlockNumber = 2;

/// How often a draw is deferred: for 1, 2, 4, .. 64 blocks, some six minutes in all.
pub const MAX_DEFERRALS: u8 = 7;

impl<T: Config> Pallet<T> {
    /// Queues a draw. The caller has checked that the queue has room.
    pub(crate) fn request_draw(id: EncodingId, now: BlockNumber) {
        let due = now.saturating_add(DRAW_DELAY_BLOCKS);
        DrawsDue::<T>::insert(due, id, ());
        DrawRequests::<T>::insert(
            id,
            DrawRequest {
                requested_at: now,
                due,
                attempts: 0,
            },
        );
    }

    /// Takes a draw out of the queue, done or not.
    pub(crate) fn cancel_draw(id: EncodingId) {
        if let Some(request) = DrawRequests::<T>::take(id) {
            DrawsDue::<T>::remove(request.due, id);
        }
    }

    /// Does the draws that are due.
    pub(crate) fn serve_draws(budget: &mut Budget) {
        let now = Self::now();
        if DrawRequests::<T>::count() == 0 {
            DrawCursor::<T>::put(now.saturating_add(1));
            return;
        }
        let Some(seed) = T::Randomness::of_previous_block() else {
            return;
        };
        let mut snapshot = None;
        for _ in 0..T::MaxDrawsPerBlock::get() {
            let Some(id) = Draws::<T>::next_due(now, budget) else {
                return;
            };
            if !Self::serve_draw(id, &seed, &mut snapshot, budget) {
                return;
            }
        }
    }

    /// Does one draw; `false` if the budget does not cover it.
    fn serve_draw(
        id: EncodingId,
        seed: &[u8; 32],
        snapshot: &mut Option<Snapshot>,
        budget: &mut Budget,
    ) -> bool {
        let Some(encoding) = Encodings::<T>::get(id) else {
            defensive!("an encoding that is removed takes its draw along");
            Self::cancel_draw(id);
            return true;
        };
        if !budget.grant(Self::draw_weight(&encoding, snapshot.is_none())) {
            return false;
        }
        let snapshot = snapshot.get_or_insert_with(|| Snapshot::new(T::Workers::candidates()));
        if with_storage_layer(|| Self::draw_for(id, encoding, seed, snapshot)).is_err() {
            Self::defer(id);
        }
        true
    }

    fn draw_weight(encoding: &Encoding, with_snapshot: bool) -> Weight {
        let (shards, workers) = (encoding.total_shards(), T::Workers::workers_count());
        let load = if with_snapshot {
            T::WeightInfo::load_candidates(workers)
        } else {
            Weight::zero()
        };
        T::WeightInfo::place(shards)
            .saturating_add(T::WeightInfo::draw(shards.saturating_mul(workers)))
            .saturating_add(load)
    }

    fn draw_for(
        id: EncodingId,
        encoding: Encoding,
        seed: &[u8; 32],
        snapshot: &mut Snapshot,
    ) -> DispatchResult {
        match Placements::<T>::get(id) {
            None => Self::place(id, encoding, seed, snapshot)?,
            Some(placement) => Self::replace(id, &encoding, placement, seed, snapshot)?,
        }
        Self::cancel_draw(id);
        Ok(())
    }

    /// Draws all workers of an encoding.
    fn place(
        id: EncodingId,
        mut encoding: Encoding,
        seed: &[u8; 32],
        snapshot: &mut Snapshot,
    ) -> DispatchResult {
        let Stage::Pending { placed_at, .. } = &mut encoding.stage else {
            defensive!("a certified encoding is placed");
            return Ok(());
        };
        let now = Self::now();
        *placed_at = Some(now);
        let shards: Vec<ShardIndex> = encoding.layout().held_shards().collect();
        let drawn = Self::draw_workers(id, &encoding, seed, &shards, snapshot, &[], &[])?;
        let mut slots = vec![None; encoding.total_shards() as usize];
        for (shard, worker, _) in &drawn {
            if let Some(slot) = slots.get_mut(usize::from(shard.0)) {
                *slot = Some(Assignment::new(*worker, 0, now));
            }
            WorkerShards::<T>::insert(worker, (id, *shard), 0);
        }
        let placement = Placement {
            seed: *seed,
            reassigned: 0,
            shards: BoundedVec::truncate_from(slots),
            replaced: BoundedVec::new(),
            repair_since: None,
        };
        Placements::<T>::insert(id, placement);
        Encodings::<T>::insert(id, encoding);
        snapshot.count(&drawn);
        Self::deposit_event(Event::Placed { encoding: id });
        Ok(())
    }

    /// Draws other workers for the shards that are to be reassigned and still have no receipt, are lost, or move.
    fn replace(
        id: EncodingId,
        encoding: &Encoding,
        mut placement: Placement,
        seed: &[u8; 32],
        snapshot: &mut Snapshot,
    ) -> DispatchResult {
        let (leaving, staying): (Vec<_>, Vec<_>) = placement
            .assignments()
            .partition(|(_, assignment)| assignment.is_wanted());
        let shards: Vec<ShardIndex> = leaving.iter().map(|(shard, _)| *shard).collect();
        let occupied: Vec<WorkerId> = staying
            .iter()
            .flat_map(|(_, assignment)| assignment.charged())
            .collect();
        let leaving = leaving.iter().map(|(_, former)| former.worker);
        let excluded: Vec<WorkerId> = placement.replaced.iter().copied().chain(leaving).collect();
        let certified = matches!(encoding.stage, Stage::Certified { .. });
        let drawn = Self::draw_some(
            id, encoding, seed, &shards, snapshot, &occupied, &excluded, certified,
        )?;
        for (shard, worker, _) in &drawn {
            Self::hand_over(id, encoding, &mut placement, *shard, *worker);
        }
        Placements::<T>::insert(id, placement);
        snapshot.count(&drawn);
        if certified {
            Self::check_after_deadline(id);
        }
        Ok(())
    }

    /// Draws for all of `shards`, or, if there are too few workers and `fewer` will do, for the first half of them, a quarter
    /// and so on.
    #[allow(clippy::too_many_arguments)]
    fn draw_some(
        id: EncodingId,
        encoding: &Encoding,
        seed: &[u8; 32],
        mut shards: &[ShardIndex],
        snapshot: &Snapshot,
        occupied: &[WorkerId],
        excluded: &[WorkerId],
        fewer: bool,
    ) -> Result<Vec<Drawn>, DispatchError> {
        loop {
            let draw =
                || Self::draw_workers(id, encoding, seed, shards, snapshot, occupied, excluded);
            match with_storage_layer(draw) {
                Err(_) if fewer && shards.len() > 1 => {
                    (shards, _) = shards.split_at(shards.len() / 2);
                }
                drawn => return drawn,
            }
        }
    }

    /// Gives a shard to the worker that was drawn for it; one that is held stays held until the receipt of that worker.
    fn hand_over(
        id: EncodingId,
        encoding: &Encoding,
        placement: &mut Placement,
        shard: ShardIndex,
        to: WorkerId,
    ) {
        let Some(slot) = placement.assignment_mut(shard) else {
            defensive!("only assigned shards are reassigned");
            return;
        };
        let (from, since, former) = (slot.worker, Self::now(), slot.clone());
        let generation = former.last_generation.saturating_add(1);
        WorkerShards::<T>::insert(to, (id, shard), generation);
        if let Custody::Held { successor, .. } = &mut slot.custody {
            *successor = Some(Successor { worker: to, since });
            slot.last_generation = generation;
            slot.to_replace = false;
            return Self::deposit_event(Event::SuccessorDrawn {
                encoding: id,
                shard,
                from,
                to,
                generation,
            });
        }
        *slot = Assignment {
            fingerprint: former.fingerprint,
            custody: Custody::Awaited {
                repair: former.is_repair(),
            },
            unshown: former.unshown,
            ..Assignment::new(to, generation, since)
        };
        if former.custody != Custody::Lost {
            placement.remember_replaced(from);
            Self::discharge(id, encoding, shard, from);
        }
        Self::deposit_event(Event::Reassigned {
            encoding: id,
            shard,
            from,
            to,
            generation,
        });
    }

    /// Draws a worker for each of `shards` and counts the bytes against it.
    fn draw_workers(
        id: EncodingId,
        encoding: &Encoding,
        seed: &[u8; 32],
        shards: &[ShardIndex],
        snapshot: &Snapshot,
        occupied: &[WorkerId],
        excluded: &[WorkerId],
    ) -> Result<Vec<Drawn>, DispatchError> {
        let layout = encoding.layout();
        let sized: Vec<_> = shards
            .iter()
            .map(|shard| (*shard, layout.shard_len(*shard)))
            .collect();
        let bytes_per_bal = Parameters::<T>::get().bytes_per_bal;
        let pool = &snapshot.candidates;
        let workers = draw(
            seed,
            &encoding.address,
            id,
            &sized,
            pool,
            occupied,
            excluded,
            bytes_per_bal,
        )
        .map_err(|_| Error::<T>::NotEnoughWorkers)?;
        let drawn = sized.into_iter().zip(workers);
        drawn
            .map(|((shard, bytes), worker)| {
                T::Workers::assign(&account(worker), bytes)?;
                Ok((shard, worker, bytes))
            })
            .collect()
    }

    /// Puts a draw that found too few workers off, or gives it up.
    fn defer(id: EncodingId) {
        let Some(request) = DrawRequests::<T>::get(id) else {
            defensive!("a draw that failed keeps its request");
            return;
        };
        if request.attempts >= MAX_DEFERRALS {
            return Self::abandon_draw(id);
        }
        let delay: BlockNumber = 1 << request.attempts;
        let due = Self::now().saturating_add(delay);
        let attempts = request.attempts.saturating_add(1);
        DrawsDue::<T>::remove(request.due, id);
        DrawsDue::<T>::insert(due, id, ());
        DrawRequests::<T>::insert(
            id,
            DrawRequest {
                due,
                attempts,
                ..request
            },
        );
        Self::deposit_event(Event::DrawDeferred {
            encoding: id,
            retry_at: due,
        });
    }

    fn abandon_draw(id: EncodingId) {
        Self::cancel_draw(id);
        match Placements::<T>::get(id) {
            Some(placement) => Self::keep_workers(id, placement),
            None => Self::lapse_next_block(id),
        }
        Self::deposit_event(Event::DrawAbandoned { encoding: id });
    }

    /// Takes back the reassignments that nobody was drawn for. What the chain wants itself it asks for again.
    fn keep_workers(id: EncodingId, mut placement: Placement) {
        let slots = placement.shards.iter_mut().flatten();
        let mut wanted = false;
        for assignment in slots.filter(|assignment| assignment.is_wanted()) {
            if assignment.is_repair() {
                wanted = true;
            } else {
                assignment.to_replace = false;
                placement.reassigned = placement.reassigned.saturating_sub(1);
            }
        }
        Placements::<T>::insert(id, placement);
        if wanted {
            Self::check_after_deadline(id);
        }
    }
}

/// A shard, the worker drawn for it, and its bytes.
type Drawn = (ShardIndex, WorkerId, u64);

/// Account of a worker.
pub(crate) fn account(worker: WorkerId) -> AccountId {
    AccountId::new(worker.0)
}

/// The candidates as this block found them, less what its own draws took.
struct Snapshot {
    /// In ascending order of workers.
    candidates: Vec<Candidate>,
}

impl Snapshot {
    fn new(mut candidates: Vec<Candidate>) -> Self {
        candidates.sort_unstable_by_key(|candidate| candidate.worker);
        Self { candidates }
    }

    fn count(&mut self, drawn: &[Drawn]) {
        for (_, worker, bytes) in drawn {
            let found = self
                .candidates
                .binary_search_by_key(worker, |candidate| candidate.worker);
            if let Some(candidate) = found.ok().and_then(|index| self.candidates.get_mut(index)) {
                candidate.free_bytes = candidate.free_bytes.saturating_sub(*bytes);
                candidate.assigned_bytes = candidate.assigned_bytes.saturating_add(*bytes);
            }
        }
    }
}
