//! Which rows a run of the blob takes, and its bytes out of them. Pure.
//!
//! Goals: a range is read in windows, in order; each takes only the groups that it touches, less than twice the bytes
//! it needs of them, and one request to each worker where cells are small.

use super::{
    row::{Piece, Row},
    rows::{column_ranges, covering_group},
};
use ballast_core::{limits::COLUMN_BLOCK_LEN, Group, Layout, ShardIndex};
use bytes::{Bytes, BytesMut};
use std::{collections::BTreeMap, ops::Range};

/// Length of the first window of a stream: short, so that its bytes are there soon.
pub(super) const FIRST_WINDOW_LEN: u64 = 256 << 10;

/// Bytes of one column in a window, at least: shorter requests cost more than they bring.
const COLUMN_SHARE: u64 = 64 << 10;

/// Runs shorter than this are put together.
const SHORT_RUN: u64 = 64 << 10;

/// One run of the blob and where its bytes are.
#[derive(Debug)]
pub(super) struct Window {
    pub rows: Vec<Row>,
    /// Column ranges in the order of the blob.
    runs: Vec<(ShardIndex, Range<u64>)>,
}

/// The greatest length of a window: a power of two, as cells and stripes are, so that it holds whole cells or is in one.
pub(super) fn longest_window(data_shards: u8) -> u64 {
    u64::from(data_shards)
        .saturating_mul(COLUMN_SHARE)
        .next_power_of_two()
        .max(COLUMN_BLOCK_LEN)
}

/// The windows of a range in order. They end at multiples of their length, which doubles from `first` up to `longest`;
/// both are powers of two.
pub(super) fn windows(
    range: Range<u64>,
    first: u64,
    longest: u64,
) -> impl Iterator<Item = Range<u64>> + Send {
    let (mut at, mut len) = (range.start, first.min(longest));
    std::iter::from_fn(move || {
        let start = at;
        at = (start / len)
            .saturating_add(1)
            .saturating_mul(len)
            .min(range.end);
        len = len.saturating_mul(2).min(longest);
        (start < at).then_some(start..at)
    })
}

impl Window {
    /// The window over a run of the blob.
    pub(super) fn new(layout: &Layout, range: Range<u64>) -> Self {
        let runs: Vec<_> = column_ranges(layout, range).collect();
        // A window is short of a stripe or has whole ones, so what it takes of a column is in one piece.
        let mut columns: BTreeMap<ShardIndex, Range<u64>> = BTreeMap::new();
        for (shard, run) in &runs {
            let hull = columns.entry(*shard).or_insert(run.clone());
            *hull = hull.start.min(run.start)..hull.end.max(run.end);
        }
        let mut wanted: BTreeMap<(u64, u64), Vec<ShardIndex>> = BTreeMap::new();
        for (shard, column) in columns {
            for group in groups(&column) {
                let shards = wanted.entry((group.start, group.len)).or_default();
                shards.push(shard);
            }
        }
        let rows = wanted.into_iter().map(|((start, len), wanted)| Row {
            group: Group { start, len },
            wanted,
        });
        Self {
            rows: rows.collect(),
            runs,
        }
    }

    /// The window's bytes, in order. `None` if the pieces do not have all of them.
    pub(super) fn take(&self, pieces: &[Piece]) -> Option<Vec<Bytes>> {
        let mut taken = Vec::with_capacity(self.runs.len());
        for (shard, run) in &self.runs {
            let mut at = run.start;
            while at < run.end {
                let piece = pieces
                    .iter()
                    .find(|piece| piece.shard == *shard && piece.range().contains(&at))?;
                let end = piece.range().end.min(run.end);
                let distance =
                    |to: u64| usize::try_from(to.saturating_sub(piece.start)).unwrap_or(usize::MAX);
                taken.push(piece.bytes.slice(distance(at)..distance(end)));
                at = end;
            }
        }
        Some(joined(taken))
    }
}

/// Puts short neighbours together, up to a column block.
fn joined(runs: Vec<Bytes>) -> Vec<Bytes> {
    if runs.len() < 2 || runs.iter().any(|run| run.len() as u64 >= SHORT_RUN) {
        return runs;
    }
    let len = runs.iter().map(Bytes::len).sum();
    let mut all = BytesMut::with_capacity(len);
    runs.iter().for_each(|run| all.extend_from_slice(run));
    vec![all.freeze()]
}

