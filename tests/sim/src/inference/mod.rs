//! Inference: a model that is published and changes hands, offers, channels, claims of all kinds, and checks by verifiers of
//! all kinds.
//!
//! Real: the pallets; all that is priced, signed, hashed, drawn and committed to (`ballast-core`). Modelled: the programs of
//! client and worker. Their tills, engines and verifiers are bound to HTTP and to processes, so here the seed says whether
//! an answer is what the model gives, and what a verifier makes of it.
//!
//! Read [`roles`], `owner`, `client`, `executor`, `verifier`; then [`ledger`] and `compare`, which judge.

mod client;
mod compare;
mod executor;
pub mod ledger;
mod owner;
mod roles;
mod verifier;

pub use roles::Kind;

use crate::{
    chain::Sender,
    people,
    rng::Rng,
    scenario::{Fault, Scenario},
    world::{Event, Waiting, World},
    Cast,
};
use ballast_core::{
    answer::Exchange,
    claim::{BatchScope, ClaimLeaf},
    BlockNumber, ChannelId, SettlementId,
};
use ballast_runtime::{AccountId, Runtime, RuntimeCall};
use pallet_inference::{
    types::{Channel, Name},
    Channels,
};
use sp_core::sr25519;
use std::collections::BTreeMap;

/// What is sent about inference.
type Call = pallet_inference::Call<Runtime>;

/// How often everybody looks for something to do, in milliseconds.
const SERVE_MS: u64 = 3_000;
/// Blocks between two tries to send the same.
const RESEND_BLOCKS: BlockNumber = 3;
/// Blocks before the end of the faults after which no more channels are opened.
const LAST_BLOCKS: BlockNumber = 40;
/// Channels that a client has at a time.
const CHANNELS_MAX: usize = 3;

/// What the actors know and have done. A fork does not make anybody forget.
pub struct Serving {
    /// Chance, apart from that of the rest of the run.
    rng: Rng,
    /// What each worker is.
    kinds: Vec<Kind>,
    /// What client and worker know of their channel.
    books: BTreeMap<(ChannelId, AccountId), Book>,
    /// Batches that were sent, by their roots.
    batches: BTreeMap<[u8; 32], Batch>,
    /// Scores that verifiers have committed to.
    scores: BTreeMap<(SettlementId, usize), u16>,
    /// When something was sent last.
    sent: BTreeMap<String, BlockNumber>,
}

/// A channel, as its two ends see it.
#[derive(Clone)]
struct Book {
    payee: AccountId,
    /// Block at which it was first seen. It is used once that is final, so that its number means no other channel.
    seen_at: BlockNumber,
    /// What the answers so far cost.
    spent: u128,
    /// Number of the last request.
    number: u64,
    /// The most that a voucher allows.
    allowed: u128,
    /// What the worker signed for each request.
    signed: BTreeMap<u64, Exchange>,
    /// Requests that were put into a batch.
    claimed: u64,
}

/// Claims that were sent together.
#[derive(Clone)]
pub struct Batch {
    channel: ChannelId,
    claims: Vec<ClaimLeaf>,
    /// Places of claims of which a verifier who runs them again finds something else.
    wrong: Vec<u32>,
    /// Place of a claim that says something else than was signed.
    contradicts: Option<u32>,
    /// How often it was sent.
    tries: u32,
}

impl Batch {
    /// Whether the claim at a place is what was served.
    fn is_right(&self, claim: u32) -> bool {
        !self.wrong.contains(&claim)
    }
}

impl Serving {
    /// The actors of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let mut rng = Rng::new(scenario.seed).fork(77);
        Self {
            kinds: roles::choose(scenario, &mut rng),
            rng,
            books: BTreeMap::new(),
            batches: BTreeMap::new(),
            scores: BTreeMap::new(),
            sent: BTreeMap::new(),
        }
    }

    /// What a client has signed for in a channel: how much may be drawn, and up to which request.
    fn allowed(&self, channel: ChannelId, client: &AccountId) -> (u128, u64) {
        let book = self.books.get(&(channel, client.clone()));
        book.map_or((0, 0), |book| (book.allowed, book.number))
    }

    /// The batch with this root.
    pub fn batch(&self, root: &[u8; 32]) -> Option<&Batch> {
        self.batches.get(root)
    }
}

