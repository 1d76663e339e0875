//! Blobs of at most one chunk: they have no subtree to shard, so the chain keeps them itself.

use crate::{
    types::{InlineBlob, InlineBytes},
    AccountId, Config, Error, Event, HoldReason, InlineBlobs, InlineOwners, Pallet, Parameters,
};
use ballast_core::{Address, Balance};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_store_inline(owner: AccountId, bytes: InlineBytes) -> DispatchResult {
        ensure!(!bytes.is_empty(), Error::<T>::EmptyBlob);
        let address = address_of(&bytes);
        ensure!(
            !InlineOwners::<T>::contains_key(address, &owner),
            Error::<T>::AlreadyStored
        );
        let deposit = Self::inline_deposit(&bytes)?;

        // Everybody holds the full deposit: whoever is last carries the bytes alone.
        Self::hold(HoldReason::Inline, &owner, deposit)?;
        InlineOwners::<T>::insert(address, &owner, deposit);
        InlineBlobs::<T>::mutate(address, |blob| {
            let blob = blob.get_or_insert(InlineBlob { bytes, owners: 0 });
            blob.owners = blob.owners.saturating_add(1);
        });
        Self::deposit_event(Event::InlineStored { address, owner });
        Ok(())
    }

    pub(crate) fn do_remove_inline(owner: AccountId, address: Address) -> DispatchResult {
        let deposit = InlineOwners::<T>::take(address, &owner).ok_or(Error::<T>::NotOwner)?;

        Self::give_back(HoldReason::Inline, &owner, deposit);
        let gone = InlineBlobs::<T>::mutate_exists(address, |blob| {
            let left = blob
                .as_ref()
                .map_or(0, |blob| blob.owners.saturating_sub(1));
            *blob = blob.take().filter(|_| left > 0).map(|blob| InlineBlob {
                owners: left,
                ..blob
            });
            blob.is_none()
        });
        Self::deposit_event(Event::InlineRemoved {
            address,
            owner,
            gone,
        });
        Ok(())
    }

    fn inline_deposit(bytes: &InlineBytes) -> Result<Balance, Error<T>> {
        let rule = Parameters::<T>::get().inline_deposit;
        rule.of(bytes.len() as u32).ok_or(Error::<T>::CostOverflow)
    }
}

/// The address of some bytes: their plain BLAKE3.
pub(crate) fn address_of(bytes: &[u8]) -> Address {
    Address(*blake3::hash(bytes).as_bytes())
}
