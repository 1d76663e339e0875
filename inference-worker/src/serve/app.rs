//! What requests share, and what is done with every request.

use super::{
    answers::Answers,
    checks::Checks,
    engine::{Engine, Job},
    error::ApiError,
    limits::{BODY_LEN_MAX, BODY_TIMEOUT},
    metrics::{Metrics, Route},
    model::Served,
    places::{Place, Places},
    report::Reporter,
    sealed::{self, Opened},
};
use crate::pay::Till;
use axum::{
    extract::{Request, State},
    http::{header, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use ballast_engine_protocol::Word;
use ballast_http_server::Peer;
use ballast_inference::{
    seal::{sealed_len_max, SealingPair},
    wire::PAYMENT_HEADER,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;

/// Id of an answer, under which its signature is kept.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The signed answer, as JSON.
pub const ANSWER: HeaderName = HeaderName::from_static("x-ballast-answer");

/// What requests share.
pub struct App {
    /// Runs the model.
    pub engine: Arc<Engine>,
    /// Which model it is.
    pub model: Served,
    /// Signs.
    pub answers: Answers,
    /// The chain.
    pub genesis_hash: [u8; 32],
    /// What requests are sealed to.
    pub sealing: SealingPair,
    /// What it has for checks, if it has an account.
    pub checks: Option<Checks>,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// Places for requests.
    pub places: Arc<Places>,
    /// How long an answer may take.
    pub timeout: Duration,
    /// When the worker began, in seconds since 1970.
    pub started: u64,
    /// Takes vouchers; without it answers are free.
    pub till: Option<Till>,
    /// Makes evidence for whoever asks.
    pub reporter: Option<Reporter>,
}

/// A request for work, once it has arrived and has a place.
pub struct Asked {
    /// Its body.
    pub body: Bytes,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// When it arrived.
    pub arrived: Instant,
    /// Where.
    pub path: String,
    /// The voucher that came with it.
    pub payment: Option<String>,
    /// Whether it came sealed.
    pub is_sealed: bool,
    /// Held until the answer is complete.
    pub _place: Place,
}

impl App {
    /// Takes a request's place and body.
    pub async fn take(&self, request: Request) -> Result<Asked, ApiError> {
        let arrived = Instant::now();
        let peer = request.extensions().get::<Peer>().copied();
        let peer = peer.map(|peer| peer.behind_proxy(request.headers()));
        let peer = peer.unwrap_or_else(|| Peer::of(std::net::Ipv4Addr::LOCALHOST.into()));
        let place =
            Places::take(&self.places, peer).inspect_err(|_| self.metrics.overloads.increment())?;
        let path = request.uri().path().to_string();
        let payment = request.headers().get(PAYMENT_HEADER);
        // What is no text is no voucher either, and is told so.
        let payment = payment.map(|value| value.to_str().unwrap_or_default().to_string());
        let is_sealed = sealed::is_sealed(request.headers());
        let opened = request.extensions().get::<Opened>().cloned();
        let len_max = match is_sealed {
            true => sealed_len_max(BODY_LEN_MAX),
            false => BODY_LEN_MAX,
        };
        let body = axum::body::to_bytes(request.into_body(), len_max);
        let mut body = match tokio::time::timeout(BODY_TIMEOUT, body).await {
            Err(_) => return Err(ApiError::slow_body()),
            Ok(Err(_)) => return Err(ApiError::too_large(BODY_LEN_MAX)),
            Ok(Ok(body)) => body,
        };
        if let Some(opened) = opened.filter(|_| is_sealed) {
            body = self.unseal(&path, payment.as_deref(), &body, &opened)?;
        }
        let sha256 = Sha256::digest(&body).into();
        Ok(Asked {
            body,
            sha256,
            arrived,
            path,
            payment,
            is_sealed,
            _place: place,
        })
    }

    /// The next word of a job, within the time that its answer may take.
    pub async fn word(&self, job: &mut Job, arrived: Instant) -> Result<Word, ApiError> {
        match tokio::time::timeout_at(arrived + self.timeout, job.word()).await {
            Ok(word) => word,
            Err(_) => {
                self.metrics.timeouts.increment();
                job.timed_out(self.timeout);
                Err(ApiError::timeout(self.timeout.as_secs()))
            }
        }
    }

    /// Refuses requests for another model.
    pub fn check_model(&self, asked: &str) -> Result<(), ApiError> {
        match self.model.is(asked) {
            true => Ok(()),
            false => Err(ApiError::no_model(asked, self.model.name())),
        }
    }
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// An id that nobody guesses.
pub fn new_id(prefix: &str) -> String {
    format!(
        "{prefix}{}",
        hex::encode(rand::random::<u128>().to_be_bytes())
    )
}

/// A header's value out of printable ASCII, which ids and JSON of hex digits are.
pub fn header_value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// Counts the response. Neither prompt nor answer is told to the log.
pub async fn observe(
    State((app, route)): State<(Arc<App>, Route)>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    app.metrics.answered(route, status);
    tracing::debug!(?route, status, "answered");
    let nosniff = HeaderValue::from_static("nosniff");
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    response
}
