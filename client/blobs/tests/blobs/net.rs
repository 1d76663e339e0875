//! A network: chain, workers, a client, and folders to publish.

use crate::{
    chain::MemoryChain,
    worker::{FakeWorker, Mood},
};
use ballast_blobs::{
    scan, Client, FetchOptions, Limits, Phase, Progress, PublishError, PublishOptions, Published,
    Scan,
};
use ballast_chain::Signer;
use ballast_core::{view::EncodingInfo, Address, Code, ShardIndex};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{atomic::Ordering, Arc, Mutex},
    time::{Duration, Instant},
};
use tempfile::TempDir;

pub struct Net {
    pub chain: Arc<MemoryChain>,
    pub workers: Vec<Arc<FakeWorker>>,
    pub client: Client,
    pub signer: Signer,
    pub progress: Arc<Watch>,
}

/// Checks that progress never runs backwards.
#[derive(Default)]
pub struct Watch {
    seen: Mutex<BTreeMap<Phase, (u64, u64)>>,
    skipped: Mutex<BTreeMap<Phase, u64>>,
}

impl Progress for Watch {
    fn skip(&self, phase: Phase, bytes: u64) {
        *self.skipped.lock().unwrap().entry(phase).or_default() += bytes;
    }

    fn advance(&self, phase: Phase, done: u64, total: u64) {
        let mut seen = self.seen.lock().unwrap();
        let entry = seen.entry(phase).or_default();
        // A new operation starts at 0.
        let is_start = done == 0;
        assert!(
            is_start || done >= entry.0,
            "{phase:?} went from {} back to {done}",
            entry.0
        );
        assert!(done <= total, "{phase:?} is at {done} of {total}");
        *entry = (done, total);
    }
}

impl Watch {
    /// Bytes that were there already, over all operations.
    pub fn skipped(&self, phase: Phase) -> u64 {
        self.skipped
            .lock()
            .unwrap()
            .get(&phase)
            .copied()
            .unwrap_or_default()
    }

    pub fn of(&self, phase: Phase) -> (u64, u64) {
        self.seen
            .lock()
            .unwrap()
            .get(&phase)
            .copied()
            .unwrap_or_default()
    }
}

/// Waits short enough for tests; long enough for a busy machine.
pub fn limits() -> Limits {
    Limits {
        placement_wait: Duration::from_secs(20),
        sync_wait: Duration::from_millis(500),
        open_grace: Duration::from_millis(1500),
        lag_grace: Duration::from_secs(1),
        straggler_wait: Duration::from_secs(3),
        late_receipts: Duration::from_secs(2),
        retry_pause: Duration::from_millis(20),
        hedge_delay: Duration::from_millis(800),
        fetch_attempts: 2,
        ..Limits::default()
    }
}

fn timeouts() -> Timeouts {
    let second = Duration::from_secs(1);
    Timeouts {
        connect: second,
        idle: 4 * second,
        small: 4 * second,
        transfer: 6 * second,
        receipt: 6 * second,
    }
}

impl Net {
    /// A network of this many honest workers.
    pub async fn start(workers: u8) -> Self {
        let chain = Arc::new(MemoryChain::new());
        let mut started = Vec::new();
        for number in 1..=workers {
            started.push(FakeWorker::start(&chain, number).await);
        }
        let connector = Connector::new(EndpointPolicy::AllowPrivate, timeouts()).unwrap();
        let progress = Arc::new(Watch::default());
        let client = Client::new(chain.clone(), connector)
            .with_limits(limits())
            .with_progress(progress.clone());
        let signer = Signer::from_dev("Alice").unwrap();
        Self {
            chain,
            workers: started,
            client,
            signer,
            progress,
        }
    }

    pub async fn publish(&self, scan: &Scan, code: (u8, u8)) -> Result<Published, PublishError> {
        self.client
            .publish(scan, &self.signer, &options(code))
            .await
    }

    /// Publishes one file of these bytes and returns its address.
    pub async fn publish_bytes(&self, bytes: &[u8], code: (u8, u8)) -> Address {
        let folder = folder(&[("file.bin", bytes.to_vec())]);
        let scanned = scanned(folder.path()).await;
        self.publish(&scanned, code).await.unwrap();
        scanned.manifest.files()[0].blake3
    }

