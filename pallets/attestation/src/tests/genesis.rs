//! Which roots a network trusts is fixed in its genesis.

use crate::{mock::*, types::Parameters, Error};
use ballast_attestation::{
    dev::{TestNetwork, TEST_ROOT},
    tdx::MAX_QUOTE_ROOT_LEN,
    NVIDIA_ROOT,
};
use frame_support::{assert_noop, traits::BuildGenesisConfig};

#[test]
fn a_production_genesis_trusts_nvidia_alone() {
    ext_with(None).execute_with(|| {
        assert_eq!(Attestation::trusted_roots(), [NVIDIA_ROOT]);
        System::set_block_number(1);
        let [provisioner, identity, top] = TestNetwork::default().authorities().map(bounded);
        let call = Attestation::add_authorities(origin(1), provisioner, identity, top);
        assert_noop!(call, Error::<Test>::RootNotTrusted);
        check_invariants();
    });
}

#[test]
fn a_test_network_trusts_its_root_as_well() {
    run(|| assert_eq!(Attestation::trusted_roots(), [NVIDIA_ROOT, TEST_ROOT]));
}

#[test]
fn the_default_genesis_is_a_production_genesis() {
    let genesis = crate::GenesisConfig::<Test>::default();
    assert_eq!((genesis.test_root, genesis.test_quote_root), (None, None));
    assert_eq!(genesis.parameters.evidence_blocks, 28_800);
}

#[test]
fn unusable_parameters_are_told() {
    let with = |evidence_blocks, max_challenge_age| {
        Parameters {
            evidence_blocks,
            max_challenge_age,
        }
        .check()
        .is_ok()
    };
    assert!(with(51, 50));
    assert!(!with(50, 50));
    assert!(!with(100, 0));
    assert!(!with(100, 51));
}

#[test]
fn a_root_for_quotes_that_is_too_long_is_told() {
    let genesis = crate::GenesisConfig::<Test> {
        test_quote_root: Some(vec![0; MAX_QUOTE_ROOT_LEN as usize + 1]),
        ..Default::default()
    };
    let mut ext = sp_io::TestExternalities::default();
    let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        ext.execute_with(|| BuildGenesisConfig::build(&genesis));
    }));
    assert!(built.is_err());
}
