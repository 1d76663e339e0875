//! The Prometheus text: names, help and values of every series.

use super::{Counter, Gauges, Metrics, Route, RouteMetrics, BUCKETS_MS, STATUS_CLASSES};
use std::{fmt::Write, sync::atomic::Ordering};

impl Metrics {
    /// The Prometheus text.
    pub fn render(&self, gauges: &Gauges) -> String {
        let mut text = String::with_capacity(16 << 10);
        for (name, help, counter) in self.counters() {
            sample(&mut text, name, help, "counter", counter.get());
        }
        let (name, help) = (
            "chain_questions_total",
            "Questions of requests to the chain.",
        );
        sample(&mut text, name, help, "counter", gauges.chain_questions);
        for (name, help, value) in self.gauges(gauges) {
            sample(&mut text, name, help, "gauge", value);
        }
        render_build(&mut text);
        self.render_routes(&mut text);
        text
    }

    fn counters(&self) -> [(&'static str, &'static str, &Counter); 41] {
        [
            (
                "blocks_received_total",
                "Column blocks kept.",
                &self.blocks_received,
            ),
            (
                "bytes_received_total",
                "Bytes of column blocks kept.",
                &self.bytes_received,
            ),
            (
                "blocks_known_total",
                "Column blocks sent again that were here already.",
                &self.blocks_known,
            ),
            (
                "uploads_wrong_total",
                "Blocks and tables that did not hash to what the chain says.",
                &self.uploads_wrong,
            ),
            (
                "requests_unassigned_total",
                "Requests about shards not assigned to this worker.",
                &self.requests_unassigned,
            ),
            (
                "shards_completed_total",
                "Shards received completely.",
                &self.shards_completed,
            ),
            (
                "shards_deleted_total",
                "Shards deleted because they are no longer assigned.",
                &self.shards_deleted,
            ),
            (
                "receipts_signed_total",
                "Receipts signed.",
                &self.receipts_signed,
            ),
            (
                "groups_served_total",
                "Groups served with proofs.",
                &self.groups_served,
            ),
            (
                "bytes_served_total",
                "Bytes of columns served.",
                &self.bytes_served,
            ),
            (
                "damaged_reads_total",
                "Reads that found other bytes than were stored.",
                &self.damaged_reads,
            ),
            (
                "store_errors_total",
                "Failures of the disk or the index.",
                &self.store_errors,
            ),
            (
                "uploads_no_space_total",
                "Uploads refused for want of space.",
                &self.uploads_no_space,
            ),
            (
                "requests_denied_total",
                "Requests about blobs that the operator refuses.",
                &self.requests_denied,
            ),
            (
                "requests_overloaded_total",
                "Requests refused because a limit was reached.",
                &self.requests_overloaded,
            ),
            (
                "requests_timed_out_total",
                "Requests that took too long.",
                &self.requests_timed_out,
            ),
            (
                "connections_refused_total",
                "Connections refused because a limit was reached.",
                &self.connections_refused,
            ),
            (
                "chain_errors_total",
                "Failed attempts to follow the chain.",
                &self.chain_errors,
            ),
            (
                "scrub_bytes_total",
                "Bytes read again to find rot.",
                &self.scrub_bytes,
            ),
            (
                "scrub_damage_total",
                "Blocks and files that the scrub found damaged.",
                &self.scrub_damage,
            ),
            (
                "shards_repaired_total",
                "Shards rebuilt, or healed in part.",
                &self.shards_repaired,
            ),
            (
                "repaired_bytes_total",
                "Bytes of column blocks rebuilt.",
                &self.bytes_repaired,
            ),
            (
                "repair_fetched_bytes_total",
                "Bytes that other workers sent for repairs.",
                &self.repair_bytes_fetched,
            ),
            (
                "repairs_failed_total",
                "Attempts to repair shards of an encoding that failed.",
                &self.repairs_failed,
            ),
            (
                "receipts_submitted_total",
                "Receipts that this worker brought on chain itself.",
                &self.receipts_submitted,
            ),
            (
                "windows_opened_total",
                "Windows of possession proofs seen.",
                &self.windows_opened,
            ),
            (
                "proofs_sent_total",
                "Possession proofs sent, those sent again counted again.",
                &self.proofs_sent,
            ),
            (
                "proofs_refused_total",
                "Transactions with possession proofs that were refused or lost.",
                &self.proofs_refused,
            ),
            (
                "picks_unprovable_total",
                "Times a chunk that the chain asked for could not be shown.",
                &self.picks_unprovable,
            ),
            (
                "picks_proven_total",
                "Chunks proven, of windows that have ended.",
                &self.picks_proven,
            ),
            (
                "picks_missed_total",
                "Chunks missed, of windows that have ended.",
                &self.picks_missed,
            ),
            (
                "picks_excused_total",
                "Chunks excused, of windows that have ended.",
                &self.picks_excused,
            ),
            (
                "retrievals_seen_total",
                "Retrieval challenges to this worker.",
                &self.retrievals_seen,
            ),
            (
                "retrievals_answered_total",
                "Retrieval challenges whose answer was taken.",
                &self.retrievals_answered,
            ),
            (
                "retrievals_unanswerable_total",
                "Times the bytes of a retrieval challenge could not be shown.",
                &self.retrievals_unanswerable,
            ),
            (
                "answers_sent_total",
                "Answers to retrieval challenges sent, those sent again counted again.",
                &self.answers_sent,
            ),
            (
                "answers_refused_total",
                "Answers to retrieval challenges that were refused or lost.",
                &self.answers_refused,
            ),
            (
                "audits_total",
                "Places of encodings that were compared with the code.",
                &self.audits,
            ),
            (
                "wrong_encodings_reported_total",
                "Wrong encodings that this worker found and reported.",
                &self.wrong_reported,
            ),
            (
                "rebuilds_attested_total",
                "Disputed shards of which this worker said on chain which root a rebuild reaches.",
                &self.rebuilds_attested,
            ),
            (
                "disputes_refuted_total",
                "Disputes that this worker ended by showing the shard.",
                &self.disputes_refuted,
            ),
        ]
    }

