//! Faults: how they begin, and how all of them end.

use crate::{
    scenario::{Behaviour, Fault},
    world::World,
};
use ballast_core::BlockNumber;

impl World {
    /// Begins what is due with the next block.
    pub fn begin_faults(&mut self) {
        let next = self.chain.number() + 1;
        while self
            .scenario
            .faults
            .first()
            .is_some_and(|(at, _)| *at <= next)
        {
            let (_, fault) = self.scenario.faults.remove(0);
            self.note(|| format!("fault: {fault:?}"));
            self.report.faults += 1;
            self.begin_fault(fault, next);
        }
    }

    fn begin_fault(&mut self, fault: Fault, now: BlockNumber) {
        match fault {
            Fault::Crash {
                worker,
                point,
                passes,
                down,
            } => self.workers[worker].crash_at = Some((point, passes, down)),
            Fault::Gone { worker } => self.kill(worker),
            Fault::Partition { workers, blocks } => {
                for worker in workers {
                    let until = &mut self.workers[worker].cut_until;
                    *until = (*until).max(now + blocks);
                }
            }
            Fault::Rot { worker } => self.rot(worker),
            Fault::Full { worker, blocks } => self.workers[worker].full_until = now + blocks,
            Fault::Drain {
                worker,
                resume_after,
            } => self.drain(worker, resume_after.map(|after| now + after)),
            Fault::Ask { worker, ask } => self.change_ask(worker, ask),
            Fault::NoVrf { blocks } => self.no_vrf_until = now + blocks,
            Fault::NoFinality { blocks } => self.no_finality_until = now + blocks,
            Fault::Lag { worker, by, blocks } => self.workers[worker].lag = (by, now + blocks),
            Fault::Fork { depth } => self.begin_fork(depth),
            Fault::Extend { publisher, epochs } => self.extend(publisher, epochs),
        }
    }

    /// Faults are over: the network is whole, whoever crashed is back; those who are not honest leave, or stay.
    pub fn end_faults(&mut self, number: BlockNumber) {
        self.note(|| "faults are over".into());
        self.faults_on = false;
        (self.no_vrf_until, self.no_finality_until) = (0, 0);
        self.fork = None;
        self.chain.forget();
        for index in 0..self.workers.len() {
            let worker = &mut self.workers[index];
            worker.trouble = worker.trouble.max(number);
            worker.calm();
            if self.scenario.malicious_die && worker.plan.behaviour != Behaviour::Honest {
                self.kill(index);
            }
        }
    }

    /// A byte changes on a worker's disk.
    fn rot(&mut self, index: usize) {
        let keys = self.workers[index].disk.keys();
        let at = self.rng.next_number() as usize;
        if let Some(key) = self.rng.pick(&keys).copied() {
            self.workers[index].disk.rot(key, at);
            self.workers[index].rotted += 1;
            self.note(|| format!("rot: {index} {key}"));
        }
    }
}
