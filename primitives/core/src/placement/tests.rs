#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use super::*;
use alloc::{collections::BTreeMap, string::ToString, vec};
use proptest::prelude::*;

const ADDRESS: Address = Address([7; 32]);
const GENEROUS: u64 = u64::MAX;

fn candidate(worker: u8, operator: u8, stake: Balance) -> Candidate {
    Candidate {
        worker: WorkerId([worker; 32]),
        operator: OperatorId([operator; 32]),
        stake,
        free_bytes: 1 << 30,
        assigned_bytes: 0,
    }
}

fn crowd(count: u8) -> Vec<Candidate> {
    (0..count)
        .map(|i| candidate(i, i, BAL * (1 + Balance::from(i))))
        .collect()
}

fn equal_shards(count: u8, bytes: u64) -> Vec<(ShardIndex, u64)> {
    (0..count).map(|shard| (ShardIndex(shard), bytes)).collect()
}

fn seeded(seed: u64) -> [u8; 32] {
    *blake3::hash(&seed.to_le_bytes()).as_bytes()
}

fn simple(
    seed: u64,
    shards: &[(ShardIndex, u64)],
    candidates: &[Candidate],
) -> Result<Vec<WorkerId>, PlacementError> {
    draw(
        &seeded(seed),
        &ADDRESS,
        EncodingId(1),
        shards,
        candidates,
        &[],
        &[],
        GENEROUS,
    )
}

fn operators_of(workers: &[WorkerId], candidates: &[Candidate]) -> BTreeSet<OperatorId> {
    let of = |worker| {
        candidates
            .iter()
            .find(|c| c.worker == worker)
            .unwrap()
            .operator
    };
    workers.iter().map(|worker| of(*worker)).collect()
}

#[test]
fn a_draw_depends_on_seed_address_encoding_and_shard() {
    let (pool, shards) = (crowd(200), equal_shards(8, 1));
    let base = draw(
        &[1; 32],
        &ADDRESS,
        EncodingId(1),
        &shards,
        &pool,
        &[],
        &[],
        GENEROUS,
    );
    let again = draw(
        &[1; 32],
        &ADDRESS,
        EncodingId(1),
        &shards,
        &pool,
        &[],
        &[],
        GENEROUS,
    );
    let seed = draw(
        &[2; 32],
        &ADDRESS,
        EncodingId(1),
        &shards,
        &pool,
        &[],
        &[],
        GENEROUS,
    );
    let address = draw(
        &[1; 32],
        &Address([8; 32]),
        EncodingId(1),
        &shards,
        &pool,
        &[],
        &[],
        GENEROUS,
    );
    let encoding = draw(
        &[1; 32],
        &ADDRESS,
        EncodingId(2),
        &shards,
        &pool,
        &[],
        &[],
        GENEROUS,
    );
    assert_eq!(base, again);
    assert_ne!(base, seed);
    assert_ne!(base, address);
    assert_ne!(base, encoding);
    let firsts: BTreeSet<WorkerId> = (0..8)
        .map(|shard| simple(1, &[(ShardIndex(shard), 1)], &pool).unwrap()[0])
        .collect();
    assert!(firsts.len() > 4, "each shard has its own stream");
}

#[test]
fn chances_follow_stake() {
    let pool: Vec<Candidate> = [1, 2, 3, 4]
        .iter()
        .map(|i| candidate(*i, *i, BAL * Balance::from(*i)))
        .collect();
    let mut drawn: BTreeMap<WorkerId, u32> = BTreeMap::new();
    for seed in 0..20_000 {
        let worker = simple(seed, &equal_shards(1, 1), &pool).unwrap()[0];
        *drawn.entry(worker).or_default() += 1;
    }
    for i in 1..=4u8 {
        let (expected, actual) = (
            f64::from(i) / 10.0 * 20_000.0,
            f64::from(drawn[&WorkerId([i; 32])]),
        );
        // Five standard deviations of the binomial, about.
        assert!(
            (actual - expected).abs() < 5.0 * expected.sqrt(),
            "{i}: {actual} of {expected}"
        );
    }
}

#[test]
fn later_draws_follow_the_stake_that_is_left() {
    // Without replacement: P(second = 1) = sum over first f != 1 of s_f * s_1 / (1 - s_f).
    let pool: Vec<Candidate> = [1, 2, 7]
        .iter()
        .map(|i| candidate(*i, *i, BAL * Balance::from(*i)))
        .collect();
    let rounds = 20_000;
    let hits = (0..rounds)
        .filter(|seed| simple(*seed, &equal_shards(2, 1), &pool).unwrap()[1] == WorkerId([1; 32]))
        .count();
    let expected = f64::from(rounds as u32) * (0.2 * 0.1 / 0.8 + 0.7 * 0.1 / 0.3);
    assert!(
        (hits as f64 - expected).abs() < 5.0 * expected.sqrt(),
        "{hits} of {expected}"
    );
}

