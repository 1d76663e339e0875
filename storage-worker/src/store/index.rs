//! The RocksDB index: typed rows in, typed rows out. The only module that names RocksDB.

use super::{error::OpenError, rows};
use crate::facts::{EncodingFacts, ShardKey};
use ballast_core::{BlockIndex, EncodingId};
use codec::{Decode, DecodeAll, Encode};
use rocksdb::{
    DBRecoveryMode, Direction, ErrorKind, IteratorMode, Options, ReadOptions, WriteBatch,
    WriteOptions, DB,
};
use rows::{BlockRow, ShardRow};
use std::{collections::BTreeSet, path::Path};

/// The format this program reads and writes.
pub const FORMAT: u32 = 1;

/// The file in which RocksDB names its state. Where it is missing RocksDB begins anew and removes what was there.
const CURRENT: &str = "CURRENT";
const FORMAT_KEY: &str = "ballast-storage-worker format";
const OPEN_FILES_MAX: i32 = 512;
const LOG_FILES_MAX: usize = 4;
/// Bytes of rows in memory before they become a table: bounds the log that is replayed at start.
const WRITE_BUFFER_LEN: usize = 32 << 20;

/// The index failed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// RocksDB's word.
    #[error("index: {0}")]
    Engine(rocksdb::Error),
    /// RocksDB's files are not as it left them.
    #[error(
        "the index is damaged ({reason}); stop the worker and run `ballast-storage-worker check --salvage`, which keeps \
         what can be read of it; what it loses is rebuilt from other workers"
    )]
    Damaged {
        /// RocksDB's word.
        reason: String,
    },
    /// A row does not decode.
    #[error(
        "index row {key} does not decode; restore the data directory or start with an empty one"
    )]
    BadRow {
        /// Its key in hex.
        key: String,
    },
}

impl IndexError {
    /// RocksDB gives the system's error as text only.
    pub(super) fn is_disk_full(&self) -> bool {
        matches!(self, Self::Engine(error) if error.as_ref().contains("No space left"))
    }

    /// A file of an index that is there and cannot be read.
    fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged {
            reason: reason.into(),
        }
    }

    fn is_lock(&self) -> bool {
        matches!(self, Self::Engine(error) if error.as_ref().contains("lock"))
    }

    fn bad_row(key: &[u8]) -> Self {
        Self::BadRow {
            key: hex::encode(key),
        }
    }
}

impl From<rocksdb::Error> for IndexError {
    fn from(error: rocksdb::Error) -> Self {
        // A file that RocksDB wrote and that is gone is as bad as one that has changed.
        let is_gone = error.as_ref().contains("No such file");
        match error.kind() {
            ErrorKind::Corruption => Self::damaged(error),
            _ if is_gone => Self::damaged(error),
            _ => Self::Engine(error),
        }
    }
}

/// Whether a write must be on disk when it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// On disk, and with it every write before.
    Synced,
    /// Survives the process, perhaps not the machine. Later writes never survive without earlier ones.
    Lazy,
}

/// Rows that are written together or not at all.
#[derive(Default)]
pub struct Batch(WriteBatch);

impl Batch {
    pub fn put_encoding(&mut self, id: EncodingId, facts: &EncodingFacts) {
        self.0.put(rows::encoding_key(id), facts.encode());
    }

    pub fn put_table(&mut self, id: EncodingId, table: &[u8]) {
        self.0.put(rows::table_key(id), table);
    }

    pub fn delete_encoding(&mut self, id: EncodingId) {
        self.0.delete(rows::encoding_key(id));
        self.0.delete(rows::table_key(id));
    }

    pub fn put_shard(&mut self, key: ShardKey, row: &ShardRow) {
        self.0.put(rows::shard_key(key), row.encode());
    }

    pub fn put_block(&mut self, key: ShardKey, block: BlockIndex, row: &BlockRow) {
        self.0.put(rows::block_key(key, block), row.encode());
    }

    pub fn delete_block(&mut self, key: ShardKey, block: BlockIndex) {
        self.0.delete(rows::block_key(key, block));
    }

    pub fn put_rotten(&mut self, key: ShardKey, block: BlockIndex) {
        self.0.put(rows::rotten_key(key, block), ().encode());
    }

