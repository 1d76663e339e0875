//! Long runs folded to 256 bytes of the same value, on vector instructions.
//!
//! A step is 16 groups, 256 bytes. A run of steps s_0, s_1, .. has the value of the one step that is the sum of
//! s_j z^(16 j), group by group. A group is a polynomial of degree below 16, and so is z^(16 j), whose coefficients
//! are known in advance: a product of one by the other is 256 products of bytes, but by Karatsuba's rule, twice, nine
//! products of polynomials of degree below 4, which is 144. These are not multiplied out for each step: for each of
//! the nine and each of its four coefficients one sum runs over all steps, and only the sums are put together and
//! reduced modulo the field's polynomial.
//!
//! Goals: the field's arithmetic happens once per 64 KiB; the inner loop is the one of [`dense`](crate::kernel::dense).
//! Non-goals: short runs.

use super::{
    element::{times_low_polynomial, Element, LEN},
    table::{self, Table},
};
use crate::kernel::{
    dense::{dot, store},
    simd::{Line, Simd, Task, LINE},
    Kernel,
};
use alloc::{vec, vec::Vec};

/// Groups of a step.
const GROUPS: usize = 16;

/// A run's unit: 16 groups, four lines.
pub(super) type Step = [u8; GROUPS * LEN];

/// Steps that are folded at a time, 64 KiB.
const STEPS: usize = 256;

/// Steps whose planes are in the first level cache at a time.
const BATCH: usize = 16;

/// Operands of the nine products of Karatsuba's rule, used twice.
const PLANES: usize = 9;

/// Coefficients of each operand.
const PART: usize = 4;

/// The operands of a fixed factor.
type Weights = [[u8; PART]; PLANES];

/// For each product and each coefficient of the fixed operand, the sum over the steps.
type Sums = [[Line; PART]; PLANES];

/// Folds runs at one point.
#[derive(Debug)]
pub(super) struct Fold {
    kernel: Kernel,
    /// For each plane, the operands of z^0, z^16, z^32, ..; one more than there are steps, for what was folded before.
    weights: Vec<[[u8; PART]; STEPS + 1]>,
}

impl Fold {
    /// At the point whose table this is; `None` on the portable kernel, whose tables are faster.
    pub(super) fn new(kernel: Kernel, table: &Table) -> Option<Self> {
        if kernel.is_portable() {
            return None;
        }
        let mut weights = vec![[[0; PART]; STEPS + 1]; PLANES];
        let mut power = table::pack(Element::ONE);
        for step in 0..=STEPS {
            for (plane, operand) in weights.iter_mut().zip(operands(power.to_le_bytes())) {
                if let Some(weight) = plane.get_mut(step) {
                    *weight = operand;
                }
            }
            // The table multiplies by z to the number of lanes.
            power = (0..GROUPS / table::LANES).fold(power, |power, _| table.mul(power));
        }
        Some(Self { kernel, weights })
    }

    /// The step that has the run's value.
    pub(super) fn fold(&self, steps: &[Step]) -> Step {
        let later = [0; GROUPS * LEN];
        steps.rchunks(STEPS).fold(later, |later, steps| {
            let task = Sum {
                weights: &self.weights,
                steps,
                later: &later,
            };
            self.kernel.run(task).unwrap_or(later)
        })
    }
}

/// The parts of a polynomial of degree below 16, and what Karatsuba's rule multiplies of them.
fn operands(coefficients: [u8; LEN]) -> Weights {
    let (parts, _) = coefficients.as_chunks::<PART>();
    let part = |i: usize| parts.get(i).copied().unwrap_or_default();
    let add = |mut a: [u8; PART], b: [u8; PART]| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a ^= b);
        a
    };
    let (low, high) = ([part(0), part(1)], [part(2), part(3)]);
    let both = [add(low[0], high[0]), add(low[1], high[1])];
    let three = |[a, b]: [[u8; PART]; 2]| [a, b, add(a, b)];
    let [[a, b, c], [d, e, f], [g, h, i]] = [three(low), three(high), three(both)];
    [a, b, c, d, e, f, g, h, i]
}

/// A fold of at most [`STEPS`] steps.
struct Sum<'a> {
    weights: &'a [[[u8; PART]; STEPS + 1]],
    steps: &'a [Step],
    /// What follows the steps, folded.
    later: &'a Step,
}

impl Task for Sum<'_> {
    type Output = Step;

    #[inline(always)]
    fn run<S: Simd, const UNITS: usize>(self, simd: S) -> Step {
        let mut sums = [[[0; LINE]; PART]; PLANES];
        let mut planes = Planes([[[0; LINE]; BATCH]; PLANES]);
        let batches = self
            .steps
            .chunks(BATCH)
            .chain([core::slice::from_ref(self.later)]);
        let mut first = 0;
        for batch in batches {
            spread::<S, UNITS>(simd, batch, &mut planes);
            let weights = self
                .weights
                .iter()
                .map(|weights| weights.get(first..).unwrap_or_default());
            for ((sums, plane), weights) in sums.iter_mut().zip(&planes.0).zip(weights) {
                let plane = plane.iter().take(batch.len()).zip(weights);
                add::<S, UNITS>(simd, plane, sums);
            }
            first += batch.len();
        }
        together(&sums, S::LANES)
    }
}

