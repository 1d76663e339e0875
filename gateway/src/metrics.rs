//! Counters, in the Prometheus text format.
//!
//! Goals: no lock and no allocation where something is counted; the set of series is fixed, so no request can add any.

use crate::routes::Route;
use ballast_http_server::Observer;
use std::{
    fmt::Write,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

/// A number of things there are now.
#[derive(Debug, Default)]
pub struct Gauge(AtomicI64);

impl Counter {
    /// Adds one.
    pub fn increment(&self) {
        self.add(1);
    }

    /// Adds `count`.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Gauge {
    /// Changes it.
    pub fn add(&self, change: i64) {
        self.0.fetch_add(change, Ordering::Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by route, the last for what is no route, and by the first digit of the status.
    answers: [[Counter; STATUS_CLASSES.len()]; Route::ALL.len() + 1],
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections that were refused.
    pub connections_refused: Counter,
    /// Downloads under way.
    pub streams: Gauge,
    /// Requests that were told to come back.
    pub throttled: Counter,
    /// Bytes of blobs sent.
    pub bytes_sent: Counter,
    /// Groups found in the cache.
    pub cache_hits: Counter,
    /// Groups fetched from workers.
    pub cache_misses: Counter,
    /// Groups deleted for room.
    pub cache_evicted: Counter,
    /// Groups on disk that had changed.
    pub cache_damaged: Counter,
    /// Groups that could not be written.
    pub cache_write_errors: Counter,
    /// Groups that could not be fetched.
    pub fetch_errors: Counter,
    /// Files that are not what their manifest says.
    pub wrong_manifests: Counter,
    /// Bytes of uploads taken.
    pub bytes_received: Counter,
    /// Commits published.
    pub commits: Counter,
    /// Commits that failed.
    pub commits_failed: Counter,
    /// Requests with a token that is not known.
    pub unauthorized: Counter,
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, route: Option<Route>, status: u16) {
        let row = route.map_or(Route::ALL.len(), |route| route as usize);
        let column = usize::from(status / 100).saturating_sub(1);
        let counter = self.answers.get(row).and_then(|row| row.get(column));
        if let Some(counter) = counter {
            counter.increment();
        }
    }

    /// The text. `cache_bytes` is measured when it is asked for.
    pub fn render(&self, cache_bytes: u64) -> String {
        let mut text = String::new();
        self.render_answers(&mut text);
        for (name, help, counter) in self.counters() {
            series(&mut text, name, help, "counter", counter.get());
        }
        for (name, help, value) in [
            (
                "connections",
                "Connections that are open.",
                self.connections.get(),
            ),
            ("streams", "Downloads under way.", self.streams.get()),
        ] {
            series(&mut text, name, help, "gauge", value);
        }
        let help = "Bytes in the disk cache.";
        series(&mut text, "cache_bytes", help, "gauge", cache_bytes);
        text
    }

    fn render_answers(&self, text: &mut String) {
        let name = "ballast_gateway_answers_total";
        let _ = writeln!(
            text,
            "# HELP {name} Answers by route and status.\n# TYPE {name} counter"
        );
        let names = Route::ALL.iter().map(|route| route.name()).chain(["other"]);
        for (route, row) in names.zip(&self.answers) {
            for (status, counter) in STATUS_CLASSES.iter().zip(row) {
                let count = counter.get();
                let _ = writeln!(
                    text,
                    "{name}{{route=\"{route}\",status=\"{status}\"}} {count}"
                );
            }
        }
    }

    fn counters(&self) -> [(&'static str, &'static str, &Counter); 14] {
        [
            (
                "connections_refused_total",
                "Connections refused at the limit.",
                &self.connections_refused,
            ),
            (
                "throttled_total",
                "Requests told to come back.",
                &self.throttled,
            ),
            ("sent_bytes_total", "Bytes of blobs sent.", &self.bytes_sent),
            (
                "cache_hits_total",
                "Groups found in the cache.",
                &self.cache_hits,
            ),
            (
                "cache_misses_total",
                "Groups fetched from workers.",
                &self.cache_misses,
            ),
            (
                "cache_evicted_total",
                "Groups deleted for room.",
                &self.cache_evicted,
            ),
            (
                "cache_damaged_total",
                "Groups on disk that had changed.",
                &self.cache_damaged,
            ),
            (
                "cache_write_errors_total",
                "Groups that could not be written.",
                &self.cache_write_errors,
            ),
            (
                "fetch_errors_total",
                "Groups that could not be fetched.",
                &self.fetch_errors,
            ),
            (
                "wrong_manifests_total",
                "Files that are not what their manifest says.",
                &self.wrong_manifests,
            ),
            (
                "received_bytes_total",
                "Bytes of uploads taken.",
                &self.bytes_received,
            ),
            ("commits_total", "Commits published.", &self.commits),
            (
                "commits_failed_total",
                "Commits that failed.",
                &self.commits_failed,
            ),
            (
                "unauthorized_total",
                "Requests with an unknown token.",
                &self.unauthorized,
            ),
        ]
    }
}

fn series(text: &mut String, name: &str, help: &str, kind: &str, value: impl std::fmt::Display) {
    let name = format!("ballast_gateway_{name}");
    let _ = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}"
    );
}

impl Observer for Metrics {
    fn opened(&self) {
        self.connections.add(1);
    }

    fn closed(&self) {
        self.connections.add(-1);
    }

    fn refused(&self) {
        self.connections_refused.increment();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_a_type_and_a_number() {
        let metrics = Metrics::default();
        metrics.answered(Some(Route::Health), 200);
        metrics.answered(None, 404);
        let text = metrics.render(7);
        assert!(
            text.contains("route=\"health\",status=\"2xx\"} 1"),
            "{text}"
        );
        assert!(text.contains("route=\"other\",status=\"4xx\"} 1"), "{text}");
        assert!(text.contains("ballast_gateway_cache_bytes 7"), "{text}");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let number = line.rsplit(' ').next().unwrap_or_default();
            assert!(number.parse::<i64>().is_ok(), "{line}");
        }
    }
}
