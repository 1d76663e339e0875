//! Progress that never runs backwards.

use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Reading and hashing files; bytes of files.
    Scan,
    /// Computing cell values; bytes of blobs.
    Encode,
    /// Sending shards to workers; bytes of shards.
    Upload,
    /// Reading shards from workers; bytes of blobs.
    Fetch,
    /// Comparing files with a manifest; bytes of files.
    Verify,
}

/// Is told how far a phase is. Called from several threads, at every block: keep it short.
pub trait Progress: Send + Sync {
    /// `done` of `total` bytes. Within a phase `done` never shrinks and never exceeds `total`; `total` may grow.
    fn advance(&self, phase: Phase, done: u64, total: u64);

    /// Of what is done, these bytes more were there already: they say nothing about how fast the rest will be. Told
    /// before [`advance`](Self::advance) counts them.
    fn skip(&self, phase: Phase, bytes: u64) {
        let _ = (phase, bytes);
    }
}

/// Nobody looks.
impl Progress for () {
    fn advance(&self, _: Phase, _: u64, _: u64) {}
}

/// Counts one phase.
#[derive(Clone)]
pub(crate) struct Meter(Arc<Counter>);

struct Counter {
    phase: Phase,
    /// Done and total. Held while the listener is told, so that it hears in order.
    state: Mutex<(u64, u64)>,
    listener: Arc<dyn Progress>,
}

impl Meter {
    pub(crate) fn new(listener: &Arc<dyn Progress>, phase: Phase, total: u64) -> Self {
        listener.advance(phase, 0, total);
        Self(Arc::new(Counter {
            phase,
            state: Mutex::new((0, total)),
            listener: listener.clone(),
        }))
    }

    /// Nobody is told.
    pub(crate) fn uncounted() -> Self {
        Self::new(&(Arc::new(()) as Arc<dyn Progress>), Phase::Fetch, 0)
    }

    /// More is done.
    pub(crate) fn add(&self, bytes: u64) {
        self.change(|done, total| (done.saturating_add(bytes).min(total), total));
    }

    /// More is done, because it was there already.
    pub(crate) fn skip(&self, bytes: u64) {
        self.0.listener.skip(self.0.phase, bytes);
        self.add(bytes);
    }

    /// There is more to do than was known.
    pub(crate) fn grow(&self, bytes: u64) {
        self.change(|done, total| (done, total.saturating_add(bytes)));
    }

    /// A part whose work may start anew.
    pub(crate) fn part(&self) -> Part {
        Part {
            meter: self.clone(),
            done: Mutex::new((0, 0)),
        }
    }

    fn change(&self, change: impl FnOnce(u64, u64) -> (u64, u64)) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = change(state.0, state.1);
        self.0.listener.advance(self.0.phase, state.0, state.1);
    }
}

/// A part of a phase that may be tried several times: only what exceeds the best try so far counts.
pub(crate) struct Part {
    meter: Meter,
    /// This try's bytes and the best try's.
    done: Mutex<(u64, u64)>,
}

impl Part {
    pub(crate) fn restart(&self) {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).0 = 0;
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.gain(bytes, |gained| self.meter.add(gained));
    }

    /// More is done, because it was there already.
    pub(crate) fn skip(&self, bytes: u64) {
        self.gain(bytes, |gained| self.meter.skip(gained));
    }

    fn gain(&self, bytes: u64, tell: impl FnOnce(u64)) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.0 = done.0.saturating_add(bytes);
        let gained = done.0.saturating_sub(done.1);
        done.1 = done.1.max(done.0);
        if gained > 0 {
            tell(gained);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<(u64, u64)>>);

    impl Progress for Heard {
        fn advance(&self, _: Phase, done: u64, total: u64) {
            self.0.lock().unwrap().push((done, total));
        }
    }

    fn meter(total: u64) -> (Arc<Heard>, Meter) {
        let heard = Arc::new(Heard::default());
        let listener: Arc<dyn Progress> = heard.clone();
        (heard, Meter::new(&listener, Phase::Fetch, total))
    }

    #[test]
    fn done_grows_up_to_the_total_which_may_grow() {
        let (heard, meter) = meter(10);
        meter.add(4);
        meter.add(9);
        meter.grow(5);
        meter.add(2);
        assert_eq!(
            *heard.0.lock().unwrap(),
            [(0, 10), (4, 10), (10, 10), (10, 15), (12, 15)]
        );
    }

    #[test]
    fn a_second_try_counts_from_where_the_first_one_ended() {
        let (heard, meter) = meter(10);
        let part = meter.part();
        part.add(6);
        part.restart();
        part.add(4);
        part.add(4);
        assert_eq!(*heard.0.lock().unwrap(), [(0, 10), (6, 10), (8, 10)]);
    }
}
