//! What the worker holds on its disk.
//!
//! Promises:
//! - A shard that was ever reported as held survives a crash of the process and of the machine.
//! - What a row says is true: a block's row follows its bytes to disk, a held row follows the file's final name.
//! - No write keeps half: an error undoes the step, and the next access reads the truth back (module `recovery`).
//! - Reads give the bytes that were stored or an error, never other bytes.
//!
//! Small shards (up to [`SMALL_SHARD_LEN`]) are rows of the RocksDB index, larger ones immutable files beside it.
//! Everything here blocks; callers run it on blocking threads.
//! Non-goals: who may store what (module `assign`), and whether bytes are right (module `receive`).

mod block_set;
mod deletion;
mod error;
mod files;
mod healing;
mod hooks;
mod index;
mod reading;
mod receiving;
mod recovery;
mod rows;
mod slots;
mod writing;

pub use block_set::BlockSet;
pub use error::{BindError, OpenError, PutError, ReadError, StoreError};
pub use healing::Mended;
pub use hooks::{Hooks, NoHooks, Point};
pub use index::{IndexError, FORMAT};
pub use reading::{Damage, HeldShard};
pub use receiving::FLUSH_BLOCKS;
pub use recovery::Recovery;
pub use rows::{Place, ShardRow, ShardStatus, WHOLE_SHARD};

use crate::{
    facts::{EncodingFacts, ShardKey},
    receive::VerifiedTable,
};
use ballast_core::{limits::COLUMN_BLOCK_LEN, EncodingId, Fingerprint};
use files::Files;
use index::{Batch, Durability, Index};
use reading::ViewCache;
use slots::Slots;
use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Mutex, MutexGuard, PoisonError,
    },
};

/// Shards up to this length are rows of the index: a file each would cost more in inodes and fsyncs than it holds.
/// Benchmark `places` compares both at other lengths.
pub const SMALL_SHARD_LEN: u64 = 64 << 10;

/// Runs of missing blocks told at a time; a client asks again once it has sent these.
pub const MISSING_RUNS_MAX: usize = 1024;

const GENESIS: &str = "genesis";
const ACCOUNT: &str = "account";
const FINALIZED: &str = "finalized";

/// How much the store may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreLimits {
    /// Bytes of shards.
    pub capacity: u64,
    /// Bytes of the file system that stay free, so that the index can always write.
    pub reserve: u64,
    /// Greatest length of a shard that becomes a row; at most a column block. [`SMALL_SHARD_LEN`] but for benchmarks.
    pub small_shard_len: u64,
}

/// How far a shard is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShardState {
    /// No block is here.
    Absent,
    /// Some blocks are here.
    Receiving {
        /// Blocks that are here.
        received: u32,
        /// Blocks of the shard.
        total: u32,
        /// The first runs of blocks that are not.
        missing: Vec<Range<u32>>,
    },
    /// All of it is here, durably.
    Held {
        /// Its fingerprint.
        fingerprint: Fingerprint,
        /// Whether a read has found damage.
        damaged: bool,
    },
}

/// What came of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is kept, others are missing.
    Kept,
    /// It was here already.
    Known,
    /// It was the last: the shard is held, durably.
    Completed,
}

/// Gauges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreStats {
    /// Bytes of all shards here, those being received counted whole.
    pub used_bytes: u64,
    /// Bytes configured.
    pub capacity: u64,
    /// Shards held.
    pub held: u64,
    /// Shards being received.
    pub receiving: u64,
}

/// Files and index, and where tests stop a write.
struct Disk {
    files: Files,
    index: Index,
    hooks: Box<dyn Hooks>,
}

/// Everything the worker holds.
pub struct Store {
    disk: Disk,
    limits: StoreLimits,
    slots: Slots,
    views: ViewCache,
    used: AtomicU64,
    held: AtomicU64,
    receiving: AtomicU64,
    /// Taken where an encoding's row is written or deleted.
    encodings: Mutex<()>,
}

impl Store {
    /// Opens the store in `root`, makes one if there is none, and takes the steps that a crash cut off.
    pub fn open(root: &Path, limits: StoreLimits) -> Result<(Self, Recovery), OpenError> {
        Self::open_with(root, limits, Box::new(NoHooks))
    }

