//! Disputes as clients read them.

use crate::ids::{BlockNumber, ChainingValue, ChunkIndex, EncodingId, ShardIndex, WorkerId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A worker on the committee of a dispute.
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
pub struct CommitteeSeat {
    /// The worker.
    pub worker: WorkerId,
    /// For how many seats its word counts.
    pub seats: u8,
    /// The root that its rebuild reached, once it has said so.
    pub root: Option<ChainingValue>,
}

/// A dispute that is open: whether a shard, which its holder did not show on chain, is of the code.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct DisputeInfo {
    /// The encoding.
    pub encoding: EncodingId,
    /// The shard.
    pub shard: ShardIndex,
    /// The assignment that it is about; an attestation names it.
    pub generation: u32,
    /// Block at which it opened.
    pub opened_at: BlockNumber,
    /// Who opened it: the worker that was drawn for the shard.
    pub opener: WorkerId,
    /// The root that its rebuild reached.
    pub opener_root: ChainingValue,
    /// The committee; empty until it is drawn.
    pub committee: Vec<CommitteeSeat>,
    /// The root that enough seats agreed on.
    pub verdict: Option<ChainingValue>,
    /// Last block before it ends.
    pub ends_at: BlockNumber,
    /// Chunks that a holder with a receipt must show to end it; empty until there is one, and they are drawn.
    pub shown_chunks: Vec<ChunkIndex>,
}

impl DisputeInfo {
    /// Seats that reached a root.
    pub fn seats_for(&self, root: &ChainingValue) -> u32 {
        let agreeing = self
            .committee
            .iter()
            .filter(|seat| seat.root.as_ref() == Some(root));
        agreeing.map(|seat| u32::from(seat.seats)).sum()
    }
}
