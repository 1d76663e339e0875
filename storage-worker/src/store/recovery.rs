//! What a shard's rows and files mean after a crash, and at start.
//!
//! | row | files | meaning |
//! |---|---|---|
//! | none | staging | creation was cut off: remove the file |
//! | receiving | staging | go on; finish when all blocks are recorded, delete if they do not merge to the root |
//! | receiving | final, all blocks recorded | cut off between rename and row: record it as held |
//! | receiving | final, blocks missing | their rows were lost after the rename, or blocks were given up: back to staging |
//! | receiving | none | nothing is left: delete |
//! | deleting | any | deletion was cut off: go on deleting |
//! | held | final | held; bytes are checked at each read |
//!
//! The work is bounded by the shards being received, not by those held, whose rows alone are read.

use super::{
    block_set::BlockSet,
    error::StoreError,
    hooks::Point,
    index::{Batch, Durability},
    receiving::{sum, Receiving},
    rows::{Place, ShardRow, ShardStatus, WHOLE_SHARD},
    Disk,
};
use crate::facts::{Encoding, ShardKey, ShardSpec};
use ballast_core::{Fingerprint, ShardValues};
use std::{collections::HashSet, sync::Arc};

/// Shard rows read at a time.
pub(super) const PAGE: usize = 1024;

/// What was found at start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Shards held.
    pub held: u64,
    /// Shards partly here.
    pub receiving: u64,
    /// Shards whose last steps were done now.
    pub finished: u64,
    /// Shards whose deletion was done now, or of which nothing was left.
    pub deleted: u64,
    /// Stray staging files removed.
    pub strays: u64,
    /// Files of shards that the index does not know. No crash leaves any: the index has lost rows.
    pub unknown: u64,
    /// Bytes of all shards, held and being received.
    pub used_bytes: u64,
}

/// What became of a shard that was being received.
pub(super) enum Settled {
    Receiving(Box<Receiving>),
    Held,
    Deleted,
}

