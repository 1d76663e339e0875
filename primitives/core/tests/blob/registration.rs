//! The check of a registration: the data cells are the file, the length is the file's, the roots follow.

use crate::common::{any_code, any_len, bytes, config, narrow_code, Encoded};
use ballast_core::{
    table::TableError, verify_registration, Address, CellTable, ChainingValue, Code, Layout,
    LayoutError, LengthProof, RegistrationError, ShardIndex, StripeIndex, TreeError,
};
use codec::{Compact, Decode, Encode, MaxEncodedLen};
use proptest::{prelude::*, sample::Index};

impl Encoded {
    fn address(&self) -> Address {
        Address(*blake3::hash(&self.blob).as_bytes())
    }

    fn register(
        &self,
        values: &[ChainingValue],
        proof: &LengthProof,
    ) -> Result<(), RegistrationError> {
        verify_registration(&self.layout, values, proof, self.address()).map(drop)
    }
}

/// A table of another layout out of this one's values, cut or repeated to the right length.
fn resized(values: &[ChainingValue], len: usize) -> Vec<ChainingValue> {
    values.iter().cycle().take(len).copied().collect()
}

/// Proofs a publisher might try for a wrong length: the honest one, and it with chunk and path cut or stretched to
/// what the wrong length asks for.
fn forged_proofs(honest: &LengthProof, chunk_len: usize, depth: usize) -> Vec<LengthProof> {
    let chunks = [
        honest.last_chunk.clone(),
        honest
            .last_chunk
            .iter()
            .copied()
            .chain(std::iter::repeat(0))
            .take(chunk_len)
            .collect(),
    ];
    let zero = ChainingValue([0; 32]);
    let short: Vec<_> = honest.siblings.iter().copied().take(depth).collect();
    let bottom: Vec<_> = honest
        .siblings
        .iter()
        .copied()
        .rev()
        .take(depth)
        .rev()
        .collect();
    let long: Vec<_> = honest
        .siblings
        .iter()
        .copied()
        .chain(std::iter::repeat(zero))
        .take(depth)
        .collect();
    let paths = [honest.siblings.clone(), short, bottom, long];
    let all = chunks.iter().flat_map(|chunk| {
        paths.iter().map(|siblings| LengthProof {
            last_chunk: chunk.clone(),
            siblings: siblings.clone(),
        })
    });
    all.collect()
}

