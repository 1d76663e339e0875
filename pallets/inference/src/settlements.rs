//! What becomes of a settled batch: it is paid when its check window closes, or reversed before.
//!
//! Until then its money is held on the client's account, so a reversal takes nothing back from anyone. Both go by the
//! shares that were recorded when it was settled, whoever owns the model by now.
//!
//! An owner or a treasury whose account cannot take its part, because it does not exist and the part is below the
//! existential deposit, leaves it to the worker; what the worker's cannot take goes back to the client.

use crate::{
    claims::is_signed,
    types::{AccountId, Channel, ClaimPath, Due, Settlement},
    Agenda, Channels, Checks, Config, Error, Event, HoldReason, Pallet, Records, Settlements,
    SettlementsOf, Totals,
};
use ballast_core::{
    answer::{AnswerBody, SignedAnswer},
    claim::ClaimLeaf,
    income::Parts,
    merkle, Balance, SettlementId,
};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::{
        fungible::MutateHold,
        tokens::{Fortitude, Precision, Restriction},
        Get,
    },
};

impl<T: Config> Pallet<T> {
    /// Shows that a settled claim says something else than its worker signed for the same request. One such claim and
    /// the whole batch goes back to the client: a worker that claims more than it served must not just try.
    pub(crate) fn do_contest(
        id: SettlementId,
        index: u32,
        leaf: &ClaimLeaf,
        path: &ClaimPath,
        answer: &SignedAnswer,
    ) -> DispatchResult {
        let settlement = Settlements::<T>::get(id).ok_or(Error::<T>::UnknownSettlement)?;
        ensure!(
            Self::now() < settlement.pays_at,
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
        let payload = body.signing_payload();
        ensure!(
            is_signed(&answer.signature, &payload, settlement.session_key),
            Error::<T>::AnswerSignature
        );

        if let Some(check) = Checks::<T>::get(id) {
            Self::drop_check(id, &check);
        }
        Self::deposit_event(Event::Contradicted {
            settlement: id,
            number: leaf.number,
        });
        Self::note_contradicted(&channel);
        Self::reverse(id, &settlement, channel);
        Ok(())
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

    /// Pays a batch whose check window has closed.
    pub(crate) fn pay_settlement(id: SettlementId) {
        let Some(settlement) = Settlements::<T>::get(id) else {
            return;
        };
        let Some(channel) = Channels::<T>::get(settlement.channel) else {
            return;
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
        let treasury = Self::pay(&channel.client, &T::Treasury::get(), parts.treasury);
        let rest = settlement.amount.saturating_sub(royalties);
        let rest = rest.saturating_sub(treasury);
        let worker = Self::pay(&channel.client, &channel.payee, rest);
        Self::refund(&channel.client, rest.saturating_sub(worker));
        Self::close_settlement(id, &settlement, channel);
        Self::deposit_event(Event::Paid {
            settlement: id,
            channel: settlement.channel,
            worker,
            royalties,
            treasury,
        });
    }

    fn close_settlement(id: SettlementId, settlement: &Settlement, mut channel: Channel) {
        Settlements::<T>::remove(id);
        SettlementsOf::<T>::remove(settlement.channel, id);
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
                Fortitude::Polite,
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
