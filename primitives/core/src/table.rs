//! The cell table: all cell values of an encoding, and what follows from them.
//!
//! Goals: from the cell values alone the chain learns that the data shards are the file (they merge into its address),
//! that the claimed length is the file's ([`LengthProof`]), and the shard roots. Cost: about two compressions for each
//! value, memory for one root per shard.
//! Non-goals: that parity cells fit the code (fingerprints at certification), that anybody holds the bytes (receipts).

use crate::{
    ids::{Address, ChainingValue, ChunkIndex, ShardIndex, StripeIndex},
    layout::Layout,
    limits::CHUNK_LEN,
    tree::{
        climb, decode_siblings, max_encoded_siblings_len, path, step_count, subtree_value, Group,
        Merged, ShardValues, TreeError,
    },
};
use alloc::{vec, vec::Vec};
use codec::{
    Compact, CompactLen, Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input,
    MaxEncodedLen,
};
use core::ops::Range;
use scale_info::TypeInfo;

/// The values of all cells that are not empty, stripe by stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellTable {
    layout: Layout,
    values: Vec<ChainingValue>,
}

/// Why values are no cell table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// More or fewer values than cells.
    #[error("the layout has {expected} cells, got {actual} values; fetch the table again")]
    WrongLen {
        /// Cells of the layout.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// Not every shard's values were given.
    #[error("the values of shard {shard} are missing; give those of every shard")]
    MissingShard {
        /// The shard.
        shard: ShardIndex,
    },
    /// A shard's values were made under another length or code.
    #[error("the values of shard {shard} belong to another layout; hash it under this one")]
    OtherLayout {
        /// The shard.
        shard: ShardIndex,
    },
}

/// The last chunk of a blob and its path into the last data cell: binds the blob's length.
///
/// A chunk's value covers its counter and byte length, and the last chunk is the one at the right edge of the tree. So a
/// table of another length cannot have both this chunk at its right edge, at the depth its length says, and the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, TypeInfo)]
pub struct LengthProof {
    /// The blob's last chunk, 1 to 1,024 bytes.
    pub last_chunk: Vec<u8>,
    /// Its siblings up to the value of the last data cell, bottom-up; all of them are left siblings.
    pub siblings: Vec<ChainingValue>,
}

/// Why a registration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationError {
    /// More or fewer values than cells.
    #[error("this length and code have {expected} cells, got {actual} values; check both")]
    WrongTableLen {
        /// Cells of the layout.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// The last chunk is not as long as the blob's length says.
    #[error("the last chunk of this length has {expected} bytes, got {actual}; check the length")]
    WrongLastChunkLen {
        /// Bytes the layout says.
        expected: u64,
        /// Bytes given.
        actual: u64,
    },
    /// The last chunk's path is not as deep as the blob's length says.
    #[error(
        "the last chunk's path has {expected} siblings, the proof has {actual}; check the length"
    )]
    WrongProofLen {
        /// Siblings the layout says.
        expected: usize,
        /// Siblings given.
        actual: usize,
    },
    /// The last chunk is not in the last data cell.
    #[error(
        "the last chunk leads to cell value {actual}, the table says {expected}; check length and last chunk"
    )]
    WrongLastCell {
        /// The table's value of the last data cell.
        expected: ChainingValue,
        /// What the chunk and its siblings give.
        actual: ChainingValue,
    },
    /// The data cells merge into another address.
    #[error("the data cells merge into {actual}, registered is {expected}; encode the file again")]
    WrongAddress {
        /// The address to register.
        expected: Address,
        /// The address of the data cells.
        actual: Address,
    },
}

impl CellTable {
    /// A table from its values.
    pub fn new(layout: Layout, values: Vec<ChainingValue>) -> Result<Self, TableError> {
        let (expected, actual) = (layout.table_len(), values.len());
        if expected == actual {
            Ok(Self { layout, values })
        } else {
            Err(TableError::WrongLen { expected, actual })
        }
    }

