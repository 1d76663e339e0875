//! Every kernel that this processor has gives the reference's bytes: every code, every length, every alignment.
#![allow(clippy::unwrap_used)]

mod common;

use ballast_core::{Code, Fingerprint, ShardIndex};
use ballast_erasure::{Decoder, Encoder, Fingerprinter, Kernel, Point};
use common::*;
use proptest::prelude::*;
use reed_solomon_erasure::galois_8::ReedSolomon;

/// Lengths around vectors, lines and strips.
const LENGTHS: [usize; 18] = [
    0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000, 4096, 16_387,
];

fn parity_by_reference(code: Code, data: &[&[u8]]) -> Vec<Vec<u8>> {
    let (k, m) = (code.data_shards().into(), code.parity_shards().into());
    let mut parity = vec![vec![0; data[0].len()]; m];
    // The reference refuses shards without bytes.
    if !data[0].is_empty() {
        ReedSolomon::new(k, m)
            .unwrap()
            .encode_sep(data, &mut parity)
            .unwrap();
    }
    parity
}

fn parity_by_kernel(kernel: Kernel, code: Code, data: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut parity = vec![vec![0xee; data[0].len()]; code.parity_shards().into()];
    Encoder::with_kernel(code, kernel)
        .encode(data, &mut slices_mut(&mut parity))
        .unwrap();
    parity
}

fn data(code: Code, seed: u64, len: usize) -> Vec<Vec<u8>> {
    let shards = 0..u64::from(code.data_shards());
    shards
        .map(|shard| bytes(seed * 1000 + shard, len))
        .collect()
}

/// Rebuilds `wanted` on a kernel and compares.
fn assert_rebuilds(
    kernel: Kernel,
    code: Code,
    blocks: &[Vec<u8>],
    present: &[ShardIndex],
    wanted: &[ShardIndex],
) {
    let block = |shard: &ShardIndex| blocks[usize::from(shard.0)].as_slice();
    let inputs: Vec<&[u8]> = present.iter().map(block).collect();
    let mut rebuilt = vec![vec![0x55; blocks[0].len()]; wanted.len()];
    Decoder::with_kernel(code, present, kernel)
        .unwrap()
        .rebuild(&inputs, wanted, &mut slices_mut(&mut rebuilt))
        .unwrap();
    let expected: Vec<&[u8]> = wanted.iter().map(block).collect();
    assert!(
        rebuilt == expected,
        "{kernel}: {code} {wanted:?} from {present:?}"
    );
}

fn shards(range: impl Iterator<Item = u8>) -> Vec<ShardIndex> {
    range.map(ShardIndex).collect()
}

fn fingerprint(kernel: Kernel, point: [u8; 16], column: &[u8]) -> Fingerprint {
    let mut fingerprinter = Fingerprinter::new(Point::with_kernel(point, kernel));
    fingerprinter.update(0, column);
    fingerprinter.finish()
}

#[test]
fn which_kernels_ran_is_said() {
    let ran: Vec<&str> = Kernel::available().map(Kernel::name).collect();
    let missing: Vec<&str> = Kernel::NAMES
        .into_iter()
        .filter(|name| !ran.contains(name))
        .collect();
    eprintln!("kernels tested here: {ran:?}; not on this processor: {missing:?}");
    assert_eq!(ran.last(), Some(&"portable"));
    assert!(ran.iter().all(|name| Kernel::NAMES.contains(name)));
}

#[test]
fn every_code_is_encoded_as_the_reference_does() {
    for code in all_codes() {
        let data = data(code, 1, 200);
        let expected = parity_by_reference(code, &slices(&data));
        for kernel in Kernel::available() {
            assert!(
                parity_by_kernel(kernel, code, &slices(&data)) == expected,
                "{kernel} {code}"
            );
        }
    }
}

#[test]
fn every_length_is_encoded_as_the_reference_does() {
    for code in [
        code(2, 3),
        code(2, 8),
        code(4, 8),
        code(8, 13),
        code(16, 48),
        code(32, 64),
        code(64, 255),
    ] {
        for len in LENGTHS {
            let data = data(code, 2, len);
            let expected = parity_by_reference(code, &slices(&data));
            for kernel in Kernel::available() {
                let parity = parity_by_kernel(kernel, code, &slices(&data));
                assert!(parity == expected, "{kernel} {code} {len}");
            }
        }
    }
}

#[test]
fn a_mebibyte_is_encoded_as_the_reference_does() {
    for (code, len) in [(code(4, 8), 1 << 20), (code(16, 32), (1 << 20) - 1)] {
        let data = data(code, 3, len);
        let expected = parity_by_reference(code, &slices(&data));
        for kernel in Kernel::available() {
            assert!(
                parity_by_kernel(kernel, code, &slices(&data)) == expected,
                "{kernel} {code}"
            );
        }
    }
}

#[test]
fn blocks_may_begin_at_any_address() {
    let code = code(16, 32);
    let whole = data(code, 4, 500);
    for start in [1, 3, 8, 17, 33, 63] {
        let data: Vec<&[u8]> = whole
            .iter()
            .map(|block| &block[start..start + 300])
            .collect();
        let expected = parity_by_reference(code, &data);
        for kernel in Kernel::available() {
            let mut parity = vec![vec![0xee; 500]; 16];
            let mut targets: Vec<&mut [u8]> = parity
                .iter_mut()
                .map(|block| &mut block[start / 2..start / 2 + 300])
                .collect();
            Encoder::with_kernel(code, kernel)
                .encode(&data, &mut targets)
                .unwrap();
            assert!(targets == expected, "{kernel} {start}");
            // Nothing beside the blocks was written.
            assert!(parity.iter().all(|block| {
                block[..start / 2]
                    .iter()
                    .chain(&block[start / 2 + 300..])
                    .all(|byte| *byte == 0xee)
            }));
        }
    }
}

