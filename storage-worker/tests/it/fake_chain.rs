//! A chain in memory, and a worker that follows it.

use crate::sample::{Sample, MINE, OTHER};
use async_trait::async_trait;
use ballast_chain::{BlockId, Call, ChainError, DispatchFailure, Refusal, SubmitError};
use ballast_core::{
    challenge::{ChunkProof, ShardChunk},
    dispute::RebuildAttestation,
    price::Deposit,
    receipt::Receipt,
    tree::verify_group,
    view::{
        ChainParams, DisputeInfo, EncodingInfo, RetrievalInfo, StandingInfo, WindowInfo,
        WorkerInfo, WorkerStatus,
    },
    ChunkIndex, EncodingId, Group, GroupProof, Layout, OperatorId, RetrievalId, ShardIndex,
    StorageEpoch, WorkerId,
};
use ballast_storage_worker::{
    assign::generation,
    chain::{ChainView, Connect},
    config::{Config, Limits, LogFormat},
    key::ReceiptKey,
    worker::Worker,
};
use ballast_worker_api::{EndpointPolicy, WorkerClient};
use codec::{Decode, DecodeAll};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU32, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};
use tokio::sync::watch;

pub const GENESIS: [u8; 32] = [9; 32];
pub const RECEIPT_MAX_AGE: u32 = 600;
const WAIT: Duration = Duration::from_secs(5);

/// A chain whose state is set by the test.
pub struct FakeChain {
    pub genesis: [u8; 32],
    pub encodings: Mutex<BTreeMap<EncodingId, EncodingInfo>>,
    pub worker: Mutex<Option<WorkerInfo>>,
    /// Other workers.
    pub others: Mutex<BTreeMap<WorkerId, WorkerInfo>>,
    /// What the best block asks of this worker.
    pub window: Mutex<Option<WindowInfo>>,
    pub standing: Mutex<Option<StandingInfo>>,
    pub retrievals: Mutex<Vec<RetrievalInfo>>,
    pub disputes: Mutex<Vec<DisputeInfo>>,
    /// Shards that their last holders did not show.
    pub unshown: Mutex<Vec<(EncodingId, ShardIndex)>>,
    /// Calls that were submitted.
    pub submitted: Mutex<Vec<Call>>,
    /// What becomes of calls.
    pub pool: Mutex<Pool>,
    best: AtomicU32,
    /// No request is answered, and no connection made.
    pub is_down: AtomicBool,
    /// Questions about encodings.
    pub questions: AtomicU32,
    /// Questions about the next id.
    pub id_questions: AtomicU32,
    /// How long questions about encodings take.
    pub takes: Mutex<Duration>,
    /// Questions about encodings under way, and the most there were at once.
    under_way: AtomicU32,
    pub most_under_way: AtomicU32,
    number: watch::Sender<u32>,
}

