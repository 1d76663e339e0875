//! Runs claims of other workers again when the chain draws this one, and says by a score what came of it.
//!
//! Goals: a score is on disk before it is committed to, so that it is revealed whatever happens in between; an executor that
//! shows nothing is waited for as long as there is time, and then scores 0; this worker's own failures are never held against
//! another. Every wait has a bound.
//! Non-goals: who is drawn and what scores decide (pallet-inference).
//!
//! Read in this order: [`duty`] (what is to be done when), [`score`] (what a run comes to), [`claimed`], [`journal`],
//! [`chain`] and [`ask`] (what it needs of others), and here what joins them.

pub mod ask;
pub mod chain;
pub mod claimed;
pub mod duty;
#[cfg(test)]
pub(crate) mod fake;
pub mod journal;
pub mod score;

use crate::transcript::{
    seal::{fresh, public, SealError},
    show::{may_see, read, ShowBody, Shown},
};
use ask::Source;
use ballast_chain::Signer;
use ballast_core::{
    check::ScoreBody, claim::BatchScope, transcript::TranscriptRequest, view::CheckInfo, Address,
    Numbers, SettlementId, WorkerId,
};
use chain::{Docket, DocketError};
use duty::{duty, is_late, Duty};
use journal::{Entry, Journal};
use score::{fits, score, Rerun, RerunError};
use std::{
    collections::BTreeSet,
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Claims that are run again at a time; more wait.
const RUNS_MAX: usize = 2;
/// How long to wait before an executor, or the own engine, is asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// A step towards a score failed; it is tried again at the next block.
#[derive(Debug, thiserror::Error)]
enum CheckError {
    #[error(transparent)]
    Chain(#[from] DocketError),
    #[error("the journal of scores: {0}")]
    Journal(#[from] io::Error),
    #[error(transparent)]
    Rerun(#[from] RerunError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("the settlement is over")]
    Over,
    #[error("this worker's session key is none of its account's, or not of the tier that the channel asks for, so no executor may show it anything; attest it, or this account loses stake for its silence")]
    NoKey,
    #[error("the claim is one in {claimed}, and this worker computes in {own}, in which an honest one would score otherwise; serve it with --numbers {claimed}, or this account loses stake for its silence")]
    OtherNumbers { claimed: Numbers, own: Numbers },
    #[error("there is no score on disk for what was committed to; it was made on another machine, or the data directory was replaced")]
    NoEntry,
}

/// A worker that runs claims again.
pub struct Verifier {
    /// The chain.
    pub docket: Arc<dyn Docket>,
    /// The worker itself.
    pub worker: WorkerId,
    /// Signs requests for transcripts.
    pub session_key: Signer,
    /// The model that runs here; claims of others are not for this process.
    pub model: Address,
    /// The numbers that it is computed in; claims in others are not judged.
    pub numbers: Numbers,
    /// Scores on disk.
    pub journal: Journal,
    /// Where transcripts come from.
    pub source: Arc<dyn Source>,
    /// What runs the model.
    pub rerun: Arc<dyn Rerun>,
    /// Checks that something is being done for.
    pub busy: Mutex<BTreeSet<SettlementId>>,
    /// Places for runs.
    pub places: Semaphore,
}

impl Verifier {
    /// A verifier with nothing under way.
    pub fn new(
        docket: Arc<dyn Docket>,
        worker: WorkerId,
        session_key: Signer,
        (model, numbers): (Address, Numbers),
        journal: Journal,
        source: Arc<dyn Source>,
        rerun: Arc<dyn Rerun>,
    ) -> Self {
        Self {
            docket,
            worker,
            session_key,
            model,
            numbers,
            journal,
            source,
            rerun,
            busy: Mutex::default(),
            places: Semaphore::new(RUNS_MAX),
        }
    }

    /// Does what checks ask for, block after block, until it is told to stop.
    pub async fn run(self: Arc<Self>, stop: &CancellationToken) {
        let (mut block, mut tasks) = (0, JoinSet::new());
        loop {
            tokio::select! {
                // What is under way is dropped with the tasks; what must not be lost is on disk.
                () = stop.cancelled() => return,
                turned = self.turn(&mut tasks) => if let Err(error) = turned {
                    tracing::warn!(%error, "cannot look for checks");
                }
            }
            while tasks.try_join_next().is_some() {}
            tokio::select! {
                () = stop.cancelled() => return,
                next = self.docket.next_block(block) => match next {
                    Ok(next) => block = next,
                    Err(_) => tokio::time::sleep(PAUSE).await,
                }
            }
        }
    }

    /// Looks at all checks, and begins what they ask for.
    async fn turn(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<(), CheckError> {
        let checks = self.docket.checks().await?;
        let ids: Vec<SettlementId> = checks.iter().map(|check| check.settlement).collect();
        self.journal.keep_only(&ids)?;
        let now = self.docket.now().await?;
        for check in checks {
            let duty = duty(&check, self.worker, now);
            if duty == Duty::Nothing || !self.take(check.settlement) {
                continue;
            }
            let taken = Taken(self.clone(), check.settlement);
            tasks.spawn(async move {
                let (verifier, id) = (&taken.0, taken.1);
                let done = match duty {
                    Duty::Reveal => verifier.reveal(id).await,
                    _ => verifier.commit(&check).await,
                };
                if let Err(error) = done {
                    tracing::warn!(settlement = id.0, %error, "a check waits");
                }
            });
        }
        Ok(())
    }

    fn take(&self, id: SettlementId) -> bool {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(id)
    }

    fn give_back(&self, id: SettlementId) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&id);
    }

    async fn commit(&self, check: &CheckInfo) -> Result<(), CheckError> {
        let id = check.settlement;
        let entry = match self.journal.get(id)? {
            Some(entry) => entry,
            None => {
                let Some(score) = self.score(check).await? else {
                    return Ok(());
                };
                let salt = *fresh()?;
                self.journal.put(id, Entry { score, salt })?
            }
        };
        let body = ScoreBody {
            genesis_hash: self.docket.genesis_hash(),
            settlement: id,
            verifier: self.worker,
            score: entry.score,
            salt: entry.salt,
        };
        self.docket.commit(id, body.commitment()).await?;
        tracing::info!(settlement = id.0, "committed to a score");
        Ok(())
    }

    async fn reveal(&self, id: SettlementId) -> Result<(), CheckError> {
        let entry = self.journal.get(id)?.ok_or(CheckError::NoEntry)?;
        self.docket.reveal(id, entry.score, entry.salt).await?;
        tracing::info!(settlement = id.0, score = entry.score, "revealed a score");
        Ok(())
    }

    /// The score of the claim that is checked. None if another model answered it, which other processes of this worker
    /// have.
    async fn score(&self, check: &CheckInfo) -> Result<Option<u16>, CheckError> {
        let settlement = self.docket.settlement(check.settlement).await?;
        let settlement = settlement.ok_or(CheckError::Over)?;
        let channel = self.docket.channel(settlement.channel).await?;
        let channel = channel.ok_or(CheckError::Over)?;
        let index = check.claim.ok_or(CheckError::Over)?;
        if channel.model != self.model {
            return Ok(None);
        }
        if channel.numbers != self.numbers {
            return Err(CheckError::OtherNumbers {
                claimed: channel.numbers,
                own: self.numbers,
            });
        }
        let tier = self.docket.tier(self.worker, self.session_key.account());
        if !may_see(channel.tier, tier.await?) {
            return Err(CheckError::NoKey);
        }
        let scope = BatchScope {
            genesis_hash: self.docket.genesis_hash(),
            channel: settlement.channel,
            model: channel.model,
        };
        loop {
            let endpoint = self.docket.endpoint(&channel).await?;
            let shown = self.shown(check.settlement, endpoint).await?;
            match shown.filter(|shown| fits(&scope, &settlement, index, shown)) {
                Some(shown) => return Ok(Some(self.run_again(&shown).await?)),
                None if is_late(check, self.docket.now().await?) => {
                    let id = check.settlement.0;
                    tracing::info!(settlement = id, "the executor has shown nothing");
                    return Ok(Some(0));
                }
                None => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    async fn run_again(&self, shown: &Shown) -> Result<u16, CheckError> {
        let _place = self.places.acquire().await;
        let scored = score(self.rerun.as_ref(), &shown.transcript);
        Ok(scored.await?)
    }

    async fn shown(
        &self,
        settlement: SettlementId,
        endpoint: Option<Vec<u8>>,
    ) -> Result<Option<Shown>, CheckError> {
        let Some(endpoint) = endpoint else {
            tracing::debug!("the executor has no offer any more");
            return Ok(None);
        };
        let secret = fresh()?;
        let request = TranscriptRequest {
            genesis_hash: self.docket.genesis_hash(),
            settlement,
            verifier: self.worker,
            reply_key: public(&secret),
        };
        let hex = |bytes: &[u8]| hex::encode(bytes);
        let body = ShowBody {
            settlement: settlement.0,
            verifier: hex(&self.worker.0),
            session_key: hex(&self.session_key.account()),
            reply_key: hex(&request.reply_key),
            signature: hex(&self.session_key.sign(&request.signing_payload())),
        };
        match self.source.transcript(endpoint, body).await {
            Ok(answer) => Ok(read(&request, &secret, &answer)),
            Err(reason) => {
                tracing::debug!(settlement = settlement.0, reason, "nothing is shown");
                Ok(None)
            }
        }
    }
}

/// A check that something is being done for. It is given back however that ends, by a panic, too.
struct Taken(Arc<Verifier>, SettlementId);

impl Drop for Taken {
    fn drop(&mut self) {
        self.0.give_back(self.1);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "verifier_tests.rs"]
mod tests;
