//! Butterflies over lines of two to sixteen rows: the arithmetic of a pass. Which rows and factors is the caller's.

use super::{
    super::simd::{Line, Simd},
    quad_skews, skews_of, Skews,
};

/// Lines of a piece: loops over it have a constant bound, so that nothing is checked within.
pub(super) const PIECE: usize = 8;

/// That many lines of one row.
pub(super) type Piece = [Line; PIECE];

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

/// The butterflies of four times `FOURS` rows, with the factors of one coset.
pub(super) trait Butterflies<S: Simd, const FOURS: usize> {
    /// With the factors of a coset of that many points.
    fn new(simd: S, skews: &Skews) -> Self;
    /// All layers, from the values or towards them. `#[inline(always)]` in every implementation, as no closure can be: it is
    /// to be compiled for the instructions at hand.
    fn apply<const KIND: u8>(
        &self,
        simd: S,
        rows: [[S::Vector; 4]; FOURS],
    ) -> [[S::Vector; 4]; FOURS];
}

/// Two layers of four rows: the outer factor, and the two of the inner layer.
pub(super) struct Four<F>([F; 3]);

/// Three layers of eight rows: two inner blocks of four rows, and the factor of the layer that joins them.
pub(super) struct Eight<F> {
    inner: [[F; 3]; 2],
    outer: F,
}

/// Four layers of sixteen rows: four inner blocks of four rows, and the two layers that join them.
pub(super) struct Sixteen<F> {
    inner: [[F; 3]; 4],
    outer: [F; 3],
}

impl<S: Simd> Butterflies<S, 1> for Four<S::Factor> {
    #[inline(always)]
    fn new(simd: S, skews: &Skews) -> Self {
        let [skews] = first_quads(skews, 2, 0);
        Self(factors(simd, skews))
    }

    #[inline(always)]
    fn apply<const KIND: u8>(&self, simd: S, [rows]: [[S::Vector; 4]; 1]) -> [[S::Vector; 4]; 1] {
        [quad::<S, KIND>(simd, self.0, rows)]
    }
}

impl<S: Simd> Butterflies<S, 2> for Eight<S::Factor> {
    #[inline(always)]
    fn new(simd: S, skews: &Skews) -> Self {
        let [a, b] = first_quads(skews, 3, 0);
        let outer = skews_of(skews, 3, 2).first();
        Self {
            inner: [factors(simd, a), factors(simd, b)],
            outer: simd.factor(outer.copied().unwrap_or_default()),
        }
    }

    #[inline(always)]
    fn apply<const KIND: u8>(
        &self,
        simd: S,
        [low, high]: [[S::Vector; 4]; 2],
    ) -> [[S::Vector; 4]; 2] {
        let [first, second] = self.inner;
        match KIND {
            FORWARD => {
                let [low, high] = joined::<S, FORWARD>(simd, self.outer, low, high);
                [
                    quad::<S, FORWARD>(simd, first, low),
                    quad::<S, FORWARD>(simd, second, high),
                ]
            }
            _ => {
                let low = quad::<S, KIND>(simd, first, low);
                let high = quad::<S, INVERSE>(simd, second, high);
                joined::<S, KIND>(simd, self.outer, low, high)
            }
        }
    }
}

impl<S: Simd> Butterflies<S, 4> for Sixteen<S::Factor> {
    #[inline(always)]
    fn new(simd: S, skews: &Skews) -> Self {
        let ([a, b, c, d], [outer]) = (first_quads(skews, 4, 0), first_quads(skews, 4, 2));
        Self {
            inner: [
                factors(simd, a),
                factors(simd, b),
                factors(simd, c),
                factors(simd, d),
            ],
            outer: factors(simd, outer),
        }
    }

    #[inline(always)]
    fn apply<const KIND: u8>(&self, simd: S, rows: [[S::Vector; 4]; 4]) -> [[S::Vector; 4]; 4] {
        let [p, q, r, s] = self.inner;
        match KIND {
            FORWARD => {
                let [a, b, c, d] = across::<S, FORWARD>(simd, self.outer, rows);
                [
                    quad::<S, FORWARD>(simd, p, a),
                    quad::<S, FORWARD>(simd, q, b),
                    quad::<S, FORWARD>(simd, r, c),
                    quad::<S, FORWARD>(simd, s, d),
                ]
            }
            _ => {
                let [a, b, c, d] = rows;
                let rows = [
                    quad::<S, KIND>(simd, p, a),
                    quad::<S, INVERSE>(simd, q, b),
                    quad::<S, INVERSE>(simd, r, c),
                    quad::<S, INVERSE>(simd, s, d),
                ];
                across::<S, KIND>(simd, self.outer, rows)
            }
        }
    }
}

