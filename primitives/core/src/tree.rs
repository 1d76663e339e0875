//! The tree of a column: what a shard root commits to, and how any part of the shard is proven alone.
//!
//! A column is a left-balanced BLAKE3 tree over its own bytes, so a cell is a node of it and the cells above merge
//! like BLAKE3 parents. Only the leaf counters are not the column's: a data cell is hashed at its offset in the blob
//! (its value is a node of the blob's own tree), a parity cell at offset 0. A column's root is never finalized as a
//! root: a shard root is a [`ChainingValue`] and cannot be mistaken for an [`Address`](crate::Address).
//!
//! Goals: a [`Group`] (1 KiB to 1 MiB) verifies with one list of siblings, from its node to the shard root; position
//! and length are bound, because counters, tree path and number of siblings all follow from the [`Layout`].
//! Non-goals: whether the shards form a codeword (fingerprints do that).

mod path;
mod values;

pub(crate) use path::{climb, path, step_count, Merged};
pub use values::ShardValues;

use crate::{
    ids::{BlockIndex, ChainingValue, ChunkIndex, ShardIndex},
    layout::Layout,
    limits::{CHUNK_LEN, COLUMN_BLOCK_LEN, MAX_PROOF_SIBLINGS},
};
use alloc::vec::Vec;
use blake3::{
    hazmat::{left_subtree_len, HasherExt},
    Hasher,
};
use codec::{
    Compact, CompactLen, Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input,
    MaxEncodedLen,
};
use core::ops::Range;
use scale_info::TypeInfo;

/// An aligned run of column bytes: `[start, start + len)`, cut at the end of the column. `len` is a power of two from
/// 1 KiB to 1 MiB and divides `start`, so a group is always a node of the column's tree.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Group {
    /// Offset in the column.
    pub start: u64,
    /// Length, before the cut at the end of the column.
    pub len: u64,
}

/// The siblings of a group's node, from the bottom up to the shard root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, TypeInfo)]
pub struct GroupProof {
    /// Values of the siblings, bottom-up.
    pub siblings: Vec<ChainingValue>,
}

/// Why a group, a proof or a list of unit values is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Not an aligned power of two.
    #[error(
        "{len} bytes at {start} are no group; ask for a power of two from 1024 to 1048576 that divides the start"
    )]
    NotAGroup {
        /// Start asked for.
        start: u64,
        /// Length asked for.
        len: u64,
    },
    /// Starts past the end of the column.
    #[error(
        "shard {shard} has {shard_len} bytes, nothing starts at {start}; ask for an offset below its length"
    )]
    PastTheEnd {
        /// The shard.
        shard: ShardIndex,
        /// Start asked for.
        start: u64,
        /// Length of the shard.
        shard_len: u64,
    },
    /// The bytes are more or fewer than the layout says.
    #[error(
        "expected {expected} bytes at {start} of shard {shard}, got {actual}; read the range again"
    )]
    WrongByteLen {
        /// The shard.
        shard: ShardIndex,
        /// Offset in the column.
        start: u64,
        /// Bytes the layout says.
        expected: u64,
        /// Bytes given.
        actual: u64,
    },
    /// The proof is longer or shorter than the path.
    #[error(
        "the path from {start} of shard {shard} to its root has {expected} siblings, the proof has {actual}; \
         fetch it from another worker"
    )]
    WrongProofLen {
        /// The shard.
        shard: ShardIndex,
        /// Offset in the column.
        start: u64,
        /// Siblings the layout says.
        expected: usize,
        /// Siblings given.
        actual: usize,
    },
    /// Bytes and proof lead to another root.
    #[error(
        "bytes at {start} of shard {shard} lead to root {actual}, the chain says {expected}; \
         fetch them from another worker"
    )]
    WrongRoot {
        /// The shard.
        shard: ShardIndex,
        /// Offset in the column.
        start: u64,
        /// Root on chain.
        expected: ChainingValue,
        /// Root that the bytes and siblings give.
        actual: ChainingValue,
    },
    /// A block's bytes are not those the values were made of.
    #[error(
        "block {block} of shard {shard} hashes to {actual}, expected {expected}; its bytes have changed, restore them"
    )]
    WrongBlock {
        /// The shard.
        shard: ShardIndex,
        /// The block.
        block: BlockIndex,
        /// Value of the block.
        expected: ChainingValue,
        /// Value of the bytes given.
        actual: ChainingValue,
    },
    /// Not the shard that was asked for.
    #[error("expected the values of shard {expected}, got those of shard {actual}")]
    WrongShard {
        /// The shard asked for.
        expected: ShardIndex,
        /// The shard given.
        actual: ShardIndex,
    },
    /// The number of unit values is not the layout's.
    #[error("shard {shard} has {expected} units, got {actual} values; hash the whole column")]
    WrongUnitCount {
        /// The shard.
        shard: ShardIndex,
        /// Units the layout says.
        expected: u32,
        /// Values given.
        actual: usize,
    },
}

