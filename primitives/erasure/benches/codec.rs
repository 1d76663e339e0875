//! Data bytes per second on each kernel: encoding a column block of every shard, decoding all data shards but one, which
//! is the most work there is, one shard, and the fingerprint of one block. `ratios` compares with other programs.
#![allow(missing_docs, clippy::unwrap_used)]

use ballast_core::{Code, ShardIndex};
use ballast_erasure::{Decoder, Encoder, Fingerprinter, Kernel, Point};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};

const BLOCK: usize = 1 << 20;
const CODES: [(u8, u8); 5] = [(4, 8), (8, 16), (16, 32), (32, 64), (16, 48)];

fn blocks(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|i| {
            (0..BLOCK)
                .map(|j| (i * 31 + j * 7 + j / 251) as u8)
                .collect()
        })
        .collect()
}

fn codec(c: &mut Criterion) {
    for (k, n) in CODES {
        let code = Code::new(k, n).unwrap();
        let data = blocks(k.into());
        let inputs: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        let mut out = blocks(usize::from(n - k));
        let mut group = c.benchmark_group("codec");
        group
            .throughput(Throughput::Bytes(u64::from(k) * BLOCK as u64))
            .sample_size(10);

        for kernel in Kernel::available() {
            let encoder = Encoder::with_kernel(code, kernel);
            let mut outputs: Vec<&mut [u8]> = out.iter_mut().map(Vec::as_mut_slice).collect();
            let name = |what: &str| BenchmarkId::new(format!("{what}, {kernel}"), code);
            group.bench_function(name("encode"), |b| {
                b.iter(|| encoder.encode(&inputs, &mut outputs).unwrap());
            });
            let present: Vec<ShardIndex> = (k - 1..2 * k - 1).map(ShardIndex).collect();
            let lost: Vec<ShardIndex> = (0..k - 1).map(ShardIndex).collect();
            let decoder = Decoder::with_kernel(code, &present, kernel).unwrap();
            group.bench_function(name("decode all data shards but one"), |b| {
                b.iter(|| {
                    let outputs = &mut outputs[..lost.len()];
                    decoder.rebuild(&inputs, &lost, outputs).unwrap();
                });
            });
            group.bench_function(name("decode one shard"), |b| {
                b.iter(|| {
                    decoder
                        .rebuild(&inputs, &lost[..1], &mut outputs[..1])
                        .unwrap()
                });
            });
        }
        group.finish();
    }
}

fn fingerprint(c: &mut Criterion) {
    let block = blocks(1).remove(0);
    let mut group = c.benchmark_group("fingerprint");
    group
        .throughput(Throughput::Bytes(BLOCK as u64))
        .sample_size(10);
    for kernel in Kernel::available() {
        let point = Point::with_kernel([7; 16], kernel);
        group.bench_function(format!("column block, {kernel}"), |b| {
            b.iter(|| {
                let mut fingerprinter = Fingerprinter::new(point.clone());
                fingerprinter.update(0, &block);
                fingerprinter.finish()
            });
        });
    }
    group.finish();
    c.bench_function("fingerprint point", |b| b.iter(|| Point::new([9; 16])));
}

criterion_group!(benches, codec, fingerprint);
criterion_main!(benches);
