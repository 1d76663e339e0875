//! Requests over TLS, by a ready-made client; those that an inference worker is paid for, without TLS too.
//!
//! Goals: no way around the endpoint policy. Non-goals: saving copies, which decryption makes anyway ([`crate::plain`]).

use crate::{
    buffer::Buffer,
    endpoint::{EndpointError, EndpointPolicy, PolicyResolver},
    http::{
        innermost, Request, Stop, Timeouts, Waits, CONNECT_TIMEOUT, IDLE_CONNECTION_AGE,
        MAX_IDLE_CONNECTIONS, USER_AGENT,
    },
    WorkerClient, WorkerError,
};
use bytes::Bytes;
use http_body::Body as _;
use reqwest::{Method, RequestBuilder, Response};
use std::{sync::Arc, time::Duration};

impl WorkerClient {
    /// A request of the ready-made client.
    pub(crate) fn secure(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        self.http.request(method, url)
    }

    pub(crate) async fn send_secure(&self, request: Request) -> Result<Response, Stop> {
        let http = self.secure(request.method, &request.path);
        let mut http = http.timeout(request.timeout);
        if let Some((name, value)) = request.header {
            http = http.header(name, value);
        }
        if !request.body.is_end_stream() {
            http = http.body(request.body);
        }
        let sent = http.send().await;
        sent.map_err(|error| stop(&error, request.timeout))
    }

    pub(crate) fn transport(
        &self,
        request: &'static str,
        after: Duration,
        error: &reqwest::Error,
    ) -> WorkerError {
        // The client knows no bound in size.
        self.stopped(request, usize::MAX, stop(error, after))
    }
}

/// The whole body. No more of it is taken than the bound, whatever it claims.
pub(crate) async fn read(
    mut response: Response,
    bound: usize,
    waits: Waits,
) -> Result<Bytes, Stop> {
    let claimed = response.content_length().unwrap_or_default();
    let mut body = match usize::try_from(claimed) {
        Ok(len) if len <= bound => Buffer::for_len(len),
        _ => return Err(Stop::TooLarge),
    };
    loop {
        let piece = waits.piece(response.chunk()).await?;
        let Some(piece) = piece.map_err(|error| stop(&error, waits.whole))? else {
            return Ok(body.freeze());
        };
        if body.len().saturating_add(piece.len()) > bound {
            return Err(Stop::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
}

fn stop(error: &reqwest::Error, after: Duration) -> Stop {
    if let Some(refused) = find_cause::<EndpointError>(error) {
        return Stop::Endpoint(refused.clone());
    }
    match error.is_timeout() {
        true if error.is_connect() => Stop::Unreachable(CONNECT_TIMEOUT.into()),
        true => Stop::Stalled(after),
        false => Stop::Unreachable(innermost(error)),
    }
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
        .user_agent(USER_AGENT)
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