#[test]
fn stake_just_above_a_power_of_two_is_drawn_without_bias() {
    // The worst case of rejection: nearly half of all samples are refused.
    let half = (1u128 << 126) + 1;
    let pool = [candidate(1, 1, half), candidate(2, 2, half)];
    let ones = (0..10_000)
        .filter(|seed| simple(*seed, &equal_shards(1, 1), &pool).unwrap()[0] == WorkerId([1; 32]))
        .count();
    assert!((4_750..5_250).contains(&ones), "{ones}");
}

#[test]
fn stakes_beyond_the_range_do_not_panic() {
    let pool: Vec<Candidate> = (0..4).map(|i| candidate(i, i, u128::MAX)).collect();
    assert_eq!(simple(1, &equal_shards(4, 1), &pool).unwrap().len(), 4);
}

#[test]
fn operators_are_distinct_while_there_are_enough() {
    // One operator with nearly all stake and ten workers, and four others.
    let mut pool: Vec<Candidate> = (0..10).map(|i| candidate(i, 0, 1_000 * BAL)).collect();
    pool.extend((10..14).map(|i| candidate(i, i, BAL)));
    for seed in 0..200 {
        let five = simple(seed, &equal_shards(5, 1), &pool).unwrap();
        assert_eq!(operators_of(&five, &pool).len(), 5);
        let eight = simple(seed, &equal_shards(8, 1), &pool).unwrap();
        assert_eq!(operators_of(&eight, &pool).len(), 5);
        assert_eq!(eight.iter().collect::<BTreeSet<_>>().len(), 8);
    }
}

#[test]
fn operators_of_occupied_workers_count() {
    let pool = [
        candidate(1, 1, BAL),
        candidate(2, 1, 1_000 * BAL),
        candidate(3, 3, BAL),
    ];
    let occupied = [WorkerId([1; 32])];
    for seed in 0..50 {
        let drawn = draw(
            &seeded(seed),
            &ADDRESS,
            EncodingId(1),
            &equal_shards(1, 1),
            &pool,
            &occupied,
            &[],
            GENEROUS,
        );
        assert_eq!(drawn.unwrap(), [WorkerId([3; 32])]);
    }
}

#[test]
fn occupied_and_excluded_workers_are_never_drawn() {
    let pool = crowd(12);
    let occupied = [WorkerId([11; 32]), WorkerId([10; 32])];
    let excluded = [WorkerId([9; 32]), WorkerId([99; 32])];
    for seed in 0..200 {
        let drawn = draw(
            &seeded(seed),
            &ADDRESS,
            EncodingId(1),
            &equal_shards(9, 1),
            &pool,
            &occupied,
            &excluded,
            GENEROUS,
        )
        .unwrap();
        assert!(drawn.iter().all(|worker| worker.0[0] < 9));
    }
}

#[test]
fn a_shortage_says_how_many_are_missing_and_why() {
    let mut pool = crowd(8);
    pool[0].stake = 0;
    pool[1].free_bytes = 9;
    pool[2].assigned_bytes = 100;
    let error = draw(
        &[0; 32],
        &ADDRESS,
        EncodingId(1),
        &equal_shards(4, 10),
        &pool,
        &[WorkerId([3; 32])],
        &[WorkerId([4; 32])],
        30,
    )
    .unwrap_err();
    let filtered = Filtered {
        excluded: 1,
        occupied: 1,
        without_stake: 1,
        full: 1,
        over_stake: 1,
    };
    let expected = PlacementError::NotEnoughWorkers {
        needed: 4,
        eligible: 3,
        candidates: 8,
        bytes: 10,
        filtered,
    };
    assert_eq!(error, expected);
    assert!(error
        .to_string()
        .starts_with("4 workers are needed and 3 of 8 candidates can take"));
    assert!(simple(0, &equal_shards(1, 1), &[]).is_err());
}

#[test]
fn the_stake_cap_counts_what_is_assigned() {
    assert_eq!(covered_bytes(BAL, 100), 100);
    assert_eq!(covered_bytes(BAL / 2, 100), 50);
    assert_eq!(covered_bytes(BAL / 1_000, 100), 0);
    assert_eq!(
        covered_bytes(3 * BAL + BAL / 2, u64::MAX),
        7 * u128::from(u64::MAX) / 2
    );
    let mut one = candidate(1, 1, 2 * BAL);
    one.assigned_bytes = 150;
    let fits = |bytes| {
        draw(
            &[0; 32],
            &ADDRESS,
            EncodingId(1),
            &[(ShardIndex(0), bytes)],
            &[one],
            &[],
            &[],
            100,
        )
        .is_ok()
    };
    assert!(fits(50));
    assert!(!fits(51));
}