impl Group {
    /// A group, if start and length are those of one.
    pub fn new(start: u64, len: u64) -> Result<Self, TreeError> {
        let group = Self { start, len };
        if group.is_aligned() {
            Ok(group)
        } else {
            Err(TreeError::NotAGroup { start, len })
        }
    }

    /// The group of a whole column block.
    pub const fn block(block: BlockIndex) -> Self {
        Self {
            start: block.0 as u64 * COLUMN_BLOCK_LEN,
            len: COLUMN_BLOCK_LEN,
        }
    }

    /// The group of one chunk.
    pub const fn chunk(chunk: ChunkIndex) -> Self {
        Self {
            start: chunk.0.saturating_mul(CHUNK_LEN),
            len: CHUNK_LEN,
        }
    }

    /// The column block that contains this group.
    pub fn block_index(&self) -> Option<BlockIndex> {
        u32::try_from(self.start / COLUMN_BLOCK_LEN)
            .ok()
            .map(BlockIndex)
    }

    /// Column bytes of the group: its range, cut at the end of the column.
    pub fn range(&self, layout: &Layout, shard: ShardIndex) -> Result<Range<u64>, TreeError> {
        let Self { start, len } = *self;
        if !self.is_aligned() {
            return Err(TreeError::NotAGroup { start, len });
        }
        let shard_len = layout.shard_len(shard);
        if start >= shard_len {
            return Err(TreeError::PastTheEnd {
                shard,
                start,
                shard_len,
            });
        }
        Ok(start..shard_len.min(start + len))
    }

    fn is_aligned(&self) -> bool {
        self.len.is_power_of_two()
            && (CHUNK_LEN..=COLUMN_BLOCK_LEN).contains(&self.len)
            && self.start.is_multiple_of(self.len)
    }
}

impl GroupProof {
    /// Number of siblings a proof of `group` has.
    pub fn expected_len(
        layout: &Layout,
        shard: ShardIndex,
        group: Group,
    ) -> Result<usize, TreeError> {
        let node = group.range(layout, shard)?;
        Ok(step_count(0..layout.shard_len(shard), &node))
    }
}

/// The value of a group's node.
pub fn group_value(
    layout: &Layout,
    shard: ShardIndex,
    group: Group,
    bytes: &[u8],
) -> Result<ChainingValue, TreeError> {
    let node = group.range(layout, shard)?;
    ensure_len(shard, &node, bytes)?;
    Ok(node_value(layout, shard, node.start, bytes))
}

/// Checks that `bytes` are the group's and lie under `shard_root`. The root comes from the chain, or from a cell table
/// that was checked against the address.
pub fn verify_group(
    layout: &Layout,
    shard: ShardIndex,
    group: Group,
    bytes: &[u8],
    proof: &GroupProof,
    shard_root: &ChainingValue,
) -> Result<(), TreeError> {
    proven_value(layout, shard, group, bytes, proof, shard_root).map(drop)
}