    fn gauges(&self, gauges: &Gauges) -> [(&'static str, &'static str, u64); 19] {
        let connections = self.connections.load(Ordering::Relaxed).max(0) as u64;
        [
            ("shards_held", "Shards held.", gauges.store.held),
            (
                "shards_receiving",
                "Shards being received.",
                gauges.store.receiving,
            ),
            (
                "used_bytes",
                "Bytes of shards held and being received.",
                gauges.store.used_bytes,
            ),
            (
                "capacity_bytes",
                "Bytes configured for shards.",
                gauges.store.capacity,
            ),
            (
                "free_bytes",
                "Bytes free on the file system.",
                gauges.free_bytes,
            ),
            ("connections", "Open connections.", connections),
            (
                "chain_connected",
                "1 when the chain was reached since the start.",
                u64::from(gauges.finalized.is_some()),
            ),
            (
                "finalized_block",
                "Latest finalized block known.",
                u64::from(gauges.finalized.unwrap_or_default()),
            ),
            (
                "finalized_age_seconds",
                "Seconds since the latest finalized block was learnt.",
                gauges.finalized_age_seconds,
            ),
            (
                "registered",
                "1 when the chain lists this worker with this receipt key.",
                u64::from(gauges.is_registered),
            ),
            (
                "scrub_passes",
                "Complete passes of the scrub over everything held.",
                self.scrub_passes.get(),
            ),
            (
                "scrub_pass_start_time_seconds",
                "When the present pass of the scrub began, since 1970.",
                self.scrub_pass_began.get(),
            ),
            (
                "disputes_open",
                "Disputes about shards that nobody shows that are open on chain.",
                self.disputes_open.get(),
            ),
            (
                "retrievals_open",
                "Open retrieval challenges to this worker.",
                self.retrievals_open.get(),
            ),
            (
                "standing_score",
                "Points against this worker on chain.",
                self.standing_score.get(),
            ),
            (
                "standing_shards",
                "Shards of which the chain has this worker's receipts.",
                self.standing_shards.get(),
            ),
            (
                "earned_planck",
                "What this worker was paid in all.",
                self.earned.get(),
            ),
            (
                "forfeited_planck",
                "What this worker was not paid because of misses.",
                self.forfeited.get(),
            ),
            (
                "slashed_planck",
                "What of this worker's stake was taken.",
                self.slashed.get(),
            ),
        ]
    }

    fn render_routes(&self, text: &mut String) {
        head(
            text,
            "requests_total",
            "Requests answered, by route and class of status.",
            "counter",
        );
        for (metrics, (_, route)) in self.routes.iter().zip(Route::ALL) {
            for (counter, class) in metrics
                .by_status
                .iter()
                .zip(STATUS_CLASSES)
                .filter(|(counter, _)| counter.get() > 0)
            {
                line(
                    text,
                    format_args!(
                        "requests_total{{route=\"{route}\",status=\"{class}\"}} {}",
                        counter.get()
                    ),
                );
            }
        }
        head(
            text,
            "request_duration_seconds",
            "Time to the head of the answer, by route.",
            "histogram",
        );
        for (metrics, (_, route)) in self.routes.iter().zip(Route::ALL) {
            metrics.render_durations(text, route);
        }
    }
}

impl RouteMetrics {
    fn render_durations(&self, text: &mut String, route: &str) {
        // Buckets first: requests that end meanwhile may only make the total greater.
        let buckets = self.by_duration.each_ref().map(Counter::get);
        let count: u64 = self.by_status.iter().map(Counter::get).sum();
        if count == 0 {
            return;
        }
        let mut below = 0;
        for (requests, bound) in buckets.iter().zip(BUCKETS_MS) {
            below += requests;
            let le = bound as f64 / 1e3;
            line(
                text,
                format_args!(
                    "request_duration_seconds_bucket{{route=\"{route}\",le=\"{le}\"}} {below}"
                ),
            );
        }
        line(
            text,
            format_args!(
                "request_duration_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {count}"
            ),
        );
        line(
            text,
            format_args!(
                "request_duration_seconds_sum{{route=\"{route}\"}} {}",
                self.micros.get() as f64 / 1e6
            ),
        );
        line(
            text,
            format_args!("request_duration_seconds_count{{route=\"{route}\"}} {count}"),
        );
    }
}

/// A gauge that is always 1, as is usual: its label is what it tells.
fn render_build(text: &mut String) {
    head(text, "build_info", "The program's version.", "gauge");
    let version = env!("CARGO_PKG_VERSION");
    line(text, format_args!("build_info{{version=\"{version}\"}} 1"));
}

fn sample(text: &mut String, name: &str, help: &str, kind: &str, value: u64) {
    head(text, name, help, kind);
    line(text, format_args!("{name} {value}"));
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    text.push_str("# HELP ");
    line(text, format_args!("{name} {help}"));
    text.push_str("# TYPE ");
    line(text, format_args!("{name} {kind}"));
}

fn line(text: &mut String, rest: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "ballast_worker_{rest}");
}