/// Brings every shard to a state that can be gone on from.
pub(super) fn recover(disk: &Disk) -> Result<Recovery, StoreError> {
    let mut found = Recovery::default();
    let mut receiving = HashSet::new();
    let mut after = None;
    loop {
        let page = disk.index.shards(after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (key, row) in &page {
            recover_one(disk, *key, *row, &mut found, &mut receiving)?;
        }
    }
    found.strays = disk.files.sweep_staging(|key| receiving.contains(&key))?;
    let known = |key| matches!(disk.index.shard(key), Ok(Some(row)) if row.place == Place::File);
    found.unknown = disk.files.strays(known)?.len() as u64;
    Ok(found)
}

fn recover_one(
    disk: &Disk,
    key: ShardKey,
    row: ShardRow,
    found: &mut Recovery,
    receiving: &mut HashSet<ShardKey>,
) -> Result<(), StoreError> {
    let settled = match row.status {
        ShardStatus::Held { damaged, .. } => {
            found.held += 1;
            found.used_bytes += row.len;
            // What an earlier program found, which kept no list of what is damaged.
            if damaged && disk.index.rotten(key)?.is_empty() {
                let mut batch = Batch::default();
                batch.put_rotten(key, WHOLE_SHARD);
                disk.index.write(batch, Durability::Lazy)?;
            }
            return Ok(());
        }
        ShardStatus::Deleting => delete(disk, key).map(|()| Settled::Deleted)?,
        ShardStatus::Receiving => settle(disk, key, row)?,
    };
    match settled {
        Settled::Deleted => found.deleted += 1,
        Settled::Held => {
            found.finished += 1;
            found.held += 1;
            found.used_bytes += row.len;
        }
        Settled::Receiving(_) => {
            receiving.insert(key);
            found.receiving += 1;
            found.used_bytes += row.len;
        }
    }
    Ok(())
}

/// Finds out how far a shard with a receiving row is, and takes the steps that were cut off.
pub(super) fn settle(disk: &Disk, key: ShardKey, row: ShardRow) -> Result<Settled, StoreError> {
    let (blocks, fingerprint) = recorded(disk, key, &row)?;
    if row.place == Place::File && disk.files.has_final(key) {
        if blocks.is_complete() && disk.files.is_whole(key, row.len) && disk.reaches_root(key)? {
            record_held(disk, key, row, fingerprint)?;
            return Ok(Settled::Held);
        }
        back_to_staging(disk, key)?;
    }
    let Some(file) = disk.files.open_staging(key, row.len)? else {
        delete(disk, key)?;
        return Ok(Settled::Deleted);
    };
    let complete = blocks.is_complete();
    let mut receiving = Receiving {
        key,
        row,
        file,
        is_named: false,
        blocks,
        fingerprint,
        pending: Vec::new(),
    };
    if !complete {
        return Ok(Settled::Receiving(Box::new(receiving)));
    }
    if receiving.finish(disk)? {
        return Ok(Settled::Held);
    }
    // Blocks that were rebuilt, and do not make the shard.
    delete(disk, key)?;
    Ok(Settled::Deleted)
}

/// The blocks that rows say are here, and the sum of their fingerprints.
pub(super) fn recorded(
    disk: &Disk,
    key: ShardKey,
    row: &ShardRow,
) -> Result<(BlockSet, Fingerprint), StoreError> {
    let mut blocks = BlockSet::new(row.blocks());
    let mut fingerprint = Fingerprint::default();
    for entry in disk.index.blocks(key) {
        let (block, row) = entry?;
        if blocks.insert(block) {
            fingerprint = sum(fingerprint, row.fingerprint);
        }
    }
    Ok((blocks, fingerprint))
}

/// Brings the new name to disk, then says that the shard is held. Everything written before is on disk after this.
pub(super) fn record_held(
    disk: &Disk,
    key: ShardKey,
    row: ShardRow,
    fingerprint: Fingerprint,
) -> Result<(), StoreError> {
    disk.files.sync_final_name(key)?;
    disk.at(Point::DirectoriesSynced, key)?;
    let mut batch = Batch::default();
    batch.delete_all_rotten(key);
    batch.put_shard(
        key,
        &row.with(ShardStatus::Held {
            fingerprint,
            damaged: false,
        }),
    );
    disk.index.write(batch, Durability::Synced)?;
    disk.at(Point::HeldRecorded, key)
}

/// Files first, then rows, so that no file is ever left without a row.
pub(super) fn delete(disk: &Disk, key: ShardKey) -> Result<(), StoreError> {
    disk.files.remove(key)?;
    disk.at(Point::FilesRemoved, key)?;
    let mut batch = Batch::default();
    batch.delete_shard(key);
    Ok(disk.index.write(batch, Durability::Lazy)?)
}

fn back_to_staging(disk: &Disk, key: ShardKey) -> Result<(), StoreError> {
    let Some(spec) = disk.spec(key)? else {
        return delete(disk, key);
    };
    disk.files.rename_to_staging(&spec)
}

impl Disk {
    /// The spec of a shard whose encoding is recorded.
    pub(super) fn spec(&self, key: ShardKey) -> Result<Option<ShardSpec>, StoreError> {
        let Some(facts) = self.index.encoding(key.encoding)? else {
            return Ok(None);
        };
        let encoding = Encoding::new(key.encoding, facts).ok();
        Ok(encoding.and_then(|encoding| ShardSpec::new(Arc::new(encoding), key.shard).ok()))
    }

    /// The unit values of a shard, if all are recorded and merge to its root.
    pub(super) fn values(&self, spec: &ShardSpec) -> Result<Option<ShardValues>, StoreError> {
        let (layout, shard) = (spec.layout(), spec.key.shard);
        let mut units = Vec::with_capacity(layout.units(shard) as usize);
        for entry in self.index.blocks(spec.key) {
            units.extend(entry?.1.values);
        }
        let values = ShardValues::new(layout, shard, units).ok();
        Ok(values.filter(|values| values.shard_root() == Some(spec.root)))
    }

    /// Whether the recorded blocks of a shard are all of it.
    pub(super) fn reaches_root(&self, key: ShardKey) -> Result<bool, StoreError> {
        Ok(match self.spec(key)? {
            Some(spec) => self.values(&spec)?.is_some(),
            None => false,
        })
    }
}
