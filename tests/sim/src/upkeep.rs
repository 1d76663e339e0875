//! What a worker does with its shards: look them through, delete, rebuild, bring receipts on chain.
//!
//! Real: which shard is due and what it needs ([`generation`], [`need`]), the grace before a deletion, receipts, all hashing and
//! coding. Modelled: the disk, and who is asked for a piece in which order.

use crate::{
    chain::{Sender, View},
    scenario::{Behaviour, CrashPoint},
    world::{Waiting, World},
    Sabotage,
};
use ballast_core::{
    view::{AssignmentInfo, EncodingInfo, EncodingStatus, WorkerStatus},
    EncodingId, ShardIndex,
};
use ballast_runtime::RuntimeCall;
use ballast_storage_worker::{
    assign::{generation, Assigned},
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec},
    gc::Item,
    repair::{is_receipted, need, Need, State},
};
use std::{collections::BTreeSet, sync::Arc};

/// Thousandths of the looks in which a shard is scrubbed.
const SCRUB_PERMILLE: u64 = 150;

impl World {
    /// Looks a shard through now and then.
    pub fn scrub(&mut self, index: usize) {
        if !self.rng.chance(SCRUB_PERMILLE) {
            return;
        }
        let keys = self.workers[index].disk.keys();
        if let Some(key) = self.rng.pick(&keys).copied() {
            if self.workers[index].disk.scrub(key) {
                self.note(|| format!("scrub: {index} {key}"));
            }
        }
    }

    /// Deletes what has not been assigned for a while.
    pub fn sweep(&mut self, index: usize, finalized: &View) {
        let id = self.workers[index].id;
        let assigned: BTreeSet<ShardKey> = finalized
            .assigned
            .get(&id)
            .into_iter()
            .flatten()
            .map(|(encoding, shard, _)| ShardKey {
                encoding: *encoding,
                shard: *shard,
            })
            .collect();
        let drains = finalized
            .workers
            .get(&id)
            .is_some_and(|worker| worker.status == WorkerStatus::Draining);
        let hasty = self.sabotage == Some(Sabotage::DeleteWhileDraining) && drains;
        for key in self.workers[index].disk.keys() {
            let worker = &mut self.workers[index];
            let wanted = assigned.contains(&key) && !hasty;
            let item = Item::Shard(key);
            if !worker.process.grace.is_over(item, wanted, finalized.number) {
                continue;
            }
            worker.process.grace.forget(item);
            worker.disk.delete(key);
            self.report.deleted += 1;
            self.note(|| format!("deleted: {index} {key}"));
            if self.crashes(index, CrashPoint::Deleting) {
                return;
            }
        }
    }

    /// Brings every shard that is due into order, step by step.
    pub fn mend(&mut self, index: usize, finalized: &View) {
        let id = self.workers[index].id;
        let assigned = finalized.assigned.get(&id).cloned().unwrap_or_default();
        for (encoding, shard, _) in assigned {
            if !self.workers[index].is_up {
                return;
            }
            let Some(info) = finalized.encodings.get(&encoding) else {
                continue;
            };
            let EncodingStatus::Certified { at } = info.status else {
                continue;
            };
            let Some((assigned, to)) = self.assigned(index, info, shard) else {
                continue;
            };
            let is_receipted = is_receipted(&to, assigned.generation);
            let key = assigned.spec.key;
            if self.is_kept_otherwise(index, key, is_receipted) {
                continue;
            }
            let state = self.state(index, key);
            match need(state, is_receipted, at, finalized.number) {
                Need::Nothing => self.drop_some(index, &assigned.spec),
                Need::Wait => {}
                Need::Receipt => self.certify(index, &assigned, finalized),
                Need::Rebuild => self.rebuild(index, &assigned.spec, info, to),
            }
        }
    }

    /// What the chain says a worker is to hold of an encoding.
    pub fn assigned(
        &mut self,
        index: usize,
        info: &EncodingInfo,
        shard: ShardIndex,
    ) -> Option<(Assigned, AssignmentInfo)> {
        let worker = &mut self.workers[index];
        let encoding = match worker.encodings.get(&info.id) {
            Some(known) => known.clone(),
            None => {
                let facts = EncodingFacts::of(info)?;
                let encoding = Arc::new(Encoding::new(info.id, facts).ok()?);
                worker.encodings.insert(info.id, encoding.clone());
                encoding
            }
        };
        let place = encoding
            .layout()
            .held_shards()
            .position(|held| held == shard)?;
        let to = *info.assignments.get(place)?;
        let generation = generation(&to, worker.id)?;
        let spec = ShardSpec::new(encoding, shard).ok()?;
        Some((Assigned { spec, generation }, to))
    }

    /// How a shard is.
    pub fn state(&self, index: usize, key: ShardKey) -> State {
        let disk = &self.workers[index].disk;
        match disk.held(key) {
            Some(_) if disk.is_rotten(key) => State::Damaged,
            Some(_) => State::Well,
            None => State::Missing,
        }
    }

    /// Whether a dishonest worker leaves a receipted shard as it is.
    fn is_kept_otherwise(&self, index: usize, key: ShardKey, is_receipted: bool) -> bool {
        let worker = &self.workers[index];
        is_receipted && worker.dropped_of.contains_key(&key)
    }

    /// Lazy and outsourcing workers drop what they have a receipt for.
    fn drop_some(&mut self, index: usize, spec: &ShardSpec) {
        let (key, chunks) = (spec.key, spec.len().div_ceil(1_024));
        match self.workers[index].plan.behaviour {
            Behaviour::Lazy(permille) => {
                let lost = (0..chunks).filter(|_| self.rng.chance(permille.into()));
                let lost: Vec<_> = lost.map(|chunk| (key, chunk)).collect();
                self.workers[index].dropped.extend(lost);
            }
            Behaviour::Outsourcing => self.workers[index].disk.delete(key),
            _ => return,
        }
        self.workers[index].dropped_of.insert(key, spec.clone());
    }

    /// Brings a receipt on chain.
    fn certify(&mut self, index: usize, assigned: &Assigned, finalized: &View) {
        let encoding: EncodingId = assigned.spec.key.encoding;
        let worker = &self.workers[index];
        if worker.waits(encoding, self.now) || worker.process.certifying.contains(&encoding) {
            return;
        }
        let Some(receipt) = self.receipt(index, assigned, finalized) else {
            return;
        };
        if self.crashes(index, CrashPoint::Signed) {
            return;
        }
        let call = RuntimeCall::Blobs(pallet_blobs::Call::certify {
            encoding,
            receipts: vec![receipt].try_into().unwrap_or_default(),
        });
        if self.send(Sender::Nobody, call, Waiting::Certificate(index, encoding)) {
            self.workers[index].process.certifying.insert(encoding);
        } else {
            let now = self.now;
            self.workers[index].fail(encoding, now);
        }
    }
}
