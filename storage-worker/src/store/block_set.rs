//! Which blocks of a shard are here: one bit each.

use ballast_core::BlockIndex;
use std::ops::Range;

/// A set of block indices below `total`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSet {
    words: Vec<u64>,
    total: u32,
    present: u32,
}

impl BlockSet {
    /// The empty set of blocks below `total`.
    pub fn new(total: u32) -> Self {
        Self {
            words: vec![0; total.div_ceil(64) as usize],
            total,
            present: 0,
        }
    }

    /// Whether `block` is in the set.
    pub fn contains(&self, block: BlockIndex) -> bool {
        let (word, mask) = place(block);
        self.words.get(word).is_some_and(|bits| bits & mask != 0)
    }

    /// Puts `block` in; false when it was in already, or is none of the shard's blocks.
    pub fn insert(&mut self, block: BlockIndex) -> bool {
        if block.0 >= self.total || self.contains(block) {
            return false;
        }
        let (word, mask) = place(block);
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= mask;
            self.present += 1;
        }
        true
    }

    /// Whether every block is here.
    pub fn is_complete(&self) -> bool {
        self.present == self.total
    }

    /// Blocks that are here.
    pub fn present(&self) -> u32 {
        self.present
    }

    /// Blocks of the shard.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// The first `limit` runs of blocks that are not here.
    pub fn missing(&self, limit: usize) -> Vec<Range<u32>> {
        let mut runs: Vec<Range<u32>> = Vec::new();
        for block in (0..self.total).filter(|block| !self.contains(BlockIndex(*block))) {
            let count = runs.len();
            match runs.last_mut() {
                Some(run) if run.end == block => run.end = block + 1,
                _ if count == limit => break,
                _ => runs.push(block..block + 1),
            }
        }
        runs
    }
}

fn place(block: BlockIndex) -> (usize, u64) {
    ((block.0 / 64) as usize, 1 << (block.0 % 64))
}

#[cfg(test)]
// Runs of missing blocks are lists of ranges, also when there is one.
#[allow(clippy::single_range_in_vec_init)]
mod tests {
    use super::*;

    #[test]
    fn missing_blocks_come_as_runs() {
        let mut set = BlockSet::new(130);
        for block in [0, 1, 64, 129] {
            assert!(set.insert(BlockIndex(block)));
        }
        assert_eq!(set.missing(10), [2..64, 65..129]);
        assert_eq!(set.missing(1), [2..64]);
        assert_eq!((set.present(), set.is_complete()), (4, false));
    }

    #[test]
    fn a_block_counts_once_and_strangers_never() {
        let mut set = BlockSet::new(2);
        assert!(set.insert(BlockIndex(1)));
        assert!(!set.insert(BlockIndex(1)));
        assert!(!set.insert(BlockIndex(2)));
        assert!(!set.insert(BlockIndex(u32::MAX)));
        assert!(set.insert(BlockIndex(0)));
        assert!(set.is_complete() && set.missing(9).is_empty());
    }
}
