//! A request on its way to the worker, under one number, sealed where that is promised, until an answer begins.

use super::{Payer, ANSWER_LEN_MAX, ATTEMPTS, BUSY_PAUSE, PAUSE};
use crate::{
    book::Begun,
    incoming::Incoming,
    payer::lock,
    seal::{self, seal_request, SealingKey, SEALING_KEY_PATH},
    wire::{self, PaymentPayload, Terms, VoucherPayload, WireError, X402_VERSION},
    PayError,
};
use ballast_core::{
    claim::TokenLimits,
    view::ChannelInfo,
    voucher::{Voucher, VoucherBody},
    Balance, Tier,
};
use bytes::Bytes;
use std::time::Instant;

/// The worker's word that a box is sealed to a key that it has no more.
const ANOTHER_KEY_STATUS: u16 = 421;

/// A request on its way.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) body: Bytes,
    pub(super) sha256: [u8; 32],
    pub(super) limits: TokenLimits,
    pub(super) max: Balance,
    pub(super) begun: Begun,
    /// What it is sealed to; none if it is not.
    pub(super) recipient: Option<Recipient>,
}

/// A key that requests are sealed to, and the session key that signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recipient {
    sealing_key: [u8; 32],
    session_key: [u8; 32],
}

impl Payer {
    /// Sends until an answer begins. The number makes it the same request each time.
    pub(super) async fn send(&self, request: &Request) -> Result<Incoming, PayError> {
        let deadline = Instant::now() + self.0.settings.timeout;
        let (mut attempt, mut pause) = (1, PAUSE);
        let payment = self.payment(request);
        let mut recipient = request.recipient;
        let mut may_read_key = recipient.is_some();
        loop {
            match self.send_once(request, recipient, &payment).await {
                Ok(reply) if reply.status() == 409 && Instant::now() < deadline => {
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                Ok(reply) if reply.status() == ANOTHER_KEY_STATUS && may_read_key => {
                    may_read_key = false;
                    lock(&self.0.sealing).take();
                    let info = self.0.channel.lock().await.0.clone();
                    recipient = self.recipient(&info).await?;
                }
                Err(PayError::Worker(error)) if attempt < ATTEMPTS && Instant::now() < deadline => {
                    tracing::warn!(%error, attempt, "sending the request again, under the same number");
                    tokio::time::sleep(pause).await;
                    (attempt, pause) = (attempt.saturating_add(1), pause.saturating_mul(2));
                }
                other => return other,
            }
        }
    }

    async fn send_once(
        &self,
        request: &Request,
        recipient: Option<Recipient>,
        payment: &str,
    ) -> Result<Incoming, PayError> {
        let Some(recipient) = recipient else {
            let body = request.body.clone();
            let reply = self.post(request, payment, "application/json", body).await;
            return reply.map(|reply| Incoming::Plain(Box::new(reply)));
        };
        let bound = seal::Request {
            genesis_hash: self.0.chain.genesis_hash(),
            path: &request.path,
            channel: self.0.id.0,
            number: request.begun.number,
        };
        let (message, key) = seal_request(&recipient.sealing_key, &bound, &request.body)?;
        let reply = self
            .post(request, payment, seal::MEDIA_TYPE, message.into())
            .await?;
        Incoming::open(reply, key).await
    }

    async fn post(
        &self,
        request: &Request,
        payment: &str,
        kind: &str,
        body: Bytes,
    ) -> Result<ballast_worker_api::Reply, PayError> {
        let headers = [("content-type", kind), (wire::PAYMENT_HEADER, payment)];
        let api = &self.0.api;
        let sent = api
            .send(&request.path, &headers, Some(body), ANSWER_LEN_MAX)
            .await;
        Ok(sent?)
    }

    /// The voucher for a request, as its header.
    fn payment(&self, request: &Request) -> String {
        let begun = &request.begun;
        let body = VoucherBody {
            genesis_hash: self.0.chain.genesis_hash(),
            channel: self.0.id,
            amount: begun.amount,
            number: begun.number,
        };
        let signature = self.0.signer.sign(&body.signing_payload());
        let voucher = Voucher::new(&body, signature);
        wire::to_header(&PaymentPayload {
            version: X402_VERSION,
            accepted: Terms {
                amount: request.max.to_string(),
                ..self.0.terms.clone()
            },
            payload: VoucherPayload::new(self.0.id, &voucher),
        })
    }

    /// What the channel's requests are sealed to; none where they are not. The session key behind it has the channel's tier
    /// on chain.
    pub(super) async fn recipient(
        &self,
        info: &ChannelInfo,
    ) -> Result<Option<Recipient>, PayError> {
        if !self.0.settings.sealed && info.tier < Tier::T2 {
            return Ok(None);
        }
        let known = *lock(&self.0.sealing);
        let recipient = match known {
            Some(recipient) => recipient,
            None => self.read_recipient().await?,
        };
        let session_key = recipient.session_key;
        let tier = self
            .0
            .keys
            .tier(self.0.chain.as_ref(), self.0.payee, session_key);
        let tier = tier.await?;
        if tier.is_none_or(|tier| tier < info.tier) {
            // Whoever passes answers on may show a key of its own, so the worker is not blamed.
            lock(&self.0.sealing).take();
            let actual = tier.map_or("no tier".into(), |tier| tier.to_string());
            return Err(self.no_key(WireError(format!(
                "its session key has {actual} on chain, the channel demands {}",
                info.tier
            ))));
        }
        *lock(&self.0.sealing) = Some(recipient);
        Ok(Some(recipient))
    }

    async fn read_recipient(&self) -> Result<Recipient, PayError> {
        let (status, body) = self.question(SEALING_KEY_PATH).await?;
        let read = || {
            if status != 200 {
                return Err(WireError(format!("it answers with status {status}")));
            }
            let shown: SealingKey = serde_json::from_slice(&body)
                .map_err(|error| WireError(format!("it is malformed: {error}")))?;
            shown.checked(self.0.chain.genesis_hash())
        };
        let (session_key, sealing_key) = read().map_err(|reason| self.no_key(reason))?;
        Ok(Recipient {
            sealing_key,
            session_key,
        })
    }

    fn no_key(&self, reason: WireError) -> PayError {
        PayError::SealingKey {
            endpoint: self.endpoint().into(),
            reason,
        }
    }
}
