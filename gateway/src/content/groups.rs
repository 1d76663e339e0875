//! Groups of blobs: each is fetched once, passed on as soon as it is proven, and written to the cache behind that.

use super::{broken, Content, Handle, ReadError};
use crate::{
    cache::{Group, Key},
    limits::{GROUP_LEN, OPEN_BLOB_AGE},
    shared::locked,
};
use ballast_core::Address;
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

/// A blob that was opened since is not opened anew when a read fails: nothing would be different.
const FRESH: Duration = Duration::from_secs(1);

impl Content {
    /// A group: one that is on its way, from disk, or from workers.
    pub(super) async fn group(
        self: &Arc<Self>,
        blob: Address,
        index: u64,
    ) -> Result<Group, ReadError> {
        // The longest blob has 2^20 groups.
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let key = (blob, index);
        if let Some(shared) = self.filling.under_way(&key).await {
            return shared;
        }
        if let Some(group) = self.cached(blob, index).await {
            self.metrics.cache_hits.increment();
            return Ok(group);
        }
        let this = self.clone();
        let fill = || async move { this.fill(key).await };
        let filled = self.filling.join_early(key, fill).await;
        filled.unwrap_or_else(|| Err(broken("a group's fetch ended without a result")))
    }

    pub(super) async fn cached(self: &Arc<Self>, blob: Address, index: u32) -> Option<Group> {
        // Nobody closes it.
        let _turn = self.disk_reads.acquire().await.ok()?;
        let cache = self.cache.clone();
        let read = tokio::task::spawn_blocking(move || cache.get((blob, index)));
        read.await.ok().flatten()
    }

    /// A group from workers, and its way into the cache.
    async fn fill(
        self: Arc<Self>,
        key: Key,
    ) -> (
        Result<Group, ReadError>,
        Option<impl Future<Output = ()> + Send>,
    ) {
        let turn = self.fetches.acquire().await;
        self.metrics.cache_misses.increment();
        let group = self.fetch_again(key).await;
        let Ok(kept) = group.clone() else {
            return (group, None);
        };
        // While as many groups as may be wait for the disk, so does the download.
        let turn_to_write = self.writes.clone().acquire_owned().await;
        drop(turn);
        let cache = self.cache.clone();
        let write = async move {
            let put = tokio::task::spawn_blocking(move || {
                cache.put(key, &kept);
                // Whoever gets the turn next may take it that nothing of this is left.
                drop((cache, kept));
                drop(turn_to_write);
            });
            // What went wrong was told there.
            let _ = put.await;
        };
        (group, Some(write))
    }

    /// A group from workers. They may have changed since the blob was opened; then once more.
    async fn fetch_again(self: &Arc<Self>, (blob, index): Key) -> Result<Group, ReadError> {
        let fetched = match self.fetch(blob, index).await {
            Err(_) if self.forget(blob) => self.fetch(blob, index).await,
            fetched => fetched,
        };
        fetched.inspect_err(|error| {
            self.metrics.fetch_errors.increment();
            tracing::warn!(%blob, group = index, %error, "a group cannot be fetched");
        })
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

    pub(super) async fn handle(self: &Arc<Self>, blob: Address) -> Result<Handle, ReadError> {
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
        locked(&self.open, |open| {
            let is_old = open
                .peek(&blob)
                .is_some_and(|(since, _)| since.elapsed() > FRESH);
            is_old && open.pop(&blob).is_some()
        })
    }
}
