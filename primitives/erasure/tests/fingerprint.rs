//! Fingerprints: what they are, that blocks may come in any order, and that they show a shard off the code.
#![allow(clippy::unwrap_used)]

mod common;

use ballast_core::{Code, Fingerprint, ShardIndex};
use ballast_erasure::{
    field::mul, is_codeword, CodewordError, Fingerprinter, Point, PointsError, POLYNOMIAL,
};
use common::*;
use proptest::prelude::*;
use serde_json::{json, Value};

type Element = [u8; 16];

/// The definition: polynomials multiplied and divided on paper, powers by repeated products.
mod naive {
    use super::*;

    pub fn product(a: &Element, b: &Element) -> Element {
        let mut long = [0; 31];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                long[i + j] ^= mul(*x, *y);
            }
        }
        for top in (16..31).rev() {
            let quotient = long[top];
            for (i, coefficient) in POLYNOMIAL.iter().enumerate() {
                long[top - 16 + i] ^= mul(quotient, *coefficient);
            }
        }
        long[..16].try_into().unwrap()
    }

    pub fn fingerprint(point: Element, column: &[u8]) -> Fingerprint {
        let mut power = [0; 16];
        power[0] = 1;
        let mut sum = [0; 16];
        for group in column.chunks(16) {
            let mut padded = [0; 16];
            padded[..group.len()].copy_from_slice(group);
            let term = product(&padded, &power);
            sum.iter_mut()
                .zip(term)
                .for_each(|(byte, other)| *byte ^= other);
            power = product(&power, &point);
        }
        Fingerprint(sum)
    }
}

fn point(seed: u64) -> Element {
    bytes(seed, 16).try_into().unwrap()
}

fn fingerprint(point: &Point, column: &[u8]) -> Fingerprint {
    let mut fingerprinter = Fingerprinter::new(point.clone());
    fingerprinter.update(0, column);
    fingerprinter.finish()
}

fn fingerprints(point: &Point, blocks: &[Vec<u8>]) -> Vec<(ShardIndex, Fingerprint)> {
    (0..)
        .map(ShardIndex)
        .zip(blocks.iter().map(|block| fingerprint(point, block)))
        .collect()
}

fn sum(one: Fingerprint, other: Fingerprint) -> Fingerprint {
    Fingerprint(std::array::from_fn(|i| one.0[i] ^ other.0[i]))
}

#[test]
fn fingerprints_are_what_the_definition_says() {
    for len in (0..200).chain([1000, 1024, 4096, 10_000]) {
        let column = bytes(len as u64, len);
        let actual = fingerprint(&Point::new(point(77)), &column);
        assert_eq!(actual, naive::fingerprint(point(77), &column), "{len}");
    }
}

#[test]
fn special_points_are_no_exception() {
    let column = bytes(1, 500);
    let mut one = [0; 16];
    one[0] = 1;
    for point in [[0; 16], one, [0xff; 16]] {
        assert_eq!(
            fingerprint(&Point::new(point), &column),
            naive::fingerprint(point, &column)
        );
    }
}

#[test]
fn nothing_and_zeros_have_the_fingerprint_of_an_empty_shard() {
    let point = Point::new(point(1));
    assert_eq!(
        Fingerprinter::new(point.clone()).finish(),
        Fingerprint([0; 16])
    );
    assert_eq!(fingerprint(&point, &[0; 5000]), Fingerprint([0; 16]));
}

#[test]
fn padding_with_zeros_changes_nothing() {
    let point = Point::new(point(2));
    let mut column = bytes(3, 1000);
    let short = fingerprint(&point, &column);
    column.resize(4096, 0);
    assert_eq!(fingerprint(&point, &column), short);
}

#[test]
fn the_fingerprints_of_codewords_are_codewords() {
    for (seed, code) in (1..).zip(all_codes().step_by(7)) {
        let blocks = codeword(code, seed, 333);
        assert_eq!(
            is_codeword(code, &fingerprints(&Point::new(point(seed)), &blocks)),
            Ok(()),
            "{code}"
        );
    }
}

