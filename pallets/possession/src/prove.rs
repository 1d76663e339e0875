//! Proofs: chunks with their paths to the shard root, by anyone, for as many picks of a window as one has.
//!
//! The call authorises itself, like a certificate. `authorize_prove` checks everything, from cheap to dear; `do_prove`
//! repeats the cheap checks and writes: an `Authorized` origin exists only for the very call that was authorised, in the
//! same block, with nothing in between. A pick that is proven already, or whose shard has moved or expired, is passed over,
//! so that nobody makes a worker's call invalid by sending part of it first; a call of nothing else is refused.

use crate::{
    traits::Shards,
    types::{Proofs, Window},
    Config, Error, Event, FeelessWeight, Pallet, WeightInfo, Windows,
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use ballast_core::{
    challenge::{ChunkProof, Pick},
    tree::{verify_group, TreeError},
    EncodingId, StorageEpoch, WorkerId,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionPriority, TransactionSource,
        TransactionValidityError, ValidTransaction, Weight,
    },
};
use sp_runtime::transaction_validity::TransactionValidityWithRefund;

/// First part of the pool tag of proofs; worker and epoch are the others.
pub const PROVE_TAG: &[u8] = b"ballast/prove";

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_prove(
        _source: TransactionSource,
        worker: &WorkerId,
        epoch: &StorageEpoch,
        proofs: &Proofs,
    ) -> TransactionValidityWithRefund {
        let window = Self::check_window(*worker, *epoch, proofs).map_err(refusal)?;
        let after = FeelessWeight::<T>::get().saturating_add(feeless_cost::<T>(proofs));
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        let fresh = Self::fresh(*worker, &window, proofs).map_err(refusal)?;
        Self::verify(&fresh).map_err(refusal)?;
        let left = window.deadline.saturating_sub(Self::now()).max(1);
        let validity = ValidTransaction {
            priority: T::ProvePriority::get().saturating_add(proofs.len() as TransactionPriority),
            requires: vec![],
            provides: vec![(PROVE_TAG, worker, epoch).encode()],
            longevity: left.into(),
            propagate: true,
        };
        Ok((validity, Weight::zero()))
    }

    pub(crate) fn do_prove(
        worker: WorkerId,
        epoch: StorageEpoch,
        proofs: Proofs,
    ) -> DispatchResult {
        let mut window = Self::check_window(worker, epoch, &proofs)?;
        let fresh = Self::fresh(worker, &window, &proofs)?;

        for (_, proof) in &fresh {
            window.set_proven(proof.pick);
        }
        let (proven, picks) = (window.proven.count_ones(), window.picks.len() as u32);
        Windows::<T>::insert(worker, window);
        let cost = feeless_cost::<T>(&proofs);
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        Self::deposit_event(Event::Proven {
            worker,
            epoch,
            proven,
            picks,
        });
        Ok(())
    }

    /// All that the window and the numbers of the picks tell.
    fn check_window(
        worker: WorkerId,
        epoch: StorageEpoch,
        proofs: &[ChunkProof],
    ) -> Result<Window, Error<T>> {
        ensure!(!proofs.is_empty(), Error::<T>::NoProofs);
        let mut pairs = proofs.iter().zip(proofs.iter().skip(1));
        let ascending = pairs.all(|(one, next)| one.pick < next.pick);
        ensure!(ascending, Error::<T>::ProofsNotAscending);
        let window = Windows::<T>::get(worker).ok_or(Error::<T>::NoWindow)?;
        ensure!(window.epoch == epoch, Error::<T>::WrongEpoch);
        ensure!(Self::now() <= window.deadline, Error::<T>::TooLate);
        let last = proofs.last().map_or(0, |proof| proof.pick);
        let known = usize::from(last) < window.picks.len();
        ensure!(known, Error::<T>::UnknownPick);
        Ok(window)
    }

    /// The proofs that change something: of picks that are due and not proven yet.
    fn fresh<'a>(
        worker: WorkerId,
        window: &Window,
        proofs: &'a [ChunkProof],
    ) -> Result<Vec<(Pick, &'a ChunkProof)>, Error<T>> {
        let open: Vec<_> = proofs
            .iter()
            .filter(|proof| !window.is_proven(proof.pick))
            .filter_map(|proof| Some((*window.picks.get(usize::from(proof.pick))?, proof)))
            .collect();
        ensure!(!open.is_empty(), Error::<T>::AlreadyProven);
        let due = |(pick, _): &(Pick, _)| Self::is_due(worker, pick);
        let fresh: Vec<_> = open.into_iter().filter(due).collect();
        ensure!(!fresh.is_empty(), Error::<T>::NothingDue);
        Ok(fresh)
    }

    /// Stops at the first bad one. What proofs of one shard are checked against is read once.
    pub(crate) fn verify(fresh: &[(Pick, &ChunkProof)]) -> Result<(), Error<T>> {
        // A worker holds one shard of an encoding.
        let mut commitments: BTreeMap<EncodingId, _> = BTreeMap::new();
        for (pick, proof) in fresh {
            let (layout, root) = commitments
                .entry(pick.encoding)
                .or_insert_with(|| T::Shards::commitment(pick.encoding, pick.shard))
                .as_ref()
                .ok_or(Error::<T>::NothingDue)?;
            verify_group(
                layout,
                pick.shard,
                pick.group(),
                &proof.bytes,
                &proof.proof,
                root,
            )
            .map_err(refused_proof::<T>)?;
        }
        Ok(())
    }
}

/// What a call takes from the block, checking and writing.
fn feeless_cost<T: Config>(proofs: &[ChunkProof]) -> Weight {
    let count = proofs.len() as u32;
    T::WeightInfo::prove(count).saturating_add(T::WeightInfo::authorize_prove(count))
}

fn refused_proof<T: Config>(error: TreeError) -> Error<T> {
    match error {
        TreeError::WrongByteLen { .. } => Error::<T>::WrongChunkLen,
        TreeError::WrongProofLen { .. } => Error::<T>::WrongPathLen,
        _ => Error::<T>::WrongProof,
    }
}

/// Tells the pool which error it was: its index in the metadata.
fn refusal<T: Config>(error: Error<T>) -> TransactionValidityError {
    let index = error.encode().first().copied().unwrap_or(u8::MAX);
    InvalidTransaction::Custom(index).into()
}
