//! What to do next for one encoding, from placement to its last receipt. Pure: told what happened, it says what to do.

use crate::limits::UPLOAD_ROUNDS;
use ballast_core::{
    receipt::Receipt,
    view::{AssignmentInfo, EncodingInfo},
    Code, ShardIndex, WorkerId,
};
use std::collections::BTreeMap;

/// How far an encoding is.
#[derive(Debug)]
pub(crate) struct Campaign {
    code: Code,
    /// Shards without a cell, which count as held.
    empty: u8,
    slots: BTreeMap<ShardIndex, Slot>,
    is_certified: bool,
    /// Shards that were reassigned so far.
    reassigned: u8,
    may_replace: bool,
}

/// One shard that somebody is to hold.
#[derive(Debug)]
struct Slot {
    worker: WorkerId,
    generation: u32,
    state: State,
    /// Rounds in which its worker gave no receipt.
    rounds: u32,
    reason: String,
}

#[derive(Debug)]
enum State {
    Open,
    Signed(Receipt),
    OnChain,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Send these shards to their workers and ask for receipts.
    Upload(Vec<ShardIndex>),
    /// Put these receipts on chain.
    Certify(Vec<Receipt>),
    /// Have these shards' workers replaced.
    Replace(Vec<ShardIndex>),
    /// There is a certificate, and no more to be had.
    Done,
    /// There is no way to a certificate.
    GiveUp,
}

impl Campaign {
    /// The campaign for a placed encoding.
    pub(crate) fn new(info: &EncodingInfo, may_replace: bool) -> Self {
        let empty = info.roots.iter().filter(|root| root.is_none()).count();
        let mut campaign = Self {
            code: info.code,
            empty: u8::try_from(empty).unwrap_or(u8::MAX),
            slots: BTreeMap::new(),
            is_certified: false,
            reassigned: 0,
            may_replace,
        };
        campaign.refresh(info);
        campaign
    }

    /// Takes over what the chain says now. Returns the shards that have another worker than before.
    pub(crate) fn refresh(&mut self, info: &EncodingInfo) -> Vec<ShardIndex> {
        self.is_certified = super::facts::is_certified(info);
        self.reassigned = info.reassigned;
        let mut moved = Vec::new();
        for (shard, assignment) in assignments(info) {
            let known = self.slots.get(&shard);
            let is_new = known.is_none_or(|slot| slot.generation != assignment.generation);
            if is_new {
                let slot = Slot::new(assignment.worker, assignment.generation);
                moved.extend(self.slots.insert(shard, slot).map(|_| shard));
            }
            if let Some(slot) = self.slots.get_mut(&shard).filter(|_| assignment.receipted) {
                slot.state = State::OnChain;
            }
        }
        moved
    }

    /// What to do next. `is_late` once the time for further receipts is over.
    pub(crate) fn next(&self, is_late: bool) -> Step {
        let open = self.open();
        let receipts = self.receipts();
        match (self.is_certified, receipts.is_empty()) {
            (true, _) if !is_late && !open.is_empty() => Step::Upload(open),
            (true, false) => Step::Certify(receipts),
            (true, true) => Step::Done,
            (false, _) if self.has_quorum() && !receipts.is_empty() => Step::Certify(receipts),
            (false, _) if !open.is_empty() => Step::Upload(open),
            (false, _) => self.replace(),
        }
    }

    /// A worker signed for its shard.
    pub(crate) fn signed(&mut self, receipt: Receipt) {
        if let Some(slot) = self.slots.get_mut(&receipt.shard) {
            slot.state = State::Signed(receipt);
        }
    }

    /// A round ended without a receipt of this shard, or with one that is no good.
    pub(crate) fn failed(&mut self, shard: ShardIndex, reason: String) {
        if let Some(slot) = self.slots.get_mut(&shard) {
            slot.state = State::Open;
            slot.rounds = slot.rounds.saturating_add(1);
            slot.reason = reason;
        }
    }

