//! Rebuilding by way of a coset that is nearly whole: its few missing shards cost a row each, all others follow by transform.
//!
//! Goals: the loss of nearly all data shards costs little more than encoding did. Blocks pass in steps that stay in the
//! second level cache from the rows to the transform.
//! Non-goals: the choice between this and rows alone ([`super::solver`] compares their costs).

use crate::{
    interpolation::Points,
    kernel::{
        dense::Product,
        transform::{Evaluation, Transform},
        Kernel,
    },
};
use alloc::{vec, vec::Vec};

/// Bytes of all k inputs that pass at a time.
const STEP_BYTES: usize = 128 << 10;

/// A coset of the code's points of which some, not all, are known.
#[derive(Clone, Debug)]
pub(crate) struct Completion {
    /// The points that are not known.
    missing: Vec<u8>,
    /// Their rows over the known shards.
    rows: Vec<Vec<u8>>,
    /// Where each point of the coset comes from, in ascending order.
    sources: Vec<Source>,
    transform: Transform,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    /// This input.
    Known(usize),
    /// This row.
    Missing(usize),
}

impl Completion {
    /// Of every coset that has known shards and lacks some. Points past the last shard are points all the same.
    pub(crate) fn all(points: &Points) -> Vec<Self> {
        let known: Vec<u8> = points.known().collect();
        let Ok(rows) = u8::try_from(known.len()) else {
            return Vec::new();
        };
        let mut starts: Vec<u8> = known.iter().map(|point| point - point % rows).collect();
        starts.sort_unstable();
        starts.dedup();
        starts
            .into_iter()
            .filter_map(|start| Self::new(points, &known, start))
            .collect()
    }

    fn new(points: &Points, known: &[u8], start: u8) -> Option<Self> {
        let last = start.checked_add(u8::try_from(known.len()).ok()?.checked_sub(1)?)?;
        let coset: Vec<u8> = (start..=last).collect();
        let transform = Transform::new(&coset)?;
        let mut missing = Vec::new();
        let mut source = |point: &u8| match known.iter().position(|known| known == point) {
            Some(input) => Source::Known(input),
            None => {
                missing.push(*point);
                Source::Missing(missing.len() - 1)
            }
        };
        let sources = coset.iter().map(&mut source).collect();
        let rows = missing.iter().map(|point| points.row(*point)).collect();
        (!missing.is_empty()).then_some(Self {
            missing,
            rows,
            sources,
            transform,
        })
    }

    /// What it costs to make these shards, in quarters of a row; `None` if rows alone do the same.
    pub(crate) fn cost(&self, wanted: &[u8]) -> Option<usize> {
        let others: Vec<u8> = wanted
            .iter()
            .filter(|shard| !self.missing.contains(shard))
            .copied()
            .collect();
        (!others.is_empty()).then(|| 4 * self.rows.len() + self.transform.cost(&others))
    }

    /// Overwrites the outputs with the shards `wanted`.
    pub(crate) fn run(
        &self,
        kernel: Kernel,
        inputs: &[&[u8]],
        wanted: &[u8],
        outputs: &mut [&mut [u8]],
    ) {
        let len = inputs.first().map_or(0, |input| input.len());
        let step = (STEP_BYTES / inputs.len().max(1)).max(1);
        let mut made = vec![vec![0; step.min(len)]; self.rows.len()];
        let rows: Vec<&[u8]> = self.rows.iter().map(Vec::as_slice).collect();
        for start in (0..len).step_by(step) {
            let range = start..len.min(start + step);
            let inputs: Vec<&[u8]> = inputs
                .iter()
                .map(|input| input.get(range.clone()).unwrap_or_default())
                .collect();
            let mut made: Vec<&mut [u8]> = made
                .iter_mut()
                .map(|row| row.get_mut(..range.len()).unwrap_or_default())
                .collect();
            _ = kernel.run(Product {
                rows: &rows,
                inputs: &inputs,
                outputs: &mut made,
            });
            let outputs = outputs
                .iter_mut()
                .map(|output| output.get_mut(range.clone()).unwrap_or_default());
            self.transform_step(kernel, &inputs, &made, wanted.iter().zip(outputs));
        }
    }

    /// The whole coset to what is wanted.
    fn transform_step<'a, 'b>(
        &self,
        kernel: Kernel,
        inputs: &[&[u8]],
        made: &[&mut [u8]],
        wanted: impl Iterator<Item = (&'a u8, &'b mut [u8])>,
    ) {
        let coset: Vec<&[u8]> = self
            .sources
            .iter()
            .map(|source| match source {
                Source::Known(input) => inputs.get(*input).copied().unwrap_or_default(),
                Source::Missing(row) => made.get(*row).map(|row| &**row).unwrap_or_default(),
            })
            .collect();
        let (mut points, mut outputs) = (Vec::new(), Vec::new());
        for (shard, output) in wanted {
            let row = self.missing.iter().position(|point| point == shard);
            match row.and_then(|row| made.get(row)) {
                Some(row) => output.copy_from_slice(row),
                None => {
                    points.push(*shard);
                    outputs.push(output);
                }
            }
        }
        _ = kernel.run(Evaluation {
            transform: &self.transform,
            inputs: &coset,
            points: &points,
            outputs: &mut outputs,
        });
    }
}
