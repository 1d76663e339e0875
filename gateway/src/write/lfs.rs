//! Large files: the batch that says where they go, the bodies, and whether they are here.
//! (Git LFS batch API, <https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md>, with the Hub's multipart.)

use super::{
    repos::current,
    spool::Oid,
    tickets::{in_parts, Ticket},
    Writer,
};
use crate::{
    app::{App, Params},
    error::ApiError,
    limits::{BATCH_OBJECTS, BODY_IDLE, PARTS, PART_LEN, SMALL_BODY, WRITE_LEN},
    repo::Repo,
};
use axum::{
    body::{to_bytes, Body, BodyDataStream},
    extract::State,
    http::{header, HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use ballast_core::limits::MAX_BLOB_LEN;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    sync::Arc,
};

const KIND: &str = "application/vnd.git-lfs+json";

#[derive(Debug, Deserialize)]
struct Batch {
    operation: String,
    #[serde(default)]
    transfers: Vec<String>,
    objects: Vec<Object>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Object {
    oid: String,
    size: u64,
}

#[derive(Debug, Deserialize)]
struct Completion {
    oid: String,
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    part_number: u64,
}

/// A JSON body of bounded length.
pub(super) async fn json_body<T: DeserializeOwned>(body: Body, what: &str) -> Result<T, ApiError> {
    let bytes = to_bytes(body, SMALL_BODY).await;
    let bytes = bytes.map_err(|_| ApiError::too_large(what, SMALL_BODY as u64))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::bad_request(format!("expected {what} as JSON: {error}")))
}

/// `POST` of a batch.
pub async fn batch(
    State(app): State<Arc<App>>,
    Params((namespace, name)): Params<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let writer = app.writer()?;
    writer.caller(&headers)?;
    let name = name.strip_suffix(".git").unwrap_or(&name);
    let repo = Repo::parse(&namespace, name)?;
    let batch: Batch = json_body(body, "a batch of objects").await?;
    if batch.operation != "upload" {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "the batch takes uploads; download files from /namespace/name/resolve/main/path",
        ));
    }
    if batch.objects.len() > BATCH_OBJECTS {
        return Err(ApiError::bad_request(format!(
            "one batch may have {BATCH_OBJECTS} objects, got {}; send several",
            batch.objects.len()
        )));
    }
    let known = known_objects(&app, &repo).await?;
    let multipart = batch
        .transfers
        .iter()
        .any(|transfer| transfer == "multipart");
    let transfer = match multipart && batch.objects.iter().any(|object| in_parts(object.size)) {
        true => "multipart",
        false => "basic",
    };
    let base = app.base_url(&headers);
    let objects: Vec<_> = batch
        .objects
        .iter()
        .map(|object| answer(writer, &known, object, multipart, &base))
        .collect();
    let body = json!({ "transfer": transfer, "objects": objects, "hash_algo": "sha256" });
    Ok(([(header::CONTENT_TYPE, KIND)], body.to_string()).into_response())
}

/// Files of the current version, which need not be uploaded.
async fn known_objects(app: &App, repo: &Repo) -> Result<BTreeMap<Oid, u64>, ApiError> {
    let current = current(app, repo).await?;
    let files = current
        .iter()
        .flat_map(|snapshot| snapshot.manifest.files());
    Ok(files.map(|file| (file.sha256, file.length)).collect())
}

fn answer(
    writer: &Writer,
    known: &BTreeMap<Oid, u64>,
    object: &Object,
    multipart: bool,
    base: &str,
) -> serde_json::Value {
    let Object { oid, size } = object;
    let refuse = |code: u16, message: &str| json!({ "oid": oid, "size": size, "error": { "code": code, "message": message } });
    let Some(hash) = parse_oid(oid) else {
        return refuse(422, "an object's id is its SHA-256: 64 hex digits");
    };
    let is_long = multipart && in_parts(*size) && size.div_ceil(PART_LEN) > PARTS;
    if *size > MAX_BLOB_LEN || is_long {
        return refuse(413, "a file may have 1 TiB, and 625 GiB over HTTP in parts");
    }
    if known.get(&hash) == Some(size) || writer.spool.len_of(&hash) == Some(*size) {
        return json!({ "oid": oid, "size": size, "authenticated": true });
    }
    let Some(ticket) = writer.tickets.issue(&writer.spool, hash, *size) else {
        return refuse(507, "the gateway's spool is full; commit what is uploaded, or ask its operator for --spool-size");
    };
    let upload = format!("{base}/lfs/{}", ticket.name);
    let header = match multipart && in_parts(*size) {
        true => part_urls(&ticket, &upload),
        false => json!({}),
    };
    json!({
        "oid": oid,
        "size": size,
        "authenticated": true,
        "actions": {
            "upload": { "href": upload, "header": header },
            "verify": { "href": format!("{upload}/verify"), "header": {} },
        },
    })
}

