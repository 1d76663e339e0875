//! The chain as a malicious worker's other parts see it: what it ignores is not there, what it sends is twisted.

use crate::mode::{Mode, Twist};
use async_trait::async_trait;
use ballast_chain::{BlockId, Call, ChainError, SubmitError};
use ballast_core::{
    view::{
        ChainParams, DisputeInfo, EncodingInfo, RetrievalInfo, StandingInfo, WindowInfo, WorkerInfo,
    },
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use ballast_storage_worker::{
    chain::{ChainView, Connect},
    worker::RpcConnect,
};
use std::sync::{Arc, Mutex, PoisonError};

/// Connects to a node, and lies to it.
pub struct LyingConnect {
    /// The connection.
    pub connect: RpcConnect,
    /// How it lies.
    pub mode: Mode,
}

#[async_trait]
impl Connect for LyingConnect {
    async fn connect(&self) -> Result<Arc<dyn ChainView>, ChainError> {
        Ok(Arc::new(LyingChain {
            chain: self.connect.connect().await?,
            mode: self.mode,
            twist: Mutex::new(Twist::new(self.mode)),
        }))
    }
}

struct LyingChain {
    chain: Arc<dyn ChainView>,
    mode: Mode,
    twist: Mutex<Twist>,
}

#[async_trait]
impl ChainView for LyingChain {
    async fn window(&self, worker: WorkerId) -> Result<Option<WindowInfo>, ChainError> {
        let window = self.chain.window(worker).await?;
        if let (Some(window), true) = (&window, self.mode.ignores_windows()) {
            tracing::info!(
                epoch = window.epoch.0,
                picks = window.picks.len(),
                "lie: a window is ignored"
            );
            return Ok(None);
        }
        Ok(window)
    }

    async fn open_retrievals(&self, worker: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError> {
        let open = self.chain.open_retrievals(worker).await?;
        if self.mode.ignores_challenges() {
            for challenge in open {
                tracing::info!(challenge = challenge.id.0, "lie: a challenge is ignored");
            }
            return Ok(Vec::new());
        }
        Ok(open)
    }

    async fn submit_feeless(&self, call: &Call) -> Result<(), SubmitError> {
        let twisted = self
            .twist
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .of(call);
        let Some(twisted) = twisted else {
            return self.chain.submit_feeless(call).await;
        };
        let sent = self.chain.submit_feeless(&twisted).await;
        match &sent {
            Ok(()) => tracing::error!(call = call.call, "lie: the chain took a false call"),
            Err(error) => tracing::info!(call = call.call, %error, "lie: a false call was refused"),
        }
        sent
    }

    fn genesis_hash(&self) -> [u8; 32] {
        self.chain.genesis_hash()
    }

    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError> {
        self.chain.wait_finalized(after).await
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        self.chain.finalized().await
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        self.chain.params().await
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        self.chain.worker(worker).await
    }

    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        self.chain.encoding(encoding).await
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        self.chain.next_encoding_id().await
    }

    async fn assignments(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        self.chain.assignments(worker).await
    }

    async fn best(&self) -> Result<BlockId, ChainError> {
        self.chain.best().await
    }

    async fn standing(&self, worker: WorkerId) -> Result<Option<StandingInfo>, ChainError> {
        self.chain.standing(worker).await
    }

    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError> {
        self.chain.disputes().await
    }

    async fn unshown(&self, encoding: EncodingId) -> Result<Vec<ShardIndex>, ChainError> {
        self.chain.unshown(encoding).await
    }
}
