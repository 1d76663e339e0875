//! Certificates: what is accepted, and each thing that is not.

use crate::{
    mock::*, CertifiedCommitments, CertifiedCount, Encodings, Error, Event, LapsesDue, PendingBy,
};
use ballast_core::{
    receipt::ReceiptBody, view::EncodingStatus, EncodingId, Fingerprint, ShardIndex,
};
use frame_support::{assert_noop, assert_ok};

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn some_receipts(
    id: EncodingId,
    blob: &TestBlob,
    shards: &[u8],
) -> Vec<ballast_core::receipt::Receipt> {
    shards
        .iter()
        .map(|shard| receipt(id, blob, *shard))
        .collect()
}

#[test]
fn a_quorum_certifies_and_starts_the_lease() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        assert!(!Blobs::is_available(blob.address()));
        assert_ok!(certify(id, some_receipts(id, &blob, &[0, 1, 2, 4, 5, 7])));
        assert_eq!(
            events(),
            [
                Event::Placed { encoding: id },
                Event::Certified {
                    encoding: id,
                    receipts: 6
                },
            ]
        );
        let info = Blobs::encoding(id).unwrap();
        assert_eq!(info.status, EncodingStatus::Certified { at: 3 });
        assert_eq!((info.lapses_at, info.expires.0), (None, 3));
        let receipted: Vec<bool> = info.assignments.iter().map(|one| one.receipted).collect();
        assert_eq!(
            receipted,
            [true, true, true, false, true, true, false, true]
        );
        assert!(Blobs::is_available(blob.address()));
        assert_eq!(CertifiedCount::<Test>::get(blob.address()), 1);
        assert_eq!(LapsesDue::<Test>::iter().count(), 0);
        assert_eq!(PendingBy::<Test>::iter().count(), 0);
    });
}

#[test]
fn every_shape_of_a_blob_certifies() {
    chain(20, || {
        for (len, k, n) in [
            (1_025, 2, 3),
            (1_500, 4, 8),
            (4_097, 4, 8),
            (131_073, 2, 4),
            (300_001, 4, 8),
            (65_537, 8, 16),
        ] {
            certified(&TestBlob::new(len, code(k, n)));
            check();
        }
    });
}

#[test]
fn empty_shards_count_as_held() {
    chain(10, || {
        let blob = TestBlob::new(1_500, code(4, 8));
        let id = placed(&blob);
        // The quorum is six; shards 2 and 3 are empty.
        let three = some_receipts(id, &blob, &[0, 4, 5]);
        assert_noop!(certify(id, three), refusal(Error::TooFewReceipts));
        assert_ok!(certify(id, some_receipts(id, &blob, &[0, 4, 5, 7])));
        assert_ok!(certify(id, some_receipts(id, &blob, &[1, 6])));
    });
}

#[test]
fn late_receipts_are_added() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        assert_ok!(certify(id, some_receipts(id, &blob, &[0, 1, 2, 3, 4, 5])));
        run(3);
        assert_ok!(certify(id, some_receipts(id, &blob, &[7])));
        assert_eq!(
            events(),
            [Event::ReceiptsAdded {
                encoding: id,
                receipts: 7
            }]
        );
        assert_ok!(certify(id, some_receipts(id, &blob, &[6])));
        assert!(Blobs::encoding(id)
            .unwrap()
            .assignments
            .iter()
            .all(|one| one.receipted));
    });
}

#[test]
fn a_late_receipt_must_lie_on_the_code_too() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        assert_ok!(certify(id, some_receipts(id, &blob, &[0, 1, 2, 3, 4, 5])));
        let wrong = signed_receipt(id, 6, Fingerprint([1; 16]), assigned(id, 6));
        assert_noop!(certify(id, vec![wrong]), refusal(Error::NotACodeword));
    });
}

#[test]
fn too_few_receipts_are_refused() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        assert_noop!(certify(id, vec![]), refusal(Error::NoReceipts));
        let five = some_receipts(id, &blob, &[0, 1, 2, 3, 4]);
        assert_noop!(certify(id, five), refusal(Error::TooFewReceipts));
    });
}

#[test]
fn doubled_and_unsorted_receipts_are_refused() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let doubled = some_receipts(id, &blob, &[0, 1, 2, 3, 4, 4]);
        assert_noop!(certify(id, doubled), refusal(Error::ReceiptsNotAscending));
        let unsorted = some_receipts(id, &blob, &[0, 1, 2, 3, 5, 4]);
        assert_noop!(certify(id, unsorted), refusal(Error::ReceiptsNotAscending));
    });
}

#[test]
fn receipts_from_strangers_are_refused() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        let info = Blobs::encoding(id).unwrap();
        let holders: Vec<u8> = (0..8).map(|shard| assigned(id, shard)).collect();
        let stranger = (0..12).find(|index| !holders.contains(index)).unwrap();
        for signer in [stranger, 77, holders[1]] {
            let mut receipts = all_receipts(id, &blob);
            let fingerprint = blob.fingerprint(&info, ShardIndex(0));
            receipts[0] = signed_receipt(id, 0, fingerprint, signer);
            assert_noop!(certify(id, receipts), refusal(Error::BadSignature));
        }
    });
}

#[test]
fn a_worker_that_is_gone_cannot_sign() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        let gone = worker(assigned(id, 2));
        let record = Workers::take(&gone).unwrap();
        assert_noop!(certify(id, receipts), refusal(Error::UnknownWorker));
        Workers::insert(gone, record);
    });
}

