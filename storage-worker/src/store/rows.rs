//! Rows of the index and their keys. The index format version covers all of them.
//!
//! | key | row |
//! |---|---|
//! | `M` name | format, genesis, account, finalized, where the scrub is |
//! | `E` encoding | [`EncodingFacts`](crate::facts::EncodingFacts) |
//! | `T` encoding | the cell table, raw |
//! | `S` encoding shard | [`ShardRow`] |
//! | `B` encoding shard block | [`BlockRow`]: its presence says that the block is here, durably |
//! | `D` encoding shard | bytes of a small shard |
//! | `Q` encoding shard block | nothing: its presence says that the block rotted, and waits to be rebuilt |
//!
//! Numbers in keys are big-endian, so that rows of one shard, and shards of one encoding, lie together in order.

use crate::facts::{block_count, ShardKey};
use ballast_core::{BlockIndex, ChainingValue, EncodingId, Fingerprint, ShardIndex};
use codec::{Decode, Encode};

/// Where a shard's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Place {
    /// In the index, row `D`.
    Row,
    /// In a file of its own.
    File,
}

/// How far a shard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ShardStatus {
    /// Blocks are missing. The file, if any, has its staging name.
    Receiving,
    /// All of it is durable.
    Held {
        /// Fingerprint of the shard at its encoding's point.
        fingerprint: Fingerprint,
        /// A read gave other bytes than were stored; no receipt is signed any more.
        damaged: bool,
    },
    /// On its way out: files first, then rows.
    Deleting,
}

/// A shard that is here, or partly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ShardRow {
    /// How far it is.
    pub status: ShardStatus,
    /// Where its bytes are.
    pub place: Place,
    /// Its length in bytes, counted as used from the first block on.
    pub len: u64,
}

impl ShardRow {
    /// Its column blocks.
    pub fn blocks(&self) -> u32 {
        block_count(self.len)
    }

    /// The same shard at another status.
    pub fn with(self, status: ShardStatus) -> Self {
        Self { status, ..self }
    }
}

/// A block that is durable.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BlockRow {
    /// What the block adds to the shard's fingerprint.
    pub fingerprint: Fingerprint,
    /// Values of its units.
    pub values: Vec<ChainingValue>,
}

const META: u8 = b'M';
const ENCODING: u8 = b'E';
const TABLE: u8 = b'T';
const SHARD: u8 = b'S';
const BLOCK: u8 = b'B';
const BYTES: u8 = b'D';
const ROTTEN: u8 = b'Q';

/// In place of a block: something of the shard is damaged, and it is not known what.
pub const WHOLE_SHARD: BlockIndex = BlockIndex(u32::MAX);

pub(super) fn meta_key(name: &str) -> Vec<u8> {
    [&[META], name.as_bytes()].concat()
}

pub(super) fn encoding_key(id: EncodingId) -> Vec<u8> {
    prefixed(ENCODING, id, &[])
}

pub(super) fn table_key(id: EncodingId) -> Vec<u8> {
    prefixed(TABLE, id, &[])
}

pub(super) fn shard_key(key: ShardKey) -> Vec<u8> {
    prefixed(SHARD, key.encoding, &[key.shard.0])
}

pub(super) fn bytes_key(key: ShardKey) -> Vec<u8> {
    prefixed(BYTES, key.encoding, &[key.shard.0])
}

pub(super) fn block_key(key: ShardKey, block: BlockIndex) -> Vec<u8> {
    of_block(BLOCK, key, block)
}

/// The keys of all of a shard's block rows: from the first to before the second.
pub(super) fn block_keys(key: ShardKey) -> (Vec<u8>, Vec<u8>) {
    of_all_blocks(BLOCK, key)
}

pub(super) fn rotten_key(key: ShardKey, block: BlockIndex) -> Vec<u8> {
    of_block(ROTTEN, key, block)
}

/// The keys of all of a shard's rows of rotten blocks.
pub(super) fn rotten_keys(key: ShardKey) -> (Vec<u8>, Vec<u8>) {
    of_all_blocks(ROTTEN, key)
}

/// The keys of the rows of rotten blocks of all shards after `after`.
pub(super) fn rotten_keys_after(after: Option<ShardKey>) -> (Vec<u8>, Vec<u8>) {
    let first = after.map_or(vec![ROTTEN], |key| of_all_blocks(ROTTEN, key).1);
    (first, vec![ROTTEN + 1])
}

fn of_block(kind: u8, key: ShardKey, block: BlockIndex) -> Vec<u8> {
    let [a, b, c, d] = block.0.to_be_bytes();
    prefixed(kind, key.encoding, &[key.shard.0, a, b, c, d])
}

fn of_all_blocks(kind: u8, key: ShardKey) -> (Vec<u8>, Vec<u8>) {
    let first = prefixed(kind, key.encoding, &[key.shard.0]);
    // Longer than any block key of the shard, and before the next shard's.
    let last = prefixed(
        kind,
        key.encoding,
        &[key.shard.0, 0xff, 0xff, 0xff, 0xff, 0xff],
    );
    (first, last)
}

