//! What governance decides, and nobody else.

use crate::{mock::*, Error, GoldenSets};
use ballast_attestation::dev::golden_sets;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

#[test]
fn governed_calls_need_the_governance_origin() {
    run(|| {
        let [(id, set), _] = golden_sets();
        let policy = measurements().policy_id();
        for result in [
            Attestation::set_golden(origin(1), id.clone(), set, [0; 32]),
            Attestation::retire_golden(origin(1), id),
            Attestation::set_guest_policy(origin(1), measurements().into(), [0; 32]),
            Attestation::retire_guest_policy(origin(1), policy),
            Attestation::block_device(origin(1), [0; 32], true),
        ] {
            assert_noop!(result, BadOrigin);
        }
    });
}

#[test]
fn a_golden_set_keeps_its_provenance() {
    run(|| {
        let [(id, set), _] = golden_sets();
        assert_ok!(Attestation::set_golden(
            root(),
            id.clone(),
            set.clone(),
            [4; 32]
        ));
        let golden = GoldenSets::<Test>::get(&id).unwrap();
        assert_eq!((golden.set, golden.rim_sha256), (set, [4; 32]));
        assert!(!golden.retired);
    });
}

#[test]
fn useless_golden_sets_are_refused() {
    run(|| {
        let [(id, mut set), _] = golden_sets();
        set.entries.as_mut().reverse();
        assert_noop!(
            Attestation::set_golden(root(), id.clone(), set.clone(), [0; 32]),
            Error::<Test>::GoldenInvalid
        );
        set.entries.clear();
        assert_noop!(
            Attestation::set_golden(root(), id, set, [0; 32]),
            Error::<Test>::GoldenInvalid
        );
    });
}

#[test]
fn only_what_there_is_can_be_retired() {
    run(|| {
        let unknown = ballast_attestation::GoldenId::Driver {
            version: "0.0".parse().unwrap(),
        };
        assert_noop!(
            Attestation::retire_golden(root(), unknown),
            Error::<Test>::GoldenMissing
        );
        assert_noop!(
            Attestation::retire_guest_policy(root(), [0; 32]),
            Error::<Test>::GuestPolicyMissing
        );
    });
}

#[test]
fn no_policy_allows_a_debug_guest() {
    run(|| {
        let mut debug = measurements();
        debug.attributes[0] |= 1;
        assert_noop!(
            Attestation::set_guest_policy(root(), debug.into(), [0; 32]),
            Error::<Test>::GuestIsDebug
        );
    });
}
