//! Numbers: an offer names them, a channel takes them over, and only who computes in the same runs a claim again.

use crate::{
    mock::*,
    types::{Check, Stage},
    Checks, Error,
};
use ballast_core::{ChannelId, Numbers, SettlementId, Tier};
use frame_support::{assert_noop, assert_ok};
use Numbers::{BFloat16, Float32};

fn check_of(id: SettlementId) -> Check {
    Checks::<Test>::get(id).unwrap()
}

fn panel(id: SettlementId) -> Vec<u8> {
    let seats = check_of(id).panel;
    seats.iter().map(|seat| number(&seat.worker)).collect()
}

fn open_in(numbers: Numbers) -> ChannelId {
    let id = crate::NextChannel::<Test>::get();
    try_open_in(numbers, CLIENT, WORKER, Tier::T0, DEPOSIT).unwrap();
    id
}

/// Forty verifiers, of which those with odd numbers compute in bfloat16, and a settled batch of a channel in `numbers`.
fn with_batch(numbers: Numbers, test: impl FnOnce(SettlementId)) {
    run(|| {
        check_always();
        set_parameters(|parameters| parameters.check_blocks = 100);
        add_verifiers(40);
        for worker in (31..70).step_by(2) {
            try_offer_in(BFloat16, worker, 1, Tier::T0).unwrap();
        }
        try_offer_in(numbers, WORKER, 1, Tier::T0).unwrap();
        let channel = open_in(numbers);
        test(redeem(channel, &[claim(1, 100)]));
    });
}

fn all_compute_in(numbers: Numbers, panel: &[u8]) -> bool {
    let parity = u8::from(numbers == BFloat16);
    panel.iter().all(|worker| worker % 2 == parity)
}

#[test]
fn an_offer_names_them_and_a_channel_takes_them_over() {
    run(|| {
        for numbers in [BFloat16, Float32] {
            assert_ok!(try_offer_in(numbers, WORKER, 1, Tier::T1));
            let offer = Inference::offer(id(WORKER), b"ada".to_vec(), b"tiny".to_vec(), 1).unwrap();
            assert_eq!(offer.numbers, numbers);
            let channel = open_in(numbers);
            assert_eq!(Inference::channel(channel).unwrap().numbers, numbers);
        }
    });
}

#[test]
fn an_offer_in_other_numbers_than_expected_is_not_taken() {
    run(|| {
        for (offered, expected) in [(Float32, BFloat16), (BFloat16, Float32)] {
            try_offer_in(offered, WORKER, 1, Tier::T1).unwrap();
            assert_noop!(
                try_open_in(expected, CLIENT, WORKER, Tier::T0, DEPOSIT),
                Error::<Test>::NumbersNotOffered
            );
        }
    });
}

#[test]
fn a_channel_keeps_its_numbers_whatever_is_offered_later() {
    run(|| {
        check_always();
        add_verifiers(6);
        let channel = open_in(Float32);
        try_offer_in(BFloat16, WORKER, 1, Tier::T1).unwrap();
        for worker in [30, 31, 32, 33] {
            try_offer_in(BFloat16, worker, 1, Tier::T0).unwrap();
        }
        assert_eq!(Inference::channel(channel).unwrap().numbers, Float32);
        let id = redeem(channel, &[claim(1, 100)]);
        skip(2);
        let mut drawn = panel(id);
        drawn.sort_unstable();
        assert_eq!(drawn, [34, 35]);
        check_votes(id, &drawn, 1_000);
    });
}

#[test]
fn every_panel_computes_in_the_channels_numbers() {
    for numbers in Numbers::ALL {
        with_batch(numbers, |id| {
            for (stage, seats) in [(Stage::Pair, 2), (Stage::Committee, 5)] {
                skip(2);
                assert_eq!(check_of(id).stage, stage);
                let drawn = panel(id);
                assert_eq!(drawn.len(), seats);
                assert!(all_compute_in(numbers, &drawn), "{drawn:?}");
                check_votes(id, &drawn, 0);
            }
            assert_eq!(check_of(id).stage, Stage::Condemned);
            assert_ok!(Inference::appeal(origin(WORKER), id));
            skip(2);
            let drawn = panel(id);
            assert_eq!((check_of(id).stage, drawn.len()), (Stage::Appeal, 9));
            assert!(all_compute_in(numbers, &drawn), "{drawn:?}");
            check_votes(id, &drawn, 1_000);
        });
    }
}

#[test]
fn a_silent_verifier_is_replaced_by_one_that_computes_alike() {
    with_batch(Float32, |id| {
        skip(2);
        let first = panel(id);
        skip(COMMIT + REVEAL + 1 + 2);
        let second = panel(id);
        assert_eq!(second.len(), 2);
        assert!(second.iter().all(|worker| !first.contains(worker)));
        assert!(all_compute_in(Float32, &second), "{second:?}");
    });
}

#[test]
fn where_nobody_else_computes_alike_nothing_is_checked() {
    run(|| {
        check_always();
        add_verifiers(4);
        try_offer_in(BFloat16, WORKER, 1, Tier::T0).unwrap();
        try_offer_in(BFloat16, 30, 1, Tier::T0).unwrap();
        let channel = open_in(BFloat16);
        let id = redeem(channel, &[claim(1, 100)]);
        skip(2);
        assert!(!Checks::<Test>::contains_key(id));
        run_to(1 + CHECK);
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + 90);
    });
}
