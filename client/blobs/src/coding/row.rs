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
    let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
    data_shards
        .map(|shard| read_block(layout, reader, shard, block))
        .collect()
}

fn read_block(
    layout: &Layout,
    reader: &Reader,
    shard: ShardIndex,
    block: BlockIndex,
) -> Result<Vec<u8>, SourceError> {
    let range = layout.block_range(shard, block);
    let mut bytes = vec![0; as_len(layout.coded_block_len(block))];
    for segment in layout.segments(shard, range.clone()) {
        let start = as_len(segment.column_offset - range.start);
        let target = bytes
            .get_mut(start..)
            .and_then(|rest| rest.get_mut(..as_len(segment.len)));
        reader.read_at(segment.blob_offset, target.unwrap_or_default())?;
    }
    Ok(bytes)
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
