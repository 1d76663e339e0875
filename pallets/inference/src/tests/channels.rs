//! Channels: opened on an offer's terms, topped up, closed, ended; the money at each step.

use crate::{mock::*, Channels, Error, Event, HoldReason};
use ballast_core::{claim::TokenPrice, view::ChannelState, ChannelId, Numbers, Tier};
use frame_support::{assert_noop, assert_ok};

#[test]
fn a_channel_holds_its_deposit_on_the_clients_account() {
    run(|| {
        let channel = open(CLIENT, WORKER, Tier::T1, DEPOSIT);
        assert_eq!(channel, ChannelId(0));
        assert_eq!(held(HoldReason::Channel, CLIENT), DEPOSIT);
        assert_eq!(free(CLIENT), FUNDS - DEPOSIT);
        assert_eq!(open(CLIENT, WORKER, Tier::T0, 100), ChannelId(1));
        assert_eq!(held(HoldReason::Channel, CLIENT), DEPOSIT + 100);
    });
}

#[test]
fn a_channel_keeps_the_terms_of_its_opening() {
    run(|| {
        let old = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let dearer = TokenPrice {
            per_million_in: 9_000_000,
            ..price()
        };
        assert_ok!(Inference::set_offer(
            origin(WORKER),
            name("ada"),
            name("tiny"),
            1,
            dearer,
            limits(),
            Tier::T1,
            Numbers::Float32,
            b"http://w".to_vec().try_into().unwrap(),
        ));
        assert_noop!(
            try_open(CLIENT, WORKER, Tier::T0, DEPOSIT),
            Error::<Test>::PriceAboveLimit
        );
        redeem(old, &[claim(1, 7)]);
        assert_eq!(channel(old).drawn, 7);
    });
}

#[test]
fn an_opening_that_does_not_fit_the_offer_is_refused() {
    run(|| {
        let open = |client, worker, tier, deposit| try_open(client, worker, tier, deposit);
        assert_noop!(
            open(WORKER, WORKER, Tier::T0, DEPOSIT),
            Error::<Test>::PaysItself
        );
        assert_noop!(
            open(CLIENT, OTHER_WORKER, Tier::T0, DEPOSIT),
            Error::<Test>::UnknownOffer
        );
        assert_noop!(
            open(CLIENT, WORKER, Tier::T2, DEPOSIT),
            Error::<Test>::TierNotOffered
        );
        assert_noop!(
            open(CLIENT, WORKER, Tier::T0, 99),
            Error::<Test>::DepositTooSmall
        );
        assert_noop!(
            open(CLIENT, WORKER, Tier::T0, FUNDS),
            Error::<Test>::Unaffordable
        );
    });
}

#[test]
fn nobody_pays_a_worker_that_has_left() {
    run(|| {
        WorkerNumbers::set(vec![OTHER_WORKER]);
        assert_noop!(
            try_open(CLIENT, WORKER, Tier::T0, DEPOSIT),
            Error::<Test>::PayeeGone
        );
    });
}

#[test]
fn a_pallet_that_joins_a_chain_late_serves_at_once() {
    ext().execute_with(|| {
        System::set_block_number(1_000_000);
        try_offer(WORKER, 1, Tier::T1).unwrap();
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        skip(CHANNEL_BLOCKS);
        assert!(!Channels::<Test>::contains_key(id));
        check_invariants();
    });
}

#[test]
fn a_top_up_adds_money_and_time() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        run_to(50);
        assert_ok!(Inference::top_up(origin(CLIENT), id, 5));
        assert_eq!(channel(id).deposited, DEPOSIT + 5);
        assert_eq!(channel(id).ends_at, 50 + CHANNEL_BLOCKS);
        assert_ok!(Inference::top_up(origin(CLIENT), id, 0));
        assert_noop!(
            Inference::top_up(origin(WORKER), id, 5),
            Error::<Test>::NotClient
        );
        let too_much = Inference::top_up(origin(CLIENT), id, u128::MAX);
        assert!(too_much.is_err());
        let unknown = Inference::top_up(origin(CLIENT), ChannelId(9), 5);
        assert_noop!(unknown, Error::<Test>::UnknownChannel);
        run_to(50 + CHANNEL_BLOCKS - 1);
        assert!(
            Channels::<Test>::contains_key(id),
            "the former end was passed"
        );
        run_to(50 + CHANNEL_BLOCKS);
        assert!(!Channels::<Test>::contains_key(id));
        assert_eq!(free(CLIENT), FUNDS);
    });
}