#[inline(always)]
fn factors<S: Simd>(simd: S, [outer, low, high]: [u8; 3]) -> [S::Factor; 3] {
    [simd.factor(outer), simd.factor(low), simd.factor(high)]
}

/// The factors of the first blocks of two layers.
#[inline(always)]
fn first_quads<const N: usize>(skews: &Skews, layers: u32, inner: u32) -> [[u8; 3]; N] {
    let mut quads = quad_skews(skews, layers, inner);
    core::array::from_fn(|_| quads.next().unwrap_or_default())
}

/// Values over one coset from those over another, a piece of each row: coefficients stay in registers.
#[inline(always)]
pub(super) fn piece_at_once<S: Simd, B, const UNITS: usize, const FOURS: usize, const KIND: u8>(
    simd: S,
    from: &B,
    to: &B,
    inputs: [[&Piece; 4]; FOURS],
    mut targets: [[&mut Piece; 4]; FOURS],
) where
    B: Butterflies<S, FOURS>,
{
    for line in 0..PIECE {
        for unit in 0..UNITS {
            let mut rows = [[simd.zero(); 4]; FOURS];
            for (rows, inputs) in rows.iter_mut().zip(inputs) {
                *rows = load_quad(simd, inputs, line, unit);
            }
            let coefficients = from.apply::<KIND>(simd, rows);
            let rows = to.apply::<FORWARD>(simd, coefficients);
            for (target, rows) in targets.iter_mut().zip(rows) {
                store_quad(simd, target, line, unit, rows);
            }
        }
    }
}

/// The same line of four rows.
#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "the remainder is below the array's length"
)]
fn load_quad<S: Simd>(
    simd: S,
    [a, b, c, d]: [&Piece; 4],
    line: usize,
    unit: usize,
) -> [S::Vector; 4] {
    let line = line % PIECE;
    [
        simd.load(&a[line], unit),
        simd.load(&b[line], unit),
        simd.load(&c[line], unit),
        simd.load(&d[line], unit),
    ]
}

#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "the remainder is below the array's length"
)]
fn store_quad<S: Simd>(
    simd: S,
    rows: &mut [&mut Piece; 4],
    line: usize,
    unit: usize,
    vectors: [S::Vector; 4],
) {
    for (row, vector) in rows.iter_mut().zip(vectors) {
        simd.store(&mut row[line % PIECE], unit, vector);
    }
}

/// A layer of each row of `a` with its partner in `b`.
#[inline(always)]
fn joined<S: Simd, const KIND: u8>(
    simd: S,
    skew: S::Factor,
    a: [S::Vector; 4],
    b: [S::Vector; 4],
) -> [[S::Vector; 4]; 2] {
    let [a0, b0] = pair::<S, KIND>(simd, skew, [a[0], b[0]]);
    let [a1, b1] = pair::<S, KIND>(simd, skew, [a[1], b[1]]);
    let [a2, b2] = pair::<S, KIND>(simd, skew, [a[2], b[2]]);
    let [a3, b3] = pair::<S, KIND>(simd, skew, [a[3], b[3]]);
    [[a0, a1, a2, a3], [b0, b1, b2, b3]]
}

#[inline(always)]
fn pair<S: Simd, const KIND: u8>(
    simd: S,
    skew: S::Factor,
    [a, b]: [S::Vector; 2],
) -> [S::Vector; 2] {
    match KIND {
        FORWARD => forward(simd, skew, [a, b]),
        INVERSE => inverse(simd, skew, [a, b]),
        _ => [a, simd.xor(a, b)],
    }
}

/// Two layers of the first rows of all fours, of the second ones, and so on.
#[inline(always)]
fn across<S: Simd, const KIND: u8>(
    simd: S,
    skews: [S::Factor; 3],
    rows: [[S::Vector; 4]; 4],
) -> [[S::Vector; 4]; 4] {
    let [a, b, c, d] = turn(rows);
    turn([
        quad::<S, KIND>(simd, skews, a),
        quad::<S, KIND>(simd, skews, b),
        quad::<S, KIND>(simd, skews, c),
        quad::<S, KIND>(simd, skews, d),
    ])
}

#[inline(always)]
fn turn<V: Copy>([a, b, c, d]: [[V; 4]; 4]) -> [[V; 4]; 4] {
    [
        [a[0], b[0], c[0], d[0]],
        [a[1], b[1], c[1], d[1]],
        [a[2], b[2], c[2], d[2]],
        [a[3], b[3], c[3], d[3]],
    ]
}
