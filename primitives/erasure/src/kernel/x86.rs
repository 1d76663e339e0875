//! x86-64: GFNI with AVX-512, GFNI with AVX2 (its VEX form), AVX2 byte shuffles.
//!
//! Each token is made by `detect` alone, after the processor was asked; that is the proof behind every `unsafe` here.
//! Loads and stores take references to arrays, so that is all there is to prove.

use super::{
    coefficient::{MATRICES, NIBBLES},
    simd::{Line, Simd, Task},
};
use core::arch::x86_64::*;

/// 64-byte vectors, products by bit matrix, sums of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gfni512(());

/// 32-byte vectors, products by bit matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gfni256(());

/// 32-byte vectors, products by two tables of 16 entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

/// The halves of each byte, as indices into tables of 16.
#[derive(Clone, Copy)]
pub(crate) struct Nibbles {
    low: __m256i,
    high: __m256i,
}

impl Gfni512 {
    /// The token, where the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("gfni")
            && is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw");
        has.then_some(Self(()))
    }

    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "gfni,avx512f,avx512bw")]
        fn enter<T: Task>(simd: Gfni512, task: T) -> T::Output {
            task.run::<_, 1>(simd)
        }
        // SAFETY: the token proves the target features.
        unsafe { enter(self, task) }
    }
}

impl Gfni256 {
    /// The token, where the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("gfni") && is_x86_feature_detected!("avx2");
        has.then_some(Self(()))
    }

    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "gfni,avx2")]
        fn enter<T: Task>(simd: Gfni256, task: T) -> T::Output {
            task.run::<_, 2>(simd)
        }
        // SAFETY: the token proves the target features.
        unsafe { enter(self, task) }
    }
}

impl Avx2 {
    /// The token, where the processor has the instructions.
    pub(crate) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    pub(crate) fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx2")]
        fn enter<T: Task>(simd: Avx2, task: T) -> T::Output {
            task.run::<_, 2>(simd)
        }
        // SAFETY: the token proves the target feature.
        unsafe { enter(self, task) }
    }
}

impl Simd for Gfni512 {
    type Vector = __m512i;
    type Factor = __m512i;
    type Operand = __m512i;

    const LANES: usize = 4;
    const ROWS_AT_ONCE: usize = 16;

