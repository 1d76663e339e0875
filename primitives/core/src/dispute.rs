//! Disputes: whether a shard that its holder did not show is of the code at all.
//!
//! Goals: chain, workers and readers name the same committee and the same chunks, which nobody knew before the seed; a
//! worker's seats are proportional to its stake, so that stake gains nothing by being split over workers or operators; what
//! a worker signs is good for one dispute of one chain.
//! Non-goals: when a dispute opens and how it ends (`pallet-blobs`); rebuilding.

use crate::{
    ids::{Balance, ChainingValue, ChunkIndex, EncodingId, ShardIndex, WorkerId},
    limits::{COMMITTEE_SEATS, SHOWN_CHUNKS},
    uniform::UniformStream,
};
use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what a rebuild's attestation signs. No other message of Ballast begins so.
pub const REBUILD_DOMAIN: &[u8] = b"ballast/rebuild/v1";

/// BLAKE3 key derivation context of the committee's seats.
pub const SEAT_CONTEXT: &str = "ballast 2026-11-26 dispute seat v1";

/// BLAKE3 key derivation context of the chunks that a holder must show.
pub const SHOWING_CONTEXT: &str = "ballast 2026-11-26 dispute showing v1";

/// What a worker says that has rebuilt a disputed shard from others.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct RebuildBody {
    /// Genesis hash of the chain it is meant for.
    pub genesis_hash: [u8; 32],
    /// The encoding.
    pub encoding: EncodingId,
    /// The shard.
    pub shard: ShardIndex,
    /// The assignment of the shard that the dispute is about; no two disputes have the same.
    pub generation: u32,
    /// The root that the rebuild reached: the chain's, or another one.
    pub root: ChainingValue,
}

impl RebuildBody {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = REBUILD_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }
}

/// An attestation as it is submitted: chain and encoding follow from where it is submitted.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct RebuildAttestation {
    /// The shard.
    pub shard: ShardIndex,
    /// The assignment of the shard that the dispute is about.
    pub generation: u32,
    /// The root that the rebuild reached.
    pub root: ChainingValue,
    /// sr25519 signature of the body's payload by the worker's receipt key.
    pub signature: [u8; 64],
}

impl RebuildAttestation {
    /// An attestation with `body`'s content.
    pub fn new(body: &RebuildBody, signature: [u8; 64]) -> Self {
        Self {
            shard: body.shard,
            generation: body.generation,
            root: body.root,
            signature,
        }
    }

    /// What must have been signed for it to be good for `encoding` on the chain of `genesis_hash`.
    pub fn body(&self, genesis_hash: [u8; 32], encoding: EncodingId) -> RebuildBody {
        RebuildBody {
            genesis_hash,
            encoding,
            shard: self.shard,
            generation: self.generation,
            root: self.root,
        }
    }
}

/// Who sits on a dispute's committee, with how many seats, in ascending order of workers. The [`COMMITTEE_SEATS`] seats are
/// drawn one by one among all `stakes`, whoever sits already, so their number is binomial. None if nobody has stake.
pub fn seats(
    seed: &[u8; 32],
    encoding: EncodingId,
    shard: ShardIndex,
    generation: u32,
    stakes: &[(WorkerId, Balance)],
) -> Vec<(WorkerId, u8)> {
    let mut stakes = stakes.to_vec();
    stakes.sort_unstable();
    stakes.dedup_by_key(|(worker, _)| *worker);
    // Stakes beyond u128 in sum cannot exist; if they did, the last ones would lose weight, nothing else.
    let ends: Vec<(Balance, WorkerId)> = stakes
        .iter()
        .scan(0, |end: &mut Balance, (worker, stake)| {
            *end = end.saturating_add(*stake);
            Some((*end, *worker))
        })
        .collect();
    let total = ends.last().map_or(0, |(end, _)| *end);
    let mut seated: BTreeMap<WorkerId, u8> = BTreeMap::new();
    for seat in 0..COMMITTEE_SEATS as u8 {
        let material = (seed, encoding, shard, generation, seat).encode();
        let drawn = UniformStream::new(SEAT_CONTEXT, &material)
            .below(total)
            .and_then(|point| ends.get(ends.partition_point(|(end, _)| *end <= point)));
        if let Some((_, worker)) = drawn {
            let seats = seated.entry(*worker).or_default();
            *seats = seats.saturating_add(1);
        }
    }
    seated.into_iter().collect()
}

/// The chunks of a disputed shard of `chunks` chunks that its holder must show, in ascending order: [`SHOWN_CHUNKS`], less
/// those that were picked twice.
pub fn shown_chunks(
    seed: &[u8; 32],
    encoding: EncodingId,
    shard: ShardIndex,
    generation: u32,
    chunks: u32,
) -> Vec<ChunkIndex> {
    let mut picked: Vec<ChunkIndex> = (0..SHOWN_CHUNKS as u8)
        .filter_map(|pick| {
            let material = (seed, encoding, shard, generation, pick).encode();
            let point = UniformStream::new(SHOWING_CONTEXT, &material).below(chunks.into())?;
            Some(ChunkIndex(u64::try_from(point).ok()?))
        })
        .collect();
    picked.sort_unstable();
    picked.dedup();
    picked
}

#[cfg(test)]
mod tests;