impl FakeChain {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            genesis: GENESIS,
            encodings: Mutex::default(),
            worker: Mutex::default(),
            others: Mutex::default(),
            window: Mutex::default(),
            standing: Mutex::default(),
            retrievals: Mutex::default(),
            disputes: Mutex::default(),
            unshown: Mutex::default(),
            submitted: Mutex::default(),
            pool: Mutex::default(),
            best: AtomicU32::new(100),
            is_down: AtomicBool::new(false),
            questions: AtomicU32::new(0),
            id_questions: AtomicU32::new(0),
            takes: Mutex::default(),
            under_way: AtomicU32::new(0),
            most_under_way: AtomicU32::new(0),
            number: watch::Sender::new(100),
        })
    }

    /// A chain on which every shard of the samples is this worker's.
    pub fn with(samples: &[&Sample]) -> Arc<Self> {
        let chain = Self::new();
        samples
            .iter()
            .for_each(|sample| chain.place(sample, [MINE; 3]));
        chain
    }

    pub fn place(&self, sample: &Sample, workers: [WorkerId; 3]) {
        self.encodings
            .lock()
            .unwrap()
            .insert(sample.id, sample.info(&workers));
    }

    pub fn register(&self, key: &ReceiptKey) {
        *self.worker.lock().unwrap() = Some(WorkerInfo {
            worker: MINE,
            operator: OperatorId(OTHER.0),
            endpoint: b"http://127.0.0.1:1".to_vec(),
            receipt_key: key.public(),
            stake: 1,
            capacity: 1 << 30,
            assigned_bytes: 0,
            ask_per_gib_epoch: 1,
            status: WorkerStatus::Active,
            joined_at: 1,
        });
    }

    /// A worker under test that is another than this one.
    pub fn register_other(&self, worker: WorkerId, url: &str) {
        let info = WorkerInfo {
            worker,
            operator: OperatorId(worker.0),
            endpoint: url.into(),
            receipt_key: [3; 32],
            stake: 1,
            capacity: 1 << 30,
            assigned_bytes: 0,
            ask_per_gib_epoch: 1,
            status: WorkerStatus::Active,
            joined_at: 1,
        };
        self.others.lock().unwrap().insert(worker, info);
    }

    /// Changes what the chain has of an encoding.
    pub fn change(&self, id: EncodingId, change: impl FnOnce(&mut EncodingInfo)) {
        change(self.encodings.lock().unwrap().get_mut(&id).unwrap());
    }

    pub fn calls(&self, name: &str) -> Vec<Call> {
        let submitted = self.submitted.lock().unwrap();
        let of_name = submitted.iter().filter(|call| call.call == name);
        of_name.cloned().collect()
    }

    /// Another best block.
    pub fn next_best(&self) -> u32 {
        self.best.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// What the pallets do with a call that authorizes itself.
    fn apply(&self, call: &Call) -> Result<(), &'static str> {
        match call.call {
            "certify" => {
                let (id, receipts): (EncodingId, Vec<Receipt>) = decode(&call.args);
                let mut encodings = self.encodings.lock().unwrap();
                let info = encodings.get_mut(&id).ok_or("UnknownEncoding")?;
                receipts
                    .iter()
                    .try_for_each(|receipt| take_receipt(info, receipt))
            }
            "prove" => {
                let (worker, epoch, proofs): (WorkerId, StorageEpoch, Vec<ChunkProof>) =
                    decode(&call.args);
                assert_eq!(worker, MINE);
                let mut window = self.window.lock().unwrap();
                let window = window.as_mut().ok_or("NoWindow")?;
                if window.epoch != epoch || self.best.load(Ordering::SeqCst) > window.deadline {
                    return Err("NoWindow");
                }
                let encodings = self.encodings.lock().unwrap();
                proofs
                    .iter()
                    .try_for_each(|proof| take_proof(&encodings, window, proof))
            }
            "answer" => {
                let (id, bytes, proof): (RetrievalId, Vec<u8>, GroupProof) = decode(&call.args);
                let mut open = self.retrievals.lock().unwrap();
                let at = open.iter().position(|asked| asked.id == id);
                let at = at.ok_or("UnknownChallenge")?;
                let asked = open[at];
                if self.best.load(Ordering::SeqCst) > asked.deadline {
                    return Err("TooLate");
                }
                let encodings = self.encodings.lock().unwrap();
                let info = &encodings[&asked.encoding];
                verify(info, asked.shard, asked.group, &bytes, &proof)?;
                open.remove(at);
                Ok(())
            }
            "report_wrong" => {
                type Report = ([u8; 32], EncodingId, ChunkIndex, Vec<ShardChunk>);
                let (finder, id, chunk, chunks): Report = decode(&call.args);
                assert_eq!(finder, MINE.0);
                let mut encodings = self.encodings.lock().unwrap();
                let info = encodings.get(&id).ok_or("UnknownEncoding")?;
                for given in &chunks {
                    let group = Group::chunk(chunk);
                    verify(info, given.shard, group, &given.bytes, &given.proof)?;
                }
                if chunks.len() <= usize::from(info.code.data_shards()) {
                    return Err("TooFewChunks");
                }
                encodings.remove(&id);
                Ok(())
            }
            "attest_rebuild" => {
                let said: (WorkerId, EncodingId, RebuildAttestation) = decode(&call.args);
                self.take_word(said)
            }
            "refute" => {
                let (id, chunks): (EncodingId, Vec<ChunkProof>) = decode(&call.args);
                let mut open = self.disputes.lock().unwrap();
                let at = open.iter().position(|dispute| dispute.encoding == id);
                let at = at.ok_or("NoDispute")?;
                let dispute = &open[at];
                let encodings = self.encodings.lock().unwrap();
                if chunks.len() != dispute.shown_chunks.len() {
                    return Err("TooFewChunks");
                }
                for ((given, chunk), place) in chunks.iter().zip(&dispute.shown_chunks).zip(0..) {
                    assert_eq!(given.pick, place);
                    let (info, group) = (&encodings[&id], Group::chunk(*chunk));
                    verify(info, dispute.shard, group, &given.bytes, &given.proof)?;
                }
                open.remove(at);
                Ok(())
            }
            other => panic!("{other}"),
        }
    }

    fn take_word(
        &self,
        (worker, id, said): (WorkerId, EncodingId, RebuildAttestation),
    ) -> Result<(), &'static str> {
        assert_eq!(worker, MINE);
        let key = self.worker.lock().unwrap().as_ref().unwrap().receipt_key;
        let payload = said.body(self.genesis, id).signing_payload();
        if !ballast_chain::verify(&key, &payload, &said.signature) {
            return Err("BadAttestation");
        }
        let mut open = self.disputes.lock().unwrap();
        match open.iter_mut().find(|dispute| dispute.encoding == id) {
            Some(dispute) => {
                let mut seats = dispute.committee.iter_mut();
                let seat = seats.find(|seat| seat.worker == worker);
                let seat = seat.ok_or("NotOnCommittee")?;
                match seat.root.replace(said.root) {
                    None => Ok(()),
                    Some(_) => Err("AlreadyAttested"),
                }
            }
            None => {
                let shard = said.shard;
                if !self.unshown.lock().unwrap().contains(&(id, shard)) {
                    return Err("NotUnshown");
                }
                open.push(DisputeInfo {
                    encoding: id,
                    shard,
                    generation: said.generation,
                    opened_at: self.number(),
                    opener: worker,
                    opener_root: said.root,
                    committee: vec![],
                    verdict: None,
                    ends_at: self.number() + 100,
                    shown_chunks: vec![],
                });
                Ok(())
            }
        }
    }

    pub fn set_number(&self, number: u32) {
        self.number.send_replace(number);
    }

    pub fn number(&self) -> u32 {
        *self.number.borrow()
    }

    pub fn set_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    fn ensure_up(&self) -> Result<(), ChainError> {
        if !self.is_down.load(Ordering::SeqCst) {
            return Ok(());
        }
        Err(ChainError::Unreachable {
            url: "fake".into(),
            reason: "the test took it down".into(),
        })
    }

    fn head(&self) -> BlockId {
        BlockId {
            number: self.number(),
            hash: [0; 32],
        }
    }
}

