//! Checks: who is drawn, what scores decide, what silence costs, and that every check ends.

use crate::{
    mock::{check_votes as votes, *},
    types::{Check, Stage},
    Checks, Error, Event, HoldReason, Settlements,
};
use ballast_core::{answer::Exchange, ChannelId, Numbers, SettlementId, Tier};
use frame_support::{
    assert_noop, assert_ok, dispatch::DispatchResultWithPostInfo, traits::fungible::Mutate,
};
use std::collections::BTreeSet;

const AMOUNT: u128 = 600;

/// A test with a settlement of [`AMOUNT`] between [`CLIENT`] and [`WORKER`], and so many other workers with offers.
fn with_check(others: u8, test: impl FnOnce(ChannelId, SettlementId)) {
    with_check_within(CHECK, others, test);
}

/// The same with another check window.
fn with_check_within(window: u32, others: u8, test: impl FnOnce(ChannelId, SettlementId)) {
    run(|| {
        check_always();
        set_parameters(|parameters| parameters.check_blocks = window);
        add_verifiers(others);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let settlement = redeem(channel, &[claim(1, 100), claim(2, 200), claim(3, 300)]);
        test(channel, settlement);
    });
}

fn check_of(id: SettlementId) -> Check {
    Checks::<Test>::get(id).unwrap()
}

fn panel(id: SettlementId) -> Vec<u8> {
    check_of(id)
        .panel
        .iter()
        .map(|seat| number(&seat.worker))
        .collect()
}

/// Runs to the drawing of a panel.
fn draw() {
    skip(2);
}

/// The panel commits and reveals, everybody the same score, and is judged.
fn vote(id: SettlementId, score: u16) {
    votes(id, &panel(id), score);
}

/// A pair and a committee that fail the claim.
fn condemn(id: SettlementId) {
    draw();
    vote(id, 0);
    draw();
    vote(id, 0);
    assert_eq!(check_of(id).stage, Stage::Condemned);
}

/// What verifiers were paid for a settlement, by the events.
fn verifiers_paid(id: SettlementId) -> Vec<(u8, u128)> {
    let paid = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Inference(Event::VerifierPaid {
                settlement,
                worker,
                amount,
            }) => (settlement == id).then(|| (number(&worker), amount)),
            _ => None,
        });
    paid.collect()
}

fn is_reversed(id: SettlementId) -> bool {
    !Settlements::<Test>::contains_key(id) && free(CLIENT) == FUNDS - DEPOSIT + AMOUNT
}

#[test]
fn a_pair_of_others_is_drawn_by_a_later_block() {
    with_check(6, |_, id| {
        skip(1);
        assert_eq!(panel(id), [0u8; 0]);
        assert_eq!(check_of(id).leaf, None);
        skip(1);
        let drawn = panel(id);
        assert_eq!(drawn.len(), 2);
        assert!(!drawn.contains(&WORKER) && drawn[0] != drawn[1]);
        assert!(check_of(id).leaf.unwrap() < 3);
        assert_noop!(
            Inference::commit_score(origin(WORKER), id, [0; 32]),
            Error::<Test>::NotVerifier
        );
    });
}

#[test]
fn neither_the_client_nor_the_executors_operator_judges() {
    run(|| {
        check_always();
        add_verifiers(4);
        let [one, two, three, _] = [30u8, 31, 32, 33];
        // The client is a worker too, and runs one; another is run by the executor's operator.
        set_operator(one, WORKER);
        set_operator(two, CLIENT);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        for number in 1..8 {
            let id = redeem(channel, &[claim(number, 10)]);
            draw();
            let drawn: BTreeSet<_> = panel(id).into_iter().collect();
            assert_eq!(drawn, [three, 33].into());
            vote(id, 1_000);
        }
    });
}

#[test]
fn two_passes_leave_the_settlement_alone() {
    with_check(6, |_, id| {
        draw();
        vote(id, 1_000);
        assert!(!Checks::<Test>::contains_key(id));
        run_to(1 + CHECK);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 540);
    });
}

