//! What a seed means: the parameters of the chain, who takes part, what is stored, and which faults happen when.
//!
//! Non-goals: what follows from it (the rest of the crate).

use crate::rng::Rng;
use ballast_core::{price::BAL, BlockNumber, Code, ShardIndex};

/// Milliseconds between two blocks.
pub const BLOCK_MS: u64 = 3_000;
/// Publishers, each with an account.
pub const PUBLISHERS: usize = 3;
/// Honest workers that die for good, at most.
const GONE_MAX: usize = 3;
/// Wider codes only make a run longer: the rules do not look at k.
const CODES: [(u8, u8); 6] = [(2, 4), (2, 6), (4, 6), (4, 8), (4, 12), (8, 16)];

/// What a worker does with its duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It runs the worker's real rules.
    Honest,
    /// It proves to the chain and serves wrong bytes to others.
    Lying,
    /// It drops so many thousandths of the chunks it has receipts for.
    Lazy(u16),
    /// It proves to the chain and serves nobody.
    Withholding,
    /// It drops everything and rebuilds it from others when the chain asks.
    Outsourcing,
}

/// Where a crash hits. Each is passed by the workers' code by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrashPoint {
    /// A shard is written and not flushed.
    Written,
    /// A shard is durable, its receipt not signed.
    Durable,
    /// A receipt is signed and not sent.
    Signed,
    /// Some of the shards for a rebuild are fetched.
    Rebuilding,
    /// Proofs are made and not sent.
    Proving,
    /// Proofs are sent.
    Proven,
    /// A shard is deleted, the next one is not.
    Deleting,
    /// Nothing was under way.
    Idle,
}

/// All crash points.
pub const CRASH_POINTS: [CrashPoint; 8] = [
    CrashPoint::Written,
    CrashPoint::Durable,
    CrashPoint::Signed,
    CrashPoint::Rebuilding,
    CrashPoint::Proving,
    CrashPoint::Proven,
    CrashPoint::Deleting,
    CrashPoint::Idle,
];

/// A worker.
#[derive(Clone, Debug)]
pub struct WorkerPlan {
    /// Its stake.
    pub stake: u128,
    /// What it asks.
    pub ask: u128,
    /// Bytes it offers.
    pub capacity: u64,
    /// What it does.
    pub behaviour: Behaviour,
    /// Block at which it joins; `None`: when the faults are over.
    pub joins_at: Option<BlockNumber>,
}

/// A blob.
#[derive(Clone, Debug)]
pub struct BlobPlan {
    /// Its length.
    pub len: usize,
    /// Its code.
    pub code: Code,
    /// Block at which it is registered.
    pub at: BlockNumber,
    /// Storage epochs that are paid for.
    pub epochs: u32,
    /// Who publishes it.
    pub publisher: usize,
    /// A parity shard that is encoded wrongly.
    pub wrong: Option<ShardIndex>,
    /// The publisher is gone after the registration.
    pub abandoned: bool,
}

/// Something that happens at a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A worker crashes when it passes the point for the nth time, and is back after some blocks.
    Crash {
        /// The worker.
        worker: usize,
        /// Where.
        point: CrashPoint,
        /// After how many passes.
        passes: u32,
        /// For how long, in blocks.
        down: BlockNumber,
    },
    /// A worker is dead for good.
    Gone {
        /// The worker.
        worker: usize,
    },
    /// Nothing reaches some workers, and nothing comes from them.
    Partition {
        /// The workers.
        workers: Vec<usize>,
        /// For how long, in blocks.
        blocks: BlockNumber,
    },
    /// A byte on a worker's disk changes.
    Rot {
        /// The worker.
        worker: usize,
    },
    /// A worker's disk takes nothing.
    Full {
        /// The worker.
        worker: usize,
        /// For how long, in blocks.
        blocks: BlockNumber,
    },
    /// A worker's operator drains it, and goes on, or resumes after some blocks.
    Drain {
        /// The worker.
        worker: usize,
        /// Whether it resumes, and when.
        resume_after: Option<BlockNumber>,
    },
    /// A worker asks for another price.
    Ask {
        /// The worker.
        worker: usize,
        /// The price.
        ask: u128,
    },
    /// Some blocks bring no randomness.
    NoVrf {
        /// How many.
        blocks: BlockNumber,
    },
    /// Finality stands still.
    NoFinality {
        /// For how long, in blocks.
        blocks: BlockNumber,
    },
    /// A worker's node is behind.
    Lag {
        /// The worker.
        worker: usize,
        /// By how many blocks.
        by: BlockNumber,
        /// For how long, in blocks.
        blocks: BlockNumber,
    },
    /// Somebody pays for more epochs of some encoding.
    Extend {
        /// Who.
        publisher: usize,
        /// How many.
        epochs: u32,
    },
}

