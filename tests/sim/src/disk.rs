//! A worker's disk, modelled: what is flushed survives a crash, what is only written does not.
//!
//! Blocks come in as the real store takes them, as [`VerifiedBlock`]s and [`RebuiltBlock`]s, and reading makes proofs from
//! stored values, so that changed bytes are found. Shards of the simulator have one column block.

use ballast_core::{ChainingValue, EncodingId, Fingerprint, Group, GroupProof, ShardValues};
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
    /// Damage that is known.
    rotten: BTreeSet<ShardKey>,
    /// Cell tables, which authenticate themselves.
    pub tables: BTreeMap<EncodingId, Vec<ChainingValue>>,
    /// Whether it takes anything.
    pub is_full: bool,
}

impl Disk {
    /// Writes a shard that was uploaded, its only block proven against its root.
    pub fn put(&mut self, spec: &ShardSpec, block: &VerifiedBlock) -> Result<(), PutError> {
        self.write(spec, block, true)
    }

    /// Writes a shard that was rebuilt, whose root is compared now.
    pub fn put_rebuilt(&mut self, spec: &ShardSpec, block: &RebuiltBlock) -> Result<(), PutError> {
        self.write(spec, block, true)
    }

    /// The same without a look at the root: what a worker must never do.
    pub fn put_unchecked(
        &mut self,
        spec: &ShardSpec,
        block: &RebuiltBlock,
    ) -> Result<(), PutError> {
        self.write(spec, block, false)
    }

    fn write(
        &mut self,
        spec: &ShardSpec,
        block: &HashedBlock,
        checked: bool,
    ) -> Result<(), PutError> {
        if self.is_full {
            return Err(PutError::Full);
        }
        let values = ShardValues::new(spec.layout(), spec.key.shard, block.values().to_vec());
        let values = values.map_err(|_| PutError::WrongRoot)?;
        if checked && values.shard_root() != Some(spec.root) {
            return Err(PutError::WrongRoot);
        }
        let stored = Stored {
            spec: spec.clone(),
            bytes: block.bytes().to_vec(),
            values,
            fingerprint: block.fingerprint(),
        };
        self.written.insert(spec.key, stored);
        Ok(())
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
        let Ok(proof) = stored.values.prove_group(group, &stored.bytes) else {
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
    let block = Group::block(ballast_core::BlockIndex(0));
    stored.values.prove_group(block, &stored.bytes).is_ok()
}
