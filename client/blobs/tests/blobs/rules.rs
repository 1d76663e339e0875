//! The rules of the pallets, as far as publishing and fetching depend on them.

use ballast_chain::{Call, Event};
use ballast_core::{
    epoch::lease_end,
    placement::{draw, Candidate},
    price::{encoding_state_bytes, lease_cost},
    receipt::Receipt,
    verify_registration,
    view::*,
    Address, BlockNumber, ChainingValue, Code, EncodingId, Fingerprint, Layout, LengthProof,
    ShardIndex, StorageEpoch, WorkerId,
};
use ballast_erasure::is_codeword;
use codec::{Decode, DecodeAll};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub const GENESIS: [u8; 32] = [0x11; 32];
pub const MODEL_PARAMS: ModelParams = ModelParams {
    min_commit_age_blocks: 2,
    max_commit_age_blocks: 100,
    commitment_deposit: 3,
    namespace_deposit: 1_000,
    model_deposit: 100,
    version_deposit: 20,
    tag_deposit: 7,
};
/// Blocks from a request to its draw.
const DRAW_DELAY: BlockNumber = 2;

/// All that is on chain.
#[derive(Clone)]
pub struct State {
    pub block: BlockNumber,
    pub params: ChainParams,
    /// Blocks a worker has for its receipt before it can be replaced.
    pub grace: BlockNumber,
    /// Whether fingerprints are checked. Without, a publisher and its workers can certify anything.
    pub checks_fingerprints: bool,
    pub workers: BTreeMap<WorkerId, WorkerInfo>,
    pub encodings: BTreeMap<EncodingId, Stored>,
    pub inline: BTreeMap<Address, Vec<u8>>,
    pub namespaces: BTreeMap<Vec<u8>, [u8; 32]>,
    pub models: BTreeMap<ModelKey, (ModelInfo, Vec<VersionInfo>)>,
    pub commitments: BTreeMap<[u8; 32], CommitmentInfo>,
    pub free: u128,
    /// Fees of all transactions.
    pub paid: u128,
    /// The names of the calls of each transaction, refused ones too.
    pub submitted: Vec<Vec<&'static str>>,
}

/// An encoding and what is known of its draws.
#[derive(Clone)]
pub struct Stored {
    pub info: EncodingInfo,
    since: BTreeMap<ShardIndex, BlockNumber>,
    replaced: Vec<WorkerId>,
    to_replace: BTreeSet<ShardIndex>,
    draw_at: Option<BlockNumber>,
    fingerprints: BTreeMap<ShardIndex, Fingerprint>,
}

pub type Applied = Result<Option<Event>, &'static str>;

impl State {
    pub fn tick(&mut self) -> BlockNumber {
        self.block += 1;
        let block = self.block;
        let due: Vec<EncodingId> = self
            .encodings
            .iter()
            .filter(|(_, stored)| stored.draw_at.is_some_and(|at| at <= block))
            .map(|(id, _)| *id)
            .collect();
        due.into_iter().for_each(|id| self.place(id));
        block
    }

