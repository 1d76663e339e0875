//! Butterflies over lines of two or four rows: the arithmetic of a pass. Which rows and factors is the caller's.

use super::super::simd::{Line, Simd};

/// Values from coefficients.
pub(super) const FORWARD: u8 = 0;

/// Coefficients from values.
pub(super) const INVERSE: u8 = 1;

/// The same where the factors of `a` are 0, as in the first block over the data shards.
pub(super) const FIRST: u8 = 2;

/// The butterflies of two rows.
#[inline(always)]
pub(super) fn pair_rows<S: Simd, const UNITS: usize, const KIND: u8>(
    simd: S,
    skew: u8,
    [a, b]: [&[Line]; 2],
    [w, x]: [&mut [Line]; 2],
) {
    let skew = simd.factor(skew);
    for ((a, b), (w, x)) in a.iter().zip(b).zip(w.iter_mut().zip(x)) {
        for unit in 0..UNITS {
            let rows = [simd.load(a, unit), simd.load(b, unit)];
            let [first, second] = match KIND {
                FORWARD => forward(simd, skew, rows),
                _ => inverse(simd, skew, rows),
            };
            simd.store(w, unit, first);
            simd.store(x, unit, second);
        }
    }
}

/// The butterflies of four rows, two layers.
#[inline(always)]
pub(super) fn quad_rows<S: Simd, const UNITS: usize, const KIND: u8>(
    simd: S,
    [outer, low, high]: [u8; 3],
    [a, b, c, d]: [&[Line]; 4],
    [w, x, y, z]: [&mut [Line]; 4],
) {
    let factors = [simd.factor(outer), simd.factor(low), simd.factor(high)];
    let from = a.iter().zip(b).zip(c.iter().zip(d));
    let to = w.iter_mut().zip(x).zip(y.iter_mut().zip(z));
    for (((a, b), (c, d)), ((w, x), (y, z))) in from.zip(to) {
        for unit in 0..UNITS {
            let (a, b) = (simd.load(a, unit), simd.load(b, unit));
            let (c, d) = (simd.load(c, unit), simd.load(d, unit));
            let [a, b, c, d] = quad::<S, KIND>(simd, factors, [a, b, c, d]);
            simd.store(w, unit, a);
            simd.store(x, unit, b);
            simd.store(y, unit, c);
            simd.store(z, unit, d);
        }
    }
}

/// Two rows from one coset to another.
#[inline(always)]
pub(super) fn pair_at_once<S: Simd, const UNITS: usize>(
    simd: S,
    from: u8,
    to: u8,
    [a, b]: [&[Line]; 2],
    [w, x]: [&mut [Line]; 2],
) {
    let (from, to) = (simd.factor(from), simd.factor(to));
    for ((a, b), (w, x)) in a.iter().zip(b).zip(w.iter_mut().zip(x)) {
        for unit in 0..UNITS {
            let rows = inverse(simd, from, [simd.load(a, unit), simd.load(b, unit)]);
            let [first, second] = forward(simd, to, rows);
            simd.store(w, unit, first);
            simd.store(x, unit, second);
        }
    }
}

/// Four rows from one coset to another.
#[inline(always)]
pub(super) fn quad_at_once<S: Simd, const UNITS: usize>(
    simd: S,
    from: [u8; 3],
    to: [u8; 3],
    [a, b, c, d]: [&[Line]; 4],
    [w, x, y, z]: [&mut [Line]; 4],
) {
    let is_first = matches!(from, [0, 0, _]);
    let from = [
        simd.factor(from[0]),
        simd.factor(from[1]),
        simd.factor(from[2]),
    ];
    let to = [simd.factor(to[0]), simd.factor(to[1]), simd.factor(to[2])];
    let sources = a.iter().zip(b).zip(c.iter().zip(d));
    let targets = w.iter_mut().zip(x).zip(y.iter_mut().zip(z));
    for (((a, b), (c, d)), ((w, x), (y, z))) in sources.zip(targets) {
        for unit in 0..UNITS {
            let (a, b) = (simd.load(a, unit), simd.load(b, unit));
            let (c, d) = (simd.load(c, unit), simd.load(d, unit));
            let values = match is_first {
                true => quad::<S, FIRST>(simd, from, [a, b, c, d]),
                false => quad::<S, INVERSE>(simd, from, [a, b, c, d]),
            };
            let [a, b, c, d] = quad::<S, FORWARD>(simd, to, values);
            simd.store(w, unit, a);
            simd.store(x, unit, b);
            simd.store(y, unit, c);
            simd.store(z, unit, d);
        }
    }
}

/// [`quad_rows`] of rows that are overwritten.
#[inline(always)]
pub(super) fn quad_in_place<S: Simd, const UNITS: usize, const KIND: u8>(
    simd: S,
    [outer, low, high]: [u8; 3],
    [a, b, c, d]: [&mut [Line]; 4],
) {
    let factors = [simd.factor(outer), simd.factor(low), simd.factor(high)];
    for ((w, x), (y, z)) in a.iter_mut().zip(b).zip(c.iter_mut().zip(d)) {
        for unit in 0..UNITS {
            let (a, b) = (simd.load(w, unit), simd.load(x, unit));
            let (c, d) = (simd.load(y, unit), simd.load(z, unit));
            let [a, b, c, d] = quad::<S, KIND>(simd, factors, [a, b, c, d]);
            simd.store(w, unit, a);
            simd.store(x, unit, b);
            simd.store(y, unit, c);
            simd.store(z, unit, d);
        }
    }
}

#[inline(always)]
fn quad<S: Simd, const KIND: u8>(
    simd: S,
    [outer, low, high]: [S::Factor; 3],
    [a, b, c, d]: [S::Vector; 4],
) -> [S::Vector; 4] {
    match KIND {
        FORWARD => {
            let ([a, c], [b, d]) = (forward(simd, outer, [a, c]), forward(simd, outer, [b, d]));
            let ([a, b], [c, d]) = (forward(simd, low, [a, b]), forward(simd, high, [c, d]));
            [a, b, c, d]
        }
        INVERSE => {
            let ([a, b], [c, d]) = (inverse(simd, low, [a, b]), inverse(simd, high, [c, d]));
            let ([a, c], [b, d]) = (inverse(simd, outer, [a, c]), inverse(simd, outer, [b, d]));
            [a, b, c, d]
        }
        _ => {
            let (b, [c, d]) = (simd.xor(a, b), inverse(simd, high, [c, d]));
            [a, b, simd.xor(a, c), simd.xor(b, d)]
        }
    }
}

/// Values from coefficients.
#[inline(always)]
fn forward<S: Simd>(simd: S, skew: S::Factor, [a, b]: [S::Vector; 2]) -> [S::Vector; 2] {
    let product = simd.product(simd.operand(b), skew);
    [simd.xor(a, product), simd.xor3(a, b, product)]
}

/// Coefficients from values.
#[inline(always)]
fn inverse<S: Simd>(simd: S, skew: S::Factor, [a, b]: [S::Vector; 2]) -> [S::Vector; 2] {
    let b = simd.xor(a, b);
    [simd.xor(a, simd.product(simd.operand(b), skew)), b]
}
