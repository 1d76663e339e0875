//! Any shards of a code out of k of them, by whichever loop costs least.
//!
//! What is given is copied; a whole coset of the code's points (all data shards, or the first k parity shards) is
//! transformed; one that lacks few is completed first; everything else is a row of k coefficients for each wanted shard.
//! All of it is prepared once.

use crate::{
    completion::Completion,
    interpolation::Points,
    kernel::{
        dense::Product,
        strips::{self, Row},
        transform::{Evaluation, Transform},
        Kernel,
    },
};
use alloc::vec::Vec;

/// The k known shards, and how the others follow from them.
#[derive(Clone, Debug)]
pub(crate) struct Solver {
    kernel: Kernel,
    /// The known shards, in the order of inputs.
    known: Vec<u8>,
    /// For each shard of the code its row over the known ones.
    rows: Vec<Vec<u8>>,
    /// The same, arranged for the portable kernel; empty for others.
    strips: Vec<Row>,
    /// Where the known shards are a coset.
    transform: Option<Transform>,
    /// Cosets that the known shards are a part of; none for the portable kernel.
    completions: Vec<Completion>,
}

impl Solver {
    /// For `shards` shards in all.
    pub(crate) fn new(kernel: Kernel, points: &Points, shards: u8) -> Self {
        let known: Vec<u8> = points.known().collect();
        let rows: Vec<Vec<u8>> = (0..shards).map(|shard| points.row(shard)).collect();
        let (strips, transform, completions) = match kernel.is_portable() {
            true => (
                rows.iter().map(|row| Row::new(row)).collect(),
                None,
                Vec::new(),
            ),
            false => (Vec::new(), Transform::new(&known), Completion::all(points)),
        };
        Self {
            kernel,
            known,
            rows,
            strips,
            transform,
            completions,
        }
    }

    /// Overwrites the outputs with the shards `wanted`, which the code has. There are k inputs and as many outputs as
    /// wanted shards, all of one length; callers check that.
    pub(crate) fn solve(&self, inputs: &[&[u8]], wanted: &[u8], outputs: &mut [&mut [u8]]) {
        if !wanted.iter().any(|shard| self.known.contains(shard)) {
            return self.compute(inputs, wanted, outputs);
        }
        let (mut shards, mut targets) = (Vec::new(), Vec::new());
        for (shard, output) in wanted.iter().zip(outputs) {
            let known = self
                .known
                .iter()
                .zip(inputs)
                .find(|(known, _)| *known == shard);
            match known {
                Some((_, input)) => output.copy_from_slice(input),
                None => {
                    shards.push(*shard);
                    targets.push(&mut **output);
                }
            }
        }
        self.compute(inputs, &shards, &mut targets);
    }

    fn compute(&self, inputs: &[&[u8]], wanted: &[u8], outputs: &mut [&mut [u8]]) {
        if self.kernel.is_portable() {
            let rows: Vec<&Row> = select(&self.strips, wanted).collect();
            return strips::apply(&rows, inputs, outputs);
        }
        // In quarters of a row.
        let rows_cost = 4 * wanted.len();
        if let Some(transform) = &self.transform {
            if transform.cost(wanted) < rows_cost {
                let task = Evaluation {
                    transform,
                    inputs,
                    points: wanted,
                    outputs,
                };
                _ = self.kernel.run(task);
                return;
            }
        }
        let costs = self
            .completions
            .iter()
            .filter_map(|completion| Some((completion.cost(wanted)?, completion)));
        match costs.min_by_key(|(cost, _)| *cost) {
            Some((cost, completion)) if cost < rows_cost => {
                completion.run(self.kernel, inputs, wanted, outputs);
            }
            _ => {
                let rows: Vec<&[u8]> = select(&self.rows, wanted).map(Vec::as_slice).collect();
                let task = Product {
                    rows: &rows,
                    inputs,
                    outputs,
                };
                _ = self.kernel.run(task);
            }
        }
    }
}

/// The rows of these shards.
fn select<'a, T>(rows: &'a [T], shards: &'a [u8]) -> impl Iterator<Item = &'a T> {
    shards
        .iter()
        .filter_map(|shard| rows.get(usize::from(*shard)))
}