#[test]
fn closing_leaves_the_payee_a_grace() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        assert_ok!(Inference::close(origin(CLIENT), id));
        assert_eq!(channel(id).state, ChannelState::Closing);
        assert_eq!(channel(id).ends_at, 1 + GRACE);
        assert_noop!(
            Inference::close(origin(CLIENT), id),
            Error::<Test>::ChannelClosing
        );
        assert_noop!(
            Inference::top_up(origin(CLIENT), id, 5),
            Error::<Test>::ChannelClosing
        );
        run_to(GRACE);
        redeem(id, &[claim(1, 30)]);
        run_to(1 + GRACE);
        assert_eq!(channel(id).state, ChannelState::Ended);
        assert_eq!(held(HoldReason::Channel, CLIENT), 30, "in its check window");
        assert_eq!(free(CLIENT), FUNDS - 30);
        let late = try_redeem((CLIENT, WORKER), id, DEPOSIT, &[claim(2, 30)]);
        assert_noop!(late, Error::<Test>::ChannelEnded);
    });
}

#[test]
fn the_payee_ends_a_channel_at_once() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        assert_noop!(Inference::close(origin(OWNER), id), Error::<Test>::NotParty);
        assert_ok!(Inference::close(origin(WORKER), id));
        assert!(!Channels::<Test>::contains_key(id));
        assert_eq!(free(CLIENT), FUNDS);
        System::assert_last_event(
            Event::ChannelEnded {
                channel: id,
                refund: DEPOSIT,
            }
            .into(),
        );
        assert_eq!(
            open(CLIENT, WORKER, Tier::T0, DEPOSIT),
            ChannelId(1),
            "never reused"
        );
    });
}

#[test]
fn a_forgotten_channel_ends() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        run_to(CHANNEL_BLOCKS);
        redeem(id, &[claim(1, 30)]);
        run_to(1 + CHANNEL_BLOCKS);
        assert_eq!(held(HoldReason::Channel, CLIENT), 30);
        run_to(CHANNEL_BLOCKS + CHECK);
        assert!(!Channels::<Test>::contains_key(id));
        assert_eq!(held(HoldReason::Channel, CLIENT), 0);
    });
}

#[test]
fn closing_late_does_not_make_a_channel_last_longer() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        run_to(CHANNEL_BLOCKS - 2);
        assert_ok!(Inference::close(origin(CLIENT), id));
        assert_eq!(channel(id).ends_at, 1 + CHANNEL_BLOCKS);
    });
}

#[test]
fn more_ends_than_a_block_serves_wait_for_the_next() {
    run(|| {
        MaxDuePerBlock::set(2);
        run_to(5);
        let ids: Vec<_> = (0..7)
            .map(|_| open(CLIENT, WORKER, Tier::T0, 100))
            .collect();
        run_to(5 + CHANNEL_BLOCKS);
        let left = || {
            ids.iter()
                .filter(|id| Channels::<Test>::contains_key(**id))
                .count()
        };
        assert_eq!(left(), 5);
        let waiting = ids
            .iter()
            .find(|id| Channels::<Test>::contains_key(**id))
            .unwrap();
        let late = try_redeem((CLIENT, WORKER), *waiting, 100, &[claim(1, 1)]);
        assert_noop!(late, Error::<Test>::ChannelEnded);
        check_invariants();
        skip(4);
        assert_eq!(left(), 0);
        skip(3);
        assert_eq!(crate::ServedTo::<Test>::get(), System::block_number() + 1);
    });
}
