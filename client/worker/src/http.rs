//! What every request has in common: bounds in time and size, no way around the endpoint policy, errors told apart.

use crate::{
    answer::Answer,
    endpoint::EndpointError,
    frame::Parts,
    messages::{ErrorBody, ErrorCode, ErrorDetail},
    secure, WorkerClient, WorkerError, MAX_JSON_LEN,
};
use bytes::Bytes;
use hyper::{header::HeaderName, Method, StatusCode};
use serde::de::DeserializeOwned;
use std::{error::Error, future::Future, time::Duration};
use tokio::time::Instant;

/// Idle connections kept to one worker.
pub(crate) const MAX_IDLE_CONNECTIONS: usize = 8;
/// How long an idle connection is kept; shorter than servers usually do.
pub(crate) const IDLE_CONNECTION_AGE: Duration = Duration::from_secs(30);
/// How clients call themselves.
pub(crate) const USER_AGENT: &str = concat!("ballast/", env!("CARGO_PKG_VERSION"));
/// What is said where nobody answers in time.
pub(crate) const CONNECT_TIMEOUT: &str = "connecting took too long";
/// Longest error body that is read.
const MAX_ERROR_LEN: usize = 64 << 10;
/// Longest message of a worker that is passed on.
const MAX_MESSAGE_LEN: usize = 500;

/// Bounds in time. Every request ends within one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To connect, TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For a request with a small answer.
    pub small: Duration,
    /// For up to a column block in either direction: 1 MiB in 60 s is 17 KB/s.
    pub transfer: Duration,
    /// For a receipt, before which the worker makes a whole shard durable.
    pub receipt: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            idle: Duration::from_secs(15),
            small: Duration::from_secs(10),
            transfer: Duration::from_secs(60),
            receipt: Duration::from_secs(180),
        }
    }
}

/// An answer that has begun: its head is here, and its body stays with the worker until it is read.
pub(crate) struct Begun {
    /// What was asked for, in words.
    pub name: &'static str,
    waits: Waits,
    response: Response,
}

/// With TLS or without.
enum Response {
    Secure(reqwest::Response),
    Plain(Answer),
}

/// A request that is ready to be sent.
pub(crate) struct Request {
    /// What it asks for, in words.
    pub name: &'static str,
    /// For the whole of it.
    pub timeout: Duration,
    /// Until the answer begins.
    pub answer: Duration,
    pub method: Method,
    /// Below the endpoint's.
    pub path: String,
    /// Besides those that all requests have.
    pub header: Option<(HeaderName, String)>,
    pub body: Parts,
}

/// How long the body of an answer may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waits {
    /// Between two pieces.
    pub idle: Duration,
    /// For the whole request.
    pub whole: Duration,
    /// When that is over.
    pub until: Instant,
}

/// Why an answer was not read to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    Endpoint(EndpointError),
    Unreachable(String),
    Stalled(Duration),
    TooLarge,
}

impl WorkerClient {
    pub(crate) fn get(&self, name: &'static str, path: &str, timeout: Duration) -> Request {
        self.request(name, Method::GET, path, timeout)
    }

    pub(crate) fn put(&self, name: &'static str, path: &str, body: impl Into<Parts>) -> Request {
        let mut request = self.request(name, Method::PUT, path, self.timeouts.transfer);
        request.body = body.into();
        request
    }

    /// Only a read must be answered within the idle time: a worker that stores something may be at work meanwhile.
    pub(crate) fn request(
        &self,
        name: &'static str,
        method: Method,
        path: &str,
        timeout: Duration,
    ) -> Request {
        let answer = if method == Method::GET {
            self.timeouts.idle.min(timeout)
        } else {
            timeout
        };
        Request {
            name,
            timeout,
            answer,
            method,
            path: path.into(),
            header: None,
            body: Parts::default(),
        }
    }

    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<T, WorkerError> {
        let name = request.name;
        let body = self.body(request, MAX_JSON_LEN).await?;
        serde_json::from_slice(&body).map_err(|error| self.malformed(name, error.to_string()))
    }

    pub(crate) async fn body(&self, request: Request, bound: usize) -> Result<Bytes, WorkerError> {
        self.answer(request, bound).await.map(|(_, body)| body)
    }

    pub(crate) async fn answer(
        &self,
        request: Request,
        bound: usize,
    ) -> Result<(StatusCode, Bytes), WorkerError> {
        let begun = self.begin(request, bound).await?;
        let status = begun.response.status();
        Ok((status, self.rest(begun, bound).await?))
    }

