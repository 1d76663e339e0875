//! The column blocks that a worker says it lacks.
//!
//! Goals: whatever a worker answers, a look-up takes logarithmic time and the list is no longer than the shard.

use std::{ops::Range, sync::Arc};

/// Ranges of blocks, ascending, apart from each other, none of them empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing(Arc<[Range<u32>]>);

impl Missing {
    /// The ranges in any order, overlapping or not, cut at `blocks`.
    pub(super) fn new(ranges: impl IntoIterator<Item = Range<u32>>, blocks: u32) -> Self {
        let ranges = ranges.into_iter();
        let mut sorted: Vec<_> = ranges
            .map(|range| range.start..range.end.min(blocks))
            .filter(|range| !range.is_empty())
            .collect();
        sorted.sort_unstable_by_key(|range| range.start);
        sorted.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
        Self(sorted.into())
    }

    pub(super) fn contains(&self, block: u32) -> bool {
        let after = self.0.partition_point(|range| range.end <= block);
        self.0.get(after).is_some_and(|range| range.start <= block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_touches_is_one_range() {
        let missing = Missing::new([5..7, 0..2, 2..3, 6..9, 9..9, 40..99], 50);
        assert_eq!(&*missing.0, [0..3, 5..9, 40..50]);
    }

    proptest! {
        #[test]
        fn a_block_is_in_it_if_it_is_in_one_of_the_ranges(
            ranges in proptest::collection::vec((0u32..70, 0u32..70), 0..20),
            blocks in 0u32..64,
        ) {
            let ranges: Vec<Range<u32>> = ranges.into_iter().map(|(start, end)| start..end).collect();
            let missing = Missing::new(ranges.clone(), blocks);
            prop_assert!(missing.0.len() <= blocks as usize);
            for block in 0..80 {
                let is_in = block < blocks && ranges.iter().any(|range| range.contains(&block));
                prop_assert_eq!(missing.contains(block), is_in);
            }
        }
    }
}