#[test]
fn a_panel_that_has_spoken_waits_no_longer() {
    with_check(6, |_, id| {
        draw();
        let pair = panel(id);
        let now = System::block_number();
        assert_eq!(check_of(id).commit_until, now + COMMIT);
        commit(id, pair[0], 1_000);
        assert_eq!(check_of(id).commit_until, now + COMMIT);
        commit(id, pair[1], 1_000);
        assert_eq!(check_of(id).commit_until, now);
        assert_eq!(check_of(id).due, now + REVEAL + 1);
        assert_noop!(
            try_reveal(id, pair[0], 1_000),
            Error::<Test>::RevealTooEarly
        );
        skip(1);
        reveal(id, pair[0], 1_000);
        check_invariants();
        reveal(id, pair[1], 1_000);
        assert_eq!(check_of(id).due, now + 2);
        check_invariants();
        skip(1);
        assert!(!Checks::<Test>::contains_key(id));
    });
}

#[test]
fn one_failure_alone_decides_nothing() {
    with_check(6, |_, id| {
        draw();
        let pair = panel(id);
        check_scores(id, &[(pair[0], 0), (pair[1], 1_000)]);
        assert!(!Checks::<Test>::contains_key(id));
        assert!(Settlements::<Test>::contains_key(id));
        run_to(1 + CHECK);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 540);
        assert_eq!(verifiers_paid(id), [], "it was not decided who is right");
        assert_eq!(free(TREASURY), 60);
    });
}

#[test]
fn two_thirds_of_a_committee_take_pay_and_stake() {
    with_check(10, |_, id| {
        draw();
        let pair = panel(id);
        vote(id, PASS - 1);
        draw();
        let committee = panel(id);
        assert_eq!(committee.len(), 5);
        assert!(committee.iter().all(|worker| !pair.contains(worker)));
        vote(id, 0);
        assert_eq!(stake(WORKER), STAKE, "it may appeal");
        skip(APPEAL);
        assert!(is_reversed(id));
        assert_eq!(stake(WORKER), STAKE - STAKE / 10);
        assert_eq!(Inference::record(crate::mock::id(WORKER)).reversals, 1);
        // Four tenths of what it lost would be more than the batch was worth.
        let finders = pair.iter().chain(&committee);
        let expected: Vec<_> = finders.map(|worker| (*worker, AMOUNT / 7)).collect();
        assert_eq!(verifiers_paid(id), expected);
        assert_eq!(free(TREASURY), STAKE / 10 - 7 * (AMOUNT / 7));
        assert_eq!(free(pair[0]), FUNDS - OFFER_DEPOSIT + AMOUNT / 7);
    });
}

#[test]
fn a_committee_without_two_thirds_clears() {
    with_check(10, |_, id| {
        draw();
        vote(id, 0);
        draw();
        let committee = panel(id);
        let score = |at: usize| if at < 3 { 0 } else { 1_000 };
        let scores = committee.iter().enumerate();
        let scores: Vec<_> = scores.map(|(at, worker)| (*worker, score(at))).collect();
        check_scores(id, &scores);
        assert!(!Checks::<Test>::contains_key(id));
        run_to(60);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 540);
        assert_eq!(stake(WORKER), STAKE);
        // Of the treasury's 60 four tenths, for the two who were right.
        assert_eq!(verifiers_paid(id), [(committee[3], 12), (committee[4], 12)]);
        assert_eq!(free(TREASURY), 36);
    });
}

#[test]
fn payment_waits_for_the_check() {
    with_check_within(10, 10, |_, id| {
        condemn(id);
        skip(APPEAL - 1);
        assert!(System::block_number() > 11);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT);
        check_invariants();
        skip(1);
        assert!(is_reversed(id));
    });
}

