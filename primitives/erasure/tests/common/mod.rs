//! What the tests of this crate share: codes, bytes and whole codewords.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use ballast_core::{ChainingValue, Code, Layout, ShardIndex, ShardValues};
use ballast_erasure::Encoder;

pub fn code(k: u8, n: u8) -> Code {
    Code::new(k, n).unwrap()
}

/// Every code there is.
pub fn all_codes() -> impl Iterator<Item = Code> {
    (0..=u8::MAX).flat_map(|k| (0..=u8::MAX).filter_map(move |n| Code::new(k, n).ok()))
}

/// `len` bytes that depend on `seed` alone.
pub fn bytes(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

pub fn slices(blocks: &[Vec<u8>]) -> Vec<&[u8]> {
    blocks.iter().map(Vec::as_slice).collect()
}

pub fn slices_mut(blocks: &mut [Vec<u8>]) -> Vec<&mut [u8]> {
    blocks.iter_mut().map(Vec::as_mut_slice).collect()
}

/// All n blocks of a codeword. The parity starts as garbage, which encoding must overwrite.
pub fn codeword(code: Code, seed: u64, len: usize) -> Vec<Vec<u8>> {
    let k = u64::from(code.data_shards());
    let data: Vec<_> = (0..k)
        .map(|shard| bytes(seed * 1000 + shard, len))
        .collect();
    let mut parity = vec![vec![0xee; len]; usize::from(code.parity_shards())];
    Encoder::new(code)
        .encode(&slices(&data), &mut slices_mut(&mut parity))
        .unwrap();
    data.into_iter().chain(parity).collect()
}

/// A seeded choice of `count` of the shards, in random order.
pub fn choose(code: Code, seed: u64, count: usize) -> Vec<ShardIndex> {
    let mut keyed: Vec<_> = (0..code.total_shards())
        .map(|shard| (bytes(seed << 8 | u64::from(shard), 8), shard))
        .collect();
    keyed.sort();
    keyed
        .into_iter()
        .take(count)
        .map(|(_, shard)| ShardIndex(shard))
        .collect()
}

/// All columns, zero-padded to the coded length.
pub fn columns(layout: &Layout, blob: &[u8]) -> Vec<Vec<u8>> {
    let code = layout.code();
    let mut columns =
        vec![vec![0; layout.coded_shard_len() as usize]; usize::from(code.total_shards())];
    for shard in layout.shard_indices() {
        for segment in layout.segments(shard, 0..layout.shard_len(shard)) {
            let (at, from, len) = (
                segment.column_offset as usize,
                segment.blob_offset as usize,
                segment.len as usize,
            );
            columns[usize::from(shard.0)][at..at + len].copy_from_slice(&blob[from..from + len]);
        }
    }
    let (data, parity) = columns.split_at_mut(usize::from(code.data_shards()));
    Encoder::new(code)
        .encode(&slices(data), &mut slices_mut(parity))
        .unwrap();
    columns
}

/// The root of a shard, from its column zero-padded or not.
pub fn root(layout: &Layout, shard: ShardIndex, columns: &[Vec<u8>]) -> Option<ChainingValue> {
    values(layout, shard, &columns[usize::from(shard.0)]).shard_root()
}

/// The values of a shard's units.
pub fn values(layout: &Layout, shard: ShardIndex, column: &[u8]) -> ShardValues {
    let (mut units, len) = (Vec::new(), layout.shard_len(shard) as usize);
    ShardValues::hash_units(layout, shard, 0, &column[..len], &mut units).unwrap();
    ShardValues::new(layout, shard, units).unwrap()
}
