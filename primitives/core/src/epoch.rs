//! Storage epochs: the unit of leases and prices, counted in blocks.
//!
//! Goals: chain and clients agree which epoch a block is in and when a lease ends. The length is a stored parameter,
//! fixed at genesis, so epoch numbers follow from block numbers alone.
//! Non-goals: BABE's epochs and sessions, which are something else.

use crate::ids::{BlockNumber, StorageEpoch};
use core::num::NonZeroU32;

/// The division of block numbers into storage epochs. Epoch 0 begins with block 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochSchedule {
    epoch_blocks: NonZeroU32,
}

impl EpochSchedule {
    /// Epochs of `epoch_blocks` each; 0, which no chain may set, counts as 1.
    pub const fn new(epoch_blocks: BlockNumber) -> Self {
        match NonZeroU32::new(epoch_blocks) {
            Some(epoch_blocks) => Self { epoch_blocks },
            None => Self {
                epoch_blocks: NonZeroU32::MIN,
            },
        }
    }

    /// The epoch of a block.
    pub fn epoch_of(self, block: BlockNumber) -> StorageEpoch {
        StorageEpoch(block / self.epoch_blocks)
    }

    /// Whether an epoch begins with this block.
    pub fn begins_at(self, block: BlockNumber) -> bool {
        block % self.epoch_blocks == 0
    }

    /// First block of an epoch; `None` if no block number reaches it.
    pub fn first_block(self, epoch: StorageEpoch) -> Option<BlockNumber> {
        epoch.0.checked_mul(self.epoch_blocks.get())
    }

    /// Epochs that `blocks` blocks fill, the last one perhaps in part.
    pub fn epochs_in(self, blocks: BlockNumber) -> u32 {
        blocks.div_ceil(self.epoch_blocks.get())
    }

    /// Blocks from `block` until the first block of `epoch`; 0 if that has come.
    pub fn blocks_until(self, epoch: StorageEpoch, block: BlockNumber) -> BlockNumber {
        self.first_block(epoch)
            .unwrap_or(BlockNumber::MAX)
            .saturating_sub(block)
    }
}

/// First epoch that a lease of `epochs` taken in `current` no longer covers.
///
/// The lease runs `epochs` whole epochs after the current one. The rest of the current epoch is free, because
/// workers are challenged and paid for what they held when an epoch began.
pub fn lease_end(current: StorageEpoch, epochs: u32) -> Option<StorageEpoch> {
    current
        .0
        .checked_add(1)?
        .checked_add(epochs)
        .map(StorageEpoch)
}

/// First epoch that a lease ending with `expires` no longer covers after `epochs` more.
pub fn extended_end(expires: StorageEpoch, epochs: u32) -> Option<StorageEpoch> {
    expires.0.checked_add(epochs).map(StorageEpoch)
}

/// Whether a lease that ends with `expires` stays within `max_epochs` whole epochs after `current`.
pub fn within_horizon(expires: StorageEpoch, current: StorageEpoch, max_epochs: u32) -> bool {
    lease_end(current, max_epochs).is_none_or(|horizon| expires <= horizon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_divide_into_epochs() {
        let schedule = EpochSchedule::new(20);
        assert_eq!(schedule.epoch_of(0), StorageEpoch(0));
        assert_eq!(schedule.epoch_of(19), StorageEpoch(0));
        assert_eq!(schedule.epoch_of(20), StorageEpoch(1));
        assert!(schedule.begins_at(0) && schedule.begins_at(40) && !schedule.begins_at(41));
        assert_eq!(schedule.first_block(StorageEpoch(3)), Some(60));
        assert_eq!(schedule.first_block(StorageEpoch(u32::MAX)), None);
        assert_eq!(schedule.blocks_until(StorageEpoch(3), 41), 19);
        assert_eq!(schedule.blocks_until(StorageEpoch(3), 61), 0);
        assert_eq!(
            [0, 1, 20, 21].map(|blocks| schedule.epochs_in(blocks)),
            [0, 1, 1, 2]
        );
    }

    #[test]
    fn an_epoch_of_no_blocks_does_not_divide_by_zero() {
        assert_eq!(EpochSchedule::new(0).epoch_of(7), StorageEpoch(7));
    }

    #[test]
    fn a_lease_covers_whole_epochs_after_the_running_one() {
        assert_eq!(lease_end(StorageEpoch(5), 1), Some(StorageEpoch(7)));
        assert_eq!(lease_end(StorageEpoch(u32::MAX), 0), None);
        assert_eq!(extended_end(StorageEpoch(7), 3), Some(StorageEpoch(10)));
        assert_eq!(extended_end(StorageEpoch(7), u32::MAX), None);
    }

    #[test]
    fn the_horizon_bounds_a_lease() {
        assert!(within_horizon(StorageEpoch(7), StorageEpoch(5), 1));
        assert!(!within_horizon(StorageEpoch(8), StorageEpoch(5), 1));
        assert!(within_horizon(StorageEpoch(8), StorageEpoch(5), u32::MAX));
    }
}