#[test]
fn whole_cosets_of_shards_are_decoded() {
    for code in [
        code(2, 4),
        code(4, 16),
        code(8, 16),
        code(16, 64),
        code(32, 64),
        code(64, 255),
    ] {
        let blocks = codeword(code, 5, 700);
        let (k, n) = (code.data_shards(), code.total_shards());
        let all = shards(0..n);
        for kernel in Kernel::available() {
            for coset in 0..n / k {
                let mut present = shards(coset * k..(coset + 1) * k);
                assert_rebuilds(kernel, code, &blocks, &present, &all);
                present.reverse();
                assert_rebuilds(kernel, code, &blocks, &present, &shards((0..n).rev()));
            }
        }
    }
}

#[test]
fn mixed_shards_are_decoded() {
    for code in [
        code(2, 4),
        code(4, 8),
        code(16, 32),
        code(32, 64),
        code(64, 100),
    ] {
        let blocks = codeword(code, 6, 300);
        let k = code.data_shards();
        for kernel in Kernel::available() {
            for lost in 1..k.min(code.parity_shards() + 1) {
                let present = shards(lost..k + lost);
                assert_rebuilds(kernel, code, &blocks, &present, &shards(0..lost));
            }
        }
    }
}

#[test]
fn a_shard_may_be_wanted_twice() {
    let code = code(8, 24);
    let blocks = codeword(code, 7, 129);
    let wanted = shards([9, 9, 17, 10, 9, 2, 2, 23, 9, 11, 12, 13, 14].into_iter());
    for kernel in Kernel::available() {
        assert_rebuilds(kernel, code, &blocks, &shards(0..8), &wanted);
        assert_rebuilds(kernel, code, &blocks, &shards(8..16), &wanted);
        assert_rebuilds(kernel, code, &blocks, &shards(3..11), &wanted);
    }
}

#[test]
fn fingerprints_do_not_depend_on_the_kernel() {
    let point: [u8; 16] = bytes(8, 16).try_into().unwrap();
    let lengths = (0..2100)
        .step_by(13)
        .chain([65_536, 65_792, 70_001, 131_072, (1 << 20) + 5]);
    for len in lengths {
        let column = bytes(len as u64, len);
        let expected = fingerprint(Kernel::portable(), point, &column);
        for kernel in Kernel::available() {
            assert_eq!(
                fingerprint(kernel, point, &column),
                expected,
                "{kernel} {len}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_kernel_is_the_reference(index in 0..400usize, seed in any::<u32>(), len in 1..3000usize, start in 0..64usize) {
        let codes: Vec<_> = all_codes().collect();
        let code = codes[index % codes.len()];
        let whole = data(code, seed.into(), start + len);
        let data: Vec<&[u8]> = whole.iter().map(|block| &block[start..]).collect();
        let parity = parity_by_reference(code, &data);
        let blocks: Vec<Vec<u8>> = data.iter().map(|block| block.to_vec()).chain(parity.clone()).collect();
        for kernel in Kernel::available() {
            prop_assert!(parity_by_kernel(kernel, code, &data) == parity, "{kernel} {code}");
            let present = choose(code, seed.into(), code.data_shards().into());
            let wanted = choose(code, u64::from(seed) + 1, code.total_shards().into());
            assert_rebuilds(kernel, code, &blocks, &present, &wanted);
        }
    }

    #[test]
    fn every_kernel_fingerprints_alike(seed in any::<u64>(), len in 0..70_000usize) {
        let (column, point) = (bytes(seed, len), bytes(!seed, 16).try_into().unwrap());
        let expected = fingerprint(Kernel::portable(), point, &column);
        for kernel in Kernel::available() {
            prop_assert_eq!(fingerprint(kernel, point, &column), expected, "{}", kernel);
        }
    }
}

/// Losses that leave little of the data, over the steps in which a nearly whole coset passes.
#[test]
fn nearly_all_data_is_rebuilt_by_every_kernel() {
    for code in [
        code(8, 16),
        code(16, 24),
        code(16, 32),
        code(32, 64),
        code(16, 48),
    ] {
        let k = code.data_shards();
        let step = (128 << 10) / usize::from(k);
        for len in [1, 200, step - 1, step, step + 65, 2 * step + 7] {
            let blocks = codeword(code, len as u64, len);
            for kept in 1..=3.min(k - 1) {
                let parity = (k..code.total_shards()).take((k - kept).into());
                let present: Vec<ShardIndex> = shards((0..kept).rev().chain(parity));
                if present.len() < usize::from(k) {
                    continue;
                }
                let lost = shards(
                    (kept..code.total_shards())
                        .filter(|shard| !present.contains(&ShardIndex(*shard))),
                );
                for kernel in Kernel::available() {
                    assert_rebuilds(kernel, code, &blocks, &present, &lost);
                    assert_rebuilds(kernel, code, &blocks, &present, &lost[..lost.len() - 1]);
                }
            }
        }
    }
}
