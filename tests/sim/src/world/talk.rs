//! Messages, who can talk, and what is told of a run.

use super::{Event, Waiting, World};
use crate::{
    chain::{Sender, View},
    people,
    scenario::PUBLISHERS,
};
use ballast_runtime::RuntimeCall;

impl World {
    /// Sends a transaction; false if it is lost on the way. Its sender does not know.
    pub fn send(&mut self, sender: Sender, call: RuntimeCall, waiting: Waiting) -> bool {
        if self.is_lost() {
            return false;
        }
        let delay = self.delay();
        self.after(delay, Event::Arrive(sender, call, waiting));
        true
    }

    /// Whether the next message is lost.
    pub fn is_lost(&mut self) -> bool {
        let loss = if self.faults_on {
            self.scenario.network.loss
        } else {
            0
        };
        self.rng.chance(loss)
    }

    /// How long the next message travels.
    pub fn delay(&mut self) -> u64 {
        let longest = if self.faults_on {
            self.scenario.network.delay_ms
        } else {
            100
        };
        self.rng.range(10, longest.max(10))
    }

    /// Adds a line to the trace of the run, which two runs of a seed share.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        let line = line();
        self.trace.update(line.as_bytes());
        if self.tells {
            println!("{:>5} {:>8} {line}", self.chain.number(), self.now);
        }
    }

    pub(super) fn tell_events(&mut self, view: &View) {
        if self.tells {
            for event in view.events.iter() {
                use ballast_runtime::RuntimeEvent::{Blobs, Possession, Retrieval, Workers};
                if matches!(event, Blobs(_) | Possession(_) | Retrieval(_) | Workers(_)) {
                    println!("{:>5} {:>8} {event:?}", view.number, self.now);
                }
            }
        }
    }

    /// Whether two can talk.
    pub fn reaches(&self, index: usize) -> bool {
        let worker = &self.workers[index];
        worker.is_up && !worker.is_cut(self.chain.number())
    }

    /// Publishers' accounts.
    pub fn publisher(&self, index: usize) -> Sender {
        Sender::Account(Box::new(people::publisher(index % PUBLISHERS)))
    }
}
