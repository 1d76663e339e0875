//! A blob with all its columns, laid out from the definition rather than by the code under test.

use ballast_core::{CellTable, ChainingValue, Code, Layout, LengthProof, ShardIndex, ShardValues};
use blake3::hazmat::{merge_subtrees_non_root, HasherExt, Mode};
use proptest::{prelude::*, test_runner::FileFailurePersistence};

pub struct Encoded {
    pub blob: Vec<u8>,
    pub layout: Layout,
    pub columns: Vec<Vec<u8>>,
    pub shards: Vec<ShardValues>,
    pub table: CellTable,
}

impl Encoded {
    pub fn new(len: u64, code: Code, seed: u64) -> Self {
        let blob = bytes(len, seed);
        let layout = Layout::new(len, code).unwrap();
        let columns = columns(&layout, &blob, seed);
        let shards: Vec<_> = layout
            .shard_indices()
            .zip(&columns)
            .map(|(shard, column)| hash_column(&layout, shard, column, seed))
            .collect();
        let table = CellTable::from_shards(&layout, &shards).unwrap();
        Self {
            blob,
            layout,
            columns,
            shards,
            table,
        }
    }

    pub fn column(&self, shard: ShardIndex) -> &[u8] {
        &self.columns[usize::from(shard.0)]
    }

    pub fn values(&self, shard: ShardIndex) -> &ShardValues {
        &self.shards[usize::from(shard.0)]
    }

    pub fn range(&self, shard: ShardIndex, range: std::ops::Range<u64>) -> &[u8] {
        &self.column(shard)[range.start as usize..range.end as usize]
    }

    pub fn length_proof(&self) -> LengthProof {
        let (_, shard) = self.layout.last_data_cell();
        let last_block = self.column(shard).chunks(1 << 20).next_back().unwrap();
        LengthProof::new(self.values(shard), last_block).unwrap()
    }
}

/// Data columns cut from the blob, parity columns of arbitrary bytes: this crate does not know the code.
fn columns(layout: &Layout, blob: &[u8], seed: u64) -> Vec<Vec<u8>> {
    let k = u64::from(layout.code().data_shards());
    let cell = |stripe: u64, column: u64| {
        let last = stripe + 1 == u64::from(layout.stripes());
        let cell_len = if last {
            layout.last_cell_len()
        } else {
            layout.cell_len()
        };
        let start = (stripe * k * layout.cell_len() + column * cell_len).min(layout.len());
        &blob[start as usize..(start + cell_len).min(layout.len()) as usize]
    };
    let stripes = u64::from(layout.stripes());
    let data = (0..k).map(|column| {
        (0..stripes)
            .flat_map(|stripe| cell(stripe, column))
            .copied()
            .collect()
    });
    let parity_len = (stripes - 1) * layout.cell_len() + layout.last_cell_len();
    let parity = (k..layout.code().total_shards().into())
        .map(|column| bytes(parity_len, seed ^ (column << 32)));
    data.chain(parity).collect()
}

/// Hashes a column in pieces of a few units, as a client does.
pub fn hash_column(layout: &Layout, shard: ShardIndex, column: &[u8], seed: u64) -> ShardValues {
    let units_at_once = 1 + (seed % 7) as u32;
    let piece_len = layout.unit_len() as usize * units_at_once as usize;
    let mut values = Vec::new();
    for (piece, unit) in column
        .chunks(piece_len)
        .zip((0..).step_by(units_at_once as usize))
    {
        ShardValues::hash_units(layout, shard, unit, piece, &mut values).unwrap();
    }
    ShardValues::new(layout, shard, values).unwrap()
}

/// The root of a column, chunk by chunk, straight from the definition.
pub fn naive_root(layout: &Layout, shard: ShardIndex, column: &[u8]) -> Option<ChainingValue> {
    (!column.is_empty()).then(|| ChainingValue(naive_node(layout, shard, 0, column)))
}

fn naive_node(layout: &Layout, shard: ShardIndex, start: u64, bytes: &[u8]) -> [u8; 32] {
    if bytes.len() <= 1024 {
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(naive_offset(layout, shard, start));
        return hasher.update(bytes).finalize_non_root();
    }
    let mut left_len = 1024;
    while 2 * left_len < bytes.len() {
        left_len *= 2;
    }
    let left = naive_node(layout, shard, start, &bytes[..left_len]);
    let right = naive_node(layout, shard, start + left_len as u64, &bytes[left_len..]);
    merge_subtrees_non_root(&left, &right, Mode::Hash)
}

fn naive_offset(layout: &Layout, shard: ShardIndex, start: u64) -> u64 {
    let (p, k) = (layout.cell_len(), u64::from(layout.code().data_shards()));
    let (stripe, in_cell) = (start / p, start % p);
    let last = stripe + 1 == u64::from(layout.stripes());
    let cell_len = if last { layout.last_cell_len() } else { p };
    if u64::from(shard.0) < k {
        stripe * k * p + u64::from(shard.0) * cell_len + in_cell
    } else {
        in_cell
    }
}

/// Fast arbitrary bytes (xorshift).
pub fn bytes(len: u64, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut out = Vec::with_capacity(len as usize + 8);
    while out.len() < len as usize {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out.truncate(len as usize);
    out
}

/// The input of BLAKE3's own test vectors.
pub fn vector_input(len: u64) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

pub fn any_code() -> impl Strategy<Value = Code> {
    (1u32..=6, any::<u8>()).prop_map(|(log_k, n)| {
        let k = 1u8 << log_k;
        let (least, greatest) = (u32::from(k) * 3 / 2, (u32::from(k) * 4).min(255));
        let n = least + u32::from(n) % (greatest - least + 1);
        Code::new(k, n as u8).unwrap()
    })
}

/// Codes with few shards, for tests that hash every byte of every column in a debug build.
pub fn narrow_code() -> impl Strategy<Value = Code> {
    any_code().prop_filter("few shards", |code| code.total_shards() <= 24)
}

/// Lengths at and next to the chunk, stripe and cell size boundaries of a code, and any between.
pub fn any_len(max: u64) -> impl Strategy<Value = u64> {
    let near_power = (10u32..=41, 0u64..=64, -2i64..=2).prop_map(|(log, extra, delta)| {
        ((1u64 << log) + extra * 1024).saturating_add_signed(delta)
    });
    prop_oneof![3 => 1025..=max, 2 => near_power.prop_map(move |len| len.clamp(1025, max))]
}

pub fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}
