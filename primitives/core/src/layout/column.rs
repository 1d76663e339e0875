//! A column's units and blocks, and the way between column and blob offsets.

use super::Layout;
use crate::{
    ids::{BlockIndex, ShardIndex, StripeIndex},
    limits::COLUMN_BLOCK_LEN,
};
use core::ops::Range;

/// A run of bytes that is contiguous both in a data column and in the blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where the run starts in the column.
    pub column_offset: u64,
    /// Where the run starts in the blob.
    pub blob_offset: u64,
    /// Its length.
    pub len: u64,
}

impl Layout {
    /// What one value in [`ShardValues`](crate::ShardValues) covers: a cell, or 1 MiB of it where cells are larger.
    pub const fn unit_len(&self) -> u64 {
        if self.cell_len < COLUMN_BLOCK_LEN {
            self.cell_len
        } else {
            COLUMN_BLOCK_LEN
        }
    }

    /// Units of the column of `shard`; 0 for an empty shard.
    pub const fn units(&self, shard: ShardIndex) -> u32 {
        // At most 2^39 column bytes (k >= 2) in units of 1 MiB, or 64 smaller cells.
        self.shard_len(shard).div_ceil(self.unit_len()) as u32
    }

    /// Column bytes of a unit; empty past the end of the column.
    pub const fn unit_range(&self, shard: ShardIndex, unit: u32) -> Range<u64> {
        clamp(
            unit as u64 * self.unit_len(),
            self.unit_len(),
            self.shard_len(shard),
        )
    }

    /// Column blocks of the coded column, the same for every shard.
    pub const fn blocks(&self) -> u32 {
        self.coded_shard_len().div_ceil(COLUMN_BLOCK_LEN) as u32
    }

    /// Column bytes of a block that the shard really has: shorter than the coded block, or empty, at the end of a
    /// data shard.
    pub const fn block_range(&self, shard: ShardIndex, block: BlockIndex) -> Range<u64> {
        clamp(
            block.0 as u64 * COLUMN_BLOCK_LEN,
            COLUMN_BLOCK_LEN,
            self.shard_len(shard),
        )
    }

    /// Length of a block after zero-padding, the same for every shard; 0 past the last block.
    pub const fn coded_block_len(&self, block: BlockIndex) -> u64 {
        let range = clamp(
            block.0 as u64 * COLUMN_BLOCK_LEN,
            COLUMN_BLOCK_LEN,
            self.coded_shard_len(),
        );
        range.end - range.start
    }

    /// Column bytes of the cell of `stripe`; empty for an empty cell and for one that does not exist.
    pub const fn cell_range(&self, stripe: StripeIndex, shard: ShardIndex) -> Range<u64> {
        let start = (stripe.0 as u64).saturating_mul(self.cell_len);
        clamp(start, self.cell_len, self.shard_len(shard))
    }

    /// The stripe whose cell has the column offset; offsets past the end count to the last stripe.
    pub const fn stripe_of(&self, column_offset: u64) -> StripeIndex {
        let stripe = column_offset / self.cell_len;
        let last = self.last_stripe();
        if stripe < last.0 as u64 {
            StripeIndex(stripe as u32)
        } else {
            last
        }
    }

    /// Data shard and column offset of a byte of the blob; `None` from the end of the blob on.
    pub const fn locate(&self, blob_offset: u64) -> Option<(ShardIndex, u64)> {
        if blob_offset >= self.len {
            return None;
        }
        let stripe = StripeIndex((blob_offset / self.stripe_len()) as u32);
        let in_stripe = blob_offset % self.stripe_len();
        let cell_len = self.coded_cell_len(stripe);
        let shard = ShardIndex((in_stripe / cell_len) as u8);
        Some((
            shard,
            stripe.0 as u64 * self.cell_len + in_stripe % cell_len,
        ))
    }

    /// Where the bytes of a range of a data column lie in the blob, in order, one run per cell. What lies past the
    /// end of the column is left out; a parity shard has no bytes in the blob.
    pub fn segments(
        &self,
        shard: ShardIndex,
        column_range: Range<u64>,
    ) -> impl Iterator<Item = Segment> + Clone {
        let layout = *self;
        let end = if self.is_data_shard(shard) {
            self.shard_len(shard)
        } else {
            0
        };
        let end = end.min(column_range.end);
        let mut position = column_range.start;
        core::iter::from_fn(move || {
            if position >= end {
                return None;
            }
            let stripe = layout.stripe_of(position);
            let cell = layout.cell_range(stripe, shard);
            let segment = Segment {
                column_offset: position,
                blob_offset: layout.cell_offset(stripe, shard) + (position - cell.start),
                len: cell.end.min(end) - position,
            };
            position += segment.len;
            Some(segment)
        })
    }
}

/// `[start, start + len)` cut at `end`; empty at `end` when it starts behind it.
const fn clamp(start: u64, len: u64, end: u64) -> Range<u64> {
    let start = if start < end { start } else { end };
    let rest = end - start;
    start..start + if len < rest { len } else { rest }
}
