//! A folder as blobs: what there is to publish, and its manifest.
//!
//! Goals: the same folder gives the same manifest everywhere; each file is read once; memory is bounded by one pack
//! file and a buffer; whatever cannot be published is refused by name before anything is sent.
//! Non-goals: leaving files out, following links to elsewhere.
//!
//! Files below 1 MiB are packed in the order of their paths, each content once, at multiples of 1 KiB. A pack of one
//! file is that file's own blob.

mod digest;
mod error;
mod known;
mod pack;
mod walk;

pub use error::ScanError;

use crate::{
    blocking::blocking,
    cache::Cache,
    io_class,
    progress::{Meter, Phase, Progress},
    source::{FileSource, Source},
};
use ballast_chain::ErrorClass;
use ballast_core::{
    limits::{MAX_BLOB_LEN, PACK_FILE_MAX},
    manifest::{FileEntry, Location, Manifest},
    Address,
};
use bytes::Bytes;
use digest::{digest_large, digest_small, Digest};
use known::Known;
use pack::{Packer, Place};
use serde::Serialize;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use walk::Found;

/// What there is to publish.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The folder.
    pub root: PathBuf,
    /// Its files.
    pub manifest: Manifest,
    /// The blobs that hold them, each once, and last the manifest itself. Empty files have none.
    pub blobs: Vec<BlobSource>,
}

/// A blob and where its bytes come from.
#[derive(Clone, Debug)]
pub struct BlobSource {
    /// Its address.
    pub address: Address,
    /// What it is.
    pub kind: BlobKind,
    /// Where its bytes come from.
    pub source: Source,
    /// Paths in the manifest of the files in it; none for the manifest.
    pub paths: Vec<String>,
}

/// What a blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlobKind {
    /// A file.
    File,
    /// Several small files.
    Pack,
    /// The manifest.
    Manifest,
}

impl Scan {
    /// Address of the manifest: the version's address.
    pub fn address(&self) -> Address {
        self.blobs
            .last()
            .map_or_else(|| self.manifest.address(), |blob| blob.address)
    }
}

impl BlobSource {
    /// Bytes of the blob.
    pub fn len(&self) -> u64 {
        self.source.len()
    }

    /// Whether the blob has no bytes.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }
}

impl ScanError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Source(error) => error.class(),
            Self::Unreadable { source, .. } => io_class(source),
            _ => ErrorClass::Usage,
        }
    }
}

/// Reads a folder.
pub async fn scan(dir: &Path, progress: Arc<dyn Progress>) -> Result<Scan, ScanError> {
    let dir = dir.to_path_buf();
    blocking(move || scan_now(&dir, &progress)).await
}

/// Reads a folder; large files that an earlier scan has read, and that were not written to since, are not read again.
pub async fn scan_cached(
    dir: &Path,
    cache: &Cache,
    progress: Arc<dyn Progress>,
) -> Result<Scan, ScanError> {
    let (dir, cache) = (dir.to_path_buf(), cache.clone());
    blocking(move || scan_known(&dir, Some(&cache), &progress)).await
}

/// A file with its hashes.
struct Hashed {
    path: String,
    digest: Digest,
    place: Place,
}

fn scan_now(dir: &Path, progress: &Arc<dyn Progress>) -> Result<Scan, ScanError> {
    scan_known(dir, None, progress)
}

fn scan_known(
    dir: &Path,
    cache: Option<&Cache>,
    progress: &Arc<dyn Progress>,
) -> Result<Scan, ScanError> {
    let found = walk::files(dir)?;
    let total = found
        .iter()
        .fold(0u64, |sum, file| sum.saturating_add(file.len));
    let meter = Meter::new(progress, Phase::Scan, total);
    let mut packer = Packer::default();
    let mut known = Known::open(cache, dir);
    let hashed = found
        .into_iter()
        .map(|file| hash(file, &mut packer, &mut known, &meter))
        .collect::<Result<Vec<_>, _>>()?;
    let packs = packer.finish();
    let manifest = Manifest::new(hashed.iter().map(|file| entry(file, &packs)).collect())?;
    let mut blobs = blobs(&hashed, &packs);
    blobs.push(manifest_blob(&manifest));
    Ok(Scan {
        root: dir.into(),
        manifest,
        blobs,
    })
}

fn hash(
    file: Found,
    packer: &mut Packer,
    known: &mut Known,
    meter: &Meter,
) -> Result<Hashed, ScanError> {
    if file.len > MAX_BLOB_LEN {
        return Err(ScanError::TooLong {
            path: file.full,
            len: file.len,
            max: MAX_BLOB_LEN,
        });
    }
    let path = file.path;
    if file.len >= PACK_FILE_MAX {
        let source = FileSource::open_first(&file.full)?.source().clone();
        let digest = match known
            .find(&path, &source)
            .filter(|_| source.len() == file.len)
        {
            Some(digest) => {
                meter.skip(file.len);
                digest
            }
            None => {
                let digest = digest_large(&file.full, file.len, |bytes| meter.add(bytes))?;
                known.keep(&path, &digest);
                digest
            }
        };
        return Ok(Hashed {
            path,
            digest,
            place: Place::Blob,
        });
    }
    let (digest, bytes) = digest_small(&file.full, file.len)?;
    meter.add(digest.file.len());
    let place = packer.place(&path, &digest, &bytes);
    Ok(Hashed {
        path,
        digest,
        place,
    })
}

fn entry(file: &Hashed, packs: &[BlobSource]) -> FileEntry {
    let Digest {
        file: source,
        blake3,
        sha256,
        git_sha1,
    } = file.digest.clone();
    FileEntry {
        path: file.path.clone(),
        length: source.len(),
        blake3,
        sha256,
        git_sha1,
        location: location(&file.place, packs),
    }
}

fn location(place: &Place, packs: &[BlobSource]) -> Location {
    match *place {
        Place::Nowhere => Location::Empty,
        Place::Blob => Location::Blob,
        // The packer closed every pack it gave an index of.
        Place::Pack { index, offset } => match packs.get(index) {
            Some(pack) if pack.kind == BlobKind::Pack => Location::Pack {
                address: pack.address,
                offset,
            },
            _ => Location::Blob,
        },
    }
}

/// Large files in the order of their paths, each content once; then the packs.
fn blobs(files: &[Hashed], packs: &[BlobSource]) -> Vec<BlobSource> {
    let mut index_of: HashMap<Address, usize> = HashMap::new();
    let mut blobs: Vec<BlobSource> = Vec::new();
    for file in files.iter().filter(|file| file.place == Place::Blob) {
        let address = file.digest.blake3;
        let index = *index_of.entry(address).or_insert(blobs.len());
        if index == blobs.len() {
            let source = Source::File(file.digest.file.clone());
            blobs.push(BlobSource {
                address,
                kind: BlobKind::File,
                source,
                paths: Vec::new(),
            });
        }
        if let Some(blob) = blobs.get_mut(index) {
            blob.paths.push(file.path.clone());
        }
    }
    blobs.extend_from_slice(packs);
    blobs
}

fn manifest_blob(manifest: &Manifest) -> BlobSource {
    let bytes = Bytes::from(manifest.to_bytes());
    let address = Address(*blake3::hash(&bytes).as_bytes());
    BlobSource {
        address,
        kind: BlobKind::Manifest,
        source: Source::Bytes(bytes),
        paths: Vec::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
