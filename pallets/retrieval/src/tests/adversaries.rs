//! Those who would use challenges against workers, readers or the chain.

use crate::{mock::*, Error};
use ballast_core::{limits::MAX_OPEN_RETRIEVALS, price::BAL, view::RetrievalState};
use frame_support::{assert_noop, assert_ok};

/// A worker that has deleted a blob fills its own list, so that no reader asks it: the reader pays more and asks nonetheless,
/// and the worker is punished. What it burnt is at least what an answer would have brought it of the reader's bond.
#[test]
fn a_worker_cannot_fill_its_own_list_against_a_reader() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        // Of this blob the worker still has its shard, of `kept` it has not.
        let index = kept.holder(1);
        let other = (1..20).map(|variant| Kept::varied(50_000, 6, variant));
        let (other, shard) = other
            .filter_map(|other| {
                let shard = (0..8).find(|shard| other.holder(*shard) == index)?;
                Some((other, shard))
            })
            .next()
            .unwrap();
        let accomplices: Vec<_> = (40..55).map(worker).collect();
        let before: u128 = accomplices.iter().map(free).sum::<u128>() + free(&worker(index));
        let fillers: Vec<_> = accomplices
            .iter()
            .map(|who| other.ask(who, shard))
            .collect();
        let least = kept.least_bond(&BOB, 1);
        // Eleven of the fifteen count, for four places are free.
        assert_eq!(least, BAL << 11);
        let id = kept.ask(&BOB, 1);
        for filler in fillers {
            assert_ok!(other.answer(filler));
        }
        let after: u128 = accomplices.iter().map(free).sum::<u128>() + free(&worker(index));
        assert!(
            before - after >= least / 2,
            "{} burnt, {least} asked",
            before - after
        );
        let bob = free(&BOB);
        run_to(info(id).unwrap().deadline + 1);
        assert!(matches!(state(id), RetrievalState::Missed { .. }));
        assert!(kept.is_lost(1));
        assert_eq!(free(&BOB), bob + least);
    });
}

/// For any number of a worker's own challenges, by any number of accounts, the next bond brings it no more than it burnt.
#[test]
fn raising_the_price_by_own_challenges_never_pays() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        for accounts in [1u8, 2, 5, 12] {
            let mut burnt = 0;
            let mut ids = Vec::new();
            for turn in 0..12 {
                let who = worker(40 + turn % accounts);
                burnt += kept.least_bond(&who, 1).div_ceil(2);
                ids.push(kept.ask(&who, 1));
                // The reader's bond, less what burns of it, less what it would have brought anyway.
                let least = kept.least_bond(&BOB, 1);
                let gained = (least / 2).saturating_sub(BAL / 2);
                assert!(
                    gained <= burnt,
                    "{accounts} accounts, {turn}: {gained} for {burnt}"
                );
            }
            for id in ids {
                assert_ok!(kept.answer(id));
            }
        }
    });
}

/// Whoever wants a worker to have more to answer than it can soon needs more money than there is.
#[test]
fn drowning_a_worker_costs_twice_as_much_with_each_challenge() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let mut ids = Vec::new();
        // A million BAL are not enough for the 20th challenge.
        for _ in 0..19 {
            ids.push(kept.ask(&BOB, 1));
        }
        let bond = kept.least_bond(&BOB, 1);
        let refused = kept.challenge(&BOB, 1, chunks(0, 1), bond);
        assert_noop!(refused, Error::<Test>::Unaffordable);
        // All of them were answered in one block.
        for id in ids {
            assert_ok!(kept.answer(id));
        }
    });
}

#[test]
fn a_list_has_an_end_that_nobody_can_pay_for() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        crate::Parameters::<Test>::mutate(|params| params.least_bond = 0);
        for _ in 0..MAX_OPEN_RETRIEVALS {
            kept.ask(&BOB, 1);
        }
        let refused = kept.challenge(&BOB, 1, chunks(0, 1), 0);
        assert_noop!(refused, Error::<Test>::TooManyOpen);
        crate::Parameters::<Test>::put(parameters());
        // What the last place costs with real parameters.
        let open = crate::Open::<Test>::get(worker_id(kept.holder(1)));
        let least = Retrieval::least_bond_of(&open, &ALICE);
        assert_eq!(least, BAL << 36);
        assert!(least > 1_000 * Balances::total_issuance());
    });
}

/// Answers carry no signature and no fee. Sending one in many forms brings at most one of them into a block, because all share
/// one tag, and a replay is refused before anything is hashed.
#[test]
fn permutations_of_an_answer_flood_nothing() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let id = kept.ask(&BOB, 1);
        let (bytes, proof) = kept.show(id);
        let tag = validate(answer_call(id, bytes.clone(), proof.clone()))
            .unwrap()
            .provides;
        for at in 0..64 {
            let (mut bytes, mut proof) = (bytes.clone(), proof.clone());
            match at % 3 {
                0 => bytes[at] ^= 1,
                1 => proof.siblings.reverse(),
                _ => proof.siblings.push(proof.siblings[0]),
            }
            assert!(validate(answer_call(id, bytes, proof)).is_err());
        }
        assert_ok!(send(id, bytes.clone(), proof.clone()));
        assert_eq!(tag.len(), 1);
        let replay = validate(answer_call(id, bytes, proof));
        assert_eq!(replay, Err(refusal(Error::UnknownChallenge)));
    });
}
