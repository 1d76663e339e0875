//! The code as evaluation, by the additive fast Fourier transform: (k/2) log2 k products for k shards instead of k^2.
//!
//! Shard i is the value at the point i of one polynomial of degree below k. As k is a power of two, the points of the data
//! shards are a subspace over bits, and those of k parity shards a coset of it. Lin, Chung and Han ("Novel Polynomial
//! Basis and Its Application to Reed-Solomon Erasure Codes", FOCS 2014) give a basis of polynomials in which values over
//! such a coset and coefficients turn into each other by layers of butterflies. No Vandermonde matrix is needed, and
//! the result is the same code, byte for byte.
//!
//! With W_i the polynomial that vanishes on the points below 2^i, scaled to 1 at the point 2^i, a butterfly of layer i
//! takes rows a and b that are 2^i apart, in a block that starts at the point p:
//! values from coefficients: a += W_i(p) b, then b += a; coefficients from values: b += a, then a += W_i(p) b.
//!
//! Goals: rows that fit into registers stay there through all layers ([`wide`]); of more rows a strip stays in the first level
//! cache, and two layers at a time in registers.
//! Non-goals: shards that are not a whole coset ([`super::dense`] does these).

mod butterflies;
mod wide;

use super::{
    dense::copy,
    simd::{Line, Simd, Task, LINE},
};
use crate::field::{invert, mul};
use alloc::{vec, vec::Vec};
use ballast_core::limits::{MAX_DATA_SHARDS, MAX_SHARDS};
use butterflies::{pair_at_once, pair_rows, quad_in_place, quad_rows, FIRST, FORWARD, INVERSE};

/// Most rows of a transform.
const MAX_ROWS: usize = MAX_DATA_SHARDS as usize;

/// Most shards that can be wanted at a time.
const MAX_OUTPUTS: usize = MAX_SHARDS as usize;

/// Most cosets that shards lie in: n <= 4 k.
const MAX_COSETS: usize = 4;

/// Lines of a strip, over all rows: 16 KiB, half of a first level cache.
const STRIP_LINES: usize = 256;

/// The factors of a coset's butterflies: layer i's block b at (k >> (i + 1)) + b.
type Skews = [u8; MAX_ROWS];

/// Butterflies for k rows, from one coset to others.
#[derive(Clone, Debug)]
pub(crate) struct Transform {
    /// log2 k.
    layers: u32,
    /// The coset of the inputs.
    from: usize,
    /// For each row of that coset, the input that is it.
    inputs: [u8; MAX_ROWS],
    /// For each coset, its factors.
    skews: [Skews; MAX_COSETS],
}

/// A transform of inputs to outputs.
pub(crate) struct Evaluation<'a, 'b> {
    pub(crate) transform: &'a Transform,
    /// k inputs of one length.
    pub(crate) inputs: &'a [&'a [u8]],
    /// The points of the outputs.
    pub(crate) points: &'a [u8],
    /// As long as the inputs.
    pub(crate) outputs: &'a mut [&'b mut [u8]],
}

impl Transform {
    /// From the shards `present` to any others; `None` unless these are one whole coset, in any order.
    pub(crate) fn new(present: &[u8]) -> Option<Self> {
        let rows = present.len();
        let from = usize::from(*present.first()?).checked_div(rows)?;
        let is_coset = rows.is_power_of_two()
            && (2..=MAX_ROWS).contains(&rows)
            && present
                .iter()
                .all(|point| usize::from(*point) / rows == from);
        if !is_coset {
            return None;
        }
        let mut inputs = [0; MAX_ROWS];
        for (input, point) in (0..).zip(present) {
            *inputs.get_mut(usize::from(*point) % rows)? = input;
        }
        let layers = rows.trailing_zeros();
        Some(Self {
            layers,
            from,
            inputs,
            skews: skews(layers),
        })
    }

    /// What it costs to make these shards by transform, in quarters of what a row costs.
    pub(crate) fn cost(&self, points: &[u8]) -> usize {
        let cosets = (0..MAX_COSETS)
            .filter(|coset| self.has(*coset, points))
            .count();
        3 * self.layers as usize * (1 + cosets)
    }

