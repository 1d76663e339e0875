//! A worker's duties: it looks for something to do, proves, crashes and comes back, as its program does.
//!
//! Real: which picks are sent and when ([`OpenWindow`]), pauses after failures, all hashing. Modelled: the loop that asks for
//! these, and the disk. Module `upkeep` has what a worker does with its shards.

use crate::{
    chain::{Sender, View},
    scenario::{Behaviour, CrashPoint, BLOCK_MS},
    world::{Event, Waiting, World},
    Sabotage,
};
use ballast_core::{challenge::ChunkProof, Group};
use ballast_runtime::RuntimeCall;
use ballast_storage_worker::{facts::ShardKey, window::OpenWindow};
use std::{collections::BTreeMap, sync::Arc};

/// How often a worker looks for something to do, in milliseconds.
const POLL_MS: u64 = 1_000;
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
        if self.workers[index].is_up {
            self.answer_challenges(index, &best);
        }
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
        let known = open.as_ref().map(|open| open.info().epoch);
        let is_known = window.as_ref().map(|window| window.epoch) == known;
        if !is_known || self.sabotage != Some(Sabotage::IgnoreForks) {
            OpenWindow::enter(open, window);
        }
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
    pub fn read_own(
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
}
