//! How the gateway is, and what it is.

use crate::{app::App, error::ApiError};
use axum::{
    extract::State,
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use std::sync::Arc;

/// The OpenAPI document, as it is in the repository.
pub const OPENAPI: &str = include_str!("../../../docs/reference/gateway-openapi.json");

/// `GET` of the health: whether the chain answers.
pub async fn health(State(app): State<Arc<App>>) -> Response {
    match app.registry.chain().finalized().await {
        Ok(block) => {
            let report = serde_json::json!({ "status": "ok", "finalizedBlock": block.number });
            Json(report).into_response()
        }
        Err(error) => {
            let report = serde_json::json!({ "status": "unavailable", "error": error.to_string() });
            (StatusCode::SERVICE_UNAVAILABLE, Json(report)).into_response()
        }
    }
}

/// `GET` of the counters.
pub async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    let text = app.metrics.render(app.content.cache_bytes());
    ([(header::CONTENT_TYPE, kind)], text)
}

/// `GET` of the OpenAPI document.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}

/// What is no route. Under the paths of repositories it is told as the clients expect.
pub async fn no_route(uri: axum::http::Uri) -> ApiError {
    let path = uri.path();
    let message =
        format!("there is nothing at {path}; models are at namespace/name, see /openapi.json");
    let is_repo = [
        "/api/models/",
        "/api/datasets/",
        "/api/spaces/",
        "/datasets/",
        "/spaces/",
    ];
    match is_repo.iter().any(|start| path.starts_with(start)) || path.contains("/resolve/") {
        true => ApiError::no_repo(message),
        false => ApiError::new(StatusCode::NOT_FOUND, message),
    }
}

/// A method that a route does not have.
pub async fn no_method() -> ApiError {
    let message = "this path does not take that method; see /openapi.json";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message)
}
