//! What the view functions answer.

use crate::{
    types::{AccountId, Channel, Check, ModelVersion, Offer, Settlement},
    Channels, ChannelsOf, ChannelsTo, Checks, Config, Offers, OffersOf, Pallet, Settlements,
    SettlementsOf,
};
use alloc::vec::Vec;
use ballast_core::{
    view::{ChannelInfo, CheckInfo, OfferInfo, SeatInfo, SettlementInfo},
    ChannelId, SettlementId,
};
use frame_support::traits::Get;

/// Most entries in one answer of a view function, whatever the caller asks for.
pub const MAX_PAGE: u32 = 256;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_offer(
        worker: &AccountId,
        namespace: &[u8],
        name: &[u8],
        version: u32,
    ) -> Option<OfferInfo> {
        let version = ModelVersion::of(namespace, name, version)?;
        let offer = Offers::<T>::get(&version, worker)?;
        Some(offer_info(version, worker.clone(), offer))
    }

    pub(crate) fn view_offers(
        namespace: &[u8],
        name: &[u8],
        version: u32,
        after: Option<AccountId>,
        limit: u32,
    ) -> Vec<OfferInfo> {
        let Some(version) = ModelVersion::of(namespace, name, version) else {
            return Vec::new();
        };
        let offers = match after {
            None => Offers::<T>::iter_prefix(&version),
            Some(worker) => {
                let start = Offers::<T>::hashed_key_for(&version, worker);
                Offers::<T>::iter_prefix_from(&version, start)
            }
        };
        offers
            .take(limit.min(MAX_PAGE) as usize)
            .map(|(worker, offer)| offer_info(version.clone(), worker, offer))
            .collect()
    }

    pub(crate) fn view_offers_of(worker: &AccountId) -> Vec<OfferInfo> {
        OffersOf::<T>::iter_key_prefix(worker)
            .take(T::MaxOffersPerWorker::get() as usize)
            .filter_map(|version| {
                let offer = Offers::<T>::get(&version, worker)?;
                Some(offer_info(version, worker.clone(), offer))
            })
            .collect()
    }

    pub(crate) fn view_channel(id: ChannelId) -> Option<ChannelInfo> {
        Channels::<T>::get(id).map(|channel| channel_info(id, channel))
    }

    pub(crate) fn view_channels_of(
        client: &AccountId,
        after: Option<ChannelId>,
        limit: u32,
    ) -> Vec<ChannelInfo> {
        let ids = match after {
            None => ChannelsOf::<T>::iter_key_prefix(client),
            Some(id) => {
                let start = ChannelsOf::<T>::hashed_key_for(client, id);
                ChannelsOf::<T>::iter_key_prefix_from(client, start)
            }
        };
        Self::channels(ids, limit)
    }

    pub(crate) fn view_channels_to(
        payee: &AccountId,
        after: Option<ChannelId>,
        limit: u32,
    ) -> Vec<ChannelInfo> {
        let ids = match after {
            None => ChannelsTo::<T>::iter_key_prefix(payee),
            Some(id) => {
                let start = ChannelsTo::<T>::hashed_key_for(payee, id);
                ChannelsTo::<T>::iter_key_prefix_from(payee, start)
            }
        };
        Self::channels(ids, limit)
    }

    fn channels(ids: impl Iterator<Item = ChannelId>, limit: u32) -> Vec<ChannelInfo> {
        ids.take(limit.min(MAX_PAGE) as usize)
            .filter_map(Self::view_channel)
            .collect()
    }

    pub(crate) fn view_check(id: SettlementId) -> Option<CheckInfo> {
        Checks::<T>::get(id).map(|check| check_info(id, check))
    }

    pub(crate) fn view_checks(after: Option<SettlementId>, limit: u32) -> Vec<CheckInfo> {
        let checks = match after {
            None => Checks::<T>::iter(),
            Some(id) => Checks::<T>::iter_from(Checks::<T>::hashed_key_for(id)),
        };
        checks
            .take(limit.min(MAX_PAGE) as usize)
            .map(|(id, check)| check_info(id, check))
            .collect()
    }

    pub(crate) fn view_settlement(id: SettlementId) -> Option<SettlementInfo> {
        Settlements::<T>::get(id).map(|settlement| settlement_info(id, settlement))
    }

    pub(crate) fn view_settlements_of(
        channel: ChannelId,
        after: Option<SettlementId>,
        limit: u32,
    ) -> Vec<SettlementInfo> {
        let ids = match after {
            None => SettlementsOf::<T>::iter_key_prefix(channel),
            Some(id) => {
                let start = SettlementsOf::<T>::hashed_key_for(channel, id);
                SettlementsOf::<T>::iter_key_prefix_from(channel, start)
            }
        };
        ids.take(limit.min(MAX_PAGE) as usize)
            .filter_map(Self::view_settlement)
            .collect()
    }
}

fn offer_info(version: ModelVersion, worker: AccountId, offer: Offer) -> OfferInfo {
    OfferInfo {
        worker: ballast_core::WorkerId(worker.into()),
        namespace: version.namespace.into_inner(),
        name: version.name.into_inner(),
        version: version.version,
        model: offer.model,
        price: offer.terms.price,
        limits: offer.terms.limits,
        tier: offer.terms.tier,
        numbers: offer.terms.numbers,
        endpoint: offer.endpoint.into_inner(),
    }
}

fn channel_info(id: ChannelId, channel: Channel) -> ChannelInfo {
    ChannelInfo {
        channel: id,
        client: channel.client.into(),
        signer: channel.signer,
        payee: ballast_core::WorkerId(channel.payee.into()),
        namespace: channel.version.namespace.into_inner(),
        name: channel.version.name.into_inner(),
        version: channel.version.version,
        model: channel.model,
        price: channel.terms.price,
        limits: channel.terms.limits,
        tier: channel.terms.tier,
        numbers: channel.terms.numbers,
        deposited: channel.deposited,
        drawn: channel.drawn,
        pending: channel.pending,
        last_number: channel.last_number,
        state: channel.state,
        ends_at: channel.ends_at,
    }
}

fn settlement_info(id: SettlementId, settlement: Settlement) -> SettlementInfo {
    let royalties = settlement.royalties.into_iter();
    let verifiers = settlement.verifiers.into_iter();
    SettlementInfo {
        settlement: id,
        channel: settlement.channel,
        session_key: settlement.session_key,
        root: settlement.root,
        leaves: settlement.leaves,
        amount: settlement.amount,
        treasury_permille: settlement.treasury_permille,
        royalties: royalties
            .map(|(owner, permille)| (owner.into(), permille))
            .collect(),
        verifier_permille: settlement.verifier_permille,
        verifiers: verifiers
            .map(|(worker, score)| (worker.into(), score))
            .collect(),
        settled_at: settlement.settled_at,
        pays_at: settlement.pays_at,
    }
}

fn check_info(id: SettlementId, check: Check) -> CheckInfo {
    let seats = check.panel.into_iter();
    CheckInfo {
        settlement: id,
        claim: check.leaf,
        stage: check.stage,
        vacant: check.vacant,
        panel: seats
            .map(|seat| SeatInfo {
                worker: ballast_core::WorkerId(seat.worker.into()),
                committed: seat.commitment.is_some(),
                score: seat.score,
            })
            .collect(),
        commit_until: check.commit_until,
        due: check.due,
        bond: check.bond,
    }
}
