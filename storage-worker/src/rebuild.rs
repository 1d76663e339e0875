//! Where rebuilt shards go: the store, behind the trait of `ballast-blobs`.
//!
//! Goals: blocks of a shard that is not held are received like uploaded ones and count when the whole reaches its root;
//! blocks of a held shard replace those in quarantine, one by one, each proven by its stored value.

use crate::{
    facts::{Encoding, ShardKey, ShardSpec},
    receive::{RebuiltBlock, VerifiedTable},
    store::{PutError, ReadError, ShardState, Store, StoreError, WHOLE_SHARD},
};
use ballast_blobs::ShardStore;
use ballast_core::{BlockIndex, ChainingValue, ShardIndex};
use bytes::Bytes;
use std::{io, ops::Range, sync::Arc};

/// The shards of one encoding in this worker's store.
pub struct OnDisk {
    store: Arc<Store>,
    encoding: Arc<Encoding>,
}

impl OnDisk {
    /// The shards of `encoding`.
    pub fn new(store: Arc<Store>, encoding: Arc<Encoding>) -> Self {
        Self { store, encoding }
    }

    fn key(&self, shard: ShardIndex) -> ShardKey {
        ShardKey {
            encoding: self.encoding.id(),
            shard,
        }
    }

    fn is_held(&self, shard: ShardIndex) -> Result<bool, StoreError> {
        let state = self.store.state(self.key(shard))?;
        Ok(matches!(state, ShardState::Held { .. }))
    }
}

impl ShardStore for OnDisk {
    fn table(&self) -> io::Result<Option<Vec<ChainingValue>>> {
        let table = self.store.table(self.encoding.id()).map_err(as_io)?;
        let parsed = table.map(|bytes| {
            let (values, _) = bytes.as_chunks::<{ ChainingValue::LEN }>();
            values.iter().copied().map(ChainingValue).collect()
        });
        Ok(parsed)
    }

    fn put_table(&self, values: &[ChainingValue]) -> io::Result<()> {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.0).collect();
        let table = VerifiedTable::verify(self.encoding.clone(), bytes.into());
        let table = table.map_err(io::Error::other)?;
        self.store.put_table(&table).map_err(put_error)
    }

    fn missing(&self, shard: ShardIndex) -> io::Result<Vec<Range<u32>>> {
        let key = self.key(shard);
        match self.store.state(key).map_err(as_io)? {
            ShardState::Receiving { missing, .. } => Ok(missing),
            ShardState::Absent => {
                let spec = ShardSpec::new(self.encoding.clone(), shard);
                let blocks = spec.map_err(io::Error::other)?.blocks();
                Ok(std::iter::once(0..blocks).collect())
            }
            ShardState::Held { .. } => {
                let rotten = self.store.rotten(key).map_err(as_io)?;
                let blocks = rotten.into_iter().filter(|block| *block != WHOLE_SHARD);
                Ok(blocks.map(|block| block.0..block.0 + 1).collect())
            }
        }
    }

    fn put(&self, shard: ShardIndex, block: BlockIndex, bytes: Bytes) -> io::Result<bool> {
        if self.is_held(shard).map_err(as_io)? {
            return match self.store.heal(self.key(shard), block, &bytes) {
                Err(ReadError::Store(error)) => Err(as_io(error)),
                healed => healed.map_err(io::Error::other),
            };
        }
        let spec = ShardSpec::new(self.encoding.clone(), shard).map_err(io::Error::other)?;
        let block = RebuiltBlock::hash(&spec, block, bytes).map_err(io::Error::other)?;
        match self.store.put_rebuilt(&spec, &block) {
            Ok(_) => Ok(true),
            // It was the last one, and all of them are missing again.
            Err(PutError::WrongRoot { .. }) => Ok(false),
            Err(error) => Err(put_error(error)),
        }
    }

    fn finish(&self, shard: ShardIndex) -> io::Result<bool> {
        self.is_held(shard).map_err(as_io)
    }
}

fn as_io(error: StoreError) -> io::Error {
    match error {
        error if error.is_disk_full() => io::Error::new(io::ErrorKind::StorageFull, error),
        StoreError::Io { path, source } => {
            io::Error::new(source.kind(), StoreError::Io { path, source })
        }
        error => io::Error::other(error),
    }
}

fn put_error(error: PutError) -> io::Error {
    match error {
        PutError::Store(error) => as_io(error),
        PutError::Capacity { .. } | PutError::DiskFull { .. } => {
            io::Error::new(io::ErrorKind::StorageFull, error)
        }
        error => io::Error::other(error),
    }
}
