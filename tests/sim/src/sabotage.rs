//! Rules that are broken on the chain itself, to show that the oracle sees it. The workers' are broken where they act.

use crate::{people, world::World, Sabotage};
use ballast_core::BlockNumber;
use ballast_runtime::{Balances, Runtime};
use frame_support::traits::{
    fungible::{Mutate, MutateHold},
    tokens::{Fortitude, Precision, Restriction},
};

/// Block before which a chain's rule is broken, if it is broken once.
const BREAKS_AT: BlockNumber = 40;
/// When inference is under way.
const SPENDS_AT: BlockNumber = 60;

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
            Some(Sabotage::ForgetNumbers) => self.chain.with(|| {
                pallet_inference::Channels::<Runtime>::translate_values(
                    |mut channel: pallet_inference::types::Channel| {
                        channel.last_number = 0;
                        Some(channel)
                    },
                )
            }),
            Some(Sabotage::ForgetAgenda) => self.chain.with(|| {
                let first = pallet_inference::Agenda::<Runtime>::iter_keys().next();
                if let Some((block, due)) = first {
                    pallet_inference::Agenda::<Runtime>::remove(block, due);
                }
            }),
            Some(Sabotage::SpendHeld) if next == SPENDS_AT => self.chain.with(spend_held),
            _ => {}
        }
    }
}

/// Gives a planck of somebody's channel to somebody else.
fn spend_held() {
    let Some(channel) = pallet_inference::Channels::<Runtime>::iter_values().next() else {
        return;
    };
    let reason = pallet_inference::HoldReason::Channel.into();
    let _ = Balances::transfer_on_hold(
        &reason,
        &channel.client,
        &channel.payee,
        1,
        Precision::Exact,
        Restriction::Free,
        Fortitude::Force,
    );
}
