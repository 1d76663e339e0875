//! A matrix times columns, one coefficient at a time: any rows over any inputs.
//!
//! Four sums stay in registers while all inputs of a line pass by, so a coefficient costs one product and one sum.

use super::simd::{Line, Simd, Task, LINE};
use ballast_core::limits::MAX_DATA_SHARDS;

/// Rows whose sums are held in registers together.
pub(crate) const ROWS: usize = 4;

/// Most inputs of a matrix.
const MAX_INPUTS: usize = MAX_DATA_SHARDS as usize;

/// Sets each output to its row of coefficients times the inputs.
pub(crate) struct Product<'a, 'b> {
    /// One row for each output, one coefficient for each input.
    pub(crate) rows: &'a [&'a [u8]],
    /// At most 64, all of one length.
    pub(crate) inputs: &'a [&'a [u8]],
    /// As long as the inputs.
    pub(crate) outputs: &'a mut [&'b mut [u8]],
}

impl Task for Product<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd, const UNITS: usize>(self, simd: S) {
        let mut lines = [&[][..]; MAX_INPUTS];
        let mut tails = [[0; LINE]; MAX_INPUTS];
        let count = self.inputs.len().min(MAX_INPUTS);
        for ((input, lines), tail) in self.inputs.iter().zip(&mut lines).zip(&mut tails) {
            let (whole, rest) = input.as_chunks();
            *lines = whole;
            copy(tail, rest);
        }
        let lines = lines.get(..count).unwrap_or_default();
        let tails = tails.get(..count).unwrap_or_default();
        let mut outputs = self.outputs.chunks_mut(ROWS);
        for rows in self.rows.chunks(ROWS) {
            let outputs = outputs.next().unwrap_or_default();
            match (rows, outputs) {
                ([a, b, c, d], [w, x, y, z]) => {
                    apply::<S, UNITS, 4>(simd, [a, b, c, d], lines, tails, [w, x, y, z]);
                }
                ([a, b, c], [x, y, z]) => {
                    apply::<S, UNITS, 2>(simd, [a, b], lines, tails, [x, y]);
                    apply::<S, UNITS, 1>(simd, [c], lines, tails, [z]);
                }
                ([a, b], [y, z]) => apply::<S, UNITS, 2>(simd, [a, b], lines, tails, [y, z]),
                ([a], [z]) => apply::<S, UNITS, 1>(simd, [a], lines, tails, [z]),
                _ => {}
            }
        }
    }
}

/// Some rows over all lines, then over what is left, zero-padded.
#[inline(always)]
fn apply<S: Simd, const UNITS: usize, const R: usize>(
    simd: S,
    rows: [&[u8]; R],
    lines: &[&[Line]],
    tails: &[Line],
    outputs: [&mut &mut [u8]; R],
) {
    let mut coefficients = [[0; R]; MAX_INPUTS];
    for (input, coefficients) in coefficients.iter_mut().enumerate() {
        *coefficients = rows.map(|row| row.get(input).copied().unwrap_or_default());
    }
    let coefficients = coefficients.get(..lines.len()).unwrap_or_default();
    let mut outputs = outputs.map(|output| output.as_chunks_mut::<LINE>());
    for line in 0..outputs.first().map_or(0, |(whole, _)| whole.len()) {
        let column = lines.iter().map(|input| input.get(line).unwrap_or(&ZEROS));
        let sums = dot::<S, UNITS, R>(simd, column.zip(coefficients), [[simd.zero(); UNITS]; R]);
        for ((output, _), sum) in outputs.iter_mut().zip(sums) {
            if let Some(target) = output.get_mut(line) {
                store(simd, target, sum);
            }
        }
    }
    if outputs.iter().any(|(_, rest)| !rest.is_empty()) {
        let column = tails.iter().zip(coefficients);
        let sums = dot::<S, UNITS, R>(simd, column, [[simd.zero(); UNITS]; R]);
        for ((_, rest), sum) in outputs.iter_mut().zip(sums) {
            let mut line = [0; LINE];
            store(simd, &mut line, sum);
            copy(rest, &line);
        }
    }
}

static ZEROS: Line = [0; LINE];

/// Adds to each of the sums the lines times that sum's coefficients.
#[inline(always)]
pub(crate) fn dot<'a, S: Simd, const UNITS: usize, const R: usize>(
    simd: S,
    column: impl Iterator<Item = (&'a Line, &'a [u8; R])>,
    mut sums: [[S::Vector; UNITS]; R],
) -> [[S::Vector; UNITS]; R] {
    for (line, coefficients) in column {
        let mut operands = [simd.operand(simd.zero()); UNITS];
        for (unit, operand) in operands.iter_mut().enumerate() {
            *operand = simd.operand(simd.load(line, unit));
        }
        for (sum, coefficient) in sums.iter_mut().zip(coefficients) {
            let factor = simd.factor(*coefficient);
            for (sum, operand) in sum.iter_mut().zip(operands) {
                *sum = simd.xor(*sum, simd.product(operand, factor));
            }
        }
    }
    sums
}

/// Overwrites a line.
#[inline(always)]
pub(crate) fn store<S: Simd, const UNITS: usize>(
    simd: S,
    line: &mut Line,
    vectors: [S::Vector; UNITS],
) {
    for (unit, vector) in vectors.into_iter().enumerate() {
        simd.store(line, unit, vector);
    }
}

/// Copies as many bytes as both have.
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    let len = to.len().min(from.len());
    if let (Some(to), Some(from)) = (to.get_mut(..len), from.get(..len)) {
        to.copy_from_slice(from);
    }
}
