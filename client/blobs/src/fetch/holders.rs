//! Who holds the shards of an encoding, and how well each has answered so far.

use super::{FetchError, ShardFailure};
use crate::{
    health::Health,
    workers::{look_up, Worker},
    Client,
};
use ballast_core::{
    view::{AssignmentInfo, EncodingInfo},
    ShardIndex, WorkerId,
};
use ballast_worker_api::WorkerClient;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The holders of an encoding's shards.
pub(crate) struct Holders {
    holders: BTreeMap<ShardIndex, Holder>,
    record: Mutex<BTreeMap<ShardIndex, Standing>>,
    /// How the workers have answered, for other blobs too.
    health: Arc<Health>,
    /// Requests that may be under way to all workers together.
    requests: Option<Arc<Semaphore>>,
}

struct Holder {
    id: WorkerId,
    /// `None` if it is no worker any more.
    worker: Option<Arc<Worker>>,
    /// Whether it has signed for the shard on chain.
    receipted: bool,
    line: Line,
}

/// What may be under way to a worker.
#[derive(Clone)]
pub(crate) struct Line {
    requests: Arc<Semaphore>,
    /// Answers that are read, checked or written; others wait with the worker.
    answers: Arc<Semaphore>,
}

impl Line {
    /// So many requests at a time, and so many of their answers; at least one of each.
    pub(crate) fn new(requests: usize, answers: usize) -> Self {
        let places = |count: usize| Arc::new(Semaphore::new(count.max(1)));
        Self {
            requests: places(requests),
            answers: places(answers),
        }
    }
}

/// How a worker is asked.
#[derive(Clone)]
pub(crate) struct Way {
    /// `None` if it is no worker any more.
    pub worker: Option<Arc<Worker>>,
    /// What may be under way to it.
    pub line: Line,
}

/// No way at all.
impl Default for Way {
    fn default() -> Self {
        Self {
            worker: None,
            line: Line::new(1, 1),
        }
    }
}

/// Leave to ask a worker.
pub(crate) struct Turn<'a> {
    line: Option<&'a Line>,
    _line: Option<SemaphorePermit<'a>>,
    _requests: Option<SemaphorePermit<'a>>,
}

impl Turn<'_> {
    /// Waits until the answer may be read: when earlier ones of the same worker are done with.
    pub(crate) async fn to_read(&self) -> Option<SemaphorePermit<'_>> {
        self.line?.answers.acquire().await.ok()
    }
}

/// How a worker has answered for one shard.
#[derive(Clone, Debug, Default)]
struct Standing {
    has_failed: bool,
    lied: bool,
    /// Decodes that it took part in and that came out wrong. Counted, because right shards take part in them too: which
    /// ones do changes, the wrong one is always there.
    suspicion: u32,
    reason: String,
}

/// The shards of an encoding that have bytes, each with its assignment.
pub(crate) fn assigned(
    info: &EncodingInfo,
) -> impl Iterator<Item = (ShardIndex, AssignmentInfo)> + '_ {
    let roots = (0..=u8::MAX).map(ShardIndex).zip(&info.roots);
    let held = roots
        .filter(|(_, root)| root.is_some())
        .map(|(shard, _)| shard);
    held.zip(info.assignments.iter().copied())
}

impl Holders {
    /// Looks up the holders of an encoding, each with a line of its own.
    pub(crate) async fn find(
        client: &Client,
        info: &EncodingInfo,
        line: impl Fn() -> Line,
    ) -> Result<Self, FetchError> {
        let ids = info.assignments.iter().map(|assignment| assignment.worker);
        let workers = look_up(client.chain.as_ref(), &client.connector, ids).await?;
        let way = |id| Way {
            worker: workers.get(&id).cloned(),
            line: line(),
        };
        let health = client.health.clone();
        Ok(Self::new(assigned(info), way, health).within(client.fetch_requests.clone()))
    }

    /// The holders that these assignments name, and the way to each.
    pub(crate) fn new(
        assigned: impl Iterator<Item = (ShardIndex, AssignmentInfo)>,
        way: impl Fn(WorkerId) -> Way,
        health: Arc<Health>,
    ) -> Self {
        let holders = assigned.map(|(shard, assignment)| {
            let (id, receipted) = (assignment.worker, assignment.receipted);
            let Way { worker, line } = way(id);
            let holder = Holder {
                id,
                worker,
                receipted,
                line,
            };
            (shard, holder)
        });
        Self {
            holders: holders.collect(),
            record: Mutex::default(),
            health,
            requests: None,
        }
    }

    fn within(self, requests: Option<Arc<Semaphore>>) -> Self {
        Self { requests, ..self }
    }

