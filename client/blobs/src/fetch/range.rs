//! A range of a blob into a file of its own.
//!
//! Goals: as for whole blobs: one block of each worker is under way at a time, and what was written is gone on with. Every
//! byte is proven against the address: what a worker sent by its path to the shard root, what was decoded by the cell that
//! it lies in, which is read back when all of the range is there.
//! Limits: a cell that reaches beyond the range, of which something was decoded, is fetched or decoded beyond it to be
//! proven; there are two of them at most.

use super::{
    blob::Located,
    download::len_of,
    parts::Parts,
    proven::tries,
    resume::Target,
    row::{no_taker, Answers, Row, RowReader},
    rows::{partial_rows, stripe_runs},
    FetchError,
};
use crate::{blocking::blocking, limits::FETCH_ROWS, progress::Part, Client};
use ballast_core::{limits::COLUMN_BLOCK_LEN, CellTable, Group, ShardIndex, StripeIndex};
use ballast_worker_api::Buffer;
use blake3::hazmat::HasherExt;
use bytes::Bytes;
use futures::{stream, StreamExt, TryStreamExt};
use std::{collections::BTreeSet, ops::Range, sync::Arc};

/// A range of one encoding that is being fetched.
struct RangeFetch<'a> {
    reader: &'a RowReader,
    table: &'a CellTable,
    parts: Arc<Parts>,
}

/// A cell of a data column.
type Cell = (ShardIndex, StripeIndex);

impl Client {
    /// A range of a blob that workers hold, from the target's first byte on. When this returns it was right.
    pub(super) async fn download_range(
        &self,
        located: &Located,
        range: Range<u64>,
        target: Arc<dyn Target>,
        part: &Part,
    ) -> Result<(), FetchError> {
        let range = &range;
        self.try_encodings(located, target, part, |info, target| async move {
            let (reader, table) = self.open_to_fetch(info).await?;
            let fetch = RangeFetch {
                reader: &reader,
                table: &table,
                parts: Parts::open(reader.layout, range.clone(), target).await?,
            };
            let mut tries = tries(&reader.layout);
            loop {
                self.bring(&fetch, range, part).await?;
                let wrong = fetch.wrong_cells().await?;
                let Some((shard, _)) = wrong.first().copied() else {
                    return Ok(());
                };
                tries = tries
                    .checked_sub(1)
                    .ok_or_else(|| reader.wrong_parity(shard))?;
                fetch.try_others(&wrong);
                part.restart();
            }
        })
        .await
    }

    /// All rows of a range: first those that are wanted whole, several at a time, then those of its ends, so that what a
    /// program that is killed loses of an end is not lost beside other rows.
    async fn bring(
        &self,
        fetch: &RangeFetch<'_>,
        range: &Range<u64>,
        part: &Part,
    ) -> Result<(), FetchError> {
        let layout = &fetch.reader.layout;
        let block = |at: u64| Some(layout.locate(at)?.1 / COLUMN_BLOCK_LEN);
        let ends = [block(range.start), block(range.end.saturating_sub(1))];
        let is_end = |row: &Row| ends.contains(&Some(row.group.start / COLUMN_BLOCK_LEN));
        let rows = || {
            let runs = stripe_runs(layout, range.clone());
            runs.flat_map(|run| partial_rows(layout, std::slice::from_ref(&run)))
        };
        let read = |row| fetch.parts.row(fetch.reader, row);
        let middle = rows().filter(|row| !is_end(row));
        self.read_rows(layout, middle, read, part).await?;
        for row in rows().filter(is_end) {
            self.read_rows(layout, std::iter::once(row), read, part)
                .await?;
        }
        Ok(())
    }
}

impl RangeFetch<'_> {
    /// Cells of which something was decoded, and which are not the table's.
    async fn wrong_cells(&self) -> Result<Vec<Cell>, FetchError> {
        let layout = &self.reader.layout;
        let cells = |(shard, column): (ShardIndex, Range<u64>)| {
            let stripes = layout.stripe_of(column.start).0..=layout.stripe_of(column.end - 1).0;
            stripes.map(move |stripe| (shard, StripeIndex(stripe)))
        };
        let decoded: BTreeSet<Cell> = self.parts.decoded().into_iter().flat_map(cells).collect();
        stream::iter(decoded)
            .map(|cell| async move { Ok((!self.is_right(cell).await?).then_some(cell)) })
            .buffer_unordered(usize::try_from(FETCH_ROWS).unwrap_or(1))
            .try_filter_map(|wrong| async move { Ok(wrong) })
            .try_collect()
            .await
    }

    /// Reads a cell back, block by block, and compares it with the table.
    async fn is_right(&self, (shard, stripe): Cell) -> Result<bool, FetchError> {
        let layout = &self.reader.layout;
        let cell = layout.cell_range(stripe, shard);
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(layout.cell_offset(stripe, shard));
        for block in cell.start / COLUMN_BLOCK_LEN..cell.end.div_ceil(COLUMN_BLOCK_LEN) {
            let start = cell.start.max(block.saturating_mul(COLUMN_BLOCK_LEN));
            let end = block.saturating_add(1).saturating_mul(COLUMN_BLOCK_LEN);
            hasher = self.update(hasher, shard, start..cell.end.min(end)).await?;
        }
        Ok(self.table.cell(stripe, shard).map(|value| value.0) == Some(hasher.finalize_non_root()))
    }

    /// Hashes column bytes of one block: the target's, and around them the workers'.
    async fn update(
        &self,
        mut hasher: blake3::Hasher,
        shard: ShardIndex,
        column: Range<u64>,
    ) -> Result<blake3::Hasher, FetchError> {
        let there = self.parts.clip(shard, column.clone());
        let mut bytes = Buffer::to_fill(len_of(column.start, column.end));
        if there != column {
            let around = self.read_around(shard, &column).await?;
            bytes.copy_from_slice(&around);
        }
        let parts = self.parts.clone();
        let read = blocking(move || {
            let within = len_of(column.start, there.start)..len_of(column.start, there.end);
            parts.read(
                shard,
                there.start,
                bytes.get_mut(within).unwrap_or_default(),
            )?;
            hasher.update(&bytes);
            Ok(hasher)
        });
        read.await.map_err(|source| FetchError::Sink { source })
    }

    /// The same column bytes, from workers alone.
    async fn read_around(
        &self,
        shard: ShardIndex,
        column: &Range<u64>,
    ) -> Result<Bytes, FetchError> {
        let start = column.start / COLUMN_BLOCK_LEN * COLUMN_BLOCK_LEN;
        let row = Row {
            group: Group {
                start,
                len: COLUMN_BLOCK_LEN,
            },
            wanted: vec![shard],
        };
        let read = self.reader.read(&row, Answers::new(), &no_taker()).await?;
        let within = len_of(start, column.start)..len_of(start, column.end);
        let bytes = read.pieces.first().map(|piece| piece.bytes.slice(within));
        Ok(bytes.expect("a row gives a piece of every shard it is wanted of; qed"))
    }

    /// Cells came out wrong: what was decoded of them is not there, and other parity shards are tried.
    fn try_others(&self, wrong: &[Cell]) {
        let (layout, parity) = (&self.reader.layout, self.parts.take_parity());
        tracing::warn!(encoding = %self.reader.info.id, ?parity, "decoding came out wrong, trying other shards");
        self.reader.holders.suspect(&parity);
        for (shard, stripe) in wrong {
            self.parts
                .forget(*shard, &layout.cell_range(*stripe, *shard));
        }
    }
}
