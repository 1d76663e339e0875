//! What must hold between any two calls. Each rule has a number, and a violation names it.
//!
//! 1. The parameters are usable.
//! 2. A channel's client is not its payee; it has drawn no more than was deposited.
//! 3. What is pending in a channel is the sum of its settlements.
//! 4. What is held on a client's account is the sum over its channels, no more and no less.
//! 5. Held + paid + refunded = deposited, over all channels that ever were.
//! 6. A channel that has ended still has something pending.
//! 7. Every channel that has not ended has its end on the agenda, every settlement its payment, and nothing else is there.
//! 8. Nothing is on the agenda of a block that was served.
//! 9. Ids are below the next one.
//! 10. Channels, settlements and offers are found by whom they concern, and nothing else is.
//! 11. A settlement has claims, and shares of at most the whole; verifiers are to be paid only once its check is over, each
//!     once, and neither client nor payee is one.
//! 12. A check has its settlement and its next step on the agenda; its panel and all whose findings it keeps were drawn for
//!     it, each is heard once, and neither client nor payee sits there. What is held for appeals is the sum of the bonds.
//! 13. What is held for offers on a worker's account is the sum of its offers' deposits.
//! 14. What is counted of a worker's settlements is how many there are.
//! 15. A client has as many channels that have not ended as are counted; what was paid is the sum over all clients.

