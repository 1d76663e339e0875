//! Deterministic simulation: the real runtime, many workers, faults chosen from a seed, and rules that are checked after
//! every block.
//!
//! ```text
//! # one seed again, exactly; with BALLAST_SIM_TRACE=1 it tells all that happens
//! BALLAST_SIM_SEED=123 cargo nextest run --release --workspace --no-capture -E 'package(ballast-sim) and test(replay)'
//! # many seeds
//! scripts/soak.sh --sim 10000
//! ```
//!
//! Goals: everything follows from the seed; whatever the faults, the rules of [`oracle`] hold after every block, and
//! when the faults are over everything heals; the simulator itself can fail, which tests with broken rules show.
//! Non-goals: sockets, files, RocksDB, memory and speed (the tests of the programs, and `tests/e2e`).
//!
//! ## What is real
//!
//! - The chain: `ballast-runtime` with all pallets and adapters, genesis, VRF digests, extensions, fees, signatures.
//! - The protocol: layout, trees, code, fingerprints, receipts, draws and picks of `ballast-core` and `ballast-erasure`.
//! - Inference: what is priced, signed, hashed, drawn and committed to, of `ballast-core`.
//! - The worker's decisions, from `ballast-storage-worker`: which proofs are sent and when (`window`), which shard is due
//!   (`assign::generation`), what it needs (`repair::need`), how long a failure waits (`repair::pause_after`), when a shard
//!   may be deleted (`gc::Grace`), what a receipt says (`receipt::body`), what is taken from the network (`receive`).
//!
//! ## What is modelled
//!
//! - The worker's loop, its disk (`disk`: written, flushed, rotten), and who is asked for a piece in which order (`serve`).
//!   The programs' own are bound to threads, sockets and RocksDB.
//! - The pool of transactions, and finality as a lag. In a fork (`fork`) the other branch comes all at once.
//! - Publisher, reader, operators, and both ends of inference: what their programs do, in few lines.
//!
//! Read [`scenario`], [`world`], [`oracle`]; then `faults`, `duty`, `upkeep`, `serve`, `rebuild`, `publisher`, `reader`, `challenge`,
//! `operator`. Stories have other actors: `dispute`, [`inference`]. [`margin`] has the statistics.

#![allow(
    clippy::indexing_slicing,
    reason = "a simulator stops at what it did not expect"
)]

mod blob;
pub mod chain;
mod challenge;
mod defensive;
mod disk;
mod dispute;
mod duty;
mod faults;
mod fork;
pub mod inference;
pub mod margin;
mod operator;
pub mod oracle;
mod people;
mod publisher;
mod reader;
mod rebuild;
pub mod rng;
mod sabotage;
pub mod scenario;
mod serve;
mod upkeep;
mod worker;
pub mod world;

pub use dispute::Cast;

use oracle::Violation;
use scenario::{Behaviour, CrashPoint, Scenario};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    sync::Mutex,
};

/// A rule that is broken on purpose, to show that the oracle sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The first worker, if it is honest, does not send its proofs.
    DropProofs,
    /// The first worker, if it is honest, answers no retrieval challenges.
    DropAnswers,
    /// Workers do not look whether another fork asks for other chunks.
    IgnoreForks,
    /// Workers keep what they rebuild without a look at the root, wrong as it is, and sign for it.
    KeepWrongRebuild,
    /// Workers delete shards while they drain.
    DeleteWhileDraining,
    /// A planck comes from nowhere.
    MintPlanck,
    /// The chain forgets to look at lost shards.
    ForgetRepairs,
    /// The chain forgets pending encodings.
    ForgetLapses,
    /// The chain forgets which requests of a channel were settled.
    ForgetNumbers,
    /// The chain forgets one thing that has its block, again and again.
    ForgetAgenda,
    /// Clients keep what was signed to themselves.
    NobodyContests,
    /// Honest verifiers say the contrary of what they find.
    WrongScores,
    /// A planck that is set aside for a channel is a worker's.
    SpendHeld,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Blocks made.
    pub blocks: u32,
    /// Hash of everything that happened.
    pub trace: [u8; 32],
    /// Faults begun.
    pub faults: u64,
    /// Crashes, by point.
    pub crashes: BTreeMap<CrashPoint, u64>,
    /// Workers, and those that are not honest.
    pub workers: (usize, usize),
    /// Shards that were rebuilt and kept.
    pub rebuilt: u64,
    /// Shards that were deleted.
    pub deleted: u64,
    /// Windows that ended.
    pub windows: u64,
    /// Those with a miss.
    pub missed_windows: u64,
    /// Those with a miss of honest workers that a fault excuses.
    pub excused_windows: u64,
    /// Runs with a shard of several column blocks.
    pub with_large: u64,
    /// Branches that were undone.
    pub forks: u64,
    /// Retrieval challenges.
    pub challenges: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Those that were missed.
    pub missed_challenges: u64,
    /// Blobs read, every byte right.
    pub reads: u64,
    /// Reads that found too little.
    pub failed_reads: u64,
    /// Encodings that were ended because they were wrong.
    pub wrong_ended: u64,
    /// Encodings that lost more than their margin.
    pub beyond_margin: u64,
    /// Disputes that ended an encoding.
    pub disproved: u64,
    /// Disputes that a quorum refuted, and those of them that cost liars something.
    pub refuted: u64,
    /// See above.
    pub liars_slashed: u64,
    /// Disputes that nobody decided.
    pub undecided: u64,
    /// What happened in stories about inference.
    pub inference: InferenceReport,
}

