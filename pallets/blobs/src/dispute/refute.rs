//! Refutation: who has signed a receipt for a disputed shard shows chunks of it that nobody knew before.
//!
//! The call authorises itself like a certificate. Anyone may send the chunks.

use super::{Dispute, Showing, ShownChunks};
use crate::{
    certify::{refusal, MAX_LONGEVITY_BLOCKS},
    types::Encoding,
    Config, Disputes, Error, Event, FeelessWeight, Pallet, WeightInfo,
};
use alloc::vec;
use ballast_core::{receipt::Receipt, tree::verify_group, EncodingId, Group};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionSource, ValidTransaction, Weight,
    },
};
use sp_runtime::transaction_validity::TransactionValidityWithRefund;

/// First part of the pool tag of refutations; the encoding is the other.
pub const REFUTE_TAG: &[u8] = b"ballast/refute";

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_refute(
        _source: TransactionSource,
        id: &EncodingId,
        chunks: &ShownChunks,
    ) -> TransactionValidityWithRefund {
        let (encoding, dispute) = Self::check_refutation(*id, chunks).map_err(refusal)?;
        let after = FeelessWeight::<T>::get().saturating_add(T::WeightInfo::refute());
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        Self::check_shown(*id, &encoding, &dispute, chunks).map_err(refusal)?;
        let validity = ValidTransaction {
            priority: T::CertifyPriority::get(),
            requires: vec![],
            provides: vec![(REFUTE_TAG, id).encode()],
            longevity: MAX_LONGEVITY_BLOCKS.into(),
            propagate: true,
        };
        Ok((validity, Weight::zero()))
    }

    /// What was authorised a moment ago, in the same block, with nothing in between.
    pub(crate) fn do_refute(id: EncodingId, chunks: ShownChunks) -> DispatchResult {
        let (_, dispute) = Self::check_refutation(id, &chunks)?;

        let cost = T::WeightInfo::refute();
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        Disputes::<T>::remove(id);
        Self::deposit_event(Event::DisputedShardShown {
            encoding: id,
            shard: dispute.shard,
        });
        Ok(())
    }

    /// All that can be told without a hash.
    fn check_refutation(
        id: EncodingId,
        chunks: &ShownChunks,
    ) -> Result<(Encoding, Dispute), Error<T>> {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::NoDispute)?;
        let encoding = Self::kept_encoding(id)?;
        ensure!(Self::now() <= dispute.ends_at, Error::<T>::DisputeOver);
        let asked = matches!(dispute.showing, Showing::Asked { .. });
        // Who shows it must have it from now on, so that it can be asked for any other chunk.
        let held = Self::holder(id, dispute.shard).is_ok();
        ensure!(asked && held, Error::<T>::NothingToShow);
        let asked = dispute.shown_chunks(id, &encoding).len();
        ensure!(chunks.len() == asked, Error::<T>::TooFewChunks);
        Ok((encoding, dispute))
    }

    fn check_shown(
        id: EncodingId,
        encoding: &Encoding,
        dispute: &Dispute,
        chunks: &ShownChunks,
    ) -> Result<(), Error<T>> {
        let (layout, shard) = (encoding.layout(), dispute.shard);
        let root = Self::root_of(id, shard).ok_or(Error::<T>::UnknownShard)?;
        let asked = dispute.shown_chunks(id, encoding);
        for ((given, chunk), place) in chunks.iter().zip(asked).zip(0u8..) {
            ensure!(given.pick == place, Error::<T>::WrongChunk);
            let group = Group::chunk(chunk);
            verify_group(&layout, shard, group, &given.bytes, &given.proof, &root)
                .map_err(|_| Error::<T>::WrongChunk)?;
        }
        Ok(())
    }

    /// A receipt for a disputed shard: its holder is to show chunks, which later randomness picks.
    pub(crate) fn note_receipts(id: EncodingId, receipts: &[Receipt]) {
        let Some(mut dispute) = Disputes::<T>::get(id) else {
            return;
        };
        if receipts
            .iter()
            .any(|receipt| receipt.shard == dispute.shard)
        {
            dispute.showing = Showing::Due { since: Self::now() };
            Disputes::<T>::insert(id, dispute);
        }
    }
}
