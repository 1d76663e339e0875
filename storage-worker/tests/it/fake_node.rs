//! A chain node as the program meets it: the JSON-RPC that `ballast-chain` speaks, over a WebSocket on loopback, with
//! the metadata of a runtime that has the view functions a worker reads, all answered from a [`FakeChain`].

use crate::fake_chain::FakeChain;
use ballast_core::{EncodingId, ShardIndex, WorkerId};
use ballast_storage_worker::chain::ChainView;
use codec::{Decode, Encode};
use frame_metadata::{v16, RuntimeMetadataPrefixed};
use jsonrpsee::{
    server::{Server, ServerHandle},
    types::{ErrorObjectOwned, Params},
    RpcModule,
};
use scale_info::{meta_type, MetaType, TypeInfo};
use serde_json::{json, Value as Json};
use std::sync::Arc;

/// A node on a port of its own. Stops when dropped.
pub struct FakeNode {
    pub url: String,
    server: ServerHandle,
}

impl FakeNode {
    /// Answers from `chain`. To be called within a tokio runtime.
    pub async fn start(chain: Arc<FakeChain>) -> Self {
        let server = Server::builder().build("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", server.local_addr().unwrap());
        let server = server.start(methods(chain));
        Self { url, server }
    }
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        let _ = self.server.stop();
    }
}

fn methods(chain: Arc<FakeChain>) -> RpcModule<Arc<FakeChain>> {
    let mut module = RpcModule::new(chain);
    module
        .register_method("chain_getFinalizedHead", |_, chain, _| {
            hash_of(chain.number())
        })
        .unwrap();
    module
        .register_method("chain_getBlockHash", |params, chain, _| {
            match first(&params).as_u64() {
                Some(0) => hex(chain.genesis),
                Some(number) => hash_of(number as u32),
                None => hash_of(chain.number()),
            }
        })
        .unwrap();
    module
        .register_method("chain_getHeader", |params, _, _| header(&first(&params)))
        .unwrap();
    module
        .register_method(
            "state_getRuntimeVersion",
            |_, _, _| json!({ "specVersion": 1, "transactionVersion": 1 }),
        )
        .unwrap();
    module
        .register_async_method("state_call", |params, chain, _| async move {
            let params: Vec<Json> = params.parse()?;
            let answer = call(&chain, params[0].as_str().unwrap(), &unhex(&params[1])).await;
            Ok::<_, ErrorObjectOwned>(hex(answer))
        })
        .unwrap();
    module
}

async fn call(chain: &FakeChain, method: &str, params: &[u8]) -> Vec<u8> {
    match method {
        "Metadata_metadata_at_version" => Some(metadata()).encode(),
        "RuntimeViewFunction_execute_view_function" => {
            let (id, args) = <([u8; 32], Vec<u8>)>::decode(&mut &*params).unwrap();
            Ok::<_, ()>(view(chain, id, &mut &*args).await).encode()
        }
        other => panic!("a worker does not call {other}"),
    }
}

const WORKER: [u8; 32] = [1; 32];
const PARAMS: [u8; 32] = [2; 32];
const ENCODING: [u8; 32] = [3; 32];
const NEXT_ID: [u8; 32] = [4; 32];
const BY_WORKER: [u8; 32] = [5; 32];

async fn view(chain: &FakeChain, id: [u8; 32], args: &mut &[u8]) -> Vec<u8> {
    match id {
        WORKER => {
            let worker = chain.worker(Decode::decode(args).unwrap()).await;
            worker.unwrap().encode()
        }
        PARAMS => chain.params().await.unwrap().encode(),
        ENCODING => {
            let encoding = chain.encoding(Decode::decode(args).unwrap()).await;
            encoding.unwrap().encode()
        }
        NEXT_ID => chain.next_encoding_id().await.unwrap().encode(),
        BY_WORKER => {
            let (worker, after, limit) =
                <(WorkerId, Option<(EncodingId, ShardIndex)>, u32)>::decode(args).unwrap();
            let all = chain.assignments(worker).await.unwrap().into_iter();
            let page = all.filter(|shard| after.is_none_or(|after| (shard.0, shard.1) > after));
            page.take(limit as usize).collect::<Vec<_>>().encode()
        }
        other => panic!("there is no view function {other:?}"),
    }
}

