//! The figures that the design promises, by formula and by the chain's own functions.

#![allow(clippy::unwrap_used)]

use ballast_core::{limits::MIN_PICKS_PER_DAY, Code};
use ballast_sim::margin::{caught, measure, more_than, simulate_loss};

/// Blocks of a day, in slots of 3 s.
const DAY_BLOCKS: u32 = 28_800;

fn code(k: u8, n: u8) -> Code {
    Code::new(k, n).unwrap()
}

#[test]
fn a_third_of_all_stake_exceeds_a_margin_no_more_often_than_the_binomial_says() {
    println!("code, draws, a third of all stake has more than n - k, by the binomial");
    for (k, n, draws) in [
        (2, 4, 20_000),
        (4, 8, 20_000),
        (8, 16, 20_000),
        (16, 32, 20_000),
        (4, 12, 20_000),
    ] {
        let margin = measure(code(k, n), 120, draws, 7);
        println!(
            "{}, {}, {:.2e}, {:.2e}",
            margin.code,
            margin.draws,
            margin.share(),
            margin.binomial
        );
        // Workers are drawn without being put back, so it is somewhat less often; by chance not far more.
        let deviation = (margin.binomial / f64::from(margin.draws)).sqrt();
        assert!(
            margin.share() <= margin.binomial + 4.0 * deviation,
            "{margin:?}"
        );
        assert!(
            margin.share() >= margin.binomial * 0.2 - 4.0 * deviation,
            "{margin:?}"
        );
    }
}

#[test]
fn the_binomial_is_that_of_the_design() {
    for (k, n, expected) in [
        (16, 32, 1.6e-2),
        (32, 64, 2.0e-3),
        (64, 128, 3.5e-5),
        (16, 48, 5.7e-7),
    ] {
        let actual = more_than(n, n - k, 1.0 / 3.0);
        assert!(
            (actual / expected - 1.0).abs() < 0.05,
            "({k},{n}): {actual}"
        );
    }
}

#[test]
fn losing_one_percent_is_caught_within_a_day_with_probability_99_percent() {
    let params = pallet_possession::types::Parameters::default();
    let epoch_blocks = pallet_blobs::StorageParameters::default().epoch_blocks;
    let windows = DAY_BLOCKS / epoch_blocks;
    let picks = windows * u32::from(params.picks_per_window);
    assert!(caught(MIN_PICKS_PER_DAY, 0.01) >= 0.99);
    assert!(caught(picks, 0.01) >= 0.99);
    for scattered in [true, false] {
        const WORKERS: u32 = 4_000;
        let share = simulate_loss(WORKERS, windows, params.picks_per_window, 10, scattered, 11);
        let expected = caught(picks, 0.01);
        println!("{picks} chunks a day, scattered {scattered}: {share:.4} caught, computed {expected:.4}");
        // What is lost is rounded up to a chunk, so no fewer are caught; four standard deviations for chance.
        let deviation = (0.01f64 * 0.99 / f64::from(WORKERS)).sqrt();
        assert!(share >= expected - 4.0 * deviation, "{share}");
    }
}

#[test]
fn too_few_picks_catch_too_little() {
    // The same with a tenth of the picks: the simulation can tell the difference.
    let share = simulate_loss(1_000, 24, 2, 10, true, 11);
    assert!((0.30..0.60).contains(&share), "{share}");
}
