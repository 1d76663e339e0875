//! Draws: when, by whom, and what happens when workers are short.

use crate::{mock::*, DrawRequests, Encodings, Event, Parameters, Placements, Roots};
use ballast_core::{view::EncodingStatus, EncodingId, ShardIndex};
use frame_support::assert_ok;
use std::collections::BTreeSet;

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn workers_of(id: EncodingId) -> Vec<u8> {
    let info = Blobs::encoding(id).unwrap();
    info.assignments
        .iter()
        .map(|assigned| assigned.worker.0[0])
        .collect()
}

#[test]
fn workers_are_drawn_two_blocks_later_from_the_randomness_between() {
    chain(10, || {
        let blob = blob();
        let id = register(&ALICE, &blob).unwrap();
        run_to(2);
        assert_eq!(
            Blobs::encoding(id).unwrap().status,
            EncodingStatus::AwaitingPlacement
        );
        run_to(3);
        let info = Blobs::encoding(id).unwrap();
        assert_eq!(info.status, EncodingStatus::Placed { at: 3 });
        assert_eq!(info.seed, Some(seed_of(2)));
        assert_eq!(info.lapses_at, Some(41));
        assert_eq!(events(), [Event::Placed { encoding: id }]);

        let distinct: BTreeSet<u8> = workers_of(id).into_iter().collect();
        assert_eq!(distinct.len(), 8);
        for (shard, worker) in workers_of(id).into_iter().enumerate() {
            let bytes = blob.layout.shard_len(ShardIndex(shard as u8));
            assert_eq!(
                Workers::get(super::super::mock::worker(worker))
                    .unwrap()
                    .assigned,
                bytes
            );
        }
    });
}

#[test]
fn no_draw_without_randomness() {
    chain(10, || {
        Silent::set(true);
        let id = register(&ALICE, &blob()).unwrap();
        run_to(9);
        assert!(!Placements::<Test>::contains_key(id));
        Silent::set(false);
        run_to(10);
        assert_eq!(Blobs::encoding(id).unwrap().seed, Some(seed_of(9)));
    });
}

#[test]
fn empty_shards_get_nobody() {
    chain(10, || {
        let id = placed(&TestBlob::new(1_500, code(4, 8)));
        let placement = Placements::<Test>::get(id).unwrap();
        let empty: Vec<bool> = placement.shards.iter().map(Option::is_none).collect();
        assert_eq!(
            empty,
            [false, false, true, true, false, false, false, false]
        );
        assert_eq!(Blobs::encoding(id).unwrap().assignments.len(), 6);
        assert_eq!(placement.held(), 2);
    });
}

#[test]
fn draws_of_one_block_are_bounded_and_none_is_forgotten() {
    chain(10, || {
        MaxDrawsPerBlock::set(3);
        for variant in 0..8 {
            register(&ALICE, &TestBlob::varied(2_000, code(2, 4), variant)).unwrap();
        }
        let waiting = |block| {
            run_to(block);
            DrawRequests::<Test>::count()
        };
        assert_eq!(
            [waiting(2), waiting(3), waiting(4), waiting(5)],
            [8, 5, 2, 0]
        );
    });
}

#[test]
fn draws_stop_when_their_weight_is_spent() {
    chain(10, || {
        for variant in 0..4 {
            register(&ALICE, &TestBlob::varied(2_000, code(2, 4), variant)).unwrap();
        }
        // Too little for any: one is done in each block all the same.
        MaxServiceWeight::set(frame_support::weights::Weight::from_parts(
            300_000_000,
            u64::MAX,
        ));
        run_to(3);
        assert_eq!(DrawRequests::<Test>::count(), 3);
        run_to(4);
        assert_eq!(DrawRequests::<Test>::count(), 2);
    });
}

#[test]
fn a_draw_that_finds_too_few_workers_is_tried_again_later_and_later() {
    chain(10, || {
        let id = register(&ALICE, &blob()).unwrap();
        (0..3).for_each(|index| {
            Workers::mutate(worker(index), |w| w.as_mut().unwrap().active = false)
        });
        let mut attempts = Vec::new();
        for block in 2..=20 {
            run_to(block);
            if let [Event::DrawDeferred { retry_at, .. }] = events()[..] {
                attempts.push((block, retry_at));
            }
        }
        assert_eq!(attempts, [(3, 4), (4, 6), (6, 10), (10, 18), (18, 34)]);
        check();

        Workers::mutate(worker(0), |worker| worker.as_mut().unwrap().active = true);
        run_to(33);
        assert!(!Placements::<Test>::contains_key(id));
        run_to(34);
        assert!(Placements::<Test>::contains_key(id));
        assert_eq!(DrawRequests::<Test>::count(), 0);
    });
}

