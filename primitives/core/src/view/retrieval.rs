//! Retrieval challenges as clients read them.

use crate::{
    ids::{Balance, BlockNumber, EncodingId, RetrievalId, ShardIndex, WorkerId},
    tree::Group,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A retrieval challenge, open or over.
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
pub struct RetrievalInfo {
    /// Its id, which an answer names.
    pub id: RetrievalId,
    /// Account that asks and whose bond is held.
    pub challenger: [u8; 32],
    /// Who is asked: the holder of the shard at that time.
    pub worker: WorkerId,
    /// The encoding.
    pub encoding: EncodingId,
    /// Its shard.
    pub shard: ShardIndex,
    /// The bytes asked for.
    pub group: Group,
    /// What is held from the challenger.
    pub bond: Balance,
    /// Block of the challenge.
    pub opened_at: BlockNumber,
    /// Last block that takes an answer.
    pub deadline: BlockNumber,
    /// What became of it.
    pub state: RetrievalState,
}

/// What became of a retrieval challenge.
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
pub enum RetrievalState {
    /// It waits for its answer.
    Open,
    /// The bytes are in an `answer` call of this block.
    Answered {
        /// The block.
        at: BlockNumber,
    },
    /// The deadline passed without an answer: the worker lost the shard, the bond went back.
    Missed {
        /// The block.
        at: BlockNumber,
        /// What of the worker's stake was taken.
        slashed: Balance,
    },
    /// The shard had moved, or the lease or the encoding had ended, before the deadline passed: the bond went back.
    Excused {
        /// The block.
        at: BlockNumber,
    },
}

/// What a retrieval challenge costs, and what a miss costs the worker.
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
pub struct RetrievalParams {
    /// Bond of a challenge to a worker of whom nothing else is asked.
    pub least_bond: Balance,
    /// Open challenges of others that do not raise the least bond.
    pub free_places: u8,
    /// Percent of an answered challenge's bond that burn; the rest is the worker's.
    pub burn_percent: u8,
    /// Blocks from a challenge to the last one that takes an answer.
    pub deadline_blocks: BlockNumber,
    /// Thousandths of its stake that a miss costs the worker, besides the shard.
    pub slash_permille: u16,
}
