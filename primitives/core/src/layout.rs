//! Where each byte of a blob lies: stripes, cells and columns.
//!
//! Goals: every cell is an aligned subtree of the blob's BLAKE3 tree, so the address follows from the cell values; a
//! blob has at most [`MAX_STRIPES`] stripes; short blobs waste little (stored factor at n = 2 k at most 2.04 from 1 MiB
//! on for k up to 32, 2.07 for k = 64).
//! Non-goals: bytes. This module knows lengths and offsets only.
//!
//! ```text
//! blob     | stripe 0: k cells of P bytes | stripe 1 | ... | last stripe: cells of P_last bytes, last one short |
//! column j | cell (0, j) | cell (1, j) | ... | cell (last, j), may be short or empty in a data column           |
//! ```
//! A column (shard) is its cells in order. Data columns are cut out of the blob; parity columns have only full cells.
//! For the code short and empty cells count as zero-padded, so all columns have the same *coded* length.
//!
//! All arithmetic below stays under 2^53 or saturates: lengths are at most 2^40, bounded by [`Layout::new`], and arguments from
//! outside are compared with the layout before they are used.

mod column;

pub use column::Segment;

use crate::{
    code::Code,
    ids::{ShardIndex, StripeIndex},
    limits::{CHUNK_LEN, MAX_BLOB_LEN, MAX_STRIPES},
};

/// The layout of a blob of one length under one code.
///
/// ```
/// use ballast_core::{Code, Layout, ShardIndex, StripeIndex};
/// let layout = Layout::new(100_000, Code::new(4, 8)?)?;
/// assert_eq!((layout.cell_len(), layout.stripes(), layout.last_cell_len()), (1024, 25, 1024));
/// assert_eq!(layout.cell_offset(StripeIndex(1), ShardIndex(2)), 6 * 1024);
/// assert_eq!(layout.locate(6 * 1024 + 5), Some((ShardIndex(2), 1024 + 5)));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Layout {
    len: u64,
    code: Code,
    cell_len: u64,
    stripes: u32,
    last_cell_len: u64,
    /// Data cells with at least one byte in the last stripe, 1..=k.
    last_data_cells: u8,
}

/// Why a blob has no layout.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// One chunk or less has no proper subtree.
    #[error("a blob of {len} bytes cannot be sharded, the least length is 1025; store it inline")]
    TooShort {
        /// Length asked for.
        len: u64,
    },
    /// Over the protocol's greatest length.
    #[error("a blob of {len} bytes is over the limit of {max}; split the file")]
    TooLong {
        /// Length asked for.
        len: u64,
        /// The greatest length.
        max: u64,
    },
}

impl Layout {
    /// The layout of `len` bytes, from 1,025 to 1 TiB, under `code`.
    pub fn new(len: u64, code: Code) -> Result<Self, LayoutError> {
        if len <= CHUNK_LEN {
            return Err(LayoutError::TooShort { len });
        }
        if len > MAX_BLOB_LEN {
            return Err(LayoutError::TooLong {
                len,
                max: MAX_BLOB_LEN,
            });
        }
        Ok(Self::of_valid_len(len, code))
    }

    fn of_valid_len(len: u64, code: Code) -> Self {
        let k = u64::from(code.data_shards());
        let cell_len = len
            .div_ceil(k * u64::from(MAX_STRIPES))
            .next_power_of_two()
            .max(CHUNK_LEN);
        let stripe_len = k * cell_len;
        let stripes = len.div_ceil(stripe_len);
        let rest = len - (stripes - 1) * stripe_len;
        let last_cell_len = rest.div_ceil(k).next_power_of_two().max(CHUNK_LEN);
        let last_data_cells = rest.div_ceil(last_cell_len);
        Self {
            len,
            code,
            cell_len,
            stripes: stripes as u32,
            last_cell_len,
            last_data_cells: last_data_cells as u8,
        }
    }

    /// Length of the blob.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Never: a layout has at least 1,025 bytes.
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// The erasure code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Length of a cell in a full stripe, P: a power of two, at least 1 KiB.
    pub const fn cell_len(&self) -> u64 {
        self.cell_len
    }

    /// Number of stripes, 1 to 64.
    pub const fn stripes(&self) -> u32 {
        self.stripes
    }

    /// Coded length of a cell in the last stripe, P_last: a power of two from 1 KiB to P.
    pub const fn last_cell_len(&self) -> u64 {
        self.last_cell_len
    }

    /// The stripe indices in order.
    pub fn stripe_indices(&self) -> impl Iterator<Item = StripeIndex> + Clone {
        (0..self.stripes).map(StripeIndex)
    }

    /// All shard indices in order, empty shards among them.
    pub fn shard_indices(&self) -> impl Iterator<Item = ShardIndex> + Clone {
        (0..self.code.total_shards()).map(ShardIndex)
    }

