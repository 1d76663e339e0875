//! Shards that nobody shows: leagues lose their encoding, liars their stake.

use ballast_sim::{run_cast, Cast, Report};

/// Seeds of each story.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=24;

fn run_all(cast: Cast) -> Report {
    let mut sum = Report::default();
    let mut failed = Vec::new();
    for seed in SEEDS {
        let (report, result) = run_cast(seed, cast);
        println!(
            "{cast:?} {seed}: {} blocks, {} disproved, {} refuted, {} undecided, {result:?}",
            report.blocks, report.disproved, report.refuted, report.undecided
        );
        if result.is_err() || (cast == Cast::League && report.disproved != 1) {
            failed.push(seed);
        }
        sum.add(&report);
    }
    assert!(failed.is_empty(), "{cast:?}: seeds {failed:?}");
    sum
}

/// Whatever becomes of it, the oracle has counted the money after every block.
#[test]
fn a_wrong_shard_that_is_shown_to_nobody_ends_its_encoding() {
    let sum = run_all(Cast::League);
    assert_eq!(sum.refuted, 0);
    assert_eq!(sum.wrong_ended, 0);
}

#[test]
fn a_lying_minority_is_refuted_and_slashed() {
    let sum = run_all(Cast::Liars);
    assert_eq!(sum.disproved, 0);
    // Only where a liar is drawn for a shard that another one hid: in about a third of the runs.
    assert!(sum.refuted >= 4, "{} were refuted", sum.refuted);
    assert_eq!(sum.liars_slashed, sum.refuted);
}
