//! What must hold between any two calls. Each rule has a number, and a violation names it.
//!
//! 1. The parameters are usable.
//! 2. Bonds of open challenges are what is held, per account.
//! 3. The list of each worker has just its open challenges, the highest bond first, of equal ones the oldest.
//! 4. Every open challenge has an id from the cursor on and below the next, and deadlines are in the order of ids.
//! 5. Ends are kept of challenges that are not open, of the last ones only.

use crate::{
    types::KEPT_CHALLENGES, AccountId, Challenges, Closed, Config, Cursor, HoldReason, NextId,
    Open, Pallet, Parameters,
};
use alloc::{collections::BTreeMap, vec::Vec};
use ballast_core::{Balance, RetrievalId, WorkerId};
use frame_support::{ensure, traits::fungible::InspectHold};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Checks every rule above.
    pub fn do_try_state() -> Checked {
        ensure!(
            Parameters::<T>::get().check().is_ok(),
            "1: unusable parameters"
        );
        Self::try_bonds()?;
        Self::try_lists()?;
        Self::try_ids()
    }

    fn try_bonds() -> Checked {
        let mut bonds: BTreeMap<AccountId, Balance> = BTreeMap::new();
        for challenge in Challenges::<T>::iter_values() {
            *bonds.entry(challenge.challenger).or_default() += challenge.bond;
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let held = T::Currency::balance_on_hold(&HoldReason::Bond.into(), &who);
            let recorded = bonds.remove(&who).unwrap_or(0);
            ensure!(held == recorded, "2: bonds differ from what is held");
        }
        ensure!(bonds.is_empty(), "2: bond of an account that is gone");
        Ok(())
    }

    fn try_lists() -> Checked {
        let mut open: BTreeMap<RetrievalId, _> = Challenges::<T>::iter().collect();
        for (worker, places) in Open::<T>::iter() {
            ensure!(!places.is_empty(), "3: an empty list");
            let rank = |place: &crate::types::Place| (Balance::MAX - place.bond, place.id);
            ensure!(places.is_sorted_by_key(rank), "3: not by bond");
            for place in places {
                let challenge = open.remove(&place.id).ok_or("3: listed, but not open")?;
                let same: (WorkerId, AccountId, Balance) =
                    (challenge.worker, challenge.challenger, challenge.bond);
                ensure!(
                    same == (worker, place.challenger, place.bond),
                    "3: listed otherwise than recorded"
                );
            }
        }
        ensure!(open.is_empty(), "3: an open challenge in no list");
        Ok(())
    }

    fn try_ids() -> Checked {
        let (cursor, next) = (Cursor::<T>::get(), NextId::<T>::get());
        ensure!(cursor <= next, "4: the cursor is past the next id");
        let mut open: Vec<_> = Challenges::<T>::iter()
            .map(|(id, challenge)| (id, challenge.deadline))
            .collect();
        open.sort_unstable();
        ensure!(
            open.iter().all(|(id, _)| *id >= cursor && *id < next),
            "4: an id out of range"
        );
        ensure!(
            open.is_sorted_by_key(|(_, deadline)| *deadline),
            "4: deadlines out of order"
        );
        for (id, ended) in Closed::<T>::iter() {
            let kept = id.0 + KEPT_CHALLENGES >= next.0 && id < next;
            ensure!(kept, "5: the end of a challenge of long ago");
            let over = ended.state != ballast_core::view::RetrievalState::Open;
            ensure!(
                over && !Challenges::<T>::contains_key(id),
                "5: ended and open"
            );
        }
        Ok(())
    }
}