    /// The shards that have at least one cell: these have a root, a worker and a receipt.
    pub fn held_shards(&self) -> impl Iterator<Item = ShardIndex> + Clone {
        let layout = *self;
        self.shard_indices()
            .filter(move |shard| !layout.is_empty_shard(*shard))
    }

    /// Whether `shard` is a data shard.
    pub const fn is_data_shard(&self, shard: ShardIndex) -> bool {
        shard.0 < self.code.data_shards()
    }

    /// Whether `shard` is one of the n shards.
    pub const fn has_shard(&self, shard: ShardIndex) -> bool {
        shard.0 < self.code.total_shards()
    }

    /// Whether `shard` has no cell at all: no root, worker or receipt; zeros in the code.
    pub const fn is_empty_shard(&self, shard: ShardIndex) -> bool {
        self.shard_len(shard) == 0
    }

    /// Length of each of a stripe's cells after zero-padding; 0 past the last stripe.
    pub const fn coded_cell_len(&self, stripe: StripeIndex) -> u64 {
        if stripe.0 >= self.stripes {
            0
        } else if stripe.0 == self.stripes - 1 {
            self.last_cell_len
        } else {
            self.cell_len
        }
    }

    /// Bytes a cell really has; 0 for an empty cell and for one that does not exist.
    pub const fn cell_data_len(&self, stripe: StripeIndex, shard: ShardIndex) -> u64 {
        let coded = self.coded_cell_len(stripe);
        if coded == 0 || !self.has_shard(shard) {
            return 0;
        }
        if !self.is_data_shard(shard) {
            return coded;
        }
        let rest = self.len.saturating_sub(self.cell_offset(stripe, shard));
        if rest < coded {
            rest
        } else {
            coded
        }
    }

    /// The input offset a cell is hashed at: its offset in the blob for a data cell, 0 for a parity cell and for one
    /// that does not exist.
    pub const fn cell_offset(&self, stripe: StripeIndex, shard: ShardIndex) -> u64 {
        if stripe.0 >= self.stripes || !self.is_data_shard(shard) {
            return 0;
        }
        let stripe_offset = stripe.0 as u64 * self.stripe_len();
        stripe_offset + shard.0 as u64 * self.coded_cell_len(stripe)
    }

    /// Bytes the column of `shard` really has; 0 for an empty shard and for one that does not exist.
    pub const fn shard_len(&self, shard: ShardIndex) -> u64 {
        if !self.has_shard(shard) {
            return 0;
        }
        self.full_cells_len() + self.cell_data_len(self.last_stripe(), shard)
    }

    /// Length of every column after zero-padding.
    pub const fn coded_shard_len(&self) -> u64 {
        self.full_cells_len() + self.last_cell_len
    }

    /// Bytes that all shards hold together: what a lease pays for.
    pub const fn stored_len(&self) -> u64 {
        self.len + self.code.parity_shards() as u64 * self.coded_shard_len()
    }

    /// Number of cells that are not empty: the length of the cell table.
    pub const fn table_len(&self) -> usize {
        let n = self.code.total_shards() as usize;
        self.stripes as usize * n - self.empty_cells()
    }

    /// Place of a cell in the table, which lists the cells that are not empty stripe by stripe; `None` for an empty
    /// cell and for one that does not exist.
    pub const fn table_index(&self, stripe: StripeIndex, shard: ShardIndex) -> Option<usize> {
        if self.cell_data_len(stripe, shard) == 0 {
            return None;
        }
        let index = stripe.0 as usize * self.code.total_shards() as usize + shard.0 as usize;
        let behind_the_gap = stripe.0 == self.stripes - 1 && !self.is_data_shard(shard);
        Some(if behind_the_gap {
            index - self.empty_cells()
        } else {
            index
        })
    }

    /// The cells of the table in its order.
    pub fn table_cells(&self) -> impl Iterator<Item = (StripeIndex, ShardIndex)> + Clone {
        let layout = *self;
        self.stripe_indices()
            .flat_map(move |stripe| layout.shard_indices().map(move |shard| (stripe, shard)))
            .filter(move |(stripe, shard)| layout.cell_data_len(*stripe, *shard) > 0)
    }

    /// The data cell that holds the blob's last byte.
    pub const fn last_data_cell(&self) -> (StripeIndex, ShardIndex) {
        (self.last_stripe(), ShardIndex(self.last_data_cells - 1))
    }

    /// Data bytes of a full stripe.
    pub(crate) const fn stripe_len(&self) -> u64 {
        self.code.data_shards() as u64 * self.cell_len
    }

    pub(crate) const fn last_stripe(&self) -> StripeIndex {
        StripeIndex(self.stripes - 1)
    }

    /// Bytes of a column before its cell of the last stripe.
    pub(crate) const fn full_cells_len(&self) -> u64 {
        (self.stripes as u64 - 1) * self.cell_len
    }

    /// Empty cells, all of them data cells of the last stripe.
    const fn empty_cells(&self) -> usize {
        (self.code.data_shards() - self.last_data_cells) as usize
    }
}
