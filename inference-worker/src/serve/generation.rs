//! An answer in text under way: whole, or as a stream of server-sent events.
//!
//! A stream ends with `data: [DONE]`, as with OpenAI's API, and after it the event `ballast.answer` with the signature
//! over all bytes before. Clients that know nothing of it stop at `[DONE]`. A stream that breaks off has neither.

use super::{
    app::{header_value, App, Asked, ANSWER, REQUEST_ID},
    checks::Answered,
    engine::Job,
    error::ApiError,
    shape::{Kind, Shape, Usage},
};
use crate::transcript::{self, Evidence};
use axum::{
    body::Body,
    http::{header, HeaderValue},
    response::{IntoResponse, Response},
};
use ballast_core::{answer::Exchange, ChannelId};
use ballast_engine_protocol::{Finish, Generate, Order, Prompt, Sampling, Word};
use bytes::Bytes;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{collections::VecDeque, convert::Infallible, sync::Arc};

/// Name of the event with the signature.
pub const ANSWER_EVENT: &str = "ballast.answer";

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
    ) -> Result<Self, ApiError> {
        let Wish {
            prompt,
            sampling,
            max_tokens,
            stop,
        } = wish;
        let seed = sampling.seed;
        let mut job = app.engine.order(|id| {
            Order::Generate(Box::new(Generate {
                id,
                prompt,
                sampling,
                max_tokens,
                stop,
            }))
        })?;
        match app.word(&mut job, asked.arrived).await? {
            Word::Started { input_tokens, .. } => {
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
                })
            }
            Word::Refused { refusal, .. } => Err(ApiError::refused(&refusal, shape.kind.prompt())),
            _ => Err(ApiError::no_engine(1)),
        }
    }

    async fn step(&mut self) -> Result<Step, ApiError> {
        let word = self.app.word(&mut self.job, self.asked.arrived).await?;
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
                let evidence = trace.as_deref().and_then(Evidence::of);
                self.evidence = evidence.unwrap_or_default();
                Ok(Step::End(finish))
            }
            Word::Refused { refusal, .. } => {
                Err(ApiError::refused(&refusal, self.shape.kind.prompt()))
            }
            _ => Err(ApiError::no_engine(1)),
        }
    }

    /// The signature over the answer, as JSON. What is paid for is kept first, so that it can be checked.
    async fn sign(&mut self, response: Vec<u8>) -> String {
        let response_sha256 = Sha256::digest(&response).into();
        let Usage {
            tokens_in,
            tokens_out,
        } = self.usage;
        let request_sha256 = self.asked.sha256;
        let exchange = Exchange {
            request_sha256,
            response_sha256,
            tokens_in,
            tokens_out,
        };
        self.app
            .metrics
            .complete(tokens_in, tokens_out, self.asked.arrived.elapsed());
        let signed = self.app.answers.sign(&self.shape.id, exchange.clone());
        if signed.number > 0 {
            let asked = match self.shape.kind {
                Kind::Chat => transcript::Asked::Chat,
                Kind::Completion => transcript::Asked::Completion,
            };
            let evidence = std::mem::take(&mut self.evidence);
            let answered = Answered {
                seed: self.seed,
                activation_root: evidence.root(),
                evidence,
                ..Answered::new(asked, &self.asked, response)
            };
            let payment = (ChannelId(signed.channel), signed.number);
            self.app.keep(answered, payment, exchange).await;
        }
        json!(signed).to_string()
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
        let signed = self.sign(body.clone()).await;
        let headers = [
            (header::CONTENT_TYPE, header_value("application/json")),
            (REQUEST_ID, header_value(&self.shape.id)),
            (ANSWER, header_value(&signed)),
        ];
        Ok((headers, body).into_response())
    }

    /// The answer as a stream.
    pub fn stream(self, with_usage: bool) -> Response {
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/event-stream"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
            (REQUEST_ID, header_value(&self.shape.id)),
        ];
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
        let stream = futures::stream::unfold(events, |mut events| async move {
            let event = events.next().await?;
            Some((Ok::<_, Infallible>(event), events))
        });
        (headers, Body::from_stream(stream)).into_response()
    }
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
            match self.generation.step().await {
                Ok(Step::Text(text)) => self.push(&self.generation.shape.more(&text)),
                Ok(Step::End(finish)) => self.end(finish).await,
                Err(error) => {
                    self.push(&error.json());
                    self.over = true;
                }
            }
        }
        self.ready.pop_front()
    }

    async fn end(&mut self, finish: Finish) {
        self.push(&self.generation.shape.last(finish));
        if self.with_usage {
            self.push(&self.generation.shape.counts(self.generation.usage));
        }
        self.push_bytes("data: [DONE]\n\n".into());
        let sent = std::mem::take(&mut self.sent);
        let signed = self.generation.sign(sent).await;
        self.ready
            .push_back(format!("event: {ANSWER_EVENT}\ndata: {signed}\n\n").into());
        self.over = true;
    }

    fn push(&mut self, object: &Value) {
        self.push_bytes(format!("data: {object}\n\n").into());
    }

    fn push_bytes(&mut self, event: Bytes) {
        self.sent.extend_from_slice(&event);
        self.ready.push_back(event);
    }
}
