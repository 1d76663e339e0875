//! Validators behind a node of their own: its requests are those that a node answers on its own machine alone.

use super::{node::Methods, runtime::malformed, views, RpcChain};
use crate::{ChainError, NewKeys, NodeState, Validators};
use async_trait::async_trait;
use ballast_core::view::ValidatorInfo;
use serde::Deserialize;

/// The answer to `author_rotateKeysWithOwner`.
#[derive(Deserialize)]
pub(super) struct RotatedKeys {
    keys: String,
    /// None from a node whose chain asks for none.
    #[serde(default)]
    proof: Option<String>,
}

/// The answer to `system_health`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    peers: u64,
    is_syncing: bool,
}

/// A node's role, as `system_nodeRoles` names it.
const VALIDATOR_ROLE: &str = "Authority";

#[async_trait]
impl Validators for RpcChain {
    async fn validator(&self, account: [u8; 32]) -> Result<ValidatorInfo, ChainError> {
        self.view(views::VALIDATORS_VALIDATOR, account).await
    }

    async fn node_state(&self) -> Result<NodeState, ChainError> {
        let roles = |methods: Methods| async move { methods.node_roles().await };
        let roles = self.ask("the node's roles", roles).await?;
        let health = |methods: Methods| async move { methods.health().await };
        let health = self.ask("the node's health", health).await?;
        Ok(NodeState {
            validator: roles.iter().any(|role| role == VALIDATOR_ROLE),
            syncing: health.is_syncing,
            peers: health.peers,
        })
    }

    async fn new_session_keys(&self, owner: [u8; 32]) -> Result<NewKeys, ChainError> {
        let what = "new session keys";
        let request =
            |methods: Methods| async move { methods.rotate_keys_with_owner(&owner).await };
        let made = self.ask(what, request).await?;
        let proof = made
            .proof
            .ok_or_else(|| malformed(what, "the node gave no proof of their ownership"))?;
        Ok(NewKeys {
            keys: bytes(what, &made.keys)?,
            proof: bytes(what, &proof)?,
        })
    }

    async fn has_session_keys(&self, keys: &[u8]) -> Result<bool, ChainError> {
        let request = |methods: Methods| async move { methods.has_session_keys(keys).await };
        self.ask("whether the node has the session keys", request)
            .await
    }
}

fn bytes(what: &str, text: &str) -> Result<Vec<u8>, ChainError> {
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|error| malformed(what, error))
}
