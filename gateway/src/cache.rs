//! The disk cache: groups of blobs, in a folder.
//!
//! Goals: what is read back is what was written, or nothing; any number of requests may read and write at once; the
//! folder stays within its size; `kill -9` costs at most what was being written.
//! Non-goals: durability (workers have the bytes), other programs that write here.
//!
//! A group is one file, `v1/ab/<address>/<index>`, written under another name and renamed. Its header carries a hash
//! keyed by the address over length, index and bytes, which every read checks: a file that is cut, rotten or in the
//! wrong place is deleted and counts as absent. There is no index on disk; a start lists the folder. Within the size,
//! what was used last stays.

mod entry;
mod index;

pub use entry::Group;

use crate::{limits::SCAN_ENTRIES, metrics::Metrics};
use ballast_core::Address;
use bytes::Bytes;
use entry::Damage;
use index::Index;
use rand::RngCore;
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

/// Format of the folder; another gets another folder beside it.
const VERSION: &str = "v1";

/// A group's name: its blob, and which one it is.
pub type Key = (Address, u32);

/// The cache.
pub struct DiskCache {
    root: PathBuf,
    index: Mutex<Index>,
    metrics: Arc<Metrics>,
    /// Keeps other gateways out of the folder while it is open.
    _lock: File,
}

/// The cache's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The folder cannot be made, read or written.
    #[error("the cache folder {} cannot be used: {source}; choose another, or make it writable", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another gateway works in it.
    #[error("another gateway uses the cache folder {}; give each its own", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
}

impl DiskCache {
    /// Opens a cache of at most `size` bytes. What is in the folder is served at once; [`Self::scan`] counts it.
    pub fn open(root: &Path, size: u64, metrics: Arc<Metrics>) -> Result<Self, CacheError> {
        let unusable = |source| CacheError::Unusable {
            path: root.into(),
            source,
        };
        fs::create_dir_all(root.join(VERSION)).map_err(unusable)?;
        let lock = File::create(root.join("lock")).map_err(unusable)?;
        let flock = rustix::fs::FlockOperation::NonBlockingLockExclusive;
        rustix::fs::flock(&lock, flock).map_err(|error| match error {
            rustix::io::Errno::WOULDBLOCK => CacheError::InUse { path: root.into() },
            error => unusable(error.into()),
        })?;
        // Only now that nobody else writes here: what is staged is left over.
        let staging = root.join("staging");
        let _ = fs::remove_dir_all(&staging);
        fs::create_dir_all(&staging).map_err(unusable)?;
        Ok(Self {
            root: root.into(),
            index: Mutex::new(Index::new(size)),
            metrics,
            _lock: lock,
        })
    }

    /// Counts what a former run left, and deletes what is too much. Blocking.
    pub fn scan(&self) {
        let mut found = Vec::new();
        let mut extra = 0u64;
        for blob in folders(&self.root.join(VERSION)).flat_map(|folder| folders(&folder)) {
            for file in entries(&blob) {
                match (key_of(&file), fs::metadata(&file)) {
                    (Some(key), Ok(meta)) if found.len() < SCAN_ENTRIES => {
                        let used = meta.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                        found.push((used, key, meta.len()));
                    }
                    _ => {
                        extra = extra.saturating_add(1);
                        let _ = fs::remove_file(&file);
                    }
                }
            }
            // Only if it is empty.
            let _ = fs::remove_dir(&blob);
        }
        found.sort_unstable();
        let evicted = self.locked(|index| index.adopt(found));
        tracing::info!(
            bytes = self.bytes(),
            evicted = evicted.len(),
            extra,
            "cache counted"
        );
        self.remove(evicted);
    }

    /// A group, if it is here and whole. Blocking.
    pub fn get(&self, key: Key) -> Option<Group> {
        match read(&self.path(key), key) {
            Ok(group) => {
                self.locked(|index| index.touch(key));
                Some(group)
            }
            Err(Damage::Absent) => None,
            Err(damage) => {
                tracing::warn!(blob = %key.0, group = key.1, %damage, "damage in the cache; fetched again");
                self.metrics.cache_damaged.increment();
                self.remove(vec![key]);
                None
            }
        }
    }

    /// Keeps a group, whose bytes are known to be right. A disk that takes nothing costs speed only. Blocking.
    pub fn put(&self, key: Key, group: &Group) {
        let written = self.write(key, group);
        match written {
            Ok(size) => {
                let evicted = self.locked(|index| index.insert(key, size));
                self.metrics.cache_evicted.add(evicted.len() as u64);
                self.remove(evicted);
            }
            Err(error) => {
                tracing::warn!(%error, "the cache cannot be written");
                self.metrics.cache_write_errors.increment();
            }
        }
    }

    /// Bytes that are counted.
    pub fn bytes(&self) -> u64 {
        self.locked(|index| index.bytes())
    }

    /// Holds up writes, at their ends, as long as what it gives is kept.
    #[cfg(test)]
    pub fn hold(&self) -> impl Sized + '_ {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, key: Key, group: &Group) -> io::Result<u64> {
        let name = format!("{:016x}", rand::rng().next_u64());
        let staged = self.root.join("staging").join(name);
        let head = entry::head(key, group.blob_len, &group.bytes);
        let written = write_new(&staged, &[&head, &group.bytes])
            .and_then(|()| self.rename(&staged, &self.path(key)));
        if written.is_err() {
            let _ = fs::remove_file(&staged);
        }
        written?;
        Ok((head.len() as u64).saturating_add(group.bytes.len() as u64))
    }

    /// The blob's folder may be removed, as an empty one, between two steps.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut tries = 0;
        loop {
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            match fs::rename(from, to) {
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < 3 => tries += 1,
                other => return other,
            }
        }
    }

    fn remove(&self, keys: Vec<Key>) {
        for key in keys {
            self.locked(|index| index.remove(key));
            let path = self.path(key);
            let _ = fs::remove_file(&path);
            if let Some(folder) = path.parent() {
                // Only if it is empty.
                let _ = fs::remove_dir(folder);
            }
        }
    }

    fn path(&self, (address, index): Key) -> PathBuf {
        let hex = address.to_string();
        let first = hex.get(..2).unwrap_or_default().to_owned();
        let folder = self.root.join(VERSION).join(first).join(hex);
        folder.join(format!("{index:08x}"))
    }

    fn locked<T>(&self, work: impl FnOnce(&mut Index) -> T) -> T {
        work(&mut self.index.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn read(path: &Path, key: Key) -> Result<Group, Damage> {
    let file = File::open(path).map_err(|error| Damage::of(&error))?;
    let meta = file.metadata().map_err(|error| Damage::of(&error))?;
    // One more than fits shows what is too long, and tells the reader that it is at the end.
    let limit = entry::FILE_LEN_MAX.saturating_add(1);
    let len = usize::try_from(meta.len())
        .unwrap_or(usize::MAX)
        .saturating_add(1);
    let mut bytes = Vec::with_capacity(len.min(limit));
    file.take(limit as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| Damage::of(&error))?;
    entry::parse(key, Bytes::from(bytes))
}

fn write_new(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    parts.iter().try_for_each(|part| file.write_all(part))
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path())
}

fn folders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    entries(folder).filter(|path| path.is_dir())
}

fn key_of(path: &Path) -> Option<Key> {
    let index = path.file_name()?.to_str()?;
    let address = path.parent()?.file_name()?.to_str()?;
    let is_index = index.len() == 8;
    let index = u32::from_str_radix(index, 16).ok().filter(|_| is_index)?;
    Some((address.parse().ok()?, index))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
