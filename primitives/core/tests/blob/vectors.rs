//! The vectors in tests/vectors: BLAKE3's own inputs, and layouts computed by an independent program.
//!
//! `python3 tests/vectors/generate.py` writes the files again. They change only with the protocol.

use crate::common::{hash_column, vector_input};
use ballast_core::{
    tree::verify_group, Address, CellTable, ChainingValue, ChunkIndex, Code, Group, GroupProof,
    Layout, LengthProof, ShardIndex,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct HashVector {
    len: u64,
    hash: Address,
}

#[derive(Deserialize)]
struct LayoutVector {
    len: u64,
    code: Code,
    cell_len: u64,
    stripes: u32,
    last_cell_len: u64,
    table_len: usize,
    stored_len: u64,
    address: Address,
    data_shard_roots: Vec<Option<ChainingValue>>,
    parity_shard_root: ChainingValue,
    length_proof_siblings: Vec<ChainingValue>,
    chunk_proof: ChunkProofVector,
}

#[derive(Deserialize)]
struct ChunkProofVector {
    shard: ShardIndex,
    chunk: ChunkIndex,
    siblings: Vec<ChainingValue>,
}

/// What a failed comparison says: these files do not come from the code under test.
const OTHER: &str = "the code differs from what python3 tests/vectors/generate.py computes";

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let path = format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn blake3s_own_vectors_hold_for_the_address_under_every_k() {
    for vector in read::<HashVector>("blake3.json") {
        let blob = vector_input(vector.len);
        let hash = Address(*blake3::hash(&blob).as_bytes());
        assert_eq!(hash, vector.hash, "{OTHER}");
        for k in [2, 4, 8, 16, 32, 64] {
            let Ok(layout) = Layout::new(vector.len, Code::new(k, 2 * k).unwrap()) else {
                assert!(vector.len <= 1024);
                continue;
            };
            assert_eq!(
                address_of(&layout, &blob),
                vector.hash,
                "{} bytes, k = {k}: {OTHER}",
                vector.len
            );
        }
    }
}

/// The address from the data cells alone; parity values are left at zero.
fn address_of(layout: &Layout, blob: &[u8]) -> Address {
    let mut values = vec![ChainingValue::default(); layout.table_len()];
    for shard in (0..layout.code().data_shards()).map(ShardIndex) {
        let cells = hash_column(layout, shard, &column(layout, shard, blob), 2).cell_values();
        for (stripe, value) in layout.stripe_indices().zip(cells) {
            values[layout.table_index(stripe, shard).unwrap()] = value;
        }
    }
    CellTable::new(*layout, values).unwrap().address()
}

fn column(layout: &Layout, shard: ShardIndex, blob: &[u8]) -> Vec<u8> {
    layout
        .segments(shard, 0..u64::MAX)
        .flat_map(|segment| &blob[segment.blob_offset as usize..][..segment.len as usize])
        .copied()
        .collect()
}

#[test]
fn layouts_and_proofs_are_those_of_the_vectors() {
    for vector in read::<LayoutVector>("layout.json") {
        let blob = vector_input(vector.len);
        let layout = Layout::new(vector.len, vector.code).unwrap();
        assert_eq!(
            (layout.cell_len(), layout.stripes(), layout.last_cell_len()),
            (vector.cell_len, vector.stripes, vector.last_cell_len),
            "{OTHER}"
        );
        assert_eq!(
            (layout.table_len(), layout.stored_len()),
            (vector.table_len, vector.stored_len),
            "{OTHER}"
        );
        assert_eq!(address_of(&layout, &blob), vector.address, "{OTHER}");
        let data_shards = (0..vector.code.data_shards()).map(ShardIndex);
        let columns: Vec<_> = data_shards
            .map(|shard| column(&layout, shard, &blob))
            .collect();
        let values: Vec<_> = layout
            .shard_indices()
            .zip(&columns)
            .map(|(shard, bytes)| hash_column(&layout, shard, bytes, 3))
            .collect();
        let roots: Vec<_> = values.iter().map(|values| values.shard_root()).collect();
        assert_eq!(roots, vector.data_shard_roots, "{OTHER}");

        // Arbitrary bytes, i % 241: the vectors of the code itself are the erasure crate's.
        let parity: Vec<u8> = (0..layout.coded_shard_len())
            .map(|i| (i % 241) as u8)
            .collect();
        let parity_shard = ShardIndex(vector.code.total_shards() - 1);
        let parity_root = hash_column(&layout, parity_shard, &parity, 4).shard_root();
        assert_eq!(parity_root, Some(vector.parity_shard_root), "{OTHER}");

        let (_, last_shard) = layout.last_data_cell();
        let last = usize::from(last_shard.0);
        let proof = LengthProof::new(
            &values[last],
            columns[last].chunks(1 << 20).next_back().unwrap(),
        )
        .unwrap();
        assert_eq!(proof.siblings, vector.length_proof_siblings, "{OTHER}");

        let ChunkProofVector {
            shard,
            chunk,
            siblings,
        } = vector.chunk_proof;
        let (group, proof) = (Group::chunk(chunk), GroupProof { siblings });
        let column = &columns[usize::from(shard.0)];
        let range = group.range(&layout, shard).unwrap();
        let bytes = &column[range.start as usize..range.end as usize];
        let root = vector.data_shard_roots[usize::from(shard.0)].unwrap();
        assert_eq!(
            verify_group(&layout, shard, group, bytes, &proof, &root),
            Ok(())
        );
        let block = column
            .chunks(1 << 20)
            .nth((range.start >> 20) as usize)
            .unwrap();
        assert_eq!(
            values[usize::from(shard.0)].prove_group(group, block),
            Ok(proof)
        );
    }
}
