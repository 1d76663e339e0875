//! A node that is a data structure: it answers the requests that `rpc` makes, and includes what is submitted at once.

use super::metadata::{metadata_bytes, DispatchError, RuntimeEvent, SystemEvent};
use crate::rpc::{node::Node, Pace, RpcChain};
use crate::ConnectOptions;
use codec::{Compact, Decode, Encode};
use futures::stream::{self, StreamExt};
use serde_json::{json, value::RawValue, Value as Json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};
use subxt::events::Phase;
use subxt::rpcs::{
    client::{RawRpcFuture, RawRpcSubscription, RpcClient, RpcClientT},
    Error as RpcError, UserError,
};

pub const GENESIS: [u8; 32] = hash_of(0);

type ViewFunction = Box<dyn Fn(&[u8]) -> Vec<u8> + Send>;

/// How the pool takes the next transaction; by default it is included, succeeds, and is watched to finality.
pub enum Reply {
    /// Not taken, with this error code.
    Refuse(i32),
    /// Included and failed there.
    Fail(DispatchError),
    /// Included, but the connection breaks before the answer.
    Lost,
    /// Included, but the connection breaks while it is watched.
    WatchLost,
    /// Not included: given up with this status.
    GiveUp(&'static str),
    /// Accepted, and nothing happens.
    Silence,
}

/// A block: its transactions and the records of its events.
type Block = (Vec<Vec<u8>>, Vec<Vec<u8>>);

#[derive(Default)]
pub struct State {
    pub genesis: Option<[u8; 32]>,
    /// Bodies and events by block number; all blocks are final.
    blocks: Vec<Block>,
    pub views: BTreeMap<[u8; 32], ViewFunction>,
    pub storage: BTreeMap<Vec<u8>, Vec<u8>>,
    pub replies: VecDeque<Reply>,
    /// The runtime's verdict on any transaction.
    pub verdict: Vec<u8>,
    pub submitted: Vec<Vec<u8>>,
    pub nonce: u64,
    pub requests: Vec<String>,
}

#[derive(Clone, Default)]
pub struct FakeNode(Arc<Mutex<State>>);

/// Hash of the block with this number.
pub const fn hash_of(number: u32) -> [u8; 32] {
    let [a, b, c, d] = number.to_be_bytes();
    let mut hash = [0xb0; 32];
    (hash[0], hash[1], hash[2], hash[3]) = (a, b, c, d);
    hash
}

fn hex(bytes: impl AsRef<[u8]>) -> Json {
    format!("0x{}", hex::encode(bytes)).into()
}

fn unhex(value: &Json) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

impl FakeNode {
    /// A node with these many empty blocks after the first.
    pub fn new(blocks: usize) -> Self {
        let node = Self::default();
        node.state()
            .blocks
            .resize_with(blocks + 1, Default::default);
        node
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub async fn chain(&self) -> RpcChain {
        let options = ConnectOptions {
            finality: Duration::from_millis(800),
            ..Default::default()
        };
        let node = Node::new("ws://fake", RpcClient::new(self.clone()), &options);
        let pace = Pace {
            poll: Duration::from_millis(5),
            resubmit: Duration::from_millis(20),
        };
        RpcChain::start(node, options, pace).await.unwrap()
    }

    /// Adds a block with these events, and transactions of no consequence.
    pub fn add_block(&self, events: &[RuntimeEvent]) {
        let records = events
            .iter()
            .map(|event| record(Phase::Finalization, event))
            .collect();
        self.state().blocks.push((vec![vec![1], vec![2]], records));
    }

    fn answer(&self, method: &str, params: &[Json]) -> Result<Json, RpcError> {
        let mut state = self.state();
        state.requests.push(method.into());
        Ok(match method {
            "chain_getFinalizedHead" => hex(hash_of(state.head())),
            "chain_getBlockHash" => state.block_hash(params),
            "chain_getHeader" => header(state.number(&params[0])),
            "chain_getBlock" => state.block(&params[0]),
            "state_getRuntimeVersion" => json!({ "specVersion": 7, "transactionVersion": 1 }),
            "state_call" => state.call(params[0].as_str().unwrap(), &unhex(&params[1]))?,
            "state_getStorage" => state.storage(&unhex(&params[0]), &params[1]),
            "system_accountNextIndex" => state.nonce.into(),
            "author_rotateKeysWithOwner" => rotated(&unhex(&params[0])),
            "author_hasSessionKeys" => (unhex(&params[0]) == KEYS).into(),
            "system_nodeRoles" => json!(["Authority"]),
            "system_health" => {
                json!({ "peers": 2, "isSyncing": true, "shouldHavePeers": true })
            }
            _ => return Err(RpcError::User(UserError::method_not_found())),
        })
    }

    fn submit(&self, transaction: Vec<u8>) -> Result<Vec<Result<Json, RpcError>>, RpcError> {
        let lost = || RpcError::DisconnectedWillReconnect("the node went away".into());
        let mut state = self.state();
        state.submitted.push(transaction.clone());
        let included = |number: u32| {
            vec![
                Ok(json!("ready")),
                Ok(json!({ "inBlock": hex(hash_of(number)) })),
                Ok(json!({ "finalized": hex(hash_of(number)) })),
            ]
        };
        match state.replies.pop_front() {
            None => Ok(included(state.include(transaction, None))),
            Some(Reply::Fail(error)) => Ok(included(state.include(transaction, Some(error)))),
            Some(Reply::Refuse(code)) => Err(RpcError::User(UserError {
                code,
                message: "refused".into(),
                data: None,
            })),
            Some(Reply::GiveUp(status)) => Ok(vec![Ok(json!("ready")), Ok(json!(status))]),
            Some(Reply::Silence) => Ok(vec![Ok(json!("ready"))]),
            Some(Reply::Lost) => {
                state.include(transaction, None);
                Err(lost())
            }
            Some(Reply::WatchLost) => {
                state.include(transaction, None);
                Ok(vec![Ok(json!("ready")), Err(lost())])
            }
        }
    }
}

/// Session keys that the node has.
pub const KEYS: [u8; 96] = [7; 96];
/// An owner that its runtime makes no proof for, as one without proofs would.
pub const UNPROVEN: [u8; 32] = [0; 32];

/// As a node answers: the proof is the owner, so that a test sees whose it is.
fn rotated(owner: &[u8]) -> Json {
    match owner == UNPROVEN {
        true => json!({ "keys": hex(KEYS) }),
        false => json!({ "keys": hex(KEYS), "proof": hex(owner) }),
    }
}

fn record(phase: Phase, event: &RuntimeEvent) -> Vec<u8> {
    (phase, event, Vec::<[u8; 32]>::new()).encode()
}

fn header(number: u32) -> Json {
    let root = hex([0; 32]);
    json!({
        "parentHash": hex(hash_of(number.saturating_sub(1))), "number": format!("{number:#x}"),
        "stateRoot": root, "extrinsicsRoot": root, "digest": { "logs": [] }
    })
}

impl State {
    fn head(&self) -> u32 {
        self.blocks.len() as u32 - 1
    }

