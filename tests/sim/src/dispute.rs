//! Leagues and liars: shards that their holders show to nobody, and what workers say of them on chain.
//!
//! Real: what a dispute asks of a worker ([`duty`]), what it signs, all hashing and coding. Modelled: who is asked for a piece,
//! and that every look rebuilds at once.

use crate::{
    blob,
    chain::{Sender, View},
    scenario::{Behaviour, Scenario},
    world::{Waiting, World},
};
use ballast_core::{
    challenge::ChunkProof,
    dispute::{RebuildAttestation, RebuildBody},
    price::BAL,
    view::{DisputeInfo, EncodingInfo, EncodingStatus},
    BlockNumber, ChainingValue, ChunkIndex, Code, EncodingId, Group, Layout, ShardIndex,
};
use ballast_runtime::{RuntimeCall, RuntimeEvent};
use ballast_storage_worker::{
    dispute::{duty, Duty},
    facts::ShardKey,
};
use pallet_blobs::Event as Blobs;
use sp_core::Pair as _;
use std::collections::BTreeMap;

/// What a story is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// A publisher, and whoever is drawn first for its wrong shard: that one proves it to the chain and shows it to nobody.
    League,
    /// Up to a third of the stake, which says of right shards that they are wrong.
    Liars,
    /// Clients, inference workers and verifiers: see [`inference`](crate::inference).
    Inference,
}

/// Blocks between two challenges of the same shard, and between two tries to say the same.
const AGAIN_BLOCKS: BlockNumber = 16;
const RESEND_BLOCKS: BlockNumber = 4;
/// A bond that is enough for some challenges at a time.
const BOND: u128 = 64 * BAL;
/// What liars say.
const LIE: ChainingValue = ChainingValue([0x11; 32]);

/// What was sent, and when.
#[derive(Clone, Debug, Default)]
pub struct Disputing {
    challenged: BTreeMap<(EncodingId, ShardIndex), BlockNumber>,
    said: BTreeMap<(usize, EncodingId, u32), BlockNumber>,
}

impl Scenario {
    /// A story about disputes: a few blobs without other faults than lost and late messages.
    pub fn with_cast(seed: u64, cast: Cast) -> Self {
        let mut scenario = Self::new(seed);
        scenario.cast = Some(cast);
        scenario.faults.clear();
        scenario.malicious_die = true;
        scenario.faults_until = 260;
        scenario.retrieval_deadline = 10;
        scenario.repair_deadline = scenario.repair_deadline.max(16);
        // A tenth of the stake at most is without a share in it, so that a story comes to its end.
        let total: u128 = scenario.workers.iter().map(|worker| worker.stake).sum();
        let mut liars = 0;
        for worker in &mut scenario.workers {
            worker.joins_at = Some(worker.joins_at.unwrap_or(2).min(3));
            worker.behaviour = Behaviour::Honest;
            if cast == Cast::Liars && (liars + worker.stake) * 100 <= total * 30 {
                liars += worker.stake;
                worker.behaviour = Behaviour::Withholding;
            }
        }
        let code = Code::new(4, 8).expect("4 of 8 is a code");
        scenario.blobs.truncate(1);
        for blob in &mut scenario.blobs {
            (blob.code, blob.at, blob.epochs, blob.abandoned) = (code, 6, 200, false);
            let parity = 4 + (seed % 4) as u8;
            blob.wrong = (cast == Cast::League).then_some(ShardIndex(parity));
        }
        if cast == Cast::Liars {
            // So that nobody is slashed for anything else.
            (scenario.network.loss, scenario.network.delay_ms) = (0, 100);
        }
        scenario
    }
}

