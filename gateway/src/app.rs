//! What requests share, and what is done with every request.

use crate::{
    content::Content,
    error::ApiError,
    health::Health,
    limits::TURN_WAIT,
    metrics::Metrics,
    rate::Rates,
    registry::{Registry, Snapshot},
    repo::{check_target, Repo},
    routes::Route,
    write::Writer,
};
use axum::{
    extract::{FromRequestParts, Path, Request, State},
    http::{header, request::Parts, HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ballast_http_server::Peer;
use serde::{
    de::{DeserializeOwned, Error as _},
    Deserialize, Deserializer,
};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What requests share.
pub struct App {
    /// Names and manifests.
    pub registry: Registry,
    /// Bytes.
    pub content: Arc<Content>,
    /// Warnings.
    pub health: Health,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Turns to stream.
    pub streams: Arc<Semaphore>,
    /// How often a client may ask.
    pub rates: Rates,
    /// What stands before paths in links, if it does not follow from the request.
    pub public_url: Option<String>,
    /// Takes uploads, if this gateway does.
    pub writer: Option<Arc<Writer>>,
}

/// Files from strangers are never pages of this origin.
const SAFETY: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    ),
];

/// Refuses what is malformed or too much, ends what takes too long, and counts the answer.
pub async fn observe(
    State((app, route)): State<(Arc<App>, Option<Route>)>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match admit(&app, &request) {
        Err(error) => error.into_response(),
        Ok(()) => match route.and_then(Route::timeout) {
            None => next.run(request).await,
            Some(timeout) => match tokio::time::timeout(timeout, next.run(request)).await {
                Ok(response) => response,
                Err(_) => too_slow().into_response(),
            },
        },
    };
    for (name, value) in SAFETY {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    let status = response.status();
    app.metrics.answered(route, status.as_u16());
    if status == StatusCode::TOO_MANY_REQUESTS {
        app.metrics.throttled.increment();
    }
    response
}

fn admit(app: &App, request: &Request) -> Result<(), ApiError> {
    check_target(request.uri())?;
    match request.extensions().get::<Peer>() {
        Some(peer) => app.rates.admit(peer.address()),
        None => Ok(()),
    }
}

fn too_slow() -> ApiError {
    ApiError::new(
        StatusCode::GATEWAY_TIMEOUT,
        "the chain or its workers did not answer in time; try again",
    )
}

impl App {
    /// A turn to stream bytes.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let turn = self.streams.clone().acquire_owned();
        match tokio::time::timeout(TURN_WAIT, turn).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(ApiError::busy(
                "as many downloads as there may be are under way; try again",
            )),
        }
    }

    /// The version that a path names.
    pub async fn snapshot(
        &self,
        namespace: &str,
        name: &str,
        revision: &str,
    ) -> Result<Arc<Snapshot>, ApiError> {
        let repo = Repo::parse(namespace, name)?;
        self.registry.snapshot(&repo, revision).await
    }

    /// The part that takes uploads.
    pub fn writer(&self) -> Result<&Arc<Writer>, ApiError> {
        self.writer.as_ref().ok_or_else(|| {
            let message = "this gateway takes no uploads; its operator can start it with --write";
            ApiError::new(StatusCode::FORBIDDEN, message)
        })
    }

    /// What stands before the path in links to this gateway.
    pub fn base_url(&self, headers: &HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.clone();
        }
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let is_host = |host: &&str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
            !host.is_empty() && host.bytes().all(allowed)
        };
        format!("http://{}", host.filter(is_host).unwrap_or("localhost"))
    }
}

/// Parameters of the path, refused in the gateway's own form.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(params)) => Ok(Self(params)),
            Err(rejection) => Err(ApiError::bad_request(rejection.body_text())),
        }
    }
}

/// A number in a query; without one the parameter is not there.
pub fn whole_number<'de, D: Deserializer<'de>>(text: D) -> Result<Option<usize>, D::Error> {
    let text = String::deserialize(text)?;
    let expected = || D::Error::custom(format!("expected a whole number, got {text:?}"));
    text.parse().map(Some).map_err(|_| expected())
}

/// Parameters of the query, refused in the gateway's own form. Unknown ones are ignored, as the clients expect.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match axum::extract::Query::<T>::from_request_parts(parts, app).await {
            Ok(axum::extract::Query(params)) => Ok(Self(params)),
            Err(rejection) => Err(ApiError::bad_request(rejection.body_text())),
        }
    }
}