    /// Working memory for the shards `points`.
    fn strips(&self, points: &[u8]) -> Vec<Strip> {
        let cosets = points.chunk_by(|a, b| self.coset_of(*a) == self.coset_of(*b));
        let (mut count, mut is_whole) = (0, true);
        for coset in cosets {
            count += 1;
            is_whole &= coset.len() == self.rows();
        }
        let strips = match (count, is_whole, self.layers) {
            (_, true, 0..=1) => 0,
            (0 | 1, true, _) => 1,
            (0 | 1, false, _) | (_, _, 0..=1) => 2,
            _ => 3,
        };
        vec![Strip([[0; LINE]; STRIP_LINES]); strips]
    }

    const fn rows(&self) -> usize {
        1 << self.layers
    }

    fn has(&self, coset: usize, points: &[u8]) -> bool {
        points.iter().any(|point| self.coset_of(*point) == coset)
    }

    const fn coset_of(&self, point: u8) -> usize {
        point as usize >> self.layers
    }

    const fn row_of(&self, point: u8) -> usize {
        point as usize & (self.rows() - 1)
    }

    fn skews(&self, coset: usize) -> &Skews {
        // Points are below n <= 4 k.
        self.skews.get(coset).unwrap_or(&[0; MAX_ROWS])
    }
}

/// The factors of all cosets of 2^layers points.
fn skews(layers: u32) -> [Skews; MAX_COSETS] {
    let mut skews = [[0; MAX_ROWS]; MAX_COSETS];
    for (coset, skews) in skews.iter_mut().enumerate() {
        for layer in 0..layers {
            let blocks = 1usize << (layers - layer - 1);
            for block in 0..blocks {
                let point = (coset << layers) + (block << (layer + 1));
                // Cosets past the field's 256 points are never asked for.
                if let (Some(skew), Ok(point)) =
                    (skews.get_mut(blocks + block), u8::try_from(point))
                {
                    *skew = vanishing(layer, point);
                }
            }
        }
    }
    skews
}

/// W_layer at `point`, scaled to 1 at 2^layer.
fn vanishing(layer: u32, point: u8) -> u8 {
    // W_0(x) = x; W_(i+1)(x) = W_i(x) (W_i(x) + W_i(2^i)), as W_i is linear over bits.
    let values = (0..layer).fold((point, 1u8 << layer), |(at_point, at_basis), i| {
        let own = raw_vanishing(i, 1 << i);
        (mul(at_point, at_point ^ own), mul(at_basis, at_basis ^ own))
    });
    mul(values.0, invert(values.1))
}

fn raw_vanishing(layer: u32, point: u8) -> u8 {
    (0..layer).fold(point, |value, i| {
        mul(value, value ^ raw_vanishing(i, 1 << i))
    })
}

impl Task for Evaluation<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd, const UNITS: usize>(self, simd: S) {
        if wide::fits::<S>(self.transform.layers) {
            return wide::run::<S, UNITS>(simd, self);
        }
        let rows = self.transform.rows();
        let mut work = Work::<S, UNITS> {
            simd,
            transform: self.transform,
            points: self.points,
            strips: self.transform.strips(self.points),
        };
        let mut inputs = [&[][..]; MAX_ROWS];
        let mut tails = [[0; LINE]; MAX_ROWS];
        for ((row, tail), input) in inputs
            .iter_mut()
            .zip(&mut tails)
            .zip(self.transform.inputs)
            .take(rows)
        {
            let bytes = self
                .inputs
                .get(usize::from(input))
                .copied()
                .unwrap_or_default();
            let (lines, rest) = bytes.as_chunks::<LINE>();
            *row = lines;
            copy(tail, rest);
        }
        let inputs = inputs.get(..rows).unwrap_or_default();
        let lines = inputs.first().map_or(0, |input| input.len());
        let step = STRIP_LINES / rows;
        for start in (0..lines).step_by(step) {
            let strip = start..lines.min(start + step);
            let sources = array(
                inputs
                    .iter()
                    .map(|input| input.get(strip.clone()).unwrap_or_default()),
            );
            let targets = self.outputs.iter_mut().map(|output| {
                let (lines, _) = output.as_chunks_mut::<LINE>();
                lines.get_mut(strip.clone()).unwrap_or_default()
            });
            work.strip(strip.len(), &sources, targets);
        }
        if self.outputs.iter().any(|output| output.len() % LINE > 0) {
            let mut ends = [[[0; LINE]; 1]; MAX_OUTPUTS];
            let sources = array(tails.chunks(1).take(rows));
            work.strip(
                1,
                &sources,
                ends.iter_mut()
                    .map(|end| &mut end[..])
                    .take(self.outputs.len()),
            );
            for (output, end) in self.outputs.iter_mut().zip(&ends) {
                let (_, rest) = output.as_chunks_mut::<LINE>();
                copy(rest, end.as_flattened());
            }
        }
    }
}

