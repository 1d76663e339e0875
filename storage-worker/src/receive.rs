//! Turns bytes from the network into blocks and tables that are known to be the encoding's, and rebuilt bytes into
//! blocks that are known once their shard is whole.
//!
//! Goals: a [`VerifiedBlock`], [`RebuiltBlock`] or [`VerifiedTable`] cannot be made in any other way, and the store takes
//! nothing else.
//! Non-goals: whether this worker is to hold the shard at all (module `assign`), and writing (module `store`).

use crate::facts::{Encoding, EncodingFacts, ShardKey, ShardSpec};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, table::CellTable, tree, BlockIndex, ChainingValue, EncodingId,
    Fingerprint, Group, GroupProof, ShardValues,
};
use ballast_erasure::Fingerprinter;
use bytes::Bytes;
use std::{ops::Deref, sync::Arc};

/// A column block whose bytes hash to the shard root that the chain holds.
#[derive(Clone, Debug)]
pub struct VerifiedBlock(HashedBlock);

/// A column block that was computed from other shards. Nothing proves it alone: the store compares the root once all
/// blocks of the shard are here.
#[derive(Clone, Debug)]
pub struct RebuiltBlock(HashedBlock);

/// A column block with what is stored about it.
#[derive(Clone, Debug)]
pub struct HashedBlock {
    key: ShardKey,
    index: BlockIndex,
    offset: u64,
    bytes: Bytes,
    values: Vec<ChainingValue>,
    fingerprint: Fingerprint,
}

/// A cell table whose values merge to the address and the shard roots that the chain holds.
#[derive(Clone, Debug)]
pub struct VerifiedTable {
    encoding: Arc<Encoding>,
    bytes: Bytes,
}

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The block index is past the shard's last.
    #[error("shard {key} has {blocks} column blocks with bytes, there is no block {block}")]
    NoSuchBlock {
        /// The shard.
        key: ShardKey,
        /// The block asked for.
        block: BlockIndex,
        /// Blocks of the shard.
        blocks: u32,
    },
    /// The body has another length.
    #[error("{what} must have {expected} bytes, got {actual}")]
    Length {
        /// The block or the table.
        what: String,
        /// Bytes it has.
        expected: u64,
        /// Bytes received.
        actual: u64,
    },
    /// The bytes or their proof are wrong.
    #[error("block {block} of shard {key} does not hash to the chain's shard root: {source}; send the right bytes and proof")]
    Mismatch {
        /// The shard.
        key: ShardKey,
        /// The block.
        block: BlockIndex,
        /// What the tree says.
        source: tree::TreeError,
    },
    /// The table is another encoding's, or damaged.
    #[error("the cell table does not merge to the address and shard roots the chain holds for encoding {encoding}")]
    WrongTable {
        /// The encoding.
        encoding: EncodingId,
    },
}

impl VerifiedBlock {
    /// Checks `bytes` as block `index` of the shard against its root.
    pub fn verify(
        spec: &ShardSpec,
        index: BlockIndex,
        proof: &GroupProof,
        bytes: Bytes,
    ) -> Result<Self, ReceiveError> {
        let key = spec.key;
        check_block(spec, index, &bytes)?;
        let value = tree::proven_value(
            spec.layout(),
            key.shard,
            Group::block(index),
            &bytes,
            proof,
            &spec.root,
        )
        .map_err(|source| ReceiveError::Mismatch {
            key,
            block: index,
            source,
        })?;
        // Where a block is one unit, its value is known now; smaller units are hashed.
        let values = (spec.layout().unit_len() == COLUMN_BLOCK_LEN).then(|| vec![value]);
        HashedBlock::new(spec, index, bytes, values).map(Self)
    }
}

impl RebuiltBlock {
    /// Hashes `bytes` as block `index` of the shard.
    pub fn hash(spec: &ShardSpec, index: BlockIndex, bytes: Bytes) -> Result<Self, ReceiveError> {
        check_block(spec, index, &bytes)?;
        HashedBlock::new(spec, index, bytes, None).map(Self)
    }
}

impl Deref for VerifiedBlock {
    type Target = HashedBlock;

    fn deref(&self) -> &HashedBlock {
        &self.0
    }
}

impl Deref for RebuiltBlock {
    type Target = HashedBlock;