    pub fn delete_rotten(&mut self, key: ShardKey, block: BlockIndex) {
        self.0.delete(rows::rotten_key(key, block));
    }

    pub fn delete_all_rotten(&mut self, key: ShardKey) {
        let (first, last) = rows::rotten_keys(key);
        self.0.delete_range(first, last);
    }

    pub fn put_bytes(&mut self, key: ShardKey, bytes: &[u8]) {
        self.0.put(rows::bytes_key(key), bytes);
    }

    /// Everything of a shard.
    pub fn delete_shard(&mut self, key: ShardKey) {
        let (first, last) = rows::block_keys(key);
        self.0.delete_range(first, last);
        self.delete_all_rotten(key);
        self.0.delete(rows::bytes_key(key));
        self.0.delete(rows::shard_key(key));
    }

    pub fn put_meta(&mut self, name: &str, value: &impl Encode) {
        self.0.put(rows::meta_key(name), value.encode());
    }
}

/// The open index.
pub struct Index {
    db: DB,
}

impl Index {
    /// Opens the index in `path`, makes one in an empty directory, refuses strangers and later formats.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        if is_headless(path) {
            let error = IndexError::damaged(format!("{CURRENT} is missing in {}", path.display()));
            return Err(open_error(path, error));
        }
        let db = DB::open(&options(), path).map_err(|error| open_error(path, error.into()))?;
        let index = Self { db };
        index.check_format(path)?;
        Ok(index)
    }

    /// Whether there is an index in `path`, or what is left of one.
    pub fn exists(path: &Path) -> bool {
        path.join(CURRENT).exists() || is_headless(path)
    }

    /// Keeps what can be read of the damaged index in `path`. Rows may be lost, and rows that were deleted come back; so
    /// whatever it says is to be compared with the disk afterwards.
    pub fn salvage(path: &Path) -> Result<(), OpenError> {
        let failed = |error: IndexError| open_error(path, error);
        DB::repair(&options(), path).map_err(|error| failed(error.into()))?;
        let db = DB::open(&options(), path).map_err(|error| failed(error.into()))?;
        let index = Self { db };
        match index.meta::<u32>(FORMAT_KEY).map_err(failed)? {
            // Lost with other rows.
            None => index.write_format(FORMAT).map_err(failed),
            Some(_) => index.check_format(path),
        }
    }

    fn check_format(&self, path: &Path) -> Result<(), OpenError> {
        let failed = |error: IndexError| open_error(path, error);
        match self.meta::<u32>(FORMAT_KEY).map_err(failed)? {
            Some(FORMAT) => Ok(()),
            Some(found) if found > FORMAT => Err(OpenError::Newer {
                path: path.into(),
                found,
                supported: FORMAT,
            }),
            // There is no earlier format yet, so a smaller number is as foreign as none at all.
            Some(_) => Err(OpenError::Foreign { path: path.into() }),
            None if self.is_empty().map_err(failed)? => self.write_format(FORMAT).map_err(failed),
            None => Err(OpenError::Foreign { path: path.into() }),
        }
    }

    /// Marks the index as being of `format`.
    pub(super) fn write_format(&self, format: u32) -> Result<(), IndexError> {
        let mut batch = Batch::default();
        batch.put_meta(FORMAT_KEY, &format);
        self.write(batch, Durability::Synced)
    }

    fn is_empty(&self) -> Result<bool, IndexError> {
        Ok(self
            .db
            .iterator(IteratorMode::Start)
            .next()
            .transpose()?
            .is_none())
    }

    /// Writes all of `batch` or nothing.
    pub fn write(&self, batch: Batch, durability: Durability) -> Result<(), IndexError> {
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Synced);
        Ok(self.db.write_opt(batch.0, &options)?)
    }

    pub fn meta<T: Decode>(&self, name: &str) -> Result<Option<T>, IndexError> {
        self.row(&rows::meta_key(name))
    }

    pub fn encoding(&self, id: EncodingId) -> Result<Option<EncodingFacts>, IndexError> {
        self.row(&rows::encoding_key(id))
    }

    pub fn table(&self, id: EncodingId) -> Result<Option<Vec<u8>>, IndexError> {
        Ok(self.db.get(rows::table_key(id))?)
    }

    pub fn has_table(&self, id: EncodingId) -> Result<bool, IndexError> {
        Ok(self.db.get_pinned(rows::table_key(id))?.is_some())
    }

    pub fn shard(&self, key: ShardKey) -> Result<Option<ShardRow>, IndexError> {
        self.row(&rows::shard_key(key))
    }

    pub fn bytes(&self, key: ShardKey) -> Result<Option<Vec<u8>>, IndexError> {
        Ok(self.db.get(rows::bytes_key(key))?)
    }

    pub fn has_bytes(&self, key: ShardKey) -> Result<bool, IndexError> {
        Ok(self.db.get_pinned(rows::bytes_key(key))?.is_some())
    }

    /// The block rows of a shard in order.
    pub fn blocks(
        &self,
        key: ShardKey,
    ) -> impl Iterator<Item = Result<(BlockIndex, BlockRow), IndexError>> + '_ {
        self.range(rows::block_keys(key), rows::parse_block_key)
    }

    /// The rotten blocks of a shard.
    pub fn rotten(&self, key: ShardKey) -> Result<BTreeSet<BlockIndex>, IndexError> {
        self.range::<_, ()>(rows::rotten_keys(key), rows::parse_block_key)
            .map(|row| row.map(|(block, ())| block))
            .collect()
    }

    /// The first shard after `after` that has rotten blocks.
    pub fn next_rotten(&self, after: Option<ShardKey>) -> Result<Option<ShardKey>, IndexError> {
        let mut rows = self.range::<_, ()>(rows::rotten_keys_after(after), rows::parse_block_shard);
        Ok(rows.next().transpose()?.map(|(key, ())| key))
    }

    /// At most `limit` shards after `after`, in order.
    pub fn shards(
        &self,
        after: Option<ShardKey>,
        limit: usize,
    ) -> Result<Vec<(ShardKey, ShardRow)>, IndexError> {
        self.range(rows::shard_keys(after), rows::parse_shard_key)
            .take(limit)
            .collect()
    }

    /// At most `limit` encodings after `after`, in order.
    pub fn encodings(
        &self,
        after: Option<EncodingId>,
        limit: usize,
    ) -> Result<Vec<(EncodingId, EncodingFacts)>, IndexError> {
        self.range(rows::encoding_keys(after), rows::parse_encoding_key)
            .take(limit)
            .collect()
    }

    fn row<T: Decode>(&self, key: &[u8]) -> Result<Option<T>, IndexError> {
        let Some(bytes) = self.db.get_pinned(key)? else {
            return Ok(None);
        };
        T::decode_all(&mut &bytes[..])
            .map(Some)
            .map_err(|_| IndexError::bad_row(key))
    }

    fn range<K: 'static, T: Decode>(
        &self,
        (first, last): (Vec<u8>, Vec<u8>),
        parse: fn(&[u8]) -> Option<K>,
    ) -> impl Iterator<Item = Result<(K, T), IndexError>> + '_ {
        let mut options = ReadOptions::default();
        options.set_iterate_upper_bound(last);
        let rows = self
            .db
            .iterator_opt(IteratorMode::From(&first, Direction::Forward), options);
        rows.map(move |row| {
            let (key, value) = row?;
            let row = parse(&key).zip(T::decode_all(&mut &value[..]).ok());
            row.ok_or_else(|| IndexError::bad_row(&key))
        })
    }
}

fn options() -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_max_open_files(OPEN_FILES_MAX);
    options.set_keep_log_file_num(LOG_FILES_MAX);
    options.set_write_buffer_size(WRITE_BUFFER_LEN);
    // A crash may cut off the last record of the log. By default RocksDB takes damage in its middle for that too, and
    // forgets all that was written after it, shards with receipts among it.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options
}

/// Whether rows are there, but not the file that names them.
fn is_headless(path: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(path) else {
        return false;
    };
    let has_rows = entries.flatten().any(|entry| {
        let path = entry.path();
        let is_log = path.extension().is_some_and(|end| end == "log");
        let is_table = path.extension().is_some_and(|end| end == "sst");
        is_table || (is_log && entry.metadata().is_ok_and(|meta| meta.len() > 0))
    });
    has_rows && !path.join(CURRENT).exists()
}

fn open_error(path: &Path, error: IndexError) -> OpenError {
    if error.is_lock() {
        return OpenError::InUse { path: path.into() };
    }
    OpenError::Store(error.into())
}
