//! Reassignment: other workers for the shards of silent ones. Limited, late and paid for, so that nobody can draw until
//! the placement pleases.

use crate::{
    types::{Custody, Placement, ShardList},
    AccountId, Config, DrawRequests, Encodings, Error, Event, Pallet, Parameters, Placements,
};
use ballast_core::{Balance, BlockNumber, Code, EncodingId, ShardIndex};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchResult, Get},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_reassign(
        publisher: AccountId,
        id: EncodingId,
        shards: ShardList,
    ) -> DispatchResult {
        let encoding = Encodings::<T>::get(id).ok_or(Error::<T>::UnknownEncoding)?;
        ensure!(encoding.publisher == publisher, Error::<T>::NotPublisher);
        ensure!(
            !encoding.has_ended(Self::current_epoch()),
            Error::<T>::LeaseEnded
        );
        let mut placement = Placements::<T>::get(id).ok_or(Error::<T>::NotPlaced)?;
        ensure!(!shards.is_empty(), Error::<T>::NothingToReassign);
        let ascending = shards
            .iter()
            .zip(shards.iter().skip(1))
            .all(|(one, next)| one < next);
        ensure!(ascending, Error::<T>::ShardsNotAscending);
        ensure!(
            !DrawRequests::<T>::contains_key(id),
            Error::<T>::DrawPending
        );
        ensure!(
            DrawRequests::<T>::count() < T::MaxDrawQueue::get(),
            Error::<T>::DrawQueueFull
        );
        let params = Parameters::<T>::get();
        let (now, grace) = (Self::now(), params.reassign_grace_blocks);
        for shard in &shards {
            Self::mark(&mut placement, *shard, now, grace)?;
        }
        placement.reassigned = Self::count_up(placement.reassigned, shards.len(), encoding.code)?;
        let fee = params.reassign_fee.checked_mul(shards.len() as Balance);

        Self::burn_fee(&publisher, fee.ok_or(Error::<T>::CostOverflow)?)?;
        Placements::<T>::insert(id, placement);
        Self::request_draw(id, now);
        let shards = shards.into_inner();
        Self::deposit_event(Event::ReassignRequested {
            encoding: id,
            shards,
        });
        Ok(())
    }

    fn mark(
        placement: &mut Placement,
        shard: ShardIndex,
        now: BlockNumber,
        grace: BlockNumber,
    ) -> Result<(), Error<T>> {
        let assignment = placement
            .assignment_mut(shard)
            .ok_or(Error::<T>::UnknownShard)?;
        ensure!(!assignment.is_receipted(), Error::<T>::AlreadyReceipted);
        ensure!(assignment.custody != Custody::Lost, Error::<T>::ShardLost);
        ensure!(
            now >= assignment.since.saturating_add(grace),
            Error::<T>::GracePeriod
        );
        assignment.to_replace = true;
        Ok(())
    }

    fn count_up(reassigned: u8, more: usize, code: Code) -> Result<u8, Error<T>> {
        let more = u8::try_from(more).map_err(|_| Error::<T>::ReassignLimit)?;
        reassigned
            .checked_add(more)
            .filter(|total| *total <= code.reassign_limit())
            .ok_or(Error::<T>::ReassignLimit)
    }
}
