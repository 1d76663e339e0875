//! What the worker says of itself: models, signatures, health, counters.

use super::{app::App, error::ApiError, metrics};
use crate::pay::Fate;
use axum::{
    extract::{Path, State},
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_core::ChannelId;
use ballast_engine_protocol::Task;
use ballast_inference::seal::SealingKey;
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
        "numbers": about.numbers,
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

/// `GET /v1/sealing-key`.
pub async fn sealing_key(State(app): State<Arc<App>>) -> Json<SealingKey> {
    Json(app.sealing.public().clone())
}

/// `GET /v1/signature/{id}`.
pub async fn signature(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let none = || {
        ApiError::not_found("there is no signature under this id; the oldest are forgotten, and an answer that broke off has none")
    };
    if let (Some(till), Some((channel, number))) = (&app.till, numbered(&id)) {
        let fate = till.fate(channel, number).await;
        return match fate.map_err(ApiError::unpaid)? {
            Fate::Signed(signed) => Ok(Json(*signed).into_response()),
            Fate::UnderWay => Err(ApiError::fate(true)),
            Fate::Forgotten => Err(ApiError::fate(false)),
            Fate::Unknown => Err(none()),
        };
    }
    let found = app.answers.get(&id).ok_or_else(none)?;
    Ok(Json(found).into_response())
}

/// A request by channel and number, as `7-12`.
fn numbered(id: &str) -> Option<(ChannelId, u64)> {
    let (channel, number) = id.split_once('-')?;
    Some((ChannelId(channel.parse().ok()?), number.parse().ok()?))
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
pub async fn counters(State(app): State<Arc<App>>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    let mut text = app.metrics.render();
    if let Some(till) = &app.till {
        metrics::till(&mut text, till);
    }
    if let Some(checks) = &app.checks {
        metrics::transcripts(&mut text, checks.share_taken());
    }
    (kind, text).into_response()
}

/// Every other path.
pub async fn no_route() -> ApiError {
    ApiError::not_found("there is nothing under this address; see docs/inference-worker.md")
}

/// Every other method.
pub async fn no_method() -> ApiError {
    ApiError::no_method()
}
