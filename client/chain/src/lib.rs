//! The chain as clients see it.
//!
//! Goals: reads, transactions and finalized blocks behind the object-safe traits [`Chain`] and [`BlockSource`], so that
//! publishing, fetching and the storage worker run the same against a node ([`RpcChain`]) and in a simulation; every
//! request and every wait is bounded; errors say whether to change the request, to try again or to give up.
//! [`RpcChain::light`] is the same without a node that has to be trusted.
//! Non-goals: keeping keys (a [`Signer`] only uses one).
//!
//! No code is generated from metadata. A [`Call`] carries the SCALE bytes of `ballast-core` types, its indices come from
//! the node's metadata by name, and the bytes are checked against the metadata before anything is signed: a node whose
//! runtime differs gives [`ChainError::Incompatible`] and never a wrong transaction.
//! This is the only crate that names subxt.

mod attestations;
pub mod calls;
mod error;
mod events;
mod inference;
pub mod key_file;
mod profiles;
mod rpc;
pub mod secret_uri;
mod signer;
pub mod ss58;
mod types;
mod validators;

pub use attestations::{Attestations, EvidenceBundle};
pub use calls::Call;
pub use error::{ChainError, DispatchFailure, ErrorClass, Refusal, SubmitError};
pub use events::{BlobEvent, Event};
pub use inference::Inference;
pub use profiles::Profiles;
pub use rpc::{ConnectOptions, RpcChain};
pub use signer::{verify, Signer, SignerError};
pub use types::{AccountInfo, BlockId, Finalized, Included};
pub use validators::{NewKeys, NodeState, Validators};

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

/// Reads and transactions. Reads are of the latest finalized block; a read of several pages is of one block.
#[async_trait]
pub trait Chain: Send + Sync {
    /// Hash of the first block: which chain this is. Signed messages carry it.
    fn genesis_hash(&self) -> [u8; 32];

    /// The latest finalized block.
    async fn finalized(&self) -> Result<BlockId, ChainError>;

    /// Waits until a block above `after` is finalized and returns the latest one, or [`ChainError::Timeout`].
    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError>;

    /// Parameters of the chain and its current storage epoch and price.
    async fn params(&self) -> Result<ChainParams, ChainError>;

    /// Ages of namespace commitments, and the deposits for names.
    async fn model_params(&self) -> Result<ModelParams, ChainError>;

    /// One worker.
    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError>;

    /// All workers.
    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError>;

    /// Whether an operator lets a worker name it.
    async fn has_consent(&self, operator: OperatorId, worker: WorkerId)
        -> Result<bool, ChainError>;

    /// One encoding.
    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError>;

    /// The id that the next encoding will have. Every encoding there ever was has a smaller one.
    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError>;

    /// All encodings of an address, certified or pending.
    async fn encodings(&self, address: Address) -> Result<Vec<EncodingInfo>, ChainError>;

    /// What the chain knows under an address: its bytes, or its encodings. `None` if nothing.
    async fn blob(&self, address: Address) -> Result<Option<BlobInfo>, ChainError>;

    /// Whether an address is inline or has a certified encoding.
    async fn is_available(&self, address: Address) -> Result<bool, ChainError>;

