//! Certificates: receipts of the assigned workers, whose fingerprints lie on one codeword.
//!
//! The call authorises itself. `authorize_certify` checks everything, from cheap to dear; `do_certify` repeats the cheap
//! checks and writes. Signatures are not checked again there: an `Authorized` origin exists only for the very call that
//! was authorised, in the same block, with nothing in between.

use crate::{
    placement::account,
    traits::Departure,
    types::{Custody, Encoding, LeaseParts, Placement, Receipts, Stage},
    CertifiedCommitments, CertifiedCount, CertifiedOf, Config, Encodings, Error, Event,
    ExpiriesDue, FeelessWeight, HoldReason, LapsesDue, Pallet, Parameters, PendingBy, PendingOf,
    Placements, WeightInfo, WorkerSet,
};
use alloc::{vec, vec::Vec};
use ballast_core::{
    epoch::lease_end,
    lease::LeasePart,
    limits::{CHUNK_LEN, MAX_SHARDS},
    receipt::Receipt,
    Balance, BlockNumber, EncodingId, Fingerprint, ShardIndex, StorageEpoch, WorkerId,
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
pub(crate) const MAX_LONGEVITY_BLOCKS: BlockNumber = 64;

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
        let (mut encoding, mut placement) = Self::check_receipts(id, &receipts)?;

        let first = matches!(encoding.stage, Stage::Pending { .. });
        if first {
            Self::start_lease(id, &mut encoding);
        }
        for receipt in &receipts {
            if let Some(assignment) = placement.assignment_mut(receipt.shard) {
                assignment.fingerprint = Some(receipt.fingerprint);
                Self::take_custody(id, &mut encoding, receipt.shard, assignment);
            }
        }
        Self::note_receipts(id, &receipts);
        let on_chain = placement.receipts();
        let cost = feeless_cost::<T>(receipts.len() as u32, encoding.total_shards());
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        Placements::<T>::insert(id, placement);
        Encodings::<T>::insert(id, encoding);
        Self::deposit_event(if first {
            Event::Certified {
                encoding: id,
                receipts: on_chain,
            }
        } else {
            Event::ReceiptsAdded {
                encoding: id,
                receipts: on_chain,
            }
        });
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
        // While it is pending nothing is held but the empty shards, so the sum is the number of held shards afterwards.
        let held = placement.held().saturating_add(receipts.len());
        let pending = matches!(encoding.stage, Stage::Pending { .. });
        ensure!(
            !pending || held >= usize::from(encoding.code.quorum()),
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
            let (worker, _) = awaited::<T>(placement, receipt.shard)?;
            let worker = account(worker);
            // It keeps nothing and has nothing to lose any more, so its word is worth nothing.
            let evicted = T::Workers::departure(&worker) == Some(Departure::Evicted);
            let key = T::Workers::receipt_key(&worker).filter(|_| !evicted);
            let key = key.ok_or(Error::<T>::UnknownWorker)?;
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
        let known = |shard| {
            placement
                .assignment(shard)
                .and_then(|held| held.fingerprint)
        };
        let mut fingerprints = known_fingerprints(placement);
        for receipt in receipts {
            match known(receipt.shard) {
                // A shard that is repaired or moves keeps its fingerprint.
                Some(fingerprint) => {
                    ensure!(fingerprint == receipt.fingerprint, Error::<T>::NotACodeword);
                }
                None => fingerprints.push((receipt.shard, receipt.fingerprint)),
            }
        }
        is_codeword(encoding.code, &fingerprints).map_err(|_| Error::<T>::NotACodeword)
    }

    /// Moves an encoding from pending to certified, and its lease into the pot.
    fn start_lease(id: EncodingId, encoding: &mut Encoding) {
        let Stage::Pending {
            lapses_at, epochs, ..
        } = encoding.stage
        else {
            return;
        };
        let (at, current) = (Self::now(), Self::current_epoch());
        let expires = lease_end(current, epochs).unwrap_or(StorageEpoch(u32::MAX));
        Self::leave_pending(id, encoding);
        LapsesDue::<T>::remove(lapses_at, id);
        ExpiriesDue::<T>::insert(expires, id, ());
        CertifiedOf::<T>::insert(encoding.address, id, ());
        CertifiedCount::<T>::mutate(encoding.address, |count| *count = count.saturating_add(1));
        CertifiedCommitments::<T>::mutate(encoding.commitment, |count| {
            *count = count.saturating_add(1);
        });
        encoding.stage = Stage::Certified { at, expires };
        encoding.parts = first_part(encoding, current, epochs);
        Self::move_to_pot(HoldReason::Lease, &encoding.publisher, encoding.lease);
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
    let (_, generation) = awaited::<T>(placement, receipt.shard)?;
    ensure!(
        generation == receipt.generation,
        Error::<T>::WrongGeneration
    );
    ensure!(receipt.expires >= now, Error::<T>::ReceiptExpired);
    ensure!(
        receipt.expires <= now.saturating_add(max_age),
        Error::<T>::ReceiptTooLong
    );
    Ok(())
}

/// Whose receipt of a shard is awaited, and of which generation.
fn awaited<T: Config>(
    placement: &Placement,
    shard: ShardIndex,
) -> Result<(WorkerId, u32), Error<T>> {
    let assignment = placement
        .assignment(shard)
        .ok_or(Error::<T>::UnknownShard)?;
    ensure!(assignment.custody != Custody::Lost, Error::<T>::ShardLost);
    assignment.awaited().ok_or(Error::<T>::AlreadyReceipted)
}

/// What a lease pays from its start on. A lease costs whole planck for each chunk and epoch, so nothing remains.
fn first_part(encoding: &Encoding, current: StorageEpoch, epochs: u32) -> LeaseParts {
    let from = lease_end(current, 0).unwrap_or(StorageEpoch(u32::MAX));
    let to = lease_end(current, epochs).unwrap_or(StorageEpoch(u32::MAX));
    let chunks = encoding.layout().stored_len().div_ceil(CHUNK_LEN);
    let chunk_epochs = Balance::from(chunks).saturating_mul(epochs.into());
    let part = LeasePart {
        from,
        to,
        chunk_rate: encoding.lease.checked_div(chunk_epochs).unwrap_or(0),
    };
    LeaseParts::truncate_from(vec![part])
}

/// Fingerprints that are known: from receipts, and zero for empty shards.
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
pub(crate) fn refusal<T: Config>(error: Error<T>) -> TransactionValidityError {
    let index = error.encode().first().copied().unwrap_or(u8::MAX);
    InvalidTransaction::Custom(index).into()
}