#[async_trait]
impl ChainView for FakeChain {
    fn genesis_hash(&self) -> [u8; 32] {
        self.genesis
    }

    async fn wait_finalized(&self, after: u32) -> Result<BlockId, ChainError> {
        self.ensure_up()?;
        let mut number = self.number.subscribe();
        let above = number.wait_for(|number| *number > after);
        match tokio::time::timeout(WAIT, above).await {
            Ok(_) => {}
            Err(_) => {
                return Err(ChainError::Timeout {
                    what: "the next finalized block".into(),
                    after: WAIT,
                })
            }
        }
        Ok(self.head())
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        self.ensure_up()?;
        Ok(self.head())
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        self.ensure_up()?;
        let deposit = Deposit {
            base: 1,
            per_byte: 1,
        };
        Ok(ChainParams {
            epoch_blocks: 20,
            current_epoch: StorageEpoch(5),
            price_per_gib_epoch: 1,
            max_lease_epochs: 1000,
            encoding_deposit: deposit,
            inline_deposit: deposit,
            pending_timeout_blocks: 100,
            lapse_burn_percent: 10,
            reassign_fee: 1,
            receipt_max_age: RECEIPT_MAX_AGE,
            bytes_per_bal: 1 << 30,
            max_encodings_per_address: 4,
            active_workers: 3,
        })
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        self.ensure_up()?;
        if let Some(info) = self.others.lock().unwrap().get(&worker) {
            return Ok(Some(info.clone()));
        }
        Ok(self
            .worker
            .lock()
            .unwrap()
            .clone()
            .filter(|info| info.worker == worker))
    }

    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
        let takes = *self.takes.lock().unwrap();
        tokio::time::sleep(takes).await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        self.ensure_up()?;
        Ok(self.encodings.lock().unwrap().get(&encoding).cloned())
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        self.id_questions.fetch_add(1, Ordering::SeqCst);
        self.ensure_up()?;
        let last = self.encodings.lock().unwrap().keys().next_back().copied();
        Ok(EncodingId(last.map_or(1, |id| id.0 + 1)))
    }

    async fn assignments(
        &self,
        worker: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        self.ensure_up()?;
        let encodings = self.encodings.lock().unwrap();
        let shards = encodings.values().flat_map(|info| {
            let held = info
                .roots
                .iter()
                .enumerate()
                .filter(|(_, root)| root.is_some());
            held.zip(&info.assignments)
                .map(|((shard, _), assignment)| (info.id, ShardIndex(shard as u8), *assignment))
        });
        Ok(shards
            .filter_map(|(id, shard, a)| Some((id, shard, generation(&a, worker)?)))
            .collect())
    }

    async fn best(&self) -> Result<BlockId, ChainError> {
        self.ensure_up()?;
        let number = self.best.load(Ordering::SeqCst);
        let hash = *blake3::hash(&number.to_le_bytes()).as_bytes();
        Ok(BlockId { number, hash })
    }

    async fn window(&self, worker: WorkerId) -> Result<Option<WindowInfo>, ChainError> {
        self.ensure_up()?;
        let window = self.window.lock().unwrap().clone();
        Ok(window.filter(|_| worker == MINE))
    }

    async fn standing(&self, worker: WorkerId) -> Result<Option<StandingInfo>, ChainError> {
        self.ensure_up()?;
        let standing = self.standing.lock().unwrap().clone();
        Ok(standing.filter(|_| worker == MINE))
    }

    async fn open_retrievals(&self, worker: WorkerId) -> Result<Vec<RetrievalInfo>, ChainError> {
        self.ensure_up()?;
        let open = self.retrievals.lock().unwrap().clone();
        Ok(open.into_iter().filter(|_| worker == MINE).collect())
    }

    async fn disputes(&self) -> Result<Vec<DisputeInfo>, ChainError> {
        self.ensure_up()?;
        Ok(self.disputes.lock().unwrap().clone())
    }

    async fn unshown(&self, encoding: EncodingId) -> Result<Vec<ShardIndex>, ChainError> {
        self.ensure_up()?;
        let unshown = self.unshown.lock().unwrap().clone();
        let of_encoding = unshown.into_iter().filter(|(id, _)| *id == encoding);
        Ok(of_encoding.map(|(_, shard)| shard).collect())
    }

    async fn submit_feeless(&self, call: &Call) -> Result<(), SubmitError> {
        self.submitted.lock().unwrap().push(call.clone());
        let pool = *self.pool.lock().unwrap();
        let refused = |error: &str| SubmitError::Refused {
            reason: Refusal::Pallet(DispatchFailure {
                pallet: Some(call.pallet.into()),
                error: error.into(),
                docs: String::new(),
            }),
        };
        match pool {
            Pool::Takes => self.apply(call).map_err(refused),
            Pool::Refuses => Err(refused("Refused")),
            Pool::Loses => std::future::pending().await,
            Pool::BreaksOnce => {
                *self.pool.lock().unwrap() = Pool::Takes;
                panic!("the test breaks who submits")
            }
        }
    }
}

