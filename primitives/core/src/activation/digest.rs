//! A digest of the greatest activations of a chunk.

use super::{
    field::{evaluate, interpolate, PRIME},
    NUMBER_WEIGHT, TOP,
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

    /// How far `own`, the greatest activations of the same tokens elsewhere, agree with what is claimed: full if each value
    /// is the same as bfloat16, none if half of them are not. Runs in 32 bits differ far below a step of it.
    pub fn score(&self, own: &[Point]) -> u16 {
        if own.len() != self.coefficients.len() {
            return 0;
        }
        let differs = |point: &&Point| self.value_at(point.index) != u32::from(point.value);
        let off = (own.iter().filter(differs).count() as u32)
            .saturating_mul(NUMBER_WEIGHT)
            .saturating_mul(MAX_SCORE.into())
            .div_ceil(self.coefficients.len() as u32);
        MAX_SCORE.saturating_sub(u16::try_from(off).unwrap_or(MAX_SCORE))
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests;
