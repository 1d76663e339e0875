//! Encodings that were certified by a league and are wrong.

use crate::{mock::*, types::ShardChunks, wrong::REPORT_TAG, Encodings, Error, Event, WeightInfo};
use ballast_core::{challenge::ShardChunk, ChunkIndex, EncodingId, ShardIndex};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{
    transaction_validity::{InvalidTransaction, TransactionValidityError},
    AccountId32,
};

fn right() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn chunks(blob: &TestBlob, chunk: u64, shards: &[u8]) -> ShardChunks {
    let chunks = shards.iter().map(|shard| {
        let shard = ShardIndex(*shard);
        let (bytes, proof) = blob.prove(shard, ChunkIndex(chunk));
        ShardChunk {
            shard,
            bytes,
            proof,
        }
    });
    chunks.collect::<Vec<_>>().try_into().unwrap()
}

fn report_call(
    finder: AccountId32,
    id: EncodingId,
    chunk: u64,
    chunks: ShardChunks,
) -> RuntimeCall {
    RuntimeCall::Blobs(crate::Call::report_wrong {
        finder,
        encoding: id,
        chunk: ChunkIndex(chunk),
        chunks,
    })
}

/// Without a signer, as a worker's program sends it.
fn report(
    finder: AccountId32,
    id: EncodingId,
    chunk: u64,
    chunks: ShardChunks,
) -> Result<(), TransactionValidityError> {
    apply(report_call(finder, id, chunk, chunks))
}

/// An encoding whose shard 6 is wrong in chunk 0. The worker that has it signs the fingerprint that it should have.
fn wrong_and_certified() -> (EncodingId, TestBlob) {
    let (right, wrong) = (right(), right().with_wrong_parity(6));
    let id = placed(&wrong);
    let info = Blobs::encoding(id).unwrap();
    let receipts = (0..8).map(|shard| {
        let fingerprint = right.fingerprint(&info, ShardIndex(shard));
        signed_receipt(id, shard, fingerprint, assigned(id, shard))
    });
    certify(id, receipts.collect()).unwrap();
    (id, wrong)
}

#[test]
fn chunks_off_the_code_end_the_encoding_and_pay_the_finder() {
    chain(10, || {
        let (id, wrong) = wrong_and_certified();
        let record = Encodings::<Test>::get(id).unwrap();
        assert_ok!(report(BOB, id, 0, chunks(&wrong, 0, &[0, 1, 2, 3, 6])));
        let reward = record.deposit * 40 / 100;
        let told = Event::WrongEncoding {
            encoding: id,
            address: wrong.address(),
            finder: BOB,
            burned: record.deposit - reward,
            reward,
        };
        assert_eq!(events().last(), Some(&told));
        assert_eq!(free(&BOB), FUNDS + reward);
        check();
        // The publisher has lost the deposit; the lease, which nobody earned, comes back.
        run(4);
        assert!(!Encodings::<Test>::contains_key(id));
        assert_eq!(free(&ALICE), FUNDS - record.deposit);
        assert!(Workers::iter_values().all(|worker| worker.assigned == 0));
        // The address is free for the right encoding.
        certified(&right());
        assert!(Blobs::is_available(wrong.address()));
    });
}

#[test]
fn parity_alone_shows_it_too() {
    chain(10, || {
        let (id, wrong) = wrong_and_certified();
        assert_ok!(report(BOB, id, 0, chunks(&wrong, 0, &[1, 4, 5, 6, 7])));
    });
}

#[test]
fn a_right_encoding_cannot_be_ended() {
    chain(10, || {
        let blob = right();
        let id = certified(&blob);
        for chunk in [0, 5, 11] {
            let all = chunks(&blob, chunk, &[0, 1, 2, 3, 4, 5, 6, 7]);
            assert_noop!(report(BOB, id, chunk, all), refusal(Error::RightlyEncoded));
        }
    });
}

