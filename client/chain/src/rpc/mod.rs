//! The chain behind a node's JSON-RPC.
//!
//! Goals: `runtime` (pure) knows how things are encoded, `node` how to ask; `read` and `submit` join the two.
//! Reads are of the latest finalized block, but for what a worker must show at once. The node is trusted to tell the truth about the chain, as a full node of
//! one's own is; bytes of blobs are not taken on trust from anybody.

mod attestations;
mod fee;
mod inference;
mod json;
mod light;
mod node;
mod outcome;
mod profiles;
mod read;
mod redemption;
mod refusal;
mod retrieval;
mod runtime;
mod submit;
#[cfg(test)]
mod tests;
mod validators;
mod views;

use crate::{
    AccountInfo, BlockId, BlockSource, Call, Chain, ChainError, Finalized, Included, Signer,
    SubmitError,
};
use async_trait::async_trait;
use ballast_core::view::{
    BlobInfo, ChainParams, CommitmentInfo, DisputeInfo, EncodingInfo, ModelInfo, ModelParams,
    NamespaceInfo, PossessionParams, RepairParams, RetrievalInfo, RetrievalParams, Selector,
    StandingInfo, VersionInfo, WindowInfo, WorkerInfo,
};
use ballast_core::{
    Address, Balance, BlockNumber, EncodingId, GroupProof, OperatorId, RetrievalId, ShardIndex,
    WorkerId,
};
use node::Node;
use runtime::Runtime;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use subxt::config::substrate::H256;

/// Bounds and permissions of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// To connect at first.
    pub connect: Duration,
    /// For each request, also over a connection that has to be made again.
    pub request: Duration,
    /// For a transaction, until it is final; and for the next finalized block.
    pub finality: Duration,
    /// Whether a node on another machine may be asked without TLS.
    pub allow_insecure: bool,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            finality: Duration::from_secs(240),
            allow_insecure: false,
        }
    }
}

/// The chain behind a node. Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct RpcChain {
    inner: Arc<Inner>,
}

struct Inner {
    node: Node,
    options: ConnectOptions,
    pace: Pace,
    genesis_hash: H256,
    state: Mutex<Known>,
    /// Held from asking for a nonce until the node's pool has the transaction, so that two do not get the same.
    nonces: tokio::sync::Mutex<()>,
}

/// How often something is done again while waiting.
#[derive(Clone, Copy)]
struct Pace {
    /// Looking at the finalized head, and signing anew after a nonce was taken.
    poll: Duration,
    /// Handing in a transaction whose watch was lost.
    resubmit: Duration,
}

const PACE: Pace = Pace {
    poll: Duration::from_millis(400),
    resubmit: Duration::from_secs(6),
};

/// What need not be asked twice.
#[derive(Default)]
struct Known {
    /// Runtimes by spec version. A chain has few, and old ones are dropped.
    runtimes: BTreeMap<u32, Arc<Runtime>>,
    /// The finalized block asked about last.
    at: Option<At>,
    /// The best block asked about last.
    best: Option<BlockId>,
}

/// A block and its runtime.
#[derive(Clone)]
struct At {
    block: BlockId,
    runtime: Arc<Runtime>,
}

/// Runtimes kept: the present one, and the one before while blocks around an upgrade are read.
const MAX_RUNTIMES: usize = 2;

impl RpcChain {
    /// Connects to the node at a `ws://` or `wss://` URL.
    pub async fn connect(url: &str, options: ConnectOptions) -> Result<Self, ChainError> {
        let node = Node::connect(url, &options).await?;
        Self::start(node, options, PACE).await
    }

    async fn start(node: Node, options: ConnectOptions, pace: Pace) -> Result<Self, ChainError> {
        let genesis_hash = node
            .ask("the genesis hash", |methods| async move {
                methods.genesis_hash().await
            })
            .await?;
        let (state, nonces) = Default::default();
        let chain = Self {
            inner: Arc::new(Inner {
                node,
                options,
                pace,
                genesis_hash,
                state,
                nonces,
            }),
        };
        chain.at_head().await?;
        Ok(chain)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RpcChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RpcChain({})", self.inner.node.url)
    }
}

#[async_trait]
impl Chain for RpcChain {
    fn genesis_hash(&self) -> [u8; 32] {
        self.inner.genesis_hash.0
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        self.at_head().await.map(|at| at.block)
    }

    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError> {
        self.wait_for_block(after.saturating_add(1)).await
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        self.view(views::BLOBS_PARAMS, ()).await
    }

