//! Attestations: which root a worker's rebuild reached.
//!
//! The call authorises itself like a certificate: state first, then the signature.

use super::{Dispute, Showing};
use crate::{
    certify::{refusal, MAX_LONGEVITY_BLOCKS},
    placement::account,
    traits::Departure,
    types::Custody,
    Config, Disputes, Error, Event, FeelessWeight, Pallet, Parameters, Placements, Roots,
    WeightInfo, WorkerSet,
};
use alloc::vec;
use ballast_core::{
    dispute::RebuildAttestation, limits::MAX_DISPUTES, BlockNumber, ChainingValue, EncodingId,
    ShardIndex, WorkerId,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionSource, ValidTransaction, Weight,
    },
};
use sp_core::sr25519;
use sp_io::crypto::sr25519_verify;
use sp_runtime::transaction_validity::TransactionValidityWithRefund;

/// First part of the pool tag of attestations; encoding and worker are the others.
pub const ATTEST_TAG: &[u8] = b"ballast/attest";

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_attest(
        _source: TransactionSource,
        worker: &WorkerId,
        id: &EncodingId,
        attestation: &RebuildAttestation,
    ) -> TransactionValidityWithRefund {
        Self::check_attestation(*worker, *id, attestation).map_err(refusal)?;
        let after = FeelessWeight::<T>::get().saturating_add(T::WeightInfo::attest_rebuild());
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        Self::check_word(*worker, *id, attestation).map_err(refusal)?;
        let validity = ValidTransaction {
            priority: T::CertifyPriority::get(),
            requires: vec![],
            provides: vec![(ATTEST_TAG, id, worker).encode()],
            longevity: MAX_LONGEVITY_BLOCKS.into(),
            propagate: true,
        };
        Ok((validity, Weight::zero()))
    }

    /// What was authorised a moment ago, in the same block, with nothing in between.
    pub(crate) fn do_attest(
        worker: WorkerId,
        id: EncodingId,
        attestation: RebuildAttestation,
    ) -> DispatchResult {
        let (open, root) = Self::check_attestation(worker, id, &attestation)?;

        let cost = T::WeightInfo::attest_rebuild();
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        match open {
            None => Self::open_dispute(worker, id, attestation),
            Some(dispute) => Self::hear(worker, id, dispute, attestation.root, root),
        }
        Ok(())
    }

    /// All that can be told without the signature: the dispute, if it is open already, and the chain's root.
    fn check_attestation(
        worker: WorkerId,
        id: EncodingId,
        attestation: &RebuildAttestation,
    ) -> Result<(Option<Dispute>, ChainingValue), Error<T>> {
        Self::kept_encoding(id)?;
        let root = Self::root_of(id, attestation.shard).ok_or(Error::<T>::UnknownShard)?;
        let Some(dispute) = Disputes::<T>::get(id) else {
            Self::check_opening(worker, id, attestation, &root)?;
            return Ok((None, root));
        };
        let same = (dispute.shard, dispute.generation);
        ensure!(
            same == (attestation.shard, attestation.generation),
            Error::<T>::OtherDispute
        );
        let takes = dispute.verdict.is_none() && Self::now() <= dispute.ends_at;
        ensure!(takes, Error::<T>::DisputeOver);
        let seat = dispute.committee.iter().find(|seat| seat.worker == worker);
        let seat = seat.ok_or(Error::<T>::NotOnCommittee)?;
        ensure!(seat.root.is_none(), Error::<T>::AlreadyAttested);
        Ok((Some(dispute), root))
    }

    /// Only who is drawn for a marked shard can open a dispute about it.
    fn check_opening(
        worker: WorkerId,
        id: EncodingId,
        attestation: &RebuildAttestation,
        root: &ChainingValue,
    ) -> Result<(), Error<T>> {
        let placement = Placements::<T>::get(id).ok_or(Error::<T>::NotPlaced)?;
        let assignment = placement
            .assignment(attestation.shard)
            .ok_or(Error::<T>::UnknownShard)?;
        ensure!(assignment.unshown, Error::<T>::NotUnshown);
        let drawn = matches!(assignment.custody, Custody::Awaited { .. });
        ensure!(
            drawn && assignment.worker == worker,
            Error::<T>::NotOnCommittee
        );
        ensure!(
            assignment.generation == attestation.generation,
            Error::<T>::WrongGeneration
        );
        ensure!(attestation.root != *root, Error::<T>::RootReached);
        ensure!(
            Disputes::<T>::count() < MAX_DISPUTES,
            Error::<T>::TooManyDisputes
        );
        Ok(())
    }

    /// Who is evicted has nothing to lose any more, so its word is worth nothing.
    fn check_word(
        worker: WorkerId,
        id: EncodingId,
        attestation: &RebuildAttestation,
    ) -> Result<(), Error<T>> {
        let worker = account(worker);
        let evicted = T::Workers::departure(&worker) == Some(Departure::Evicted);
        let key = T::Workers::receipt_key(&worker).filter(|_| !evicted);
        let key = key.ok_or(Error::<T>::UnknownWorker)?;
        let payload = attestation.body(Self::genesis_hash(), id).signing_payload();
        let signature = sr25519::Signature::from_raw(attestation.signature);
        let good = sr25519_verify(&signature, &payload, &sr25519::Public::from_raw(key));
        ensure!(good, Error::<T>::BadAttestation);
        Ok(())
    }

    fn open_dispute(opener: WorkerId, id: EncodingId, attestation: RebuildAttestation) {
        let (shard, root) = (attestation.shard, attestation.root);
        let opened_at = Self::now();
        let dispute = Dispute {
            shard,
            generation: attestation.generation,
            opened_at,
            opener,
            opener_root: root,
            committee: Default::default(),
            verdict: None,
            ends_at: Self::a_deadline_from_now(),
            showing: Showing::NotDue,
        };
        Disputes::<T>::insert(id, dispute);
        Self::deposit_event(Event::DisputeOpened {
            encoding: id,
            shard,
            opener,
            root,
        });
    }

    /// Writes a member's word down, and the verdict if that makes one.
    fn hear(
        worker: WorkerId,
        id: EncodingId,
        mut dispute: Dispute,
        reached: ChainingValue,
        root: ChainingValue,
    ) {
        let shard = dispute.shard;
        let members = dispute.committee.iter_mut();
        for seat in members.filter(|seat| seat.worker == worker) {
            seat.root = Some(reached);
        }
        Self::deposit_event(Event::RebuildAttested {
            encoding: id,
            shard,
            worker,
            root: reached,
        });
        if dispute.is_quorum(&reached) {
            dispute.verdict = Some(reached);
            // What is right need not wait for who has the shard.
            dispute.ends_at = match reached == root {
                true => Self::now(),
                false => Self::a_deadline_from_now(),
            };
            let ends_at = dispute.ends_at;
            Self::deposit_event(Event::DisputeDecided {
                encoding: id,
                shard,
                root: reached,
                ends_at,
            });
        }
        Disputes::<T>::insert(id, dispute);
    }

    pub(super) fn a_deadline_from_now() -> BlockNumber {
        Self::now().saturating_add(Parameters::<T>::get().repair_deadline_blocks)
    }

    /// The root of a shard that is not empty.
    pub(super) fn root_of(id: EncodingId, shard: ShardIndex) -> Option<ChainingValue> {
        Roots::<T>::get(id)?
            .get(usize::from(shard.0))
            .copied()
            .flatten()
    }
}
