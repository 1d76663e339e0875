//! Which token comes next.
//!
//! Goals: with temperature 0 the most probable one, the first of equals; otherwise the same choices for the same logits
//! and seed, on any machine and in any later version.

use ballast_engine_protocol::Sampling;
use std::collections::HashMap;

/// How far a logit may be below the greatest, as a part of it, and how far a token's part of all weight may lie from the
/// place that the seed drew, for another's choice to be as good as one's own. Machines that compute in 32 bits differ by about
/// a hundred-thousandth: this is a hundred times as much.
const NEAR: f64 = 1.0 / 1024.0;

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
    /// or so near to it that the last bits of the numbers decide.
    pub fn follow(&mut self, mut logits: Vec<f32>, token: u32) -> bool {
        self.penalise(&mut logits);
        let agrees = match self.sampling.temperature > 0.0 {
            true => {
                let lots = Lots::new(&logits, &self.sampling);
                lots.distance(token, self.random.unit()) <= NEAR
            }
            false => {
                let of = |token: u32| logits.get(token as usize).copied();
                let best = most_probable(&logits);
                match (of(token), of(best)) {
                    _ if token == best => true,
                    (Some(logit), Some(greatest)) => {
                        greatest - logit <= NEAR as f32 * greatest.abs().max(1.0)
                    }
                    _ => false,
                }
            }
        };
        *self.chosen.entry(token).or_default() += 1;
        agrees
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
        let drawn = Lots::new(logits, &self.sampling).at(self.random.unit());
        // Logits that are no numbers leave no lots.
        drawn.unwrap_or_else(|| most_probable(logits))
    }
}

/// The tokens that can be drawn, each with its part of one line, in the order of their numbers: an order by weight would
/// change where two weigh nearly the same.
struct Lots {
    /// Tokens and weights.
    lots: Vec<(u32, f64)>,
    total: f64,
    /// Tokens that `top_p` leaves out, though narrowly.
    narrowly_out: Vec<u32>,
}

impl Lots {
    fn new(logits: &[f32], sampling: &Sampling) -> Self {
        let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weight = |logit: &f32| f64::from((logit - greatest) / sampling.temperature).exp();
        let mut lots: Vec<(u32, f64)> = (0..)
            .zip(logits.iter().map(weight))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        let mut narrowly_out = Vec::new();
        if sampling.top_p < 1.0 {
            let total: f64 = lots.iter().map(|(_, weight)| weight).sum();
            lots.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let top_p = f64::from(sampling.top_p);
            let kept = enough(&lots, total * top_p).max(1);
            let nearly = enough(&lots, total * (top_p + NEAR)).max(kept);
            let out = lots.get(kept..nearly).unwrap_or_default();
            narrowly_out = out.iter().map(|(token, _)| *token).collect();
            lots.truncate(kept);
            lots.sort_by_key(|(token, _)| *token);
        }
        Self {
            total: lots.iter().map(|(_, weight)| weight).sum(),
            lots,
            narrowly_out,
        }
    }

    /// The token at this place of the line, from 0 to below 1.
    fn at(&self, place: f64) -> Option<u32> {
        let mut left = place * self.total;
        for (token, weight) in &self.lots {
            left -= weight;
            if left < 0.0 {
                return Some(*token);
            }
        }
        // Rounding may leave a rest.
        self.lots.last().map(|(token, _)| *token)
    }

    /// How far a token's part of the line lies from this place; infinitely, if it cannot be drawn.
    fn distance(&self, token: u32, place: f64) -> f64 {
        let place = place * self.total;
        let before = self.lots.iter().take_while(|(other, _)| *other < token);
        let start: f64 = before.map(|(_, weight)| weight).sum();
        let weight = match self.lots.binary_search_by_key(&token, |(other, _)| *other) {
            Ok(at) => self.lots.get(at).map_or(0.0, |(_, weight)| *weight),
            Err(_) if self.narrowly_out.contains(&token) => 0.0,
            Err(_) => return f64::INFINITY,
        };
        let apart = (start - place).max(place - start - weight).max(0.0);
        // No lots have no place: nothing could be drawn, and nothing agrees.
        if self.total > 0.0 {
            apart / self.total
        } else {
            f64::INFINITY
        }
    }
}

