//! The way from a request to its payment and back: a voucher before anything is computed, a claim before the answer ends.
//!
//! Who serves for free has no till, and signs with channel and number 0.

use super::{
    app::{header_value, App, Asked, ANSWER, REQUEST_ID},
    checks::{Answered, Checks},
    error::ApiError,
    limits::RETRY_AFTER_S,
};
use crate::pay::{Accepted, Demand, Ticket};
use axum::{
    http::{header, HeaderName},
    response::{IntoResponse, Response},
};
use ballast_core::{answer::Exchange, claim::TokenLimits, ChannelId};
use ballast_engine_protocol::Refusal;
use ballast_inference::{
    response::{PaymentResponse, RESPONSE_HEADER},
    wire,
};
use serde_json::json;
use std::future::Future;

/// JSON.
pub const JSON: &str = "application/json";
/// Server-sent events.
pub const EVENTS: &str = "text/event-stream";

/// What an answer was charged, as x402 tells it.
pub const RESPONSE: HeaderName = HeaderName::from_static(RESPONSE_HEADER);

/// What pays for an answer.
pub enum Payment {
    /// Nothing.
    Free,
    /// A voucher.
    Paid(Box<Ticket>),
}

/// Whether a request is answered now.
pub enum Paid {
    /// It is.
    Now(Payment),
    /// It was answered already, by this.
    Again(Response),
}

impl App {
    /// Takes a request's voucher. `wanted_out` is how many tokens the answer may have.
    pub async fn pay(&self, asked: &Asked, wanted_out: Option<u32>) -> Result<Paid, ApiError> {
        let Some(till) = &self.till else {
            return Ok(Paid::Now(Payment::Free));
        };
        let demand = Demand {
            path: &asked.path,
            payment: asked.payment.as_deref(),
            body: &asked.body,
            sha256: asked.sha256,
            wanted_out,
            is_sealed: asked.is_sealed,
            numbers: self.engine.about().numbers,
            has_room: self.checks.as_ref().is_some_and(Checks::has_room),
        };
        match till.accept(&demand).await.map_err(ApiError::unpaid)? {
            Accepted::Now(ticket) => Ok(Paid::Now(Payment::Paid(Box::new(ticket)))),
            Accepted::Again {
                kept,
                response: charged,
            } => {
                let answer = [(header::CONTENT_TYPE, header_value(&kept.content_type))];
                let mut response = (answer, kept.body).into_response();
                let headers = response.headers_mut();
                headers.insert(REQUEST_ID, header_value(&kept.id));
                // Of a stream the signature is its last event.
                if kept.content_type == JSON {
                    headers.insert(ANSWER, header_value(&kept.signed));
                    if let Some(charged) = charged {
                        headers.insert(RESPONSE, header_value(&wire::to_header(&charged)));
                    }
                }
                Ok(Paid::Again(response))
            }
        }
    }
}

impl Payment {
    /// Whether it is paid for.
    pub fn is_paid(&self) -> bool {
        matches!(self, Self::Paid(_))
    }

    /// Tokens that may be read for the answer.
    pub fn most_in(&self) -> Option<u32> {
        self.limits().map(|limits| limits.tokens_in)
    }

    fn limits(&self) -> Option<TokenLimits> {
        match self {
            Self::Free => None,
            Self::Paid(ticket) => Some(ticket.limits),
        }
    }

    /// Tokens that the answer may have: what is wanted, and what is paid for.
    pub fn most_out(&self, wanted: Option<u32>) -> Option<u32> {
        match self.limits() {
            None => wanted,
            Some(limits) => {
                Some(wanted.map_or(limits.tokens_out, |wanted| wanted.min(limits.tokens_out)))
            }
        }
    }

    /// Refuses a request that reads more than is paid for.
    pub fn check_in(&self, tokens: u32, param: &str) -> Result<(), ApiError> {
        let checked = Refusal::check_input(tokens.into(), self.most_in());
        checked.map_err(|refusal| ApiError::refused(&refusal, param))
    }

    /// Signs an answer. When it is paid, its transcript and its claim are on disk by then.
    pub async fn conclude(
        self,
        app: &App,
        id: &str,
        content_type: &str,
        exchange: Exchange,
        answered: Answered,
        body: impl FnOnce(&str) -> Vec<u8>,
    ) -> Result<Concluded, ApiError> {
        let mut ticket = match self {
            Self::Free => {
                let signed = json!(app.answers.sign(id, exchange)).to_string();
                let body = body(&signed);
                return Ok(Concluded {
                    signed,
                    body,
                    charged: None,
                });
            }
            Self::Paid(ticket) => ticket,
        };
        let object = ticket.sign(exchange.clone());
        let activation_root = answered.activation_root;
        let id_of_claim = (ChannelId(object.channel), object.number);
        if ticket.is_charged(&exchange) && !app.keep(answered, id_of_claim, exchange).await {
            // Whoever checks it would find nothing: it is not claimed, and not answered.
            return Err(ApiError::not_kept(RETRY_AFTER_S));
        }
        let signed = json!(object).to_string();
        let body = body(&signed);
        let kept = crate::pay::kept::Kept {
            content_type: content_type.into(),
            id: id.into(),
            signed: signed.clone(),
            body: body.clone(),
        };
        let charged = ticket.settle(kept, activation_root).await;
        let charged = charged.map_err(ApiError::unpaid)?;
        app.answers.keep(id, object);
        Ok(Concluded {
            signed,
            body,
            charged: Some(Box::new(charged)),
        })
    }
}

/// An answer that may go out.
pub struct Concluded {
    /// Its signature, as JSON.
    pub signed: String,
    /// Its bytes as they are sent.
    pub body: Vec<u8>,
    /// What it was charged, if it is paid.
    pub charged: Option<Box<PaymentResponse>>,
}

impl Concluded {
    /// The answer in one piece.
    pub fn whole(self, id: &str) -> Response {
        let headers = [
            (header::CONTENT_TYPE, header_value(JSON)),
            (REQUEST_ID, header_value(id)),
            (ANSWER, header_value(&self.signed)),
        ];
        let mut response = (headers, self.body).into_response();
        if let Some(charged) = self.charged {
            let charged = header_value(&wire::to_header(&charged));
            response.headers_mut().insert(RESPONSE, charged);
        }
        response
    }
}

/// Does work that is paid for to its end, whoever waits for it.
pub async fn in_full<T: Send + 'static>(
    is_paid: bool,
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    match is_paid {
        false => work.await,
        true => tokio::spawn(work)
            .await
            .unwrap_or_else(|_| Err(ApiError::no_engine(1))),
    }
}
