//! The field of 65497 elements, and the polynomial through some points of it.

use alloc::{vec, vec::Vec};

/// The greatest prime below 2^16 - 38. All bfloat16 that are numbers are below it: from 0xff81 on there are none.
pub const PRIME: u32 = 65_497;

pub fn add(a: u32, b: u32) -> u32 {
    a.wrapping_add(b).checked_rem(PRIME).unwrap_or_default()
}

pub fn sub(a: u32, b: u32) -> u32 {
    a.wrapping_add(PRIME)
        .wrapping_sub(b)
        .checked_rem(PRIME)
        .unwrap_or_default()
}

/// Both below [`PRIME`], so that the product is below 2^32.
pub fn mul(a: u32, b: u32) -> u32 {
    a.wrapping_mul(b).checked_rem(PRIME).unwrap_or_default()
}

fn inverse(a: u32) -> u32 {
    let (mut base, mut left, mut result) = (a, PRIME.wrapping_sub(2), 1);
    while left > 0 {
        if left & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        left >>= 1;
    }
    result
}

/// The coefficients, lowest first, of the polynomial of the least degree through these points, whose places differ
/// (Newton's divided differences).
pub fn interpolate(points: &[(u32, u32)]) -> Vec<u32> {
    let places: Vec<u32> = points.iter().map(|(x, _)| *x).collect();
    let mut differences: Vec<u32> = points.iter().map(|(_, y)| *y).collect();
    for order in 1..points.len() {
        let above: Vec<u32> = differences
            .iter()
            .skip(order.saturating_sub(1))
            .copied()
            .collect();
        let spans = places.iter().skip(order).zip(&places);
        let next = above.windows(2).zip(spans).map(|(pair, (right, left))| {
            let (low, high) = match pair {
                [low, high] => (*low, *high),
                _ => (0, 0),
            };
            mul(sub(high, low), inverse(sub(*right, *left)))
        });
        let next: Vec<u32> = next.collect();
        differences.truncate(order);
        differences.extend(next);
    }
    // Horner's rule, with polynomials: p = p * (x - place) + difference.
    let mut coefficients = vec![0; points.len()];
    for (place, difference) in places.iter().zip(&differences).rev() {
        let mut carried = *difference;
        for coefficient in &mut coefficients {
            let kept = *coefficient;
            *coefficient = sub(carried, mul(kept, *place));
            carried = kept;
        }
    }
    coefficients
}

/// The polynomial's value.
pub fn evaluate(coefficients: &[u16], x: u32) -> u32 {
    let step = |value, coefficient: &u16| add(mul(value, x), u32::from(*coefficient));
    coefficients.iter().rev().fold(0, step)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_prime_and_every_number_but_zero_has_an_inverse() {
        assert!((2..256).all(|divisor| !PRIME.is_multiple_of(divisor)));
        for number in [1, 2, 3, 255, 65_496] {
            assert_eq!(mul(number, inverse(number)), 1);
        }
    }

    #[test]
    fn a_polynomial_by_hand() {
        // 3 + 2x + x^2
        let points = [(0, 3), (1, 6), (2, 11)];
        assert_eq!(interpolate(&points), [3, 2, 1]);
        assert_eq!(interpolate(&[(9, 4)]), [4]);
        assert!(interpolate(&[]).is_empty());
        assert_eq!(evaluate(&[3, 2, 1], 10), 123);
    }
}
