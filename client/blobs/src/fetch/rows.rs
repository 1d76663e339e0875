//! Which rows have a blob, or ranges of it. Pure.

use super::row::Row;
use ballast_core::{
    limits::{CHUNK_LEN, COLUMN_BLOCK_LEN},
    BlockIndex, Group, Layout, ShardIndex,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// One row for each column block, wanted of every data shard that has bytes there.
pub(super) fn whole_rows(layout: &Layout) -> impl Iterator<Item = Row> {
    let layout = *layout;
    (0..layout.blocks()).map(BlockIndex).map(move |block| {
        let data_shards = (0..layout.code().data_shards()).map(ShardIndex);
        let wanted = data_shards
            .filter(|shard| !layout.block_range(*shard, block).is_empty())
            .collect();
        Row {
            group: Group::block(block),
            wanted,
        }
    })
}

/// For each column block that ranges touch, the smallest group that has all they want of it.
pub(super) fn partial_rows(layout: &Layout, ranges: &[Range<u64>]) -> impl Iterator<Item = Row> {
    let mut touched: BTreeMap<u64, (Range<u64>, BTreeSet<ShardIndex>)> = Default::default();
    for (shard, column) in ranges
        .iter()
        .flat_map(|range| column_ranges(layout, range.clone()))
    {
        for block in column.start / COLUMN_BLOCK_LEN..column.end.div_ceil(COLUMN_BLOCK_LEN) {
            let block_start = block.saturating_mul(COLUMN_BLOCK_LEN);
            let start = column.start.max(block_start);
            let end = column.end.min(block_start.saturating_add(COLUMN_BLOCK_LEN));
            let (hull, wanted) = touched
                .entry(block)
                .or_insert((start..end, Default::default()));
            *hull = hull.start.min(start)..hull.end.max(end);
            wanted.insert(shard);
        }
    }
    let rows = touched.into_values();
    rows.map(|(hull, wanted)| Row {
        group: covering_group(&hull),
        wanted: wanted.into_iter().collect(),
    })
}

/// A range in runs of whole stripes and whole column blocks, so that no row has parts of two of them.
pub(super) fn stripe_runs(layout: &Layout, range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let column = layout.cell_len().max(COLUMN_BLOCK_LEN);
    let len = column.saturating_mul(layout.code().data_shards().into());
    (range.start / len..range.end.div_ceil(len)).map(move |run| {
        let start = run.saturating_mul(len);
        range.start.max(start)..range.end.min(start.saturating_add(len))
    })
}

/// The number after that of the last column block that a range of the blob lies in, whatever the column.
pub(super) fn blocks_end(layout: &Layout, range: Range<u64>) -> u64 {
    column_ranges(layout, range)
        .map(|(_, column)| column.end.div_ceil(COLUMN_BLOCK_LEN))
        .max()
        .unwrap_or_default()
}

/// Where a range of the blob lies in the data columns, cell by cell.
pub(super) fn column_ranges(
    layout: &Layout,
    range: Range<u64>,
) -> impl Iterator<Item = (ShardIndex, Range<u64>)> + '_ {
    let (mut position, end) = (range.start, range.end.min(layout.len()));
    std::iter::from_fn(move || {
        let (shard, offset) = layout.locate(position).filter(|_| position < end)?;
        let cell = layout.cell_range(layout.stripe_of(offset), shard);
        let len = cell.end.saturating_sub(offset).min(end - position);
        position = position.saturating_add(len);
        Some((shard, offset..offset.saturating_add(len)))
    })
}

/// The smallest group that covers a range within one column block.
pub(super) fn covering_group(range: &Range<u64>) -> Group {
    let lens = std::iter::successors(Some(CHUNK_LEN), |len| len.checked_mul(2));
    let groups = lens.map(|len| Group {
        start: range.start / len * len,
        len,
    });
    let mut groups = groups.take_while(|group| group.len <= COLUMN_BLOCK_LEN);
    let block = Group {
        start: range.start / COLUMN_BLOCK_LEN * COLUMN_BLOCK_LEN,
        len: COLUMN_BLOCK_LEN,
    };
    groups
        .find(|group| group.start.saturating_add(group.len) >= range.end)
        .unwrap_or(block)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::Code;
    use proptest::prelude::*;

    #[test]
    fn a_group_covers_no_more_than_it_must() {
        assert_eq!(
            covering_group(&(0..1)),
            Group {
                start: 0,
                len: 1024
            }
        );
        assert_eq!(
            covering_group(&(1024..2048)),
            Group {
                start: 1024,
                len: 1024
            }
        );
        assert_eq!(
            covering_group(&(1000..1025)),
            Group {
                start: 0,
                len: 2048
            }
        );
        assert_eq!(
            covering_group(&(3072..5000)),
            Group {
                start: 0,
                len: 8192
            }
        );
        assert_eq!(
            covering_group(&((1 << 20) + 5000..(1 << 20) + 5001)).start,
            (1 << 20) + 4096
        );
        assert_eq!(
            covering_group(&(1 << 19..(1 << 20))),
            Group {
                start: 1 << 19,
                len: 1 << 19
            }
        );
        assert_eq!(
            covering_group(&((1 << 19) - 1..(1 << 19) + 1)),
            Group {
                start: 0,
                len: 1 << 20
            }
        );
    }

    proptest! {
        #[test]
        fn the_rows_of_a_range_have_all_of_it(
            len in 1025u64..200_000_000, k in 1u32..6, start in 0.0..1.0f64, share in 0.0..1.0f64,
        ) {
            let layout = Layout::new(len, Code::new(1 << k, 2 << k).unwrap()).unwrap();
            let start = ((len - 1) as f64 * start) as u64;
            let end = (start + 1 + (len as f64 * share * 0.01) as u64).min(len);
            let rows: Vec<Row> = partial_rows(&layout, std::slice::from_ref(&(start..end))).collect();
            for position in [start, (start + end) / 2, end - 1] {
                let (shard, offset) = layout.locate(position).unwrap();
                let has = |row: &&Row| {
                    row.wanted.contains(&shard) && (row.group.start..row.group.start + row.group.len).contains(&offset)
                };
                prop_assert_eq!(rows.iter().filter(has).count(), 1);
            }
            prop_assert!(rows.iter().all(|row| Group::new(row.group.start, row.group.len).is_ok()));
            let runs = stripe_runs(&layout, start..end);
            let by_run: Vec<Row> = runs.flat_map(|run| partial_rows(&layout, &[run])).collect();
            prop_assert_eq!(by_run, rows);
        }
    }
}