    /// A worker lied: it is not asked again.
    pub(crate) fn banned(&mut self, shard: ShardIndex, reason: String) {
        self.failed(shard, reason);
        if let Some(slot) = self.slots.get_mut(&shard) {
            slot.rounds = UPLOAD_ROUNDS;
        }
    }

    /// Gives each silent worker one more round, while a replacement has to wait.
    pub(crate) fn try_again(&mut self) {
        for slot in self
            .slots
            .values_mut()
            .filter(|slot| matches!(slot.state, State::Open))
        {
            slot.rounds = slot.rounds.min(UPLOAD_ROUNDS.saturating_sub(1));
        }
    }

    /// Worker and generation of a shard.
    pub(crate) fn assignment(&self, shard: ShardIndex) -> Option<(WorkerId, u32)> {
        self.slots
            .get(&shard)
            .map(|slot| (slot.worker, slot.generation))
    }

    /// The workers of all shards.
    pub(crate) fn workers(&self) -> impl Iterator<Item = WorkerId> + '_ {
        self.slots.values().map(|slot| slot.worker)
    }

    /// Shards that are held, as far as is known here.
    pub(crate) fn held(&self) -> u8 {
        let held = self
            .slots
            .values()
            .filter(|slot| !matches!(slot.state, State::Open))
            .count();
        self.empty
            .saturating_add(u8::try_from(held).unwrap_or(u8::MAX))
    }

    /// Shards that must be held for a certificate.
    pub(crate) fn quorum(&self) -> u8 {
        self.code.quorum()
    }

    /// Whether enough shards are held for a certificate.
    pub(crate) fn has_quorum(&self) -> bool {
        self.held() >= self.quorum()
    }

    /// Whether the certificate is on chain.
    pub(crate) fn is_certified(&self) -> bool {
        self.is_certified
    }

    /// Shards that nobody holds yet, their workers, and why.
    pub(crate) fn missing(&self) -> Vec<(ShardIndex, WorkerId, String)> {
        let open = self
            .slots
            .iter()
            .filter(|(_, slot)| matches!(slot.state, State::Open));
        open.map(|(shard, slot)| (*shard, slot.worker, slot.reason.clone()))
            .collect()
    }

    /// Receipts that are not on chain, by shard.
    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        let signed = self.slots.values().filter_map(|slot| match &slot.state {
            State::Signed(receipt) => Some(receipt.clone()),
            _ => None,
        });
        signed.collect()
    }

    /// Shards whose workers are worth another round.
    fn open(&self) -> Vec<ShardIndex> {
        let open = |slot: &Slot| matches!(slot.state, State::Open) && slot.rounds < UPLOAD_ROUNDS;
        self.slots
            .iter()
            .filter(|(_, slot)| open(slot))
            .map(|(shard, _)| *shard)
            .collect()
    }

    /// Replaces as many as allowed, if that can make a quorum.
    fn replace(&self) -> Step {
        let left = self.code.reassign_limit().saturating_sub(self.reassigned);
        let silent = self.missing().into_iter().map(|(shard, ..)| shard);
        let shards: Vec<ShardIndex> = silent.take(usize::from(left)).collect();
        let reachable = usize::from(self.held()).saturating_add(shards.len());
        match self.may_replace && !shards.is_empty() && reachable >= usize::from(self.quorum()) {
            true => Step::Replace(shards),
            false => Step::GiveUp,
        }
    }
}

impl Slot {
    fn new(worker: WorkerId, generation: u32) -> Self {
        Self {
            worker,
            generation,
            state: State::Open,
            rounds: 0,
            reason: "it was not asked yet".into(),
        }
    }
}

/// The assignments with their shards: there is one for each shard that has a root, in order.
fn assignments(info: &EncodingInfo) -> impl Iterator<Item = (ShardIndex, AssignmentInfo)> + '_ {
    let roots = (0..=u8::MAX).map(ShardIndex).zip(&info.roots);
    let held = roots
        .filter(|(_, root)| root.is_some())
        .map(|(shard, _)| shard);
    held.zip(info.assignments.iter().copied())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
