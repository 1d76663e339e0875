//! Verifiers: they commit to what they find, or say to have found, and reveal it.

use super::{Call, Kind};
use crate::{people, world::World, Sabotage};
use ballast_core::{
    check::{ScoreBody, MAX_SCORE},
    BlockNumber, SettlementId, WorkerId,
};
use ballast_runtime::{AccountId, Inference, Runtime};
use pallet_inference::{
    types::{Check, Settlement, Stage},
    Channels, Checks, Settlements,
};

/// A score that passes, and one that fails.
const PASSES: u16 = 990;
const FAILS: u16 = 20;

impl World {
    pub(super) fn be_verifiers(&mut self) {
        let mut checks: Vec<(SettlementId, Check, Settlement, AccountId)> = self.chain.with(|| {
            let checks = Checks::<Runtime>::iter();
            checks
                .filter_map(|(id, check)| {
                    let entry = Settlements::<Runtime>::get(id)?;
                    let payee = Channels::<Runtime>::get(entry.channel)?.payee;
                    Some((id, check, entry, payee))
                })
                .collect()
        });
        checks.sort_by_key(|(id, ..)| *id);
        let commit_blocks = self.chain.with(Inference::parameters).commit_blocks;
        for (id, check, entry, payee) in checks {
            // Before that another fork might have another batch under this number, or draw another claim of it.
            let drawn_at = check.commit_until.saturating_sub(commit_blocks);
            let is_final = drawn_at.max(entry.settled_at) <= self.finalized.number;
            if check.vacant > 0 || check.stage == Stage::Condemned || !is_final {
                continue;
            }
            let batch = self.serving.batch(&entry.root);
            let claim = check.leaf.unwrap_or_default();
            let is_right = batch.is_some_and(|batch| batch.is_right(claim));
            for seat in &check.panel {
                let Some(worker) = self.worker_index(&seat.worker) else {
                    continue;
                };
                let open = (seat.commitment.is_none(), seat.score.is_none());
                self.verify((id, worker), is_right, &payee, check.commit_until, open);
            }
        }
    }

    fn verify(
        &mut self,
        (id, worker): (SettlementId, usize),
        is_right: bool,
        payee: &AccountId,
        commit_until: BlockNumber,
        (uncommitted, unrevealed): (bool, bool),
    ) {
        let silent = self.serving.kinds[worker] == Kind::Silent;
        let now = self.chain.number();
        // Half of the silent commit and do not reveal.
        let stays_silent = |reveals: bool| silent && (reveals || id.0.is_multiple_of(2));
        let score = match self.serving.scores.get(&(id, worker)) {
            Some(score) => *score,
            None => self.find(worker, is_right, payee),
        };
        let pair = people::worker(worker);
        let body = ScoreBody {
            genesis_hash: self.chain.genesis_hash(),
            settlement: id,
            verifier: WorkerId(self.worker_account(worker).into()),
            score,
            salt: *blake3::hash(
                &[b"salt".as_slice(), &id.0.to_le_bytes(), &[worker as u8]].concat(),
            )
            .as_bytes(),
        };
        if uncommitted && now < commit_until && !stays_silent(false) {
            self.serving.scores.insert((id, worker), score);
            let call = Call::commit_score {
                settlement: id,
                commitment: body.commitment(),
            };
            self.insist(format!("commit {id} {worker}"), pair, call);
        } else if !uncommitted && unrevealed && now >= commit_until && !stays_silent(true) {
            let call = Call::reveal_score {
                settlement: id,
                score,
                salt: body.salt,
            };
            self.insist(format!("reveal {id} {worker}"), pair, call);
        }
    }

    /// What a verifier says of a batch.
    fn find(&self, worker: usize, is_right: bool, payee: &AccountId) -> u16 {
        let of = self
            .worker_index(payee)
            .map(|index| self.serving.kinds[index]);
        let says = match self.serving.kinds[worker] {
            Kind::Colluding => of == Some(Kind::Colluding),
            _ if self.sabotage == Some(Sabotage::WrongScores) => !is_right,
            _ => is_right,
        };
        let score = if says { PASSES } else { FAILS };
        score.min(MAX_SCORE)
    }
}
