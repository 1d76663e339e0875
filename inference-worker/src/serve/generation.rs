//! An answer in text under way: whole, or as a stream of server-sent events.
//!
//! A stream ends with `data: [DONE]`, as with OpenAI's API, and after it the event `ballast.answer` with the signature
//! over all bytes before. Clients that know nothing of it stop at `[DONE]`. A stream that breaks off has neither.
//!
//! A stream that is paid for ends where it is when its client goes away: what was written by then is signed, counted, and can
//! be had again. A whole answer is written to its end, since nothing of it was sent.

use super::{
    app::{header_value, App, Asked, REQUEST_ID},
    checks::Answered,
    engine::Job,
    error::ApiError,
    limits::{CUT_TIMEOUT, RETRY_AFTER_S},
    payment::{Concluded, Payment, EVENTS, JSON},
    shape::{Kind, Shape, Usage},
};
use crate::transcript::{self, Evidence};
use axum::{
    body::Body,
    http::{header, HeaderValue},
    response::{IntoResponse, Response},
};
use ballast_core::answer::Exchange;
use ballast_engine_protocol::{Finish, Generate, Order, Prompt, Sampling, Word};
use bytes::Bytes;
use futures::stream::unfold;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::VecDeque, convert::Infallible, pin::pin, sync::Arc};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub use ballast_inference::wire::ANSWER_EVENT;

/// What is wanted of the engine.
pub struct Wish {
    /// What to go on from.
    pub prompt: Prompt,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Tokens at most.
    pub max_tokens: Option<u32>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
}

/// An answer under way. Dropped, as when the client goes away, it is cancelled.
pub struct Generation {
    app: Arc<App>,
    asked: Asked,
    shape: Shape,
    job: Job,
    usage: Usage,
    begun: bool,
    seed: u64,
    evidence: Evidence,
    payment: Payment,
    /// Cancelled when nobody reads any more.
    left: CancellationToken,
}

/// What a generation came to.
enum Step {
    Text(String),
    End(Finish),
}

impl Generation {
    /// Gives the order, and waits until its prompt is accepted.
    pub async fn begin(
        app: Arc<App>,
        asked: Asked,
        shape: Shape,
        wish: Wish,
        payment: Payment,
    ) -> Result<Self, ApiError> {
        let Wish {
            prompt,
            sampling,
            max_tokens,
            stop,
        } = wish;
        let seed = sampling.seed;
        let max_tokens = payment.most_out(max_tokens);
        let max_input_tokens = payment.most_in();
        if max_tokens == Some(0) {
            return Err(ApiError::unpaid_text());
        }
        let mut job = app.engine.order(|id| {
            Order::Generate(Box::new(Generate {
                id,
                prompt,
                sampling,
                max_input_tokens,
                max_tokens,
                stop,
            }))
        })?;
        match app.word(&mut job, asked.arrived).await? {
            Word::Started { input_tokens, .. } => {
                payment.check_in(input_tokens, shape.kind.prompt())?;
                let usage = Usage {
                    tokens_in: input_tokens,
                    tokens_out: 0,
                };
                Ok(Self {
                    app,
                    asked,
                    shape,
                    job,
                    usage,
                    begun: false,
                    seed,
                    evidence: Evidence::default(),
                    payment,
                    left: CancellationToken::new(),
                })
            }
            Word::Refused { refusal, .. } => Err(ApiError::refused(&refusal, shape.kind.prompt())),
            _ => Err(ApiError::no_engine(1)),
        }
    }

    /// The next word. A paid answer that nobody reads any more, or that takes too long, ends here.
    async fn word(&mut self) -> Result<Word, ApiError> {
        let (app, arrived) = (&self.app, self.asked.arrived);
        let word = tokio::select! {
            biased;
            () = self.left.cancelled() => None,
            word = app.word(&mut self.job, arrived) => Some(word),
        };
        match word {
            None => {
                match self.job.cut(CUT_TIMEOUT).await {
                    // Nothing was written, so there is nothing to pay for or to have again.
                    Some(Word::Finished {
                        output_tokens: 0, ..
                    }) => Err(ApiError::unread()),
                    Some(word) => Ok(word),
                    None => Err(ApiError::no_engine(RETRY_AFTER_S)),
                }
            }
            // What was written so far was paid for, and is an answer.
            Some(Err(error))
                if error.is_timeout() && self.payment.is_paid() && self.usage.tokens_out > 0 =>
            {
                self.job.cut(CUT_TIMEOUT).await.ok_or(error)
            }
            Some(word) => word,
        }
    }

    async fn step(&mut self) -> Result<Step, ApiError> {
        let word = self.word().await?;
        if !self.begun {
            self.begun = true;
            self.app.metrics.first.add(self.asked.arrived.elapsed());
        }
        match word {
            Word::Delta {
                text,
                output_tokens,
                ..
            } => {
                self.usage.tokens_out = output_tokens;
                Ok(Step::Text(text))
            }
            Word::Finished {
                finish,
                output_tokens,
                trace,
                ..
            } => {
                self.usage.tokens_out = output_tokens;
                let evidence = Evidence::of(&trace);
                self.evidence = evidence.unwrap_or_default();
                // Cut, it is as long as it could be.
                let finish = match finish {
                    Finish::Cancelled => Finish::Length,
                    other => other,
                };
                Ok(Step::End(finish))
            }
            Word::Refused { refusal, .. } => {
                Err(ApiError::refused(&refusal, self.shape.kind.prompt()))
            }
            _ => Err(ApiError::no_engine(1)),
        }
    }