/// How many of the heaviest weigh at least so much together.
fn enough(lots: &[(u32, f64)], weight: f64) -> usize {
    let mut sum = 0.0;
    lots.iter()
        .take_while(|(_, one)| {
            let is_short = sum < weight;
            sum += one;
            is_short
        })
        .count()
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
    fn nearly_as_probable_is_agreed_with_where_nothing_is_drawn() {
        let agrees = |token: &u32| {
            let sampling = Sampling {
                temperature: 0.0,
                ..Sampling::default()
            };
            let logits = vec![9.0, 8.95, 8.0, -50.0, 8.999];
            Sampler::new(sampling).follow(logits, *token)
        };
        let agreeing = [0, 1, 2, 3, 4, 99].into_iter().filter(agrees);
        assert_eq!(agreeing.collect::<Vec<_>>(), [0, 4]);
    }

    #[test]
    fn a_drawn_token_is_agreed_with_near_its_part_of_the_line_alone() {
        let logits: Vec<f32> = [0.25, 0.5, 0.25].iter().map(|p: &f32| p.ln()).collect();
        let lots = Lots::new(&logits, &Sampling::default());
        for (place, expected) in [
            (0.0, 0),
            (0.24, 0),
            (0.26, 1),
            (0.74, 1),
            (0.76, 2),
            (0.99, 2),
        ] {
            assert_eq!(lots.at(place), Some(expected));
            assert_eq!(lots.distance(expected, place), 0.0);
        }
        assert!((lots.distance(0, 0.28) - 0.03).abs() < 1e-6);
        assert!((lots.distance(2, 0.70) - 0.05).abs() < 1e-6);
        assert_eq!(lots.distance(9, 0.5), f64::INFINITY);
    }

    #[test]
    fn logits_that_another_machine_computes_lead_to_tokens_that_are_agreed_with() {
        let mut noise = SplitMix(3);
        let own: Vec<f32> = (0..300).map(|_| noise.unit() as f32 * 4.0).collect();
        // Ten times what a small model was seen to differ by.
        let others = own
            .iter()
            .map(|logit| logit + (noise.unit() as f32 - 0.5) * 2e-4);
        let others: Vec<f32> = others.collect();
        for top_p in [1.0, 0.9] {
            let sampler = |seed| {
                let sampling = Sampling {
                    seed,
                    top_p,
                    ..Sampling::default()
                };
                Sampler::new(sampling)
            };
            let claimed = |seed| sampler(seed).choose(others.clone());
            let follows = |seed, token| sampler(seed).follow(own.clone(), token);
            assert!((0..500).all(|seed| follows(seed, claimed(seed))));
            // Tokens of another draw are found out nearly always.
            let others_found = (0..500).filter(|seed| !follows(*seed, claimed(seed + 1_000)));
            assert!(others_found.count() >= 485);
        }
    }

    #[test]
    fn logits_that_rounding_moves_lead_to_tokens_that_are_not_agreed_with() {
        let mut noise = SplitMix(3);
        let own: Vec<f32> = (0..300).map(|_| noise.unit() as f32 * 4.0).collect();
        let others = own
            .iter()
            .map(|logit| logit + (noise.unit() as f32 - 0.5) * 0.1);
        let others: Vec<f32> = others.collect();
        let sampler = |seed| {
            let sampling = Sampling {
                seed,
                ..Sampling::default()
            };
            Sampler::new(sampling)
        };
        let agrees = |seed: &u64| {
            let claimed = sampler(*seed).choose(others.clone());
            sampler(*seed).follow(own.clone(), claimed)
        };
        let disagreeing = (0..500).filter(|seed| !agrees(seed)).count();
        assert!(disagreeing > 5, "{disagreeing}");
    }

    #[test]
    fn a_token_that_top_p_leaves_out_is_agreed_with_at_the_border_alone() {
        let logits: Vec<f32> = [0.60, 0.3005, 0.0595, 0.04]
            .iter()
            .map(|p: &f32| p.ln())
            .collect();
        let sampling = Sampling {
            top_p: 0.9,
            ..Sampling::default()
        };
        let lots = Lots::new(&logits, &sampling);
        assert_eq!(lots.narrowly_out, [2]);
        assert!(lots.distance(2, 0.9995) < NEAR);
        assert!(lots.distance(2, 0.5) > NEAR);
        assert_eq!(lots.distance(3, 0.9995), f64::INFINITY);
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
