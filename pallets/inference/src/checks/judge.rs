//! Verdicts: what a panel's scores come to.

use super::{COMMITTEE_SEATS, MAX_REDRAWS};
use crate::{
    traits::Stakes,
    types::{AccountId, Check, Finding, Settlement, Stage},
    Channels, Config, Event, HoldReason, Pallet, Parameters, Settlements,
};
use ballast_core::{
    check::is_two_thirds,
    income::{permille_of, verifier_part},
    Balance, SettlementId,
};
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
        let failed = Self::hear(&mut check);
        match check.stage {
            Stage::Pair if failed == check.panel.len() => Self::convene(id, check),
            Stage::Pair if failed > 0 => {
                // Of two minds: nothing was decided, so nobody found it.
                check.findings = Default::default();
                Self::end_check(id, &check)
            }
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

    /// Keeps what a complete panel found. Gives how many failed the claim.
    fn hear(check: &mut Check) -> usize {
        let pass = Parameters::<T>::get().pass_score;
        let found = check.panel.iter().filter_map(|seat| {
            let score = seat.score?;
            Some(Finding {
                worker: seat.worker.clone(),
                score,
                failed: score < pass,
            })
        });
        let found: alloc::vec::Vec<_> = found.collect();
        let failed = found.iter().filter(|one| one.failed).count();
        for one in found {
            // The bound is the most that all panels of a check together have, and each is heard once.
            let _ = check.findings.try_push(one);
        }
        failed
    }

    /// Notes who found a batch good that stands: they are paid with it.
    pub(crate) fn credit(id: SettlementId, check: &Check) {
        let good = check.findings.iter().filter(|one| !one.failed);
        let good: alloc::vec::Vec<_> = good.map(|one| (one.worker.clone(), one.score)).collect();
        if good.is_empty() {
            return;
        }
        Settlements::<T>::mutate_extant(id, |entry| {
            entry.verifiers = frame_support::BoundedVec::truncate_from(good);
        });
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
    pub(crate) fn condemn(id: SettlementId, check: Check) {
        let (Some(payee), Some(entry)) = (Self::payee(id), Settlements::<T>::get(id)) else {
            return;
        };
        Self::note_condemned(&payee);
        Self::convict(id, &payee, &entry, Some(check));
        Self::reverse_checked(id);
    }

    /// Takes from a worker what false claims cost it, and ends the check of its batch, if there is one.
    pub(crate) fn convict(
        id: SettlementId,
        payee: &AccountId,
        entry: &Settlement,
        check: Option<Check>,
    ) {
        let findings: &[Finding] = check
            .as_ref()
            .map_or(&[], |check| check.findings.as_slice());
        let slashed = Self::sentence(id, payee, entry, findings);
        if let Some(check) = check {
            Self::forfeit_bond(payee, check.bond);
            crate::Agenda::<T>::remove(check.due, crate::types::Due::Check(id));
            crate::Checks::<T>::remove(id);
        }
        Self::deposit_event(Event::Sentenced {
            settlement: id,
            worker: payee.clone(),
            slashed,
        });
    }

    fn forfeit_bond(payee: &AccountId, bond: Balance) {
        let taken = T::Currency::transfer_on_hold(
            &HoldReason::Appeal.into(),
            payee,
            &T::Treasury::get(),
            bond,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        );
        if taken.is_err() {
            // A bond too small for an account that does not exist yet.
            let released = Self::release(HoldReason::Appeal, payee, bond);
            frame_support::defensive_assert!(released.is_ok(), "a bond is held");
        }
    }

    /// Takes part of a worker's stake: for those who found it out, at most what the batch would have brought, and for the
    /// treasury. Gives how much in all.
    fn sentence(
        id: SettlementId,
        payee: &AccountId,
        entry: &Settlement,
        findings: &[Finding],
    ) -> Balance {
        let permille = Parameters::<T>::get().slash_permille;
        let lost = permille_of(T::Stakes::stake(payee), permille);
        let finders = || findings.iter().filter(|one| one.failed);
        let (share, count) = (entry.verifier_permille, finders().count() as u32);
        let each = verifier_part(lost, share, entry.amount, count);
        let mut paid: Balance = 0;
        for finder in finders().filter(|_| each > 0) {
            let part = T::Stakes::slash(payee, each, &finder.worker);
            paid = paid.saturating_add(part);
            Self::note_verified(id, &finder.worker, part);
        }
        let rest = lost.saturating_sub(paid);
        paid.saturating_add(T::Stakes::slash(payee, rest, &T::Treasury::get()))
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
