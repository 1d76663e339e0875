//! The workers that shards are rebuilt from, looked up once for many encodings.
//!
//! Goals: a repair of many small shards asks the chain for each worker once a minute, and puts no more than a few
//! requests at a time to each, over all encodings.

use crate::{
    fetch::holders::{Line, Way},
    health::Health,
    limits::{BAD_WORKER_AGE, CHAIN_READS, REPAIR_REQUESTS, WORKER_AGE},
    workers::{Directory, Worker},
};
use ballast_chain::ChainError;
use ballast_core::WorkerId;
use ballast_worker_api::Connector;
use futures::{StreamExt, TryStreamExt};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

pub(super) struct Sources {
    directory: Arc<dyn Directory>,
    connector: Connector,
    most: usize,
    known: Mutex<HashMap<WorkerId, Known>>,
}

/// A worker, and when it was looked up.
struct Known {
    worker: Option<Arc<Worker>>,
    since: Instant,
    line: Line,
}

impl Sources {
    pub(super) fn new(directory: Arc<dyn Directory>, connector: Connector, most: usize) -> Self {
        Self {
            directory,
            connector,
            most,
            known: Mutex::default(),
        }
    }

    /// The ways to workers. One that has not answered lately may have moved, and is looked up again soon.
    pub(super) async fn ways(
        &self,
        workers: impl IntoIterator<Item = WorkerId>,
        health: &Health,
    ) -> Result<HashMap<WorkerId, Way>, ChainError> {
        let workers: BTreeSet<WorkerId> = workers.into_iter().collect();
        futures::stream::iter(workers)
            .map(|worker| async move {
                let is_bad = health.badness(worker) > 0;
                let age = if is_bad { BAD_WORKER_AGE } else { WORKER_AGE };
                Ok((worker, self.way(worker, age).await?))
            })
            .buffer_unordered(CHAIN_READS)
            .try_collect()
            .await
    }

    async fn way(&self, worker: WorkerId, age: Duration) -> Result<Way, ChainError> {
        if let Some(way) = self.fresh(worker, age) {
            return Ok(way);
        }
        let info = self.directory.worker(worker).await?;
        let found = info.map(|info| {
            let client = self.connector.client(&info.endpoint);
            Arc::new(Worker::new(info, client))
        });
        Ok(self.remember(worker, found))
    }

    fn fresh(&self, worker: WorkerId, age: Duration) -> Option<Way> {
        let known = self.known();
        let known = known.get(&worker)?;
        (known.since.elapsed() < age).then(|| known.way())
    }

    /// The line of a worker that was known stays: requests may be under way on it.
    fn remember(&self, worker: WorkerId, found: Option<Arc<Worker>>) -> Way {
        let mut known = self.known();
        if known.len() >= self.most && !known.contains_key(&worker) {
            known.retain(|_, known| known.since.elapsed() < WORKER_AGE);
        }
        if known.len() >= self.most && !known.contains_key(&worker) {
            // All are of this minute: any one goes, it is looked up again when it is wanted.
            let any = known.keys().next().copied();
            any.map(|any| known.remove(&any));
        }
        let line = known.get(&worker).map(|known| known.line.clone());
        let entry = Known {
            worker: found,
            since: Instant::now(),
            line: line.unwrap_or_else(|| Line::new(REPAIR_REQUESTS, REPAIR_REQUESTS)),
        };
        let way = entry.way();
        known.insert(worker, entry);
        way
    }

    fn known(&self) -> MutexGuard<'_, HashMap<WorkerId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn way(&self) -> Way {
        Way {
            worker: self.worker.clone(),
            line: self.line.clone(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use ballast_core::view::WorkerInfo;
    use ballast_worker_api::{EndpointPolicy, Timeouts};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Default)]
    struct Counting(AtomicUsize);

    #[async_trait]
    impl Directory for Counting {
        async fn worker(&self, _: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(None)
        }
    }

    fn worker(number: u8) -> WorkerId {
        WorkerId([number; 32])
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_is_looked_up_once_a_minute_and_few_are_remembered() {
        let directory = Arc::new(Counting::default());
        let connector = Connector::new(EndpointPolicy::AllowPrivate, Timeouts::default()).unwrap();
        let sources = Sources::new(directory.clone(), connector, 4);
        let asked = || directory.0.load(Ordering::Relaxed);
        let health = Health::default();
        for _ in 0..3 {
            let ways = sources.ways([worker(1), worker(2)], &health);
            ways.await.unwrap();
        }
        assert_eq!(asked(), 2);
        tokio::time::sleep(WORKER_AGE).await;
        sources.ways([worker(1)], &health).await.unwrap();
        assert_eq!(asked(), 3);
        // Bad ones sooner.
        (0..2).for_each(|_| health.failed(worker(1)));
        tokio::time::sleep(BAD_WORKER_AGE).await;
        sources.ways([worker(1)], &health).await.unwrap();
        assert_eq!(asked(), 4);
        sources.ways((0..40).map(worker), &health).await.unwrap();
        assert!(sources.known().len() <= 4);
    }
}
