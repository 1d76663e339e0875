//! The field is one: its polynomial is irreducible, by Rabin's test. Products are those of polynomials.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::field::{invert, mul};

const X: Element = Element([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/// x^(256^times), each time eight squarings.
fn frobenius(times: usize) -> Element {
    (0..8 * times).fold(X, |power, _| power.square())
}

fn degree(polynomial: &[u8]) -> Option<usize> {
    polynomial.iter().rposition(|coefficient| *coefficient != 0)
}

/// Euclid's algorithm over GF(2^8)[x].
fn gcd(mut one: Vec<u8>, mut other: Vec<u8>) -> Vec<u8> {
    while let Some(other_degree) = degree(&other) {
        while let Some(one_degree) = degree(&one).filter(|one_degree| *one_degree >= other_degree) {
            let quotient = mul(one[one_degree], invert(other[other_degree]));
            for i in 0..=other_degree {
                one[one_degree - other_degree + i] ^= mul(quotient, other[i]);
            }
        }
        core::mem::swap(&mut one, &mut other);
    }
    one
}

#[test]
fn the_polynomial_is_irreducible() {
    // Rabin: f of degree 16 over a field of q elements is irreducible if x^(q^16) = x modulo f, and for each prime
    // divisor of 16, which is 2, x^(q^8) - x has no factor in common with f.
    assert_eq!(frobenius(16), X);
    let difference = frobenius(8).add(X).0.to_vec();
    let common = gcd(POLYNOMIAL.to_vec(), difference);
    assert_eq!(degree(&common), Some(0));
}

#[test]
fn the_test_finds_a_reducible_polynomial() {
    // (x^8 + x + 1)(x^8 + x + 2), through the same gcd.
    let mut product = vec![0; 17];
    let (one, other) = ([1, 1, 0, 0, 0, 0, 0, 0, 1], [2, 1, 0, 0, 0, 0, 0, 0, 1]);
    for (i, a) in one.iter().enumerate() {
        for (j, b) in other.iter().enumerate() {
            product[i + j] ^= mul(*a, *b);
        }
    }
    assert_eq!(degree(&gcd(product, one.to_vec())), Some(8));
}

#[test]
fn the_low_part_of_the_polynomial_is_what_products_use() {
    let low: [u8; LEN] = POLYNOMIAL[..LEN].try_into().unwrap();
    assert_eq!(times_low_polynomial(1), u128::from_le_bytes(low));
}

#[test]
fn products_are_those_on_paper() {
    for seed in 0..=u8::MAX {
        let a: [u8; LEN] = core::array::from_fn(|i| seed.wrapping_mul(31) ^ (i * 37) as u8);
        let b: [u8; LEN] = core::array::from_fn(|i| seed.wrapping_add((i * 91) as u8));
        let mut long = [0; 2 * LEN];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                long[i + j] ^= mul(*x, *y);
            }
        }
        for top in (LEN..2 * LEN).rev() {
            for (i, coefficient) in POLYNOMIAL.iter().take(LEN).enumerate() {
                long[top - LEN + i] ^= mul(long[top], *coefficient);
            }
        }
        assert_eq!(Element(a).mul(Element(b)).0, long[..LEN]);
    }
}

#[test]
fn elements_form_a_field() {
    let a = Element(core::array::from_fn(|i| (i * 37 + 11) as u8));
    let b = Element(core::array::from_fn(|i| (i * 91 + 5) as u8));
    let c = Element(core::array::from_fn(|i| (i * 53 + 200) as u8));
    assert_eq!(a.mul(b), b.mul(a));
    assert_eq!(a.mul(b).mul(c), a.mul(b.mul(c)));
    assert_eq!(a.mul(b.add(c)), a.mul(b).add(a.mul(c)));
    assert_eq!(a.mul(Element::ONE), a);
    let packed = |element: Element| u128::from_le_bytes(element.0);
    assert_eq!(shift(packed(a)), packed(a.mul(X)));
    let two = Element(core::array::from_fn(|i| 2 * u8::from(i == 0)));
    assert_eq!(double(packed(a)), packed(a.mul(two)));
    // a^(2^128 - 2) is a's inverse.
    let inverse = (1..128).fold((Element::ONE, a), |(product, power), _| {
        let square = power.square();
        (product.mul(square), square)
    });
    assert_eq!(a.mul(inverse.0), Element::ONE);
}
