//! The presets start chains that can make blocks.

use super::*;
use crate::{
    constants::BAL,
    genesis_presets::{
        get_preset, preset_names, test_root_keys, DEVELOPMENT_PRESET, LOCAL_PRESET, STAGING_PRESET,
    },
    Babe, Balances, Grandpa, Session,
};
use sp_consensus_babe::AllowedSlots;

#[test]
fn the_presets_are_offered_and_no_other() {
    assert_eq!(
        preset_names(),
        vec![DEVELOPMENT_PRESET, LOCAL_PRESET, STAGING_PRESET]
    );
    assert!(preset_names().iter().all(|name| get_preset(name).is_some()));
    assert_eq!(get_preset(&"mainnet".into()), None);
}

#[test]
fn development_has_one_validator_and_local_three() {
    for (preset, validators) in [(DEVELOPMENT_PRESET, 1), (LOCAL_PRESET, 3)] {
        ext(preset).execute_with(|| {
            assert_eq!(Session::validators().len(), validators);
            assert_eq!(Babe::authorities().len(), validators);
            assert_eq!(Grandpa::grandpa_authorities().len(), validators);
            assert!(Session::validators().contains(&account(Sr25519Keyring::Alice)));
        });
    }
}

#[test]
fn every_block_will_bring_randomness() {
    ext(LOCAL_PRESET).execute_with(|| {
        let allowed = Babe::epoch_config().unwrap().allowed_slots;
        assert_eq!(allowed, AllowedSlots::PrimaryAndSecondaryVRFSlots);
    });
}

#[test]
fn development_accounts_are_funded_and_alice_has_the_sudo_key() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        for key in Sr25519Keyring::well_known() {
            assert!(Balances::free_balance(account(key)) > 100_000 * BAL);
        }
        let sudo = pallet_sudo::Key::<Runtime>::get();
        assert_eq!(sudo, Some(account(Sr25519Keyring::Alice)));
    });
}

#[test]
fn batches_are_checked_on_every_network() {
    for preset in [DEVELOPMENT_PRESET, LOCAL_PRESET] {
        let checked = ext(preset).execute_with(|| crate::Inference::parameters().check_permille);
        assert_eq!(checked, 1_000);
    }
    // What `staging` leaves out is the default's.
    assert_eq!(
        ballast_core::view::InferenceParams::default().check_permille,
        50
    );
}

#[test]
fn storage_epochs_of_test_networks_last_a_minute_for_every_pallet() {
    for preset in [DEVELOPMENT_PRESET, LOCAL_PRESET] {
        ext(preset).execute_with(|| {
            assert_eq!(
                pallet_workers::Parameters::<Runtime>::get().epoch_blocks,
                20
            );
            assert_eq!(pallet_blobs::Parameters::<Runtime>::get().epoch_blocks, 20);
        });
    }
}

#[test]
fn test_networks_trust_the_test_root() {
    use ballast_attestation::{NVIDIA_ROOT, TEST_ROOT};
    for preset in [DEVELOPMENT_PRESET, LOCAL_PRESET] {
        ext(preset).execute_with(|| {
            assert_eq!(
                crate::Attestation::trusted_roots(),
                [NVIDIA_ROOT, TEST_ROOT]
            );
            assert!(test_root_keys()
                .iter()
                .all(|key| sp_io::storage::exists(key)));
        });
    }
}

#[test]
fn the_default_genesis_gives_nobody_the_sudo_key() {
    let mut ext = TestExternalities::default();
    let default = serde_json::to_vec(&RuntimeGenesisConfig::default()).unwrap();
    ext.execute_with(|| build_state::<RuntimeGenesisConfig>(default).unwrap());
    ext.execute_with(|| assert_eq!(pallet_sudo::Key::<Runtime>::get(), None));
}

#[test]
fn the_default_genesis_trusts_no_test_root() {
    use ballast_attestation::NVIDIA_ROOT;
    let mut ext = TestExternalities::default();
    let default = serde_json::to_vec(&RuntimeGenesisConfig::default()).unwrap();
    ext.execute_with(|| build_state::<RuntimeGenesisConfig>(default).unwrap());
    ext.execute_with(|| {
        assert_eq!(crate::Attestation::trusted_roots(), [NVIDIA_ROOT]);
        assert!(!test_root_keys()
            .iter()
            .any(|key| sp_io::storage::exists(key)));
    });
}