    fn place(&mut self, id: EncodingId) {
        let seed = *blake3::hash(&self.block.to_le_bytes()).as_bytes();
        let candidates: Vec<Candidate> = self.workers.values().map(candidate).collect();
        let (block, bytes_per_bal) = (self.block, self.params.bytes_per_bal);
        let stored = self.encodings.get_mut(&id).unwrap();
        let layout = Layout::new(stored.info.len, stored.info.code).unwrap();
        let held: Vec<ShardIndex> = layout.held_shards().collect();
        let is_first = stored.info.assignments.is_empty();
        let is_open = |shard: &ShardIndex| is_first || stored.to_replace.contains(shard);
        let shards: Vec<_> = held
            .iter()
            .copied()
            .filter(is_open)
            .map(|s| (s, layout.shard_len(s)))
            .collect();
        let mut occupied: Vec<WorkerId> = Vec::new();
        for (shard, assignment) in held.iter().zip(&stored.info.assignments) {
            match is_open(shard) {
                true => stored.replaced.push(assignment.worker),
                false => occupied.push(assignment.worker),
            }
        }
        let drawn = draw(
            &seed,
            &stored.info.address,
            id,
            &shards,
            &candidates,
            &occupied,
            &stored.replaced,
            bytes_per_bal,
        );
        let Ok(drawn) = drawn else {
            stored.draw_at = Some(block + 1);
            return;
        };
        if is_first {
            stored.info.seed = Some(seed);
            stored.info.status = EncodingStatus::Placed { at: block };
            let blank = AssignmentInfo {
                worker: WorkerId::default(),
                generation: 0,
                receipted: false,
                lost: false,
                successor: None,
            };
            stored.info.assignments = vec![blank; held.len()];
        }
        for ((shard, _), worker) in shards.iter().zip(drawn) {
            let at = held.iter().position(|held| held == shard).unwrap();
            let generation = stored.info.assignments[at].generation + u32::from(!is_first);
            stored.info.assignments[at] = AssignmentInfo {
                worker,
                generation,
                receipted: false,
                lost: false,
                successor: None,
            };
            stored.since.insert(*shard, block);
        }
        stored.to_replace.clear();
        stored.draw_at = None;
    }

    pub fn apply(&mut self, call: &Call, account: [u8; 32]) -> Applied {
        let args = &call.args;
        match (call.pallet, call.call) {
            ("Blobs", "register") => self.register(take(args), account),
            ("Blobs", "store_inline") => self.store_inline(take(args)),
            ("Blobs", "reassign") => self.reassign(take(args), account),
            ("Blobs", "certify") => self.certify(take(args)),
            ("Blobs", "extend") => self.extend(take(args)),
            ("Models", "create_model") => self.create_model(take(args), account),
            ("Models", "publish_version") => self.publish_version(take(args), account),
            ("Models", "set_tag") => self.set_tag(take(args)),
            other => panic!("the test chain has no call {other:?}"),
        }
    }