    /// The client of a shard's worker.
    pub(crate) fn client(&self, shard: ShardIndex) -> Result<&WorkerClient, String> {
        let holder = self.holders.get(&shard).ok_or("nobody holds it")?;
        let worker = holder.worker.as_ref().ok_or("it is no worker any more")?;
        worker.client().map_err(ToString::to_string)
    }

    /// Waits for a turn with a shard's worker.
    pub(crate) async fn turn(&self, shard: ShardIndex) -> Turn<'_> {
        let line = self.holders.get(&shard).map(|holder| &holder.line);
        let place = match line {
            Some(line) => line.requests.acquire().await.ok(),
            None => None,
        };
        let requests = match &self.requests {
            Some(requests) => requests.acquire().await.ok(),
            None => None,
        };
        Turn {
            line,
            _line: place,
            _requests: requests,
        }
    }

    /// Shards to ask, the most promising first: those that answered, then those that failed least. Shards whose worker
    /// lied are left out.
    pub(crate) fn order(&self, shards: impl IntoIterator<Item = ShardIndex>) -> Vec<ShardIndex> {
        let record = self.record();
        let known = shards
            .into_iter()
            .filter_map(|shard| Some((shard, self.holders.get(&shard)?)));
        let mut ranked: Vec<_> = known
            .filter_map(|(shard, holder)| {
                let standing = record.get(&shard).cloned().unwrap_or_default();
                let badness = self.health.badness(holder.id);
                let rank = (standing.suspicion, badness > 0, !holder.receipted, badness);
                (!standing.lied).then_some((rank, shard))
            })
            .collect();
        // Stable: equally good ones stay in the order they came.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, shard)| shard).collect()
    }

    /// Shards in the order of what their workers' answers take.
    pub(crate) fn by_speed(&self, shards: impl IntoIterator<Item = ShardIndex>) -> Vec<ShardIndex> {
        let mut shards: Vec<ShardIndex> = shards.into_iter().collect();
        shards.sort_by_cached_key(|shard| self.health.time(self.worker_id(*shard)));
        shards
    }

    /// All shards that somebody holds.
    pub(crate) fn shards(&self) -> Vec<ShardIndex> {
        self.holders.keys().copied().collect()
    }

    /// Whether a shard's worker is worth waiting for.
    pub(crate) fn is_good(&self, shard: ShardIndex) -> bool {
        let Some(holder) = self.holders.get(&shard) else {
            return false;
        };
        let lied = self
            .record()
            .get(&shard)
            .is_some_and(|standing| standing.lied);
        !lied && self.health.badness(holder.id) == 0
    }

    /// Parity shards took part in a decode that came out wrong: others are preferred.
    pub(crate) fn suspect(&self, shards: &[ShardIndex]) {
        let mut record = self.record();
        for shard in shards {
            let suspicion = &mut record.entry(*shard).or_default().suspicion;
            *suspicion = suspicion.saturating_add(1);
        }
    }

    /// A shard's worker answered well.
    pub(crate) fn answered(&self, shard: ShardIndex, after: Duration) {
        if let Some(standing) = self.record().get_mut(&shard) {
            standing.has_failed = false;
        }
        self.health.answered(self.worker_id(shard), after);
    }

    /// A shard's worker did not answer, or not in time.
    pub(crate) fn failed(&self, shard: ShardIndex, reason: String) {
        let mut record = self.record();
        let standing = record.entry(shard).or_default();
        standing.has_failed = true;
        standing.reason = reason;
        drop(record);
        self.health.failed(self.worker_id(shard));
    }

    /// A shard's worker gave wrong bytes: it is not asked for this shard again.
    pub(crate) fn lied(&self, shard: ShardIndex, reason: String) {
        tracing::warn!(%shard, worker = %self.worker_id(shard), reason, "worker gave wrong bytes");
        self.failed(shard, reason);
        self.record().entry(shard).or_default().lied = true;
    }

    /// How long to wait before one more worker is asked.
    pub(crate) fn hedge_delay(&self, first: Duration) -> Duration {
        self.health.hedge_delay(first)
    }

    /// The shards whose workers failed last, and why.
    pub(crate) fn failures(&self) -> Vec<ShardFailure> {
        let record = self.record();
        let failures = self.holders.iter().filter_map(|(shard, holder)| {
            let standing = record.get(shard).filter(|standing| standing.has_failed)?;
            let endpoint = holder
                .worker
                .as_ref()
                .map_or_else(String::new, |worker| worker.endpoint());
            Some(ShardFailure {
                shard: *shard,
                worker: holder.id,
                endpoint,
                reason: standing.reason.clone(),
            })
        });
        failures.collect()
    }

    fn worker_id(&self, shard: ShardIndex) -> WorkerId {
        self.holders
            .get(&shard)
            .map_or(WorkerId::default(), |holder| holder.id)
    }

    fn record(&self) -> MutexGuard<'_, BTreeMap<ShardIndex, Standing>> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
