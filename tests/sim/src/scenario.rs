//! What a seed means: the parameters of the chain, who takes part, what is stored, and which faults happen when.
//!
//! Non-goals: what follows from it (the rest of the crate).

mod choose;

use crate::rng::Rng;
use ballast_core::{BlockNumber, Code, ShardIndex};

/// Milliseconds between two blocks.
pub const BLOCK_MS: u64 = 3_000;
/// Publishers, each with an account.
pub const PUBLISHERS: usize = 3;
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
    /// The next blocks are undone, and others come in their place.
    Fork {
        /// How many.
        depth: BlockNumber,
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
    /// Blocks until a retrieval challenge is missed.
    pub retrieval_deadline: BlockNumber,
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
            retrieval_deadline: chance.range(6, 12) as BlockNumber,
        };
        scenario.choose_workers(&mut rng.fork(2));
        scenario.choose_blobs(&mut rng.fork(3));
        scenario.choose_faults(&mut rng.fork(4));
        scenario
    }

    /// Whether some shard has more than one column block.
    pub fn has_large(&self) -> bool {
        let longest = |plan: &BlobPlan| plan.len / usize::from(plan.code.data_shards());
        self.blobs.iter().any(|plan| longest(plan) > 1 << 20)
    }

    /// What is different from the development network at genesis.
    pub fn genesis(&self, accounts: serde_json::Value) -> serde_json::Value {
        let mut patch = self.storage_genesis(accounts);
        if self.cast == Some(crate::dispute::Cast::Inference) {
            patch["inference"] = self.inference_genesis();
        }
        patch
    }

    fn storage_genesis(&self, accounts: serde_json::Value) -> serde_json::Value {
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
            "retrieval": { "parameters": { "deadlineBlocks": self.retrieval_deadline }},
        })
    }
}
