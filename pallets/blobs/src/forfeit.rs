//! Forfeits: who holds a shard, and its loss by a worker that could not show it.
//!
//! Goals: a shard that is forfeited is lost as an evicted worker's is, and its worker is not drawn for the encoding again
//! soon; every other shard of the worker stays where it is.
//! Non-goals: when a shard is forfeited (`pallet-retrieval`), and what that costs besides.

use crate::{
    types::{Custody, Stage},
    Config, Encodings, Pallet, Placements,
};
use ballast_core::{EncodingId, ShardIndex, WorkerId};

/// Who holds a shard with a receipt on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The worker.
    pub worker: WorkerId,
    /// Which of the workers that were drawn for the shard it is; grows with each.
    pub generation: u32,
}

/// Why nobody holds a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHolder {
    /// There is no such encoding, it is pending, or its lease has ended.
    NotKept,
    /// The encoding has no such shard, or it is empty.
    NoShard,
    /// The shard is lost, or its worker has not signed a receipt yet.
    NotHeld,
}

impl<T: Config> Pallet<T> {
    /// Who holds a shard of a certified encoding whose lease runs.
    pub fn holder(id: EncodingId, shard: ShardIndex) -> Result<Holder, NoHolder> {
        let encoding = Encodings::<T>::get(id).ok_or(NoHolder::NotKept)?;
        let certified = matches!(encoding.stage, Stage::Certified { .. });
        if !certified || encoding.has_ended(Self::current_epoch()) {
            return Err(NoHolder::NotKept);
        }
        let placement = Placements::<T>::get(id).ok_or(NoHolder::NotKept)?;
        let assignment = placement.assignment(shard).ok_or(NoHolder::NoShard)?;
        match assignment.custody {
            Custody::Held { .. } => Ok(Holder {
                worker: assignment.worker,
                generation: assignment.generation,
            }),
            Custody::Awaited { .. } | Custody::Lost => Err(NoHolder::NotHeld),
        }
    }

    /// Takes a shard from the worker that holds it. Nobody has it now, and another worker is drawn as for any lost shard.
    pub fn forfeit(id: EncodingId, shard: ShardIndex) {
        let Ok(holder) = Self::holder(id, shard) else {
            return;
        };
        let Some((mut encoding, mut placement)) = Self::certified_placement(id) else {
            return;
        };
        placement.remember_replaced(holder.worker);
        if let Some(assignment) = placement.assignment_mut(shard) {
            Self::lose(id, &mut encoding, shard, assignment);
        }
        Self::mark_unshown(&mut placement, shard);
        Encodings::<T>::insert(id, encoding);
        Placements::<T>::insert(id, placement);
        // This block's look may have been.
        Self::check_repair(id, Self::now().saturating_add(1));
    }
}
