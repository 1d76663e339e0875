//! Possession proofs: the chunks that the chain asks for are read from the store and shown on chain before the deadline.
//!
//! Goals: every pick of a window is proven as long as its chunk is here; a node that is slow, a proof that gets lost and
//! a fork that asks for other chunks are survived while the window is open; what the chain makes of it, and why, is in
//! log and metrics.
//! Non-goals: which chunks are asked for (the chain stores them), repairing what cannot be shown (module `repair`).
//!
//! Windows are read at the *best* block. A window is open for few blocks, on a local network 8, and finality may be
//! behind by as many. The best block may be undone, and another fork, whose randomness differs, may ask for other
//! chunks; so the window is read again at every block, and what is not proven *there* is proven anew. A proof for a fork
//! that was undone is refused and costs nothing.

use crate::{
    chain::ChainView,
    facts::ShardKey,
    serve::App,
    store::ReadError,
    window::{Entered, OpenWindow},
};
use ballast_chain::{calls, BlockId, ChainError, SubmitError};
use ballast_core::{
    challenge::ChunkProof,
    view::{PickInfo, StandingInfo, WindowInfo, WindowOutcome},
    BlockNumber, Group, StorageEpoch,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

/// How often the best block is asked for.
pub(crate) const POLL: Duration = Duration::from_millis(500);
/// How long a question may take; a block later it is put again.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Blocks between two looks at this worker's standing.
pub const STANDING_BLOCKS: BlockNumber = 10;
/// Proofs on their way at a time; each waits until it is final.
const SENT_MAX: usize = 8;
/// Questions that fail in a row between two warnings.
const FAILURES_PER_WARNING: u32 = 20;

/// Proves until `stop`.
pub async fn prove(app: Arc<App>, stop: CancellationToken) {
    let prover = Prover {
        app,
        seen: None,
        window: None,
        sent: JoinSet::new(),
        standing_at: None,
        told: None,
        failures: 0,
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = prover.run() => {}
    }
}

struct Prover {
    app: Arc<App>,
    /// The best block that was seen last.
    seen: Option<BlockId>,
    window: Option<OpenWindow>,
    sent: JoinSet<(StorageEpoch, Result<(), SubmitError>)>,
    /// When the standing was looked at last.
    standing_at: Option<BlockNumber>,
    /// The last window whose outcome was told.
    told: Option<StorageEpoch>,
    failures: u32,
}

impl Prover {
    async fn run(mut self) {
        loop {
            match self.step().await {
                Ok(()) => self.failures = 0,
                // A runtime without challenges asks for nothing; an upgrade may bring them.
                Err(ChainError::Incompatible { what }) => {
                    tracing::debug!(what, "the chain asks for no proofs")
                }
                Err(error) => {
                    if self.failures.is_multiple_of(FAILURES_PER_WARNING) {
                        tracing::warn!(%error, failures = self.failures, "windows cannot be read; proofs may be missed");
                    }
                    self.failures = self.failures.saturating_add(1);
                    self.app.metrics.chain_errors.increment();
                }
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Does what is due at a new best block.
    async fn step(&mut self) -> Result<(), ChainError> {
        while let Some(sent) = self.sent.try_join_next() {
            self.answered(sent);
        }
        let app = self.app.clone();
        let Some(chain) = app.link.chain() else {
            return Ok(());
        };
        let best = within_time(chain.best()).await?;
        if self.seen == Some(best) {
            return Ok(());
        }
        let window = within_time(chain.window(self.app.worker)).await?;
        self.enter(window);
        self.prove(chain, best.number).await;
        let is_due = |at: BlockNumber| best.number.abs_diff(at) >= STANDING_BLOCKS;
        if self.standing_at.is_none_or(is_due) {
            let standing = within_time(chain.standing(self.app.worker)).await?;
            self.tell(standing);
            self.standing_at = Some(best.number);
        }
        self.seen = Some(best);
        Ok(())
    }

    /// Takes the window of the best block.
    fn enter(&mut self, window: Option<WindowInfo>) {
        let entered = OpenWindow::enter(&mut self.window, window);
        let Some(info) = self.window.as_ref().map(OpenWindow::info) else {
            return;
        };
        match entered {
            Entered::Closed | Entered::Same => {}
            Entered::OtherFork => tracing::info!(
                epoch = info.epoch.0,
                opened_at = info.opened_at,
                "another fork asks for other chunks"
            ),
            Entered::New => {
                self.app.metrics.windows_opened.increment();
                tracing::debug!(
                    epoch = info.epoch.0,
                    opened_at = info.opened_at,
                    deadline = info.deadline,
                    picks = info.picks.len(),
                    "a window has opened"
                );
            }
        }
    }

    /// Sends what the window lacks, unless it is on its way.
    async fn prove(&mut self, chain: &Arc<dyn ChainView>, now: BlockNumber) {
        let Some(open) = &mut self.window else { return };
        if self.sent.len() >= SENT_MAX {
            return;
        }
        let Some(due) = open.due(now) else { return };
        let (app, wanted) = (self.app.clone(), open.unmade(&due));
        let made = tokio::task::spawn_blocking(move || make_proofs(&app, wanted)).await;
        let made = made.unwrap_or_else(|error| {
            tracing::error!(%error, "making proofs broke");
            BTreeMap::new()
        });
        let proofs = open.send(due, made, now);
        if proofs.is_empty() {
            return;
        }
        let epoch = open.info().epoch;
        let call = calls::possession::prove(self.app.worker, epoch, &proofs);
        tracing::debug!(
            epoch = epoch.0,
            proofs = proofs.len(),
            block = now,
            "sending proofs"
        );
        self.app.metrics.proofs_sent.add(proofs.len() as u64);
        let chain = chain.clone();
        self.sent
            .spawn(async move { (epoch, chain.submit_feeless(&call).await) });
    }

    /// A proof that was refused or lost is sent again at the next block, as long as the window lacks it.
    fn answered(
        &mut self,
        sent: Result<(StorageEpoch, Result<(), SubmitError>), tokio::task::JoinError>,
    ) {
        let (epoch, answer) = match sent {
            Ok(sent) => sent,
            Err(error) => {
                tracing::error!(%error, "sending proofs broke");
                return;
            }
        };
        let Err(error) = answer else { return };
        tracing::debug!(epoch = epoch.0, %error, "proofs were not taken");
        self.app.metrics.proofs_refused.increment();
        if let Some(open) = &mut self.window {
            open.was_refused(epoch);
        }
    }

    /// Puts the standing into metrics, and new outcomes into the log.
    fn tell(&mut self, standing: Option<StandingInfo>) {
        let Some(standing) = standing else { return };
        let metrics = &self.app.metrics;
        let planck = |amount: u128| u64::try_from(amount).unwrap_or(u64::MAX);
        metrics.standing_score.set(standing.score.into());
        metrics.standing_shards.set(standing.shards.into());
        metrics.earned.set(planck(standing.earned));
        metrics.forfeited.set(planck(standing.forfeited));
        metrics.slashed.set(planck(standing.slashed));
        let is_first = self.told.is_none();
        let new = |outcome: &&WindowOutcome| self.told.is_none_or(|told| outcome.epoch > told);
        for outcome in standing.recent.iter().filter(new) {
            metrics.picks_proven.add(outcome.proven.into());
            metrics.picks_missed.add(outcome.missed.into());
            metrics.picks_excused.add(outcome.excused.into());
            // Old misses were told before the restart.
            if !is_first {
                log(outcome, standing.score);
            }
        }
        if let Some(last) = standing.recent.last() {
            self.told = Some(last.epoch);
        } else if is_first {
            self.told = Some(StorageEpoch::default());
        }
    }
}

fn log(outcome: &WindowOutcome, score: u8) {
    let WindowOutcome {
        epoch,
        proven,
        missed,
        excused,
        paid,
        slashed,
        ..
    } = *outcome;
    match outcome.first_missed {
        Some((encoding, shard)) => tracing::warn!(
            epoch = epoch.0, proven, missed, excused, %paid, %slashed, score, %encoding, %shard,
            "chunks were not proven in time; the first was of this shard"
        ),
        None => tracing::info!(epoch = epoch.0, proven, excused, %paid, score, "window passed"),
    }
}

/// Proofs of picks whose chunks are here.
fn make_proofs(app: &App, wanted: Vec<(u8, PickInfo)>) -> BTreeMap<u8, ChunkProof> {
    let made = wanted.into_iter().filter_map(|(pick, info)| {
        let key = ShardKey {
            encoding: info.encoding,
            shard: info.shard,
        };
        match make_proof(app, key, Group::chunk(info.chunk), pick) {
            Ok(proof) => Some((pick, proof)),
            Err(error) => {
                app.note_damage(&error);
                app.metrics.picks_unprovable.increment();
                tracing::error!(shard = %key, chunk = info.chunk.0, %error, "a chunk that the chain asks for cannot be shown");
                None
            }
        }
    });
    made.collect()
}

fn make_proof(app: &App, key: ShardKey, group: Group, pick: u8) -> Result<ChunkProof, ReadError> {
    let shard = app.store.held(key)?;
    let (proof, bytes) = app.store.read_group(&shard, group)?;
    Ok(ChunkProof {
        pick,
        bytes: bytes.to_vec(),
        proof,
    })
}

pub(crate) async fn within_time<T>(
    asked: impl std::future::Future<Output = Result<T, ChainError>>,
) -> Result<T, ChainError> {
    timeout(QUESTION_TIMEOUT, asked).await.unwrap_or_else(|_| {
        Err(ChainError::Timeout {
            what: "a question about proofs".into(),
            after: QUESTION_TIMEOUT,
        })
    })
}
