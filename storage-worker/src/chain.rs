//! The part of the chain a worker needs, and what is known of it at the moment.
//!
//! The worker serves without the chain; only receiving and signing need it.

use crate::gates::Full;
use async_trait::async_trait;
use ballast_blobs::Directory;
use ballast_chain::{BlockId, Call, Chain, ChainError, SubmitError};
use ballast_core::{
    view::{
        ChainParams, DisputeInfo, EncodingInfo, RetrievalInfo, StandingInfo, WindowInfo, WorkerInfo,
    },
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};
use tokio::sync::watch;

/// What a worker asks the chain, all of it at the latest finalized block but for windows and challenges.
#[async_trait]
pub trait ChainView: Send + Sync {
    /// Which chain this is.
    fn genesis_hash(&self) -> [u8; 32];
    /// The latest finalized block, once it is above `after`.
    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError>;
    /// The latest finalized block.
    async fn finalized(&self) -> Result<BlockId, ChainError>;
    /// The chain's parameters.
    async fn params(&self) -> Result<ChainParams, ChainError>;
    /// One worker.
    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError>;
    /// One encoding.
    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError>;
    /// The id that the next encoding will have: no encoding has it yet, nor any above.
    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError>;
    /// All shards assigned to a worker, with their generations.
    async fn assignments(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError>;
    /// The best block, which may be undone.
    async fn best(&self) -> Result<BlockId, ChainError>;
    /// What a worker must show at present, of the best block.
    async fn window(&self, worker: WorkerId) -> Result<Option<WindowInfo>, ChainError>;
    /// Where a worker stands with its proofs.
    async fn standing(&self, worker: WorkerId) -> Result<Option<StandingInfo>, ChainError>;
    /// The open retrieval challenges of a worker, of the best block, the highest bond first.
    async fn open_retrievals(&self, worker: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError>;
    /// The disputes that are open, of all encodings.
    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError>;
    /// Shards of an encoding whose last holder did not show them when it was asked on chain.
    async fn unshown(&self, encoding: EncodingId) -> Result<Vec<ShardIndex>, ChainError>;
    /// Submits a call that authorizes itself, and waits until it is final.
    async fn submit_feeless(&self, call: &Call) -> Result<(), SubmitError>;
}

#[async_trait]
impl<C: Chain> ChainView for C {
    fn genesis_hash(&self) -> [u8; 32] {
        Chain::genesis_hash(self)
    }

    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError> {
        Chain::wait_finalized(self, after).await
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        Chain::finalized(self).await
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        Chain::params(self).await
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        Chain::worker(self, worker).await
    }

    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        Chain::encoding(self, encoding).await
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        Chain::next_encoding_id(self).await
    }

    async fn assignments(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        Chain::encodings_by_worker(self, worker).await
    }

    async fn best(&self) -> Result<BlockId, ChainError> {
        Chain::best(self).await
    }

    async fn window(&self, worker: WorkerId) -> Result<Option<WindowInfo>, ChainError> {
        Chain::window(self, worker).await
    }

    async fn standing(&self, worker: WorkerId) -> Result<Option<StandingInfo>, ChainError> {
        Chain::standing(self, worker).await
    }

    async fn open_retrievals(&self, worker: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError> {
        Chain::open_retrievals(self, worker).await
    }

    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError> {
        Chain::disputes(self).await
    }

    async fn unshown(&self, encoding: EncodingId) -> Result<Vec<ShardIndex>, ChainError> {
        Chain::unshown(self, encoding).await
    }

    async fn submit_feeless(&self, call: &Call) -> Result<(), SubmitError> {
        Chain::submit_feeless(self, call).await.map(drop)
    }
}

/// Makes the first connection; what it returns keeps itself connected.
#[async_trait]
pub trait Connect: Send + Sync {
    /// Connects once.
    async fn connect(&self) -> Result<Arc<dyn ChainView>, ChainError>;
}

/// The latest finalized block this worker knows.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Its number.
    pub number: BlockNumber,
    /// When it was learnt.
    pub learnt: Instant,
    /// The node is far behind what this worker saw before: what it does not know may exist nevertheless.
    pub is_behind: bool,
}

/// The connection and the head, shared by the follower (which sets them) and requests (which read them).
#[derive(Default)]
pub struct ChainLink {
    chain: OnceLock<Arc<dyn ChainView>>,
    head: watch::Sender<Option<Head>>,
}

/// The chain cannot be asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LinkError {
    /// Not connected since the start.
    #[error("the worker has no connection to the chain yet; try again shortly")]
    Connecting,
    /// The node is syncing.
    #[error("the worker's chain node is behind: its finalized block {number} is older than others it has shown; try again when it has caught up")]
    Behind {
        /// Its finalized block.
        number: BlockNumber,
    },
    /// A request failed.
    #[error("the worker cannot ask the chain: {0}")]
    Chain(#[from] ChainError),
    /// Too many requests are under way.
    #[error(transparent)]
    Full(#[from] Full),
}

/// Workers are looked up over the link, whenever it is there.
#[async_trait]
impl Directory for ChainLink {
    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        match self.ready() {
            Ok((chain, _)) => chain.worker(worker).await,
            Err(LinkError::Chain(error)) => Err(error),
            Err(error) => Err(ChainError::Unreachable {
                url: "the chain node".into(),
                reason: error.to_string(),
            }),
        }
    }
}

impl ChainLink {
    /// Sets the connection, once.
    pub fn set_chain(&self, chain: Arc<dyn ChainView>) {
        // A second connection is never made: the first one keeps itself connected.
        let _ = self.chain.set(chain);
    }

    /// Sets the head.
    pub fn set_head(&self, head: Head) {
        self.head.send_replace(Some(head));
    }

    /// The head, if any is known.
    pub fn head(&self) -> Option<Head> {
        *self.head.borrow()
    }

    /// The connection, if there has ever been one.
    pub fn chain(&self) -> Option<&Arc<dyn ChainView>> {
        self.chain.get()
    }

    /// The connection and the head, where the node can be relied on for what is not there.
    pub fn ready(&self) -> Result<(&Arc<dyn ChainView>, Head), LinkError> {
        let chain = self.chain.get().ok_or(LinkError::Connecting)?;
        let head = self.head().ok_or(LinkError::Connecting)?;
        if head.is_behind {
            return Err(LinkError::Behind {
                number: head.number,
            });
        }
        Ok((chain, head))
    }
}