#[test]
fn shards_that_end_before_the_chunk_count_as_zeros() {
    chain(10, || {
        // 2,500 bytes are three chunks, in data shards 0, 1 and 2; shard 3 has none.
        let blob = TestBlob::new(2_500, code(4, 8));
        let id = certified(&blob);
        let some = chunks(&blob, 0, &[0, 1, 4, 5]);
        assert_noop!(report(BOB, id, 0, some), refusal(Error::RightlyEncoded));
        let few = chunks(&blob, 0, &[0, 1, 4]);
        assert_noop!(report(BOB, id, 0, few), refusal(Error::TooFewChunks));
    });
}

#[test]
fn the_report_must_make_sense() {
    chain(10, || {
        let (id, wrong) = wrong_and_certified();
        let good = || chunks(&wrong, 0, &[0, 1, 2, 3, 6]);
        assert_noop!(
            report(BOB, EncodingId(9), 0, good()),
            refusal(Error::UnknownEncoding)
        );
        let few = chunks(&wrong, 0, &[0, 1, 2, 6]);
        assert_noop!(report(BOB, id, 0, few), refusal(Error::TooFewChunks));
        let mut unsorted = good().into_inner();
        unsorted.swap(0, 1);
        assert_noop!(
            report(BOB, id, 0, unsorted.try_into().unwrap()),
            refusal(Error::ShardsNotAscending)
        );
        // Elsewhere the encoding is right.
        let elsewhere = chunks(&wrong, 3, &[0, 1, 2, 3, 6]);
        assert_noop!(
            report(BOB, id, 3, elsewhere),
            refusal(Error::RightlyEncoded)
        );
        assert_noop!(report(BOB, id, 3, good()), refusal(Error::WrongChunk));
        let mut forged = good();
        forged[4].bytes[7] ^= 1;
        assert_noop!(report(BOB, id, 0, forged), refusal(Error::WrongChunk));
        let mut stranger = good();
        stranger[4].shard = ShardIndex(9);
        assert_noop!(report(BOB, id, 0, stranger), refusal(Error::UnknownShard));
    });
}

#[test]
fn only_what_is_certified_and_lives_can_be_ended() {
    chain(10, || {
        let pending = right().with_wrong_parity(7);
        let id = placed(&pending);
        let good = || chunks(&pending, 0, &[0, 1, 2, 3, 7]);
        assert_noop!(report(BOB, id, 0, good()), refusal(Error::NotCertified));
        let (id, wrong) = wrong_and_certified();
        let good = || chunks(&wrong, 0, &[0, 1, 2, 3, 6]);
        assert_ok!(report(BOB, id, 0, good()));
        assert_noop!(report(CHARLIE, id, 0, good()), refusal(Error::LeaseEnded));
    });
}

#[test]
fn a_report_costs_nothing_and_of_several_one_is_kept() {
    chain(10, || {
        let (id, wrong) = wrong_and_certified();
        let nobody = AccountId32::new([0x77; 32]);
        let one = report_call(nobody.clone(), id, 0, chunks(&wrong, 0, &[0, 1, 2, 3, 6]));
        let other = report_call(BOB, id, 0, chunks(&wrong, 0, &[1, 4, 5, 6, 7]));
        let tag = (REPORT_TAG, id).encode();
        assert_eq!(
            validate_call(one.clone()).unwrap().provides,
            vec![tag.clone()]
        );
        assert_eq!(validate_call(other).unwrap().provides, vec![tag]);
        let deposit = Encodings::<Test>::get(id).unwrap().deposit;
        // Who had no account has one now.
        assert_ok!(apply(one));
        assert_eq!(free(&nobody), deposit * 40 / 100);
    });
}

#[test]
fn reports_of_one_block_stay_under_the_weight_of_feeless_calls() {
    chain(10, || {
        let (id, wrong) = wrong_and_certified();
        let good = || chunks(&wrong, 0, &[0, 1, 2, 3, 6]);
        let cost = <() as WeightInfo>::report_wrong(5);
        MaxFeelessWeight::set(cost / 2);
        let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
        assert_noop!(report(BOB, id, 0, good()), full);
        run(1);
        MaxFeelessWeight::set(cost);
        assert_ok!(report(BOB, id, 0, good()));
    });
}
