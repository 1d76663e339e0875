//! Every kernel against the definition, on inputs small enough for an interpreter: `scripts/test-kernels.sh` runs these
//! where the processor lacks a kernel. tests/kernels.rs compares with the reference crate at length.

use super::*;
use crate::{field::mul, interpolation::Points, Decoder, Encoder, Fingerprinter, Point};
use ballast_core::{Code, ShardIndex};

fn byte(seed: usize, at: usize) -> u8 {
    (seed * 89 + at * 57 + at / 3) as u8
}

/// All shards by the definition: each byte is a sum of products.
fn codeword(code: Code, len: usize) -> Vec<Vec<u8>> {
    let k = usize::from(code.data_shards());
    let data: Vec<Vec<u8>> = (0..k)
        .map(|shard| (0..len).map(|at| byte(shard, at)).collect())
        .collect();
    let points = Points::of_data(code);
    let rows = (0..code.total_shards()).map(|shard| points.row(shard));
    rows.map(|row| {
        let at = |at: usize| {
            row.iter()
                .zip(&data)
                .fold(0, |sum, (c, block)| sum ^ mul(*c, block[at]))
        };
        (0..len).map(at).collect()
    })
    .collect()
}

fn assert_codes(kernel: Kernel, code: Code, len: usize) {
    let blocks = codeword(code, len);
    let (data, expected) = blocks.split_at(code.data_shards().into());
    let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut parity = vec![vec![0xee; len]; expected.len()];
    let mut outputs: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    Encoder::with_kernel(code, kernel)
        .encode(&data, &mut outputs)
        .unwrap();
    assert!(parity == expected, "{kernel} {code} {len}");

    // One data shard is left, so no whole coset: all others are rows.
    let k = code.data_shards();
    let lost = (k - 1).min(code.parity_shards());
    let present: Vec<ShardIndex> = (lost..k + lost).map(ShardIndex).collect();
    let wanted: Vec<ShardIndex> = (0..lost).map(ShardIndex).collect();
    let inputs: Vec<&[u8]> = present
        .iter()
        .map(|shard| &*blocks[usize::from(shard.0)])
        .collect();
    let mut rebuilt = vec![vec![0xee; len]; lost.into()];
    let mut outputs: Vec<&mut [u8]> = rebuilt.iter_mut().map(Vec::as_mut_slice).collect();
    let decoder = Decoder::with_kernel(code, &present, kernel).unwrap();
    decoder.rebuild(&inputs, &wanted, &mut outputs).unwrap();
    assert!(rebuilt == blocks[..lost.into()], "{kernel} {code} {len}");
}

#[test]
fn every_kernel_gives_what_the_definition_says() {
    for kernel in Kernel::available() {
        eprintln!("running on {kernel}");
        for (k, n) in [(2, 4), (4, 8), (4, 15), (8, 13), (16, 32)] {
            for len in [1, 64, 129] {
                assert_codes(kernel, Code::new(k, n).unwrap(), len);
            }
        }
    }
}

#[test]
fn every_kernel_folds_fingerprints_alike() {
    let point = core::array::from_fn(|i| byte(7, i));
    let column: Vec<u8> = (0..3000).map(|at| byte(3, at)).collect();
    let fingerprint = |kernel| {
        let mut fingerprinter = Fingerprinter::new(Point::with_kernel(point, kernel));
        fingerprinter.update(16, &column);
        fingerprinter.finish()
    };
    for kernel in Kernel::available() {
        assert_eq!(
            fingerprint(kernel),
            fingerprint(Kernel::portable()),
            "{kernel}"
        );
    }
}