/// The same, and gives the value of the group's node, which was computed for it.
pub fn proven_value(
    layout: &Layout,
    shard: ShardIndex,
    group: Group,
    bytes: &[u8],
    proof: &GroupProof,
    shard_root: &ChainingValue,
) -> Result<ChainingValue, TreeError> {
    let node = group.range(layout, shard)?;
    ensure_len(shard, &node, bytes)?;
    let start = node.start;
    let steps = path(0..layout.shard_len(shard), &node);
    if steps.len() != proof.siblings.len() {
        let (expected, actual) = (steps.len(), proof.siblings.len());
        return Err(TreeError::WrongProofLen {
            shard,
            start,
            expected,
            actual,
        });
    }
    let value = node_value(layout, shard, start, bytes);
    let actual = climb(value, &steps, &proof.siblings);
    if actual != *shard_root {
        return Err(TreeError::WrongRoot {
            shard,
            start,
            expected: *shard_root,
            actual,
        });
    }
    Ok(value)
}

/// The value of a chunk or a larger subtree that starts at `input_offset` of what is hashed. One hasher takes all the
/// bytes: that is what lets BLAKE3 hash many chunks at once.
pub(crate) fn subtree_value(input_offset: u64, bytes: &[u8]) -> ChainingValue {
    let mut hasher = Hasher::new();
    hasher.set_input_offset(input_offset);
    hasher.update(bytes);
    ChainingValue(hasher.finalize_non_root())
}

/// The value of the node of the column's tree that starts at `start` and covers `bytes` (not empty): inside one cell,
/// or several whole cells.
fn node_value(layout: &Layout, shard: ShardIndex, start: u64, bytes: &[u8]) -> ChainingValue {
    let len = bytes.len() as u64;
    let stripe = layout.stripe_of(start);
    let cell = layout.cell_range(stripe, shard);
    if start + len <= cell.end {
        return subtree_value(
            layout.cell_offset(stripe, shard) + (start - cell.start),
            bytes,
        );
    }
    // More than one cell, so more than one chunk; at most 64 cells, so six levels.
    let left_len = left_subtree_len(len);
    let (left, right) = bytes.split_at(left_len as usize);
    path::parent(
        &node_value(layout, shard, start, left),
        &node_value(layout, shard, start + left_len, right),
    )
}

fn ensure_len(shard: ShardIndex, range: &Range<u64>, bytes: &[u8]) -> Result<(), TreeError> {
    let (expected, actual) = (range.end - range.start, bytes.len() as u64);
    if expected == actual {
        Ok(())
    } else {
        Err(TreeError::WrongByteLen {
            shard,
            start: range.start,
            expected,
            actual,
        })
    }
}

/// Decodes siblings without ever allocating for more than [`MAX_PROOF_SIBLINGS`].
pub(crate) fn decode_siblings<I: Input>(input: &mut I) -> Result<Vec<ChainingValue>, CodecError> {
    let Compact(len) = Compact::<u32>::decode(input)?;
    if len > MAX_PROOF_SIBLINGS {
        return Err("more siblings than the deepest path has".into());
    }
    (0..len).map(|_| ChainingValue::decode(input)).collect()
}

/// Greatest encoded length of a list of siblings.
pub(crate) fn max_encoded_siblings_len() -> usize {
    let len = MAX_PROOF_SIBLINGS;
    Compact::<u32>::compact_len(&len) + len as usize * ChainingValue::LEN
}

impl Decode for GroupProof {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        Ok(Self {
            siblings: decode_siblings(input)?,
        })
    }
}

impl DecodeWithMemTracking for GroupProof {}

impl MaxEncodedLen for GroupProof {
    fn max_encoded_len() -> usize {
        max_encoded_siblings_len()
    }
}
