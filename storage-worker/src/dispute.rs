//! Disputes: a shard that its holder did not show on chain is rebuilt from others, and the root that comes out is said there;
//! what is here of a disputed shard is shown.
//!
//! Goals: a rebuild for this worker that missed the root of such a shard opens a dispute; a seat on a committee is used as long
//! as it counts; a dispute about a shard that is here is refuted; all of it without anybody's doing and without funds, a few
//! rebuilds at a time. What a node says is looked at again after every failure.
//! Non-goals: how a dispute is decided (the chain); shards that are shown (module `audit`).
//!
//! Wrong words cost stake, so nothing is said that was not rebuilt from proven bytes; see `Repairer::recompute`.

use crate::{
    chain::{ChainView, LinkError},
    facts::ShardKey,
    jobs::Jobs,
    repair::pause_after,
    serve::App,
    store::ReadError,
};
use ballast_blobs::{RepairError, Repairer};
use ballast_chain::{calls, ChainError, SubmitError};
use ballast_core::{
    challenge::ChunkProof,
    dispute::{RebuildAttestation, RebuildBody},
    view::DisputeInfo,
    BlockNumber, ChainingValue, ChunkIndex, EncodingId, Group, ShardIndex, WorkerId,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::mpsc, task::JoinError, time::Instant};
use tokio_util::sync::CancellationToken;

/// A shard whose rebuild missed its root, with the generation of its assignment to this worker.
pub type Miss = (EncodingId, ShardIndex, u32);

/// Misses that wait. With a full list the next rebuild tells of it again.
pub const MISSES_MAX: usize = 64;
/// Rebuilds and showings at a time.
const JOBS_MAX: usize = 2;
/// How often the chain's disputes are read.
const LOOK_PAUSE: Duration = Duration::from_secs(2);

/// What a dispute asks of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// To rebuild the shard from others and say which root it reached.
    Rebuild,
    /// To show the chunks that the chain picked.
    Show,
}

/// What a dispute asks of a worker at the finalized block `head`. Pure.
pub fn duty(
    dispute: &DisputeInfo,
    worker: WorkerId,
    head: BlockNumber,
    has_shard: bool,
) -> Option<Duty> {
    if head > dispute.ends_at {
        return None;
    }
    if has_shard && !dispute.shown_chunks.is_empty() {
        return Some(Duty::Show);
    }
    let mut seats = dispute.committee.iter();
    let awaited = seats.any(|seat| seat.worker == worker && seat.root.is_none());
    (awaited && dispute.verdict.is_none()).then_some(Duty::Rebuild)
}

