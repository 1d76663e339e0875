//! A chain in memory for tests of payment: channels are drawn from by the chain's own rules, and it can be cut off.
//!
//! What a test does not need it refuses to answer, so that nothing passes by accident.
#![allow(clippy::unwrap_used, dead_code)]

use async_trait::async_trait;
use ballast_attestation::{
    view::{DeviceInfo, GoldenInfo, KeyInfo, Trust},
    DeviceId, GoldenId,
};
use ballast_chain::{
    calls::inference::ModelVersion, verify, AccountInfo, Attestations, BlockId, Call, Chain,
    ChainError, Event, Included, Inference, Refusal, Signer, SubmitError,
};
use ballast_core::{
    claim::{batch_cost, BatchScope, ClaimLeaf, TokenLimits, TokenPrice},
    view::{
        BlobInfo, ChainParams, ChannelInfo, ChannelState, ChannelTotals, CheckInfo, CommitmentInfo,
        EncodingInfo, InferenceParams, ModelInfo, ModelParams, NamespaceInfo, OfferInfo, Selector,
        ServiceRecord, SettlementInfo, VersionInfo, WorkerInfo, WorkerStatus,
    },
    voucher::Voucher,
    Address, Balance, BlockNumber, ChannelId, EncodingId, Numbers, OperatorId, SettlementId,
    ShardIndex, Tier, WorkerId,
};
use codec::Decode;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Genesis hash of it.
pub const GENESIS: [u8; 32] = [0x6e; 32];

/// What it knows.
pub struct State {
    pub head: BlockNumber,
    pub is_down: bool,
    pub workers: BTreeMap<WorkerId, [u8; 32]>,
    pub offers: Vec<OfferInfo>,
    pub channels: BTreeMap<ChannelId, ChannelInfo>,
    pub keys: BTreeMap<([u8; 32], [u8; 32]), Tier>,
    /// Channels whose redemptions are sent and never become final.
    pub stuck: BTreeSet<ChannelId>,
    /// Rules that a call broke; a worker that is in order breaks none.
    pub broken_rules: Vec<String>,
}

/// The chain.
pub struct MemoryChain(Mutex<State>);

/// A model version of the name that all channels here have.
pub fn version() -> ModelVersion {
    ModelVersion {
        namespace: "ada".into(),
        name: "tiny".into(),
        version: 1,
    }
}

impl MemoryChain {
    /// With a worker that joined with this session key, and offers this model at an endpoint. A token costs 1 planck, read or
    /// written.
    pub fn new(worker: &Signer, session: &Signer, model: Address, endpoint: &str) -> Self {
        let id = WorkerId(worker.account());
        let offer = OfferInfo {
            worker: id,
            namespace: b"ada".to_vec(),
            name: b"tiny".to_vec(),
            version: 1,
            model,
            price: price(),
            limits: limits(),
            tier: Tier::T2,
            numbers: Numbers::Float32,
            endpoint: endpoint.as_bytes().to_vec(),
        };
        Self(Mutex::new(State {
            head: 100,
            is_down: false,
            workers: [(id, session.account())].into(),
            offers: vec![offer],
            channels: BTreeMap::new(),
            keys: BTreeMap::new(),
            stuck: BTreeSet::new(),
            broken_rules: Vec::new(),
        }))
    }

