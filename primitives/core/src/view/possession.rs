//! Challenges, standing and repair as clients read them.

use crate::ids::{
    Balance, BlockNumber, ChunkIndex, EncodingId, ShardIndex, StorageEpoch, WorkerId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// One chunk that a window asks for.
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
pub struct PickInfo {
    /// The encoding.
    pub encoding: EncodingId,
    /// Its shard.
    pub shard: ShardIndex,
    /// The chunk of the shard.
    pub chunk: ChunkIndex,
    /// Whether its proof is on chain.
    pub proven: bool,
}

/// What a worker must show, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WindowInfo {
    /// Storage epoch it belongs to; a proof names it.
    pub epoch: StorageEpoch,
    /// Block at which the chunks were picked.
    pub opened_at: BlockNumber,
    /// Last block that takes proofs.
    pub deadline: BlockNumber,
    /// What is asked for; a proof names a pick by its place here, from 0.
    pub picks: Vec<PickInfo>,
}

/// How one window ended.
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
pub struct WindowOutcome {
    /// Storage epoch of the window.
    pub epoch: StorageEpoch,
    /// Chunks that were proven.
    pub proven: u8,
    /// Chunks that were not.
    pub missed: u8,
    /// Chunks not asked for any more, since their shard had moved or its lease had ended.
    pub excused: u8,
    /// The first shard that a chunk was missed of: where to look for the reason.
    pub first_missed: Option<(EncodingId, ShardIndex)>,
    /// What was paid for the epoch.
    pub paid: Balance,
    /// What of the stake was taken.
    pub slashed: Balance,
}

/// Where a worker stands with its proofs, and why.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct StandingInfo {
    /// Points against it: one for each window with a miss; clean windows take them off again.
    pub score: u8,
    /// Clean windows since the last miss or the last point that was taken off.
    pub clean_windows: u16,
    /// Its last windows, the oldest first, at most 24.
    pub recent: Vec<WindowOutcome>,
    /// Shards that it holds with a receipt.
    pub shards: u32,
    /// What it earns in the present epoch if every proof comes, in planck.
    pub rate: Balance,
    /// What it was paid in all.
    pub earned: Balance,
    /// What it was not paid because of misses, in all.
    pub forfeited: Balance,
    /// What of its stake was taken, in all.
    pub slashed: Balance,
}

/// How often workers are asked, and what a miss costs.
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
pub struct PossessionParams {
    /// Chunks asked for in one window, of which every worker has one in each storage epoch.
    pub picks_per_window: u8,
    /// Blocks from the opening of a window to the last one that takes proofs.
    pub proof_deadline_blocks: BlockNumber,
    /// Score from which on every further window with a miss costs stake.
    pub slash_from_score: u8,
    /// Thousandths of the stake that such a window costs.
    pub slash_permille: u16,
    /// Score at which a worker is evicted.
    pub evict_at_score: u8,
    /// Clean windows that take one point off.
    pub clean_windows_per_point: u16,
    /// What there is to reward repairs with.
    pub repair_fund: Balance,
}

/// When lost shards are drawn again, and what their repair brings.
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
pub struct RepairParams {
    /// Percent of the spare shards, n - k, that may be lost before new workers are drawn.
    pub max_lost_percent: u8,
    /// Blocks after the first loss or move at which new workers are drawn all the same.
    pub patience_blocks: BlockNumber,
    /// Blocks that a new worker has for its receipt before another is drawn.
    pub deadline_blocks: BlockNumber,
    /// Epochs of the shard's pay that a repair earns, out of the repair fund.
    pub reward_epochs: u32,
}

/// The worker that is to take a shard over from one that leaves.
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
pub struct SuccessorInfo {
    /// The worker.
    pub worker: WorkerId,
    /// What its receipt must name.
    pub generation: u32,
}
