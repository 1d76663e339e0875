//! Requests to a node: each bounded in time, repeated over a lost connection, and its errors told apart.

use super::{
    runtime::incompatible,
    validators::{Health, RotatedKeys},
    ConnectOptions,
};
use crate::ChainError;
use serde_json::Value as Json;
use std::{
    future::Future,
    ops::Deref,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::Duration,
};
use subxt::{
    config::{substrate::H256, RpcConfigFor},
    rpcs::{
        client::{reconnecting_rpc_client as reconnecting, rpc_params, RpcClient},
        methods::legacy::{Bytes, LegacyRpcMethods},
        utils::url_is_secure,
        Error as RpcError,
    },
    SubstrateConfig,
};

/// JSON-RPC's code for a method that does not exist.
const METHOD_NOT_FOUND: i32 = -32601;
/// Connection attempts before the first one counts as failed.
const FIRST_ATTEMPTS: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(200);
const MAX_DELAY: Duration = Duration::from_secs(10);
/// Longest answer of a node: its metadata, or a block.
const MAX_ANSWER_LEN: u32 = 64 << 20;

/// The requests to a node: subxt's, and ours where its reading of the answer is too narrow.
#[derive(Clone)]
pub(super) struct Methods {
    known: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
    client: RpcClient,
}

impl Methods {
    fn new(client: RpcClient) -> Self {
        Self {
            known: LegacyRpcMethods::new(client.clone()),
            client,
        }
    }

    /// The extrinsics of a block, as the node's JSON has them; `None` for a block it does not know. subxt 0.51 refuses
    /// the whole answer where the block has a justification: nodes write it as a list of numbers, it expects hex.
    pub(super) async fn extrinsics(&self, block: H256) -> Result<Option<Vec<Bytes>>, RpcError> {
        let answer: Option<Json> = self
            .client
            .request("chain_getBlock", rpc_params![block])
            .await?;
        let Some(mut answer) = answer else {
            return Ok(None);
        };
        let extrinsics = answer["block"]["extrinsics"].take();
        serde_json::from_value(extrinsics)
            .map(Some)
            .map_err(RpcError::Deserialization)
    }

    /// Has the node make session keys for an owner and keep them.
    pub(super) async fn rotate_keys_with_owner(
        &self,
        owner: &[u8],
    ) -> Result<RotatedKeys, RpcError> {
        let params = rpc_params![hex_text(owner)];
        let method = "author_rotateKeysWithOwner";
        self.client.request(method, params).await
    }

    /// Whether the node has the secrets of these session keys.
    pub(super) async fn has_session_keys(&self, keys: &[u8]) -> Result<bool, RpcError> {
        let params = rpc_params![hex_text(keys)];
        self.client.request("author_hasSessionKeys", params).await
    }

    /// What the node was started as.
    pub(super) async fn node_roles(&self) -> Result<Vec<String>, RpcError> {
        self.client.request("system_nodeRoles", rpc_params![]).await
    }

    /// Whether it is in step with others.
    pub(super) async fn health(&self) -> Result<Health, RpcError> {
        self.client.request("system_health", rpc_params![]).await
    }
}

impl Deref for Methods {
    type Target = LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>;

    fn deref(&self) -> &Self::Target {
        &self.known
    }
}

/// A node.
pub(super) struct Node {
    pub(super) url: String,
    pub(super) methods: Methods,
    request_timeout: Duration,
}

impl Node {
    /// Connects over WebSocket. A connection that breaks later is made again, for as long as it takes; requests wait
    /// for it within their own bound.
    pub(super) async fn connect(url: &str, options: &ConnectOptions) -> Result<Self, ChainError> {
        check_url(url, options.allow_insecure)?;
        let connected = Arc::new(AtomicBool::new(false));
        let builder = reconnecting::RpcClient::builder()
            // Longer than ours, which says what was asked.
            .request_timeout(options.request.saturating_mul(2))
            .connection_timeout(options.connect)
            .max_response_size(MAX_ANSWER_LEN)
            .retry_policy(Backoff {
                attempt: 0,
                connected: connected.clone(),
            });
        let client = match tokio::time::timeout(options.connect, builder.build(url)).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => return Err(unreachable(url, innermost(&error))),
            Err(_) => {
                return Err(unreachable(
                    url,
                    format!("no connection within {} s", options.connect.as_secs()),
                ))
            }
        };
        connected.store(true, Ordering::Relaxed);
        Ok(Self::new(url, RpcClient::new(client), options))
    }

    pub(super) fn new(url: &str, client: RpcClient, options: &ConnectOptions) -> Self {
        Self {
            url: url.into(),
            methods: Methods::new(client),
            request_timeout: options.request,
        }
    }

    /// Makes a request until it is answered, at most for the request timeout.
    pub(super) async fn ask<T, F>(
        &self,
        what: &str,
        request: impl Fn(Methods) -> F,
    ) -> Result<T, ChainError>
    where
        F: Future<Output = Result<T, RpcError>>,
    {
        let attempts = async {
            loop {
                match request(self.methods.clone()).await {
                    Err(RpcError::DisconnectedWillReconnect(reason)) => {
                        tracing::debug!(
                            url = self.url,
                            what,
                            reason,
                            "connection to the node lost, asking again"
                        );
                    }
                    answer => return answer,
                }
            }
        };
        match tokio::time::timeout(self.request_timeout, attempts).await {
            Ok(answer) => answer.map_err(|error| self.error(what, error)),
            Err(_) => Err(ChainError::Timeout {
                what: what.into(),
                after: self.request_timeout,
            }),
        }
    }

    /// Asks once: what was asked may have been done though no answer came.
    pub(super) async fn ask_once<T>(
        &self,
        request: impl Future<Output = Result<T, RpcError>>,
    ) -> Option<Result<T, RpcError>> {
        tokio::time::timeout(self.request_timeout, request)
            .await
            .ok()
    }

    pub(super) fn error(&self, what: &str, error: RpcError) -> ChainError {
        match error {
            RpcError::User(user) if user.code == METHOD_NOT_FOUND => incompatible(format!(
                "the node does not know the request for {what}: {}",
                user.message
            )),
            RpcError::User(user) => refused(
                what,
                &user.message,
                user.data.as_deref().map(|data| data.get()),
            ),
            RpcError::Deserialization(error) => super::runtime::malformed(what, error),
            RpcError::Decode(error) => super::runtime::malformed(what, error),
            RpcError::DisconnectedWillReconnect(reason) => unreachable(&self.url, reason),
            other => unreachable(&self.url, innermost(&other)),
        }
    }
}

