//! Publishing a folder as a model, fetching it back, and rebuilding lost shards.
//!
//! Goals: nothing is half published or half fetched; a worker that is gone, slow or lying is survived as long as the
//! code allows; memory does not grow with the blob; every wait and queue has a bound with a name ([`Limits`], module
//! `limits`). What is on chain already is not uploaded again.
//! Non-goals: keys and configuration (the programs), HTTP (`ballast-worker-api`), the chain (`ballast-chain`).
//!
//! [`scan`] turns a folder into blobs and a manifest; [`Client::plan`] says what publishing would do and cost;
//! [`Client::publish`] does it, in two passes over each file: the first computes what is registered, the second encodes
//! again and uploads, so nothing is kept in between. [`Client::release`] makes the manifest a model's version;
//! [`Client::name_deposits`] says what that takes, and [`Client::fees`] what all of it costs in transaction fees.
//! [`Client::fetch_files`] and [`Client::fetch_blob`] bring bytes back, [`Client::open`] reads ranges of a blob,
//! [`verify`] compares a folder with a manifest, [`Client::sample`] asks whether a blob is there without fetching it. A
//! [`Repairer`] rebuilds shards from any k others.

mod blocking;
mod cache;
mod coding;
mod disk;
mod fetch;
mod health;
mod journal;
mod limits;
mod local;
mod progress;
mod publish;
mod repair;
mod scan;
mod source;
mod throttle;
mod verify;
mod workers;

pub use cache::Cache;
pub use disk::io_class;
pub use fetch::{
    BlobReader, ByteStream, Content, FetchError, FetchOptions, Fetched, SampleOptions, Sampled,
    SampledEncoding, ShardFailure, Sink, STAGING_SUFFIX,
};
pub use limits::Limits;
pub use progress::{Phase, Progress};
pub use publish::{
    BlobStep, Extension, ModelTarget, NameDeposits, PlannedBlob, PublishError, PublishOptions,
    PublishPlan, Published, PublishedBlob, Released,
};
pub use repair::{
    Audit, Audited, Finding, OwnGroup, Rebuild, Rebuilt, RepairError, Repairer, ShardStore,
};
pub use scan::{scan, scan_cached, BlobKind, BlobSource, Scan, ScanError};
pub use source::{FileSource, PackPart, Source, SourceError};
pub use verify::{verify, Difference, Problem, Report, VerifyError};
pub use workers::Directory;

use ballast_chain::Chain;
use ballast_worker_api::Connector;
use health::Health;
use std::{
    num::{NonZeroU64, NonZeroUsize},
    sync::Arc,
};
use throttle::Throttle;
use tokio::sync::Semaphore;

/// Publishes and fetches over a chain and its workers. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    chain: Arc<dyn Chain>,
    connector: Connector,
    limits: Limits,
    progress: Arc<dyn Progress>,
    health: Arc<Health>,
    throttle: Option<Arc<Throttle>>,
    cache: Option<Cache>,
    /// Requests of fetches that may be under way at a time.
    fetch_requests: Option<Arc<Semaphore>>,
}

impl Client {
    /// A client with default limits that tells nobody of its progress.
    pub fn new(chain: Arc<dyn Chain>, connector: Connector) -> Self {
        Self {
            chain,
            connector,
            limits: Limits::default(),
            progress: Arc::new(()),
            health: Arc::default(),
            throttle: None,
            cache: None,
            fetch_requests: None,
        }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same with a listener for its progress.
    pub fn with_progress(self, progress: Arc<dyn Progress>) -> Self {
        Self { progress, ..self }
    }

    /// The same with a folder for what was computed, so that a publish that was killed goes on where it was.
    pub fn with_cache(self, cache: Cache) -> Self {
        let cache = Some(cache);
        Self { cache, ..self }
    }

    /// The same with a bound on what is sent and fetched, over all workers and all clones of this client.
    pub fn with_rate(self, bytes_per_second: NonZeroU64) -> Self {
        let throttle = Some(Arc::new(Throttle::new(bytes_per_second)));
        Self { throttle, ..self }
    }

    /// The same with requests to at most this many workers at a time.
    pub fn with_max_workers(self, workers: NonZeroUsize) -> Self {
        let limits = Limits {
            upload_requests: self.limits.upload_requests.min(workers.get()),
            ..self.limits
        };
        Self {
            limits,
            fetch_requests: Some(Arc::new(Semaphore::new(workers.get()))),
            ..self
        }
    }

    /// The chain.
    pub fn chain(&self) -> &Arc<dyn Chain> {
        &self.chain
    }
}