    /// A table from the values of every shard, in any order; empty shards may be left out.
    pub fn from_shards(layout: &Layout, shards: &[ShardValues]) -> Result<Self, TableError> {
        let mut slots = vec![None; layout.table_len()];
        for values in shards {
            let shard = values.shard();
            if values.layout() != layout {
                return Err(TableError::OtherLayout { shard });
            }
            for (stripe, value) in layout.stripe_indices().zip(values.cell_values()) {
                let index = layout.table_index(stripe, shard);
                if let Some(slot) = index.and_then(|index| slots.get_mut(index)) {
                    *slot = Some(value);
                }
            }
        }
        let cells = layout.table_cells().zip(slots);
        let values = cells
            .map(|((_, shard), value)| value.ok_or(TableError::MissingShard { shard }))
            .collect::<Result<_, _>>()?;
        Self::new(*layout, values)
    }

    /// The layout of the table.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The values, stripe by stripe, without empty cells.
    pub fn values(&self) -> &[ChainingValue] {
        &self.values
    }

    /// The values, stripe by stripe, without empty cells.
    pub fn into_values(self) -> Vec<ChainingValue> {
        self.values
    }

    /// The value of a cell; `None` for an empty one and for one that does not exist.
    pub fn cell(&self, stripe: StripeIndex, shard: ShardIndex) -> Option<ChainingValue> {
        cell(&self.layout, &self.values, stripe, shard)
    }

    /// The address that the data cells merge into.
    pub fn address(&self) -> Address {
        address(&self.layout, &self.values)
            .expect("every layout has two data cells or more, see address(); qed")
    }

    /// The root of each of the n shards; `None` for an empty one.
    pub fn shard_roots(&self) -> Vec<Option<ChainingValue>> {
        shard_roots(&self.layout, &self.values)
    }
}

impl LengthProof {
    /// The length proof of a blob, from the values of the shard with the blob's last byte
    /// ([`Layout::last_data_cell`]) and the bytes of that shard's last column block.
    pub fn new(values: &ShardValues, last_block: &[u8]) -> Result<Self, TreeError> {
        let layout = values.layout();
        let (expected, actual) = (layout.last_data_cell().1, values.shard());
        if expected != actual {
            return Err(TreeError::WrongShard { expected, actual });
        }
        let shard_len = layout.shard_len(values.shard());
        let group = Group::chunk(ChunkIndex(shard_len.saturating_sub(1) / CHUNK_LEN));
        // The path to the shard root passes the cell on its way.
        let mut siblings = values.prove_group(group, last_block)?.siblings;
        siblings.truncate(Self::expected_siblings(layout));
        let last_chunk_len = LastChunk::of(layout).len();
        let start = last_block.len().saturating_sub(last_chunk_len as usize);
        let last_chunk = last_block.get(start..).unwrap_or_default().to_vec();
        Ok(Self {
            last_chunk,
            siblings,
        })
    }

    /// Number of siblings that the layout says.
    pub fn expected_siblings(layout: &Layout) -> usize {
        let last = LastChunk::of(layout);
        step_count(0..last.cell_len, &last.in_cell)
    }
}

/// Checks the cell values of a registration against the address and the length, and returns the n shard roots.
///
/// The order is from cheap to dear; the heap holds no more than the roots.
pub fn verify_registration(
    layout: &Layout,
    values: &[ChainingValue],
    length_proof: &LengthProof,
    expected: Address,
) -> Result<Vec<Option<ChainingValue>>, RegistrationError> {
    let wrong_table_len = RegistrationError::WrongTableLen {
        expected: layout.table_len(),
        actual: values.len(),
    };
    if values.len() != layout.table_len() {
        return Err(wrong_table_len);
    }
    let (stripe, shard) = layout.last_data_cell();
    let last_cell = cell(layout, values, stripe, shard).ok_or(wrong_table_len.clone())?;
    verify_length(layout, &last_cell, length_proof)?;
    let actual = address(layout, values).ok_or(wrong_table_len)?;
    if actual != expected {
        return Err(RegistrationError::WrongAddress { expected, actual });
    }
    Ok(shard_roots(layout, values))
}

