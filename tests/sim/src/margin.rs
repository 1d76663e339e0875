//! Statistics: how often a share of all stake has more of an encoding than it can spare, and how soon a loss is caught.
//!
//! Both by the functions of the chain, `placement::draw` and `challenge::derive`, and beside them by the formula.

use crate::rng::Rng;
use ballast_core::{
    challenge::{derive, size_class, HeldShard},
    limits::SIZE_CLASSES,
    placement::{draw, Candidate},
    price::BAL,
    Address, Code, EncodingId, OperatorId, ShardIndex, StorageEpoch, WorkerId,
};
use std::collections::BTreeSet;

/// Bytes of a shard in these draws: little, so that nobody is too full.
const SHARD_BYTES: u64 = 1 << 20;

/// How often a third of the stake, drawn at random, has more than `n - k` shards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin {
    /// The code.
    pub code: Code,
    /// Encodings that were drawn.
    pub draws: u32,
    /// Those of which it has more.
    pub exceeded: u32,
    /// Probability if every shard were drawn by itself.
    pub binomial: f64,
}

impl Margin {
    /// The share of the draws.
    pub fn share(&self) -> f64 {
        f64::from(self.exceeded) / f64::from(self.draws.max(1))
    }
}

/// Draws `draws` encodings on `workers` workers of different stakes, of which a random third of the stake colludes.
pub fn measure(code: Code, workers: u32, draws: u32, seed: u64) -> Margin {
    let mut rng = Rng::new(seed);
    let candidates: Vec<Candidate> = (0..workers)
        .map(|index| candidate(index, &mut rng))
        .collect();
    let shards: Vec<_> = (0..code.total_shards())
        .map(|shard| (ShardIndex(shard), SHARD_BYTES))
        .collect();
    let mut exceeded = 0;
    for number in 0..draws {
        let colluding = third_of_stake(&candidates, &mut rng);
        let seed = rng.next_number().to_le_bytes().repeat(4);
        let seed: [u8; 32] = seed.try_into().expect("four times eight bytes");
        let id = EncodingId(number.into());
        let drawn = draw(
            &seed,
            &Address::default(),
            id,
            &shards,
            &candidates,
            &[],
            &[],
            1 << 30,
        )
        .expect("there are more workers than shards, and all have room");
        let theirs = drawn
            .iter()
            .filter(|worker| colluding.contains(worker))
            .count();
        exceeded += u32::from(theirs > usize::from(code.parity_shards()));
    }
    let (n, spare) = (code.total_shards().into(), code.parity_shards().into());
    Margin {
        code,
        draws,
        exceeded,
        binomial: more_than(n, spare, 1.0 / 3.0),
    }
}

fn candidate(index: u32, rng: &mut Rng) -> Candidate {
    let mut id = [0; 32];
    id[..4].copy_from_slice(&index.to_be_bytes());
    Candidate {
        worker: WorkerId(id),
        operator: OperatorId(id),
        stake: u128::from(rng.range(1_000, 5_000)) * BAL,
        free_bytes: 1 << 40,
        assigned_bytes: 0,
    }
}

/// Workers in random order, as long as they have no more than a third of all stake together.
fn third_of_stake(candidates: &[Candidate], rng: &mut Rng) -> BTreeSet<WorkerId> {
    let total: u128 = candidates.iter().map(|candidate| candidate.stake).sum();
    let mut order: Vec<&Candidate> = candidates.iter().collect();
    rng.shuffle(&mut order);
    let mut left = total / 3;
    let within = order
        .into_iter()
        .filter(|candidate| match left.checked_sub(candidate.stake) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        });
    within.map(|candidate| candidate.worker).collect()
}

/// Probability of more than `most` hits in `tries`.
pub fn more_than(tries: u32, most: u32, share: f64) -> f64 {
    (most + 1..=tries)
        .map(|hits| binomial(tries, hits, share))
        .sum()
}

/// Probability of exactly `hits` of `tries`, by way of logarithms: the coefficients are beyond f64.
fn binomial(tries: u32, hits: u32, share: f64) -> f64 {
    let choose: f64 = (1..=hits)
        .map(|i| (f64::from(tries - hits + i) / f64::from(i)).ln())
        .sum();
    (choose + f64::from(hits) * share.ln() + f64::from(tries - hits) * (1.0 - share).ln()).exp()
}

/// Probability that `picks` uniform chunks hit a lost share.
pub fn caught(picks: u32, lost: f64) -> f64 {
    1.0 - (1.0 - lost).powf(picks.into())
}

/// How often windows of a day ask for a lost chunk, of workers with `shards` shards of different sizes that lost `permille`
/// thousandths of their chunks: scattered, or in one run.
pub fn simulate_loss(
    workers: u32,
    windows: u32,
    picks: u8,
    permille: u64,
    scattered: bool,
    seed: u64,
) -> f64 {
    let mut rng = Rng::new(seed);
    let hits = (0..workers).filter(|worker| {
        let holding = Holding::new(&mut rng);
        let lost = holding.lose(permille, scattered, &mut rng);
        let id = WorkerId([*worker as u8; 32]);
        (0..windows).any(|window| {
            let seed: [u8; 32] = rng.bytes(32).try_into().expect("32 bytes");
            let lookup = |class: u8, slot: u32| {
                holding
                    .lists
                    .get(usize::from(class))?
                    .get(slot as usize)
                    .copied()
            };
            let asked = derive(
                &seed,
                &id,
                StorageEpoch(window),
                &holding.counts(),
                lookup,
                picks,
            );
            asked.iter().any(|pick| {
                let place = holding.place(pick.encoding, pick.chunk.0);
                lost.contains(&place)
            })
        })
    });
    hits.count() as f64 / f64::from(workers)
}

/// What a worker holds, in the lists that picks are taken from.
struct Holding {
    lists: Vec<Vec<HeldShard>>,
    /// Chunks before each shard, by encoding.
    starts: Vec<u64>,
    chunks: u64,
}

impl Holding {
    /// 5 to 40 shards of 1 to 5,000 chunks.
    fn new(rng: &mut Rng) -> Self {
        let mut holding = Self {
            lists: vec![Vec::new(); SIZE_CLASSES],
            starts: Vec::new(),
            chunks: 0,
        };
        for encoding in 0..rng.range(5, 40) {
            let longest = *rng.pick(&[5u64, 100, 5_000]).unwrap_or(&5);
            let chunks = rng.range(1, longest) as u32;
            let held = HeldShard {
                encoding: EncodingId(encoding),
                shard: ShardIndex(0),
                chunks,
            };
            holding.starts.push(holding.chunks);
            holding.chunks += u64::from(chunks);
            holding.lists[usize::from(size_class(chunks))].push(held);
        }
        holding
    }

    fn counts(&self) -> Vec<u32> {
        self.lists.iter().map(|list| list.len() as u32).collect()
    }

    /// The place of a chunk when all shards are laid end to end.
    fn place(&self, encoding: EncodingId, chunk: u64) -> u64 {
        self.starts[encoding.0 as usize] + chunk
    }

    fn lose(&self, permille: u64, scattered: bool, rng: &mut Rng) -> BTreeSet<u64> {
        let count = (self.chunks * permille).div_ceil(1_000);
        if scattered {
            let mut lost = BTreeSet::new();
            while (lost.len() as u64) < count {
                lost.insert(rng.below(self.chunks));
            }
            return lost;
        }
        let first = rng.below(self.chunks - count + 1);
        (first..first + count).collect()
    }
}
