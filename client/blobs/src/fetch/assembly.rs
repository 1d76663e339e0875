//! Data columns being put together: every cell is compared with the table.
//!
//! Goals: whatever the encoding is like, bytes that are not the file's are found before the file is done: at once where
//! a cell is at most a column block, else when its column is complete.

use super::row::Piece;
use crate::coding::block_values;
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, BlockIndex, CellTable, ChainingValue, Layout, ShardIndex, ShardValues,
};
use std::sync::{Mutex, PoisonError};

/// Unit values of the data columns, as far as they are there.
pub(crate) struct Assembly {
    table: CellTable,
    columns: Mutex<Vec<Vec<Option<ChainingValue>>>>,
}

/// A data column is not the one of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongColumn(pub ShardIndex);

impl Assembly {
    pub(crate) fn new(table: CellTable) -> Self {
        let layout = *table.layout();
        let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
        let units = |shard| usize::try_from(layout.units(shard)).unwrap_or_default();
        let columns = data_shards.map(|shard| vec![None; units(shard)]).collect();
        Self {
            table,
            columns: Mutex::new(columns),
        }
    }

    /// Hashes a piece that is a whole column block, and compares what is complete with it.
    pub(crate) fn accept(&self, piece: &Piece) -> Result<(), WrongColumn> {
        let layout = self.table.layout();
        let block =
            u32::try_from(piece.start / COLUMN_BLOCK_LEN).map_or(BlockIndex(u32::MAX), BlockIndex);
        let values = block_values(layout, piece.shard, block, &piece.bytes);
        let first = usize::try_from(piece.start / layout.unit_len()).unwrap_or(usize::MAX);
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(column) = columns.get_mut(usize::from(piece.shard.0)) else {
            return Err(WrongColumn(piece.shard));
        };
        for (slot, value) in column.iter_mut().skip(first).zip(values) {
            *slot = Some(value);
        }
        match is_unit_a_cell(layout) {
            true => self.check_units(piece.shard, first, column),
            false => self.check_column(piece.shard, column),
        }
    }

    /// Whether all of the blob has come, and was right.
    pub(crate) fn is_complete(&self) -> bool {
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        columns.iter().flatten().all(Option::is_some)
    }

    /// The units that are there, each a cell.
    fn check_units(
        &self,
        shard: ShardIndex,
        first: usize,
        column: &[Option<ChainingValue>],
    ) -> Result<(), WrongColumn> {
        let stripes = self.table.layout().stripe_indices().zip(column).skip(first);
        let mut there = stripes.map_while(|(stripe, value)| Some((stripe, (*value)?)));
        match there.all(|(stripe, value)| self.table.cell(stripe, shard) == Some(value)) {
            true => Ok(()),
            false => Err(WrongColumn(shard)),
        }
    }

    /// The cells of a column whose units are all there.
    fn check_column(
        &self,
        shard: ShardIndex,
        column: &[Option<ChainingValue>],
    ) -> Result<(), WrongColumn> {
        let layout = self.table.layout();
        let Some(units) = column.iter().copied().collect::<Option<Vec<_>>>() else {
            return Ok(());
        };
        let values = ShardValues::new(layout, shard, units).map_err(|_| WrongColumn(shard))?;
        let cells = layout.stripe_indices().zip(values.cell_values());
        match { cells }.all(|(stripe, value)| self.table.cell(stripe, shard) == Some(value)) {
            true => Ok(()),
            false => Err(WrongColumn(shard)),
        }
    }
}

/// Whether cells are at most a column block, so that each is one unit.
fn is_unit_a_cell(layout: &Layout) -> bool {
    layout.cell_len() == layout.unit_len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::Code;
    use bytes::Bytes;

    /// A layout, its table (zeros for parity) and the pieces of its data columns, blob bytes all `fill`.
    fn columns(len: u64, fill: u8) -> (CellTable, Vec<Piece>) {
        let layout = Layout::new(len, Code::new(2, 3).unwrap()).unwrap();
        let zeros = Bytes::from(vec![fill; COLUMN_BLOCK_LEN as usize]);
        let mut pieces = Vec::new();
        let mut table = vec![ChainingValue::default(); layout.table_len()];
        for shard in [ShardIndex(0), ShardIndex(1)] {
            let mut units = Vec::new();
            for block in (0..layout.blocks()).map(BlockIndex) {
                let range = layout.block_range(shard, block);
                let bytes = zeros.slice(..(range.end - range.start) as usize);
                units.extend(block_values(&layout, shard, block, &bytes));
                if !bytes.is_empty() {
                    pieces.push(Piece {
                        shard,
                        start: range.start,
                        bytes,
                    });
                }
            }
            let values = ShardValues::new(&layout, shard, units)
                .unwrap()
                .cell_values();
            for (stripe, value) in layout.stripe_indices().zip(values) {
                table[layout.table_index(stripe, shard).unwrap()] = value;
            }
        }
        (CellTable::new(layout, table).unwrap(), pieces)
    }

    /// Cells of 1 KiB, of 64 KiB, and of 2 MiB, which are two units each.
    const LENS: [u64; 3] = [5000, 8_000_000, 140_000_000];

    #[test]
    fn right_pieces_are_accepted_in_any_order_and_complete_when_all_are_there() {
        for len in LENS {
            let (table, mut pieces) = columns(len, 7);
            pieces.reverse();
            let assembly = Assembly::new(table);
            let last = pieces.pop().unwrap();
            pieces
                .iter()
                .for_each(|piece| assembly.accept(piece).unwrap());
            assert!(!assembly.is_complete());
            assembly.accept(&last).unwrap();
            assert!(assembly.is_complete(), "{len}");
        }
    }

    #[test]
    fn a_changed_byte_is_found_with_its_cell_or_its_column() {
        for len in LENS {
            let (table, mut pieces) = columns(len, 7);
            let at = pieces.len() / 4;
            let mut bytes = pieces[at].bytes.to_vec();
            bytes[500] ^= 1;
            pieces[at].bytes = bytes.into();
            let assembly = Assembly::new(table);
            let shard = pieces[at].shard;
            let wrong: Vec<_> = pieces
                .iter()
                .filter_map(|piece| assembly.accept(piece).err())
                .collect();
            assert_eq!(wrong, [WrongColumn(shard)], "{len}");
        }
    }
}
