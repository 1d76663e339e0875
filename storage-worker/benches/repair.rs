//! How fast one worker rebuilds: shards of 1 MiB, one of each encoding, from k other workers over loopback. The others
//! are real workers in this process, so the processor's time is theirs too.
//!
//! `memory` keeps what is rebuilt nowhere: what the plan, the network, the proofs and the code take. `disk` is the worker's
//! own store, every shard durable before it counts. `BALLAST_BENCH_DIR` names a folder for all stores; the default is the
//! system's for temporary files.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
#[path = "../tests/it/fake_chain.rs"]
mod fake_chain;
#[allow(dead_code)]
#[path = "../tests/it/sample.rs"]
mod sample;

use ballast_blobs::{Limits, Rebuild, Repairer, ShardStore};
use ballast_core::{
    view::EncodingInfo, BlockIndex, ChainingValue, Code, EncodingId, ShardIndex, WorkerId,
};
use ballast_storage_worker::{
    config::Config,
    facts::{Encoding, ShardKey, ShardSpec},
    rebuild::OnDisk,
    receive::VerifiedBlock,
    repair::{JOBS_MAX, REPAIR_MEMORY},
    store::Store,
};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use bytes::Bytes;
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use fake_chain::{config, FakeChain, Running};
use futures::{stream, StreamExt};
use sample::Sample;
use std::{
    io,
    ops::Range,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const CODES: [(u8, u8); 3] = [(2, 4), (4, 8), (16, 32)];
const SHARD_LEN: u64 = 1 << 20;
/// Encodings that are rebuilt in one round.
const ENCODINGS: u64 = 64;
/// The shard that is lost of each.
const LOST: ShardIndex = ShardIndex(0);

fn dir() -> TempDir {
    match std::env::var_os("BALLAST_BENCH_DIR") {
        Some(dir) => tempfile::tempdir_in(dir),
        None => tempfile::tempdir(),
    }
    .unwrap()
}

/// k workers that hold the shards 1 to k, and the encodings.
struct Net {
    sample: Sample,
    jobs: Vec<Rebuild>,
    repairer: Repairer,
    _others: Vec<(Running, TempDir)>,
}

impl Net {
    async fn start(code: Code) -> Self {
        let k = code.data_shards();
        let sample = Sample::with_code(1, u64::from(k) * SHARD_LEN, code);
        assert_eq!(sample.column(LOST.0).len() as u64, SHARD_LEN);
        let chain = FakeChain::new();
        let worker = |shard: u8| WorkerId([shard; 32]);
        let mut others = Vec::new();
        for shard in 1..=k {
            let dir = dir();
            let config = Config {
                account: worker(shard),
                capacity: u64::MAX,
                scrub_rate: 0,
                ..config(dir.path())
            };
            let other = Running::start_with(&config, &chain).await;
            chain.register_other(worker(shard), &other.url);
            fill(&other.worker.app().store, &sample, shard);
            others.push((other, dir));
        }
        let holders: Vec<WorkerId> = (0..code.total_shards()).map(worker).collect();
        let job = |id| Rebuild {
            info: EncodingInfo {
                id: EncodingId(id),
                ..sample.info(&holders)
            },
            shards: vec![LOST],
            without: Some(worker(LOST.0)),
        };
        let limits = Limits {
            fetch_memory: REPAIR_MEMORY,
            ..Limits::default()
        };
        let connector = Connector::new(EndpointPolicy::AllowPrivate, Timeouts::default()).unwrap();
        let link = others[0].0.worker.app().link.clone();
        Self {
            jobs: (1..=ENCODINGS).map(job).collect(),
            repairer: Repairer::new(link, connector, limits),
            sample,
            _others: others,
        }
    }

    fn encoding(&self, id: EncodingId) -> Arc<Encoding> {
        Arc::new(Encoding::new(id, self.sample.facts()).unwrap())
    }

    async fn round(&self, store: impl Fn(EncodingId) -> Arc<dyn ShardStore>) -> Duration {
        let started = Instant::now();
        stream::iter(&self.jobs)
            .map(|job| {
                let store = store(job.info.id);
                async move { self.repairer.rebuild(job, store).await.unwrap() }
            })
            .buffer_unordered(JOBS_MAX)
            .collect::<Vec<_>>()
            .await;
        started.elapsed()
    }
}

/// The shard of every encoding.
fn fill(store: &Store, sample: &Sample, shard: u8) {
    for id in 1..=ENCODINGS {
        let encoding = Arc::new(Encoding::new(EncodingId(id), sample.facts()).unwrap());
        let spec = ShardSpec::new(encoding, ShardIndex(shard)).unwrap();
        let (block, bytes) = (BlockIndex(0), sample.block_bytes(shard, 0));
        let block = VerifiedBlock::verify(&spec, block, &sample.proof(shard, 0), bytes).unwrap();
        store.put_block(&spec, &block).unwrap();
    }
}

/// Keeps the table and nothing else.
struct Nowhere {
    table: Vec<ChainingValue>,
    done: AtomicBool,
}

impl ShardStore for Nowhere {
    fn table(&self) -> io::Result<Option<Vec<ChainingValue>>> {
        Ok(Some(self.table.clone()))
    }

    fn put_table(&self, _: &[ChainingValue]) -> io::Result<()> {
        Ok(())
    }

    fn missing(&self, _: ShardIndex) -> io::Result<Vec<Range<u32>>> {
        let blocks = u32::from(!self.done.load(Ordering::Relaxed));
        Ok(std::iter::once(0..blocks).collect())
    }

    fn put(&self, _: ShardIndex, _: BlockIndex, _: Bytes) -> io::Result<bool> {
        self.done.store(true, Ordering::Relaxed);
        Ok(true)
    }

    fn finish(&self, _: ShardIndex) -> io::Result<bool> {
        Ok(true)
    }
}

fn rebuilding(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("rebuild-1MiB");
    group.sample_size(10);
    group.throughput(Throughput::Elements(ENCODINGS));
    for (k, n) in CODES {
        let net = runtime.block_on(Net::start(Code::new(k, n).unwrap()));
        let values = net.sample.table.values().to_vec();
        group.bench_function(BenchmarkId::new("memory", k), |bencher| {
            bencher.iter_custom(|rounds| {
                let nowhere = |_| -> Arc<dyn ShardStore> {
                    Arc::new(Nowhere {
                        table: values.clone(),
                        done: AtomicBool::new(false),
                    })
                };
                (0..rounds)
                    .map(|_| runtime.block_on(net.round(nowhere)))
                    .sum()
            });
        });
        let dir = dir();
        let store = Arc::new(sample::open(dir.path()));
        let table: Bytes = values
            .iter()
            .flat_map(|value| value.0)
            .collect::<Vec<_>>()
            .into();
        for job in &net.jobs {
            let encoding = net.encoding(job.info.id);
            let table =
                ballast_storage_worker::receive::VerifiedTable::verify(encoding, table.clone());
            store.put_table(&table.unwrap()).unwrap();
        }
        group.bench_function(BenchmarkId::new("disk", k), |bencher| {
            bencher.iter_custom(|rounds| {
                let mut took = Duration::ZERO;
                for _ in 0..rounds {
                    let on_disk = |id| -> Arc<dyn ShardStore> {
                        Arc::new(OnDisk::new(store.clone(), net.encoding(id)))
                    };
                    took += runtime.block_on(net.round(on_disk));
                    for job in &net.jobs {
                        let key = ShardKey {
                            encoding: job.info.id,
                            shard: LOST,
                        };
                        assert!(store.delete(key).unwrap());
                    }
                }
                took
            });
        });
    }
    group.finish();
}

criterion_group!(benches, rebuilding);
criterion_main!(benches);
