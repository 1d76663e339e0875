//! Proofs of chunks, and the check of a registration as the runtime does it.

#![allow(clippy::unwrap_used, missing_docs)]

use ballast_core::{
    tree::verify_group, verify_registration, CellTable, ChainingValue, ChunkIndex, Code, Group,
    Layout, LengthProof, ShardIndex, ShardValues,
};
use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use std::hint::black_box;

/// 1 GiB under (16,32): 64 stripes, cells of 1 MiB, so a cell is a unit and a column block.
fn large_layout() -> Layout {
    Layout::new(1 << 30, Code::new(16, 32).unwrap()).unwrap()
}

/// A column whose block 5 is real; the values of the others are arbitrary, which costs the same.
fn column_with_block_5(layout: &Layout, shard: ShardIndex, block: &[u8]) -> ShardValues {
    let mut hashed = Vec::new();
    ShardValues::hash_units(layout, shard, 5, block, &mut hashed).unwrap();
    let mut values = vec![ChainingValue([3; 32]); layout.units(shard) as usize];
    values[5] = hashed[0];
    ShardValues::new(layout, shard, values).unwrap()
}

fn chunks(criterion: &mut Criterion) {
    let (layout, shard) = (large_layout(), ShardIndex(3));
    let block: Vec<u8> = (0..1 << 20).map(|i: u32| (i % 251) as u8).collect();
    let values = column_with_block_5(&layout, shard, &block);
    let root = values.shard_root().unwrap();
    let chunk = Group::chunk(ChunkIndex(5 * 1024 + 77));
    let bytes = &block[77 * 1024..78 * 1024];
    let proof = values.prove_group(chunk, &block).unwrap();

    let mut group = criterion.benchmark_group("proof");
    group.bench_function("prove a chunk from its 1 MiB block", |bencher| {
        bencher.iter(|| {
            values
                .prove_group(black_box(chunk), black_box(&block))
                .unwrap()
        });
    });
    group.bench_function("verify a chunk", |bencher| {
        bencher
            .iter(|| verify_group(&layout, shard, chunk, black_box(bytes), &proof, &root).unwrap());
    });
    let whole = Group::block(ballast_core::BlockIndex(5));
    let block_proof = values.prove_block(ballast_core::BlockIndex(5)).unwrap();
    group.throughput(Throughput::Bytes(1 << 20));
    group.bench_function("verify a column block", |bencher| {
        bencher.iter(|| {
            verify_group(
                &layout,
                shard,
                whole,
                black_box(&block),
                &block_proof,
                &root,
            )
            .unwrap()
        });
    });
    group.finish();
}

/// A table with arbitrary values but for the last data cell, a single real chunk.
fn registration_of(len: u64, code: Code) -> (CellTable, LengthProof) {
    let layout = Layout::new(len, code).unwrap();
    let (stripe, shard) = layout.last_data_cell();
    assert_eq!(layout.cell_data_len(stripe, shard), 1024);
    let proof = LengthProof {
        last_chunk: vec![5; 1024],
        siblings: Vec::new(),
    };
    let mut hashed = Vec::new();
    let last_unit = layout.units(shard) - 1;
    ShardValues::hash_units(&layout, shard, last_unit, &proof.last_chunk, &mut hashed).unwrap();
    let mut values = vec![ChainingValue([3; 32]); layout.table_len()];
    values[layout.table_index(stripe, shard).unwrap()] = hashed[0];
    (CellTable::new(layout, values).unwrap(), proof)
}

fn registration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("registration");
    let cases = [
        (
            "1,024 cell values, (16,32)",
            32 * 16 * 1024,
            Code::new(16, 32).unwrap(),
        ),
        (
            "16,320 cell values, (64,255)",
            64 * 64 * 1024,
            Code::new(64, 255).unwrap(),
        ),
    ];
    for (name, len, code) in cases {
        let (table, proof) = registration_of(len, code);
        let address = table.address();
        group.throughput(Throughput::Elements(table.values().len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                verify_registration(table.layout(), black_box(table.values()), &proof, address)
                    .unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, chunks, registration);
criterion_main!(benches);
