//! Rebuilding shards of an encoding from any k others, or from who still has them.
//!
//! Goals: every byte that is decoded was proven against its shard root, and what comes out counts only once it reaches
//! its own root on chain; several lost shards of an encoding cost one decode; a source that is gone, hangs or lies is
//! replaced; rows of column blocks are worked on within one bound on memory, whatever the shards' lengths and however
//! many encodings are rebuilt at a time; what was kept before a kill is not fetched again.
//! Non-goals: who is to hold a shard (the chain), where its bytes lie (a [`ShardStore`]), receipts.
//!
//! Limits: the cell table proves a decoded block at once where a cell is at most a column block. Where cells are larger a
//! block is proven with its whole shard, when [`ShardStore::finish`] compares the root.

mod audit;
mod error;
mod plan;
mod recompute;
mod sources;
mod work;

pub use audit::{Audit, Audited, Finding, OwnGroup};
pub use error::RepairError;

use crate::{
    fetch::row::Row,
    health::Health,
    limits::{Limits, REPAIR_WORKERS},
    throttle::Throttle,
    workers::Directory,
};
use ballast_core::{view::EncodingInfo, BlockIndex, ChainingValue, Layout, ShardIndex, WorkerId};
use ballast_worker_api::Connector;
use bytes::Bytes;
use sources::Sources;
use std::{io, num::NonZeroU64, ops::Range, sync::Arc};
use tokio::sync::{Semaphore, SemaphorePermit};
use work::Work;

/// Where rebuilt shards of one encoding go. Called on threads for blocking work, for different blocks at the same time.
pub trait ShardStore: Send + Sync {
    /// The encoding's cell table, if it is here.
    fn table(&self) -> io::Result<Option<Vec<ChainingValue>>>;
    /// Keeps the encoding's cell table, which was checked against its address and shard roots.
    fn put_table(&self, values: &[ChainingValue]) -> io::Result<()>;
    /// The blocks of a shard that are to be rebuilt, as runs in ascending order; a first part of them if they are many.
    fn missing(&self, shard: ShardIndex) -> io::Result<Vec<Range<u32>>>;
    /// Keeps a rebuilt block, which does not count before [`finish`](Self::finish). False when it is known already that
    /// it is not the shard's, or, with the last one, that all of them together are not: then they are missing again.
    fn put(&self, shard: ShardIndex, block: BlockIndex, bytes: Bytes) -> io::Result<bool>;
    /// Every block was put: makes the shard durable if it reaches its root on chain. False when it does not, and then
    /// what was rebuilt is missing again.
    fn finish(&self, shard: ShardIndex) -> io::Result<bool>;
}

/// Shards to rebuild.
#[derive(Clone, Debug)]
pub struct Rebuild {
    /// Their encoding, as the chain has it.
    pub info: EncodingInfo,
    /// The shards.
    pub shards: Vec<ShardIndex>,
    /// A worker that is not asked: the one that rebuilds.
    pub without: Option<WorkerId>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Column blocks that were kept.
    pub blocks: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Bytes that workers sent for them.
    pub sent: u64,
    /// A block at which something came out wrong on the way: one of the shards is not of the code, so an audit of it is
    /// worth while.
    pub wrong: Option<BlockIndex>,
}

/// Rebuilds shards. One serves all encodings: it remembers workers, and bounds the memory of all of them together.
pub struct Repairer {
    sources: Sources,
    limits: Limits,
    health: Arc<Health>,
    throttle: Option<Arc<Throttle>>,
    /// Room for rows, in KiB.
    room: Semaphore,
    room_len: u32,
}

impl Repairer {
    /// Asks workers that `directory` knows. Rows have [`Limits::fetch_memory`] bytes together.
    pub fn new(directory: Arc<dyn Directory>, connector: Connector, limits: Limits) -> Self {
        let room_len = u32::try_from(limits.fetch_memory >> 10)
            .unwrap_or(u32::MAX)
            .min(u32::try_from(Semaphore::MAX_PERMITS).unwrap_or(u32::MAX))
            .max(1);
        Self {
            sources: Sources::new(directory, connector, REPAIR_WORKERS),
            limits,
            health: Arc::default(),
            throttle: None,
            room: Semaphore::new(usize::try_from(room_len).unwrap_or(1)),
            room_len,
        }
    }

    /// The same with a bound on what is fetched, over all encodings.
    pub fn with_rate(self, bytes_per_second: NonZeroU64) -> Self {
        let throttle = Some(Arc::new(Throttle::new(bytes_per_second)));
        Self { throttle, ..self }
    }

    /// Rebuilds what `store` misses of the shards. When this returns they have reached their roots.
    pub async fn rebuild(
        &self,
        job: &Rebuild,
        store: Arc<dyn ShardStore>,
    ) -> Result<Rebuilt, RepairError> {
        Work::open(self, job, store).await?.run().await
    }

    /// Room for what a row takes: k blocks that are fetched, and those that come out.
    async fn room(&self, layout: &Layout, row: &Row) -> Option<SemaphorePermit<'_>> {
        let block = row.group.block_index().unwrap_or_default();
        let blocks = u64::from(layout.code().data_shards()).saturating_add(row.wanted.len() as u64);
        let len = layout.coded_block_len(block).saturating_mul(blocks) >> 10;
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        let permit = self.room.acquire_many(len.clamp(1, self.room_len));
        permit.await.ok()
    }
}
