//! Reassignment: when a publisher may ask for other workers, and how often.

use crate::{mock::*, Error, Event, Placements};
use ballast_core::{price::BAL, EncodingId, ShardIndex, WorkerId};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchResult;
use std::collections::BTreeSet;

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn reassign(id: EncodingId, shards: &[u8]) -> DispatchResult {
    let shards: Vec<_> = shards.iter().copied().map(ShardIndex).collect();
    Blobs::reassign(RuntimeOrigin::signed(ALICE), id, shards.try_into().unwrap())
}

#[test]
fn a_silent_worker_is_replaced_for_a_fee_two_blocks_later() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        let silent = assigned(id, 3);
        run_to(8);
        let (before, issuance) = (free(&ALICE), Balances::total_issuance());
        assert_ok!(reassign(id, &[3]));
        assert_eq!(free(&ALICE), before - 3 * BAL);
        assert_eq!(Balances::total_issuance(), issuance - 3 * BAL);
        let requested = Event::ReassignRequested {
            encoding: id,
            shards: vec![ShardIndex(3)],
        };
        assert_eq!(events(), [requested]);

        run_to(9);
        assert_eq!(assigned(id, 3), silent);
        run_to(10);
        let now = assignment(id, 3);
        assert_ne!(now.worker.0[0], silent);
        assert_eq!((now.generation, now.since, now.to_replace), (1, 10, false));
        let (from, to) = (WorkerId([silent; 32]), now.worker);
        let shard = ShardIndex(3);
        assert_eq!(
            events(),
            [Event::Reassigned {
                encoding: id,
                shard,
                from,
                to,
                generation: 1
            }]
        );
        assert_eq!(Workers::get(worker(silent)).unwrap().assigned, 0);
        assert_eq!(Blobs::encoding(id).unwrap().reassigned, 1);
    });
}

#[test]
fn the_fingerprint_point_outlives_a_reassignment() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        let seed = Blobs::encoding(id).unwrap().seed;
        run_to(8);
        let early: Vec<_> = (0..3).map(|shard| receipt(id, &blob, shard)).collect();
        assert_ok!(reassign(id, &[3, 6]));
        run_to(10);
        assert_eq!(Blobs::encoding(id).unwrap().seed, seed);
        let late = (3..8).map(|shard| receipt(id, &blob, shard));
        assert_ok!(certify(id, early.into_iter().chain(late).collect()));
    });
}

#[test]
fn only_the_publisher_of_a_placed_encoding_reassigns() {
    chain(12, || {
        let id = register(&ALICE, &blob()).unwrap();
        assert_noop!(
            reassign(EncodingId(9), &[0]),
            Error::<Test>::UnknownEncoding
        );
        assert_noop!(reassign(id, &[0]), Error::<Test>::NotPlaced);
        run(10);
        let shards = vec![ShardIndex(0)].try_into().unwrap();
        let by_bob = Blobs::reassign(RuntimeOrigin::signed(BOB), id, shards);
        assert_noop!(by_bob, Error::<Test>::NotPublisher);
    });
}

#[test]
fn a_worker_has_its_grace_period() {
    chain(12, || {
        let id = placed(&blob());
        run_to(7);
        assert_noop!(reassign(id, &[0]), Error::<Test>::GracePeriod);
        run_to(8);
        assert_ok!(reassign(id, &[0]));
        run_to(10);
        // Its successor has one too.
        run_to(14);
        assert_noop!(reassign(id, &[0]), Error::<Test>::GracePeriod);
        run_to(15);
        assert_ok!(reassign(id, &[0]));
    });
}

#[test]
fn a_quarter_of_the_shards_is_the_limit() {
    chain(20, || {
        let id = placed(&blob());
        run_to(8);
        assert_noop!(reassign(id, &[0, 1, 2]), Error::<Test>::ReassignLimit);
        assert_ok!(reassign(id, &[0]));
        run_to(16);
        assert_noop!(reassign(id, &[0, 1]), Error::<Test>::ReassignLimit);
        assert_ok!(reassign(id, &[0]));
        run_to(24);
        assert_noop!(reassign(id, &[1]), Error::<Test>::ReassignLimit);
    });
}

#[test]
fn placement_cannot_be_ground_back_to_a_worker_that_was_replaced() {
    chain(20, || {
        let id = placed(&blob());
        let mut seen = BTreeSet::from([assigned(id, 0)]);
        for block in [8, 16] {
            run_to(block);
            assert_ok!(reassign(id, &[0]));
            run(2);
            assert!(seen.insert(assigned(id, 0)), "a replaced worker came back");
        }
    });
}

