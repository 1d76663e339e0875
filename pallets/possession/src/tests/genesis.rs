//! Parameters, and limits that no runtime may get wrong.

use crate::{mock::*, types::Parameters, WeightInfo};
use frame_support::{traits::Hooks, weights::Weight};

#[test]
fn the_defaults_ask_for_enough_chunks_a_day() {
    let params = Parameters::default();
    assert_eq!(params.check(1_200), Ok(()));
    assert_eq!(24 * u32::from(params.picks_per_window), 480);
}

#[test]
fn what_no_chain_could_run_with() {
    let refused = |change: fn(&mut Parameters)| {
        let mut params = Parameters::default();
        change(&mut params);
        params.check(1_200).unwrap_err()
    };
    assert!(refused(|params| params.picks_per_window = 19).starts_with("picksPerWindow is too low"));
    assert!(refused(|params| params.picks_per_window = 65).starts_with("picksPerWindow must"));
    assert!(refused(|params| params.proof_deadline_blocks = 1_200).starts_with("proofDeadline"));
    assert!(refused(|params| params.proof_deadline_blocks = 0).starts_with("proofDeadline"));
    assert!(refused(|params| params.slash_permille = 1_001).starts_with("slashPermille"));
    assert!(refused(|params| params.evict_at_score = 2).starts_with("evictAtScore"));
    assert!(refused(|params| params.clean_windows_per_point = 0).starts_with("cleanWindows"));
    // Epochs of a minute have 1,440 windows a day.
    assert_eq!(parameters().check(20), Ok(()));
    assert!(Parameters::default().check(0).is_err());
}

#[test]
fn the_mock_keeps_the_limits() {
    Possession::integrity_test();
}

#[test]
#[should_panic(expected = "half of MaxHookWeight is below")]
fn the_hook_weight_covers_a_window() {
    MaxHookWeight::set(<() as WeightInfo>::close_window());
    Possession::integrity_test();
}

#[test]
#[should_panic(expected = "MaxFeelessWeight is below")]
fn the_feeless_weight_covers_a_whole_window() {
    MaxFeelessWeight::set(Weight::from_parts(1_000, u64::MAX));
    Possession::integrity_test();
}
