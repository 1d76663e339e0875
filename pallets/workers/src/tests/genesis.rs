use crate::{mock::*, types::Parameters, GenesisConfig};
use frame_support::traits::{BuildGenesisConfig, StorageVersion};

fn problem(change: impl FnOnce(&mut Parameters)) -> Option<&'static str> {
    let mut changed = parameters();
    change(&mut changed);
    changed.check().err()
}

#[test]
fn genesis_stores_the_parameters_and_the_first_price() {
    run(|| {
        assert_eq!(crate::Parameters::<Test>::get(), parameters());
        assert_eq!(crate::Price::<Test>::get(), INITIAL_PRICE);
        assert_eq!(StorageVersion::get::<Workers>(), StorageVersion::new(0));
    });
}

#[test]
fn the_default_parameters_are_usable() {
    assert_eq!(Parameters::default().check(), Ok(()));
}

#[test]
fn unusable_parameters_are_named() {
    assert!(problem(|p| p.epoch_blocks = 0)
        .unwrap()
        .contains("epochBlocks"));
    assert!(problem(|p| p.min_stake = 0).unwrap().contains("minStake"));
    assert!(problem(|p| p.min_capacity = p.max_capacity + 1)
        .unwrap()
        .contains("minCapacity"));
    assert!(problem(|p| p.price_percentile = 0)
        .unwrap()
        .contains("pricePercentile"));
    assert!(problem(|p| p.price_percentile = 101)
        .unwrap()
        .contains("pricePercentile"));
}

#[test]
#[should_panic(expected = "epochBlocks must be above zero")]
fn genesis_refuses_unusable_parameters() {
    let parameters = Parameters {
        epoch_blocks: 0,
        ..parameters()
    };
    let genesis = GenesisConfig::<Test> {
        parameters,
        ..Default::default()
    };
    sp_io::TestExternalities::default().execute_with(|| genesis.build());
}

#[test]
fn genesis_survives_json_in_camel_case() {
    let genesis = GenesisConfig::<Test> {
        parameters: parameters(),
        initial_price_per_gib_epoch: 9,
        ..Default::default()
    };
    let json = serde_json::to_value(&genesis).unwrap();
    assert_eq!(json["parameters"]["epochBlocks"], 10);
    assert_eq!(json["initialPricePerGibEpoch"], 9);
    let back: GenesisConfig<Test> = serde_json::from_value(json).unwrap();
    assert_eq!(back.parameters, parameters());
}