    fn number(&self, hash: &Json) -> u32 {
        u32::from_be_bytes(unhex(hash)[..4].try_into().unwrap())
    }

    fn block_hash(&self, params: &[Json]) -> Json {
        match params.first().and_then(Json::as_u64) {
            Some(0) => hex(self.genesis.unwrap_or(GENESIS)),
            Some(number) if number <= self.head().into() => hex(hash_of(number as u32)),
            Some(_) => Json::Null,
            None => hex(hash_of(self.head())),
        }
    }

    fn block(&self, hash: &Json) -> Json {
        let number = self.number(hash);
        let body: Vec<_> = self.blocks[number as usize].0.iter().map(hex).collect();
        let justifications = json!([[b"FRNK", [1, 2, 3]]]);
        json!({ "block": { "header": header(number), "extrinsics": body }, "justifications": justifications })
    }

    fn call(&self, method: &str, params: &[u8]) -> Result<Json, RpcError> {
        match method {
            "Metadata_metadata_at_version" => Ok(hex(Some(metadata_bytes()).encode())),
            "TransactionPaymentApi_query_info" => Ok(hex(fee_info(params))),
            "TaggedTransactionQueue_validate_transaction" => Ok(hex(&self.verdict)),
            "RuntimeViewFunction_execute_view_function" => {
                let (id, args) = <([u8; 32], Vec<u8>)>::decode(&mut &*params).unwrap();
                Ok(hex(
                    Result::<Vec<u8>, ()>::Ok(self.views[&id](&args)).encode()
                ))
            }
            _ => Err(RpcError::User(UserError::method_not_found())),
        }
    }

    fn storage(&self, key: &[u8], at: &Json) -> Json {
        let events = "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";
        if hex::encode(key) == events {
            let records = &self.blocks[self.number(at) as usize].1;
            let mut bytes = Compact(records.len() as u32).encode();
            records
                .iter()
                .for_each(|record| bytes.extend_from_slice(record));
            return hex(bytes);
        }
        self.storage.get(key).map_or(Json::Null, hex)
    }

    fn include(&mut self, transaction: Vec<u8>, failure: Option<DispatchError>) -> u32 {
        let weight = (Compact(0), Compact(0));
        let outcome = match failure {
            None => SystemEvent::ExtrinsicSuccess { weight },
            Some(dispatch_error) => SystemEvent::ExtrinsicFailed {
                dispatch_error,
                weight,
            },
        };
        let events = vec![record(
            Phase::ApplyExtrinsic(1),
            &RuntimeEvent::System(outcome),
        )];
        self.blocks.push((vec![vec![1], transaction], events));
        self.nonce += 1;
        self.head()
    }
}

/// A planck for each byte of the transaction, which comes with its length.
fn fee_info(params: &[u8]) -> Vec<u8> {
    let (transaction, len) = params.split_at(params.len() - 4);
    assert_eq!(len, (transaction.len() as u32).to_le_bytes());
    Vec::<u8>::decode(&mut &*transaction).expect("an extrinsic is its bytes with their number");
    (Compact(7u64), Compact(8u64), 0u8, transaction.len() as u128).encode()
}

fn raw(value: Json) -> Box<RawValue> {
    RawValue::from_string(value.to_string()).unwrap()
}

fn list(params: Option<Box<RawValue>>) -> Vec<Json> {
    params.map_or_else(Vec::new, |params| {
        serde_json::from_str(params.get()).unwrap()
    })
}

impl RpcClientT for FakeNode {
    fn request_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
    ) -> RawRpcFuture<'a, Box<RawValue>> {
        Box::pin(async move { self.answer(method, &list(params)).map(raw) })
    }

    fn subscribe_raw<'a>(
        &'a self,
        method: &'a str,
        params: Option<Box<RawValue>>,
        _unsubscribe: &'a str,
    ) -> RawRpcFuture<'a, RawRpcSubscription> {
        assert_eq!(method, "author_submitAndWatchExtrinsic");
        Box::pin(async move {
            let statuses = self.submit(unhex(&list(params)[0]))?;
            let statuses = stream::iter(statuses)
                .map(|status| status.map(raw))
                .chain(stream::pending());
            Ok(RawRpcSubscription {
                stream: Box::pin(statuses),
                id: None,
            })
        })
    }
}