impl World {
    /// Joins the league who is drawn first for its shard, and asks on chain for shards that are not shown.
    pub fn play(&mut self) {
        let Some(cast) = self.scenario.cast else {
            return;
        };
        let best = self.best().clone();
        for info in best.encodings.values() {
            let Ok(layout) = Layout::new(info.len, info.code) else {
                continue;
            };
            let wrong = self.truth.get(&info.id).and_then(|truth| truth.wrong);
            for (shard, to) in layout.held_shards().zip(&info.assignments) {
                let Some(index) = self.by_id.get(&to.worker).copied() else {
                    continue;
                };
                if cast == Cast::League && wrong == Some(shard) && to.generation == 0 {
                    self.workers[index].plan.behaviour = Behaviour::Withholding;
                }
                let hides = self.workers[index].plan.behaviour == Behaviour::Withholding;
                let aimed = cast == Cast::Liars || wrong == Some(shard);
                if hides && aimed && to.receipted && self.faults_on {
                    self.challenge_hidden(info, shard, best.number);
                }
            }
        }
    }

    fn challenge_hidden(&mut self, info: &EncodingInfo, shard: ShardIndex, now: BlockNumber) {
        let certified = matches!(info.status, EncodingStatus::Certified { .. });
        let last = self.disputing.challenged.get(&(info.id, shard));
        if !certified || last.is_some_and(|last| now < last + AGAIN_BLOCKS) {
            return;
        }
        self.disputing.challenged.insert((info.id, shard), now);
        let call = RuntimeCall::Retrieval(pallet_retrieval::Call::challenge {
            encoding: info.id,
            shard,
            group: Group::chunk(ChunkIndex(0)),
            bond: BOND,
        });
        let sender = self.publisher(1);
        self.send(sender, call, Waiting::Nobody);
    }

    /// A worker does what open disputes ask of it, and opens one about a shard that it cannot rebuild.
    pub fn take_part(&mut self, index: usize, finalized: &View) {
        let id = self.workers[index].id;
        for dispute in &finalized.disputes {
            let Some(info) = finalized.encodings.get(&dispute.encoding) else {
                continue;
            };
            let key = ShardKey {
                encoding: info.id,
                shard: dispute.shard,
            };
            let has_shard = self.workers[index].disk.held(key).is_some();
            match duty(dispute, id, finalized.number, has_shard) {
                Some(Duty::Rebuild) => self.say(index, info, dispute.shard, dispute.generation),
                Some(Duty::Show) => self.show_disputed(index, key, dispute),
                None => {}
            }
        }
        let assigned = finalized.assigned.get(&id).cloned().unwrap_or_default();
        for (encoding, shard, generation) in assigned {
            let unshown = finalized.unshown.get(&encoding);
            let is_unshown = unshown.is_some_and(|unshown| unshown.contains(&shard));
            let open = finalized.disputes.iter();
            let is_open = open.clone().any(|open| open.encoding == encoding);
            match finalized.encodings.get(&encoding) {
                Some(info) if is_unshown && !is_open => self.say(index, info, shard, generation),
                _ => {}
            }
        }
    }

    /// Says which root a shard reaches. Who opens a dispute says it only if that is not the chain's.
    fn say(&mut self, index: usize, info: &EncodingInfo, shard: ShardIndex, generation: u32) {
        let about = (index, info.id, generation);
        let now = self.chain.number();
        let last = self.disputing.said.get(&about);
        if last.is_some_and(|last| now < last + RESEND_BLOCKS) {
            return;
        }
        let lies = self.workers[index].plan.behaviour != Behaviour::Honest;
        if lies && self.scenario.cast.is_none() {
            return;
        }
        self.disputing.said.insert(about, now);
        let root = match lies {
            true => Some(LIE),
            false => self.recompute(index, info, shard),
        };
        let expected = info.roots.get(usize::from(shard.0)).copied().flatten();
        let opens = !self
            .best()
            .disputes
            .iter()
            .any(|open| open.encoding == info.id);
        let Some(root) = root.filter(|root| !opens || Some(*root) != expected) else {
            return;
        };
        let body = RebuildBody {
            genesis_hash: self.chain.genesis_hash(),
            encoding: info.id,
            shard,
            generation,
            root,
        };
        let signature = self.workers[index].pair().sign(&body.signing_payload());
        let call = RuntimeCall::Blobs(pallet_blobs::Call::attest_rebuild {
            worker: self.workers[index].id,
            encoding: info.id,
            attestation: RebuildAttestation::new(&body, signature.0),
        });
        self.note(|| format!("says: {index} encoding {} shard {shard} {root}", info.id));
        self.send(Sender::Nobody, call, Waiting::Nobody);
    }

