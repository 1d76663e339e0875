//! Repair: blocks that rotted here, and shards that the chain has moved here, are rebuilt from other workers.
//!
//! Goals: what is in quarantine is healed in place; a shard of a certified encoding that is this worker's to hold, and is
//! not here, is rebuilt, brought to disk and receipted on chain without anybody's doing; each encoding is asked about,
//! and rebuilt, at most once at a time; failures wait ever longer, and cost nobody else anything. All of it goes on
//! after a restart: the store knows what is missing, the chain what is due.
//! Non-goals: which worker gets a shard (the chain), how shards are rebuilt (`ballast-blobs`), pending encodings (their
//! publishers upload).

use crate::{
    assign::{generation, Assigned},
    audit::Suspect,
    chain::{ChainView, LinkError},
    dispute::Miss,
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec, SpecError},
    jobs::Jobs,
    rebuild::OnDisk,
    receipt::{self, Durable},
    serve::App,
    store::{Mended, Store, StoreError},
};
use ballast_blobs::{Limits, Rebuild, RepairError, Repairer};
use ballast_chain::{calls, ChainError, SubmitError};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN,
    view::{AssignmentInfo, EncodingInfo, EncodingStatus},
    BlockNumber, EncodingId, ShardIndex,
};
use ballast_worker_api::Connector;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    num::NonZeroU64,
    sync::Arc,
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinError, time::Instant};
use tokio_util::sync::CancellationToken;

/// Encodings that are asked about or rebuilt at a time.
pub const JOBS_MAX: usize = 32;
/// Bytes of column blocks that are fetched, decoded or written at a time, over all encodings.
pub const REPAIR_MEMORY: u64 = 128 * COLUMN_BLOCK_LEN;
/// Blocks after a certificate in which its publisher may still be uploading the last shards.
pub const UPLOAD_GRACE_BLOCKS: BlockNumber = 40;
/// How often it is looked for something to do.
const LOOK_PAUSE: Duration = Duration::from_secs(2);
/// First and longest pause before an encoding is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(600));
/// Shards with rotten blocks that are looked at in one go.
const ROTTEN_MAX: usize = 1024;

/// The assignments of this worker, as the follower saw them last.
pub type AssignedShards = Arc<Vec<(EncodingId, ShardIndex, u32)>>;

