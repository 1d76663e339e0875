//! Small blobs with everything a publisher and a worker would compute from them.

use ballast_core::{
    receipt::fingerprint_point, view::EncodingInfo, Address, CellTable, ChunkIndex, Code,
    Fingerprint, Group, GroupProof, Layout, LengthProof, ShardIndex, ShardValues,
};
use ballast_erasure::{
    fingerprint::{Fingerprinter, Point},
    Encoder,
};

/// A blob, its columns (zero-padded for the code) and its cell table.
pub(crate) struct TestBlob {
    pub bytes: Vec<u8>,
    pub layout: Layout,
    pub columns: Vec<Vec<u8>>,
    pub table: CellTable,
    pub length_proof: LengthProof,
}

impl TestBlob {
    /// A blob whose content follows from its length.
    pub fn new(len: usize, code: Code) -> Self {
        Self::varied(len, code, 0)
    }

    /// One of several blobs of a length.
    pub fn varied(len: usize, code: Code, variant: u64) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(&(len as u64).to_le_bytes())
            .update(&variant.to_le_bytes());
        let mut bytes = vec![0; len];
        hasher.finalize_xof().fill(&mut bytes);
        Self::of(bytes, code)
    }

    pub fn of(bytes: Vec<u8>, code: Code) -> Self {
        let layout = Layout::new(bytes.len() as u64, code).unwrap();
        let columns = encode(&bytes, &layout);
        Self::with_columns(bytes, layout, columns)
    }

    /// The same blob with one byte of a parity shard changed before it was hashed: garbage that registers well.
    pub fn with_wrong_parity(&self, shard: u8) -> Self {
        assert!(!self.layout.is_data_shard(ShardIndex(shard)));
        let mut columns = self.columns.clone();
        columns[usize::from(shard)][7] ^= 1;
        Self::with_columns(self.bytes.clone(), self.layout, columns)
    }

    fn with_columns(bytes: Vec<u8>, layout: Layout, columns: Vec<Vec<u8>>) -> Self {
        let values: Vec<ShardValues> = layout
            .shard_indices()
            .map(|shard| shard_values(&layout, shard, &columns[usize::from(shard.0)]))
            .collect();
        let table = CellTable::from_shards(&layout, &values).unwrap();
        let (_, last) = layout.last_data_cell();
        let column = &columns[usize::from(last.0)][..layout.shard_len(last) as usize];
        let last_block = column.chunks(1 << 20).last().unwrap();
        let length_proof = LengthProof::new(&values[usize::from(last.0)], last_block).unwrap();
        Self {
            bytes,
            layout,
            columns,
            table,
            length_proof,
        }
    }

    pub fn address(&self) -> Address {
        Address(*blake3::hash(&self.bytes).as_bytes())
    }

    /// A chunk of a shard and its path to the shard root.
    #[allow(dead_code)]
    pub fn prove(&self, shard: ShardIndex, chunk: ChunkIndex) -> (Vec<u8>, GroupProof) {
        let layout = &self.layout;
        let column = &self.columns[usize::from(shard.0)][..layout.shard_len(shard) as usize];
        let bytes = |range: std::ops::Range<u64>| &column[range.start as usize..range.end as usize];
        let group = Group::chunk(chunk);
        let block = bytes(layout.block_range(shard, group.block_index().unwrap()));
        let values = shard_values(layout, shard, column);
        let chunk = bytes(group.range(layout, shard).unwrap()).to_vec();
        (chunk, values.prove_group(group, block).unwrap())
    }

    /// What an honest worker computes for a shard.
    pub fn fingerprint(&self, info: &EncodingInfo, shard: ShardIndex) -> Fingerprint {
        let point = fingerprint_point(&info.seed.unwrap(), &info.roots);
        let mut fingerprinter = Fingerprinter::new(Point::new(point));
        fingerprinter.update(0, &self.columns[usize::from(shard.0)]);
        fingerprinter.finish()
    }
}

fn encode(bytes: &[u8], layout: &Layout) -> Vec<Vec<u8>> {
    let code = layout.code();
    let len = layout.coded_shard_len() as usize;
    let mut columns = vec![vec![0; len]; usize::from(code.total_shards())];
    for shard in (0..code.data_shards()).map(ShardIndex) {
        for segment in layout.segments(shard, 0..layout.shard_len(shard)) {
            let (from, to) = (segment.blob_offset as usize, segment.column_offset as usize);
            let run = segment.len as usize;
            columns[usize::from(shard.0)][to..to + run].copy_from_slice(&bytes[from..from + run]);
        }
    }
    let (data, parity) = columns.split_at_mut(usize::from(code.data_shards()));
    let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
    let mut parity: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
    Encoder::new(code).encode(&data, &mut parity).unwrap();
    columns
}

fn shard_values(layout: &Layout, shard: ShardIndex, column: &[u8]) -> ShardValues {
    let mut units = Vec::new();
    let bytes = &column[..layout.shard_len(shard) as usize];
    ShardValues::hash_units(layout, shard, 0, bytes, &mut units).unwrap();
    ShardValues::new(layout, shard, units).unwrap()
}
