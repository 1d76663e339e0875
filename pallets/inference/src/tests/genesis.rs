//! Parameters of genesis.

use crate::mock::*;
use ballast_core::view::InferenceParams;

#[test]
fn the_defaults_are_usable() {
    assert_eq!(InferenceParams::default().check(), Ok(()));
    assert_eq!(parameters().check(), Ok(()));
}

#[test]
fn parameters_that_no_chain_could_run_with_are_named() {
    let wrong = |change: fn(&mut InferenceParams)| {
        let mut changed = parameters();
        change(&mut changed);
        changed.check().unwrap_err()
    };
    assert!(wrong(|it| it.min_deposit = 0).starts_with("minDeposit"));
    assert!(wrong(|it| it.grace_blocks = 0).starts_with("graceBlocks"));
    assert!(wrong(|it| it.channel_blocks = GRACE).starts_with("channelBlocks"));
    assert!(wrong(|it| it.check_blocks = 0).starts_with("checkBlocks"));
    assert!(wrong(|it| it.commit_blocks = 0).starts_with("commitBlocks"));
    assert!(wrong(|it| it.reveal_blocks = 0).starts_with("commitBlocks"));
    assert!(wrong(|it| it.appeal_blocks = 0).starts_with("commitBlocks"));
    assert!(wrong(|it| it.appeal_bond = 0).starts_with("appealBond"));
    assert!(wrong(|it| it.pass_score = 0).starts_with("passScore"));
    assert!(wrong(|it| it.pass_score = 1_001).starts_with("passScore"));
    assert!(wrong(|it| it.check_permille = 1_001).starts_with("checkPermille"));
    assert!(wrong(|it| it.slash_permille = 1_001).starts_with("checkPermille"));
    assert!(wrong(|it| it.silence_slash_permille = 1_001).starts_with("checkPermille"));
    assert!(wrong(|it| it.treasury_permille = 1_001).starts_with("treasuryPermille"));
    assert!(wrong(|it| it.verifier_permille = 501).starts_with("verifierPermille"));
}

#[test]
fn genesis_is_written_in_camel_case_and_knows_its_fields() {
    let json = serde_json::to_value(parameters()).unwrap();
    assert_eq!(json["treasuryPermille"], 100);
    assert_eq!(
        serde_json::from_value::<InferenceParams>(json).unwrap(),
        parameters()
    );
    let strange = serde_json::from_str::<InferenceParams>(r#"{"minDeposits": 1}"#);
    assert!(strange.is_err());
}

#[test]
fn genesis_puts_the_parameters_in_force() {
    run(|| assert_eq!(Inference::parameters(), parameters()));
}
