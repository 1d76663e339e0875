//! Placement draws: the cost that the runtime's weights stand for, at the sizes it meets.

use ballast_core::{
    placement::{draw, Candidate},
    price::BAL,
    Address, EncodingId, OperatorId, ShardIndex, WorkerId,
};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion};
use std::hint::black_box;

fn candidates(count: u64) -> Vec<Candidate> {
    let id = |kind: &str, i: u64| *blake3::hash(format!("{kind}{i}").as_bytes()).as_bytes();
    (0..count)
        .map(|i| Candidate {
            worker: WorkerId(id("worker", i)),
            operator: OperatorId(id("operator", i / 3)),
            stake: BAL * u128::from(i % 97 + 1),
            free_bytes: 1 << 40,
            assigned_bytes: 0,
        })
        .collect()
}

fn placement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("placement");
    for (workers, shards) in [(10u64, 8u8), (100, 32), (1_000, 32), (1_000, 128)] {
        let pool = candidates(workers);
        let wanted: Vec<_> = (0..shards)
            .map(|shard| (ShardIndex(shard), 1 << 20))
            .collect();
        let name = BenchmarkId::from_parameter(format!("{shards}-of-{workers}"));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let (seed, address) = (black_box([1; 32]), Address([2; 32]));
                draw(
                    &seed,
                    &address,
                    EncodingId(1),
                    &wanted,
                    &pool,
                    &[],
                    &[],
                    u64::MAX,
                )
            })
        });
    }
    group.finish();
}

criterion_group!(benches, placement);
criterion_main!(benches);
