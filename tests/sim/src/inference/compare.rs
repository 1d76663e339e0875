//! The ledger held against the chain.

use super::ledger::{broken, Ledger};
use crate::{oracle::Judged, people, world::World};
use ballast_core::{view::ChannelState, BlockNumber, SettlementId};
use ballast_runtime::{AccountId, Balances, Inference, Runtime, RuntimeHoldReason, Workers};
use frame_support::traits::fungible::InspectHold;
use pallet_inference::{
    types::{Channel, Settlement},
    Channels, Checks, HoldReason, ServedTo, Settlements,
};
use std::collections::BTreeMap;

/// Blocks after its end at which a channel must have ended. Blocks without randomness leave more draws than the agenda
/// takes in a block, and it catches up afterwards.
const END_BLOCKS: BlockNumber = 24;
/// Three panels, each drawn three times at most, with up to seven blocks without randomness, and the time for an appeal.
const CHECK_BLOCKS: BlockNumber = 9 * (2 + 7 + 14 + 9 + 1) + 12;

impl World {
    /// The chain says the same as the book.
    pub(super) fn compare(
        &mut self,
        ledger: &mut Ledger,
        taken: &BTreeMap<AccountId, u128>,
        now: BlockNumber,
    ) -> Judged {
        if let Some(id) = ledger.brief.keys().next() {
            return broken("records", format!("settlement {id} is not there"));
        }
        self.compare_money(ledger)?;
        for (id, open) in &ledger.open {
            let entry = self.chain.with(|| Settlements::<Runtime>::get(id));
            let same = entry.is_some_and(|entry| {
                let of = |entry: &Settlement| {
                    (
                        entry.root,
                        entry.amount,
                        entry.treasury_permille,
                        entry.royalties.clone(),
                    )
                };
                of(&entry) == of(&open.entry)
            });
            if !same {
                return broken("records", format!("settlement {id} is not what it was"));
            }
        }
        self.compare_stakes(ledger, taken)?;
        self.look_for_ends(ledger, now)
    }

    fn compare_money(&mut self, ledger: &Ledger) -> Judged {
        let mut held: BTreeMap<AccountId, u128> = BTreeMap::new();
        for index in 0..super::client::CLIENTS {
            held.insert(people::account(&super::client::client(index)), 0);
        }
        for account in ledger.channels.values().filter(|account| !account.ended) {
            *held.entry(account.client.clone()).or_default() += account.deposited - account.drawn;
        }
        for open in ledger.open.values() {
            if let Some(account) = ledger.channels.get(&open.channel) {
                *held.entry(account.client.clone()).or_default() += open.entry.amount;
            }
        }
        let reason = RuntimeHoldReason::from(HoldReason::Channel);
        for (client, expected) in &held {
            let found = self
                .chain
                .with(|| Balances::balance_on_hold(&reason, client));
            if found != *expected {
                return broken(
                    "channel money",
                    format!("{found} are held of {client}, its channels hold {expected}"),
                );
            }
        }
        let held: u128 = held.values().sum();
        let totals = self.chain.with(Inference::totals);
        let whole = held + ledger.gone == ledger.deposited
            && (totals.deposited, totals.paid + totals.refunded) == (ledger.deposited, ledger.gone);
        match whole {
            true => Ok(()),
            false => broken(
                "channel money",
                format!(
                    "held {held}, gone {}, deposited {}; the chain says {totals:?}",
                    ledger.gone, ledger.deposited
                ),
            ),
        }
    }

    fn compare_stakes(&mut self, ledger: &mut Ledger, taken: &BTreeMap<AccountId, u128>) -> Judged {
        for index in 0..self.workers.len() {
            let account = self.worker_account(index);
            let stake = self.chain.with(|| Workers::stake(&account));
            let lost = taken.get(&account).copied().unwrap_or_default();
            let before = ledger.stakes.insert(account, stake);
            // A worker puts up its stake once.
            if before.is_some_and(|before| before > 0 && before != stake + lost) {
                return broken(
                    "stakes",
                    format!(
                        "worker {index} has {stake} at stake, {before:?} before, and lost {lost}"
                    ),
                );
            }
        }
        Ok(())
    }

    fn look_for_ends(&mut self, ledger: &Ledger, now: BlockNumber) -> Judged {
        let late = self.chain.with(|| {
            let waits = |channel: &Channel| channel.state != ChannelState::Ended;
            let mut open = Channels::<Runtime>::iter().filter(|(_, channel)| waits(channel));
            let late = open.find(|(_, channel)| now > channel.ends_at + END_BLOCKS);
            late.map(|(id, channel)| (id, channel.ends_at, ServedTo::<Runtime>::get()))
        });
        if let Some((id, ends_at, served_to)) = late {
            let what = format!(
                "channel {id} was to end at {ends_at}, the agenda is served to {served_to}"
            );
            return broken("ends", what);
        }
        let checked: Vec<SettlementId> =
            self.chain.with(|| Checks::<Runtime>::iter_keys().collect());
        for id in checked {
            let settled_at = ledger.open.get(&id).map_or(0, |open| open.entry.settled_at);
            if now > settled_at + CHECK_BLOCKS {
                return broken(
                    "ends",
                    format!("settlement {id} of block {settled_at} is still checked"),
                );
            }
        }
        Ok(())
    }
}
