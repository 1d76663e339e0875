//! Payment: who gets what when the check window closes, by the shares of the settlement.

use crate::{mock::*, Channels, Event, HoldReason, Settlements, Totals};
use ballast_core::{view::ChannelTotals, Tier};

#[test]
fn a_settlement_is_split_when_its_window_closes() {
    run(|| {
        RoyaltyLine::set(vec![(OWNER, 200), (BASE_OWNER, 50)]);
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let settlement = redeem(id, &[claim(1, 1_000), claim(2, 1_000)]);
        run_to(CHECK);
        assert_eq!(free(OWNER), FUNDS);
        run_to(1 + CHECK);
        assert_eq!(free(TREASURY), 200);
        assert_eq!(free(OWNER), FUNDS + 360);
        assert_eq!(free(BASE_OWNER), FUNDS + 90);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 1_350);
        assert_eq!(held(HoldReason::Channel, CLIENT), DEPOSIT - 2_000);
        System::assert_last_event(
            Event::Paid {
                settlement,
                channel: id,
                worker: 1_350,
                royalties: 450,
                treasury: 200,
                verifiers: 0,
            }
            .into(),
        );
        assert!(!Settlements::<Test>::contains_key(settlement));
        let totals = ChannelTotals {
            deposited: DEPOSIT,
            paid: 2_000,
            refunded: 0,
        };
        assert_eq!(Totals::<Test>::get(), totals);
    });
}

#[test]
fn shares_are_those_of_the_settlement() {
    run(|| {
        RoyaltyLine::set(vec![(OWNER, 500)]);
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(id, &[claim(1, 1_000)]);
        RoyaltyLine::set(vec![(BASE_OWNER, 900)]);
        run_to(1 + CHECK);
        assert_eq!((free(OWNER), free(BASE_OWNER)), (FUNDS + 450, FUNDS));
    });
}

#[test]
fn a_client_that_owns_the_model_gets_its_royalty_back() {
    run(|| {
        RoyaltyLine::set(vec![(CLIENT, 1_000)]);
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(id, &[claim(1, 1_000)]);
        run_to(1 + CHECK);
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT + 900);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT);
    });
}

#[test]
fn what_an_account_cannot_take_is_the_workers() {
    run(|| {
        // Of 90 the treasury gets 9, below the existential deposit; the owner does not exist.
        RoyaltyLine::set(vec![(77, 100)]);
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(id, &[claim(1, 90)]);
        run_to(1 + CHECK);
        assert_eq!((free(TREASURY), free(77)), (0, 0));
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 90);
    });
}

#[test]
fn what_a_worker_that_is_gone_cannot_take_goes_back() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(id, &[claim(1, 9)]);
        Inference::remove_offer(origin(WORKER), name("ada"), name("tiny"), 1).unwrap();
        Balances::transfer_allow_death(origin(WORKER), crate::mock::id(OWNER), FUNDS).unwrap();
        run_to(1 + CHECK);
        assert_eq!(free(WORKER), 0);
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT + 9);
        assert_eq!(Totals::<Test>::get().refunded, 9);
    });
}

#[test]
fn settlements_outlive_their_channel_and_end_it() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(id, &[claim(1, 100)]);
        run_to(11);
        redeem(id, &[claim(2, 100)]);
        Inference::close(origin(WORKER), id).unwrap();
        assert_eq!(held(HoldReason::Channel, CLIENT), 200);
        run_to(1 + CHECK);
        check_invariants();
        assert_eq!(held(HoldReason::Channel, CLIENT), 100);
        run_to(11 + CHECK);
        assert!(!Channels::<Test>::contains_key(id));
        assert_eq!(free(CLIENT), FUNDS - 200);
    });
}
