//! GF(2^128) as polynomials of degree below 16 over GF(2^8).

use crate::field;

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

    /// Times a coefficient.
    pub(super) fn scale(self, coefficient: u8) -> Self {
        Self(self.0.map(|own| field::mul(own, coefficient)))
    }

    /// Times x.
    pub(super) fn shift(self) -> Self {
        let [below @ .., top] = self.0;
        let mut shifted = [0; LEN];
        shifted
            .iter_mut()
            .skip(1)
            .zip(below)
            .for_each(|(coefficient, own)| *coefficient = own);
        // x^16 is what the polynomial has below it, as sums are differences.
        shifted
            .iter_mut()
            .zip(POLYNOMIAL)
            .for_each(|(coefficient, low)| *coefficient ^= field::mul(top, low));
        Self(shifted)
    }

    /// The product, by Horner's rule.
    pub(super) fn mul(self, other: Self) -> Self {
        other.0.iter().rev().fold(Self::ZERO, |sum, coefficient| {
            sum.shift().add(self.scale(*coefficient))
        })
    }

    pub(super) fn square(self) -> Self {
        self.mul(self)
    }
}

#[cfg(test)]
mod tests;
