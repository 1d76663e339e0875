//! Bytes of blobs, out of the cache or from workers.
//!
//! Goals: no byte leaves that was not checked against its address; what several requests want is fetched once; a
//! download holds [`READ_AHEAD`] groups in memory, whatever its length; what is in the cache is served without workers;
//! nobody waits for the disk: a group is passed on before it is written, unless [`CACHE_WRITES`] wait to be.
//! Non-goals: names (`registry`), HTTP (`hub`).

mod groups;
mod source;

pub use source::{Blobs, OpenBlob};

use crate::{
    cache::{DiskCache, Group, Key},
    flight::Flights,
    limits::{
        CACHE_WRITES, CHECKED_FILES, DISK_READS, FETCHES, GROUP_LEN, KNOWN_LENGTHS, OPEN_BLOBS,
        READ_AHEAD, WRITES_WAIT,
    },
    metrics::Metrics,
    shared::{bounded, locked},
};
use ballast_blobs::FetchError;
use ballast_core::{
    manifest::{FileEntry, Location},
    Address,
};
use bytes::Bytes;
use futures::{stream::BoxStream, Stream, StreamExt, TryStreamExt};
use lru::LruCache;
use std::{
    ops::Range,
    sync::{Arc, Mutex},
    time::Instant,
};
use tokio::sync::Semaphore;

/// Why bytes cannot be had. Shared by all who wait for the same.
pub type ReadError = Arc<FetchError>;

/// Bytes in order. Ends after the first error.
pub type ByteStream = BoxStream<'static, Result<Bytes, ReadError>>;

type Handle = Arc<dyn OpenBlob>;

/// All blobs, as far as the chain knows them.
pub struct Content {
    blobs: Arc<dyn Blobs>,
    cache: Arc<DiskCache>,
    metrics: Arc<Metrics>,
    open: Mutex<LruCache<Address, (Instant, Handle)>>,
    lengths: Mutex<LruCache<Address, u64>>,
    /// Files in packs whose bytes were found to be those that their manifest says.
    checked: Mutex<LruCache<(Address, u64, Address, u64), ()>>,
    opening: Flights<Address, Result<Handle, ReadError>>,
    filling: Flights<Key, Result<Group, ReadError>>,
    fetches: Semaphore,
    disk_reads: Semaphore,
    /// Turns of groups to be written, from when they are passed on.
    writes: Arc<Semaphore>,
}

/// A run of a blob that is a file, or all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    blob: Address,
    offset: u64,
    len: u64,
}

impl Extent {
    /// Its length.
    pub fn len(&self) -> u64 {
        self.len
    }
}

impl Content {
    /// Bytes from these blobs, kept in this cache.
    pub fn new(blobs: Arc<dyn Blobs>, cache: Arc<DiskCache>, metrics: Arc<Metrics>) -> Self {
        Self {
            blobs,
            cache,
            metrics,
            open: Mutex::new(bounded(OPEN_BLOBS)),
            lengths: Mutex::new(bounded(KNOWN_LENGTHS)),
            checked: Mutex::new(bounded(CHECKED_FILES)),
            opening: Flights::default(),
            filling: Flights::default(),
            fetches: Semaphore::new(FETCHES),
            disk_reads: Semaphore::new(DISK_READS),
            writes: Arc::new(Semaphore::new(CACHE_WRITES)),
        }
    }

    /// All of a blob.
    pub async fn blob(self: &Arc<Self>, address: Address) -> Result<Extent, ReadError> {
        let len = self.len(address).await?;
        Ok(Extent {
            blob: address,
            offset: 0,
            len,
        })
    }

    /// A file of a manifest. Refuses one that is not what the manifest says; a file in a pack is read and hashed for
    /// that, once.
    pub async fn file(self: &Arc<Self>, entry: &FileEntry) -> Result<Extent, ReadError> {
        let (blob, offset) = match entry.location {
            Location::Empty | Location::Blob => (entry.blake3, 0),
            Location::Pack { address, offset } => (address, offset),
        };
        let len = entry.length;
        let extent = Extent { blob, offset, len };
        let blob_len = self.len(blob).await?;
        match entry.location {
            Location::Pack { .. } if offset.saturating_add(len) > blob_len => {
                return Err(self.wrong(entry, blob, "it ends before"));
            }
            Location::Pack { .. } => self.check(entry, extent).await?,
            _ if len != blob_len => {
                return Err(self.wrong(entry, blob, "the blob has another length"))
            }
            _ => {}
        }
        Ok(extent)
    }

