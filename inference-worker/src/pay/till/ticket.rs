//! The right to answer one request, which becomes a claim or is given back.

use super::{count, lock, now, offer::response, refusal::RefusalKind, Refusal, Slot, Till};
use crate::pay::{journal::Record, kept::Kept};
use ballast_core::{
    answer::{AnswerBody, Exchange},
    claim::{ClaimLeaf, TokenLimits},
    Balance,
};
use ballast_inference::{response::PaymentResponse, wire::SignedAnswer};
use bytes::Bytes;
use std::{io, sync::Arc};

/// The right to answer one request. Dropped, the request costs nothing.
pub struct Ticket {
    till: Till,
    slot: Arc<Slot>,
    request: Bytes,
    number: u64,
    /// Most tokens of the answer.
    pub limits: TokenLimits,
    signed: Option<(AnswerBody, [u8; 64])>,
    done: bool,
}

impl Ticket {
    pub(super) fn new(
        till: Till,
        slot: Arc<Slot>,
        request: Bytes,
        number: u64,
        limits: TokenLimits,
    ) -> Self {
        Self {
            till,
            slot,
            request,
            number,
            limits,
            signed: None,
            done: false,
        }
    }

    /// Signs the answer. Nobody must see the signature before [`Self::settle`].
    pub fn sign(&mut self, exchange: Exchange) -> SignedAnswer {
        let body = self.till.body(self.slot.id, self.number, exchange);
        let session = &self.till.0.session;
        let signature = session.sign(&body.signing_payload());
        let signed = SignedAnswer::new(&body, session.account(), signature);
        self.signed = Some((body, signature));
        signed
    }

    /// Whether an answer costs anything: what costs nothing is never claimed.
    pub fn is_charged(&self, exchange: &Exchange) -> bool {
        let price = lock(&self.slot.state).info.price;
        price.cost(exchange.tokens_in, exchange.tokens_out) != Some(0)
    }

    /// Makes what was signed a claim, with the root over its activation digests. Once this returns the answer may go out,
    /// with what it was charged.
    pub async fn settle(
        mut self,
        kept: Kept,
        activation_root: [u8; 32],
    ) -> Result<PaymentResponse, Refusal> {
        let Some((body, signature)) = self.signed.take() else {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                "nothing was signed; ask again",
            ));
        };
        let task = tokio::task::spawn_blocking(move || {
            let kept = self.record(body, signature, &kept, activation_root);
            kept.map_err(|error| self.till.disk(&error))
        });
        task.await.unwrap_or_else(|_| {
            Err(Refusal::plain(
                RefusalKind::Unavailable,
                "this worker is stopping",
            ))
        })
    }

    fn record(
        &mut self,
        body: AnswerBody,
        signature: [u8; 64],
        kept: &Kept,
        activation_root: [u8; 32],
    ) -> io::Result<PaymentResponse> {
        let (channel, number) = (self.slot.id, self.number);
        let answers = &self.till.0.answers;
        if let Err(error) = answers.keep(channel, number, &self.request, kept) {
            tracing::warn!(%error, "an answer cannot be had again");
        }
        let leaf = ClaimLeaf {
            number,
            exchange: body.exchange,
            activation_root,
        };
        let mut state = lock(&self.slot.state);
        let exchange = &leaf.exchange;
        let cost = state
            .info
            .price
            .cost(exchange.tokens_in, exchange.tokens_out);
        let cost = cost.unwrap_or(Balance::MAX);
        let genesis_hash = &self.till.0.genesis_hash;
        if cost == 0 {
            return Ok(response(genesis_hash, &state, 0));
        }
        let voucher = state.ledger.newest().cloned();
        let voucher = voucher.ok_or_else(|| io::Error::other("there is no voucher"))?;
        state.journal.append(Record {
            voucher,
            leaf: leaf.clone(),
            session_key: self.till.0.session.account(),
            signature,
            answered_at: now(),
        })?;
        state.ledger.finish(leaf);
        self.done = true;
        count(&self.till.0.counts.claims);
        Ok(response(genesis_hash, &state, cost))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.done {
            lock(&self.slot.state).ledger.release(self.number);
        }
    }
}
