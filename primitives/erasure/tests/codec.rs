//! The code is the reference's, byte for byte, and any k shards rebuild any other.
#![allow(clippy::unwrap_used)]

mod common;

use ballast_core::{Code, Layout, ShardIndex};
use ballast_erasure::{CodecError, Decoder, Encoder, PointsError};
use common::*;
use proptest::prelude::*;
use reed_solomon_erasure::galois_8::ReedSolomon;

fn reference(code: Code, data: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut blocks = data.to_vec();
    blocks.resize(usize::from(code.total_shards()), vec![0; data[0].len()]);
    let crate_code = ReedSolomon::new(
        usize::from(code.data_shards()),
        usize::from(code.parity_shards()),
    )
    .unwrap();
    crate_code.encode(&mut blocks).unwrap();
    blocks
}

/// Rebuilds every shard from `present` and compares.
fn assert_rebuilds(code: Code, blocks: &[Vec<u8>], present: &[ShardIndex]) {
    let decoder = Decoder::new(code, present).unwrap();
    let inputs: Vec<&[u8]> = present
        .iter()
        .map(|shard| blocks[usize::from(shard.0)].as_slice())
        .collect();
    let wanted: Vec<ShardIndex> = (0..code.total_shards()).map(ShardIndex).collect();
    let mut rebuilt = vec![vec![0x55; blocks[0].len()]; wanted.len()];
    decoder
        .rebuild(&inputs, &wanted, &mut slices_mut(&mut rebuilt))
        .unwrap();
    assert!(rebuilt == blocks, "{code} from {present:?}");
}

#[test]
fn the_matrix_of_every_code_is_the_references() {
    for code in all_codes() {
        // Column c of the identity encodes to column c of the matrix; the code is linear, so that is all of it.
        let k = usize::from(code.data_shards());
        let identity: Vec<Vec<u8>> = (0..k)
            .map(|row| (0..k).map(|c| u8::from(c == row)).collect())
            .collect();
        let mut parity = vec![vec![0; k]; usize::from(code.parity_shards())];
        Encoder::new(code)
            .encode(&slices(&identity), &mut slices_mut(&mut parity))
            .unwrap();
        assert!(parity == reference(code, &identity)[k..], "{code}");
    }
}

#[test]
fn random_bytes_are_encoded_as_the_reference_does() {
    for (seed, code) in (1..).zip(all_codes().step_by(5)) {
        let blocks = codeword(code, seed, 200 + seed as usize % 100);
        let data = &blocks[..usize::from(code.data_shards())];
        assert!(blocks == reference(code, data), "{code}");
    }
}

#[test]
fn lengths_around_the_strip_are_encoded_as_the_reference_does() {
    for code in [code(2, 3), code(4, 8), code(16, 32), code(64, 100)] {
        for len in [1, 15, 16, 17, 127, 128, 129, 255, 256, 1024, 5000] {
            let blocks = codeword(code, len as u64, len);
            assert!(
                blocks == reference(code, &blocks[..usize::from(code.data_shards())]),
                "{code} {len}"
            );
        }
    }
}

#[test]
fn every_loss_pattern_of_small_codes_is_rebuilt() {
    for code in [code(2, 3), code(2, 4), code(4, 6), code(4, 8)] {
        let blocks = codeword(code, 7, 300);
        let patterns = (0u32..1 << code.total_shards())
            .filter(|set| set.count_ones() == u32::from(code.data_shards()));
        for set in patterns {
            let present: Vec<_> = (0..code.total_shards())
                .filter(|i| set >> i & 1 == 1)
                .map(ShardIndex)
                .collect();
            assert_rebuilds(code, &blocks, &present);
        }
    }
}

#[test]
fn random_losses_of_wide_codes_are_rebuilt() {
    for code in [code(16, 32), code(32, 64), code(16, 48), code(64, 255)] {
        let blocks = codeword(code, 3, 130);
        for seed in 0..20 {
            assert_rebuilds(
                code,
                &blocks,
                &choose(code, seed, usize::from(code.data_shards())),
            );
        }
    }
}

#[test]
fn one_shard_alone_can_be_rebuilt() {
    let code = code(16, 32);
    let blocks = codeword(code, 9, 1000);
    let present: Vec<ShardIndex> = (16..32).map(ShardIndex).collect();
    let mut lost = vec![0; 1000];
    let decoder = Decoder::new(code, &present).unwrap();
    decoder
        .rebuild(&slices(&blocks[16..]), &[ShardIndex(5)], &mut [&mut lost])
        .unwrap();
    assert_eq!(lost, blocks[5]);
}

