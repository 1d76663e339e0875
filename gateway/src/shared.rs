//! Small things that several modules need: bounded maps and locks.

use lru::LruCache;
use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

/// A map of so many entries, in which what was used last stays.
pub fn bounded<K: Hash + Eq, V>(entries: usize) -> LruCache<K, V> {
    LruCache::new(NonZeroUsize::new(entries).unwrap_or(NonZeroUsize::MIN))
}

/// Works on what a lock guards. Nothing here leaves it half changed, so a panic elsewhere is no reason to stop.
pub fn locked<T, R>(mutex: &Mutex<T>, work: impl FnOnce(&mut T) -> R) -> R {
    work(&mut mutex.lock().unwrap_or_else(PoisonError::into_inner))
}
