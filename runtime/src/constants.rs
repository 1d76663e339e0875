//! Numbers that the whole runtime shares: time, money, block limits.
//! Non-goals: parameters of the protocol (storage epochs, deposits, timeouts); those are stored and set by genesis presets.

use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use frame_system::limits::{BlockLength, BlockWeights};
use sp_runtime::Perbill;

use crate::{Balance, BlockNumber};

/// One slot, and so the time between two blocks when every slot has an author.
pub const SLOT_DURATION_MS: u64 = 3_000;
/// Slots in one BABE epoch of a production network: an hour. A network's own is in its genesis, see `pace`.
pub const EPOCH_DURATION_SLOTS: u32 = 1_200;
/// Blocks in a minute, if no slot is missed.
pub const MINUTES: BlockNumber = 60_000 / SLOT_DURATION_MS as BlockNumber;
/// Blocks in an hour, if no slot is missed.
pub const HOURS: BlockNumber = 60 * MINUTES;
/// Blocks in a day, if no slot is missed.
pub const DAYS: BlockNumber = 24 * HOURS;

pub use ballast_core::price::BAL;
/// A thousandth of a BAL.
pub const MILLI_BAL: Balance = BAL / 1_000;
/// Less than this and an account is removed.
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI_BAL;
/// What keeping things in state costs as a deposit: 100 BAL for a megabyte, so that a preimage of a new runtime takes some 200.
pub const fn deposit(items: u32, bytes: u32) -> Balance {
    items as Balance * 100 * MILLI_BAL + bytes as Balance * MILLI_BAL / 10
}

/// Share of a block that fee-paying transactions may fill; the rest is for operational ones.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);
/// One of the three seconds of a slot. The author needs it to make the block and everybody else to execute it, before the next
/// slot begins; the third is for its way through the network and for what weights do not see. With more, full blocks would
/// come too late for the next author, and every slot would fork.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(
    WEIGHT_REF_TIME_PER_SECOND,
    // A chain of its own sends nobody proofs of its blocks.
    u64::MAX,
);
/// Of which three quarters take seven of the greatest registrations (255 shards in 64 stripes: 522 KB of cell values).
pub const MAXIMUM_BLOCK_LENGTH_BYTES: u32 = 5 * 1024 * 1024;

parameter_types! {
    /// Compute limits of a block.
    pub RuntimeBlockWeights: BlockWeights =
        BlockWeights::with_sensible_defaults(MAXIMUM_BLOCK_WEIGHT, NORMAL_DISPATCH_RATIO);
    /// Size limits of a block.
    pub RuntimeBlockLength: BlockLength = BlockLength::builder()
        .max_length(MAXIMUM_BLOCK_LENGTH_BYTES)
        .modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |length| {
            *length = NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH_BYTES
        })
        .build();
}
