//! What verifiers are paid, and out of what.

use crate::{mock::*, Checks, Event, Settlements};
use ballast_core::{ChannelId, SettlementId, Tier};
use frame_support::assert_ok;

const AMOUNT: u128 = 600;
/// Of the treasury's tenth, for all verifiers.
const POT: u128 = 24;

fn panel(id: SettlementId) -> Vec<u8> {
    let check = Checks::<Test>::get(id).unwrap();
    check
        .panel
        .iter()
        .map(|seat| number(&seat.worker))
        .collect()
}

/// A test with a batch that a pair has found good.
fn with_good_batch(test: impl FnOnce(ChannelId, SettlementId, [u8; 2])) {
    run(|| {
        check_always();
        add_verifiers(6);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let id = redeem(channel, &[claim(1, 100), claim(2, 200), claim(3, 300)]);
        skip(2);
        let pair: [u8; 2] = panel(id).try_into().unwrap();
        check_scores(id, &[(pair[0], 990), (pair[1], 1_000)]);
        test(channel, id, pair);
    });
}

#[test]
fn those_who_found_a_batch_good_share_in_the_treasurys_part_when_it_is_paid() {
    with_good_batch(|_, id, pair| {
        let info = Inference::settlement(id).unwrap();
        let expected = [([pair[0]; 32], 990), ([pair[1]; 32], 1_000)];
        assert_eq!(
            (info.verifier_permille, info.verifiers),
            (SHARE, expected.into())
        );
        assert_eq!(
            free(pair[0]),
            FUNDS - OFFER_DEPOSIT,
            "not before the batch is paid"
        );
        run_to(1 + CHECK);
        for worker in pair {
            assert_eq!(free(worker), FUNDS - OFFER_DEPOSIT + POT / 2);
        }
        assert_eq!(free(TREASURY), AMOUNT / 10 - POT);
        let record = Inference::record(crate::mock::id(pair[0]));
        assert_eq!((record.verified, record.earned), (1, POT / 2));
        let paid = Event::<Test>::Paid {
            settlement: id,
            channel: ChannelId(0),
            worker: AMOUNT - AMOUNT / 10,
            royalties: 0,
            treasury: AMOUNT / 10 - POT,
            verifiers: POT,
        };
        System::assert_last_event(paid.into());
    });
}

#[test]
fn a_batch_that_is_reversed_after_its_check_pays_nobody() {
    with_good_batch(|channel, id, pair| {
        let claims = [claim(1, 100), claim(2, 200), claim(3, 300)];
        let signed = ballast_core::answer::Exchange {
            tokens_in: 1,
            ..claims[1].exchange.clone()
        };
        let (leaf, path) = (claims[1].clone(), path(channel, &claims, 1));
        let answer = answer(WORKER, channel, 2, signed);
        assert_ok!(Inference::contest(
            origin(CLIENT),
            id,
            1,
            leaf.into(),
            path,
            answer.into()
        ));
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT + AMOUNT);
        run_to(1 + CHECK);
        assert_eq!(free(TREASURY), STAKE / 10, "what the worker loses");
        assert_eq!(pair.map(free), [FUNDS - OFFER_DEPOSIT; 2]);
    });
}

#[test]
fn the_share_is_that_of_the_settlement() {
    with_good_batch(|_, _, pair| {
        set_parameters(|parameters| parameters.verifier_permille = 0);
        run_to(1 + CHECK);
        assert_eq!(free(pair[0]), FUNDS - OFFER_DEPOSIT + POT / 2);
    });
}

#[test]
fn what_a_verifiers_account_cannot_take_stays_with_the_treasury() {
    with_good_batch(|_, id, pair| {
        // Gone, and its part is below what an account must have.
        assert_ok!(Inference::remove_offer(
            origin(pair[0]),
            name("ada"),
            name("tiny"),
            1
        ));
        assert_ok!(Balances::transfer_all(
            origin(pair[0]),
            crate::mock::id(OTHER_CLIENT),
            false
        ));
        Settlements::<Test>::mutate(id, |entry| entry.as_mut().unwrap().verifier_permille = 100);
        run_to(1 + CHECK);
        assert_eq!(free(pair[0]), 0);
        assert_eq!(free(pair[1]), FUNDS - OFFER_DEPOSIT + 3);
        assert_eq!(free(TREASURY), AMOUNT / 10 - 3);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + AMOUNT - AMOUNT / 10);
    });
}

/// Whoever is client, worker and verifiers in one has less afterwards, whatever they say of themselves.
#[test]
fn those_who_check_themselves_lose_by_it() {
    for score in [1_000, 0] {
        run(|| {
            check_always();
            set_parameters(|parameters| parameters.verifier_permille = 500);
            add_verifiers(7);
            let league = || {
                let accounts = [CLIENT, WORKER].into_iter().chain(30..37);
                let balances = accounts.map(|one| {
                    use frame_support::traits::fungible::Inspect;
                    Balances::total_balance(&id(one))
                });
                balances.sum::<u128>() + stake(WORKER)
            };
            let before = league();
            let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
            let batch: Vec<_> = (1..=9).map(|number| claim(number, 1_000)).collect();
            let id = redeem(channel, &batch);
            for _ in 0..2 {
                skip(2);
                if Checks::<Test>::contains_key(id) {
                    check_votes(id, &panel(id), score);
                }
            }
            run_to(100);
            assert!(!Settlements::<Test>::contains_key(id));
            let lost = before - league();
            let least = match score {
                // Half of the treasury's tenth of 9,000 comes back.
                1_000 => 450,
                // And half of a tenth of the stake, at most.
                _ => STAKE / 20,
            };
            assert!(lost >= least, "{lost}");
            assert_eq!(free(TREASURY), lost);
        });
    }
}

#[test]
fn what_was_said_in_confidence_is_run_again_by_those_who_may_see_it() {
    run(|| {
        check_always();
        add_verifiers(6);
        Tiers::mutate(|tiers| tiers.insert((id(WORKER), session_key(WORKER)), Tier::T2));
        for worker in [WORKER, 31, 34] {
            try_offer(worker, 1, Tier::T2).unwrap();
        }
        let channel = open(CLIENT, WORKER, Tier::T2, DEPOSIT);
        for number in 1..5 {
            let id = redeem(channel, &[claim(number, 100)]);
            skip(2);
            let mut drawn = panel(id);
            drawn.sort_unstable();
            assert_eq!(drawn, [31, 34]);
            check_votes(id, &drawn, 1_000);
        }
    });
}
