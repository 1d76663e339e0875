//! The upload of one shard to its worker: what it has, what it lacks, its receipt.
//!
//! Goals: a worker that hangs, refuses or answers nonsense ends its own lane and nothing else; its receipt is checked
//! before it counts.

use super::{certify::is_signed, missing::Missing};
use crate::{
    limits::{Limits, BLOCK_ATTEMPTS, LANE_REQUESTS},
    progress::Part,
    throttle::{turn, Throttle},
    workers::Worker,
};
use ballast_chain::Chain;
use ballast_core::{
    receipt::Receipt, BlockIndex, BlockNumber, ChainingValue, EncodingId, GroupProof, Layout,
    ShardIndex,
};
use ballast_worker_api::{ErrorClass, ErrorCode, WorkerClient, WorkerError};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc,
};
use tokio::{
    sync::{mpsc, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

/// Blocks that a worker's node may be ahead of ours: its receipts expire that much later.
const NODES_APART: BlockNumber = 20;

/// What the lanes of a round share.
pub(super) struct Shared {
    pub chain: Arc<dyn Chain>,
    pub encoding: EncodingId,
    pub layout: Layout,
    pub table: Vec<ChainingValue>,
    pub receipt_max_age: BlockNumber,
    pub limits: Limits,
    /// Blocks that may be sent at a time, to all workers.
    pub requests: Arc<Semaphore>,
    pub throttle: Option<Arc<Throttle>>,
}

/// One shard and its worker.
#[derive(Clone)]
pub(super) struct Lane {
    pub shared: Arc<Shared>,
    pub shard: ShardIndex,
    pub generation: u32,
    pub worker: Arc<Worker>,
    pub part: Arc<Part>,
}

/// A block on its way to a worker.
pub(super) struct Job {
    pub block: BlockIndex,
    pub proof: GroupProof,
    pub bytes: Bytes,
    /// Memory that the block takes until it is sent.
    pub memory: OwnedSemaphorePermit,
}

/// Blocks that a lane has been given and not sent yet.
pub(super) type Outstanding = Arc<AtomicUsize>;

impl Lane {
    /// Asks the worker what it lacks, and gives it the table. Waits for a worker that does not know its assignment yet.
    pub(super) async fn open(&self) -> Result<Missing, String> {
        let until = Instant::now() + self.shared.limits.sync_wait;
        loop {
            match self.try_open().await {
                Err(error) if is_behind(&error) && Instant::now() < until => {
                    tokio::time::sleep(self.shared.limits.retry_pause).await;
                }
                opened => return opened.map_err(|error| error.to_string()),
            }
        }
    }

    async fn try_open(&self) -> Result<Missing, WorkerError> {
        let (client, encoding) = (self.client()?, self.shared.encoding);
        let state = client.shard_state(encoding, self.shard).await?;
        if !state.table {
            client.put_table(encoding, &self.shared.table).await?;
        }
        let ranges = state.missing.iter().map(|(first, end)| first.0..end.0);
        let missing = Missing::new(ranges, self.blocks());
        self.part.restart();
        self.part.skip(self.held_len(&missing));
        Ok(missing)
    }

    /// Sends blocks as they come, then asks for the receipt.
    pub(super) async fn run(
        self,
        mut jobs: mpsc::Receiver<Job>,
        outstanding: Outstanding,
    ) -> Result<Receipt, String> {
        let stream = futures::stream::poll_fn(|context| jobs.poll_recv(context));
        let sent = stream
            .map(Ok)
            .try_for_each_concurrent(LANE_REQUESTS, |job| async {
                let len = job.bytes.len() as u64;
                let sent = self.send(job).await;
                outstanding.fetch_sub(1, Ordering::Relaxed);
                if sent.is_ok() {
                    self.part.add(len);
                }
                sent
            });
        sent.await.map_err(|error| error.to_string())?;
        let receipt = self
            .retrying(|client| client.receipt(self.shared.encoding, self.shard))
            .await;
        self.check(receipt.map_err(|error| error.to_string())?)
            .await
    }

    async fn send(&self, job: Job) -> Result<(), WorkerError> {
        let Job {
            block,
            proof,
            bytes,
            memory,
        } = job;
        let (proof, bytes) = (&proof, &bytes);
        let put = |client: WorkerClient| async move {
            let _turn = self.shared.requests.acquire().await;
            turn(self.shared.throttle.as_deref(), bytes.len() as u64).await;
            client
                .put_block(
                    self.shared.encoding,
                    self.shard,
                    block,
                    proof,
                    bytes.clone(),
                )
                .await
        };
        let sent = self.retrying(|client| put(client.clone())).await;
        drop(memory);
        sent
    }

    /// Tries a request some times, as long as its failure may pass.
    async fn retrying<'a, T, F>(
        &'a self,
        request: impl Fn(&'a WorkerClient) -> F,
    ) -> Result<T, WorkerError>
    where
        F: std::future::Future<Output = Result<T, WorkerError>>,
    {
        let client = self.client()?;
        let mut attempt = 1;
        loop {
            match request(client).await {
                Err(error) if may_pass(&error) && attempt < BLOCK_ATTEMPTS => {
                    tracing::debug!(shard = %self.shard, %error, attempt, "trying again");
                    tokio::time::sleep(self.shared.limits.retry_pause.saturating_mul(attempt))
                        .await;
                    attempt = attempt.saturating_add(1);
                }
                answer => return answer,
            }
        }
    }

    /// Checks a receipt as far as the chain will.
    async fn check(&self, receipt: Receipt) -> Result<Receipt, String> {
        let shared = &self.shared;
        if receipt.shard != self.shard || receipt.generation != self.generation {
            return Err("its receipt is for another shard or assignment".into());
        }
        let (chain, key) = (shared.chain.as_ref(), &self.worker.info.receipt_key);
        if !is_signed(chain, shared.encoding, &receipt, key) {
            return Err("its receipt is not signed by the key it published".into());
        }
        let now = shared
            .chain
            .finalized()
            .await
            .map_err(|error| error.to_string())?
            .number;
        let latest = now
            .saturating_add(shared.receipt_max_age)
            .saturating_add(NODES_APART);
        match (now..=latest).contains(&receipt.expires) {
            true => Ok(receipt),
            false => Err(format!(
                "its receipt expires at block {}, which the chain will refuse",
                receipt.expires
            )),
        }
    }

    fn client(&self) -> Result<&WorkerClient, WorkerError> {
        self.worker
            .client()
            .map_err(|error| WorkerError::Endpoint(error.clone()))
    }

    /// Column blocks that have bytes.
    fn blocks(&self) -> u32 {
        let layout = &self.shared.layout;
        let last = self
            .shared
            .layout
            .shard_len(self.shard)
            .div_ceil(ballast_core::limits::COLUMN_BLOCK_LEN);
        u32::try_from(last).unwrap_or(u32::MAX).min(layout.blocks())
    }

    fn held_len(&self, missing: &Missing) -> u64 {
        let layout = &self.shared.layout;
        let held = (0..self.blocks()).filter(|block| !missing.contains(*block));
        let ranges = held.map(|block| layout.block_range(self.shard, BlockIndex(block)));
        ranges.map(|range| range.end - range.start).sum()
    }
}

/// Another try soon may do better. One that took all of its time is for the next round.
fn may_pass(error: &WorkerError) -> bool {
    error.class() == ErrorClass::Retryable && !matches!(error, WorkerError::Timeout { .. })
}

/// The worker has not heard of its assignment yet.
fn is_behind(error: &WorkerError) -> bool {
    matches!(error.code(), Some(ErrorCode::NotSynced))
}