#[test]
fn empty_shards_count_as_zeros() {
    // 1,025 bytes under (4,8): two data shards have bytes, two have none.
    let code = code(4, 8);
    let mut blocks: Vec<Vec<u8>> = vec![bytes(1, 1024), vec![9], vec![], vec![]];
    let padded: Vec<Vec<u8>> = blocks
        .iter()
        .map(|block| {
            block
                .iter()
                .copied()
                .chain(std::iter::repeat(0))
                .take(1024)
                .collect()
        })
        .collect();
    let mut parity = vec![vec![0; 1024]; 4];
    ballast_erasure::Encoder::new(code)
        .encode(&slices(&padded), &mut slices_mut(&mut parity))
        .unwrap();
    blocks.extend(parity);
    let all = fingerprints(&Point::new(point(5)), &blocks);
    assert_eq!(
        (all[2].1, all[3].1),
        (Fingerprint([0; 16]), Fingerprint([0; 16]))
    );
    assert_eq!(is_codeword(code, &all), Ok(()));
}

#[test]
fn one_changed_byte_anywhere_is_found() {
    let code = code(4, 6);
    let blocks = codeword(code, 11, 100);
    let point = Point::new(point(6));
    let honest = fingerprints(&point, &blocks);
    for shard in 0..6 {
        for at in 0..100 {
            let mut changed = blocks[shard].clone();
            changed[at] ^= 1 << (at % 8);
            let mut all = honest.clone();
            all[shard].1 = fingerprint(&point, &changed);
            assert!(
                matches!(
                    is_codeword(code, &all),
                    Err(CodewordError::OffTheCode { .. })
                ),
                "{shard} {at}"
            );
        }
    }
}

#[test]
fn one_flipped_bit_of_a_parity_fingerprint_names_the_shard() {
    let code = code(4, 8);
    let mut all = fingerprints(&Point::new(point(8)), &codeword(code, 12, 64));
    let honest = all[6].1;
    all[6].1 .0[15] ^= 0x80;
    let error = is_codeword(code, &all).unwrap_err();
    assert_eq!(
        error,
        CodewordError::OffTheCode {
            shard: ShardIndex(6),
            expected: honest,
            actual: all[6].1
        }
    );
}

#[test]
fn any_quorum_in_any_order_is_judged_alike() {
    let code = code(16, 32);
    let all = fingerprints(&Point::new(point(9)), &codeword(code, 13, 64));
    for seed in 0..20 {
        let mut some: Vec<_> = choose(code, seed, usize::from(code.quorum()))
            .iter()
            .map(|shard| all[usize::from(shard.0)])
            .collect();
        assert_eq!(is_codeword(code, &some), Ok(()));
        some[seed as usize].1 .0[0] ^= 1;
        assert!(is_codeword(code, &some).is_err());
    }
}

#[test]
fn too_few_repeated_or_unknown_shards_are_refused() {
    let code = code(4, 8);
    let all = fingerprints(&Point::new(point(10)), &codeword(code, 14, 64));
    assert_eq!(is_codeword(code, &all[..4]), Ok(()));
    assert_eq!(
        is_codeword(code, &all[..3]),
        Err(CodewordError::TooFew { code, actual: 3 })
    );
    assert_eq!(
        is_codeword(code, &[]),
        Err(CodewordError::TooFew { code, actual: 0 })
    );
    let repeated: Vec<_> = all[..4].iter().chain(&all[2..3]).copied().collect();
    assert_eq!(
        is_codeword(code, &repeated),
        Err(PointsError::Repeated {
            shard: ShardIndex(2)
        }
        .into())
    );
    let unknown = [&all[..], &[(ShardIndex(8), Fingerprint([0; 16]))]].concat();
    assert_eq!(
        is_codeword(code, &unknown),
        Err(PointsError::NoSuchShard {
            code,
            shard: ShardIndex(8)
        }
        .into())
    );
    let repeated_often = vec![all[0]; 300];
    assert!(is_codeword(code, &repeated_often).is_err());
}

