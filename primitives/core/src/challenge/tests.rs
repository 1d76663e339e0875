#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use crate::{
    limits::{MAX_BLOB_LEN, MIN_PICKS_PER_DAY},
    Code, Layout,
};
use alloc::collections::BTreeSet;
use proptest::prelude::*;

const WORKER: WorkerId = WorkerId([9; 32]);

/// What a worker holds, in the lists of the classes.
#[derive(Debug)]
struct Holding {
    lists: Vec<Vec<HeldShard>>,
}

impl Holding {
    /// Shard `i` is that of encoding `i`.
    fn new(chunks: &[u32]) -> Self {
        let mut lists = vec![Vec::new(); SIZE_CLASSES];
        for (encoding, chunks) in (0..).map(EncodingId).zip(chunks) {
            lists[usize::from(size_class(*chunks))].push(HeldShard {
                encoding,
                shard: ShardIndex(encoding.0 as u8),
                chunks: *chunks,
            });
        }
        Self { lists }
    }

    fn counts(&self) -> Vec<u32> {
        self.lists.iter().map(|list| list.len() as u32).collect()
    }

    fn picks(&self, seed: u64, epoch: u32, picks: u8) -> Vec<Pick> {
        let lookup = |class: u8, slot: u32| {
            let list = &self.lists[usize::from(class)];
            Some(list[slot as usize])
        };
        derive(
            &seeded(seed),
            &WORKER,
            StorageEpoch(epoch),
            &self.counts(),
            lookup,
            picks,
        )
    }
}

fn seeded(seed: u64) -> [u8; 32] {
    *blake3::hash(&seed.to_le_bytes()).as_bytes()
}

#[test]
fn classes_are_powers_of_two() {
    let classes = [1, 2, 3, 4, 5, 8, 9, 1 << 28, (1 << 28) + 1, 1 << 29].map(size_class);
    assert_eq!(classes, [0, 1, 2, 2, 3, 3, 4, 28, 29, 29]);
    assert_eq!((size_class(0), size_class(u32::MAX)), (0, 29));
}

#[test]
fn the_longest_shard_has_a_class() {
    let longest = [(2, 3), (2, 8), (64, 255)]
        .map(|(k, n)| Layout::new(MAX_BLOB_LEN, Code::new(k, n).unwrap()).unwrap())
        .map(|layout| layout.coded_shard_len());
    assert_eq!(chunks_of(longest.into_iter().max().unwrap()), 1 << 29);
    assert_eq!([0, 1, 1024, 1025].map(chunks_of), [0, 1, 1, 2]);
}

#[test]
fn who_holds_nothing_is_asked_nothing() {
    assert_eq!(Holding::new(&[]).picks(1, 1, 64), []);
    let nothing = |_: u8, _: u32| None;
    let picks = derive(&[0; 32], &WORKER, StorageEpoch(0), &[1, 1], nothing, 9);
    assert_eq!(
        picks,
        [],
        "a list that names no shard ends after some tries"
    );
}

#[test]
fn seed_worker_and_epoch_change_the_picks() {
    let holding = Holding::new(&[1 << 20, 77, 500]);
    let picks = holding.picks(1, 1, 20);
    assert_eq!(picks.len(), 20);
    assert_ne!(picks, holding.picks(2, 1, 20));
    assert_ne!(picks, holding.picks(1, 2, 20));
    let lookup = |class: u8, slot: u32| Some(holding.lists[usize::from(class)][slot as usize]);
    let (other, counts) = (WorkerId([8; 32]), holding.counts());
    assert_ne!(
        picks,
        derive(&seeded(1), &other, StorageEpoch(1), &counts, lookup, 20)
    );
}

/// Pearson's statistic of counts against equal chances.
fn chi_square(counts: &[u64], chances: &[f64]) -> f64 {
    let total: u64 = counts.iter().sum();
    let term = |(count, chance): (&u64, &f64)| {
        let expected = total as f64 * chance;
        (*count as f64 - expected).powi(2) / expected
    };
    counts.iter().zip(chances).map(term).sum()
}

#[test]
fn picks_are_uniform_over_the_bytes_of_mixed_sizes() {
    // From one chunk to a thousand, the worst sizes of a class among them.
    let sizes = [1, 1, 2, 3, 5, 9, 17, 33, 64, 65, 100, 129, 255, 513, 1000];
    let holding = Holding::new(&sizes);
    let total: u32 = sizes.iter().sum();
    let mut by_shard = vec![0u64; sizes.len()];
    let mut by_position = [0u64; 10];
    for seed in 0..1_000 {
        for pick in holding.picks(seed, 7, 64) {
            by_shard[pick.encoding.0 as usize] += 1;
            if pick.encoding.0 == 14 {
                by_position[pick.chunk.0 as usize / 100] += 1;
            }
        }
    }
    assert_eq!(by_shard.iter().sum::<u64>(), 64_000);
    let chances: Vec<f64> = sizes
        .iter()
        .map(|size| f64::from(*size) / f64::from(total))
        .collect();
    // 99.9 % of all samples with 14 degrees of freedom stay below 36.1, with 9 below 27.9.
    assert!(chi_square(&by_shard, &chances) < 36.1);
    assert!(chi_square(&by_position, &[0.1; 10]) < 27.9);
}