    /// Fetches a blob into memory by way of a file.
    pub async fn fetch(&self, address: Address) -> Result<Vec<u8>, ballast_blobs::FetchError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out");
        let fetched = self.client.fetch_blob(address, &file, false).await;
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        match fetched {
            Ok(_) => {
                assert_eq!(names, ["out"], "nothing but the file is left");
                Ok(std::fs::read(file).unwrap())
            }
            Err(error) => {
                let is_part = |name: &std::ffi::OsString| {
                    name.to_string_lossy()
                        .ends_with(ballast_blobs::STAGING_SUFFIX)
                };
                let is_left = error.class() == ballast_chain::ErrorClass::Retryable;
                assert!(
                    names.iter().all(|name| is_left && is_part(name)),
                    "{names:?} is left of a failed fetch"
                );
                Err(error)
            }
        }
    }

    pub fn encoding(&self, address: Address) -> EncodingInfo {
        self.chain.read(|state| {
            let mut of = state
                .encodings
                .values()
                .filter(|stored| stored.info.address == address);
            of.next().unwrap().info.clone()
        })
    }

    /// The worker of a shard; shards of `address` must all have bytes.
    pub fn holder(&self, address: Address, shard: u8) -> &Arc<FakeWorker> {
        let info = self.encoding(address);
        let empty_before = info
            .roots
            .iter()
            .take(shard.into())
            .filter(|root| root.is_none())
            .count();
        let id = info.assignments[usize::from(shard) - empty_before].worker;
        self.workers.iter().find(|worker| worker.id == id).unwrap()
    }

    pub fn set(&self, address: Address, shards: impl IntoIterator<Item = u8>, mood: Mood) {
        shards
            .into_iter()
            .for_each(|shard| self.holder(address, shard).set(mood));
    }

    pub async fn stop(&self, address: Address, shards: impl IntoIterator<Item = u8>) {
        for shard in shards {
            self.holder(address, shard).stop().await;
        }
    }

    pub fn received(&self) -> u64 {
        self.workers
            .iter()
            .map(|worker| worker.received.load(Ordering::Relaxed))
            .sum()
    }

    pub fn served(&self) -> u64 {
        self.workers
            .iter()
            .map(|worker| worker.served.load(Ordering::Relaxed))
            .sum()
    }

    /// Requests for groups that were answered.
    pub fn groups(&self) -> u64 {
        self.workers
            .iter()
            .map(|worker| worker.groups.load(Ordering::Relaxed))
            .sum()
    }

    /// The most blocks that were on their way at a time since it was asked last.
    pub fn most_at_once(&self) -> usize {
        let moves: Vec<(Instant, Instant)> = self
            .workers
            .iter()
            .flat_map(|worker| std::mem::take(&mut *worker.moves.lock().unwrap()))
            .collect();
        let at = |time: &Instant| {
            let under_way = |(begun, ended): &&(Instant, Instant)| begun <= time && time < ended;
            moves.iter().filter(under_way).count()
        };
        moves.iter().map(|(begun, _)| at(begun)).max().unwrap_or(0)
    }
}

pub fn options((k, n): (u8, u8)) -> PublishOptions {
    PublishOptions {
        code: Some(Code::new(k, n).unwrap()),
        ..PublishOptions::default()
    }
}

/// Bytes that depend on the seed alone.
pub fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

pub fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

pub async fn scanned(folder: &Path) -> Scan {
    scan(folder, Arc::new(())).await.unwrap()
}

/// All files below a folder, by path.
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path
                        .strip_prefix(folder)
                        .unwrap()
                        .to_str()
                        .unwrap()
                        .to_string();
                    found.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
    }
    found
}

pub fn everything() -> FetchOptions {
    FetchOptions::default()
}

pub fn shards(missing: &[ballast_blobs::ShardFailure]) -> Vec<ShardIndex> {
    missing.iter().map(|failure| failure.shard).collect()
}
