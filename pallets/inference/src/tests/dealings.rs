//! What an account's dealings are counted as.

use crate::{
    mock::{check_votes as votes, *},
    types::Stage,
    Checks, DealingsOf,
};
use ballast_core::{answer::Exchange, view::Dealings, SettlementId, Tier};
use frame_support::assert_ok;

fn dealings(who: u8) -> Dealings {
    Inference::dealings(id(who))
}

fn panel(settlement: SettlementId) -> Vec<u8> {
    let check = Checks::<Test>::get(settlement).unwrap();
    let seats = check.panel.iter();
    seats.map(|seat| number(&seat.worker)).collect()
}

#[test]
fn a_clients_channels_and_what_they_paid_are_counted() {
    run(|| {
        assert_eq!(dealings(CLIENT), Dealings::default());
        let first = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(first, &[claim(1, 1_000)]);
        assert_eq!((dealings(CLIENT).opened, dealings(CLIENT).paid), (2, 0));
        run_to(1 + CHECK);
        assert_eq!(dealings(CLIENT).paid, 1_000);
        assert_ok!(Inference::close(origin(WORKER), first));
        let expected = Dealings {
            opened: 2,
            ended: 1,
            paid: 1_000,
            ..Dealings::default()
        };
        assert_eq!(dealings(CLIENT), expected);
        assert!(!DealingsOf::<Test>::contains_key(id(OTHER_CLIENT)));
    });
}

#[test]
fn a_contradiction_is_noted_for_both_and_pays_nothing() {
    run(|| {
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let claims = [claim(1, 100), claim(2, 200)];
        let settlement = redeem(channel, &claims);
        let honest = Exchange {
            tokens_in: 50,
            ..claim(2, 0).exchange
        };
        assert_ok!(Inference::contest(
            origin(OTHER_CLIENT),
            settlement,
            1,
            claims[1].clone().into(),
            path(channel, &claims, 1),
            answer(WORKER, channel, 2, honest).into(),
        ));
        assert_eq!((dealings(CLIENT).contested, dealings(CLIENT).paid), (1, 0));
        assert_eq!(dealings(WORKER).contradicted, 1);
        assert_eq!(dealings(OTHER_CLIENT), Dealings::default());
    });
}

#[test]
fn checks_that_pass_and_those_that_condemn_are_counted() {
    run(|| {
        check_always();
        add_verifiers(12);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let good = redeem(channel, &[claim(1, 100)]);
        skip(2);
        votes(good, &panel(good), 1_000);
        assert_eq!(
            (dealings(WORKER).passed, dealings(WORKER).condemned),
            (1, 0)
        );

        let bad = redeem(channel, &[claim(2, 100)]);
        for _ in 0..2 {
            skip(2);
            votes(bad, &panel(bad), 0);
        }
        assert_eq!(Checks::<Test>::get(bad).unwrap().stage, Stage::Condemned);
        assert_eq!(dealings(WORKER).condemned, 0);
        let due = Checks::<Test>::get(bad).unwrap().due;
        run_to(due);
        assert_eq!(
            (dealings(WORKER).passed, dealings(WORKER).condemned),
            (1, 1)
        );
        assert_eq!(Inference::record(id(WORKER)).reversals, 1);
    });
}
