//! What samples say about a blob.
//!
//! The claim under test: too few shards are served to rebuild the blob, at most `needed - 1` of `shards`. If it were true, a
//! shard drawn uniformly would answer with probability `p0 = (needed - 1) / shards` at most. A bettor who starts with 1 and
//! stakes on the next answer at these odds, `q / p0` for an answer and `(1 - q) / (1 - p0)` for a failure with `q >= p0`
//! fixed beforehand, then expects no gain; that he ever has `1 / a` or more has probability `a` at most (Ville's inequality;
//! Shafer, Testing by betting, JRSS A 184(2), 2021). So one may look after every sample and stop when one likes: the confidence
//! is `1 - 1 / (the most he ever had)`.
//!
//! Limits: it is the confidence that shards are *served to whoever asks like this*. Workers in league that know a sampler from
//! a reader can serve the one and not the other.

/// Answers and failures of samplers before the first sample, as if they had been seen: most workers serve.
const PRIOR_ANSWERS: f64 = 19.0;
const PRIOR_SAMPLES: f64 = 20.0;

/// The bettor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Confidence {
    /// Probability of an answer, if the blob could not be rebuilt.
    null: f64,
    samples: u32,
    answered: u32,
    /// Logarithm of what the bettor has.
    wealth: f64,
    /// And of the most he ever had.
    greatest: f64,
}

impl Confidence {
    /// Before the first sample of an encoding of which `needed` of `shards` shards rebuild the blob.
    pub(super) fn new(needed: u32, shards: u32) -> Self {
        Self {
            null: f64::from(needed.saturating_sub(1)) / f64::from(shards.max(1)),
            samples: 0,
            answered: 0,
            wealth: 0.0,
            greatest: 0.0,
        }
    }

    /// Takes one sample into account.
    pub(super) fn add(&mut self, answered: bool) {
        let seen = f64::from(self.answered) + PRIOR_ANSWERS;
        let expected = (seen / (f64::from(self.samples) + PRIOR_SAMPLES)).max(self.null);
        let gain = match answered {
            true => expected / self.null,
            false => (1.0 - expected) / (1.0 - self.null),
        };
        self.wealth += gain.ln();
        self.greatest = self.greatest.max(self.wealth);
        self.samples += 1;
        self.answered += u32::from(answered);
    }

    /// Samples taken.
    pub(super) fn samples(&self) -> u32 {
        self.samples
    }

    /// Samples that were answered with the right bytes.
    pub(super) fn answered(&self) -> u32 {
        self.answered
    }

    /// Confidence that the blob can be rebuilt, from 0 to 1.
    pub(super) fn reached(&self) -> f64 {
        -(-self.greatest).exp_m1()
    }

    /// With this confidence less than this part of the encoding's bytes is missing; `None` once a sample failed, for then
    /// some are.
    pub(super) fn missing_below(&self, confidence: f64) -> Option<f64> {
        let all_answered = self.samples > 0 && self.answered == self.samples;
        // (1 - missing)^samples <= 1 - confidence.
        all_answered.then(|| -((1.0 - confidence).ln() / f64::from(self.samples)).exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::StdRng, Rng, SeedableRng};

    const TARGET: f64 = 0.999_999;

    fn needed_samples(needed: u32, shards: u32) -> u32 {
        let mut confidence = Confidence::new(needed, shards);
        while confidence.reached() < TARGET {
            confidence.add(true);
        }
        confidence.samples()
    }

    #[test]
    fn nothing_is_known_before_the_first_sample() {
        let confidence = Confidence::new(16, 32);
        assert!(confidence.reached().abs() < f64::EPSILON);
        assert_eq!(confidence.missing_below(0.9), None);
    }

    #[test]
    fn twenty_samples_suffice_for_half_the_shards_and_more_data_shards_cost_more() {
        // (15/32)^n reaches 1e-6 at n = 19; the bettor does not know beforehand that all will answer.
        assert_eq!(needed_samples(16, 32), 20);
        assert_eq!(needed_samples(16, 48), 13);
        // ln(1e-6) / ln(30/32) is 214.
        assert!(needed_samples(31, 32) > 214);
    }

    #[test]
    fn where_one_shard_is_enough_one_answer_is() {
        assert_eq!(needed_samples(1, 2), 1);
    }

    #[test]
    fn failures_take_confidence_back_only_from_what_follows() {
        let mut confidence = Confidence::new(16, 32);
        (0..10).for_each(|_| confidence.add(true));
        let reached = confidence.reached();
        confidence.add(false);
        assert!((confidence.reached() - reached).abs() < f64::EPSILON);
        confidence.add(true);
        assert!((confidence.reached() - reached).abs() < f64::EPSILON);
        (0..20).for_each(|_| confidence.add(true));
        assert!(confidence.reached() > reached);
    }

    #[test]
    fn a_quarter_of_dead_workers_is_told_from_a_blob_that_is_lost() {
        let mut random = StdRng::seed_from_u64(1);
        let mut confidence = Confidence::new(16, 32);
        while confidence.reached() < TARGET && confidence.samples() < 1000 {
            confidence.add(random.random_bool(0.75));
        }
        assert!(confidence.samples() < 400, "{}", confidence.samples());
    }

    /// The promise itself: of blobs that cannot be rebuilt, hardly more than one in twenty ever shows 95 %.
    #[test]
    fn a_lost_blob_rarely_looks_like_one_that_is_there() {
        let mut random = StdRng::seed_from_u64(2);
        let fooled = (0..4000).filter(|_| {
            let mut confidence = Confidence::new(16, 32);
            (0..200).any(|_| {
                confidence.add(random.random_ratio(15, 32));
                confidence.reached() >= 0.95
            })
        });
        let fooled = fooled.count();
        assert!(fooled <= 4000 / 20 + 40, "{fooled} of 4000");
    }

    #[test]
    fn what_may_be_missing_shrinks_with_the_samples() {
        let mut confidence = Confidence::new(16, 32);
        (0..1000).for_each(|_| confidence.add(true));
        let missing = confidence.missing_below(0.99).unwrap_or(1.0);
        assert!((missing - 0.004_595).abs() < 1e-5, "{missing}");
        confidence.add(false);
        assert_eq!(confidence.missing_below(0.99), None);
    }
}
