//! Data columns being put together: what is not yet proven is compared with the table.
//!
//! Goals: whatever the encoding is like, bytes that are not the file's are found before the file is done: at once where
//! a cell is at most a column block, else when its column is complete. What a worker sent with its path to the shard
//! root is proven; what was decoded, or read back, is not.

use super::row::Piece;
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, tree::group_value, CellTable, ChainingValue, Group, Layout,
    ShardIndex, ShardValues,
};
use std::sync::{Mutex, PoisonError};

/// Column blocks of the data columns, as far as they are there.
pub(crate) struct Assembly {
    table: CellTable,
    columns: Mutex<Vec<Column>>,
}

/// One data column.
struct Column {
    /// The values of its blocks, as far as they are there.
    blocks: Vec<Option<ChainingValue>>,
    /// Whether some of them were decoded or read back.
    is_to_prove: bool,
}

/// A data column is not the one of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongColumn(pub ShardIndex);

impl Assembly {
    pub(crate) fn new(table: CellTable) -> Self {
        let layout = *table.layout();
        let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
        let column = |shard| {
            let blocks = layout.shard_len(shard).div_ceil(COLUMN_BLOCK_LEN);
            Column {
                blocks: vec![None; usize::try_from(blocks).unwrap_or_default()],
                is_to_prove: false,
            }
        };
        let columns = data_shards.map(column).collect();
        Self {
            table,
            columns: Mutex::new(columns),
        }
    }

    /// Takes a column block that was proven by its path to the shard root, and its value.
    pub(crate) fn accept_proven(&self, piece: &Piece, value: ChainingValue) {
        // What is proven cannot be wrong; what makes its column wrong is found where that came from.
        let _ = self.put(piece, value, false);
    }

    /// Hashes a column block and compares what is complete with it. Returns its value.
    pub(crate) fn accept(&self, piece: &Piece) -> Result<ChainingValue, WrongColumn> {
        let value = self.value(piece)?;
        self.put(piece, value, true)?;
        Ok(value)
    }

    /// Takes a column block that was read back, if it is the table's or at least has the value it was listed with.
    pub(crate) fn accept_listed(&self, piece: &Piece, listed: ChainingValue) -> bool {
        match self.value(piece) {
            Ok(value) if value == listed => self.put(piece, value, true).is_ok(),
            _ => false,
        }
    }

    /// Whether all of the blob has come, and was right.
    pub(crate) fn is_complete(&self) -> Result<bool, WrongColumn> {
        let columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        for (shard, column) in (0..=u8::MAX).map(ShardIndex).zip(columns.iter()) {
            self.check_column(shard, column)?;
        }
        Ok(columns
            .iter()
            .all(|column| column.blocks.iter().all(Option::is_some)))
    }

    /// The value of a column block, whose cells are compared with the table where they are units.
    fn value(&self, piece: &Piece) -> Result<ChainingValue, WrongColumn> {
        let layout = self.table.layout();
        if is_unit_a_cell(layout) {
            self.check_cells(piece)?;
        }
        let group = Group {
            start: piece.start,
            len: COLUMN_BLOCK_LEN,
        };
        group_value(layout, piece.shard, group, &piece.bytes).map_err(|_| WrongColumn(piece.shard))
    }

    fn put(
        &self,
        piece: &Piece,
        value: ChainingValue,
        is_to_prove: bool,
    ) -> Result<(), WrongColumn> {
        let index = usize::try_from(piece.start / COLUMN_BLOCK_LEN).unwrap_or(usize::MAX);
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        let column = columns
            .get_mut(usize::from(piece.shard.0))
            .ok_or(WrongColumn(piece.shard))?;
        if let Some(slot) = column.blocks.get_mut(index) {
            *slot = Some(value);
        }
        column.is_to_prove |= is_to_prove;
        match is_to_prove {
            true => self.check_column(piece.shard, column),
            false => Ok(()),
        }
    }

    /// The cells of a block, each a unit.
    fn check_cells(&self, piece: &Piece) -> Result<(), WrongColumn> {
        let layout = self.table.layout();
        let first = u32::try_from(piece.start / layout.unit_len()).unwrap_or(u32::MAX);
        let mut values = Vec::new();
        ShardValues::hash_units(layout, piece.shard, first, &piece.bytes, &mut values)
            .map_err(|_| WrongColumn(piece.shard))?;
        let stripes = (first..).map(ballast_core::StripeIndex);
        match { stripes }
            .zip(values)
            .all(|(stripe, value)| self.table.cell(stripe, piece.shard) == Some(value))
        {
            true => Ok(()),
            false => Err(WrongColumn(piece.shard)),
        }
    }

    /// The cells of a column whose blocks are all there, where a cell is one block or several.
    fn check_column(&self, shard: ShardIndex, column: &Column) -> Result<(), WrongColumn> {
        let layout = self.table.layout();
        if !column.is_to_prove || is_unit_a_cell(layout) {
            return Ok(());
        }
        let Some(blocks) = column.blocks.iter().copied().collect::<Option<Vec<_>>>() else {
            return Ok(());
        };
        let values = ShardValues::new(layout, shard, blocks).map_err(|_| WrongColumn(shard))?;
        let cells = layout.stripe_indices().zip(values.cell_values());
        match { cells }.all(|(stripe, value)| self.table.cell(stripe, shard) == Some(value)) {
            true => Ok(()),
            false => Err(WrongColumn(shard)),
        }
    }
}

/// Whether cells are at most a column block, so that each is one unit. Elsewhere a unit is a column block.
fn is_unit_a_cell(layout: &Layout) -> bool {
    layout.cell_len() == layout.unit_len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::coding::block_values;
    use ballast_core::{BlockIndex, Code};
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
            for piece in &pieces {
                assembly.accept(piece).unwrap();
            }
            assert!(!assembly.is_complete().unwrap());
            assembly.accept(&last).unwrap();
            assert!(assembly.is_complete().unwrap(), "{len}");
        }
    }

    #[test]
    fn a_wrong_block_is_found_though_a_proven_one_completes_its_column() {
        let (table, mut pieces) = columns(140_000_000, 7);
        let mut bytes = pieces[0].bytes.to_vec();
        bytes[500] ^= 1;
        pieces[0].bytes = bytes.into();
        let assembly = Assembly::new(table);
        assembly.accept(&pieces[0]).unwrap();
        for piece in &pieces[1..] {
            let group = Group {
                start: piece.start,
                len: COLUMN_BLOCK_LEN,
            };
            let value = group_value(assembly.table.layout(), piece.shard, group, &piece.bytes);
            assembly.accept_proven(piece, value.unwrap());
        }
        assert_eq!(assembly.is_complete(), Err(WrongColumn(pieces[0].shard)));
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