/// What becomes of calls that are submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pool {
    /// They are in the next block.
    #[default]
    Takes,
    /// They are lost, and nobody says so.
    Loses,
    /// They are refused.
    Refuses,
    /// Who submits the first panics; the others are taken.
    BreaksOnce,
}

fn decode<T: Decode>(args: &[u8]) -> T {
    T::decode_all(&mut &*args).unwrap()
}

fn take_receipt(info: &mut EncodingInfo, receipt: &Receipt) -> Result<(), &'static str> {
    let roots = &info.roots[..usize::from(receipt.shard.0)];
    let at = roots.iter().flatten().count();
    let assignment = &mut info.assignments[at];
    if let Some(next) = assignment
        .successor
        .filter(|next| next.generation == receipt.generation)
    {
        (assignment.worker, assignment.generation) = (next.worker, next.generation);
        (assignment.receipted, assignment.successor) = (true, None);
        return Ok(());
    }
    if assignment.generation != receipt.generation || assignment.receipted {
        return Err("WrongGeneration");
    }
    assignment.receipted = true;
    Ok(())
}

fn take_proof(
    encodings: &BTreeMap<EncodingId, EncodingInfo>,
    window: &mut WindowInfo,
    proof: &ChunkProof,
) -> Result<(), &'static str> {
    let pick = window
        .picks
        .get_mut(usize::from(proof.pick))
        .ok_or("NoPick")?;
    let info = &encodings[&pick.encoding];
    let group = Group::chunk(pick.chunk);
    verify(info, pick.shard, group, &proof.bytes, &proof.proof)?;
    pick.proven = true;
    Ok(())
}

