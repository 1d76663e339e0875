//! Group proofs: each verifies, and nothing that differs from it does.

use crate::common::{any_code, any_len, config, hash_column, naive_root, narrow_code, Encoded};
use ballast_core::{
    limits::MAX_PROOF_SIBLINGS, tree::group_value, tree::verify_group, BlockIndex, ChainingValue,
    ChunkIndex, Code, Group, GroupProof, Layout, ShardIndex, ShardValues, TreeError,
};
use codec::{Compact, Decode, Encode, MaxEncodedLen};
use proptest::{prelude::*, sample::Index};

impl Encoded {
    fn prove(&self, shard: ShardIndex, group: Group) -> (Vec<u8>, GroupProof) {
        let block = self.layout.block_range(shard, group.block_index().unwrap());
        let proof = self
            .values(shard)
            .prove_group(group, self.range(shard, block))
            .unwrap();
        (
            self.range(shard, group.range(&self.layout, shard).unwrap())
                .to_vec(),
            proof,
        )
    }

    fn verify(
        &self,
        shard: ShardIndex,
        group: Group,
        bytes: &[u8],
        proof: &GroupProof,
    ) -> Result<(), TreeError> {
        let root = self.values(shard).shard_root().unwrap();
        verify_group(&self.layout, shard, group, bytes, proof, &root)
    }

    fn pick_shard(&self, at: Index) -> ShardIndex {
        *at.get(&self.layout.held_shards().collect::<Vec<_>>())
    }

