//! Inference: whatever clients, workers and verifiers do, money is conserved and everything ends; and the rules can fail.

use ballast_sim::{
    replay_inference_command, run_cast, run_cast_with, run_many_inference, Cast, Sabotage,
};

/// Seeds of the normal test run.
const SEEDS: u64 = 24;
/// Seeds that are tried for a broken rule.
const BROKEN_SEEDS: u64 = 6;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} must be a number, got {text:?}")),
        Err(_) => default,
    }
}

/// `BALLAST_SIM_INFERENCE_SEEDS` says how many, `BALLAST_SIM_FIRST` from which on.
#[test]
fn money_is_conserved_and_everything_ends_whatever_is_claimed_and_scored() {
    let first = number("BALLAST_SIM_FIRST", 1);
    let count = number("BALLAST_SIM_INFERENCE_SEEDS", SEEDS);
    let started = std::time::Instant::now();
    let (sum, failed) = run_many_inference(first, count);
    let (blocks, forks) = (sum.blocks, sum.forks);
    let seen = sum.inference;
    println!(
        "{count} seeds from {first} in {:?}: {blocks} blocks, {forks} forks, {seen:#?}",
        started.elapsed()
    );
    let commands: Vec<String> = failed
        .iter()
        .map(|(seed, violation)| {
            format!(
                "seed {seed}: {violation}\n  {}",
                replay_inference_command(*seed)
            )
        })
        .collect();
    assert!(failed.is_empty(), "{}", commands.join("\n"));
    // Nothing of this is left out in so many seeds.
    let happened = [
        seen.settled,
        seen.paid,
        seen.reversed,
        seen.contested,
        seen.draws,
        seen.passed,
        seen.sentenced,
        seen.silent,
        seen.appeals,
        forks,
    ];
    assert!(
        count < SEEDS || happened.iter().all(|times| *times > 0),
        "{happened:?}"
    );
}

/// Runs the seed of `BALLAST_SIM_SEED`, by default the first one.
#[test]
fn replay_of_inference() {
    let seed = number("BALLAST_SIM_SEED", 1);
    let (report, result) = run_cast(seed, Cast::Inference);
    println!("seed {seed}: {report:#?}");
    if let Err(violation) = result {
        panic!(
            "seed {seed}: {violation}\n  {}",
            replay_inference_command(seed)
        );
    }
}

#[test]
fn two_runs_of_a_seed_are_the_same() {
    let (one, first) = run_cast(2, Cast::Inference);
    let (other, second) = run_cast(2, Cast::Inference);
    assert_eq!((one, first), (other, second));
}

fn is_found(sabotage: Sabotage, by: &[&str]) {
    let failed = (1..=BROKEN_SEEDS).filter_map(|seed| {
        let (_, result) = run_cast_with(seed, Cast::Inference, Some(sabotage));
        let violation = result.err()?;
        println!("seed {seed}: {violation}");
        Some(violation.rule)
    });
    let rules: Vec<&str> = failed.collect();
    assert!(
        !rules.is_empty(),
        "nobody saw {sabotage:?} in {BROKEN_SEEDS} seeds"
    );
    assert!(
        rules.iter().all(|rule| by.contains(rule)),
        "{sabotage:?}: {rules:?}"
    );
}

#[test]
fn a_request_that_is_settled_twice_is_found() {
    is_found(Sabotage::ForgetNumbers, &["leaves"]);
}

#[test]
fn a_channel_or_check_that_never_ends_is_found() {
    is_found(Sabotage::ForgetAgenda, &["try_state"]);
}

#[test]
fn a_false_answer_that_is_paid_is_found() {
    is_found(Sabotage::NobodyContests, &["verdicts"]);
}

#[test]
fn a_sentence_of_somebody_honest_is_found() {
    is_found(Sabotage::WrongScores, &["verdicts"]);
}

#[test]
fn money_of_a_channel_that_somebody_else_has_is_found() {
    is_found(Sabotage::SpendHeld, &["try_state", "channel money"]);
}
