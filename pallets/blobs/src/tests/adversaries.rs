//! Those who would certify around honest workers, or end what others pay for.

use crate::{mock::*, types::ShardChunks, Encodings, Error};
use ballast_core::{challenge::ShardChunk, ChunkIndex, EncodingId, ShardIndex};
use frame_support::{assert_noop, assert_ok, traits::GetCallName};
use sp_runtime::transaction_validity::TransactionValidityError;

fn report(blob: &TestBlob, id: EncodingId, shards: &[u8]) -> Result<(), TransactionValidityError> {
    let chunks = shards.iter().map(|shard| {
        let shard = ShardIndex(*shard);
        let (bytes, proof) = blob.prove(shard, ChunkIndex(0));
        ShardChunk {
            shard,
            bytes,
            proof,
        }
    });
    apply(RuntimeCall::Blobs(crate::Call::report_wrong {
        finder: CHARLIE,
        encoding: id,
        chunk: ChunkIndex(0),
        chunks: ShardChunks::truncate_from(chunks.collect()),
    }))
}

/// A publisher certifies with a quorum of its own friends. Those whom it left out bring their receipts by themselves.
#[test]
fn workers_that_a_certificate_skips_add_themselves() {
    chain(10, || {
        let blob = TestBlob::new(50_000, code(4, 8));
        let id = placed(&blob);
        let some = (0..6).map(|shard| receipt(id, &blob, shard));
        assert_ok!(certify(id, some.collect()));
        let receipted = |shard: usize| Blobs::encoding(id).unwrap().assignments[shard].receipted;
        assert!(!receipted(6) && !receipted(7));
        for shard in [6, 7] {
            assert_ok!(certify(id, vec![receipt(id, &blob, shard)]));
        }
        assert!(receipted(6) && receipted(7));
        // Nothing sends them away again: the publisher replaces nobody who has signed.
        let origin = RuntimeOrigin::signed(ALICE);
        let shards = vec![ShardIndex(7)].try_into().unwrap();
        assert_noop!(
            Blobs::reassign(origin, id, shards),
            Error::<Test>::AlreadyReceipted
        );
    });
}

/// No call ends a lease early, so a publisher who regrets cannot end what others have paid for.
#[test]
fn nobody_ends_a_lease_that_others_paid_for() {
    chain(10, || {
        let calls = [
            "register",
            "store_inline",
            "remove_inline",
            "reassign",
            "certify",
            "extend",
            "report_wrong",
            "attest_rebuild",
            "refute",
        ];
        assert_eq!(crate::Call::<Test>::get_call_names(), calls);
        let blob = TestBlob::new(50_000, code(4, 8));
        let id = certified(&blob);
        let before = Blobs::encoding(id).unwrap().expires;
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 3));
        // What the publisher may still do to it: nothing. Another registration is another encoding.
        let again = register(&ALICE, &TestBlob::varied(50_000, code(4, 8), 1)).unwrap();
        assert_ne!(again, id);
        let refused = report(&blob, id, &[0, 1, 2, 3, 6]);
        assert_noop!(refused, refusal(Error::RightlyEncoded));
        assert_eq!(Blobs::encoding(id).unwrap().expires.0, before.0 + 3);
    });
}

/// Even a publisher who encodes wrongly on purpose, in league with workers, to end it later, pays for it: the others have
/// their money back, and the deposit is gone.
#[test]
fn a_publisher_who_ends_its_own_wrong_encoding_pays_for_it() {
    chain(10, || {
        let right = TestBlob::new(50_000, code(4, 8));
        let wrong = right.with_wrong_parity(6);
        let id = placed(&wrong);
        let info = Blobs::encoding(id).unwrap();
        let receipts = (0..8).map(|shard| {
            let fingerprint = right.fingerprint(&info, ShardIndex(shard));
            signed_receipt(id, shard, fingerprint, assigned(id, shard))
        });
        assert_ok!(certify(id, receipts.collect()));
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 3));
        let deposit = Encodings::<Test>::get(id).unwrap().deposit;
        assert_ok!(report(&wrong, id, &[0, 1, 2, 3, 6]));
        run(6);
        assert!(!Encodings::<Test>::contains_key(id));
        assert_eq!(free(&BOB), FUNDS);
        assert_eq!(free(&ALICE), FUNDS - deposit);
    });
}
