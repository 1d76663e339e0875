//! Contesting: a claim that differs from the worker's signed answer costs it the batch and part of its stake, and nothing
//! else does.

use crate::{mock::*, Error, Event, HoldReason, Totals};
use ballast_core::{
    answer::{Exchange, SignedAnswer},
    claim::ClaimLeaf,
    ChannelId, SettlementId, Tier,
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResultWithPostInfo};

fn claims() -> [ClaimLeaf; 3] {
    [claim(1, 100), claim(2, 200), claim(3, 300)]
}

/// What the worker signed for request 2: a quarter of what it claims.
fn honest() -> Exchange {
    Exchange {
        tokens_in: 50,
        ..claim(2, 0).exchange
    }
}

fn with_settlement(test: impl FnOnce(ChannelId, SettlementId)) {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let settlement = redeem(id, &claims());
        test(id, settlement);
    });
}

fn contest(
    channel: ChannelId,
    settlement: SettlementId,
    index: u32,
    answer: SignedAnswer,
) -> DispatchResultWithPostInfo {
    let leaf = claims()[index as usize].clone();
    let path = path(channel, &claims(), index);
    Inference::contest(
        origin(OTHER_CLIENT),
        settlement,
        index,
        leaf.into(),
        path,
        answer.into(),
    )
}

#[test]
fn one_false_claim_reverses_the_batch() {
    with_settlement(|id, settlement| {
        assert_ok!(contest(id, settlement, 1, answer(WORKER, id, 2, honest())));
        System::assert_last_event(
            Event::Reversed {
                settlement,
                channel: id,
                amount: 600,
            }
            .into(),
        );
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT + 600);
        assert_eq!(held(HoldReason::Channel, CLIENT), DEPOSIT - 600);
        assert_eq!((channel(id).drawn, channel(id).pending), (600, 0));
        let record = Inference::record(crate::mock::id(WORKER));
        assert_eq!(
            (record.settled, record.reversed, record.reversals),
            (600, 600, 1)
        );
        run_to(2 + CHECK);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT, "it is not paid");
        assert_eq!(Totals::<Test>::get().paid, 0);
    });
}

#[test]
fn who_contradicts_itself_loses_stake() {
    with_settlement(|id, settlement| {
        assert_ok!(contest(id, settlement, 1, answer(WORKER, id, 2, honest())));
        assert_eq!(stake(WORKER), STAKE - STAKE / 10);
        assert_eq!(free(TREASURY), STAKE / 10);
        let sentenced = Event::<Test>::Sentenced {
            settlement,
            worker: crate::mock::id(WORKER),
            slashed: STAKE / 10,
        };
        System::assert_has_event(sentenced.into());
    });
}

#[test]
fn another_key_of_the_same_worker_contradicts_it_too() {
    with_settlement(|id, settlement| {
        let other_key = (crate::mock::id(WORKER), session_key(OTHER_WORKER));
        Tiers::mutate(|tiers| tiers.insert(other_key, Tier::T0));
        let signed = answer(OTHER_WORKER, id, 2, honest());
        assert_ok!(contest(id, settlement, 1, signed));
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT + 600);
    });
}

#[test]
fn a_reversal_frees_nothing_that_could_be_drawn_again() {
    with_settlement(|id, settlement| {
        assert_ok!(contest(id, settlement, 1, answer(WORKER, id, 2, honest())));
        let again = try_redeem((CLIENT, WORKER), id, DEPOSIT, &claims());
        assert_noop!(again, Error::<Test>::NumberNotAscending);
        assert_eq!(channel(id).left(), DEPOSIT - 600);
    });
}

#[test]
fn the_last_reversal_removes_an_ended_channel() {
    with_settlement(|id, settlement| {
        assert_ok!(Inference::close(origin(WORKER), id));
        assert_ok!(contest(id, settlement, 1, answer(WORKER, id, 2, honest())));
        assert_eq!(Inference::channel(id), None);
        assert_eq!(free(CLIENT), FUNDS);
    });
}

#[test]
fn an_answer_that_agrees_or_is_for_another_request_shows_nothing() {
    with_settlement(|id, settlement| {
        let agreeing = answer(WORKER, id, 2, claims()[1].exchange.clone());
        assert_noop!(
            contest(id, settlement, 1, agreeing),
            Error::<Test>::NoContradiction
        );
        // Signed for request 2, held against the claim for request 1.
        let other = answer(WORKER, id, 2, honest());
        assert_noop!(
            contest(id, settlement, 0, other),
            Error::<Test>::AnswerSignature
        );
    });
}

#[test]
fn only_a_key_of_the_worker_contradicts_a_batch() {
    with_settlement(|id, settlement| {
        let mut forged = answer(WORKER, id, 2, honest());
        forged.exchange.tokens_in = 99;
        let mut in_its_name = answer(OTHER_WORKER, id, 2, honest());
        in_its_name.session_key = session_key(WORKER);
        for answer in [
            answer(OTHER_WORKER, id, 2, honest()),
            answer(WORKER, ChannelId(7), 2, honest()),
            in_its_name,
            forged,
        ] {
            assert_noop!(
                contest(id, settlement, 1, answer),
                Error::<Test>::AnswerSignature
            );
        }
    });
}

#[test]
fn only_a_claim_of_the_batch_is_contested() {
    with_settlement(|id, settlement| {
        let signed = answer(WORKER, id, 2, honest());
        let path_of = |index| path(id, &claims(), index);
        let call = |index, leaf, path| {
            let signed = signed.clone();
            Inference::contest(
                origin(CLIENT),
                settlement,
                index,
                Box::new(leaf),
                path,
                signed.into(),
            )
        };
        assert_noop!(
            call(1, claim(2, 201), path_of(1)),
            Error::<Test>::NotInBatch
        );
        assert_noop!(
            call(0, claim(2, 200), path_of(1)),
            Error::<Test>::NotInBatch
        );
        assert_noop!(
            call(1, claim(2, 200), path_of(0)),
            Error::<Test>::NotInBatch
        );
        assert_noop!(
            call(3, claim(2, 200), path_of(1)),
            Error::<Test>::NotInBatch
        );
        let unknown = Inference::contest(
            origin(CLIENT),
            SettlementId(5),
            1,
            claim(2, 200).into(),
            path_of(1),
            signed.clone().into(),
        );
        assert_noop!(unknown, Error::<Test>::UnknownSettlement);
    });
}

#[test]
fn after_the_window_it_is_too_late() {
    with_settlement(|id, settlement| {
        run_to(CHECK);
        MaxDuePerBlock::set(0);
        skip(1);
        let late = contest(id, settlement, 1, answer(WORKER, id, 2, honest()));
        assert_noop!(late, Error::<Test>::CheckWindowClosed);
        MaxDuePerBlock::set(10);
        skip(1);
        let paid = contest(id, settlement, 1, answer(WORKER, id, 2, honest()));
        assert_noop!(paid, Error::<Test>::UnknownSettlement);
    });
}