    async fn model_params(&self) -> Result<ModelParams, ChainError> {
        self.view(views::MODELS_PARAMETERS, ()).await
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        self.view(views::WORKERS_WORKER, worker).await
    }

    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        let view = views::WORKERS_WORKERS;
        self.pages(
            view,
            |after: Option<WorkerId>, limit| (after, limit),
            |last: &WorkerInfo| last.worker,
        )
        .await
    }

    async fn has_consent(
        &self,
        operator: OperatorId,
        worker: WorkerId,
    ) -> Result<bool, ChainError> {
        self.view(views::WORKERS_HAS_CONSENT, (operator, worker))
            .await
    }

    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        self.view(views::BLOBS_ENCODING, encoding).await
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        self.view(views::BLOBS_NEXT_ENCODING_ID, ()).await
    }

    async fn encodings(&self, address: Address) -> Result<Vec<EncodingInfo>, ChainError> {
        let view = views::BLOBS_ENCODINGS;
        self.pages(
            view,
            |after, limit| (address, after, limit),
            |last: &EncodingInfo| last.id,
        )
        .await
    }

    async fn blob(&self, address: Address) -> Result<Option<BlobInfo>, ChainError> {
        self.view(views::BLOBS_BLOB, address).await
    }

    async fn is_available(&self, address: Address) -> Result<bool, ChainError> {
        self.view(views::BLOBS_IS_AVAILABLE, address).await
    }

    async fn encodings_by_worker(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        let view = views::BLOBS_ENCODINGS_BY_WORKER;
        let key = |last: &(EncodingId, ShardIndex, u32)| (last.0, last.1);
        self.pages(view, |after, limit| (worker, after, limit), key)
            .await
    }

    async fn best(&self) -> Result<BlockId, ChainError> {
        self.best_block().await
    }

    async fn window(&self, worker: WorkerId) -> Result<Option<WindowInfo>, ChainError> {
        self.best_view(views::POSSESSION_WINDOW, worker).await
    }

    async fn standing(&self, worker: WorkerId) -> Result<Option<StandingInfo>, ChainError> {
        self.view(views::POSSESSION_STANDING, worker).await
    }

    async fn possession_params(&self) -> Result<PossessionParams, ChainError> {
        self.view(views::POSSESSION_PARAMS, ()).await
    }

    async fn repair_params(&self) -> Result<RepairParams, ChainError> {
        self.view(views::BLOBS_REPAIR_PARAMS, ()).await
    }

    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError> {
        self.view(views::BLOBS_DISPUTES, ()).await
    }

    async fn unshown(&self, encoding: EncodingId) -> Result<Vec<ShardIndex>, ChainError> {
        self.view(views::BLOBS_UNSHOWN, encoding).await
    }

    async fn retrieval_params(&self) -> Result<RetrievalParams, ChainError> {
        self.view(views::RETRIEVAL_PARAMS, ()).await
    }

    async fn least_bond(
        &self,
        worker: WorkerId,
        challenger: [u8; 32],
    ) -> Result<Balance, ChainError> {
        self.view(views::RETRIEVAL_LEAST_BOND, (worker, challenger))
            .await
    }

    async fn open_retrievals(&self, worker: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError> {
        self.best_view(views::RETRIEVAL_OPEN, worker).await
    }

    async fn retrieval(&self, id: RetrievalId) -> Result<Option<RetrievalInfo>, ChainError> {
        self.view(views::RETRIEVAL_CHALLENGE, id).await
    }

    async fn retrieved(
        &self,
        id: RetrievalId,
        answered_at: BlockNumber,
    ) -> Result<Option<(Vec<u8>, GroupProof)>, ChainError> {
        self.answer_of(id, answered_at).await
    }

    async fn model(&self, namespace: &str, name: &str) -> Result<Option<ModelInfo>, ChainError> {
        self.view(views::MODELS_MODEL, (namespace, name)).await
    }

    async fn versions(&self, namespace: &str, name: &str) -> Result<Vec<VersionInfo>, ChainError> {
        let view = views::MODELS_VERSIONS;
        self.pages(
            view,
            |after, limit| (namespace, name, after, limit),
            |last: &VersionInfo| last.number,
        )
        .await
    }

    async fn resolve(
        &self,
        namespace: &str,
        name: &str,
        selector: Selector,
    ) -> Result<Option<VersionInfo>, ChainError> {
        self.view(views::MODELS_RESOLVE, (namespace, name, selector))
            .await
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, ChainError> {
        let view = views::MODELS_MODELS;
        let key = |last: &ModelInfo| (last.namespace.clone(), last.name.clone());
        self.pages(view, |after, limit| (after, limit), key).await
    }

    async fn models_in(&self, namespace: &str) -> Result<Vec<ModelInfo>, ChainError> {
        let view = views::MODELS_MODELS_IN;
        self.pages(
            view,
            |after, limit| (namespace, after, limit),
            |last: &ModelInfo| last.name.clone(),
        )
        .await
    }

    async fn versions_of_manifest(
        &self,
        manifest: Address,
    ) -> Result<Vec<(String, String, u32)>, ChainError> {
        let found: Vec<(Vec<u8>, Vec<u8>, u32)> = self
            .view(views::MODELS_VERSIONS_OF_MANIFEST, manifest)
            .await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(found
            .iter()
            .map(|(namespace, name, version)| (text(namespace), text(name), *version))
            .collect())
    }

    async fn namespace(&self, namespace: &str) -> Result<Option<NamespaceInfo>, ChainError> {
        self.view(views::MODELS_NAMESPACE, namespace).await
    }

    async fn commitment(&self, account: [u8; 32]) -> Result<Option<CommitmentInfo>, ChainError> {
        self.view(views::MODELS_COMMITMENT, account).await
    }

    async fn account(&self, account: [u8; 32]) -> Result<AccountInfo, ChainError> {
        self.balances(account).await
    }

    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ChainError> {
        self.nonce(account).await
    }

    async fn fee(&self, calls: &[Call]) -> Result<Balance, ChainError> {
        self.fee_of(calls).await
    }

    async fn submit(&self, calls: &[Call], signer: &Signer) -> Result<Included, SubmitError> {
        self.submit_signed(calls, signer).await
    }

    async fn submit_feeless(&self, call: &Call) -> Result<Included, SubmitError> {
        self.submit_general(call).await
    }
}

#[async_trait]
impl BlockSource for RpcChain {
    async fn next_finalized(&self, after: BlockNumber) -> Result<Finalized, ChainError> {
        self.finalized_block(after.saturating_add(1)).await
    }
}
