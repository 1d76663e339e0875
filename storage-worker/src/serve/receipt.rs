//! Receipts on request, again and again while the shard is assigned here.

use super::{blocking, error::ApiError, shard_key, App, Caller, Params};
use crate::{
    facts::{ShardKey, ShardSpec},
    receipt::{self, Durable},
    store::Store,
};
use axum::{extract::State, http::header, response::IntoResponse};
use ballast_core::Fingerprint;
use codec::Encode;
use std::{ops::Range, slice::from_ref, sync::Arc};

/// `POST`: a receipt for a whole shard.
pub(super) async fn sign(
    State(app): State<Arc<App>>,
    Params((encoding, shard)): Params<(u64, u8)>,
    Caller(peer): Caller,
) -> Result<impl IntoResponse, ApiError> {
    let key = shard_key(encoding, shard);
    let assigned = app.assignments.shard(key, peer).await?;
    app.ensure_allowed(&assigned.spec.encoding.facts().address)?;
    let permit = app.gates.reads.enter(peer).await?;
    let (store, spec) = (app.store.clone(), assigned.spec.clone());
    let fingerprint = blocking(Some(permit), move || durable_fingerprint(&store, &spec)).await??;
    let params = app.assignments.params().await?;
    let (chain, head) = app.link.ready()?;
    let receipt = receipt::issue(
        &app.key,
        chain.genesis_hash(),
        &assigned,
        fingerprint,
        head.number,
        params.receipt_max_age,
    );
    app.metrics.receipts_signed.increment();
    // Anybody may ask, again and again, so this is nothing for the usual log; the follower warns when the chain would
    // refuse this worker's receipts.
    tracing::debug!(shard = %key, generation = receipt.generation, expires = receipt.expires, "receipt signed");
    Ok((
        [(header::CONTENT_TYPE, "application/octet-stream")],
        receipt.encode(),
    ))
}

/// The fingerprint, or why there is no receipt.
fn durable_fingerprint(store: &Store, spec: &ShardSpec) -> Result<Fingerprint, ApiError> {
    let key = spec.key;
    match receipt::durable(store, key)? {
        Durable::Whole(fingerprint) => Ok(fingerprint),
        Durable::Damaged => Err(damaged(key)),
        Durable::Missing(None) => {
            let blocks = spec.blocks();
            Err(incomplete(key, blocks, from_ref(&(0..blocks))))
        }
        Durable::Missing(Some((count, missing))) => Err(incomplete(key, count, &missing)),
    }
}

fn incomplete(key: ShardKey, count: u32, missing: &[Range<u32>]) -> ApiError {
    ApiError::incomplete(
        format!("{count} column blocks of shard {key} are missing; send them first"),
        missing,
    )
}

fn damaged(key: ShardKey) -> ApiError {
    ApiError::corrupt(format!(
        "shard {key} is damaged on this worker's disk, so no receipt is signed; it is being rebuilt, ask again later"
    ))
}