    fn deref(&self) -> &HashedBlock {
        &self.0
    }
}

impl HashedBlock {
    /// A block whose units have these values, or are hashed.
    fn new(
        spec: &ShardSpec,
        index: BlockIndex,
        bytes: Bytes,
        values: Option<Vec<ChainingValue>>,
    ) -> Result<Self, ReceiveError> {
        let (key, offset) = (spec.key, spec.block_range(index).start);
        let values = values.map_or_else(|| unit_values(spec, index, &bytes), Ok);
        let values = values.map_err(|source| ReceiveError::Mismatch {
            key,
            block: index,
            source,
        })?;
        let fingerprint = block_fingerprint(spec, offset, &bytes);
        Ok(Self {
            key,
            index,
            offset,
            bytes,
            values,
            fingerprint,
        })
    }

    /// The shard it belongs to.
    pub fn key(&self) -> ShardKey {
        self.key
    }

    /// Its index.
    pub fn index(&self) -> BlockIndex {
        self.index
    }

    /// Column offset of its first byte.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Its bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Values of its units.
    pub fn values(&self) -> &[ChainingValue] {
        &self.values
    }

    /// What it adds to the shard's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl VerifiedTable {
    /// Checks raw 32-byte values as the cell table of an encoding.
    pub fn verify(encoding: Arc<Encoding>, bytes: Bytes) -> Result<Self, ReceiveError> {
        let wrong = || ReceiveError::WrongTable {
            encoding: encoding.id(),
        };
        let layout = encoding.layout();
        let expected = ChainingValue::LEN as u64 * layout.table_len() as u64;
        check_len(
            || format!("the cell table of encoding {}", encoding.id()),
            expected,
            bytes.len(),
        )?;
        let table = CellTable::new(*layout, parse_values(&bytes)).map_err(|_| wrong())?;
        let facts = encoding.facts();
        if table.address() != facts.address || table.shard_roots() != facts.roots {
            return Err(wrong());
        }
        Ok(Self { encoding, bytes })
    }

    /// The encoding it belongs to.
    pub fn encoding(&self) -> EncodingId {
        self.encoding.id()
    }

    /// The facts it was checked against.
    pub fn facts(&self) -> &EncodingFacts {
        self.encoding.facts()
    }

    /// The raw values.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// Values of the units of a block.
pub fn unit_values(
    spec: &ShardSpec,
    block: BlockIndex,
    bytes: &[u8],
) -> Result<Vec<ChainingValue>, tree::TreeError> {
    let first_unit = (spec.block_range(block).start / spec.layout().unit_len()) as u32;
    let mut values = Vec::new();
    ShardValues::hash_units(
        spec.layout(),
        spec.key.shard,
        first_unit,
        bytes,
        &mut values,
    )?;
    Ok(values)
}

/// What column bytes at `offset` add to the fingerprint of their shard. Fingerprints are linear: that of the shard is
/// the sum of those of its blocks.
pub fn block_fingerprint(spec: &ShardSpec, offset: u64, bytes: &[u8]) -> Fingerprint {
    let mut fingerprinter = Fingerprinter::new(spec.encoding.point().clone());
    fingerprinter.update(offset, bytes);
    fingerprinter.finish()
}

/// Checks that there is such a block, and that it has as many bytes.
fn check_block(spec: &ShardSpec, index: BlockIndex, bytes: &[u8]) -> Result<(), ReceiveError> {
    let (key, range) = (spec.key, spec.block_range(index));
    if range.is_empty() {
        return Err(ReceiveError::NoSuchBlock {
            key,
            block: index,
            blocks: spec.blocks(),
        });
    }
    check_len(
        || format!("block {index} of shard {key}"),
        range.end - range.start,
        bytes.len(),
    )
}

fn check_len(what: impl Fn() -> String, expected: u64, actual: usize) -> Result<(), ReceiveError> {
    let actual = actual as u64;
    if actual == expected {
        return Ok(());
    }
    Err(ReceiveError::Length {
        what: what(),
        expected,
        actual,
    })
}

fn parse_values(bytes: &[u8]) -> Vec<ChainingValue> {
    let (values, _) = bytes.as_chunks::<32>();
    values.iter().copied().map(ChainingValue).collect()
}
