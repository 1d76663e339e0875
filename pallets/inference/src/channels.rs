//! Payment channels: opened on the terms of an offer, topped up, closed, ended.
//!
//! A channel's money stays on the client's own account, held. It has a last block from the start, so that it ends also
//! when everybody has gone: what was not drawn is released then.

use crate::{
    traits::ServingWorkers,
    types::{AccountId, Channel, Due, Key, ModelVersion, Terms},
    Agenda, Channels, ChannelsOf, ChannelsTo, Config, Error, Event, HoldReason, NextChannel,
    Offers, Pallet, Parameters, Totals,
};
use ballast_core::{
    claim::TokenPrice, view::ChannelState, Balance, BlockNumber, ChannelId, Numbers, Tier,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::ArithmeticError;

/// What a client asks for when it opens a channel.
pub(crate) struct Opening {
    pub payee: AccountId,
    pub version: ModelVersion,
    pub max_price: TokenPrice,
    pub tier: Tier,
    pub numbers: Numbers,
    pub signer: Key,
    pub deposit: Balance,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_open(client: AccountId, opening: Opening) -> DispatchResult {
        let channel = Self::agreed(client, opening)?;
        let id = NextChannel::<T>::get();
        let next = id.0.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let (client, payee) = (channel.client.clone(), channel.payee.clone());

        Self::deposit(&client, channel.deposited)?;
        NextChannel::<T>::put(ChannelId(next));
        Agenda::<T>::insert(channel.ends_at, Due::End(id), ());
        ChannelsOf::<T>::insert(&client, id, ());
        ChannelsTo::<T>::insert(&payee, id, ());
        Self::note_opened(&client);
        let (deposit, ends_at) = (channel.deposited, channel.ends_at);
        Channels::<T>::insert(id, channel);
        Self::deposit_event(Event::ChannelOpened {
            channel: id,
            client,
            payee,
            deposit,
            ends_at,
        });
        Ok(())
    }

    /// The channel that client and payee agree on: the offer's terms, at the tier that the client demands.
    fn agreed(client: AccountId, opening: Opening) -> Result<Channel, Error<T>> {
        ensure!(client != opening.payee, Error::<T>::PaysItself);
        let offer = Offers::<T>::get(&opening.version, &opening.payee);
        let offer = offer.ok_or(Error::<T>::UnknownOffer)?;
        ensure!(T::Workers::is_worker(&opening.payee), Error::<T>::PayeeGone);
        let dear = !offer.terms.price.is_within(&opening.max_price);
        ensure!(!dear, Error::<T>::PriceAboveLimit);
        ensure!(opening.tier <= offer.terms.tier, Error::<T>::TierNotOffered);
        let as_named = opening.numbers == offer.terms.numbers;
        ensure!(as_named, Error::<T>::NumbersNotOffered);
        let parameters = Parameters::<T>::get();
        ensure!(
            opening.deposit >= parameters.min_deposit,
            Error::<T>::DepositTooSmall
        );
        Ok(Channel {
            client,
            signer: opening.signer,
            payee: opening.payee,
            version: opening.version,
            model: offer.model,
            terms: Terms {
                tier: opening.tier,
                ..offer.terms
            },
            deposited: opening.deposit,
            drawn: 0,
            pending: 0,
            last_number: 0,
            state: ChannelState::Open,
            ends_at: Self::now().saturating_add(parameters.channel_blocks),
        })
    }

    pub(crate) fn do_top_up(client: AccountId, id: ChannelId, amount: Balance) -> DispatchResult {
        let mut channel = Self::live_channel(id)?;
        ensure!(channel.client == client, Error::<T>::NotClient);
        let is_open = channel.state == ChannelState::Open;
        ensure!(is_open, Error::<T>::ChannelClosing);
        let deposited = channel.deposited.checked_add(amount);
        channel.deposited = deposited.ok_or(ArithmeticError::Overflow)?;
        let ends_at = Self::now().saturating_add(Parameters::<T>::get().channel_blocks);

        Self::deposit(&client, amount)?;
        Self::reschedule(id, &mut channel, ends_at);
        let deposited = channel.deposited;
        Channels::<T>::insert(id, channel);
        Self::deposit_event(Event::ChannelToppedUp {
            channel: id,
            deposited,
            ends_at,
        });
        Ok(())
    }

    /// The client starts the grace; the payee, who alone could lose by it, ends the channel at once.
    pub(crate) fn do_close(who: AccountId, id: ChannelId) -> DispatchResult {
        let mut channel = Self::live_channel(id)?;
        if who == channel.payee {
            Agenda::<T>::remove(channel.ends_at, Due::End(id));
            Self::end_channel(id, channel);
            return Ok(());
        }
        ensure!(channel.client == who, Error::<T>::NotParty);
        let is_open = channel.state == ChannelState::Open;
        ensure!(is_open, Error::<T>::ChannelClosing);
        let grace = Self::now().saturating_add(Parameters::<T>::get().grace_blocks);
        let ends_at = grace.min(channel.ends_at);

        channel.state = ChannelState::Closing;
        Self::reschedule(id, &mut channel, ends_at);
        Channels::<T>::insert(id, channel);
        Self::deposit_event(Event::ChannelClosing {
            channel: id,
            ends_at,
        });
        Ok(())
    }

    fn reschedule(id: ChannelId, channel: &mut Channel, ends_at: BlockNumber) {
        Agenda::<T>::remove(channel.ends_at, Due::End(id));
        Agenda::<T>::insert(ends_at, Due::End(id), ());
        channel.ends_at = ends_at;
    }

    /// A channel that still pays in this block.
    pub(crate) fn live_channel(id: ChannelId) -> Result<Channel, Error<T>> {
        let channel = Channels::<T>::get(id).ok_or(Error::<T>::UnknownChannel)?;
        let is_live = channel.state != ChannelState::Ended && Self::now() < channel.ends_at;
        ensure!(is_live, Error::<T>::ChannelEnded);
        Ok(channel)
    }

    /// Gives back what was not drawn. What is in its check window stays held.
    pub(crate) fn end_channel(id: ChannelId, mut channel: Channel) {
        let refund = channel.left();
        channel.state = ChannelState::Ended;
        Self::refund(&channel.client, refund);
        Self::note_ended(&channel.client);
        Self::deposit_event(Event::ChannelEnded {
            channel: id,
            refund,
        });
        Self::keep_or_forget(id, channel);
    }

    /// Stores a channel, or removes it if nothing will happen to it any more.
    pub(crate) fn keep_or_forget(id: ChannelId, channel: Channel) {
        if !channel.is_over() {
            Channels::<T>::insert(id, channel);
            return;
        }
        Channels::<T>::remove(id);
        ChannelsOf::<T>::remove(&channel.client, id);
        ChannelsTo::<T>::remove(&channel.payee, id);
    }

    fn deposit(client: &AccountId, amount: Balance) -> DispatchResult {
        Self::hold(HoldReason::Channel, client, amount)?;
        Totals::<T>::mutate(|totals| totals.deposited = totals.deposited.saturating_add(amount));
        Ok(())
    }
}
