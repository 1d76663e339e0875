//! Checks: other workers run a settled claim again, and what they find decides over the whole batch.
//!
//! Goals: nobody knows beforehand which claim is checked by whom; one verifier alone decides nothing; every check ends,
//! within a number of draws and blocks that the parameters bound; nobody judges itself.
//! Non-goals: what a verifier measures, and how it gets the transcript (the workers).
//!
//! A check goes through panels, each drawn by chance out of the workers that offer the same model version in the same
//! numbers. A *pair* runs the claim; if both fail it, a *committee* does. Two thirds of that condemn it, and the worker may
//! appeal once, with a bond, to a larger committee. Whoever is silent in a panel loses stake and is replaced; when that does not help, the
//! check has timed out, and the client has its money back, without anybody being slashed. A panel that has spoken to the
//! last of it does not wait for the end of its time.
//!
//! Whoever found what the outcome says is paid: of the treasury's part where the batch stands, of what its worker loses where
//! it is condemned, never more than the batch. So neither can be farmed: both are money that those who would be in league
//! with a verifier had to give away first.

mod judge;
mod panel;
mod votes;

pub(crate) use panel::{APPEAL_SEATS, COMMITTEE_SEATS, MAX_REDRAWS, PAIR_SEATS};

use crate::{
    types::{Check, Due, Stage, MAX_FINDINGS},
    Agenda, Checks, Config, Event, Pallet, Parameters, Settlements,
};
use ballast_core::{BlockNumber, SettlementId};

/// Blocks between asking for a draw and drawing: the randomness is that of a block after the asking.
pub(crate) const DRAW_DELAY: BlockNumber = 2;

impl<T: Config> Pallet<T> {
    /// A settlement may be checked: whether it is, chance says two blocks later.
    pub(crate) fn ask_for_check(id: SettlementId) {
        if Parameters::<T>::get().check_permille == 0 {
            return;
        }
        let due = Self::now().saturating_add(DRAW_DELAY);
        let check = Check {
            leaf: None,
            stage: Stage::Pair,
            vacant: PAIR_SEATS,
            panel: Default::default(),
            findings: Default::default(),
            seen: Default::default(),
            tries: 0,
            redraws: 0,
            commit_until: due,
            due,
            bond: 0,
        };
        Agenda::<T>::insert(due, Due::Check(id), ());
        Checks::<T>::insert(id, check);
    }

    /// What is due for a check: a draw, a verdict, or the end of the time for an appeal. Gives how many verifiers it may
    /// have paid.
    pub(crate) fn serve_check(id: SettlementId) -> u32 {
        let Some(check) = Checks::<T>::get(id) else {
            return 0;
        };
        let heard = check.findings.len().saturating_add(check.panel.len()) as u32;
        match (check.vacant, check.stage) {
            (0, Stage::Condemned) => Self::condemn(id, check),
            (0, _) => Self::judge(id, check),
            _ => Self::fill(id, check),
        }
        heard.min(MAX_FINDINGS)
    }

    /// Stores a check whose next step is due at `due`.
    pub(crate) fn put_check(id: SettlementId, mut check: Check, due: BlockNumber) {
        check.due = due;
        Agenda::<T>::insert(due, Due::Check(id), ());
        Checks::<T>::insert(id, check);
    }

    /// Moves the next step of a check that works. The caller stores it.
    pub(crate) fn reschedule_check(id: SettlementId, check: &mut Check, due: BlockNumber) {
        Agenda::<T>::remove(check.due, Due::Check(id));
        Agenda::<T>::insert(due, Due::Check(id), ());
        check.due = due;
    }

    /// Ends a check, with the settlement as it is. What waited for it is paid.
    pub(crate) fn end_check(id: SettlementId, check: &Check) {
        Self::drop_check(id, check);
        if check.leaf.is_some() {
            Self::note_passed(id);
            Self::deposit_event(Event::CheckPassed { settlement: id });
        }
        Self::credit(id, check);
        let overdue = |at: BlockNumber| at <= Self::now();
        if let Some(entry) = Settlements::<T>::get(id).filter(|entry| overdue(entry.pays_at)) {
            Agenda::<T>::remove(entry.pays_at, Due::Pay(id));
            Self::pay_settlement(id);
        }
    }

    /// Forgets a check and releases its bond.
    pub(crate) fn drop_check(id: SettlementId, check: &Check) {
        Agenda::<T>::remove(check.due, Due::Check(id));
        Checks::<T>::remove(id);
        Self::release_bond(id, check);
    }
}