    /// The bytes of a range of an extent, in order. Does nothing before it is polled.
    pub fn stream(self: &Arc<Self>, extent: Extent, range: Range<u64>) -> ByteStream {
        let start = extent.offset.saturating_add(range.start.min(extent.len));
        let end = extent.offset.saturating_add(range.end.min(extent.len));
        self.run(extent.blob, start..end).boxed()
    }

    /// A short extent in memory.
    pub async fn read(self: &Arc<Self>, extent: Extent) -> Result<Vec<u8>, ReadError> {
        let mut all = Vec::new();
        let mut stream = self.stream(extent, 0..extent.len);
        while let Some(piece) = stream.try_next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    /// Bytes in the disk cache.
    pub fn cache_bytes(&self) -> u64 {
        self.cache.bytes()
    }

    /// Waits until what was passed on is in the cache, for a while. For when nothing more is asked.
    pub async fn settle(&self) {
        let all = self.writes.acquire_many(CACHE_WRITES as u32);
        if tokio::time::timeout(WRITES_WAIT, all).await.is_err() {
            tracing::warn!("the cache was not written to its end");
        }
    }

    fn run(
        self: &Arc<Self>,
        blob: Address,
        range: Range<u64>,
    ) -> impl Stream<Item = Result<Bytes, ReadError>> + Send + 'static {
        let this = self.clone();
        let groups = match range.is_empty() {
            true => 0..0,
            false => range.start / GROUP_LEN..range.end.div_ceil(GROUP_LEN),
        };
        futures::stream::iter(groups)
            .map(move |index| {
                let (this, range) = (this.clone(), range.clone());
                async move {
                    let group = this.group(blob, index).await?;
                    Ok(cut(&group.bytes, index.saturating_mul(GROUP_LEN), &range))
                }
            })
            .buffered(READ_AHEAD)
    }

    async fn len(self: &Arc<Self>, blob: Address) -> Result<u64, ReadError> {
        if blob.0 == *blake3::hash(b"").as_bytes() {
            return Ok(0);
        }
        if let Some(len) = locked(&self.lengths, |lengths| lengths.get(&blob).copied()) {
            return Ok(len);
        }
        let len = match self.cached(blob, 0).await {
            Some(group) => group.blob_len,
            None => self.handle(blob).await?.len(),
        };
        locked(&self.lengths, |lengths| lengths.put(blob, len));
        Ok(len)
    }

    /// Compares a file in a pack with its hash, without keeping more of it than a download would.
    async fn check(self: &Arc<Self>, entry: &FileEntry, extent: Extent) -> Result<(), ReadError> {
        let Extent { blob, offset, len } = extent;
        let key = (blob, offset, entry.blake3, len);
        if locked(&self.checked, |checked| checked.get(&key).is_some()) {
            return Ok(());
        }
        let mut hasher = blake3::Hasher::new();
        let mut stream = self.stream(extent, 0..len);
        while let Some(piece) = stream.try_next().await? {
            hasher.update(&piece);
        }
        match entry.blake3.0 == *hasher.finalize().as_bytes() {
            true => {
                locked(&self.checked, |checked| checked.put(key, ()));
                Ok(())
            }
            false => Err(self.wrong(entry, blob, "other bytes are there")),
        }
    }

    fn wrong(&self, entry: &FileEntry, blob: Address, reason: &str) -> ReadError {
        self.metrics.wrong_manifests.increment();
        Arc::new(FetchError::WrongManifest {
            path: entry.path.clone(),
            blob,
            reason: reason.into(),
        })
    }
}

/// The part of a group that lies in a range of its blob.
fn cut(bytes: &Bytes, start: u64, range: &Range<u64>) -> Bytes {
    let within = |at: u64| {
        let at = usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        at.min(bytes.len())
    };
    bytes.slice(within(range.start)..within(range.end))
}

fn broken(what: &str) -> ReadError {
    Arc::new(FetchError::Sink {
        source: std::io::Error::other(what.to_owned()),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
