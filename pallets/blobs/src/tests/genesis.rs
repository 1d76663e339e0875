//! Parameters, and limits that no runtime may get wrong.

use crate::{mock::*, pallet, Error, StorageParameters};
use codec::Encode;
use frame_support::{traits::Hooks, weights::Weight};
use sp_runtime::BuildStorage;

fn genesis(parameters: StorageParameters) {
    let blobs = pallet::GenesisConfig {
        parameters,
        ..Default::default()
    };
    let config = RuntimeGenesisConfig {
        blobs,
        ..Default::default()
    };
    let _ = config.build_storage().unwrap();
}

#[test]
fn the_default_parameters_are_fit_for_a_chain() {
    genesis(StorageParameters::default());
}

#[test]
#[should_panic(expected = "epochBlocks must be above zero")]
fn an_epoch_has_blocks() {
    genesis(StorageParameters {
        epoch_blocks: 0,
        ..parameters()
    });
}

#[test]
#[should_panic(expected = "lapseBurnPercent must be at most 100")]
fn a_lapse_burns_at_most_all() {
    genesis(StorageParameters {
        lapse_burn_percent: 101,
        ..parameters()
    });
}

#[test]
#[should_panic(expected = "minLeaseEpochs must not exceed maxLeaseEpochs")]
fn some_lease_is_allowed() {
    genesis(StorageParameters {
        min_lease_epochs: 51,
        ..parameters()
    });
}

#[test]
#[should_panic(expected = "repairDeadlineBlocks must be above zero")]
fn a_repair_has_time() {
    genesis(StorageParameters {
        repair_deadline_blocks: 0,
        ..parameters()
    });
}

#[test]
#[should_panic(expected = "wrongRewardPercent must be at most 100")]
fn a_finder_gets_at_most_all() {
    genesis(StorageParameters {
        wrong_reward_percent: 101,
        ..parameters()
    });
}

#[test]
fn the_mock_keeps_the_limits() {
    Blobs::integrity_test();
}

#[test]
#[should_panic(expected = "a third of MaxServiceWeight is below")]
fn the_service_weight_covers_the_dearest_unit() {
    MaxServiceWeight::set(Weight::from_parts(1_000_000_000, u64::MAX));
    Blobs::integrity_test();
}

#[test]
#[should_panic(expected = "MaxFeelessWeight is below")]
fn the_feeless_weight_covers_the_widest_certificate() {
    MaxFeelessWeight::set(Weight::from_parts(1_000_000_000, u64::MAX));
    Blobs::integrity_test();
}

#[test]
fn an_error_encodes_as_its_index_in_the_metadata() {
    assert_eq!(Error::<Test>::BlobTooShort.encode(), [0]);
    assert_eq!(Error::<Test>::BlobTooLong.encode(), [1]);
}
