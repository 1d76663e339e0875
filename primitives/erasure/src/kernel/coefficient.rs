//! A coefficient as processors want it: tables of nibbles for byte shuffles, a bit matrix for GFNI.

use crate::field::mul;

/// For each coefficient its products with 0..16, then with 0, 16, .., 240: the product with a byte is the sum of one of
/// each half. 8 KiB, in the first level cache while it is used.
pub(super) static NIBBLES: [[[u8; 16]; 2]; 256] = nibbles();

/// For each coefficient the matrix of the multiplication by it, over bits, as the instruction `GF2P8AFFINEQB` takes it:
/// byte 7 - i is the row of bit i of the product (Intel SDM, volume 2).
#[cfg_attr(
    target_arch = "aarch64",
    allow(dead_code, reason = "NEON has no such instruction")
)]
pub(super) static MATRICES: [u64; 256] = matrices();

#[allow(
    clippy::indexing_slicing,
    reason = "the loops' bounds are the array lengths; evaluated by the compiler"
)]
const fn nibbles() -> [[[u8; 16]; 2]; 256] {
    let mut tables = [[[0; 16]; 2]; 256];
    let mut coefficient = 0;
    while coefficient < 256 {
        let mut nibble = 0;
        while nibble < 16 {
            tables[coefficient][0][nibble] = mul(coefficient as u8, nibble as u8);
            tables[coefficient][1][nibble] = mul(coefficient as u8, (nibble as u8) << 4);
            nibble += 1;
        }
        coefficient += 1;
    }
    tables
}

#[allow(
    clippy::indexing_slicing,
    reason = "the loop's bound is the array length; evaluated by the compiler"
)]
const fn matrices() -> [u64; 256] {
    let mut matrices = [0; 256];
    let mut coefficient = 0;
    while coefficient < 256 {
        matrices[coefficient] = matrix(coefficient as u8);
        coefficient += 1;
    }
    matrices
}

/// Column j of the matrix is the product with 2^j.
const fn matrix(coefficient: u8) -> u64 {
    let mut matrix = 0u64;
    let mut column = 0;
    while column < 8 {
        let product = mul(coefficient, 1 << column);
        let mut row = 0;
        while row < 8 {
            let bit = (product >> row) as u64 & 1;
            matrix |= bit << (8 * (7 - row) + column);
            row += 1;
        }
        column += 1;
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `GF2P8AFFINEQB` of one byte with immediate 0, from its description: bit i of the result is the parity of the byte
    /// and byte 7 - i of the matrix.
    fn affine(byte: u8, matrix: u64) -> u8 {
        let rows = matrix.to_le_bytes();
        (0..8).fold(0, |result, bit| {
            let parity = (rows[7 - bit] & byte).count_ones() as u8 & 1;
            result | parity << bit
        })
    }

    #[test]
    fn the_model_of_the_instruction_knows_the_identity() {
        // The manual's identity matrix.
        assert_eq!(MATRICES[1], 0x0102_0408_1020_4080);
        assert!((0..=u8::MAX).all(|byte| affine(byte, 0x0102_0408_1020_4080) == byte));
    }

    #[test]
    fn every_matrix_multiplies_every_byte() {
        for coefficient in 0..=u8::MAX {
            for byte in 0..=u8::MAX {
                let product = affine(byte, MATRICES[usize::from(coefficient)]);
                assert_eq!(product, mul(coefficient, byte), "{coefficient} * {byte}");
            }
        }
    }

    #[test]
    fn every_table_multiplies_every_byte() {
        for coefficient in 0..=u8::MAX {
            let [low, high] = NIBBLES[usize::from(coefficient)];
            for byte in 0..=u8::MAX {
                let product = low[usize::from(byte & 15)] ^ high[usize::from(byte >> 4)];
                assert_eq!(product, mul(coefficient, byte), "{coefficient} * {byte}");
            }
        }
    }
}
