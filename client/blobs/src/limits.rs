//! Bounds in memory and time, each with its reason. Waits for single requests are the worker client's
//! ([`ballast_worker_api::Timeouts`]) and the chain client's.

use ballast_core::limits::COLUMN_BLOCK_LEN;
use std::time::Duration;

/// Chain reads under way at a time.
pub(crate) const CHAIN_READS: usize = 8;

/// Bytes of calls in one transaction. A block has room for some MiB.
pub(crate) const BATCH_BYTES: usize = 1 << 20;

/// Calls in one transaction: several registrations weigh as much as a block may.
pub(crate) const BATCH_CALLS: usize = 16;

/// Blob bytes that are registered before they are uploaded. Encodings lapse when their upload takes too long, so a
/// large model is registered and uploaded in waves.
pub(crate) const WAVE_BYTES: u64 = 8 << 30;

/// Blobs in one wave.
pub(crate) const WAVE_BLOBS: usize = 32;

/// Encodings at a time that are somewhere between draw and certificate. Only one of them uploads; the others wait
/// for finality or late receipts, blocks of seconds, so that a model of many files waits for few of them.
pub(crate) const CAMPAIGNS: usize = 16;

/// Column blocks that wait for one worker while others are sent to it.
pub(crate) const LANE_QUEUE: usize = 2;

/// Column blocks sent to one worker at a time: what a publish that is killed sends again.
pub(crate) const LANE_REQUESTS: usize = 1;

/// Column blocks asked of one worker at a time: one is on its way while the next is read from its disk.
pub(crate) const FETCH_REQUESTS: usize = 2;

/// Column blocks of one worker that are read, checked or written at a time: what a fetch that is killed does again. Others
/// wait where they are.
pub(crate) const FETCH_ANSWERS: usize = 1;

/// Requests of range reads to one worker at a time: a long range may lie with one worker.
pub(crate) const RANGE_REQUESTS: usize = 8;

/// Tries of one column block.
pub(crate) const BLOCK_ATTEMPTS: u32 = 3;

/// Rounds of uploads to one worker after which it counts as silent.
pub(crate) const UPLOAD_ROUNDS: u32 = 3;

/// Tries of one certificate.
pub(crate) const CERTIFY_ATTEMPTS: u32 = 4;

/// Rows of column blocks fetched at a time.
pub(crate) const FETCH_ROWS: u64 = 8;

/// Rows that may have parity in memory at a time, to decode with: what a fetch that is killed asks its workers for again.
pub(crate) const FETCH_DECODING_ROWS: usize = 1;

/// Small files written at a time. Each is synced, and a file system brings those that wait to disk together.
pub(crate) const FILES_AT_ONCE: usize = 8;

/// Samples under way at a time.
pub(crate) const SAMPLES_AT_ONCE: u32 = 16;

/// For one sample, which is a chunk and its path: less than 2 KiB.
pub(crate) const SAMPLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Tries of one sample.
pub(crate) const SAMPLE_ATTEMPTS: u32 = 2;

/// Workers that an audit asks at a time.
pub(crate) const AUDIT_REQUESTS: usize = 16;

/// Requests of repairs to one worker at a time, over all encodings.
pub(crate) const REPAIR_REQUESTS: usize = 8;

/// Workers that a repairer remembers.
pub(crate) const REPAIR_WORKERS: usize = 4096;

/// How long a repairer believes that a worker is where it was.
pub(crate) const WORKER_AGE: Duration = Duration::from_secs(60);

/// The same for one that has not answered lately.
pub(crate) const BAD_WORKER_AGE: Duration = Duration::from_secs(5);

/// Times that a repair asks its store what it misses, before blocks that were put count as lost. A store tells of a
/// thousand runs or so at a time; a shard has 2^19 blocks at most.
pub(crate) const REPAIR_PASSES: usize = 2048;

/// Bounds that a caller may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of column blocks that are encoded at a time; at least one row, which has n blocks.
    pub coding_memory: u64,
    /// Bytes of column blocks that are encoded or on their way to workers; at least one row. As much again may be
    /// on its way to workers that are late.
    pub upload_memory: u64,
    /// Column blocks that are sent at a time to all workers together. What is under way shares the line: 32 MiB within
    /// the worker client's 60 s for each need 4.5 Mbit/s.
    pub upload_requests: usize,
    /// Bytes of column blocks that are fetched, checked or written at a time; at least one row, which has k blocks.
    pub fetch_memory: u64,
    /// Bytes that one range read fetches ahead of who reads it; at least one window, which has 1 MiB or, beyond 16
    /// data shards, 64 KiB for each.
    pub stream_memory: u64,
    /// For workers to be drawn, from registration or reassignment on.
    pub placement_wait: Duration,
    /// For a worker to learn of its assignment from its own node.
    pub sync_wait: Duration,
    /// For the slower workers to answer at all, once as many as needed have.
    pub open_grace: Duration,
    /// How long a worker may hold up the upload while half of the others have nothing to do.
    pub lag_grace: Duration,
    /// For the last workers' receipts, once a quorum of them is here; less where that took less.
    pub straggler_wait: Duration,
    /// For further receipts, once there is a certificate; and half as long again as it took to get there.
    pub late_receipts: Duration,
    /// Between two tries.
    pub retry_pause: Duration,
    /// Without a new block for this long, a fetch asks one more worker. Once workers have answered it follows their
    /// speed, down to an eighth of this.
    pub hedge_delay: Duration,
    /// Rounds of asking all workers for a block.
    pub fetch_attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            coding_memory: 64 * COLUMN_BLOCK_LEN,
            upload_memory: 64 * COLUMN_BLOCK_LEN,
            upload_requests: 32,
            fetch_memory: 160 * COLUMN_BLOCK_LEN,
            stream_memory: 16 * COLUMN_BLOCK_LEN,
            placement_wait: Duration::from_secs(300),
            sync_wait: Duration::from_secs(60),
            open_grace: Duration::from_secs(5),
            lag_grace: Duration::from_secs(10),
            straggler_wait: Duration::from_secs(20),
            late_receipts: Duration::from_secs(60),
            retry_pause: Duration::from_secs(1),
            hedge_delay: Duration::from_secs(2),
            fetch_attempts: 3,
        }
    }
}
