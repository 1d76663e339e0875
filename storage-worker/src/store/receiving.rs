//! A shard while its blocks arrive.
//!
//! Promise: a block's row is written only after its bytes are on disk, so whatever the rows say after a crash is true.
//! Blocks between two flushes are counted in memory only and are sent again after a crash.
//! On any error the caller forgets this value and reads the truth back from disk.

use super::{
    block_set::BlockSet,
    error::StoreError,
    hooks::Point,
    index::{Batch, Durability},
    recovery,
    rows::{BlockRow, Place, ShardRow, ShardStatus},
    Disk,
};
use crate::{
    facts::{ShardKey, ShardSpec},
    receive::HashedBlock,
};
use ballast_core::{BlockIndex, Fingerprint};
use std::fs::File;

/// Blocks written between two flushes: what a crash can cost, and how much one flush has to bring to disk.
pub const FLUSH_BLOCKS: usize = 64;

/// What came of a block's write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// Others are missing.
    Kept,
    /// It was the last, and the shard is held.
    Held,
    /// It was the last, and together they are not the shard.
    WrongRoot,
}

/// The state of a shard that is being received into a file.
pub(super) struct Receiving {
    pub(super) key: ShardKey,
    pub(super) row: ShardRow,
    pub(super) file: File,
    /// Whether the file's staging name is on disk.
    pub(super) is_named: bool,
    /// Blocks here, flushed or not.
    pub(super) blocks: BlockSet,
    /// Sum of the fingerprints of `blocks`.
    pub(super) fingerprint: Fingerprint,
    /// Rows of blocks that are not flushed yet.
    pub(super) pending: Vec<(BlockIndex, BlockRow)>,
}

impl Receiving {
    /// Begins a shard: file first, then the row that names it.
    pub fn begin(disk: &Disk, spec: &ShardSpec) -> Result<Self, StoreError> {
        let key = spec.key;
        let file = disk.files.create_staging(spec)?;
        disk.at(Point::StagingCreated, key)?;
        let row = ShardRow {
            status: ShardStatus::Receiving,
            place: Place::File,
            len: spec.len(),
        };
        let mut batch = Batch::default();
        batch.put_encoding(key.encoding, spec.encoding.facts());
        batch.put_shard(key, &row);
        disk.index.write(batch, Durability::Lazy)?;
        disk.at(Point::ReceivingRecorded, key)?;
        let blocks = BlockSet::new(row.blocks());
        Ok(Self {
            key,
            row,
            file,
            is_named: false,
            blocks,
            fingerprint: Fingerprint::default(),
            pending: Vec::new(),
        })
    }

    /// Writes a block.
    pub fn put(&mut self, disk: &Disk, block: &HashedBlock) -> Result<Put, StoreError> {
        disk.files
            .write(self.key, &self.file, block.offset(), block.bytes())?;
        disk.at(Point::BlockWritten, self.key)?;
        let row = BlockRow {
            fingerprint: block.fingerprint(),
            values: block.values().to_vec(),
        };
        if self.blocks.insert(block.index()) {
            self.fingerprint = sum(self.fingerprint, row.fingerprint);
            self.pending.push((block.index(), row));
        }
        if self.blocks.is_complete() {
            return Ok(match self.finish(disk)? {
                true => Put::Held,
                false => Put::WrongRoot,
            });
        }
        if self.pending.len() >= FLUSH_BLOCKS {
            self.flush(disk)?;
        }
        Ok(Put::Kept)
    }

    /// Makes all blocks durable that were written.
    pub fn flush(&mut self, disk: &Disk) -> Result<(), StoreError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        disk.files.sync(self.key, &self.file)?;
        if !self.is_named {
            disk.files.sync_staging_names()?;
            self.is_named = true;
        }
        disk.at(Point::StagingSynced, self.key)?;
        self.record_blocks(disk, Durability::Lazy)
    }

    /// Makes a complete shard held: bytes, then rows, then the name are on disk before the row says so. The rows are
    /// there before the name, so that no file is ever without a row. False when the blocks do not merge to the shard's
    /// root: then it is as it was, without a name.
    pub fn finish(&mut self, disk: &Disk) -> Result<bool, StoreError> {
        disk.files.sync(self.key, &self.file)?;
        disk.at(Point::StagingSynced, self.key)?;
        self.record_blocks(disk, Durability::Synced)?;
        if !disk.reaches_root(self.key)? {
            return Ok(false);
        }
        disk.files.rename_to_final(self.key)?;
        disk.at(Point::Renamed, self.key)?;
        recovery::record_held(disk, self.key, self.row, self.fingerprint)?;
        Ok(true)
    }

    fn record_blocks(&mut self, disk: &Disk, durability: Durability) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.put_shard(self.key, &self.row);
        for (block, row) in self.pending.drain(..) {
            batch.put_block(self.key, block, &row);
        }
        disk.index.write(batch, durability)?;
        disk.at(Point::BlocksRecorded, self.key)
    }
}

/// Sum of two fingerprints: addition in characteristic 2.
pub(super) fn sum(a: Fingerprint, b: Fingerprint) -> Fingerprint {
    Fingerprint(std::array::from_fn(|i| a.0[i] ^ b.0[i]))
}
