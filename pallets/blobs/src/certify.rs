//! Certificates: receipts of the assigned workers, whose fingerprints lie on one codeword.
//!
//! The call authorises itself. `authorize_certify` checks everything, from cheap to dear; `do_certify` repeats the cheap
//! checks and writes. Signatures are not checked again there: an `Authorized` origin exists only for the very call that
//! was authorised, in the same block, with nothing in between.

use crate::{
    placement::account,
    types::{Encoding, Placement, Receipts, Stage},
    CertifiedCommitments, CertifiedCount, CertifiedOf, Config, Encodings, Error, Event,
    ExpiriesDue, FeelessWeight, LapsesDue, Pallet, Parameters, PendingBy, PendingOf, Placements,
    WeightInfo, WorkerSet,
};
use alloc::{vec, vec::Vec};
use ballast_core::{
    epoch::lease_end, limits::MAX_SHARDS, receipt::Receipt, BlockNumber, EncodingId, Fingerprint,
    ShardIndex, StorageEpoch,
};
use ballast_erasure::fingerprint::is_codeword;
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionPriority, TransactionSource,
        TransactionValidityError, ValidTransaction, Weight,
    },
};
use sp_core::sr25519;
use sp_io::crypto::sr25519_verify;
use sp_runtime::transaction_validity::TransactionValidityWithRefund;

/// First part of the pool tag of certificates; the encoding is the second.
pub const CERTIFY_TAG: &[u8] = b"ballast/certify";

/// Blocks that the pool may keep a certificate before it looks again.
const MAX_LONGEVITY_BLOCKS: BlockNumber = 64;

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_certify(
        _source: TransactionSource,
        id: &EncodingId,
        receipts: &Receipts,
    ) -> TransactionValidityWithRefund {
        let (encoding, placement) = Self::check_receipts(*id, receipts).map_err(refusal)?;
        let cost = feeless_cost::<T>(receipts.len() as u32, encoding.total_shards());
        let after = FeelessWeight::<T>::get().saturating_add(cost);
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        Self::check_signatures(*id, &placement, receipts).map_err(refusal)?;
        Self::check_codeword(&encoding, &placement, receipts).map_err(refusal)?;
        let count = receipts.len() as u32;
        let full = authorize_weight::<T>(count, MAX_SHARDS);
        let used = authorize_weight::<T>(count, encoding.total_shards());
        Ok((Self::validity(*id, receipts), full.saturating_sub(used)))
    }

    pub(crate) fn do_certify(id: EncodingId, receipts: Receipts) -> DispatchResult {
        let (encoding, mut placement) = Self::check_receipts(id, &receipts)?;

        for receipt in &receipts {
            if let Some(assignment) = placement.assignment_mut(receipt.shard) {
                assignment.fingerprint = Some(receipt.fingerprint);
                assignment.to_replace = false;
            }
        }
        let on_chain = placement.receipts();
        Placements::<T>::insert(id, placement);
        let cost = feeless_cost::<T>(receipts.len() as u32, encoding.total_shards());
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        match encoding.stage {
            Stage::Pending {
                lapses_at, epochs, ..
            } => {
                Self::start_lease(id, encoding, lapses_at, epochs);
                Self::deposit_event(Event::Certified {
                    encoding: id,
                    receipts: on_chain,
                });
            }
            Stage::Certified { .. } => {
                Self::deposit_event(Event::ReceiptsAdded {
                    encoding: id,
                    receipts: on_chain,
                });
            }
        }
        Ok(())
    }

    /// All that can be told without a signature.
    fn check_receipts(
        id: EncodingId,
        receipts: &[Receipt],
    ) -> Result<(Encoding, Placement), Error<T>> {
        ensure!(!receipts.is_empty(), Error::<T>::NoReceipts);
        let mut pairs = receipts.iter().zip(receipts.iter().skip(1));
        let ascending = pairs.all(|(one, next)| one.shard < next.shard);
        ensure!(ascending, Error::<T>::ReceiptsNotAscending);
        let encoding = Encodings::<T>::get(id).ok_or(Error::<T>::UnknownEncoding)?;
        ensure!(
            !encoding.has_ended(Self::current_epoch()),
            Error::<T>::LeaseEnded
        );
        let placement = Placements::<T>::get(id).ok_or(Error::<T>::NotPlaced)?;
        let max_age = Parameters::<T>::get().receipt_max_age_blocks;
        let now = Self::now();
        for receipt in receipts {
            check_receipt::<T>(&placement, receipt, now, max_age)?;
        }
        // Nothing above held twice, so the sum is the number of held shards afterwards.
        let held = placement.held().saturating_add(receipts.len());
        ensure!(
            held >= usize::from(encoding.code.quorum()),
            Error::<T>::TooFewReceipts
        );
        Ok((encoding, placement))
    }

    /// Stops at the first bad one.
    pub(crate) fn check_signatures(
        id: EncodingId,
        placement: &Placement,
        receipts: &[Receipt],
    ) -> Result<(), Error<T>> {
        let genesis_hash = Self::genesis_hash();
        for receipt in receipts {
            let assignment = placement
                .assignment(receipt.shard)
                .ok_or(Error::<T>::UnknownShard)?;
            let key = T::Workers::receipt_key(&account(assignment.worker))
                .ok_or(Error::<T>::UnknownWorker)?;
            let payload = receipt.body(genesis_hash, id).signing_payload();
            let signature = sr25519::Signature::from_raw(receipt.signature);
            let good = sr25519_verify(&signature, &payload, &sr25519::Public::from_raw(key));
            ensure!(good, Error::<T>::BadSignature);
        }
        Ok(())
    }

    fn check_codeword(
        encoding: &Encoding,
        placement: &Placement,
        receipts: &[Receipt],
    ) -> Result<(), Error<T>> {
        let mut fingerprints = known_fingerprints(placement);
        fingerprints.extend(
            receipts
                .iter()
                .map(|receipt| (receipt.shard, receipt.fingerprint)),
        );
        is_codeword(encoding.code, &fingerprints).map_err(|_| Error::<T>::NotACodeword)
    }

    /// Moves an encoding from pending to certified.
    fn start_lease(id: EncodingId, mut encoding: Encoding, lapses_at: BlockNumber, epochs: u32) {
        let at = Self::now();
        let expires = lease_end(Self::current_epoch(), epochs).unwrap_or(StorageEpoch(u32::MAX));
        Self::leave_pending(id, &encoding);
        LapsesDue::<T>::remove(lapses_at, id);
        ExpiriesDue::<T>::insert(expires, id, ());
        CertifiedOf::<T>::insert(encoding.address, id, ());
        CertifiedCount::<T>::mutate(encoding.address, |count| *count = count.saturating_add(1));
        CertifiedCommitments::<T>::mutate(encoding.commitment, |count| {
            *count = count.saturating_add(1);
        });
        encoding.stage = Stage::Certified { at, expires };
        Encodings::<T>::insert(id, encoding);
    }

    /// Takes an encoding out of the indices of pending ones.
    pub(crate) fn leave_pending(id: EncodingId, encoding: &Encoding) {
        let Encoding {
            address,
            publisher,
            commitment,
            ..
        } = encoding;
        PendingOf::<T>::remove(address, id);
        PendingBy::<T>::remove((publisher, address, commitment));
    }

    /// One tag per encoding: the pool keeps one certificate of each, and of two the one with more receipts.
    fn validity(id: EncodingId, receipts: &Receipts) -> ValidTransaction {
        let now = Self::now();
        let lives = receipts
            .iter()
            .map(|receipt| receipt.expires.saturating_sub(now));
        let longevity = lives.min().unwrap_or(0).clamp(1, MAX_LONGEVITY_BLOCKS);
        ValidTransaction {
            priority: T::CertifyPriority::get()
                .saturating_add(receipts.len() as TransactionPriority),
            requires: vec![],
            provides: vec![(CERTIFY_TAG, id).encode()],
            longevity: longevity.into(),
            propagate: true,
        }
    }

    pub(crate) fn genesis_hash() -> [u8; 32] {
        let hash = frame_system::Pallet::<T>::block_hash(
            frame_system::pallet_prelude::BlockNumberFor::<T>::default(),
        );
        // Hashes of this chain have 32 bytes.
        hash.as_ref().try_into().unwrap_or_default()
    }
}

