//! Possession challenges: which chunks a worker must show, and how it shows them.
//!
//! Goals: chain and worker derive the same picks from the same holdings; picks are uniform over the chunks a worker
//! holds, whatever the sizes of its shards; nobody can choose them who does not choose the seed; a pick costs two reads
//! on average, however much is held.
//! Non-goals: when a window opens and what a miss costs (`pallet-possession`); proving that replicas are unique, or
//! that a worker stores rather than rebuilds.
//!
//! Shards lie in dense lists, one for each size class: class c has the shards of more than 2^(c-1) and at most 2^c
//! chunks. Every list is seen as slots of 2^c chunks. A try takes a uniform chunk of all slots of all lists laid end to
//! end, and is rejected if it lies past the end of its shard, which happens with probability below 1/2. So every chunk
//! has the same chance. Each pick has a stream of its own, so it does not depend on the others.

use crate::{
    ids::{ChunkIndex, EncodingId, ShardIndex, StorageEpoch, WorkerId},
    limits::{CHUNK_LEN, SIZE_CLASSES},
    tree::{decode_siblings, max_encoded_siblings_len, Group, GroupProof},
    uniform::UniformStream,
};
use alloc::{vec, vec::Vec};
use codec::{
    Compact, CompactLen, Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input,
    MaxEncodedLen,
};
use scale_info::TypeInfo;

/// BLAKE3 key derivation context of the picks.
pub const CHALLENGE_CONTEXT: &str = "ballast 2026-11-26 possession challenge v1";

/// Tries after which a pick is left out. Each fails with probability below 1/2, so a worker that holds anything lacks a
/// pick with probability below 2^-64.
pub const MAX_PICK_ATTEMPTS: u32 = 64;

/// A shard that is held, as it lies in the list of its class.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct HeldShard {
    /// The encoding.
    pub encoding: EncodingId,
    /// Its shard.
    pub shard: ShardIndex,
    /// Chunks of the shard, the last one perhaps short. Above zero.
    pub chunks: u32,
}

/// A chunk that is asked for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Pick {
    /// The encoding.
    pub encoding: EncodingId,
    /// Its shard.
    pub shard: ShardIndex,
    /// The chunk of the shard.
    pub chunk: ChunkIndex,
}

impl Pick {
    /// The group that proves it.
    pub const fn group(&self) -> Group {
        Group::chunk(self.chunk)
    }
}

/// A chunk that was asked for, with its path to the shard root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct ChunkProof {
    /// Which pick of the window it answers, from 0.
    pub pick: u8,
    /// The chunk: 1,024 bytes, or fewer at the end of a shard.
    pub bytes: Vec<u8>,
    /// Its path to the shard root.
    pub proof: GroupProof,
}

/// A chunk of a shard with its path to the shard root: one of those that show that an encoding is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct ShardChunk {
    /// The shard.
    pub shard: ShardIndex,
    /// The chunk: 1,024 bytes, or fewer at the end of a shard.
    pub bytes: Vec<u8>,
    /// Its path to the shard root.
    pub proof: GroupProof,
}

/// Shards in the list of each size class, from class 0 on; what is missing at the end counts as zero.
pub type ClassCounts<'a> = &'a [u32];

/// Chunks of a shard of `shard_len` bytes. No shard is longer than 2^29 chunks.
pub fn chunks_of(shard_len: u64) -> u32 {
    u32::try_from(shard_len.div_ceil(CHUNK_LEN)).unwrap_or(u32::MAX)
}

/// The class of a shard of `chunks` chunks.
pub fn size_class(chunks: u32) -> u8 {
    let slots = chunks.max(1).checked_next_power_of_two();
    let class = slots.map_or(SIZE_CLASSES as u32, u32::ilog2);
    class.min(SIZE_CLASSES as u32 - 1) as u8
}