/// How a job ended.
#[derive(Debug, Default)]
struct Ended {
    /// Shards that are held, well, and receipted on chain under these generations: nothing is left to do.
    settled: Vec<(ShardKey, u32)>,
    /// Whether something is left, which may be due later.
    later: bool,
}

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("the chain cannot be asked: {0}")]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Spec(#[from] SpecError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Repair(#[from] RepairError),
    #[error("the receipt did not get on chain: {0}")]
    Submit(#[from] SubmitError),
    #[error("a part of the repair broke: {0}")]
    Broken(String),
}

/// Since when, and how often, an encoding has to wait.
#[derive(Clone, Copy, Debug)]
struct Wait {
    failures: u32,
    until: Instant,
}

struct Repairs {
    app: Arc<App>,
    repairer: Arc<Repairer>,
    suspects: mpsc::Sender<Suspect>,
    misses: mpsc::Sender<Miss>,
    jobs: Jobs<EncodingId, Result<Ended, JobError>>,
    waits: HashMap<EncodingId, Wait>,
    /// The assignments that `open` was made from.
    seen: AssignedShards,
    /// Assigned shards that are not known to be settled, by encoding.
    open: BTreeMap<EncodingId, BTreeMap<ShardIndex, u32>>,
}

/// Repairs until `stop`. What comes out wrong is suspected, and what misses its root is told to `misses`.
pub async fn repair(
    app: Arc<App>,
    repairer: Arc<Repairer>,
    suspects: mpsc::Sender<Suspect>,
    misses: mpsc::Sender<Miss>,
    stop: CancellationToken,
) {
    let repairs = Repairs {
        app,
        repairer,
        suspects,
        misses,
        jobs: Jobs::new(),
        waits: HashMap::new(),
        seen: Arc::default(),
        open: BTreeMap::new(),
    };
    repairs.run(stop).await;
}

/// What rebuilds and audits. At most `rate` bytes a second are fetched to rebuild, if there is a bound.
pub fn repairer(app: &App, connector: Connector, rate: Option<NonZeroU64>) -> Arc<Repairer> {
    let limits = Limits {
        fetch_memory: REPAIR_MEMORY,
        ..Limits::default()
    };
    let repairer = Repairer::new(app.link.clone(), connector, limits);
    Arc::new(match rate {
        Some(rate) => repairer.with_rate(rate),
        None => repairer,
    })
}

impl Repairs {
    async fn run(mut self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.jobs.shutdown().await,
                () = self.app.damage.notified() => {}
                Some((encoding, ended)) = self.jobs.next() => {
                    let broken = |error: JoinError| Err(JobError::Broken(error.to_string()));
                    self.end(encoding, ended.unwrap_or_else(broken));
                }
                () = tokio::time::sleep(LOOK_PAUSE) => {}
            }
            if self.app.link.ready().is_ok() {
                self.begin().await;
            }
        }
    }

    /// Begins what is due.
    async fn begin(&mut self) {
        self.see_assignments();
        let store = self.app.store.clone();
        let rotten = match tokio::task::spawn_blocking(move || store.damaged(ROTTEN_MAX)).await {
            Ok(Ok(rotten)) => rotten,
            Ok(Err(error)) => {
                self.app.metrics.store_errors.increment();
                tracing::error!(%error, "damage cannot be looked for");
                Vec::new()
            }
            Err(error) => {
                tracing::error!(%error, "looking for damage broke");
                Vec::new()
            }
        };
        let now = Instant::now();
        let mut due: BTreeSet<EncodingId> = rotten.iter().map(|key| key.encoding).collect();
        due.extend(self.open.keys());
        self.waits.retain(|encoding, _| due.contains(encoding));
        let is_due = |encoding: &EncodingId| {
            let waits = self
                .waits
                .get(encoding)
                .is_some_and(|wait| now < wait.until);
            !waits && !self.jobs.has(encoding)
        };
        let due: Vec<EncodingId> = due
            .iter()
            .copied()
            .filter(is_due)
            .take(JOBS_MAX.saturating_sub(self.jobs.count()))
            .collect();
        for encoding in due {
            let rotten = rotten.iter().filter(|key| key.encoding == encoding);
            let mut shards: BTreeSet<ShardIndex> = rotten.map(|key| key.shard).collect();
            let open = self.open.get(&encoding).into_iter().flatten();
            shards.extend(open.map(|(shard, _)| *shard));
            let job = Job {
                app: self.app.clone(),
                repairer: self.repairer.clone(),
                suspects: self.suspects.clone(),
                misses: self.misses.clone(),
                encoding,
                shards,
            };
            self.jobs.begin(encoding, job.run());
        }
    }

    /// A new list of assignments opens what is new in it.
    fn see_assignments(&mut self) {
        let assigned = self.app.assigned.borrow().clone();
        if Arc::ptr_eq(&assigned, &self.seen) {
            return;
        }
        let known: HashSet<_> = self.seen.iter().copied().collect();
        let mut open: BTreeMap<EncodingId, BTreeMap<ShardIndex, u32>> = BTreeMap::new();
        for (encoding, shard, generation) in assigned.iter().copied() {
            let was_open = self.open.get(&encoding).and_then(|of| of.get(&shard));
            if was_open == Some(&generation) || !known.contains(&(encoding, shard, generation)) {
                open.entry(encoding).or_default().insert(shard, generation);
            }
        }
        (self.open, self.seen) = (open, assigned);
    }

    fn end(&mut self, encoding: EncodingId, ended: Result<Ended, JobError>) {
        let failures = self.waits.get(&encoding).map_or(0, |wait| wait.failures);
        let failures = match ended {
            Ok(Ended { settled, later }) => {
                if let Some(of) = self.open.get_mut(&encoding) {
                    of.retain(|shard, generation| {
                        let key = ShardKey {
                            encoding,
                            shard: *shard,
                        };
                        !settled.contains(&(key, *generation))
                    });
                    if of.is_empty() {
                        self.open.remove(&encoding);
                    }
                }
                if !later {
                    self.waits.remove(&encoding);
                    return;
                }
                0
            }
            Err(error) => {
                self.app.metrics.repairs_failed.increment();
                let failures = failures.saturating_add(1);
                match error {
                    JobError::Repair(RepairError::OffCode { .. }) => {
                        tracing::error!(%encoding, %error, failures, "a shard cannot be rebuilt by anybody")
                    }
                    error => {
                        tracing::warn!(%encoding, %error, failures, "repair failed, trying again later")
                    }
                }
                failures
            }
        };
        // What was lost on the way is not in quarantine any more: all of the encoding is looked at again.
        let assigned = self.seen.iter().filter(|(id, ..)| *id == encoding);
        let assigned: Vec<_> = assigned
            .map(|(_, shard, generation)| (*shard, *generation))
            .collect();
        if !assigned.is_empty() {
            self.open.entry(encoding).or_default().extend(assigned);
        }
        let until = Instant::now() + pause_after(failures);
        self.waits.insert(encoding, Wait { failures, until });
    }
}

