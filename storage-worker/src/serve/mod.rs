//! The HTTP API: routes, limits and answers.
//!
//! Goals: every request has a bound in bytes and in time; a peer that is slow, greedy or wrong costs its own connection
//! and its own share of the worker, nothing else; answers are what `ballast-worker-api` says.
//! Non-goals: TLS (a proxy's work), accounts (blocks authenticate themselves by their proofs, readers need none).

mod error;
mod read;
mod receipt;
mod status;
mod upload;

pub use error::ApiError;

use crate::{
    assign::Assignments,
    chain::ChainLink,
    config::Limits,
    denylist::Denylist,
    facts::ShardKey,
    gates::{Gates, Permit},
    key::ReceiptKey,
    metrics::{Metrics, Route},
    repair::AssignedShards,
    store::{ReadError, Store},
};
use axum::{
    extract::{FromRequestParts, Path, Request, State},
    handler::Handler,
    http::request::Parts,
    middleware::{from_fn_with_state, Next},
    response::{IntoResponse, Response},
    routing::{get, post, MethodRouter},
    Router,
};
use ballast_core::{Address, EncodingId, ShardIndex, WorkerId};
use ballast_http_server::{Observer, Peer, Service};
use ballast_worker_api::{routes, ErrorCode};
use serde::de::DeserializeOwned;
use std::{
    sync::{atomic::AtomicBool, Arc},
    time::{Duration, Instant},
};
use tokio::sync::{watch, Notify};

/// How long a request may take until its answer begins, but for those below.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The same where the worker may have to bring much to disk first.
pub const DURABLE_TIMEOUT: Duration = Duration::from_secs(170);

/// What requests share.
pub struct App {
    /// The disk.
    pub store: Arc<Store>,
    /// What the chain assigns.
    pub assignments: Assignments,
    /// The chain.
    pub link: Arc<ChainLink>,
    /// Told when damage was found.
    pub damage: Notify,
    /// What the chain assigns to this worker, as the follower saw it last.
    pub assigned: watch::Sender<AssignedShards>,
    /// The key that signs receipts.
    pub key: ReceiptKey,
    /// This worker's account.
    pub worker: WorkerId,
    /// Counters.
    pub metrics: Metrics,
    /// Bounds.
    pub gates: Gates,
    /// Blobs that the operator refuses.
    pub denied: Arc<Denylist>,
    /// Whether the chain lists this worker with this receipt key.
    pub is_registered: AtomicBool,
}

/// What a connection is told that is one too many.
const REFUSAL: &str =
    "{\"error\":{\"code\":\"busy\",\"message\":\"too many connections are open; try again later\"}}";

/// The routes and their bounds, for the listener.
pub fn service(app: Arc<App>, limits: &Limits) -> Service {
    Service {
        router: router(app.clone()),
        limits: ballast_http_server::Limits {
            connections: limits.connections,
            connections_per_peer: limits.connections_per_peer,
        },
        refusal: REFUSAL,
        observer: app,
    }
}

impl Observer for App {
    fn opened(&self) {
        self.metrics.connection(1);
    }

    fn closed(&self) {
        self.metrics.connection(-1);
    }

    fn refused(&self) {
        self.metrics.connections_refused.increment();
    }
}

/// The routes.
pub fn router(app: Arc<App>) -> Router {
    let on = |route: Route, timeout: Duration, handler: MethodRouter<Arc<App>>| {
        handler.layer(from_fn_with_state((app.clone(), route, timeout), observe))
    };
    let quick = |route, handler| on(route, REQUEST_TIMEOUT, handler);
    let durable = |route, handler| on(route, DURABLE_TIMEOUT, handler);
    let table = quick(Route::Table, get(read::table))
        .merge(durable(Route::PutTable, axum::routing::put(upload::table)));
    Router::new()
        .route(routes::INFO, quick(Route::Info, get(status::info)))
        .route(routes::HEALTH, quick(Route::Health, get(status::health)))
        .route(routes::METRICS, quick(Route::Metrics, get(status::metrics)))
        .route(routes::TABLE, table)
        .route(routes::SHARD_STATE, quick(Route::State, get(status::shard)))
        .route(
            routes::BLOCK,
            durable(Route::PutBlock, axum::routing::put(upload::block)),
        )
        .route(
            routes::RECEIPT,
            durable(Route::Receipt, post(receipt::sign)),
        )
        .route(routes::GROUP, quick(Route::Group, get(read::group)))
        .route(routes::BYTES, quick(Route::Bytes, get(read::bytes)))
        .fallback(no_route.layer(from_fn_with_state(
            (app.clone(), Route::Other, REQUEST_TIMEOUT),
            observe,
        )))
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .with_state(app)
}

