//! Certificates cost no fee: that must not make them a weapon.

use crate::{certify::CERTIFY_TAG, mock::*, Error, FeelessWeight};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

const EXHAUSTED: TransactionValidityError =
    TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

#[test]
fn anyone_certifies_without_an_account_and_nobody_pays() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let issuance = Balances::total_issuance();
        let balances = [ALICE, BOB, CHARLIE].map(|who| free(&who));
        assert_ok!(certify(id, all_receipts(id, &blob)));
        assert_eq!(Balances::total_issuance(), issuance);
        assert_eq!([ALICE, BOB, CHARLIE].map(|who| free(&who)), balances);
    });
}

#[test]
fn all_selections_of_one_certificate_have_one_tag_and_the_fullest_wins() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let all = all_receipts(id, &blob);
        let full = validate(id, all.clone()).unwrap();
        assert_eq!(full.provides, [(CERTIFY_TAG, id).encode()]);
        for left_out in 0..8 {
            let mut receipts = all.clone();
            receipts.remove(left_out);
            let valid = validate(id, receipts).unwrap();
            assert_eq!(valid.provides, full.provides);
            assert!(valid.priority < full.priority);
        }
        let other = TestBlob::varied(50_000, code(4, 8), 1);
        let elsewhere = placed(&other);
        assert_ne!(
            validate(elsewhere, all_receipts(elsewhere, &other))
                .unwrap()
                .provides,
            full.provides
        );
    });
}

#[test]
fn the_pool_keeps_a_certificate_no_longer_than_its_receipts_live() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        assert_eq!(validate(id, receipts.clone()).unwrap().longevity, 10);
        run(4);
        assert_eq!(validate(id, receipts).unwrap().longevity, 6);
    });
}

#[test]
fn a_second_application_fails_before_any_signature() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        assert_ok!(certify(id, receipts.clone()));
        KeysRead::set(0);
        assert_noop!(
            certify(id, receipts.clone()),
            refusal(Error::AlreadyReceipted)
        );
        // Any selection that holds one receipt on record, too.
        for one in receipts {
            assert_noop!(certify(id, vec![one]), refusal(Error::AlreadyReceipted));
        }
        assert_eq!(KeysRead::get(), 0);
    });
}

#[test]
fn what_state_and_sizes_tell_costs_no_signature() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let all = all_receipts(id, &blob);
        KeysRead::set(0);
        let mut old = all.clone();
        old[7].expires = 1;
        let mut foreign = all.clone();
        foreign[7].generation = 4;
        for receipts in [vec![], all[..5].to_vec(), old, foreign] {
            assert!(certify(id, receipts).is_err());
        }
        assert!(certify(ballast_core::EncodingId(5), all).is_err());
        assert_eq!(KeysRead::get(), 0);
    });
}

#[test]
fn the_first_bad_signature_ends_it() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let mut receipts = all_receipts(id, &blob);
        receipts[2].signature[5] ^= 1;
        KeysRead::set(0);
        assert_noop!(certify(id, receipts), refusal(Error::BadSignature));
        assert_eq!(KeysRead::get(), 3);
    });
}

#[test]
fn certificates_of_one_block_stay_under_their_weight() {
    chain(10, || {
        let blobs: Vec<_> = (0..4)
            .map(|variant| TestBlob::varied(5_000, code(4, 8), variant))
            .collect();
        let ids: Vec<_> = blobs
            .iter()
            .map(|blob| register(&ALICE, blob).unwrap())
            .collect();
        run(2);
        let cost = crate::certify::feeless_cost::<Test>(8, 8);
        MaxFeelessWeight::set(
            cost.saturating_mul(2)
                .saturating_add(Weight::from_parts(1, 0)),
        );
        let certify_at =
            |index: usize| certify(ids[index], all_receipts(ids[index], &blobs[index]));
        assert_ok!(certify_at(0));
        assert_ok!(certify_at(1));
        KeysRead::set(0);
        assert_noop!(certify_at(2), EXHAUSTED);
        assert_eq!(KeysRead::get(), 0);
        // The next block starts from zero.
        run(1);
        assert_eq!(FeelessWeight::<Test>::get(), Weight::zero());
        assert_ok!(certify_at(2));
        assert_ok!(certify_at(3));
    });
}

#[test]
fn a_refused_certificate_takes_no_feeless_weight() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let mut receipts = all_receipts(id, &blob);
        receipts[0].signature[0] ^= 1;
        assert!(certify(id, receipts).is_err());
        assert_eq!(FeelessWeight::<Test>::get(), Weight::zero());
    });
}

#[test]
fn the_pool_is_not_told_that_a_block_was_full() {
    chain(10, || {
        let blobs = [0, 1].map(|variant| TestBlob::varied(5_000, code(4, 8), variant));
        let ids = blobs.each_ref().map(|blob| register(&ALICE, blob).unwrap());
        run(2);
        MaxFeelessWeight::set(crate::certify::feeless_cost::<Test>(8, 8));
        assert_ok!(certify(ids[0], all_receipts(ids[0], &blobs[0])));
        assert_noop!(certify(ids[1], all_receipts(ids[1], &blobs[1])), EXHAUSTED);
        // What the pool sees is the state after the block.
        use frame_support::traits::Hooks;
        Blobs::on_finalize(System::block_number());
        assert_ok!(validate(ids[1], all_receipts(ids[1], &blobs[1])));
    });
}
