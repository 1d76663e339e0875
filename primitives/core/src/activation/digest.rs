//! A digest of the greatest activations of a chunk.

use super::{
    field::{evaluate, interpolate, PRIME},
    STEPS_MAX, TOP,
};
use crate::{check::MAX_SCORE, merkle};
use alloc::{collections::BTreeSet, vec::Vec};

/// BLAKE3 key derivation context of a digest's hash.
pub const DIGEST_CONTEXT: &str = "ballast 2026-11-26 activation digest v1";

/// The least modulus that is tried; of 128 places some are equal under all from there to the prime practically never.
const MODULUS_MIN: u32 = 1 << 15;

/// One of the greatest activations of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its place: number of the token in its chunk times the length of a hidden state, plus the place in that.
    pub index: u32,
    /// The bits of its value as bfloat16.
    pub value: u16,
}

/// A polynomial that gives the values of a chunk's greatest activations at their places, reduced by a modulus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    modulus: u16,
    coefficients: Vec<u16>,
}

/// Bytes that are no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestError {
    /// A digest has a modulus and 1 to [`TOP`] coefficients, two bytes each.
    Length,
    /// Places cannot be reduced by it: it is 0, or not between 2^15 and the prime.
    Modulus,
    /// A coefficient is not in the field.
    Coefficient,
}

impl core::fmt::Display for DigestError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Length => "a digest has 4 to 258 bytes, an even number of them",
            Self::Modulus => "the modulus of a digest is from 32768 to 65497",
            Self::Coefficient => "a coefficient of a digest is below 65497",
        })
    }
}

impl core::error::Error for DigestError {}

impl Digest {
    /// The digest of a chunk's greatest activations. `None` if there are none or too many, if two are at one place, if a
    /// value is no number, or if no modulus tells their places apart.
    pub fn of(points: &[Point]) -> Option<Self> {
        let numbers = points.iter().all(|point| is_number(point.value));
        if !(1..=TOP).contains(&points.len()) || !numbers {
            return None;
        }
        let modulus = (MODULUS_MIN..=PRIME)
            .rev()
            .find(|modulus| are_apart(points, *modulus))?;
        let reduced: Option<Vec<(u32, u32)>> = points
            .iter()
            .map(|point| Some((point.index.checked_rem(modulus)?, point.value.into())))
            .collect();
        let coefficients = interpolate(&reduced?);
        Some(Self {
            modulus: u16::try_from(modulus).ok()?,
            coefficients: coefficients
                .into_iter()
                .map(|one| u16::try_from(one).ok())
                .collect::<Option<_>>()?,
        })
    }

    /// Modulus, then coefficients from the lowest on, as little-endian numbers of two bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = core::iter::once(&self.modulus).chain(&self.coefficients);
        numbers.flat_map(|number| number.to_le_bytes()).collect()
    }

    /// The digest of these bytes, if they are one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DigestError> {
        let (numbers, rest) = bytes.as_chunks::<2>();
        let numbers: Vec<u16> = numbers.iter().map(|two| u16::from_le_bytes(*two)).collect();
        let Some((modulus, coefficients)) = numbers.split_first() else {
            return Err(DigestError::Length);
        };
        if !rest.is_empty() || !(1..=TOP).contains(&coefficients.len()) {
            return Err(DigestError::Length);
        }
        if !(MODULUS_MIN..=PRIME).contains(&u32::from(*modulus)) {
            return Err(DigestError::Modulus);
        }
        if coefficients.iter().any(|one| u32::from(*one) >= PRIME) {
            return Err(DigestError::Coefficient);
        }
        Ok(Self {
            modulus: *modulus,
            coefficients: coefficients.to_vec(),
        })
    }

    /// What a claim's tree has of it.
    pub fn hash(&self) -> merkle::Hash {
        blake3::derive_key(DIGEST_CONTEXT, &self.to_bytes())
    }

    /// What is claimed for a place. For a place that was none of the greatest it is anything.
    pub fn value_at(&self, index: u32) -> u32 {
        let place = index.checked_rem(self.modulus.into()).unwrap_or_default();
        evaluate(&self.coefficients, place)
    }

    /// How far `own`, the greatest activations of the same tokens elsewhere, agree with what is claimed: the mean over
    /// them, each worth less for every step of bfloat16 by which it is off.
    pub fn score(&self, own: &[Point]) -> u16 {
        if own.len() != self.coefficients.len() {
            return 0;
        }
        let worth = |point: &Point| -> u32 {
            let off = steps(self.value_at(point.index), point.value).min(STEPS_MAX.into());
            let kept = u32::from(STEPS_MAX).saturating_sub(off);
            kept.saturating_mul(MAX_SCORE.into())
        };
        let sum: u32 = own.iter().map(worth).fold(0, u32::saturating_add);
        let whole = (own.len() as u32).saturating_mul(STEPS_MAX.into());
        let score = sum.checked_div(whole).unwrap_or_default();
        u16::try_from(score).unwrap_or_default().min(MAX_SCORE)
    }
}

/// Neither infinite nor no number at all.
fn is_number(value: u16) -> bool {
    value & 0x7f80 != 0x7f80
}

fn are_apart(points: &[Point], modulus: u32) -> bool {
    let mut seen = BTreeSet::new();
    let mut places = points.iter().map(|point| point.index.checked_rem(modulus));
    places.all(|place| seen.insert(place))
}

