//! The chain in memory: one block for each transaction and for each look at the head.

use crate::rules::{State, GENESIS, MODEL_PARAMS};
use async_trait::async_trait;
use ballast_chain::{
    AccountInfo, BlockId, Call, Chain, ChainError, DispatchFailure, Included, Refusal, Signer,
    SubmitError,
};
use ballast_core::{
    price::{Deposit, BAL, GIB},
    view::*,
    Address, Balance, BlockNumber, EncodingId, OperatorId, ShardIndex, StorageEpoch, WorkerId,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        atomic::{AtomicBool, Ordering},
        Mutex,
    },
    time::Duration,
};

/// Fee of a transaction beside that for its bytes.
pub const FEE_BASE: u128 = 1_000;

type Hook = Box<dyn FnMut(&[Call]) + Send>;

/// A chain in memory.
pub struct MemoryChain {
    pub state: Mutex<State>,
    /// Called before each transaction is applied.
    pub before_submit: Mutex<Option<Hook>>,
    /// Workers as the final blocks have them up to a block, while the state is ahead already.
    pub lagging: Mutex<BTreeMap<WorkerId, (BlockNumber, WorkerInfo)>>,
    /// Whether the pool takes certificates unseen, drops what turns out to be invalid without a reason, and then refuses
    /// the same bytes.
    pub drops_invalid: AtomicBool,
    banned: Mutex<BTreeSet<Vec<u8>>>,
}

impl MemoryChain {
    pub fn new() -> Self {
        let params = ChainParams {
            epoch_blocks: 10_000,
            current_epoch: StorageEpoch(0),
            price_per_gib_epoch: GIB,
            max_lease_epochs: 1000,
            encoding_deposit: Deposit {
                base: 1000,
                per_byte: 1,
            },
            inline_deposit: Deposit {
                base: 100,
                per_byte: 1,
            },
            pending_timeout_blocks: 10_000,
            lapse_burn_percent: 10,
            reassign_fee: 5,
            receipt_max_age: 5000,
            bytes_per_bal: 1 << 40,
            max_encodings_per_address: 8,
            active_workers: 0,
        };
        let state = State {
            block: 1,
            params,
            grace: 0,
            checks_fingerprints: true,
            workers: BTreeMap::new(),
            encodings: BTreeMap::new(),
            inline: BTreeMap::new(),
            namespaces: BTreeMap::new(),
            models: BTreeMap::new(),
            commitments: BTreeMap::new(),
            free: 1_000_000 * BAL,
            paid: 0,
            submitted: Vec::new(),
        };
        Self {
            state: Mutex::new(state),
            before_submit: Mutex::default(),
            lagging: Mutex::default(),
            drops_invalid: AtomicBool::new(false),
            banned: Mutex::default(),
        }
    }

    pub fn read<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().unwrap())
    }

    fn announce(&self, calls: &[Call]) {
        if let Some(hook) = self.before_submit.lock().unwrap().as_mut() {
            hook(calls);
        }
    }

    /// How a feeless call that its pallet refuses comes back.
    fn refused(&self, call: &Call, error: &str) -> SubmitError {
        if !self.drops_invalid.load(Ordering::Relaxed) {
            let reason = Refusal::Pallet(failure(call.pallet, error));
            return SubmitError::Refused { reason };
        }
        self.banned.lock().unwrap().insert(call.args.clone());
        SubmitError::Dropped {
            transaction: [0; 32],
            reason: "it became invalid".into(),
        }
    }

    /// How often a call was submitted.
    pub fn count(&self, call: &str) -> usize {
        self.read(|state| {
            state
                .submitted
                .iter()
                .flatten()
                .filter(|name| **name == call)
                .count()
        })
    }
}

fn failure(pallet: &str, error: &str) -> DispatchFailure {
    DispatchFailure {
        pallet: Some(pallet.into()),
        error: error.into(),
        docs: String::new(),
    }
}

fn block_id(number: BlockNumber) -> BlockId {
    BlockId {
        number,
        hash: *blake3::hash(&number.to_le_bytes()).as_bytes(),
    }
}

#[async_trait]
impl Chain for MemoryChain {
    fn genesis_hash(&self) -> [u8; 32] {
        GENESIS
    }

    async fn finalized(&self) -> Result<BlockId, ChainError> {
        Ok(self.read(|state| block_id(state.block)))
    }

