//! Columns times coefficients on the portable kernel: plain Rust, no `std`, the reference of the others.
//!
//! No multiplication tables, only xor and doubling, which every compiler turns into vector instructions. For a strip
//! of [`STRIP`] bytes of all inputs, the sums of every subset of each [`GROUP`] inputs are formed once, in the first
//! level cache. An output is then, by Horner's rule over the eight bits of its coefficients: double, and add for each
//! group the subset whose coefficients have that bit. So a coefficient costs two vector additions instead of as many
//! table look-ups as the strip has bytes; about ten times as fast as a table row each on plain x86-64.

use super::simd::LINE as STRIP;
use crate::field::double;
use alloc::{vec, vec::Vec};

/// Inputs whose subsets are summed in advance. The subsets of 64 inputs take 16 KiB.
const GROUP: usize = 4;

/// Subsets of a group.
const SUBSETS: usize = 1 << GROUP;

/// Bits of a coefficient.
const BITS: usize = 8;

/// Aligned, so that vector instructions take it from memory as it is.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Strip([u8; STRIP]);

/// A row of coefficients, arranged for [`apply`]: for each bit from the highest down and each group of inputs,
/// the subset of inputs whose coefficient has the bit.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    subsets: Vec<u8>,
}

impl Row {
    pub(crate) fn new(coefficients: &[u8]) -> Self {
        let subset = |bit: usize, group: &[u8]| {
            group.iter().rev().fold(0, |subset, coefficient| {
                (subset << 1) | ((coefficient >> bit) & 1)
            })
        };
        let bits = (0..BITS).rev();
        Self {
            subsets: bits
                .flat_map(|bit| {
                    coefficients
                        .chunks(GROUP)
                        .map(move |group| subset(bit, group))
                })
                .collect(),
        }
    }
}

/// Sets each output to its row times the inputs. All slices have one length; there are as many inputs as coefficients in
/// a row and as many outputs as rows. Callers check both.
pub(crate) fn apply(rows: &[&Row], inputs: &[&[u8]], outputs: &mut [&mut [u8]]) {
    let len = inputs.first().map_or(0, |input| input.len());
    let mut sums = Sums::new(inputs.len());
    for start in (0..len).step_by(STRIP) {
        let end = len.min(start.saturating_add(STRIP));
        let strips = inputs
            .iter()
            .map(|input| input.get(start..end).unwrap_or_default());
        sums.load(strips);
        for (row, output) in rows.iter().zip(outputs.iter_mut()) {
            let strip = sums.dot(row);
            if let Some(output) = output.get_mut(start..end) {
                strip.store(output);
            }
        }
    }
}

/// The sums of all subsets of each group, for one strip.
struct Sums {
    groups: Vec<[Strip; SUBSETS]>,
}

impl Sums {
    fn new(inputs: usize) -> Self {
        Self {
            groups: vec![[Strip::ZERO; SUBSETS]; inputs.div_ceil(GROUP)],
        }
    }

    fn load<'a>(&mut self, mut inputs: impl Iterator<Item = &'a [u8]>) {
        for group in &mut self.groups {
            for member in 0..GROUP {
                // A group that is not full, under k = 2, counts as filled with zeros.
                let strip = inputs.next().map_or(Strip::ZERO, Strip::padded);
                add_member(group, member, &strip);
            }
        }
    }

    /// A row times the inputs.
    fn dot(&self, row: &Row) -> Strip {
        let mut sum = Strip::ZERO;
        for (bit, subsets) in row.subsets.chunks_exact(self.groups.len()).enumerate() {
            if bit > 0 {
                sum.double();
            }
            for (group, subset) in self.groups.iter().zip(subsets) {
                sum.add(subset_sum(group, *subset));
            }
        }
        sum
    }
}

/// Forms the sums of the subsets whose highest member is `member`: each is a subset without it, and it.
fn add_member(group: &mut [Strip; SUBSETS], member: usize, strip: &Strip) {
    let (below, from) = group.split_at_mut(1 << member);
    for (without, with) in below.iter().zip(from) {
        *with = *without;
        with.add(strip);
    }
}

#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "four bits index 16 subsets; the mask spares a branch in the inner loop"
)]
fn subset_sum(group: &[Strip; SUBSETS], subset: u8) -> &Strip {
    &group[usize::from(subset) % SUBSETS]
}

impl Strip {
    const ZERO: Self = Self([0; STRIP]);

    fn padded(bytes: &[u8]) -> Self {
        let mut strip = Self::ZERO;
        strip
            .0
            .iter_mut()
            .zip(bytes)
            .for_each(|(byte, value)| *byte = *value);
        strip
    }

    fn store(&self, output: &mut [u8]) {
        output
            .iter_mut()
            .zip(&self.0)
            .for_each(|(byte, value)| *byte = *value);
    }

    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(byte, value)| *byte ^= value);
    }

    #[inline(always)]
    fn double(&mut self) {
        self.0.iter_mut().for_each(|byte| *byte = double(*byte));
    }
}