/// A strip of all rows; rows one after the other, each with the same number of lines.
#[derive(Clone)]
#[repr(align(64))]
struct Strip([Line; STRIP_LINES]);

/// The rows of a strip.
type Sources<'a> = [&'a [Line]; MAX_ROWS];

/// The rows of a strip, to be overwritten.
type Targets<'a> = [&'a mut [Line]; MAX_ROWS];

struct Work<'a, S, const UNITS: usize> {
    simd: S,
    transform: &'a Transform,
    points: &'a [u8],
    /// Coefficients; where rows go that nobody wants; a copy of the coefficients. Those that are needed.
    strips: Vec<Strip>,
}

impl<S: Simd, const UNITS: usize> Work<'_, S, UNITS> {
    /// One strip: `lines` of each input, and of each output.
    #[inline(always)]
    fn strip<'t>(
        &mut self,
        lines: usize,
        inputs: &Sources<'_>,
        outputs: impl Iterator<Item = &'t mut [Line]>,
    ) {
        let (transform, points) = (self.transform, self.points);
        let used = lines << transform.layers;
        let mut strips = self.strips.iter_mut();
        let mut next = || {
            strips
                .next()
                .and_then(|strip| strip.0.get_mut(..used))
                .unwrap_or_default()
        };
        let (coefficients, spare, values) = (next(), next(), next());
        let mut outputs = points.iter().zip(outputs).peekable();
        let pass = Pass::<S, UNITS> {
            simd: self.simd,
            lines,
            layers: transform.layers,
        };
        let from = transform.skews(transform.from);
        if transform.layers > 1 {
            pass.interpolate(from, inputs, coefficients);
        }
        while let Some((point, _)) = outputs.peek() {
            let coset = transform.coset_of(**point);
            let mut targets = array(spare.chunks_exact_mut(lines));
            // A point that is wanted twice has its second turn with the next run.
            let mut placed = 0u64;
            let mut is_next = |(point, _): &(&u8, _)| {
                let row = 1 << transform.row_of(**point);
                let is_new = placed & row == 0;
                placed |= row;
                transform.coset_of(**point) == coset && is_new
            };
            while let Some((point, output)) = outputs.next_if(&mut is_next) {
                if let Some(target) = targets.get_mut(transform.row_of(*point)) {
                    *target = output;
                }
            }
            if transform.layers <= 1 {
                pass.at_once(from, transform.skews(coset), inputs, &mut targets);
                continue;
            }
            let source = match outputs.peek() {
                Some(_) => {
                    values.copy_from_slice(coefficients);
                    &mut *values
                }
                None => &mut *coefficients,
            };
            pass.evaluate(transform.skews(coset), source, &mut targets);
        }
    }
}

/// What passes over a strip have in common.
#[derive(Clone, Copy)]
struct Pass<S, const UNITS: usize> {
    simd: S,
    /// Lines of a row.
    lines: usize,
    layers: u32,
}

impl<S: Simd, const UNITS: usize> Pass<S, UNITS> {
    /// Values over a coset from those over another, of two rows: coefficients stay in registers.
    #[inline(always)]
    fn at_once(self, from: &Skews, to: &Skews, inputs: &Sources<'_>, targets: &mut Targets<'_>) {
        let ([_, from, ..], [_, to, ..]) = (from, to);
        let ([a, b, ..], [w, x, ..]) = (inputs, targets);
        pair_at_once::<S, UNITS>(self.simd, *from, *to, [*a, *b], [*w, *x]);
    }

