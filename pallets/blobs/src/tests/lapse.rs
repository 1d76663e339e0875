//! Lapses: exact burns and refunds, and nothing left behind.

use crate::{mock::*, Encodings, Error, Event, Funding, HoldReason, Placements, WorkerShards};
use ballast_core::EncodingId;
use frame_support::{assert_noop, assert_ok, weights::Weight};

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

#[test]
fn a_lapse_burns_a_tenth_of_the_deposit_and_returns_the_rest() {
    chain(10, || {
        let blob = blob();
        let issuance = Balances::total_issuance();
        Silent::set(true);
        let id = register(&ALICE, &blob).unwrap();
        let deposit = Blobs::encoding(id).unwrap().deposit;
        // Not a multiple of ten, so that rounding shows.
        assert_ne!(deposit % 10, 0);
        let burned = deposit.div_ceil(10);
        run_to(40);
        assert!(Encodings::<Test>::contains_key(id));
        run_to(41);
        let lease = held(HoldReason::Lease, &ALICE);
        assert_eq!((lease, held(HoldReason::Deposit, &ALICE)), (0, 0));
        assert_eq!(free(&ALICE), FUNDS - burned);
        assert_eq!(Balances::total_issuance(), issuance - burned);
        let address = blob.address();
        let lapsed = Event::Lapsed {
            encoding: id,
            address,
            burned,
            returned: deposit - burned,
            rent: 0,
        };
        assert_eq!(events().last(), Some(&lapsed));
    });
}

#[test]
fn a_placed_encoding_that_lapses_pays_for_the_epochs_that_room_was_kept() {
    chain(10, || {
        let id = register_for(&ALICE, &blob(), 7).unwrap();
        let lease = Blobs::encoding(id).unwrap().lease_held;
        let burned = Blobs::encoding(id).unwrap().deposit.div_ceil(10);
        // From the draw in block 3 to the lapse in block 41 are 38 blocks, which take four epochs of ten.
        run_to(41);
        let rent = (lease * 4).div_ceil(7);
        assert_eq!(free(&ALICE), FUNDS - burned - rent);
        assert_eq!(held(HoldReason::Lease, &ALICE), 0);
        let told = |event: &Event<Test>| matches!(event, Event::Lapsed { rent: told, .. } if *told == rent);
        assert!(events().iter().any(told), "{:?}", events());
    });
}

#[test]
fn filling_the_network_with_registrations_costs_as_much_as_storing() {
    chain(10, || {
        let id = register(&ALICE, &blob()).unwrap();
        let lease = Blobs::encoding(id).unwrap().lease_held;
        let burned = Blobs::encoding(id).unwrap().deposit.div_ceil(10);
        // The shortest lease of two epochs is over before the encoding lapses.
        run_to(41);
        assert_eq!(free(&ALICE), FUNDS - burned - lease);
    });
}

#[test]
fn a_lapse_frees_the_workers_and_leaves_no_record() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        assert!(Workers::iter_values().any(|worker| worker.assigned > 0));
        run_to(41);
        assert!(Workers::iter_values().all(|worker| worker.assigned == 0));
        assert!(!Placements::<Test>::contains_key(id));
        assert_eq!(WorkerShards::<Test>::iter().count(), 0);
        assert_eq!(Funding::<Test>::iter().count(), 0);
        assert_eq!(Blobs::encoding(id), None);
        assert_eq!(Blobs::blob(blob.address()), None);
        assert_noop!(certify(id, receipts), refusal(Error::UnknownEncoding));
    });
}

#[test]
fn a_certificate_stops_the_lapse() {
    chain(10, || {
        let id = certified(&blob());
        run_to(29);
        assert!(Encodings::<Test>::contains_key(id));
        let deposit = Blobs::encoding(id).unwrap().deposit;
        // The lease of two epochs after the first ends with block 29; the deposit comes back whole.
        run_to(41);
        assert!(!Encodings::<Test>::contains_key(id));
        assert!(deposit > 0);
        assert_eq!(free(&ALICE), FUNDS);
    });
}

#[test]
fn the_last_block_before_the_lapse_still_certifies() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        run_to(40);
        assert_ok!(certify(id, all_receipts(id, &blob)));
        run_to(50);
        assert!(Blobs::is_available(blob.address()));
    });
}

#[test]
fn lapses_stay_within_their_weight_and_all_come() {
    chain(10, || {
        let ids: Vec<EncodingId> = (0..12)
            .map(|variant| register(&ALICE, &TestBlob::varied(2_000, code(2, 4), variant)).unwrap())
            .collect();
        run_to(40);
        let left = || {
            ids.iter()
                .filter(|id| Encodings::<Test>::contains_key(*id))
                .count()
        };
        let unit = <() as crate::WeightInfo>::lapse(4);
        let share = unit.saturating_mul(4);
        set_service_share(share);
        let mut weights = Vec::new();
        let mut lefts = Vec::new();
        for block in 41..=45 {
            weights.push(run_to(block));
            lefts.push(left());
            check();
        }
        assert_eq!(lefts, [9, 6, 3, 0, 0]);
        let most = share.saturating_add(<() as crate::WeightInfo>::on_initialize_base());
        let most = most.saturating_add(Weight::from_parts(200_000_000, 0));
        assert!(weights
            .iter()
            .all(|weight| weight.ref_time() <= most.ref_time()));
    });
}

#[test]
fn registering_again_until_the_draw_pleases_costs_a_burn_each_time() {
    chain(20, || {
        let blob = blob();
        let mut burned = 0;
        for _ in 0..3 {
            let id = placed(&blob);
            // A second draw in parallel is refused.
            assert_noop!(register(&ALICE, &blob), Error::<Test>::AlreadyPending);
            let info = Blobs::encoding(id).unwrap();
            burned += info.deposit.div_ceil(10) + info.lease_held;
            run(40);
            assert_eq!(free(&ALICE), FUNDS - burned);
        }
    });
}
