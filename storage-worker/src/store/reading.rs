//! Reading held shards: whole column blocks, each compared with the values stored when it was received.

use super::{
    files::HEADER_LEN,
    lock,
    rows::{Place, ShardRow, ShardStatus, WHOLE_SHARD},
    ReadError, Store, StoreError,
};
use crate::facts::{ShardKey, ShardSpec};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, tree, BlockIndex, Fingerprint, Group, GroupProof, ShardValues,
    TreeError,
};
use ballast_worker_api::Buffer;
use bytes::Bytes;
use std::{
    collections::{BTreeSet, HashMap},
    io,
    sync::{Arc, Mutex},
};

/// Unit values kept in memory over all shards, 64 bytes each with the nodes above them.
pub const CACHED_UNITS_MAX: usize = 1 << 20;
/// Shards whose values are kept in memory.
pub const CACHED_SHARDS_MAX: usize = 4096;

/// A held shard, ready to be read.
#[derive(Debug)]
pub struct HeldShard {
    /// What it is.
    pub spec: ShardSpec,
    /// Where it is.
    pub place: Place,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// The values of its units.
    pub values: ShardValues,
    /// Blocks in quarantine.
    pub rotten: BTreeSet<BlockIndex>,
}

/// What [`Store::examine`] found wrong with a held shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Blocks whose bytes are not those that were stored.
    pub blocks: Vec<BlockIndex>,
    /// Anything else, in words; such a shard is not worth keeping.
    pub other: Vec<String>,
}

impl Damage {
    /// Nothing is wrong.
    pub fn is_none(&self) -> bool {
        self.blocks.is_empty() && self.other.is_empty()
    }
}

impl Store {
    /// A held shard.
    pub fn held(&self, key: ShardKey) -> Result<Arc<HeldShard>, ReadError> {
        if let Some(view) = self.views.get(key) {
            return Ok(view);
        }
        let view = Arc::new(self.load(key)?);
        self.views.put(view.clone());
        Ok(view)
    }

    pub(super) fn load(&self, key: ShardKey) -> Result<HeldShard, ReadError> {
        let row = self
            .disk
            .index
            .shard(key)?
            .ok_or(ReadError::NotHeld { key })?;
        let ShardStatus::Held { fingerprint, .. } = row.status else {
            return Err(ReadError::NotHeld { key });
        };
        // Facts stay as long as a shard of their encoding is here.
        let spec = self.disk.spec(key)?.ok_or(ReadError::Corrupt {
            key,
            block: WHOLE_SHARD,
            what: "what is stored about its encoding is missing",
        })?;
        let values = self.disk.values(&spec)?.ok_or(ReadError::Corrupt {
            key,
            block: WHOLE_SHARD,
            what: "its stored values are not its root's",
        })?;
        let rotten = self.disk.index.rotten(key)?;
        Ok(HeldShard {
            spec,
            place: row.place,
            fingerprint,
            values,
            rotten,
        })
    }

    /// The bytes of a group and their proof. Costs one column block of reading and hashing.
    pub fn read_group(
        &self,
        shard: &HeldShard,
        group: Group,
    ) -> Result<(GroupProof, Bytes), ReadError> {
        let key = shard.spec.key;
        let range = group
            .range(shard.spec.layout(), key.shard)
            .map_err(ReadError::NoSuchGroup)?;
        let block = BlockIndex((range.start / COLUMN_BLOCK_LEN) as u32);
        ensure_not_rotten(shard, block)?;
        let bytes = self.read_unchecked(shard, block)?;
        let proof = shard
            .values
            .prove_group(group, &bytes)
            .map_err(|error| changed(key, block, &error))?;
        let start = range.start - shard.spec.block_range(block).start;
        let end = start + (range.end - range.start);
        Ok((proof, bytes.slice(start as usize..end as usize)))
    }

    /// The bytes of a column block, compared with its stored value.
    pub fn read_block(&self, shard: &HeldShard, block: BlockIndex) -> Result<Bytes, ReadError> {
        ensure_not_rotten(shard, block)?;
        self.read_stored(shard, block)
    }

    /// The same for one that may be in quarantine.
    pub(super) fn read_stored(
        &self,
        shard: &HeldShard,
        block: BlockIndex,
    ) -> Result<Bytes, ReadError> {
        let key = shard.spec.key;
        let bytes = self.read_unchecked(shard, block)?;
        let value = tree::group_value(shard.spec.layout(), key.shard, Group::block(block), &bytes)
            .map_err(|error| changed(key, block, &error))?;
        if shard.values.block_value(block) != Some(value) {
            return Err(ReadError::Corrupt {
                key,
                block,
                what: CHANGED,
            });
        }
        Ok(bytes)
    }

    fn read_unchecked(&self, shard: &HeldShard, block: BlockIndex) -> Result<Bytes, ReadError> {
        let (key, range) = (shard.spec.key, shard.spec.block_range(block));
        match shard.place {
            Place::Row => {
                let bytes = self.disk.index.bytes(key)?;
                let bytes = bytes.ok_or_else(|| self.gone(key, block, "its row is missing"))?;
                Ok(Bytes::from(bytes))
            }
            Place::File => {
                let mut bytes = Buffer::to_fill((range.end - range.start) as usize);
                self.disk
                    .files
                    .read(key, range.start, &mut bytes)
                    .map_err(|error| self.read_error(key, block, error))?;
                Ok(bytes.freeze())
            }
        }
    }

