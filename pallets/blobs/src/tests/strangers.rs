//! A stranger's garbage must not hinder the honest publisher.

use crate::{mock::*, Error};
use ballast_core::view::BlobInfo;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::AccountId32;

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

#[test]
fn garbage_registered_first_does_not_hinder_the_honest_publisher() {
    chain(10, || {
        let honest = blob();
        let garbage = honest.with_wrong_parity(5);
        assert_eq!(garbage.address(), honest.address());
        let squatter = register(&BOB, &garbage).unwrap();
        let id = register(&ALICE, &honest).unwrap();
        run(2);
        // The garbage cannot be certified even by honest workers.
        let receipts = all_receipts(squatter, &garbage);
        assert_noop!(certify(squatter, receipts), refusal(Error::NotACodeword));
        assert_ok!(certify(id, all_receipts(id, &honest)));
        assert!(Blobs::is_available(honest.address()));
        // It lapses and costs its publisher, and only the good one stays.
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(ALICE), id, 10));
        run_to(41);
        assert!(free(&BOB) < FUNDS);
        assert!(Blobs::is_available(honest.address()));
        let Some(BlobInfo::Encoded { encodings }) = Blobs::blob(honest.address()) else {
            panic!()
        };
        assert_eq!(
            encodings.iter().map(|info| info.id).collect::<Vec<_>>(),
            [id]
        );
    });
}

#[test]
fn garbage_that_workers_in_league_certified_does_not_occupy_the_address() {
    chain(10, || {
        let honest = blob();
        let garbage = honest.with_wrong_parity(5);
        let squatter = register(&BOB, &garbage).unwrap();
        run(2);
        // Workers that lie together: they sign the fingerprints of a codeword they do not hold.
        let info = Blobs::encoding(squatter).unwrap();
        let lies = (0..8).map(|shard| {
            let fingerprint = honest.fingerprint(&info, ballast_core::ShardIndex(shard));
            signed_receipt(squatter, shard, fingerprint, assigned(squatter, shard))
        });
        assert_ok!(certify(squatter, lies.collect()));
        // The right shards are something else, and can be registered and certified.
        let id = placed(&honest);
        assert_ok!(certify(id, all_receipts(id, &honest)));
    });
}

#[test]
fn no_number_of_strangers_fills_an_address() {
    chain(10, || {
        let honest = blob();
        for index in 0..40u8 {
            let who = AccountId32::new([index + 100; 32]);
            let funds = 1_000 * ballast_core::price::BAL;
            assert_ok!(Balances::transfer_allow_death(
                RuntimeOrigin::signed(CHARLIE),
                who.clone(),
                funds
            ));
            assert_ok!(register(&who, &honest.with_wrong_parity(4 + index % 4)));
        }
        run(15);
        let id = placed(&honest);
        assert_ok!(certify(id, all_receipts(id, &honest)));
        // Readers see the certified one among the garbage, which fills the list.
        let Some(BlobInfo::Encoded { encodings }) = Blobs::blob(honest.address()) else {
            panic!()
        };
        assert_eq!(encodings.len(), crate::MAX_BLOB_ENCODINGS);
        assert!(encodings.iter().any(|info| info.id == id));
        assert_eq!(Blobs::encodings(honest.address(), None, 1)[0].id, id);
    });
}
