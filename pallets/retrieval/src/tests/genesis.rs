//! Parameters, and limits that no runtime may get wrong.

use crate::{mock::*, types::Parameters, WeightInfo};
use frame_support::{traits::Hooks, weights::Weight};

#[test]
fn what_no_chain_could_run_with() {
    assert_eq!(Parameters::default().check(), Ok(()));
    let refused = |change: fn(&mut Parameters)| {
        let mut params = Parameters::default();
        change(&mut params);
        params.check().unwrap_err()
    };
    assert!(refused(|params| params.least_bond = 9_999_999_999).starts_with("leastBond"));
    assert!(refused(|params| params.free_places = 0).starts_with("freePlaces"));
    assert!(refused(|params| params.free_places = 11).starts_with("freePlaces"));
    assert!(refused(|params| params.burn_percent = 49).starts_with("burnPercent"));
    assert!(refused(|params| params.burn_percent = 101).starts_with("burnPercent"));
    assert!(refused(|params| params.deadline_blocks = 0).starts_with("deadlineBlocks"));
    assert!(refused(|params| params.slash_permille = 1_001).starts_with("slashPermille"));
}

#[test]
fn the_view_tells_the_parameters() {
    chain(0, || {
        let (params, view) = (parameters(), Retrieval::params());
        assert_eq!(view.least_bond, params.least_bond);
        assert_eq!(view.free_places, params.free_places);
        assert_eq!(view.burn_percent, params.burn_percent);
        assert_eq!(view.deadline_blocks, params.deadline_blocks);
        assert_eq!(view.slash_permille, params.slash_permille);
    });
}

#[test]
fn the_mock_keeps_the_limits() {
    Retrieval::integrity_test();
}

#[test]
#[should_panic(expected = "MaxHookWeight is below")]
fn the_hook_weight_covers_a_miss() {
    MaxHookWeight::set(<() as WeightInfo>::miss() / 2);
    Retrieval::integrity_test();
}

#[test]
#[should_panic(expected = "MaxFeelessWeight is below")]
fn the_feeless_weight_covers_the_longest_answer() {
    MaxFeelessWeight::set(Weight::from_parts(1_000, u64::MAX));
    Retrieval::integrity_test();
}
