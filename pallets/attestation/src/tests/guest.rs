//! T2: GPUs together with the guest that uses them.

use crate::{mock::*, Error, EvaluationNumber, TestQuoteRoot};
use ballast_attestation::{
    tdx::VerifiedGuest,
    view::{Reason, Tier},
    TEST_QUOTE_ROOT,
};
use frame_support::{assert_noop, assert_ok};

/// Attests key by key with a guest that was changed in some way.
fn attest_with(
    key: [u8; 32],
    change: impl FnOnce(&mut VerifiedGuest),
) -> sp_runtime::DispatchResult {
    let block = START - 1;
    let gpus = good_for(1, key, block, &[0, 1]);
    let mut guest = guest_for(&challenge(1, key, block), &gpus);
    change(&mut guest);
    Attestation::attest(origin(1), key, block, gpus, Some(quote(&guest)))
}

fn allow() {
    assert_ok!(Attestation::set_guest_policy(
        root(),
        measurements().into(),
        [5; 32]
    ));
}

#[test]
fn a_governed_guest_that_binds_the_evidence_gets_t2() {
    run(|| {
        allow();
        assert_ok!(attest_with(KEY, |_| {}));
        assert_eq!(tier(1, KEY), Some(Tier::T2));
        assert!(reasons(1, KEY).is_empty());
    });
}

#[test]
fn a_retired_guest_policy_lowers_to_t1_at_once() {
    run(|| {
        allow();
        assert_ok!(attest_with(KEY, |_| {}));
        let policy = measurements().policy_id();
        assert_ok!(Attestation::retire_guest_policy(root(), policy));
        assert_eq!(tier(1, KEY), Some(Tier::T1));
        assert_eq!(reasons(1, KEY), [Reason::GuestPolicyRetired { policy }]);
        let again = attest_with([34; 32], |_| {});
        assert_noop!(again, Error::<Test>::GuestUnknown);
    });
}

#[test]
fn an_unknown_guest_image_proves_nothing() {
    run(|| {
        assert_noop!(attest_with(KEY, |_| {}), Error::<Test>::GuestUnknown);
        allow();
        for change in [
            (|guest| guest.measurements.mr_td[0] ^= 1) as fn(&mut VerifiedGuest),
            |guest| guest.measurements.rt_mr[3][0] ^= 1,
            |guest| guest.measurements.attributes[7] ^= 1,
            |guest| guest.measurements.xfam[0] ^= 1,
        ] {
            assert_noop!(attest_with(KEY, change), Error::<Test>::GuestUnknown);
        }
    });
}

#[test]
fn a_quote_that_binds_something_else_is_refused() {
    run(|| {
        allow();
        for byte in [0, 31, 32, 63] {
            let result = attest_with(KEY, |guest| guest.report_data[byte] ^= 1);
            assert_noop!(result, Error::<Test>::QuoteUnbound);
        }
        // The quote of two GPUs, with the evidence of one of them.
        let block = START - 1;
        let gpus = good_for(1, KEY, block, &[0, 1]);
        let guest = guest_for(&challenge(1, KEY, block), &gpus);
        let one = gpus[..1].to_vec().try_into().unwrap();
        let call = Attestation::attest(origin(1), KEY, block, one, Some(quote(&guest)));
        assert_noop!(call, Error::<Test>::QuoteUnbound);
    });
}

#[test]
fn quotes_are_verified_under_the_test_root_that_the_genesis_has() {
    run(|| {
        allow();
        assert_ok!(attest_with(KEY, |_| {}));
        assert_eq!(SeenQuoteRoot::get(), Some(TEST_QUOTE_ROOT.to_vec()));
        TestQuoteRoot::<Test>::kill();
        assert_ok!(attest_with([34; 32], |_| {}));
        assert_eq!(SeenQuoteRoot::get(), None);
    });
}

#[test]
fn debug_guests_are_refused() {
    run(|| {
        let result = attest_with(KEY, |guest| guest.measurements.attributes[0] |= 1);
        assert_noop!(result, Error::<Test>::QuoteDebug);
    });
}

#[test]
fn quotes_that_do_not_verify_are_refused() {
    run(|| {
        let gpus = good_for(1, KEY, START - 1, &[0]);
        let call = Attestation::attest(
            origin(1),
            KEY,
            START - 1,
            gpus,
            Some(crate::GuestEvidence {
                quote: Default::default(),
                collateral: Default::default(),
            }),
        );
        assert_noop!(call, Error::<Test>::QuoteInvalid);
    });
}

#[test]
fn evaluation_numbers_never_fall() {
    run(|| {
        allow();
        assert_ok!(attest_with([1; 32], |guest| guest.evaluation_number = 18));
        assert_eq!(EvaluationNumber::<Test>::get(), 18);
        let older = attest_with([2; 32], |guest| guest.evaluation_number = 17);
        assert_noop!(older, Error::<Test>::CollateralOutdated);
        assert_ok!(attest_with([2; 32], |guest| guest.evaluation_number = 18));
    });
}
