//! Work that several requests want at the same time is done once.
//!
//! The work goes on when all who wait for it have left, so it must be bounded by itself. It may hand on its result before
//! all is done: until the rest is, it counts as under way, and whoever asks gets that result. Without a rest it is off the
//! list before anyone has its result, so that who tries again after a failure does not get the same failure.

use futures::{
    future::{BoxFuture, Shared},
    FutureExt,
};
use std::{
    collections::HashMap,
    future::{Future, Ready},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

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
        let work = || {
            let work = work();
            async { (work.await, None::<Ready<()>>) }
        };
        self.join_early(key, work).await
    }

    /// As [`Self::join`], for work that gives its result and what is left to do about it, if anything.
    pub async fn join_early<F, R>(&self, key: K, work: impl FnOnce() -> F) -> Option<V>
    where
        F: Future<Output = (V, Option<R>)> + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let flight = {
            let mut running = self.running();
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

    /// The result about `key`, if work about it is under way.
    pub async fn under_way(&self, key: &K) -> Option<V> {
        let flight = self.running().get(key).cloned();
        flight?.await
    }

    fn start<F, R>(&self, key: K, work: F) -> Shared<BoxFuture<'static, Option<V>>>
    where
        F: Future<Output = (V, Option<R>)> + Send + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let landing = Landing(self.0.clone(), key);
        let (sender, result) = oneshot::channel();
        tokio::spawn(async move {
            let landing = landing;
            let (value, rest) = work.await;
            let landing = rest.is_some().then_some(landing);
            // Whoever waited may have left.
            let _ = sender.send(value);
            if let Some(rest) = rest {
                rest.await;
            }
            drop(landing);
        });
        async move { result.await.ok() }.boxed().shared()
    }

    fn running(&self) -> MutexGuard<'_, Running<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
    async fn a_result_is_handed_on_before_the_rest_is_done_and_stays_until_it_is() {
        let flights: Flights<u8, u32> = Flights::default();
        let (end, ended) = oneshot::channel::<()>();
        let work = || async { (5, Some(async { drop(ended.await) })) };
        assert_eq!(flights.join_early(1, work).await, Some(5));
        assert_eq!(flights.under_way(&1).await, Some(5));
        assert_eq!(flights.join(1, || async { 6 }).await, Some(5));
        end.send(()).unwrap();
        for _ in 0..100 {
            match flights.under_way(&1).await {
                Some(_) => tokio::task::yield_now().await,
                None => break,
            }
        }
        assert_eq!(flights.join(1, || async { 6 }).await, Some(6));
    }

    #[tokio::test]
    async fn who_has_a_result_that_is_all_starts_the_work_anew() {
        let flights: Flights<u8, u32> = Flights::default();
        for run in 0..1000 {
            assert_eq!(flights.join(1, || async move { run }).await, Some(run));
        }
    }

    #[tokio::test]
    async fn work_that_panics_is_told_and_forgotten() {
        let flights: Flights<u8, u32> = Flights::default();
        let broken = || async { panic!("as told") };
        assert_eq!(flights.join(1, broken).await, None);
        assert_eq!(flights.join(1, || async { 7 }).await, Some(7));
    }
}
