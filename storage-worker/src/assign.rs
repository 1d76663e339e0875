//! Which shards this worker is to hold, as the chain says it: asked once per encoding and finalized block.
//!
//! Goals: a burst of blocks of one encoding costs one question; ids that no encoding has cost none, and strangers who
//! ask about many encodings cannot have more than a few questions put to the node at once; the cache is bounded; a
//! short outage of the node does not stop an upload that has begun, and a node that hangs is not waited for in turns.
//! Non-goals: events. A question per finalized block and active encoding is cheap and cannot be missed.

use crate::{
    chain::{ChainLink, LinkError},
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec, SpecError},
    gates::{Gate, PEER_SHARE},
    metrics::Counter,
};
use ballast_chain::ChainError;
use ballast_core::{
    view::{AssignmentInfo, ChainParams, EncodingInfo},
    BlockNumber, ChainingValue, EncodingId, WorkerId,
};
use ballast_http_server::Peer;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Mutex as AsyncMutex,
    time::{timeout, Instant},
};

/// Encodings remembered.
pub const CACHED_ENCODINGS_MAX: usize = 1024;
/// How long an answer is good while the node cannot be asked, or shows no new block.
pub const STALE_MAX: Duration = Duration::from_secs(60);
/// Questions about encodings under way at once. Beside them there is one at most about the chain's parameters, one
/// about the next id, and what the follower asks.
pub const QUESTIONS_MAX: u32 = 8;
/// How long an answer may take: less than clients wait for ours.
pub const QUESTION_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a question that failed is not put again: who waited for the answer shares the failure.
pub const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// A shard that this worker is to hold.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// What it must be.
    pub spec: ShardSpec,
    /// The assignment it answers.
    pub generation: u32,
}

/// Why this worker does not take or confirm a shard.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AssignError {
    /// The chain does not know the encoding.
    #[error("the chain has no encoding {encoding} at its finalized block {at}; it may have lapsed or expired, or is not final yet")]
    UnknownEncoding {
        /// The encoding.
        encoding: EncodingId,
        /// The block asked.
        at: BlockNumber,
    },
    /// Workers are not drawn yet.
    #[error("encoding {encoding} has no placement yet at finalized block {at}; upload after its workers are drawn")]
    NotPlaced {
        /// The encoding.
        encoding: EncodingId,
        /// The block asked.
        at: BlockNumber,
    },
    /// There is no such shard.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// Another worker is to hold it.
    #[error("shard {key} is not this worker's at finalized block {at}: worker {holder} holds it; send it there")]
    NotAssigned {
        /// The shard.
        key: ShardKey,
        /// Who is to hold it.
        holder: WorkerId,
        /// The block asked.
        at: BlockNumber,
    },
    /// No shard of the encoding is this worker's.
    #[error("no shard of encoding {encoding} is this worker's at finalized block {at}")]
    NoneAssigned {
        /// The encoding.
        encoding: EncodingId,
        /// The block asked.
        at: BlockNumber,
    },
    /// The chain cannot be asked.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// An encoding as the chain had it.
#[derive(Debug)]
struct Placed {
    encoding: Arc<Encoding>,
    assignments: Vec<AssignmentInfo>,
}

/// What the chain said of an encoding.
#[derive(Clone, Debug)]
enum Answer {
    Unknown,
    NotPlaced,
    Malformed(SpecError),
    Placed(Arc<Placed>),
}

#[derive(Clone, Debug)]
struct Cached<T> {
    at: BlockNumber,
    asked: Instant,
    answer: T,
}

/// A question: its last answer, and the failure since, if the last attempt was one.
#[derive(Debug)]
struct Question<T> {
    answered: Option<Cached<T>>,
    failed: Option<(Instant, ChainError)>,
}

impl<T> Default for Question<T> {
    fn default() -> Self {
        Self {
            answered: None,
            failed: None,
        }
    }
}

type Entry<T> = AsyncMutex<Question<T>>;