#[test]
fn a_days_picks_catch_the_loss_of_one_percent() {
    let catches = |picks: i32| 1.0 - 0.99f64.powi(picks);
    assert!(catches(MIN_PICKS_PER_DAY as i32) >= 0.99);
    assert!(catches(MIN_PICKS_PER_DAY as i32 - 1) < 0.99);
}

#[test]
fn a_simulated_day_catches_it_too() {
    // 10,000 chunks in 60 shards of all sizes. Lost are the first chunks of some of the shards, one percent in all.
    let mut sizes: Vec<u32> = (0..40).map(|i| 1 + i * 7).collect();
    sizes.extend((0..20).map(|i| 100 + i * 13));
    let rest = 10_000 - sizes.iter().sum::<u32>() % 10_000;
    sizes.push(rest);
    let total: u32 = sizes.iter().sum();
    let holding = Holding::new(&sizes);
    let mut lost = BTreeSet::new();
    'all: for (encoding, size) in (0..).zip(&sizes).step_by(3) {
        for chunk in 0..*size {
            if lost.len() as u32 == total / 100 {
                break 'all;
            }
            lost.insert((EncodingId(encoding), ChunkIndex(chunk.into())));
        }
    }
    assert_eq!(lost.len() as u32, total / 100);
    let days = 1_000;
    let caught = (0..days).filter(|day| {
        // 24 windows of 20 picks, cut to the least a day may have.
        let windows = (0..24).flat_map(|hour| holding.picks(u64::from(*day), day * 24 + hour, 20));
        let mut picks = windows.take(MIN_PICKS_PER_DAY as usize);
        picks.any(|pick| lost.contains(&(pick.encoding, pick.chunk)))
    });
    // Expected are 990; three standard deviations below it are 980.
    assert!(caught.count() >= 980);
}

#[test]
fn a_proof_decodes_within_its_bounds() {
    let proof = ChunkProof {
        pick: 3,
        bytes: vec![7; 1024],
        proof: GroupProof {
            siblings: vec![Default::default(); 30],
        },
    };
    let bytes = proof.encode();
    assert_eq!(bytes.len(), ChunkProof::max_encoded_len());
    assert_eq!(ChunkProof::decode(&mut &bytes[..]), Ok(proof.clone()));
    for longer in [
        ChunkProof {
            bytes: vec![7; 1025],
            ..proof.clone()
        },
        ChunkProof {
            proof: GroupProof {
                siblings: vec![Default::default(); 31],
            },
            ..proof
        },
    ] {
        assert!(ChunkProof::decode(&mut &longer.encode()[..]).is_err());
    }
}

#[test]
fn a_chunk_of_a_shard_decodes_within_its_bounds() {
    let chunk = ShardChunk {
        shard: ShardIndex(254),
        bytes: vec![7; 1024],
        proof: GroupProof {
            siblings: vec![Default::default(); 30],
        },
    };
    let bytes = chunk.encode();
    assert_eq!(bytes.len(), ShardChunk::max_encoded_len());
    assert_eq!(ShardChunk::decode(&mut &bytes[..]), Ok(chunk));
    assert!(ShardChunk::decode(&mut &bytes[..bytes.len() - 1]).is_err());
}

proptest! {
    #[test]
    fn every_pick_lies_inside_its_shard(
        sizes in prop::collection::vec(prop_oneof![1u32..10, 1u32..5_000, (1u32 << 28)..=(1 << 29)], 1..40),
        seed: u64, epoch: u32, picks in 0u8..=64,
    ) {
        let derived = Holding::new(&sizes).picks(seed, epoch, picks);
        prop_assert_eq!(derived.len(), usize::from(picks));
        for pick in derived {
            prop_assert!(pick.chunk.0 < u64::from(sizes[pick.encoding.0 as usize]));
        }
    }

    #[test]
    fn a_pick_does_not_depend_on_how_many_there_are(
        sizes in prop::collection::vec(1u32..5_000, 1..40), seed: u64, few in 0u8..64,
    ) {
        let holding = Holding::new(&sizes);
        let all = holding.picks(seed, 5, 64);
        prop_assert_eq!(&holding.picks(seed, 5, few)[..], &all[..usize::from(few)]);
        prop_assert_eq!(holding.picks(seed, 5, 64), all);
    }
}
