//! Encodings made for tests, with every column and every proof at hand.

use ballast_core::{
    view::{AssignmentInfo, EncodingInfo, EncodingStatus},
    Address, BlockIndex, CellTable, Code, EncodingId, Fingerprint, GroupProof, Layout, ShardIndex,
    ShardValues, StorageEpoch, WorkerId,
};
use ballast_erasure::{Encoder, Fingerprinter};
use ballast_storage_worker::{
    facts::{Encoding, EncodingFacts, ShardKey, ShardSpec},
    receive::VerifiedBlock,
    store::{Store, StoreLimits, SMALL_SHARD_LEN},
};
use bytes::Bytes;
use std::{path::Path, sync::Arc};

pub const MINE: WorkerId = WorkerId([7; 32]);
pub const OTHER: WorkerId = WorkerId([8; 32]);
pub const SEED: [u8; 32] = [5; 32];

/// Lengths of blobs under the code (2, 3) that make shards of each kind.
pub const SMALL: u64 = 100_000;
pub const ONE_BLOCK: u64 = 400_000;
pub const THREE_BLOCKS: u64 = 5 << 20;

/// A blob and its shards.
pub struct Sample {
    pub id: EncodingId,
    pub layout: Layout,
    pub columns: Vec<Vec<u8>>,
    pub values: Vec<ShardValues>,
    pub table: CellTable,
}

impl Sample {
    pub fn new(id: u64, len: u64) -> Self {
        Self::with_code(id, len, Code::new(2, 3).unwrap())
    }

    pub fn with_code(id: u64, len: u64, code: Code) -> Self {
        Self::encoded(id, len, code, |_| {})
    }

    /// With one byte of some parity shards changed before they were hashed.
    pub fn wrong(id: u64, len: u64, code: Code, shards: &[u8], at: usize) -> Self {
        Self::encoded(id, len, code, |columns| {
            for shard in shards {
                columns[usize::from(*shard)][at] ^= shard + 1;
            }
        })
    }

