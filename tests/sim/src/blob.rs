//! A blob as its publisher sees it, and the truth that the oracle compares everything with.
//!
//! All of it is made by the functions that publishers and workers use: `Layout`, `Encoder`, `ShardValues`, `CellTable`.

use ballast_core::{
    receipt::fingerprint_point, Address, CellTable, ChainingValue, Code, Fingerprint, Layout,
    LengthProof, ShardIndex, ShardValues,
};
use ballast_erasure::{Decoder, Encoder, Fingerprinter, Point};

/// A blob, its columns, zero-padded for the code, and its cell table.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Where its bytes lie.
    pub layout: Layout,
    /// What every shard holds, with padding.
    pub columns: Vec<Vec<u8>>,
    /// Its cell values.
    pub table: CellTable,
    /// Binds its length.
    pub length_proof: LengthProof,
    /// Its address.
    pub address: Address,
    /// Shards whose column is not what the code says.
    pub wrong: Option<ShardIndex>,
}

impl Blob {
    /// A rightly encoded blob.
    pub fn new(bytes: &[u8], code: Code) -> Self {
        let layout = Layout::new(bytes.len() as u64, code)
            .expect("the scenario chooses lengths above a chunk");
        let columns = encode(bytes, &layout);
        Self::with_columns(bytes, layout, columns, None)
    }

    /// The same blob with one byte of a parity shard changed before it was hashed: garbage that registers well.
    pub fn with_wrong_parity(bytes: &[u8], code: Code, shard: ShardIndex, at: usize) -> Self {
        let right = Self::new(bytes, code);
        let mut columns = right.columns;
        if let Some(byte) = columns
            .get_mut(usize::from(shard.0))
            .and_then(|column| column.get_mut(at))
        {
            *byte ^= 0x55;
        }
        Self::with_columns(bytes, right.layout, columns, Some(shard))
    }

    fn with_columns(
        bytes: &[u8],
        layout: Layout,
        columns: Vec<Vec<u8>>,
        wrong: Option<ShardIndex>,
    ) -> Self {
        let values: Vec<ShardValues> = layout
            .shard_indices()
            .map(|shard| shard_values(&layout, shard, bytes_of(&layout, &columns, shard)))
            .collect();
        let table =
            CellTable::from_shards(&layout, &values).expect("every shard's values are given");
        let (_, last) = layout.last_data_cell();
        let column = bytes_of(&layout, &columns, last);
        let last_block = column.chunks(1 << 20).last().unwrap_or_default();
        let length_proof = LengthProof::new(&values[usize::from(last.0)], last_block)
            .expect("values and block are of one shard");
        Self {
            layout,
            columns,
            table,
            length_proof,
            address: Address(*blake3::hash(bytes).as_bytes()),
            wrong,
        }
    }

    /// The bytes of a shard, without padding.
    pub fn shard(&self, shard: ShardIndex) -> &[u8] {
        bytes_of(&self.layout, &self.columns, shard)
    }

    /// The fingerprint of every shard that fits the others on the code: those of wrong shards are not among them.
    pub fn code_fingerprints(
        &self,
        seed: &[u8; 32],
        roots: &[Option<ChainingValue>],
    ) -> Vec<Fingerprint> {
        let point = Point::new(fingerprint_point(seed, roots));
        let code = self.layout.code();
        let data: Vec<ShardIndex> = (0..code.data_shards()).map(ShardIndex).collect();
        let known: Vec<Fingerprint> = data
            .iter()
            .map(|shard| fingerprint(&point, &self.columns[usize::from(shard.0)]))
            .collect();
        let all: Vec<ShardIndex> = self.layout.shard_indices().collect();
        let inputs: Vec<&[u8]> = known.iter().map(|known| known.0.as_slice()).collect();
        let mut fingerprints = vec![Fingerprint::default(); all.len()];
        let mut outputs: Vec<&mut [u8]> = fingerprints
            .iter_mut()
            .map(|one| one.0.as_mut_slice())
            .collect();
        Decoder::new(code, &data)
            .expect("the data shards are k distinct ones")
            .rebuild(&inputs, &all, &mut outputs)
            .expect("fingerprints all have 16 bytes");
        fingerprints
    }
}

/// The fingerprint of a column.
pub fn fingerprint(point: &Point, column: &[u8]) -> Fingerprint {
    let mut fingerprinter = Fingerprinter::new(point.clone());
    fingerprinter.update(0, column);
    fingerprinter.finish()
}

/// Values of a shard's tree, from its bytes.
pub fn shard_values(layout: &Layout, shard: ShardIndex, bytes: &[u8]) -> ShardValues {
    let mut units = Vec::new();
    ShardValues::hash_units(layout, shard, 0, bytes, &mut units)
        .expect("the bytes are the whole shard");
    ShardValues::new(layout, shard, units).expect("every unit was hashed")
}

/// A blob out of k or more columns, padded; `None` if there are too few.
pub fn decode(layout: &Layout, columns: &[(ShardIndex, Vec<u8>)]) -> Option<Vec<u8>> {
    let code = layout.code();
    let columns = columns.get(..usize::from(code.data_shards()))?;
    let data: Vec<ShardIndex> = (0..code.data_shards()).map(ShardIndex).collect();
    let decoded = rebuild(layout, columns, &data)?;
    let mut bytes = vec![0; layout.len() as usize];
    for (shard, column) in data.iter().zip(&decoded) {
        for segment in layout.segments(*shard, 0..layout.shard_len(*shard)) {
            let (to, from) = (segment.blob_offset as usize, segment.column_offset as usize);
            let run = segment.len as usize;
            bytes[to..to + run].copy_from_slice(&column[from..from + run]);
        }
    }
    Some(bytes)
}

/// Columns out of exactly k others.
pub fn rebuild(
    layout: &Layout,
    columns: &[(ShardIndex, Vec<u8>)],
    wanted: &[ShardIndex],
) -> Option<Vec<Vec<u8>>> {
    let present: Vec<ShardIndex> = columns.iter().map(|(shard, _)| *shard).collect();
    let inputs: Vec<&[u8]> = columns
        .iter()
        .map(|(_, column)| column.as_slice())
        .collect();
    let mut made = vec![vec![0; layout.coded_shard_len() as usize]; wanted.len()];
    let mut outputs: Vec<&mut [u8]> = made.iter_mut().map(Vec::as_mut_slice).collect();
    let decoder = Decoder::new(layout.code(), &present).ok()?;
    decoder.rebuild(&inputs, wanted, &mut outputs).ok()?;
    Some(made)
}

/// A column as the code sees it.
pub fn padded(layout: &Layout, bytes: &[u8]) -> Vec<u8> {
    let mut column = bytes.to_vec();
    column.resize(layout.coded_shard_len() as usize, 0);
    column
}

fn bytes_of<'a>(layout: &Layout, columns: &'a [Vec<u8>], shard: ShardIndex) -> &'a [u8] {
    columns
        .get(usize::from(shard.0))
        .and_then(|column| column.get(..layout.shard_len(shard) as usize))
        .unwrap_or_default()
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
    Encoder::new(code)
        .encode(&data, &mut parity)
        .expect("columns of the code, all of one length");
    columns
}
