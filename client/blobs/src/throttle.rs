//! A bound on bytes per second, over all workers together.
//!
//! Goals: on average no more than asked for, in turns; nothing that is counted as a worker's time is spent waiting here.
//! Limits: a column block is sent or asked for as a whole, so the line is busy for a block and then idle.

use std::{
    num::NonZeroU64,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Hands out turns.
#[derive(Debug)]
pub(crate) struct Throttle {
    bytes_per_second: NonZeroU64,
    /// When the next turn begins.
    next: Mutex<Option<Instant>>,
}

impl Throttle {
    pub(crate) fn new(bytes_per_second: NonZeroU64) -> Self {
        Self {
            bytes_per_second,
            next: Mutex::default(),
        }
    }

    /// Waits until these bytes may be sent or asked for. A turn that is given up is lost.
    pub(crate) async fn turn(&self, bytes: u64) {
        let begin = self.reserve(bytes);
        tokio::time::sleep_until(begin).await;
    }

    /// Counts bytes that came without a turn.
    pub(crate) fn charge(&self, bytes: u64) {
        self.reserve(bytes);
    }

    fn reserve(&self, bytes: u64) -> Instant {
        let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(self.bytes_per_second.get());
        let takes = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let begin = next.map_or(now, |next| next.max(now));
        *next = begin.checked_add(takes).or(Some(begin));
        begin
    }
}

/// Waits for a turn, if there is a bound.
pub(crate) async fn turn(throttle: Option<&Throttle>, bytes: u64) {
    if let Some(throttle) = throttle {
        throttle.turn(bytes).await;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn bytes_take_their_time_whoever_sends_them() {
        let throttle = Throttle::new(NonZeroU64::new(1 << 20).unwrap());
        let start = Instant::now();
        let turns = (0..11).map(|_| throttle.turn(512 << 10));
        futures::future::join_all(turns).await;
        assert_eq!(start.elapsed().as_secs(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_is_not_saved_up() {
        let throttle = Throttle::new(NonZeroU64::new(1000).unwrap());
        throttle.turn(1000).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let start = Instant::now();
        throttle.turn(1000).await;
        throttle.turn(1000).await;
        assert_eq!(start.elapsed().as_secs(), 1);
    }
}
