//! One value per unit of a column, and the proofs that follow from them.
//!
//! A worker keeps these next to the shard (32 bytes per MiB), so a proof reads one column block and no more.

use super::{
    climb, ensure_len, node_value, path,
    path::{parent, Step},
    subtree_value, Group, GroupProof, TreeError,
};
use crate::{
    ids::{BlockIndex, ChainingValue, ShardIndex},
    layout::Layout,
};
use alloc::{vec, vec::Vec};
use core::ops::Range;

/// The values of a column's units (cells, or 1 MiB parts of larger cells) and of all nodes above them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardValues {
    layout: Layout,
    shard: ShardIndex,
    /// From the units up to the root; each level merges the pairs of the one below and passes a last odd value on.
    levels: Vec<Vec<ChainingValue>>,
}

impl ShardValues {
    /// The values of a whole column, one per unit; none for an empty shard.
    pub fn new(
        layout: &Layout,
        shard: ShardIndex,
        values: Vec<ChainingValue>,
    ) -> Result<Self, TreeError> {
        let expected = layout.units(shard);
        if values.len() != expected as usize {
            return Err(TreeError::WrongUnitCount {
                shard,
                expected,
                actual: values.len(),
            });
        }
        Ok(Self {
            layout: *layout,
            shard,
            levels: merge_levels(values),
        })
    }

    /// Hashes a run of column bytes from the start of unit `start_unit` on and appends its unit values to `out`. The
    /// bytes must be whole units, or end with the column.
    pub fn hash_units(
        layout: &Layout,
        shard: ShardIndex,
        start_unit: u32,
        bytes: &[u8],
        out: &mut Vec<ChainingValue>,
    ) -> Result<(), TreeError> {
        let units = layout.units(shard).saturating_sub(start_unit);
        let wanted = (bytes.len() as u64).div_ceil(layout.unit_len());
        let end_unit = start_unit + u32::try_from(wanted).unwrap_or(u32::MAX).min(units);
        let start = layout.unit_range(shard, start_unit).start;
        let end = layout.unit_range(shard, end_unit).start;
        ensure_len(shard, &(start..end), bytes)?;
        // A unit lies in one cell, so each is a single subtree.
        for (unit, bytes) in (start_unit..end_unit).zip(bytes.chunks(layout.unit_len() as usize)) {
            let start = layout.unit_range(shard, unit).start;
            let stripe = layout.stripe_of(start);
            let in_cell = start - layout.cell_range(stripe, shard).start;
            out.push(subtree_value(
                layout.cell_offset(stripe, shard) + in_cell,
                bytes,
            ));
        }
        Ok(())
    }

    /// The layout the values belong to.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The shard the values belong to.
    pub const fn shard(&self) -> ShardIndex {
        self.shard
    }

    /// The unit values in order.
    pub fn units(&self) -> &[ChainingValue] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// The values of the shard's cells in order of stripes, without an empty cell at the end.
    pub fn cell_values(&self) -> Vec<ChainingValue> {
        self.layout
            .stripe_indices()
            .map(|stripe| self.layout.cell_range(stripe, self.shard))
            .filter_map(|cell| self.node(&cell))
            .collect()
    }

    /// The shard root; `None` for an empty shard.
    pub fn shard_root(&self) -> Option<ChainingValue> {
        self.levels.last()?.first().copied()
    }

    /// The value of a column block; `None` where the shard has no byte of it.
    pub fn block_value(&self, block: BlockIndex) -> Option<ChainingValue> {
        self.node(&self.layout.block_range(self.shard, block))
    }

    /// The proof of a column block.
    pub fn prove_block(&self, block: BlockIndex) -> Result<GroupProof, TreeError> {
        let node = Group::block(block).range(&self.layout, self.shard)?;
        Ok(GroupProof {
            siblings: self.siblings(&node),
        })
    }

    /// The proof of a group, from the bytes of the whole column block that contains it. Bytes that are not those of
    /// the values are found here, so a worker never sends a proof that its reader refuses.
    pub fn prove_group(&self, group: Group, block_bytes: &[u8]) -> Result<GroupProof, TreeError> {
        let (layout, shard) = (&self.layout, self.shard);
        let node = group.range(layout, shard)?;
        let past_the_end = TreeError::PastTheEnd {
            shard,
            start: group.start,
            shard_len: layout.shard_len(shard),
        };
        let (Some(block), Some(expected)) = (
            group.block_index(),
            group
                .block_index()
                .and_then(|block| self.block_value(block)),
        ) else {
            return Err(past_the_end);
        };
        let block_range = layout.block_range(shard, block);
        ensure_len(shard, &block_range, block_bytes)?;

        let value_of = |range: &Range<u64>| {
            let in_block = (range.start - block_range.start) as usize
                ..(range.end - block_range.start) as usize;
            // Nodes under the block's node lie inside of it.
            block_bytes
                .get(in_block)
                .map(|bytes| node_value(layout, shard, range.start, bytes))
        };
        let steps = path(block_range.clone(), &node);
        let mut siblings: Vec<_> = steps
            .iter()
            .filter_map(|step| value_of(&step.sibling))
            .collect();
        let actual = value_of(&node).map(|value| climb(value, &steps, &siblings));
        match actual {
            Some(actual) if actual == expected => {
                siblings.extend(self.siblings(&block_range));
                Ok(GroupProof { siblings })
            }
            Some(actual) => Err(TreeError::WrongBlock {
                shard,
                block,
                expected,
                actual,
            }),
            None => Err(past_the_end),
        }
    }

    fn siblings(&self, node: &Range<u64>) -> Vec<ChainingValue> {
        let column = 0..self.layout.shard_len(self.shard);
        path(column, node)
            .iter()
            .filter_map(|Step { sibling, .. }| self.node(sibling))
            .collect()
    }

    /// The value of a node that starts with a unit and covers at least one.
    fn node(&self, node: &Range<u64>) -> Option<ChainingValue> {
        let unit_len = self.layout.unit_len();
        let units = (node.end - node.start).div_ceil(unit_len);
        if units == 0 {
            return None;
        }
        let height = units.next_power_of_two().trailing_zeros();
        let index = (node.start / unit_len) >> height;
        self.levels
            .get(height as usize)?
            .get(index as usize)
            .copied()
    }
}

fn merge_levels(units: Vec<ChainingValue>) -> Vec<Vec<ChainingValue>> {
    if units.is_empty() {
        return Vec::new();
    }
    let mut levels = vec![units];
    while let Some(below) = levels.last().filter(|level| level.len() > 1) {
        let merged = below.chunks(2).filter_map(merge_pair).collect();
        levels.push(merged);
    }
    levels
}

fn merge_pair(pair: &[ChainingValue]) -> Option<ChainingValue> {
    match pair {
        [left, right] => Some(parent(left, right)),
        [odd] => Some(*odd),
        _ => None,
    }
}