/// A chain where an encoding may be pending for longer than its draw is tried.
fn patient(workers: u8, test: impl FnOnce()) {
    chain(workers, || {
        Parameters::<Test>::mutate(|parameters| parameters.pending_timeout_blocks = 1_000);
        test();
    });
}

#[test]
fn what_is_never_placed_lapses() {
    chain(10, || {
        let id = register(&ALICE, &blob()).unwrap();
        (0..10).for_each(|index| Workers::remove(worker(index)));
        run_to(40);
        assert!(Encodings::<Test>::contains_key(id));
        run_to(41);
        assert!(!Encodings::<Test>::contains_key(id) && !Roots::<Test>::contains_key(id));
        assert_eq!(DrawRequests::<Test>::count(), 0);
    });
}

#[test]
fn what_nobody_has_room_for_leaves_the_queue_and_lapses_after_some_minutes() {
    patient(10, || {
        let id = register(&ALICE, &blob()).unwrap();
        let burned = Blobs::encoding(id).unwrap().deposit.div_ceil(10);
        (0..10).for_each(|index| {
            Workers::mutate(worker(index), |worker| {
                worker.as_mut().unwrap().capacity = 0
            })
        });
        // Tried in block 3, and again after 1, 2, 4, .. 64 blocks.
        run_to(129);
        assert_eq!(DrawRequests::<Test>::count(), 1);
        run_to(130);
        assert_eq!(events(), [Event::DrawAbandoned { encoding: id }]);
        assert_eq!(DrawRequests::<Test>::count(), 0);
        check();
        run_to(131);
        assert!(!Encodings::<Test>::contains_key(id));
        // Nobody kept room, so only the deposit pays.
        assert_eq!(free(&ALICE), FUNDS - burned);
    });
}

#[test]
fn one_block_does_not_give_a_worker_more_than_it_has_room_for() {
    chain(6, || {
        let blobs = [0, 1, 2].map(|variant| TestBlob::varied(4_000, code(2, 4), variant));
        // Room for one shard of 2 KiB each: six workers hold four shards, and no second encoding.
        for index in 0..6 {
            Workers::mutate(worker(index), |worker| {
                worker.as_mut().unwrap().capacity = 3_000
            });
        }
        let ids = blobs.each_ref().map(|blob| register(&ALICE, blob).unwrap());
        run_to(3);
        let placed = ids
            .iter()
            .filter(|id| Placements::<Test>::contains_key(*id))
            .count();
        assert_eq!(placed, 1);
        assert_eq!(DrawRequests::<Test>::count(), 2);
    });
}

#[test]
fn stake_bounds_what_a_worker_is_assigned_whatever_capacity_it_declares() {
    chain(4, || {
        let blob = TestBlob::new(4_000, code(2, 4));
        // A BAL covers a GiB: this stake covers 1 KiB.
        Workers::mutate(worker(0), |worker| {
            let worker = worker.as_mut().unwrap();
            (worker.stake, worker.capacity) = (ballast_core::price::BAL >> 20, u64::MAX);
        });
        let id = register(&ALICE, &blob).unwrap();
        run_to(3);
        assert!(!Placements::<Test>::contains_key(id));
        add_worker(9);
        run_to(4);
        assert!(!workers_of(id).contains(&0));
    });
}

#[test]
fn the_address_and_the_encoding_are_in_the_seed() {
    chain(40, || {
        let one = register(&ALICE, &TestBlob::varied(2_000, code(2, 8), 0)).unwrap();
        let other = register(&ALICE, &TestBlob::varied(2_000, code(2, 8), 1)).unwrap();
        let again = register(&BOB, &TestBlob::varied(2_000, code(2, 8), 0)).unwrap();
        run(2);
        assert_ne!(workers_of(one), workers_of(other));
        assert_ne!(workers_of(one), workers_of(again));
    });
}

#[test]
fn a_draw_is_cancelled_with_its_encoding() {
    chain(10, || {
        Silent::set(true);
        register(&ALICE, &blob()).unwrap();
        run_to(41);
        Silent::set(false);
        run_to(45);
        assert_eq!(DrawRequests::<Test>::count(), 0);
        assert_ok!(register(&ALICE, &blob()));
    });
}
