//! Following the chain: connect, check that it is the right one, keep the head, sweep what is no longer assigned.
//!
//! Goals: held shards are served whatever the chain does; nothing is deleted because a node is behind, syncing or
//! another chain's. Non-goals: events; what matters is the state at a finalized block.

use crate::{
    chain::{ChainView, Connect, Head},
    facts::ShardKey,
    gc::{sweep, Grace, Swept},
    repair::AssignedShards,
    serve::App,
    store::{BindError, StoreError},
};
use ballast_chain::{BlockId, ChainError, ErrorClass};
use ballast_core::BlockNumber;
use std::{
    collections::HashSet,
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Finalized blocks between two sweeps.
pub const SWEEP_BLOCKS: BlockNumber = 10;
/// Finalized blocks between two looks at what is assigned, where that is little: a shard that moves here has to be
/// receipted soon.
pub const LOOK_BLOCKS: BlockNumber = 3;
/// Shards that are little.
const FEW_SHARDS: usize = 4096;
/// Blocks by which the finalized head may seem to go back, between nodes, before one counts as behind.
pub const BEHIND_BLOCKS: BlockNumber = 50;
/// First and longest pause between two attempts.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
/// How often lasting trouble is logged.
const ATTEMPTS_PER_WARNING: u32 = 10;

/// The worker must stop.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Another chain than before.
    #[error("wrong chain: {0}")]
    WrongChain(#[from] BindError),
    /// The chain's address or runtime cannot be used.
    #[error("the chain cannot be followed: {0}")]
    Chain(#[from] ChainError),
    /// The disk failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Follows the chain until `stop`.
pub async fn follow(
    app: Arc<App>,
    connect: Arc<dyn Connect>,
    grace_blocks: BlockNumber,
    stop: CancellationToken,
) -> Result<(), FollowError> {
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        ended = run(app, connect, grace_blocks) => ended,
    }
}

async fn run(
    app: Arc<App>,
    connect: Arc<dyn Connect>,
    grace_blocks: BlockNumber,
) -> Result<(), FollowError> {
    let chain = first_connection(&app, &*connect).await?;
    let (store, genesis) = (app.store.clone(), chain.genesis_hash());
    let highest = on_disk(move || {
        store.bind_genesis(genesis)?;
        Ok::<_, FollowError>(store.finalized()?)
    })
    .await?;
    tracing::info!(genesis = %hex::encode(genesis), "connected to the chain");
    app.link.set_chain(chain.clone());
    let follower = Follower {
        app,
        chain,
        highest,
        swept_at: None,
        grace: Grace::new(grace_blocks),
    };
    follower.run().await
}

/// Tries until a node answers. An address that can never work ends the program at once.
async fn first_connection(
    app: &App,
    connect: &dyn Connect,
) -> Result<Arc<dyn ChainView>, ChainError> {
    let mut attempt = 0;
    loop {
        match connect.connect().await {
            Ok(chain) => return Ok(chain),
            Err(error) if error.class() != ErrorClass::Retryable => return Err(error),
            Err(error) => {
                app.metrics.chain_errors.increment();
                warn_sometimes(attempt, &error);
            }
        }
        tokio::time::sleep(pause(attempt)).await;
        attempt += 1;
    }
}

struct Follower {
    app: Arc<App>,
    chain: Arc<dyn ChainView>,
    /// Greatest finalized number ever seen.
    highest: BlockNumber,
    swept_at: Option<BlockNumber>,
    grace: Grace,
}

impl Follower {
    async fn run(mut self) -> Result<(), FollowError> {
        let mut attempt = 0;
        loop {
            match self.step().await {
                Ok(()) => attempt = 0,
                Err(FollowError::Chain(error)) => {
                    // A node that is being replaced or upgraded can answer anything for a while: go on serving.
                    self.app.metrics.chain_errors.increment();
                    warn_sometimes(attempt, &error);
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for a block and does what is due at it.
    async fn step(&mut self) -> Result<(), FollowError> {
        let block = match self.app.link.head() {
            None => self.chain.finalized().await?,
            Some(head) => self.chain.wait_finalized(head.number).await?,
        };
        let is_behind = self.enter(block);
        let is_due = self
            .swept_at
            .is_none_or(|at| block.number.abs_diff(at) >= SWEEP_BLOCKS);
        if is_due && !is_behind {
            self.check_registration().await?;
            self.sweep(block.number).await?;
            self.swept_at = Some(block.number);
        } else if !is_behind && self.is_look_due(block.number) {
            self.list_assigned().await?;
        }
        Ok(())
    }

    fn is_look_due(&self, now: BlockNumber) -> bool {
        let since = self.swept_at.map_or(0, |at| now.abs_diff(at));
        since.is_multiple_of(LOOK_BLOCKS) && self.app.assigned.borrow().len() < FEW_SHARDS
    }

    /// Asks what is assigned, and tells those who repair.
    async fn list_assigned(&self) -> Result<AssignedShards, FollowError> {
        let listed = Arc::new(self.chain.assignments(self.app.worker).await?);
        self.app.assigned.send_if_modified(|known| {
            let is_new = *known != listed;
            if is_new {
                *known = listed.clone();
            }
            is_new
        });
        Ok(listed)
    }

    /// Notes the new head; true when the node is behind what was seen before.
    fn enter(&mut self, block: BlockId) -> bool {
        let is_behind = block.number.saturating_add(BEHIND_BLOCKS) < self.highest;
        if is_behind && !self.app.link.head().is_some_and(|head| head.is_behind) {
            tracing::warn!(
                finalized = block.number,
                seen = self.highest,
                "the chain node is behind; waiting for it"
            );
        }
        self.highest = self.highest.max(block.number);
        self.app.link.set_head(Head {
            number: block.number,
            learnt: Instant::now(),
            is_behind,
        });
        is_behind
    }

    async fn check_registration(&self) -> Result<(), FollowError> {
        let listed = self
            .chain
            .worker(self.app.worker)
            .await?
            .map(|info| info.receipt_key);
        let is_registered = listed == Some(self.app.key.public());
        let was_registered = self
            .app
            .is_registered
            .swap(is_registered, Ordering::Relaxed);
        let is_first = self.swept_at.is_none();
        match listed {
            None if is_first || was_registered => {
                tracing::warn!(
                    worker = %ballast_chain::ss58::encode(&self.app.worker.0),
                    receipt_key = %self.app.key.public_hex(),
                    "the chain does not list this worker; join with this receipt key"
                );
            }
            Some(key) if !is_registered && (is_first || was_registered) => {
                tracing::warn!(
                    listed = %hex::encode(key), receipt_key = %self.app.key.public_hex(),
                    "the chain lists another receipt key: it will refuse this worker's receipts; update the worker"
                );
            }
            Some(_) if is_registered && !was_registered => {
                tracing::info!("the chain lists this worker")
            }
            _ => {}
        }
        Ok(())
    }

    /// Deletes what has not been assigned here for the grace period.
    async fn sweep(&mut self, now: BlockNumber) -> Result<(), FollowError> {
        let listed = self.list_assigned().await?;
        let assigned: HashSet<ShardKey> = listed
            .iter()
            .map(|(encoding, shard, _)| ShardKey {
                encoding: *encoding,
                shard: *shard,
            })
            .collect();
        let (store, highest) = (self.app.store.clone(), self.highest);
        let mut grace = std::mem::replace(&mut self.grace, Grace::new(0));
        let (grace, swept) = on_disk(move || {
            let swept = sweep(&store, &mut grace, &assigned, now).and_then(|swept| {
                store.record_finalized(highest)?;
                Ok(swept)
            });
            (grace, swept)
        })
        .await;
        self.grace = grace;
        self.report(swept, now);
        Ok(())
    }

    /// A disk that cannot be swept may still be read: the worker goes on, and the next sweep tries again.
    fn report(&self, swept: Result<Swept, StoreError>, now: BlockNumber) {
        let metrics = &self.app.metrics;
        match swept {
            Ok(Swept {
                shards,
                encodings,
                failed,
            }) => {
                metrics.shards_deleted.add(shards);
                metrics.store_errors.add(failed);
                if shards + encodings + failed > 0 {
                    tracing::info!(shards, encodings, failed, finalized = now, "swept");
                }
            }
            Err(error) => {
                metrics.store_errors.increment();
                tracing::error!(%error, "could not sweep");
            }
        }
    }
}

/// Runs work on a blocking thread; a panic there goes on here.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn pause(attempt: u32) -> Duration {
    let (first, longest) = PAUSES;
    first.saturating_mul(1 << attempt.min(8)).min(longest)
}

fn warn_sometimes(attempt: u32, error: &ChainError) {
    if attempt.is_multiple_of(ATTEMPTS_PER_WARNING) {
        tracing::warn!(%error, attempt, "the chain cannot be followed at the moment; shards are still served");
    } else {
        tracing::debug!(%error, attempt, "the chain cannot be followed at the moment");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!(pause(0), Duration::from_secs(1));
        assert_eq!(pause(3), Duration::from_secs(8));
        assert_eq!(pause(u32::MAX), Duration::from_secs(30));
    }
}