/// The keys of all shard rows after `after`.
pub(super) fn shard_keys(after: Option<ShardKey>) -> (Vec<u8>, Vec<u8>) {
    let first = match after {
        None => vec![SHARD],
        Some(key) => prefixed(SHARD, key.encoding, &[key.shard.0, 0]),
    };
    (first, vec![SHARD + 1])
}

/// The keys of all encoding rows after `after`.
pub(super) fn encoding_keys(after: Option<EncodingId>) -> (Vec<u8>, Vec<u8>) {
    let first = match after {
        None => vec![ENCODING],
        Some(id) => prefixed(ENCODING, id, &[0]),
    };
    (first, vec![ENCODING + 1])
}

pub(super) fn parse_shard_key(key: &[u8]) -> Option<ShardKey> {
    let (id, rest) = parse_prefixed(key)?;
    let [shard] = rest else { return None };
    Some(ShardKey {
        encoding: id,
        shard: ShardIndex(*shard),
    })
}

pub(super) fn parse_encoding_key(key: &[u8]) -> Option<EncodingId> {
    parse_prefixed(key)
        .filter(|(_, rest)| rest.is_empty())
        .map(|(id, _)| id)
}

/// The shard of a block's row.
pub(super) fn parse_block_shard(key: &[u8]) -> Option<ShardKey> {
    let (encoding, rest) = parse_prefixed(key)?;
    let shard = ShardIndex(*rest.first()?);
    Some(ShardKey { encoding, shard })
}

pub(super) fn parse_block_key(key: &[u8]) -> Option<BlockIndex> {
    let (_, rest) = parse_prefixed(key)?;
    let (_, block) = rest.split_first()?;
    Some(BlockIndex(u32::from_be_bytes(block.try_into().ok()?)))
}

fn prefixed(kind: u8, id: EncodingId, rest: &[u8]) -> Vec<u8> {
    [&[kind], &id.0.to_be_bytes()[..], rest].concat()
}

fn parse_prefixed(key: &[u8]) -> Option<(EncodingId, &[u8])> {
    let (id, rest) = key.get(1..)?.split_first_chunk::<8>()?;
    Some((EncodingId(u64::from_be_bytes(*id)), rest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn key(encoding: u64, shard: u8) -> ShardKey {
        ShardKey {
            encoding: EncodingId(encoding),
            shard: ShardIndex(shard),
        }
    }

    #[test]
    fn keys_parse_back() {
        assert_eq!(parse_shard_key(&shard_key(key(7, 3))), Some(key(7, 3)));
        assert_eq!(
            parse_encoding_key(&encoding_key(EncodingId(u64::MAX))),
            Some(EncodingId(u64::MAX))
        );
        assert_eq!(
            parse_block_key(&block_key(key(1, 2), BlockIndex(9))),
            Some(BlockIndex(9))
        );
        assert_eq!(parse_shard_key(b"S"), None);
    }

    #[test]
    fn the_block_range_of_a_shard_has_its_blocks_and_no_others() {
        let (first, last) = block_keys(key(1, 2));
        let within = |key: Vec<u8>| first <= key && key < last;
        assert!(within(block_key(key(1, 2), BlockIndex(0))));
        assert!(within(block_key(key(1, 2), BlockIndex(u32::MAX))));
        assert!(!within(block_key(key(1, 3), BlockIndex(0))));
        assert!(!within(block_key(key(1, 1), BlockIndex(u32::MAX))));
        assert!(!within(block_key(key(2, 2), BlockIndex(0))));
    }

    #[test]
    fn rows_of_rotten_blocks_after_a_shard_are_those_of_later_shards() {
        let (first, last) = rotten_keys_after(Some(key(1, 2)));
        let within = |key: Vec<u8>| first <= key && key < last;
        assert!(!within(rotten_key(key(1, 2), WHOLE_SHARD)));
        assert!(within(rotten_key(key(1, 3), BlockIndex(0))));
        assert!(within(rotten_key(key(u64::MAX, 255), WHOLE_SHARD)));
        assert!(!within(block_key(key(5, 0), BlockIndex(0))));
        let row = rotten_key(key(7, 3), BlockIndex(9));
        assert_eq!(parse_block_shard(&row), Some(key(7, 3)));
        assert_eq!(parse_block_key(&row), Some(BlockIndex(9)));
    }

    #[test]
    fn a_cursor_skips_what_it_names() {
        let (first, last) = shard_keys(Some(key(5, 1)));
        assert!(shard_key(key(5, 1)) < first && first <= shard_key(key(5, 2)));
        assert!(shard_key(key(u64::MAX, 255)) < last);
        let (first, _) = encoding_keys(Some(EncodingId(5)));
        assert!(encoding_key(EncodingId(5)) < first && first < encoding_key(EncodingId(6)));
    }
}
