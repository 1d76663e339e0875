//! Every bound of the protocol, with its reason. Changing one changes the protocol.

/// Bytes of a leaf of the BLAKE3 tree.
pub const CHUNK_LEN: u64 = 1024;

/// Bytes of a column block: the unit of coding, upload, journal and checks. Cells may be larger, memory may not.
pub const COLUMN_BLOCK_LEN: u64 = 1 << 20;

/// Greatest length of a blob, 1 TiB.
pub const MAX_BLOB_LEN: u64 = 1 << 40;

/// Greatest length of a blob kept in chain state: one chunk has no proper subtree, so it cannot be sharded.
pub const INLINE_MAX: u32 = 1024;

/// Stripes of one encoding; cells grow instead.
pub const MAX_STRIPES: u32 = 64;

/// Shards of one encoding, the field's size less one.
pub const MAX_SHARDS: u32 = 255;

/// Data shards of one encoding.
pub const MAX_DATA_SHARDS: u8 = 64;

/// Cell values in one registration.
pub const MAX_TABLE_LEN: u32 = MAX_STRIPES * MAX_SHARDS;

/// Siblings of a chunk under the greatest blob's address, log2 of its chunks. Columns and cells are never deeper.
pub const MAX_PROOF_SIBLINGS: u32 = (MAX_BLOB_LEN / CHUNK_LEN).ilog2();

/// Bytes of a worker's endpoint URL.
pub const MAX_ENDPOINT_LEN: u32 = 256;

/// Files below this length are packed together into pack blobs.
pub const PACK_FILE_MAX: u64 = 1 << 20;

/// Greatest length of a pack blob.
pub const PACK_LEN_MAX: u64 = 64 << 20;

/// Files in one manifest.
pub const MAX_MANIFEST_FILES: usize = 100_000;

/// Bytes of a canonical manifest: what a client reads into memory before it trusts it.
pub const MAX_MANIFEST_LEN: u64 = 128 << 20;

/// Bytes of a path inside a manifest.
pub const MAX_PATH_LEN: usize = 255;

/// Bytes of a namespace or model name, as on Hugging Face.
pub const MAX_NAME_LEN: u32 = 96;

/// Bytes of a tag.
pub const MAX_TAG_LEN: u32 = 64;

/// Bytes of a licence expression (SPDX).
pub const MAX_LICENCE_LEN: u32 = 128;

/// Classes of shards by size: class c has the shards of more than 2^(c-1) and at most 2^c chunks. The longest shard, of
/// [`MAX_BLOB_LEN`] at k = 2, has 2^29.
pub const SIZE_CLASSES: usize = (MAX_BLOB_LEN / CHUNK_LEN / 2).ilog2() as usize + 1;

/// Chunks that every worker is asked for in a day, at least: 1 - 0.99^459 = 0.9901, so that a loss of one percent of its
/// bytes is caught with probability 99 % in 24 hours.
pub const MIN_PICKS_PER_DAY: u32 = 459;

/// Chunks asked for in one window; one bit each says whether they were proven.
pub const MAX_PICKS: u32 = 64;

/// Claims in one batch: a call with as many fits into a block several times.
pub const MAX_CLAIMS: u32 = 256;

/// Royalties of one income: the model's own and those of its bases, at most four deep.
pub const MAX_ROYALTIES: u32 = 5;

/// Prices within one lease, those of parts that have passed among them. One more waits until a part has passed.
pub const MAX_LEASE_PARTS: u32 = 8;

/// Bytes that one retrieval challenge may ask for: what a block carries for a reader without being a way to read blobs.
pub const MAX_RETRIEVAL_LEN: u64 = 16 << 10;

/// Open retrieval challenges of one worker. Each doubles the least bond of the next, so nobody ever pays for the last.
pub const MAX_OPEN_RETRIEVALS: u32 = 40;

/// Seats of the committee that rebuilds a disputed shard, each drawn by stake.
pub const COMMITTEE_SEATS: u32 = 31;

/// Seats whose word decides a dispute: with a third of all stake 21 of 31 lie together with probability 9.4e-5.
pub const COMMITTEE_QUORUM: u32 = 21;

/// Chunks that the holder of a disputed shard must show, those that are picked twice among them.
pub const SHOWN_CHUNKS: u32 = 20;

/// Disputes that may be open at a time. Each cost a worker a shard and stake before it could open.
pub const MAX_DISPUTES: u32 = 16;
