//! Receiving blocks and tables. The whole body is read before anything is refused: a client that still sends would
//! not see the answer.

use super::{blocking, error::ApiError, shard_key, App, Params};
use crate::{
    receive::{VerifiedBlock, VerifiedTable},
    store::PutOutcome,
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, StatusCode},
};
use ballast_core::{BlockIndex, EncodingId};
use ballast_worker_api::{decode_frame, ErrorCode, MAX_FRAME_LEN, MAX_TABLE_BODY_LEN};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use std::{sync::Arc, time::Duration};

/// How long a body may take: 1 MiB at 17 KB/s.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// `PUT` of a column block.
pub(super) async fn block(
    State(app): State<Arc<App>>,
    Params((encoding, shard, block)): Params<(u64, u8, u32)>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let _body_permit = app.gates.bodies.enter().await?;
    let body = read_body(&headers, body, MAX_FRAME_LEN).await?;
    let (proof, bytes) = decode_frame(&body)
        .map_err(|error| ApiError::new(ErrorCode::BadRequest, error.to_string()))?;
    let spec = app
        .assignments
        .shard(shard_key(encoding, shard))
        .await?
        .spec;
    let permit = app.gates.uploads.enter().await?;
    let (store, len) = (app.store.clone(), bytes.len() as u64);
    let outcome = blocking(Some(permit), move || -> Result<_, ApiError> {
        let block = VerifiedBlock::verify(&spec, BlockIndex(block), &proof, bytes)?;
        Ok(store.put_block(&spec, &block)?)
    })
    .await??;
    count(&app, outcome, len);
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT` of a cell table.
pub(super) async fn table(
    State(app): State<Arc<App>>,
    Params(encoding): Params<u64>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let _body_permit = app.gates.bodies.enter().await?;
    let body = read_body(&headers, body, MAX_TABLE_BODY_LEN).await?;
    let encoding = app.assignments.encoding(EncodingId(encoding)).await?;
    let permit = app.gates.uploads.enter().await?;
    let store = app.store.clone();
    blocking(Some(permit), move || -> Result<_, ApiError> {
        Ok(store.put_table(&VerifiedTable::verify(encoding, body)?)?)
    })
    .await??;
    Ok(StatusCode::NO_CONTENT)
}

fn count(app: &App, outcome: PutOutcome, len: u64) {
    if outcome == PutOutcome::Known {
        app.metrics.blocks_known.increment();
        return;
    }
    app.metrics.blocks_received.increment();
    app.metrics.bytes_received.add(len);
    if outcome == PutOutcome::Completed {
        app.metrics.shards_completed.increment();
    }
}

async fn read_body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match tokio::time::timeout(BODY_TIMEOUT, collect(headers, body, limit)).await {
        Ok(read) => read,
        Err(_) => Err(ApiError::slow_client()),
    }
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
    let mut collected = BytesMut::with_capacity(claimed.unwrap_or_default());
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