impl Scenario {
    /// A story about inference: workers that store nothing, forks, blocks without randomness, lost and late messages.
    pub fn with_inference(seed: u64) -> Self {
        let mut scenario = Self::new(seed);
        let mut rng = Rng::new(seed).fork(78);
        scenario.cast = Some(Cast::Inference);
        scenario.blobs.clear();
        scenario.faults.clear();
        scenario.faults_until = 150;
        scenario.malicious_die = false;
        let plan = scenario.workers.first().cloned();
        scenario.workers.resize_with(roles::WORKERS, || {
            plan.clone().expect("a scenario has workers")
        });
        for worker in &mut scenario.workers {
            worker.stake = u128::from(rng.range(2_000, 10_000)) * ballast_core::price::BAL;
            (worker.joins_at, worker.behaviour) = (Some(2), crate::scenario::Behaviour::Honest);
        }
        for _ in 0..rng.range(0, 8) {
            let at = rng.range(20, u64::from(scenario.faults_until) - 10) as BlockNumber;
            let fault = match rng.chance(600) {
                true => Fault::Fork {
                    depth: rng.range(1, 3) as BlockNumber,
                },
                false => Fault::NoVrf {
                    blocks: rng.range(1, 9) as BlockNumber,
                },
            };
            scenario.faults.push((at, fault));
        }
        scenario.faults.sort_by_key(|(at, _)| *at);
        scenario
    }

    /// Periods so short that a run sees many of them.
    pub(crate) fn inference_genesis(&self) -> serde_json::Value {
        let mut rng = Rng::new(self.seed).fork(79);
        serde_json::json!({ "parameters": {
            "channelBlocks": rng.range(40, 90),
            "graceBlocks": rng.range(4, 10),
            "checkBlocks": rng.range(16, 30),
            "checkPermille": rng.pick(&[300, 700, 1_000]).copied().unwrap_or(1_000),
            "commitBlocks": rng.range(10, 14),
            "revealBlocks": rng.range(6, 9),
            "appealBlocks": rng.range(8, 12),
        }})
    }
}

impl World {
    /// Everybody looks for something to do.
    pub fn serve_inference(&mut self) {
        self.after(SERVE_MS, Event::Serve);
        if !self.publish_model() {
            return;
        }
        self.offer_models();
        let channels: Vec<(ChannelId, Channel)> =
            self.chain.with(|| Channels::<Runtime>::iter().collect());
        let mut channels = channels;
        channels.sort_by_key(|(id, _)| *id);
        self.see_channels(&channels);
        self.be_clients(&channels);
        self.be_executors(&channels);
        self.be_verifiers();
    }

    /// Both ends begin a book of a channel that they did not know. After a fork its number may mean another one.
    fn see_channels(&mut self, channels: &[(ChannelId, Channel)]) {
        let now = self.chain.number();
        for (id, channel) in channels {
            let key = (*id, channel.client.clone());
            let known = self.serving.books.get(&key);
            if known.is_none_or(|book| book.payee != channel.payee) {
                let book = Book {
                    payee: channel.payee.clone(),
                    seen_at: now,
                    spent: 0,
                    number: 0,
                    allowed: 0,
                    signed: BTreeMap::new(),
                    claimed: 0,
                };
                self.serving.books.insert(key, book);
            }
        }
    }

    /// Sends a call now and then, until somebody stops asking for it. Messages are lost and late as others are, by the
    /// chance of this story.
    /// True if it was sent now, whether or not it arrives.
    fn insist(&mut self, about: String, by: sr25519::Pair, call: impl Into<RuntimeCall>) -> bool {
        let now = self.chain.number();
        let last = self.serving.sent.get(&about);
        if last.is_some_and(|last| now < last + RESEND_BLOCKS) {
            return false;
        }
        self.serving.sent.insert(about, now);
        let network = self.scenario.network;
        if self.faults_on && self.serving.rng.chance(network.loss) {
            return true;
        }
        let longest = if self.faults_on {
            network.delay_ms
        } else {
            100
        };
        let delay = self.serving.rng.range(10, longest.max(10));
        let sender = Sender::Account(Box::new(by));
        self.after(delay, Event::Arrive(sender, call.into(), Waiting::Nobody));
        true
    }

    /// Whether new channels are opened.
    fn is_busy_time(&self) -> bool {
        self.faults_on && self.chain.number() + LAST_BLOCKS < self.scenario.faults_until
    }

    fn scope(&self, channel: ChannelId) -> BatchScope {
        BatchScope {
            genesis_hash: self.chain.genesis_hash(),
            channel,
            model: owner::address(),
        }
    }

    fn worker_account(&self, index: usize) -> AccountId {
        people::account(&people::worker(index))
    }

    fn worker_index(&self, account: &AccountId) -> Option<usize> {
        self.by_id
            .get(&ballast_core::WorkerId(account.clone().into()))
            .copied()
    }

    /// What of inference has not ended.
    pub fn inference_under_way(&mut self) -> Option<String> {
        let left = self.chain.with(|| {
            (
                Channels::<Runtime>::iter_keys().count(),
                pallet_inference::Settlements::<Runtime>::iter_keys().count(),
                pallet_inference::Checks::<Runtime>::iter_keys().count(),
            )
        });
        (left != (0, 0, 0)).then(|| format!("channels, settlements and checks are left: {left:?}"))
    }
}

fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap_or_default()
}
