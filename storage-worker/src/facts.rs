//! What a worker must know of an encoding to receive and serve its shards, once the chain has said it.
//! All of it is fixed when the encoding is placed, so it is kept on disk and held shards are served without the chain.

use ballast_core::{
    receipt::fingerprint_point, view::EncodingInfo, Address, BlockIndex, ChainingValue, Code,
    EncodingId, Layout, LayoutError, ShardIndex,
};
use ballast_erasure::Point;
use codec::{Decode, Encode};
use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

/// One shard of one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct ShardKey {
    /// The encoding.
    pub encoding: EncodingId,
    /// The shard of it.
    pub shard: ShardIndex,
}

impl fmt::Display for ShardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.encoding, self.shard)
    }
}

/// The unchanging facts of a placed encoding.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct EncodingFacts {
    /// Address of the blob.
    pub address: Address,
    /// Length of the blob.
    pub len: u64,
    /// Its code.
    pub code: Code,
    /// Shard roots, `None` for an empty shard.
    pub roots: Vec<Option<ChainingValue>>,
    /// Placement randomness.
    pub seed: [u8; 32],
}

impl EncodingFacts {
    /// The facts in a chain answer; `None` before the encoding is placed.
    pub fn of(info: &EncodingInfo) -> Option<Self> {
        Some(Self {
            address: info.address,
            len: info.len,
            code: info.code,
            roots: info.roots.clone(),
            seed: info.seed?,
        })
    }
}

/// An encoding's facts with what follows from them.
#[derive(Debug)]
pub struct Encoding {
    id: EncodingId,
    facts: EncodingFacts,
    layout: Layout,
    /// 64 KiB of tables, made when the first block arrives.
    point: OnceLock<Point>,
}

impl Encoding {
    /// The encoding with this number and these facts.
    pub fn new(id: EncodingId, facts: EncodingFacts) -> Result<Self, SpecError> {
        let layout = Layout::new(facts.len, facts.code).map_err(|source| SpecError::Layout {
            encoding: id,
            source,
        })?;
        Ok(Self {
            id,
            facts,
            layout,
            point: OnceLock::new(),
        })
    }

    /// Its number.
    pub fn id(&self) -> EncodingId {
        self.id
    }

    /// Its facts.
    pub fn facts(&self) -> &EncodingFacts {
        &self.facts
    }

    /// Its layout.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The point at which its fingerprints are taken.
    pub fn point(&self) -> &Point {
        self.point
            .get_or_init(|| Point::new(fingerprint_point(&self.facts.seed, &self.facts.roots)))
    }
}

/// Why there is no such shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// The index is past the last shard.
    #[error("shard {key} does not exist: the encoding has {total} shards, numbered from 0")]
    NoSuchShard {
        /// The shard asked for.
        key: ShardKey,
        /// Shards of the encoding.
        total: u8,
    },
    /// The column has no cell.
    #[error("shard {key} is empty: nobody stores it, it counts as zeros")]
    Empty {
        /// The shard asked for.
        key: ShardKey,
    },
    /// The chain's answer makes no layout.
    #[error("the chain's record of encoding {encoding} has no layout: {source}")]
    Layout {
        /// The encoding.
        encoding: EncodingId,
        /// Why.
        source: LayoutError,
    },
}

/// What one shard must be: where its blocks lie and which root they hash to.
#[derive(Clone, Debug)]
pub struct ShardSpec {
    /// The shard.
    pub key: ShardKey,
    /// Its encoding.
    pub encoding: Arc<Encoding>,
    /// The shard's root.
    pub root: ChainingValue,
}

impl ShardSpec {
    /// The spec of a shard of `encoding`.
    pub fn new(encoding: Arc<Encoding>, shard: ShardIndex) -> Result<Self, SpecError> {
        let key = ShardKey {
            encoding: encoding.id,
            shard,
        };
        if !encoding.layout.has_shard(shard) {
            return Err(SpecError::NoSuchShard {
                key,
                total: encoding.layout.code().total_shards(),
            });
        }
        let root = encoding
            .facts
            .roots
            .get(usize::from(shard.0))
            .copied()
            .flatten();
        let root = root
            .filter(|_| !encoding.layout.is_empty_shard(shard))
            .ok_or(SpecError::Empty { key })?;
        Ok(Self {
            key,
            encoding,
            root,
        })
    }

    /// The layout of its encoding.
    pub fn layout(&self) -> &Layout {
        &self.encoding.layout
    }

    /// Bytes of the shard.
    pub fn len(&self) -> u64 {
        self.layout().shard_len(self.key.shard)
    }

    /// Never: an empty shard has no spec.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Column blocks that have bytes; only these are uploaded.
    pub fn blocks(&self) -> u32 {
        block_count(self.len())
    }

    /// Column bytes of a block; empty past the last.
    pub fn block_range(&self, block: BlockIndex) -> Range<u64> {
        self.layout().block_range(self.key.shard, block)
    }
}

/// Column blocks of a shard of `len` bytes.
pub fn block_count(len: u64) -> u32 {
    len.div_ceil(ballast_core::limits::COLUMN_BLOCK_LEN) as u32
}
