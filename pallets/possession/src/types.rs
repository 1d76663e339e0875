//! What the pallet stores, and what its call takes.

use ballast_core::{
    challenge::{ChunkProof, Pick},
    limits::{MAX_PICKS, MIN_PICKS_PER_DAY, SIZE_CLASSES},
    view::WindowOutcome,
    Balance, BlockNumber, StorageEpoch,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of a worker.
pub type AccountId = sp_runtime::AccountId32;

/// Blocks of a day, with slots of 3 s.
pub const DAY_BLOCKS: BlockNumber = 28_800;

/// Windows whose outcome is remembered: a day's, with epochs of an hour.
pub const MAX_RECENT: u32 = 24;

/// Proofs of one call, in ascending order of picks.
pub type Proofs = BoundedVec<ChunkProof, ConstU32<MAX_PICKS>>;

/// What one worker holds, and what it earns with it.
///
/// Its lists, one for each size class, lie in `Slots`. In each the first `settled` shards were held when `epoch` began; the
/// others came since. Both parts are dense, so that a pick among the first is one read.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Holding {
    /// First storage epoch that it is not paid for yet: the current one, or the next if its window is over.
    pub epoch: StorageEpoch,
    /// What it earns in that epoch if every proof comes.
    pub rate: Balance,
    /// How the rate changes with the epoch after it. Later changes lie in `RateChanges`.
    pub next: i128,
    /// Lengths of its lists, by class.
    pub lists: BoundedVec<ListLen, ConstU32<{ SIZE_CLASSES as u32 }>>,
}

/// Shards in one list.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct ListLen {
    /// Those that were held when the holding's epoch began.
    pub settled: u32,
    /// All.
    pub all: u32,
}

impl Holding {
    /// Nothing yet.
    pub fn new(epoch: StorageEpoch) -> Self {
        Self {
            epoch,
            rate: 0,
            next: 0,
            lists: BoundedVec::new(),
        }
    }

    /// Shards in all lists.
    pub fn shards(&self) -> u32 {
        self.lists.iter().map(|list| list.all).sum()
    }

    /// Whether it has no shard, and so neither earns nor will earn.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.all == 0)
    }

    /// Lengths of the lists that picks are taken from.
    pub fn settled(&self) -> BoundedVec<u32, ConstU32<{ SIZE_CLASSES as u32 }>> {
        BoundedVec::truncate_from(self.lists.iter().map(|list| list.settled).collect())
    }

    /// The length of the list of a class, which exists from now on. `None` for a class that no shard has.
    pub fn list_mut(&mut self, class: u8) -> Option<&mut ListLen> {
        while self.lists.len() <= usize::from(class) {
            self.lists.try_push(ListLen::default()).ok()?;
        }
        self.lists.get_mut(usize::from(class))
    }
}

/// What a worker must show, and what of it it has shown.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Window {
    /// Storage epoch it belongs to.
    pub epoch: StorageEpoch,
    /// Block at which the chunks were picked.
    pub opened_at: BlockNumber,
    /// Last block that takes proofs.
    pub deadline: BlockNumber,
    /// What is asked for. Fixed once, so that nothing that happens later changes it.
    pub picks: BoundedVec<Pick, ConstU32<MAX_PICKS>>,
    /// Which picks are proven: bit i stands for pick i.
    pub proven: u64,
}

impl Window {
    /// Whether a pick is proven.
    pub fn is_proven(&self, pick: u8) -> bool {
        self.proven & bit(pick) != 0
    }

    /// Notes that a pick is proven.
    pub fn set_proven(&mut self, pick: u8) {
        self.proven |= bit(pick);
    }
}

/// No window has more picks than a number has bits.
fn bit(pick: u8) -> u64 {
    1u64.checked_shl(pick.into()).unwrap_or(0)
}

/// Windows in the order of their deadlines.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Queue {
    /// Place of the one that closes next.
    pub head: u64,
    /// Place of the next one to open.
    pub tail: u64,
}

/// Where the opening of windows stands.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Round {
    /// Storage epoch of the round.
    pub epoch: StorageEpoch,
    /// Workers that had their turn in it.
    pub visited: u32,
    /// Place in the roster of the next one.
    pub next: u32,
}

/// Where a worker stands, and why.
#[derive(
    Clone,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Standing {
    /// Points against it.
    pub score: u8,
    /// Clean windows since the last miss or the last point that was taken off.
    pub clean_windows: u16,
    /// Its last windows, the oldest first.
    pub recent: BoundedVec<WindowOutcome, ConstU32<MAX_RECENT>>,
    /// What it was paid in all.
    pub earned: Balance,
    /// What it was not paid because of misses, in all.
    pub forfeited: Balance,
    /// What of its stake was taken, in all.
    pub slashed: Balance,
    /// Whether it was evicted: what it still misses costs nothing more.
    pub evicted: bool,
}

impl Standing {
    /// Remembers a window, instead of the oldest if there are too many.
    pub fn remember(&mut self, outcome: WindowOutcome) {
        if self.recent.is_full() {
            self.recent.remove(0);
        }
        let _ = self.recent.try_push(outcome);
    }
}

/// How often workers are asked, and what a miss costs: stored, so that local networks are quick without a second build.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
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
}

impl Default for Parameters {
    /// For production, with slots of 3 s and epochs of an hour: 480 chunks a day, two and a half minutes for each proof, a
    /// day of clean windows for a point.
    fn default() -> Self {
        Self {
            picks_per_window: 20,
            proof_deadline_blocks: 50,
            slash_from_score: 3,
            slash_permille: 10,
            evict_at_score: 8,
            clean_windows_per_point: 24,
        }
    }
}

impl Parameters {
    /// Says what no chain with epochs of `epoch_blocks` could run with.
    pub fn check(&self, epoch_blocks: BlockNumber) -> Result<(), &'static str> {
        let windows = DAY_BLOCKS.checked_div(epoch_blocks).unwrap_or(0);
        let picks = windows.saturating_mul(self.picks_per_window.into());
        let rules = [
            (
                u32::from(self.picks_per_window) <= MAX_PICKS,
                "picksPerWindow must be at most 64",
            ),
            (
                picks >= MIN_PICKS_PER_DAY,
                "picksPerWindow is too low: a day's windows must ask for 459 chunks together",
            ),
            (
                self.proof_deadline_blocks > 0 && self.proof_deadline_blocks < epoch_blocks,
                "proofDeadlineBlocks must be above zero and below the blocks of a storage epoch",
            ),
            (
                self.slash_permille <= 1_000,
                "slashPermille must be at most 1000",
            ),
            (
                self.slash_from_score <= self.evict_at_score && self.evict_at_score > 0,
                "evictAtScore must be above zero and not below slashFromScore",
            ),
            (
                self.clean_windows_per_point > 0,
                "cleanWindowsPerPoint must be above zero",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
