//! Proofs: what counts, what is refused, and that they cost nobody anything.

use crate::{mock::*, Error, Event, FeelessWeight, WeightInfo, PROVE_TAG};
use ballast_core::StorageEpoch;
use codec::Encode;
use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn asked() -> (Library, u8) {
    let mut library = Library::new();
    let id = certified(&mut library, TestBlob::new(50_000, code(4, 8)), 6);
    let index = holder(id, 1);
    next_window(index);
    (library, index)
}

#[test]
fn anyone_proves_a_window_without_an_account() {
    chain(12, || {
        let (library, index) = asked();
        let before = (free(&ALICE), free(&worker(index)));
        assert_ok!(prove(&library, index, &[0, 1, 2, 3]));
        assert_eq!((free(&ALICE), free(&worker(index))), before);
        let window = window(index).unwrap();
        assert!(window.picks.iter().all(|pick| pick.proven));
        let proven = Event::Proven {
            worker: worker_id(index),
            epoch: window.epoch,
            proven: 4,
            picks: 4,
        };
        let events = System::read_events_for_pallet::<Event<Test>>();
        assert_eq!(events.last(), Some(&proven));
    });
}

#[test]
fn a_part_counts_and_the_rest_may_follow() {
    chain(12, || {
        let (library, index) = asked();
        assert_ok!(prove(&library, index, &[1, 3]));
        // What is proven already is passed over: nobody spoils a call by sending part of it first.
        assert_ok!(prove(&library, index, &[0, 1, 2]));
        assert!(window(index).unwrap().picks.iter().all(|pick| pick.proven));
    });
}

#[test]
fn a_replay_changes_nothing_and_is_refused() {
    chain(12, || {
        let (library, index) = asked();
        assert_ok!(prove(&library, index, &[0, 1]));
        assert_noop!(
            prove(&library, index, &[0, 1]),
            refusal(Error::AlreadyProven)
        );
        assert_noop!(prove(&library, index, &[1]), refusal(Error::AlreadyProven));
    });
}

#[test]
fn a_bad_proof_is_refused_with_its_reason() {
    chain(12, || {
        let (library, index) = asked();
        let window = window(index).unwrap();
        let good = proof(&library, &window, 2);
        let refused = |change: fn(&mut ballast_core::challenge::ChunkProof), error| {
            let mut proof = good.clone();
            change(&mut proof);
            let first = super::actions::proof(&library, &window, 0);
            let sent = send(index, window.epoch, vec![first, proof]);
            assert_noop!(sent, refusal(error));
        };
        refused(|proof| proof.bytes[5] ^= 1, Error::WrongProof);
        refused(|proof| proof.bytes.push(0), Error::WrongChunkLen);
        refused(|proof| proof.bytes.truncate(9), Error::WrongChunkLen);
        refused(|proof| proof.proof.siblings[0].0[3] ^= 1, Error::WrongProof);
        let pop = |proof: &mut ballast_core::challenge::ChunkProof| {
            proof.proof.siblings.pop();
        };
        refused(pop, Error::WrongPathLen);
        assert_eq!(FeelessWeight::<Test>::get(), Weight::zero());
        // Nothing of the calls counted.
        assert_ok!(send(index, window.epoch, vec![good]));
    });
}

#[test]
fn another_chunk_of_the_shard_does_not_pass() {
    chain(12, || {
        let (library, index) = asked();
        let mut other = window(index).unwrap();
        let pick = &mut other.picks[0];
        pick.chunk.0 = u64::from(pick.chunk.0 == 0);
        let wrong = proof(&library, &other, 0);
        let refused = send(index, other.epoch, vec![wrong]);
        assert!(
            refused == Err(refusal(Error::WrongProof))
                || refused == Err(refusal(Error::WrongChunkLen))
        );
    });
}

#[test]
fn the_call_must_make_sense() {
    chain(12, || {
        let (library, index) = asked();
        let window = window(index).unwrap();
        let epoch = window.epoch;
        let proof = |pick| proof(&library, &window, pick);
        assert_noop!(send(index, epoch, vec![]), refusal(Error::NoProofs));
        let unsorted = vec![proof(1), proof(0)];
        assert_noop!(
            send(index, epoch, unsorted),
            refusal(Error::ProofsNotAscending)
        );
        let doubled = vec![proof(1), proof(1)];
        assert_noop!(
            send(index, epoch, doubled),
            refusal(Error::ProofsNotAscending)
        );
        let elsewhere = StorageEpoch(epoch.0 + 1);
        assert_noop!(
            send(index, elsewhere, vec![proof(0)]),
            refusal(Error::WrongEpoch)
        );
        assert_noop!(send(50, epoch, vec![proof(0)]), refusal(Error::NoWindow));
        let mut beyond = proof(3);
        beyond.pick = 4;
        assert_noop!(
            send(index, epoch, vec![beyond]),
            refusal(Error::UnknownPick)
        );
    });
}

#[test]
fn the_deadline_is_the_last_block_that_counts() {
    chain(12, || {
        let (library, index) = asked();
        let window = window(index).unwrap();
        let proof = |pick| proof(&library, &window, pick);
        run_to(window.deadline);
        assert_ok!(send(index, window.epoch, vec![proof(0)]));
        run_to(window.deadline + 1);
        assert_noop!(
            send(index, window.epoch, vec![proof(1)]),
            refusal(Error::NoWindow)
        );
    });
}

#[test]
fn a_window_that_waits_for_its_end_takes_no_late_proof() {
    chain(12, || {
        let (library, index) = asked();
        let window = window(index).unwrap();
        // Blocks without the hook: nothing closes.
        System::set_block_number(window.deadline + 1);
        let late = proof(&library, &window, 0);
        assert_noop!(
            send(index, window.epoch, vec![late]),
            refusal(Error::TooLate)
        );
        System::set_block_number(window.deadline);
    });
}

#[test]
fn proofs_of_one_window_have_one_tag_and_the_fullest_wins() {
    chain(12, || {
        let (library, index) = asked();
        let window = window(index).unwrap();
        let call = |picks: &[u8]| {
            let proofs = picks.iter().map(|pick| proof(&library, &window, *pick));
            prove_call(index, window.epoch, proofs.collect())
        };
        let all = validate(call(&[0, 1, 2, 3])).unwrap();
        let one = validate(call(&[2])).unwrap();
        let tag = (PROVE_TAG, worker_id(index), window.epoch).encode();
        assert_eq!(
            (&all.provides, &one.provides),
            (&vec![tag.clone()], &vec![tag])
        );
        assert!(all.priority > one.priority);
        assert_eq!(all.longevity, u64::from(DEADLINE));
    });
}

#[test]
fn proofs_of_one_block_stay_under_their_weight() {
    chain(12, || {
        let (library, index) = asked();
        let cost =
            <() as WeightInfo>::prove(1).saturating_add(<() as WeightInfo>::authorize_prove(1));
        MaxFeelessWeight::set(cost.saturating_mul(2));
        assert_ok!(prove(&library, index, &[0]));
        assert_ok!(prove(&library, index, &[1]));
        let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
        assert_noop!(prove(&library, index, &[2]), full);
        next_block();
        assert_ok!(prove(&library, index, &[2]));
    });
}
