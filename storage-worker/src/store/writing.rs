//! Keeping blocks: space first, then bytes, then rows.

use super::{
    lock,
    receiving::{Put, Receiving},
    recovery::{self, Settled},
    rows::{BlockRow, Place, ShardRow, ShardStatus},
    slots::Slot,
    Batch, Durability, Point, PutError, PutOutcome, Store, StoreError,
};
use crate::{
    facts::{EncodingFacts, ShardKey, ShardSpec},
    receive::{HashedBlock, RebuiltBlock, VerifiedBlock},
};
use ballast_core::{EncodingId, ShardValues};
use std::sync::atomic::Ordering;

/// What the disk says of a shard.
enum Found {
    Absent,
    Receiving(Box<Receiving>),
    Held,
}

/// A shard ready for a block, or done with it.
enum Begun {
    Receiving(Receiving),
    Done(PutOutcome),
}

impl Store {
    /// Keeps a block of the shard `spec` describes. After [`PutOutcome::Completed`] the shard is durable.
    pub fn put_block(
        &self,
        spec: &ShardSpec,
        block: &VerifiedBlock,
    ) -> Result<PutOutcome, PutError> {
        self.put(spec, block)
    }

    /// The same for a block that was rebuilt. If all blocks are here and do not merge to the shard's root, none stays:
    /// [`PutError::WrongRoot`].
    pub fn put_rebuilt(
        &self,
        spec: &ShardSpec,
        block: &RebuiltBlock,
    ) -> Result<PutOutcome, PutError> {
        self.put(spec, block)
    }

    fn put(&self, spec: &ShardSpec, block: &HashedBlock) -> Result<PutOutcome, PutError> {
        debug_assert_eq!(
            spec.key,
            block.key(),
            "a block is verified under the spec it is stored under"
        );
        let slot = self.slots.get(spec.key, |slot| self.rest(slot))?;
        let mut guard = lock(&slot);
        let put = self.put_in_slot(&mut guard, spec, block);
        // After an error memory may be ahead of the disk: forget it, the next access reads the disk.
        if put.is_err() && guard.take().is_some() {
            self.recount(spec.key);
        }
        put
    }

    fn put_in_slot(
        &self,
        slot: &mut Option<Receiving>,
        spec: &ShardSpec,
        block: &HashedBlock,
    ) -> Result<PutOutcome, PutError> {
        let receiving = match slot {
            Some(receiving) => receiving,
            None => match self.find_or_begin(spec, block)? {
                Begun::Receiving(receiving) => slot.insert(receiving),
                Begun::Done(outcome) => return Ok(outcome),
            },
        };
        if receiving.blocks.contains(block.index()) {
            return Ok(PutOutcome::Known);
        }
        let put = receiving.put(&self.disk, block);
        match put.map_err(|error| self.disk_full_or(error, block.bytes().len() as u64))? {
            Put::Kept => return Ok(PutOutcome::Kept),
            Put::Held => {}
            Put::WrongRoot => {
                *slot = None;
                self.delete_row(spec.key)?;
                return Err(PutError::WrongRoot { key: spec.key });
            }
        }
        *slot = None;
        self.count_completed();
        Ok(PutOutcome::Completed)
    }

    fn find_or_begin(&self, spec: &ShardSpec, block: &HashedBlock) -> Result<Begun, PutError> {
        let key = spec.key;
        self.ensure_facts(key.encoding, spec.encoding.facts())?;
        match self.find(key)? {
            Found::Receiving(receiving) => Ok(Begun::Receiving(*receiving)),
            Found::Held => Ok(Begun::Done(PutOutcome::Known)),
            Found::Absent if spec.len() <= self.limits.small_shard_len => {
                self.put_small(spec, block).map(Begun::Done)
            }
            Found::Absent => self.begin(spec).map(Begun::Receiving),
        }
    }

    /// What the disk says of a shard, after the steps that an error cut off. Its slot must be locked and empty.
    fn find(&self, key: ShardKey) -> Result<Found, StoreError> {
        let Some(row) = self.disk.index.shard(key)? else {
            return Ok(Found::Absent);
        };
        match row.status {
            ShardStatus::Held { .. } => Ok(Found::Held),
            ShardStatus::Deleting => {
                // Whoever deletes has the slot, so this deletion was cut off by an error.
                recovery::delete(&self.disk, key)?;
                Ok(Found::Absent)
            }
            ShardStatus::Receiving => match recovery::settle(&self.disk, key, row)? {
                Settled::Receiving(receiving) => Ok(Found::Receiving(receiving)),
                Settled::Held => {
                    self.count_completed();
                    Ok(Found::Held)
                }
                Settled::Deleted => {
                    self.receiving.fetch_sub(1, Ordering::Relaxed);
                    self.release(row.len);
                    Ok(Found::Absent)
                }
            },
        }
    }

    /// Takes the steps that an error cut off.
    pub(super) fn resume(&self, key: ShardKey) -> Result<(), StoreError> {
        let slot = self.slots.force(key);
        let mut guard = lock(&slot);
        if guard.is_none() {
            if let Found::Receiving(receiving) = self.find(key)? {
                *guard = Some(*receiving);
            }
        }
        Ok(())
    }

    /// An error can come after the row said held.
    fn recount(&self, key: ShardKey) {
        if let Ok(Some(row)) = self.disk.index.shard(key) {
            if matches!(row.status, ShardStatus::Held { .. }) {
                self.count_completed();
            }
        }
    }

