//! Receiving blocks and tables. The whole body is read before anything is refused: a client that still sends would
//! not see the answer.

use super::{blocking, error::ApiError, shard_key, App, Caller, Params};
use crate::{
    facts::ShardKey,
    gates::Permit,
    receive::{VerifiedBlock, VerifiedTable},
    store::PutOutcome,
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, StatusCode},
};
use ballast_core::{BlockIndex, EncodingId};
use ballast_http_server::Peer;
use ballast_worker_api::{decode_frame, Buffer, ErrorCode, MAX_FRAME_LEN, MAX_TABLE_BODY_LEN};
use bytes::Bytes;
use futures::StreamExt;
use std::{sync::Arc, time::Duration};

/// How long a body may take: 1 MiB at 17 KB/s.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a body that is refused may take until the refusal is sent.
pub const DISCARD_TIMEOUT: Duration = Duration::from_secs(10);

/// `PUT` of a column block.
pub(super) async fn block(
    State(app): State<Arc<App>>,
    Params((encoding, shard, block)): Params<(u64, u8, u32)>,
    Caller(peer): Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let (_permit, body) = receive(&app, peer, &headers, body, MAX_FRAME_LEN).await?;
    let (proof, bytes) = decode_frame(&body)
        .map_err(|error| ApiError::new(ErrorCode::BadRequest, error.to_string()))?;
    let key = shard_key(encoding, shard);
    let spec = app.assignments.shard(key, peer).await?.spec;
    app.ensure_allowed(&spec.encoding.facts().address)?;
    let permit = app.gates.uploads.enter(peer).await?;
    let (store, len) = (app.store.clone(), bytes.len() as u64);
    let outcome = blocking(Some(permit), move || -> Result<_, ApiError> {
        let block = VerifiedBlock::verify(&spec, BlockIndex(block), &proof, bytes)?;
        Ok(store.put_block(&spec, &block)?)
    })
    .await??;
    count(&app, key, outcome, len);
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT` of a cell table.
pub(super) async fn table(
    State(app): State<Arc<App>>,
    Params(encoding): Params<u64>,
    Caller(peer): Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let (_permit, body) = receive(&app, peer, &headers, body, MAX_TABLE_BODY_LEN).await?;
    let encoding = EncodingId(encoding);
    let encoding = app.assignments.encoding(encoding, peer).await?;
    app.ensure_allowed(&encoding.facts().address)?;
    let permit = app.gates.uploads.enter(peer).await?;
    let store = app.store.clone();
    blocking(Some(permit), move || -> Result<_, ApiError> {
        Ok(store.put_table(&VerifiedTable::verify(encoding, body)?)?)
    })
    .await??;
    Ok(StatusCode::NO_CONTENT)
}

fn count(app: &App, key: ShardKey, outcome: PutOutcome, len: u64) {
    if outcome == PutOutcome::Known {
        app.metrics.blocks_known.increment();
        return;
    }
    app.metrics.blocks_received.increment();
    app.metrics.bytes_received.add(len);
    if outcome == PutOutcome::Completed {
        app.metrics.shards_completed.increment();
        tracing::info!(shard = %key, "shard held");
    }
}

/// Leave for a body, and the body.
async fn receive(
    app: &App,
    peer: Peer,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<(Permit, Bytes), ApiError> {
    let permit = match app.gates.bodies.enter(peer).await {
        Ok(permit) => permit,
        Err(full) => {
            discard(body, limit).await;
            return Err(full.into());
        }
    };
    match tokio::time::timeout(BODY_TIMEOUT, collect(headers, body, limit)).await {
        Ok(read) => Ok((permit, read?)),
        Err(_) => Err(ApiError::slow_client()),
    }
}

/// Takes a body without keeping any of it. Whether all of it came makes no difference to the answer.
async fn discard(body: Body, limit: usize) {
    let mut parts = body.into_data_stream();
    let all = async {
        let mut len = 0;
        while let Some(Ok(part)) = parts.next().await {
            len += part.len();
            if len > limit {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, all).await;
}

async fn collect(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, ApiError> {
    let too_large = || {
        ApiError::new(
            ErrorCode::TooLarge,
            format!("the body is longer than {limit} bytes"),
        )
    };
    let claimed = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|len| len.to_str().ok()?.parse::<usize>().ok());
    if claimed.is_some_and(|len| len > limit) {
        return Err(too_large());
    }
    let mut collected = Buffer::for_len(claimed.unwrap_or_default());
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part.map_err(|error| {
            ApiError::new(
                ErrorCode::BadRequest,
                format!("the body broke off: {error}"),
            )
        })?;
        if collected.len() + part.len() > limit {
            return Err(too_large());
        }
        collected.extend_from_slice(&part);
    }
    Ok(collected.freeze())
}
