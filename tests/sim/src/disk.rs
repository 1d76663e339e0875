//! A worker's disk, modelled: what is flushed survives a crash, what is only written does not.
//!
//! Blocks come in as the real store takes them, as [`VerifiedBlock`]s and [`RebuiltBlock`]s, and reading makes proofs from
//! stored values, so that changed bytes are found. The blocks of a shard that is not complete are lost in a crash; the real
//! store keeps those that were flushed.

use ballast_core::{
    limits::COLUMN_BLOCK_LEN, BlockIndex, ChainingValue, EncodingId, Fingerprint, Group,
    GroupProof, ShardValues,
};
use ballast_storage_worker::{
    facts::{ShardKey, ShardSpec},
    receive::{HashedBlock, RebuiltBlock, VerifiedBlock},
};
use std::collections::{BTreeMap, BTreeSet};

/// A shard.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What it must be.
    pub spec: ShardSpec,
    /// Its bytes, which may have rotted.
    pub bytes: Vec<u8>,
    /// Values of its tree.
    pub values: ShardValues,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// A block of a shard that is not complete.
#[derive(Clone, Debug)]
struct Part {
    bytes: Vec<u8>,
    values: Vec<ChainingValue>,
    fingerprint: Fingerprint,
}

/// Why a shard was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutError {
    /// There is no room.
    Full,
    /// It does not reach its root.
    WrongRoot,
}

/// The disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// Flushed.
    durable: BTreeMap<ShardKey, Stored>,
    /// Written, not flushed.
    written: BTreeMap<ShardKey, Stored>,
    /// Shards of which some blocks are here.
    incoming: BTreeMap<ShardKey, BTreeMap<BlockIndex, Part>>,
    /// Damage that is known.
    rotten: BTreeSet<ShardKey>,
    /// Cell tables, which authenticate themselves.
    pub tables: BTreeMap<EncodingId, Vec<ChainingValue>>,
    /// Whether it takes anything.
    pub is_full: bool,
}

impl Disk {
    /// Writes a block that was uploaded, proven against its shard's root. True if it was the last one.
    pub fn put(&mut self, spec: &ShardSpec, block: &VerifiedBlock) -> Result<bool, PutError> {
        self.write(spec, block, true)
    }

    /// Writes a block that was rebuilt; with the last one the shard's root is compared.
    pub fn put_rebuilt(
        &mut self,
        spec: &ShardSpec,
        block: &RebuiltBlock,
    ) -> Result<bool, PutError> {
        self.write(spec, block, true)
    }

    /// The same without a look at the root: what a worker must never do.
    pub fn put_unchecked(
        &mut self,
        spec: &ShardSpec,
        block: &RebuiltBlock,
    ) -> Result<bool, PutError> {
        self.write(spec, block, false)
    }

    fn write(
        &mut self,
        spec: &ShardSpec,
        block: &HashedBlock,
        checked: bool,
    ) -> Result<bool, PutError> {
        if self.is_full {
            return Err(PutError::Full);
        }
        let part = Part {
            bytes: block.bytes().to_vec(),
            values: block.values().to_vec(),
            fingerprint: block.fingerprint(),
        };
        let parts = self.incoming.entry(spec.key).or_default();
        parts.insert(block.index(), part);
        if parts.len() < spec.blocks() as usize {
            return Ok(false);
        }
        let parts = self.incoming.remove(&spec.key).unwrap_or_default();
        let parts: Vec<Part> = parts.into_values().collect();
        let units = parts.iter().flat_map(|part| part.values.clone()).collect();
        let values = ShardValues::new(spec.layout(), spec.key.shard, units);
        let values = values.map_err(|_| PutError::WrongRoot)?;
        if checked && values.shard_root() != Some(spec.root) {
            return Err(PutError::WrongRoot);
        }
        let stored = Stored {
            spec: spec.clone(),
            bytes: parts.iter().flat_map(|part| part.bytes.clone()).collect(),
            values,
            fingerprint: parts.iter().fold(Fingerprint::default(), |sum, part| {
                Fingerprint(std::array::from_fn(|i| sum.0[i] ^ part.fingerprint.0[i]))
            }),
        };
        self.written.insert(spec.key, stored);
        Ok(true)
    }

    /// Whether a shard is written and not flushed.
    pub fn is_written(&self, key: ShardKey) -> bool {
        self.written.contains_key(&key)
    }

    /// Brings a written shard to disk.
    pub fn flush(&mut self, key: ShardKey) {
        if let Some(stored) = self.written.remove(&key) {
            self.rotten.remove(&key);
            self.durable.insert(key, stored);
        }
    }

    /// The power fails.
    pub fn crash(&mut self) {
        self.written.clear();
        self.incoming.clear();
    }

    /// A durable shard.
    pub fn held(&self, key: ShardKey) -> Option<&Stored> {
        self.durable.get(&key)
    }

    /// All durable shards.
    pub fn keys(&self) -> Vec<ShardKey> {
        self.durable.keys().copied().collect()
    }

    /// Whether a shard is known to be damaged.
    pub fn is_rotten(&self, key: ShardKey) -> bool {
        self.rotten.contains(&key)
    }

    /// Whether some shard's bytes are not those of its values, known or not.
    pub fn has_rot(&self) -> bool {
        !self.rotten.is_empty() || self.durable.values().any(|stored| !is_whole(stored))
    }

    /// Reads a group with its proof. Damage is noted.
    pub fn read(&mut self, key: ShardKey, group: Group) -> Option<(GroupProof, Vec<u8>)> {
        let stored = self.durable.get(&key)?;
        if self.rotten.contains(&key) {
            return None;
        }
        let proof = block_of(stored, BlockIndex((group.start / COLUMN_BLOCK_LEN) as u32))
            .and_then(|block| stored.values.prove_group(group, block).ok());
        let Some(proof) = proof else {
            self.rotten.insert(key);
            return None;
        };
        let range = group.range(stored.spec.layout(), key.shard).ok()?;
        let bytes = stored.bytes.get(range.start as usize..range.end as usize)?;
        Some((proof, bytes.to_vec()))
    }

    /// Reads a shard through and notes damage; true if it found some.
    pub fn scrub(&mut self, key: ShardKey) -> bool {
        let found = self
            .durable
            .get(&key)
            .is_some_and(|stored| !is_whole(stored));
        if found {
            self.rotten.insert(key);
        }
        found
    }

    /// Deletes a shard.
    pub fn delete(&mut self, key: ShardKey) {
        self.durable.remove(&key);
        self.written.remove(&key);
        self.incoming.remove(&key);
        self.rotten.remove(&key);
    }

    /// Changes a byte of a shard on disk.
    pub fn rot(&mut self, key: ShardKey, at: usize) {
        if let Some(stored) = self.durable.get_mut(&key) {
            let len = stored.bytes.len().max(1);
            if let Some(byte) = stored.bytes.get_mut(at % len) {
                *byte ^= 1;
            }
        }
    }
}

fn is_whole(stored: &Stored) -> bool {
    (0..stored.spec.blocks()).map(BlockIndex).all(|block| {
        let bytes = block_of(stored, block);
        bytes.is_some_and(|bytes| {
            stored
                .values
                .prove_group(Group::block(block), bytes)
                .is_ok()
        })
    })
}

fn block_of(stored: &Stored, block: BlockIndex) -> Option<&[u8]> {
    let range = stored.spec.block_range(block);
    stored.bytes.get(range.start as usize..range.end as usize)
}