#[test]
fn the_vectors_hold() {
    let cases: Vec<Value> = [
        (code(2, 4), 0),
        (code(2, 4), 1),
        (code(4, 8), 16),
        (code(4, 8), 1025),
        (code(16, 32), 3000),
    ]
    .into_iter()
    .map(vector)
    .collect();
    let polynomial = hex::encode(POLYNOMIAL);
    let note = "Column of shard i < k: BLAKE3 XOF of the little-endian u64 1000*len+i, len bytes; point: that of 999. \
                Coefficients from the constant up; GF(2^8) modulo 0x11d. columns: BLAKE3 of all columns in order.";
    check(
        "fingerprint",
        &json!({ "note": note, "polynomial": polynomial, "cases": cases }),
    );
}

fn vector((code, len): (Code, usize)) -> Value {
    let blocks = codeword(code, len as u64, len);
    let all = fingerprints(&Point::new(point(999)), &blocks);
    let hexed: Vec<String> = all
        .iter()
        .map(|(_, fingerprint)| fingerprint.to_string())
        .collect();
    json!({
        "code": code, "len": len, "point": hex::encode(point(999)),
        "columns": blake3::hash(&blocks.concat()).to_string(), "fingerprints": hexed,
    })
}

/// The vectors change only with the protocol.
fn check(name: &str, actual: &Value) {
    let path = format!(
        "{}/../../tests/vectors/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = serde_json::to_string_pretty(actual).unwrap() + "\n";
    if std::env::var_os("BALLAST_WRITE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == text,
        "{path} differs; if the protocol changed, write it again: \
         BALLAST_WRITE_VECTORS=1 cargo test -p ballast-erasure --test fingerprint"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn column_blocks_may_come_in_any_order(seed in any::<u64>(), len in 1..5000usize, block in 1..40usize) {
        let (column, point) = (bytes(seed, len), Point::new(point(seed)));
        let block = block * 16;
        let mut runs: Vec<_> = column.chunks(block).enumerate().map(|(i, run)| (i * block, run)).collect();
        runs.sort_by_key(|(at, _)| bytes(seed ^ *at as u64, 8));
        let mut fingerprinter = Fingerprinter::new(point.clone());
        runs.iter().for_each(|(at, run)| fingerprinter.update(*at as u64, run));
        prop_assert_eq!(fingerprinter.finish(), fingerprint(&point, &column));
    }

    #[test]
    fn fingerprints_are_linear_over_bytes(seed in any::<u64>(), len in 0..1000usize, factor: u8) {
        let point = Point::new(point(seed));
        let (a, b) = (bytes(seed, len), bytes(!seed, len));
        let combined: Vec<u8> = a.iter().zip(&b).map(|(x, y)| mul(factor, *x) ^ y).collect();
        let scaled = Fingerprint(fingerprint(&point, &a).0.map(|byte| mul(factor, byte)));
        prop_assert_eq!(fingerprint(&point, &combined), sum(scaled, fingerprint(&point, &b)));
    }
}

#[test]
fn offsets_of_the_longest_column_are_powers_of_the_point() {
    // z^(2^35 - 1) by squaring on paper.
    let z = point(15);
    let groups = (1u64 << 35) - 1;
    let mut power = [0; 16];
    power[0] = 1;
    (0..35).for_each(|_| power = naive::product(&naive::product(&power, &power), &z));
    let mut fingerprinter = Fingerprinter::new(Point::new(z));
    let group = point(16);
    fingerprinter.update(groups * 16, &group);
    assert_eq!(
        fingerprinter.finish(),
        Fingerprint(naive::product(&group, &power))
    );
}
