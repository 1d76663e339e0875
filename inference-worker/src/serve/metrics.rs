//! Counters, in the Prometheus text format. The set of series is fixed, so no request can add any.

use crate::pay::Till;
use ballast_http_server::Observer;
use std::{
    fmt::Write,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
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

/// Times, as their number and sum.
#[derive(Debug, Default)]
pub struct Times {
    count: Counter,
    micros: Counter,
}

impl Times {
    /// Adds one.
    pub fn add(&self, time: Duration) {
        self.count.increment();
        self.micros
            .add(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Embeddings.
    Embeddings,
    /// Answers to conversations.
    Chat,
    /// Texts that go on from a prompt.
    Completions,
    /// Models, signatures, health and counters.
    About,
    /// Nothing that there is.
    Other,
}

impl Route {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Embeddings, "embeddings"),
        (Self::Chat, "chat"),
        (Self::Completions, "completions"),
        (Self::About, "about"),
        (Self::Other, "other"),
    ];
}

const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    answers: [[Counter; STATUS_CLASSES.len()]; Route::ALL.len()],
    /// Connections that are open.
    pub connections: Gauge,
    /// Connections that were refused.
    pub connections_refused: Counter,
    /// Orders at the engine.
    pub orders: Gauge,
    /// Requests refused since as many were under way as may be.
    pub overloads: Counter,
    /// Answers that took too long.
    pub timeouts: Counter,
    /// Answers that nobody waited for any more.
    pub cancelled: Counter,
    /// Tokens read.
    pub tokens_in: Counter,
    /// Tokens written.
    pub tokens_out: Counter,
    /// Times until an answer began.
    pub first: Times,
    /// Times until an answer was complete.
    pub whole: Times,
    /// Times that the engine was started again.
    pub restarts: Counter,
    /// 1 while the model can be asked.
    pub ready: Gauge,
}

impl Metrics {
    /// Counts a response.
    pub fn answered(&self, route: Route, status: u16) {
        let column = usize::from(status / 100).saturating_sub(1);
        let counter = self
            .answers
            .get(route as usize)
            .and_then(|row| row.get(column));
        if let Some(counter) = counter {
            counter.increment();
        }
    }

    /// Counts a complete answer.
    pub fn complete(&self, tokens_in: u32, tokens_out: u32, took: Duration) {
        self.tokens_in.add(tokens_in.into());
        self.tokens_out.add(tokens_out.into());
        self.whole.add(took);
    }

    /// The text.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let name = "ballast_inference_answers_total";
        let _ = writeln!(
            text,
            "# HELP {name} Responses by route and status.\n# TYPE {name} counter"
        );
        for ((_, route), row) in Route::ALL.iter().zip(&self.answers) {
            for (status, counter) in STATUS_CLASSES.iter().zip(row) {
                let count = counter.get();
                let _ = writeln!(
                    text,
                    "{name}{{route=\"{route}\",status=\"{status}\"}} {count}"
                );
            }
        }
        for (name, help, counter) in [
            (
                "connections_refused_total",
                "Connections refused at the limit.",
                &self.connections_refused,
            ),
            (
                "overloads_total",
                "Requests told to come back.",
                &self.overloads,
            ),
            (
                "timeouts_total",
                "Answers that took too long.",
                &self.timeouts,
            ),
            (
                "cancelled_total",
                "Answers that nobody waited for any more.",
                &self.cancelled,
            ),
            ("input_tokens_total", "Tokens read.", &self.tokens_in),
            ("output_tokens_total", "Tokens written.", &self.tokens_out),
            (
                "engine_restarts_total",
                "Times that the engine was started again.",
                &self.restarts,
            ),
        ] {
            series(&mut text, name, help, "counter", counter.get());
        }
        for (name, help, gauge) in [
            (
                "connections",
                "Connections that are open.",
                &self.connections,
            ),
            ("orders", "Orders at the engine.", &self.orders),
            ("ready", "1 while the model can be asked.", &self.ready),
        ] {
            series(&mut text, name, help, "gauge", gauge.get());
        }
        summary(
            &mut text,
            "first_token_seconds",
            "Time until an answer began.",
            &self.first,
        );
        summary(
            &mut text,
            "answer_seconds",
            "Time until an answer was complete.",
            &self.whole,
        );
        text
    }
}

/// What a till counts.
pub fn till(text: &mut String, till: &Till) {
    let counts = till.counts();
    for (name, help, counter) in [
        (
            "vouchers_refused_total",
            "Requests that were not paid for.",
            &counts.refused,
        ),
        ("claims_total", "Answers that are claimed.", &counts.claims),
        (
            "repeats_total",
            "Answers that were given again.",
            &counts.again,
        ),
        (
            "batches_total",
            "Batches that were settled.",
            &counts.batches,
        ),
        (
            "redemptions_failed_total",
            "Redemptions that failed, and are tried again.",
            &counts.failures,
        ),
        (
            "claims_lost_total",
            "Claims whose channel ended first.",
            &counts.lost,
        ),
    ] {
        series(text, name, help, "counter", counter.load(Ordering::Relaxed));
    }
    let help = "Claims that are not settled.";
    series(text, "claims_unsettled", help, "gauge", till.unsettled());
}

/// How full the store of transcripts is.
pub fn transcripts(text: &mut String, share_taken: f64) {
    let help = "Part of the room for transcripts that is taken; nothing is begun from 31/32 on.";
    series(text, "transcripts_taken_ratio", help, "gauge", share_taken);
}

fn series(text: &mut String, name: &str, help: &str, kind: &str, value: impl std::fmt::Display) {
    let name = format!("ballast_inference_{name}");
    let _ = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}"
    );
}

fn summary(text: &mut String, name: &str, help: &str, times: &Times) {
    let name = format!("ballast_inference_{name}");
    let (count, seconds) = (times.count.get(), times.micros.get() as f64 / 1e6);
    let _ = writeln!(
        text,
        "# HELP {name} {help}\n# TYPE {name} summary\n{name}_sum {seconds}\n{name}_count {count}"
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
    fn every_metric_is_in_the_documentation() {
        let documentation = include_str!("../../../docs/inference-worker.md");
        let text = Metrics::default().render();
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let names: Vec<_> = types.filter_map(|told| told.split(' ').next()).collect();
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            let short = name.strip_prefix("ballast_inference_").unwrap_or(name);
            assert!(documentation.contains(&format!("`{short}`")), "{short}");
        }
    }

    #[test]
    fn every_series_has_a_number() {
        let metrics = Metrics::default();
        metrics.answered(Route::Chat, 200);
        metrics.answered(Route::Other, 404);
        metrics.complete(3, 4, Duration::from_millis(1500));
        let text = metrics.render();
        for expected in [
            "answers_total{route=\"chat\",status=\"2xx\"} 1",
            "answers_total{route=\"other\",status=\"4xx\"} 1",
            "ballast_inference_input_tokens_total 3",
            "ballast_inference_answer_seconds_sum 1.5",
        ] {
            assert!(text.contains(expected), "{text}");
        }
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let number = line.rsplit(' ').next().unwrap_or_default();
            assert!(number.parse::<f64>().is_ok(), "{line}");
        }
    }
}
