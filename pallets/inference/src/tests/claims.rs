//! Redeeming: what a batch must be, and that it pays nothing twice and nothing too much.

use crate::{mock::*, Error, Event, NextSettlement, Settlements};
use ballast_core::{
    claim::ClaimLeaf, limits::MAX_CLAIMS, view::ServiceRecord, Balance, ChannelId, SettlementId,
    Tier,
};
use frame_support::{assert_noop, assert_ok, assert_storage_noop, pallet_prelude::DispatchResult};
use sp_core::Pair;

/// A test with an open channel of [`DEPOSIT`] that demands T1.
fn with_channel(test: impl FnOnce(ChannelId)) {
    run(|| test(open(CLIENT, WORKER, Tier::T1, DEPOSIT)));
}

fn try_as(worker: u8, id: ChannelId, claims: &[ClaimLeaf]) -> DispatchResult {
    try_redeem((CLIENT, worker), id, DEPOSIT, claims)
}

#[test]
fn a_batch_draws_what_its_claims_cost() {
    with_channel(|id| {
        let mut written = claim(2, 10);
        written.exchange.tokens_out = 5;
        let settlement = redeem(id, &[claim(1, 100), written, claim(9, 1)]);
        assert_eq!(settlement, SettlementId(0));
        assert_eq!((channel(id).drawn, channel(id).pending), (121, 121));
        assert_eq!(channel(id).last_number, 9);
        assert_eq!(
            free(WORKER),
            FUNDS - OFFER_DEPOSIT,
            "paid after its check window"
        );
        System::assert_last_event(
            Event::Settled {
                settlement,
                channel: id,
                claims: 3,
                amount: 121,
                pays_at: 1 + CHECK,
            }
            .into(),
        );
        let record = ServiceRecord {
            claims: 3,
            settled: 121,
            ..Default::default()
        };
        assert_eq!(Inference::record(id_of_worker()), record);
    });
}

fn id_of_worker() -> crate::AccountId {
    id(WORKER)
}

#[test]
fn the_greatest_batch_settles_in_one_call() {
    with_channel(|id| {
        let claims: Vec<_> = (1..=u64::from(MAX_CLAIMS))
            .map(|number| claim(number, 3))
            .collect();
        assert!(claims.len() >= 200);
        redeem(id, &claims);
        assert_eq!(channel(id).drawn, 3 * Balance::from(MAX_CLAIMS));
        assert_eq!(
            Settlements::<Test>::get(SettlementId(0)).unwrap().leaves,
            MAX_CLAIMS
        );
    });
}

#[test]
fn no_request_is_paid_twice() {
    with_channel(|id| {
        redeem(id, &[claim(3, 10), claim(4, 10)]);
        for numbers in [&[4][..], &[3], &[1], &[5, 5], &[6, 5], &[4, 5]] {
            let claims: Vec<_> = numbers.iter().map(|number| claim(*number, 10)).collect();
            assert_noop!(
                try_as(WORKER, id, &claims),
                Error::<Test>::NumberNotAscending
            );
        }
        redeem(id, &[claim(5, 10)]);
        assert_noop!(
            try_as(WORKER, id, &[claim(0, 10)]),
            Error::<Test>::NumberNotAscending
        );
    });
}

#[test]
fn one_voucher_covers_several_batches_up_to_its_amount() {
    with_channel(|id| {
        let voucher = voucher(CLIENT, id, 100, 10);
        let redeem = |claims: &[ClaimLeaf]| {
            let signature = batch_signature(WORKER, id, claims);
            let key = session_key(WORKER);
            Inference::redeem(
                origin(WORKER),
                id,
                voucher.clone().into(),
                key,
                batch(claims),
                signature,
            )
        };
        assert_ok!(redeem(&[claim(1, 60)]));
        assert_noop!(redeem(&[claim(2, 41)]), Error::<Test>::BeyondVoucher);
        assert_ok!(redeem(&[claim(2, 40)]));
        assert_noop!(redeem(&[claim(3, 1)]), Error::<Test>::BeyondVoucher);
        assert_noop!(redeem(&[claim(11, 1)]), Error::<Test>::BeyondVoucherNumber);
        assert_eq!(channel(id).drawn, 100);
    });
}

#[test]
fn a_voucher_above_the_deposit_draws_no_more_than_there_is() {
    run(|| {
        let id = open(CLIENT, WORKER, Tier::T0, 100);
        let claims = [claim(1, 101)];
        let beyond = try_redeem((CLIENT, WORKER), id, Balance::MAX, &claims);
        assert_noop!(beyond, Error::<Test>::ChannelExhausted);
        assert_ok!(try_redeem(
            (CLIENT, WORKER),
            id,
            Balance::MAX,
            &[claim(1, 100)]
        ));
        assert_ok!(Inference::top_up(origin(CLIENT), id, 1));
        assert_ok!(try_redeem(
            (CLIENT, WORKER),
            id,
            Balance::MAX,
            &[claim(2, 1)]
        ));
        assert_eq!(channel(id).left(), 0);
    });
}