    fn pick_group(&self, shard: ShardIndex, at: Index, log_len: u32) -> Group {
        let start = at.index(self.column(shard).len()) as u64;
        Group::new(start >> log_len << log_len, 1 << log_len).unwrap()
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn every_chunk_of_a_small_blob_is_proven(len in 1025u64..40_000, code in any_code(), seed: u64) {
        let encoded = Encoded::new(len, code, seed);
        for shard in encoded.layout.held_shards() {
            for chunk in 0..encoded.layout.shard_len(shard).div_ceil(1024) {
                let group = Group::chunk(ChunkIndex(chunk));
                let (bytes, proof) = encoded.prove(shard, group);
                prop_assert_eq!(encoded.verify(shard, group, &bytes, &proof), Ok(()));
            }
        }
    }

    #[test]
    fn groups_of_every_size_are_proven(
        len in any_len(3 << 20), code in narrow_code(), seed: u64,
        picks in prop::collection::vec((any::<Index>(), any::<Index>(), 10u32..=20), 24),
    ) {
        let encoded = Encoded::new(len, code, seed);
        for (shard, at, log_len) in picks {
            let shard = encoded.pick_shard(shard);
            let group = encoded.pick_group(shard, at, log_len);
            let (bytes, proof) = encoded.prove(shard, group);
            prop_assert_eq!(encoded.verify(shard, group, &bytes, &proof), Ok(()));
            prop_assert_eq!(GroupProof::expected_len(&encoded.layout, shard, group), Ok(proof.siblings.len()));
        }
    }

    #[test]
    fn shard_roots_are_those_of_the_naive_tree(len in any_len(1 << 20), code in narrow_code(), seed: u64) {
        let encoded = Encoded::new(len, code, seed);
        for shard in encoded.layout.shard_indices() {
            let naive = naive_root(&encoded.layout, shard, encoded.column(shard));
            prop_assert_eq!(encoded.values(shard).shard_root(), naive);
        }
    }

    #[test]
    fn nothing_else_passes_for_a_group(
        len in any_len(400_000), code in narrow_code(), seed: u64,
        shard: Index, at: Index, log_len in 10u32..=14, other: Index, bit: Index, sibling: Index,
    ) {
        let encoded = Encoded::new(len, code, seed);
        let shard = encoded.pick_shard(shard);
        let group = encoded.pick_group(shard, at, log_len);
        let (bytes, proof) = encoded.prove(shard, group);
        let fails = |bytes: &[u8], proof: &GroupProof| encoded.verify(shard, group, bytes, proof).is_err();

        let mut flipped = bytes.clone();
        let position = bit.index(8 * bytes.len());
        flipped[position / 8] ^= 1 << (position % 8);
        prop_assert!(fails(&flipped, &proof), "a flipped bit");
        prop_assert!(fails(&bytes[..bytes.len() - 1], &proof), "a missing byte");
        prop_assert!(fails(&[&bytes[..], &[0]].concat(), &proof), "a zero more");
        prop_assert!(fails(&[], &proof), "no bytes");

        let zero = ChainingValue([0; 32]);
        prop_assert!(fails(&bytes, &GroupProof { siblings: [&proof.siblings[..], &[zero]].concat() }), "extended");
        prop_assert!(fails(&bytes, &GroupProof { siblings: [&[zero], &proof.siblings[..]].concat() }), "extended");
        if !proof.siblings.is_empty() {
            let position = sibling.index(256 * proof.siblings.len());
            let mut flipped = proof.clone();
            flipped.siblings[position / 256].0[position % 256 / 8] ^= 1 << (position % 8);
            prop_assert!(fails(&bytes, &flipped), "a flipped bit of a sibling");
            prop_assert!(fails(&bytes, &GroupProof { siblings: proof.siblings[1..].to_vec() }), "truncated");
            let end = proof.siblings.len() - 1;
            prop_assert!(fails(&bytes, &GroupProof { siblings: proof.siblings[..end].to_vec() }), "truncated");
            let mut swapped = proof.clone();
            swapped.siblings.swap(0, end);
            prop_assert!(end == 0 || fails(&bytes, &swapped), "swapped siblings");
        }

        let elsewhere = encoded.pick_group(shard, other, log_len);
        if elsewhere != group {
            prop_assert!(encoded.verify(shard, elsewhere, &bytes, &proof).is_err(), "another index");
        }
        for other_shard in encoded.layout.held_shards().filter(|other_shard| *other_shard != shard) {
            prop_assert!(encoded.verify(other_shard, group, &bytes, &proof).is_err(), "another shard");
        }
    }

    #[test]
    fn blocks_are_proven_and_found_when_changed(len in 1025u64..(6 << 20), n in 3u8..=6, seed: u64, bit: Index) {
        let encoded = Encoded::new(len, Code::new(2, n.max(3)).unwrap_or(Code::new(2, 4).unwrap()), seed);
        for shard in encoded.layout.held_shards() {
            for block in (0..encoded.layout.blocks()).map(BlockIndex) {
                let range = encoded.layout.block_range(shard, block);
                let Some(value) = encoded.values(shard).block_value(block) else {
                    prop_assert!(range.is_empty() && encoded.values(shard).prove_block(block).is_err());
                    continue;
                };
                let (group, bytes) = (Group::block(block), encoded.range(shard, range.clone()));
                prop_assert_eq!(group_value(&encoded.layout, shard, group, bytes), Ok(value));
                let proof = encoded.values(shard).prove_block(block).unwrap();
                prop_assert_eq!(encoded.verify(shard, group, bytes, &proof), Ok(()));

                let mut changed = bytes.to_vec();
                changed[bit.index(bytes.len())] ^= 1;
                let chunk = Group::chunk(ChunkIndex(range.start / 1024));
                let refused = encoded.values(shard).prove_group(chunk, &changed);
                let changed_is_found = matches!(refused, Err(TreeError::WrongBlock { .. }));
                prop_assert!(changed_is_found);
            }
        }
    }
}

#[test]
fn what_is_no_group_is_refused() {
    let encoded = Encoded::new(100_000, Code::new(4, 8).unwrap(), 1);
    let shard = ShardIndex(0);
    for (start, len) in [
        (0, 0),
        (0, 512),
        (0, 1536),
        (512, 1024),
        (1024, 2048),
        (0, 2 << 20),
        (u64::MAX, 1024),
    ] {
        assert_eq!(
            Group::new(start, len),
            Err(TreeError::NotAGroup { start, len })
        );
        let group = Group { start, len };
        assert!(encoded
            .verify(shard, group, &[0; 1024], &GroupProof::default())
            .is_err());
        assert!(encoded
            .values(shard)
            .prove_group(group, encoded.column(shard))
            .is_err());
    }
    let far = Group {
        start: u64::MAX - 1023,
        len: 1024,
    };
    for group in [
        far,
        Group::block(BlockIndex(u32::MAX)),
        Group::chunk(ChunkIndex(25)),
    ] {
        assert!(matches!(
            group.range(&encoded.layout, shard),
            Err(TreeError::PastTheEnd { .. })
        ));
        assert!(encoded.values(shard).prove_group(group, &[]).is_err());
    }
    assert!(Group::chunk(ChunkIndex(0))
        .range(&encoded.layout, ShardIndex(8))
        .is_err());
    assert!(Group::chunk(ChunkIndex(u64::MAX))
        .range(&encoded.layout, shard)
        .is_err());
}

#[test]
fn an_empty_shard_has_no_root_and_no_proof() {
    let layout = Layout::new(1500, Code::new(4, 8).unwrap()).unwrap();
    let empty = ShardValues::new(&layout, ShardIndex(3), vec![]).unwrap();
    assert_eq!(
        (empty.shard_root(), empty.cell_values(), empty.units()),
        (None, vec![], &[][..])
    );
    assert_eq!(empty.block_value(BlockIndex(0)), None);
    assert!(empty.prove_block(BlockIndex(0)).is_err());
}

#[test]
fn units_are_hashed_whole_or_not_at_all() {
    let layout = Layout::new(300_000, Code::new(2, 4).unwrap()).unwrap();
    assert_eq!(layout.unit_len(), 4096);
    let shard = ShardIndex(0);
    let mut out = vec![];
    for (unit, len) in [
        (0, 4095),
        (0, 4097),
        (0, 150_001),
        (36, 4095),
        (37, 4096),
        (u32::MAX, 4096),
        (1, 300_000),
    ] {
        let refused = ShardValues::hash_units(&layout, shard, unit, &vec![0; len], &mut out);
        assert!(
            matches!(refused, Err(TreeError::WrongByteLen { .. })),
            "{unit} {len}"
        );
    }
    assert_eq!(
        ShardValues::hash_units(&layout, shard, u32::MAX, &[], &mut out),
        Ok(())
    );
    assert!(out.is_empty());
    assert!(matches!(
        ShardValues::new(&layout, shard, vec![ChainingValue::default(); 36]),
        Err(TreeError::WrongUnitCount {
            expected: 37,
            actual: 36,
            ..
        })
    ));
}

/// Cells over 1 MiB: several units to a cell, the last cell short.
#[test]
fn large_cells_are_proven_like_small_ones() {
    let len = (128 << 20) + 5_000_123;
    let encoded = Encoded::new(len, Code::new(2, 3).unwrap(), 9);
    assert_eq!(
        (encoded.layout.cell_len(), encoded.layout.unit_len()),
        (2 << 20, 1 << 20)
    );
    assert_eq!(
        encoded.table.address().0,
        *blake3::hash(&encoded.blob).as_bytes()
    );
    for shard in encoded.layout.held_shards() {
        let shard_len = encoded.layout.shard_len(shard);
        for log_len in 10..=20 {
            for start in [0, 1 << 20, (3 << 20) + 54_321, shard_len - 1] {
                let group = Group::new(start >> log_len << log_len, 1 << log_len).unwrap();
                let (bytes, proof) = encoded.prove(shard, group);
                assert_eq!(encoded.verify(shard, group, &bytes, &proof), Ok(()));
            }
        }
        let again = hash_column(&encoded.layout, shard, encoded.column(shard), 6);
        assert_eq!(&again, encoded.values(shard));
    }
    let proof = encoded.length_proof();
    let roots = ballast_core::verify_registration(
        &encoded.layout,
        encoded.table.values(),
        &proof,
        encoded.table.address(),
    );
    assert_eq!(roots, Ok(encoded.table.shard_roots()));
}

#[test]
fn proofs_decode_within_their_bound() {
    let proof = GroupProof {
        siblings: vec![ChainingValue([7; 32]); MAX_PROOF_SIBLINGS as usize],
    };
    assert_eq!(
        GroupProof::decode(&mut &proof.encode()[..]),
        Ok(proof.clone())
    );
    assert_eq!(proof.encode().len(), GroupProof::max_encoded_len());
    let long = [Compact(MAX_PROOF_SIBLINGS + 1).encode(), vec![0; 32 * 31]].concat();
    assert!(GroupProof::decode(&mut &long[..]).is_err());
    assert!(GroupProof::decode(&mut &Compact(u32::MAX).encode()[..]).is_err());
    assert!(GroupProof::decode(&mut &proof.encode()[..100]).is_err());
}

#[test]
fn the_deepest_proof_fits_its_bound() {
    let layout = Layout::new(ballast_core::limits::MAX_BLOB_LEN, Code::new(2, 8).unwrap()).unwrap();
    let depth = GroupProof::expected_len(&layout, ShardIndex(7), Group::chunk(ChunkIndex(12_345)));
    assert_eq!(depth, Ok(29));
    const { assert!(29 <= MAX_PROOF_SIBLINGS) };
}
