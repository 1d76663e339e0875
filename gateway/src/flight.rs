//! Work that several requests want at the same time is done once.
//!
//! The work goes on when all who wait for it have left, so it must be bounded by itself.

use futures::{
    future::{BoxFuture, Shared},
    FutureExt,
};
use std::{
    collections::HashMap,
    future::Future,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// What is under way, by what it is about.
pub struct Flights<K, V: Clone>(Arc<Mutex<Running<K, V>>>);

type Running<K, V> = HashMap<K, Shared<BoxFuture<'static, Option<V>>>>;

impl<K, V: Clone> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The result of `work` about `key`, which is started unless it is under way. `None` if it panicked.
    pub async fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let flight = {
            let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match running.get(&key) {
                Some(flight) => flight.clone(),
                None => {
                    let flight = self.start(key.clone(), work());
                    running.insert(key, flight.clone());
                    flight
                }
            }
        };
        flight.await
    }

    fn start<F>(&self, key: K, work: F) -> Shared<BoxFuture<'static, Option<V>>>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let landing = Landing(self.0.clone(), key);
        let task = tokio::spawn(async move {
            let _landing = landing;
            work.await
        });
        async move { task.await.ok() }.boxed().shared()
    }
}

/// Takes a flight off the list when it ends, however it ends.
struct Landing<K: Eq + Hash, V: Clone>(Arc<Mutex<Running<K, V>>>, K);

impl<K: Eq + Hash, V: Clone> Drop for Landing<K, V> {
    fn drop(&mut self) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.1);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        time::Duration,
    };

    #[tokio::test]
    async fn what_several_want_is_done_once_and_later_again() {
        let flights: Flights<u8, u32> = Flights::default();
        let runs = Arc::new(AtomicU32::new(0));
        let work = || {
            let runs = runs.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                runs.fetch_add(1, Ordering::SeqCst)
            }
        };
        let (one, two) = tokio::join!(flights.join(1, work), flights.join(1, work));
        assert_eq!((one, two), (Some(0), Some(0)));
        assert_eq!(flights.join(1, work).await, Some(1));
        assert!(flights.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn work_that_panics_is_told_and_forgotten() {
        let flights: Flights<u8, u32> = Flights::default();
        let broken = || async { panic!("as told") };
        assert_eq!(flights.join(1, broken).await, None);
        assert_eq!(flights.join(1, || async { 7 }).await, Some(7));
    }
}
