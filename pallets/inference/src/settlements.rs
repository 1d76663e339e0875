//! What becomes of a settled batch: it is paid when its check window closes, or reversed before.
//!
//! Until then its money is held on the client's account, so a reversal takes nothing back from anyone. Both go by the
//! shares that were recorded when it was settled, whoever owns the model by now.
//!
//! An owner or a treasury whose account cannot take its part, because it does not exist and the part is below the
//! existential deposit, leaves it to the worker; what the worker's cannot take goes back to the client. What a verifier's
//! cannot take stays with the treasury, out of whose part it is.

use crate::{
    claims::is_signed,
    traits::ServingWorkers,
    types::{AccountId, Channel, ClaimPath, Due, Settlement, MAX_FINDINGS},
    Agenda, Channels, Checks, Config, Error, Event, HoldReason, Pallet, Records, Settlements,
    SettlementsOf, Totals, Unsettled, WeightInfo,
};
use ballast_core::{
    answer::{AnswerBody, SignedAnswer},
    claim::ClaimLeaf,
    income::{verifier_part, Parts},
    merkle, Balance, SettlementId,
};
use frame_support::{
    ensure,
    storage::with_storage_layer,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
    weights::Weight,
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Shows that a settled claim says something else than its worker signed for the same request. One such claim and
    /// the whole batch goes back to the client, and the worker loses part of its stake: a worker that claims more than it
    /// served must not just try, nor must it be a way out of a check. The answer may be signed by any key that the worker
    /// has at this block. Gives whether a check was under way.
    pub(crate) fn do_contest(
        id: SettlementId,
        index: u32,
        leaf: &ClaimLeaf,
        path: &ClaimPath,
        answer: &SignedAnswer,
    ) -> Result<bool, DispatchError> {
        let settlement = Settlements::<T>::get(id).ok_or(Error::<T>::UnknownSettlement)?;
        let check = Checks::<T>::get(id);
        ensure!(
            Self::now() < settlement.pays_at || check.is_some(),
            Error::<T>::CheckWindowClosed
        );
        let channel = Channels::<T>::get(settlement.channel);
        let channel = channel.ok_or(Error::<T>::UnknownChannel)?;
        let scope = Self::scope(settlement.channel, &channel);
        let root = merkle::root_from(scope.leaf_hash(leaf), index, settlement.leaves, path);
        ensure!(root == Some(settlement.root), Error::<T>::NotInBatch);
        let body = AnswerBody {
            genesis_hash: scope.genesis_hash,
            model: scope.model,
            channel: scope.channel,
            number: leaf.number,
            exchange: answer.exchange.clone(),
        };
        ensure!(body.contradicts(leaf), Error::<T>::NoContradiction);
        let (key, payload) = (answer.session_key, body.signing_payload());
        let is_its_key =
            key == settlement.session_key || T::Workers::tier(&channel.payee, &key).is_some();
        ensure!(
            is_its_key && is_signed(&answer.signature, &payload, key),
            Error::<T>::AnswerSignature
        );

        Self::deposit_event(Event::Contradicted {
            settlement: id,
            number: leaf.number,
        });
        Self::note_contradicted(&channel);
        let was_checked = check.is_some();
        Self::convict(id, &channel.payee, &settlement, check);
        Self::reverse(id, &settlement, channel);
        Ok(was_checked)
    }

    /// Reverses what a check has condemned, or could not finish.
    pub(crate) fn reverse_checked(id: SettlementId) {
        let Some(settlement) = Settlements::<T>::get(id) else {
            return;
        };
        if let Some(channel) = Channels::<T>::get(settlement.channel) {
            Self::reverse(id, &settlement, channel);
        }
    }

    fn reverse(id: SettlementId, settlement: &Settlement, channel: Channel) {
        Agenda::<T>::remove(settlement.pays_at, Due::Pay(id));
        let amount = settlement.amount;
        Self::refund(&channel.client, amount);
        Records::<T>::mutate(&channel.payee, |record| {
            record.reversed = record.reversed.saturating_add(amount);
            record.reversals = record.reversals.saturating_add(1);
        });
        Self::close_settlement(id, settlement, channel);
        Self::deposit_event(Event::Reversed {
            settlement: id,
            channel: settlement.channel,
            amount,
        });
    }

    /// Pays a batch whose check window has closed. Gives how many verifiers of it there are.
    pub(crate) fn pay_settlement(id: SettlementId) -> u32 {
        let Some(settlement) = Settlements::<T>::get(id) else {
            return 0;
        };
        let Some(channel) = Channels::<T>::get(settlement.channel) else {
            return 0;
        };
        let shares: alloc::vec::Vec<u16> = settlement
            .royalties
            .iter()
            .map(|(_, permille)| *permille)
            .collect();
        let parts = Parts::of(settlement.amount, settlement.treasury_permille, &shares);
        let mut royalties: Balance = 0;
        for ((owner, _), part) in settlement.royalties.iter().zip(&parts.royalties) {
            royalties = royalties.saturating_add(Self::pay(&channel.client, owner, *part));
        }
        let verifiers = Self::pay_verifiers(id, &settlement, &channel.client, parts.treasury);
        let treasury = parts.treasury.saturating_sub(verifiers);
        let treasury = Self::pay(&channel.client, &T::Treasury::get(), treasury);
        let rest = settlement.amount.saturating_sub(royalties);
        let rest = rest.saturating_sub(treasury).saturating_sub(verifiers);
        let worker = Self::pay(&channel.client, &channel.payee, rest);
        Self::refund(&channel.client, rest.saturating_sub(worker));
        Self::close_settlement(id, &settlement, channel);
        Self::deposit_event(Event::Paid {
            settlement: id,
            channel: settlement.channel,
            worker,
            royalties,
            treasury,
            verifiers,
        });
        settlement.verifiers.len() as u32
    }

    /// Pays those who found a batch good, out of the treasury's part of it. Gives how much in all.
    fn pay_verifiers(
        id: SettlementId,
        settlement: &Settlement,
        client: &AccountId,
        treasury: Balance,
    ) -> Balance {
        let (share, count) = (
            settlement.verifier_permille,
            settlement.verifiers.len() as u32,
        );
        let each = verifier_part(treasury, share, treasury, count);
        let mut all: Balance = 0;
        for (worker, _) in settlement.verifiers.iter().filter(|_| each > 0) {
            let amount = Self::pay(client, worker, each);
            all = all.saturating_add(amount);
            Self::note_verified(id, worker, amount);
        }
        all
    }

    /// Records that a verifier was right, and what it got for it.
    pub(crate) fn note_verified(id: SettlementId, worker: &AccountId, amount: Balance) {
        Records::<T>::mutate(worker, |record| {
            record.verified = record.verified.saturating_add(1);
            record.earned = record.earned.saturating_add(amount);
        });
        Self::deposit_event(Event::VerifierPaid {
            settlement: id,
            worker: worker.clone(),
            amount,
        });
    }

    /// Whether claims of a worker are in their check windows: its stake answers for them.
    pub fn answers_for_claims(worker: &AccountId) -> bool {
        Unsettled::<T>::contains_key(worker)
    }

    /// What a contest costs at most: with a check under way, whose findings are all paid for.
    pub(crate) fn contesting() -> Weight {
        Self::contesting_unchecked()
            .saturating_add(T::WeightInfo::serve_check())
            .saturating_add(T::WeightInfo::serve_pay(MAX_FINDINGS))
    }

    /// What it costs without: a slash is less than the payments of a batch.
    pub(crate) fn contesting_unchecked() -> Weight {
        T::WeightInfo::contest()
            .saturating_add(T::TierWeight::get())
            .saturating_add(T::WeightInfo::serve_pay(0))
            .saturating_add(Self::noting(2))
    }

    fn close_settlement(id: SettlementId, settlement: &Settlement, mut channel: Channel) {
        Settlements::<T>::remove(id);
        SettlementsOf::<T>::remove(settlement.channel, id);
        Unsettled::<T>::mutate_exists(&channel.payee, |count| {
            *count = count
                .and_then(|count| count.checked_sub(1))
                .filter(|count| *count > 0);
        });
        channel.pending = channel.pending.saturating_sub(settlement.amount);
        Self::keep_or_forget(settlement.channel, channel);
    }

    /// Pays out of what is held for the client's channels. Gives how much: all, or nothing.
    fn pay(client: &AccountId, to: &AccountId, amount: Balance) -> Balance {
        let reason = HoldReason::Channel.into();
        let paid = with_storage_layer(|| match client == to {
            true => T::Currency::release(&reason, client, amount, Precision::Exact),
            false => T::Currency::transfer_on_hold(
                &reason,
                client,
                to,
                amount,
                Precision::Exact,
                Restriction::Free,
                // Locks, as votes lay on all of a balance, are on what is held too, and must not keep it from the payee.
                Fortitude::Force,
            ),
        })
        .unwrap_or(0);
        Totals::<T>::mutate(|totals| totals.paid = totals.paid.saturating_add(paid));
        Self::note_paid(client, paid);
        paid
    }

    /// Releases what was held for a channel.
    pub(crate) fn refund(client: &AccountId, amount: Balance) {
        // What a channel holds is held under this reason, and nothing else takes it: `try_state` checks it.
        let released = Self::release(HoldReason::Channel, client, amount);
        frame_support::defensive_assert!(released.is_ok(), "a channel's money is held");
        Totals::<T>::mutate(|totals| totals.refunded = totals.refunded.saturating_add(amount));
    }
}