#[test]
fn long_shards_get_the_workers_that_only_they_need() {
    // One roomy worker with hardly any stake: drawn last it would often be gone or the long shard stuck.
    let mut pool = crowd(4);
    pool[0].stake = 1;
    for small in &mut pool[1..] {
        small.free_bytes = 10;
    }
    let shards = [
        (ShardIndex(0), 5),
        (ShardIndex(1), 10),
        (ShardIndex(2), 1_000),
        (ShardIndex(3), 1),
    ];
    for seed in 0..100 {
        assert_eq!(simple(seed, &shards, &pool).unwrap()[2], WorkerId([0; 32]));
    }
}

#[test]
fn a_shard_named_twice_is_refused() {
    let shards = [(ShardIndex(3), 1), (ShardIndex(3), 1)];
    assert_eq!(
        simple(0, &shards, &crowd(4)),
        Err(PlacementError::RepeatedShard {
            shard: ShardIndex(3)
        })
    );
    assert_eq!(simple(0, &[], &[]), Ok(vec![]));
}

prop_compose! {
    fn any_candidate()(worker in 0u8..60, operator in 0u8..20, stake in 0u128..5, free in 0u64..40, assigned in 0u64..40)
        -> Candidate {
        Candidate {
            worker: WorkerId([worker; 32]),
            operator: OperatorId([operator; 32]),
            stake: stake * BAL,
            free_bytes: free,
            assigned_bytes: assigned,
        }
    }
}

fn any_pool() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(any_candidate(), 0..40).prop_map(|mut pool| {
        pool.sort_unstable();
        pool.dedup_by_key(|candidate| candidate.worker);
        pool
    })
}

fn any_shards() -> impl Strategy<Value = Vec<(ShardIndex, u64)>> {
    prop::collection::btree_map((0u8..30).prop_map(ShardIndex), 1u64..30, 0..12)
        .prop_map(|shards| shards.into_iter().collect())
}

/// Hall's condition for nested sets: with shards from the longest, the i-th has at least i able candidates.
fn feasible(shards: &[(ShardIndex, u64)], able: impl Fn(u64) -> usize) -> bool {
    let mut bytes: Vec<u64> = shards.iter().map(|(_, bytes)| *bytes).collect();
    bytes.sort_unstable_by_key(|bytes| Reverse(*bytes));
    bytes
        .iter()
        .enumerate()
        .all(|(before, bytes)| able(*bytes) > before)
}

proptest! {
    #[test]
    fn a_placement_is_sound_and_found_whenever_there_is_one(
        seed: [u8; 32], pool in any_pool(), shards in any_shards(),
        occupied in prop::collection::vec((0u8..60).prop_map(|i| WorkerId([i; 32])), 0..6),
        excluded in prop::collection::vec((0u8..60).prop_map(|i| WorkerId([i; 32])), 0..6),
        bytes_per_bal in 1u64..40,
    ) {
        let can = |c: &&Candidate, bytes: u64| {
            c.stake > 0 && c.free_bytes >= bytes && !occupied.contains(&c.worker) && !excluded.contains(&c.worker)
                && u128::from(c.assigned_bytes + bytes) <= c.stake / BAL * u128::from(bytes_per_bal)
        };
        let able = |bytes| pool.iter().filter(|c| can(c, bytes)).count();
        let drawn = draw(&seed, &ADDRESS, EncodingId(3), &shards, &pool, &occupied, &excluded, bytes_per_bal);
        prop_assert_eq!(drawn.is_ok(), feasible(&shards, able));
        if let Ok(drawn) = drawn {
            prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), shards.len());
            for (worker, (_, bytes)) in drawn.iter().zip(&shards) {
                prop_assert!(pool.iter().any(|c| c.worker == *worker && can(&c, *bytes)));
            }
        }
    }

    #[test]
    fn the_order_of_candidates_and_shards_does_not_matter(
        seed: [u8; 32], pool in any_pool(), shards in any_shards(), turn in 0usize..40, twice: bool,
    ) {
        let straight = draw(&seed, &ADDRESS, EncodingId(3), &shards, &pool, &[], &[], GENEROUS);
        let mut turned_pool = pool.clone();
        turned_pool.rotate_left(turn % pool.len().max(1));
        turned_pool.reverse();
        if twice {
            turned_pool.extend(pool.first().copied());
        }
        let same = draw(&seed, &ADDRESS, EncodingId(3), &shards, &turned_pool, &[], &[], GENEROUS);
        prop_assert_eq!(&straight, &same);

        let mut turned: Vec<_> = shards.clone();
        turned.reverse();
        let mut reversed = draw(&seed, &ADDRESS, EncodingId(3), &turned, &pool, &[], &[], GENEROUS);
        if let Ok(workers) = &mut reversed {
            workers.reverse();
        }
        prop_assert_eq!(straight, reversed);
    }
}
