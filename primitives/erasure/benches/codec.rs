//! Data bytes per second: encoding a column block of every shard, decoding at worst (all data shards lost), and the
//! fingerprint of one block. The reference crate's portable path beside it.
#![allow(missing_docs, clippy::unwrap_used)]

use ballast_core::{Code, ShardIndex};
use ballast_erasure::{Decoder, Encoder, Fingerprinter, Point};
use criterion::{criterion_group, criterion_main, BenchmarkId, Criterion, Throughput};
use reed_solomon_erasure::galois_8::ReedSolomon;

const BLOCK: usize = 1 << 20;
const CODES: [(u8, u8); 2] = [(4, 8), (16, 32)];

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

        let encoder = Encoder::new(code);
        group.bench_function(BenchmarkId::new("encode", code), |b| {
            let mut outputs: Vec<&mut [u8]> = out.iter_mut().map(Vec::as_mut_slice).collect();
            b.iter(|| encoder.encode(&inputs, &mut outputs).unwrap());
        });
        let reference = ReedSolomon::new(k.into(), usize::from(n - k)).unwrap();
        group.bench_function(
            BenchmarkId::new("encode, reed-solomon-erasure", code),
            |b| {
                b.iter(|| reference.encode_sep(&data, &mut out).unwrap());
            },
        );
        let parity: Vec<ShardIndex> = (n - k..n).map(ShardIndex).collect();
        let lost: Vec<ShardIndex> = (0..k).map(ShardIndex).collect();
        let decoder = Decoder::new(code, &parity).unwrap();
        group.bench_function(BenchmarkId::new("decode all data", code), |b| {
            let mut outputs: Vec<&mut [u8]> = out.iter_mut().map(Vec::as_mut_slice).collect();
            b.iter(|| decoder.rebuild(&inputs, &lost, &mut outputs).unwrap());
        });
        group.bench_function(BenchmarkId::new("decode one shard", code), |b| {
            let mut outputs: Vec<&mut [u8]> =
                out.iter_mut().take(1).map(Vec::as_mut_slice).collect();
            b.iter(|| decoder.rebuild(&inputs, &lost[..1], &mut outputs).unwrap());
        });
        group.finish();
    }
}

fn fingerprint(c: &mut Criterion) {
    let block = blocks(1).remove(0);
    let point = Point::new([7; 16]);
    let mut group = c.benchmark_group("fingerprint");
    group
        .throughput(Throughput::Bytes(BLOCK as u64))
        .sample_size(10);
    group.bench_function("column block", |b| {
        b.iter(|| {
            let mut fingerprinter = Fingerprinter::new(point.clone());
            fingerprinter.update(0, &block);
            fingerprinter.finish()
        });
    });
    group.finish();
    c.bench_function("fingerprint point", |b| b.iter(|| Point::new([9; 16])));
}

criterion_group!(benches, codec, fingerprint);
criterion_main!(benches);