#[test]
fn rebuilt_shards_hit_the_same_shard_roots() {
    let code = code(4, 8);
    for len in [1025u64, 5000, 300_000, 1 << 20] {
        let layout = Layout::new(len, code).unwrap();
        let blob = bytes(len, len as usize);
        let columns = columns(&layout, &blob);
        let roots: Vec<_> = layout
            .shard_indices()
            .map(|shard| root(&layout, shard, &columns))
            .collect();
        let survivors = choose(code, len, 4);
        let inputs: Vec<&[u8]> = survivors
            .iter()
            .map(|shard| columns[usize::from(shard.0)].as_slice())
            .collect();
        let all: Vec<_> = layout.shard_indices().collect();
        let mut rebuilt = vec![vec![0; columns[0].len()]; all.len()];
        Decoder::new(code, &survivors)
            .unwrap()
            .rebuild(&inputs, &all, &mut slices_mut(&mut rebuilt))
            .unwrap();
        let rebuilt_roots: Vec<_> = layout
            .shard_indices()
            .map(|shard| root(&layout, shard, &rebuilt))
            .collect();
        assert_eq!(rebuilt_roots, roots, "{len}");
    }
}

#[test]
fn wrong_numbers_and_lengths_of_blocks_are_refused() {
    let encoder = Encoder::new(code(2, 3));
    let (a, b) = ([1; 4], [2; 5]);
    let mut out = [0; 4];
    let few = encoder.encode(&[&a], &mut [&mut out]);
    assert_eq!(
        few,
        Err(CodecError::Count {
            what: "data blocks",
            expected: 2,
            actual: 1
        })
    );
    let none = encoder.encode(&[&a, &a], &mut []);
    assert_eq!(
        none,
        Err(CodecError::Count {
            what: "parity blocks",
            expected: 1,
            actual: 0
        })
    );
    let uneven = encoder.encode(&[&a, &b], &mut [&mut out]);
    assert_eq!(
        uneven,
        Err(CodecError::Length {
            expected: 4,
            actual: 5
        })
    );
    let mut long = [0; 6];
    let uneven = encoder.encode(&[&a, &a], &mut [&mut long]);
    assert_eq!(
        uneven,
        Err(CodecError::Length {
            expected: 4,
            actual: 6
        })
    );
}

#[test]
fn shards_that_are_not_k_distinct_ones_are_refused() {
    let code = code(2, 4);
    let decoder = |shards: &[u8]| {
        Decoder::new(
            code,
            &shards.iter().copied().map(ShardIndex).collect::<Vec<_>>(),
        )
    };
    assert_eq!(
        decoder(&[1]).unwrap_err(),
        PointsError::Count { code, actual: 1 }
    );
    assert_eq!(
        decoder(&[1, 2, 3]).unwrap_err(),
        PointsError::Count { code, actual: 3 }
    );
    assert_eq!(
        decoder(&[1, 4]).unwrap_err(),
        PointsError::NoSuchShard {
            code,
            shard: ShardIndex(4)
        }
    );
    assert_eq!(
        decoder(&[3, 3]).unwrap_err(),
        PointsError::Repeated {
            shard: ShardIndex(3)
        }
    );
    let mut out = [0; 1];
    let unknown =
        decoder(&[0, 3])
            .unwrap()
            .rebuild(&[b"a", b"b"], &[ShardIndex(200)], &mut [&mut out]);
    assert_eq!(
        unknown,
        Err(CodecError::NoSuchShard {
            code,
            shard: ShardIndex(200)
        })
    );
}

#[test]
fn no_bytes_encode_to_no_bytes() {
    assert_eq!(
        Encoder::new(code(2, 3)).encode(&[b"", b""], &mut [&mut []]),
        Ok(())
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_k_shards_of_any_code_rebuild_the_others(index in 0..400usize, seed in any::<u32>(), len in 0..400usize) {
        let codes: Vec<_> = all_codes().collect();
        let code = codes[index % codes.len()];
        let blocks = codeword(code, seed.into(), len);
        assert_rebuilds(code, &blocks, &choose(code, seed.into(), usize::from(code.data_shards())));
    }
}
