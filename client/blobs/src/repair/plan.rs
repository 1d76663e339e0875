//! Which rows bring the blocks that are missing. Pure.

use crate::fetch::row::Row;
use ballast_core::{BlockIndex, Group, ShardIndex};
use std::{collections::VecDeque, ops::Range};

/// Blocks of a shard that are missing, as runs in ascending order.
pub(super) type Missing = (ShardIndex, Vec<Range<u32>>);

/// One row for each block that any of the shards misses, in order, wanted of all that miss it: they share its decode.
pub(super) fn rows(missing: impl IntoIterator<Item = Missing>) -> impl Iterator<Item = Row> {
    let mut shards: Vec<(ShardIndex, VecDeque<Range<u32>>)> = missing
        .into_iter()
        .map(|(shard, mut runs)| {
            runs.retain(|run| run.start < run.end);
            (shard, runs.into())
        })
        .collect();
    std::iter::from_fn(move || {
        let next = |runs: &VecDeque<Range<u32>>| runs.front().map(|run| run.start);
        let block = shards.iter().filter_map(|(_, runs)| next(runs)).min()?;
        let mut wanted = Vec::new();
        for (shard, runs) in &mut shards {
            if next(runs) == Some(block) {
                wanted.push(*shard);
                take_first(runs);
            }
        }
        Some(Row {
            group: Group::block(BlockIndex(block)),
            wanted,
        })
    })
}

/// Takes the first block out of runs.
fn take_first(runs: &mut VecDeque<Range<u32>>) {
    if let Some(run) = runs.front_mut() {
        run.start = run.start.saturating_add(1);
        if run.start >= run.end {
            runs.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn runs(blocks: &BTreeSet<u32>) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> = Vec::new();
        for block in blocks {
            match runs.last_mut() {
                Some(run) if run.end == *block => run.end += 1,
                _ => runs.push(*block..*block + 1),
            }
        }
        runs
    }

    proptest! {
        #[test]
        fn each_missing_block_is_wanted_once_and_losses_of_one_row_share_it(
            missing in proptest::collection::btree_map(
                0u8..40, proptest::collection::btree_set(0u32..60, 0..20), 0..8,
            ),
        ) {
            let plan = missing.iter().map(|(shard, blocks)| (ShardIndex(*shard), runs(blocks)));
            let rows: Vec<Row> = rows(plan).collect();
            let starts: Vec<u64> = rows.iter().map(|row| row.group.start).collect();
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1]), "one row for each block");
            let wanted: BTreeSet<(u8, u32)> = rows
                .iter()
                .flat_map(|row| {
                    let block = (row.group.start >> 20) as u32;
                    row.wanted.iter().map(move |shard| (shard.0, block))
                })
                .collect();
            let expected: BTreeSet<(u8, u32)> = missing
                .iter()
                .flat_map(|(shard, blocks)| blocks.iter().map(|block| (*shard, *block)))
                .collect();
            prop_assert_eq!(&wanted, &expected);
            prop_assert_eq!(rows.iter().map(|row| row.wanted.len()).sum::<usize>(), expected.len());
        }
    }
}
