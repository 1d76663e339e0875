//! The end of an encoding, whatever its cause, and the hook that brings it.

use crate::{
    agenda::Budget, certify::feeless_cost, placement::account, types::Encoding, types::Stage,
    CertifiedCommitments, CertifiedCount, CertifiedOf, Config, Encodings, ExpiriesDue, Pallet,
    Placements, Roots, WeightInfo, WorkerSet, WorkerShards,
};
use ballast_core::{limits::MAX_SHARDS, EncodingId};
use frame_support::{
    pallet_prelude::{Get, Weight},
    traits::Defensive,
};

impl<T: Config> Pallet<T> {
    /// Does what is due: lapses, expiries, draws, each within a third of the service weight. Releases come before
    /// draws, so that these find the room.
    pub(crate) fn serve_agendas() -> Weight {
        let share = T::MaxServiceWeight::get() / 3;
        let serve = |work: fn(&mut Budget)| {
            let mut budget = Budget::new(share);
            work(&mut budget);
            budget.spent()
        };
        T::WeightInfo::on_initialize_base()
            .saturating_add(serve(Self::serve_lapses))
            .saturating_add(serve(Self::serve_expiries))
            .saturating_add(serve(Self::serve_draws))
    }

    /// Removes all records of an encoding that is in no index any more, and frees its workers.
    pub(crate) fn remove(id: EncodingId, encoding: &Encoding) {
        let layout = encoding.layout();
        let placement = Placements::<T>::take(id);
        for (shard, assignment) in placement
            .iter()
            .flat_map(|placement| placement.assignments())
        {
            let bytes = layout.shard_len(shard);
            let _ = T::Workers::release(&account(assignment.worker), bytes)
                .defensive_proof("the draw counted these bytes against this worker; qed");
            WorkerShards::<T>::remove(assignment.worker, (id, shard));
        }
        Self::cancel_draw(id);
        Roots::<T>::remove(id);
        Encodings::<T>::remove(id);
    }

    /// Takes an encoding out of the indices of certified ones.
    pub(crate) fn leave_certified(id: EncodingId, encoding: &Encoding) {
        let decrement = |count: &mut Option<u32>| {
            *count = count
                .and_then(|count| count.checked_sub(1))
                .filter(|count| *count > 0);
        };
        if let Stage::Certified { expires, .. } = encoding.stage {
            ExpiriesDue::<T>::remove(expires, id);
        }
        CertifiedOf::<T>::remove(encoding.address, id);
        CertifiedCount::<T>::mutate_exists(encoding.address, decrement);
        CertifiedCommitments::<T>::mutate_exists(encoding.commitment, decrement);
    }

    /// What no runtime may configure, because something would never get its turn.
    pub(crate) fn check_limits() {
        assert!(
            T::MaxPendingPerPublisher::get() > 0,
            "nobody could register"
        );
        assert!(T::MaxDrawQueue::get() > 0, "nothing could wait for a draw");
        assert!(T::MaxDrawsPerBlock::get() > 0, "nothing would be placed");
        let share = T::MaxServiceWeight::get() / 3;
        let dearest = [
            T::WeightInfo::lapse(MAX_SHARDS),
            T::WeightInfo::expire(MAX_SHARDS),
        ];
        for unit in dearest {
            let unit = unit.saturating_add(T::WeightInfo::probe());
            assert!(
                unit.all_lte(share),
                "a third of MaxServiceWeight is below {unit:?}"
            );
        }
        let widest = feeless_cost::<T>(MAX_SHARDS, MAX_SHARDS);
        let room = T::MaxFeelessWeight::get();
        assert!(widest.all_lte(room), "MaxFeelessWeight is below {widest:?}");
    }
}
