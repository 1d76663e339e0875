//! The end of an encoding, whatever its cause, and the hook that brings it.

use crate::{
    agenda::Budget,
    certify::feeless_cost,
    lease::FREED_AT_ONCE,
    types::{Encoding, Stage, MAX_REPORT_CHUNKS},
    CertifiedCommitments, CertifiedCount, CertifiedOf, Config, Encodings, ExpiriesDue, Pallet,
    Roots, WeightInfo,
};
use ballast_core::{limits::MAX_SHARDS, EncodingId};
use frame_support::pallet_prelude::{Get, Weight};

impl<T: Config> Pallet<T> {
    /// Does what is due: lapses, expiries, and what moves shards, each within a third of the service weight. Releases come
    /// before draws, so that these find the room; departures before repairs, and these before the draws they ask for; disputes between them.
    pub(crate) fn serve_agendas() -> Weight {
        let share = T::MaxServiceWeight::get() / 3;
        let serve = |works: &[fn(&mut Budget)]| {
            let mut budget = Budget::new(share);
            for work in works {
                budget.next_kind();
                work(&mut budget);
            }
            budget.spent()
        };
        T::WeightInfo::on_initialize_base()
            .saturating_add(serve(&[Self::serve_lapses]))
            .saturating_add(serve(&[Self::serve_expiries]))
            .saturating_add(serve(&[
                Self::serve_departures,
                Self::serve_disputes,
                Self::serve_repairs,
                Self::serve_draws,
            ]))
    }

    /// Removes the records of an encoding that is in no index any more and has no workers.
    pub(crate) fn remove(id: EncodingId) {
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
            T::WeightInfo::expire(FREED_AT_ONCE),
            T::WeightInfo::repair(MAX_SHARDS),
            T::WeightInfo::depart(),
            T::WeightInfo::end_dispute(),
        ];
        for unit in dearest {
            let unit = unit.saturating_add(T::WeightInfo::probe());
            assert!(
                unit.all_lte(share),
                "a third of MaxServiceWeight is below {unit:?}"
            );
        }
        let widest = feeless_cost::<T>(MAX_SHARDS, MAX_SHARDS)
            .max(T::WeightInfo::report_wrong(MAX_REPORT_CHUNKS))
            .max(T::WeightInfo::refute());
        let room = T::MaxFeelessWeight::get();
        assert!(widest.all_lte(room), "MaxFeelessWeight is below {widest:?}");
    }
}
