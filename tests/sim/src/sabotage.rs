//! Rules that are broken on the chain itself, to show that the oracle sees it. The workers' are broken where they act.

use crate::{people, world::World, Sabotage};
use ballast_core::BlockNumber;
use ballast_runtime::{Balances, Runtime};
use frame_support::traits::fungible::Mutate;

/// Block before which a chain's rule is broken, if it is broken once.
const BREAKS_AT: BlockNumber = 40;

impl World {
    /// Breaks the chosen rule before a block.
    pub fn break_rules(&mut self, next: BlockNumber) {
        match self.sabotage {
            Some(Sabotage::MintPlanck) if next == BREAKS_AT => self.chain.with(|| {
                let _ = Balances::mint_into(&people::account(&people::publisher(0)), 1);
            }),
            Some(Sabotage::ForgetRepairs) => self.chain.with(|| {
                let _ = pallet_blobs::RepairsDue::<Runtime>::clear(u32::MAX, None);
                let _ = pallet_blobs::Repairs::<Runtime>::clear(u32::MAX, None);
            }),
            Some(Sabotage::ForgetLapses) => self.chain.with(|| {
                let _ = pallet_blobs::LapsesDue::<Runtime>::clear(u32::MAX, None);
            }),
            _ => {}
        }
    }
}
