//! Fetching: from an address to bytes that are right.
//!
//! Goals: no byte is used before it is checked, none is wrong under its final name; any k of a blob's n shards suffice,
//! and a worker that is gone, slow or lying costs time only; with fewer it fails within bounded time and says which
//! shards and workers are missing. Memory does not grow with the blob.
//! A fetch into files that was killed, or that failed for reasons that may pass, is gone on with by the same call.
//!
//! The chain names encodings and workers. The cell table of an encoding comes from any worker and is checked against
//! the *address*, so that not even the node has to be believed. Each group of up to 1 MiB is checked against its shard
//! root, which follows from the table. Data shards are the file itself, so nothing is decoded while their workers
//! answer. What is decoded is checked against the table's cell values.

mod assembly;
mod blob;
mod download;
mod error;
mod files;
mod folder;
mod gather;
pub(crate) mod holders;
mod pack;
mod parts;
mod proven;
mod range;
mod reader;
mod resume;
pub(crate) mod row;
mod rows;
mod sample;
mod select;
mod sink;
mod staging;
mod stream;
pub(crate) mod table;
mod window;

pub use error::{FetchError, ShardFailure};
pub use files::{FetchOptions, Fetched};
pub use reader::{BlobReader, ByteStream};
pub use sample::{SampleOptions, Sampled, SampledEncoding};
pub use sink::Sink;
pub use staging::STAGING_SUFFIX;

use crate::{progress::Phase, Client};
use ballast_core::{limits::MAX_MANIFEST_LEN, manifest::Manifest, view::BlobInfo, Address};
use blob::Located;
use sink::{Anew, Memory};
use std::{ops::Range, path::Path, sync::Arc};

/// What is behind an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A manifest: the version of a model.
    Manifest(Manifest),
    /// Any other blob.
    Blob {
        /// Its length.
        len: u64,
    },
}

/// How every canonical manifest begins.
const MANIFEST_START: &[u8] = b"{\"files\":[{\"blake3\":\"";

impl Client {
    /// Finds out whether an address is that of a manifest, and reads it.
    pub async fn inspect(&self, address: Address) -> Result<Content, FetchError> {
        let located = self.locate(address).await?;
        let len = located.len();
        let blob = Content::Blob { len };
        if len > MAX_MANIFEST_LEN || len < MANIFEST_START.len() as u64 {
            return Ok(blob);
        }
        let start = self
            .read_located(&located, 0..MANIFEST_START.len() as u64)
            .await?;
        if start != MANIFEST_START {
            return Ok(blob);
        }
        let bytes = self.read_located(&located, 0..len).await?;
        Ok(Manifest::parse(&bytes).map_or(blob, Content::Manifest))
    }

    /// The manifest at an address.
    pub async fn manifest(&self, address: Address) -> Result<Manifest, FetchError> {
        let located = self.locate(address).await?;
        let len = located.len();
        if len > MAX_MANIFEST_LEN {
            return Err(FetchError::NotAManifest {
                address,
                reason: format!("it has {len} bytes"),
            });
        }
        let bytes = self.read_located(&located, 0..len).await?;
        Manifest::parse(&bytes).map_err(|error| FetchError::NotAManifest {
            address,
            reason: error.to_string(),
        })
    }

    /// Fetches a blob into a file. The file appears when all of its bytes are there and right.
    pub async fn fetch_blob(
        &self,
        address: Address,
        file: &Path,
        overwrite: bool,
    ) -> Result<Fetched, FetchError> {
        files::fetch_one(self, address, file, overwrite).await
    }

    /// Fetches a range of an opened blob into a file. A file that is there is refused, whatever is in it, unless it may
    /// be overwritten. One that was begun by the same call is gone on with.
    pub async fn fetch_range(
        &self,
        blob: &BlobReader,
        range: Range<u64>,
        file: &Path,
        overwrite: bool,
    ) -> Result<Fetched, FetchError> {
        files::fetch_range(self, blob, range, file, overwrite).await
    }

    /// Fetches the files of a manifest into a folder.
    pub async fn fetch_files(
        &self,
        manifest: &Manifest,
        dir: &Path,
        options: &FetchOptions,
    ) -> Result<Fetched, FetchError> {
        files::fetch_all(self, manifest, dir, options).await
    }

    /// Fetches a blob into a sink, which gets its bytes in any order, each once they are known to be right as parts of
    /// a certified encoding. Only when this returns are they known to be all of the blob.
    pub async fn fetch_into(
        &self,
        address: Address,
        sink: Arc<dyn Sink>,
    ) -> Result<u64, FetchError> {
        let located = self.locate(address).await?;
        let meter = crate::progress::Meter::new(&self.progress, Phase::Fetch, located.len());
        self.download(&located, Arc::new(Anew(sink)), &meter.part())
            .await?;
        Ok(located.len())
    }

    /// Where an address is stored.
    pub(crate) async fn locate(&self, address: Address) -> Result<Located, FetchError> {
        if address.0 == *blake3::hash(b"").as_bytes() {
            return Ok(Located::empty(address));
        }
        match self.chain.blob(address).await? {
            None => Err(FetchError::Unknown { address }),
            Some(BlobInfo::Inline { bytes }) => Located::inline(address, bytes),
            Some(BlobInfo::Encoded { encodings }) => Located::encoded(address, encodings),
        }
    }

    /// A range of a blob, in memory.
    async fn read_located(
        &self,
        located: &Located,
        range: Range<u64>,
    ) -> Result<Vec<u8>, FetchError> {
        let memory = Arc::new(Memory::new(range.clone()));
        let meter = crate::progress::Meter::new(
            &(Arc::new(()) as Arc<dyn crate::Progress>),
            Phase::Fetch,
            0,
        );
        let part = meter.part();
        match range == (0..located.len()) {
            true => {
                self.download(located, Arc::new(Anew(memory.clone())), &part)
                    .await?
            }
            false => {
                self.download_ranges(located, std::slice::from_ref(&range), memory.clone(), &part)
                    .await?
            }
        }
        Ok(memory.take())
    }
}
