//! GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D), the field of the code and of fingerprints.
//!
//! Sums are `^`. Products of single elements come from tables of logarithms: 768 bytes, so the runtime stays small.
//! Whole columns are multiplied in `kernel`, which needs only doubling.

/// The field's polynomial without its x^8, which a shift pushes out of the byte.
const REDUCTION: u8 = 0x1d;

const ORDER: usize = 255;

/// `EXP[i]` is 2^i. Two periods, so that sums of two logarithms need no reduction; padded to make every index of
/// nine bits valid.
const EXP: [u8; 512] = exp_table();

/// `LOG[a]` is the logarithm of a to base 2; `LOG[0]` is never used.
const LOG: [u8; 256] = log_table();

/// Twice `a`.
pub const fn double(a: u8) -> u8 {
    (a << 1) ^ (REDUCTION * (a >> 7))
}

/// The product.
pub const fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    exp(log(a) + log(b))
}

/// The inverse; 0 for 0, which has none.
pub const fn invert(a: u8) -> u8 {
    if a == 0 {
        return 0;
    }
    exp(ORDER - log(a))
}

#[allow(clippy::indexing_slicing, reason = "a byte indexes 256 entries")]
const fn log(element: u8) -> usize {
    LOG[element as usize] as usize
}

#[allow(clippy::indexing_slicing, reason = "nine bits index 512 entries")]
const fn exp(logarithm: usize) -> u8 {
    EXP[logarithm & 0x1ff]
}

#[allow(
    clippy::indexing_slicing,
    reason = "the loop's bound is the array length; evaluated by the compiler"
)]
const fn exp_table() -> [u8; 512] {
    let mut table = [0; 512];
    let (mut power, mut i) = (1, 0);
    while i < table.len() {
        table[i] = power;
        power = double(power);
        i += 1;
    }
    table
}

#[allow(
    clippy::indexing_slicing,
    reason = "a byte indexes 256 entries; evaluated by the compiler"
)]
const fn log_table() -> [u8; 256] {
    let mut table = [0; 256];
    let (mut power, mut i) = (1u8, 0);
    while i < ORDER {
        table[power as usize] = i as u8;
        power = double(power);
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use reed_solomon_erasure::galois_8;

    #[test]
    fn products_are_those_of_the_reference() {
        for a in 0..=u8::MAX {
            for b in 0..=u8::MAX {
                assert_eq!(mul(a, b), galois_8::mul(a, b), "{a} * {b}");
            }
            assert_eq!(double(a), mul(a, 2));
        }
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        assert!((1..=u8::MAX).all(|a| mul(a, invert(a)) == 1));
        assert_eq!(invert(0), 0);
    }
}
