//! Counters and gauges, in the Prometheus text format.
//!
//! Goals: no lock and no allocation where something is counted; the set of series is fixed, so no request can add any.

mod render;

use crate::store::StoreStats;
use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

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

/// A number that is set.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Its value.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Routes as metrics tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Info.
    Info,
    /// Health.
    Health,
    /// Metrics.
    Metrics,
    /// Reading a table.
    Table,
    /// Storing a table.
    PutTable,
    /// State of a shard.
    State,
    /// Storing a block.
    PutBlock,
    /// A receipt.
    Receipt,
    /// A group with its proof.
    Group,
    /// Raw bytes.
    Bytes,
    /// Anything else.
    Other,
}

impl Route {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Info, "info"),
        (Self::Health, "health"),
        (Self::Metrics, "metrics"),
        (Self::Table, "table"),
        (Self::PutTable, "put_table"),
        (Self::State, "state"),
        (Self::PutBlock, "put_block"),
        (Self::Receipt, "receipt"),
        (Self::Group, "group"),
        (Self::Bytes, "bytes"),
        (Self::Other, "other"),
    ];
}

const STATUS_CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Upper bounds of the duration buckets, in milliseconds.
const BUCKETS_MS: [u64; 7] = [1, 5, 25, 100, 500, 2_500, 10_000];

#[derive(Debug, Default)]
struct RouteMetrics {
    by_status: [Counter; STATUS_CLASSES.len()],
    /// Requests in each bucket alone; summed up when rendered.
    by_duration: [Counter; BUCKETS_MS.len()],
    micros: Counter,
}

/// Everything that is counted.
#[derive(Debug, Default)]
pub struct Metrics {
    routes: [RouteMetrics; Route::ALL.len()],
    /// Blocks kept.
    pub blocks_received: Counter,
    /// Bytes of blocks kept.
    pub bytes_received: Counter,
    /// Blocks that were here already.
    pub blocks_known: Counter,
    /// Blocks and tables that did not hash to what the chain says.
    pub uploads_wrong: Counter,
    /// Requests about shards that are not this worker's.
    pub requests_unassigned: Counter,
    /// Shards completed.
    pub shards_completed: Counter,
    /// Shards deleted.
    pub shards_deleted: Counter,
    /// Receipts signed.
    pub receipts_signed: Counter,
    /// Groups served.
    pub groups_served: Counter,
    /// Bytes of columns served.
    pub bytes_served: Counter,
    /// Reads that found other bytes than were stored.
    pub damaged_reads: Counter,
    /// Failures of disk or index.
    pub store_errors: Counter,
    /// Uploads refused for want of space.
    pub uploads_no_space: Counter,
    /// Requests about blobs that the operator refuses.
    pub requests_denied: Counter,
    /// Requests refused because a limit was reached.
    pub requests_overloaded: Counter,
    /// Requests that took too long.
    pub requests_timed_out: Counter,
    /// Connections refused because a limit was reached.
    pub connections_refused: Counter,
    /// Times the chain could not be followed.
    pub chain_errors: Counter,
    /// Bytes the scrub has read.
    pub scrub_bytes: Counter,
    /// Blocks and files the scrub found damaged.
    pub scrub_damage: Counter,
    /// Complete passes of the scrub over everything held, ever.
    pub scrub_passes: Gauge,
    /// When the present pass began, in seconds since 1970.
    pub scrub_pass_began: Gauge,
    /// Shards rebuilt or healed.
    pub shards_repaired: Counter,
    /// Bytes of column blocks rebuilt.
    pub bytes_repaired: Counter,
    /// Bytes other workers sent for them.
    pub repair_bytes_fetched: Counter,
    /// Attempts to repair an encoding's shards that failed.
    pub repairs_failed: Counter,
    /// Receipts this worker brought on chain itself.
    pub receipts_submitted: Counter,
    /// Windows of possession proofs seen.
    pub windows_opened: Counter,
    /// Proofs sent, again and again counted.
    pub proofs_sent: Counter,
    /// Transactions with proofs that were refused or lost.
    pub proofs_refused: Counter,
    /// Times a chunk that was asked for could not be shown.
    pub picks_unprovable: Counter,
    /// Picks proven in windows that have ended.
    pub picks_proven: Counter,
    /// Picks missed.
    pub picks_missed: Counter,
    /// Picks excused.
    pub picks_excused: Counter,
    /// Retrieval challenges seen.
    pub retrievals_seen: Counter,
    /// Retrieval challenges whose answer was taken.
    pub retrievals_answered: Counter,
    /// Times the bytes of a retrieval challenge could not be shown.
    pub retrievals_unanswerable: Counter,
    /// Answers sent, again and again counted.
    pub answers_sent: Counter,
    /// Answers that were refused or lost.
    pub answers_refused: Counter,
    /// Places of encodings that were compared with the code.
    pub audits: Counter,
    /// Reports of wrong encodings that were taken.
    pub wrong_reported: Counter,
    /// Times it was said on chain which root a disputed shard reaches.
    pub rebuilds_attested: Counter,
    /// Disputes that were ended by showing the shard.
    pub disputes_refuted: Counter,
    /// Disputes that are open, of all encodings.
    pub disputes_open: Gauge,
    /// Retrieval challenges that are open.
    pub retrievals_open: Gauge,
    /// Points against this worker.
    pub standing_score: Gauge,
    /// Shards the chain has its receipts of.
    pub standing_shards: Gauge,
    /// Planck paid in all.
    pub earned: Gauge,
    /// Planck not paid because of misses.
    pub forfeited: Gauge,
    /// Planck taken of the stake.
    pub slashed: Gauge,
    connections: AtomicI64,
}

