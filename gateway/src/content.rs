//! Bytes of blobs, out of the cache or from workers.
//!
//! Goals: no byte leaves that was not checked against its address; what several requests want is fetched once; a
//! download holds [`READ_AHEAD`] groups in memory, whatever its length; what is in the cache is served without workers.
//! Non-goals: names (`registry`), HTTP (`hub`).

mod source;

pub use source::{Blobs, OpenBlob};

use crate::{
    cache::{DiskCache, Group},
    flight::Flights,
    limits::{
        CHECKED_FILES, DISK_READS, FETCHES, GROUP_LEN, KNOWN_LENGTHS, OPEN_BLOBS, OPEN_BLOB_AGE,
        READ_AHEAD,
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
    filling: Flights<(Address, u32), Result<Group, ReadError>>,
    fetches: Semaphore,
    disk_reads: Semaphore,
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

    /// A group, from disk or from workers.
    async fn group(self: &Arc<Self>, blob: Address, index: u64) -> Result<Group, ReadError> {
        // The longest blob has 2^20 groups.
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        if let Some(group) = self.cached(blob, index).await {
            self.metrics.cache_hits.increment();
            return Ok(group);
        }
        let this = self.clone();
        let fill = || async move { this.fill(blob, index).await };
        let filled = self.filling.join((blob, index), fill).await;
        filled.unwrap_or_else(|| Err(broken("a group's fetch ended without a result")))
    }

    async fn cached(self: &Arc<Self>, blob: Address, index: u32) -> Option<Group> {
        // Nobody closes it.
        let _turn = self.disk_reads.acquire().await.ok()?;
        let cache = self.cache.clone();
        let read = tokio::task::spawn_blocking(move || cache.get((blob, index)));
        read.await.ok().flatten()
    }

    async fn fill(self: Arc<Self>, blob: Address, index: u32) -> Result<Group, ReadError> {
        let _turn = self.fetches.acquire().await;
        self.metrics.cache_misses.increment();
        let fetched = match self.fetch(blob, index).await {
            Ok(group) => Ok(group),
            // Its workers may have changed since it was opened.
            Err(_) if self.forget(blob) => self.fetch(blob, index).await,
            Err(error) => Err(error),
        };
        let group = fetched.inspect_err(|error| {
            self.metrics.fetch_errors.increment();
            tracing::warn!(%blob, group = index, %error, "a group cannot be fetched");
        })?;
        let (cache, kept) = (self.cache.clone(), group.clone());
        // Written before the next request looks for it; a failure is told there.
        let _ = tokio::task::spawn_blocking(move || cache.put((blob, index), &kept)).await;
        Ok(group)
    }

    async fn fetch(self: &Arc<Self>, blob: Address, index: u32) -> Result<Group, ReadError> {
        let handle = self.handle(blob).await?;
        let blob_len = handle.len();
        let start = u64::from(index).saturating_mul(GROUP_LEN).min(blob_len);
        let end = start.saturating_add(GROUP_LEN).min(blob_len);
        let bytes = handle.read(start..end).await.map_err(Arc::new)?;
        match bytes.len() as u64 == end - start {
            true => Ok(Group { blob_len, bytes }),
            false => Err(broken("a read gave another number of bytes")),
        }
    }

    async fn handle(self: &Arc<Self>, blob: Address) -> Result<Handle, ReadError> {
        let known = locked(&self.open, |open| open.get(&blob).cloned());
        if let Some((since, handle)) = known {
            if since.elapsed() < OPEN_BLOB_AGE {
                return Ok(handle);
            }
        }
        let this = self.clone();
        let open = || async move {
            let handle = this.blobs.open(blob).await.map_err(Arc::new)?;
            let entry = (Instant::now(), handle.clone());
            locked(&this.open, |open| open.put(blob, entry));
            Ok(handle)
        };
        let opened = self.opening.join(blob, open).await;
        opened.unwrap_or_else(|| Err(broken("opening a blob ended without a result")))
    }

    /// Closes a blob; false if it was not open, or so freshly that opening it again changes nothing.
    fn forget(&self, blob: Address) -> bool {
        const FRESH: std::time::Duration = std::time::Duration::from_secs(1);
        locked(&self.open, |open| {
            let is_old = open
                .peek(&blob)
                .is_some_and(|(since, _)| since.elapsed() > FRESH);
            is_old && open.pop(&blob).is_some()
        })
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
