//! Challenges: who may ask whom for what, and what bond that takes.

use crate::{
    traits::{Holders, NoHolder},
    types::{Challenge, Place, Places, KEPT_CHALLENGES},
    AccountId, Challenges, Closed, Config, Error, Event, NextId, Open, Pallet, Parameters,
};
use ballast_core::{
    limits::MAX_RETRIEVAL_LEN, Balance, BlockNumber, EncodingId, Group, RetrievalId, ShardIndex,
    TreeError, WorkerId,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_challenge(
        challenger: AccountId,
        encoding: EncodingId,
        shard: ShardIndex,
        group: Group,
        bond: Balance,
    ) -> DispatchResult {
        ensure!(group.len <= MAX_RETRIEVAL_LEN, Error::<T>::TooLong);
        let holder = T::Holders::holder(encoding, shard).map_err(no_holder::<T>)?;
        let (layout, _) =
            T::Holders::commitment(encoding, shard).ok_or(Error::<T>::UnknownShard)?;
        group.range(&layout, shard).map_err(|error| match error {
            TreeError::PastTheEnd { .. } => Error::<T>::PastTheEnd,
            _ => Error::<T>::NotAGroup,
        })?;
        let places = Open::<T>::get(holder.worker);
        ensure!(!places.is_full(), Error::<T>::TooManyOpen);
        let least = Self::least_bond_of(&places, &challenger);
        ensure!(bond >= least, Error::<T>::BondTooLow);

        Self::hold(&challenger, bond)?;
        let opened_at = Self::now();
        let deadline_blocks = Parameters::<T>::get().deadline_blocks;
        let challenge = Challenge {
            challenger,
            worker: holder.worker,
            encoding,
            shard,
            generation: holder.generation,
            group,
            bond,
            opened_at,
            deadline: opened_at.saturating_add(deadline_blocks),
        };
        Self::open_challenge(places, challenge);
        Ok(())
    }

    fn open_challenge(mut places: Places, challenge: Challenge) {
        let id = NextId::<T>::get();
        let Challenge { worker, bond, .. } = challenge;
        let place = Place {
            id,
            challenger: challenge.challenger.clone(),
            bond,
        };
        let at = places.partition_point(|other| other.bond >= bond);
        // The list is not full: that was checked.
        let _ = places.try_insert(at, place);
        Open::<T>::insert(worker, places);
        if let Some(old) = id.0.checked_sub(KEPT_CHALLENGES) {
            Closed::<T>::remove(RetrievalId(old));
        }
        NextId::<T>::put(RetrievalId(id.0.saturating_add(1)));
        Self::deposit_event(Event::Challenged {
            id,
            challenger: challenge.challenger.clone(),
            worker,
            encoding: challenge.encoding,
            shard: challenge.shard,
            group: challenge.group,
            bond,
            deadline: challenge.deadline,
        });
        Challenges::<T>::insert(id, challenge);
    }

    /// What a challenger must offer at least, beside the challenges that are open.
    pub(crate) fn least_bond_of(places: &Places, challenger: &AccountId) -> Balance {
        let params = Parameters::<T>::get();
        let is_own = |place: &&Place| place.challenger == *challenger;
        let own = places.iter().filter(is_own).count();
        let others = places.len().saturating_sub(own);
        let crowd = others.saturating_sub(params.free_places.into());
        // At most 40, so that a bond of 10^12 planck fits.
        let doublings = own.saturating_add(crowd) as u32;
        let factor = 1u128.checked_shl(doublings).unwrap_or(u128::MAX);
        params.least_bond.saturating_mul(factor)
    }

    /// Takes a challenge off the list of its worker, for good.
    pub(crate) fn strike(id: RetrievalId, worker: WorkerId) {
        Challenges::<T>::remove(id);
        Open::<T>::mutate_exists(worker, |places| {
            let Some(list) = places else { return };
            list.retain(|place| place.id != id);
            if list.is_empty() {
                *places = None;
            }
        });
    }

    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

fn no_holder<T: Config>(reason: NoHolder) -> Error<T> {
    match reason {
        NoHolder::NotKept => Error::<T>::NotKept,
        NoHolder::NoShard => Error::<T>::UnknownShard,
        NoHolder::NotHeld => Error::<T>::NotHeld,
    }
}