#[test]
fn an_appeal_that_is_upheld_returns_bond_and_pay() {
    with_check_within(10, 30, |_, id| {
        condemn(id);
        assert_noop!(
            Inference::appeal(origin(OTHER_WORKER), id),
            Error::<Test>::NotPayee
        );
        assert_ok!(Inference::appeal(origin(WORKER), id));
        assert_eq!(held(HoldReason::Appeal, WORKER), BOND);
        assert_noop!(
            Inference::appeal(origin(WORKER), id),
            Error::<Test>::NothingToAppeal
        );
        draw();
        assert_eq!(panel(id).len(), 9);
        vote(id, 1_000);
        assert_eq!(held(HoldReason::Appeal, WORKER), 0);
        assert_eq!(stake(WORKER), STAKE);
        assert_eq!(
            free(WORKER),
            FUNDS - OFFER_DEPOSIT + 540,
            "paid at once: its time had passed"
        );
        let paid = verifiers_paid(id);
        assert_eq!(paid.len(), 9, "those who heard the appeal");
        assert!(paid.iter().all(|(_, amount)| *amount == 60 * 4 / 10 / 9));
    });
}

#[test]
fn an_appeal_that_is_dismissed_costs_the_bond_too() {
    with_check(30, |_, id| {
        condemn(id);
        assert_ok!(Inference::appeal(origin(WORKER), id));
        draw();
        vote(id, 0);
        assert!(is_reversed(id));
        assert_eq!(held(HoldReason::Appeal, WORKER), 0);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT - BOND);
        assert_eq!(stake(WORKER), STAKE - STAKE / 10);
        let paid = verifiers_paid(id);
        assert_eq!(paid.len(), 16, "all of the three panels found it");
        assert!(paid.iter().all(|(_, amount)| *amount == AMOUNT / 16));
        assert_eq!(free(TREASURY), BOND + STAKE / 10 - 16 * (AMOUNT / 16));
        assert_noop!(
            Inference::appeal(origin(WORKER), id),
            Error::<Test>::UnknownCheck
        );
    });
}

#[test]
fn the_time_for_an_appeal_ends() {
    with_check(10, |_, id| {
        draw();
        assert_noop!(
            Inference::appeal(origin(WORKER), id),
            Error::<Test>::NothingToAppeal
        );
        vote(id, 0);
        draw();
        vote(id, 0);
        skip(APPEAL - 1);
        assert_eq!(check_of(id).stage, Stage::Condemned);
        skip(1);
        assert_noop!(
            Inference::appeal(origin(WORKER), id),
            Error::<Test>::UnknownCheck
        );
    });
}

#[test]
fn the_silent_lose_stake_and_are_replaced_by_others() {
    with_check(10, |_, id| {
        draw();
        let pair = panel(id);
        commit(id, pair[0], 1_000);
        skip(COMMIT + 1);
        reveal(id, pair[0], 1_000);
        skip(REVEAL);
        assert_eq!(stake(pair[1]), STAKE - STAKE / 100);
        assert_eq!(stake(pair[0]), STAKE);
        assert_eq!(panel(id), [pair[0]]);
        draw();
        let replaced = panel(id);
        assert_eq!(replaced.len(), 2);
        assert!(replaced[0] == pair[0] && replaced[1] != pair[1]);
        commit(id, replaced[1], 1_000);
        assert_noop!(
            Inference::commit_score(origin(pair[0]), id, [0; 32]),
            Error::<Test>::AlreadyCommitted
        );
        skip(1);
        reveal(id, replaced[1], 1_000);
        skip(1);
        assert!(!Checks::<Test>::contains_key(id));
        assert!(Settlements::<Test>::contains_key(id) || free(WORKER) > FUNDS - OFFER_DEPOSIT);
    });
}

#[test]
fn who_commits_and_does_not_reveal_is_silent() {
    with_check(10, |_, id| {
        draw();
        let pair = panel(id);
        for worker in &pair {
            commit(id, *worker, 0);
        }
        skip(1);
        reveal(id, pair[0], 0);
        skip(REVEAL);
        assert_eq!(stake(pair[1]), STAKE - STAKE / 100);
    });
}