/// What a certificate takes from the block, checking and writing.
pub(crate) fn feeless_cost<T: Config>(receipts: u32, shards: u32) -> Weight {
    T::WeightInfo::certify(receipts).saturating_add(authorize_weight::<T>(receipts, shards))
}

/// What it takes to authorise a certificate: everything but signatures grows with the shards of the encoding.
pub(crate) fn authorize_weight<T: Config>(receipts: u32, shards: u32) -> Weight {
    T::WeightInfo::authorize_certify(shards)
        .saturating_add(T::WeightInfo::check_signatures(receipts))
}

fn check_receipt<T: Config>(
    placement: &Placement,
    receipt: &Receipt,
    now: BlockNumber,
    max_age: BlockNumber,
) -> Result<(), Error<T>> {
    let assignment = placement
        .assignment(receipt.shard)
        .ok_or(Error::<T>::UnknownShard)?;
    ensure!(
        assignment.generation == receipt.generation,
        Error::<T>::WrongGeneration
    );
    ensure!(!assignment.is_receipted(), Error::<T>::AlreadyReceipted);
    ensure!(receipt.expires >= now, Error::<T>::ReceiptExpired);
    ensure!(
        receipt.expires <= now.saturating_add(max_age),
        Error::<T>::ReceiptTooLong
    );
    Ok(())
}

/// Fingerprints of the shards that count as held: from receipts on chain, and zero for empty shards.
pub(crate) fn known_fingerprints(placement: &Placement) -> Vec<(ShardIndex, Fingerprint)> {
    let indexed = (0..=u8::MAX).map(ShardIndex).zip(placement.shards.iter());
    indexed
        .filter_map(|(shard, slot)| match slot {
            None => Some((shard, Fingerprint::default())),
            Some(assignment) => Some((shard, assignment.fingerprint?)),
        })
        .collect()
}

/// Tells the pool which error it was: its index in the metadata.
fn refusal<T: Config>(error: Error<T>) -> TransactionValidityError {
    let index = error.encode().first().copied().unwrap_or(u8::MAX);
    InvalidTransaction::Custom(index).into()
}
