//! Operators: they let workers join, drain, resume, leave, withdraw, and join again.

use crate::{
    chain::Sender,
    people,
    scenario::Behaviour,
    world::{Event, Waiting, World},
};
use ballast_core::{view::WorkerStatus, BlockNumber};
use ballast_runtime::RuntimeCall;
use pallet_workers::{Call, WorkerProfile};

/// How often operators look, in milliseconds.
const OPERATE_MS: u64 = 3_000;
/// How long an operator waits for a call, in milliseconds.
const PATIENCE_MS: u64 = 12_000;

impl World {
    /// Operators look after their workers.
    pub fn operate(&mut self) {
        self.after(OPERATE_MS, Event::Operate);
        let best = self.best().clone();
        for index in 0..self.workers.len() {
            let worker = &self.workers[index];
            if worker.is_gone || self.now < worker.operator_waits {
                continue;
            }
            let status = best
                .workers
                .get(&worker.id)
                .map(|info| (info.status, info.assigned_bytes));
            if let Some(call) = self.next_call(index, status, best.number) {
                self.workers[index].operator_waits = self.now + PATIENCE_MS;
                let sender = Sender::Account(Box::new(self.workers[index].pair()));
                self.send(sender, RuntimeCall::Workers(call), Waiting::Nobody);
            }
        }
    }

    fn next_call(
        &mut self,
        index: usize,
        status: Option<(WorkerStatus, u64)>,
        now: BlockNumber,
    ) -> Option<Call<ballast_runtime::Runtime>> {
        let worker = &mut self.workers[index];
        let honest = worker.plan.behaviour == Behaviour::Honest;
        match status {
            None => {
                let due = worker.plan.joins_at.map_or(!self.faults_on, |at| now >= at);
                let stake = worker.plan.stake;
                due.then(|| Call::join {
                    profile: self.profile(index),
                    stake,
                })
            }
            Some((WorkerStatus::Active, _)) => match worker.drains {
                Some(resume_at) if resume_at.is_none_or(|at| now < at) => Some(Call::drain {}),
                _ => None,
            },
            Some((WorkerStatus::Draining, assigned)) => match worker.drains {
                Some(Some(at)) if now >= at => {
                    worker.drains = None;
                    Some(Call::resume {})
                }
                Some(None) if assigned == 0 => Some(Call::leave {}),
                _ => None,
            },
            // Dishonest operators do not come back.
            Some((WorkerStatus::Evicted, 0)) if honest => Some(Call::leave {}),
            Some((WorkerStatus::Evicted, _)) => None,
            Some((WorkerStatus::Leaving { withdrawable_at }, _)) => {
                worker.drains = None;
                (now >= withdrawable_at).then_some(Call::withdraw {})
            }
        }
    }

    fn profile(&self, index: usize) -> WorkerProfile {
        let plan = &self.workers[index].plan;
        let pair = people::worker(index);
        WorkerProfile {
            operator: people::account(&pair),
            endpoint: b"https://worker.example"
                .to_vec()
                .try_into()
                .unwrap_or_default(),
            receipt_key: self.workers[index].id.0,
            capacity: plan.capacity,
            ask_per_gib_epoch: plan.ask,
        }
    }

    /// An operator wants its worker to leave, or only to pause.
    pub fn drain(&mut self, index: usize, resume_at: Option<BlockNumber>) {
        self.workers[index].drains = Some(resume_at);
    }

    /// An operator asks for another price.
    pub fn change_ask(&mut self, index: usize, ask: u128) {
        self.workers[index].plan.ask = ask;
        let call = RuntimeCall::Workers(Call::update {
            profile: self.profile(index),
        });
        let sender = Sender::Account(Box::new(self.workers[index].pair()));
        self.send(sender, call, Waiting::Nobody);
    }
}