fn assert_length_is_refused(encoded: &Encoded, claimed: u64) -> Result<(), TestCaseError> {
    let Ok(layout) = Layout::new(claimed, encoded.layout.code()) else {
        return Ok(());
    };
    let (stripe, shard) = layout.last_data_cell();
    let cell_len = layout.cell_data_len(stripe, shard);
    let chunk_len = (cell_len - 1) % 1024 + 1;
    let depth = LengthProof::expected_siblings(&layout);
    let honest = encoded.length_proof();
    let mut values = resized(encoded.table.values(), layout.table_len());
    for round in 0..2 {
        for proof in forged_proofs(&honest, chunk_len as usize, depth) {
            let result = verify_registration(&layout, &values, &proof, encoded.address());
            prop_assert!(
                result.is_err(),
                "{} claimed as {claimed}, round {round}",
                encoded.layout.len()
            );
        }
        // Once more with the honest value of the last cell where the claimed layout has its own.
        let (honest_stripe, honest_shard) = encoded.layout.last_data_cell();
        let honest_value = encoded.table.cell(honest_stripe, honest_shard).unwrap();
        values[layout.table_index(stripe, shard).unwrap()] = honest_value;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn the_address_is_plain_blake3_for_any_length_and_code(
        len in prop_oneof![1 => 0u64..=1024, 15 => any_len(3 << 20)], code in narrow_code(), seed: u64,
    ) {
        if len <= 1024 {
            prop_assert_eq!(Layout::new(len, code), Err(LayoutError::TooShort { len }));
            return Ok(());
        }
        let encoded = Encoded::new(len, code, seed);
        prop_assert_eq!(encoded.table.address(), encoded.address());
        let roots = verify_registration(
            &encoded.layout, encoded.table.values(), &encoded.length_proof(), encoded.address(),
        );
        let expected: Vec<_> = encoded.shards.iter().map(|values| values.shard_root()).collect();
        prop_assert_eq!(roots, Ok(expected));
    }

    #[test]
    fn wide_codes_give_the_same_address(len in 1025u64..300_000, code in any_code(), seed: u64) {
        let encoded = Encoded::new(len, code, seed);
        prop_assert_eq!(encoded.table.address(), encoded.address());
        prop_assert_eq!(encoded.register(encoded.table.values(), &encoded.length_proof()), Ok(()));
    }

    #[test]
    fn any_other_length_is_refused(
        len in any_len(300_000), code in narrow_code(), seed: u64,
        others in prop::collection::vec(1025u64..1_000_000, 8),
    ) {
        let encoded = Encoded::new(len, code, seed);
        let near = [len - 1, len + 1, len - 1024, len + 1024, len / 2, 2 * len, len.next_power_of_two()];
        for claimed in near.into_iter().chain(others).filter(|claimed| *claimed != len) {
            assert_length_is_refused(&encoded, claimed)?;
        }
    }

    #[test]
    fn changed_values_are_refused_or_change_their_shard_alone(
        len in any_len(300_000), code in narrow_code(), seed: u64, bit: Index, a: Index, b: Index,
    ) {
        let encoded = Encoded::new(len, code, seed);
        let (honest, proof) = (encoded.table.values().to_vec(), encoded.length_proof());
        let cells: Vec<_> = encoded.layout.table_cells().collect();
        let is_data = |index: usize| encoded.layout.is_data_shard(cells[index].1);

        let position = bit.index(256 * honest.len());
        let mut flipped = honest.clone();
        flipped[position / 256].0[position % 256 / 8] ^= 1 << (position % 8);
        match verify_registration(&encoded.layout, &flipped, &proof, encoded.address()) {
            Err(_) => prop_assert!(is_data(position / 256)),
            Ok(roots) => {
                prop_assert!(!is_data(position / 256));
                let changed: Vec<_> = (0..).zip(roots.iter().zip(encoded.table.shard_roots()))
                    .filter(|(_, (new, old))| *new != old).map(|(shard, _)| ShardIndex(shard)).collect();
                prop_assert_eq!(changed, vec![cells[position / 256].1]);
            }
        }
        let (a, b) = (a.index(honest.len()), b.index(honest.len()));
        let mut swapped = honest.clone();
        swapped.swap(a, b);
        let data_moved = a != b && (is_data(a) || is_data(b));
        prop_assert_eq!(encoded.register(&swapped, &proof).is_err(), data_moved);
        prop_assert!(encoded.register(&honest[1..], &proof).is_err());
        prop_assert!(encoded.register(&[&honest[..], &honest[..1]].concat(), &proof).is_err());
    }

    #[test]
    fn garbage_never_panics(
        len in any_len(1 << 40), code in any_code(), values in 0usize..400, chunk in 0usize..1100,
        siblings in 0usize..40, right_len: bool,
    ) {
        let layout = Layout::new(len, code).unwrap();
        let values = if right_len { layout.table_len() } else { values };
        let values = vec![ChainingValue([1; 32]); values];
        let proof = LengthProof { last_chunk: vec![2; chunk], siblings: vec![ChainingValue([3; 32]); siblings] };
        prop_assert!(verify_registration(&layout, &values, &proof, Address([4; 32])).is_err());
    }
}

#[test]
fn another_address_is_refused() {
    let encoded = Encoded::new(50_000, Code::new(4, 8).unwrap(), 3);
    let expected = Address([9; 32]);
    let result = verify_registration(
        &encoded.layout,
        encoded.table.values(),
        &encoded.length_proof(),
        expected,
    );
    assert_eq!(
        result,
        Err(RegistrationError::WrongAddress {
            expected,
            actual: encoded.address()
        })
    );
}

#[test]
fn every_wrong_proof_is_named() {
    let encoded = Encoded::new(303_000, Code::new(2, 4).unwrap(), 4);
    let (values, honest) = (encoded.table.values(), encoded.length_proof());
    assert_eq!(encoded.register(values, &honest), Ok(()));

    let mut proof = honest.clone();
    proof.last_chunk.push(0);
    assert!(matches!(
        encoded.register(values, &proof),
        Err(RegistrationError::WrongLastChunkLen { .. })
    ));
    let mut proof = honest.clone();
    proof.siblings.pop();
    assert!(matches!(
        encoded.register(values, &proof),
        Err(RegistrationError::WrongProofLen { .. })
    ));
    let mut proof = honest.clone();
    proof.last_chunk[0] ^= 1;
    assert!(matches!(
        encoded.register(values, &proof),
        Err(RegistrationError::WrongLastCell { .. })
    ));
    assert!(matches!(
        encoded.register(&[], &honest),
        Err(RegistrationError::WrongTableLen { .. })
    ));
}

/// The values of 128 chunks, claimed as the values of 128 cells of two chunks: the address is right, and only the
/// length proof can tell.
#[test]
fn cell_values_of_half_the_length_do_not_pass_for_the_double() {
    let code = Code::new(2, 4).unwrap();
    let encoded = Encoded::new(128 * 1024, code, 5);
    let double = Layout::new(256 * 1024, code).unwrap();
    assert_eq!((encoded.layout.cell_len(), double.cell_len()), (1024, 2048));
    let claimed = CellTable::new(double, encoded.table.values().to_vec()).unwrap();
    assert_eq!(claimed.address(), encoded.address());
    for sibling in [ChainingValue([0; 32]), encoded.table.values()[0]] {
        let last_chunk = encoded.length_proof().last_chunk;
        let proof = LengthProof {
            last_chunk,
            siblings: vec![sibling],
        };
        let result = verify_registration(&double, claimed.values(), &proof, encoded.address());
        assert!(matches!(
            result,
            Err(RegistrationError::WrongLastCell { .. })
        ));
    }
}

/// The other way: a node's two child values are 64 bytes, but no chunk of 64 bytes has the node's value.
#[test]
fn an_inner_node_does_not_pass_for_a_chunk() {
    let code = Code::new(2, 4).unwrap();
    let encoded = Encoded::new(4096, code, 6);
    let parent = |stripe| {
        [0, 1].map(|shard| {
            encoded
                .table
                .cell(StripeIndex(stripe), ShardIndex(shard))
                .unwrap()
        })
    };
    let value = |[left, right]: [ChainingValue; 2]| {
        ChainingValue(blake3::hazmat::merge_subtrees_non_root(
            &left.0,
            &right.0,
            blake3::hazmat::Mode::Hash,
        ))
    };
    let forged = Layout::new(1024 + 64, code).unwrap();
    let parity = ChainingValue([0; 32]);
    let values = [value(parent(0)), value(parent(1)), parity, parity];
    assert_eq!(
        CellTable::new(forged, values.to_vec()).unwrap().address(),
        encoded.address()
    );
    let last_chunk = parent(1).iter().flat_map(|value| value.0).collect();
    let result = verify_registration(
        &forged,
        &values,
        &LengthProof {
            last_chunk,
            siblings: vec![],
        },
        encoded.address(),
    );
    assert!(matches!(
        result,
        Err(RegistrationError::WrongLastCell { .. })
    ));
}

#[test]
fn a_table_needs_every_shard_of_its_own_layout() {
    let code = Code::new(2, 4).unwrap();
    let encoded = Encoded::new(10_000, code, 7);
    let missing = CellTable::from_shards(&encoded.layout, &encoded.shards[..3]);
    assert_eq!(
        missing,
        Err(TableError::MissingShard {
            shard: ShardIndex(3)
        })
    );
    let mut foreign = encoded.shards.clone();
    foreign[1] = Encoded::new(10_001, code, 7).shards[1].clone();
    let result = CellTable::from_shards(&encoded.layout, &foreign);
    assert_eq!(
        result,
        Err(TableError::OtherLayout {
            shard: ShardIndex(1)
        })
    );
    let mut reversed = encoded.shards.clone();
    reversed.reverse();
    assert_eq!(
        CellTable::from_shards(&encoded.layout, &reversed).unwrap(),
        encoded.table
    );
}

#[test]
fn a_length_proof_is_made_from_the_shard_with_the_last_byte() {
    let encoded = Encoded::new(1025, Code::new(4, 8).unwrap(), 8);
    let refused = LengthProof::new(&encoded.shards[0], &encoded.columns[0]);
    let (expected, actual) = (ShardIndex(1), ShardIndex(0));
    assert_eq!(refused, Err(TreeError::WrongShard { expected, actual }));
}

#[test]
fn length_proofs_decode_within_their_bound() {
    let proof = LengthProof {
        last_chunk: bytes(1024, 1),
        siblings: vec![ChainingValue([7; 32]); 30],
    };
    assert_eq!(
        LengthProof::decode(&mut &proof.encode()[..]),
        Ok(proof.clone())
    );
    assert_eq!(proof.encode().len(), LengthProof::max_encoded_len());
    for (chunk, siblings) in [(1025u32, 0u32), (u32::MAX, 0), (1, 31), (1, u32::MAX)] {
        let chunk_bytes = vec![0; chunk.min(2000) as usize];
        let siblings_bytes = vec![0; 32 * siblings.min(40) as usize];
        let encoded = [
            Compact(chunk).encode(),
            chunk_bytes,
            Compact(siblings).encode(),
            siblings_bytes,
        ]
        .concat();
        assert!(
            LengthProof::decode(&mut &encoded[..]).is_err(),
            "{chunk} {siblings}"
        );
    }
}
