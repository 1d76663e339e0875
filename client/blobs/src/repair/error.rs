//! Why shards were not rebuilt.

use crate::{disk::io_class, FetchError};
use ballast_chain::{ChainError, ErrorClass};
use ballast_core::{BlockIndex, EncodingId, ShardIndex};
use std::io;

/// Why shards were not rebuilt. What was kept before stays, and the next attempt goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The chain could not be asked for workers.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Other shards or the cell table cannot be had.
    #[error("shards of encoding {encoding} cannot be rebuilt now: {source}")]
    Sources {
        /// The encoding.
        encoding: EncodingId,
        /// Why.
        source: FetchError,
    },
    /// Shards that are proven give another one than the chain has the root of.
    #[error(
        "shard {shard} of encoding {encoding}, rebuilt from {tries} choices of proven shards, misses its root on chain: its \
         publisher encoded it wrongly; nothing of it is kept, and nobody can hold it by rebuilding"
    )]
    OffCode {
        /// The encoding.
        encoding: EncodingId,
        /// The shard.
        shard: ShardIndex,
        /// A block that came out wrong; the first where only the whole shard tells.
        block: BlockIndex,
        /// How often it came out wrong.
        tries: u8,
    },
    /// Different choices of proven shards give different ones, or there is only one choice.
    #[error(
        "shard {shard} of encoding {encoding} does not come out the same from two choices of proven shards: one of these is wrong, \
         which an audit finds, or too few workers answer for a second choice; trying again later"
    )]
    Ambiguous {
        /// The encoding.
        encoding: EncodingId,
        /// The shard.
        shard: ShardIndex,
    },
    /// There is nothing to rebuild.
    #[error(
        "encoding {encoding} has no shard {shard} with bytes; ask for one that has a root on chain"
    )]
    NoSuchShard {
        /// The encoding.
        encoding: EncodingId,
        /// The shard asked for.
        shard: ShardIndex,
    },
    /// Blocks were put, and the store still misses them.
    #[error("the store keeps missing blocks of encoding {encoding} that were put; check its disk")]
    NotKept {
        /// The encoding.
        encoding: EncodingId,
    },
    /// Blocks or table cannot be kept.
    #[error("what was rebuilt of encoding {encoding} cannot be kept: {source}")]
    Store {
        /// The encoding.
        encoding: EncodingId,
        /// What the store says.
        source: io::Error,
    },
}

impl RepairError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Sources { source, .. } => source.class(),
            Self::Store { source, .. } => io_class(source),
            Self::NoSuchShard { .. } => ErrorClass::Usage,
            Self::OffCode { .. } | Self::Ambiguous { .. } | Self::NotKept { .. } => {
                ErrorClass::Fatal
            }
        }
    }
}