    fn asked_for(&self) -> transcript::Asked {
        match self.shape.kind {
            Kind::Chat => transcript::Asked::Chat,
            Kind::Completion => transcript::Asked::Completion,
        }
    }

    /// Signs the answer and makes it a claim: its signature as JSON, and all bytes that are sent.
    async fn conclude(
        &mut self,
        content_type: &str,
        response: Vec<u8>,
        body: impl FnOnce(&str) -> Vec<u8>,
    ) -> Result<Concluded, ApiError> {
        let Usage {
            tokens_in,
            tokens_out,
        } = self.usage;
        let exchange = Exchange {
            request_sha256: self.asked.sha256,
            response_sha256: Sha256::digest(&response).into(),
            tokens_in,
            tokens_out,
        };
        let evidence = std::mem::take(&mut self.evidence);
        let answered = Answered {
            seed: self.seed,
            activation_root: evidence.root(),
            evidence,
            ..Answered::new(self.asked_for(), &self.asked, response)
        };
        let payment = std::mem::replace(&mut self.payment, Payment::Free);
        let id = &self.shape.id;
        let concluded = payment
            .conclude(&self.app, id, content_type, exchange, answered, body)
            .await?;
        self.app
            .metrics
            .complete(tokens_in, tokens_out, self.asked.arrived.elapsed());
        Ok(concluded)
    }

    /// The answer in one piece.
    pub async fn whole(mut self) -> Result<Response, ApiError> {
        let mut text = String::new();
        let finish = loop {
            match self.step().await? {
                Step::Text(more) => text.push_str(&more),
                Step::End(finish) => break finish,
            }
        };
        let body = self
            .shape
            .whole(&text, finish, self.usage)
            .to_string()
            .into_bytes();
        let concluded = self.conclude(JSON, body.clone(), |_| body).await?;
        Ok(concluded.whole(&self.shape.id))
    }

    /// The answer as a stream.
    pub fn stream(self, with_usage: bool) -> Response {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(EVENTS)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (REQUEST_ID, header_value(&self.shape.id)),
        ];
        let is_paid = self.payment.is_paid();
        let mut events = Events {
            generation: self,
            with_usage,
            ready: VecDeque::new(),
            sent: Vec::new(),
            over: false,
        };
        if let Some(first) = events.generation.shape.first() {
            events.push(&first);
        }
        let body = match is_paid {
            false => Body::from_stream(unfold(events, |mut events| async move {
                let event = events.next().await?;
                Some((Ok::<_, Infallible>(event), events))
            })),
            true => to_an_end(events),
        };
        (headers, body).into_response()
    }
}

/// Writes a stream to an end that is signed, also when it is not read any more: then it ends where it is. What waits to be read
/// is no more than what is kept anyway.
fn to_an_end(mut events: Events) -> Body {
    let (sender, receiver) = mpsc::unbounded_channel();
    let left = events.generation.left.clone();
    tokio::spawn(async move {
        loop {
            let event = {
                let mut next = pin!(events.next());
                tokio::select! {
                    event = &mut next => event,
                    () = sender.closed(), if !left.is_cancelled() => {
                        left.cancel();
                        next.await
                    }
                }
            };
            match event {
                Some(event) => drop(sender.send(event)),
                None => return,
            }
        }
    });
    Body::from_stream(unfold(receiver, |mut receiver| async move {
        let event = receiver.recv().await?;
        Some((Ok::<_, Infallible>(event), receiver))
    }))
}

/// The events of a stream.
struct Events {
    generation: Generation,
    with_usage: bool,
    ready: VecDeque<Bytes>,
    /// All bytes so far.
    sent: Vec<u8>,
    over: bool,
}

impl Events {
    async fn next(&mut self) -> Option<Bytes> {
        while self.ready.is_empty() && !self.over {
            let ended = match self.generation.step().await {
                Ok(Step::Text(text)) => {
                    self.push(&self.generation.shape.more(&text));
                    continue;
                }
                Ok(Step::End(finish)) => self.end(finish).await,
                Err(error) => Err(error),
            };
            if let Err(error) = ended {
                self.ready.clear();
                self.push(&error.json());
            }
            self.over = true;
        }
        self.ready.pop_front()
    }

    async fn end(&mut self, finish: Finish) -> Result<(), ApiError> {
        self.push(&self.generation.shape.last(finish));
        if self.with_usage {
            self.push(&self.generation.shape.counts(self.generation.usage));
        }
        self.push_bytes("data: [DONE]\n\n".into());
        let sent = std::mem::take(&mut self.sent);
        let all = sent.clone();
        let event = |signed: &str| format!("event: {ANSWER_EVENT}\ndata: {signed}\n\n");
        let all = |signed: &str| [all, event(signed).into_bytes()].concat();
        let concluded = self.generation.conclude(EVENTS, sent, all).await?;
        self.ready.push_back(event(&concluded.signed).into());
        Ok(())
    }

    fn push(&mut self, object: &Value) {
        self.push_bytes(format!("data: {object}\n\n").into());
    }

    fn push_bytes(&mut self, event: Bytes) {
        self.sent.extend_from_slice(&event);
        self.ready.push_back(event);
    }
}
