//! The end of leases: who gets what, and how much of it a block does.

use crate::{
    mock::*, CertifiedCommitments, CertifiedCount, CertifiedOf, Encodings, Error, Event,
    ExpiriesDue, Funding, Placements, Roots, WeightInfo, WorkerShards,
};
use ballast_core::{price::BAL, EncodingId, ShardIndex};
use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::AccountId32;

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

#[test]
fn when_a_lease_ends_all_money_returns_and_no_record_stays() {
    chain(10, || {
        let blob = blob();
        let issuance = Balances::total_issuance();
        let id = certified(&blob);
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 1));
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(CHARLIE), id, 2));
        let parts: Vec<_> = Funding::<Test>::iter_prefix_values(id).collect();
        assert!(parts.len() == 3 && parts.iter().all(|part| *part > 0));
        assert_eq!(Blobs::pot_balance(), parts.iter().sum());
        run_to(59);
        assert!(Encodings::<Test>::contains_key(id));
        run_to(60);

        let returned = events()
            .iter()
            .filter(|e| matches!(e, Event::LeaseReturned { .. }))
            .count();
        assert_eq!(returned, 3);
        let expired = Event::Expired {
            encoding: id,
            address: blob.address(),
        };
        assert_eq!(events().last(), Some(&expired));
        for who in [ALICE, BOB, CHARLIE] {
            assert_eq!(free(&who), FUNDS);
        }
        assert_eq!(Balances::total_issuance(), issuance);
        assert_eq!(Blobs::pot_balance(), 0);
        assert!(Workers::iter_values().all(|worker| worker.assigned == 0));
        assert!(!Encodings::<Test>::contains_key(id) && !Roots::<Test>::contains_key(id));
        assert!(!Placements::<Test>::contains_key(id));
        let left = [
            WorkerShards::<Test>::iter().count(),
            Funding::<Test>::iter().count(),
            CertifiedOf::<Test>::iter().count(),
            CertifiedCount::<Test>::iter().count(),
            CertifiedCommitments::<Test>::iter().count(),
            ExpiriesDue::<Test>::iter().count(),
        ];
        assert_eq!(left, [0; 6]);
    });
}

#[test]
fn a_blob_stays_available_while_another_encoding_of_it_lives() {
    chain(10, || {
        let (wide, narrow) = (blob(), TestBlob::new(50_000, code(2, 4)));
        let one = certified(&wide);
        let two = certified(&narrow);
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), two, 3));
        run_to(30);
        assert!(!Encodings::<Test>::contains_key(one));
        assert!(Blobs::is_available(wide.address()));
        run_to(60);
        assert!(!Blobs::is_available(wide.address()));
    });
}

#[test]
fn after_the_end_the_same_encoding_can_be_registered_again() {
    chain(10, || {
        let blob = blob();
        certified(&blob);
        run_to(30);
        certified(&blob);
        assert!(Blobs::is_available(blob.address()));
    });
}

/// Certified encodings that end together, each with three funders.
fn many(count: u64) -> Vec<EncodingId> {
    MaxDrawsPerBlock::set(64);
    MaxServiceWeight::set(Weight::MAX);
    MaxFeelessWeight::set(Weight::MAX);
    let blobs: Vec<_> = (0..count)
        .map(|variant| TestBlob::varied(2_000, code(2, 4), variant))
        .collect();
    let ids: Vec<_> = blobs
        .iter()
        .map(|blob| register(&ALICE, blob).unwrap())
        .collect();
    run(2);
    for (id, blob) in ids.iter().zip(&blobs) {
        certify(*id, all_receipts(*id, blob)).unwrap();
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), *id, 1));
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(CHARLIE), *id, 1));
    }
    ids
}

#[test]
fn many_expiries_stay_within_their_weight_and_all_come() {
    chain(10, || {
        let ids = many(40);
        run_to(49);
        let (unit, refund) = (
            <() as WeightInfo>::expire(4),
            <() as WeightInfo>::return_lease(),
        );
        let share = unit
            .saturating_add(refund.saturating_mul(3))
            .saturating_mul(3);
        set_service_share(share);
        // No unit of another agenda is due, so the hook costs its base, some probes and the share.
        let most = <() as WeightInfo>::on_initialize_base()
            .saturating_add(share)
            .saturating_add(<() as WeightInfo>::probe().saturating_mul(3));
        let left = || {
            ids.iter()
                .filter(|id| Encodings::<Test>::contains_key(*id))
                .count()
        };
        let mut blocks = 0;
        let mut before = left();
        while left() > 0 {
            let weight = run(1);
            assert!(
                weight.ref_time() <= most.ref_time(),
                "{weight:?} of {most:?}"
            );
            assert!(left() + 3 >= before, "more than the share of a block");
            before = left();
            check();
            blocks += 1;
            assert!(blocks < 40, "expiries stall");
        }
        assert!(blocks >= 13);
        assert_eq!([ALICE, BOB, CHARLIE].map(|who| free(&who)), [FUNDS; 3]);
    });
}

#[test]
fn an_encoding_that_waits_for_its_removal_takes_nothing_new() {
    chain(10, || {
        let blob = TestBlob::varied(2_000, code(2, 4), 0);
        let ids = many(8);
        // One funder or removal a block: most of them wait.
        MaxServiceWeight::set(Weight::from_parts(1, u64::MAX));
        run_to(51);
        let waiting: Vec<_> = ids
            .into_iter()
            .filter(|id| Encodings::<Test>::contains_key(id))
            .collect();
        assert!(waiting.len() > 5);
        let id = waiting[5];
        let refused = Blobs::extend(RuntimeOrigin::signed(BOB), id, 1);
        let refused = refused.map(drop).map_err(|refused| refused.error);
        assert_noop!(refused, Error::<Test>::LeaseEnded);
        let shards = vec![ShardIndex(0)].try_into().unwrap();
        let refused = Blobs::reassign(RuntimeOrigin::signed(ALICE), id, shards);
        assert_noop!(refused, Error::<Test>::LeaseEnded);
        let late = vec![receipt(id, &blob, 0)];
        assert_noop!(certify(id, late), refusal(Error::LeaseEnded));
    });
}

#[test]
fn funders_beyond_number_only_take_longer() {
    chain(10, || {
        let blob = blob();
        let id = certified(&blob);
        let funders: Vec<AccountId32> =
            (0..60u8).map(|n| AccountId32::new([n + 100; 32])).collect();
        for funder in &funders {
            let to = funder.clone();
            assert_ok!(Balances::transfer_allow_death(
                RuntimeOrigin::signed(BOB),
                to,
                100 * BAL
            ));
            assert_ok!(Blobs::extend(
                RuntimeOrigin::signed(funder.clone()),
                id,
                1 + u32::from(*funder == funders[0])
            ));
            if funder == &funders[40] {
                break;
            }
        }
        let end = Blobs::encoding(id).unwrap().expires.0 * 10;
        run_to(end - 1);
        let refund = <() as WeightInfo>::return_lease();
        set_service_share(refund.saturating_mul(11));
        let funders_left = || Funding::<Test>::iter_prefix(id).count();
        // The workers are freed first, which takes most of a block's share.
        run_to(end);
        assert!(!Placements::<Test>::contains_key(id));
        let left = funders_left();
        assert!((36..=42).contains(&left), "{left}");
        run_to(end + 1);
        let refunded = left - funders_left();
        assert!((9..=11).contains(&refunded), "{refunded}");
        check();
        run(6);
        assert!(!Encodings::<Test>::contains_key(id));
        assert!(funders[..41].iter().all(|funder| free(funder) == 100 * BAL));
    });
}
