//! One column block of every shard.

use crate::source::{Reader, SourceError};
use ballast_core::{BlockIndex, Layout, ShardIndex};
use ballast_erasure::Encoder;

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
) -> Result<Vec<Vec<u8>>, SourceError> {
    let mut data = Vec::new();
    read_row_into(layout, reader, block, &mut data)?;
    Ok(data)
}

/// [`read_row`] into blocks that were used before: fresh memory costs as much as coding.
pub(crate) fn read_row_into(
    layout: &Layout,
    reader: &Reader,
    block: BlockIndex,
    data: &mut Vec<Vec<u8>>,
) -> Result<(), SourceError> {
    data.resize_with(layout.code().data_shards().into(), Vec::new);
    let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
    data_shards
        .zip(data)
        .try_for_each(|(shard, bytes)| read_block(layout, reader, shard, block, bytes))
}

fn read_block(
    layout: &Layout,
    reader: &Reader,
    shard: ShardIndex,
    block: BlockIndex,
    bytes: &mut Vec<u8>,
) -> Result<(), SourceError> {
    let range = layout.block_range(shard, block);
    bytes.resize(as_len(layout.coded_block_len(block)), 0);
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
    Ok(())
}

/// The blocks of the parity columns.
pub(crate) fn encode_row(encoder: &Encoder, data: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let len = data.first().map_or(0, Vec::len);
    let mut parity = vec![vec![0; len]; usize::from(encoder.code().parity_shards())];
    let inputs: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut outputs: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    encoder
        .encode(&inputs, &mut outputs)
        .expect("a row has k data blocks of one length; qed");
    parity
}

/// A length within a column block.
fn as_len(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}