/// The chunks that `worker` must show in its window of `epoch`: `picks` of them, or none if it holds nothing.
///
/// `counts` are the shards it held when the epoch began, by class, and `lookup(class, slot)` names one of them; one that
/// is `None` counts as rejected. A chunk may be picked twice. A pick that finds nothing in [`MAX_PICK_ATTEMPTS`] is left
/// out.
pub fn derive(
    seed: &[u8; 32],
    worker: &WorkerId,
    epoch: StorageEpoch,
    counts: ClassCounts,
    mut lookup: impl FnMut(u8, u32) -> Option<HeldShard>,
    picks: u8,
) -> Vec<Pick> {
    let total = total_slots(counts);
    (0..picks)
        .filter_map(|pick| {
            let material = (seed, worker, epoch, pick).encode();
            let mut stream = UniformStream::new(CHALLENGE_CONTEXT, &material);
            (0..MAX_PICK_ATTEMPTS)
                .map_while(|_| stream.below(total))
                .find_map(|point| at(counts, point, &mut lookup))
        })
        .collect()
}

/// Chunks of all slots, those past the ends of their shards among them.
fn total_slots(counts: ClassCounts) -> u128 {
    let sizes = counts.iter().take(SIZE_CLASSES).zip(0u32..);
    // Below 30 * 2^32 * 2^29.
    sizes.fold(0, |sum: u128, (count, class)| {
        sum.saturating_add(u128::from(*count) << class)
    })
}

/// The chunk at `point` of all slots laid end to end; `None` if it lies past the end of its shard.
fn at(
    counts: ClassCounts,
    point: u128,
    lookup: &mut impl FnMut(u8, u32) -> Option<HeldShard>,
) -> Option<Pick> {
    let mut rest = point;
    let sizes = counts.iter().take(SIZE_CLASSES).zip(0u8..);
    let (_, class) = sizes.into_iter().find(|(count, class)| {
        match rest.checked_sub(u128::from(**count) << class) {
            Some(left) => {
                rest = left;
                false
            }
            None => true,
        }
    })?;
    let slot = u32::try_from(rest >> class).ok()?;
    // Below 2^class.
    let chunk = u32::try_from(rest & (1u128 << class).saturating_sub(1)).ok()?;
    let held = lookup(class, slot)?;
    (chunk < held.chunks).then_some(Pick {
        encoding: held.encoding,
        shard: held.shard,
        chunk: ChunkIndex(chunk.into()),
    })
}

/// Decodes a chunk and its path without ever allocating for more than they can have.
fn decode_chunk<I: Input>(input: &mut I) -> Result<(Vec<u8>, GroupProof), CodecError> {
    let Compact(len) = Compact::<u32>::decode(input)?;
    if u64::from(len) > CHUNK_LEN {
        return Err("more bytes than a chunk has".into());
    }
    let mut bytes = vec![0; len as usize];
    input.read(&mut bytes)?;
    let siblings = decode_siblings(input)?;
    Ok((bytes, GroupProof { siblings }))
}

/// Greatest encoded length of a number of one byte, a chunk and its path.
fn max_encoded_chunk_len() -> usize {
    let chunk_len = CHUNK_LEN as u32;
    let bytes = Compact::<u32>::compact_len(&chunk_len).saturating_add(CHUNK_LEN as usize);
    max_encoded_siblings_len()
        .saturating_add(bytes)
        .saturating_add(1)
}

impl Decode for ChunkProof {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        let pick = u8::decode(input)?;
        let (bytes, proof) = decode_chunk(input)?;
        Ok(Self { pick, bytes, proof })
    }
}

impl DecodeWithMemTracking for ChunkProof {}

impl MaxEncodedLen for ChunkProof {
    fn max_encoded_len() -> usize {
        max_encoded_chunk_len()
    }
}

impl Decode for ShardChunk {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        let shard = ShardIndex::decode(input)?;
        let (bytes, proof) = decode_chunk(input)?;
        Ok(Self {
            shard,
            bytes,
            proof,
        })
    }
}

impl DecodeWithMemTracking for ShardChunk {}

impl MaxEncodedLen for ShardChunk {
    fn max_encoded_len() -> usize {
        max_encoded_chunk_len()
    }
}

#[cfg(test)]
mod tests;
