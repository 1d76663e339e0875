//! Rows of an encoding, every byte proven against the address.
//!
//! Goals: what a worker sends is proven by its path to the shard root; what is decoded is proven by the table, so that
//! parity that does not fit the data is never passed on.
//! Limits: the table has one value for each cell. Where cells are larger than a column block, a cell is decoded whole,
//! block by block, before its first decoded byte is passed on; its blocks' values are kept (32 bytes each).

use super::{
    row::{no_taker, Answers, Piece, Row, RowRead, RowReader},
    window::Window,
    FetchError,
};
use crate::{blocking::blocking, limits::FETCH_ROWS};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, CellTable, ChainingValue, Group, Layout, ShardIndex, ShardValues,
    StripeIndex,
};
use blake3::hazmat::HasherExt;
use bytes::Bytes;
use futures::{stream, StreamExt, TryStreamExt};
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// An encoding whose workers and table are known.
pub(super) struct ProvenReader {
    reader: RowReader,
    table: CellTable,
    cells: Mutex<BTreeMap<(StripeIndex, ShardIndex), Arc<CellValues>>>,
}

/// Unit values of a cell that was decoded and compared with the table.
type CellValues = OnceCell<Arc<[ChainingValue]>>;

impl ProvenReader {
    /// For an encoding; the table has been checked against the address.
    pub(super) fn new((reader, table): (RowReader, CellTable)) -> Self {
        Self {
            reader,
            table,
            cells: Mutex::default(),
        }
    }

    /// A run of the blob, within one window.
    pub(super) async fn read(&self, range: Range<u64>) -> Result<Vec<Bytes>, FetchError> {
        let window = Window::new(&self.reader.layout, range);
        let reads = window.rows.iter().map(|row| self.row(row));
        let pieces = futures::future::try_join_all(reads).await?.concat();
        Ok(window
            .take(&pieces)
            .expect("each row gives a piece of every shard it is wanted of; qed"))
    }

    /// The wanted pieces of a row. They may be longer than the row's group.
    async fn row(&self, row: &Row) -> Result<Vec<Piece>, FetchError> {
        let mut row = self.foreseen(row);
        let mut tries = tries(self.layout());
        loop {
            let read = self.read_row(&row).await?;
            if read.decoded.is_empty() {
                return Ok(read.pieces);
            }
            if row.group.len < self.layout().unit_len() {
                // Too short to be compared with the table.
                row.group = self.unit_group(row.group);
                continue;
            }
            match self.wrong_shard(&read).await? {
                None => return Ok(read.pieces),
                Some(shard) => self.try_others(&read.parity, &mut tries, shard)?,
            }
        }
    }