/// Hash of the block with this number.
fn hash_of(number: u32) -> Json {
    let mut hash = [0xb0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hex(hash)
}

fn header(hash: &Json) -> Json {
    let number = u32::from_be_bytes(unhex(hash)[..4].try_into().unwrap());
    let root = hex([0; 32]);
    json!({
        "parentHash": hash_of(number.saturating_sub(1)), "number": format!("{number:#x}"),
        "stateRoot": root, "extrinsicsRoot": root, "digest": { "logs": [] }
    })
}

fn first(params: &Params<'_>) -> Json {
    let params: Vec<Json> = params.parse().unwrap_or_default();
    params.into_iter().next().unwrap_or_default()
}

fn hex(bytes: impl AsRef<[u8]>) -> Json {
    format!("0x{}", hex::encode(bytes)).into()
}

fn unhex(value: &Json) -> Vec<u8> {
    hex::decode(value.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

#[derive(TypeInfo)]
struct BlakeTwo256;

#[derive(TypeInfo)]
#[allow(dead_code)]
enum NoCall {
    None,
}

fn metadata() -> Vec<u8> {
    let nothing = meta_type::<()>;
    let by_worker = vec![
        ("worker", meta_type::<WorkerId>()),
        ("after", meta_type::<Option<(EncodingId, ShardIndex)>>()),
        ("limit", meta_type::<u32>()),
    ];
    let worker = vec![("worker", meta_type::<WorkerId>())];
    let encoding = vec![("id", meta_type::<EncodingId>())];
    let blobs = vec![
        view_of("params", PARAMS, vec![]),
        view_of("encoding", ENCODING, encoding),
        view_of("next_encoding_id", NEXT_ID, vec![]),
        view_of("encodings_by_worker", BY_WORKER, by_worker),
    ];
    let system = v16::PalletMetadata {
        associated_types: vec![v16::PalletAssociatedTypeMetadata {
            name: "Hashing",
            ty: meta_type::<BlakeTwo256>(),
            docs: vec![],
        }],
        ..pallet("System", 0, vec![])
    };
    let runtime = v16::RuntimeMetadataV16::new(
        vec![
            system,
            pallet("Workers", 20, vec![view_of("worker", WORKER, worker)]),
            pallet("Blobs", 21, blobs),
        ],
        v16::ExtrinsicMetadata {
            versions: vec![4, 5],
            address_ty: nothing(),
            call_ty: meta_type::<NoCall>(),
            signature_ty: nothing(),
            transaction_extensions_by_version: [(0, vec![])].into_iter().collect(),
            transaction_extensions: vec![],
        },
        vec![],
        v16::OuterEnums {
            call_enum_ty: meta_type::<NoCall>(),
            event_enum_ty: meta_type::<NoCall>(),
            error_enum_ty: nothing(),
        },
        v16::CustomMetadata {
            map: Default::default(),
        },
    );
    RuntimeMetadataPrefixed::from(runtime).encode()
}

fn pallet(
    name: &'static str,
    index: u8,
    view_functions: Vec<v16::PalletViewFunctionMetadata>,
) -> v16::PalletMetadata {
    v16::PalletMetadata {
        name,
        storage: None,
        calls: None,
        event: None,
        constants: vec![],
        error: None,
        associated_types: vec![],
        view_functions,
        index,
        docs: vec![],
        deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
    }
}

/// Clients check what a view function takes, and what it returns by decoding it.
fn view_of(
    name: &'static str,
    id: [u8; 32],
    inputs: Vec<(&'static str, MetaType)>,
) -> v16::PalletViewFunctionMetadata {
    let inputs = inputs.into_iter();
    v16::PalletViewFunctionMetadata {
        id,
        name,
        inputs: inputs
            .map(|(name, ty)| v16::FunctionParamMetadata { name, ty })
            .collect(),
        output: meta_type::<()>(),
        docs: vec![],
        deprecation_info: v16::ItemDeprecationInfo::NotDeprecated,
    }
}