#[test]
fn claims_stay_within_the_limits_of_the_offer() {
    with_channel(|id| {
        assert_noop!(
            try_as(WORKER, id, &[claim(1, 1_001)]),
            Error::<Test>::AboveTokenLimits
        );
        let mut written = claim(1, 1);
        written.exchange.tokens_out = 501;
        assert_noop!(
            try_as(WORKER, id, &[written]),
            Error::<Test>::AboveTokenLimits
        );
        assert_noop!(try_as(WORKER, id, &[]), Error::<Test>::NoClaims);
        assert_noop!(
            try_as(WORKER, id, &[claim(1, 0)]),
            Error::<Test>::NothingDue
        );
    });
}

#[test]
fn only_the_payee_redeems_with_a_key_of_its_own() {
    with_channel(|id| {
        let claims = [claim(1, 10)];
        assert_noop!(try_as(OTHER_WORKER, id, &claims), Error::<Test>::NotPayee);
        let voucher = voucher(CLIENT, id, DEPOSIT, 1);
        let stranger = session(OTHER_WORKER);
        let payload = scope(id).signing_payload(scope(id).root(&claims).unwrap(), 1);
        let signature = stranger.sign(&payload).0;
        let key = stranger.public().0;
        let call = Inference::redeem(
            origin(WORKER),
            id,
            voucher.into(),
            key,
            batch(&claims),
            signature,
        );
        assert_noop!(call, Error::<Test>::UnknownSessionKey);
    });
}

#[test]
fn the_key_must_have_the_tier_in_the_block_of_the_redemption() {
    with_channel(|id| {
        let set =
            |tier| Tiers::mutate(|tiers| tiers.insert((id_of_worker(), session_key(WORKER)), tier));
        set(Tier::T0);
        assert_noop!(
            try_as(WORKER, id, &[claim(1, 10)]),
            Error::<Test>::TierTooLow
        );
        set(Tier::T2);
        assert_ok!(try_as(WORKER, id, &[claim(1, 10)]));
    });
}

#[test]
fn a_voucher_is_good_for_one_channel_signer_and_content() {
    with_channel(|id| {
        let other = open(CLIENT, WORKER, Tier::T1, DEPOSIT);
        let claims = [claim(1, 10)];
        let good = voucher(CLIENT, id, DEPOSIT, 1);
        let mut dearer = good.clone();
        dearer.amount += 1;
        let mut later = good.clone();
        later.number += 1;
        for bad in [
            voucher(OTHER_CLIENT, id, DEPOSIT, 1),
            voucher(CLIENT, other, DEPOSIT, 1),
            dearer,
            later,
        ] {
            let signature = batch_signature(WORKER, id, &claims);
            let key = session_key(WORKER);
            let call = Inference::redeem(
                origin(WORKER),
                id,
                bad.into(),
                key,
                batch(&claims),
                signature,
            );
            assert_noop!(call, Error::<Test>::VoucherSignature);
        }
    });
}

#[test]
fn a_batch_signature_is_good_for_that_batch_alone() {
    with_channel(|id| {
        let other = open(CLIENT, WORKER, Tier::T1, DEPOSIT);
        let claims = [claim(1, 10), claim(2, 10)];
        let signatures = [
            batch_signature(WORKER, other, &claims),
            batch_signature(WORKER, id, &claims[..1]),
            batch_signature(OTHER_WORKER, id, &claims),
            [0; 64],
        ];
        for signature in signatures {
            let voucher = voucher(CLIENT, id, DEPOSIT, 2);
            let key = session_key(WORKER);
            let call = Inference::redeem(
                origin(WORKER),
                id,
                voucher.into(),
                key,
                batch(&claims),
                signature,
            );
            assert_noop!(call, Error::<Test>::ClaimsSignature);
        }
    });
}

#[test]
fn nothing_is_redeemed_from_a_channel_that_is_not() {
    run(|| {
        let unknown = try_redeem((CLIENT, WORKER), ChannelId(7), DEPOSIT, &[claim(1, 1)]);
        assert_noop!(unknown, Error::<Test>::UnknownChannel);
        assert_eq!(NextSettlement::<Test>::get(), SettlementId(0));
    });
}

#[test]
fn a_refused_batch_changes_nothing() {
    with_channel(|id| {
        assert_storage_noop!({
            let _ = try_as(WORKER, id, &[claim(1, 900), claim(2, 1_001)]);
        });
        redeem(id, &[claim(1, 900)]);
    });
}
