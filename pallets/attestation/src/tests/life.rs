//! How a tier ends: expiry, release, removal, another key, and what the chain learns later.

use crate::{mock::*, Devices, Error};
use ballast_attestation::{
    dev::{golden_sets, TestNetwork},
    view::{Reason, Tier},
    DeviceId, Role,
};
use frame_support::{assert_noop, assert_ok};

fn device(number: u32) -> DeviceId {
    TestNetwork::default().gpu(number).device_id()
}

#[test]
fn a_tier_ends_when_its_evidence_expires_and_comes_back_with_new_evidence() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        let expires = START - 1 + LIFETIME;
        run_to_block(expires - 1);
        assert_eq!(tier(1, KEY), Some(Tier::T1));
        run_to_block(expires);
        assert_eq!(tier(1, KEY), Some(Tier::T0));
        assert_eq!(reasons(1, KEY), [Reason::Expired { at: expires }]);
        assert_ok!(attest(1, KEY, &[0]));
        assert_eq!(tier(1, KEY), Some(Tier::T1));
    });
}

#[test]
fn a_released_gpu_ends_its_tier_at_once() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0, 1]));
        assert_noop!(
            Attestation::release(origin(2), device(0)),
            Error::<Test>::NotYourDevice
        );
        assert_ok!(Attestation::release(origin(1), device(0)));
        assert_eq!(tier(1, KEY), Some(Tier::T0));
        let gone = Reason::DeviceGone { device: device(0) };
        assert_eq!(reasons(1, KEY), [gone]);
        assert_noop!(
            Attestation::release(origin(1), device(0)),
            Error::<Test>::NotYourDevice
        );
    });
}

#[test]
fn a_gpu_that_moves_to_another_key_leaves_the_first() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        assert_ok!(attest(1, [34; 32], &[0]));
        assert_eq!(tier(1, KEY), Some(Tier::T0));
        assert_eq!(tier(1, [34; 32]), Some(Tier::T1));
    });
}

#[test]
fn a_removed_key_is_unknown_and_its_gpus_are_released() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        assert_ok!(Attestation::remove_key(origin(1), KEY));
        assert_eq!(tier(1, KEY), None);
        assert!(Devices::<Test>::get(device(0)).unwrap().released);
        assert_noop!(
            Attestation::remove_key(origin(1), KEY),
            Error::<Test>::UnknownKey
        );
        assert_ok!(attest(1, [34; 32], &[0]));
    });
}

#[test]
fn a_worker_that_leaves_has_no_tier() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        Leavers::set(vec![id(1)]);
        assert_eq!(tier(1, KEY), None);
        assert_eq!(reasons(1, KEY), [Reason::NotWorker]);
        Leavers::set(Vec::new());
    });
}

#[test]
fn a_retired_golden_set_lowers_at_once_and_refuses_new_evidence() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        let [(driver, set), _] = golden_sets();
        assert_ok!(Attestation::retire_golden(root(), driver.clone()));
        assert_eq!(tier(1, KEY), Some(Tier::T0));
        let retired = Reason::GoldenRetired { id: driver.clone() };
        assert_eq!(reasons(1, KEY), [retired]);
        assert_noop!(attest(2, KEY, &[1]), Error::<Test>::GoldenIsRetired);
        assert_ok!(Attestation::set_golden(root(), driver, set, [8; 32]));
        assert_eq!(tier(1, KEY), Some(Tier::T1));
    });
}

#[test]
fn a_blocked_device_lowers_at_once_and_refuses_new_evidence() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        assert_ok!(Attestation::block_device(root(), device(0), true));
        assert_eq!(tier(1, KEY), Some(Tier::T0));
        let blocked = Reason::DeviceBlocked { device: device(0) };
        assert_eq!(reasons(1, KEY), [blocked]);
        assert_noop!(attest(1, [34; 32], &[0]), Error::<Test>::DeviceIsBlocked);
        assert_ok!(Attestation::block_device(root(), device(0), false));
        assert_eq!(tier(1, KEY), Some(Tier::T1));
    });
}

#[test]
fn a_revoked_provisioner_or_identity_lowers_at_once_and_refuses_new_evidence() {
    for (issuer, role) in [
        (Role::Identity, Role::Provisioner),
        (Role::Root, Role::Identity),
    ] {
        run(|| {
            assert_ok!(attest(1, KEY, &[0]));
            revoke(issuer, role);
            assert_eq!(tier(1, KEY), Some(Tier::T0));
            assert_eq!(reasons(1, KEY), [Reason::Revoked { role }]);
            assert_noop!(attest(1, [34; 32], &[0]), Error::<Test>::Revoked);
        });
    }
}

/// Puts a list of `issuer` in force that revokes the certificate in the place of `role`.
fn revoke(issuer: Role, role: Role) {
    let find = |role| {
        let mut all = crate::Authorities::<Test>::iter();
        all.find(|(_, authority)| authority.role == role).unwrap()
    };
    let (id, _) = find(issuer);
    let (_, revoked) = find(role);
    let list = TestNetwork::default().crl(issuer, 1, NOW, &[&revoked.serial]);
    assert_ok!(Attestation::submit_crl(
        origin(50),
        id,
        list.try_into().unwrap()
    ));
}
