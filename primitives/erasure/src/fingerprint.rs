//! Fingerprints: 16 bytes that stand for a shard, so that a certificate can show that all shards lie on the code.
//!
//! The coded column (zero-padded to the length all columns share) is read as 16-byte groups c_0, c_1, ..., elements of
//! GF(2^8)\[x\] modulo [`POLYNOMIAL`], byte i the coefficient of x^i. The fingerprint at the point z is the sum of
//! c_i z^i. It is linear over GF(2^8), as the code is, so the fingerprints of a codeword's shards form a codeword.
//!
//! Goals: a column off the code passes at a random point with a probability of at most (groups / 2^128), below 2^-93
//! for the longest column; column blocks may come in any order. The point must be fixed after the shards are
//! (`ballast_core::receipt::fingerprint_point`).
//! Non-goals: binding bytes to the shard root; hiding anything.

mod element;
mod fold;
mod table;

pub use element::POLYNOMIAL;

use crate::{
    field::mul,
    interpolation::{check_shards, Points, PointsError},
    kernel::Kernel,
};
use alloc::{sync::Arc, vec::Vec};
use ballast_core::{Code, Fingerprint, ShardIndex};
use element::{Element, LEN};
use fold::Fold;
use table::Table;

/// Bits of a number of groups: columns have at most 2^39 bytes, other lengths only cost powers.
const POWERS: usize = 64;

/// The point at which shards are fingerprinted, with what makes that fast: powers, and 73 KiB of tables. Cheap to
/// clone.
#[derive(Clone, Debug)]
pub struct Point(Arc<Prepared>);

#[derive(Debug)]
struct Prepared {
    /// z to the powers 1, 2, 4, 8, ...
    powers: Vec<Element>,
    /// Multiplies by z to the number of lanes.
    table: Table,
    /// Shortens long runs, where there are vector instructions.
    fold: Option<Fold>,
}

/// Computes the fingerprint of one column from its parts, in any order.
#[derive(Clone, Debug)]
pub struct Fingerprinter {
    point: Point,
    sum: Element,
}

/// Why fingerprints are not those of a codeword.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodewordError {
    /// Fewer than k.
    #[error("fingerprints of at least {} shards are needed, got {actual}; add more", code.data_shards())]
    TooFew {
        /// The code.
        code: Code,
        /// Fingerprints given.
        actual: usize,
    },
    /// A shard that the code has not, or twice.
    #[error(transparent)]
    Shards(#[from] PointsError),
    /// A fingerprint does not follow from the first k.
    #[error(
        "the first fingerprints give {expected} for shard {shard}, got {actual}; one of these shards is not on the code"
    )]
    OffTheCode {
        /// The shard that differs.
        shard: ShardIndex,
        /// What the first k give.
        expected: Fingerprint,
        /// What was given.
        actual: Fingerprint,
    },
}

impl Point {
    /// The point with these coefficients.
    pub fn new(bytes: [u8; LEN]) -> Self {
        Self::with_kernel(bytes, Kernel::best())
    }

    /// The point with these coefficients, for fingerprints on a kernel of the caller's choice.
    pub fn with_kernel(bytes: [u8; LEN], kernel: Kernel) -> Self {
        let point = Element(bytes);
        let powers: Vec<Element> =
            core::iter::successors(Some(point), |power| Some(power.square()))
                .take(POWERS)
                .collect();
        let table = Table::new(power(&powers, table::LANES as u64));
        let fold = Fold::new(kernel, &table);
        Self(Arc::new(Prepared {
            powers,
            table,
            fold,
        }))
    }

    /// z^exponent.
    fn power(&self, exponent: u64) -> Element {
        power(&self.0.powers, exponent)
    }
}

fn power(powers: &[Element], exponent: u64) -> Element {
    let bits = powers
        .iter()
        .enumerate()
        .filter(|(bit, _)| (exponent >> bit) & 1 == 1);
    bits.fold(Element::ONE, |product, (_, power)| product.mul(*power))
}

