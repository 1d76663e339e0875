//! Serving tables, groups with proofs, and raw bytes. Every column block is compared with its stored value on the way
//! out; one that has changed is never sent.

use super::{blocking, error::ApiError, shard_key, App, Caller, Params};
use crate::{
    facts::ShardKey,
    gates::{Permit, WAIT_MAX},
    store::HeldShard,
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use ballast_core::{limits::COLUMN_BLOCK_LEN, BlockIndex, EncodingId, Group};
use ballast_http_server::{
    range::{parse, Wanted},
    Peer,
};
use ballast_worker_api::{encode_proof, ErrorCode};
use bytes::Bytes;
use futures::{stream, Stream};
use std::{io, ops::Range, sync::Arc, time::Duration};

const OCTETS: (header::HeaderName, &str) = (header::CONTENT_TYPE, "application/octet-stream");
/// What an encoding's bytes are never changes, so any cache may keep them.
const FOR_EVER: (header::HeaderName, &str) =
    (header::CACHE_CONTROL, "public, max-age=31536000, immutable");
/// Bytes handed to the connection at a time; what it has taken no longer counts as this answer's memory.
const PART_LEN: usize = 64 << 10;
/// How long an answer that has begun waits for its next block. It cannot be told to come back, only be cut off.
const NEXT_BLOCK_WAIT: Duration = Duration::from_secs(30);

/// `GET` of a cell table.
pub(super) async fn table(
    State(app): State<Arc<App>>,
    Params(encoding): Params<u64>,
    Caller(peer): Caller,
) -> Result<impl IntoResponse, ApiError> {
    let answer = app.gates.answers.enter(peer).await?;
    let permit = app.gates.reads.enter(peer).await?;
    let reader = app.clone();
    let table = blocking(Some(permit), move || -> Result<_, ApiError> {
        let (store, encoding) = (&reader.store, EncodingId(encoding));
        if let Some(facts) = store.facts(encoding)? {
            reader.ensure_allowed(&facts.address)?;
        }
        Ok(store.table(encoding)?)
    })
    .await??;
    let table = table.ok_or_else(|| {
        ApiError::new(
            ErrorCode::NotFound,
            format!("the cell table of encoding {encoding} is not here; ask another worker"),
        )
    })?;
    Ok(whole([Bytes::from(table)], answer))
}

/// `GET` of a group: its proof and its bytes.
pub(super) async fn group(
    State(app): State<Arc<App>>,
    Params((encoding, shard, start, len)): Params<(u64, u8, u64, u64)>,
    Caller(peer): Caller,
) -> Result<impl IntoResponse, ApiError> {
    let key = shard_key(encoding, shard);
    let group = Group::new(start, len)
        .map_err(|error| ApiError::new(ErrorCode::BadRequest, error.to_string()))?;
    let answer = app.gates.answers.enter(peer).await?;
    let permit = app.gates.reads.enter(peer).await?;
    let reader = app.clone();
    let (proof, bytes) = blocking(Some(permit), move || {
        let shard = held(&reader, key)?;
        reader
            .store
            .read_group(&shard, group)
            .map_err(|error| reader.read_failed(error))
    })
    .await??;
    app.metrics.groups_served.increment();
    app.metrics.bytes_served.add(bytes.len() as u64);
    Ok(whole([encode_proof(&proof), bytes], answer))
}

/// `GET` of raw bytes, all or a range.
pub(super) async fn bytes(
    State(app): State<Arc<App>>,
    Params((encoding, shard)): Params<(u64, u8)>,
    Caller(peer): Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let key = shard_key(encoding, shard);
    let permit = app.gates.reads.enter(peer).await?;
    let reader = app.clone();
    let shard = blocking(Some(permit), move || held(&reader, key));
    let shard = shard.await??;
    let (len, etag) = (shard.spec.len(), format!("\"{}\"", shard.spec.root));
    let (status, range) = match wanted(&headers, len, &etag) {
        Wanted::Whole => (StatusCode::OK, 0..len),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => return Ok(bad_range(key, len)),
    };
    let content_range = format!("bytes {}-{}/{len}", range.start, range.end - 1);
    let content_len = range.end - range.start;
    let mut answer = Reading {
        app,
        shard,
        range,
        peer,
        answer: None,
    };
    // The first block is read before the status is sent, so that damage there is an error and not a broken answer.
    let first = answer.next_block(WAIT_MAX).await?;
    let body = Body::from_stream(answer.into_stream(first));
    let mut response = (status, [OCTETS, FOR_EVER], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(content_len));
    insert(headers, header::ETAG, &etag);
    if status == StatusCode::PARTIAL_CONTENT {
        insert(headers, header::CONTENT_RANGE, &content_range);
    }
    Ok(response)
}

/// A shard that is here and may be served.
fn held(app: &App, key: ShardKey) -> Result<Arc<HeldShard>, ApiError> {
    let shard = app
        .store
        .held(key)
        .map_err(|error| app.read_failed(error))?;
    app.ensure_allowed(&shard.spec.encoding.facts().address)?;
    Ok(shard)
}

fn wanted(headers: &HeaderMap, len: u64, etag: &str) -> Wanted {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    match text(header::IF_RANGE) {
        Some(condition) if condition != etag => Wanted::Whole,
        _ => parse(text(header::RANGE), len),
    }
}

fn bad_range(key: ShardKey, len: u64) -> Response {
    let error = ApiError::new(
        ErrorCode::BadRange,
        format!("shard {key} has {len} bytes; ask for a range within"),
    );
    let mut response = error.into_response();
    insert(
        response.headers_mut(),
        header::CONTENT_RANGE,
        &format!("bytes */{len}"),
    );
    response
}

fn insert(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// An answer in parts that holds its permit until all but the connection's own buffer is sent.
fn whole<const N: usize>(pieces: [Bytes; N], answer: Permit) -> Response {
    let len: usize = pieces.iter().map(Bytes::len).sum();
    let parts = pieces.into_iter().flat_map(move |bytes| {
        let _answer = &answer;
        let len = bytes.len();
        (0..len.div_ceil(PART_LEN)).map(move |part| {
            let start = part * PART_LEN;
            Ok::<_, io::Error>(bytes.slice(start..len.min(start + PART_LEN)))
        })
    });
    let mut response = ([OCTETS, FOR_EVER], Body::from_stream(stream::iter(parts))).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(len));
    response
}

/// An answer of raw bytes under way.
struct Reading {
    app: Arc<App>,
    shard: Arc<HeldShard>,
    /// What is still to be read.
    range: Range<u64>,
    peer: Peer,
    /// Leave for the block that is being sent.
    answer: Option<Permit>,
}

impl Reading {
    /// The next bytes, up to the end of their column block. Leave is given back between two blocks, so that answers
    /// take turns however long each is.
    async fn next_block(&mut self, wait: Duration) -> Result<Bytes, ApiError> {
        self.answer = None;
        let gates = &self.app.gates;
        self.answer = Some(gates.answers.enter_within(self.peer, wait).await?);
        let permit = gates.reads.enter_within(self.peer, wait).await?;
        let start = self.range.start;
        let block = BlockIndex((start / COLUMN_BLOCK_LEN) as u32);
        let end = self
            .range
            .end
            .min((start / COLUMN_BLOCK_LEN + 1) * COLUMN_BLOCK_LEN);
        let (app, shard) = (self.app.clone(), self.shard.clone());
        let bytes = blocking(Some(permit), move || {
            app.store
                .read_block(&shard, block)
                .map_err(|error| app.read_failed(error))
        })
        .await??;
        self.range.start = end;
        self.app.metrics.bytes_served.add(end - start);
        let in_block = start % COLUMN_BLOCK_LEN;
        Ok(bytes.slice(in_block as usize..(in_block + end - start) as usize))
    }

    /// `first`, then the rest. An error cuts the connection, so that no client takes the answer for complete.
    fn into_stream(self, first: Bytes) -> impl Stream<Item = io::Result<Bytes>> {
        stream::unfold((Some(self), first), |(reading, mut ready)| async move {
            let mut reading = reading?;
            if ready.is_empty() {
                if reading.range.is_empty() {
                    return None;
                }
                match reading.next_block(NEXT_BLOCK_WAIT).await {
                    Ok(bytes) => ready = bytes,
                    Err(error) => {
                        reading.app.count(error.code());
                        return Some((
                            Err(io::Error::other("a block cannot be read")),
                            (None, Bytes::new()),
                        ));
                    }
                }
            }
            let part = ready.split_to(ready.len().min(PART_LEN));
            Some((Ok(part), (Some(reading), ready)))
        })
    }
}
