//! Deadlines: what becomes of challenges that nobody answered.
//!
//! Ids are in the order of deadlines, so a cursor over ids finds what is due. It passes over those that were answered.

use crate::{
    traits::{Fines, Holders},
    types::{Challenge, Ended, KEPT_CHALLENGES},
    Challenges, Closed, Config, Cursor, Event, NextId, Pallet, Parameters, WeightInfo,
};
use ballast_core::{view::RetrievalState, RetrievalId};
use frame_support::{
    pallet_prelude::{Get, Weight},
    weights::WeightMeter,
};

impl<T: Config> Pallet<T> {
    /// Ends what is overdue, as far as the hook's weight goes. The first of a block is always ended.
    pub(crate) fn serve_deadlines() -> Weight {
        let mut meter = WeightMeter::with_limit(T::MaxHookWeight::get());
        Self::end_overdue(&mut meter);
        meter
            .consumed()
            .saturating_add(T::WeightInfo::on_initialize_base())
    }

    pub(crate) fn end_overdue(meter: &mut WeightMeter) {
        let (now, next, start) = (Self::now(), NextId::<T>::get(), Cursor::<T>::get());
        let mut at = start;
        while at < next {
            let first = at == start;
            match Challenges::<T>::get(at) {
                Some(challenge) if challenge.deadline >= now => break,
                Some(challenge) => {
                    if !spend(meter, T::WeightInfo::miss(), first) {
                        break;
                    }
                    Self::end(at, challenge);
                }
                None if !spend(meter, T::WeightInfo::pass_over(), first) => break,
                None => (),
            }
            at = RetrievalId(at.0.saturating_add(1));
        }
        if at != start {
            Cursor::<T>::put(at);
        }
    }

    /// Punishes who was asked, unless the shard is no longer its own, and gives the bond back.
    fn end(id: RetrievalId, challenge: Challenge) {
        Self::strike(id, challenge.worker);
        Self::give_back(&challenge.challenger, challenge.bond);
        let (at, worker) = (Self::now(), challenge.worker);
        let (encoding, shard) = (challenge.encoding, challenge.shard);
        let holder = T::Holders::holder(encoding, shard);
        let owes = |holder: crate::Holder| {
            holder.worker == worker && holder.generation == challenge.generation
        };
        if !holder.is_ok_and(owes) {
            Self::remember(id, challenge, RetrievalState::Excused { at });
            return Self::deposit_event(Event::Excused { id, worker });
        }
        T::Holders::forfeit(encoding, shard);
        let slashed = T::Fines::fine(worker, Parameters::<T>::get().slash_permille);
        Self::remember(id, challenge, RetrievalState::Missed { at, slashed });
        Self::deposit_event(Event::Missed {
            id,
            worker,
            encoding,
            shard,
            slashed,
        });
    }

    /// Keeps how a challenge ended, if it is one of the last.
    pub(crate) fn remember(id: RetrievalId, challenge: Challenge, state: RetrievalState) {
        if id.0.saturating_add(KEPT_CHALLENGES) >= NextId::<T>::get().0 {
            Closed::<T>::insert(id, Ended { challenge, state });
        }
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