#[test]
fn nobody_is_drawn_who_holds_another_shard_or_was_replaced() {
    // Nine workers for eight shards: the only one left takes the shard, then nobody can.
    chain(9, || {
        let id = placed(&blob());
        let holders: BTreeSet<u8> = (0..8).map(|shard| assigned(id, shard)).collect();
        let spare = (0..9).find(|index| !holders.contains(index)).unwrap();
        run_to(8);
        assert_ok!(reassign(id, &[5]));
        run_to(10);
        assert_eq!(assigned(id, 5), spare);
        run_to(15);
        assert_ok!(reassign(id, &[5]));
        run_to(17);
        assert_eq!(assigned(id, 5), spare);
        assert!(matches!(
            events()[..],
            [Event::DrawDeferred { retry_at: 18, .. }]
        ));
        check();
        add_worker(30);
        run_to(18);
        assert_eq!(assigned(id, 5), 30);
    });
}

#[test]
fn a_replacement_that_finds_nobody_is_given_up_and_does_not_count() {
    chain(8, || {
        let blob = blob();
        let id = placed(&blob);
        let before = assigned(id, 7);
        run_to(8);
        let receipts = (0..6).map(|shard| receipt(id, &blob, shard)).collect();
        assert_ok!(certify(id, receipts));
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 40));
        assert_ok!(reassign(id, &[7]));
        assert_eq!(Blobs::encoding(id).unwrap().reassigned, 1);
        // Tried in block 10, and again after 1, 2, 4, .. 64 blocks.
        run_to(136);
        assert_noop!(reassign(id, &[7]), Error::<Test>::DrawPending);
        run_to(137);
        assert_eq!(events(), [Event::DrawAbandoned { encoding: id }]);
        assert_eq!(
            (assigned(id, 7), assignment(id, 7).to_replace),
            (before, false)
        );
        assert_eq!(Blobs::encoding(id).unwrap().reassigned, 0);
        check();
        add_worker(30);
        assert_ok!(reassign(id, &[7]));
        run(2);
        assert_eq!(assigned(id, 7), 30);
    });
}

#[test]
fn one_reassignment_at_a_time() {
    chain(12, || {
        let id = placed(&blob());
        run_to(8);
        assert_ok!(reassign(id, &[0]));
        assert_noop!(reassign(id, &[1]), Error::<Test>::DrawPending);
        run(2);
        assert_ok!(reassign(id, &[1]));
    });
}

#[test]
fn the_request_must_make_sense() {
    chain(12, || {
        let id = placed(&TestBlob::new(1_500, code(4, 8)));
        run_to(8);
        assert_noop!(reassign(id, &[]), Error::<Test>::NothingToReassign);
        assert_noop!(reassign(id, &[1, 0]), Error::<Test>::ShardsNotAscending);
        assert_noop!(reassign(id, &[1, 1]), Error::<Test>::ShardsNotAscending);
        assert_noop!(reassign(id, &[8]), Error::<Test>::UnknownShard);
        // An empty shard is nobody's.
        assert_noop!(reassign(id, &[2]), Error::<Test>::UnknownShard);
    });
}

#[test]
fn a_shard_with_a_receipt_stays_where_it_is() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        run_to(8);
        let receipts = (0..6).map(|shard| receipt(id, &blob, shard)).collect();
        assert_ok!(certify(id, receipts));
        assert_noop!(reassign(id, &[5]), Error::<Test>::AlreadyReceipted);
        assert_ok!(reassign(id, &[6, 7]));
    });
}

#[test]
fn a_receipt_that_arrives_before_the_draw_keeps_the_worker() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        run_to(8);
        let before = (assigned(id, 6), assigned(id, 7));
        assert_ok!(reassign(id, &[6, 7]));
        let receipts = (0..7).map(|shard| receipt(id, &blob, shard)).collect();
        assert_ok!(certify(id, receipts));
        check();
        run(2);
        let placement = Placements::<Test>::get(id).unwrap();
        assert_eq!(assigned(id, 6), before.0);
        assert_ne!(assigned(id, 7), before.1);
        assert_eq!(placement.replaced.to_vec(), [WorkerId([before.1; 32])]);
        assert_eq!(placement.reassigned, 2);
    });
}

#[test]
fn the_fee_must_be_there() {
    chain(12, || {
        let id = placed(&blob());
        run_to(8);
        let all = free(&ALICE);
        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(ALICE),
            BOB,
            all - 2 * BAL
        ));
        assert_noop!(reassign(id, &[0]), Error::<Test>::Unaffordable);
    });
}
