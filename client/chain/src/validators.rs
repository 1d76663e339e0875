//! Validators: where one stands, and the keys that its node keeps.

use crate::{Chain, ChainError};
use async_trait::async_trait;
use ballast_core::view::ValidatorInfo;

/// Session keys that a node has made and keeps, with its proof that it was asked to by their owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKeys {
    /// The public keys, in the order of the runtime.
    pub keys: Vec<u8>,
    /// Signatures of the keys on the owner.
    pub proof: Vec<u8>,
}

/// What a node says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeState {
    /// Whether it was started with `--validator`.
    pub validator: bool,
    /// Whether it is still catching up with the chain.
    pub syncing: bool,
    /// Other nodes that it is connected to.
    pub peers: u64,
}

/// Reads of the latest finalized block, and requests to one's own node that no other may answer.
#[async_trait]
pub trait Validators: Chain {
    /// Where a validator stands, or who may become one.
    async fn validator(&self, account: [u8; 32]) -> Result<ValidatorInfo, ChainError>;

    /// What the node says of itself.
    async fn node_state(&self) -> Result<NodeState, ChainError>;

    /// Has the node make new session keys for an owner and keep them. Old ones stay.
    async fn new_session_keys(&self, owner: [u8; 32]) -> Result<NewKeys, ChainError>;

    /// Whether the node has the secrets of all of these keys.
    async fn has_session_keys(&self, keys: &[u8]) -> Result<bool, ChainError>;
}
