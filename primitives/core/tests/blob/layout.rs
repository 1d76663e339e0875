//! Layout arithmetic, from 1,025 bytes to 1 TiB.

use crate::common::{any_code, any_len, config};
use ballast_core::{limits::*, BlockIndex, Code, Layout, LayoutError, ShardIndex, StripeIndex};
use proptest::prelude::*;

fn layout(len: u64, k: u8, n: u8) -> Layout {
    Layout::new(len, Code::new(k, n).unwrap()).unwrap()
}

#[test]
fn lengths_outside_of_the_range_are_refused() {
    let code = Code::new(2, 4).unwrap();
    for len in [0, 1, 1023, 1024] {
        assert_eq!(Layout::new(len, code), Err(LayoutError::TooShort { len }));
    }
    for len in [MAX_BLOB_LEN + 1, u64::MAX] {
        assert_eq!(
            Layout::new(len, code),
            Err(LayoutError::TooLong {
                len,
                max: MAX_BLOB_LEN
            })
        );
    }
}

#[test]
fn the_least_blob_has_two_data_cells_under_every_code() {
    for (k, n) in [(2, 3), (4, 8), (64, 255)] {
        let layout = layout(1025, k, n);
        assert_eq!(
            (layout.cell_len(), layout.stripes(), layout.last_cell_len()),
            (1024, 1, 1024)
        );
        assert_eq!(layout.table_len(), 2 + usize::from(n - k));
        assert_eq!(layout.last_data_cell(), (StripeIndex(0), ShardIndex(1)));
        assert_eq!(layout.shard_len(ShardIndex(1)), 1);
        assert_eq!(layout.held_shards().count(), layout.table_len());
        assert_eq!(layout.is_empty_shard(ShardIndex(2)), k > 2);
        assert_eq!(layout.stored_len(), 1025 + u64::from(n - k) * 1024);
    }
}

#[test]
fn the_greatest_blob_has_64_full_stripes() {
    for (k, n, cell_len) in [(2, 4, 8 << 30), (64, 128, 256 << 20)] {
        let layout = layout(MAX_BLOB_LEN, k, n);
        assert_eq!(
            (layout.cell_len(), layout.last_cell_len()),
            (cell_len, cell_len)
        );
        assert_eq!(
            (layout.stripes(), layout.table_len()),
            (64, 64 * usize::from(n))
        );
        assert_eq!(layout.shard_len(ShardIndex(0)), 64 * cell_len);
        assert_eq!(u64::from(layout.blocks()), 64 * cell_len / COLUMN_BLOCK_LEN);
        assert_eq!(layout.units(ShardIndex(n - 1)), layout.blocks());
        assert_eq!(layout.stored_len(), 2 * MAX_BLOB_LEN);
        assert_eq!(
            layout.locate(MAX_BLOB_LEN - 1),
            Some((ShardIndex(k - 1), 64 * cell_len - 1))
        );
        assert_eq!(layout.locate(MAX_BLOB_LEN), None);
    }
}

#[test]
fn cells_double_when_64_stripes_are_full() {
    for (k, n) in [(2, 3), (16, 32), (64, 255)] {
        for log in 10..28 {
            let cell_len = 1u64 << log;
            let full = layout(64 * u64::from(k) * cell_len, k, n);
            assert_eq!(
                (full.cell_len(), full.stripes(), full.last_cell_len()),
                (cell_len, 64, cell_len)
            );
            let over = layout(full.len() + 1, k, n);
            assert_eq!(
                (over.cell_len(), over.stripes(), over.last_cell_len()),
                (2 * cell_len, 33, 1024)
            );
            assert_eq!(over.last_data_cell(), (StripeIndex(32), ShardIndex(0)));
            let under = layout(full.len() - 1, k, n);
            assert_eq!(
                (under.cell_len(), under.stripes(), under.last_cell_len()),
                (cell_len, 64, cell_len)
            );
            assert_eq!(
                under.shard_len(ShardIndex(k - 1)),
                full.shard_len(ShardIndex(k - 1)) - 1
            );
        }
    }
}

#[test]
fn the_last_stripe_shrinks_its_cells() {
    // One full stripe of 4 KiB, then 1 byte, then a byte more than one chunk for each column.
    assert_eq!(layout(4097, 4, 8).last_cell_len(), 1024);
    let wide = layout(64 * 4 * 1024 + 4 * 1024 + 1, 4, 8);
    assert_eq!(
        (wide.cell_len(), wide.stripes(), wide.last_cell_len()),
        (2048, 33, 2048)
    );
    assert_eq!(wide.cell_data_len(StripeIndex(32), ShardIndex(2)), 1);
    assert_eq!(wide.cell_data_len(StripeIndex(32), ShardIndex(3)), 0);
    assert_eq!(wide.table_index(StripeIndex(32), ShardIndex(3)), None);
    assert_eq!(
        wide.table_index(StripeIndex(32), ShardIndex(4)),
        Some(32 * 8 + 3)
    );
}

