#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use crate::limits::COMMITTEE_QUORUM;
use alloc::{collections::BTreeSet, vec};
use proptest::prelude::*;

const ENCODING: EncodingId = EncodingId(3);
const SHARD: ShardIndex = ShardIndex(4);

fn seeded(seed: u64) -> [u8; 32] {
    *blake3::hash(&seed.to_le_bytes()).as_bytes()
}

fn worker(number: u16) -> WorkerId {
    let mut id = [0; 32];
    id[..2].copy_from_slice(&number.to_be_bytes());
    WorkerId(id)
}

fn committee(seed: u64, stakes: &[(WorkerId, Balance)]) -> Vec<(WorkerId, u8)> {
    seats(&seeded(seed), ENCODING, SHARD, 1, stakes)
}

fn count(seats: &[(WorkerId, u8)]) -> u32 {
    seats.iter().map(|(_, seats)| u32::from(*seats)).sum()
}

#[test]
fn seats_follow_the_stake_however_it_is_split() {
    // Worker 0 has a third, once as one worker, once as 100 of them.
    let whole = vec![(worker(0), 100), (worker(1), 100), (worker(2), 100)];
    let split: Vec<_> = (100..200)
        .map(|number| (worker(number), 1))
        .chain([(worker(1), 100), (worker(2), 100)])
        .collect();
    let (mut one, mut many) = (0, 0);
    const DRAWS: u32 = 400;
    for seed in 0..DRAWS.into() {
        let of_one = committee(seed, &whole);
        one += count(&of_one[..usize::from(of_one[0].0 == worker(0))]);
        let of_many = committee(seed, &split);
        let theirs: Vec<_> = of_many
            .iter()
            .filter(|(id, _)| *id >= worker(100))
            .copied()
            .collect();
        many += count(&theirs);
    }
    // A third of 12,400 seats; the standard deviation is 53.
    for seats in [one, many] {
        assert!(
            seats.abs_diff(DRAWS * COMMITTEE_SEATS / 3) < 5 * 53,
            "{seats}"
        );
    }
}

#[test]
fn a_third_of_the_stake_seldom_has_a_quorum() {
    let p = 1.0f64 / 3.0;
    let mut choose = 1.0f64;
    let mut tail = 0.0;
    for got in 0..=COMMITTEE_SEATS {
        if got >= COMMITTEE_QUORUM {
            tail += choose * p.powi(got as i32) * (1.0 - p).powi((COMMITTEE_SEATS - got) as i32);
        }
        choose = choose * f64::from(COMMITTEE_SEATS - got) / f64::from(got + 1);
    }
    assert!((tail / 9.4e-5 - 1.0).abs() < 0.02, "{tail}");
}

#[test]
fn without_stake_nobody_sits() {
    assert_eq!(committee(1, &[]), vec![]);
    assert_eq!(committee(1, &[(worker(1), 0)]), vec![]);
    let seats = committee(1, &[(worker(1), 0), (worker(2), 5)]);
    assert_eq!(seats, vec![(worker(2), COMMITTEE_SEATS as u8)]);
}

#[test]
fn everything_that_names_a_dispute_changes_its_draws() {
    let stakes: Vec<_> = (0..50).map(|number| (worker(number), 7)).collect();
    let seed = seeded(1);
    let draw = |seed: &[u8; 32], encoding, shard, generation| {
        (
            seats(seed, encoding, shard, generation, &stakes),
            shown_chunks(seed, encoding, shard, generation, 1 << 20),
        )
    };
    let base = draw(&seed, ENCODING, SHARD, 1);
    for other in [
        draw(&seeded(2), ENCODING, SHARD, 1),
        draw(&seed, EncodingId(9), SHARD, 1),
        draw(&seed, ENCODING, ShardIndex(9), 1),
        draw(&seed, ENCODING, SHARD, 2),
    ] {
        assert_ne!(other.0, base.0);
        assert_ne!(other.1, base.1);
    }
}

#[test]
fn every_field_of_an_attestation_is_signed() {
    let base = RebuildBody {
        genesis_hash: [1; 32],
        encoding: ENCODING,
        shard: SHARD,
        generation: 5,
        root: ChainingValue([6; 32]),
    };
    let attestation = RebuildAttestation::new(&base, [7; 64]);
    assert_eq!(attestation.body([1; 32], ENCODING), base);
    let mut payloads = BTreeSet::new();
    for body in [
        base,
        attestation.body([2; 32], ENCODING),
        attestation.body([1; 32], EncodingId(9)),
        RebuildBody {
            shard: ShardIndex(9),
            ..base
        },
        RebuildBody {
            generation: 9,
            ..base
        },
        RebuildBody {
            root: ChainingValue([9; 32]),
            ..base
        },
    ] {
        assert_eq!(body.signing_payload().len(), 18 + 32 + 8 + 1 + 4 + 32);
        payloads.insert(body.signing_payload());
    }
    assert_eq!(payloads.len(), 6);
}

proptest! {
    #[test]
    fn a_committee_is_whole_and_of_those_with_stake_in_any_order(
        seed in any::<u64>(), stakes in proptest::collection::btree_map(0u16..500, 0u128..1_000, 1..60),
    ) {
        let mut stakes: Vec<_> = stakes.into_iter().map(|(id, stake)| (worker(id), stake)).collect();
        let seated = committee(seed, &stakes);
        let anybody = stakes.iter().any(|(_, stake)| *stake > 0);
        prop_assert_eq!(count(&seated), if anybody { COMMITTEE_SEATS } else { 0 });
        prop_assert!(seated.is_sorted());
        for (id, _) in &seated {
            prop_assert!(stakes.iter().any(|(worker, stake)| worker == id && *stake > 0));
        }
        stakes.reverse();
        prop_assert_eq!(committee(seed, &stakes), seated);
    }

    #[test]
    fn shown_chunks_lie_in_the_shard_and_ascend(seed in any::<u64>(), chunks in 1u32..=1 << 29) {
        let shown = shown_chunks(&seeded(seed), ENCODING, SHARD, 1, chunks);
        prop_assert!(!shown.is_empty() && shown.len() <= SHOWN_CHUNKS as usize);
        prop_assert!(shown.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(shown.iter().all(|chunk| chunk.0 < chunks.into()));
    }
}
