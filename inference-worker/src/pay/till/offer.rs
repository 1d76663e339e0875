//! How to pay: the terms of this worker's offer, and where a channel stands by its books.

use super::{lock, Demand, State, Till};
use ballast_chain::ss58;
use ballast_core::{view::OfferInfo, Balance};
use ballast_inference::{
    cost,
    response::PaymentResponse,
    wire::{self, Extra, PaymentRequired, Resource, Terms, X402_VERSION},
};

impl Till {
    /// How to pay: by this worker's offer, unless it names other numbers than the answers are computed in.
    pub(super) fn required(
        &self,
        demand: &Demand<'_>,
        message: &str,
        channel_state: Option<wire::ChannelState>,
    ) -> Option<Box<PaymentRequired>> {
        let offer = lock(&self.0.seen).offer.clone();
        let offer = offer.filter(|offer| offer.numbers == demand.numbers);
        let accepts = offer.and_then(|offer| self.terms(&offer, demand.wanted_out, channel_state));
        Some(Box::new(PaymentRequired {
            version: X402_VERSION,
            error: message.into(),
            resource: Resource {
                url: demand.path.into(),
                description: format!("an answer of the model {}", self.0.model),
                mime_type: "application/json".into(),
            },
            accepts: accepts.into_iter().collect(),
        }))
    }

    fn terms(
        &self,
        offer: &OfferInfo,
        wanted_out: Option<u32>,
        channel_state: Option<wire::ChannelState>,
    ) -> Option<Terms> {
        Some(Terms {
            scheme: wire::SCHEME.into(),
            network: wire::network(&self.0.genesis_hash),
            amount: cost::ceiling(&offer.price, &offer.limits, wanted_out)?.to_string(),
            asset: wire::ASSET.into(),
            pay_to: ss58::encode(&offer.worker.0),
            max_timeout_seconds: self.0.timeout.as_secs(),
            extra: Some(Extra {
                genesis_hash: format!("0x{}", hex::encode(self.0.genesis_hash)),
                model: offer.model.to_string(),
                offer: name(offer),
                price_per_million_in: offer.price.per_million_in.to_string(),
                price_per_million_out: offer.price.per_million_out.to_string(),
                max_tokens_in: offer.limits.tokens_in,
                max_tokens_out: offer.limits.tokens_out,
                tier: offer.tier.to_string(),
                numbers: offer.numbers,
                channel_state,
            }),
        })
    }
}

/// What an offer is for, as `ballast offer` and `ballast channel` take it.
pub(super) fn name(offer: &OfferInfo) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (namespace, name) = (text(&offer.namespace), text(&offer.name));
    format!("{namespace}/{name}@{}", offer.version)
}

/// Where a channel stands by this worker's books.
pub(super) fn stand(state: &State) -> wire::ChannelState {
    let info = &state.info;
    wire::ChannelState {
        channel_id: info.channel.0,
        balance: info.deposited.to_string(),
        total_claimed: info.drawn.to_string(),
        charged_cumulative_amount: state.ledger.charged(info).to_string(),
        last_number: state.ledger.last_number(info),
    }
}

/// What is told of an answer that cost this.
pub(super) fn response(genesis_hash: &[u8; 32], state: &State, cost: Balance) -> PaymentResponse {
    PaymentResponse::new(genesis_hash, &state.info.client, cost, stand(state))
}