    fn begin(&self, spec: &ShardSpec) -> Result<Receiving, PutError> {
        self.reserve(spec.len())?;
        let _guard = lock(&self.encodings);
        match Receiving::begin(&self.disk, spec) {
            Ok(receiving) => {
                self.receiving.fetch_add(1, Ordering::Relaxed);
                Ok(receiving)
            }
            Err(error) => {
                self.undo_begin(spec);
                Err(self.disk_full_or(error, spec.len()))
            }
        }
    }

    /// Takes back what a failed beginning left. If that fails too, the row (if any) is on disk and stays counted.
    fn undo_begin(&self, spec: &ShardSpec) {
        match recovery::delete(&self.disk, spec.key) {
            Ok(()) => self.release(spec.len()),
            Err(error) => {
                tracing::warn!(shard = %spec.key, %error, "could not undo a failed beginning");
                match self.disk.index.shard(spec.key) {
                    Ok(None) => self.release(spec.len()),
                    _ => drop(self.receiving.fetch_add(1, Ordering::Relaxed)),
                }
            }
        }
    }

    /// A small shard is one block and one write.
    fn put_small(&self, spec: &ShardSpec, block: &HashedBlock) -> Result<PutOutcome, PutError> {
        if !is_whole_shard(spec, block) {
            return Err(PutError::WrongRoot { key: spec.key });
        }
        self.reserve(spec.len())?;
        let written = self.write_small(spec, block);
        if let Err(error) = written {
            self.release(spec.len());
            return Err(self.disk_full_or(error, spec.len()));
        }
        self.held.fetch_add(1, Ordering::Relaxed);
        Ok(PutOutcome::Completed)
    }

    fn write_small(&self, spec: &ShardSpec, block: &HashedBlock) -> Result<(), StoreError> {
        let (key, fingerprint) = (spec.key, block.fingerprint());
        let status = ShardStatus::Held {
            fingerprint,
            damaged: false,
        };
        let mut batch = Batch::default();
        batch.put_encoding(key.encoding, spec.encoding.facts());
        batch.put_bytes(key, block.bytes());
        batch.put_block(
            key,
            block.index(),
            &BlockRow {
                fingerprint,
                values: block.values().to_vec(),
            },
        );
        batch.put_shard(
            key,
            &ShardRow {
                status,
                place: Place::Row,
                len: spec.len(),
            },
        );
        let _guard = lock(&self.encodings);
        self.disk.at(Point::SmallWritten, key)?;
        Ok(self.disk.index.write(batch, Durability::Synced)?)
    }

    /// Brings blocks to disk that wait for a flush, in slots that nobody uses right now.
    pub fn flush(&self) -> Result<(), StoreError> {
        for slot in self.slots.all() {
            let Ok(mut guard) = slot.try_lock() else {
                continue;
            };
            self.flush_slot(&mut guard)?;
        }
        Ok(())
    }

    fn flush_slot(&self, slot: &mut Option<Receiving>) -> Result<(), StoreError> {
        let Some(receiving) = slot else { return Ok(()) };
        let flushed = receiving.flush(&self.disk);
        if flushed.is_err() {
            *slot = None;
        }
        flushed
    }

    /// Closes a shard that is being received and that nobody uses, so that another can be opened. Blocks that cannot be
    /// flushed are missing afterwards, and sent again.
    fn rest(&self, slot: &Slot) {
        let mut guard = lock(slot);
        if let Err(error) = self.flush_slot(&mut guard) {
            tracing::warn!(%error, "could not flush a shard that rests");
        }
        *guard = None;
    }

    fn count_completed(&self) {
        self.receiving.fetch_sub(1, Ordering::Relaxed);
        self.held.fetch_add(1, Ordering::Relaxed);
    }

    /// An encoding's facts never change: a chain that says otherwise is not the one this data is for.
    pub(super) fn ensure_facts(
        &self,
        encoding: EncodingId,
        facts: &EncodingFacts,
    ) -> Result<(), PutError> {
        match self.disk.index.encoding(encoding)? {
            Some(recorded) if recorded != *facts => Err(PutError::FactsDiffer { encoding }),
            _ => Ok(()),
        }
    }

    /// Counts `len` bytes as used if capacity and disk have room for them.
    fn reserve(&self, len: u64) -> Result<(), PutError> {
        self.ensure_disk_space(len)?;
        let capacity = self.limits.capacity;
        let fits = |used: u64| used.checked_add(len).filter(|total| *total <= capacity);
        match self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
        {
            Ok(_) => Ok(()),
            Err(used) => Err(PutError::Capacity {
                needed: len,
                used,
                capacity,
            }),
        }
    }

    pub(super) fn release(&self, len: u64) {
        self.used.fetch_sub(len, Ordering::Relaxed);
    }

    pub(super) fn ensure_disk_space(&self, needed: u64) -> Result<(), PutError> {
        let (free, reserve) = (self.free_bytes()?, self.limits.reserve);
        if free < needed.saturating_add(reserve) {
            return Err(PutError::DiskFull {
                needed,
                free,
                reserve,
            });
        }
        Ok(())
    }

    fn disk_full_or(&self, error: StoreError, needed: u64) -> PutError {
        if !error.is_disk_full() {
            return error.into();
        }
        let free = self.free_bytes().unwrap_or_default();
        PutError::DiskFull {
            needed,
            free,
            reserve: self.limits.reserve,
        }
    }
}

/// Whether a block alone makes its shard.
fn is_whole_shard(spec: &ShardSpec, block: &HashedBlock) -> bool {
    let values = ShardValues::new(spec.layout(), spec.key.shard, block.values().to_vec());
    values.is_ok_and(|values| values.shard_root() == Some(spec.root))
}