    fn encoded(id: u64, len: u64, code: Code, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Self {
        let layout = Layout::new(len, code).unwrap();
        let blob = bytes_of(id, len);
        let mut columns = columns(&layout, &blob);
        change(&mut columns);
        let values: Vec<_> = layout
            .shard_indices()
            .map(|shard| values(&layout, shard, &columns))
            .collect();
        let table = CellTable::from_shards(&layout, &values).unwrap();
        assert_eq!(table.address(), Address(*blake3::hash(&blob).as_bytes()));
        Self {
            id: EncodingId(id),
            layout,
            columns,
            values,
            table,
        }
    }

    pub fn key(&self, shard: u8) -> ShardKey {
        ShardKey {
            encoding: self.id,
            shard: ShardIndex(shard),
        }
    }

    pub fn facts(&self) -> EncodingFacts {
        EncodingFacts {
            address: self.table.address(),
            len: self.layout.len(),
            code: self.layout.code(),
            roots: self.table.shard_roots(),
            seed: SEED,
        }
    }

    pub fn encoding(&self) -> Arc<Encoding> {
        Arc::new(Encoding::new(self.id, self.facts()).unwrap())
    }

    pub fn spec(&self, shard: u8) -> ShardSpec {
        ShardSpec::new(self.encoding(), ShardIndex(shard)).unwrap()
    }

    pub fn blocks(&self, shard: u8) -> u32 {
        self.spec(shard).blocks()
    }

    pub fn column(&self, shard: u8) -> &[u8] {
        &self.columns[usize::from(shard)]
    }

    pub fn block_bytes(&self, shard: u8, block: u32) -> Bytes {
        let range = self
            .layout
            .block_range(ShardIndex(shard), BlockIndex(block));
        Bytes::copy_from_slice(&self.column(shard)[range.start as usize..range.end as usize])
    }

    pub fn proof(&self, shard: u8, block: u32) -> GroupProof {
        self.values[usize::from(shard)]
            .prove_block(BlockIndex(block))
            .unwrap()
    }

    pub fn block(&self, shard: u8, block: u32) -> VerifiedBlock {
        let bytes = self.block_bytes(shard, block);
        VerifiedBlock::verify(
            &self.spec(shard),
            BlockIndex(block),
            &self.proof(shard, block),
            bytes,
        )
        .unwrap()
    }

    pub fn fingerprint(&self, shard: u8) -> Fingerprint {
        let mut fingerprinter = Fingerprinter::new(self.encoding().point().clone());
        fingerprinter.update(0, self.column(shard));
        fingerprinter.finish()
    }

    pub fn put(
        &self,
        store: &Store,
        shard: u8,
        block: u32,
    ) -> ballast_storage_worker::store::PutOutcome {
        store
            .put_block(&self.spec(shard), &self.block(shard, block))
            .unwrap()
    }

    pub fn put_all(&self, store: &Store, shard: u8) {
        for block in 0..self.blocks(shard) {
            self.put(store, shard, block);
        }
    }

    /// The encoding as the chain has it, shard `j` with `workers[j]`.
    pub fn info(&self, workers: &[WorkerId]) -> EncodingInfo {
        EncodingInfo {
            id: self.id,
            address: self.table.address(),
            len: self.layout.len(),
            code: self.layout.code(),
            publisher: [1; 32],
            status: EncodingStatus::Placed { at: 1 },
            registered_at: 1,
            lapses_at: Some(1000),
            expires: StorageEpoch(100),
            deposit: 0,
            lease_held: 0,
            roots: self.table.shard_roots(),
            assignments: workers
                .iter()
                .map(|worker| AssignmentInfo {
                    worker: *worker,
                    generation: 4,
                    receipted: false,
                    lost: false,
                    successor: None,
                })
                .collect(),
            seed: Some(SEED),
            reassigned: 0,
        }
    }
}

pub fn open(root: &Path) -> Store {
    Store::open(root, ample()).unwrap().0
}

pub fn ample() -> StoreLimits {
    StoreLimits {
        capacity: 1 << 30,
        reserve: 0,
        small_shard_len: SMALL_SHARD_LEN,
    }
}

/// Everything the store gives back of a held shard.
pub fn read_all(store: &Store, key: ShardKey) -> Vec<u8> {
    let shard = store.held(key).unwrap();
    let blocks =
        (0..shard.spec.blocks()).map(|block| store.read_block(&shard, BlockIndex(block)).unwrap());
    blocks.flat_map(|bytes| bytes.to_vec()).collect()
}

fn bytes_of(seed: u64, len: u64) -> Vec<u8> {
    let mut bytes = vec![0; len as usize];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

fn columns(layout: &Layout, blob: &[u8]) -> Vec<Vec<u8>> {
    let coded_len = layout.coded_shard_len() as usize;
    let data: Vec<Vec<u8>> = layout
        .shard_indices()
        .filter(|shard| layout.is_data_shard(*shard))
        .map(|shard| {
            let runs = layout.segments(shard, 0..layout.shard_len(shard));
            let mut column: Vec<u8> = runs
                .flat_map(|run| {
                    blob[run.blob_offset as usize..(run.blob_offset + run.len) as usize].to_vec()
                })
                .collect();
            column.resize(coded_len, 0);
            column
        })
        .collect();
    let parity_shards = usize::from(layout.code().parity_shards());
    let mut parity = vec![vec![0; coded_len]; parity_shards];
    let padded: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut out: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    Encoder::new(layout.code())
        .encode(&padded, &mut out)
        .unwrap();
    let mut columns = [data, parity].concat();
    for (shard, column) in layout.shard_indices().zip(&mut columns) {
        column.truncate(layout.shard_len(shard) as usize);
    }
    columns
}

fn values(layout: &Layout, shard: ShardIndex, columns: &[Vec<u8>]) -> ShardValues {
    let mut units = Vec::new();
    ShardValues::hash_units(layout, shard, 0, &columns[usize::from(shard.0)], &mut units).unwrap();
    ShardValues::new(layout, shard, units).unwrap()
}
