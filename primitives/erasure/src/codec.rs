//! Encoder and decoder of column blocks.

use crate::{
    interpolation::{Points, PointsError},
    kernel::Kernel,
    solver::Solver,
};
use alloc::vec::Vec;
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
    parity: Vec<u8>,
    solver: Solver,
}

/// Makes any blocks out of those of k shards. Which k is fixed, so how the others follow from them is computed once.
#[derive(Clone, Debug)]
pub struct Decoder {
    code: Code,
    solver: Solver,
}

impl Encoder {
    /// An encoder of `code`.
    pub fn new(code: Code) -> Self {
        Self::with_kernel(code, Kernel::best())
    }

    /// An encoder of `code` on a kernel of the caller's choice.
    pub fn with_kernel(code: Code, kernel: Kernel) -> Self {
        let points = Points::of_data(code);
        Self {
            code,
            parity: (code.data_shards()..code.total_shards()).collect(),
            solver: Solver::new(kernel, &points, code.total_shards()),
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
        common_len(data, parity)?;
        self.solver.solve(data, &self.parity, parity);
        Ok(())
    }
}

impl Decoder {
    /// A decoder for blocks of exactly the k shards `present`, in this order.
    pub fn new(code: Code, present: &[ShardIndex]) -> Result<Self, PointsError> {
        Self::with_kernel(code, present, Kernel::best())
    }

    /// A decoder like that of [`Decoder::new`] on a kernel of the caller's choice.
    pub fn with_kernel(
        code: Code,
        present: &[ShardIndex],
        kernel: Kernel,
    ) -> Result<Self, PointsError> {
        let points = Points::new(code, present)?;
        Ok(Self {
            code,
            solver: Solver::new(kernel, &points, code.total_shards()),
        })
    }

    /// The code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Overwrites `out` with the blocks of the shards `wanted`, data or parity, out of the blocks `present`, which are
    /// in the order the decoder was made for. A shard that is present is copied; others cost at most one row each.
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
        common_len(present, out)?;
        let unknown = |shard: &&ShardIndex| shard.0 >= self.code.total_shards();
        if let Some(shard) = wanted.iter().find(unknown) {
            return Err(CodecError::NoSuchShard {
                code: self.code,
                shard: *shard,
            });
        }
        let wanted: Vec<u8> = wanted.iter().map(|shard| shard.0).collect();
        self.solver.solve(present, &wanted, out);
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

fn common_len(inputs: &[&[u8]], outputs: &[&mut [u8]]) -> Result<(), CodecError> {
    let expected = inputs.first().map_or(0, |input| input.len());
    let lens = inputs.iter().map(|input| input.len());
    let mut lens = lens.chain(outputs.iter().map(|output| output.len()));
    match lens.find(|len| *len != expected) {
        Some(actual) => Err(CodecError::Length { expected, actual }),
        None => Ok(()),
    }
}