    /// Changes what it knows.
    pub fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.state())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a channel on the offer.
    pub fn open(&self, client: &Signer, tier: Tier, deposited: Balance) -> ChannelId {
        self.with(|state| {
            let channel = ChannelId(state.channels.len() as u64 + 1);
            let offer = &state.offers[0];
            let info = ChannelInfo {
                channel,
                client: client.account(),
                signer: client.account(),
                payee: offer.worker,
                namespace: offer.namespace.clone(),
                name: offer.name.clone(),
                version: offer.version,
                model: offer.model,
                price: offer.price,
                limits: offer.limits,
                tier,
                numbers: offer.numbers,
                deposited,
                drawn: 0,
                pending: 0,
                last_number: 0,
                state: ChannelState::Open,
                ends_at: 10_000,
            };
            state.channels.insert(channel, info);
            channel
        })
    }

    /// A channel as it is now.
    pub fn of(&self, channel: ChannelId) -> ChannelInfo {
        self.with(|state| state.channels[&channel].clone())
    }

    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> Result<T, ChainError> {
        let state = self.state();
        match state.is_down {
            true => Err(ChainError::Unreachable {
                url: "memory".into(),
                reason: "it is cut off".into(),
            }),
            false => Ok(read(&state)),
        }
    }

    fn tier(&self, worker: [u8; 32], key: [u8; 32]) -> Option<Tier> {
        let state = self.state();
        let attested = state.keys.get(&(worker, key)).copied();
        attested.or_else(|| {
            let joined = state.workers.get(&WorkerId(worker)) == Some(&key);
            joined.then_some(Tier::T0)
        })
    }

    fn apply(&self, call: &Call, signer: &Signer) -> Result<(), String> {
        match (call.pallet, call.call) {
            ("Inference", "redeem") => self.redeem(&call.args, signer),
            ("Inference", "top_up") => {
                let (id, amount) = <(ChannelId, Balance)>::decode(&mut &call.args[..]).unwrap();
                self.with(|state| {
                    let channel = state.channels.get_mut(&id).ok_or("no channel")?;
                    channel.deposited += amount;
                    Ok(())
                })
            }
            other => panic!("{other:?} is no call of this chain"),
        }
    }

    fn opened(&self, args: &[u8], client: &Signer) -> Event {
        type Model = (String, String, u32);
        type Opening = (
            WorkerId,
            Model,
            TokenPrice,
            Tier,
            Numbers,
            [u8; 32],
            Balance,
        );
        let (_, _, _, tier, _, _, deposit) = Opening::decode(&mut &args[..]).unwrap();
        Event {
            pallet: "Inference".into(),
            name: "ChannelOpened".into(),
            fields: serde_json::json!({ "channel": self.open(client, tier, deposit).0 }),
        }
    }

    /// As `pallet-inference` has it.
    fn redeem(&self, args: &[u8], signer: &Signer) -> Result<(), String> {
        type Redemption = (ChannelId, Voucher, [u8; 32], Vec<ClaimLeaf>, [u8; 64]);
        let (id, voucher, key, claims, signature) = Redemption::decode(&mut &args[..]).unwrap();
        let mut info = self.of(id);
        let payload = voucher.body(GENESIS, id).signing_payload();
        let scope = BatchScope {
            genesis_hash: GENESIS,
            channel: id,
            model: info.model,
        };
        let root = scope.root(&claims).ok_or("no claims")?;
        let batch = scope.signing_payload(root, claims.len() as u32);
        let mut last = info.last_number;
        for leaf in &claims {
            if leaf.number <= last || leaf.number > voucher.number {
                return Err("numbers ascend up to the voucher's".into());
            }
            if !info.limits.allow(&leaf.exchange) {
                return Err("within the limits".into());
            }
            last = leaf.number;
        }
        let amount = batch_cost(&claims, &info.price).ok_or("overflow")?;
        let rules = [
            (info.payee.0 == signer.account(), "by the payee"),
            (
                verify(&info.signer, &payload, &voucher.signature),
                "voucher",
            ),
            (verify(&key, &batch, &signature), "batch"),
            (self.tier(info.payee.0, key) >= Some(info.tier), "tier"),
            (info.drawn + amount <= voucher.amount, "within the voucher"),
            (info.drawn + amount <= info.deposited, "within the channel"),
        ];
        if let Some((_, rule)) = rules.iter().find(|(holds, _)| !holds) {
            return Err((*rule).into());
        }
        (info.drawn, info.last_number) = (info.drawn + amount, last);
        self.with(|state| state.channels.insert(id, info));
        Ok(())
    }
}

pub fn price() -> TokenPrice {
    TokenPrice {
        per_million_in: 1_000_000,
        per_million_out: 1_000_000,
    }
}

pub fn limits() -> TokenLimits {
    TokenLimits {
        tokens_in: 10,
        tokens_out: 200,
    }
}