    /// Coefficients from the inputs, which are values over a coset.
    #[inline(always)]
    fn interpolate(self, skews: &Skews, inputs: &Sources<'_>, coefficients: &mut [Line]) {
        let (simd, lines) = (self.simd, self.lines);
        let inner = skews_of(skews, self.layers, 0);
        let mut layer = match self.layers % 2 {
            1 => {
                let rows = inputs
                    .as_chunks()
                    .0
                    .iter()
                    .zip(coefficients.chunks_exact_mut(2 * lines));
                for ((from, to), skew) in rows.zip(inner) {
                    pair_rows::<S, UNITS, INVERSE>(simd, *skew, *from, halves(to));
                }
                1
            }
            _ => {
                let rows = inputs
                    .as_chunks()
                    .0
                    .iter()
                    .zip(coefficients.chunks_exact_mut(4 * lines));
                for ((from, to), skews) in rows.zip(quad_skews(skews, self.layers, 0)) {
                    if let [0, 0, _] = skews {
                        quad_rows::<S, UNITS, FIRST>(simd, skews, *from, quarters(to));
                    } else {
                        quad_rows::<S, UNITS, INVERSE>(simd, skews, *from, quarters(to));
                    }
                }
                2
            }
        };
        while layer < self.layers {
            let blocks = coefficients.chunks_exact_mut((4 * lines) << layer);
            for (block, skews) in blocks.zip(quad_skews(skews, self.layers, layer)) {
                if let [0, 0, _] = skews {
                    quad_in_place::<S, UNITS, FIRST>(simd, skews, quarters(block));
                } else {
                    quad_in_place::<S, UNITS, INVERSE>(simd, skews, quarters(block));
                }
            }
            layer += 2;
        }
    }

    /// Values over a coset from the coefficients, which are overwritten.
    #[inline(always)]
    fn evaluate(self, skews: &Skews, coefficients: &mut [Line], targets: &mut Targets<'_>) {
        let (simd, lines) = (self.simd, self.lines);
        let mut layer = self.layers;
        while layer > 2 {
            layer -= 2;
            let blocks = coefficients.chunks_exact_mut((4 * lines) << layer);
            for (block, skews) in blocks.zip(quad_skews(skews, self.layers, layer)) {
                quad_in_place::<S, UNITS, FORWARD>(simd, skews, quarters(block));
            }
        }
        if layer == 1 {
            let rows = coefficients
                .chunks_exact_mut(2 * lines)
                .zip(targets.as_chunks_mut().0);
            for ((from, to), skew) in rows.zip(skews_of(skews, self.layers, 0)) {
                let from = halves(from).map(|row| &*row);
                pair_rows::<S, UNITS, FORWARD>(
                    simd,
                    *skew,
                    from,
                    to.each_mut().map(|row| &mut **row),
                );
            }
        } else {
            let rows = coefficients
                .chunks_exact_mut(4 * lines)
                .zip(targets.as_chunks_mut().0);
            for ((from, to), skews) in rows.zip(quad_skews(skews, self.layers, 0)) {
                let from = quarters(from).map(|row| &*row);
                quad_rows::<S, UNITS, FORWARD>(
                    simd,
                    skews,
                    from,
                    to.each_mut().map(|row| &mut **row),
                );
            }
        }
    }
}

fn halves(block: &mut [Line]) -> [&mut [Line]; 2] {
    let (a, b) = block.split_at_mut(block.len() / 2);
    [a, b]
}

fn quarters(block: &mut [Line]) -> [&mut [Line]; 4] {
    let [ab, cd] = halves(block);
    let ([a, b], [c, d]) = (halves(ab), halves(cd));
    [a, b, c, d]
}

/// For each block of two layers the factor of the outer one and the two of the inner one.
fn quad_skews(skews: &Skews, layers: u32, inner: u32) -> impl Iterator<Item = [u8; 3]> + '_ {
    let (pairs, _) = skews_of(skews, layers, inner).as_chunks::<2>();
    let outer = skews_of(skews, layers, inner + 1).iter();
    outer
        .zip(pairs)
        .map(|(outer, [low, high])| [*outer, *low, *high])
}

/// The factors of a layer's blocks.
fn skews_of(skews: &Skews, layers: u32, layer: u32) -> &[u8] {
    let blocks = 1usize << (layers - layer - 1);
    skews.get(blocks..2 * blocks).unwrap_or_default()
}

/// The items, then defaults.
fn array<T: Default>(items: impl Iterator<Item = T>) -> [T; MAX_ROWS] {
    let mut items = items;
    core::array::from_fn(|_| items.next().unwrap_or_default())
}
