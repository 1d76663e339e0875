//! The first place off the code is that of the vector, which `tests/vectors/check_rules.py` computes again.
//!
//! `BALLAST_WRITE_VECTORS=1 cargo test -p ballast-erasure --test consistency` writes the file again.
#![allow(clippy::unwrap_used)]

mod common;

use ballast_core::ShardIndex;
use ballast_erasure::first_off_code;
use common::*;
use serde_json::{json, Value};
use std::path::PathBuf;

/// Pieces of the shards named, with a byte changed in some places (shard, offset), and cut to some lengths (shard, length).
fn vector(
    (k, n): (u8, u8),
    shards: &[u8],
    changed: &[(u8, usize)],
    cut: &[(u8, usize)],
    len: usize,
) -> Value {
    let code = code(k, n);
    let mut all = codeword(code, u64::from(n), len);
    for (shard, offset) in changed {
        all[usize::from(*shard)][*offset] ^= 0x21;
    }
    for (shard, len) in cut {
        all[usize::from(*shard)].truncate(*len);
    }
    let pieces: Vec<(ShardIndex, &[u8])> = shards
        .iter()
        .map(|shard| (ShardIndex(*shard), all[usize::from(*shard)].as_slice()))
        .collect();
    let off = first_off_code(code, &pieces).unwrap();
    let named: Vec<Value> = pieces
        .iter()
        .map(|(shard, bytes)| json!([shard, hex::encode(bytes)]))
        .collect();
    json!({
        "code": format!("{k},{n}"), "pieces": named, "off_code": off.map(|off| json!([off.shard, off.offset])),
    })
}

#[test]
fn places_off_the_code_are_the_vector() {
    let vectors = json!([
        vector((2, 3), &[0, 1, 2], &[], &[], 40),
        vector((2, 4), &[3, 0, 1, 2], &[(2, 33)], &[], 40),
        vector(
            (4, 8),
            &[0, 1, 2, 3, 4, 5, 6, 7],
            &[(6, 5), (5, 21)],
            &[],
            48
        ),
        // A wrong one among the first k makes all others look wrong.
        vector((4, 8), &[1, 6, 3, 4, 5, 0], &[(6, 47)], &[], 48),
        // Cut pieces count as zeros from there on.
        vector((4, 6), &[0, 1, 2, 3, 5], &[], &[(3, 20)], 48),
        vector(
            (8, 16),
            &[15, 2, 9, 4, 11, 6, 13, 0, 1],
            &[(1, 16)],
            &[],
            17
        ),
        vector((8, 16), &[8, 9, 10, 11, 12, 13, 14, 15], &[(9, 3)], &[], 16),
    ]);
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/consistency.json");
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("BALLAST_WRITE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        text,
        "{} differs from what is computed",
        path.display()
    );
}