    fn read_error(&self, key: ShardKey, block: BlockIndex, error: StoreError) -> ReadError {
        match &error {
            StoreError::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => self.gone(key, block, "its file is missing"),
                io::ErrorKind::UnexpectedEof => ReadError::Corrupt {
                    key,
                    block,
                    what: "its file is too short",
                },
                _ => error.into(),
            },
            StoreError::Index(_) => error.into(),
        }
    }

    /// A shard whose bytes are missing was deleted a moment ago, or is damaged: its row knows.
    fn gone(&self, key: ShardKey, block: BlockIndex, what: &'static str) -> ReadError {
        match self.disk.index.shard(key) {
            Ok(Some(ShardRow {
                status: ShardStatus::Held { .. },
                ..
            })) => ReadError::Corrupt { key, block, what },
            Ok(_) => {
                self.views.forget(key);
                ReadError::NotHeld { key }
            }
            Err(error) => error.into(),
        }
    }

    /// Whether a held shard's bytes are where they should be, at their full length. Reads none of them.
    pub fn is_in_place(&self, key: ShardKey) -> Result<bool, StoreError> {
        Ok(match self.disk.index.shard(key)? {
            Some(ShardRow {
                status: ShardStatus::Held { .. },
                place: Place::File,
                len,
            }) => self.disk.files.is_whole(key, len),
            Some(ShardRow {
                status: ShardStatus::Held { .. },
                place: Place::Row,
                ..
            }) => self.disk.index.has_bytes(key)?,
            _ => false,
        })
    }

    /// Reads all of a held shard and compares it with everything that was stored about it.
    pub fn examine(&self, key: ShardKey) -> Result<Damage, StoreError> {
        let mut damage = Damage::default();
        let shard = match self.load(key) {
            Ok(shard) => shard,
            Err(ReadError::Store(error)) => return Err(error),
            Err(error) => {
                damage.other.push(error.to_string());
                return Ok(damage);
            }
        };
        if shard.place == Place::File {
            self.examine_file(&shard, &mut damage)?;
        }
        let mut fingerprint = Fingerprint::default();
        for block in (0..shard.spec.blocks()).map(BlockIndex) {
            match self.read_stored(&shard, block) {
                Ok(bytes) => {
                    let offset = shard.spec.block_range(block).start;
                    let part = crate::receive::block_fingerprint(&shard.spec, offset, &bytes);
                    fingerprint = super::receiving::sum(fingerprint, part);
                }
                Err(ReadError::Store(StoreError::Index(error))) => return Err(error.into()),
                // An unreadable sector is as lost as a changed one.
                Err(_) => damage.blocks.push(block),
            }
        }
        if damage.blocks.is_empty() && fingerprint != shard.fingerprint {
            damage
                .other
                .push("the stored fingerprint is not that of the bytes".into());
        }
        Ok(damage)
    }

    fn examine_file(&self, shard: &HeldShard, damage: &mut Damage) -> Result<(), StoreError> {
        let (key, len) = (shard.spec.key, shard.spec.len());
        if !self.disk.files.has_final(key) {
            damage.other.push("its file is missing".into());
        } else if !self.disk.files.is_whole(key, len) {
            damage
                .other
                .push(format!("its file does not have {} bytes", HEADER_LEN + len));
        } else if !self.disk.files.header_is_good(&shard.spec)? {
            damage.other.push("its file's header is damaged".into());
        }
        Ok(())
    }

    /// Files that belong to no held shard.
    pub fn strays(&self) -> Result<Vec<std::path::PathBuf>, StoreError> {
        self.disk.files.strays(
            |key| matches!(self.disk.index.shard(key), Ok(Some(row)) if row.place == Place::File),
        )
    }
}

const CHANGED: &str = "its bytes have changed";

fn ensure_not_rotten(shard: &HeldShard, block: BlockIndex) -> Result<(), ReadError> {
    match shard.rotten.contains(&block) {
        true => Err(ReadError::Corrupt {
            key: shard.spec.key,
            block,
            what: "it is being rebuilt",
        }),
        false => Ok(()),
    }
}

fn changed(key: ShardKey, block: BlockIndex, error: &TreeError) -> ReadError {
    tracing::debug!(shard = %key, %block, %error, "bytes on disk are not those that were stored");
    ReadError::Corrupt {
        key,
        block,
        what: CHANGED,
    }
}

/// Values of held shards in memory, the least recently used ones leave first.
#[derive(Default)]
pub(super) struct ViewCache(Mutex<Views>);

#[derive(Default)]
struct Views {
    by_key: HashMap<ShardKey, (Arc<HeldShard>, u64)>,
    units: usize,
    clock: u64,
}

impl ViewCache {
    fn get(&self, key: ShardKey) -> Option<Arc<HeldShard>> {
        let mut views = lock(&self.0);
        views.clock += 1;
        let now = views.clock;
        let (view, used) = views.by_key.get_mut(&key)?;
        *used = now;
        Some(view.clone())
    }

    fn put(&self, view: Arc<HeldShard>) {
        let mut views = lock(&self.0);
        views.clock += 1;
        let now = views.clock;
        views.units += view.values.units().len();
        if let Some((old, _)) = views.by_key.insert(view.spec.key, (view, now)) {
            views.units -= old.values.units().len();
        }
        // The one just put in is the last to go, so a shard larger than the bound is cached alone.
        while views.by_key.len() > 1
            && (views.units > CACHED_UNITS_MAX || views.by_key.len() > CACHED_SHARDS_MAX)
        {
            let oldest = views
                .by_key
                .iter()
                .min_by_key(|(_, (_, used))| *used)
                .map(|(key, _)| *key);
            let Some(key) = oldest else { break };
            views.remove(key);
        }
    }

    pub(super) fn forget(&self, key: ShardKey) {
        lock(&self.0).remove(key);
    }
}

impl Views {
    fn remove(&mut self, key: ShardKey) {
        if let Some((view, _)) = self.by_key.remove(&key) {
            self.units -= view.values.units().len();
        }
    }
}
