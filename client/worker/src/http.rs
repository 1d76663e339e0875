//! What every request has in common: bounds in time and size, no way around the endpoint policy, errors told apart.

use crate::{
    buffer::Buffer,
    endpoint::{EndpointError, EndpointPolicy, PolicyResolver},
    messages::{ErrorBody, ErrorCode, ErrorDetail},
    WorkerClient, WorkerError, MAX_JSON_LEN,
};
use bytes::Bytes;
use reqwest::{Body, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use std::{error::Error as _, future::Future, sync::Arc, time::Duration};

/// Idle connections kept to one worker.
const MAX_IDLE_CONNECTIONS: usize = 8;
/// How long an idle connection is kept; shorter than servers usually do.
const IDLE_CONNECTION_AGE: Duration = Duration::from_secs(30);
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
    timeout: Duration,
    response: Response,
}

/// A request that is ready to be sent.
pub(crate) struct Request {
    /// What it asks for, in words.
    pub name: &'static str,
    /// For the whole of it.
    pub timeout: Duration,
    /// Until the answer begins.
    pub answer: Duration,
    pub http: RequestBuilder,
}

impl WorkerClient {
    pub(crate) fn get(&self, name: &'static str, path: &str, timeout: Duration) -> Request {
        self.request(name, Method::GET, path, timeout)
    }

    pub(crate) fn put(&self, name: &'static str, path: &str, body: impl Into<Body>) -> Request {
        let mut request = self.request(name, Method::PUT, path, self.timeouts.transfer);
        request.http = request.http.body(body);
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
        let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        let answer = if method == Method::GET {
            self.timeouts.idle.min(timeout)
        } else {
            timeout
        };
        Request {
            name,
            timeout,
            answer,
            http: self.http.request(method, url).timeout(timeout),
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
        let Request {
            name,
            timeout,
            answer,
            http,
        } = request;
        let mut response = match within(answer, http.send()).await {
            Ok(response) => response,
            Err(stop) => return Err(self.stopped(name, timeout, bound, stop)),
        };
        match response.status() {
            status if status.is_success() => Ok(Begun {
                name,
                timeout,
                response,
            }),
            status => Err(self.refusal(name, status, &mut response).await),
        }
    }

    /// Reads the body of an answer.
    pub(crate) async fn rest(&self, begun: Begun, bound: usize) -> Result<Bytes, WorkerError> {
        let Begun {
            name,
            timeout,
            mut response,
        } = begun;
        let body = read(&mut response, bound, self.timeouts.idle).await;
        body.map_err(|stop| self.stopped(name, timeout, bound, stop))
    }

    fn stopped(
        &self,
        request: &'static str,
        timeout: Duration,
        bound: usize,
        stop: Stop,
    ) -> WorkerError {
        let endpoint = self.endpoint().into();
        match stop {
            Stop::Transport(error) => self.transport(request, timeout, &error),
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
        response: &mut Response,
    ) -> WorkerError {
        let body = read(response, MAX_ERROR_LEN, self.timeouts.idle)
            .await
            .unwrap_or_default();
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

    pub(crate) fn transport(
        &self,
        request: &'static str,
        after: Duration,
        error: &reqwest::Error,
    ) -> WorkerError {
        if let Some(refused) = find_cause::<EndpointError>(error) {
            return WorkerError::Endpoint(refused.clone());
        }
        let endpoint = self.endpoint().into();
        match error.is_timeout() {
            true if error.is_connect() => WorkerError::Unreachable {
                endpoint,
                reason: "connecting took too long".into(),
            },
            true => WorkerError::Timeout {
                endpoint,
                request,
                after,
            },
            false => WorkerError::Unreachable {
                endpoint,
                reason: innermost(error),
            },
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

/// Why an answer was not read to its end.
enum Stop {
    Transport(reqwest::Error),
    Stalled(Duration),
    TooLarge,
}

async fn within<T>(
    bound: Duration,
    step: impl Future<Output = Result<T, reqwest::Error>>,
) -> Result<T, Stop> {
    match tokio::time::timeout(bound, step).await {
        Ok(done) => done.map_err(Stop::Transport),
        Err(_) => Err(Stop::Stalled(bound)),
    }
}

/// The whole body; stops as soon as it exceeds the bound, however long it claims to be.
async fn read(response: &mut Response, bound: usize, idle: Duration) -> Result<Bytes, Stop> {
    if response
        .content_length()
        .is_some_and(|len| len > bound as u64)
    {
        return Err(Stop::TooLarge);
    }
    // Never more than the bound, whatever it claims.
    let len = response.content_length().unwrap_or_default();
    let mut body = Buffer::for_len(usize::try_from(len).unwrap_or_default());
    while let Some(piece) = within(idle, response.chunk()).await? {
        if body.len().saturating_add(piece.len()) > bound {
            return Err(Stop::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// The HTTP client under a [`Connector`](crate::Connector).
pub(crate) fn build(
    policy: EndpointPolicy,
    timeouts: Timeouts,
) -> Result<reqwest::Client, reqwest::Error> {
    // An error means that a provider is installed already, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    settings(policy, timeouts).build().or_else(|error| {
        tracing::warn!(
            error = innermost(&error),
            "no TLS roots on this machine: workers with https cannot be reached"
        );
        settings(policy, timeouts).tls_certs_only([]).build()
    })
}

/// A proxy or a redirect would lead past the endpoint policy.
fn settings(policy: EndpointPolicy, timeouts: Timeouts) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("ballast/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(PolicyResolver(policy)))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .referer(false)
        .connect_timeout(timeouts.connect)
        .pool_idle_timeout(IDLE_CONNECTION_AGE)
        .pool_max_idle_per_host(MAX_IDLE_CONNECTIONS)
        .tcp_nodelay(true)
}

fn find_cause<'a, E: std::error::Error + 'static>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a E> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// The innermost words say most; the outer ones repeat the URL.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
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
