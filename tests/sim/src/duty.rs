//! A worker's duties: prove, keep, delete, mend, as its program does them.
//!
//! Real: which picks are sent and when ([`OpenWindow`]), which shard is due and what it needs ([`generation`], [`need`]),
//! pauses after failures, the grace before a deletion ([`Grace`]), receipts, all hashing and coding. Modelled: the loop that
//! asks for these, the disk, and who is asked for a piece in which order.
//!
//! [`Grace`]: ballast_storage_worker::gc::Grace

use crate::{
    chain::{Sender, View},
    scenario::{Behaviour, CrashPoint, BLOCK_MS},
    world::{Event, Waiting, World},
    Sabotage,
};
use ballast_core::{
    challenge::ChunkProof,
    view::{AssignmentInfo, EncodingInfo, EncodingStatus, WorkerStatus},
    EncodingId, Group, ShardIndex,
};
use ballast_runtime::RuntimeCall;
use ballast_storage_worker::{
    assign::{generation, Assigned},
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec},
    gc::Item,
    repair::{is_receipted, need, Need, State},
    window::OpenWindow,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How often a worker looks for something to do, in milliseconds.
const POLL_MS: u64 = 1_000;
/// Shards in ten that a look scrubs.
const SCRUB_PERMILLE: u64 = 150;

impl World {
    /// A worker looks for something to do.
    pub fn poll(&mut self, index: usize) {
        let pause = POLL_MS - 100 + self.rng.below(200);
        self.after(pause, Event::Poll(index));
        let block = self.chain.number();
        let worker = &mut self.workers[index];
        worker.disk.is_full = block < worker.full_until;
        if !worker.is_up || self.crashes(index, CrashPoint::Idle) {
            return;
        }
        self.scrub(index);
        if self.workers[index].is_cut(block) {
            return;
        }
        let best = self.best_of(index);
        self.prove(index, &best);
        let finalized = self.finalized_of(index);
        if self.workers[index].is_up && finalized.number >= self.workers[index].process.finalized {
            self.sweep(index, &finalized);
            self.workers[index].process.finalized = finalized.number;
            self.mend(index, &finalized);
            self.take_part(index, &finalized);
        }
    }

    /// The best block as a worker's node has it.
    fn best_of(&self, index: usize) -> Arc<View> {
        let lag = self.workers[index].lag(self.chain.number()) as usize;
        let at = self.views.len().saturating_sub(1 + lag);
        self.views.get(at).unwrap_or(self.best()).clone()
    }

    /// The last final block as a worker's node has it.
    pub fn finalized_of(&self, index: usize) -> Arc<View> {
        let lag = self.workers[index].lag(self.chain.number());
        let number = self.finalized.number.saturating_sub(lag);
        let view = self.views.iter().rev().find(|view| view.number <= number);
        view.unwrap_or(&self.finalized).clone()
    }

    /// Whether a worker crashes here: its process ends, and is back after a while.
    pub fn crashes(&mut self, index: usize, point: CrashPoint) -> bool {
        let worker = &mut self.workers[index];
        let Some((at, passes, down)) = &mut worker.crash_at else {
            return false;
        };
        if *at != point {
            return false;
        }
        *passes = passes.saturating_sub(1);
        if *passes > 0 {
            return false;
        }
        let down = *down;
        worker.crash_at = None;
        worker.crash();
        self.report
            .crashes
            .entry(point)
            .and_modify(|count| *count += 1)
            .or_insert(1);
        self.note(|| format!("crash: {index} {point:?}"));
        self.after(u64::from(down) * BLOCK_MS, Event::Restart(index));
        true
    }

    /// A worker is back.
    pub fn restart(&mut self, index: usize) {
        let grace = self.scenario.drop_grace;
        self.workers[index].start(grace);
        self.note(|| format!("restart: {index}"));
    }

    /// A worker is gone for good.
    pub fn kill(&mut self, index: usize) {
        let worker = &mut self.workers[index];
        worker.is_gone = true;
        worker.crash();
        self.note(|| format!("gone: {index}"));
    }

    /// Sends what the window lacks.
    fn prove(&mut self, index: usize, best: &View) {
        let id = self.workers[index].id;
        let window = best.windows.get(&id).cloned();
        let open = &mut self.workers[index].process.window;
        OpenWindow::enter(open, window);
        let Some((due, wanted, epoch)) = open.as_ref().and_then(|open| {
            let due = open.due(best.number)?;
            Some((due.clone(), open.unmade(&due), open.info().epoch))
        }) else {
            return;
        };
        let mut made = BTreeMap::new();
        for (pick, info) in wanted {
            let key = ShardKey {
                encoding: info.encoding,
                shard: info.shard,
            };
            if let Some((proof, bytes)) = self.read_own(index, key, Group::chunk(info.chunk)) {
                let proof = ChunkProof { pick, bytes, proof };
                // What is shown to the chain, everybody can read.
                self.show(info.encoding, info.shard, info.chunk, &proof);
                made.insert(pick, proof);
            }
        }
        if self.crashes(index, CrashPoint::Proving) {
            return;
        }
        let open = self.workers[index].process.window.as_mut();
        let proofs = open.map_or(Vec::new(), |open| open.send(due, made, best.number));
        let is_dropped = self.sabotage == Some(Sabotage::DropProofs) && index == 0;
        if proofs.is_empty() || is_dropped {
            return;
        }
        let call = RuntimeCall::Possession(pallet_possession::Call::prove {
            worker: id,
            epoch,
            proofs: proofs.try_into().unwrap_or_default(),
        });
        if !self.send(Sender::Nobody, call, Waiting::Proof(index, epoch)) {
            self.workers[index].trouble = self.chain.number();
        }
        self.crashes(index, CrashPoint::Proven);
    }

    /// Reads a group of a shard that a worker is asked for by the chain.
    fn read_own(
        &mut self,
        index: usize,
        key: ShardKey,
        group: Group,
    ) -> Option<(ballast_core::GroupProof, Vec<u8>)> {
        let worker = &mut self.workers[index];
        if worker.has_dropped(key, group.start, group.start + group.len) {
            return None;
        }
        match worker.plan.behaviour {
            Behaviour::Outsourcing => match worker.disk.read(key, group) {
                Some(read) => Some(read),
                None => self.outsource(index, key, group),
            },
            _ => worker.disk.read(key, group),
        }
    }

    /// Looks a shard through now and then.
    fn scrub(&mut self, index: usize) {
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
    fn sweep(&mut self, index: usize, finalized: &View) {
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
    fn mend(&mut self, index: usize, finalized: &View) {
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