use crate::{
    types::{AccountId, Channel, Due, Settlement, MAX_PANEL},
    Agenda, Channels, ChannelsOf, ChannelsTo, Checks, Config, HoldReason, NextChannel,
    NextSettlement, OfferCount, Offers, OffersOf, Pallet, Parameters, ServedTo, Settlements,
    SettlementsOf, Totals, Unsettled,
};
use alloc::collections::{BTreeMap, BTreeSet};
use ballast_core::{
    income::{MAX_VERIFIER_PERMILLE, WHOLE_PERMILLE},
    limits::MAX_CLAIMS,
    view::ChannelState,
    Balance, ChannelId, SettlementId,
};
use frame_support::{
    ensure,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::TryRuntimeError;

type Checked = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Checks every rule above; for tests and for `try-runtime`.
    pub fn do_try_state() -> Checked {
        let usable = Parameters::<T>::get().check().is_ok();
        ensure!(usable, "1: unusable parameters");
        Channels::<T>::iter().try_for_each(|(id, channel)| Self::try_channel(id, &channel))?;
        Settlements::<T>::iter().try_for_each(|(id, entry)| Self::try_settlement(id, &entry))?;
        Self::try_money()?;
        Self::try_agenda()?;
        Self::try_indices()?;
        Self::try_checks()?;
        Self::try_offers()?;
        Self::try_unsettled()?;
        Self::try_dealings()
    }

    fn try_channel(id: ChannelId, channel: &Channel) -> Checked {
        ensure!(channel.client != channel.payee, "2: pays itself");
        ensure!(channel.drawn <= channel.deposited, "2: overdrawn");
        let pending = SettlementsOf::<T>::iter_key_prefix(id)
            .filter_map(Settlements::<T>::get)
            .fold(0, |sum: Balance, entry| sum.saturating_add(entry.amount));
        ensure!(pending == channel.pending, "3: another sum is pending");
        ensure!(!channel.is_over(), "6: over, and still there");
        let on_agenda = Agenda::<T>::contains_key(channel.ends_at, Due::End(id));
        let has_ended = channel.state == ChannelState::Ended;
        ensure!(on_agenda != has_ended, "7: no end, or an end twice");
        ensure!(id < NextChannel::<T>::get(), "9: id of a channel to come");
        let found = ChannelsOf::<T>::contains_key(&channel.client, id)
            && ChannelsTo::<T>::contains_key(&channel.payee, id);
        ensure!(found, "10: a channel is not found");
        Ok(())
    }

    fn try_settlement(id: SettlementId, entry: &Settlement) -> Checked {
        let on_agenda = Agenda::<T>::contains_key(entry.pays_at, Due::Pay(id));
        // The end of a check pays what has become due meanwhile.
        let checked = Checks::<T>::contains_key(id);
        ensure!(on_agenda || checked, "7: a settlement is never paid");
        ensure!(
            id < NextSettlement::<T>::get(),
            "9: id of a settlement to come"
        );
        let found = SettlementsOf::<T>::contains_key(entry.channel, id)
            && Channels::<T>::contains_key(entry.channel);
        ensure!(found, "10: a settlement without its channel");
        let claims = (1..=MAX_CLAIMS).contains(&entry.leaves) && entry.amount > 0;
        ensure!(claims, "11: a settlement of nothing");
        let shares = entry
            .royalties
            .iter()
            .fold(0u16, |sum, (_, permille)| sum.saturating_add(*permille));
        let within = shares <= WHOLE_PERMILLE && entry.treasury_permille <= WHOLE_PERMILLE;
        ensure!(within, "11: shares above the whole");
        Self::try_verifiers(entry, checked)
    }

    fn try_unsettled() -> Checked {
        let mut counts = BTreeMap::<AccountId, u32>::new();
        for channel in
            Settlements::<T>::iter_values().filter_map(|it| Channels::<T>::get(it.channel))
        {
            let count = counts.entry(channel.payee).or_default();
            *count = count.saturating_add(1);
        }
        let counted: BTreeMap<AccountId, u32> = Unsettled::<T>::iter().collect();
        ensure!(counts == counted, "14: another number of settlements");
        Ok(())
    }

    fn try_verifiers(entry: &Settlement, checked: bool) -> Checked {
        let share = entry.verifier_permille <= MAX_VERIFIER_PERMILLE;
        ensure!(share, "11: verifiers get more than may be");
        ensure!(
            !checked || entry.verifiers.is_empty(),
            "11: verifiers of a check that is not over"
        );
        let channel = Channels::<T>::get(entry.channel).ok_or("10: a settlement of nothing")?;
        let who: BTreeSet<_> = entry.verifiers.iter().map(|(worker, _)| worker).collect();
        let party = who.contains(&channel.payee) || who.contains(&channel.client);
        let once = who.len() == entry.verifiers.len();
        ensure!(once && !party, "11: a verifier that cannot be one");
        Ok(())
    }

    fn try_money() -> Checked {
        let mut held = BTreeMap::<AccountId, Balance>::new();
        for channel in Channels::<T>::iter_values() {
            let sum = held.entry(channel.client.clone()).or_default();
            *sum = sum.saturating_add(channel.held());
        }
        let reason = HoldReason::Channel.into();
        let exact = held
            .iter()
            .all(|(client, sum)| T::Currency::balance_on_hold(&reason, client) == *sum);
        ensure!(exact, "4: another sum is held for channels");
        let held = held
            .values()
            .fold(0, |sum: Balance, part| sum.saturating_add(*part));
        let totals = Totals::<T>::get();
        let known = held
            .saturating_add(totals.paid)
            .saturating_add(totals.refunded);
        ensure!(known == totals.deposited, "5: money was made or lost");
        Ok(())
    }

    fn try_agenda() -> Checked {
        let served = ServedTo::<T>::get();
        for (block, due) in Agenda::<T>::iter_keys() {
            ensure!(block >= served, "8: an entry was passed over");
            let stands = match due {
                Due::End(id) => Channels::<T>::get(id).is_some_and(|entry| {
                    entry.ends_at == block && entry.state != ChannelState::Ended
                }),
                Due::Check(id) => Checks::<T>::get(id).is_some_and(|check| check.due == block),
                Due::Pay(id) => {
                    Settlements::<T>::get(id).is_some_and(|entry| entry.pays_at == block)
                }
            };
            ensure!(stands, "7: an entry without its reason");
        }
        Ok(())
    }

    fn try_indices() -> Checked {
        let of = ChannelsOf::<T>::iter_keys().all(|(client, id)| {
            Channels::<T>::get(id).is_some_and(|channel| channel.client == client)
        });
        let to = ChannelsTo::<T>::iter_keys().all(|(payee, id)| {
            Channels::<T>::get(id).is_some_and(|channel| channel.payee == payee)
        });
        let settled = SettlementsOf::<T>::iter_keys().all(|(channel, id)| {
            Settlements::<T>::get(id).is_some_and(|entry| entry.channel == channel)
        });
        ensure!(of && to && settled, "10: something is found that is not");
        Ok(())
    }

    fn try_checks() -> Checked {
        let mut bonds = BTreeMap::<AccountId, Balance>::new();
        for (id, check) in Checks::<T>::iter() {
            let on_agenda = Agenda::<T>::contains_key(check.due, Due::Check(id));
            ensure!(on_agenda, "12: a check that never goes on");
            let entry = Settlements::<T>::get(id).ok_or("12: a check of nothing")?;
            let channel = Channels::<T>::get(entry.channel).ok_or("12: a check of nothing")?;
            let sound = check.panel.iter().all(|seat| {
                let party = seat.worker == channel.payee || seat.worker == channel.client;
                !party && check.seen.contains(&seat.worker)
            });
            ensure!(sound, "12: a verifier that was not drawn");
            let heard: BTreeSet<_> = check.findings.iter().map(|one| &one.worker).collect();
            let known = heard.iter().all(|worker| check.seen.contains(worker));
            let once = heard.len() == check.findings.len();
            ensure!(known && once, "12: a finding of nobody, or twice");
            let seats = check.panel.len().saturating_add(check.vacant.into());
            ensure!(seats <= MAX_PANEL as usize, "12: too many seats");
            let sum = bonds.entry(channel.payee).or_default();
            *sum = sum.saturating_add(check.bond);
        }
        let reason = HoldReason::Appeal.into();
        let exact = bonds
            .iter()
            .all(|(payee, sum)| T::Currency::balance_on_hold(&reason, payee) == *sum);
        ensure!(exact, "12: another sum is held for appeals");
        Ok(())
    }

    fn try_offers() -> Checked {
        let mut held = BTreeMap::<AccountId, (u32, Balance)>::new();
        for (version, worker, offer) in Offers::<T>::iter() {
            let found = OffersOf::<T>::contains_key(&worker, &version);
            ensure!(found, "10: an offer is not found");
            let (count, sum) = held.entry(worker).or_default();
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(offer.deposit);
        }
        let listed = OffersOf::<T>::iter_keys()
            .all(|(worker, version)| Offers::<T>::contains_key(version, worker));
        let counts = OfferCount::<T>::iter().collect::<BTreeMap<_, _>>();
        let counted = counts.len() == held.len()
            && held
                .iter()
                .all(|(worker, (count, _))| counts.get(worker) == Some(count));
        ensure!(
            listed && counted,
            "10: an offer that is not, or not counted"
        );
        let bounded = counts
            .values()
            .all(|count| *count <= T::MaxOffersPerWorker::get());
        ensure!(bounded, "10: too many offers");
        let reason = HoldReason::Offer.into();
        let exact = held
            .iter()
            .all(|(worker, (_, sum))| T::Currency::balance_on_hold(&reason, worker) == *sum);
        ensure!(exact, "13: another sum is held for offers");
        Ok(())
    }
}