    /// The same with hooks.
    pub fn open_with(
        root: &Path,
        limits: StoreLimits,
        hooks: Box<dyn Hooks>,
    ) -> Result<(Self, Recovery), OpenError> {
        let files = Files::open(root)?;
        let path = index_path(root);
        if !Index::exists(&path) {
            let shards = files.strays(|_| false)?.len();
            if shards > 0 {
                return Err(OpenError::IndexLost { path, shards });
            }
        }
        let index = Index::open(&path)?;
        // The index syncs what it writes, but not the name of its directory.
        files::sync_dir(root)?;
        let disk = Disk {
            files,
            index,
            hooks,
        };
        let recovery = recovery::recover(&disk)?;
        // A row holds a shard of one block, whatever is asked for.
        let small_shard_len = limits.small_shard_len.min(COLUMN_BLOCK_LEN);
        let limits = StoreLimits {
            small_shard_len,
            ..limits
        };
        let store = Self {
            disk,
            limits,
            slots: Slots::default(),
            views: ViewCache::default(),
            used: AtomicU64::new(recovery.used_bytes),
            held: AtomicU64::new(recovery.held),
            receiving: AtomicU64::new(recovery.receiving),
            encodings: Mutex::new(()),
        };
        Ok((store, recovery))
    }

    /// Keeps what can be read of a damaged index, while nothing has the store open. What the index says afterwards is to be
    /// compared with the disk, shard by shard, before the store is used (module `check`).
    pub fn salvage(root: &Path) -> Result<(), OpenError> {
        let path = index_path(root);
        match Files::exist(root) {
            true => Index::salvage(&path),
            false => Err(OpenError::Foreign { path }),
        }
    }

    /// Records which chain this store is for, or checks that it is the recorded one.
    pub fn bind_genesis(&self, genesis: [u8; 32]) -> Result<(), BindError> {
        self.bind(GENESIS, "chain with genesis", genesis)
    }

    /// Records which account this store is for, or checks that it is the recorded one.
    pub fn bind_account(&self, account: [u8; 32]) -> Result<(), BindError> {
        self.bind(ACCOUNT, "account", account)
    }

    fn bind(&self, name: &str, what: &'static str, actual: [u8; 32]) -> Result<(), BindError> {
        match self.meta::<[u8; 32]>(name)? {
            Some(recorded) if recorded == actual => Ok(()),
            Some(recorded) => {
                let [recorded, actual] =
                    [recorded, actual].map(|id| format!("0x{}", hex::encode(id)));
                Err(BindError::Differs {
                    what,
                    recorded,
                    actual,
                })
            }
            None => Ok(self.put_meta(name, &actual, Durability::Synced)?),
        }
    }

    /// The recorded chain.
    pub fn genesis(&self) -> Result<Option<[u8; 32]>, StoreError> {
        self.meta(GENESIS)
    }

    /// The greatest finalized block number this store was ever told.
    pub fn finalized(&self) -> Result<u32, StoreError> {
        Ok(self.meta(FINALIZED)?.unwrap_or_default())
    }

    /// Remembers a finalized block number.
    pub fn record_finalized(&self, number: u32) -> Result<(), StoreError> {
        self.put_meta(FINALIZED, &number, Durability::Lazy)
    }

    fn meta<T: codec::Decode>(&self, name: &str) -> Result<Option<T>, StoreError> {
        Ok(self.disk.index.meta(name)?)
    }

