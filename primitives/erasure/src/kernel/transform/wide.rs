//! Transforms that fit into a processor's registers: up to sixteen rows go through all their layers in one pass over the inputs.
//!
//! Goals: each line is loaded once and stored once. Non-goals: more rows than registers ([`super::Pass`] does these).

use super::{
    super::{
        dense::copy,
        simd::{Simd, LINE},
    },
    butterflies::{piece_at_once, Butterflies, Eight, Four, Piece, Sixteen, FIRST, INVERSE, PIECE},
    Evaluation, Transform, MAX_ROWS,
};
use alloc::{vec, vec::Vec};

/// Bytes of a piece.
const PIECE_LEN: usize = PIECE * LINE;

static BLANK: Piece = [[0; LINE]; PIECE];

/// The outputs of one coset, by row.
struct Coset<'a> {
    number: usize,
    outputs: Vec<Option<&'a mut [u8]>>,
}

/// Whether these rows fit.
pub(super) const fn fits<S: Simd>(layers: u32) -> bool {
    layers >= 2 && 1 << layers <= S::ROWS_AT_ONCE
}

/// Overwrites the outputs.
#[inline(always)]
pub(super) fn run<S: Simd, const UNITS: usize>(simd: S, task: Evaluation<'_, '_>) {
    let (transform, rows) = (task.transform, task.transform.rows());
    let mut inputs = [&[][..]; MAX_ROWS];
    for (row, input) in inputs.iter_mut().zip(transform.inputs).take(rows) {
        let input = task.inputs.get(usize::from(input));
        *row = input.copied().unwrap_or_default();
    }
    let inputs = inputs.get(..rows).unwrap_or_default();
    let mut cosets = Coset::all(transform, task.points, task.outputs);
    // Rows that nobody wants, and the ends of rows.
    let (mut spare, mut ends) = (vec![BLANK; rows], vec![BLANK; rows]);
    let len = inputs.first().map_or(0, |input| input.len());
    let whole = len - len % PIECE_LEN;
    let mut sources = [&BLANK; MAX_ROWS];
    for start in (0..whole).step_by(PIECE_LEN) {
        for (source, input) in sources.iter_mut().zip(inputs) {
            *source = piece(input, start).unwrap_or(&BLANK);
        }
        for coset in &mut cosets {
            let targets = coset.outputs.iter_mut().zip(&mut spare);
            let targets = targets.map(|(output, spare)| {
                let output = output.as_deref_mut();
                output
                    .and_then(|output| piece_mut(output, start))
                    .unwrap_or(spare)
            });
            _ = evaluate::<S, UNITS>(simd, transform, coset.number, &sources, targets);
        }
    }
    if whole == len {
        return;
    }
    for (end, input) in ends.iter_mut().zip(inputs) {
        copy(
            end.as_flattened_mut(),
            input.get(whole..).unwrap_or_default(),
        );
    }
    for (source, end) in sources.iter_mut().zip(&ends) {
        *source = end;
    }
    for coset in &mut cosets {
        let targets = spare.iter_mut();
        _ = evaluate::<S, UNITS>(simd, transform, coset.number, &sources, targets);
        for (output, made) in coset.outputs.iter_mut().zip(&spare) {
            let rest = output.as_deref_mut().and_then(|all| all.get_mut(whole..));
            copy(rest.unwrap_or_default(), made.as_flattened());
        }
    }
}

impl<'a> Coset<'a> {
    /// The cosets of the points. A point that is wanted twice has its second turn in a coset of its own.
    fn all(transform: &Transform, points: &[u8], outputs: &'a mut [&mut [u8]]) -> Vec<Self> {
        let mut cosets: Vec<Self> = Vec::new();
        for (point, output) in points.iter().zip(outputs) {
            let (number, row) = (transform.coset_of(*point), transform.row_of(*point));
            let is_free = |coset: &Self| {
                coset.number == number && coset.outputs.get(row).is_some_and(Option::is_none)
            };
            let at = cosets.iter().position(is_free).unwrap_or_else(|| {
                let outputs = core::iter::repeat_with(|| None).take(transform.rows());
                cosets.push(Self {
                    number,
                    outputs: outputs.collect(),
                });
                cosets.len() - 1
            });
            let place = cosets.get_mut(at);
            if let Some(place) = place.and_then(|coset| coset.outputs.get_mut(row)) {
                *place = Some(output);
            }
        }
        cosets
    }
}

/// A piece of the values over a coset. `None` only if there are fewer targets than rows.
#[inline(always)]
fn evaluate<'t, S: Simd, const UNITS: usize>(
    simd: S,
    transform: &Transform,
    coset: usize,
    sources: &[&Piece; MAX_ROWS],
    mut targets: impl Iterator<Item = &'t mut Piece>,
) -> Option<()> {
    let targets = &mut targets;
    match transform.layers {
        2 => {
            let targets = [four(targets)?];
            at_once::<S, Four<_>, UNITS, 1>(simd, transform, coset, sources, targets)
        }
        3 => {
            let targets = [four(targets)?, four(targets)?];
            at_once::<S, Eight<_>, UNITS, 2>(simd, transform, coset, sources, targets)
        }
        _ => {
            let targets = [
                four(targets)?,
                four(targets)?,
                four(targets)?,
                four(targets)?,
            ];
            at_once::<S, Sixteen<_>, UNITS, 4>(simd, transform, coset, sources, targets)
        }
    }
}

#[inline(always)]
fn at_once<S: Simd, B: Butterflies<S, FOURS>, const UNITS: usize, const FOURS: usize>(
    simd: S,
    transform: &Transform,
    coset: usize,
    sources: &[&Piece; MAX_ROWS],
    targets: [[&mut Piece; 4]; FOURS],
) -> Option<()> {
    let inputs = *sources.as_chunks().0.first_chunk()?;
    let from = B::new(simd, transform.skews(transform.from));
    let to = B::new(simd, transform.skews(coset));
    match transform.from {
        0 => piece_at_once::<S, B, UNITS, FOURS, FIRST>(simd, &from, &to, inputs, targets),
        _ => piece_at_once::<S, B, UNITS, FOURS, INVERSE>(simd, &from, &to, inputs, targets),
    }
    Some(())
}

fn piece(input: &[u8], start: usize) -> Option<&Piece> {
    let (lines, _) = input.get(start..start + PIECE_LEN)?.as_chunks::<LINE>();
    lines.try_into().ok()
}

fn piece_mut(output: &mut [u8], start: usize) -> Option<&mut Piece> {
    let bytes = output.get_mut(start..start + PIECE_LEN)?;
    let (lines, _) = bytes.as_chunks_mut::<LINE>();
    lines.try_into().ok()
}

#[inline(always)]
fn four<'t>(targets: &mut impl Iterator<Item = &'t mut Piece>) -> Option<[&'t mut Piece; 4]> {
    Some([
        targets.next()?,
        targets.next()?,
        targets.next()?,
        targets.next()?,
    ])
}