/// One encoding's repair.
struct Job {
    app: Arc<App>,
    repairer: Arc<Repairer>,
    suspects: mpsc::Sender<Suspect>,
    misses: mpsc::Sender<Miss>,
    encoding: EncodingId,
    /// Shards that may need something.
    shards: BTreeSet<ShardIndex>,
}

/// A shard that is this worker's to hold.
struct Due {
    assigned: Assigned,
    /// Whether the chain has its receipt.
    is_receipted: bool,
}

impl Job {
    async fn run(self) -> Result<Ended, JobError> {
        let (chain, head) = self.app.link.ready()?;
        let Some(info) = chain.encoding(self.encoding).await? else {
            return Ok(Ended {
                later: true,
                ..Ended::default()
            });
        };
        if self.app.denied.contains(&info.address) {
            // Neither rebuilt nor receipted; the chain draws another worker.
            return Ok(Ended {
                later: true,
                ..Ended::default()
            });
        }
        let dues = self.dues(&info)?;
        let EncodingStatus::Certified { at } = info.status else {
            // Its publisher uploads.
            return Ok(Ended {
                later: true,
                ..Ended::default()
            });
        };
        // What is not ours any more waits for the sweep.
        let mut ended = Ended {
            later: dues.len() < self.shards.len(),
            ..Ended::default()
        };
        let mut lost = Vec::new();
        for due in &dues {
            let key = due.assigned.spec.key;
            match need(self.state(key).await?, due.is_receipted, at, head.number) {
                Need::Nothing | Need::Receipt => {}
                Need::Wait => ended.later = true,
                Need::Rebuild => {
                    self.tell_if_lost(key, due.is_receipted).await?;
                    lost.push(key.shard);
                }
            }
        }
        if !lost.is_empty() {
            let rebuilt = self.rebuild(&info, lost).await;
            rebuilt.inspect_err(|error| self.tell_miss(&dues, error))?;
        }
        for due in dues {
            let key = due.assigned.spec.key;
            match need(self.state(key).await?, due.is_receipted, at, head.number) {
                Need::Nothing => ended.settled.push((key, due.assigned.generation)),
                // The next look sees it settled, if it is.
                Need::Receipt => {
                    self.certify(&**chain, &due.assigned).await?;
                    ended.later = true;
                }
                Need::Wait | Need::Rebuild => ended.later = true,
            }
        }
        Ok(ended)
    }

    /// Those of the shards that are this worker's to hold. Others are swept, or another's by now.
    fn dues(&self, info: &EncodingInfo) -> Result<Vec<Due>, JobError> {
        let Some(facts) = EncodingFacts::of(info) else {
            return Ok(Vec::new());
        };
        let encoding = Arc::new(Encoding::new(info.id, facts)?);
        let held = encoding.layout().held_shards();
        let mine = held.zip(&info.assignments).filter_map(|(shard, to)| {
            let generation = generation(to, self.app.worker)?;
            self.shards
                .contains(&shard)
                .then(|| (shard, generation, is_receipted(to, generation)))
        });
        mine.map(|(shard, generation, is_receipted)| {
            let spec = ShardSpec::new(encoding.clone(), shard)?;
            let assigned = Assigned { spec, generation };
            Ok(Due {
                assigned,
                is_receipted,
            })
        })
        .collect()
    }

    /// A shard with a receipt is here, or it was in quarantine: that it is not here at all must not go unseen.
    async fn tell_if_lost(&self, key: ShardKey, is_receipted: bool) -> Result<(), JobError> {
        if is_receipted && self.state(key).await? == State::Missing {
            tracing::error!(
                shard = %key,
                "the chain has this worker's receipt for a shard that is not on its disk; rebuilding it from other workers"
            );
        }
        Ok(())
    }

    /// How a shard is, once its file is in order.
    async fn state(&self, key: ShardKey) -> Result<State, JobError> {
        let store = self.app.store.clone();
        on_disk(move || state(&store, key)).await
    }

