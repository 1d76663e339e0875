use crate::{mock::*, types::Parameters, GenesisConfig};
use frame_support::traits::{BuildGenesisConfig, Hooks, StorageVersion};

fn problem(change: impl FnOnce(&mut Parameters)) -> Option<&'static str> {
    let mut changed = parameters();
    change(&mut changed);
    changed.check().err()
}

#[test]
fn genesis_stores_the_parameters() {
    run(|| {
        assert_eq!(crate::Parameters::<Test>::get(), parameters());
        assert_eq!(StorageVersion::get::<Models>(), StorageVersion::new(0));
    });
}

#[test]
fn the_default_parameters_are_usable() {
    assert_eq!(Parameters::default().check(), Ok(()));
}

#[test]
fn unusable_parameters_are_named() {
    assert!(problem(|p| p.min_commit_age_blocks = 0)
        .unwrap()
        .contains("minCommitAgeBlocks"));
    let equal = problem(|p| p.max_commit_age_blocks = p.min_commit_age_blocks);
    assert!(equal.unwrap().contains("maxCommitAgeBlocks"));
}

#[test]
#[should_panic(expected = "minCommitAgeBlocks must be above zero")]
fn genesis_refuses_unusable_parameters() {
    let parameters = Parameters {
        min_commit_age_blocks: 0,
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
        ..Default::default()
    };
    let json = serde_json::to_value(&genesis).unwrap();
    assert_eq!(json["parameters"]["minCommitAgeBlocks"], MIN_AGE);
    let back: GenesisConfig<Test> = serde_json::from_value(json).unwrap();
    assert_eq!(back.parameters, parameters());
}

#[test]
#[should_panic(expected = "one publication may set 8 tags")]
fn a_runtime_must_allow_the_tags_of_one_publication() {
    MaxTags::set(7);
    <Models as Hooks<u32>>::integrity_test();
}
