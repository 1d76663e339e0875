//! Which token comes next.
//!
//! Goals: with temperature 0 the most probable one, the first of equals; otherwise the same choices for the same logits
//! and seed, on any machine and in any later version.

use ballast_engine_protocol::Sampling;
use std::collections::HashMap;

/// Logits are as good as equal if they differ by no more than this part of the greater.
const NEAR: f32 = 1.0 / 64.0;

/// Chooses the tokens of one answer.
pub struct Sampler {
    sampling: Sampling,
    random: SplitMix,
    chosen: HashMap<u32, u32>,
}

impl Sampler {
    /// A sampler that has chosen nothing yet.
    pub fn new(sampling: Sampling) -> Self {
        Self {
            sampling,
            random: SplitMix(sampling.seed),
            chosen: HashMap::new(),
        }
    }

    /// The next token after these logits.
    pub fn choose(&mut self, mut logits: Vec<f32>) -> u32 {
        self.penalise(&mut logits);
        let token = match self.sampling.temperature > 0.0 {
            true => self.draw(&logits),
            false => most_probable(&logits),
        };
        *self.chosen.entry(token).or_default() += 1;
        token
    }

    /// Takes the token that somebody else chose after these logits. True if it is the one that would have been chosen here,
    /// or so nearly as probable that the last bits of a sum decide.
    pub fn follow(&mut self, mut logits: Vec<f32>, token: u32) -> bool {
        self.penalise(&mut logits);
        let (best, drawn) = match self.sampling.temperature > 0.0 {
            true => (self.draw(&logits), true),
            false => (most_probable(&logits), false),
        };
        *self.chosen.entry(token).or_default() += 1;
        let of = |token: u32| logits.get(token as usize).copied();
        match (of(token), of(best)) {
            _ if token == best => true,
            (Some(logit), Some(greatest)) if !drawn => {
                greatest - logit <= NEAR * greatest.abs().max(1.0)
            }
            _ => false,
        }
    }

    fn penalise(&self, logits: &mut [f32]) {
        let Sampling {
            frequency_penalty,
            presence_penalty,
            ..
        } = self.sampling;
        for (token, times) in &self.chosen {
            if let Some(logit) = logits.get_mut(*token as usize) {
                *logit -= frequency_penalty * *times as f32 + presence_penalty;
            }
        }
    }

    fn draw(&mut self, logits: &[f32]) -> u32 {
        let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let temperature = self.sampling.temperature;
        let weight = |logit: &f32| f64::from((logit - greatest) / temperature).exp();
        let mut weights: Vec<(u32, f64)> = (0..)
            .zip(logits.iter().map(weight))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if self.sampling.top_p < 1.0 {
            weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let enough = total * f64::from(self.sampling.top_p);
            let mut sum = 0.0;
            let kept = weights.iter().take_while(|(_, weight)| {
                let short = sum < enough;
                sum += weight;
                short
            });
            let kept = kept.count().max(1);
            weights.truncate(kept);
        }
        let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let mut left = self.random.unit() * total;
        for (token, weight) in &weights {
            left -= weight;
            if left < 0.0 {
                return *token;
            }
        }
        // Rounding may leave a rest, and logits that are no numbers leave no weights.
        weights
            .last()
            .map_or_else(|| most_probable(logits), |(token, _)| *token)
    }
}

fn most_probable(logits: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (token, logit) in (0..).zip(logits) {
        if *logit > best.1 {
            best = (token, *logit);
        }
    }
    best.0
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(sampling: Sampling, logits: &[f32], count: usize) -> Vec<u32> {
        let mut sampler = Sampler::new(sampling);
        (0..count)
            .map(|_| sampler.choose(logits.to_vec()))
            .collect()
    }

    #[test]
    fn split_mix_gives_the_published_numbers() {
        let mut random = SplitMix(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!([random.next(), random.next(), random.next()], expected);
    }

    #[test]
    fn without_temperature_the_first_of_the_most_probable_is_chosen() {
        let sampling = Sampling {
            temperature: 0.0,
            ..Sampling::default()
        };
        assert_eq!(choices(sampling, &[0.0, 2.0, 2.0, 1.0], 3), [1, 1, 1]);
    }

    #[test]
    fn a_seed_fixes_the_choices_and_another_changes_them() {
        let of = |seed| {
            choices(
                Sampling {
                    seed,
                    ..Sampling::default()
                },
                &[1.0, 1.1, 0.9, 1.0],
                50,
            )
        };
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        let logits = [0.0, f32::ln(3.0), f32::NEG_INFINITY];
        let chosen = choices(Sampling::default(), &logits, 20_000);
        let ones = chosen.iter().filter(|token| **token == 1).count();
        assert!((14_700..15_300).contains(&ones), "{ones}");
        assert!(!chosen.contains(&2));
    }

    #[test]
    fn top_p_leaves_the_improbable_out() {
        let logits = [f32::ln(0.1), f32::ln(0.6), f32::ln(0.3)];
        let of = |top_p| {
            let mut chosen = choices(
                Sampling {
                    top_p,
                    ..Sampling::default()
                },
                &logits,
                500,
            );
            chosen.sort();
            chosen.dedup();
            chosen
        };
        assert_eq!(of(0.5), [1]);
        assert_eq!(of(0.7), [1, 2]);
        assert_eq!(of(1.0), [0, 1, 2]);
    }

    #[test]
    fn penalties_turn_the_choice_away_from_what_was_chosen() {
        let sampling = Sampling {
            temperature: 0.0,
            frequency_penalty: 0.6,
            ..Sampling::default()
        };
        assert_eq!(choices(sampling, &[1.0, 0.9, -9.0], 4), [0, 1, 0, 1]);
        let sampling = Sampling {
            temperature: 0.0,
            presence_penalty: 2.0,
            ..Sampling::default()
        };
        assert_eq!(choices(sampling, &[1.0, 0.9, -9.0], 4), [0, 1, 0, 0]);
    }

    #[test]
    fn who_follows_the_same_choices_agrees_with_all_of_them_and_with_few_others() {
        for temperature in [0.0, 1.0] {
            let sampling = Sampling {
                temperature,
                seed: 5,
                frequency_penalty: 0.3,
                ..Sampling::default()
            };
            let logits = [1.0, 1.6, 0.2, 0.9];
            let chosen = choices(sampling, &logits, 60);
            let agreeing = |tokens: &[u32]| {
                let mut sampler = Sampler::new(sampling);
                let mut agrees = |token: &&u32| sampler.follow(logits.to_vec(), **token);
                tokens.iter().filter(|token| agrees(token)).count()
            };
            assert_eq!(agreeing(&chosen), 60);
            let others: Vec<u32> = chosen.iter().map(|token| (token + 1) % 4).collect();
            assert!(agreeing(&others) < 40, "{}", agreeing(&others));
        }
    }

    #[test]
    fn nearly_as_probable_is_agreed_with_only_where_nothing_is_drawn() {
        let follow = |temperature, token| {
            let sampling = Sampling {
                temperature,
                ..Sampling::default()
            };
            Sampler::new(sampling).follow(vec![9.0, 8.9, 8.0, -50.0], token)
        };
        assert!(follow(0.0, 0) && follow(0.0, 1));
        assert!(!follow(0.0, 2) && !follow(0.0, 99));
        assert!(!follow(1.0, 3));
    }

    #[test]
    fn logits_that_are_no_numbers_do_not_panic() {
        choices(Sampling::default(), &[f32::NAN; 3], 2);
        choices(
            Sampling {
                temperature: 0.0,
                ..Sampling::default()
            },
            &[f32::NAN; 3],
            2,
        );
    }
}