    async fn read_row(&self, row: &Row) -> Result<RowRead<'_>, FetchError> {
        self.reader.read(row, Answers::new(), &no_taker()).await
    }

    /// Where a worker is known to be no good, decoding is foreseen.
    fn foreseen(&self, row: &Row) -> Row {
        let all_good = row
            .wanted
            .iter()
            .all(|shard| self.reader.holders.is_good(*shard));
        let group = match all_good || row.group.len >= self.layout().unit_len() {
            true => row.group,
            false => self.unit_group(row.group),
        };
        Row {
            group,
            wanted: row.wanted.clone(),
        }
    }

    fn unit_group(&self, group: Group) -> Group {
        let len = self.layout().unit_len();
        Group {
            start: group.start / len * len,
            len,
        }
    }

    /// A shard whose decoded piece is not the table's.
    async fn wrong_shard(&self, read: &RowRead<'_>) -> Result<Option<ShardIndex>, FetchError> {
        let decoded = read
            .pieces
            .iter()
            .filter(|piece| read.decoded.contains(&piece.shard));
        for piece in decoded {
            let mut right = Vec::new();
            for unit in units(self.layout(), piece) {
                right.push(self.unit_value(piece.shard, unit).await?);
            }
            if self.values(piece).await != right {
                return Ok(Some(piece.shard));
            }
        }
        Ok(None)
    }

    async fn values(&self, piece: &Piece) -> Vec<ChainingValue> {
        let (layout, piece) = (*self.layout(), piece.clone());
        blocking(move || hash_units(&layout, &piece)).await
    }

    /// The right value of a unit: the table's where the unit is a cell.
    async fn unit_value(&self, shard: ShardIndex, unit: u32) -> Result<ChainingValue, FetchError> {
        let layout = self.layout();
        let start = layout.unit_range(shard, unit).start;
        let stripe = layout.stripe_of(start);
        let cell = layout.cell_range(stripe, shard);
        if cell.end - cell.start <= layout.unit_len() {
            return Ok(self.cell_value(stripe, shard));
        }
        let values = self.cell_units(stripe, shard).await?;
        let index = usize::try_from((start - cell.start) / layout.unit_len()).unwrap_or(usize::MAX);
        Ok(values.get(index).copied().unwrap_or_default())
    }

    /// The unit values of a cell of several units, which are proven once.
    async fn cell_units(
        &self,
        stripe: StripeIndex,
        shard: ShardIndex,
    ) -> Result<Arc<[ChainingValue]>, FetchError> {
        let cell = {
            let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
            cells.entry((stripe, shard)).or_default().clone()
        };
        cell.get_or_try_init(|| self.prove_cell(stripe, shard))
            .await
            .cloned()
    }

    /// Reads a cell whole and compares it with the table.
    async fn prove_cell(
        &self,
        stripe: StripeIndex,
        shard: ShardIndex,
    ) -> Result<Arc<[ChainingValue]>, FetchError> {
        let (layout, right) = (*self.layout(), self.cell_value(stripe, shard));
        let mut tries = tries(&layout);
        loop {
            let mut hasher = blake3::Hasher::new();
            hasher.set_input_offset(layout.cell_offset(stripe, shard));
            let (mut values, mut parity) = (Vec::new(), Vec::new());
            let rows = cell_rows(&layout, stripe, shard);
            let mut reads = stream::iter(rows)
                .map(|row| async move { self.read_row(&row).await })
                .buffered(usize::try_from(FETCH_ROWS).unwrap_or(1));
            while let Some(read) = reads.try_next().await? {
                parity.extend(read.parity);
                for piece in read.pieces {
                    let (more, updated) = blocking(move || {
                        hasher.update(&piece.bytes);
                        (hash_units(&layout, &piece), hasher)
                    })
                    .await;
                    values.extend(more);
                    hasher = updated;
                }
            }
            if hasher.finalize_non_root() == right.0 {
                return Ok(values.into());
            }
            drop(reads);
            parity.sort_unstable();
            parity.dedup();
            self.try_others(&parity, &mut tries, shard)?;
        }
    }

    /// Decoding came out wrong: other parity shards are tried, as long as there are some.
    fn try_others(
        &self,
        parity: &[ShardIndex],
        tries: &mut u8,
        shard: ShardIndex,
    ) -> Result<(), FetchError> {
        let RowReader { info, holders, .. } = &self.reader;
        if *tries == 0 || parity.is_empty() {
            return Err(self.reader.wrong_parity(shard));
        }
        tracing::warn!(encoding = %info.id, ?parity, "decoding came out wrong, trying other shards");
        holders.suspect(parity);
        *tries = tries.saturating_sub(1);
        Ok(())
    }

    fn cell_value(&self, stripe: StripeIndex, shard: ShardIndex) -> ChainingValue {
        self.table
            .cell(stripe, shard)
            .expect("what was decoded lies in a cell that has bytes; qed")
    }

    fn layout(&self) -> &Layout {
        &self.reader.layout
    }
}

/// Decodes that may come out wrong before reading fails. Rows that are read side by side may each use other shards, so that
/// a right one is suspected along with a wrong one once.
pub(super) fn tries(layout: &Layout) -> u8 {
    layout.code().parity_shards().saturating_mul(2)
}

/// The units of a piece that has whole units.
fn units(layout: &Layout, piece: &Piece) -> Range<u32> {
    let range = piece.range();
    let index = |at: u64| u32::try_from(at).unwrap_or(u32::MAX);
    index(range.start / layout.unit_len())..index(range.end.div_ceil(layout.unit_len()))
}

fn hash_units(layout: &Layout, piece: &Piece) -> Vec<ChainingValue> {
    let mut values = Vec::new();
    let first = units(layout, piece).start;
    ShardValues::hash_units(layout, piece.shard, first, &piece.bytes, &mut values)
        .expect("whole units, or the last ones of the column; qed");
    values
}

/// One row for each column block of a cell that is longer than one.
fn cell_rows(
    layout: &Layout,
    stripe: StripeIndex,
    shard: ShardIndex,
) -> impl Iterator<Item = Row> + Send {
    let cell = layout.cell_range(stripe, shard);
    let blocks = cell.start / COLUMN_BLOCK_LEN..cell.end.div_ceil(COLUMN_BLOCK_LEN);
    blocks.map(move |block| Row {
        group: Group {
            start: block.saturating_mul(COLUMN_BLOCK_LEN),
            len: COLUMN_BLOCK_LEN,
        },
        wanted: vec![shard],
    })
}
