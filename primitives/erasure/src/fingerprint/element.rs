//! GF(2^128) as polynomials of degree below 16 over GF(2^8).

/// Coefficients of an element.
pub(super) const LEN: usize = 16;

/// Coefficients of the field's polynomial from the constant up: x^16 + x^3 + x + 6.
///
/// No trinomial of degree 16 is irreducible over this field; among those with three terms below x^16 this one has the
/// lowest exponents and, of these, the smallest coefficients. A test proves it irreducible.
pub const POLYNOMIAL: [u8; LEN + 1] = [6, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// An element, coefficients from the constant up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element(pub(super) [u8; LEN]);

impl Element {
    pub(super) const ZERO: Self = Self([0; LEN]);
    pub(super) const ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// At most 16 bytes, zero-padded.
    pub(super) fn padded(bytes: &[u8]) -> Self {
        let mut element = Self::ZERO;
        element
            .0
            .iter_mut()
            .zip(bytes)
            .for_each(|(coefficient, byte)| *coefficient = *byte);
        element
    }

    pub(super) fn add(self, other: Self) -> Self {
        Self((u128::from_ne_bytes(self.0) ^ u128::from_ne_bytes(other.0)).to_ne_bytes())
    }

    /// The product, by Horner's rule over the other's coefficients. No tables and no branches.
    pub(super) fn mul(self, other: Self) -> Self {
        let own = u128::from_le_bytes(self.0);
        let mut doubled = [own; 8];
        (1..doubled.len()).fold(own, |below, bit| {
            let own = double(below);
            if let Some(doubled) = doubled.get_mut(bit) {
                *doubled = own;
            }
            own
        });
        let product = other.0.iter().rev().fold(0, |sum, coefficient| {
            let bits = doubled.iter().enumerate();
            bits.fold(shift(sum), |sum, (bit, doubled)| {
                sum ^ (doubled & 0u128.wrapping_sub(u128::from((coefficient >> bit) & 1)))
            })
        });
        Self(product.to_le_bytes())
    }

    pub(super) fn square(self) -> Self {
        self.mul(self)
    }
}

/// All sixteen coefficients, packed from the constant up, times 2.
pub(super) const fn double(packed: u128) -> u128 {
    const LOW_BITS: u128 = u128::from_le_bytes([0x7f; LEN]);
    const ONES: u128 = u128::from_le_bytes([1; LEN]);
    let carries = (packed >> 7) & ONES;
    // 0x1d in each byte whose highest bit was set.
    ((packed & LOW_BITS) << 1) ^ carries ^ (carries << 2) ^ (carries << 3) ^ (carries << 4)
}

/// Times x.
pub(super) const fn shift(packed: u128) -> u128 {
    (packed << 8) ^ times_low_polynomial(packed >> 120)
}

/// Times what x^16 is modulo the polynomial, x^3 + x + 6. Coefficients that this pushes past x^15 are lost.
pub(super) const fn times_low_polynomial(packed: u128) -> u128 {
    let doubled = double(packed);
    double(doubled) ^ doubled ^ (packed << 8) ^ (packed << 24)
}

#[cfg(test)]
mod tests;
