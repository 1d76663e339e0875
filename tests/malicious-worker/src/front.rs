//! What readers meet: the worker's own routes, with lies in between. Uploads, receipts and health are as usual, so that the
//! worker keeps being drawn.

use crate::mode::{change_a_byte, Mode};
use axum::{
    body::{to_bytes, Body},
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::{from_fn_with_state, Next},
    response::{IntoResponse, Response},
    Router,
};
use std::time::Duration;

/// How long a silent worker keeps a reader; readers give up before.
const SILENCE: Duration = Duration::from_secs(120);
/// Greatest answer that is changed; shards of tests are far below.
const ANSWER_LEN_MAX: usize = 256 << 20;

/// The routes, with lies.
pub fn lying(router: Router, mode: Mode) -> Router {
    router.layer(from_fn_with_state(mode, answer))
}

async fn answer(State(mode): State<Mode>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() != Method::GET || !is_about_bytes(&path) {
        return next.run(request).await;
    }
    match mode {
        Mode::Silent => {
            tracing::info!(path, "lie: a reader waits");
            tokio::time::sleep(SILENCE).await;
            StatusCode::NOT_FOUND.into_response()
        }
        Mode::Withholding => {
            tracing::info!(path, "lie: a reader is told that nothing is here");
            StatusCode::NOT_FOUND.into_response()
        }
        Mode::Corrupting => changed(next.run(request).await, &path).await,
        Mode::Replaying => next.run(request).await,
    }
}

fn is_about_bytes(path: &str) -> bool {
    path.starts_with("/v1/encodings/")
        && (path.contains("/groups/") || path.ends_with("/bytes") || path.ends_with("/table"))
}

/// The same answer with one byte changed.
async fn changed(response: Response, path: &str) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, ANSWER_LEN_MAX).await {
        Ok(bytes) => {
            let mut bytes = bytes.to_vec();
            change_a_byte(&mut bytes);
            tracing::info!(path, "lie: a byte is changed");
            Response::from_parts(parts, Body::from(bytes))
        }
        Err(error) => {
            tracing::error!(path, %error, "an answer could not be changed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_for_bytes_are_answered_falsely() {
        for path in [
            "/v1/encodings/1/table",
            "/v1/encodings/1/shards/2/bytes",
            "/v1/encodings/1/shards/2/groups/0/1024",
        ] {
            assert!(is_about_bytes(path), "{path}");
        }
        for path in [
            "/v1/health",
            "/metrics",
            "/v1/encodings/1/shards/2/state",
            "/v1/encodings/1/shards/2/receipt",
        ] {
            assert!(!is_about_bytes(path), "{path}");
        }
    }
}
