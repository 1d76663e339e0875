//! Bounds in memory, time and number, each with its reason. What an operator may set is in [`crate::Limits`]; bounds on
//! connections and heads are those of `ballast-http-server`.

use std::time::Duration;

/// Bytes of a blob that are fetched, checked and cached as one.
pub const GROUP_LEN: u64 = 1 << 20;

/// Groups that one download has in memory at a time, the ones it waits for among them.
pub const READ_AHEAD: usize = 8;

/// Groups fetched from workers at a time, by all downloads together.
pub const FETCHES: usize = 64;

/// Groups read from disk and hashed at a time. More would only wait for processors and disk.
pub const DISK_READS: usize = 16;

/// Groups that were passed on and are not yet in the cache, of all downloads together. A disk that is slower than the
/// workers holds up the downloads then.
pub const CACHE_WRITES: usize = 16;

/// How long a stop waits for them.
pub const WRITES_WAIT: Duration = Duration::from_secs(10);

/// Blobs that are kept open. Each may hold a cell table of half a MiB.
pub const OPEN_BLOBS: usize = 64;

/// How long a blob is kept open. Workers change; a read that fails opens it anew at once.
pub const OPEN_BLOB_AGE: Duration = Duration::from_secs(60);

/// Blobs whose length is remembered.
pub const KNOWN_LENGTHS: usize = 16 << 10;

/// Files in packs that were compared with their hash and are remembered.
pub const CHECKED_FILES: usize = 16 << 10;

/// Manifests that are kept in memory.
pub const MANIFESTS: usize = 64;

/// Bytes of canonical manifests that are kept in memory, together. Parsed they take about twice as much.
pub const MANIFEST_BYTES: u64 = 256 << 20;

/// How old an answer of the chain may be: names that move are that late.
pub const CHAIN_AGE: Duration = Duration::from_secs(2);

/// Answers of the chain that are kept.
pub const CHAIN_ANSWERS: usize = 4096;

/// How long what is known of a version's leases and shards serves.
pub const HEALTH_AGE: Duration = Duration::from_secs(300);

/// How long a request waits for it. Afterwards it is answered without.
pub const HEALTH_WAIT: Duration = Duration::from_millis(500);

/// Blobs of a version that are looked at for it, the largest first.
pub const HEALTH_BLOBS: usize = 64;

/// Versions of which it is kept.
pub const HEALTH_ENTRIES: usize = 1024;

/// A lease that ends sooner is warned of.
pub const LEASE_WARNING: Duration = Duration::from_secs(7 * 24 * 3600);

/// Reads of the chain under way for one request.
pub const CHAIN_READS: usize = 8;

/// Entries of one page of a tree.
pub const TREE_PAGE: usize = 1000;

/// Models of one page of a search, and the greatest that may be asked for.
pub const SEARCH_PAGE: usize = 1000;

/// Models that are sorted by the block of their latest version. More are listed by name.
pub const SORTED_MODELS: usize = 1000;

/// Paths that one request may ask about.
pub const PATHS: usize = 1000;

/// Bytes of a revision.
pub const REVISION_LEN: usize = 128;

/// Bytes of a request's path and query. A path in a manifest has 255 bytes, percent-encoded three times as many.
pub const URI_LEN: usize = 4096;

/// Bytes of a small request body: forms and JSON.
pub const SMALL_BODY: usize = 1 << 20;

/// How long a small body may take, and the answer to it.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a request waits for its turn to stream before it is told to come back.
pub const TURN_WAIT: Duration = Duration::from_secs(2);

/// Clients whose rate is remembered. Who is forgotten starts anew.
pub const CLIENTS: usize = 64 << 10;

/// Requests a client may make at once, in seconds of its rate.
pub const BURST_SECONDS: u32 = 10;

/// Entries of the cache that are found again at a start: what is beyond is deleted. 8 TiB.
pub const SCAN_ENTRIES: usize = 8 << 20;

/// Files up to this length are sent inside a commit; longer ones are uploaded first. Also what is `lfs` in a tree.
pub const REGULAR_FILE: u64 = 1 << 20;

/// Files that are asked about before an upload, in one request.
pub const PREUPLOAD_FILES: usize = 1000;

/// Objects in one batch.
pub const BATCH_OBJECTS: usize = 1000;

/// Operations of one commit.
pub const COMMIT_OPERATIONS: usize = 100_000;

/// Bytes of a commit: the files up to [`REGULAR_FILE`] in it, in base64.
pub const COMMIT_LEN: u64 = 1 << 30;

/// Bytes of one line of a commit.
pub const COMMIT_LINE: usize = 2 << 20;

/// Parts of an upload, for clients that can send them.
pub const PART_LEN: u64 = 64 << 20;

/// Uploads from this length on are sent in parts, so that a broken connection costs one part.
pub const MULTIPART_FROM: u64 = 256 << 20;

/// Parts of one upload.
pub const PARTS: u64 = 10_000;

/// How long an upload body may send nothing.
pub const BODY_IDLE: Duration = Duration::from_secs(30);

/// Bytes of an upload body written at a time.
pub const WRITE_LEN: usize = 1 << 20;

/// Uploads that have a ticket.
pub const TICKETS: usize = 10_000;

/// How long a ticket for an upload is good.
pub const TICKET_AGE: Duration = Duration::from_secs(24 * 3600);

/// How long an uploaded object that no commit uses is kept.
pub const OBJECT_AGE: Duration = Duration::from_secs(24 * 3600);

/// Commits that wait for their turn. One at a time is published.
pub const WAITING_COMMITS: usize = 16;

/// Tokens that may exist.
pub const TOKENS: usize = 1024;
