//! Encoder and decoder of column blocks.

use crate::{
    interpolation::{Points, PointsError},
    kernel::{Matrix, Row},
};
use alloc::{collections::BTreeMap, vec::Vec};
use ballast_core::{Code, ShardIndex};

/// Why blocks were not coded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// More or fewer blocks than the code needs.
    #[error("expected {expected} {what}, got {actual}; give one block for each")]
    Count {
        /// What they are.
        what: &'static str,
        /// How many are needed.
        expected: usize,
        /// How many were given.
        actual: usize,
    },
    /// Blocks of different lengths.
    #[error("all blocks must have the length of the first, {expected} bytes, one has {actual}; pad it with zeros")]
    Length {
        /// Length of the first block.
        expected: usize,
        /// Another block's length.
        actual: usize,
    },
    /// The code has no such shard.
    #[error("code {code} has no shard {shard}, only 0 to {}", code.total_shards().saturating_sub(1))]
    NoSuchShard {
        /// The code.
        code: Code,
        /// The shard asked for.
        shard: ShardIndex,
    },
}

/// Makes parity blocks out of data blocks.
#[derive(Clone, Debug)]
pub struct Encoder {
    code: Code,
    matrix: Matrix,
}

/// Makes any blocks out of those of k shards. Which k is fixed, so their weights are computed once.
#[derive(Clone, Debug)]
pub struct Decoder {
    code: Code,
    /// For each shard of the code, its row over the k present ones.
    rows: BTreeMap<ShardIndex, Row>,
}

impl Encoder {
    /// An encoder of `code`.
    pub fn new(code: Code) -> Self {
        let points = Points::of_data(code);
        let parity = code.data_shards()..code.total_shards();
        let rows = parity
            .map(|shard| Row::new(&points.row(ShardIndex(shard))))
            .collect();
        Self {
            code,
            matrix: Matrix::new(usize::from(code.data_shards()), rows),
        }
    }

    /// The code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Overwrites `parity` (n - k blocks) with the parity of `data` (k blocks), all of one length.
    pub fn encode(&self, data: &[&[u8]], parity: &mut [&mut [u8]]) -> Result<(), CodecError> {
        check_count("data blocks", self.code.data_shards(), data.len())?;
        check_count("parity blocks", self.code.parity_shards(), parity.len())?;
        let len = common_len(data, parity)?;
        self.matrix.apply(len, data, parity);
        Ok(())
    }
}

impl Decoder {
    /// A decoder for blocks of exactly the k shards `present`, in this order.
    pub fn new(code: Code, present: &[ShardIndex]) -> Result<Self, PointsError> {
        let points = Points::new(code, present)?;
        let shards = (0..code.total_shards()).map(ShardIndex);
        let rows = shards
            .map(|shard| (shard, Row::new(&points.row(shard))))
            .collect();
        Ok(Self { code, rows })
    }

    /// The code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Overwrites `out` with the blocks of the shards `wanted`, data or parity, out of the blocks `present`, which are
    /// in the order the decoder was made for. Costs one row for each wanted shard.
    pub fn rebuild(
        &self,
        present: &[&[u8]],
        wanted: &[ShardIndex],
        out: &mut [&mut [u8]],
    ) -> Result<(), CodecError> {
        check_count("present blocks", self.code.data_shards(), present.len())?;
        if wanted.len() != out.len() {
            return Err(CodecError::Count {
                what: "blocks to rebuild",
                expected: wanted.len(),
                actual: out.len(),
            });
        }
        let len = common_len(present, out)?;
        let row = |shard: &ShardIndex| {
            let no_such_shard = CodecError::NoSuchShard {
                code: self.code,
                shard: *shard,
            };
            self.rows.get(shard).cloned().ok_or(no_such_shard)
        };
        let rows = wanted.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        Matrix::new(present.len(), rows).apply(len, present, out);
        Ok(())
    }
}

fn check_count(what: &'static str, expected: u8, actual: usize) -> Result<(), CodecError> {
    let expected = usize::from(expected);
    match expected == actual {
        true => Ok(()),
        false => Err(CodecError::Count {
            what,
            expected,
            actual,
        }),
    }
}

fn common_len(inputs: &[&[u8]], outputs: &[&mut [u8]]) -> Result<usize, CodecError> {
    let expected = inputs.first().map_or(0, |input| input.len());
    let lens = inputs.iter().map(|input| input.len());
    let mut lens = lens.chain(outputs.iter().map(|output| output.len()));
    match lens.find(|len| *len != expected) {
        Some(actual) => Err(CodecError::Length { expected, actual }),
        None => Ok(expected),
    }
}
