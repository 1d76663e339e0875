//! Parity and values of a row in one pass: a step of every column is encoded and hashed while it is in the second level
//! cache. Parity that nobody is to have yet is never a whole block: its memory is one step.

use ballast_core::{
    limits::COLUMN_BLOCK_LEN, tree::group_value, BlockIndex, ChainingValue, Group, Layout,
    ShardIndex, ShardValues,
};
use ballast_erasure::Encoder;
use ballast_worker_api::Buffer;
use blake3::hazmat::{merge_subtrees_non_root, Mode};
use std::ops::Range;

/// Bytes of all columns together that are worked on at a time: a second level cache.
const WORKING_SET: usize = 512 << 10;

/// Least and greatest step: BLAKE3 hashes up to 16 chunks at a time; longer steps spare calls.
const STEP_LEN: Range<usize> = 16 << 10..128 << 10;

/// The values of the row's units, by shard, of k data blocks that are zero-padded to one length.
pub(super) fn row_values(
    layout: &Layout,
    encoder: &Encoder,
    block: BlockIndex,
    data: &[Buffer],
) -> Vec<Vec<ChainingValue>> {
    let len = data.first().map_or(0, |bytes| bytes.len());
    let step_len = step_len(layout);
    let mut parity: Vec<Buffer> = (0..encoder.code().parity_shards())
        .map(|_| Buffer::to_fill(step_len.min(len)))
        .collect();
    let mut columns: Vec<Column> = layout
        .shard_indices()
        .map(|shard| Column::new(layout, shard, block, step_len))
        .collect();
    for start in (0..len).step_by(step_len) {
        let step = start..len.min(start + step_len);
        let inputs: Vec<&[u8]> = data
            .iter()
            .map(|block| block.get(step.clone()).unwrap_or_default())
            .collect();
        let mut outputs: Vec<&mut [u8]> = parity
            .iter_mut()
            .map(|block| block.get_mut(..step.len()).unwrap_or_default())
            .collect();
        encoder
            .encode(&inputs, &mut outputs)
            .expect("a row has k data blocks of one length; qed");
        let parity = outputs.iter().map(|block| &**block);
        for (column, bytes) in columns.iter_mut().zip(inputs.iter().copied().chain(parity)) {
            column.update(start as u64, bytes);
        }
    }
    columns.into_iter().map(Column::finish).collect()
}

fn step_len(layout: &Layout) -> usize {
    let share = WORKING_SET / usize::from(layout.code().total_shards());
    let power = 1usize << share.ilog2();
    power.clamp(STEP_LEN.start, STEP_LEN.end)
}

/// Hashes one column block of a shard, step by step.
struct Column<'a> {
    layout: &'a Layout,
    shard: ShardIndex,
    /// The column bytes of the block that the shard really has.
    range: Range<u64>,
    step_len: u64,
    /// Of units, or of steps where these are shorter.
    values: Vec<ChainingValue>,
}

impl<'a> Column<'a> {
    fn new(layout: &'a Layout, shard: ShardIndex, block: BlockIndex, step_len: usize) -> Self {
        Self {
            layout,
            shard,
            range: layout.block_range(shard, block),
            step_len: step_len as u64,
            values: Vec::new(),
        }
    }

    /// Adds the step at `start` of the block; `bytes` may be zero-padded.
    fn update(&mut self, start: u64, bytes: &[u8]) {
        let start = self.range.start.saturating_add(start);
        let real = self.range.end.saturating_sub(start);
        let len = bytes.len().min(usize::try_from(real).unwrap_or(usize::MAX));
        let bytes = bytes.get(..len).unwrap_or_default();
        if bytes.is_empty() {
            return;
        }
        if self.steps_of_unit() > 1 {
            let value = Group::new(start, self.step_len)
                .and_then(|step| group_value(self.layout, self.shard, step, bytes));
            self.values.push(value.expect("a step is a group; qed"));
            return;
        }
        // A column has fewer than 2^32 units.
        let unit = u32::try_from(start / self.layout.unit_len()).unwrap_or(u32::MAX);
        ShardValues::hash_units(self.layout, self.shard, unit, bytes, &mut self.values)
            .expect("a step is whole units, or the last ones of its column; qed");
    }

    /// The values of the units.
    fn finish(self) -> Vec<ChainingValue> {
        match self.steps_of_unit() {
            0 | 1 => self.values,
            steps => self.values.chunks(steps).map(merge).collect(),
        }
    }

    fn steps_of_unit(&self) -> usize {
        let steps = self.layout.unit_len().min(COLUMN_BLOCK_LEN) / self.step_len;
        usize::try_from(steps).unwrap_or(usize::MAX)
    }
}

/// The value of a subtree from those of its equally long parts, of which the last one may be short: a left-balanced
/// tree, as each level merges the pairs of the one below and passes a last odd value on.
fn merge(parts: &[ChainingValue]) -> ChainingValue {
    let mut level = parts.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    ChainingValue(merge_subtrees_non_root(&left.0, &right.0, Mode::Hash))
                }
                odd => odd.first().copied().unwrap_or_default(),
            })
            .collect();
    }
    level.first().copied().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{
        coding::{block_values, encode_row, read_row},
        source::Source,
    };
    use ballast_core::Code;
    use bytes::Bytes;

    /// Compares with values of whole blocks, encoded and hashed one after the other.
    fn assert_same(code: Code, len: u64) {
        let mut blob = vec![0; len as usize];
        blake3::Hasher::new().finalize_xof().fill(&mut blob);
        let layout = Layout::new(len, code).unwrap();
        let reader = Source::Bytes(Bytes::from(blob)).open().unwrap();
        let encoder = Encoder::new(code);
        for block in (0..layout.blocks()).map(BlockIndex) {
            let data = read_row(&layout, &reader, block).unwrap();
            let parity = encode_row(&encoder, &data);
            let columns = layout.shard_indices().zip(data.iter().chain(&parity));
            let expected: Vec<_> = columns
                .map(|(shard, bytes)| block_values(&layout, shard, block, bytes))
                .collect();
            let actual = row_values(&layout, &encoder, block, &data);
            assert!(actual == expected, "{code} {len} {block}");
        }
    }

    #[test]
    fn steps_give_the_values_of_whole_blocks() {
        let codes = [(2, 4), (4, 8), (16, 32), (16, 48)];
        for (k, n) in codes {
            let code = Code::new(k, n).unwrap();
            for len in [
                1025,
                70_000,
                (1 << 20) + 1,
                (4 << 20) - 1,
                (9 << 20) + 77_777,
            ] {
                assert_same(code, len);
            }
        }
    }

    #[test]
    fn units_longer_than_a_step_are_merged() {
        // Cells of 512 KiB in steps of 128 KiB, of 256 KiB in steps of 64 KiB, of 32 KiB in steps of 16 KiB; in the
        // last stripe cells are shorter, and the last one is cut.
        for (k, n, mib) in [(2, 4, 33), (4, 8, 33), (16, 48, 17)] {
            let code = Code::new(k, n).unwrap();
            assert_same(code, (mib << 20) + (200 << 10) + 3);
        }
    }
}
