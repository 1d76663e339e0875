//! Answers: what counts, what is refused, what they bring, and that they cost nobody a fee.

use crate::{answer::feeless_cost, mock::*, Error, Event, FeelessWeight, ANSWER_TAG};
use ballast_core::{price::BAL, view::RetrievalState, GroupProof, RetrievalId};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn asked(bond: u128) -> (Kept, u8, RetrievalId) {
    let kept = Kept::new(50_000, 6);
    kept.challenge(&BOB, 2, chunks(4, 4), bond).unwrap();
    let index = kept.holder(2);
    (kept, index, RetrievalId(0))
}

#[test]
fn anyone_answers_and_the_worker_gets_half_of_the_bond() {
    chain(12, || {
        let bond = 3 * BAL + 1;
        let before = (free(&BOB), Balances::total_issuance());
        let (kept, index, id) = asked(bond);
        let workers = free(&worker(index));
        assert_ok!(kept.answer(id));
        let half = bond / 2;
        assert_eq!(free(&worker(index)), workers + half);
        assert_eq!(free(&BOB), before.0 - bond);
        assert_eq!(Balances::total_issuance(), before.1 - (bond - half));
        let now = System::block_number();
        assert_eq!(state(id), RetrievalState::Answered { at: now });
        assert!(Retrieval::open(worker(index)).is_empty());
        let answered = Event::Answered {
            id,
            worker: worker_id(index),
            paid: half,
            burnt: bond - half,
        };
        let events = System::read_events_for_pallet::<Event<Test>>();
        assert_eq!(events.last(), Some(&answered));
        // The deadline passes and nothing happens.
        run_to(now + DEADLINE + 2);
        assert_eq!(state(id), RetrievalState::Answered { at: now });
        assert_eq!(slashed(index), 0);
    });
}

#[test]
fn every_range_that_may_be_asked_for_can_be_answered() {
    chain(12, || {
        let kept = Kept::new(150_000, 6);
        for (start, count) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (4, 4),
            (8, 8),
            (16, 16),
            (32, 16),
            (36, 1),
        ] {
            let id = crate::NextId::<Test>::get();
            assert_ok!(kept.challenge(&BOB, 1, chunks(start, count), BAL));
            assert_ok!(kept.answer(id));
        }
    });
}

#[test]
fn a_bad_answer_is_refused_with_its_reason() {
    chain(12, || {
        let (kept, index, id) = asked(BAL);
        let (bytes, proof) = kept.show(id);
        let refused = |change: fn(&mut Vec<u8>, &mut GroupProof), error| {
            let (mut bytes, mut proof) = (bytes.clone(), proof.clone());
            change(&mut bytes, &mut proof);
            assert_noop!(send(id, bytes, proof), refusal(error));
        };
        refused(|bytes, _| bytes[9] ^= 1, Error::WrongProof);
        refused(|bytes, _| bytes.truncate(1_024), Error::WrongLen);
        refused(|bytes, _| bytes.clear(), Error::WrongLen);
        refused(|_, proof| proof.siblings[0].0[0] ^= 1, Error::WrongProof);
        refused(|_, proof| proof.siblings.truncate(1), Error::WrongPathLen);
        let other = send(RetrievalId(1), bytes.clone(), proof.clone());
        assert_noop!(other, refusal(Error::UnknownChallenge));
        assert_eq!(FeelessWeight::<Test>::get(), Weight::zero());
        assert_eq!(Retrieval::open(worker(index)).len(), 1);
        assert_ok!(send(id, bytes, proof));
    });
}

#[test]
fn another_range_of_the_shard_does_not_pass() {
    chain(12, || {
        let (kept, _, id) = asked(BAL);
        kept.challenge(&ALICE, 2, chunks(0, 4), BAL).unwrap();
        let (bytes, proof) = kept.show(RetrievalId(1));
        assert_noop!(send(id, bytes, proof), refusal(Error::WrongProof));
    });
}

#[test]
fn a_challenge_is_answered_once() {
    chain(12, || {
        let (kept, _, id) = asked(BAL);
        assert_ok!(kept.answer(id));
        assert_noop!(kept.answer(id), refusal(Error::UnknownChallenge));
    });
}

#[test]
fn the_deadline_is_the_last_block_that_counts() {
    chain(12, || {
        let (kept, index, id) = asked(BAL);
        let deadline = info(id).unwrap().deadline;
        run_to(deadline);
        assert_ok!(kept.answer(id));
        kept.challenge(&BOB, 2, chunks(4, 4), BAL).unwrap();
        let (bytes, proof) = kept.show(RetrievalId(1));
        // A block whose hook has not ended it yet.
        System::set_block_number(deadline + DEADLINE + 1);
        let late = send(RetrievalId(1), bytes, proof);
        assert_noop!(late, refusal(Error::TooLate));
        System::set_block_number(deadline);
        assert_eq!(slashed(index), 0);
    });
}

#[test]
fn answers_have_one_tag_for_each_challenge_and_the_higher_bond_goes_first() {
    chain(12, || {
        let (kept, _, id) = asked(BAL);
        kept.challenge(&ALICE, 2, chunks(0, 1), 100 * BAL).unwrap();
        let call = |id| {
            let (bytes, proof) = kept.show(id);
            answer_call(id, bytes, proof)
        };
        let low = validate(call(id)).unwrap();
        let high = validate(call(RetrievalId(1))).unwrap();
        assert_eq!(low.provides, vec![(ANSWER_TAG, id).encode()]);
        assert_ne!(low.provides, high.provides);
        assert!(high.priority > low.priority);
        assert_eq!(low.longevity, u64::from(DEADLINE));
    });
}

#[test]
fn answers_of_one_block_stay_under_their_weight() {
    chain(12, || {
        let (kept, _, id) = asked(BAL);
        let cost = feeless_cost::<Test>(4_096);
        MaxFeelessWeight::set(cost.saturating_mul(3) / 2);
        let second = RetrievalId(1);
        kept.challenge(&ALICE, 2, chunks(4, 4), BAL).unwrap();
        assert_ok!(kept.answer(id));
        let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
        assert_noop!(kept.answer(second), full);
        next_block();
        assert_ok!(kept.answer(second));
    });
}

#[test]
fn a_shard_that_moved_is_still_answered_and_paid() {
    chain(12, || {
        let (kept, index, id) = asked(2 * BAL);
        Workers::evict(&worker(index));
        next_block();
        assert!(kept.is_lost(2));
        let before = free(&worker(index));
        assert_ok!(kept.answer(id));
        assert_eq!(free(&worker(index)), before + BAL);
    });
}
