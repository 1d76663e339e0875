//! Deletion, and giving up damaged blocks.
//!
//! A row says first what is going to happen, so that recovery goes on with it after a crash: deleting, then the files,
//! then the rows. A damaged shard goes back to receiving in the same manner: row, then the file's name.

use super::{
    lock, recovery,
    rows::{Place, ShardRow, ShardStatus},
    Batch, Durability, Point, Store, StoreError,
};
use crate::facts::ShardKey;
use ballast_core::{BlockIndex, EncodingId, ShardIndex};
use std::sync::atomic::Ordering;

impl Store {
    /// Deletes whatever is here of a shard; false when nothing is.
    pub fn delete(&self, key: ShardKey) -> Result<bool, StoreError> {
        let slot = self.slots.force(key);
        let mut guard = lock(&slot);
        // Closes the file; what waits for a flush is given up with the rest.
        *guard = None;
        self.delete_row(key)
    }

    /// The same in a slot that is locked and empty.
    pub(super) fn delete_row(&self, key: ShardKey) -> Result<bool, StoreError> {
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(false);
        };
        self.set_row(key, &row.with(ShardStatus::Deleting))?;
        self.views.forget(key);
        self.uncount(&row);
        self.disk.at(Point::DeletingRecorded, key)?;
        recovery::delete(&self.disk, key)?;
        Ok(true)
    }

    /// Deletes an encoding's facts and table if no shard of it is here.
    pub fn delete_encoding(&self, id: EncodingId) -> Result<bool, StoreError> {
        let _guard = lock(&self.encodings);
        let first = ShardKey {
            encoding: id,
            shard: ShardIndex(0),
        };
        if self.disk.index.shard(first)?.is_some() {
            return Ok(false);
        }
        if self
            .shards(Some(first), 1)?
            .first()
            .is_some_and(|(key, _)| key.encoding == id)
        {
            return Ok(false);
        }
        let mut batch = Batch::default();
        batch.delete_encoding(id);
        self.disk.index.write(batch, Durability::Synced)?;
        Ok(true)
    }

    /// Takes a held shard back to receiving without the blocks in `lost`; without any use of the rest it is deleted.
    /// For use while nothing else uses the store.
    pub fn give_up(&self, key: ShardKey, lost: &[BlockIndex]) -> Result<(), StoreError> {
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(());
        };
        if row.place == Place::Row || !self.disk.files.has_final(key) {
            return self.delete(key).map(drop);
        }
        let mut batch = Batch::default();
        for block in lost {
            batch.delete_block(key, *block);
        }
        batch.delete_all_rotten(key);
        batch.put_shard(key, &row.with(ShardStatus::Receiving));
        self.disk.index.write(batch, Durability::Synced)?;
        self.views.forget(key);
        self.held.fetch_sub(1, Ordering::Relaxed);
        self.receiving.fetch_add(1, Ordering::Relaxed);
        match self.disk.spec(key)? {
            Some(spec) => self.disk.files.rename_to_staging(&spec),
            None => self.delete(key).map(drop),
        }
    }

    pub(super) fn set_row(&self, key: ShardKey, row: &ShardRow) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        batch.put_shard(key, row);
        Ok(self.disk.index.write(batch, Durability::Synced)?)
    }

    fn uncount(&self, row: &ShardRow) {
        match row.status {
            ShardStatus::Held { .. } => self.held.fetch_sub(1, Ordering::Relaxed),
            ShardStatus::Receiving => self.receiving.fetch_sub(1, Ordering::Relaxed),
            // Counted out when its deletion began.
            ShardStatus::Deleting => return,
        };
        self.release(row.len);
    }
}