/// How messages travel while faults are on.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Thousandths that are lost.
    pub loss: u64,
    /// Longest delay, in milliseconds.
    pub delay_ms: u64,
}

/// All that a seed says.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The seed.
    pub seed: u64,
    /// Blocks of a storage epoch.
    pub epoch_blocks: BlockNumber,
    /// Chunks in a window.
    pub picks: u8,
    /// Blocks until the deadline.
    pub deadline: BlockNumber,
    /// Score that evicts.
    pub evict_at: u8,
    /// Blocks of patience before single losses are repaired.
    pub patience: BlockNumber,
    /// Blocks that a repair may take.
    pub repair_deadline: BlockNumber,
    /// Blocks until a pending encoding lapses.
    pub pending_timeout: BlockNumber,
    /// Finalized blocks after which an unassigned shard is deleted.
    pub drop_grace: BlockNumber,
    /// How far finality is behind, in blocks.
    pub finality_lag: BlockNumber,
    /// Who takes part.
    pub workers: Vec<WorkerPlan>,
    /// What is stored.
    pub blobs: Vec<BlobPlan>,
    /// What happens, in the order of blocks.
    pub faults: Vec<(BlockNumber, Fault)>,
    /// How messages travel.
    pub network: Network,
    /// Last block with faults.
    pub faults_until: BlockNumber,
    /// Whether those who are not honest are gone when the faults are over.
    pub malicious_die: bool,
    /// Who plays in a story about disputes.
    pub cast: Option<crate::dispute::Cast>,
}

impl Scenario {
    /// What `seed` says.
    pub fn new(seed: u64) -> Self {
        let rng = Rng::new(seed);
        let mut chance = rng.fork(1);
        let epoch_blocks = *chance.pick(&[10, 12, 20]).unwrap_or(&10);
        let mut scenario = Self {
            seed,
            epoch_blocks,
            picks: chance.range(4, 8) as u8,
            deadline: chance.range(5, 8) as BlockNumber,
            evict_at: chance.range(3, 6) as u8,
            patience: chance.range(5, 40) as BlockNumber,
            repair_deadline: chance.range(10, 30) as BlockNumber,
            pending_timeout: chance.range(50, 80) as BlockNumber,
            drop_grace: chance.range(3, 20) as BlockNumber,
            finality_lag: chance.range(1, 3) as BlockNumber,
            workers: Vec::new(),
            blobs: Vec::new(),
            faults: Vec::new(),
            network: Network {
                loss: chance.range(0, 60),
                delay_ms: chance.range(50, 2_500),
            },
            faults_until: 16 * epoch_blocks.min(12) + chance.range(0, 60) as BlockNumber,
            malicious_die: chance.chance(700),
            cast: None,
        };
        scenario.choose_workers(&mut rng.fork(2));
        scenario.choose_blobs(&mut rng.fork(3));
        scenario.choose_faults(&mut rng.fork(4));
        scenario
    }

    /// Stakes differ by up to five times, and up to a third of the stake is not honest.
    fn choose_workers(&mut self, rng: &mut Rng) {
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

    fn choose_blobs(&mut self, rng: &mut Rng) {
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
            let wrong = rng
                .chance(150)
                .then(|| ShardIndex(rng.range(k.into(), u64::from(n) - 1) as u8));
            self.blobs.push(BlobPlan {
                len: rng.range(1_025, 60_000) as usize,
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
    }

    fn choose_faults(&mut self, rng: &mut Rng) {
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

    /// What is different from the development network at genesis.
    pub fn genesis(&self, accounts: serde_json::Value) -> serde_json::Value {
        serde_json::json!({
            "balances": { "balances": accounts },
            "workers": { "parameters": {
                "epochBlocks": self.epoch_blocks,
                "unbondingBlocks": 15,
                "minCapacity": 1 << 16,
            }},
            "blobs": { "parameters": {
                "epochBlocks": self.epoch_blocks,
                "pendingTimeoutBlocks": self.pending_timeout,
                "reassignGraceBlocks": 8,
                "repairPatienceBlocks": self.patience,
                "repairDeadlineBlocks": self.repair_deadline,
            }},
            "possession": { "parameters": {
                "picksPerWindow": self.picks,
                "proofDeadlineBlocks": self.deadline,
                "slashFromScore": 1,
                "evictAtScore": self.evict_at,
                "cleanWindowsPerPoint": 3,
            }},
        })
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
    Some(match rng.below(15) {
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
        _ => Fault::Extend {
            publisher: rng.below(PUBLISHERS as u64) as usize,
            epochs: rng.range(1, 12) as u32,
        },
    })
}
