//! Custody: which worker has which shard of a certified encoding, and what it earns with it.
//!
//! Goals: the books ([`CustodyBooks`](crate::CustodyBooks)) hear of every change; an encoding's lease is always what its
//! funders gave less what workers earned, to the planck.
//! Non-goals: challenges and pay themselves (`pallet-possession`).
//!
//! A shard earns from the storage epoch after its receipt to the last one of the lease. What it earned leaves the lease
//! when its custody ends; epochs without a holder earn nothing, so their money is still there when the lease ends.

use crate::{
    placement::account,
    types::{Assignment, Custody, Encoding, Stage},
    AccountId, Config, CustodyBooks, Disputes, Encodings, Event, Funding, Pallet, Parameters,
    Placements, Roots, WorkerSet, WorkerShards,
};
use alloc::vec::Vec;
use ballast_core::{
    challenge::{chunks_of, HeldShard},
    lease::{earnings, steps, LeasePart, RateStep},
    Balance, ChainingValue, EncodingId, Layout, ShardIndex, StorageEpoch, WorkerId,
};
use frame_support::{defensive, traits::Defensive};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

impl<T: Config> Pallet<T> {
    /// Puts a shard, whose receipt is good, into its worker's hands. One that was taken over leaves its former worker.
    /// Who drained before its receipt came has it only until another is drawn.
    pub(crate) fn take_custody(
        id: EncodingId,
        encoding: &mut Encoding,
        shard: ShardIndex,
        assignment: &mut Assignment,
    ) {
        let Some((worker, generation)) = assignment.awaited() else {
            defensive!("receipts are taken of those only whose receipt is awaited");
            return;
        };
        let repaired = assignment.is_receipted()
            || matches!(assignment.custody, Custody::Awaited { repair: true });
        Self::end_custody(id, encoding, shard, assignment);
        let since = assignment.successor().map(|successor| successor.since);
        let earns_from = StorageEpoch(Self::current_epoch().0.saturating_add(1));
        let departs = T::Workers::departure(&account(worker)).is_some();
        *assignment = Assignment {
            worker,
            generation,
            last_generation: generation,
            since: since.unwrap_or(assignment.since),
            fingerprint: assignment.fingerprint,
            custody: Custody::Held {
                earns_from,
                successor: None,
            },
            to_replace: departs,
            unshown: false,
        };
        if departs {
            Self::check_repair(id, Self::now().saturating_add(1));
        }
        let held = held_shard(id, encoding, shard);
        T::Books::take(
            worker,
            held,
            &steps(&encoding.parts, held.chunks, earns_from),
        );
        if repaired {
            Self::reward_repair(id, encoding, shard, worker);
        }
    }

    /// Ends the custody of a worker that has the shard: what it earned leaves the lease, its bytes are free.
    pub(crate) fn end_custody(
        id: EncodingId,
        encoding: &mut Encoding,
        shard: ShardIndex,
        assignment: &Assignment,
    ) {
        let Custody::Held { earns_from, .. } = assignment.custody else {
            return;
        };
        let held = held_shard(id, encoding, shard);
        let rate = steps(&encoding.parts, held.chunks, earns_from);
        let until = T::Books::give_up(assignment.worker, held, &rate);
        let earned = earnings(&encoding.parts, held.chunks, earns_from, until);
        encoding.lease = encoding.lease.saturating_sub(earned);
        Self::discharge(id, encoding, shard, assignment.worker);
    }

    /// Takes a shard off the records of a worker that it counts against.
    pub(crate) fn discharge(
        id: EncodingId,
        encoding: &Encoding,
        shard: ShardIndex,
        worker: WorkerId,
    ) {
        let bytes = encoding.layout().shard_len(shard);
        let _ = T::Workers::release(&account(worker), bytes)
            .defensive_proof("the draw counted these bytes against this worker; qed");
        WorkerShards::<T>::remove(worker, (id, shard));
    }

    /// Frees the workers of the first `most` shards of an encoding that have some. `true` once all are free; then the
    /// placement is gone.
    pub(crate) fn free_workers(id: EncodingId, encoding: &mut Encoding, most: u32) -> bool {
        if let Some(mut placement) = Placements::<T>::take(id) {
            let mut left = most;
            for shard in encoding.layout().held_shards() {
                let Some(assignment) = placement.assignment_mut(shard) else {
                    continue;
                };
                if assignment.custody == Custody::Lost {
                    continue;
                }
                if left == 0 {
                    Placements::<T>::insert(id, placement);
                    return false;
                }
                left = left.saturating_sub(1);
                Self::free_shard(id, encoding, shard, assignment);
            }
        }
        Self::cancel_draw(id);
        Self::cancel_repair(id);
        Disputes::<T>::remove(id);
        true
    }

    /// Frees who has a shard or is to have it.
    fn free_shard(
        id: EncodingId,
        encoding: &mut Encoding,
        shard: ShardIndex,
        assignment: &mut Assignment,
    ) {
        let held = assignment.is_receipted();
        Self::end_custody(id, encoding, shard, assignment);
        // The first of those charged is the holder, whom the end of its custody freed.
        for worker in assignment.charged().skip(usize::from(held)) {
            Self::discharge(id, encoding, shard, worker);
        }
        assignment.custody = Custody::Lost;
        assignment.to_replace = false;
    }

    /// Adds a part of a lease to what its holders earn, and forgets parts that all of them are paid for.
    pub(crate) fn extend_custody(id: EncodingId, encoding: &mut Encoding, part: LeasePart) {
        let mut paid_until = Self::current_epoch();
        let placement = Placements::<T>::get(id);
        let placement = placement
            .iter()
            .flat_map(|placement| placement.assignments());
        for (shard, assignment) in placement {
            let Custody::Held { earns_from, .. } = assignment.custody else {
                continue;
            };
            let held = held_shard(id, encoding, shard);
            let more = steps(&[part], held.chunks, earns_from);
            paid_until = paid_until.min(T::Books::add_steps(assignment.worker, &more));
        }
        Self::forget_parts(id, encoding, paid_until);
    }

