//! The simulator can fail: each broken rule is found, by the rule that is there for it.

use ballast_sim::{run_with, Sabotage};

/// Seeds that are tried: not every run comes to the place where a rule is broken.
const SEEDS: u64 = 8;

/// The rules that saw it, one for each of the seeds that failed.
fn seen(sabotage: Sabotage) -> Vec<&'static str> {
    let failed = (1..=SEEDS).filter_map(|seed| {
        let (_, result) = run_with(seed, Some(sabotage));
        let violation = result.err()?;
        println!("seed {seed}: {violation}");
        Some(violation.rule)
    });
    failed.collect()
}

fn is_found(sabotage: Sabotage, by: &[&str]) {
    let rules = seen(sabotage);
    assert!(
        !rules.is_empty(),
        "nobody saw {sabotage:?} in {SEEDS} seeds"
    );
    assert!(
        rules.iter().all(|rule| by.contains(rule)),
        "{sabotage:?}: {rules:?}"
    );
}

#[test]
fn proofs_of_an_honest_worker_that_are_dropped_are_found() {
    is_found(Sabotage::DropProofs, &["honest worker"]);
}

#[test]
fn answers_of_an_honest_worker_that_are_dropped_are_found() {
    is_found(Sabotage::DropAnswers, &["honest worker"]);
}

#[test]
fn proofs_for_a_fork_that_was_undone_are_found() {
    is_found(Sabotage::IgnoreForks, &["honest worker"]);
}

#[test]
fn a_rebuilt_shard_with_a_wrong_root_is_found() {
    // Where a fault had hit the shard before, it is seen only when the chain asks for it.
    let by = ["held shards", "decodable", "honest worker"];
    is_found(Sabotage::KeepWrongRebuild, &by);
    assert!(seen(Sabotage::KeepWrongRebuild).contains(&"held shards"));
}

#[test]
fn a_shard_that_is_deleted_before_its_successor_has_it_is_found() {
    is_found(
        Sabotage::DeleteWhileDraining,
        &["held shards", "honest worker"],
    );
}

#[test]
fn a_planck_from_nowhere_is_found() {
    assert_eq!(seen(Sabotage::MintPlanck), vec!["money"; SEEDS as usize]);
}

#[test]
fn lost_shards_that_nobody_looks_at_are_found() {
    is_found(Sabotage::ForgetRepairs, &["try_state"]);
}

#[test]
fn pending_encodings_that_never_lapse_are_found() {
    is_found(Sabotage::ForgetLapses, &["try_state"]);
}