    async fn wait_finalized(&self, after: BlockNumber) -> Result<BlockId, ChainError> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        Ok(self.read(|state| {
            while state.block <= after {
                state.tick();
            }
            block_id(state.block)
        }))
    }

    async fn params(&self) -> Result<ChainParams, ChainError> {
        Ok(self.read(|state| ChainParams {
            active_workers: state.workers.len() as u32,
            ..state.params
        }))
    }

    async fn model_params(&self) -> Result<ModelParams, ChainError> {
        Ok(MODEL_PARAMS)
    }

    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        let lagging = self.lagging.lock().unwrap().get(&worker).cloned();
        Ok(self.read(|state| match lagging {
            Some((until, info)) if state.block < until => Some(info),
            _ => state.workers.get(&worker).cloned(),
        }))
    }

    async fn workers(&self) -> Result<Vec<WorkerInfo>, ChainError> {
        Ok(self.read(|state| state.workers.values().cloned().collect()))
    }

    async fn has_consent(&self, _: OperatorId, _: WorkerId) -> Result<bool, ChainError> {
        Ok(true)
    }

    async fn encoding(&self, encoding: EncodingId) -> Result<Option<EncodingInfo>, ChainError> {
        Ok(self.read(|state| {
            state
                .encodings
                .get(&encoding)
                .map(|stored| stored.info.clone())
        }))
    }

    async fn next_encoding_id(&self) -> Result<EncodingId, ChainError> {
        Ok(self.read(|state| {
            let last = state.encodings.keys().next_back();
            EncodingId(last.map_or(1, |id| id.0 + 1))
        }))
    }

    async fn encodings(&self, address: Address) -> Result<Vec<EncodingInfo>, ChainError> {
        Ok(self.read(|state| state.encodings_of(address)))
    }

    async fn blob(&self, address: Address) -> Result<Option<BlobInfo>, ChainError> {
        Ok(self.read(|state| match state.inline.get(&address) {
            Some(bytes) => Some(BlobInfo::Inline {
                bytes: bytes.clone(),
            }),
            None => {
                let encodings = state.encodings_of(address);
                (!encodings.is_empty()).then_some(BlobInfo::Encoded { encodings })
            }
        }))
    }

    async fn is_available(&self, address: Address) -> Result<bool, ChainError> {
        Ok(self.read(|state| state.is_available(&address)))
    }

    async fn encodings_by_worker(
        &self,
        _: WorkerId,
    ) -> Result<Vec<(EncodingId, ShardIndex, u32)>, ChainError> {
        Ok(Vec::new())
    }

    async fn model(&self, namespace: &str, name: &str) -> Result<Option<ModelInfo>, ChainError> {
        let key = (namespace.into(), name.into());
        Ok(self.read(|state| state.models.get(&key).map(|(info, _)| info.clone())))
    }

    async fn versions(&self, namespace: &str, name: &str) -> Result<Vec<VersionInfo>, ChainError> {
        let key = (namespace.into(), name.into());
        Ok(self.read(|state| {
            state
                .models
                .get(&key)
                .map(|(_, versions)| versions.clone())
                .unwrap_or_default()
        }))
    }

    async fn resolve(
        &self,
        namespace: &str,
        name: &str,
        selector: Selector,
    ) -> Result<Option<VersionInfo>, ChainError> {
        let number = match selector {
            Selector::Latest => return Ok(self.versions(namespace, name).await?.pop()),
            Selector::Version(number) => Some(number),
            Selector::Tag(tag) => {
                let model = self.model(namespace, name).await?;
                let tags = model.map(|model| model.tags).unwrap_or_default();
                tags.iter()
                    .find(|(known, _)| *known == tag)
                    .map(|(_, at)| *at)
            }
        };
        let versions = self.versions(namespace, name).await?;
        Ok(versions
            .into_iter()
            .find(|version| Some(version.number) == number))
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, ChainError> {
        Ok(self.read(|state| {
            state
                .models
                .values()
                .map(|(info, _)| info.clone())
                .collect()
        }))
    }

    async fn models_in(&self, namespace: &str) -> Result<Vec<ModelInfo>, ChainError> {
        let mut models = self.models().await?;
        models.retain(|model| model.namespace == namespace.as_bytes());
        Ok(models)
    }

    async fn versions_of_manifest(
        &self,
        _: Address,
    ) -> Result<Vec<(String, String, u32)>, ChainError> {
        Ok(Vec::new())
    }

    async fn namespace(&self, namespace: &str) -> Result<Option<NamespaceInfo>, ChainError> {
        Ok(self.read(|state| {
            let owner = *state.namespaces.get(namespace.as_bytes())?;
            Some(NamespaceInfo {
                namespace: namespace.into(),
                owner,
                deposit: 0,
                models: 0,
            })
        }))
    }

    async fn commitment(&self, account: [u8; 32]) -> Result<Option<CommitmentInfo>, ChainError> {
        Ok(self.read(|state| state.commitments.get(&account).copied()))
    }

    async fn account(&self, _: [u8; 32]) -> Result<AccountInfo, ChainError> {
        Ok(self.read(|state| AccountInfo {
            free: state.free,
            ..AccountInfo::default()
        }))
    }

    async fn fee(&self, calls: &[Call]) -> Result<Balance, ChainError> {
        let lens = calls.iter().map(|call| call.args.len() as Balance);
        Ok(FEE_BASE + lens.sum::<Balance>())
    }

    async fn submit(&self, calls: &[Call], signer: &Signer) -> Result<Included, SubmitError> {
        self.announce(calls);
        let fee = self.fee(calls).await?;
        self.read(|state| {
            state.paid += fee;
            state
                .submitted
                .push(calls.iter().map(|call| call.call).collect());
            let mut next = state.clone();
            let number = next.tick();
            let mut events = Vec::new();
            for call in calls {
                let applied = next.apply(call, signer.account());
                events.extend(
                    applied.map_err(|error| SubmitError::Dispatch(failure(call.pallet, error)))?,
                );
            }
            *state = next;
            Ok(Included {
                block: block_id(number),
                transaction: [0; 32],
                events,
            })
        })
    }

    async fn submit_feeless(&self, call: &Call) -> Result<Included, SubmitError> {
        self.announce(std::slice::from_ref(call));
        self.read(|state| {
            state.submitted.push(vec![call.call]);
            if self.banned.lock().unwrap().contains(&call.args) {
                let reason = Refusal::Banned;
                return Err(SubmitError::Refused { reason });
            }
            let mut next = state.clone();
            let number = next.tick();
            next.apply(call, [0; 32])
                .map_err(|error| self.refused(call, error))?;
            *state = next;
            Ok(Included {
                block: block_id(number),
                transaction: [0; 32],
                events: Vec::new(),
            })
        })
    }
}