    /// Waits for the head of an answer, which is no refusal.
    pub(crate) async fn begin(&self, request: Request, bound: usize) -> Result<Begun, WorkerError> {
        let (name, answer) = (request.name, request.answer);
        let waits = Waits {
            idle: self.timeouts.idle,
            whole: request.timeout,
            until: Instant::now() + request.timeout,
        };
        let response = match within(answer, self.send(request)).await {
            Ok(response) => response,
            Err(stop) => return Err(self.stopped(name, bound, stop)),
        };
        match response.status() {
            status if status.is_success() => Ok(Begun {
                name,
                waits,
                response,
            }),
            status => Err(self.refusal(name, status, response, waits).await),
        }
    }

    async fn send(&self, request: Request) -> Result<Response, Stop> {
        match &self.plain {
            Some(plain) => plain.send(request).await.map(Response::Plain),
            None => self.send_secure(request).await.map(Response::Secure),
        }
    }

    /// Reads the body of an answer.
    pub(crate) async fn rest(&self, begun: Begun, bound: usize) -> Result<Bytes, WorkerError> {
        let Begun {
            name,
            waits,
            response,
        } = begun;
        let body = response.read(bound, waits).await;
        body.map_err(|stop| self.stopped(name, bound, stop))
    }

    pub(crate) fn stopped(&self, request: &'static str, bound: usize, stop: Stop) -> WorkerError {
        let endpoint = self.endpoint().into();
        match stop {
            Stop::Endpoint(refused) => WorkerError::Endpoint(refused),
            Stop::Unreachable(reason) => WorkerError::Unreachable { endpoint, reason },
            Stop::Stalled(after) => WorkerError::Timeout {
                endpoint,
                request,
                after,
            },
            Stop::TooLarge => WorkerError::TooLarge {
                endpoint,
                request,
                bound,
            },
        }
    }

    /// An error of an unknown form still has its status; a redirect is one of these, for none is followed.
    async fn refusal(
        &self,
        request: &'static str,
        status: StatusCode,
        response: Response,
        waits: Waits,
    ) -> WorkerError {
        let body = response.read(MAX_ERROR_LEN, waits).await;
        let body = body.unwrap_or_default();
        let detail = serde_json::from_slice::<ErrorBody>(&body).map_or_else(
            |_| ErrorDetail {
                code: ErrorCode::Other(format!("status-{}", status.as_u16())),
                message: format!("it answered {status}"),
                missing: Vec::new(),
            },
            |body| body.error,
        );
        WorkerError::Refused {
            endpoint: self.endpoint().into(),
            request,
            code: detail.code,
            message: printable(&detail.message),
            missing: detail.missing,
        }
    }

    pub(crate) fn malformed(&self, request: &'static str, reason: String) -> WorkerError {
        WorkerError::Malformed {
            endpoint: self.endpoint().into(),
            request,
            reason,
        }
    }
}

impl Response {
    fn status(&self) -> StatusCode {
        match self {
            Self::Secure(response) => response.status(),
            Self::Plain(answer) => answer.status(),
        }
    }

    /// The whole body; stops as soon as it exceeds the bound, however long it claims to be.
    async fn read(self, bound: usize, waits: Waits) -> Result<Bytes, Stop> {
        match self {
            Self::Secure(response) => secure::read(response, bound, waits).await,
            Self::Plain(answer) => answer.read(bound, waits).await,
        }
    }
}

impl Waits {
    /// Waits for a piece.
    pub(crate) async fn piece<T>(&self, step: impl Future<Output = T>) -> Result<T, Stop> {
        let idle = Instant::now() + self.idle;
        match tokio::time::timeout_at(idle.min(self.until), step).await {
            Ok(piece) => Ok(piece),
            Err(_) if self.until < idle => Err(Stop::Stalled(self.whole)),
            Err(_) => Err(Stop::Stalled(self.idle)),
        }
    }
}

async fn within<T>(
    bound: Duration,
    step: impl Future<Output = Result<T, Stop>>,
) -> Result<T, Stop> {
    let done = tokio::time::timeout(bound, step).await;
    done.unwrap_or(Err(Stop::Stalled(bound)))
}

/// The innermost words say most; the outer ones repeat the URL.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        reason = error.to_string();
        cause = error.source();
    }
    reason
}

fn printable(message: &str) -> String {
    message
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_MESSAGE_LEN)
        .collect()
}