/// The groups of a column range. The smallest group around a range that has a boundary in it may be much larger than
/// the range; then it is two.
fn groups(column: &Range<u64>) -> Vec<Group> {
    let mut groups = Vec::new();
    let blocks = column.start / COLUMN_BLOCK_LEN..column.end.div_ceil(COLUMN_BLOCK_LEN);
    for start in blocks.map(|block| block.saturating_mul(COLUMN_BLOCK_LEN)) {
        let part = column.start.max(start)..column.end.min(start.saturating_add(COLUMN_BLOCK_LEN));
        let whole = covering_group(&part);
        let middle = whole.start.saturating_add(whole.len / 2);
        let needed = part.end.saturating_sub(part.start);
        match whole.len > needed.saturating_mul(2) && part.start < middle && middle < part.end {
            true => groups.extend([
                covering_group(&(part.start..middle)),
                covering_group(&(middle..part.end)),
            ]),
            false => groups.push(whole),
        }
    }
    groups
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::{limits::CHUNK_LEN, Code};
    use proptest::prelude::*;

    /// A byte that tells its place in the blob.
    fn byte(at: u64) -> u8 {
        (at ^ (at >> 8) ^ (at >> 16)) as u8
    }

    /// What the workers would send of a row.
    fn pieces(layout: &Layout, row: &Row) -> Vec<Piece> {
        let piece = |shard: &ShardIndex| {
            let range = row.group.range(layout, *shard).unwrap();
            let segments = layout.segments(*shard, range.clone());
            let bytes: Vec<u8> = segments
                .flat_map(|segment| (0..segment.len).map(move |at| byte(segment.blob_offset + at)))
                .collect();
            Piece {
                shard: *shard,
                start: range.start,
                bytes: bytes.into(),
            }
        };
        row.wanted.iter().map(piece).collect()
    }

    #[test]
    fn windows_follow_each_other_and_grow() {
        let all: Vec<_> = windows(300_000..3_000_000, FIRST_WINDOW_LEN, 1 << 20).collect();
        assert_eq!(
            all,
            [
                300_000..524_288,
                524_288..1_048_576,
                1_048_576..2_097_152,
                2_097_152..3_000_000
            ]
        );
        assert_eq!(windows(5..5, FIRST_WINDOW_LEN, 1 << 20).count(), 0);
        assert!(windows(7..8, FIRST_WINDOW_LEN, 1 << 20).eq(std::iter::once(7..8)));
    }

    #[test]
    fn windows_that_need_not_come_soon_are_long_from_the_start() {
        let all: Vec<_> = windows(1 << 20..4 << 20, 1 << 20, 1 << 20).collect();
        assert_eq!(all, [1 << 20..2 << 20, 2 << 20..3 << 20, 3 << 20..4 << 20]);
        let inside = windows((1 << 20) + 5..(2 << 20) - 5, 2 << 20, 2 << 20);
        assert!(inside.eq(std::iter::once((1 << 20) + 5..(2 << 20) - 5)));
    }

    #[test]
    fn a_boundary_in_a_short_range_costs_no_large_group() {
        let middle = COLUMN_BLOCK_LEN / 2;
        let lens = |range: Range<u64>| {
            groups(&range)
                .iter()
                .map(|group| (group.start, group.len))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            lens(middle - 1..middle + 1),
            [(middle - CHUNK_LEN, CHUNK_LEN), (middle, CHUNK_LEN)]
        );
        assert_eq!(lens(0..600_000), [(0, COLUMN_BLOCK_LEN)]);
        assert_eq!(
            lens(COLUMN_BLOCK_LEN - 5..COLUMN_BLOCK_LEN + 5),
            [
                (COLUMN_BLOCK_LEN - CHUNK_LEN, CHUNK_LEN),
                (COLUMN_BLOCK_LEN, CHUNK_LEN)
            ]
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_range_comes_out_of_its_windows_whole_and_in_order(
            len in 1025u64..40_000_000, k in 1u32..7, start in 0.0..1.0f64, share in 0.0..0.05f64, soon: bool,
        ) {
            let layout = Layout::new(len, Code::new(1 << k, 3 << (k - 1)).unwrap()).unwrap();
            let start = ((len - 1) as f64 * start) as u64;
            let end = (start + 1 + (len as f64 * share) as u64).min(len);
            let (mut at, mut fetched) = (start, 0);
            let longest = longest_window(layout.code().data_shards());
            for range in windows(start..end, if soon { FIRST_WINDOW_LEN } else { longest }, longest) {
                let window = Window::new(&layout, range);
                let pieces: Vec<Piece> = window.rows.iter().flat_map(|row| pieces(&layout, row)).collect();
                prop_assert!(window.rows.iter().all(|row| Group::new(row.group.start, row.group.len).is_ok()));
                fetched += pieces.iter().map(|piece| piece.bytes.len() as u64).sum::<u64>();
                for bytes in window.take(&pieces).unwrap() {
                    let right = bytes.iter().zip(at..).all(|(actual, at)| *actual == byte(at));
                    prop_assert!(right, "at {at}");
                    at += bytes.len() as u64;
                }
            }
            prop_assert_eq!(at, end);
            let touched = u64::from(layout.code().data_shards()) * 8 * CHUNK_LEN;
            prop_assert!(fetched <= (end - start) * 2 + touched, "{fetched} bytes for {}", end - start);
        }
    }
}