/// Where a blob's last chunk is.
struct LastChunk {
    cell_offset: u64,
    cell_len: u64,
    in_cell: Range<u64>,
}

impl LastChunk {
    fn of(layout: &Layout) -> Self {
        let (stripe, shard) = layout.last_data_cell();
        let cell_len = layout.cell_data_len(stripe, shard);
        let start = cell_len.saturating_sub(1) / CHUNK_LEN * CHUNK_LEN;
        Self {
            cell_offset: layout.cell_offset(stripe, shard),
            cell_len,
            in_cell: start..cell_len,
        }
    }

    fn len(&self) -> u64 {
        self.in_cell.end - self.in_cell.start
    }
}

fn verify_length(
    layout: &Layout,
    last_cell: &ChainingValue,
    proof: &LengthProof,
) -> Result<(), RegistrationError> {
    let last = LastChunk::of(layout);
    let (expected, actual) = (last.len(), proof.last_chunk.len() as u64);
    if expected != actual {
        return Err(RegistrationError::WrongLastChunkLen { expected, actual });
    }
    let steps = path(0..last.cell_len, &last.in_cell);
    let (expected, actual) = (steps.len(), proof.siblings.len());
    if expected != actual {
        return Err(RegistrationError::WrongProofLen { expected, actual });
    }
    let chunk = subtree_value(last.cell_offset + last.in_cell.start, &proof.last_chunk);
    let actual = climb(chunk, &steps, &proof.siblings);
    if actual != *last_cell {
        return Err(RegistrationError::WrongLastCell {
            expected: *last_cell,
            actual,
        });
    }
    Ok(())
}

fn cell(
    layout: &Layout,
    values: &[ChainingValue],
    stripe: StripeIndex,
    shard: ShardIndex,
) -> Option<ChainingValue> {
    values.get(layout.table_index(stripe, shard)?).copied()
}

/// The address that the data cells merge into. `None` only for a table of the wrong length: a layout has more than one
/// chunk, cells longer than a chunk come with 33 stripes or more, so there are always two data cells to merge.
fn address(layout: &Layout, values: &[ChainingValue]) -> Option<Address> {
    let stripe_cells = |stripe| {
        let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
        Merged::of(data_shards.filter_map(move |shard| cell(layout, values, stripe, shard)))
    };
    if layout.stripes() == 1 {
        return stripe_cells(StripeIndex(0))?.root();
    }
    let stripes = layout.stripe_indices().filter_map(stripe_cells);
    Merged::of(stripes.map(|stripe| stripe.value()))?.root()
}

fn shard_roots(layout: &Layout, values: &[ChainingValue]) -> Vec<Option<ChainingValue>> {
    layout
        .shard_indices()
        .map(|shard| {
            let cells = layout
                .stripe_indices()
                .map(|stripe| cell(layout, values, stripe, shard));
            Merged::of(cells.flatten()).map(|top| top.value())
        })
        .collect()
}

impl Decode for LengthProof {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        let Compact(len) = Compact::<u32>::decode(input)?;
        if u64::from(len) > CHUNK_LEN {
            return Err("last chunk longer than a chunk".into());
        }
        let mut last_chunk = vec![0; len as usize];
        input.read(&mut last_chunk)?;
        Ok(Self {
            last_chunk,
            siblings: decode_siblings(input)?,
        })
    }
}

impl DecodeWithMemTracking for LengthProof {}

impl MaxEncodedLen for LengthProof {
    fn max_encoded_len() -> usize {
        let chunk_len = CHUNK_LEN as u32;
        Compact::<u32>::compact_len(&chunk_len) + CHUNK_LEN as usize + max_encoded_siblings_len()
    }
}
