//! What clients are told.

use crate::mock::*;
use ballast_attestation::{
    dev::{golden_sets, TestNetwork, TEST_ROOT},
    view::Tier,
    NVIDIA_ROOT,
};
use frame_support::assert_ok;

#[test]
fn a_key_is_told_with_its_evidence() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0, 1]));
        let info = info(1, KEY);
        assert_eq!(info.tier, Some(Tier::T1));
        assert_eq!(
            (info.challenge_block, info.expires),
            (START - 1, START - 1 + LIFETIME)
        );
        assert_eq!(Attestation::keys(id(1)), [info]);
        assert_eq!(Attestation::key(id(2), KEY), None);
        assert!(Attestation::keys(id(2)).is_empty());
    });
}

#[test]
fn a_device_is_told_with_its_worker() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        let device = TestNetwork::default().gpu(0).device_id();
        let info = Attestation::device(device).unwrap();
        assert_eq!((info.worker, info.session_key), ([1; 32], KEY));
        assert_eq!((info.released, info.blocked), (false, false));
        assert_eq!(Attestation::device([0; 32]), None);
    });
}

#[test]
fn golden_sets_are_told_in_pages() {
    run(|| {
        let all = Attestation::golden_sets(None, 10);
        assert_eq!(all.len(), 2);
        let after = Attestation::golden_sets(Some(all[0].id.clone()), 10);
        assert_eq!(after, all[1..]);
        assert!(Attestation::golden_sets(None, 0).is_empty());
        let [(driver, set), _] = golden_sets();
        assert_eq!(Attestation::golden(driver).unwrap().set, set);
    });
}

#[test]
fn trust_is_told() {
    run(|| {
        let trust = Attestation::trust();
        assert_eq!(trust.roots, [NVIDIA_ROOT, TEST_ROOT]);
        assert_eq!(trust.authorities.len(), 3);
    });
}
