//! Bytes from the network become blocks and tables, or are refused.

use crate::sample::*;
use ballast_core::ShardIndex;
use ballast_core::{BlockIndex, ChainingValue, GroupProof};
use ballast_storage_worker::{
    facts::ShardSpec,
    facts::SpecError,
    receive::{ReceiveError, VerifiedBlock, VerifiedTable},
};
use bytes::Bytes;
use proptest::prelude::*;
use std::sync::LazyLock;

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| Sample::new(1, THREE_BLOCKS + 5_000));

fn verify(
    shard: u8,
    block: u32,
    proof: &GroupProof,
    bytes: Bytes,
) -> Result<VerifiedBlock, ReceiveError> {
    VerifiedBlock::verify(&SAMPLE.spec(shard), BlockIndex(block), proof, bytes)
}

#[test]
fn a_block_is_taken_with_its_values_and_fingerprint() {
    // Units of 64 KiB, and units of a whole block with a short one last.
    let large = Sample::new(2, (128 << 20) + 300_000);
    for (sample, shard) in [&*SAMPLE, &large]
        .into_iter()
        .flat_map(|sample| (0..3).map(move |shard| (sample, shard)))
    {
        let mut values = Vec::new();
        let mut sum = [0; 16];
        for block in 0..sample.blocks(shard) {
            let verified = sample.block(shard, block);
            values.extend_from_slice(verified.values());
            sum.iter_mut()
                .zip(verified.fingerprint().0)
                .for_each(|(sum, part)| *sum ^= part);
            assert_eq!(verified.offset(), u64::from(block) << 20);
        }
        assert_eq!(values, sample.values[usize::from(shard)].units());
        assert_eq!(sum, sample.fingerprint(shard).0);
    }
}

#[test]
fn wrong_bytes_a_wrong_proof_and_another_block_are_refused() {
    let good = SAMPLE.block_bytes(0, 1);
    let mut flipped = good.to_vec();
    flipped[1000] ^= 1;
    let refused = verify(0, 1, &SAMPLE.proof(0, 1), flipped.into());
    assert!(matches!(refused, Err(ReceiveError::Mismatch { .. })));
    assert!(matches!(
        verify(0, 1, &SAMPLE.proof(0, 0), good.clone()),
        Err(ReceiveError::Mismatch { .. })
    ));
    assert!(matches!(
        verify(0, 0, &SAMPLE.proof(0, 1), good.clone()),
        Err(ReceiveError::Mismatch { .. })
    ));
    assert!(matches!(
        verify(1, 1, &SAMPLE.proof(0, 1), good.clone()),
        Err(ReceiveError::Mismatch { .. })
    ));
    for change in [-1, 1] {
        let mut proof = SAMPLE.proof(0, 1);
        proof.siblings.resize(
            (proof.siblings.len() as i64 + change) as usize,
            ChainingValue([0; 32]),
        );
        assert!(matches!(
            verify(0, 1, &proof, good.clone()),
            Err(ReceiveError::Mismatch { .. })
        ));
    }
    assert!(verify(0, 1, &SAMPLE.proof(0, 1), good).is_ok());
}

#[test]
fn a_block_out_of_range_or_of_another_length_is_refused() {
    for block in [SAMPLE.blocks(0), u32::MAX] {
        let refused = verify(0, block, &SAMPLE.proof(0, 0), SAMPLE.block_bytes(0, 0));
        assert!(matches!(refused, Err(ReceiveError::NoSuchBlock { .. })));
    }
    let bytes = SAMPLE.block_bytes(0, 0);
    for bytes in [
        bytes.slice(1..),
        Bytes::new(),
        [bytes.clone(), Bytes::from_static(b"x")].concat().into(),
    ] {
        let refused = verify(0, 0, &SAMPLE.proof(0, 0), bytes);
        assert!(matches!(refused, Err(ReceiveError::Length { .. })));
    }
}

#[test]
fn an_absent_and_an_empty_shard_have_no_spec() {
    let tiny = Sample::new(1, 1_025);
    let spec = |shard| ShardSpec::new(tiny.encoding(), ShardIndex(shard)).map(drop);
    assert!(matches!(
        spec(3),
        Err(SpecError::NoSuchShard { total: 3, .. })
    ));
    assert!(spec(1).is_ok());
    let layout = ballast_core::Layout::new(2_000, ballast_core::Code::new(4, 6).unwrap()).unwrap();
    let facts = ballast_storage_worker::facts::EncodingFacts {
        address: ballast_core::Address([0; 32]),
        len: layout.len(),
        code: layout.code(),
        roots: vec![
            Some(ChainingValue([1; 32])),
            Some(ChainingValue([2; 32])),
            None,
            None,
            None,
            None,
        ],
        seed: SEED,
    };
    let encoding =
        ballast_storage_worker::facts::Encoding::new(ballast_core::EncodingId(1), facts).unwrap();
    let refused = ShardSpec::new(encoding.into(), ShardIndex(2));
    assert!(matches!(refused, Err(SpecError::Empty { .. })));
}

#[test]
fn a_table_is_taken_only_as_a_whole_and_for_its_encoding() {
    let values: Vec<u8> = SAMPLE
        .table
        .values()
        .iter()
        .flat_map(|value| value.0)
        .collect();
    assert!(VerifiedTable::verify(SAMPLE.encoding(), values.clone().into()).is_ok());
    for at in [0, values.len() / 2, values.len() - 1] {
        let mut changed = values.clone();
        changed[at] ^= 1;
        let refused = VerifiedTable::verify(SAMPLE.encoding(), changed.into());
        assert!(
            matches!(refused, Err(ReceiveError::WrongTable { .. })),
            "byte {at}"
        );
    }
    let short = VerifiedTable::verify(SAMPLE.encoding(), values[32..].to_vec().into());
    assert!(matches!(short, Err(ReceiveError::Length { .. })));
    let other = Sample::new(2, THREE_BLOCKS + 5_000);
    assert!(matches!(
        VerifiedTable::verify(other.encoding(), values.into()),
        Err(ReceiveError::WrongTable { .. })
    ));
}

proptest! {
    #[test]
    fn every_flipped_bit_of_a_block_or_its_proof_is_refused(
        shard in 0u8..3, block in 0u32..3, at in 0.0..1.0f64, bit in 0u8..8, in_proof: bool,
    ) {
        let (mut proof, bytes) = (SAMPLE.proof(shard, block), SAMPLE.block_bytes(shard, block));
        let mut bytes = bytes.to_vec();
        if in_proof {
            let index = (proof.siblings.len() as f64 * at) as usize;
            proof.siblings[index].0[usize::from(bit)] ^= 1;
        } else {
            let index = (bytes.len() as f64 * at) as usize;
            bytes[index] ^= 1 << bit;
        }
        let refused = verify(shard, block, &proof, bytes.into());
        let is_mismatch = matches!(refused, Err(ReceiveError::Mismatch { .. }));
        prop_assert!(is_mismatch);
    }
}