    fn pay(&mut self, amount: u128) -> Result<(), &'static str> {
        self.free = self.free.checked_sub(amount).ok_or("Unaffordable")?;
        Ok(())
    }

    fn register(&mut self, request: Registration, publisher: [u8; 32]) -> Applied {
        let (address, len, code, values, proof, epochs) = request;
        let layout = Layout::new(len, code).map_err(|_| "BlobTooShort")?;
        let roots =
            verify_registration(&layout, &values, &proof, address).map_err(|_| "WrongAddress")?;
        let same = |stored: &&Stored| stored.info.roots == roots && stored.info.address == address;
        for known in self.encodings.values().filter(same) {
            match known.info.status {
                EncodingStatus::Certified { .. } => return Err("AlreadyCertified"),
                _ if known.info.publisher == publisher => return Err("AlreadyPending"),
                _ => {}
            }
        }
        let lease =
            lease_cost(layout.stored_len(), epochs, self.params.price_per_gib_epoch).unwrap();
        let deposit = self
            .params
            .encoding_deposit
            .of(encoding_state_bytes(code))
            .unwrap();
        self.pay(lease + deposit)?;
        let id = EncodingId(self.encodings.keys().last().map_or(1, |id| id.0 + 1));
        let info = EncodingInfo {
            id,
            address,
            len,
            code,
            publisher,
            status: EncodingStatus::AwaitingPlacement,
            registered_at: self.block,
            lapses_at: Some(self.block + self.params.pending_timeout_blocks),
            expires: StorageEpoch(epochs),
            deposit,
            lease_held: lease,
            roots,
            assignments: Vec::new(),
            seed: None,
            reassigned: 0,
        };
        let stored = Stored {
            info,
            since: BTreeMap::new(),
            replaced: Vec::new(),
            to_replace: BTreeSet::new(),
            draw_at: Some(self.block + DRAW_DELAY),
            fingerprints: BTreeMap::new(),
        };
        self.encodings.insert(id, stored);
        let fields = json!({ "encoding": id.0, "address": format!("0x{address}"), "publisher": hex::encode(publisher) });
        Ok(Some(Event {
            pallet: "Blobs".into(),
            name: "Registered".into(),
            fields,
        }))
    }

    fn store_inline(&mut self, bytes: Vec<u8>) -> Applied {
        self.pay(self.params.inline_deposit.of(bytes.len() as u32).unwrap())?;
        self.inline
            .insert(Address(*blake3::hash(&bytes).as_bytes()), bytes);
        Ok(None)
    }

    fn reassign(
        &mut self,
        (id, shards): (EncodingId, Vec<ShardIndex>),
        account: [u8; 32],
    ) -> Applied {
        let (block, grace) = (self.block, self.grace);
        let stored = self.encodings.get_mut(&id).ok_or("UnknownEncoding")?;
        if stored.info.publisher != account {
            return Err("NotPublisher");
        }
        if shards
            .iter()
            .any(|shard| block < stored.since[shard] + grace)
        {
            return Err("GracePeriod");
        }
        if usize::from(stored.info.reassigned) + shards.len()
            > stored.info.code.reassign_limit().into()
        {
            return Err("ReassignLimit");
        }
        stored.info.reassigned += shards.len() as u8;
        stored.to_replace.extend(shards.iter().copied());
        stored.draw_at = Some(block + DRAW_DELAY);
        let fee = self.params.reassign_fee * shards.len() as u128;
        self.pay(fee)?;
        Ok(None)
    }

    fn certify(&mut self, (id, receipts): (EncodingId, Vec<Receipt>)) -> Applied {
        let stored = self.encodings.get_mut(&id).ok_or("UnknownEncoding")?;
        let layout = Layout::new(stored.info.len, stored.info.code).unwrap();
        let held: Vec<ShardIndex> = layout.held_shards().collect();
        let mut fingerprints = stored.fingerprints.clone();
        fingerprints.extend(
            layout
                .shard_indices()
                .filter(|s| layout.is_empty_shard(*s))
                .map(|s| (s, Fingerprint([0; 16]))),
        );
        for pair in receipts.windows(2) {
            if pair[0].shard >= pair[1].shard {
                return Err("ReceiptsNotAscending");
            }
        }
        for receipt in &receipts {
            let at = held
                .iter()
                .position(|held| *held == receipt.shard)
                .ok_or("UnknownShard")?;
            let assignment = stored.info.assignments[at];
            let key = self
                .workers
                .get(&assignment.worker)
                .ok_or("UnknownWorker")?
                .receipt_key;
            let payload = receipt.body(GENESIS, id).signing_payload();
            let (earliest, latest) = (self.block, self.block + self.params.receipt_max_age);
            let refusals = [
                (
                    assignment.generation != receipt.generation,
                    "WrongGeneration",
                ),
                (assignment.receipted, "AlreadyReceipted"),
                (receipt.expires < earliest, "ReceiptExpired"),
                (receipt.expires > latest, "ReceiptTooLong"),
                (
                    !ballast_chain::verify(&key, &payload, &receipt.signature),
                    "BadSignature",
                ),
            ];
            if let Some((_, error)) = refusals.iter().find(|(is_bad, _)| *is_bad) {
                return Err(error);
            }
            fingerprints.insert(receipt.shard, receipt.fingerprint);
        }
        if fingerprints.len() < stored.info.code.quorum().into() {
            return Err("TooFewReceipts");
        }
        let all: Vec<_> = fingerprints.into_iter().collect();
        if self.checks_fingerprints && is_codeword(stored.info.code, &all).is_err() {
            return Err("NotACodeword");
        }
        for receipt in receipts {
            let at = held.iter().position(|held| *held == receipt.shard).unwrap();
            stored.info.assignments[at].receipted = true;
            stored
                .fingerprints
                .insert(receipt.shard, receipt.fingerprint);
        }
        if !matches!(stored.info.status, EncodingStatus::Certified { .. }) {
            stored.info.status = EncodingStatus::Certified { at: self.block };
            stored.info.expires =
                lease_end(self.params.current_epoch, stored.info.expires.0).unwrap();
        }
        Ok(None)
    }

    fn extend(&mut self, (id, epochs): (EncodingId, u32)) -> Applied {
        let stored = self.encodings.get_mut(&id).ok_or("UnknownEncoding")?;
        stored.info.expires.0 += epochs;
        Ok(None)
    }

    fn create_model(&mut self, request: ModelRequest, owner: [u8; 32]) -> Applied {
        let (namespace, name, licence, base, royalty_permille) = request;
        if self.namespaces.get(&namespace) != Some(&owner) {
            return Err("NotOwner");
        }
        self.pay(MODEL_PARAMS.model_deposit)?;
        let key = (namespace.clone(), name.clone());
        let (deprecated, versions, tags) = (false, 0, Vec::new());
        let info = ModelInfo {
            namespace,
            name,
            owner,
            licence,
            base,
            royalty_permille,
            deprecated,
            versions,
            tags,
        };
        self.models.insert(key, (info, Vec::new()));
        Ok(None)
    }

    fn publish_version(&mut self, request: VersionRequest, owner: [u8; 32]) -> Applied {
        let (namespace, name, manifest, tags) = request;
        if !self.is_available(&manifest) {
            return Err("ManifestNotAvailable");
        }
        let (published_at, model) = (self.block, (namespace, name));
        let (info, _) = self.models.get(&model).ok_or("UnknownModel")?;
        if info.owner != owner {
            return Err("NotOwner");
        }
        self.pay(MODEL_PARAMS.version_deposit + new_tags(info, &tags))?;
        let (info, versions) = self.models.get_mut(&model).ok_or("UnknownModel")?;
        info.versions += 1;
        let number = info.versions;
        versions.push(VersionInfo {
            model: model.clone(),
            number,
            manifest,
            published_at,
        });
        tags.into_iter().for_each(|tag| set_tag(info, tag, number));
        Ok(None)
    }

    fn set_tag(
        &mut self,
        (namespace, name, tag, version): (Vec<u8>, Vec<u8>, Vec<u8>, u32),
    ) -> Applied {
        let key = (namespace, name);
        let (info, _) = self.models.get(&key).ok_or("UnknownModel")?;
        self.pay(new_tags(info, std::slice::from_ref(&tag)))?;
        let (info, _) = self.models.get_mut(&key).ok_or("UnknownModel")?;
        set_tag(info, tag, version);
        Ok(None)
    }

    pub fn is_available(&self, address: &Address) -> bool {
        let mut encodings = self
            .encodings
            .values()
            .filter(|stored| stored.info.address == *address);
        let certified =
            |stored: &Stored| matches!(stored.info.status, EncodingStatus::Certified { .. });
        self.inline.contains_key(address) || encodings.any(certified)
    }

    pub fn encodings_of(&self, address: Address) -> Vec<EncodingInfo> {
        let stored = self
            .encodings
            .values()
            .filter(|stored| stored.info.address == address);
        stored.map(|stored| stored.info.clone()).collect()
    }
}

