//! Votes: a commitment, then the score it hides.

use super::panel::worker_id;
use crate::{
    types::{AccountId, Check, Stage, Verifier},
    Checks, Config, Error, Event, HoldReason, Pallet, Parameters, Settlements,
};
use ballast_core::{
    check::{ScoreBody, MAX_SCORE},
    SettlementId,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit_score(
        worker: AccountId,
        id: SettlementId,
        commitment: [u8; 32],
    ) -> DispatchResult {
        let mut check = Self::sitting(id)?;
        ensure!(
            Self::now() <= check.commit_until,
            Error::<T>::CommitTimeOver
        );
        let seat = seat_of::<T>(&mut check, &worker)?;
        ensure!(seat.commitment.is_none(), Error::<T>::AlreadyCommitted);

        seat.commitment = Some(commitment);
        if check.panel.iter().all(|seat| seat.commitment.is_some()) {
            // Nobody is left who could copy.
            check.commit_until = Self::now();
            let due = Self::now().saturating_add(Parameters::<T>::get().reveal_blocks);
            Self::reschedule_check(id, &mut check, due.saturating_add(1));
        }
        Checks::<T>::insert(id, check);
        Self::deposit_event(Event::ScoreCommitted {
            settlement: id,
            worker,
        });
        Ok(())
    }

    pub(crate) fn do_reveal_score(
        worker: AccountId,
        id: SettlementId,
        score: u16,
        salt: [u8; 32],
    ) -> DispatchResult {
        let mut check = Self::sitting(id)?;
        ensure!(Self::now() > check.commit_until, Error::<T>::RevealTooEarly);
        ensure!(score <= MAX_SCORE, Error::<T>::ScoreInvalid);
        let seat = seat_of::<T>(&mut check, &worker)?;
        ensure!(seat.score.is_none(), Error::<T>::AlreadyRevealed);
        let body = ScoreBody {
            genesis_hash: Self::genesis_hash(),
            settlement: id,
            verifier: worker_id(&worker),
            score,
            salt,
        };
        let matches = seat.commitment == Some(body.commitment());
        ensure!(matches, Error::<T>::CommitmentMismatch);

        seat.score = Some(score);
        if check.panel.iter().all(|seat| seat.score.is_some()) {
            let due = Self::now().saturating_add(1);
            Self::reschedule_check(id, &mut check, due);
        }
        Checks::<T>::insert(id, check);
        Self::deposit_event(Event::ScoreRevealed {
            settlement: id,
            worker,
            score,
        });
        Ok(())
    }

    /// The executor asks for a larger committee, once, and puts up a bond.
    pub(crate) fn do_appeal(worker: AccountId, id: SettlementId) -> DispatchResult {
        let mut check = Checks::<T>::get(id).ok_or(Error::<T>::UnknownCheck)?;
        let entry = Settlements::<T>::get(id).ok_or(Error::<T>::UnknownSettlement)?;
        let payee = crate::Channels::<T>::get(entry.channel).map(|channel| channel.payee);
        ensure!(payee == Some(worker.clone()), Error::<T>::NotPayee);
        let condemned = check.stage == Stage::Condemned && Self::now() < check.due;
        ensure!(condemned, Error::<T>::NothingToAppeal);
        let bond = Parameters::<T>::get().appeal_bond;

        Self::hold(HoldReason::Appeal, &worker, bond)?;
        crate::Agenda::<T>::remove(check.due, crate::types::Due::Check(id));
        check.bond = bond;
        check.stage = Stage::Appeal;
        check.panel = Default::default();
        check.redraws = 0;
        Self::ask_for_verifiers(id, check, super::APPEAL_SEATS);
        Self::deposit_event(Event::Appealed {
            settlement: id,
            bond,
        });
        Ok(())
    }

    /// A check whose panel is complete and works.
    fn sitting(id: SettlementId) -> Result<Check, Error<T>> {
        let check = Checks::<T>::get(id).ok_or(Error::<T>::UnknownCheck)?;
        let sits = check.vacant == 0 && check.stage != Stage::Condemned && Self::now() < check.due;
        ensure!(sits, Error::<T>::NoPanel);
        Ok(check)
    }
}

fn seat_of<'a, T: Config>(
    check: &'a mut Check,
    worker: &AccountId,
) -> Result<&'a mut Verifier, Error<T>> {
    let mut seats = check.panel.iter_mut();
    let seat = seats.find(|seat| seat.worker == *worker);
    seat.ok_or(Error::<T>::NotVerifier)
}
