//! Offers: who may make one, what it costs, that channels do not depend on it.

use crate::{mock::*, Error, HoldReason};
use ballast_core::{claim::TokenLimits, Numbers, Tier};
use frame_support::{assert_noop, assert_ok};

#[test]
fn an_offer_is_held_for_once_and_can_change() {
    run(|| {
        assert_eq!(held(HoldReason::Offer, WORKER), OFFER_DEPOSIT);
        assert_ok!(try_offer(WORKER, 1, Tier::T2));
        assert_eq!(held(HoldReason::Offer, WORKER), OFFER_DEPOSIT);
        let offer = Inference::offer(id(WORKER), b"Ada".to_vec(), b"TINY".to_vec(), 1).unwrap();
        assert_eq!((offer.tier, offer.model), (Tier::T2, model(1)));
        assert_ok!(try_offer(WORKER, 2, Tier::T0));
        assert_eq!(held(HoldReason::Offer, WORKER), 2 * OFFER_DEPOSIT);
    });
}

#[test]
fn removing_an_offer_returns_its_deposit_and_leaves_channels_alone() {
    run(|| {
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        assert_ok!(Inference::remove_offer(
            origin(WORKER),
            name("ADA"),
            name("tiny"),
            1
        ));
        assert_eq!(held(HoldReason::Offer, WORKER), 0);
        redeem(channel, &[claim(1, 10)]);
        assert_noop!(
            try_open(CLIENT, WORKER, Tier::T0, DEPOSIT),
            Error::<Test>::UnknownOffer
        );
        let again = Inference::remove_offer(origin(WORKER), name("ada"), name("tiny"), 1);
        assert_noop!(again, Error::<Test>::UnknownOffer);
    });
}

#[test]
fn only_workers_offer_only_what_exists() {
    run(|| {
        assert_noop!(try_offer(CLIENT, 1, Tier::T0), Error::<Test>::NotWorker);
        assert_noop!(
            try_offer(WORKER, 3, Tier::T0),
            Error::<Test>::UnknownVersion
        );
        let offer = |limits, endpoint: &[u8]| {
            let endpoint = endpoint.to_vec().try_into().unwrap();
            let (namespace, model) = (name("ada"), name("tiny"));
            Inference::set_offer(
                origin(WORKER),
                namespace,
                model,
                2,
                price(),
                limits,
                Tier::T0,
                Numbers::Float32,
                endpoint,
            )
        };
        assert_noop!(offer(limits(), b"ftp://w"), Error::<Test>::EndpointInvalid);
        let none = TokenLimits {
            tokens_in: 0,
            ..limits()
        };
        assert_noop!(offer(none, b"http://w"), Error::<Test>::LimitsInvalid);
    });
}

#[test]
fn offers_of_a_worker_are_bounded() {
    run(|| {
        MaxOffersPerWorker::set(1);
        assert_noop!(try_offer(WORKER, 2, Tier::T0), Error::<Test>::TooManyOffers);
        assert_ok!(try_offer(WORKER, 1, Tier::T0));
        assert_ok!(try_offer(OTHER_WORKER, 1, Tier::T0));
        MaxOffersPerWorker::set(3);
    });
}

#[test]
fn a_worker_without_funds_cannot_offer() {
    run(|| {
        let all = FUNDS - OFFER_DEPOSIT - EXISTENTIAL - 1;
        let call = Balances::transfer_allow_death(origin(WORKER), id(CLIENT), all);
        assert_ok!(call);
        assert_noop!(try_offer(WORKER, 2, Tier::T0), Error::<Test>::Unaffordable);
    });
}
