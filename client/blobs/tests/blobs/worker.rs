//! A storage worker in memory, behind HTTP on loopback. It can be told to fail.

use crate::{chain::MemoryChain, rules::GENESIS};
use axum::{
    body::Bytes,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
    Json, Router,
};
use ballast_chain::Signer;
use ballast_core::{
    receipt::{fingerprint_point, Receipt, ReceiptBody},
    tree::verify_group,
    view::{EncodingInfo, WorkerInfo, WorkerStatus},
    BlockIndex, CellTable, ChainingValue, EncodingId, Fingerprint, Group, Layout, OperatorId,
    ShardIndex, ShardValues, WorkerId,
};
use ballast_erasure::{Fingerprinter, Point};
use ballast_worker_api::{
    decode_frame, encode_frame, routes, ErrorBody, ErrorCode, ShardState, ShardStatus,
};
use codec::Encode;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};

/// How a worker behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Honest,
    /// Takes requests and never answers.
    Hangs,
    /// Answers every request with 500.
    Fails,
    /// Answers every request with 200 and nonsense.
    Babbles,
    /// Serves groups with one flipped bit, proofs as they are.
    LiesInGroups,
    /// Serves another cell table.
    LiesInTables,
    /// Signs a wrong fingerprint.
    LiesInReceipts,
    /// Signs receipts with another key.
    Forges,
    /// Has not heard of anything yet.
    Behind,
    /// Answers, but slowly.
    Slow,
    /// Answers, but takes no block: the request hangs.
    HangsOnBlocks,
    /// Takes no more than one block in all.
    Full,
}

pub struct FakeWorker {
    pub id: WorkerId,
    signer: Signer,
    chain: Arc<MemoryChain>,
    mood: Mutex<Mood>,
    shards: Mutex<HashMap<(EncodingId, ShardIndex), Shard>>,
    tables: Mutex<HashMap<EncodingId, Bytes>>,
    /// Bytes of blocks that came in, and went out.
    pub received: AtomicU64,
    pub served: AtomicU64,
    /// Requests for groups that were answered.
    pub groups: AtomicU64,
    /// When each block was on its way, in or out.
    pub moves: Mutex<Vec<(Instant, Instant)>>,
    server: Mutex<Option<tokio::task::JoinHandle<()>>>,
}

struct Shard {
    bytes: Vec<u8>,
    have: BTreeSet<u32>,
    /// Once a group of it was asked for.
    values: Option<Arc<ShardValues>>,
}

struct Refusal(ErrorCode);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status()).unwrap();
        (status, Json(ErrorBody::new(self.0, "as told"))).into_response()
    }
}

impl FakeWorker {
    /// Starts a worker and registers it on chain.
    pub async fn start(chain: &Arc<MemoryChain>, number: u8) -> Arc<Self> {
        let signer = Signer::from_dev(&format!("Alice//worker{number}")).unwrap();
        let worker = Arc::new(Self {
            id: WorkerId([number; 32]),
            signer,
            chain: chain.clone(),
            mood: Mutex::default(),
            shards: Mutex::default(),
            tables: Mutex::default(),
            received: AtomicU64::new(0),
            served: AtomicU64::new(0),
            groups: AtomicU64::new(0),
            moves: Mutex::default(),
            server: Mutex::default(),
        });
        let endpoint = worker.clone().serve().await;
        let info = worker.info(endpoint);
        chain.read(|state| state.workers.insert(worker.id, info));
        worker
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn moved(&self, begun: Instant) {
        self.moves.lock().unwrap().push((begun, Instant::now()));
    }

    /// Ends the worker: its port refuses connections.
    pub async fn stop(&self) {
        let server = self.server.lock().unwrap().take();
        if let Some(server) = server {
            server.abort();
            let _ = server.await;
        }
    }

    /// Loses what it has of an encoding.
    pub fn forget(&self, encoding: EncodingId) {
        let mut shards = self.shards.lock().unwrap();
        shards.retain(|(of, _), _| *of != encoding);
    }

    /// Starts again with what it had, at another port.
    pub async fn restart(self: &Arc<Self>) {
        let endpoint = self.clone().serve().await;
        let info = self.info(endpoint);
        self.chain.read(|state| state.workers.insert(self.id, info));
    }

    fn info(&self, endpoint: String) -> WorkerInfo {
        WorkerInfo {
            worker: self.id,
            operator: OperatorId(self.id.0),
            endpoint: endpoint.into_bytes(),
            receipt_key: self.signer.account(),
            stake: 1_000_000_000_000,
            capacity: 1 << 40,
            assigned_bytes: 0,
            ask_per_gib_epoch: 1,
            status: WorkerStatus::Active,
            joined_at: 0,
        }
    }

    async fn serve(self: Arc<Self>) -> String {
        let app = Router::new()
            .route(routes::TABLE, get(get_table).put(put_table))
            .route(routes::SHARD_STATE, get(shard_state))
            .route(routes::BLOCK, put(put_block))
            .route(routes::RECEIPT, post(receipt))
            .route(routes::GROUP, get(group))
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        *self.server.lock().unwrap() = Some(server);
        endpoint
    }

    /// The mood, after it has taken its effect.
    async fn mood(&self) -> Result<Mood, Response> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Hangs => std::future::pending().await,
            Mood::Slow => tokio::time::sleep(Duration::from_millis(300)).await,
            Mood::Fails => return Err(Refusal(ErrorCode::Internal).into_response()),
            Mood::Behind => return Err(Refusal(ErrorCode::NotSynced).into_response()),
            Mood::Babbles => return Err(vec![0xff; 300].into_response()),
            _ => {}
        }
        Ok(mood)
    }

    /// The encoding, its layout, and the generation of the worker's shard.
    fn assigned(
        &self,
        id: EncodingId,
        shard: ShardIndex,
    ) -> Result<(EncodingInfo, Layout, u32), Refusal> {
        let info = self
            .chain
            .read(|state| state.encodings.get(&id).map(|stored| stored.info.clone()));
        let info = info
            .filter(|info| info.seed.is_some())
            .ok_or(Refusal(ErrorCode::NotSynced))?;
        let layout = Layout::new(info.len, info.code).unwrap();
        let assignment = layout
            .held_shards()
            .position(|held| held == shard)
            .map(|at| info.assignments[at]);
        match assignment.filter(|assignment| assignment.worker == self.id) {
            Some(assignment) => Ok((info, layout, assignment.generation)),
            None => Err(Refusal(ErrorCode::NotAssigned)),
        }
    }

    fn missing(
        &self,
        key: (EncodingId, ShardIndex),
        layout: &Layout,
    ) -> Vec<(BlockIndex, BlockIndex)> {
        let blocks = layout.shard_len(key.1).div_ceil(1 << 20) as u32;
        let shards = self.shards.lock().unwrap();
        let has = |block: &u32| {
            shards
                .get(&key)
                .is_some_and(|shard| shard.have.contains(block))
        };
        (0..blocks)
            .filter(|block| !has(block))
            .map(|block| (BlockIndex(block), BlockIndex(block + 1)))
            .collect()
    }
}

