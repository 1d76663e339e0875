//! A worker: what it keeps over a crash, what it forgets, and what is done to it.

use crate::{
    disk::Disk,
    people,
    scenario::{CrashPoint, WorkerPlan},
};
use ballast_core::{BlockNumber, EncodingId, RetrievalId, ShardIndex, StorageEpoch, WorkerId};
use ballast_storage_worker::{
    facts::{Encoding, ShardKey, ShardSpec},
    gc::Grace,
    repair::pause_after,
    window::OpenWindow,
};
use sp_core::{sr25519, Pair as _};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A rebuild that is under way.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Columns that were fetched and proven, padded.
    pub pieces: Vec<(ShardIndex, Vec<u8>)>,
    /// Shards that were asked for.
    pub asked: BTreeSet<ShardIndex>,
    /// Parity shards that took part in something wrong.
    pub suspects: BTreeSet<ShardIndex>,
    /// How often something came out wrong.
    pub wrong: u8,
}

/// What a worker's process knows, and forgets when it crashes.
#[derive(Debug)]
pub struct Process {
    /// The window that is open.
    pub window: Option<OpenWindow>,
    /// Since when shards are not assigned.
    pub grace: Grace,
    /// When answers to challenges were sent last.
    pub answered: BTreeMap<RetrievalId, BlockNumber>,
    /// Rebuilds.
    pub jobs: BTreeMap<EncodingId, Job>,
    /// Failures in a row, and until when an encoding waits.
    pub waits: BTreeMap<EncodingId, (u32, u64)>,
    /// Encodings whose receipt is on its way.
    pub certifying: BTreeSet<EncodingId>,
    /// The last final block it saw.
    pub finalized: BlockNumber,
}

/// A worker.
#[derive(Debug)]
pub struct Worker {
    /// Its number.
    pub index: usize,
    /// Its account.
    pub id: WorkerId,
    /// What it is and does.
    pub plan: WorkerPlan,
    /// Its disk.
    pub disk: Disk,
    /// What it knows.
    pub process: Process,
    /// Facts of encodings, which are on its disk.
    pub encodings: BTreeMap<EncodingId, Arc<Encoding>>,
    /// Whether its process runs.
    pub is_up: bool,
    /// Whether it never comes back.
    pub is_gone: bool,
    /// Block up to which nothing reaches it.
    pub cut_until: BlockNumber,
    /// Block up to which its disk takes nothing.
    pub full_until: BlockNumber,
    /// By how many blocks its node is behind, and up to which block.
    pub lag: (BlockNumber, BlockNumber),
    /// Where it is to crash, after how many passes, for how many blocks.
    pub crash_at: Option<(CrashPoint, u32, BlockNumber)>,
    /// The last block at which something excused it.
    pub trouble: BlockNumber,
    /// Bytes that changed on its disk.
    pub rotted: u32,
    /// Chunks that a lazy worker dropped.
    pub dropped: BTreeSet<(ShardKey, u64)>,
    /// Shards that it has dropped chunks of, or all of.
    pub dropped_of: BTreeMap<ShardKey, ShardSpec>,
    /// Whether its operator wants it to leave, and when it resumes.
    pub drains: Option<Option<BlockNumber>>,
    /// Until when its operator waits for what it has sent.
    pub operator_waits: u64,
}

impl Process {
    fn new(drop_grace: BlockNumber) -> Self {
        Self {
            window: None,
            grace: Grace::new(drop_grace),
            answered: BTreeMap::new(),
            jobs: BTreeMap::new(),
            waits: BTreeMap::new(),
            certifying: BTreeSet::new(),
            finalized: 0,
        }
    }
}

impl Worker {
    /// A worker that has not joined yet.
    pub fn new((index, plan): (usize, &WorkerPlan)) -> Self {
        Self {
            index,
            id: WorkerId(people::worker(index).public().0),
            plan: plan.clone(),
            disk: Disk::default(),
            process: Process::new(0),
            encodings: BTreeMap::new(),
            is_up: true,
            is_gone: false,
            cut_until: 0,
            full_until: 0,
            lag: (0, 0),
            crash_at: None,
            trouble: 0,
            rotted: 0,
            dropped: BTreeSet::new(),
            dropped_of: BTreeMap::new(),
            drains: None,
            operator_waits: 0,
        }
    }

    /// Its key.
    pub fn pair(&self) -> sr25519::Pair {
        people::worker(self.index)
    }

    /// Its process begins.
    pub fn start(&mut self, drop_grace: BlockNumber) {
        self.is_up = !self.is_gone;
        self.process = Process::new(drop_grace);
    }

    /// Its process ends in the middle of something; what was not flushed is lost.
    pub fn crash(&mut self) {
        self.is_up = false;
        self.disk.crash();
    }

    /// Nothing is done to it any more.
    pub fn calm(&mut self) {
        (self.cut_until, self.full_until, self.lag) = (0, 0, (0, 0));
        self.crash_at = None;
        self.process.waits.clear();
    }

    /// Whether nothing reaches it in this block.
    pub fn is_cut(&self, now: BlockNumber) -> bool {
        now < self.cut_until
    }

    /// By how many blocks its node is behind.
    pub fn lag(&self, now: BlockNumber) -> BlockNumber {
        if now < self.lag.1 {
            self.lag.0
        } else {
            0
        }
    }

    /// Its proofs were refused.
    pub fn proof_failed(&mut self, epoch: StorageEpoch) {
        if let Some(window) = &mut self.process.window {
            window.was_refused(epoch);
        }
    }

    /// Its receipt is on chain, or was refused.
    pub fn certificate_ended(&mut self, encoding: EncodingId, failed: bool, now: u64) {
        self.process.certifying.remove(&encoding);
        if failed {
            self.fail(encoding, now);
        } else {
            self.process.waits.remove(&encoding);
        }
    }

    /// Something failed for an encoding: it waits, longer each time, as the real worker does.
    pub fn fail(&mut self, encoding: EncodingId, now: u64) {
        self.process.jobs.remove(&encoding);
        let wait = self.process.waits.entry(encoding).or_default();
        wait.0 = wait.0.saturating_add(1);
        wait.1 = now + pause_after(wait.0).as_millis() as u64;
    }

    /// Whether an encoding waits after a failure.
    pub fn waits(&self, encoding: EncodingId, now: u64) -> bool {
        self.process
            .waits
            .get(&encoding)
            .is_some_and(|(_, until)| now < *until)
    }

    /// Whether a chunk range of a shard is among what it dropped.
    pub fn has_dropped(&self, key: ShardKey, start: u64, end: u64) -> bool {
        let (first, last) = (start / 1_024, end.saturating_sub(1) / 1_024);
        self.dropped
            .range((key, first)..=(key, last))
            .next()
            .is_some()
    }
}
