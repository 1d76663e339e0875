//! Hashing of cells: how much of plain BLAKE3's speed is left when a column is hashed unit by unit.

#![allow(clippy::unwrap_used, missing_docs)]

use ballast_core::{Code, Layout, ShardIndex, ShardValues};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use std::hint::black_box;

const BLOCK_LEN: usize = 1 << 20;

fn hash(criterion: &mut Criterion) {
    let block: Vec<u8> = (0..BLOCK_LEN).map(|i| (i % 251) as u8).collect();
    let mut group = criterion.benchmark_group("hash");
    group.throughput(Throughput::Bytes(BLOCK_LEN as u64));
    group.bench_function("plain BLAKE3 of 1 MiB", |bencher| {
        bencher.iter(|| blake3::hash(black_box(&block)));
    });
    // Blob lengths under (16,32) with cells of 1 KiB, 16 KiB, 64 KiB and 1 MiB.
    for blob_len in [1u64 << 20, 16 << 20, 64 << 20, 1 << 30] {
        let layout = Layout::new(blob_len, Code::new(16, 32).unwrap()).unwrap();
        let column_len = layout.coded_shard_len().min(BLOCK_LEN as u64) as usize;
        group.throughput(Throughput::Bytes(column_len as u64));
        let id = BenchmarkId::new(
            "column block, cells of",
            format!("{} KiB", layout.cell_len() / 1024),
        );
        group.bench_with_input(id, &layout, |bencher, layout| {
            let bytes = &block[..column_len];
            bencher.iter(|| {
                let mut values = Vec::new();
                ShardValues::hash_units(layout, ShardIndex(20), 0, black_box(bytes), &mut values)
                    .unwrap();
                values
            });
        });
    }
    group.finish();
}

criterion_group!(benches, hash);
criterion_main!(benches);