async fn put_table(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path(encoding): Path<u64>,
    body: Bytes,
) -> Response {
    if let Err(answer) = worker.mood().await {
        return answer;
    }
    let id = EncodingId(encoding);
    let info = worker.chain.read(|state| state.encodings[&id].info.clone());
    let layout = Layout::new(info.len, info.code).unwrap();
    let table = CellTable::new(layout, values(&body)).unwrap();
    assert_eq!(
        (table.address(), table.shard_roots()),
        (info.address, info.roots)
    );
    worker.tables.lock().unwrap().insert(id, body);
    StatusCode::NO_CONTENT.into_response()
}

async fn get_table(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path(encoding): Path<u64>,
) -> Response {
    let mood = match worker.mood().await {
        Ok(mood) => mood,
        Err(answer) => return answer,
    };
    let table = worker
        .tables
        .lock()
        .unwrap()
        .get(&EncodingId(encoding))
        .cloned();
    match table {
        Some(table) if mood == Mood::LiesInTables => flipped(&table).into_response(),
        Some(table) => table.into_response(),
        None => Refusal(ErrorCode::NotFound).into_response(),
    }
}

async fn shard_state(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path((id, shard)): Path<(u64, u8)>,
) -> Response {
    let answer = async {
        let key = (EncodingId(id), ShardIndex(shard));
        let (_, layout, _) = worker.assigned(key.0, key.1)?;
        let missing = worker.missing(key, &layout);
        let status = if missing.is_empty() {
            ShardStatus::Held
        } else {
            ShardStatus::Receiving
        };
        let (encoding, blocks) = (key.0, layout.blocks());
        let table = worker.tables.lock().unwrap().contains_key(&encoding);
        let state = ShardState {
            encoding,
            shard: key.1,
            status,
            blocks,
            missing,
            table,
        };
        Ok::<_, Refusal>(Json(state).into_response())
    };
    match worker.mood().await {
        Ok(_) => answer.await.into_response(),
        Err(answer) => answer,
    }
}

async fn put_block(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path((id, shard, block)): Path<(u64, u8, u32)>,
    body: Bytes,
) -> Response {
    let begun = Instant::now();
    let mood = match worker.mood().await {
        Ok(mood) => mood,
        Err(answer) => return answer,
    };
    if mood == Mood::HangsOnBlocks {
        std::future::pending::<()>().await;
    }
    let taken = take_block(
        &worker,
        mood,
        (EncodingId(id), ShardIndex(shard)),
        BlockIndex(block),
        body,
    );
    worker.moved(begun);
    taken.into_response()
}

