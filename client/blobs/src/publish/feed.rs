//! The pass over a blob: rows are read, encoded and handed to the workers' lanes as these have room.
//!
//! Goals: a row waits for memory before it is made, and gives it back block by block as they are sent; a worker that
//! holds up the others does so only for so long.

use super::{
    driver::{Delivery, Publisher},
    lane::{Job, Outstanding},
    missing::Missing,
};
use crate::{
    blocking::blocking,
    coding::{encode_row, is_registered_row, read_row, row_len, rows_at_once, Prepared},
    source::{Reader, SourceError},
};
use ballast_core::{BlockIndex, ShardIndex};
use ballast_erasure::Encoder;
use ballast_worker_api::Buffer;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};
use tokio::sync::{mpsc, OwnedSemaphorePermit};

/// How often it is looked whether a worker holds up the others.
const LAG_TICK: Duration = Duration::from_millis(100);

/// A worker's end of the pass.
pub(super) struct Feed {
    pub shard: ShardIndex,
    pub missing: Missing,
    pub jobs: mpsc::Sender<Job>,
    pub outstanding: Outstanding,
    pub is_open: bool,
}

/// What rows are made with.
#[derive(Clone)]
struct RowWork {
    reader: Arc<Reader>,
    encoder: Arc<Encoder>,
    /// The blocks each worker lacks.
    targets: Arc<[(ShardIndex, Missing)]>,
}

/// A shard's block, encoded.
type Piece = (ShardIndex, Job);

impl Publisher<'_> {
    /// Encodes row by row and hands the blocks out. Ends when the source ends or nobody is left to feed.
    pub(super) async fn feed(
        &self,
        delivery: &Delivery<'_>,
        mut feeds: Vec<Feed>,
    ) -> Result<(), SourceError> {
        let prepared = &delivery.prepared;
        let wanted = |block: u32| feeds.iter().any(|feed| feed.lacks(block));
        let blocks: Vec<u32> = (0..prepared.layout.blocks())
            .filter(|block| wanted(*block))
            .collect();
        if blocks.is_empty() {
            return Ok(());
        }
        let source = delivery.blob.source.clone();
        let reader = Arc::new(blocking(move || source.open()).await?);
        let encoder = Arc::new(Encoder::new(prepared.layout.code()));
        let targets = feeds
            .iter()
            .map(|feed| (feed.shard, feed.missing.clone()))
            .collect();
        let work = RowWork {
            reader: reader.clone(),
            encoder,
            targets,
        };
        let rows = futures::stream::iter(blocks)
            .map(|block| self.make_row(delivery, work.clone(), BlockIndex(block)))
            .buffered(rows_at_once(
                self.client.limits.coding_memory,
                row_len(&prepared.layout),
            ));
        let mut rows = Box::pin(rows);
        while let Some(row) = rows.try_next().await? {
            self.hand_out(row, &mut feeds).await;
            if feeds.iter().all(|feed| !feed.is_open) {
                return Ok(());
            }
        }
        drop(rows);
        blocking(move || reader.check()).await
    }

    /// Reads and encodes one row as soon as there is memory for it.
    async fn make_row(
        &self,
        delivery: &Delivery<'_>,
        RowWork {
            reader,
            encoder,
            targets,
        }: RowWork,
        block: BlockIndex,
    ) -> Result<Vec<Piece>, SourceError> {
        let prepared = delivery.prepared.clone();
        let kib = u32::try_from(row_len(&prepared.layout).div_ceil(1024)).unwrap_or(u32::MAX);
        let memory = delivery
            .memory
            .clone()
            .acquire_many_owned(kib)
            .await
            .expect("never closed; qed");
        let source = delivery.blob.source.clone();
        blocking(move || {
            let data = read_row(&prepared.layout, &reader, block)?;
            if !is_registered_row(&prepared, block, &data) {
                return Err(source.changed());
            }
            let parity = encode_row(&encoder, &data);
            let columns = data.into_iter().chain(parity).collect();
            let wanted = targets
                .iter()
                .filter(|(_, missing)| missing.contains(block.0))
                .map(|(shard, _)| *shard);
            Ok(pieces(&prepared, block, columns, wanted, memory))
        })
        .await
    }

    /// Gives each worker its block of a row: at once where its queue has room, then the others as room comes.
    async fn hand_out(&self, row: Vec<Piece>, feeds: &mut [Feed]) {
        let mut blocked = Vec::new();
        for (shard, job) in row {
            let Some(at) = feeds
                .iter()
                .position(|feed| feed.shard == shard && feed.is_open)
            else {
                continue;
            };
            let Some(feed) = feeds.get_mut(at) else {
                continue;
            };
            feed.outstanding.fetch_add(1, Ordering::Relaxed);
            match feed.jobs.try_send(job) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(job)) => blocked.push((at, job)),
                Err(mpsc::error::TrySendError::Closed(_)) => feed.is_open = false,
            }
        }
        for (at, job) in blocked {
            let taken = self.wait_for(at, job, feeds).await;
            if let Some(feed) = feeds.get_mut(at).filter(|_| !taken) {
                feed.close();
            }
        }
    }

    /// Waits until a worker takes its block. False if it is gone, or if it holds up the others for too long.
    async fn wait_for(&self, at: usize, job: Job, feeds: &[Feed]) -> bool {
        let Some(feed) = feeds.get(at) else {
            return false;
        };
        let send = feed.jobs.send(job);
        tokio::pin!(send);
        let mut idle = Duration::ZERO;
        while idle < self.client.limits.lag_grace {
            tokio::select! {
                sent = &mut send => return sent.is_ok(),
                () = tokio::time::sleep(LAG_TICK) => {
                    idle = if half_are_idle(feeds) { idle.saturating_add(LAG_TICK) } else { Duration::ZERO };
                }
            }
        }
        tracing::info!(shard = %feed.shard, "worker falls behind; it gets its turn later");
        false
    }
}

