//! Panels: drawn, and drawn again where somebody was silent.

use super::DRAW_DELAY;
use crate::{
    traits::{BlockRandomness, ServingWorkers},
    types::{AccountId, Channel, Check, ModelVersion, Offer, Stage, Verifier},
    Channels, Config, Event, Offers, Pallet, Parameters, Settlements,
};
use alloc::{collections::BTreeMap, vec::Vec};
use ballast_core::{
    check::{Draw, VerifierCandidate},
    OperatorId, SettlementId, Tier, WorkerId,
};
use frame_support::traits::Get;

/// Verifiers of the first panel.
pub const PAIR_SEATS: u8 = 2;

/// Verifiers of a committee, where there are so many.
pub const COMMITTEE_SEATS: u8 = 5;

/// Verifiers of a committee at least.
pub const MIN_COMMITTEE_SEATS: u8 = 3;

/// Verifiers that hear an appeal, where there are so many; as many at least as a committee has.
pub const APPEAL_SEATS: u8 = 9;

/// Times that silent verifiers of one panel are replaced.
pub const MAX_REDRAWS: u8 = 2;

/// Blocks without randomness after which a draw is given up.
const MAX_TRIES: u8 = 7;

impl<T: Config> Pallet<T> {
    /// Fills the vacant seats of a panel.
    pub(crate) fn fill(id: SettlementId, mut check: Check) {
        let Some(seed) = T::Randomness::of_previous_block() else {
            check.tries = check.tries.saturating_add(1);
            return match check.tries < MAX_TRIES {
                true => Self::put_check(id, check, Self::now().saturating_add(1)),
                false => Self::give_up(id, check),
            };
        };
        let Some(entry) = Settlements::<T>::get(id) else {
            return;
        };
        let Some(channel) = Channels::<T>::get(entry.channel) else {
            return;
        };
        let draw = Draw {
            seed,
            settlement: id,
            drawn_before: check.seen.len() as u32,
        };
        if check.leaf.is_none() {
            let permille = Parameters::<T>::get().check_permille;
            check.leaf = draw.sample(entry.leaves, permille);
            if check.leaf.is_none() {
                return Self::end_check(id, &check);
            }
        }
        match Self::drawn(&draw, &check, &channel) {
            Some(verifiers) => Self::seat(id, check, verifiers),
            None => Self::give_up(id, check),
        }
    }

    fn drawn(draw: &Draw, check: &Check, channel: &Channel) -> Option<Vec<WorkerId>> {
        let candidates = Self::candidates(draw, channel);
        let seen: Vec<WorkerId> = check.seen.iter().map(worker_id).collect();
        let barred = Self::parties(channel);
        let least = match (check.stage, check.panel.is_empty()) {
            (Stage::Committee, true) => MIN_COMMITTEE_SEATS,
            (Stage::Appeal, true) => COMMITTEE_SEATS,
            _ => check.vacant,
        };
        (least..=check.vacant)
            .rev()
            .find_map(|seats| draw.verifiers(seats, &candidates, &seen, &barred))
    }

    /// Workers that offer the same model version in the same numbers; of very many those that follow a place in the map
    /// that is drawn, so that nobody keeps the others out with offers that come before theirs. In other
    /// numbers an honest claim would come out otherwise. What was said in confidence is shown to keys of tier T2 alone, so
    /// only whoever offers that tier can run it again.
    fn candidates(draw: &Draw, channel: &Channel) -> Vec<VerifierCandidate> {
        let may_see = |offer: &Offer| channel.terms.tier < Tier::T2 || offer.terms.tier == Tier::T2;
        let computes_alike = |offer: &Offer| offer.terms.numbers == channel.terms.numbers;
        Self::offers_from(draw, &channel.version)
            .filter(|(worker, _)| *worker != channel.payee && *worker != channel.client)
            .filter(|(_, offer)| may_see(offer) && computes_alike(offer))
            .filter_map(|(worker, _)| {
                let (operator, stake) = T::Workers::verifier(&worker)?;
                Some(VerifierCandidate {
                    worker: worker_id(&worker),
                    operator,
                    stake,
                })
            })
            .collect()
    }

    /// At most `MaxCandidates` offers of a version, each once, from a place that is drawn, past the last to the first.
    fn offers_from(
        draw: &Draw,
        version: &ModelVersion,
    ) -> impl Iterator<Item = (AccountId, Offer)> {
        let most = T::MaxCandidates::get() as usize;
        let place = Offers::<T>::hashed_key_for(version, AccountId::new(draw.place()));
        let mut offers: BTreeMap<_, _> = Offers::<T>::iter_prefix_from(version, place)
            .take(most)
            .collect();
        let missing = most.saturating_sub(offers.len());
        let before: Vec<_> = Offers::<T>::iter_prefix(version)
            .take(missing)
            .take_while(|(worker, _)| !offers.contains_key(worker))
            .collect();
        offers.extend(before);
        offers.into_iter()
    }

    /// Whose workers judge nothing here: the executor's operator, and the client.
    fn parties(channel: &Channel) -> Vec<OperatorId> {
        let of = |account: &AccountId| OperatorId(account.clone().into());
        let operator = T::Workers::verifier(&channel.payee).map(|(operator, _)| operator);
        let client_operator = T::Workers::verifier(&channel.client).map(|(operator, _)| operator);
        [of(&channel.payee), of(&channel.client)]
            .into_iter()
            .chain(operator)
            .chain(client_operator)
            .collect()
    }

    fn seat(id: SettlementId, mut check: Check, verifiers: Vec<WorkerId>) {
        let accounts: Vec<AccountId> = verifiers.iter().map(|one| AccountId::new(one.0)).collect();
        for worker in &accounts {
            // The bounds are the most that all panels of a check together can have.
            let _ = check.seen.try_push(worker.clone());
            let _ = check.panel.try_push(Verifier {
                worker: worker.clone(),
                commitment: None,
                score: None,
            });
        }
        let parameters = Parameters::<T>::get();
        check.vacant = 0;
        check.tries = 0;
        check.commit_until = Self::now().saturating_add(parameters.commit_blocks);
        let reveal_until = check.commit_until.saturating_add(parameters.reveal_blocks);
        Self::deposit_event(Event::VerifiersDrawn {
            settlement: id,
            claim: check.leaf.unwrap_or_default(),
            stage: check.stage,
            verifiers: accounts,
            commit_until: check.commit_until,
            reveal_until,
        });
        Self::put_check(id, check, reveal_until.saturating_add(1));
    }

    /// Asks for `seats` more verifiers, of a new panel or for those that were silent.
    pub(crate) fn ask_for_verifiers(id: SettlementId, mut check: Check, seats: u8) {
        check.vacant = seats;
        Self::put_check(id, check, Self::now().saturating_add(DRAW_DELAY));
    }

    /// There is nobody to judge. If nothing has been found yet, nothing was checked; else time has run out.
    fn give_up(id: SettlementId, check: Check) {
        match (check.stage, check.seen.is_empty()) {
            (Stage::Pair, true) => Self::end_check(
                id,
                &Check {
                    leaf: None,
                    ..check
                },
            ),
            _ => Self::time_out(id, check),
        }
    }
}

pub(crate) fn worker_id(account: &AccountId) -> WorkerId {
    WorkerId(account.clone().into())
}
