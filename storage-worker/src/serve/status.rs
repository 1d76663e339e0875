//! Who the worker is, how it is, and how far a shard is.

use super::{
    blocking,
    error::{runs, ApiError},
    shard_key, App, Caller, Params,
};
use crate::{
    facts::{block_count, ShardKey},
    metrics::Gauges,
    store,
};
use axum::{extract::State, http::header, response::IntoResponse, Json};
use ballast_worker_api::{ErrorCode, ShardState, ShardStatus, WorkerIdentity, WorkerSpace};
use serde::Serialize;
use std::{
    slice::from_ref,
    sync::{atomic::Ordering, Arc},
};

/// Version of the API.
const API_VERSION: u32 = 1;

/// `GET /v1/info`.
pub(super) async fn info(State(app): State<Arc<App>>) -> Result<Json<WorkerIdentity>, ApiError> {
    let store = app.store.clone();
    let genesis_hash = blocking(None, move || store.genesis())
        .await??
        .ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotSynced,
                "the worker has not been connected to a chain yet; try again shortly",
            )
        })?;
    let stats = app.store.stats();
    Ok(Json(WorkerIdentity {
        api: API_VERSION,
        program: concat!("ballast-storage-worker/", env!("CARGO_PKG_VERSION")).into(),
        genesis_hash,
        worker: app.worker,
        receipt_key: app.key.public(),
        finalized: app.link.head().map_or(0, |head| head.number),
        space: WorkerSpace {
            capacity: stats.capacity,
            used: stats.used_bytes,
        },
    }))
}

/// How the worker is.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    /// It answers, so it serves.
    status: &'static str,
    /// `connecting`, `behind` or `following`.
    chain: &'static str,
    /// Latest finalized block known.
    finalized: Option<u32>,
    /// Seconds since it was learnt.
    finalized_age_seconds: Option<u64>,
}

/// `GET /v1/health`: 200 as long as held shards are served, with or without the chain.
pub(super) async fn health(State(app): State<Arc<App>>) -> Json<Health> {
    let head = app.link.head();
    let chain = match head {
        None => "connecting",
        Some(head) if head.is_behind => "behind",
        Some(_) => "following",
    };
    Json(Health {
        status: "ok",
        chain,
        finalized: head.map(|head| head.number),
        finalized_age_seconds: head.map(|head| head.learnt.elapsed().as_secs()),
    })
}

/// `GET /metrics`.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, ApiError> {
    let store = app.store.clone();
    let free_bytes = blocking(None, move || store.free_bytes()).await??;
    let head = app.link.head();
    let gauges = Gauges {
        store: app.store.stats(),
        free_bytes,
        finalized: head.map(|head| head.number),
        finalized_age_seconds: head.map_or(0, |head| head.learnt.elapsed().as_secs()),
        is_registered: app.is_registered.load(Ordering::Relaxed),
        chain_questions: app.assignments.questions.get(),
    };
    let content_type = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((content_type, app.metrics.render(&gauges)))
}

/// `GET` of a shard's state. What is here is told without the chain; of a shard of which nothing is here, only the
/// chain knows whether it is to come.
pub(super) async fn shard(
    State(app): State<Arc<App>>,
    Params((encoding, shard)): Params<(u64, u8)>,
    Caller(peer): Caller,
) -> Result<Json<ShardState>, ApiError> {
    let key = shard_key(encoding, shard);
    let permit = app.gates.reads.enter(peer).await?;
    let store = app.store.clone();
    let known = blocking(Some(permit), move || -> Result<_, ApiError> {
        Ok((
            store.state(key)?,
            store.shard_len(key)?,
            store.has_table(key.encoding)?,
        ))
    });
    let (state, len, table) = known.await??;
    let answer = |status, blocks, missing: &[_]| {
        let ShardKey { encoding, shard } = key;
        Ok(Json(ShardState {
            encoding,
            shard,
            status,
            blocks,
            missing: runs(missing),
            table,
        }))
    };
    match state {
        store::ShardState::Held { damaged: true, .. } => Err(ApiError::corrupt(format!(
            "shard {key} is damaged on this worker's disk"
        ))),
        store::ShardState::Held { .. } => {
            answer(ShardStatus::Held, len.map_or(0, block_count), &[])
        }
        store::ShardState::Receiving { total, missing, .. } => {
            answer(ShardStatus::Receiving, total, &missing)
        }
        store::ShardState::Absent => {
            let blocks = app.assignments.shard(key, peer).await?.spec.blocks();
            answer(ShardStatus::Receiving, blocks, from_ref(&(0..blocks)))
        }
    }
}
