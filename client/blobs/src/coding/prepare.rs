//! Pass 1: what a registration says, from one read of the blob.

use super::{pass::row_values, read_row, row_len, rows_at_once};
use crate::{
    blocking::blocking,
    limits::Limits,
    progress::Meter,
    publish::Memo,
    scan::BlobSource,
    source::{Reader, SourceError},
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, BlockIndex, CellTable, ChainingValue, Layout, LengthProof,
    ShardIndex, ShardValues,
};
use ballast_erasure::Encoder;
use ballast_worker_api::Buffer;
use futures::{StreamExt, TryStreamExt};
use std::sync::Arc;

/// A blob whose columns are known: their values, not their bytes.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub layout: Layout,
    /// The values of every shard, by index.
    pub shards: Vec<ShardValues>,
    pub table: CellTable,
    pub length_proof: LengthProof,
}

/// What a row adds.
struct RowValues {
    /// The values of the row's units, by shard.
    shards: Vec<Vec<ChainingValue>>,
    /// The last column block of the shard that has the blob's last byte, if it is in this row.
    last_block: Option<Vec<u8>>,
}

/// Reads and encodes a blob and computes all values. An address other than the blob's means that its file changed.
pub(crate) async fn prepare(
    blob: &BlobSource,
    layout: Layout,
    limits: &Limits,
    memo: Memo,
    meter: &Meter,
) -> Result<Prepared, SourceError> {
    let source = blob.source.clone();
    let opened = source.clone();
    let pass = Arc::new(Pass {
        layout,
        reader: blocking(move || opened.open()).await?,
        encoder: Encoder::new(layout.code()),
        memo,
    });
    let rows = futures::stream::iter((0..layout.blocks()).map(BlockIndex))
        .map(|block| {
            let (pass, meter) = (pass.clone(), meter.clone());
            blocking(move || {
                if let Some(values) = pass.known(block) {
                    meter.skip(data_len(&layout, block));
                    return Ok(values);
                }
                let values = pass.row(block)?;
                pass.memo.keep(block, &values.shards);
                meter.add(data_len(&layout, block));
                Ok::<_, SourceError>(values)
            })
        })
        .buffered(rows_at_once(limits.coding_memory, row_len(&layout)))
        .try_fold(Collected::new(&layout), |collected, row| async {
            Ok(collected.with(row))
        })
        .await?;
    let checked = pass.clone();
    blocking(move || checked.reader.check()).await?;
    let prepared = rows.finish(layout);
    match prepared.table.address() == blob.address {
        true => Ok(prepared),
        false => {
            pass.memo.forget();
            Err(source.changed())
        }
    }
}

/// What all rows need.
struct Pass {
    layout: Layout,
    reader: Reader,
    encoder: Encoder,
    /// Rows that an earlier run computed.
    memo: Memo,
}

impl Pass {
    /// A row that needs no computing. The bytes of the last block are needed for the length proof, so never that row.
    fn known(&self, block: BlockIndex) -> Option<RowValues> {
        let shards = self.memo.take(block)?;
        (!has_last_block(&self.layout, block)).then_some(RowValues {
            shards,
            last_block: None,
        })
    }

    fn row(&self, block: BlockIndex) -> Result<RowValues, SourceError> {
        let data = read_row(&self.layout, &self.reader, block)?;
        Ok(RowValues {
            shards: row_values(&self.layout, &self.encoder, block, &data),
            last_block: last_block(&self.layout, block, &data),
        })
    }
}

/// Values of the units of a block; `bytes` may be zero-padded.
pub(crate) fn block_values(
    layout: &Layout,
    shard: ShardIndex,
    block: BlockIndex,
    bytes: &[u8],
) -> Vec<ChainingValue> {
    let range = layout.block_range(shard, block);
    let len = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    let first_unit = u64::from(block.0) * (COLUMN_BLOCK_LEN / layout.unit_len());
    let mut values = Vec::new();
    if len > 0 {
        // A column has fewer than 2^32 units, so its blocks start below that.
        let first_unit = u32::try_from(first_unit).unwrap_or(u32::MAX);
        ShardValues::hash_units(
            layout,
            shard,
            first_unit,
            bytes.get(..len).unwrap_or_default(),
            &mut values,
        )
        .expect("a block is whole units, or the last ones of its column; qed");
    }
    values
}

fn last_block(layout: &Layout, block: BlockIndex, data: &[Buffer]) -> Option<Vec<u8>> {
    if !has_last_block(layout, block) {
        return None;
    }
    let (_, shard) = layout.last_data_cell();
    let range = layout.block_range(shard, block);
    let bytes = data.get(usize::from(shard.0))?;
    bytes
        .get(..usize::try_from(range.end - range.start).ok()?)
        .map(<[u8]>::to_vec)
}

/// Whether the last block of the shard that has the blob's last byte is in this row.
fn has_last_block(layout: &Layout, block: BlockIndex) -> bool {
    let (_, shard) = layout.last_data_cell();
    let range = layout.block_range(shard, block);
    !range.is_empty() && range.end == layout.shard_len(shard)
}

fn data_len(layout: &Layout, block: BlockIndex) -> u64 {
    let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
    data_shards
        .map(|shard| layout.block_range(shard, block))
        .map(|range| range.end - range.start)
        .sum()
}

/// The values so far, rows in order.
struct Collected {
    shards: Vec<Vec<ChainingValue>>,
    last_block: Vec<u8>,
}

impl Collected {
    fn new(layout: &Layout) -> Self {
        Self {
            shards: vec![Vec::new(); usize::from(layout.code().total_shards())],
            last_block: Vec::new(),
        }
    }

    fn with(mut self, row: RowValues) -> Self {
        self.shards
            .iter_mut()
            .zip(row.shards)
            .for_each(|(values, more)| values.extend(more));
        self.last_block = row.last_block.unwrap_or(self.last_block);
        self
    }

    fn finish(self, layout: Layout) -> Prepared {
        let columns = layout.shard_indices().zip(self.shards);
        let shards: Vec<ShardValues> = columns
            .map(|(shard, values)| {
                ShardValues::new(&layout, shard, values).expect("every row was hashed; qed")
            })
            .collect();
        let table = CellTable::from_shards(&layout, &shards).expect("every shard is there; qed");
        let (_, last) = layout.last_data_cell();
        let last_values = shards
            .get(usize::from(last.0))
            .expect("the last data cell is in a shard; qed");
        let length_proof = LengthProof::new(last_values, &self.last_block)
            .expect("the last block was hashed into these values; qed");
        Prepared {
            layout,
            shards,
            table,
            length_proof,
        }
    }
}

/// Whether the data blocks of a row are those that were registered.
pub(crate) fn is_registered_row(prepared: &Prepared, block: BlockIndex, data: &[Buffer]) -> bool {
    let layout = &prepared.layout;
    let first = u64::from(block.0) * (COLUMN_BLOCK_LEN / layout.unit_len());
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    layout
        .shard_indices()
        .zip(data)
        .zip(&prepared.shards)
        .all(|((shard, bytes), values)| {
            let actual = block_values(layout, shard, block, bytes);
            values
                .units()
                .get(first..)
                .unwrap_or_default()
                .starts_with(&actual)
        })
}
