//! The world of a run: virtual time, messages, everybody's state; the loop that lets things happen in their order.
//!
//! Virtual time is in milliseconds. Events of one moment happen in the order in which they were asked for, so a run follows
//! from its seed alone.

mod talk;

use crate::{
    blob::Blob,
    chain::{Chain, Outcome, Sender, Ticket, View},
    dispute::Disputing,
    fork::Coming,
    inference::Serving,
    oracle::{Oracle, Violation},
    people,
    publisher::Publication,
    rng::Rng,
    scenario::{Scenario, BLOCK_MS},
    worker::Worker,
    Cast, Report, Sabotage,
};
use ballast_core::{
    challenge::ShardChunk, receipt::Receipt, BlockNumber, ChunkIndex, EncodingId, RetrievalId,
    ShardIndex, WorkerId,
};
use ballast_runtime::RuntimeCall;
use ballast_storage_worker::{facts::ShardKey, receive::VerifiedBlock};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Views of past blocks that are kept: more than finality and lags ever are behind.
const VIEWS_MAX: usize = 64;
/// Blocks after the faults within which everything must have healed, beside what the parameters ask for.
const HEAL_SLACK_BLOCKS: BlockNumber = 300;
/// Blocks for which everything must stay healed.
const HEALED_BLOCKS: BlockNumber = 3;

/// Something that happens at a moment.
pub enum Event {
    /// The next block.
    Block,
    /// A worker looks for something to do.
    Poll(usize),
    /// A worker is back.
    Restart(usize),
    /// A transaction reaches the pool.
    Arrive(Sender, RuntimeCall, Waiting),
    /// A block of a shard reaches a worker.
    Upload(usize, ShardKey, Box<VerifiedBlock>),
    /// What a worker wrote is flushed.
    Flush(usize, ShardKey),
    /// A publisher asks a worker for a receipt.
    AskReceipt(usize, usize, ShardKey),
    /// A receipt reaches a publisher; or the word that the shard is not there.
    Receipt(usize, ShardIndex, Option<Box<Receipt>>),
    /// A publication goes on.
    Publish(usize),
    /// Somebody reads a blob.
    Read,
    /// Somebody looks for wrong encodings.
    Audit,
    /// Somebody asks on chain for bytes.
    Challenge,
    /// Operators look after their workers.
    Operate,
    /// Clients, inference workers and verifiers look for something to do.
    Serve,
}

/// Who waits for what becomes of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nobody.
    Nobody,
    /// A worker, for its proofs of an epoch.
    Proof(usize, ballast_core::StorageEpoch),
    /// A worker, for its answer to a challenge.
    Answer(usize, RetrievalId),
    /// A worker, for its receipt of an encoding.
    Certificate(usize, EncodingId),
    /// A publication, for its registration.
    Registration(usize),
    /// A publication, for its certificate.
    Publication(usize),
}

/// The world.
pub struct World {
    /// What the seed says.
    pub scenario: Scenario,
    /// Chance, for all that happens on the way.
    pub rng: Rng,
    /// The time, in milliseconds.
    pub now: u64,
    queue: BTreeMap<(u64, u64), Event>,
    asked: u64,
    /// The chain.
    pub chain: Chain,
    /// Past blocks, the best one last.
    pub views: VecDeque<Arc<View>>,
    /// The last final block.
    pub finalized: Arc<View>,
    waiting: BTreeMap<Ticket, Waiting>,
    /// The workers.
    pub workers: Vec<Worker>,
    /// Workers by id.
    pub by_id: BTreeMap<WorkerId, usize>,
    /// What is published.
    pub publications: Vec<Publication>,
    /// The truth about every encoding.
    pub truth: BTreeMap<EncodingId, Arc<Blob>>,
    /// Chunks that were shown on chain.
    pub shown: BTreeMap<(EncodingId, ShardIndex, ChunkIndex), ShardChunk>,
    /// Whether faults are on.
    pub faults_on: bool,
    /// Blocks until which there is no randomness, and no finality.
    pub no_vrf_until: BlockNumber,
    /// See above.
    pub no_finality_until: BlockNumber,
    /// A fork that is coming.
    pub fork: Option<Coming>,
    /// Who watches.
    pub oracle: Oracle,
    /// What was sent about shards that nobody shows.
    pub disputing: Disputing,
    /// Clients, inference workers and verifiers.
    pub serving: Serving,
    /// A rule that is broken on purpose.
    pub sabotage: Option<Sabotage>,
    /// What is counted.
    pub report: Report,
    trace: blake3::Hasher,
    tells: bool,
}