/// What is measured when metrics are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gauges {
    /// The store's numbers.
    pub store: StoreStats,
    /// Bytes free on the file system.
    pub free_bytes: u64,
    /// The finalized block, if one is known.
    pub finalized: Option<u32>,
    /// Seconds since it was learnt.
    pub finalized_age_seconds: u64,
    /// Whether the chain lists this worker's receipt key.
    pub is_registered: bool,
    /// Questions of requests to the chain.
    pub chain_questions: u64,
}

impl Metrics {
    /// Counts an answered request.
    pub fn observe(&self, route: Route, status: u16, took: Duration) {
        let metrics = &self.routes[route as usize];
        if let Some(counter) = metrics
            .by_status
            .get((status / 100).saturating_sub(1) as usize)
        {
            counter.increment();
        }
        metrics.micros.add(took.as_micros() as u64);
        let millis = took.as_millis() as u64;
        let bucket = BUCKETS_MS.iter().position(|bound| millis < *bound);
        if let Some(counter) = bucket.and_then(|bucket| metrics.by_duration.get(bucket)) {
            counter.increment();
        }
    }

    /// Counts a connection in (1) or out (-1).
    pub fn connection(&self, change: i64) {
        self.connections.fetch_add(change, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_its_own_place() {
        for (index, (route, _)) in Route::ALL.iter().enumerate() {
            assert_eq!(*route as usize, index);
        }
    }

    #[test]
    fn the_text_names_help_type_and_value() {
        let metrics = Metrics::default();
        metrics.blocks_received.add(3);
        let gauges = Gauges {
            finalized: Some(7),
            chain_questions: 4,
            ..Default::default()
        };
        let text = metrics.render(&gauges);
        assert!(text.contains("\nballast_worker_chain_questions_total 4\n"));
        assert!(text.contains("# HELP ballast_worker_blocks_received_total Column blocks kept.\n"));
        assert!(text.contains("# TYPE ballast_worker_blocks_received_total counter\n"));
        assert!(text.contains("\nballast_worker_blocks_received_total 3\n"));
        assert!(text.contains("\nballast_worker_finalized_block 7\n"));
    }

    #[test]
    fn names_follow_the_conventions_of_prometheus() {
        let metrics = Metrics::default();
        metrics.observe(Route::Group, 200, Duration::from_millis(3));
        let text = metrics.render(&Gauges::default());
        let mut last_type = ("", "");
        for line in text.lines() {
            if let Some(declared) = line.strip_prefix("# TYPE ") {
                last_type = declared.split_once(' ').unwrap();
                let (name, kind) = last_type;
                assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
                assert!(!name.contains("millis") && !name.contains("kib"), "{name}");
            } else if !line.starts_with('#') {
                let series = line.split(['{', ' ']).next().unwrap();
                let name = match last_type.1 {
                    "histogram" => ["_bucket", "_sum", "_count"]
                        .iter()
                        .find_map(|part| series.strip_suffix(part))
                        .unwrap(),
                    _ => series,
                };
                assert_eq!(name, last_type.0, "declared just before");
            }
        }
    }

    #[test]
    fn durations_add_up_over_their_buckets() {
        let metrics = Metrics::default();
        for millis in [0, 3, 3, 99_999] {
            metrics.observe(Route::Group, 200, Duration::from_millis(millis));
        }
        metrics.observe(Route::Group, 404, Duration::from_millis(3));
        let text = metrics.render(&Gauges::default());
        assert!(text.contains("requests_total{route=\"group\",status=\"2xx\"} 4\n"));
        assert!(text.contains("requests_total{route=\"group\",status=\"4xx\"} 1\n"));
        assert!(text.contains("request_duration_seconds_bucket{route=\"group\",le=\"0.001\"} 1\n"));
        assert!(text.contains("request_duration_seconds_bucket{route=\"group\",le=\"0.005\"} 4\n"));
        assert!(text.contains("request_duration_seconds_bucket{route=\"group\",le=\"10\"} 4\n"));
        assert!(text.contains("request_duration_seconds_bucket{route=\"group\",le=\"+Inf\"} 5\n"));
        assert!(text.contains("request_duration_seconds_count{route=\"group\"} 5\n"));
        assert!(
            !text.contains("route=\"info\""),
            "routes without requests stay silent"
        );
    }
}