fn take_block(
    worker: &FakeWorker,
    mood: Mood,
    key: (EncodingId, ShardIndex),
    block: BlockIndex,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let (info, layout, _) = worker.assigned(key.0, key.1)?;
    let (proof, bytes) = decode_frame(&body).map_err(|_| Refusal(ErrorCode::BadRequest))?;
    let root = info.roots[usize::from(key.1 .0)].unwrap();
    verify_group(&layout, key.1, Group::block(block), &bytes, &proof, &root)
        .map_err(|_| Refusal(ErrorCode::WrongBytes))?;
    let mut shards = worker.shards.lock().unwrap();
    if mood == Mood::Full && shards.values().any(|shard| !shard.have.is_empty()) {
        return Err(Refusal(ErrorCode::NoSpace));
    }
    let len = layout.shard_len(key.1) as usize;
    let shard = shards.entry(key).or_insert_with(|| Shard {
        bytes: vec![0; len],
        have: BTreeSet::new(),
        values: None,
    });
    shard.values = None;
    let start = block.0 as usize * (1 << 20);
    shard.bytes[start..start + bytes.len()].copy_from_slice(&bytes);
    shard.have.insert(block.0);
    worker
        .received
        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
    Ok(StatusCode::NO_CONTENT)
}

async fn receipt(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path((id, shard)): Path<(u64, u8)>,
) -> Response {
    let mood = match worker.mood().await {
        Ok(mood) => mood,
        Err(answer) => return answer,
    };
    let signed = sign(&worker, mood, (EncodingId(id), ShardIndex(shard)));
    signed
        .map(|receipt| receipt.encode().into_response())
        .into_response()
}

fn sign(
    worker: &FakeWorker,
    mood: Mood,
    key: (EncodingId, ShardIndex),
) -> Result<Receipt, Refusal> {
    let (info, layout, generation) = worker.assigned(key.0, key.1)?;
    if !worker.missing(key, &layout).is_empty() {
        return Err(Refusal(ErrorCode::Incomplete));
    }
    let point = fingerprint_point(&info.seed.unwrap(), &info.roots);
    let mut fingerprinter = Fingerprinter::new(Point::new(point));
    fingerprinter.update(0, &worker.shards.lock().unwrap()[&key].bytes);
    let Fingerprint(mut fingerprint) = fingerprinter.finish();
    fingerprint[3] ^= u8::from(mood == Mood::LiesInReceipts);
    let (now, max_age) = worker
        .chain
        .read(|state| (state.block, state.params.receipt_max_age));
    let body = ReceiptBody {
        genesis_hash: GENESIS,
        encoding: key.0,
        shard: key.1,
        generation,
        fingerprint: Fingerprint(fingerprint),
        expires: now + max_age,
    };
    let signer = match mood {
        Mood::Forges => Signer::from_dev("Eve").unwrap(),
        _ => worker.signer.clone(),
    };
    Ok(Receipt::new(&body, signer.sign(&body.signing_payload())))
}

async fn group(
    Extract(worker): Extract<Arc<FakeWorker>>,
    Path((id, shard, start, len)): Path<(u64, u8, u64, u64)>,
) -> Response {
    let begun = Instant::now();
    let mood = match worker.mood().await {
        Ok(mood) => mood,
        Err(answer) => return answer,
    };
    let key = (EncodingId(id), ShardIndex(shard));
    let served = tokio::task::spawn_blocking({
        let worker = worker.clone();
        move || serve_group(&worker, key, Group { start, len })
    });
    let (proof, bytes) = match served.await.unwrap() {
        Ok(served) => served,
        Err(refusal) => return refusal.into_response(),
    };
    worker
        .served
        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
    worker.groups.fetch_add(1, Ordering::Relaxed);
    worker.moved(begun);
    let bytes = if mood == Mood::LiesInGroups {
        flipped(&bytes)
    } else {
        bytes
    };
    encode_frame(&proof, &bytes).into_response()
}

fn serve_group(
    worker: &FakeWorker,
    key: (EncodingId, ShardIndex),
    group: Group,
) -> Result<(ballast_core::GroupProof, Vec<u8>), Refusal> {
    let info = worker
        .chain
        .read(|state| state.encodings[&key.0].info.clone());
    let layout = Layout::new(info.len, info.code).unwrap();
    let mut shards = worker.shards.lock().unwrap();
    let shard = shards.get_mut(&key).ok_or(Refusal(ErrorCode::NotFound))?;
    let range = group
        .range(&layout, key.1)
        .map_err(|_| Refusal(ErrorCode::BadRange))?;
    let bytes = &shard.bytes;
    let values = shard.values.get_or_insert_with(|| {
        let mut units = Vec::new();
        ShardValues::hash_units(&layout, key.1, 0, bytes, &mut units).unwrap();
        Arc::new(ShardValues::new(&layout, key.1, units).unwrap())
    });
    let block = layout.block_range(key.1, group.block_index().unwrap());
    let proof = values
        .prove_group(
            group,
            &shard.bytes[block.start as usize..block.end as usize],
        )
        .unwrap();
    Ok((
        proof,
        shard.bytes[range.start as usize..range.end as usize].to_vec(),
    ))
}

fn values(table: &[u8]) -> Vec<ChainingValue> {
    table
        .chunks(32)
        .map(|value| ChainingValue(value.try_into().unwrap()))
        .collect()
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut flipped = bytes.to_vec();
    flipped[bytes.len() / 2] ^= 4;
    flipped
}
