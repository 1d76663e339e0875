//! Work that is under way, each piece of it under a key.
//!
//! Goals: a key is free again when its work ends, however it ends: what panicked must not keep its key until the program stops.
//! Non-goals: how much there is at a time, what is tried again, and when.

use std::{collections::HashMap, future::Future};
use tokio::task::{Id, JoinError, JoinSet};

/// Work by key. What is under way is dropped with it.
pub(crate) struct Jobs<K, T> {
    running: JoinSet<T>,
    keys: HashMap<Id, K>,
}

impl<K: PartialEq, T: Send + 'static> Jobs<K, T> {
    pub(crate) fn new() -> Self {
        Self {
            running: JoinSet::new(),
            keys: HashMap::new(),
        }
    }

    /// How many are under way, or have ended and were not asked for yet.
    pub(crate) fn count(&self) -> usize {
        self.keys.len()
    }

    pub(crate) fn has(&self, key: &K) -> bool {
        self.keys.values().any(|busy| busy == key)
    }

    pub(crate) fn begin(&mut self, key: K, work: impl Future<Output = T> + Send + 'static) {
        let id = self.running.spawn(work).id();
        self.keys.insert(id, key);
    }

    /// Waits for the next that ends: its key, and what came out, or that it panicked. `None` while there is none. Nothing is
    /// lost when the wait is given up.
    pub(crate) async fn next(&mut self) -> Option<(K, Result<T, JoinError>)> {
        let (id, ended) = match self.running.join_next_with_id().await? {
            Ok((id, value)) => (id, Ok(value)),
            Err(error) => (error.id(), Err(error)),
        };
        Some((self.keys.remove(&id)?, ended))
    }

    /// Ends all of it, and waits until it has.
    pub(crate) async fn shutdown(&mut self) {
        self.running.shutdown().await;
        self.keys.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    async fn breaks() -> u32 {
        panic!("the test wants it")
    }

    #[tokio::test]
    async fn a_key_is_free_again_however_its_work_ends() {
        let mut jobs = Jobs::new();
        jobs.begin("ends", async { 1 });
        jobs.begin("breaks", breaks());
        assert!(jobs.has(&"ends") && jobs.has(&"breaks") && !jobs.has(&"other"));
        assert_eq!(jobs.count(), 2);
        let mut ended = BTreeMap::new();
        while let Some((key, value)) = jobs.next().await {
            assert!(!jobs.has(&key));
            ended.insert(key, value.ok());
        }
        assert_eq!(ended, [("ends", Some(1)), ("breaks", None)].into());
        assert_eq!(jobs.count(), 0);
    }

    #[tokio::test]
    async fn what_is_ended_from_outside_frees_its_key() {
        let mut jobs: Jobs<_, ()> = Jobs::new();
        jobs.begin("waits", std::future::pending());
        jobs.shutdown().await;
        assert!(!jobs.has(&"waits"));
        assert!(jobs.next().await.is_none());
    }
}