/// Worst cases come a byte after a full stripe; the narrowest margin is at 1 MiB, where stripes are smallest.
#[test]
fn twice_as_many_shards_store_at_most_2_04_times_the_bytes() {
    for log_k in 1..=6 {
        let k = 1u8 << log_k;
        let limit = if k == 64 { 2.0626 } else { 2.0313 };
        let mut worst = 0f64;
        let mut len = 1u64 << 20;
        while len < MAX_BLOB_LEN - (1 << 20) {
            for stripe_more in [0, 1, 7] {
                for delta in [0, 1, 2, 1023, 1025] {
                    let cell_len = layout(len, k, 2 * k).cell_len();
                    let layout = layout(
                        len + stripe_more * u64::from(k) * cell_len / 2 + delta,
                        k,
                        2 * k,
                    );
                    worst = worst.max(layout.stored_len() as f64 / layout.len() as f64);
                }
            }
            len = len / 8 * 9;
        }
        assert!(worst <= limit, "k = {k}: {worst}");
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn every_layout_keeps_its_promises(len in any_len(MAX_BLOB_LEN), code in any_code()) {
        let layout = Layout::new(len, code).unwrap();
        let (k, n) = (u64::from(code.data_shards()), u64::from(code.total_shards()));
        let p = layout.cell_len();
        prop_assert!(p.is_power_of_two() && p >= 1024);
        prop_assert!((1..=64).contains(&layout.stripes()));
        prop_assert!(p == 1024 || len.div_ceil(k * p / 2) > 64, "a smaller cell would do");
        prop_assert!(layout.last_cell_len().is_power_of_two() && layout.last_cell_len() <= p);
        let data_len: u64 = (0..code.data_shards()).map(|shard| layout.shard_len(ShardIndex(shard))).sum();
        prop_assert_eq!(data_len, len);
        let all_len: u64 = layout.shard_indices().map(|shard| layout.shard_len(shard)).sum();
        prop_assert_eq!(all_len, layout.stored_len());
        prop_assert!(layout.shard_indices().all(|shard| layout.shard_len(shard) <= layout.coded_shard_len()));
        prop_assert!(layout.shard_indices().count() as u64 == n);
        let (stripe, shard) = layout.last_data_cell();
        prop_assert_eq!(layout.cell_offset(stripe, shard) + layout.cell_data_len(stripe, shard), len);
        prop_assert!(layout.stripes() > 1 || p == 1024, "at least two data cells");
    }

    #[test]
    fn the_table_lists_each_cell_once(len in any_len(MAX_BLOB_LEN), code in any_code()) {
        let layout = Layout::new(len, code).unwrap();
        prop_assert!(layout.table_len() <= MAX_TABLE_LEN as usize);
        prop_assert_eq!(layout.table_cells().count(), layout.table_len());
        for (index, (stripe, shard)) in layout.table_cells().enumerate() {
            prop_assert_eq!(layout.table_index(stripe, shard), Some(index));
        }
    }

    #[test]
    fn blocks_and_units_tile_each_column(len in any_len(1 << 33), code in any_code()) {
        let layout = Layout::new(len, code).unwrap();
        let blocks = || (0..layout.blocks()).map(BlockIndex);
        prop_assert_eq!(blocks().map(|block| layout.coded_block_len(block)).sum::<u64>(), layout.coded_shard_len());
        for shard in [0, 1, code.data_shards() - 1, code.data_shards(), code.total_shards() - 1].map(ShardIndex) {
            let mut position = 0;
            for range in blocks().map(|block| layout.block_range(shard, block)) {
                prop_assert!(range.start == position && range.end - range.start <= COLUMN_BLOCK_LEN);
                position = range.end;
            }
            prop_assert_eq!(position, layout.shard_len(shard));
            let units = (0..layout.units(shard)).map(|unit| layout.unit_range(shard, unit));
            let tiled = units.fold(0, |position, unit| if unit.start == position { unit.end } else { u64::MAX });
            prop_assert_eq!(tiled, layout.shard_len(shard));
        }
    }

    #[test]
    fn offsets_go_to_columns_and_back(
        len in any_len(MAX_BLOB_LEN), code in any_code(), at in any::<prop::sample::Index>(), run in 0u64..5_000_000,
    ) {
        let layout = Layout::new(len, code).unwrap();
        let offset = at.index(len as usize) as u64;
        let (shard, column_offset) = layout.locate(offset).unwrap();
        prop_assert!(layout.is_data_shard(shard) && column_offset < layout.shard_len(shard));
        let end = (column_offset + run).min(layout.shard_len(shard));
        let mut position = column_offset;
        for segment in layout.segments(shard, column_offset..column_offset + run) {
            prop_assert_eq!(segment.column_offset, position);
            prop_assert_eq!(layout.locate(segment.blob_offset), Some((shard, position)));
            let last = (segment.blob_offset + segment.len - 1, position + segment.len - 1);
            prop_assert_eq!(layout.locate(last.0), Some((shard, last.1)));
            position += segment.len;
        }
        prop_assert_eq!(position, end);
    }

    #[test]
    fn foreign_indices_are_answered_and_never_panic(
        len in any_len(MAX_BLOB_LEN), code in any_code(), stripe in 64u32.., shard in any::<u8>(), number in any::<u64>(),
    ) {
        let layout = Layout::new(len, code).unwrap();
        let (stripe, shard) = (StripeIndex(stripe), ShardIndex(shard));
        prop_assert_eq!(layout.cell_data_len(stripe, shard), 0);
        prop_assert_eq!(layout.table_index(stripe, shard), None);
        prop_assert!(layout.cell_range(stripe, shard).is_empty());
        prop_assert_eq!(layout.cell_offset(stripe, shard), 0);
        prop_assert_eq!(layout.coded_block_len(BlockIndex(u32::MAX)), 0);
        prop_assert!(layout.block_range(shard, BlockIndex(u32::MAX)).is_empty());
        prop_assert!(layout.unit_range(shard, u32::MAX).is_empty());
        let _ = (layout.stripe_of(number), layout.locate(number), layout.shard_len(shard));
        prop_assert_eq!(layout.segments(shard, number..u64::MAX).count() == 0, {
            !layout.is_data_shard(shard) || number >= layout.shard_len(shard)
        });
    }
}