    /// The root that a shard reaches when it is rebuilt from any k others.
    fn recompute(
        &mut self,
        index: usize,
        info: &EncodingInfo,
        shard: ShardIndex,
    ) -> Option<ChainingValue> {
        let layout = Layout::new(info.len, info.code).ok()?;
        let needed = usize::from(info.code.data_shards());
        let empty = layout
            .shard_indices()
            .filter(|other| layout.is_empty_shard(*other));
        let mut columns: Vec<_> = empty
            .map(|other| (other, blob::padded(&layout, &[])))
            .collect();
        let mut others: Vec<_> = layout
            .held_shards()
            .zip(info.assignments.iter().copied())
            .filter(|(other, to)| *other != shard && to.receipted)
            .collect();
        self.rng.shuffle(&mut others);
        for (other, to) in others {
            if columns.len() >= needed {
                break;
            }
            let Some(holder) = self.by_id.get(&to.worker).copied() else {
                continue;
            };
            let column = match holder == index {
                true => self.own_column(index, &layout, info.id, other),
                false => self.fetch(info, other, holder),
            };
            columns.extend(column.map(|column| (other, column)));
        }
        let mut made = blob::rebuild(&layout, columns.get(..needed)?, &[shard])?.pop()?;
        made.truncate(layout.shard_len(shard) as usize);
        blob::shard_values(&layout, shard, &made).shard_root()
    }

    fn own_column(
        &self,
        index: usize,
        layout: &Layout,
        encoding: EncodingId,
        shard: ShardIndex,
    ) -> Option<Vec<u8>> {
        let held = self.workers[index]
            .disk
            .held(ShardKey { encoding, shard })?;
        Some(blob::padded(layout, &held.bytes))
    }

    fn show_disputed(&mut self, index: usize, key: ShardKey, dispute: &DisputeInfo) {
        let chunks = dispute.shown_chunks.iter().zip(0u8..);
        let chunks: Option<Vec<ChunkProof>> = chunks
            .map(|(chunk, pick)| {
                let read = self.workers[index].disk.read(key, Group::chunk(*chunk));
                let (proof, bytes) = read?;
                Some(ChunkProof { pick, bytes, proof })
            })
            .collect();
        let Some(chunks) = chunks else { return };
        let call = RuntimeCall::Blobs(pallet_blobs::Call::refute {
            encoding: key.encoding,
            chunks: chunks.try_into().unwrap_or_default(),
        });
        self.send(Sender::Nobody, call, Waiting::Nobody);
    }

    /// How disputes ended in this block.
    pub fn count_disputes(&mut self, events: &[RuntimeEvent]) {
        for event in events {
            match event {
                RuntimeEvent::Blobs(Blobs::Disproved { .. }) => self.report.disproved += 1,
                RuntimeEvent::Blobs(Blobs::DisputeRefuted { slashed, .. }) => {
                    self.report.refuted += 1;
                    self.report.liars_slashed += u64::from(*slashed > 0);
                }
                RuntimeEvent::Blobs(
                    Blobs::DisputeLapsed { .. } | Blobs::DisputedShardShown { .. },
                ) => self.report.undecided += 1,
                _ => {}
            }
        }
    }

    /// With liars about, nobody who is honest has lost anything.
    pub fn check_honest_stakes(&self, view: &View) -> Result<(), (&'static str, String)> {
        if self.scenario.cast != Some(Cast::Liars) {
            return Ok(());
        }
        let honest = self
            .workers
            .iter()
            .filter(|worker| worker.plan.behaviour == Behaviour::Honest);
        for worker in honest {
            let slashed = view
                .standings
                .get(&worker.id)
                .map_or(0, |standing| standing.slashed);
            if slashed > 0 {
                let what = format!("worker {} is honest and lost {slashed}", worker.index);
                return Err(("honest stakes", what));
            }
        }
        Ok(())
    }
}
