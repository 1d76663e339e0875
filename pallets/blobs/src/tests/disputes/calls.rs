//! Which words and chunks are taken, of whom, and when.

use super::*;
use crate::{
    dispute::{ATTEST_TAG, REFUTE_TAG},
    Error, WeightInfo,
};
use ballast_core::{
    limits::{COMMITTEE_QUORUM, MAX_DISPUTES},
    price::BAL,
};
use codec::Encode;
use frame_support::assert_noop;
use sp_runtime::transaction_validity::InvalidTransaction;

#[test]
fn without_a_missed_challenge_nothing_begins() {
    chain(14, || {
        let id = certified_for_long(&right());
        let holder = assigned(id, SHARD);
        assert_noop!(attest(id, holder, LIE), refusal(Error::NotUnshown));
        let drawn = lost_and_drawn(id);
        assert_eq!(Blobs::unshown(id), vec![ShardIndex(SHARD)]);
        // Not by others, not for another assignment, not with the root on chain.
        let other = (0..14).find(|index| *index != drawn).unwrap();
        assert_noop!(attest(id, other, LIE), refusal(Error::NotOnCommittee));
        let late = attestation(id, 9, LIE, drawn);
        let late = attest_call(id, drawn, late);
        assert_noop!(apply(late), refusal(Error::WrongGeneration));
        let reached = attest(id, drawn, root(&right()));
        assert_noop!(reached, refusal(Error::RootReached));
        // A receipt takes the mark away.
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        assert_eq!(Blobs::unshown(id), vec![]);
        assert_noop!(attest(id, drawn, LIE), refusal(Error::NotUnshown));
    });
}

#[test]
fn an_encoding_that_does_not_exist_has_no_disputes() {
    chain(14, || {
        let id = EncodingId(9);
        let unknown = attest_call(id, 1, attestation(id, 1, LIE, 1));
        assert_noop!(apply(unknown), refusal(Error::UnknownEncoding));
        let none = refute(id, ShownChunks::default());
        assert_noop!(none, refusal(Error::NoDispute));
        let id = placed(&right());
        let pending = attest_call(id, 1, attestation(id, 0, LIE, 1));
        assert_noop!(apply(pending), refusal(Error::NotCertified));
    });
}

#[test]
fn the_committee_is_drawn_by_stake_alone_from_later_randomness() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        // Nearly all of the stake, and its operator holds a shard.
        let rich = assigned(id, 0);
        Workers::mutate(worker(rich), |worker| {
            worker.as_mut().unwrap().stake = 1_000_000_000 * BAL
        });
        assert_ok!(attest(id, drawn, LIE));
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        run(1);
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        Silent::set(true);
        run(2);
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        Silent::set(false);
        run(1);
        let dispute = dispute(id).unwrap();
        let richest = dispute
            .committee
            .iter()
            .find(|seat| seat.worker.0[0] == rich)
            .unwrap();
        assert!(u32::from(richest.seats) > COMMITTEE_QUORUM, "{richest:?}");
        assert_eq!(dispute.ends_at, System::block_number() + 12);
    });
}

#[test]
fn members_say_one_word_each_and_sign_it() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        let member = members(&opened)[0];
        let stranger = (0..14).find(|index| !members(&opened).contains(index));
        if let Some(stranger) = stranger {
            assert_noop!(attest(id, stranger, LIE), refusal(Error::NotOnCommittee));
        }
        let generation = opened.generation;
        let forged = attestation(id, generation, LIE, member + 1);
        let forged = attest_call(id, member, forged);
        assert_noop!(apply(forged), refusal(Error::BadAttestation));
        let other = attest_call(id, member, attestation(id, generation + 1, LIE, member));
        assert_noop!(apply(other), refusal(Error::OtherDispute));
        assert_ok!(attest(id, member, LIE));
        let again = attest(id, member, root(&right()));
        assert_noop!(again, refusal(Error::AlreadyAttested));
        // Who is evicted has nothing to lose by its word.
        let evicted = members(&opened)[1];
        Workers::mutate(worker(evicted), |worker| {
            worker.as_mut().unwrap().evicted = true
        });
        assert_noop!(attest(id, evicted, LIE), refusal(Error::UnknownWorker));
    });
}

#[test]
fn chunks_count_only_while_somebody_holds_the_shard() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        run(3);
        let good = asked_chunks(id, &right());
        Blobs::forfeit(id, ShardIndex(SHARD));
        assert_noop!(refute(id, good), refusal(Error::NothingToShow));
    });
}

#[test]
fn a_decided_dispute_takes_no_more_words() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        decide(id, LIE);
        let left = members(&opened);
        let words = dispute(id).unwrap().committee;
        let silent = left.iter().find(|member| {
            let seat = words.iter().find(|seat| seat.worker.0[0] == **member);
            seat.unwrap().root.is_none()
        });
        let late = attest(id, *silent.unwrap(), root(&right()));
        assert_noop!(late, refusal(Error::DisputeOver));
    });
}

#[test]
fn disputes_are_few() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        let template = Disputes::<Test>::get(id).unwrap();
        Disputes::<Test>::remove(id);
        for other in 0..u64::from(MAX_DISPUTES) {
            Disputes::<Test>::insert(EncodingId(100 + other), template.clone());
        }
        assert_noop!(attest(id, drawn, LIE), refusal(Error::TooManyDisputes));
        // What is of no encoding goes.
        run(1);
        assert_eq!(Disputes::<Test>::count(), 0);
    });
}

#[test]
fn calls_cost_nothing_stay_under_the_weight_and_have_one_tag() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        let member = members(&opened)[0];
        let call = attest_call(id, member, attestation(id, opened.generation, LIE, member));
        let tag = (ATTEST_TAG, id, WorkerId([member; 32])).encode();
        assert_eq!(validate_call(call).unwrap().provides, vec![tag]);
        let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
        MaxFeelessWeight::set(<() as WeightInfo>::attest_rebuild() / 2);
        assert_noop!(attest(id, member, LIE), full);
        MaxFeelessWeight::set(<() as WeightInfo>::certify(255) * 100);
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        run(2);
        let chunks = asked_chunks(id, &right());
        let call = RuntimeCall::Blobs(crate::Call::refute {
            encoding: id,
            chunks: chunks.clone(),
        });
        let tag = (REFUTE_TAG, id).encode();
        assert_eq!(validate_call(call).unwrap().provides, vec![tag]);
        MaxFeelessWeight::set(<() as WeightInfo>::refute() / 2);
        assert_noop!(refute(id, chunks), full);
    });
}
