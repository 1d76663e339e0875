//! Bytes: files of versions, and any blob by its address.

use super::{etag, version_headers};
use crate::{
    app::{App, Params},
    conditional::{decide, Decision},
    content::Extent,
    error::ApiError,
    limits::REGULAR_FILE,
    repo::{checked_path, parse_address},
};
use axum::{
    body::Body,
    extract::State,
    http::{header, HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    response::{IntoResponse, Response},
};
use ballast_core::manifest::FileEntry;
use bytes::Bytes;
use futures::{stream, Stream, StreamExt};
use std::{io, ops::Range, sync::Arc};

/// What a hash names never changes, so any cache may keep it.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A name may stand for something else the next time.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
/// Size of the file behind the link, where there is a link. The clients look here first.
const LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");

/// Something that can be sent, and how it is described.
struct Thing<'a> {
    source: Source<'a>,
    len: u64,
    etag: String,
    headers: HeaderMap,
}

/// Where bytes come from. A file is opened when bytes of it are wanted, not before.
enum Source<'a> {
    File(&'a FileEntry),
    Extent(Extent),
}

/// `GET` and `HEAD` of a file of a version.
pub async fn resolve(
    State(app): State<Arc<App>>,
    Params((namespace, name, revision, path)): Params<(String, String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let snapshot = app.snapshot(&namespace, &name, &revision).await?;
    let path = checked_path(&path)?;
    let file = snapshot.manifest.find(path);
    let file = file.ok_or_else(|| ApiError::no_entry(&snapshot.commit, path))?;
    let warnings = app.health.warnings(&snapshot).await;
    let mut described = version_headers(&snapshot, &warnings);
    let etag = etag(file);
    described.insert(header::CACHE_CONTROL, ASK_AGAIN);
    described.insert(header::CONTENT_TYPE, content_type(file));
    described.insert(header::CONTENT_DISPOSITION, disposition(path));
    described.insert(LINKED_SIZE, HeaderValue::from(file.length));
    described.extend(
        HeaderValue::try_from(&etag)
            .ok()
            .map(|etag| (LINKED_ETAG, etag)),
    );
    let thing = Thing {
        source: Source::File(file),
        len: file.length,
        etag,
        headers: described,
    };
    send(&app, thing, &method, &headers).await
}

/// `GET` and `HEAD` of a blob.
pub async fn blob(
    State(app): State<Arc<App>>,
    Params(address): Params<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let address =
        parse_address(&address).map_err(|error| ApiError::bad_request(error.message()))?;
    let extent = app.content.blob(address).await?;
    let described = HeaderMap::from_iter([
        (header::CACHE_CONTROL, FOR_EVER),
        (header::CONTENT_TYPE, OCTETS),
    ]);
    let thing = Thing {
        source: Source::Extent(extent),
        len: extent.len(),
        etag: format!("\"{address}\""),
        headers: described,
    };
    send(&app, thing, &method, &headers).await
}

async fn send(
    app: &Arc<App>,
    thing: Thing<'_>,
    method: &Method,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let Thing {
        source,
        len,
        etag,
        mut headers,
    } = thing;
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let etag_value = HeaderValue::try_from(&etag).map_err(|error| ApiError::internal(&error))?;
    headers.insert(header::ETAG, etag_value);
    let (status, range) = match decide(method, asked, &etag, len) {
        Decision::NotModified => return Ok((StatusCode::NOT_MODIFIED, headers).into_response()),
        Decision::Changed => {
            let message = format!("this version's ETag is {etag}; ask without If-Match");
            return Err(ApiError::new(StatusCode::PRECONDITION_FAILED, message));
        }
        Decision::Outside => {
            let range = content_range(&format!("*/{len}"));
            let message = format!("the range lies outside of the {len} bytes there are");
            let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, message);
            headers.remove(header::CONTENT_TYPE);
            headers.remove(header::CONTENT_DISPOSITION);
            return Ok(([(header::CONTENT_RANGE, range)], headers, error).into_response());
        }
        Decision::Whole => (StatusCode::OK, 0..len),
        Decision::Part(range) => {
            let last = range.end.saturating_sub(1);
            let value = content_range(&format!("{}-{last}/{len}", range.start));
            headers.insert(header::CONTENT_RANGE, value);
            (StatusCode::PARTIAL_CONTENT, range)
        }
    };
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(range.end - range.start),
    );
    let body = match *method == Method::HEAD {
        true => Body::empty(),
        false => body(app, source, range).await?,
    };
    Ok((status, headers, body).into_response())
}

/// The first bytes are here before the answer begins: what cannot be had is told with a status.
async fn body(app: &Arc<App>, source: Source<'_>, range: Range<u64>) -> Result<Body, ApiError> {
    let turn = app.turn().await?;
    let extent = match source {
        Source::Extent(extent) => extent,
        Source::File(file) => app.content.file(file).await?,
    };
    let mut pieces = app.content.stream(extent, range);
    let first: Option<Bytes> = pieces.next().await.transpose()?;
    let sending = Sending::new(app.clone(), turn);
    let rest = stream::iter(first.map(Ok)).chain(pieces);
    Ok(Body::from_stream(counted(rest, sending)))
}

/// A download under way.
struct Sending {
    app: Arc<App>,
    _turn: tokio::sync::OwnedSemaphorePermit,
}

impl Sending {
    fn new(app: Arc<App>, turn: tokio::sync::OwnedSemaphorePermit) -> Self {
        app.metrics.streams.add(1);
        Self { app, _turn: turn }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.app.metrics.streams.add(-1);
    }
}

fn counted(
    pieces: impl Stream<Item = Result<Bytes, crate::content::ReadError>>,
    sending: Sending,
) -> impl Stream<Item = io::Result<Bytes>> {
    pieces.map(move |piece| match piece {
        Ok(bytes) => {
            sending.app.metrics.bytes_sent.add(bytes.len() as u64);
            Ok(bytes)
        }
        // The connection breaks off, which every client takes for what it is.
        Err(error) => {
            tracing::warn!(%error, "a download broke off");
            Err(io::Error::other("the bytes cannot be had"))
        }
    })
}

fn content_range(range: &str) -> HeaderValue {
    HeaderValue::try_from(format!("bytes {range}")).unwrap_or(HeaderValue::from_static("bytes */0"))
}

/// Small JSON and text is shown as text, all else is bytes. Nothing is ever a page.
fn content_type(file: &FileEntry) -> HeaderValue {
    const READABLE: [&str; 7] = [".json", ".txt", ".md", ".py", ".yaml", ".yml", ".jinja"];
    let is_readable = READABLE.iter().any(|end| file.path.ends_with(end));
    match is_readable && file.length <= REGULAR_FILE {
        true => TEXT,
        false => OCTETS,
    }
}

/// RFC 6266, with the last segment of the path.
fn disposition(path: &str) -> HeaderValue {
    let name = path.rsplit('/').next().unwrap_or(path);
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._- ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes())
        .map(|part| part.replace('+', "%20").replace('*', "%2A"))
        .collect();
    let value = format!("inline; filename*=UTF-8''{encoded}; filename=\"{plain}\"");
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("inline"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_in_both_forms() {
        let value = disposition("dir/ma\u{e4} \"x\".bin");
        let expected = "inline; filename*=UTF-8''ma%C3%A4%20%22x%22.bin; filename=\"ma_ _x_.bin\"";
        assert_eq!(value.to_str().unwrap_or_default(), expected);
    }
}