/// Why a duty was not done.
#[derive(Debug, thiserror::Error)]
enum DisputeError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("the chain cannot be asked: {0}")]
    Chain(#[from] ChainError),
    #[error(transparent)]
    Repair(#[from] RepairError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("it did not get on chain: {0}")]
    Submit(#[from] SubmitError),
    #[error("a part of it broke: {0}")]
    Broken(String),
}

/// Work that is under way, or waits after a failure: the shard, and whether it opens a dispute, says a word or shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    Open(Miss),
    Attest(Miss),
    Show(EncodingId, ShardIndex, Vec<ChunkIndex>),
}

/// Takes part in disputes until `stop`. `misses` are what rebuilds for this worker missed.
pub async fn dispute(
    app: Arc<App>,
    repairer: Arc<Repairer>,
    misses: mpsc::Receiver<Miss>,
    stop: CancellationToken,
) {
    let disputer = Disputer {
        app,
        repairer,
        jobs: Jobs::new(),
        waits: BTreeMap::new(),
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = disputer.run(misses) => {}
    }
}

struct Disputer {
    app: Arc<App>,
    repairer: Arc<Repairer>,
    jobs: Jobs<Task, Result<(), DisputeError>>,
    /// Failures in a row, and until when a task waits.
    waits: BTreeMap<Task, (u32, Instant)>,
}

impl Disputer {
    async fn run(mut self, mut misses: mpsc::Receiver<Miss>) {
        loop {
            tokio::select! {
                miss = misses.recv() => match miss {
                    Some(miss) => self.begin(Task::Open(miss)),
                    // The repair has ended, so the worker stops.
                    None => return,
                },
                Some((task, ended)) = self.jobs.next() => {
                    let broken = |error: JoinError| Err(DisputeError::Broken(error.to_string()));
                    self.end(task, ended.unwrap_or_else(broken));
                }
                () = tokio::time::sleep(LOOK_PAUSE) => match self.look().await {
                    Ok(()) => {}
                    Err(error) => tracing::debug!(%error, "disputes cannot be read"),
                },
            }
        }
    }

    /// Begins what open disputes ask for.
    async fn look(&mut self) -> Result<(), DisputeError> {
        let app = self.app.clone();
        let (chain, head) = app.link.ready()?;
        let open = chain.disputes().await?;
        app.metrics.disputes_open.set(open.len() as u64);
        let mut due = BTreeSet::new();
        for dispute in open {
            let (encoding, shard) = (dispute.encoding, dispute.shard);
            let has_shard = app.store.held(ShardKey { encoding, shard }).is_ok();
            match duty(&dispute, app.worker, head.number, has_shard) {
                Some(Duty::Rebuild) => {
                    due.insert(Task::Attest((encoding, shard, dispute.generation)));
                }
                Some(Duty::Show) => {
                    due.insert(Task::Show(encoding, shard, dispute.shown_chunks));
                }
                None => {}
            }
        }
        self.waits.retain(|task, _| due.contains(task));
        due.into_iter().for_each(|task| self.begin(task));
        Ok(())
    }

    fn begin(&mut self, task: Task) {
        let waits = self
            .waits
            .get(&task)
            .is_some_and(|(_, until)| Instant::now() < *until);
        if waits || self.jobs.has(&task) || self.jobs.count() >= JOBS_MAX {
            return;
        }
        let job = Job {
            app: self.app.clone(),
            repairer: self.repairer.clone(),
        };
        self.jobs
            .begin(task.clone(), async move { job.run(&task).await });
    }

    fn end(&mut self, task: Task, ended: Result<(), DisputeError>) {
        let Err(error) = ended else {
            self.waits.remove(&task);
            return;
        };
        let failures = self.waits.get(&task).map_or(0, |(failures, _)| *failures);
        let failures = failures.saturating_add(1);
        tracing::warn!(?task, %error, failures, "no part was taken in a dispute, trying again later");
        if !matches!(task, Task::Open(_)) {
            // Who opens one is told again by the next rebuild.
            let until = Instant::now() + pause_after(failures);
            self.waits.insert(task, (failures, until));
        }
    }
}

/// One duty.
struct Job {
    app: Arc<App>,
    repairer: Arc<Repairer>,
}

impl Job {
    async fn run(&self, task: &Task) -> Result<(), DisputeError> {
        let (chain, _) = self.app.link.ready()?;
        match task {
            Task::Open(miss) => self.open(&**chain, *miss).await,
            Task::Attest(about) => {
                if let Some((root, _)) = self.rebuild(&**chain, *about).await? {
                    self.attest(&**chain, *about, root).await?;
                }
                Ok(())
            }
            Task::Show(encoding, shard, asked) => {
                self.show(&**chain, *encoding, *shard, asked.clone()).await
            }
        }
    }

    /// Opens a dispute, if the shard's last holder did not show it and the rebuild really misses its root.
    async fn open(&self, chain: &dyn ChainView, miss: Miss) -> Result<(), DisputeError> {
        let (encoding, shard, _) = miss;
        if !chain.unshown(encoding).await?.contains(&shard) {
            return Ok(());
        }
        let open = chain.disputes().await?;
        if open.iter().any(|dispute| dispute.encoding == encoding) {
            return Ok(());
        }
        match self.rebuild(chain, miss).await? {
            Some((root, expected)) if root != expected => {
                tracing::warn!(%encoding, %shard, "a shard that nobody shows is none of the code; disputing it");
                self.attest(chain, miss, root).await
            }
            _ => Ok(()),
        }
    }

    /// The root that a shard reaches when it is rebuilt from others, and that on chain; `None` if the encoding is gone.
    async fn rebuild(
        &self,
        chain: &dyn ChainView,
        (encoding, shard, _): Miss,
    ) -> Result<Option<(ChainingValue, ChainingValue)>, DisputeError> {
        let Some(info) = chain.encoding(encoding).await? else {
            return Ok(None);
        };
        let expected = info.roots.get(usize::from(shard.0)).copied().flatten();
        let Some(expected) = expected else {
            return Ok(None);
        };
        let root = self.repairer.recompute(&info, shard).await?;
        Ok(Some((root, expected)))
    }

    async fn attest(
        &self,
        chain: &dyn ChainView,
        (encoding, shard, generation): Miss,
        root: ChainingValue,
    ) -> Result<(), DisputeError> {
        let body = RebuildBody {
            genesis_hash: chain.genesis_hash(),
            encoding,
            shard,
            generation,
            root,
        };
        let signature = self.app.key.sign(&body.signing_payload());
        let attestation = RebuildAttestation::new(&body, signature);
        let call = calls::blobs::attest_rebuild(self.app.worker, encoding, &attestation);
        chain.submit_feeless(&call).await?;
        self.app.metrics.rebuilds_attested.increment();
        tracing::info!(%encoding, %shard, generation, %root, "said on chain which root a disputed shard reaches");
        Ok(())
    }

    async fn show(
        &self,
        chain: &dyn ChainView,
        encoding: EncodingId,
        shard: ShardIndex,
        asked: Vec<ChunkIndex>,
    ) -> Result<(), DisputeError> {
        let app = self.app.clone();
        let key = ShardKey { encoding, shard };
        let read = tokio::task::spawn_blocking(move || read_chunks(&app, key, &asked)).await;
        let chunks = read.map_err(|error| DisputeError::Broken(error.to_string()))??;
        let call = calls::blobs::refute(encoding, &chunks);
        chain.submit_feeless(&call).await?;
        self.app.metrics.disputes_refuted.increment();
        tracing::info!(%encoding, %shard, "a disputed shard was shown");
        Ok(())
    }
}

/// The chunks of a shard that are asked for, in their order.
fn read_chunks(
    app: &App,
    key: ShardKey,
    asked: &[ChunkIndex],
) -> Result<Vec<ChunkProof>, ReadError> {
    let held = app.store.held(key)?;
    let chunks = asked.iter().zip(0u8..).map(|(chunk, pick)| {
        let read = app.store.read_group(&held, Group::chunk(*chunk));
        let (proof, bytes) = read.inspect_err(|error| app.note_damage(error))?;
        let bytes = bytes.to_vec();
        Ok(ChunkProof { pick, bytes, proof })
    });
    chunks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::view::CommitteeSeat;

    const ME: WorkerId = WorkerId([1; 32]);

    fn dispute() -> DisputeInfo {
        let seat = |worker: u8| CommitteeSeat {
            worker: WorkerId([worker; 32]),
            seats: 4,
            root: None,
        };
        DisputeInfo {
            encoding: EncodingId(1),
            shard: ShardIndex(2),
            generation: 3,
            opened_at: 4,
            opener: WorkerId([9; 32]),
            opener_root: ChainingValue([9; 32]),
            committee: vec![seat(1), seat(2)],
            verdict: None,
            ends_at: 10,
            shown_chunks: vec![],
        }
    }

    #[test]
    fn a_member_rebuilds_until_it_has_said_so_or_it_counts_no_more() {
        assert_eq!(duty(&dispute(), ME, 10, false), Some(Duty::Rebuild));
        assert_eq!(duty(&dispute(), ME, 11, false), None);
        assert_eq!(duty(&dispute(), WorkerId([3; 32]), 5, false), None);
        let mut said = dispute();
        said.committee[0].root = Some(ChainingValue([5; 32]));
        assert_eq!(duty(&said, ME, 5, false), None);
        let decided = DisputeInfo {
            verdict: Some(ChainingValue([5; 32])),
            ..dispute()
        };
        assert_eq!(duty(&decided, ME, 5, false), None);
    }

    #[test]
    fn who_has_the_shard_shows_it_when_it_is_asked_for() {
        assert_eq!(duty(&dispute(), ME, 5, true), Some(Duty::Rebuild));
        let asked = DisputeInfo {
            shown_chunks: vec![ChunkIndex(1)],
            ..dispute()
        };
        assert_eq!(duty(&asked, ME, 5, true), Some(Duty::Show));
        assert_eq!(duty(&asked, WorkerId([3; 32]), 5, true), Some(Duty::Show));
        assert_eq!(duty(&asked, ME, 11, true), None);
        assert_eq!(duty(&asked, WorkerId([3; 32]), 5, false), None);
    }
}