    #[inline(always)]
    fn load(self, line: &Line, _part: usize) -> __m512i {
        // SAFETY: the token proves AVX-512; a line has the vector's 64 bytes.
        unsafe { _mm512_loadu_si512(line.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, line: &mut Line, _part: usize, vector: __m512i) {
        // SAFETY: the token proves AVX-512; a line has the vector's 64 bytes.
        unsafe { _mm512_storeu_si512(line.as_mut_ptr().cast(), vector) }
    }

    #[inline(always)]
    fn zero(self) -> __m512i {
        // SAFETY: the token proves AVX-512.
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    fn xor(self, a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the token proves AVX-512.
        unsafe { _mm512_xor_si512(a, b) }
    }

    #[inline(always)]
    fn xor3(self, a: __m512i, b: __m512i, c: __m512i) -> __m512i {
        // SAFETY: the token proves AVX-512. 0x96 is the truth table of a parity.
        unsafe { _mm512_ternarylogic_epi64::<0x96>(a, b, c) }
    }

    #[inline(always)]
    fn factor(self, coefficient: u8) -> __m512i {
        // SAFETY: the token proves AVX-512.
        unsafe { _mm512_set1_epi64(matrix(coefficient)) }
    }

    #[inline(always)]
    fn operand(self, vector: __m512i) -> __m512i {
        vector
    }

    #[inline(always)]
    fn product(self, operand: __m512i, factor: __m512i) -> __m512i {
        // SAFETY: the token proves GFNI and AVX-512.
        unsafe { _mm512_gf2p8affine_epi64_epi8::<0>(operand, factor) }
    }

    #[inline(always)]
    fn transpose(self, [a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
        // SAFETY: the token proves AVX-512.
        unsafe {
            let (ab, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
            let (cd, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
            [
                _mm512_unpacklo_epi64(ab, cd),
                _mm512_unpackhi_epi64(ab, cd),
                _mm512_unpacklo_epi64(ab_high, cd_high),
                _mm512_unpackhi_epi64(ab_high, cd_high),
            ]
        }
    }
}

/// What the two kernels with 32-byte vectors have in common.
macro_rules! vectors_of_32_bytes {
    () => {
        type Vector = __m256i;

        const LANES: usize = 2;

        #[inline(always)]
        fn load(self, line: &Line, part: usize) -> __m256i {
            let [low, high] = halves(line);
            let half = if part.is_multiple_of(2) { low } else { high };
            // SAFETY: the token proves AVX2; half a line has the vector's 32 bytes.
            unsafe { _mm256_loadu_si256(half.as_ptr().cast()) }
        }

        #[inline(always)]
        fn store(self, line: &mut Line, part: usize, vector: __m256i) {
            let [low, high] = halves_mut(line);
            let half = if part.is_multiple_of(2) { low } else { high };
            // SAFETY: the token proves AVX2; half a line has the vector's 32 bytes.
            unsafe { _mm256_storeu_si256(half.as_mut_ptr().cast(), vector) }
        }

        #[inline(always)]
        fn zero(self) -> __m256i {
            // SAFETY: the token proves AVX2.
            unsafe { _mm256_setzero_si256() }
        }

        #[inline(always)]
        fn xor(self, a: __m256i, b: __m256i) -> __m256i {
            // SAFETY: the token proves AVX2.
            unsafe { _mm256_xor_si256(a, b) }
        }

        #[inline(always)]
        fn transpose(self, [a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
            // SAFETY: the token proves AVX2.
            unsafe {
                let (ab, ab_high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
                let (cd, cd_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
                [
                    _mm256_unpacklo_epi64(ab, cd),
                    _mm256_unpackhi_epi64(ab, cd),
                    _mm256_unpacklo_epi64(ab_high, cd_high),
                    _mm256_unpackhi_epi64(ab_high, cd_high),
                ]
            }
        }
    };
}

impl Simd for Gfni256 {
    vectors_of_32_bytes!();

    const ROWS_AT_ONCE: usize = 16;

    type Factor = __m256i;
    type Operand = __m256i;

    #[inline(always)]
    fn factor(self, coefficient: u8) -> __m256i {
        // SAFETY: the token proves AVX2.
        unsafe { _mm256_set1_epi64x(matrix(coefficient)) }
    }

    #[inline(always)]
    fn operand(self, vector: __m256i) -> __m256i {
        vector
    }

    #[inline(always)]
    fn product(self, operand: __m256i, factor: __m256i) -> __m256i {
        // SAFETY: the token proves GFNI and AVX2, which includes AVX.
        unsafe { _mm256_gf2p8affine_epi64_epi8::<0>(operand, factor) }
    }
}

impl Simd for Avx2 {
    vectors_of_32_bytes!();

    /// Sixteen registers do not hold sixteen rows, and a product takes many.
    const ROWS_AT_ONCE: usize = 8;

    type Factor = Nibbles;
    type Operand = Nibbles;

    #[inline(always)]
    fn factor(self, coefficient: u8) -> Nibbles {
        let [low, high] = nibbles(coefficient);
        // SAFETY: the token proves AVX2; a table has the vector's 16 bytes.
        unsafe {
            Nibbles {
                low: _mm256_broadcastsi128_si256(_mm_loadu_si128(low.as_ptr().cast())),
                high: _mm256_broadcastsi128_si256(_mm_loadu_si128(high.as_ptr().cast())),
            }
        }
    }

    #[inline(always)]
    fn operand(self, vector: __m256i) -> Nibbles {
        // SAFETY: the token proves AVX2.
        unsafe {
            let mask = _mm256_set1_epi8(15);
            Nibbles {
                low: _mm256_and_si256(vector, mask),
                high: _mm256_and_si256(_mm256_srli_epi64::<4>(vector), mask),
            }
        }
    }

    #[inline(always)]
    fn product(self, operand: Nibbles, factor: Nibbles) -> __m256i {
        // SAFETY: the token proves AVX2.
        unsafe {
            _mm256_xor_si256(
                _mm256_shuffle_epi8(factor.low, operand.low),
                _mm256_shuffle_epi8(factor.high, operand.high),
            )
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
fn matrix(coefficient: u8) -> i64 {
    MATRICES[usize::from(coefficient)].cast_signed()
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
fn nibbles(coefficient: u8) -> &'static [[u8; 16]; 2] {
    &NIBBLES[usize::from(coefficient)]
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "a line has two halves")]
fn halves(line: &Line) -> [&[u8; 32]; 2] {
    let (halves, _) = line.as_chunks();
    [&halves[0], &halves[1]]
}

#[inline(always)]
fn halves_mut(line: &mut Line) -> [&mut [u8; 32]; 2] {
    match line.as_chunks_mut() {
        ([low, high], _) => [low, high],
        _ => unreachable!("a line has two halves"),
    }
}
