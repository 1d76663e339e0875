//! Who holds the shards of an encoding, and how well each has answered so far.

use super::{FetchError, ShardFailure};
use crate::{
    limits::BAD_AFTER,
    workers::{look_up, Worker},
    Client,
};
use ballast_core::{view::EncodingInfo, ShardIndex, WorkerId};
use ballast_worker_api::WorkerClient;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Answers whose times are remembered.
const REMEMBERED: usize = 32;

/// The holders of an encoding's shards.
pub(crate) struct Holders {
    holders: BTreeMap<ShardIndex, Holder>,
    record: Mutex<Record>,
}

struct Holder {
    id: WorkerId,
    /// `None` if it is no worker any more.
    worker: Option<Arc<Worker>>,
    /// Whether it has signed for the shard on chain.
    receipted: bool,
}

#[derive(Default)]
struct Record {
    standing: BTreeMap<ShardIndex, Standing>,
    latencies: VecDeque<Duration>,
}

/// How a worker has answered.
#[derive(Clone, Debug, Default)]
struct Standing {
    failures_in_a_row: u32,
    lied: bool,
    /// It took part in a decode that came out wrong.
    is_suspect: bool,
    reason: String,
}

impl Holders {
    /// Looks up the holders of an encoding.
    pub(crate) async fn find(client: &Client, info: &EncodingInfo) -> Result<Self, FetchError> {
        let ids = info.assignments.iter().map(|assignment| assignment.worker);
        let workers = look_up(client.chain.as_ref(), &client.connector, ids).await?;
        let roots = (0..=u8::MAX).map(ShardIndex).zip(&info.roots);
        let held = roots
            .filter(|(_, root)| root.is_some())
            .map(|(shard, _)| shard);
        let holders = held.zip(&info.assignments).map(|(shard, assignment)| {
            let (id, receipted) = (assignment.worker, assignment.receipted);
            (
                shard,
                Holder {
                    id,
                    worker: workers.get(&id).cloned(),
                    receipted,
                },
            )
        });
        Ok(Self {
            holders: holders.collect(),
            record: Mutex::default(),
        })
    }

    /// The client of a shard's worker.
    pub(crate) fn client(&self, shard: ShardIndex) -> Result<&WorkerClient, String> {
        let holder = self.holders.get(&shard).ok_or("nobody holds it")?;
        let worker = holder.worker.as_ref().ok_or("it is no worker any more")?;
        worker.client().map_err(ToString::to_string)
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
                let standing = record.standing.get(&shard).cloned().unwrap_or_default();
                let is_bad = standing.failures_in_a_row >= BAD_AFTER;
                let rank = (
                    standing.is_suspect,
                    is_bad,
                    !holder.receipted,
                    standing.failures_in_a_row.saturating_mul(is_bad.into()),
                );
                (!standing.lied).then_some((rank, shard))
            })
            .collect();
        // Stable: equally good ones stay in the order they came, data shards first.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, shard)| shard).collect()
    }

    /// All shards that somebody holds.
    pub(crate) fn shards(&self) -> Vec<ShardIndex> {
        self.holders.keys().copied().collect()
    }

    /// Whether a shard's worker is worth waiting for.
    pub(crate) fn is_good(&self, shard: ShardIndex) -> bool {
        let record = self.record();
        let is_good =
            |standing: &Standing| !standing.lied && standing.failures_in_a_row < BAD_AFTER;
        self.holders.contains_key(&shard) && record.standing.get(&shard).is_none_or(is_good)
    }

    /// Parity shards took part in a decode that came out wrong: others are preferred.
    pub(crate) fn suspect(&self, shards: &[ShardIndex]) {
        let mut record = self.record();
        for shard in shards {
            record.standing.entry(*shard).or_default().is_suspect = true;
        }
    }

    /// A shard's worker answered well.
    pub(crate) fn answered(&self, shard: ShardIndex, after: Duration) {
        let mut record = self.record();
        if let Some(standing) = record.standing.get_mut(&shard) {
            standing.failures_in_a_row = 0;
        }
        if record.latencies.len() >= REMEMBERED {
            record.latencies.pop_front();
        }
        record.latencies.push_back(after);
    }

    /// A shard's worker did not answer, or not in time.
    pub(crate) fn failed(&self, shard: ShardIndex, reason: String) {
        let mut record = self.record();
        let standing = record.standing.entry(shard).or_default();
        standing.failures_in_a_row = standing.failures_in_a_row.saturating_add(1);
        standing.reason = reason;
    }

    /// A shard's worker gave wrong bytes: it is not asked again.
    pub(crate) fn lied(&self, shard: ShardIndex, reason: String) {
        tracing::warn!(%shard, worker = %self.worker_id(shard), reason, "worker gave wrong bytes");
        self.failed(shard, reason);
        self.record().standing.entry(shard).or_default().lied = true;
    }

    /// How long to wait before one more worker is asked: `first` as long as nothing is known, then four times what
    /// answers took lately, but at least a quarter of `first`.
    pub(crate) fn hedge_delay(&self, first: Duration) -> Duration {
        let mut latencies: Vec<Duration> = self.record().latencies.iter().copied().collect();
        latencies.sort_unstable();
        let median = latencies.get(latencies.len() / 2).copied();
        median.map_or(first, |median| median.saturating_mul(4).max(first / 4))
    }

    /// The shards whose workers failed last, and why.
    pub(crate) fn failures(&self) -> Vec<ShardFailure> {
        let record = self.record();
        let failures = self.holders.iter().filter_map(|(shard, holder)| {
            let standing = record
                .standing
                .get(shard)
                .filter(|standing| standing.failures_in_a_row > 0)?;
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

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
