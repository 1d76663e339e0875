//! How fast something goes and when it will be done, out of the last seconds.
//!
//! Goals: what was there already counts for nothing; a stall shows as one, after a while; no answer rather than a guess.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// How far back the rate looks.
const WINDOW: Duration = Duration::from_secs(15);

/// Time between two samples that are kept.
const GRAIN: Duration = Duration::from_millis(250);

/// Before this much time nothing is said.
const ENOUGH: Duration = Duration::from_secs(1);

/// Bytes moved over time. Holds at most [`WINDOW`] / [`GRAIN`] samples and some.
#[derive(Debug)]
pub struct Pace {
    samples: VecDeque<(Instant, u64)>,
    moved: u64,
    skipped: u64,
}

impl Pace {
    /// Begins now.
    pub fn new(now: Instant) -> Self {
        Self {
            samples: VecDeque::from([(now, 0)]),
            moved: 0,
            skipped: 0,
        }
    }

    /// Of what is done, these bytes more were there already.
    pub fn skip(&mut self, bytes: u64) {
        self.skipped = self.skipped.saturating_add(bytes);
    }

    /// So much is done by now.
    pub fn reach(&mut self, now: Instant, done: u64) {
        self.moved = done.saturating_sub(self.skipped).max(self.moved);
        let is_due = |(last, _): &(Instant, u64)| now.duration_since(*last) >= GRAIN;
        if self.samples.back().is_none_or(is_due) {
            self.samples.push_back((now, self.moved));
        }
        let is_old = |(at, _): &(Instant, u64)| now.duration_since(*at) > WINDOW;
        // One sample from before the window stays, so that there always is a distance.
        while self.samples.get(1).is_some_and(is_old) {
            self.samples.pop_front();
        }
    }

    /// Bytes per second lately.
    pub fn rate(&self, now: Instant) -> Option<u64> {
        let (since, before) = self.samples.front()?;
        let elapsed = now.duration_since(*since);
        let moved = self.moved.saturating_sub(*before);
        let per_second = u128::from(moved) * 1000 / elapsed.as_millis().max(1);
        (elapsed >= ENOUGH).then(|| u64::try_from(per_second).unwrap_or(u64::MAX))
    }

    /// Time that the rest takes at this rate.
    pub fn left(&self, now: Instant, rest: u64) -> Option<Duration> {
        let rate = self.rate(now).filter(|rate| *rate > 0)?;
        Some(Duration::from_secs(rest.div_ceil(rate)))
    }

    /// Rate and time left in words.
    pub fn text(&self, now: Instant, rest: u64) -> String {
        let Some(rate) = self.rate(now) else {
            return String::new();
        };
        let rate = crate::amount::bytes_text(rate);
        match self.left(now, rest) {
            Some(left) if rest > 0 => format!("{rate}/s, {} left", duration_text(left)),
            _ => format!("{rate}/s"),
        }
    }
}

fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        assert_eq!(pace.rate(at(start, 500)), None, "too early to say");
        for second in 1..=30u64 {
            pace.reach(at(start, second * 1000), second * 1000);
        }
        assert_eq!(pace.rate(at(start, 30_000)), Some(1000));
        for second in 31..=60u64 {
            pace.reach(at(start, second * 1000), 30_000 + (second - 30) * 5000);
        }
        let rate = pace.rate(at(start, 60_000));
        assert_eq!(rate, Some(5000));
        assert_eq!(
            pace.left(at(start, 60_000), 50_001),
            Some(Duration::from_secs(11))
        );
        assert!(pace.samples.len() <= 18);
    }

    #[test]
    fn what_was_there_already_is_no_speed() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.skip(1_000_000);
        pace.reach(at(start, 1000), 1_000_000);
        assert_eq!(pace.rate(at(start, 2000)), Some(0));
        pace.reach(at(start, 2000), 1_000_200);
        assert_eq!(pace.rate(at(start, 2000)), Some(100));
    }

    #[test]
    fn a_stall_has_no_end() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.reach(at(start, 1000), 5000);
        for second in 2..40u64 {
            pace.reach(at(start, second * 1000), 5000);
        }
        assert_eq!(pace.rate(at(start, 40_000)), Some(0));
        assert_eq!(pace.left(at(start, 40_000), 1), None);
    }

    #[test]
    fn time_left_is_told_in_two_units_at_most() {
        let text = |seconds| duration_text(Duration::from_secs(seconds));
        assert_eq!(text(5), "5 s");
        assert_eq!(text(125), "2 min 5 s");
        assert_eq!(text(7_265), "2 h 1 min");
    }
}
