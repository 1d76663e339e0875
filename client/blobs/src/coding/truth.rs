//! The right fingerprints of all shards, from the blob itself: read only when workers' receipts contradict each other.

use super::{read_row, row_len, rows_at_once};
use crate::{
    blocking::blocking,
    limits::Limits,
    source::{Source, SourceError},
};
use ballast_core::{limits::COLUMN_BLOCK_LEN, BlockIndex, Fingerprint, Layout, ShardIndex};
use ballast_erasure::{Decoder, Fingerprinter, Point};
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;

/// The fingerprint of every shard. Those of the data shards come from their bytes; those of the parity shards from
/// these, because fingerprints are linear as the code is.
pub(crate) async fn fingerprints(
    source: &Source,
    layout: Layout,
    point: [u8; 16],
    limits: &Limits,
) -> Result<Vec<Fingerprint>, SourceError> {
    let source = source.clone();
    let reader = Arc::new(blocking(move || source.open()).await?);
    let point = Point::new(point);
    let data = futures::stream::iter((0..layout.blocks()).map(BlockIndex))
        .map(|block| {
            let (reader, point) = (reader.clone(), point.clone());
            blocking(move || {
                let blocks = read_row(&layout, &reader, block)?;
                Ok(blocks
                    .iter()
                    .map(|bytes| fingerprint(&point, block, bytes))
                    .collect::<Vec<_>>())
            })
        })
        .buffered(rows_at_once(limits.coding_memory, row_len(&layout)))
        .try_fold(Vec::new(), |sums, row: Vec<Fingerprint>| async {
            Ok(add(sums, row))
        })
        .await?;
    Ok(extend(&layout, data))
}

fn fingerprint(point: &Point, block: BlockIndex, bytes: &[u8]) -> Fingerprint {
    let mut fingerprinter = Fingerprinter::new(point.clone());
    fingerprinter.update(u64::from(block.0) * COLUMN_BLOCK_LEN, bytes);
    fingerprinter.finish()
}

fn add(mut sums: Vec<Fingerprint>, row: Vec<Fingerprint>) -> Vec<Fingerprint> {
    sums.resize(row.len(), Fingerprint::default());
    for (sum, more) in sums.iter_mut().zip(row) {
        sum.0
            .iter_mut()
            .zip(more.0)
            .for_each(|(byte, other)| *byte ^= other);
    }
    sums
}

/// The fingerprints of the data shards, then those of the parity shards.
fn extend(layout: &Layout, data: Vec<Fingerprint>) -> Vec<Fingerprint> {
    let code = layout.code();
    let data_shards: Vec<ShardIndex> = (0..code.data_shards()).map(ShardIndex).collect();
    let all: Vec<ShardIndex> = layout.shard_indices().collect();
    let inputs: Vec<&[u8]> = data
        .iter()
        .map(|fingerprint| fingerprint.0.as_slice())
        .collect();
    let mut extended = vec![Fingerprint::default(); all.len()];
    let mut outputs: Vec<&mut [u8]> = extended
        .iter_mut()
        .map(|fingerprint| fingerprint.0.as_mut_slice())
        .collect();
    Decoder::new(code, &data_shards)
        .expect("the data shards are k distinct ones; qed")
        .rebuild(&inputs, &all, &mut outputs)
        .expect("fingerprints all have 16 bytes; qed");
    extended
}