/// The cached questions.
pub struct Assignments {
    link: Arc<ChainLink>,
    worker: WorkerId,
    encodings: Mutex<HashMap<EncodingId, Arc<Entry<Answer>>>>,
    next_id: Entry<EncodingId>,
    params: Entry<ChainParams>,
    gate: Gate,
    /// Questions asked.
    pub questions: Counter,
}

impl Assignments {
    /// The assignments of `worker`.
    pub fn new(link: Arc<ChainLink>, worker: WorkerId) -> Self {
        Self {
            link,
            worker,
            encodings: Mutex::default(),
            next_id: Entry::default(),
            params: Entry::default(),
            gate: Gate::new(
                "questions to the chain",
                QUESTIONS_MAX,
                QUESTIONS_MAX / PEER_SHARE,
            ),
            questions: Counter::default(),
        }
    }

    /// The shard, if it is this worker's. `peer` wants to know.
    pub async fn shard(&self, key: ShardKey, peer: Peer) -> Result<Assigned, AssignError> {
        let (placed, at) = self.placed(key.encoding, peer).await?;
        let spec = ShardSpec::new(placed.encoding.clone(), key.shard)?;
        let assignment = assignment(&placed, key).ok_or(AssignError::NotPlaced {
            encoding: key.encoding,
            at,
        })?;
        let generation = generation(assignment, self.worker).ok_or(AssignError::NotAssigned {
            key,
            holder: assignment.worker,
            at,
        })?;
        Ok(Assigned { spec, generation })
    }

    /// An encoding of which some shard is this worker's. `peer` wants to know.
    pub async fn encoding(
        &self,
        encoding: EncodingId,
        peer: Peer,
    ) -> Result<Arc<Encoding>, AssignError> {
        let (placed, at) = self.placed(encoding, peer).await?;
        if placed
            .assignments
            .iter()
            .any(|assignment| generation(assignment, self.worker).is_some())
        {
            return Ok(placed.encoding.clone());
        }
        Err(AssignError::NoneAssigned { encoding, at })
    }

    /// The chain's parameters.
    pub async fn params(&self) -> Result<ChainParams, LinkError> {
        let (chain, _) = self.link.ready()?;
        let cached = self.cached(&self.params, || chain.params(), |params| params);
        Ok(cached.await?.answer)
    }

    async fn placed(
        &self,
        encoding: EncodingId,
        peer: Peer,
    ) -> Result<(Arc<Placed>, BlockNumber), AssignError> {
        self.ensure_given_out(encoding).await?;
        let (chain, _) = self.link.ready()?;
        let entry = self.entry(encoding);
        let cached = match self.current(&entry).await? {
            Some(cached) => cached,
            None => {
                // Who waits at the gate holds up no one who asks about the same encoding.
                let _permit = self.gate.enter(peer).await.map_err(LinkError::from)?;
                let ask = || chain.encoding(encoding);
                self.cached(&entry, ask, Answer::of).await?
            }
        };
        let Cached { answer, at, .. } = cached;
        match answer {
            Answer::Placed(placed) => Ok((placed, at)),
            Answer::NotPlaced => Err(AssignError::NotPlaced { encoding, at }),
            Answer::Malformed(error) => Err(error.into()),
            Answer::Unknown => Err(AssignError::UnknownEncoding { encoding, at }),
        }
    }

    /// Ids are given out in order, so those from the next one on need no question of their own.
    async fn ensure_given_out(&self, encoding: EncodingId) -> Result<(), AssignError> {
        let (chain, _) = self.link.ready()?;
        let ask = || chain.next_encoding_id();
        let next = self.cached(&self.next_id, ask, |id| id).await?;
        if encoding < next.answer {
            return Ok(());
        }
        let at = next.at;
        Err(AssignError::UnknownEncoding { encoding, at })
    }

    /// The cached answer if it is of the head. Waits while the question is being asked.
    async fn current<T: Clone>(&self, entry: &Entry<T>) -> Result<Option<Cached<T>>, LinkError> {
        let question = entry.lock().await;
        let (_, head) = self.link.ready()?;
        Ok(question.current(head.number).cloned())
    }

