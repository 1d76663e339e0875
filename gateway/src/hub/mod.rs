//! The Hub's API, read: what the clients ask before and while they download.

pub mod files;
pub mod models;
pub mod status;
pub mod tree;

use crate::{
    error::{header_text, REPO_COMMIT},
    limits::REGULAR_FILE,
    registry::Snapshot,
};
use axum::http::{header, HeaderMap, HeaderName, HeaderValue};
use ballast_core::manifest::FileEntry;
use serde::Serialize;

/// The address of the version that answers.
pub const MANIFEST: HeaderName = HeaderName::from_static("x-ballast-manifest");
/// A warning, which clients print: `topic; text`.
pub const WARNING: HeaderName = HeaderName::from_static("x-hf-warning");

/// What clients know of a file that they verify by its SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lfs {
    /// SHA-256.
    pub oid: String,
    /// The same, as some answers call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Bytes of the pointer that git would keep.
    pub pointer_size: usize,
}

/// Whether clients are to verify a file by SHA-256, and send it apart from a commit.
pub fn is_large(len: u64) -> bool {
    len > REGULAR_FILE
}

/// What clients know of a large file.
pub fn lfs(file: &FileEntry) -> Option<Lfs> {
    let oid = hex::encode(file.sha256);
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {}\n",
        file.length
    );
    is_large(file.length).then_some(Lfs {
        oid,
        sha256: None,
        size: file.length,
        pointer_size: pointer.len(),
    })
}

/// The ETag of a file: SHA-256 of a large one, git's SHA-1 of a small one, which clients verify.
pub fn etag(file: &FileEntry) -> String {
    match is_large(file.length) {
        true => format!("\"{}\"", hex::encode(file.sha256)),
        false => format!("\"{}\"", hex::encode(file.git_sha1)),
    }
}

/// Headers that say which version answers, and what to be warned of.
pub fn version_headers(snapshot: &Snapshot, warnings: &[String]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(REPO_COMMIT, header_text(&snapshot.commit));
    headers.insert(MANIFEST, header_text(&snapshot.address.to_string()));
    for warning in warnings {
        headers.append(WARNING, header_text(warning));
    }
    headers
}

/// `Link` to the next page.
pub fn next_link(url: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::try_from(format!("<{url}>; rel=\"next\"")).ok()?;
    Some((header::LINK, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::{manifest::Location, Address};

    #[test]
    fn large_files_are_known_by_sha256_and_small_ones_by_gits_sha1() {
        let file = |length| FileEntry {
            blake3: Address([0; 32]),
            git_sha1: [0x11; 20],
            length,
            location: Location::Blob,
            path: "f".into(),
            sha256: [0x22; 32],
        };
        assert_eq!(
            etag(&file(REGULAR_FILE)),
            format!("\"{}\"", "11".repeat(20))
        );
        assert_eq!(lfs(&file(REGULAR_FILE)), None);
        assert_eq!(
            etag(&file(REGULAR_FILE + 1)),
            format!("\"{}\"", "22".repeat(32))
        );
        // git lfs pointer --file of a file of 1048577 bytes.
        assert_eq!(
            lfs(&file(REGULAR_FILE + 1)).map(|lfs| lfs.pointer_size),
            Some(132)
        );
    }
}