    fn put_meta(
        &self,
        name: &str,
        value: &impl codec::Encode,
        how: Durability,
    ) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.put_meta(name, value);
        Ok(self.disk.index.write(batch, how)?)
    }

    /// Keeps a cell table.
    pub fn put_table(&self, table: &VerifiedTable) -> Result<(), PutError> {
        let id = table.encoding();
        self.ensure_disk_space(table.bytes().len() as u64)?;
        let _guard = lock(&self.encodings);
        self.ensure_facts(id, table.facts())?;
        let mut batch = Batch::default();
        batch.put_encoding(id, table.facts());
        batch.put_table(id, table.bytes());
        Ok(self.disk.index.write(batch, Durability::Synced)?)
    }

    /// The raw cell table of an encoding.
    pub fn table(&self, id: EncodingId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.disk.index.table(id)?)
    }

    /// Whether the cell table of an encoding is here.
    pub fn has_table(&self, id: EncodingId) -> Result<bool, StoreError> {
        Ok(self.disk.index.has_table(id)?)
    }

    /// Length of a shard that is here, or partly.
    pub fn shard_len(&self, key: ShardKey) -> Result<Option<u64>, StoreError> {
        Ok(self.disk.index.shard(key)?.map(|row| row.len))
    }

    /// The recorded facts of an encoding.
    pub fn facts(&self, id: EncodingId) -> Result<Option<EncodingFacts>, StoreError> {
        Ok(self.disk.index.encoding(id)?)
    }

    /// How far a shard is. Blocks that are not flushed yet count: asking is for clients that send on.
    pub fn state(&self, key: ShardKey) -> Result<ShardState, StoreError> {
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(ShardState::Absent);
        };
        match row.status {
            ShardStatus::Receiving => self.receiving_state(key),
            _ => Ok(settled_state(&row)),
        }
    }

    fn receiving_state(&self, key: ShardKey) -> Result<ShardState, StoreError> {
        if let Some(slot) = self.slots.peek(key) {
            if let Some(receiving) = &*lock(&slot) {
                return Ok(state_of(&receiving.blocks));
            }
        }
        // Read again: the shard may have been finished or deleted in between.
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(ShardState::Absent);
        };
        if row.status != ShardStatus::Receiving {
            return Ok(settled_state(&row));
        }
        let (blocks, _) = recovery::recorded(&self.disk, key, &row)?;
        if !blocks.is_complete() {
            return Ok(state_of(&blocks));
        }
        // Every block is on disk, only the last steps failed: nobody would send a block to have them taken.
        self.resume(key)?;
        let row = self.disk.index.shard(key)?;
        Ok(row.as_ref().map_or(ShardState::Absent, settled_state))
    }

    /// Gauges.
    pub fn stats(&self) -> StoreStats {
        StoreStats {
            used_bytes: self.used.load(Ordering::Relaxed),
            capacity: self.limits.capacity,
            held: self.held.load(Ordering::Relaxed),
            receiving: self.receiving.load(Ordering::Relaxed),
        }
    }

    /// Bytes free on the file system.
    pub fn free_bytes(&self) -> Result<u64, StoreError> {
        self.disk.files.free_bytes()
    }

    /// At most `limit` shards after `after`, in order.
    pub fn shards(
        &self,
        after: Option<ShardKey>,
        limit: usize,
    ) -> Result<Vec<(ShardKey, ShardRow)>, StoreError> {
        Ok(self.disk.index.shards(after, limit)?)
    }

    /// At most `limit` encodings after `after`, in order.
    pub fn encodings(
        &self,
        after: Option<EncodingId>,
        limit: usize,
    ) -> Result<Vec<EncodingId>, StoreError> {
        let rows = self.disk.index.encodings(after, limit)?;
        Ok(rows.into_iter().map(|(id, _)| id).collect())
    }
}

impl Disk {
    fn at(&self, point: Point, key: ShardKey) -> Result<(), StoreError> {
        self.hooks
            .at(point)
            .map_err(files::io_at(&self.files.staging_path(key)))
    }
}

/// The index's directory in a data directory.
pub fn index_path(root: &Path) -> PathBuf {
    root.join("index")
}

/// Locks a mutex whose holders leave it usable even when they panic: they hold no half-made change of memory, and the
/// truth is on disk.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn state_of(blocks: &BlockSet) -> ShardState {
    ShardState::Receiving {
        received: blocks.present(),
        total: blocks.total(),
        missing: blocks.missing(MISSING_RUNS_MAX),
    }
}

/// The state of a shard that is not being received.
fn settled_state(row: &ShardRow) -> ShardState {
    match row.status {
        ShardStatus::Held {
            fingerprint,
            damaged,
        } => ShardState::Held {
            fingerprint,
            damaged,
        },
        ShardStatus::Receiving | ShardStatus::Deleting => ShardState::Absent,
    }
}
