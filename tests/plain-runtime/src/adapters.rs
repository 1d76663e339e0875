//! Who gets the fees: the one of the real runtime's adapters that does not join our pallets.

use frame_support::traits::{
    fungible::{Balanced, Credit},
    Imbalance, OnUnbalanced,
};

use crate::{configs::governance::TreasuryAccount, AccountId, Authorship, Balances};

/// Gives the author of the block half of the fees and all of the tips, and the treasury the rest.
///
/// Were all of it the author's, authors could fill their own blocks for nothing and move the fee multiplier as they like.
pub struct HalfToAuthor;

impl OnUnbalanced<Credit<AccountId, Balances>> for HalfToAuthor {
    fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
        let Some(fees) = fees_then_tips.next() else {
            return;
        };
        let (mut reward, rest) = fees.ration(1, 1);
        // An account that would stay below the existential deposit gets nothing: dropping burns.
        drop(Balances::resolve(&TreasuryAccount::get(), rest));
        reward.maybe_subsume(fees_then_tips.next());
        if let Some(author) = Authorship::author() {
            drop(Balances::resolve(&author, reward));
        }
    }
}
