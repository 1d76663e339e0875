//! Publishers: register, upload, collect receipts, certify, and ask for others in place of the silent.

mod certificate;

use crate::{
    blob::{self, Blob},
    rng::Rng,
    scenario::BlobPlan,
    world::{Event, Waiting, World},
};
use ballast_core::{
    receipt::Receipt,
    view::{AssignmentInfo, EncodingInfo, EncodingStatus},
    BlockIndex, BlockNumber, EncodingId, Fingerprint, Group, ShardIndex,
};
use ballast_runtime::{RuntimeCall, RuntimeEvent};
use ballast_storage_worker::{
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec},
    receive::VerifiedBlock,
};
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How often a publication goes on, in milliseconds.
const PUBLISH_MS: u64 = 2_000;
/// How long a registration is waited for, in milliseconds.
const PATIENCE_MS: u64 = 12_000;
/// Blocks after the draw at which silent workers are replaced, and a certificate is sent without them.
const REASSIGN_BLOCKS: BlockNumber = 12;
/// Blocks after the certificate in which late receipts are still collected.
const LATE_BLOCKS: BlockNumber = 35;

/// A blob on its way.
pub struct Publication {
    /// What is planned.
    pub plan: BlobPlan,
    /// The blob.
    pub blob: Arc<Blob>,
    /// Its encoding, once it is registered.
    pub encoding: Option<EncodingId>,
    /// Until when the registration is waited for.
    registering_until: u64,
    /// Receipts that are not on chain yet.
    receipts: BTreeMap<ShardIndex, Receipt>,
    /// Assignments whose shard was sent.
    uploaded: BTreeSet<(ShardIndex, u32)>,
    /// The right fingerprints, once the point is known.
    fingerprints: Option<Vec<Fingerprint>>,
    /// Whether a certificate is on its way.
    pub certifying: bool,
    certifying_until: u64,
    reassigned_at: BlockNumber,
}

impl Publication {
    /// A blob that is not registered yet.
    pub fn new(plan: &BlobPlan, seed: u64) -> Self {
        let bytes = Rng::new(seed ^ plan.len as u64)
            .fork(u64::from(plan.at))
            .bytes(plan.len);
        let blob = match plan.wrong {
            Some(shard) => Blob::with_wrong_parity(&bytes, plan.code, shard, plan.len % 700),
            None => Blob::new(&bytes, plan.code),
        };
        Self {
            plan: plan.clone(),
            blob: Arc::new(blob),
            encoding: None,
            registering_until: 0,
            receipts: BTreeMap::new(),
            uploaded: BTreeSet::new(),
            fingerprints: None,
            certifying: false,
            certifying_until: 0,
            reassigned_at: 0,
        }
    }
}

impl World {
    /// A publication goes on.
    pub fn publish(&mut self, index: usize) {
        self.after(PUBLISH_MS, Event::Publish(index));
        let publication = &self.publications[index];
        match publication.encoding {
            None => self.register(index),
            Some(_) if publication.plan.abandoned => {}
            Some(id) => {
                let finalized = self.finalized.clone();
                if let Some(info) = finalized.encodings.get(&id) {
                    self.upload(index, info);
                }
            }
        }
    }

    fn register(&mut self, index: usize) {
        let publication = &mut self.publications[index];
        let waits = self.now < publication.registering_until;
        // What was not registered in half of the time is not worth the faults.
        let is_late = self.chain.number() > publication.plan.at + 60;
        if self.chain.number() < publication.plan.at || waits || is_late {
            return;
        }
        publication.registering_until = self.now + PATIENCE_MS;
        let blob = &publication.blob;
        let call = RuntimeCall::Blobs(pallet_blobs::Call::register {
            address: blob.address,
            len: blob.layout.len(),
            code: blob.layout.code(),
            cell_values: blob.table.values().to_vec().try_into().unwrap_or_default(),
            length_proof: blob.length_proof.clone(),
            epochs: publication.plan.epochs,
        });
        let publisher = publication.plan.publisher;
        let sender = self.publisher(publisher);
        self.send(sender, call, Waiting::Registration(index));
    }

