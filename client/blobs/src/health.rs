//! How well workers have answered, over all blobs of a client.
//!
//! Goals: a worker that is gone or slow is found out once, not once for each blob; one that is back is tried again soon.
//! Non-goals: what a worker did with one shard (`fetch::holders`).

use ballast_core::WorkerId;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Failures in a row after which a worker is asked only when others do not suffice.
const BAD_AFTER: u32 = 2;

/// How long that lasts after its last failure.
const BAD_FOR: Duration = Duration::from_secs(30);

/// Workers that are remembered.
const MAX_WORKERS: usize = 4096;

/// Answers whose times are remembered.
const REMEMBERED: usize = 64;

/// Answers before their times say something.
const ENOUGH: usize = 8;

/// Standing of workers.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Record>);

#[derive(Debug, Default)]
struct Record {
    workers: HashMap<WorkerId, Standing>,
    /// Times of the last answers of all workers.
    times: VecDeque<Duration>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    failures_in_a_row: u32,
    failed_at: Option<Instant>,
    /// What answers take, the last ones counting most.
    time: Option<Duration>,
}

impl Health {
    /// A worker answered well.
    pub(crate) fn answered(&self, worker: WorkerId, took: Duration) {
        let mut record = self.record();
        let standing = record.of(worker);
        standing.failures_in_a_row = 0;
        standing.time = Some(match standing.time {
            None => took,
            Some(before) => before.saturating_mul(3).saturating_add(took) / 4,
        });
        if record.times.len() >= REMEMBERED {
            record.times.pop_front();
        }
        record.times.push_back(took);
    }

    /// A worker did not answer, or not well, or not in time.
    pub(crate) fn failed(&self, worker: WorkerId) {
        let mut record = self.record();
        let standing = record.of(worker);
        standing.failures_in_a_row = standing.failures_in_a_row.saturating_add(1);
        standing.failed_at = Some(Instant::now());
    }

    /// Failures in a row of a worker that is worth asking only when others do not suffice; 0 for others.
    pub(crate) fn badness(&self, worker: WorkerId) -> u32 {
        let record = self.record();
        let standing = record.workers.get(&worker).copied().unwrap_or_default();
        let is_recent = standing.failed_at.is_some_and(|at| at.elapsed() < BAD_FOR);
        match is_recent && standing.failures_in_a_row >= BAD_AFTER {
            true => standing.failures_in_a_row,
            false => 0,
        }
    }

    /// What a worker's answers take; nothing for one that was never asked, so that it is tried.
    pub(crate) fn time(&self, worker: WorkerId) -> Duration {
        let record = self.record();
        let known = record.workers.get(&worker);
        known.and_then(|standing| standing.time).unwrap_or_default()
    }

    /// How long to wait for an answer before one more worker is asked: `first` as long as little is known, then twice
    /// what all but the slowest twentieth of the last answers took, within an eighth of `first` and `first`.
    /// (Dean, Barroso: The tail at scale, CACM 56(2), 2013.)
    pub(crate) fn hedge_delay(&self, first: Duration) -> Duration {
        let mut times: Vec<Duration> = self.record().times.iter().copied().collect();
        if times.len() < ENOUGH {
            return first;
        }
        times.sort_unstable();
        let late = times.get(times.len().saturating_mul(19) / 20).copied();
        late.map_or(first, |late| late.saturating_mul(2).clamp(first / 8, first))
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
    fn of(&mut self, worker: WorkerId) -> &mut Standing {
        if self.workers.len() >= MAX_WORKERS && !self.workers.contains_key(&worker) {
            // Who failed last is worth remembering; of the others one as good as any is forgotten.
            let forgotten = self
                .workers
                .iter()
                .min_by_key(|(_, standing)| standing.failed_at)
                .map(|(worker, _)| *worker);
            forgotten.map(|worker| self.workers.remove(&worker));
        }
        self.workers.entry(worker).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(2);

    fn worker(number: u16) -> WorkerId {
        let mut id = [0; 32];
        id[..2].copy_from_slice(&number.to_le_bytes());
        WorkerId(id)
    }

    #[test]
    fn two_failures_in_a_row_make_a_worker_bad_until_it_answers() {
        let health = Health::default();
        health.failed(worker(1));
        assert_eq!(health.badness(worker(1)), 0);
        health.failed(worker(1));
        assert_eq!(
            (health.badness(worker(1)), health.badness(worker(2))),
            (2, 0)
        );
        health.answered(worker(1), Duration::from_millis(5));
        assert_eq!(health.badness(worker(1)), 0);
    }

    #[test]
    fn a_bad_worker_is_forgiven_after_a_while() {
        let health = Health::default();
        health.failed(worker(1));
        health.failed(worker(1));
        health.record().of(worker(1)).failed_at = Instant::now().checked_sub(BAD_FOR);
        assert_eq!(health.badness(worker(1)), 0);
        health.failed(worker(1));
        assert_eq!(health.badness(worker(1)), 3, "one failure more is enough");
    }

    #[test]
    fn the_hedge_delay_follows_the_slower_answers_within_bounds() {
        let health = Health::default();
        let answer = |millis: u64, count: usize| {
            (0..count).for_each(|_| health.answered(worker(1), Duration::from_millis(millis)));
        };
        answer(1, ENOUGH - 1);
        assert_eq!(health.hedge_delay(FIRST), FIRST, "little is known");
        answer(1, REMEMBERED);
        assert_eq!(health.hedge_delay(FIRST), FIRST / 8);
        answer(400, REMEMBERED / 10);
        assert_eq!(health.hedge_delay(FIRST), Duration::from_millis(800));
        answer(60_000, REMEMBERED);
        assert_eq!(health.hedge_delay(FIRST), FIRST);
    }

    #[test]
    fn workers_that_are_remembered_are_bounded() {
        let health = Health::default();
        health.failed(worker(9999));
        health.failed(worker(9999));
        for number in 0..MAX_WORKERS as u16 + 10 {
            health.answered(worker(number), Duration::from_millis(number.into()));
        }
        assert_eq!(health.record().workers.len(), MAX_WORKERS);
        assert_eq!(health.badness(worker(9999)), 2, "who failed is remembered");
        assert_eq!(
            health.time(worker(MAX_WORKERS as u16 + 9)).as_millis(),
            4105
        );
    }
}
