//! How likely an encoding is to be lost.

/// Probability that more than `holders - needed` of `holders` shards are lost, if each is lost with probability
/// `share` independently: workers are drawn by stake, so that is what a colluding share of all stake can do.
pub fn loss_probability(holders: u32, needed: u32, share: f64) -> f64 {
    if needed == 0 {
        return 0.0;
    }
    if holders < needed {
        return 1.0;
    }
    let least_losses = holders - needed + 1;
    (least_losses..=holders)
        .map(|losses| binomial(holders, losses, share))
        .sum()
}

/// Probability of exactly `hits` of `tries`. In logarithms: the coefficients exceed the range of f64 products.
fn binomial(tries: u32, hits: u32, share: f64) -> f64 {
    let choose: f64 = (1..=hits)
        .map(|i| (f64::from(tries - hits + i) / f64::from(i)).ln())
        .sum();
    (choose + f64::from(hits) * share.ln() + f64::from(tries - hits) * (1.0 - share).ln()).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_about(actual: f64, expected: f64) -> bool {
        (actual / expected - 1.0).abs() < 0.05
    }

    #[test]
    fn figures_are_those_of_the_design() {
        let third = 1.0 / 3.0;
        assert!(is_about(loss_probability(32, 16, third), 1.6e-2));
        assert!(is_about(loss_probability(64, 32, third), 2.0e-3));
        assert!(is_about(loss_probability(128, 64, third), 3.5e-5));
        assert!(is_about(loss_probability(48, 16, third), 5.7e-7));
        assert!(is_about(loss_probability(32, 16, 0.1), 1.3e-9));
    }

    #[test]
    fn the_ends_are_certain() {
        assert!(is_about(loss_probability(3, 4, 0.1), 1.0));
        assert!(loss_probability(4, 0, 0.1).abs() < f64::EPSILON);
        assert!(is_about(loss_probability(1, 1, 0.25), 0.25));
    }
}
