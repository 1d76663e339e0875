//! The whole path of a blob: layout, columns, parity, loss of n - k shards, and back to the same bytes.
#![allow(clippy::unwrap_used)]

mod common;

use ballast_core::{
    limits::{CHUNK_LEN, COLUMN_BLOCK_LEN},
    verify_registration, Address, CellTable, Code, Layout, LengthProof, ShardIndex,
};
use ballast_erasure::Decoder;
use common::*;
use proptest::{prelude::*, test_runner::FileFailurePersistence};

/// Longest blob: several stripes, and for narrow codes several column blocks.
const MAX_LEN: u64 = 4 << 20;

/// What workers hold of a blob, as they hold it: without padding.
struct Stored {
    layout: Layout,
    address: Address,
    roots: Vec<Option<ballast_core::ChainingValue>>,
    shards: Vec<Vec<u8>>,
}

impl Stored {
    fn new(blob: &[u8], layout: Layout) -> Self {
        let mut shards = columns(&layout, blob);
        let values: Vec<_> = layout
            .shard_indices()
            .zip(&shards)
            .map(|(shard, column)| values(&layout, shard, column))
            .collect();
        let table = CellTable::from_shards(&layout, &values).unwrap();
        for shard in layout.shard_indices() {
            shards[usize::from(shard.0)].truncate(layout.shard_len(shard) as usize);
        }
        let last = usize::from(layout.last_data_cell().1 .0);
        let last_block = shards[last].chunks(COLUMN_BLOCK_LEN as usize).next_back();
        let proof = LengthProof::new(&values[last], last_block.unwrap()).unwrap();
        let address = table.address();
        // The chain comes to the same roots.
        let roots = verify_registration(&layout, table.values(), &proof, address).unwrap();
        assert_eq!(roots, table.shard_roots());
        Self {
            layout,
            address,
            roots,
            shards,
        }
    }

    /// A block of a column, zero-padded to what the code works on.
    fn padded(&self, shard: ShardIndex, start: usize, len: usize) -> Vec<u8> {
        let column = &self.shards[usize::from(shard.0)];
        let held = column.get(start..).unwrap_or_default();
        let mut block = held[..held.len().min(len)].to_vec();
        block.resize(len, 0);
        block
    }

    /// Loses all shards but k, and rebuilds them from those, block by block.
    fn lose_and_rebuild(&mut self, survivors: &[ShardIndex]) {
        let lost: Vec<ShardIndex> = self
            .layout
            .shard_indices()
            .filter(|shard| !survivors.contains(shard))
            .collect();
        for shard in &lost {
            self.shards[usize::from(shard.0)].clear();
        }
        let decoder = Decoder::new(self.layout.code(), survivors).unwrap();
        let coded_len = self.layout.coded_shard_len() as usize;
        for start in (0..coded_len).step_by(COLUMN_BLOCK_LEN as usize) {
            let len = (coded_len - start).min(COLUMN_BLOCK_LEN as usize);
            let inputs: Vec<Vec<u8>> = survivors
                .iter()
                .map(|shard| self.padded(*shard, start, len))
                .collect();
            let mut rebuilt = vec![vec![0x55; len]; lost.len()];
            decoder
                .rebuild(&slices(&inputs), &lost, &mut slices_mut(&mut rebuilt))
                .unwrap();
            for (shard, block) in lost.iter().zip(rebuilt) {
                self.shards[usize::from(shard.0)].extend(block);
            }
        }
        for shard in &lost {
            let len = self.layout.shard_len(*shard) as usize;
            let padding = self.shards[usize::from(shard.0)].split_off(len);
            assert!(padding.iter().all(|byte| *byte == 0), "shard {shard}");
        }
    }

    fn roots_of_what_is_held(&self) -> Vec<Option<ballast_core::ChainingValue>> {
        self.layout
            .shard_indices()
            .map(|shard| root(&self.layout, shard, &self.shards))
            .collect()
    }

    /// The blob, from its data shards' segments.
    fn blob(&self) -> Vec<u8> {
        let mut blob = vec![0x55; self.layout.len() as usize];
        for shard in self.layout.shard_indices() {
            for segment in self.layout.segments(shard, 0..self.layout.shard_len(shard)) {
                let (from, to, len) = (
                    segment.column_offset as usize,
                    segment.blob_offset as usize,
                    segment.len as usize,
                );
                let column = &self.shards[usize::from(shard.0)];
                blob[to..to + len].copy_from_slice(&column[from..from + len]);
            }
        }
        blob
    }
}

fn any_code() -> impl Strategy<Value = Code> {
    (1u32..=6, any::<u8>()).prop_map(|(log_k, n)| {
        let k = 1u32 << log_k;
        let (least, greatest) = (k * 3 / 2, (k * 4).min(255));
        let n = least + u32::from(n) % (greatest - least + 1);
        code(k as u8, n as u8)
    })
}

/// Lengths of every order of magnitude, many of them next to a power of two.
fn any_len() -> impl Strategy<Value = u64> {
    let any_magnitude = (0u32..=22, any::<u64>()).prop_map(|(bits, any)| any % (1 << bits) + 1);
    let near_power = (9u32..=22, 0u64..8, -2i64..=2).prop_map(|(bits, chunks, delta)| {
        ((1u64 << bits) + chunks * CHUNK_LEN).saturating_add_signed(delta)
    });
    prop_oneof![
        1 => Just(0),
        8 => any_magnitude,
        6 => near_power,
    ]
    .prop_map(|len| len.min(MAX_LEN))
}

fn check(len: u64, code: Code, seed: u64) {
    let blob = bytes(seed, len as usize);
    // A chunk is a leaf: it has no subtrees to make cells of, and lies in chain state.
    let Ok(layout) = Layout::new(len, code) else {
        assert!(len <= CHUNK_LEN, "{len} {code} has no layout");
        return;
    };
    assert!(len > CHUNK_LEN, "{len} {code} has a layout");
    let mut stored = Stored::new(&blob, layout);
    assert_eq!(stored.address.0, *blake3::hash(&blob).as_bytes());
    stored.lose_and_rebuild(&choose(code, seed, usize::from(code.data_shards())));
    assert_eq!(stored.roots_of_what_is_held(), stored.roots);
    assert!(stored.blob() == blob, "{len} {code} seed {seed}");
}

#[test]
fn blobs_at_the_bounds_of_lengths_and_codes_come_back() {
    for code in [code(2, 3), code(2, 8), code(64, 96), code(64, 255)] {
        for len in [0, 1, CHUNK_LEN, CHUNK_LEN + 1, MAX_LEN - 1, MAX_LEN] {
            check(len, code, len);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_blob_comes_back_from_any_k_of_its_shards(len in any_len(), code in any_code(), seed in 0u64..1 << 50) {
        check(len, code, seed);
    }
}
