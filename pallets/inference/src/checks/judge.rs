//! Verdicts: what a panel's scores come to.

use super::{COMMITTEE_SEATS, MAX_REDRAWS};
use crate::{
    traits::Stakes,
    types::{AccountId, Check, Stage},
    Channels, Config, Event, HoldReason, Pallet, Parameters, Settlements,
};
use ballast_core::{check::is_two_thirds, income::permille_of, Balance, SettlementId};
use frame_support::traits::{
    fungible::MutateHold,
    tokens::{Fortitude, Precision, Restriction},
    Get,
};

impl<T: Config> Pallet<T> {
    /// The time of a panel is over.
    pub(crate) fn judge(id: SettlementId, mut check: Check) {
        let silent = Self::dismiss_silent(id, &mut check);
        if silent > 0 {
            return match check.redraws < MAX_REDRAWS {
                true => {
                    check.redraws = check.redraws.saturating_add(1);
                    Self::ask_for_verifiers(id, check, silent)
                }
                false => Self::time_out(id, check),
            };
        }
        let pass = Parameters::<T>::get().pass_score;
        let scores = check.panel.iter().filter_map(|seat| seat.score);
        let failed = scores.filter(|score| *score < pass).count();
        let all = failed == check.panel.len();
        match check.stage {
            Stage::Pair if all => Self::convene(id, check),
            Stage::Committee if is_two_thirds(failed, check.panel.len()) => {
                check.stage = Stage::Condemned;
                let until = Self::now().saturating_add(Parameters::<T>::get().appeal_blocks);
                Self::deposit_event(Event::Condemned {
                    settlement: id,
                    appeal_before: until,
                });
                Self::put_check(id, check, until);
            }
            Stage::Appeal if is_two_thirds(failed, check.panel.len()) => Self::condemn(id, check),
            _ => Self::end_check(id, &check),
        }
    }

    /// Takes the silent out of the panel, and part of their stake. Gives how many.
    fn dismiss_silent(id: SettlementId, check: &mut Check) -> u8 {
        let permille = Parameters::<T>::get().silence_slash_permille;
        let (spoke, silent): (alloc::vec::Vec<_>, alloc::vec::Vec<_>) =
            core::mem::take(&mut check.panel)
                .into_iter()
                .partition(|seat| seat.score.is_some());
        let count = silent.len() as u8;
        check.panel = frame_support::BoundedVec::truncate_from(spoke);
        for seat in silent {
            let slashed = Self::slash(&seat.worker, permille);
            Self::deposit_event(Event::VerifierSilent {
                settlement: id,
                worker: seat.worker,
                slashed,
            });
        }
        count
    }

    /// Both of a pair failed the claim: more look at it.
    fn convene(id: SettlementId, mut check: Check) {
        check.stage = Stage::Committee;
        check.panel = Default::default();
        check.redraws = 0;
        Self::ask_for_verifiers(id, check, COMMITTEE_SEATS);
    }

    /// The batch goes back to the client; the worker loses stake, and the bond of its appeal.
    pub(crate) fn condemn(id: SettlementId, mut check: Check) {
        let Some(payee) = Self::payee(id) else {
            return;
        };
        let slashed = Self::slash(&payee, Parameters::<T>::get().slash_permille);
        let bond = core::mem::take(&mut check.bond);
        let taken = T::Currency::transfer_on_hold(
            &HoldReason::Appeal.into(),
            &payee,
            &T::Treasury::get(),
            bond,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        );
        if taken.is_err() {
            // A bond too small for an account that does not exist yet.
            let released = Self::release(HoldReason::Appeal, &payee, bond);
            frame_support::defensive_assert!(released.is_ok(), "a bond is held");
        }
        Self::note_condemned(&payee);
        crate::Agenda::<T>::remove(check.due, crate::types::Due::Check(id));
        crate::Checks::<T>::remove(id);
        Self::deposit_event(Event::Sentenced {
            settlement: id,
            worker: payee,
            slashed,
        });
        Self::reverse_checked(id);
    }

    /// Nobody could judge in time: the client has its money back, and nobody is slashed for it.
    pub(crate) fn time_out(id: SettlementId, check: Check) {
        Self::drop_check(id, &check);
        Self::deposit_event(Event::CheckTimedOut { settlement: id });
        Self::reverse_checked(id);
    }

    pub(crate) fn release_bond(id: SettlementId, check: &Check) {
        if let Some(payee) = Self::payee(id).filter(|_| check.bond > 0) {
            let released = Self::release(HoldReason::Appeal, &payee, check.bond);
            frame_support::defensive_assert!(released.is_ok(), "a bond is held");
        }
    }

    fn slash(worker: &AccountId, permille: u16) -> Balance {
        let amount = permille_of(T::Stakes::stake(worker), permille);
        T::Stakes::slash(worker, amount, &T::Treasury::get())
    }

    fn payee(id: SettlementId) -> Option<AccountId> {
        let entry = Settlements::<T>::get(id)?;
        Channels::<T>::get(entry.channel).map(|channel| channel.payee)
    }
}