/// The variable operands of some steps: for each plane a line a step, four bytes for each group.
#[repr(align(64))]
struct Planes([[Line; BATCH]; PLANES]);

/// Splits groups into their parts and forms the operands of Karatsuba's rule.
#[inline(always)]
fn spread<S: Simd, const UNITS: usize>(simd: S, steps: &[Step], planes: &mut Planes) {
    let [p0, p1, p2, p3, p4, p5, p6, p7, p8] = &mut planes.0;
    let low = p0.iter_mut().zip(p1).zip(p2);
    let high = p3.iter_mut().zip(p4).zip(p5);
    let both = p6.iter_mut().zip(p7).zip(p8);
    let lines = low.zip(high).zip(both);
    for (step, ((((p0, p1), p2), ((p3, p4), p5)), ((p6, p7), p8))) in steps.iter().zip(lines) {
        let (lines, _) = step.as_chunks::<LINE>();
        for unit in 0..UNITS {
            let mut parts = [simd.zero(); 4];
            for (vector, part) in (4 * unit..).zip(&mut parts) {
                if let Some(line) = lines.get(vector / UNITS) {
                    *part = simd.load(line, vector % UNITS);
                }
            }
            let [a, b, c, d] = simd.transpose(parts);
            let (e, f) = (simd.xor(a, c), simd.xor(b, d));
            simd.store(p0, unit, a);
            simd.store(p1, unit, b);
            simd.store(p2, unit, simd.xor(a, b));
            simd.store(p3, unit, c);
            simd.store(p4, unit, d);
            simd.store(p5, unit, simd.xor(c, d));
            simd.store(p6, unit, e);
            simd.store(p7, unit, f);
            simd.store(p8, unit, simd.xor(e, f));
        }
    }
}

/// Adds to the sums of a plane.
#[inline(always)]
fn add<'a, S: Simd, const UNITS: usize>(
    simd: S,
    plane: impl Iterator<Item = (&'a Line, &'a [u8; PART])>,
    sums: &mut [Line; PART],
) {
    let mut vectors = [[simd.zero(); UNITS]; PART];
    for (vectors, line) in vectors.iter_mut().zip(&*sums) {
        for (unit, vector) in vectors.iter_mut().enumerate() {
            *vector = simd.load(line, unit);
        }
    }
    let vectors = dot::<S, UNITS, PART>(simd, plane, vectors);
    for (line, vectors) in sums.iter_mut().zip(vectors) {
        store(simd, line, vectors);
    }
}

/// The step that the sums stand for. Vectors with `lanes` lanes of 16 bytes left the groups in another order.
fn together(sums: &Sums, lanes: usize) -> Step {
    let mut step = [0; GROUPS * LEN];
    let (groups, _) = step.as_chunks_mut::<LEN>();
    for word in 0..GROUPS {
        // Word `i` of lane `lane` comes from vector 4 unit + i of the step.
        let (unit, lane, i) = (word / 4 / lanes, word / 4 % lanes, word % 4);
        if let Some(group) = groups.get_mut((4 * unit + i) * lanes + lane) {
            *group = group_of(sums, word).to_le_bytes();
        }
    }
    step
}

/// Multiplies out one group.
fn group_of(sums: &Sums, word: usize) -> u128 {
    let products = sums.each_ref().map(|parts| {
        let coefficients = parts
            .iter()
            .rev()
            .map(|line| line.as_chunks::<PART>().0.get(word % GROUPS).copied())
            .map(Option::unwrap_or_default);
        // Coefficient i of the fixed operand shifts by i bytes.
        coefficients.fold(0u128, |sum, part| {
            (sum << 8) ^ u128::from(u32::from_le_bytes(part))
        })
    });
    let [low, high, both] = products.as_chunks::<3>().0 else {
        return 0;
    };
    let join = |[a, b, ab]: &[u128; 3]| a ^ ((ab ^ a ^ b) << 32) ^ (b << 64);
    let (low, high, both) = (join(low), join(high), join(both));
    let middle = both ^ low ^ high;
    reduce(low ^ (middle << 64), high ^ (middle >> 64))
}

/// Modulo the field's polynomial: `high` counts from x^16 on and has at most 15 coefficients.
fn reduce(low: u128, high: u128) -> u128 {
    // What the products with x^3 and with x push past x^16.
    let overflow = (high >> 104) ^ (high >> 120);
    low ^ times_low_polynomial(high) ^ times_low_polynomial(overflow)
}
