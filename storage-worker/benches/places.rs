//! Where a shard should lie: a row of the index or a file of its own. Stores shards of each length in each place, one
//! after the other as one uploader does and eight at a time, each put durable when it returns; then reads them back.
//!
//! The store grows while it is measured, so what the index does in the background, flushing and compacting rows, is
//! part of the figures. `BALLAST_BENCH_DIR` names a folder on the disk to measure; the default is the system's for
//! temporary files.

#![allow(clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
#[path = "../tests/it/sample.rs"]
mod sample;

use ballast_core::{BlockIndex, EncodingId, ShardIndex};
use ballast_storage_worker::{
    facts::{Encoding, ShardSpec},
    receive::VerifiedBlock,
    store::{PutOutcome, Store, StoreLimits},
};
use bytes::Bytes;
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use sample::Sample;
use std::{
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Barrier,
    },
    time::{Duration, Instant},
};

const LENGTHS: [u64; 7] = [
    16 << 10,
    32 << 10,
    64 << 10,
    128 << 10,
    256 << 10,
    512 << 10,
    1 << 20,
];
/// Places, and the greatest length of a row that brings every shard there.
const PLACES: [(&str, u64); 2] = [("row", 1 << 20), ("file", 0)];
const WRITERS: u64 = 8;
/// Shards that are read in turn, so that they do not all lie in the processor's cache.
const READ_SHARDS: u64 = 64;
/// The parity shard: it has the full length.
const SHARD: u8 = 2;

struct Bench {
    store: Store,
    sample: Sample,
    bytes: Bytes,
    next_id: AtomicU64,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new(len: u64, small_shard_len: u64) -> Self {
        let dir = match std::env::var_os("BALLAST_BENCH_DIR") {
            Some(dir) => tempfile::tempdir_in(dir),
            None => tempfile::tempdir(),
        }
        .unwrap();
        let limits = StoreLimits {
            capacity: u64::MAX,
            reserve: 1 << 30,
            small_shard_len,
        };
        let sample = Sample::new(1, 2 * len);
        assert_eq!(sample.column(SHARD).len() as u64, len);
        Self {
            store: Store::open(dir.path(), limits).unwrap().0,
            bytes: sample.block_bytes(SHARD, 0),
            sample,
            next_id: AtomicU64::new(1),
            _dir: dir,
        }
    }

    /// The shard again, as that of another encoding.
    fn another(&self) -> (ShardSpec, VerifiedBlock) {
        let id = EncodingId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let encoding = Encoding::new(id, self.sample.facts()).unwrap();
        let spec = ShardSpec::new(Arc::new(encoding), ShardIndex(SHARD)).unwrap();
        let proof = self.sample.proof(SHARD, 0);
        let block =
            VerifiedBlock::verify(&spec, BlockIndex(0), &proof, self.bytes.clone()).unwrap();
        (spec, block)
    }

    fn put(&self, count: u64, start: &Barrier) -> Duration {
        let shards: Vec<_> = (0..count).map(|_| self.another()).collect();
        start.wait();
        let started = Instant::now();
        for (spec, block) in &shards {
            let put = self.store.put_block(spec, block).unwrap();
            assert_eq!(put, PutOutcome::Completed);
        }
        started.elapsed()
    }

    /// Time from the first writer's start to the last one's end.
    fn put_side_by_side(&self, count: u64) -> Duration {
        let (share, start) = (count.div_ceil(WRITERS), Barrier::new(WRITERS as usize));
        let took = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|_| scope.spawn(|| self.put(share, &start)))
                .collect();
            let times = writers.into_iter().map(|writer| writer.join().unwrap());
            times.max().unwrap()
        });
        took.mul_f64(count as f64 / (share * WRITERS) as f64)
    }
}

fn puts(criterion: &mut Criterion) {
    for (name, side_by_side) in [("put", false), ("put, 8 at a time", true)] {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10).warm_up_time(Duration::from_secs(1));
        for len in LENGTHS {
            group.throughput(Throughput::Bytes(len));
            for (place, small_shard_len) in PLACES {
                let bench = Bench::new(len, small_shard_len);
                let id = BenchmarkId::new(place, format!("{} KiB", len >> 10));
                group.bench_function(id, |bencher| {
                    bencher.iter_custom(|count| match side_by_side {
                        true => bench.put_side_by_side(count),
                        false => bench.put(count, &Barrier::new(1)),
                    });
                });
            }
        }
        group.finish();
    }
}

fn reads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    group.sample_size(20).warm_up_time(Duration::from_secs(1));
    for len in LENGTHS {
        group.throughput(Throughput::Bytes(len));
        for (place, small_shard_len) in PLACES {
            let bench = Bench::new(len, small_shard_len);
            bench.put(READ_SHARDS, &Barrier::new(1));
            let held: Vec<_> = (1..=READ_SHARDS)
                .map(|id| {
                    let mut key = bench.sample.key(SHARD);
                    key.encoding = EncodingId(id);
                    bench.store.held(key).unwrap()
                })
                .collect();
            let mut turn = held.iter().cycle();
            let id = BenchmarkId::new(place, format!("{} KiB", len >> 10));
            group.bench_function(id, |bencher| {
                bencher.iter(|| {
                    let shard = turn.next().unwrap();
                    bench.store.read_block(shard, BlockIndex(0)).unwrap()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, puts, reads);
criterion_main!(benches);
