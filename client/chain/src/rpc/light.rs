//! The chain without a node to trust: a light client that follows finality by itself.
//!
//! Goals: a read is of a block that the chain's validators have finalized, and its answer is proven against that block's
//! state; peers can withhold, not lie. Everything else is as with a node: the same requests, the same bounds.
//! Limits: it starts from the chain specification, so that file is what is trusted, and it must name a peer or be given
//! one. Of older blocks it knows none by number, so transactions are not followed through it.
//!
//! The light client is smoldot, behind the JSON-RPC that nodes speak.

use super::{node::Node, ConnectOptions, RpcChain, PACE};
use crate::ChainError;
use serde_json::Value as Json;
use std::time::Duration;
use subxt::{
    lightclient::{ChainConfig, LightClient},
    rpcs::client::{rpc_params, RpcClient},
};

/// What messages call it.
const NAME: &str = "a light client";

/// Longest time to find peers and to follow finality up to its head.
const SYNC_TIMEOUT: Duration = Duration::from_secs(120);

/// Between two looks at how far it is.
const SYNC_POLL: Duration = Duration::from_millis(250);

impl RpcChain {
    /// Follows the chain of a specification (JSON, as `ballast-node export-chain-spec --raw` writes it) through its boot
    /// nodes and these, each a multiaddress that ends with a peer id.
    pub async fn light(
        specification: &str,
        boot_nodes: &[String],
        options: ConnectOptions,
    ) -> Result<Self, ChainError> {
        let config = ChainConfig::from(with_boot_nodes(specification, boot_nodes)?);
        let (_, light) = LightClient::relay_chain(config).map_err(unusable)?;
        let client = RpcClient::new(light);
        synced(&client).await?;
        Self::start(Node::new(NAME, client, &options), options, PACE).await
    }
}

/// The specification with more boot nodes.
fn with_boot_nodes(specification: &str, boot_nodes: &[String]) -> Result<String, ChainError> {
    let mut json: Json = serde_json::from_str(specification).map_err(unusable)?;
    let chain = json
        .as_object_mut()
        .ok_or_else(|| unusable("it is no JSON object"))?;
    let known = chain
        .entry("bootNodes")
        .or_insert_with(|| Json::Array(vec![]));
    let known = known
        .as_array_mut()
        .ok_or_else(|| unusable("its bootNodes are no list"))?;
    known.extend(boot_nodes.iter().cloned().map(Json::String));
    match known.is_empty() {
        true => Err(unusable("it names no boot node, and none was given")),
        false => Ok(json.to_string()),
    }
}

/// Waits until it knows the head of finality.
async fn synced(client: &RpcClient) -> Result<(), ChainError> {
    let synced = async {
        loop {
            let health: Json = client
                .request("system_health", rpc_params![])
                .await
                .map_err(|error| ChainError::Unreachable {
                    url: NAME.into(),
                    reason: error.to_string(),
                })?;
            if health["isSyncing"] == false && health["peers"].as_u64() > Some(0) {
                return Ok(());
            }
            tokio::time::sleep(SYNC_POLL).await;
        }
    };
    let timeout = || ChainError::Timeout {
        what: "finding peers and following finality as a light client".into(),
        after: SYNC_TIMEOUT,
    };
    tokio::time::timeout(SYNC_TIMEOUT, synced)
        .await
        .unwrap_or_else(|_| Err(timeout()))
}

fn unusable(reason: impl ToString) -> ChainError {
    ChainError::Specification {
        reason: reason.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PEER: &str =
        "/ip4/127.0.0.1/tcp/30333/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

    fn boot_nodes(specification: &str, more: &[&str]) -> Result<Vec<String>, ChainError> {
        let more: Vec<String> = more.iter().map(ToString::to_string).collect();
        let json: Json = serde_json::from_str(&with_boot_nodes(specification, &more)?).unwrap();
        Ok(serde_json::from_value(json["bootNodes"].clone()).unwrap())
    }

    #[test]
    fn boot_nodes_are_added_to_those_of_the_specification() {
        assert_eq!(boot_nodes(r#"{"bootNodes": ["a"]}"#, &[]).unwrap(), ["a"]);
        assert_eq!(
            boot_nodes(r#"{"bootNodes": ["a"]}"#, &[PEER]).unwrap(),
            ["a", PEER]
        );
        assert_eq!(boot_nodes("{}", &[PEER]).unwrap(), [PEER]);
    }

    #[test]
    fn a_specification_that_cannot_be_used_says_why() {
        for (specification, more) in [
            ("", &[PEER][..]),
            ("[]", &[PEER]),
            (r#"{"bootNodes": 1}"#, &[PEER]),
            (r#"{"bootNodes": []}"#, &[]),
        ] {
            assert!(
                matches!(
                    boot_nodes(specification, more),
                    Err(ChainError::Specification { .. })
                ),
                "{specification}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_chain_is_refused_before_anybody_is_asked() {
        let refused = RpcChain::light("{}", &[PEER.into()], ConnectOptions::default()).await;
        assert!(matches!(refused, Err(ChainError::Specification { .. })));
    }
}
