//! aarch64: NEON byte shuffles.
//!
//! The token is made by `detect` alone, after the processor was asked; that is the proof behind every `unsafe` here. Loads
//! and stores take references to arrays, so that is all there is to prove.

use super::{
    coefficient::NIBBLES,
    simd::{Line, Simd, Task},
};
use core::arch::aarch64::*;

/// 16-byte vectors, products by two tables of 16 entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neon(());

/// The halves of each byte, as indices into tables of 16; or two such tables.
#[derive(Clone, Copy)]
pub(crate) struct Nibbles {
    low: uint8x16_t,
    high: uint8x16_t,
}

impl Neon {
    /// The token, where the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        std::arch::is_aarch64_feature_detected!("neon").then_some(Self(()))
    }

    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "neon")]
        fn enter<T: Task>(simd: Neon, task: T) -> T::Output {
            task.run::<_, 4>(simd)
        }
        // SAFETY: the token proves the target feature.
        unsafe { enter(self, task) }
    }
}

impl Simd for Neon {
    type Vector = uint8x16_t;
    type Factor = Nibbles;
    type Operand = Nibbles;

    const LANES: usize = 1;
    const ROWS_AT_ONCE: usize = 4;

    #[inline(always)]
    fn load(self, line: &Line, part: usize) -> uint8x16_t {
        let quarter = quarter(line, part);
        // SAFETY: the token proves NEON; a quarter line has the vector's 16 bytes.
        unsafe { vld1q_u8(quarter.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, line: &mut Line, part: usize, vector: uint8x16_t) {
        let quarter = quarter_mut(line, part);
        // SAFETY: the token proves NEON; a quarter line has the vector's 16 bytes.
        unsafe { vst1q_u8(quarter.as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn zero(self) -> uint8x16_t {
        // SAFETY: the token proves NEON.
        unsafe { vdupq_n_u8(0) }
    }

    #[inline(always)]
    fn xor(self, a: uint8x16_t, b: uint8x16_t) -> uint8x16_t {
        // SAFETY: the token proves NEON.
        unsafe { veorq_u8(a, b) }
    }

    #[inline(always)]
    fn factor(self, coefficient: u8) -> Nibbles {
        let [low, high] = nibbles(coefficient);
        // SAFETY: the token proves NEON; a table has the vector's 16 bytes.
        unsafe {
            Nibbles {
                low: vld1q_u8(low.as_ptr()),
                high: vld1q_u8(high.as_ptr()),
            }
        }
    }

    #[inline(always)]
    fn operand(self, vector: uint8x16_t) -> Nibbles {
        // SAFETY: the token proves NEON.
        unsafe {
            Nibbles {
                low: vandq_u8(vector, vdupq_n_u8(15)),
                high: vshrq_n_u8::<4>(vector),
            }
        }
    }

    #[inline(always)]
    fn product(self, operand: Nibbles, factor: Nibbles) -> uint8x16_t {
        // SAFETY: the token proves NEON.
        unsafe {
            veorq_u8(
                vqtbl1q_u8(factor.low, operand.low),
                vqtbl1q_u8(factor.high, operand.high),
            )
        }
    }

    #[inline(always)]
    fn transpose(self, vectors: [uint8x16_t; 4]) -> [uint8x16_t; 4] {
        // SAFETY: the token proves NEON.
        unsafe {
            let [a, b, c, d] = vectors.map(|vector| vreinterpretq_u32_u8(vector));
            let (ab, ab_odd) = (vtrn1q_u32(a, b), vtrn2q_u32(a, b));
            let (cd, cd_odd) = (vtrn1q_u32(c, d), vtrn2q_u32(c, d));
            let wide = [ab, cd, ab_odd, cd_odd].map(|pair| vreinterpretq_u64_u32(pair));
            let [ab, cd, ab_odd, cd_odd] = wide;
            [
                vtrn1q_u64(ab, cd),
                vtrn1q_u64(ab_odd, cd_odd),
                vtrn2q_u64(ab, cd),
                vtrn2q_u64(ab_odd, cd_odd),
            ]
            .map(|pair| vreinterpretq_u8_u64(pair))
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
fn nibbles(coefficient: u8) -> &'static [[u8; 16]; 2] {
    &NIBBLES[usize::from(coefficient)]
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a line has four quarters")]
fn quarter(line: &Line, part: usize) -> &[u8; 16] {
    &line.as_chunks().0[part % 4]
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a line has four quarters")]
fn quarter_mut(line: &mut Line, part: usize) -> &mut [u8; 16] {
    &mut line.as_chunks_mut().0[part % 4]
}