    /// Drops parts that ended before `paid_until`. What their holders earned in them leaves the lease now.
    fn forget_parts(id: EncodingId, encoding: &mut Encoding, paid_until: StorageEpoch) {
        let past = |part: &&LeasePart| part.to <= paid_until;
        let gone: Vec<LeasePart> = encoding.parts.iter().take_while(past).copied().collect();
        let Some(end) = gone.last().map(|part| part.to) else {
            return;
        };
        let mut earned: Balance = 0;
        Placements::<T>::mutate(id, |placement| {
            let Some(placement) = placement else { return };
            for shard in encoding.layout().held_shards() {
                let Some(assignment) = placement.assignment_mut(shard) else {
                    continue;
                };
                if let Custody::Held { earns_from, .. } = &mut assignment.custody {
                    let chunks = held_shard(id, encoding, shard).chunks;
                    earned = earned.saturating_add(earnings(&gone, chunks, *earns_from, end));
                    *earns_from = end.max(*earns_from);
                }
            }
        });
        encoding.lease = encoding.lease.saturating_sub(earned);
        encoding.parts.retain(|part| part.to > end);
    }

    /// Gives a funder its part of what is left of a certified lease, in proportion to what it gave; the last one gets the
    /// rest.
    pub(crate) fn refund(
        id: EncodingId,
        encoding: &mut Encoding,
        funder: AccountId,
        given: Balance,
    ) {
        let (lease, funded) = (encoding.lease, encoding.funded);
        let share = if given >= funded {
            Some(lease)
        } else {
            multiply_by_rational_with_rounding(lease, given, funded, Rounding::Down)
        };
        let amount = share.unwrap_or(0).min(lease);
        Funding::<T>::remove(id, &funder);
        encoding.funded = funded.saturating_sub(given);
        encoding.lease = lease.saturating_sub(amount);
        Encodings::<T>::insert(id, &*encoding);
        if !Self::pay(&funder, amount) {
            return T::Books::keep(amount);
        }
        Self::deposit_event(Event::LeaseReturned {
            encoding: id,
            funder,
            amount,
        });
    }

    /// Pays for a repair out of the repair fund, as far as that goes.
    fn reward_repair(id: EncodingId, encoding: &Encoding, shard: ShardIndex, worker: WorkerId) {
        let chunks = held_shard(id, encoding, shard).chunks;
        let from = StorageEpoch(Self::current_epoch().0.saturating_add(1));
        let until = StorageEpoch(from.0.saturating_add(1));
        let rate = earnings(&encoding.parts, chunks, from, until);
        let epochs = Parameters::<T>::get().repair_reward_epochs;
        let reward = T::Books::reward(worker, rate.saturating_mul(epochs.into()));
        Self::deposit_event(Event::Repaired {
            encoding: id,
            shard,
            worker,
            reward,
        });
    }

    /// What is left of a lease, less what its holders have earned and been paid.
    pub(crate) fn lease_left(id: EncodingId, encoding: &Encoding) -> Balance {
        let Some(placement) = Placements::<T>::get(id) else {
            return encoding.lease;
        };
        let earned = |(shard, assignment): (ShardIndex, &Assignment)| {
            let Custody::Held { earns_from, .. } = assignment.custody else {
                return 0;
            };
            let until = T::Books::unpaid_from(assignment.worker);
            let chunks = held_shard(id, encoding, shard).chunks;
            earnings(&encoding.parts, chunks, earns_from, until)
        };
        let earned = placement.assignments().map(earned);
        encoding
            .lease
            .saturating_sub(earned.fold(0, Balance::saturating_add))
    }

    /// The storage epoch of this block.
    pub fn epoch_now() -> StorageEpoch {
        Self::current_epoch()
    }

    /// Whether an encoding is certified and its lease runs.
    pub fn is_kept(id: EncodingId) -> bool {
        let current = Self::current_epoch();
        Encodings::<T>::get(id).is_some_and(|encoding| {
            matches!(encoding.stage, Stage::Certified { .. }) && !encoding.has_ended(current)
        })
    }

    /// What a chunk of a shard is proven against; `None` if there is no such shard.
    pub fn commitment(id: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)> {
        let encoding = Encodings::<T>::get(id)?;
        let root = Roots::<T>::get(id)?.get(usize::from(shard.0)).copied()??;
        Some((encoding.layout(), root))
    }

    /// Everything that workers hold, and how it earns: what the books must say. For `try_state`.
    pub fn holdings() -> Vec<(WorkerId, HeldShard, Vec<RateStep>)> {
        let mut holdings = Vec::new();
        for (id, placement) in Placements::<T>::iter() {
            let Some(encoding) = Encodings::<T>::get(id) else {
                continue;
            };
            for (shard, assignment) in placement.assignments() {
                if let Custody::Held { earns_from, .. } = assignment.custody {
                    let held = held_shard(id, &encoding, shard);
                    let rate = steps(&encoding.parts, held.chunks, earns_from);
                    holdings.push((assignment.worker, held, rate));
                }
            }
        }
        holdings
    }
}

/// A shard as the books list it.
pub(crate) fn held_shard(id: EncodingId, encoding: &Encoding, shard: ShardIndex) -> HeldShard {
    HeldShard {
        encoding: id,
        shard,
        chunks: chunks_of(encoding.layout().shard_len(shard)),
    }
}