/// Steps of bfloat16 between two values; all there are if their signs differ.
fn steps(claimed: u32, own: u16) -> u32 {
    let Ok(claimed) = u16::try_from(claimed) else {
        return u32::MAX;
    };
    match (claimed ^ own) & 0x8000 {
        0 => claimed.abs_diff(own).into(),
        _ => u32::MAX,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    fn chunk(seed: u64, count: usize) -> Vec<Point> {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut indices = BTreeSet::new();
        while indices.len() < count {
            indices.insert((next() % (32 * 4_096)) as u32);
        }
        let value = |bits: u64| 0x4000 | (bits as u16 & 0x807f);
        indices
            .into_iter()
            .map(|index| Point {
                index,
                value: value(next()),
            })
            .collect()
    }

    fn shifted(points: &[Point], by: u16) -> Vec<Point> {
        let shift = |point: &Point| Point {
            value: point.value + by,
            ..*point
        };
        points.iter().map(shift).collect()
    }

    #[test]
    fn a_score_falls_with_every_step_and_is_none_for_another_model() {
        let own = chunk(3, TOP);
        let digest = Digest::of(&own).unwrap();
        let scores = [0, 1, 4, 8, 15, 16, 40].map(|by| digest.score(&shifted(&own, by)));
        assert_eq!(scores, [1_000, 937, 750, 500, 62, 0, 0]);
        assert!(digest.score(&chunk(4, TOP)) < 50);
        let half: Vec<_> = own[..64].iter().chain(&chunk(5, 64)).copied().collect();
        assert!((490..520).contains(&digest.score(&half)));
    }

    #[test]
    fn another_sign_is_as_far_as_can_be() {
        let own = vec![Point {
            index: 5,
            value: 0x8000,
        }];
        let digest = Digest::of(&own).unwrap();
        let plus = Point { index: 5, value: 0 };
        assert_eq!(digest.score(&[plus]), 0);
        assert_eq!(digest.score(&own), 1_000);
    }

    #[test]
    fn what_is_no_digest_is_refused_by_its_fault() {
        let bytes = Digest::of(&chunk(1, 2)).unwrap().to_bytes();
        assert_eq!(bytes.len(), 6);
        let with = |at: usize, number: u16| {
            let mut changed = bytes.clone();
            changed[at..at + 2].copy_from_slice(&number.to_le_bytes());
            Digest::from_bytes(&changed).err()
        };
        assert_eq!(with(0, 0), Some(DigestError::Modulus));
        assert_eq!(with(0, 32_767), Some(DigestError::Modulus));
        assert_eq!(with(0, 65_498), Some(DigestError::Modulus));
        assert_eq!(with(0, 65_497), None);
        assert_eq!(with(2, 65_497), Some(DigestError::Coefficient));
        for len in [0, 1, 2, 3, 5] {
            assert_eq!(
                Digest::from_bytes(&bytes[..len]),
                Err(DigestError::Length),
                "{len}"
            );
        }
        assert_eq!(Digest::from_bytes(&[0xff; 260]), Err(DigestError::Length));
    }

    #[test]
    fn what_cannot_have_a_digest_has_none() {
        let point = |index, value| Point { index, value };
        assert_eq!(Digest::of(&[]), None);
        assert_eq!(Digest::of(&chunk(1, TOP + 1)), None);
        assert_eq!(Digest::of(&[point(1, 2), point(1, 3)]), None);
        for infinite in [0x7f80, 0xff80, 0x7fc0, 0xffff] {
            assert_eq!(Digest::of(&[point(1, infinite)]), None);
        }
        assert!(Digest::of(&[point(u32::MAX, 0xff7f)]).is_some());
    }

    #[test]
    fn equal_remainders_are_told_apart_by_another_modulus() {
        let point = |index, value| Point { index, value };
        let points = [point(3, 7), point(3 + PRIME, 8)];
        let digest = Digest::of(&points).unwrap();
        assert!(u32::from(digest.modulus) < PRIME);
        assert_eq!(digest.score(&points), 1_000);
    }

    proptest! {
        #[test]
        fn a_digest_gives_back_every_value(seed: u64, count in 1..=TOP) {
            let points = chunk(seed, count);
            let digest = Digest::of(&points).unwrap();
            for point in &points {
                prop_assert_eq!(digest.value_at(point.index), u32::from(point.value));
            }
            let bytes = digest.to_bytes();
            prop_assert_eq!(bytes.len(), 2 + 2 * count);
            prop_assert_eq!(Digest::from_bytes(&bytes), Ok(digest.clone()));
            prop_assert_eq!(digest.score(&points), MAX_SCORE);
        }

        #[test]
        fn garbage_is_refused_or_scores_nearly_nothing(bytes in prop::collection::vec(any::<u8>(), 0..300), seed: u64) {
            if let Ok(digest) = Digest::from_bytes(&bytes) {
                prop_assert_eq!(digest.to_bytes(), bytes);
                prop_assert!(digest.score(&chunk(seed, TOP)) < 100);
            }
        }

        #[test]
        fn every_bit_of_a_digest_is_hashed(seed: u64, at in 2usize..258, bit in 0u8..8) {
            let digest = Digest::of(&chunk(seed, TOP)).unwrap();
            let mut bytes = digest.to_bytes();
            bytes[at] ^= 1 << bit;
            if let Ok(other) = Digest::from_bytes(&bytes) {
                prop_assert_ne!(other.hash(), digest.hash());
            }
        }
    }
}