fn verify(
    info: &EncodingInfo,
    shard: ShardIndex,
    group: Group,
    bytes: &[u8],
    proof: &GroupProof,
) -> Result<(), &'static str> {
    let layout = Layout::new(info.len, info.code).unwrap();
    let root = info.roots[usize::from(shard.0)].ok_or("NoShard")?;
    verify_group(&layout, shard, group, bytes, proof, &root).map_err(|_| "WrongProof")
}

/// Connects to a fake chain while it is up.
pub struct FakeConnect(pub Arc<FakeChain>);

#[async_trait]
impl Connect for FakeConnect {
    async fn connect(&self) -> Result<Arc<dyn ChainView>, ChainError> {
        self.0.ensure_up()?;
        Ok(self.0.clone())
    }
}

pub fn config(data_dir: &Path) -> Config {
    Config {
        data_dir: data_dir.into(),
        account: MINE,
        chain_url: "ws://127.0.0.1:1".into(),
        allow_insecure_chain: false,
        listen: "127.0.0.1:0".parse().unwrap(),
        capacity: 1 << 30,
        reserve: 0,
        drop_grace_blocks: 20,
        scrub_rate: 1 << 30,
        scrub_interval: 0,
        audit_interval: 0,
        repair_rate: 0,
        allow_private: true,
        denylist: None,
        limits: Limits::default(),
        log_format: LogFormat::Text,
        log: "info".into(),
    }
}

/// A worker under test.
pub struct Running {
    pub worker: Worker,
    pub client: WorkerClient,
    pub url: String,
}

impl Running {
    /// Starts a worker and waits until it follows the chain.
    pub async fn start(data_dir: &Path, chain: &Arc<FakeChain>) -> Self {
        Self::start_with(&config(data_dir), chain).await
    }

    pub async fn start_with(config: &Config, chain: &Arc<FakeChain>) -> Self {
        let running = Self::start_alone(config, chain).await;
        running.until(|running| running.head().is_some()).await;
        running
    }

    /// Does not wait for the chain.
    pub async fn start_alone(config: &Config, chain: &Arc<FakeChain>) -> Self {
        let (key, _) = ReceiptKey::init(&config.data_dir).unwrap();
        chain.register(&key);
        let worker = Worker::start(config, Arc::new(FakeConnect(chain.clone())))
            .await
            .unwrap();
        let url = format!("http://{}", worker.address());
        let client = WorkerClient::new(&url, EndpointPolicy::AllowPrivate).unwrap();
        Self {
            worker,
            client,
            url,
        }
    }

    pub fn head(&self) -> Option<u32> {
        self.worker.app().link.head().map(|head| head.number)
    }

    /// Waits for a condition that must come within seconds.
    pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
        for _ in 0..1600 {
            if condition(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the condition did not come true");
    }

    /// Goes on until the worker has seen this head.
    pub async fn follow_to(&self, chain: &FakeChain, number: u32) {
        chain.set_number(number);
        self.until(|running| running.head() == Some(number)).await;
    }

    pub async fn upload(&self, sample: &Sample, shard: u8) {
        for block in 0..sample.blocks(shard) {
            self.upload_block(sample, shard, block).await.unwrap();
        }
    }

    pub async fn upload_block(
        &self,
        sample: &Sample,
        shard: u8,
        block: u32,
    ) -> Result<(), ballast_worker_api::WorkerError> {
        let (proof, bytes) = (sample.proof(shard, block), sample.block_bytes(shard, block));
        let index = ballast_core::BlockIndex(block);
        self.client
            .put_block(sample.id, ShardIndex(shard), index, &proof, bytes)
            .await
    }

    pub async fn stop(self) {
        self.worker.stop_token().cancel();
        self.worker.join().await.unwrap();
    }
}