#[test]
fn a_certificate_for_another_blob_is_refused() {
    chain(10, || {
        let blob = blob();
        let other = TestBlob::varied(50_000, code(4, 8), 1);
        let id = register(&ALICE, &blob).unwrap();
        let elsewhere = register(&ALICE, &other).unwrap();
        run(2);
        let receipts = all_receipts(elsewhere, &other);
        assert_noop!(certify(id, receipts), refusal(Error::BadSignature));
    });
}

#[test]
fn a_certificate_for_another_chain_is_refused() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let mut receipts = all_receipts(id, &blob);
        let mut body: ReceiptBody = receipts[0].body([0x11; 32], id);
        receipts[0] = sign(&body, assigned(id, 0));
        assert_noop!(certify(id, receipts.clone()), refusal(Error::BadSignature));
        body.genesis_hash = System::block_hash(0).0;
        receipts[0] = sign(&body, assigned(id, 0));
        assert_ok!(certify(id, receipts));
    });
}

#[test]
fn one_flipped_byte_in_a_parity_fingerprint_is_refused() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let info = Blobs::encoding(id).unwrap();
        for byte in [0, 15] {
            let mut fingerprint = blob.fingerprint(&info, ShardIndex(6));
            fingerprint.0[byte] ^= 1;
            let mut receipts = all_receipts(id, &blob);
            receipts[6] = signed_receipt(id, 6, fingerprint, assigned(id, 6));
            assert_noop!(certify(id, receipts), refusal(Error::NotACodeword));
        }
    });
}

#[test]
fn honest_receipts_for_wrong_parity_are_refused() {
    chain(10, || {
        let wrong = blob().with_wrong_parity(5);
        let id = placed(&wrong);
        assert_noop!(
            certify(id, all_receipts(id, &wrong)),
            refusal(Error::NotACodeword)
        );
    });
}

#[test]
fn a_receipt_is_good_for_its_time_only() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        run_to(13);
        assert_ok!(validate(id, receipts.clone()));
        run_to(14);
        assert_noop!(
            certify(id, receipts.clone()),
            refusal(Error::ReceiptExpired)
        );

        let mut body = receipts[0].body(System::block_hash(0).0, id);
        body.expires = 35;
        let mut receipts = all_receipts(id, &blob);
        receipts[0] = sign(&body, assigned(id, 0));
        assert_noop!(
            certify(id, receipts.clone()),
            refusal(Error::ReceiptTooLong)
        );
        run_to(15);
        assert_ok!(certify(id, receipts));
    });
}

#[test]
fn a_receipt_of_a_replaced_worker_is_refused() {
    chain(12, || {
        let blob = blob();
        let id = placed(&blob);
        run_to(8);
        let shards = vec![ShardIndex(0)].try_into().unwrap();
        let mut receipts = all_receipts(id, &blob);
        assert_ok!(Blobs::reassign(RuntimeOrigin::signed(ALICE), id, shards));
        run_to(10);
        assert_noop!(
            certify(id, receipts.clone()),
            refusal(Error::WrongGeneration)
        );
        // With the generation corrected, its signature does not fit.
        receipts[0].generation = 1;
        assert_noop!(certify(id, receipts.clone()), refusal(Error::BadSignature));
        receipts[0] = receipt(id, &blob, 0);
        assert_ok!(certify(id, receipts));
    });
}

#[test]
fn shards_that_do_not_exist_or_are_empty_have_no_receipt() {
    chain(10, || {
        let blob = TestBlob::new(1_500, code(4, 8));
        let id = placed(&blob);
        let mut receipts = all_receipts(id, &blob);
        let template = receipts.last().unwrap().clone();
        for shard in [2, 3] {
            let mut with_empty = receipts.clone();
            with_empty.insert(
                2,
                ballast_core::receipt::Receipt {
                    shard: ShardIndex(shard),
                    ..template.clone()
                },
            );
            assert_noop!(certify(id, with_empty), refusal(Error::UnknownShard));
        }
        receipts.push(ballast_core::receipt::Receipt {
            shard: ShardIndex(8),
            ..template
        });
        assert_noop!(certify(id, receipts), refusal(Error::UnknownShard));
    });
}

#[test]
fn only_placed_encodings_that_exist_are_certified() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts = all_receipts(id, &blob);
        assert_noop!(
            certify(EncodingId(7), receipts.clone()),
            refusal(Error::UnknownEncoding)
        );
        let waiting = register(&BOB, &blob).unwrap();
        assert_noop!(certify(waiting, receipts), refusal(Error::NotPlaced));
    });
}

#[test]
fn nobody_certifies_without_authorisation() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let receipts: crate::types::Receipts = all_receipts(id, &blob).try_into().unwrap();
        for origin in [
            RuntimeOrigin::signed(ALICE),
            RuntimeOrigin::none(),
            RuntimeOrigin::root(),
        ] {
            let refused = Blobs::certify(origin, id, receipts.clone());
            assert_noop!(refused, sp_runtime::DispatchError::BadOrigin);
        }
    });
}

#[test]
fn two_publishers_may_both_certify_the_same_shards() {
    chain(10, || {
        let blob = blob();
        let one = register(&ALICE, &blob).unwrap();
        let two = register(&BOB, &blob).unwrap();
        run(2);
        assert_ok!(certify(one, all_receipts(one, &blob)));
        assert_ok!(certify(two, all_receipts(two, &blob)));
        let commitment = Encodings::<Test>::get(one).unwrap().commitment;
        assert_eq!(CertifiedCount::<Test>::get(blob.address()), 2);
        assert_eq!(CertifiedCommitments::<Test>::get(commitment), 2);
    });
}
