//! Which shards this worker is to hold, as the chain says it: asked once per encoding and finalized block.
//!
//! Goals: a burst of blocks of one encoding costs one question; the cache is bounded; a short outage of the node does
//! not stop an upload that has begun.
//! Non-goals: events. A question per finalized block and active encoding is cheap and cannot be missed.

use crate::{
    chain::{ChainLink, LinkError},
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec, SpecError},
};
use ballast_core::{
    view::{AssignmentInfo, ChainParams, EncodingInfo},
    BlockNumber, ChainingValue, EncodingId, WorkerId,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Mutex as AsyncMutex;

/// Encodings remembered.
pub const CACHED_ENCODINGS_MAX: usize = 1024;
/// How long an answer is good while the node cannot be asked.
pub const STALE_MAX: Duration = Duration::from_secs(60);

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

type Entry<T> = AsyncMutex<Option<Cached<T>>>;

/// The cached questions.
pub struct Assignments {
    link: Arc<ChainLink>,
    worker: WorkerId,
    encodings: Mutex<HashMap<EncodingId, Arc<Entry<Answer>>>>,
    params: Entry<ChainParams>,
}

impl Assignments {
    /// The assignments of `worker`.
    pub fn new(link: Arc<ChainLink>, worker: WorkerId) -> Self {
        Self {
            link,
            worker,
            encodings: Mutex::default(),
            params: Entry::default(),
        }
    }

    /// The shard, if it is this worker's.
    pub async fn shard(&self, key: ShardKey) -> Result<Assigned, AssignError> {
        let (placed, at) = self.placed(key.encoding).await?;
        let spec = ShardSpec::new(placed.encoding.clone(), key.shard)?;
        let AssignmentInfo {
            worker, generation, ..
        } = *assignment(&placed, key).ok_or(AssignError::NotPlaced {
            encoding: key.encoding,
            at,
        })?;
        if worker != self.worker {
            return Err(AssignError::NotAssigned {
                key,
                holder: worker,
                at,
            });
        }
        Ok(Assigned { spec, generation })
    }

    /// An encoding of which some shard is this worker's.
    pub async fn encoding(&self, encoding: EncodingId) -> Result<Arc<Encoding>, AssignError> {
        let (placed, at) = self.placed(encoding).await?;
        if placed
            .assignments
            .iter()
            .any(|assignment| assignment.worker == self.worker)
        {
            return Ok(placed.encoding.clone());
        }
        Err(AssignError::NoneAssigned { encoding, at })
    }

    /// The chain's parameters.
    pub async fn params(&self) -> Result<ChainParams, LinkError> {
        let (chain, _) = self.link.ready()?;
        let cached = self.cached(&self.params, || chain.params()).await?;
        Ok(cached.answer)
    }

    async fn placed(
        &self,
        encoding: EncodingId,
    ) -> Result<(Arc<Placed>, BlockNumber), AssignError> {
        let (chain, _) = self.link.ready()?;
        let entry = self.entry(encoding);
        let ask = || async { Ok(Answer::of(chain.encoding(encoding).await?)) };
        let Cached { answer, at, .. } = self.cached(&entry, ask).await?;
        match answer {
            Answer::Placed(placed) => Ok((placed, at)),
            Answer::NotPlaced => Err(AssignError::NotPlaced { encoding, at }),
            Answer::Malformed(error) => Err(error.into()),
            Answer::Unknown => Err(AssignError::UnknownEncoding { encoding, at }),
        }
    }

    /// The cached answer if it is of the head, else a new one, else one that is not too old. Who comes while the
    /// question is asked waits for its answer.
    async fn cached<T: Clone, F>(
        &self,
        entry: &Entry<T>,
        ask: impl FnOnce() -> F,
    ) -> Result<Cached<T>, LinkError>
    where
        F: std::future::Future<Output = Result<T, ballast_chain::ChainError>>,
    {
        let mut entry = entry.lock().await;
        let (_, head) = self.link.ready()?;
        if let Some(cached) = entry.as_ref().filter(|cached| cached.at == head.number) {
            return Ok(cached.clone());
        }
        match ask().await {
            Ok(answer) => {
                let cached = Cached {
                    at: head.number,
                    asked: Instant::now(),
                    answer,
                };
                *entry = Some(cached.clone());
                Ok(cached)
            }
            Err(error) => match &*entry {
                Some(cached) if cached.asked.elapsed() < STALE_MAX => Ok(cached.clone()),
                _ => Err(error.into()),
            },
        }
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

/// Assignments are listed for the shards that have a root, in order.
fn assignment(placed: &Placed, key: ShardKey) -> Option<&AssignmentInfo> {
    let roots: &[Option<ChainingValue>] = placed
        .encoding
        .facts()
        .roots
        .get(..usize::from(key.shard.0))?;
    placed.assignments.get(roots.iter().flatten().count())
}