    async fn rebuild(&self, info: &EncodingInfo, shards: Vec<ShardIndex>) -> Result<(), JobError> {
        let encoding = match EncodingFacts::of(info) {
            Some(facts) => Arc::new(Encoding::new(info.id, facts)?),
            None => return Ok(()),
        };
        let count = shards.len() as u64;
        let job = Rebuild {
            info: info.clone(),
            shards,
            without: Some(self.app.worker),
        };
        tracing::info!(encoding = %info.id, shards = ?job.shards, "rebuilding");
        let store = Arc::new(OnDisk::new(self.app.store.clone(), encoding));
        let started = Instant::now();
        let done = self.repairer.rebuild(&job, store).await;
        let wrong = match &done {
            Ok(done) => done.wrong,
            Err(RepairError::OffCode { block, .. }) => Some(*block),
            Err(_) => None,
        };
        if let Some(block) = wrong {
            // With a full list the auditor has enough to do; the next rebuild suspects it again.
            let _ = self.suspects.try_send((info.id, block));
        }
        let done = done?;
        let metrics = &self.app.metrics;
        metrics.shards_repaired.add(count);
        metrics.bytes_repaired.add(done.bytes);
        metrics.repair_bytes_fetched.add(done.sent);
        tracing::info!(
            encoding = %info.id, shards = ?job.shards, blocks = done.blocks, bytes = done.bytes, fetched = done.sent,
            millis = started.elapsed().as_millis() as u64, "rebuilt"
        );
        Ok(())
    }

    /// A shard that nobody can rebuild may be one that is to be disputed.
    fn tell_miss(&self, dues: &[Due], error: &JobError) {
        let JobError::Repair(RepairError::OffCode { shard, .. }) = error else {
            return;
        };
        let of_shard = |due: &&Due| due.assigned.spec.key.shard == *shard && !due.is_receipted;
        if let Some(due) = dues.iter().find(of_shard) {
            let miss = (self.encoding, *shard, due.assigned.generation);
            // With a full list the next rebuild tells it again.
            let _ = self.misses.try_send(miss);
        }
    }

    /// Brings a receipt for a shard on chain.
    async fn certify(&self, chain: &dyn ChainView, assigned: &Assigned) -> Result<(), JobError> {
        let (store, key) = (self.app.store.clone(), assigned.spec.key);
        let durable = on_disk(move || Ok(receipt::durable(&store, key)?)).await?;
        let Durable::Whole(fingerprint) = durable else {
            return Ok(());
        };
        let (_, head) = self.app.link.ready()?;
        let params = self.app.assignments.params().await?;
        let receipt = receipt::issue(
            &self.app.key,
            chain.genesis_hash(),
            assigned,
            fingerprint,
            head.number,
            params.receipt_max_age,
        );
        let certify = calls::blobs::certify(key.encoding, &[receipt]);
        chain.submit_feeless(&certify).await?;
        self.app.metrics.receipts_submitted.increment();
        tracing::info!(shard = %key, generation = assigned.generation, "receipt is on chain");
        Ok(())
    }
}

/// How a shard that is due is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Held, durable and not damaged.
    Well,
    /// Not here, or not all of it.
    Missing,
    /// Held, but damaged.
    Damaged,
}

/// What a shard that is due needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is well, and its receipt is on chain.
    Nothing,
    /// It is well, and its receipt is to be brought on chain.
    Receipt,
    /// Its publisher may still be uploading it.
    Wait,
    /// It is to be rebuilt from other workers.
    Rebuild,
}

/// What a shard needs whose encoding was certified at block `certified_at`, at the finalized block `head`. Pure.
pub fn need(
    state: State,
    is_receipted: bool,
    certified_at: BlockNumber,
    head: BlockNumber,
) -> Need {
    let may_be_uploaded = head < certified_at.saturating_add(UPLOAD_GRACE_BLOCKS);
    match state {
        State::Well if is_receipted => Need::Nothing,
        State::Well => Need::Receipt,
        State::Missing if !is_receipted && may_be_uploaded => Need::Wait,
        State::Missing | State::Damaged => Need::Rebuild,
    }
}

/// How long an encoding waits after so many failures in a row.
pub fn pause_after(failures: u32) -> Duration {
    let (first, longest) = PAUSES;
    first.saturating_mul(1 << failures.min(10)).min(longest)
}

fn state(store: &Store, key: ShardKey) -> Result<State, JobError> {
    match receipt::durable(store, key)? {
        Durable::Whole(_) => return Ok(State::Well),
        Durable::Missing(_) => return Ok(State::Missing),
        Durable::Damaged => {}
    }
    Ok(match store.mend(key)? {
        Mended::Blocks(rotten) if rotten.is_empty() => State::Well,
        Mended::Blocks(_) => State::Damaged,
        Mended::Gone => State::Missing,
        Mended::Hopeless => {
            tracing::error!(shard = %key, "what is stored about a shard is damaged; it is rebuilt as a whole");
            store.delete(key)?;
            State::Missing
        }
    })
}

/// Whether the receipt of this generation is on chain.
pub fn is_receipted(assignment: &AssignmentInfo, generation: u32) -> bool {
    assignment.receipted && assignment.generation == generation
}

async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JobError> + Send + 'static,
) -> Result<T, JobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(JobError::Broken(error.to_string())),
    }
}
