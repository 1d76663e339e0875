//! What dealing with an account came to: as a client that opens channels, as a worker whose batches were looked at.
//!
//! Goals: who is about to deal with an account reads its history in one place; the counts follow from what the pallet does,
//! and nobody can write into them otherwise. Non-goals: judging by them.

use crate::{
    types::{AccountId, Channel},
    Channels, ChannelsOf, Config, DealingsOf, Pallet, Settlements, Totals,
};
use ballast_core::{
    view::{ChannelState, Dealings},
    Balance, SettlementId,
};
use frame_support::{ensure, traits::Get, weights::Weight};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// What noting something about so many accounts costs beside all else.
    pub(crate) fn noting(accounts: u64) -> Weight {
        <T as frame_system::Config>::DbWeight::get().reads_writes(accounts, accounts)
    }

    fn note(who: &AccountId, change: impl FnOnce(&mut Dealings)) {
        DealingsOf::<T>::mutate(who, change);
    }

    pub(crate) fn note_opened(client: &AccountId) {
        Self::note(client, |it| it.opened = it.opened.saturating_add(1));
    }

    pub(crate) fn note_ended(client: &AccountId) {
        Self::note(client, |it| it.ended = it.ended.saturating_add(1));
    }

    pub(crate) fn note_paid(client: &AccountId, amount: Balance) {
        Self::note(client, |it| it.paid = it.paid.saturating_add(amount));
    }

    /// A claim says something else than its worker had signed.
    pub(crate) fn note_contradicted(channel: &Channel) {
        Self::note(&channel.client, |it| {
            it.contested = it.contested.saturating_add(1);
        });
        Self::note(&channel.payee, |it| {
            it.contradicted = it.contradicted.saturating_add(1);
        });
    }

    /// A check has ended, and the settlement stands.
    pub(crate) fn note_passed(id: SettlementId) {
        let channel = Settlements::<T>::get(id).and_then(|entry| Channels::<T>::get(entry.channel));
        if let Some(channel) = channel {
            Self::note(&channel.payee, |it| it.passed = it.passed.saturating_add(1));
        }
    }

    pub(crate) fn note_condemned(payee: &AccountId) {
        Self::note(payee, |it| it.condemned = it.condemned.saturating_add(1));
    }

    /// Rule 14 of the invariants.
    pub(crate) fn try_dealings() -> Result<(), TryRuntimeError> {
        let mut paid: Balance = 0;
        for (who, dealings) in DealingsOf::<T>::iter() {
            let live = ChannelsOf::<T>::iter_key_prefix(&who)
                .filter_map(Channels::<T>::get)
                .filter(|channel| channel.state != ChannelState::Ended)
                .count();
            let counted = dealings.opened.saturating_sub(dealings.ended);
            ensure!(
                live as u64 == u64::from(counted),
                "14: other channels than counted"
            );
            paid = paid.saturating_add(dealings.paid);
        }
        ensure!(paid == Totals::<T>::get().paid, "14: another sum was paid");
        Ok(())
    }
}
