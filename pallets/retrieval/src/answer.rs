//! Answers: the bytes with their path to the shard root, by anyone.
//!
//! The call authorises itself, like a possession proof. `authorize_answer` checks everything, from cheap to dear;
//! `do_answer` repeats what state may have changed and writes: an `Authorized` origin exists only for the very call that was
//! authorised, in the same block, with nothing in between.

use crate::{
    traits::Holders,
    types::{AnswerBytes, Challenge},
    Challenges, Config, Error, Event, FeelessWeight, Pallet, WeightInfo,
};
use alloc::vec;
use ballast_core::{
    tree::{verify_group, TreeError},
    view::RetrievalState,
    GroupProof, RetrievalId,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionSource, TransactionValidityError,
        ValidTransaction, Weight,
    },
};
use sp_runtime::transaction_validity::TransactionValidityWithRefund;

/// First part of the pool tag of answers; the id of the challenge is the other.
pub const ANSWER_TAG: &[u8] = b"ballast/answer";

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_answer(
        _source: TransactionSource,
        id: &RetrievalId,
        bytes: &AnswerBytes,
        proof: &GroupProof,
    ) -> TransactionValidityWithRefund {
        let challenge = Self::open_challenge_of(*id).map_err(refusal)?;
        let after = FeelessWeight::<T>::get().saturating_add(feeless_cost::<T>(bytes.len() as u32));
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        Self::verify(&challenge, bytes, proof).map_err(refusal)?;
        let left = challenge.deadline.saturating_sub(Self::now()).max(1);
        // The highest bond first: that is the order of a worker's list as well.
        let rank = challenge.bond.checked_ilog2().unwrap_or(0);
        let validity = ValidTransaction {
            priority: T::AnswerPriority::get().saturating_add(rank.into()),
            requires: vec![],
            provides: vec![(ANSWER_TAG, id).encode()],
            longevity: left.into(),
            propagate: true,
        };
        Ok((validity, Weight::zero()))
    }

    pub(crate) fn do_answer(id: RetrievalId, len: u32) -> DispatchResult {
        let challenge = Self::open_challenge_of(id)?;

        let cost = feeless_cost::<T>(len);
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        Self::strike(id, challenge.worker);
        let (paid, burnt) = Self::pay_answer(&challenge);
        let worker = challenge.worker;
        Self::remember(id, challenge, RetrievalState::Answered { at: Self::now() });
        Self::deposit_event(Event::Answered {
            id,
            worker,
            paid,
            burnt,
        });
        Ok(())
    }

    fn open_challenge_of(id: RetrievalId) -> Result<Challenge, Error<T>> {
        let challenge = Challenges::<T>::get(id).ok_or(Error::<T>::UnknownChallenge)?;
        ensure!(Self::now() <= challenge.deadline, Error::<T>::TooLate);
        Ok(challenge)
    }

    fn verify(challenge: &Challenge, bytes: &[u8], proof: &GroupProof) -> Result<(), Error<T>> {
        let (encoding, shard) = (challenge.encoding, challenge.shard);
        let (layout, root) =
            T::Holders::commitment(encoding, shard).ok_or(Error::<T>::NothingDue)?;
        verify_group(&layout, shard, challenge.group, bytes, proof, &root).map_err(|error| {
            match error {
                TreeError::WrongByteLen { .. } => Error::<T>::WrongLen,
                TreeError::WrongProofLen { .. } => Error::<T>::WrongPathLen,
                _ => Error::<T>::WrongProof,
            }
        })
    }
}

/// What an answer of `len` bytes takes from the block, checking and writing.
pub(crate) fn feeless_cost<T: Config>(len: u32) -> Weight {
    T::WeightInfo::answer(len).saturating_add(T::WeightInfo::authorize_answer(len))
}

/// Tells the pool which error it was: its index in the metadata.
fn refusal<T: Config>(error: Error<T>) -> TransactionValidityError {
    let index = error.encode().first().copied().unwrap_or(u8::MAX);
    InvalidTransaction::Custom(index).into()
}
