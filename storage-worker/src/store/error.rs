//! What can go wrong in the store, one enum per operation.

use super::index::IndexError;
use crate::facts::ShardKey;
use ballast_core::{BlockIndex, EncodingId, TreeError};
use std::{io, path::PathBuf};

/// The disk or the index failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file operation failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl StoreError {
    /// Whether the disk is full: the caller may free space and try again, and nothing was kept.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => {
                matches!(
                    source.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
                )
            }
            Self::Index(error) => error.is_disk_full(),
        }
    }
}

/// The data directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error("{path} is in use by another process; stop that ballast-storage-worker first")]
    InUse {
        /// The index directory.
        path: PathBuf,
    },
    /// A later program wrote it.
    #[error(
        "{path} has data format {found}, this program knows formats up to {supported}; run the newer ballast-storage-worker"
    )]
    Newer {
        /// The index directory.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The greatest format known here.
        supported: u32,
    },
    /// Something else wrote it.
    #[error(
        "{path} is a database without the mark of ballast-storage-worker; give another --data-dir. If a worker ran with this one, \
         its index is damaged: run `ballast-storage-worker check --salvage`, which keeps what can be read of it"
    )]
    Foreign {
        /// The index directory.
        path: PathBuf,
    },
    /// Shards without the index that says what they are.
    #[error(
        "{path} is missing, but there are files of {shards} shards; put it back, or move `shards` and `staging` away: the \
         worker then rebuilds from other workers what it has receipts for"
    )]
    IndexLost {
        /// The index directory.
        path: PathBuf,
        /// Files of shards.
        shards: usize,
    },
    /// The disk or the index failed.
    #[error("cannot open the data directory: {0}")]
    Store(#[from] StoreError),
}

/// The data directory belongs to another chain or account.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Recorded otherwise.
    #[error("the data directory belongs to {what} {recorded}, but this is {what} {actual}; use the data directory of this one")]
    Differs {
        /// "chain with genesis" or "account".
        what: &'static str,
        /// What the data directory says.
        recorded: String,
        /// What the configuration or the chain says.
        actual: String,
    },
    /// The disk or the index failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A block or table was not kept.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The configured capacity is used up.
    #[error("{needed} bytes do not fit: {used} of the configured {capacity} are used; raise --capacity or wait for leases to end")]
    Capacity {
        /// Bytes asked for.
        needed: u64,
        /// Bytes used.
        used: u64,
        /// Bytes configured.
        capacity: u64,
    },
    /// The file system is (nearly) full.
    #[error("the worker's disk has {free} bytes free, {needed} are needed and {reserve} stay reserved; nothing was kept, try again when space is free")]
    DiskFull {
        /// Bytes asked for.
        needed: u64,
        /// Bytes free.
        free: u64,
        /// Bytes that stay free.
        reserve: u64,
    },
    /// Too many shards are being received at once.
    #[error("{limit} shards are being received already; try again shortly")]
    Busy {
        /// How many may be.
        limit: usize,
    },
    /// The index knows the encoding with other facts.
    #[error("encoding {encoding} is recorded here with other facts than the chain gives now; nothing was changed")]
    FactsDiffer {
        /// The encoding.
        encoding: EncodingId,
    },
    /// Blocks that were rebuilt do not make the shard.
    #[error("the blocks of shard {key} do not merge to its root on chain; none was kept, send or rebuild them again")]
    WrongRoot {
        /// The shard.
        key: ShardKey,
    },
    /// The disk or the index failed.
    #[error("the worker could not write: {0}")]
    Store(#[from] StoreError),
}

impl From<IndexError> for PutError {
    fn from(error: IndexError) -> Self {
        Self::Store(error.into())
    }
}

/// Bytes cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The shard is not here, or not all of it.
    #[error("shard {key} is not held here")]
    NotHeld {
        /// The shard.
        key: ShardKey,
    },
    /// There is no such part of the shard.
    #[error(transparent)]
    NoSuchGroup(TreeError),
    /// What the disk gives is not what was stored.
    #[error("block {block} of shard {key} is damaged on this worker's disk ({what}); fetch it from another worker")]
    Corrupt {
        /// The shard.
        key: ShardKey,
        /// The block.
        block: BlockIndex,
        /// What was seen.
        what: &'static str,
    },
    /// The disk or the index failed.
    #[error("the worker could not read: {0}")]
    Store(#[from] StoreError),
}

impl From<IndexError> for ReadError {
    fn from(error: IndexError) -> Self {
        Self::Store(error.into())
    }
}