    /// The cached answer if it is of the head, else a new one, else one that is not too old. Who comes while the
    /// question is asked waits for its answer.
    async fn cached<A, T: Clone, F>(
        &self,
        entry: &Entry<T>,
        ask: impl FnOnce() -> F,
        read: impl FnOnce(A) -> T,
    ) -> Result<Cached<T>, LinkError>
    where
        F: Future<Output = Result<A, ChainError>>,
    {
        let mut question = entry.lock().await;
        let (_, head) = self.link.ready()?;
        if let Some(cached) = question.current(head.number) {
            return Ok(cached.clone());
        }
        let failure = match question.recent_failure().cloned() {
            Some(error) => error,
            None => {
                self.questions.increment();
                match within_time(ask()).await {
                    Ok(answer) => return Ok(question.answer(head.number, read(answer))),
                    Err(error) => {
                        tracing::debug!(%error, "the chain could not be asked");
                        question.failed = Some((Instant::now(), error.clone()));
                        error
                    }
                }
            }
        };
        question
            .recent_answer()
            .cloned()
            .ok_or(LinkError::Chain(failure))
    }

    fn entry(&self, encoding: EncodingId) -> Arc<Entry<Answer>> {
        let mut entries = self
            .encodings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CACHED_ENCODINGS_MAX && !entries.contains_key(&encoding) {
            // Answers last for one block, so forgetting all that are not waited for costs little.
            entries.retain(|_, entry| Arc::strong_count(entry) > 1);
        }
        entries.entry(encoding).or_default().clone()
    }
}

impl<T: Clone> Question<T> {
    fn answer(&mut self, at: BlockNumber, answer: T) -> Cached<T> {
        let cached = Cached {
            at,
            asked: Instant::now(),
            answer,
        };
        *self = Self {
            answered: Some(cached.clone()),
            failed: None,
        };
        cached
    }

    fn recent_answer(&self) -> Option<&Cached<T>> {
        self.answered
            .as_ref()
            .filter(|cached| cached.asked.elapsed() < STALE_MAX)
    }

    fn current(&self, head: BlockNumber) -> Option<&Cached<T>> {
        self.recent_answer().filter(|cached| cached.at == head)
    }

    fn recent_failure(&self) -> Option<&ChainError> {
        let recent = |(at, _): &&(Instant, ChainError)| at.elapsed() < FAILURE_PAUSE;
        self.failed.as_ref().filter(recent).map(|(_, error)| error)
    }
}

async fn within_time<T>(
    asked: impl Future<Output = Result<T, ChainError>>,
) -> Result<T, ChainError> {
    let too_long = || ChainError::Timeout {
        what: "a question about assignments".into(),
        after: QUESTION_TIMEOUT,
    };
    timeout(QUESTION_TIMEOUT, asked)
        .await
        .unwrap_or_else(|_| Err(too_long()))
}

impl Answer {
    fn of(info: Option<EncodingInfo>) -> Self {
        let Some(info) = info else {
            return Self::Unknown;
        };
        match EncodingFacts::of(&info) {
            Some(facts) if !info.assignments.is_empty() => match Encoding::new(info.id, facts) {
                Ok(encoding) => Self::Placed(Arc::new(Placed {
                    encoding: Arc::new(encoding),
                    assignments: info.assignments,
                })),
                Err(error) => Self::Malformed(error),
            },
            _ => Self::NotPlaced,
        }
    }
}

/// What a receipt of `worker` must name, if the shard is its to hold: it has it, or is to take it over from one that
/// leaves.
pub fn generation(assignment: &AssignmentInfo, worker: WorkerId) -> Option<u32> {
    match assignment.successor.filter(|next| next.worker == worker) {
        Some(next) => Some(next.generation),
        None => (assignment.worker == worker && !assignment.lost).then_some(assignment.generation),
    }
}

/// Assignments are listed for the shards that have a root, in order.
fn assignment(placed: &Placed, key: ShardKey) -> Option<&AssignmentInfo> {
    let roots: &[Option<ChainingValue>] = placed
        .encoding
        .facts()
        .roots
        .get(..usize::from(key.shard.0))?;
    placed.assignments.get(roots.iter().flatten().count())
}