impl Feed {
    fn lacks(&self, block: u32) -> bool {
        self.missing.contains(block)
    }

    /// Lets the lane finish what it has and then ask for a receipt, which tells what is missing.
    fn close(&mut self) {
        self.is_open = false;
        let (closed, _) = mpsc::channel(1);
        self.jobs = closed;
    }
}

/// Half of the workers that still take part have nothing to do.
fn half_are_idle(feeds: &[Feed]) -> bool {
    let open = feeds
        .iter()
        .filter(|feed| feed.is_open && !feed.jobs.is_closed());
    let idle: Vec<bool> = open
        .map(|feed| feed.outstanding.load(Ordering::Relaxed) == 0)
        .collect();
    idle.iter().filter(|idle| **idle).count() * 2 >= idle.len()
}

/// The blocks of a row that somebody lacks, each with its proof and its share of the row's memory.
fn pieces(
    prepared: &Prepared,
    block: BlockIndex,
    columns: Vec<Buffer>,
    wanted: impl Iterator<Item = ShardIndex>,
    mut memory: OwnedSemaphorePermit,
) -> Vec<Piece> {
    let mut columns: Vec<Option<Bytes>> = columns
        .into_iter()
        .map(|buffer| Some(buffer.freeze()))
        .collect();
    let pieces = wanted.filter_map(|shard| {
        let range = prepared.layout.block_range(shard, block);
        let len = usize::try_from(range.end - range.start).ok()?;
        let bytes = columns.get_mut(usize::from(shard.0))?.take()?;
        let proof = prepared
            .shards
            .get(usize::from(shard.0))?
            .prove_block(block)
            .ok()?;
        // The bytes of one row together are not more than its memory.
        let memory = memory.split(bytes.len().div_ceil(1024))?;
        Some((
            shard,
            Job {
                block,
                proof,
                bytes: bytes.slice(..len),
                memory,
            },
        ))
    });
    pieces.collect()
}
