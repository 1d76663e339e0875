//! A voucher on its way to a ticket.

use super::{
    count, lock,
    offer::{response, stand},
    refusal::{kind, told},
    Refusal, RefusalKind, Slot, State, Ticket, Till,
};
use crate::pay::{
    kept::Kept,
    ledger::NotPaid,
    limits::{END_MARGIN_BLOCKS, STALE},
};
use ballast_chain::verify;
use ballast_core::{
    claim::TokenLimits,
    view::{ChannelInfo, ChannelState},
    voucher::Voucher,
    ChannelId, Numbers, Tier,
};
use ballast_inference::{
    cost,
    response::PaymentResponse,
    seal::SEALING_KEY_PATH,
    wire::{self, PaymentPayload, X402_VERSION},
};
use bytes::Bytes;
use std::sync::{atomic::Ordering, Arc};

/// A request that wants to be answered.
#[derive(Clone, Copy)]
pub struct Demand<'a> {
    /// Where it came.
    pub path: &'a str,
    /// The voucher that came with it, as its header.
    pub payment: Option<&'a str>,
    /// Its body.
    pub body: &'a Bytes,
    /// SHA-256 of that.
    pub sha256: [u8; 32],
    /// How many tokens the answer may have; none if it does not say.
    pub wanted_out: Option<u32>,
    /// Whether it came sealed.
    pub is_sealed: bool,
    /// The numbers that the answer would be computed in.
    pub numbers: Numbers,
    /// Whether there is room to keep what checks need of the answer.
    pub has_room: bool,
}

/// A request that may be answered.
pub enum Accepted {
    /// Now.
    Now(Ticket),
    /// It was answered already, by this.
    Again {
        /// The answer.
        kept: Kept,
        /// What it was charged, as far as that is remembered.
        response: Option<Box<PaymentResponse>>,
    },
}

impl Till {
    /// Takes a request, if it is paid for.
    pub async fn accept(&self, demand: &Demand<'_>) -> Result<Accepted, Refusal> {
        let accepted = self.accept_inner(demand).await;
        match &accepted {
            Err(_) => count(&self.0.counts.refused),
            Ok(Accepted::Again { .. }) => count(&self.0.counts.again),
            Ok(Accepted::Now(_)) => {}
        }
        accepted
    }

