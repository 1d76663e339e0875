//! Many seeds, one seed again, and determinism itself.

use ballast_sim::{replay_command, run, run_many};

/// Seeds of the normal test run.
const SEEDS: u64 = 200;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} must be a number, got {text:?}")),
        Err(_) => default,
    }
}

/// `BALLAST_SIM_SEEDS` says how many, `BALLAST_SIM_FIRST` from which on.
#[test]
fn the_rules_hold_whatever_happens() {
    let (first, count) = (
        number("BALLAST_SIM_FIRST", 1),
        number("BALLAST_SIM_SEEDS", SEEDS),
    );
    let started = std::time::Instant::now();
    let (report, failed) = run_many(first, count);
    println!(
        "{count} seeds from {first} in {:?}: {report:#?}",
        started.elapsed()
    );
    let commands: Vec<String> = failed
        .iter()
        .map(|(seed, violation)| format!("seed {seed}: {violation}\n  {}", replay_command(*seed)))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {count} seeds failed:\n{}",
        failed.len(),
        commands.join("\n")
    );
}

/// Runs the seed of `BALLAST_SIM_SEED`, by default the first one.
#[test]
fn replay() {
    let seed = number("BALLAST_SIM_SEED", 1);
    let (report, result) = run(seed);
    println!("seed {seed}: {report:#?}");
    if let Err(violation) = result {
        panic!("seed {seed}: {violation}\n  {}", replay_command(seed));
    }
}

#[test]
fn two_runs_of_a_seed_are_the_same() {
    for seed in [3, 4] {
        let (one, first) = run(seed);
        let (other, second) = run(seed);
        assert_eq!(one, other, "seed {seed}");
        assert_eq!(first, second, "seed {seed}");
    }
}

#[test]
fn other_seeds_are_other_runs() {
    assert_ne!(run(3).0.trace, run(4).0.trace);
}