/// What a run about inference did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InferenceReport {
    /// Batches that were settled.
    pub settled: u64,
    /// Those that were paid, and reversed.
    pub paid: u64,
    /// See above.
    pub reversed: u64,
    /// Those that contradicted a signed answer, and were reversed for it.
    pub contested: u64,
    /// Panels drawn, or filled up.
    pub draws: u64,
    /// Checks that found nothing.
    pub passed: u64,
    /// Those of false batches: somebody who was drawn colluded, or said nothing.
    pub false_passed: u64,
    /// Workers that were sentenced.
    pub sentenced: u64,
    /// Checks that nobody finished.
    pub timed_out: u64,
    /// Verifiers that said nothing.
    pub silent: u64,
    /// Appeals.
    pub appeals: u64,
}

impl Report {
    fn new(scenario: &Scenario, workers: &[worker::Worker]) -> Self {
        let dishonest = scenario
            .workers
            .iter()
            .filter(|plan| plan.behaviour != Behaviour::Honest);
        Self {
            workers: (workers.len(), dishonest.count()),
            with_large: scenario.has_large().into(),
            ..Self::default()
        }
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        self.blocks += other.blocks;
        self.faults += other.faults;
        for (point, count) in &other.crashes {
            *self.crashes.entry(*point).or_default() += count;
        }
        self.workers.0 += other.workers.0;
        self.workers.1 += other.workers.1;
        self.rebuilt += other.rebuilt;
        self.deleted += other.deleted;
        self.windows += other.windows;
        self.missed_windows += other.missed_windows;
        self.excused_windows += other.excused_windows;
        self.with_large += other.with_large;
        self.forks += other.forks;
        self.challenges += other.challenges;
        self.answered += other.answered;
        self.missed_challenges += other.missed_challenges;
        self.reads += other.reads;
        self.failed_reads += other.failed_reads;
        self.wrong_ended += other.wrong_ended;
        self.beyond_margin += other.beyond_margin;
        self.disproved += other.disproved;
        self.refuted += other.refuted;
        self.liars_slashed += other.liars_slashed;
        self.undecided += other.undecided;
        self.inference.add(&other.inference);
    }
}

impl InferenceReport {
    fn add(&mut self, other: &Self) {
        self.settled += other.settled;
        self.paid += other.paid;
        self.reversed += other.reversed;
        self.contested += other.contested;
        self.draws += other.draws;
        self.passed += other.passed;
        self.false_passed += other.false_passed;
        self.sentenced += other.sentenced;
        self.timed_out += other.timed_out;
        self.silent += other.silent;
        self.appeals += other.appeals;
    }
}

/// Runs a seed.
pub fn run(seed: u64) -> (Report, Result<(), Violation>) {
    run_with(seed, None)
}

/// Runs a seed with a rule broken.
pub fn run_with(seed: u64, sabotage: Option<Sabotage>) -> (Report, Result<(), Violation>) {
    world::World::new(Scenario::new(seed), sabotage).run()
}

/// Runs a story about disputes, or about inference.
pub fn run_cast(seed: u64, cast: Cast) -> (Report, Result<(), Violation>) {
    run_cast_with(seed, cast, None)
}

/// Runs a story with a rule broken.
pub fn run_cast_with(
    seed: u64,
    cast: Cast,
    sabotage: Option<Sabotage>,
) -> (Report, Result<(), Violation>) {
    let scenario = match cast {
        Cast::Inference => Scenario::with_inference(seed),
        other => Scenario::with_cast(seed, other),
    };
    world::World::new(scenario, sabotage).run()
}

/// How a failing seed is run again.
pub fn replay_command(seed: u64) -> String {
    format!(
        "BALLAST_SIM_SEED={seed} cargo nextest run --release --workspace --no-capture -E 'package(ballast-sim) and test(replay)'"
    )
}

/// How a failing seed of a story about inference is run again.
pub fn replay_inference_command(seed: u64) -> String {
    replay_command(seed).replace("test(replay)", "test(replay_of_inference)")
}

/// Runs many seeds on all cores. Gives the counts of all, and what failed.
pub fn run_many(first: u64, count: u64) -> (Report, Vec<(u64, Violation)>) {
    run_all(first, count, run, replay_command)
}

/// Runs many stories about inference.
pub fn run_many_inference(first: u64, count: u64) -> (Report, Vec<(u64, Violation)>) {
    let run = |seed| run_cast(seed, Cast::Inference);
    run_all(first, count, run, replay_inference_command)
}

fn run_all(
    first: u64,
    count: u64,
    run: fn(u64) -> (Report, Result<(), Violation>),
    replay_command: fn(u64) -> String,
) -> (Report, Vec<(u64, Violation)>) {
    let next = AtomicU64::new(first);
    let sums = Mutex::new((Report::default(), Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + count {
                    return;
                }
                let (report, result) = run(seed);
                let mut sums = sums.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                sums.0.add(&report);
                if let Err(violation) = result {
                    println!("seed {seed}: {violation}\n  {}", replay_command(seed));
                    sums.1.push((seed, violation));
                }
            });
        }
    });
    let (report, mut failed) = sums
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    failed.sort_by_key(|(seed, _)| *seed);
    (report, failed)
}