fn never<T>(what: &str) -> Result<T, ChainError> {
    Err(ChainError::Incompatible {
        what: format!("this chain is for tests and has no {what}"),
    })
}

#[async_trait]
impl Chain for MemoryChain {
    fn genesis_hash(&self) -> [u8; 32] {
        GENESIS
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        self.read(|state| BlockId {
            number: state.head,
            hash: [1; 32],
        })
    }

    async fn wait_finalized(&self, _: BlockNumber) -> Result<BlockId, ChainError> {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        self.finalized().await
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        never("params")
    }

    async fn model_params(&self) -> Result<ModelParams, ChainError> {
        never("models")
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        self.read(|state| {
            let receipt_key = *state.workers.get(&worker)?;
            Some(WorkerInfo {
                worker,
                operator: OperatorId(worker.0),
                endpoint: Vec::new(),
                receipt_key,
                stake: 1,
                capacity: 0,
                assigned_bytes: 0,
                ask_per_gib_epoch: 0,
                status: WorkerStatus::Active,
                joined_at: 1,
            })
        })
    }

    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        never("workers")
    }

    async fn has_consent(&self, _: OperatorId, _: WorkerId) -> Result<bool, ChainError> {
        never("consent")
    }

    async fn encoding(&self, _: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        never("encodings")
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        never("encodings")
    }

    async fn encodings(&self, _: Address) -> Result<Vec<EncodingInfo>, ChainError> {
        never("encodings")
    }

    async fn blob(&self, _: Address) -> Result<Option<BlobInfo>, ChainError> {
        never("blobs")
    }

    async fn is_available(&self, _: Address) -> Result<bool, ChainError> {
        never("blobs")
    }

    async fn encodings_by_worker(
        &self,
        _: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        never("encodings")
    }

    async fn model(&self, _: &str, _: &str) -> Result<Option<ModelInfo>, ChainError> {
        never("models")
    }

    async fn versions(&self, _: &str, _: &str) -> Result<Vec<VersionInfo>, ChainError> {
        never("models")
    }

    async fn resolve(
        &self,
        _: &str,
        _: &str,
        _: Selector,
    ) -> Result<Option<VersionInfo>, ChainError> {
        never("models")
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, ChainError> {
        never("models")
    }

    async fn models_in(&self, _: &str) -> Result<Vec<ModelInfo>, ChainError> {
        never("models")
    }

    async fn versions_of_manifest(
        &self,
        _: Address,
    ) -> Result<Vec<(String, String, u32)>, ChainError> {
        never("models")
    }

    async fn namespace(&self, _: &str) -> Result<Option<NamespaceInfo>, ChainError> {
        never("models")
    }

    async fn commitment(&self, _: [u8; 32]) -> Result<Option<CommitmentInfo>, ChainError> {
        never("models")
    }

    async fn account(&self, _: [u8; 32]) -> Result<AccountInfo, ChainError> {
        never("accounts")
    }

    async fn submit(&self, calls: &[Call], signer: &Signer) -> Result<Included, SubmitError> {
        let block = self.finalized().await?;
        let channel = |call: &Call| ChannelId::decode(&mut &call.args[..]).unwrap();
        if self.with(|state| {
            calls
                .iter()
                .any(|call| state.stuck.contains(&channel(call)))
        }) {
            std::future::pending::<()>().await;
        }
        let mut events = Vec::new();
        for call in calls {
            if call.call == "open" {
                events.push(self.opened(&call.args, signer));
                continue;
            }
            if let Err(rule) = self.apply(call, signer) {
                self.with(|state| state.broken_rules.push(rule));
                let reason = Refusal::Custom(1);
                return Err(SubmitError::Refused { reason });
            }
        }
        Ok(Included {
            block,
            transaction: [2; 32],
            events,
        })
    }

    async fn submit_feeless(&self, call: &Call) -> Result<Included, SubmitError> {
        panic!("{} is no call of this chain", call.call)
    }
}

