//! Retrieval challenges: somebody asks on chain for bytes of a shard, with a bond, and the worker shows them, or does not.
//!
//! Real: the pallet, and when an answer is sent again ([`RESEND_BLOCKS`]). Modelled: who asks, and for what.

use crate::{
    chain::View,
    oracle::Judged,
    people,
    scenario::{Behaviour, PUBLISHERS},
    world::{Event, Waiting, World},
    Sabotage,
};
use ballast_core::{
    limits::CHUNK_LEN, view::RetrievalInfo, Group, RetrievalId, ShardIndex, WorkerId,
};
use ballast_runtime::{AccountId, Retrieval, RuntimeCall, RuntimeEvent};
use ballast_storage_worker::{facts::ShardKey, window::RESEND_BLOCKS};
use pallet_retrieval::{Call, Event as Ended};

use crate::chain::Sender;

/// How often somebody asks, in milliseconds.
const CHALLENGE_MS: u64 = 10_000;
/// Chunks that are asked for.
const CHUNKS: [u64; 3] = [1, 2, 4];
/// Blocks after a deadline at which a challenge must be over.
const OVER_BLOCKS: u32 = 2;

impl World {
    /// Somebody asks for bytes of a shard. Nobody does once the faults are over: whoever withholds would lose shards for ever.
    pub fn challenge(&mut self) {
        if !self.faults_on {
            return;
        }
        self.after(CHALLENGE_MS, Event::Challenge);
        let Some(info) = self.some_certified() else {
            return;
        };
        let Some(layout) = self.truth.get(&info.id).map(|truth| truth.layout) else {
            return;
        };
        let held = layout.held_shards().zip(&info.assignments);
        let held: Vec<(ShardIndex, WorkerId)> = held
            .filter(|(_, to)| to.receipted)
            .map(|(shard, to)| (shard, to.worker))
            .collect();
        let Some((shard, worker)) = self.rng.pick(&held).copied() else {
            return;
        };
        let len = self.rng.pick(&CHUNKS).copied().unwrap_or(1) * CHUNK_LEN;
        let start = self.rng.below(layout.shard_len(shard)) / len * len;
        let asker = self.rng.below(PUBLISHERS as u64) as usize;
        let account = people::account(&people::publisher(asker));
        let least = self
            .chain
            .with(|| Retrieval::least_bond(AccountId::new(worker.0), account));
        let call = RuntimeCall::Retrieval(Call::challenge {
            encoding: info.id,
            shard,
            group: Group { start, len },
            bond: least * u128::from(self.rng.range(1, 3)),
        });
        let sender = self.publisher(asker);
        self.send(sender, call, Waiting::Nobody);
    }

    /// Shows what a worker is asked for, unless that is on its way.
    pub fn answer_challenges(&mut self, index: usize, best: &View) {
        let id = self.workers[index].id;
        let open = best.retrievals.get(&id).cloned().unwrap_or_default();
        let sent_at = &mut self.workers[index].process.answered;
        sent_at.retain(|known, _| open.iter().any(|asked| asked.id == *known));
        let withholds = self.workers[index].plan.behaviour == Behaviour::Withholding;
        let is_dropped = self.sabotage == Some(Sabotage::DropAnswers) && index == 0;
        for asked in open {
            if !withholds && !is_dropped && self.is_answer_due(index, &asked, best.number) {
                self.answer_challenge(index, &asked, best.number);
            }
        }
    }

    fn is_answer_due(&self, index: usize, asked: &RetrievalInfo, now: u32) -> bool {
        let sent_at = self.workers[index].process.answered.get(&asked.id);
        let waits = sent_at.is_some_and(|at| (*at..at + RESEND_BLOCKS).contains(&now));
        now < asked.deadline && !waits
    }

    fn answer_challenge(&mut self, index: usize, asked: &RetrievalInfo, now: u32) {
        let answered = &mut self.workers[index].process.answered;
        answered.insert(asked.id, now);
        let key = ShardKey {
            encoding: asked.encoding,
            shard: asked.shard,
        };
        let Some((proof, bytes)) = self.read_own(index, key, asked.group) else {
            return;
        };
        let call = RuntimeCall::Retrieval(Call::answer {
            id: asked.id,
            bytes: bytes.try_into().unwrap_or_default(),
            proof,
        });
        if !self.send(Sender::Nobody, call, Waiting::Answer(index, asked.id)) {
            self.workers[index].trouble = self.chain.number();
        }
    }

    /// An answer was refused: it is sent again with the next block.
    pub fn answer_failed(&mut self, index: usize, id: RetrievalId) {
        self.workers[index].process.answered.remove(&id);
    }

    /// No honest worker that was whole misses a challenge, and none is open for ever.
    pub fn check_challenges(&mut self, view: &View) -> Judged {
        let before = self.views.iter().rev().nth(1).cloned().unwrap_or_default();
        for event in view.events.iter() {
            let RuntimeEvent::Retrieval(event) = event else {
                continue;
            };
            match event {
                Ended::Challenged { .. } => self.report.challenges += 1,
                Ended::Answered { .. } => self.report.answered += 1,
                Ended::Missed {
                    id,
                    worker,
                    encoding,
                    shard,
                    ..
                } => {
                    self.report.missed_challenges += 1;
                    self.oracle.lost.insert((*encoding, *shard));
                    self.judge_miss(&before, *id, worker)?;
                }
                _ => {}
            }
        }
        let late = |asked: &&RetrievalInfo| view.number > asked.deadline + OVER_BLOCKS;
        match view.retrievals.values().flatten().find(late) {
            Some(asked) => Err((
                "ends",
                format!("challenge {} was to end at {}", asked.id, asked.deadline),
            )),
            None => Ok(()),
        }
    }

    fn judge_miss(&self, before: &View, id: RetrievalId, worker: &WorkerId) -> Judged {
        let asked = before.retrievals.get(worker).into_iter().flatten();
        let opened_at = asked.clone().find(|asked| asked.id == id);
        let opened_at = opened_at.map_or(0, |asked| asked.opened_at);
        let Some(state) = self.by_id.get(worker).map(|index| &self.workers[*index]) else {
            return Ok(());
        };
        if state.plan.behaviour == Behaviour::Honest && state.trouble < opened_at {
            let what = format!(
                "worker {} was whole since block {}, and missed challenge {id} of block {opened_at}",
                state.index, state.trouble
            );
            return Err(("honest worker", what));
        }
        Ok(())
    }
}