#[test]
fn a_check_that_nobody_answers_favours_the_client_and_slashes_only_the_silent() {
    with_check(10, |_, id| {
        for _ in 0..3 {
            draw();
            skip(COMMIT + REVEAL + 1);
        }
        assert!(is_reversed(id));
        assert_eq!(stake(WORKER), STAKE);
        assert_eq!(verifiers_paid(id), [], "there is no outcome");
        assert_eq!(Checks::<Test>::iter_keys().count(), 0);
    });
}

/// The way that the benchmark of a check's steps takes: the most that one can have to do.
#[test]
fn the_largest_panel_can_be_silent_to_the_last_of_it() {
    with_check(40, |channel, id| {
        condemn(id);
        assert_ok!(Inference::appeal(origin(WORKER), id));
        assert_ok!(Inference::close(origin(WORKER), channel));
        let stakes = || (30..70).map(stake).sum::<u128>();
        for round in 1..=3 {
            draw();
            assert_eq!(panel(id).len(), 9, "round {round}");
            let before = stakes();
            skip(COMMIT + REVEAL + 1);
            assert_eq!(before - stakes(), 9 * STAKE / 100);
        }
        assert!(!Checks::<Test>::contains_key(id) && !Settlements::<Test>::contains_key(id));
        assert!(!crate::Channels::<Test>::contains_key(channel));
        assert_eq!(held(HoldReason::Appeal, WORKER), 0);
        assert_eq!((stake(WORKER), free(CLIENT)), (STAKE, FUNDS));
    });
}

#[test]
fn without_enough_others_nothing_is_checked() {
    with_check(1, |_, id| {
        draw();
        assert!(!Checks::<Test>::contains_key(id));
        run_to(1 + CHECK);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 540);
    });
}

#[test]
fn two_failures_without_a_committee_favour_the_client_without_a_slash() {
    with_check(4, |_, id| {
        draw();
        vote(id, 0);
        draw();
        assert!(is_reversed(id));
        assert_eq!(stake(WORKER), STAKE);
    });
}

#[test]
fn a_small_committee_is_one_if_it_has_three() {
    with_check(5, |_, id| {
        draw();
        vote(id, 0);
        draw();
        assert_eq!(panel(id).len(), 3);
        vote(id, 0);
        assert_eq!(check_of(id).stage, Stage::Condemned);
    });
}

#[test]
fn a_draw_waits_for_randomness_and_is_given_up() {
    with_check(6, |_, id| {
        Seed::set(None);
        skip(5);
        assert_eq!(check_of(id).leaf, None);
        Seed::set(Some([9; 32]));
        skip(1);
        assert_eq!(panel(id).len(), 2);
        vote(id, 1_000);

        Seed::set(None);
        let again = redeem(ChannelId(0), &[claim(4, 100)]);
        skip(8);
        assert!(!Checks::<Test>::contains_key(again), "seven tries");
        assert!(Settlements::<Test>::contains_key(again));
    });
}

#[test]
fn scores_are_revealed_as_they_were_committed_in_their_time() {
    with_check(6, |_, id| {
        draw();
        let pair = panel(id);
        commit(id, pair[0], 700);
        let reveal =
            |worker: u8, score| Inference::reveal_score(origin(worker), id, score, [worker; 32]);
        assert_noop!(reveal(pair[0], 700), Error::<Test>::RevealTooEarly);
        skip(COMMIT + 1);
        let late = Inference::commit_score(origin(pair[1]), id, [0; 32]);
        assert_noop!(late, Error::<Test>::CommitTimeOver);
        assert_noop!(reveal(pair[0], 701), Error::<Test>::CommitmentMismatch);
        assert_noop!(reveal(pair[1], 700), Error::<Test>::CommitmentMismatch);
        assert_noop!(reveal(pair[0], 1_001), Error::<Test>::ScoreInvalid);
        assert_ok!(reveal(pair[0], 700));
        assert_noop!(reveal(pair[0], 700), Error::<Test>::AlreadyRevealed);
        let unknown = Inference::commit_score(origin(pair[0]), SettlementId(9), [0; 32]);
        assert_noop!(unknown, Error::<Test>::UnknownCheck);
    });
}