impl World {
    /// The world of a seed, before its first block.
    pub fn new(scenario: Scenario, sabotage: Option<Sabotage>) -> Self {
        let workers: Vec<Worker> = scenario
            .workers
            .iter()
            .enumerate()
            .map(Worker::new)
            .collect();
        let chain = Chain::new(scenario.genesis(people::endowments(workers.len())));
        let by_id = workers
            .iter()
            .map(|worker| (worker.id, worker.index))
            .collect();
        let publications = scenario
            .blobs
            .iter()
            .map(|plan| Publication::new(plan, scenario.seed))
            .collect();
        let mut world = Self {
            rng: Rng::new(scenario.seed).fork(99),
            now: 0,
            queue: BTreeMap::new(),
            asked: 0,
            chain,
            views: VecDeque::from([Arc::default()]),
            finalized: Arc::default(),
            waiting: BTreeMap::new(),
            by_id,
            publications,
            truth: BTreeMap::new(),
            shown: BTreeMap::new(),
            faults_on: true,
            no_vrf_until: 0,
            no_finality_until: 0,
            fork: None,
            oracle: Oracle::default(),
            disputing: Disputing::default(),
            serving: Serving::new(&scenario),
            sabotage,
            report: Report::new(&scenario, &workers),
            trace: blake3::Hasher::new(),
            tells: std::env::var_os("BALLAST_SIM_TRACE").is_some(),
            workers,
            scenario,
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        self.after(BLOCK_MS, Event::Block);
        for index in 0..self.workers.len() {
            let pause = self.rng.range(100, 1_500);
            self.after(pause, Event::Poll(index));
        }
        for index in 0..self.publications.len() {
            self.after(1_000 + 100 * index as u64, Event::Publish(index));
        }
        self.after(7_000, Event::Read);
        if self.scenario.cast.is_none() {
            self.after(9_000, Event::Audit);
            self.after(8_000, Event::Challenge);
        }
        self.after(1_700, Event::Operate);
        if self.scenario.cast == Some(Cast::Inference) {
            self.after(4_000, Event::Serve);
        }
    }

    /// Runs to the end.
    pub fn run(mut self) -> (Report, Result<(), Violation>) {
        let heal_by = self.heal_by();
        let mut healed_for = 0;
        let result = loop {
            match self.step() {
                Err(violation) => break Err(violation),
                Ok(None) => continue,
                Ok(Some(number)) if number < self.scenario.faults_until => {}
                Ok(Some(number)) if self.faults_on => self.end_faults(number),
                Ok(Some(number)) => match self.under_way() {
                    None if healed_for >= HEALED_BLOCKS => break Ok(()),
                    None => healed_for += 1,
                    Some(what) if number > heal_by => {
                        let rule = "quiescence";
                        break Err(Violation {
                            block: number,
                            rule,
                            what,
                        });
                    }
                    Some(_) => healed_for = 0,
                },
            }
        };
        self.report.blocks = self.chain.number();
        self.report.trace = *self.trace.finalize().as_bytes();
        (self.report, result)
    }

    /// What has not come to its end.
    fn under_way(&mut self) -> Option<String> {
        self.unhealed().or_else(|| self.inference_under_way())
    }

    /// Every evictable worker is evicted in so many epochs, every repair drawn, and drawn again for those that fail.
    fn heal_by(&self) -> BlockNumber {
        let scenario = &self.scenario;
        let eviction = scenario.epoch_blocks * (BlockNumber::from(scenario.evict_at) + 3);
        let repairs = scenario.patience + 4 * scenario.repair_deadline;
        scenario.faults_until + eviction + repairs + HEAL_SLACK_BLOCKS
    }

    /// Lets the next thing happen; gives the number of a block that was made.
    fn step(&mut self) -> Result<Option<BlockNumber>, Violation> {
        let Some(((now, _), event)) = self.queue.pop_first() else {
            return Ok(None);
        };
        self.now = now;
        match event {
            Event::Block => return self.block().map(Some),
            Event::Poll(index) => self.poll(index),
            Event::Restart(index) => self.restart(index),
            Event::Arrive(sender, call, waiting) => {
                let ticket = self.chain.submit(sender, call);
                self.waiting.insert(ticket, waiting);
            }
            Event::Upload(index, key, block) => self.take_upload(index, key, &block),
            Event::Flush(index, key) => self.flush(index, key),
            Event::AskReceipt(publication, index, key) => {
                self.answer_receipt(publication, index, key)
            }
            Event::Receipt(publication, shard, receipt) => {
                self.take_receipt(publication, shard, receipt)
            }
            Event::Publish(index) => self.publish(index),
            Event::Read => self.read()?,
            Event::Audit => self.audit(),
            Event::Challenge => self.challenge(),
            Event::Operate => self.operate(),
            Event::Serve => self.serve_inference(),
        }
        Ok(None)
    }

    /// Asks for an event after some time.
    pub fn after(&mut self, pause_ms: u64, event: Event) {
        self.asked += 1;
        self.queue.insert((self.now + pause_ms, self.asked), event);
    }

    fn block(&mut self) -> Result<BlockNumber, Violation> {
        self.after(BLOCK_MS, Event::Block);
        self.begin_faults();
        self.make_block()?;
        self.fork_if_due()?;
        Ok(self.chain.number())
    }

    /// Makes the next block, and judges it.
    pub fn make_block(&mut self) -> Result<(), Violation> {
        let next = self.chain.number() + 1;
        self.break_rules(next);
        let block = self.chain.block(next > self.no_vrf_until);
        self.trace
            .update(&codec::Encode::encode(&*block.view.events));
        self.views.push_back(block.view.clone());
        if self.views.len() > VIEWS_MAX {
            self.views.pop_front();
        }
        if next > self.no_finality_until {
            let lag = self.scenario.finality_lag as usize;
            let at = self.views.len().saturating_sub(1 + lag);
            if let Some(view) = self
                .views
                .get(at)
                .filter(|view| view.number > self.finalized.number)
            {
                self.finalized = view.clone();
            }
        }
        self.tell_events(&block.view);
        for (ticket, outcome) in block.outcomes {
            let waiting = self.waiting.remove(&ticket).unwrap_or(Waiting::Nobody);
            self.answer(waiting, outcome);
        }
        self.play();
        self.note_troubles(next);
        self.check(&block.view)
    }

    fn answer(&mut self, waiting: Waiting, outcome: Outcome) {
        let failed = outcome != Outcome::Included(Ok(()));
        if failed {
            self.note(|| format!("refused: {waiting:?} {outcome:?}"));
        }
        match waiting {
            Waiting::Nobody => {}
            Waiting::Proof(index, epoch) if failed => self.workers[index].proof_failed(epoch),
            Waiting::Answer(index, id) if failed => self.answer_failed(index, id),
            Waiting::Certificate(index, encoding) => {
                self.workers[index].certificate_ended(encoding, failed, self.now)
            }
            Waiting::Registration(index) => self.registered(index, failed),
            Waiting::Publication(index) => self.publications[index].certifying = false,
            Waiting::Proof(..) | Waiting::Answer(..) => {}
        }
    }

    /// The best block.
    pub fn best(&self) -> &Arc<View> {
        self.views.back().unwrap_or(&self.finalized)
    }
}
