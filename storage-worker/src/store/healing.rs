//! Quarantine, and writing rebuilt blocks over those that rotted.
//!
//! Promises: a block in quarantine is not served, also after a restart; it leaves quarantine only once bytes that have
//! its stored value are on disk and were read back; the other blocks of its shard are served meanwhile. A crash in the
//! middle leaves the block in quarantine.
//! The stored values are known to merge to the shard's root, so one block can be proven alone.

use super::{
    lock,
    rows::{Place, ShardRow, ShardStatus, WHOLE_SHARD},
    Batch, Durability, HeldShard, ReadError, Store, StoreError,
};
use crate::{facts::ShardKey, receive::block_fingerprint};
use ballast_core::{tree, BlockIndex, Fingerprint, Group};
use std::collections::BTreeSet;

/// What became of a damaged shard that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// These blocks are to be rebuilt; none if all is well again.
    Blocks(BTreeSet<BlockIndex>),
    /// What is stored about it is damaged too: it has to be deleted and rebuilt as a whole.
    Hopeless,
    /// It is not held any more.
    Gone,
}

impl Store {
    /// Puts blocks of a held shard in quarantine: they are not served, and no receipt is signed, until they are healed.
    /// False when all of them were there, or when the shard is not held.
    pub fn quarantine(&self, key: ShardKey, blocks: &[BlockIndex]) -> Result<bool, StoreError> {
        let slot = self.slots.force(key);
        let _guard = lock(&slot);
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(false);
        };
        let ShardStatus::Held { fingerprint, .. } = row.status else {
            return Ok(false);
        };
        let known = self.disk.index.rotten(key)?;
        let mut batch = Batch::default();
        let new = blocks.iter().filter(|block| !known.contains(block));
        let new = new.map(|block| batch.put_rotten(key, *block)).count();
        if new == 0 {
            return Ok(false);
        }
        put_held(&mut batch, key, row, fingerprint, true);
        self.disk.index.write(batch, Durability::Synced)?;
        self.views.forget(key);
        Ok(true)
    }

    /// Remembers that something of a held shard is damaged, it is not known what: no receipt is signed for it any more.
    /// False when that was known, or when the shard is not held.
    pub fn mark_damaged(&self, key: ShardKey) -> Result<bool, StoreError> {
        self.quarantine(key, &[WHOLE_SHARD])
    }

    /// At most `limit` shards that have blocks in quarantine.
    pub fn damaged(&self, limit: usize) -> Result<Vec<ShardKey>, StoreError> {
        let mut shards = Vec::new();
        while shards.len() < limit {
            match self.disk.index.next_rotten(shards.last().copied())? {
                Some(key) => shards.push(key),
                None => break,
            }
        }
        Ok(shards)
    }

    /// The blocks of a shard that are in quarantine, [`WHOLE_SHARD`] perhaps among them.
    pub fn rotten(&self, key: ShardKey) -> Result<BTreeSet<BlockIndex>, StoreError> {
        Ok(self.disk.index.rotten(key)?)
    }

    /// Writes a rebuilt block in the place of one in quarantine. False when its bytes are not those that were stored.
    pub fn heal(&self, key: ShardKey, block: BlockIndex, bytes: &[u8]) -> Result<bool, ReadError> {
        let slot = self.slots.force(key);
        let _guard = lock(&slot);
        let shard = self.load(key)?;
        if !shard.rotten.contains(&block) {
            return Ok(true);
        }
        let group = Group::block(block);
        let value = tree::group_value(shard.spec.layout(), key.shard, group, bytes).ok();
        if value.is_none() || value != shard.values.block_value(block) {
            return Ok(false);
        }
        let mut batch = Batch::default();
        match shard.place {
            Place::Row => batch.put_bytes(key, bytes),
            Place::File => self.overwrite(&shard, block, bytes)?,
        }
        batch.delete_rotten(key, block);
        if shard.rotten.len() == 1 {
            put_held(&mut batch, key, shard.row(), shard.fingerprint, false);
        }
        self.disk.index.write(batch, Durability::Synced)?;
        self.views.forget(key);
        Ok(true)
    }

    /// Puts a shard's file in order and finds out which of its blocks are damaged, if that is not known. Reads the whole
    /// shard then.
    pub fn mend(&self, key: ShardKey) -> Result<Mended, StoreError> {
        let slot = self.slots.force(key);
        let _guard = lock(&slot);
        let shard = match self.load(key) {
            Ok(shard) => shard,
            Err(ReadError::NotHeld { .. }) => return Ok(Mended::Gone),
            Err(ReadError::Store(error)) => return Err(error),
            Err(_) => return Ok(Mended::Hopeless),
        };
        if !shard.rotten.contains(&WHOLE_SHARD) {
            return Ok(Mended::Blocks(shard.rotten));
        }
        if shard.place == Place::File {
            self.disk.files.mend(&shard.spec)?;
        }
        let Some(rotten) = self.look_through(&shard)? else {
            return Ok(Mended::Hopeless);
        };
        let mut batch = Batch::default();
        rotten
            .iter()
            .for_each(|block| batch.put_rotten(key, *block));
        batch.delete_rotten(key, WHOLE_SHARD);
        let damaged = !rotten.is_empty();
        put_held(&mut batch, key, shard.row(), shard.fingerprint, damaged);
        self.disk.index.write(batch, Durability::Synced)?;
        self.views.forget(key);
        Ok(Mended::Blocks(rotten))
    }

    /// Whether a held shard's file is there with its full length and its header. Reads none of its bytes.
    pub fn is_framed(&self, shard: &HeldShard) -> Result<bool, StoreError> {
        let key = shard.spec.key;
        Ok(match shard.place {
            Place::Row => true,
            Place::File => {
                self.disk.files.is_whole(key, shard.spec.len())
                    && self.disk.files.header_is_good(&shard.spec)?
            }
        })
    }

    /// Reads a block from the disk itself rather than from the system's memory, and compares it with its stored value.
    pub fn scrub_block(&self, shard: &HeldShard, block: BlockIndex) -> Result<(), ReadError> {
        let range = shard.spec.block_range(block);
        if shard.place == Place::File {
            self.disk.files.forget_cached(shard.spec.key, range.clone());
        }
        self.read_block(shard, block)?;
        if shard.place == Place::File {
            // What only the scrub wants should not push out what readers want.
            self.disk.files.forget_cached(shard.spec.key, range);
        }
        Ok(())
    }

    /// Where the scrub is.
    pub fn scrub_cursor<T: codec::Decode>(&self) -> Result<Option<T>, StoreError> {
        self.meta(SCRUB)
    }

    /// Remembers where the scrub is.
    pub fn record_scrub(&self, cursor: &impl codec::Encode) -> Result<(), StoreError> {
        self.put_meta(SCRUB, cursor, Durability::Lazy)
    }

    fn overwrite(
        &self,
        shard: &HeldShard,
        block: BlockIndex,
        bytes: &[u8],
    ) -> Result<(), ReadError> {
        let (key, range) = (shard.spec.key, shard.spec.block_range(block));
        let files = &self.disk.files;
        files.overwrite(key, range.start, bytes)?;
        files.forget_cached(key, range.clone());
        let mut read = vec![0; bytes.len()];
        files.read(key, range.start, &mut read)?;
        match read == bytes {
            true => Ok(()),
            false => Err(ReadError::Corrupt {
                key,
                block,
                what: "the disk does not keep what is written there",
            }),
        }
    }

    /// The blocks that are not what was stored; `None` when they are and the stored fingerprint is not theirs.
    fn look_through(&self, shard: &HeldShard) -> Result<Option<BTreeSet<BlockIndex>>, StoreError> {
        let mut rotten = BTreeSet::new();
        let mut fingerprint = Fingerprint::default();
        for block in (0..shard.spec.blocks()).map(BlockIndex) {
            match self.read_stored(shard, block) {
                Ok(bytes) => {
                    let offset = shard.spec.block_range(block).start;
                    let part = block_fingerprint(&shard.spec, offset, &bytes);
                    fingerprint = super::receiving::sum(fingerprint, part);
                }
                Err(ReadError::Store(StoreError::Index(error))) => return Err(error.into()),
                Err(_) => drop(rotten.insert(block)),
            }
        }
        let is_right = !rotten.is_empty() || fingerprint == shard.fingerprint;
        Ok(is_right.then_some(rotten))
    }
}

const SCRUB: &str = "scrub";

fn put_held(
    batch: &mut Batch,
    key: ShardKey,
    row: ShardRow,
    fingerprint: Fingerprint,
    damaged: bool,
) {
    let status = ShardStatus::Held {
        fingerprint,
        damaged,
    };
    batch.put_shard(key, &row.with(status));
}

impl HeldShard {
    fn row(&self) -> ShardRow {
        ShardRow {
            status: ShardStatus::Held {
                fingerprint: self.fingerprint,
                damaged: false,
            },
            place: self.place,
            len: self.spec.len(),
        }
    }
}