#[async_trait]
impl Inference for MemoryChain {
    async fn inference_params(&self) -> Result<InferenceParams, ChainError> {
        self.read(|_| InferenceParams::default())
    }

    async fn offer(
        &self,
        worker: WorkerId,
        _: &ModelVersion,
    ) -> Result<Option<OfferInfo>, ChainError> {
        self.read(|state| {
            let mut offers = state.offers.iter();
            offers.find(|offer| offer.worker == worker).cloned()
        })
    }

    async fn offers(&self, _: &ModelVersion) -> Result<Vec<OfferInfo>, ChainError> {
        self.read(|state| state.offers.clone())
    }

    async fn offers_of(&self, worker: WorkerId) -> Result<Vec<OfferInfo>, ChainError> {
        self.read(|state| {
            let of_it = |offer: &&OfferInfo| offer.worker == worker;
            state.offers.iter().filter(of_it).cloned().collect()
        })
    }

    async fn channel(&self, channel: ChannelId) -> Result<Option<ChannelInfo>, ChainError> {
        self.read(|state| state.channels.get(&channel).cloned())
    }

    async fn channels_of(&self, client: [u8; 32]) -> Result<Vec<ChannelInfo>, ChainError> {
        self.read(|state| {
            let of_it = |info: &&ChannelInfo| info.client == client;
            state.channels.values().filter(of_it).cloned().collect()
        })
    }

    async fn channels_to(&self, payee: WorkerId) -> Result<Vec<ChannelInfo>, ChainError> {
        self.read(|state| {
            let to_it = |info: &&ChannelInfo| info.payee == payee;
            state.channels.values().filter(to_it).cloned().collect()
        })
    }

    async fn settlement(&self, _: SettlementId) -> Result<Option<SettlementInfo>, ChainError> {
        self.read(|_| None)
    }

    async fn claims(
        &self,
        _: &SettlementInfo,
        _: Address,
    ) -> Result<Option<Vec<ClaimLeaf>>, ChainError> {
        self.read(|_| None)
    }

    async fn settlements_of(&self, _: ChannelId) -> Result<Vec<SettlementInfo>, ChainError> {
        self.read(|_| Vec::new())
    }

    async fn check(&self, _: SettlementId) -> Result<Option<CheckInfo>, ChainError> {
        self.read(|_| None)
    }

    async fn checks(&self) -> Result<Vec<CheckInfo>, ChainError> {
        self.read(|_| Vec::new())
    }

    async fn service_record(&self, _: WorkerId) -> Result<ServiceRecord, ChainError> {
        never("records")
    }

    async fn channel_totals(&self) -> Result<ChannelTotals, ChainError> {
        never("totals")
    }

    async fn inference_treasury(&self) -> Result<[u8; 32], ChainError> {
        never("treasury")
    }
}

#[async_trait]
impl Attestations for MemoryChain {
    async fn session_key(
        &self,
        worker: [u8; 32],
        session_key: [u8; 32],
    ) -> Result<Option<KeyInfo>, ChainError> {
        self.read(|state| {
            let tier = *state.keys.get(&(worker, session_key))?;
            Some(KeyInfo {
                session_key,
                tier: Some(tier),
                reasons: Vec::new(),
                challenge_block: 90,
                expires: 9_000,
                devices: Vec::new(),
                guest_policy: None,
            })
        })
    }

    async fn session_keys(&self, _: [u8; 32]) -> Result<Vec<KeyInfo>, ChainError> {
        never("keys")
    }

    async fn gpu(&self, _: DeviceId) -> Result<Option<DeviceInfo>, ChainError> {
        never("GPUs")
    }

    async fn golden(&self, _: &GoldenId) -> Result<Option<GoldenInfo>, ChainError> {
        never("golden sets")
    }

    async fn golden_sets(&self) -> Result<Vec<GoldenInfo>, ChainError> {
        never("golden sets")
    }

    async fn trust(&self) -> Result<Trust, ChainError> {
        never("roots")
    }

    async fn submit_as_root(&self, _: &[Call], _: &Signer) -> Result<Included, SubmitError> {
        panic!("this chain has no root")
    }
}
