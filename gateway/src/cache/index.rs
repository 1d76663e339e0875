//! What is in the cache, by when it was used last. In memory only.

use super::Key;
use std::{
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

/// Bytes a file takes at least, on most file systems.
const BLOCK_LEN: u64 = 4096;

/// The groups in the cache, oldest use first.
pub(super) struct Index {
    limit: u64,
    bytes: u64,
    clock: u64,
    by_key: HashMap<Key, (u64, u64)>,
    by_use: BTreeMap<u64, Key>,
}

impl Index {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            bytes: 0,
            clock: 0,
            by_key: HashMap::new(),
            by_use: BTreeMap::new(),
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts a group as used now; returns what has to go for it.
    pub(super) fn insert(&mut self, key: Key, size: u64) -> Vec<Key> {
        self.put(key, size);
        self.evict()
    }

    /// A group was used.
    pub(super) fn touch(&mut self, key: Key) {
        if let Some((_, size)) = self.by_key.get(&key) {
            self.put(key, *size);
        }
    }

    pub(super) fn remove(&mut self, key: Key) {
        if let Some((used, size)) = self.by_key.remove(&key) {
            self.by_use.remove(&used);
            self.bytes = self.bytes.saturating_sub(size);
        }
    }

    /// Counts what a former run left, oldest first, as older than all that was used since; returns what has to go.
    pub(super) fn adopt(&mut self, found: Vec<(SystemTime, Key, u64)>) -> Vec<Key> {
        let newer = std::mem::take(&mut self.by_use);
        for (_, key, size) in found {
            if !self.by_key.contains_key(&key) {
                self.put(key, size);
            }
        }
        for key in newer.into_values() {
            self.touch(key);
        }
        self.evict()
    }

    fn put(&mut self, key: Key, size: u64) {
        let size = size.next_multiple_of(BLOCK_LEN);
        self.remove(key);
        self.clock = self.clock.saturating_add(1);
        self.by_key.insert(key, (self.clock, size));
        self.by_use.insert(self.clock, key);
        self.bytes = self.bytes.saturating_add(size);
    }

    fn evict(&mut self) -> Vec<Key> {
        let mut evicted = Vec::new();
        while self.bytes > self.limit {
            let Some((_, key)) = self.by_use.pop_first() else {
                break;
            };
            self.remove(key);
            evicted.push(key);
        }
        evicted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::Address;

    fn key(index: u32) -> Key {
        (Address([7; 32]), index)
    }

    #[test]
    fn what_was_used_last_stays() {
        let mut index = Index::new(3 * BLOCK_LEN);
        for group in 0..3 {
            assert_eq!(index.insert(key(group), 1), []);
        }
        index.touch(key(0));
        assert_eq!(index.insert(key(3), 1), [key(1)]);
        assert_eq!(index.insert(key(4), 2 * BLOCK_LEN), [key(2), key(0)]);
        assert_eq!(index.bytes(), 3 * BLOCK_LEN);
    }

    #[test]
    fn a_group_that_is_written_again_counts_once() {
        let mut index = Index::new(10 * BLOCK_LEN);
        index.insert(key(0), 1);
        index.insert(key(0), BLOCK_LEN + 1);
        assert_eq!(index.bytes(), 2 * BLOCK_LEN);
        index.remove(key(0));
        index.remove(key(0));
        assert_eq!(index.bytes(), 0);
    }

    #[test]
    fn what_a_former_run_left_goes_first() {
        let mut index = Index::new(2 * BLOCK_LEN);
        index.insert(key(9), 1);
        let at = |group| (SystemTime::UNIX_EPOCH, key(group), 1);
        assert_eq!(index.adopt(vec![at(1), at(2), at(9)]), [key(1)]);
        assert_eq!(index.insert(key(3), 1), [key(2)]);
    }
}
