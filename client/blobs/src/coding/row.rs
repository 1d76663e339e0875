//! One column block of every shard.

use crate::source::{Reader, SourceError};
use ballast_core::{BlockIndex, Layout, ShardIndex};
use ballast_erasure::Encoder;
use ballast_worker_api::Buffer;

/// Bytes of a full row in memory.
pub(crate) fn row_len(layout: &Layout) -> u64 {
    layout
        .coded_block_len(BlockIndex(0))
        .saturating_mul(layout.code().total_shards().into())
}

/// Reads one block of every data column, zero-padded to the coded length.
pub(crate) fn read_row(
    layout: &Layout,
    reader: &Reader,
    block: BlockIndex,
) -> Result<Vec<Buffer>, SourceError> {
    (0..layout.code().data_shards())
        .map(|shard| read_block(layout, reader, ShardIndex(shard), block))
        .collect()
}

fn read_block(
    layout: &Layout,
    reader: &Reader,
    shard: ShardIndex,
    block: BlockIndex,
) -> Result<Buffer, SourceError> {
    let range = layout.block_range(shard, block);
    let mut bytes = Buffer::to_fill(as_len(layout.coded_block_len(block)));
    for segment in layout.segments(shard, range.clone()) {
        let start = as_len(segment.column_offset - range.start);
        let target = bytes
            .get_mut(start..)
            .and_then(|rest| rest.get_mut(..as_len(segment.len)));
        reader.read_at(segment.blob_offset, target.unwrap_or_default())?;
    }
    // Segments cover the range; what lies past it is padding.
    let padding = bytes.get_mut(as_len(range.end.saturating_sub(range.start))..);
    padding.unwrap_or_default().fill(0);
    Ok(bytes)
}

/// The blocks of the parity columns.
pub(crate) fn encode_row(encoder: &Encoder, data: &[Buffer]) -> Vec<Buffer> {
    let len = data.first().map_or(0, |bytes| bytes.len());
    let mut parity: Vec<Buffer> = (0..encoder.code().parity_shards())
        .map(|_| Buffer::to_fill(len))
        .collect();
    let inputs: Vec<&[u8]> = data.iter().map(|bytes| &**bytes).collect();
    let mut outputs: Vec<&mut [u8]> = parity.iter_mut().map(|bytes| &mut **bytes).collect();
    encoder
        .encode(&inputs, &mut outputs)
        .expect("a row has k data blocks of one length; qed");
    parity
}

/// A length within a column block.
fn as_len(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}
