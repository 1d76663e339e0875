//! What the worker says of itself: models, signatures, health, counters.

use super::{app::App, error::ApiError};
use axum::{
    extract::{Path, State},
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_engine_protocol::Task;
use serde_json::{json, Value};
use std::sync::Arc;

/// `GET /v1/models`.
pub async fn models(State(app): State<Arc<App>>) -> Json<Value> {
    Json(json!({ "object": "list", "data": [model_object(&app)] }))
}

/// `GET /v1/models/{id}`.
pub async fn model(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    app.check_model(&id)?;
    Ok(Json(model_object(&app)))
}

fn model_object(app: &App) -> Value {
    let about = app.engine.about();
    let mut object = json!({
        "id": app.model.name(), "object": "model", "created": app.started, "owned_by": app.model.owner(),
        "address": app.model.address.to_string(), "context_tokens": about.context_tokens,
    });
    match about.task {
        Task::Embed { dimensions } => {
            object["task"] = json!("embeddings");
            object["dimensions"] = json!(dimensions);
        }
        Task::Generate { chat } => {
            object["task"] = json!("text");
            object["chat"] = json!(chat);
        }
    }
    object
}

/// `GET /v1/signature/{id}`.
pub async fn signature(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let found = app.answers.get(&id).ok_or_else(|| {
        ApiError::not_found("there is no signature under this id; the oldest are forgotten, and an answer that broke off has none")
    })?;
    Ok(Json(found).into_response())
}

/// `GET /health`.
pub async fn health(State(app): State<Arc<App>>) -> Response {
    match app.engine.is_ready() {
        true => Json(json!({ "status": "ok" })).into_response(),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({ "status": "the engine is being started again" })),
        )
            .into_response(),
    }
}

/// `GET /metrics`.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    (kind, app.metrics.render()).into_response()
}

/// Every other path.
pub async fn no_route() -> ApiError {
    ApiError::not_found("there is nothing under this address; see docs/inference-worker.md")
}

/// Every other method.
pub async fn no_method() -> ApiError {
    ApiError::no_method()
}
