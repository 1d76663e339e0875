//! How a seed chooses: workers, blobs and faults.

use super::{
    Behaviour, BlobPlan, CrashPoint, Fault, Scenario, WorkerPlan, CRASH_POINTS, PUBLISHERS,
};
use crate::rng::Rng;
use ballast_core::{price::BAL, BlockNumber, Code, ShardIndex};

/// Honest workers that die for good, at most.
const GONE_MAX: usize = 3;
/// Thousandths of the second blobs, where k is 2, whose shards have more than one column block.
const LARGE_PERMILLE: u64 = 200;
/// Wider codes only make a run longer: the rules do not look at k.
const CODES: [(u8, u8); 6] = [(2, 4), (2, 6), (4, 6), (4, 8), (4, 12), (8, 16)];

impl Scenario {
    /// Stakes differ by up to five times, and up to a third of the stake is not honest.
    pub(super) fn choose_workers(&mut self, rng: &mut Rng) {
        let count = rng.range(8, 20) as usize;
        for _ in 0..count {
            let plan = worker(rng, Some(rng.clone().range(1, 3) as BlockNumber));
            self.workers.push(plan);
        }
        let total: u128 = self.workers.iter().map(|worker| worker.stake).sum();
        let share = u128::from(rng.range(0, 333));
        let mut malicious = 0;
        for worker in &mut self.workers {
            if (malicious + worker.stake) * 1_000 <= total * share && rng.chance(700) {
                malicious += worker.stake;
                worker.behaviour = behaviour(rng);
            }
        }
        // More join later than can be lost for good.
        let dishonest = self
            .workers
            .iter()
            .filter(|worker| worker.behaviour != Behaviour::Honest)
            .count();
        for _ in 0..dishonest + GONE_MAX + 3 {
            let joins_at = rng.chance(300).then(|| rng.range(20, 150) as BlockNumber);
            let plan = worker(rng, joins_at);
            self.workers.push(plan);
        }
    }

    pub(super) fn choose_blobs(&mut self, rng: &mut Rng) {
        let first = self
            .workers
            .iter()
            .filter(|plan| plan.joins_at.is_some_and(|at| at <= 3));
        let widest = first.count() as u8;
        for number in 0..rng.range(2, 4) {
            let fitting: Vec<_> = CODES.iter().filter(|(_, n)| *n <= widest).collect();
            let Some((k, n)) = rng.pick(&fitting).copied().copied() else {
                continue;
            };
            let Ok(code) = Code::new(k, n) else { continue };
            // A shard of more than a column block takes seconds, and shows what there is to see in few runs.
            let is_large = number == 1 && k == 2 && rng.fork(1).chance(LARGE_PERMILLE);
            let wrong = rng
                .chance(150)
                .then(|| ShardIndex(rng.range(k.into(), u64::from(n) - 1) as u8));
            self.blobs.push(BlobPlan {
                len: match is_large {
                    true => rng.range(2_200_000, 3_000_000) as usize,
                    false => rng.range(1_025, 60_000) as usize,
                },
                code,
                at: 5 + rng.range(0, 60) as BlockNumber * u32::from(number > 0),
                // The first one stays, others end while we look.
                epochs: if number == 0 {
                    200
                } else {
                    rng.range(2, 40) as u32
                },
                publisher: rng.below(PUBLISHERS as u64) as usize,
                wrong: wrong.filter(|_| number > 0),
                abandoned: number > 0 && rng.chance(80),
            });
        }
        if self.has_large() {
            for plan in &mut self.workers {
                plan.capacity += 16 << 20;
            }
        }
    }

    pub(super) fn choose_faults(&mut self, rng: &mut Rng) {
        let honest: Vec<usize> = (0..self.workers.len())
            .filter(|index| self.workers[*index].behaviour == Behaviour::Honest)
            .collect();
        for _ in 0..rng.range(0, 24) {
            let at = rng.range(6, u64::from(self.faults_until) - 10) as BlockNumber;
            let gone = self
                .faults
                .iter()
                .filter(|(_, fault)| matches!(fault, Fault::Gone { .. }))
                .count();
            if let Some(fault) = fault(rng, &honest) {
                if gone < GONE_MAX || !matches!(fault, Fault::Gone { .. }) {
                    self.faults.push((at, fault));
                }
            }
        }
        // Uploads are early and short: some crashes lie in wait for them.
        for _ in 0..rng.range(0, 4) {
            let points = [CrashPoint::Written, CrashPoint::Durable, CrashPoint::Signed];
            if let (Some(worker), Some(point)) =
                (rng.pick(&honest).copied(), rng.pick(&points).copied())
            {
                let down = rng.range(1, 15) as BlockNumber;
                let crash = Fault::Crash {
                    worker,
                    point,
                    passes: 1,
                    down,
                };
                self.faults.push((5, crash));
            }
        }
        self.faults.sort_by_key(|(at, _)| *at);
    }
}

fn worker(rng: &mut Rng, joins_at: Option<BlockNumber>) -> WorkerPlan {
    WorkerPlan {
        stake: u128::from(rng.range(2_000, 10_000)) * BAL,
        ask: u128::from(rng.range(1, 50)) * BAL / 1_000,
        capacity: rng.range(100_000, 400_000),
        behaviour: Behaviour::Honest,
        joins_at,
    }
}

fn behaviour(rng: &mut Rng) -> Behaviour {
    match rng.below(5) {
        0 => Behaviour::Lying,
        1 => Behaviour::Withholding,
        2 => Behaviour::Outsourcing,
        3 => Behaviour::Lazy(rng.range(10, 100) as u16),
        _ => Behaviour::Lazy(rng.range(100, 1_000) as u16),
    }
}

fn fault(rng: &mut Rng, honest: &[usize]) -> Option<Fault> {
    let worker = *rng.pick(honest)?;
    Some(match rng.below(17) {
        0..=4 => Fault::Crash {
            worker,
            point: *rng.pick(&CRASH_POINTS)?,
            passes: rng.range(1, 2) as u32,
            down: rng.range(1, 15) as BlockNumber,
        },
        5 => Fault::Gone { worker },
        6 => {
            let mut workers: Vec<usize> = honest.to_vec();
            rng.shuffle(&mut workers);
            workers.truncate(rng.range(1, 4) as usize);
            let blocks = rng.range(2, 25) as BlockNumber;
            Fault::Partition { workers, blocks }
        }
        7 => Fault::Rot { worker },
        8 => Fault::Full {
            worker,
            blocks: rng.range(10, 60) as BlockNumber,
        },
        9 | 10 => {
            let resumes = rng.chance(400);
            let resume_after = resumes.then(|| rng.range(1, 40) as BlockNumber);
            Fault::Drain {
                worker,
                resume_after,
            }
        }
        11 => Fault::Ask {
            worker,
            ask: u128::from(rng.range(1, 80)) * BAL / 1_000,
        },
        12 => Fault::NoVrf {
            blocks: rng.range(1, 12) as BlockNumber,
        },
        13 => match rng.chance(500) {
            true => Fault::NoFinality {
                blocks: rng.range(2, 30) as BlockNumber,
            },
            false => Fault::Lag {
                worker,
                by: rng.range(1, 6) as BlockNumber,
                blocks: rng.range(3, 30) as BlockNumber,
            },
        },
        14 | 15 => Fault::Fork {
            depth: rng.range(1, 3) as BlockNumber,
        },
        _ => Fault::Extend {
            publisher: rng.below(PUBLISHERS as u64) as usize,
            epochs: rng.range(1, 12) as u32,
        },
    })
}