fn part_urls(ticket: &Ticket, upload: &str) -> serde_json::Value {
    let mut header = serde_json::Map::new();
    header.insert("chunk_size".into(), PART_LEN.to_string().into());
    header.extend(
        (1..=ticket.part_count()).map(|part| (part.to_string(), format!("{upload}/{part}").into())),
    );
    header.into()
}

/// `PUT` of an object.
pub async fn put(
    State(app): State<Arc<App>>,
    Params(name): Params<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let (writer, ticket) = ticket(&app, &name)?;
    let _busy = enter(&ticket)?;
    check_length(&headers, ticket.size)?;
    if writer.spool.len_of(&ticket.oid) == Some(ticket.size) {
        return Ok(StatusCode::OK.into_response());
    }
    let path = writer.spool.part(&ticket.name);
    let file = File::create(path).map_err(|error| ApiError::internal(&error))?;
    let hash = receive(&app, body, Arc::new(file), 0, ticket.size).await?;
    settle(writer, &ticket, hash)?;
    Ok(StatusCode::OK.into_response())
}

/// `PUT` of a part.
pub async fn put_part(
    State(app): State<Arc<App>>,
    Params((name, part)): Params<(String, u64)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let (writer, ticket) = ticket(&app, &name)?;
    let (start, len) = ticket.part_range(part).ok_or_else(|| {
        ApiError::bad_request(format!(
            "this upload has parts 1 to {}, not {part}",
            ticket.part_count()
        ))
    })?;
    check_length(&headers, len)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(writer.spool.part(&ticket.name))
        .map_err(|error| ApiError::internal(&error))?;
    let hash = receive(&app, body, Arc::new(file), start, len).await?;
    crate::shared::locked(&ticket.parts, |parts| parts.insert(part));
    let etag = HeaderValue::try_from(format!("\"{}\"", hex::encode(hash)));
    Ok((
        [(
            header::ETAG,
            etag.map_err(|error| ApiError::internal(&error))?,
        )],
        StatusCode::OK,
    )
        .into_response())
}

/// `POST` that ends an upload in parts.
pub async fn complete(
    State(app): State<Arc<App>>,
    Params(name): Params<String>,
    body: Body,
) -> Result<Response, ApiError> {
    let (writer, ticket) = ticket(&app, &name)?;
    let completion: Completion = json_body(body, "the parts of an upload").await?;
    let _busy = enter(&ticket)?;
    if parse_oid(&completion.oid) != Some(ticket.oid) {
        return Err(ApiError::bad_request(
            "the upload is that of another object",
        ));
    }
    if writer.spool.len_of(&ticket.oid) == Some(ticket.size) {
        return Ok(axum::Json(json!({ "success": true })).into_response());
    }
    let (here, wanted) = (
        crate::shared::locked(&ticket.parts, |parts| parts.len() as u64),
        ticket.part_count(),
    );
    let named = completion
        .parts
        .iter()
        .all(|part| ticket.part_range(part.part_number).is_some());
    if here != wanted || !named {
        let message = format!("{here} of {wanted} parts are here; send the others");
        return Err(ApiError::bad_request(message));
    }
    let path = writer.spool.part(&ticket.name);
    let hashed = tokio::task::spawn_blocking(move || hash_file(&path)).await;
    let hash = hashed.map_err(|error| ApiError::internal(&error))?;
    settle(
        writer,
        &ticket,
        hash.map_err(|error| ApiError::internal(&error))?,
    )?;
    Ok(axum::Json(json!({ "success": true })).into_response())
}

/// `POST` that asks whether an object is here.
pub async fn verify(
    State(app): State<Arc<App>>,
    Params(_): Params<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let writer = app.writer()?;
    writer.caller(&headers)?;
    let object: Object = json_body(body, "an object's oid and size").await?;
    let len = parse_oid(&object.oid).and_then(|oid| writer.spool.len_of(&oid));
    match len == Some(object.size) {
        true => Ok(axum::Json(json!({ "success": true })).into_response()),
        false => {
            let message = format!("object {} is not here; upload it again", object.oid);
            Err(ApiError::new(StatusCode::NOT_FOUND, message))
        }
    }
}

