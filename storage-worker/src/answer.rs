//! Answers to retrieval challenges: the bytes that somebody asks for with a bond are read from the store and shown on chain.
//!
//! Goals: every challenge is answered as long as its bytes are here, the highest bond first; a node that is slow, an answer
//! that gets lost and a fork that has other challenges are survived until the deadline.
//! Non-goals: what a challenge costs and brings (the chain), repairing what cannot be shown (module `repair`).
//!
//! As with possession proofs, challenges are read at the *best* block, and again at every block: what is not answered *there*
//! is sent again after a while.

use crate::{
    chain::ChainView,
    facts::ShardKey,
    prove::{within_time, POLL},
    serve::App,
    store::ReadError,
    window::RESEND_BLOCKS,
};
use ballast_chain::{calls, BlockId, Call, ChainError, SubmitError};
use ballast_core::{view::RetrievalInfo, BlockNumber, RetrievalId};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Answers on their way at a time; each waits until it is final. As many as a worker can have challenges.
const SENT_MAX: usize = ballast_core::limits::MAX_OPEN_RETRIEVALS as usize;
/// Questions that fail in a row between two warnings.
const FAILURES_PER_WARNING: u32 = 20;

/// Answers until `stop`.
pub async fn answer(app: Arc<App>, stop: CancellationToken) {
    let answerer = Answerer {
        app,
        seen: None,
        known: HashSet::new(),
        sent_at: HashMap::new(),
        sent: JoinSet::new(),
        failures: 0,
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = answerer.run() => {}
    }
}

struct Answerer {
    app: Arc<App>,
    /// The best block that was seen last.
    seen: Option<BlockId>,
    /// Open challenges that were told of.
    known: HashSet<RetrievalId>,
    /// When what was sent last.
    sent_at: HashMap<RetrievalId, BlockNumber>,
    sent: JoinSet<(RetrievalId, Result<(), SubmitError>)>,
    failures: u32,
}

impl Answerer {
    async fn run(mut self) {
        loop {
            match self.step().await {
                Ok(()) => self.failures = 0,
                // A runtime without challenges has none; an upgrade may bring them.
                Err(ChainError::Incompatible { what }) => {
                    tracing::debug!(what, "the chain has no retrieval challenges")
                }
                Err(error) => {
                    if self.failures.is_multiple_of(FAILURES_PER_WARNING) {
                        tracing::warn!(%error, failures = self.failures, "retrieval challenges cannot be read; answers may be missed");
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
            self.ended(sent);
        }
        let app = self.app.clone();
        let Some(chain) = app.link.chain() else {
            return Ok(());
        };
        let best = within_time(chain.best()).await?;
        if self.seen == Some(best) {
            return Ok(());
        }
        let open = within_time(chain.open_retrievals(app.worker)).await?;
        self.see(&open);
        for challenge in open {
            self.show(chain, challenge, best.number).await;
        }
        self.seen = Some(best);
        Ok(())
    }

    /// Tells of new challenges, and forgets those that are over.
    fn see(&mut self, open: &[RetrievalInfo]) {
        let metrics = &self.app.metrics;
        metrics.retrievals_open.set(open.len() as u64);
        for challenge in open.iter().filter(|open| !self.known.contains(&open.id)) {
            metrics.retrievals_seen.increment();
            tracing::info!(
                challenge = challenge.id.0, encoding = %challenge.encoding, shard = %challenge.shard,
                start = challenge.group.start, len = challenge.group.len, bond = %challenge.bond,
                deadline = challenge.deadline, "a retrieval challenge was opened"
            );
        }
        self.known = open.iter().map(|open| open.id).collect();
        let known = &self.known;
        self.sent_at.retain(|id, _| known.contains(id));
    }

    /// Sends the answer to a challenge, unless it is on its way or too late.
    async fn show(&mut self, chain: &Arc<dyn ChainView>, asked: RetrievalInfo, now: BlockNumber) {
        let is_on_its_way = self
            .sent_at
            .get(&asked.id)
            .is_some_and(|at| now < at.saturating_add(RESEND_BLOCKS) && now >= *at);
        // An answer sent now is in the next block at the earliest.
        if now >= asked.deadline || is_on_its_way || self.sent.len() >= SENT_MAX {
            return;
        }
        self.sent_at.insert(asked.id, now);
        let app = self.app.clone();
        let made = tokio::task::spawn_blocking(move || make_answer(&app, &asked)).await;
        let call = match made {
            Ok(Some(call)) => call,
            Ok(None) => return,
            Err(error) => return tracing::error!(%error, "making an answer broke"),
        };
        tracing::debug!(challenge = asked.id.0, block = now, "sending an answer");
        self.app.metrics.answers_sent.increment();
        let (chain, id) = (chain.clone(), asked.id);
        self.sent
            .spawn(async move { (id, chain.submit_feeless(&call).await) });
    }

    /// An answer that was refused or lost is sent again at the next block, as long as the challenge is open.
    fn ended(
        &mut self,
        sent: Result<(RetrievalId, Result<(), SubmitError>), tokio::task::JoinError>,
    ) {
        match sent {
            Ok((id, Ok(()))) => {
                self.app.metrics.retrievals_answered.increment();
                tracing::info!(challenge = id.0, "a retrieval challenge was answered");
            }
            Ok((id, Err(error))) => {
                tracing::debug!(challenge = id.0, %error, "an answer was not taken");
                self.app.metrics.answers_refused.increment();
                self.sent_at.remove(&id);
            }
            Err(error) => tracing::error!(%error, "sending an answer broke"),
        }
    }
}

/// The call that answers a challenge, if its bytes are here.
fn make_answer(app: &App, asked: &RetrievalInfo) -> Option<Call> {
    let key = ShardKey {
        encoding: asked.encoding,
        shard: asked.shard,
    };
    match read(app, key, asked) {
        Ok(Some(call)) => Some(call),
        Ok(None) => {
            tracing::warn!(
                shard = %key, challenge = asked.id.0, deadline = asked.deadline,
                "a challenge about a denied blob is not answered; the shard and a part of the stake are lost after the deadline"
            );
            None
        }
        Err(error) => {
            app.note_damage(&error);
            app.metrics.retrievals_unanswerable.increment();
            tracing::error!(
                shard = %key, challenge = asked.id.0, deadline = asked.deadline, %error,
                "bytes that somebody asks for cannot be shown; the shard is lost after the deadline"
            );
            None
        }
    }
}

/// The answer; none about a blob that the operator refuses.
fn read(app: &App, key: ShardKey, asked: &RetrievalInfo) -> Result<Option<Call>, ReadError> {
    let shard = app.store.held(key)?;
    if app.denied.contains(&shard.spec.encoding.facts().address) {
        return Ok(None);
    }
    let (proof, bytes) = app.store.read_group(&shard, asked.group)?;
    Ok(Some(calls::retrieval::answer(asked.id, &bytes, &proof)))
}