    /// A registration is in a block: its encoding is learnt.
    pub fn registered(&mut self, index: usize, failed: bool) {
        let publication = &mut self.publications[index];
        if failed {
            publication.registering_until = self.now + PATIENCE_MS;
            return;
        }
        let events = self
            .views
            .back()
            .map(|view| view.events.clone())
            .unwrap_or_default();
        let own = publication.blob.address;
        let found = events.iter().find_map(|event| match event {
            RuntimeEvent::Blobs(pallet_blobs::Event::Registered {
                encoding, address, ..
            }) if *address == own => Some(*encoding),
            _ => None,
        });
        if let Some(id) = found {
            publication.encoding = Some(id);
            self.truth.insert(id, publication.blob.clone());
        }
    }

    /// Sends what workers lack, asks for receipts, and brings them on chain.
    fn upload(&mut self, index: usize, info: &EncodingInfo) {
        let now = self.finalized.number;
        let placed_at = match info.status {
            EncodingStatus::AwaitingPlacement => return,
            EncodingStatus::Placed { at } => at,
            EncodingStatus::Certified { at } if now > at + LATE_BLOCKS => return,
            EncodingStatus::Certified { at } => at,
        };
        let blob = self.publications[index].blob.clone();
        let assignments = blob
            .layout
            .held_shards()
            .zip(info.assignments.iter().copied());
        let open: Vec<(ShardIndex, AssignmentInfo)> = assignments
            .filter(|(_, to)| !to.receipted && !to.lost)
            .collect();
        for (shard, to) in &open {
            let publication = &mut self.publications[index];
            let has = publication.receipts.get(shard);
            if has.is_some_and(|receipt| receipt.generation == to.generation) {
                continue;
            }
            publication.receipts.remove(shard);
            let Some(worker) = self.by_id.get(&to.worker).copied() else {
                continue;
            };
            let key = ShardKey {
                encoding: info.id,
                shard: *shard,
            };
            if self.publications[index]
                .uploaded
                .insert((*shard, to.generation))
            {
                self.upload_shard(info, &blob, key, worker);
            } else {
                let delay = self.delay();
                self.after(delay, Event::AskReceipt(index, worker, key));
            }
        }
        let awaited: BTreeSet<ShardIndex> = open.iter().map(|(shard, _)| *shard).collect();
        self.publications[index]
            .receipts
            .retain(|shard, _| awaited.contains(shard));
        self.certify_blob(index, info, open.len(), now >= placed_at + REASSIGN_BLOCKS);
        if matches!(info.status, EncodingStatus::Placed { .. })
            && now >= placed_at + REASSIGN_BLOCKS
        {
            self.reassign(index, info, &open);
        }
    }

    fn upload_shard(&mut self, info: &EncodingInfo, blob: &Blob, key: ShardKey, worker: usize) {
        let Some(facts) = EncodingFacts::of(info) else {
            return;
        };
        let Ok(encoding) = Encoding::new(info.id, facts) else {
            return;
        };
        let Ok(spec) = ShardSpec::new(Arc::new(encoding), key.shard) else {
            return;
        };
        let column = Bytes::copy_from_slice(blob.shard(key.shard));
        let values = blob::shard_values(&blob.layout, key.shard, &column);
        for index in (0..spec.blocks()).map(BlockIndex) {
            if self.is_lost() {
                continue;
            }
            let range = spec.block_range(index);
            let bytes = column.slice(range.start as usize..range.end as usize);
            let Ok(proof) = values.prove_group(Group::block(index), &bytes) else {
                continue;
            };
            if let Ok(block) = VerifiedBlock::verify(&spec, index, &proof, bytes) {
                let delay = self.delay();
                self.after(delay, Event::Upload(worker, key, Box::new(block)));
            }
        }
    }

    /// A worker's answer: its receipt, or that the shard is not there, so that it is sent again.
    pub fn take_receipt(&mut self, index: usize, shard: ShardIndex, receipt: Option<Box<Receipt>>) {
        let publication = &mut self.publications[index];
        match receipt {
            Some(receipt) => {
                publication.receipts.insert(shard, *receipt);
            }
            None => publication.uploaded.retain(|(other, _)| *other != shard),
        }
    }

    /// Somebody pays for more epochs of some encoding.
    pub fn extend(&mut self, publisher: usize, epochs: u32) {
        let best = self.best().clone();
        let known: Vec<EncodingId> = best.encodings.keys().copied().collect();
        if let Some(encoding) = self.rng.pick(&known).copied() {
            let call = RuntimeCall::Blobs(pallet_blobs::Call::extend { encoding, epochs });
            let sender = self.publisher(publisher);
            self.send(sender, call, Waiting::Nobody);
        }
    }
}