fn ticket<'a>(app: &'a App, name: &str) -> Result<(&'a Writer, Arc<Ticket>), ApiError> {
    let writer = app.writer()?;
    let ticket = writer.tickets.find(name).ok_or_else(unknown_upload)?;
    Ok((writer.as_ref(), ticket))
}

fn enter(ticket: &Ticket) -> Result<tokio::sync::MutexGuard<'_, ()>, ApiError> {
    ticket.busy.try_lock().map_err(|_| {
        ApiError::new(
            StatusCode::CONFLICT,
            "the same upload is under way; wait for it",
        )
    })
}

/// A length that is told must be the one that was announced.
fn check_length(headers: &HeaderMap, expected: u64) -> Result<(), ApiError> {
    let told = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|len| len.to_str().ok()?.parse::<u64>().ok());
    match told.is_none_or(|told| told == expected) {
        true => Ok(()),
        false => Err(wrong_length(expected)),
    }
}

fn wrong_length(expected: u64) -> ApiError {
    ApiError::bad_request(format!(
        "expected a body of {expected} bytes, as announced in the batch"
    ))
}

/// Writes a body of exactly `len` bytes at `start` of a file, and returns its SHA-256.
async fn receive(
    app: &App,
    body: Body,
    file: Arc<File>,
    start: u64,
    len: u64,
) -> Result<[u8; 32], ApiError> {
    let mut stream = body.into_data_stream();
    let (mut hasher, mut at) = (Sha256::new(), 0u64);
    loop {
        let piece = next_piece(&mut stream).await?;
        if piece.is_empty() {
            break;
        }
        let offset = start.saturating_add(at);
        at = at.saturating_add(piece.len() as u64);
        if at > len {
            return Err(wrong_length(len));
        }
        app.metrics.bytes_received.add(piece.len() as u64);
        let to = file.clone();
        let work = move || {
            hasher.update(&piece);
            to.write_all_at(&piece, offset).map(|()| hasher)
        };
        let written = tokio::task::spawn_blocking(work).await;
        let written = written.map_err(|error| ApiError::internal(&error))?;
        hasher = written.map_err(|error| unwritten(&error))?;
    }
    match at == len {
        true => Ok(hasher.finalize().into()),
        false => Err(wrong_length(len)),
    }
}

/// About [`WRITE_LEN`] bytes of a body; none at its end.
async fn next_piece(stream: &mut BodyDataStream) -> Result<Bytes, ApiError> {
    let mut piece = BytesMut::new();
    while piece.len() < WRITE_LEN {
        let next = tokio::time::timeout(BODY_IDLE, stream.next()).await;
        let idle = |_| {
            ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "the body stopped coming; send it again",
            )
        };
        match next.map_err(idle)? {
            None => break,
            Some(Ok(bytes)) => piece.extend_from_slice(&bytes),
            Some(Err(error)) => {
                return Err(ApiError::bad_request(format!(
                    "the body broke off: {error}; send it again"
                )))
            }
        }
    }
    Ok(piece.freeze())
}

fn unwritten(error: &io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            let message = "the gateway's disk is full; its operator can free some room";
            ApiError::new(StatusCode::INSUFFICIENT_STORAGE, message)
        }
        _ => ApiError::internal(error),
    }
}

/// Keeps an upload that hashes to its name; the ticket has served.
fn settle(writer: &Writer, ticket: &Ticket, hash: [u8; 32]) -> Result<(), ApiError> {
    if hash != ticket.oid {
        crate::shared::locked(&ticket.parts, |parts| parts.clear());
        return Err(ApiError::bad_request(format!(
            "the body's SHA-256 is {}, announced was {}; send it again",
            hex::encode(hash),
            hex::encode(ticket.oid)
        )));
    }
    // A ticket serves once: what it brought may have been committed since.
    let room = ticket.take_room().ok_or_else(unknown_upload)?;
    let kept = writer.spool.keep(&ticket.name, &ticket.oid, room);
    kept.map_err(|error| ApiError::internal(&error))
}

fn unknown_upload() -> ApiError {
    let message = "this upload is unknown or too old; ask for it again with a batch";
    ApiError::new(StatusCode::NOT_FOUND, message)
}

fn hash_file(path: &std::path::Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; WRITE_LEN];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
    }
}

/// A SHA-256 in hex.
pub(super) fn parse_oid(text: &str) -> Option<Oid> {
    let mut oid = [0; 32];
    hex::decode_to_slice(text, &mut oid).ok().map(|()| oid)
}