    /// What a worker is assigned: encoding, shard and the shard's generation.
    async fn encodings_by_worker(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError>;

    /// The best block: what the node takes for the head, final or not.
    async fn best(&self) -> Result<BlockId, ChainError> {
        self.finalized().await
    }

    /// What a worker must show at present, of the best block: a window is shorter than finality may take. On another
    /// fork it may ask for other chunks, so read it again at each block. A runtime without challenges gives
    /// [`ChainError::Incompatible`], here and below.
    async fn window(&self, _: WorkerId) -> Result<Option<WindowInfo>, ChainError> {
        Err(without("windows of possession proofs"))
    }

    /// Where a worker stands with its proofs.
    async fn standing(&self, _: WorkerId) -> Result<Option<StandingInfo>, ChainError> {
        Err(without("the standing of workers"))
    }

    /// How often workers are asked, and what a miss costs.
    async fn possession_params(&self) -> Result<PossessionParams, ChainError> {
        Err(without("parameters of possession proofs"))
    }

    /// When lost shards are drawn again, and what their repair brings.
    async fn repair_params(&self) -> Result<RepairParams, ChainError> {
        Err(without("parameters of repairs"))
    }

    /// The disputes that are open, of all encodings.
    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError> {
        Err(without("disputes"))
    }

    /// Shards of an encoding whose last holder did not show them when it was asked on chain.
    async fn unshown(&self, _: EncodingId) -> Result<Vec<ShardIndex>, ChainError> {
        Err(without("disputes"))
    }

    /// What a retrieval challenge costs, and what a miss costs.
    async fn retrieval_params(&self) -> Result<RetrievalParams, ChainError> {
        Err(without("retrieval challenges"))
    }

    /// The bond that a challenge by an account to a worker must offer, at least.
    async fn least_bond(&self, _: WorkerId, _challenger: [u8; 32]) -> Result<Balance, ChainError> {
        Err(without("retrieval challenges"))
    }

    /// The open challenges of a worker, the highest bond first, of the best block: a deadline may be shorter than finality
    /// takes.
    async fn open_retrievals(&self, _: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError> {
        Err(without("retrieval challenges"))
    }

    /// A challenge that is open or was over lately.
    async fn retrieval(&self, _: RetrievalId) -> Result<Option<RetrievalInfo>, ChainError> {
        Err(without("retrieval challenges"))
    }

    /// What answered a challenge, from the finalized block that has the answer. The bytes are not checked against the
    /// shard's root here.
    async fn retrieved(
        &self,
        _: RetrievalId,
        _answered_at: BlockNumber,
    ) -> Result<Option<(Vec<u8>, GroupProof)>, ChainError> {
        Err(without("retrieval challenges"))
    }

    /// One model.
    async fn model(&self, namespace: &str, name: &str) -> Result<Option<ModelInfo>, ChainError>;

    /// All versions of a model, oldest first.
    async fn versions(&self, namespace: &str, name: &str) -> Result<Vec<VersionInfo>, ChainError>;

    /// The version a selector names.
    async fn resolve(
        &self,
        namespace: &str,
        name: &str,
        selector: Selector,
    ) -> Result<Option<VersionInfo>, ChainError>;

    /// All models.
    async fn models(&self) -> Result<Vec<ModelInfo>, ChainError>;

    /// The models of a namespace.
    async fn models_in(&self, namespace: &str) -> Result<Vec<ModelInfo>, ChainError>;

    /// Who published a manifest: namespace, name, version number; of very many the first 256.
    async fn versions_of_manifest(
        &self,
        manifest: Address,
    ) -> Result<Vec<(String, String, u32)>, ChainError>;

    /// One namespace, found also by another spelling that folds to the same.
    async fn namespace(&self, namespace: &str) -> Result<Option<NamespaceInfo>, ChainError>;

    /// The open namespace commitment of an account.
    async fn commitment(&self, account: [u8; 32]) -> Result<Option<CommitmentInfo>, ChainError>;

    /// Balances and nonce of an account; zeros for one that does not exist.
    async fn account(&self, account: [u8; 32]) -> Result<AccountInfo, ChainError>;

    /// Number of an account's next transaction, counting those that are not final yet or wait in the node's pool. Where
    /// there is no pool nothing waits.
    async fn next_nonce(&self, account: [u8; 32]) -> Result<u64, ChainError> {
        Ok(self.account(account).await?.nonce.into())
    }

    /// What calls would cost in fees as one transaction at present. Where there are no fees it is nothing.
    async fn fee(&self, calls: &[Call]) -> Result<Balance, ChainError> {
        let _ = calls;
        Ok(0)
    }

    /// Signs and submits one call, or several that succeed or fail together, and waits until they are final.
    async fn submit(&self, calls: &[Call], signer: &Signer) -> Result<Included, SubmitError>;

    /// Submits a call that authorizes itself and costs nothing (`Blobs::certify`, `Blobs::attest_rebuild`,
    /// `Possession::prove`, `Retrieval::answer`), and waits until it is final.
    async fn submit_feeless(&self, call: &Call) -> Result<Included, SubmitError>;
}

/// Finalized blocks in order, each exactly once: what a storage worker follows.
#[async_trait]
pub trait BlockSource: Send + Sync {
    /// The finalized block number `after + 1` with its events, waiting for it within a bound
    /// ([`ChainError::Timeout`]). [`ChainError::Pruned`] means the follower fell behind what the node keeps: read the
    /// whole state again and go on from [`Chain::finalized`].
    async fn next_finalized(&self, after: BlockNumber) -> Result<Finalized, ChainError>;
}

fn without(what: &str) -> ChainError {
    ChainError::Incompatible {
        what: format!("this chain has no {what}"),
    }
}