fn hex_text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn refused(what: &str, message: &str, data: Option<&str>) -> ChainError {
    let reason = match data {
        Some(data) => format!("{message} {data}"),
        None => message.into(),
    };
    match reason.contains("State already discarded") {
        true => ChainError::Pruned {
            request: what.into(),
        },
        false => ChainError::Rpc {
            request: what.into(),
            reason,
        },
    }
}

fn unreachable(url: &str, reason: impl ToString) -> ChainError {
    ChainError::Unreachable {
        url: url.into(),
        reason: reason.to_string(),
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

fn check_url(url: &str, allow_insecure: bool) -> Result<(), ChainError> {
    let refuse = |reason: String| {
        Err(ChainError::Address {
            url: url.into(),
            reason,
        })
    };
    if !url.starts_with("ws://") && !url.starts_with("wss://") {
        return refuse("it must begin with ws:// or wss://".into());
    }
    match url_is_secure(url) {
        Ok(true) => Ok(()),
        Ok(false) if allow_insecure => Ok(()),
        Ok(false) => {
            refuse("only a node on this machine may be reached without TLS; use wss://".into())
        }
        Err(error) => refuse(innermost(&error)),
    }
}

/// Delays between attempts to connect: few at first, so that a wrong address is told soon; without end afterwards,
/// so that a worker outlives its node's restarts.
#[derive(Clone, Debug)]
struct Backoff {
    attempt: u32,
    connected: Arc<AtomicBool>,
}

impl Iterator for Backoff {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.attempt = self.attempt.saturating_add(1);
        if self.attempt >= FIRST_ATTEMPTS && !self.connected.load(Ordering::Relaxed) {
            return None;
        }
        let factor = 2u32.saturating_pow(self.attempt.saturating_sub(1));
        Some(FIRST_DELAY.saturating_mul(factor).min(MAX_DELAY))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_may_be_asked_without_tls() {
        for url in [
            "ws://127.0.0.1:9944",
            "ws://localhost:9944",
            "ws://[::1]:9944",
            "wss://rpc.example.org",
        ] {
            assert_eq!(check_url(url, false), Ok(()), "{url}");
        }
        for url in ["ws://192.168.1.1:9944", "ws://rpc.example.org"] {
            assert!(
                matches!(check_url(url, false), Err(ChainError::Address { .. })),
                "{url}"
            );
            assert_eq!(check_url(url, true), Ok(()), "{url}");
        }
        for url in [
            "",
            "http://127.0.0.1:9944",
            "127.0.0.1:9944",
            "ws://",
            "wss://a b",
        ] {
            assert!(
                matches!(check_url(url, true), Err(ChainError::Address { .. })),
                "{url}"
            );
        }
    }

    #[test]
    fn the_first_connection_is_given_up_soon_and_a_later_one_never() {
        let connected = Arc::new(AtomicBool::new(false));
        let backoff = Backoff {
            attempt: 0,
            connected: connected.clone(),
        };
        assert_eq!(backoff.clone().count(), FIRST_ATTEMPTS as usize - 1);
        connected.store(true, Ordering::Relaxed);
        let delays: Vec<_> = backoff.take(100).collect();
        assert_eq!(delays.len(), 100);
        assert_eq!(
            (delays.first(), delays.last()),
            (Some(&FIRST_DELAY), Some(&MAX_DELAY))
        );
    }

    #[test]
    fn discarded_state_is_told_from_other_refusals() {
        let discarded = refused(
            "events",
            "Client error: UnknownBlock: State already discarded for 0x1",
            None,
        );
        assert_eq!(
            discarded,
            ChainError::Pruned {
                request: "events".into()
            }
        );
        assert!(
            matches!(refused("events", "no", Some("\"why\"")), ChainError::Rpc { reason, .. } if reason == "no \"why\"")
        );
    }

    async fn connect_to(listener: &tokio::net::TcpListener) -> (String, Option<ChainError>) {
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let options = ConnectOptions {
            connect: Duration::from_secs(2),
            ..Default::default()
        };
        let error = Node::connect(&url, &options).await.err();
        (url, error)
    }

    #[tokio::test]
    async fn a_node_that_does_not_run_is_unreachable() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = Node::connect(&url, &ConnectOptions::default())
            .await
            .err()
            .unwrap();
        assert!(
            matches!(&error, ChainError::Unreachable { url: named, .. } if *named == url),
            "{error:?}"
        );
        assert!(error.to_string().contains("refused"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (url, error) = connect_to(&listener).await;
        assert!(matches!(error, Some(ChainError::Unreachable { url: named, .. }) if named == url));
    }
}