type Registration = (Address, u64, Code, Vec<ChainingValue>, LengthProof, u32);
type ModelRequest = (Vec<u8>, Vec<u8>, Vec<u8>, Option<ModelKey>, u16);
type VersionRequest = (Vec<u8>, Vec<u8>, Address, Vec<Vec<u8>>);

fn take<T: Decode>(args: &[u8]) -> T {
    T::decode_all(&mut &args[..]).unwrap()
}

fn candidate(info: &WorkerInfo) -> Candidate {
    let free_bytes = info.capacity;
    Candidate {
        worker: info.worker,
        operator: info.operator,
        stake: info.stake,
        free_bytes,
        assigned_bytes: 0,
    }
}

/// Deposits for tags that a model does not have yet.
fn new_tags(info: &ModelInfo, tags: &[Vec<u8>]) -> u128 {
    let is_new = |tag: &&Vec<u8>| !info.tags.iter().any(|(known, _)| known == *tag);
    let new: BTreeSet<_> = tags.iter().filter(is_new).collect();
    new.len() as u128 * MODEL_PARAMS.tag_deposit
}

fn set_tag(info: &mut ModelInfo, tag: Vec<u8>, version: u32) {
    info.tags.retain(|(known, _)| *known != tag);
    info.tags.push((tag, version));
}