    async fn accept_inner(&self, demand: &Demand<'_>) -> Result<Accepted, Refusal> {
        if self.0.broken.load(Ordering::Relaxed) {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                "this worker cannot keep its claims at present; ask another",
            ));
        }
        let Some(payment) = demand.payment else {
            let message = "this answer is paid for by a voucher of a payment channel; `ballast infer-proxy` pays for programs that cannot";
            let required = self.required(demand, message, None);
            return Err(Refusal::new(RefusalKind::Missing, message, required));
        };
        let (channel, voucher) = self.parse(payment)?;
        let slot = self.slot(channel).await?;
        self.check(&slot, &voucher)?;
        self.take(demand, &slot, &voucher)
    }

    fn parse(&self, payment: &str) -> Result<(ChannelId, Voucher), Refusal> {
        let malformed = |message: String| Refusal::plain(RefusalKind::Malformed, message);
        let payload: PaymentPayload =
            wire::from_header(payment).map_err(|error| malformed(error.to_string()))?;
        let network = wire::network(&self.0.genesis_hash);
        let found = (
            payload.version,
            payload.accepted.scheme.as_str(),
            payload.accepted.network.as_str(),
        );
        if found != (X402_VERSION, wire::SCHEME, network.as_str()) {
            return Err(malformed(format!(
                "the payment is for x402 version {}, scheme {:?} on {:?}; this worker takes version {X402_VERSION}, {:?} on {network}",
                found.0, found.1, found.2, wire::SCHEME
            )));
        }
        let voucher = payload.payload.voucher();
        let voucher = voucher.map_err(|error| malformed(error.to_string()))?;
        Ok((ChannelId(payload.payload.channel_id), voucher))
    }

    /// Whether this channel pays this worker for this model, and its signer signed.
    fn check(&self, slot: &Slot, voucher: &Voucher) -> Result<(), Refusal> {
        let info = lock(&slot.state).info.clone();
        let (id, inner) = (slot.id, &self.0);
        if info.payee.0 != inner.account.account() {
            let message = format!("channel {id} pays another worker");
            return Err(Refusal::plain(RefusalKind::Channel, message));
        }
        if info.model != inner.model {
            let message = format!(
                "channel {id} pays for the model {}, this worker answers with {}",
                info.model, inner.model
            );
            return Err(Refusal::plain(RefusalKind::Channel, message));
        }
        let payload = voucher.body(inner.genesis_hash, id).signing_payload();
        match verify(&info.signer, &payload, &voucher.signature) {
            true => Ok(()),
            false => Err(Refusal::plain(
                RefusalKind::Signature,
                format!("the voucher is not signed by the signer of channel {id}"),
            )),
        }
    }

    fn take(
        &self,
        demand: &Demand<'_>,
        slot: &Arc<Slot>,
        voucher: &Voucher,
    ) -> Result<Accepted, Refusal> {
        let mut state = lock(&slot.state);
        let info = state.info.clone();
        if info.tier >= Tier::T2 && !demand.is_sealed {
            return Err(Refusal::plain(
                RefusalKind::NotSealed,
                format!(
                    "channel {} is of tier {}, whose requests are sealed; read the key at {SEALING_KEY_PATH} and seal to it, or ask by `ballast infer-proxy`",
                    info.channel, info.tier
                ),
            ));
        }
        let max = cost::ceiling(&info.price, &info.limits, demand.wanted_out);
        let max = max.ok_or_else(|| {
            Refusal::plain(
                RefusalKind::Funds,
                "the price exceeds the range of a balance",
            )
        })?;
        let served = self
            .serves(&info, demand.numbers)
            .and_then(|()| check_room(demand.has_room));
        let taken = match served {
            Ok(()) => state.ledger.accept(&info, voucher, demand.sha256, max),
            // What was answered before can still be had again.
            Err(refusal) => match state.ledger.claim(voucher.number) {
                Some(_) => Err(NotPaid::Used),
                None => return Err(refusal),
            },
        };
        let limits = TokenLimits {
            tokens_out: cost::tokens_out(&info.limits, demand.wanted_out),
            ..info.limits
        };
        match taken {
            Ok(()) => {
                let (till, slot) = (self.clone(), slot.clone());
                let body = demand.body.clone();
                Ok(Accepted::Now(Ticket::new(
                    till,
                    slot,
                    body,
                    voucher.number,
                    limits,
                )))
            }
            Err(not_paid @ (NotPaid::Answered | NotPaid::Used)) => {
                let response = self.charged(&state, voucher.number);
                drop(state);
                let kept = self.again(slot.id, voucher.number, demand.body, &not_paid)?;
                Ok(Accepted::Again { kept, response })
            }
            Err(not_paid) => {
                let message = told(slot.id, voucher, &not_paid);
                let required = self.required(demand, &message, Some(stand(&state)));
                Err(Refusal::new(kind(&not_paid), message, required))
            }
        }
    }

    /// Whether a channel is answered at all at present.
    fn serves(&self, info: &ChannelInfo, numbers: Numbers) -> Result<(), Refusal> {
        if info.numbers != numbers {
            let message = format!(
                "channel {} pays for answers in {}, this worker computes in {numbers}; open another, or have this one closed",
                info.channel, info.numbers
            );
            return Err(Refusal::plain(RefusalKind::Channel, message));
        }
        let seen = self.seen();
        if seen.at.is_none_or(|at| at.elapsed() > STALE) {
            return Err(Refusal::plain(
                RefusalKind::Chain,
                "the chain cannot be asked at present, so nobody can be paid; try again",
            ));
        }
        if seen.tier.is_none_or(|tier| tier < info.tier) {
            let has = seen.tier.map_or("none".into(), |tier| tier.to_string());
            return Err(Refusal::plain(
                RefusalKind::Key,
                format!("the session key of this worker has tier {has} at present, the channel demands {}; try again once it has attested", info.tier),
            ));
        }
        let left = info.ends_at.saturating_sub(seen.head);
        match info.state == ChannelState::Open && left > END_MARGIN_BLOCKS {
            true => Ok(()),
            false => Err(Refusal::plain(
                RefusalKind::Channel,
                format!("channel {} is closed or ends within {END_MARGIN_BLOCKS} blocks; open another, or top it up if it is open", info.channel),
            )),
        }
    }

    /// The same answer again, for the same request.
    fn again(
        &self,
        channel: ChannelId,
        number: u64,
        request: &Bytes,
        not_paid: &NotPaid,
    ) -> Result<Kept, Refusal> {
        if let Some(kept) = self.0.answers.get(channel, number, request) {
            return Ok(kept);
        }
        Err(match not_paid {
            NotPaid::Answered => Refusal::plain(
                RefusalKind::Gone,
                format!("request {number} of channel {channel} was answered, and the answer is not kept any more; ask under a new number"),
            ),
            _ => Refusal::plain(
                RefusalKind::Number,
                format!("number {number} of channel {channel} is used up; numbers ascend, and a number is for one request"),
            ),
        })
    }

    /// What the answer of a number was charged.
    fn charged(&self, state: &State, number: u64) -> Option<Box<PaymentResponse>> {
        let exchange = &state.journal.record(number)?.leaf.exchange;
        let cost = state
            .info
            .price
            .cost(exchange.tokens_in, exchange.tokens_out)?;
        Some(Box::new(response(&self.0.genesis_hash, state, cost)))
    }
}

/// What cannot be kept for checks must not be claimed, so it is not begun.
fn check_room(has_room: bool) -> Result<(), Refusal> {
    match has_room {
        true => Ok(()),
        false => Err(Refusal::plain(
            RefusalKind::NoRoom,
            "this worker has no room at present for what checks need of another answer, so nothing was computed or charged; ask again later, or another worker",
        )),
    }
}
