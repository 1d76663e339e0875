//! Embeddings, compared by the bits of their 32-bit numbers.

use crate::{check::MAX_SCORE, merkle};
use alloc::vec::Vec;

/// BLAKE3 key derivation context of a vector's hash.
pub const VECTOR_CONTEXT: &str = "ballast 2026-11-26 embedding v1";

/// Numbers of a vector at most, so that no sum leaves its range.
const NUMBERS_MAX: usize = 1 << 20;

/// Bits below a number's own 24 that are kept when its vector is brought to one scale.
const SCALE_BITS: u32 = 6;

/// A vector that is off by a two hundredth of its length keeps nothing; one off by a hundredth of 1.4 of it keeps half.
/// The unit: thousandths lost for each part of the squared length that the squared difference is.
const LOSS: u128 = 2_500_000;

/// What a claim's tree has of a vector: its numbers' bits, little-endian.
pub fn vector_hash(bits: &[u32]) -> merkle::Hash {
    let bytes: Vec<u8> = bits
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    blake3::derive_key(VECTOR_CONTEXT, &bytes)
}

/// How far two vectors agree, given by the bits of their numbers. Half of the score is lost where a cosine is off by a
/// ten thousandth, or a length by a seventieth; all of it where twice as much.
pub fn vector_score(claimed: &[u32], own: &[u32]) -> u16 {
    let lengths_fit = claimed.len() == own.len() && (1..=NUMBERS_MAX).contains(&own.len());
    let all = || claimed.iter().chain(own);
    if !lengths_fit || !all().all(|bits| is_finite(*bits)) {
        return 0;
    }
    let top = all().map(|bits| exponent(*bits)).max().unwrap_or_default();
    let (mut difference, mut length) = (0u128, 0u128);
    for (a, b) in claimed.iter().zip(own) {
        let (a, b) = (fixed(*a, top), fixed(*b, top));
        difference = difference.saturating_add(square(a.saturating_sub(b)));
        length = length.saturating_add(square(b));
    }
    if difference == 0 {
        return MAX_SCORE;
    }
    let lost = difference.saturating_mul(LOSS).checked_div(length);
    let lost = lost.and_then(|lost| u16::try_from(lost).ok());
    MAX_SCORE.saturating_sub(lost.unwrap_or(MAX_SCORE))
}

fn is_finite(bits: u32) -> bool {
    bits & 0x7f80_0000 != 0x7f80_0000
}

/// Zero and what is below the least normal number have the exponent of that.
fn exponent(bits: u32) -> u32 {
    ((bits >> 23) & 0xff).max(1)
}

/// The number in units of 2^-6 of the last place that a number with the exponent `top` has.
fn fixed(bits: u32, top: u32) -> i64 {
    let hidden = match (bits >> 23) & 0xff {
        0 => 0,
        _ => 1 << 23,
    };
    let digits = u64::from((bits & 0x007f_ffff) | hidden) << SCALE_BITS;
    let down = top.saturating_sub(exponent(bits));
    let scaled = digits.checked_shr(down).unwrap_or_default();
    let scaled = i64::try_from(scaled).unwrap_or_default();
    match bits >> 31 {
        0 => scaled,
        _ => scaled.saturating_neg(),
    }
}

fn square(number: i64) -> u128 {
    let size = u128::from(number.unsigned_abs());
    size.saturating_mul(size)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bits(numbers: &[f32]) -> Vec<u32> {
        numbers.iter().map(|number| number.to_bits()).collect()
    }

    /// A vector at a right angle to nothing in particular.
    fn some(len: usize) -> Vec<f32> {
        (0..len)
            .map(|at| ((at * 37 % 101) as f32 - 50.0) / 512.0)
            .collect()
    }

    #[test]
    fn a_score_is_half_at_a_cosine_of_a_ten_thousandth_off() {
        // Turned by an angle whose cosine is 1 - 1e-4, in the plane of two axes.
        let (cos, sin) = (1.0f32 - 1e-4, (2e-4f32 - 1e-8).sqrt());
        let score = vector_score(&bits(&[cos, sin, 0.0]), &bits(&[1.0, 0.0, 0.0]));
        assert!((495..=505).contains(&score), "{score}");
        let twice = (1.0f32 - 2.1e-4, (4.2e-4f32 - 4.4e-8).sqrt());
        assert_eq!(
            vector_score(&bits(&[twice.0, twice.1]), &bits(&[1.0, 0.0])),
            0
        );
        assert_eq!(vector_score(&bits(&[-1.0, 0.0]), &bits(&[1.0, 0.0])), 0);
    }

    #[test]
    fn last_bits_lose_nothing_and_another_length_everything() {
        let own = bits(&some(384));
        let nearly: Vec<u32> = own.iter().map(|number| number ^ 3).collect();
        assert_eq!(vector_score(&nearly, &own), 1_000);
        let longer: Vec<f32> = some(384).iter().map(|number| number * 1.05).collect();
        assert_eq!(vector_score(&bits(&longer), &own), 0);
    }

    #[test]
    fn what_cannot_be_compared_scores_nothing() {
        let one = bits(&[1.0, 2.0]);
        assert_eq!(vector_score(&[], &[]), 0);
        assert_eq!(vector_score(&one[..1], &one), 0);
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(vector_score(&bits(&[1.0, odd]), &one), 0);
            assert_eq!(vector_score(&bits(&[1.0, odd]), &bits(&[1.0, odd])), 0);
        }
        assert_eq!(vector_score(&one, &bits(&[0.0, 0.0])), 0);
        assert_eq!(vector_score(&bits(&[0.0, -0.0]), &bits(&[0.0, 0.0])), 1_000);
        assert_eq!(
            vector_score(&[1, 2], &[1, 2]),
            1_000,
            "below normal numbers"
        );
    }

    proptest! {
        #[test]
        fn nothing_is_out_of_range(claimed in prop::collection::vec(any::<u32>(), 0..20), own in prop::collection::vec(any::<u32>(), 0..20)) {
            prop_assert!(vector_score(&claimed, &own) <= MAX_SCORE);
        }

        #[test]
        fn a_vector_agrees_with_itself(own in prop::collection::vec(-1e30f32..1e30, 1..50)) {
            prop_assert_eq!(vector_score(&bits(&own), &bits(&own)), MAX_SCORE);
        }
    }
}