async fn no_route() -> ApiError {
    ApiError::no_route()
}

/// Ends what takes too long, and counts the answer.
async fn observe(
    State((app, route, timeout)): State<(Arc<App>, Route, Duration)>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let response = match tokio::time::timeout(timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::slow_worker().into_response(),
    };
    app.metrics
        .observe(route, response.status().as_u16(), started.elapsed());
    if let Some(code) = response.extensions().get::<ErrorCode>() {
        app.count(code);
    }
    response
}

impl App {
    /// Counts an error under its own name, where it has one.
    fn count(&self, code: &ErrorCode) {
        let metrics = &self.metrics;
        match code {
            ErrorCode::WrongBytes => metrics.uploads_wrong.increment(),
            ErrorCode::NotAssigned => metrics.requests_unassigned.increment(),
            ErrorCode::Busy => metrics.requests_overloaded.increment(),
            ErrorCode::NoSpace => metrics.uploads_no_space.increment(),
            ErrorCode::Internal => metrics.store_errors.increment(),
            ErrorCode::Other(code) if code == error::CORRUPT => metrics.damaged_reads.increment(),
            ErrorCode::Other(code) if code == error::DENIED => metrics.requests_denied.increment(),
            ErrorCode::Timeout => metrics.requests_timed_out.increment(),
            _ => {}
        }
    }

    /// Refuses what is on the operator's list.
    fn ensure_allowed(&self, address: &Address) -> Result<(), ApiError> {
        match self.denied.contains(address) {
            true => Err(ApiError::denied(address)),
            false => Ok(()),
        }
    }

    fn read_failed(&self, error: ReadError) -> ApiError {
        self.note_damage(&error);
        error.into()
    }

    /// Remembers damage, so that no receipt claims the shard any more, the block is not served, and it is rebuilt.
    pub fn note_damage(&self, error: &ReadError) {
        let ReadError::Corrupt { key, block, .. } = error else {
            return;
        };
        match self.store.quarantine(*key, &[*block]) {
            Ok(true) => {
                tracing::error!(shard = %key, %error, "damage on disk");
                self.damage.notify_one();
            }
            // Told before: whoever reads it again does not fill the log.
            Ok(false) => tracing::debug!(shard = %key, %error, "damage on disk"),
            Err(mark) => {
                tracing::error!(shard = %key, %error, %mark, "damage on disk could not be recorded")
            }
        }
    }
}

/// Runs work on a blocking thread. The permit is given back when the work is done, even if nobody waits any more.
async fn blocking<T: Send + 'static>(
    permit: Option<Permit>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let work = move || {
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ApiError::internal(&error))
}

/// Path parameters, refused in the API's own form.
struct Params<T>(T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(params)) => Ok(Self(params)),
            Err(rejection) => Err(ApiError::new(ErrorCode::BadRequest, rejection.body_text())),
        }
    }
}

/// Whom the request is from, as limits count.
struct Caller(Peer);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let connected = parts.extensions.get::<Peer>();
        let connected =
            connected.ok_or_else(|| ApiError::internal(&"a request came without its peer"))?;
        Ok(Self(connected.behind_proxy(&parts.headers)))
    }
}

fn shard_key(encoding: u64, shard: u8) -> ShardKey {
    ShardKey {
        encoding: EncodingId(encoding),
        shard: ShardIndex(shard),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_is_an_error_of_the_api() {
        let body: ballast_worker_api::ErrorBody = serde_json::from_str(REFUSAL).unwrap();
        assert_eq!(body.error.code, ErrorCode::Busy);
    }
}