impl Fingerprinter {
    /// A fingerprint of no bytes yet: zero, the fingerprint of an empty shard.
    pub fn new(point: Point) -> Self {
        Self {
            point,
            sum: Element::ZERO,
        }
    }

    /// Adds a run of column bytes. `column_offset` is a multiple of 16, and so is the length, except at the end of
    /// the column, which counts as zero-padded. Each byte is given once, in any order of runs.
    ///
    /// # Panics
    /// With debug assertions, if `column_offset` is not a multiple of 16.
    pub fn update(&mut self, column_offset: u64, bytes: &[u8]) {
        debug_assert!(
            column_offset.is_multiple_of(LEN as u64),
            "runs begin with a group"
        );
        let run = self.evaluate(bytes);
        self.sum = self
            .sum
            .add(run.mul(self.point.power(column_offset / LEN as u64)));
    }

    /// The fingerprint of what was added.
    pub fn finish(&self) -> Fingerprint {
        Fingerprint(self.sum.0)
    }

    /// The run's own fingerprint: its whole steps folded into one, and what is left.
    fn evaluate(&self, bytes: &[u8]) -> Element {
        let (steps, rest) = bytes.as_chunks();
        let fold = self.point.0.fold.as_ref().filter(|_| steps.len() > 1);
        let Some(fold) = fold else {
            return self.evaluate_groups(bytes);
        };
        let head = self.evaluate_groups(&fold.fold(steps));
        let groups = steps.as_flattened().len() / LEN;
        head.add(
            self.evaluate_groups(rest)
                .mul(self.point.power(groups as u64)),
        )
    }

    /// The same group by group. The last groups, too few for the lanes, are taken one by one.
    fn evaluate_groups(&self, bytes: &[u8]) -> Element {
        let whole = bytes.len() - bytes.len() % (LEN * table::LANES);
        let (lanes, rest) = bytes.split_at_checked(whole).unwrap_or((bytes, &[]));
        let lanes = self.point.0.table.evaluate(lanes).into_iter().enumerate();
        let head = lanes.fold(Element::ZERO, |sum, (lane, value)| {
            sum.add(value.mul(self.point.power(lane as u64)))
        });
        let rest = rest.chunks(LEN).rev().fold(Element::ZERO, |sum, group| {
            sum.mul(self.point.power(1)).add(Element::padded(group))
        });
        head.add(rest.mul(self.point.power((whole / LEN) as u64)))
    }
}

/// Checks that fingerprints lie on one codeword: those after the first k follow from the first k. At least k distinct
/// shards of the code, in any order; an empty shard has the fingerprint zero. Just k always pass.
pub fn is_codeword(
    code: Code,
    fingerprints: &[(ShardIndex, Fingerprint)],
) -> Result<(), CodewordError> {
    let shards: Vec<ShardIndex> = fingerprints.iter().map(|(shard, _)| *shard).collect();
    check_shards(code, &shards)?;
    let too_few = CodewordError::TooFew {
        code,
        actual: fingerprints.len(),
    };
    let data_shards = usize::from(code.data_shards());
    let (known, rest) = fingerprints.split_at_checked(data_shards).ok_or(too_few)?;
    let points = Points::new(code, shards.get(..data_shards).unwrap_or_default())?;
    rest.iter().try_for_each(|(shard, actual)| {
        let expected = combine(&points.row(shard.0), known);
        match expected == *actual {
            true => Ok(()),
            false => Err(CodewordError::OffTheCode {
                shard: *shard,
                expected,
                actual: *actual,
            }),
        }
    })
}

/// The sum of the fingerprints, each times its coefficient.
pub(crate) fn combine(
    coefficients: &[u8],
    fingerprints: &[(ShardIndex, Fingerprint)],
) -> Fingerprint {
    let mut sum = [0; LEN];
    for (coefficient, (_, fingerprint)) in coefficients.iter().zip(fingerprints) {
        for (byte, value) in sum.iter_mut().zip(fingerprint.0) {
            *byte ^= mul(*coefficient, value);
        }
    }
    Fingerprint(sum)
}