/// Shows another answer for the second claim than the one that is settled.
fn contest(channel: ChannelId, id: SettlementId) -> DispatchResultWithPostInfo {
    let claims = [claim(1, 100), claim(2, 200), claim(3, 300)];
    let signed = Exchange {
        tokens_in: 1,
        ..claims[1].exchange.clone()
    };
    Inference::contest(
        origin(CLIENT),
        id,
        1,
        claims[1].clone().into(),
        path(channel, &claims, 1),
        answer(WORKER, channel, 2, signed).into(),
    )
}

#[test]
fn a_contest_is_no_way_out_of_a_verdict() {
    with_check(30, |channel, id| {
        condemn(id);
        let finders = check_of(id).findings.len() as u128;
        assert_ok!(Inference::appeal(origin(WORKER), id));
        assert_ok!(contest(channel, id));
        assert!(is_reversed(id) && !Checks::<Test>::contains_key(id));
        assert_eq!(held(HoldReason::Appeal, WORKER), 0);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT - BOND);
        assert_eq!(stake(WORKER), STAKE - STAKE / 10);
        // Whoever found it out is paid as after a verdict, the treasury has the rest.
        let paid = (30..60).map(|worker| free(worker) + OFFER_DEPOSIT - FUNDS);
        let paid: Vec<u128> = paid.filter(|paid| *paid > 0).collect();
        assert_eq!(paid, vec![AMOUNT / finders; finders as usize]);
        assert_eq!(
            free(TREASURY) + paid.iter().sum::<u128>(),
            STAKE / 10 + BOND
        );
    });
}

#[test]
fn a_batch_whose_check_lasts_longer_is_contested_until_its_end() {
    with_check_within(5, 30, |channel, id| {
        condemn(id);
        assert!(System::block_number() > Settlements::<Test>::get(id).unwrap().pays_at);
        assert_ok!(contest(channel, id));
        assert!(is_reversed(id));
    });
}

/// Offers that nobody draws, of accounts that come before others by chance or because somebody tried many.
#[test]
fn very_many_offers_keep_no_verifier_out() {
    run(|| {
        check_always();
        add_verifiers(6);
        for number in 100..200 {
            Balances::mint_into(&crate::mock::id(number), FUNDS).unwrap();
            WorkerNumbers::mutate(|workers| workers.push(number));
            try_offer_in(Numbers::BFloat16, number, 1, Tier::T0).unwrap();
        }
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let mut drawn = BTreeSet::new();
        for number in 1..=60 {
            assert_ok!(Inference::top_up(origin(CLIENT), channel, 0));
            let id = redeem(channel, &[claim(number, 10)]);
            draw();
            if Checks::<Test>::contains_key(id) {
                drawn.extend(panel(id));
                vote(id, 1_000);
            }
        }
        assert_eq!(drawn, BTreeSet::from([30, 31, 32, 33, 34, 35]));
    });
}

#[test]
fn a_share_of_the_settlements_is_checked() {
    run(|| {
        check_always();
        set_parameters(|parameters| parameters.check_permille = 300);
        add_verifiers(6);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let mut checked = 0;
        for number in 1..=60 {
            assert_ok!(Inference::top_up(origin(CLIENT), channel, 0));
            let id = redeem(channel, &[claim(number, 10)]);
            draw();
            if Checks::<Test>::contains_key(id) {
                checked += 1;
                vote(id, 1_000);
            }
        }
        assert!((8..=30).contains(&checked), "{checked} of 60");
    });
}

#[test]
fn a_sentence_names_whom_it_hits() {
    with_check(10, |_, id| {
        condemn(id);
        skip(APPEAL);
        let sentenced = Event::<Test>::Sentenced {
            settlement: id,
            worker: crate::mock::id(WORKER),
            slashed: STAKE / 10,
        };
        assert!(System::events()
            .iter()
            .any(|record| record.event == sentenced.clone().into()));
    });
}
