//! An answer as it comes: checked, booked, and only then shown to its end.

use super::{lock, send::Request, Answer, PaidStream, Payer};
use crate::{
    answer::{check, Asked, Checked, Distrust},
    book::BookError,
    events::Events,
    incoming::Incoming,
    wire::{self, SignedAnswer, WireError},
    PayError,
};
use ballast_core::Balance;
use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc;

impl Payer {
    /// Sends a request that has its number, and takes what comes of it.
    pub(super) async fn run(&self, request: Request) -> Result<Answer, PayError> {
        let number = request.begun.number;
        let reply = match self.send(&request).await {
            Ok(reply) => reply,
            Err(error) => {
                self.pause(number);
                return Err(error);
            }
        };
        if reply.status() != 200 {
            return self.refused(&request, reply).await;
        }
        let is_stream = reply
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        match is_stream {
            true => Ok(Answer::Stream(self.stream(request, reply))),
            false => self.whole(&request, reply).await.inspect_err(|error| {
                self.not_had(number, error);
            }),
        }
    }

    async fn refused(&self, request: &Request, reply: Incoming) -> Result<Answer, PayError> {
        let number = request.begun.number;
        let status = reply.status();
        let retry_after = reply.header("retry-after").map(str::to_string);
        let is_sealed = matches!(reply, Incoming::Sealed(_));
        let body = reply.body().await.unwrap_or_default();
        let error: Value = serde_json::from_slice(&body).unwrap_or_default();
        // What is in the clear where it should be sealed, or is no error as workers tell them, may be somebody else's word.
        let is_its_word =
            is_sealed == request.recipient.is_some() && error["error"]["type"].is_string();
        let code = error["error"]["code"].as_str().unwrap_or_default();
        match code {
            // It may still be answered, and then costs.
            "answer_in_progress" => self.pause(number),
            // It was answered and paid, and nobody has it any more.
            "answer_gone" => {
                self.pause(number);
                self.learn_one(number).await?;
                lock(&self.0.journal).change(|book| book.forget_idle(number))?;
            }
            _ if is_its_word => lock(&self.0.journal).change(|book| book.forget(number))?,
            _ => {
                self.pause(number);
                self.learn_one(number).await?;
            }
        }
        if code == "channel_unusable" && is_its_word {
            self.check_open(&self.info_within(Duration::ZERO).await?)?;
        }
        Ok(Answer::Refused {
            status,
            retry_after,
            body,
        })
    }

    async fn whole(&self, request: &Request, reply: Incoming) -> Result<Answer, PayError> {
        let header = reply.header(wire::ANSWER_HEADER).map(str::to_string);
        let body = reply.body().await?;
        let signed: SignedAnswer = match header.as_deref().map(serde_json::from_str) {
            None => return Err(Distrust::Unsigned.into()),
            Some(parsed) => {
                parsed.map_err(|error| Distrust::Malformed(WireError(error.to_string())))?
            }
        };
        let cost = self
            .accept(request, &signed, Sha256::digest(&body).into())
            .await?;
        Ok(Answer::Whole {
            body,
            signed: Box::new(signed),
            cost,
        })
    }

    fn stream(&self, request: Request, reply: Incoming) -> PaidStream {
        let (sender, pieces) = mpsc::unbounded_channel();
        let settled = Arc::new(Mutex::new(None));
        let (payer, result) = (self.clone(), settled.clone());
        tokio::spawn(async move {
            let number = request.begun.number;
            match payer.pump(&request, reply, &sender).await {
                Ok((signed, cost, last)) => {
                    *lock(&result) = Some((signed, cost));
                    let _ = sender.send(Ok(last));
                }
                Err(PayError::BrokeOff) if sender.is_closed() => payer.leave(number),
                Err(error) => {
                    payer.not_had(number, &error);
                    if matches!(error, PayError::BrokeOff) {
                        payer.learn_later(number);
                    }
                    let _ = sender.send(Err(error));
                }
            }
        });
        PaidStream { pieces, settled }
    }

    /// Reads a stream to its end, as long as somebody listens: what is sent is bounded by the longest answer.
    async fn pump(
        &self,
        request: &Request,
        mut reply: Incoming,
        sender: &mpsc::UnboundedSender<Result<Bytes, PayError>>,
    ) -> Result<(SignedAnswer, Balance, Bytes), PayError> {
        let mut events = Events::default();
        loop {
            let chunk = tokio::select! {
                biased;
                () = sender.closed() => return Err(PayError::BrokeOff),
                chunk = reply.chunk() => chunk,
            };
            match chunk {
                Ok(Some(bytes)) => {
                    let shown = events.push(&bytes)?;
                    if !shown.is_empty() {
                        let _ = sender.send(Ok(shown));
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "a stream broke off");
                    return Err(PayError::BrokeOff);
                }
            }
        }
        let (signed, sha256) = events.end().ok_or(PayError::BrokeOff)?;
        let cost = self.accept(request, signed, sha256).await?;
        Ok((signed.clone(), cost, events.last()))
    }

    /// Checks a signed answer in full, and books it.
    async fn accept(
        &self,
        request: &Request,
        signed: &SignedAnswer,
        response_sha256: [u8; 32],
    ) -> Result<Balance, PayError> {
        let asked = Asked {
            genesis_hash: self.0.chain.genesis_hash(),
            model: self.0.model,
            channel: self.0.id,
            number: request.begun.number,
            request_sha256: request.sha256,
            limits: request.limits,
        };
        let checked = check(signed, &asked, Some(response_sha256))?;
        let cost = self.cost(&checked).await?;
        let number = request.begun.number;
        let mut journal = lock(&self.0.journal);
        journal.change(|book| book.finish(number, cost))?;
        if let Err(error) = journal.keep_answer(signed) {
            tracing::warn!(%error, "a signed answer is not kept; it cannot be held against a claim");
        }
        Ok(cost)
    }

    /// What an answer costs, if its key is what was agreed.
    pub(super) async fn cost(&self, checked: &Checked) -> Result<Balance, PayError> {
        let chain = self.0.chain.as_ref();
        let tier = self
            .0
            .keys
            .tier(chain, self.0.payee, checked.session_key)
            .await?;
        let info = self.0.channel.lock().await.0.clone();
        if tier.is_none_or(|tier| tier < info.tier) {
            let actual = tier.map_or("no tier".into(), |tier| tier.to_string());
            let wanted = info.tier.to_string();
            return Err(Distrust::Key { actual, wanted }.into());
        }
        let cost = info.price.cost(checked.tokens_in, checked.tokens_out);
        Ok(cost.ok_or(BookError::Overflow)?)
    }

    /// Nobody listens any more. The worker sees the connection close, and ends its answer there; what was written counts.
    fn leave(&self, number: u64) {
        let left = lock(&self.0.journal).change(|book| book.abandon(number));
        if let Err(error) = left {
            tracing::error!(%error, number, "that an answer is not wanted any more is not on disk");
        }
        self.learn_later(number);
    }

    /// Books that an answer was not had. Who lied is not paid any more.
    fn not_had(&self, number: u64, error: &PayError) {
        if let PayError::Distrust(_) | PayError::Stream(_) = error {
            let reason = error.to_string();
            let noted = lock(&self.0.journal).change(|book| book.set_distrust(reason));
            if let Err(error) = noted {
                tracing::error!(%error, "the worker's lie is not on disk");
            }
        }
        self.pause(number);
    }

    fn pause(&self, number: u64) {
        lock(&self.0.journal).touch(|book| book.pause(number));
    }
}
