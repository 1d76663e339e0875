//! Who gets what of an inference worker's income.
//!
//! The treasury's share is of the whole; royalties are of what that leaves: the model's own, then those of its bases, at
//! most 1,000 per mille together. Each is rounded down, and the worker gets the rest.
//!
//! Verifiers of a batch that stands share in the treasury's part of it, those who found a false one in what its worker
//! loses: see [`verifier_part`].
//!
//! Goals: chain, worker and model owner compute the same parts; the parts sum to the whole.
//! Non-goals: who the owners are (pallet-models), when they are paid (pallet-inference).

use crate::ids::Balance;
use alloc::vec::Vec;

/// All of an income, in thousandths.
pub const WHOLE_PERMILLE: u16 = 1_000;

/// The parts of an income.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The worker's.
    pub worker: Balance,
    /// Of the owners, in the order of their shares.
    pub royalties: Vec<Balance>,
    /// The treasury's.
    pub treasury: Balance,
}

impl Parts {
    /// The parts of `amount`. Shares that exceed what is left count only as far as that goes.
    pub fn of(amount: Balance, treasury_permille: u16, royalty_permille: &[u16]) -> Self {
        let treasury = permille_of(amount, treasury_permille);
        let rest = amount.saturating_sub(treasury);
        let mut worker = rest;
        let royalties = royalty_permille
            .iter()
            .map(|permille| {
                let part = permille_of(rest, *permille).min(worker);
                worker = worker.saturating_sub(part);
                part
            })
            .collect();
        Self {
            worker,
            royalties,
            treasury,
        }
    }
}

/// The most that verifiers may get of the treasury's part of a batch, in thousandths: half, so that a batch which client,
/// worker and verifiers made up among themselves always costs them more than it brings.
pub const MAX_VERIFIER_PERMILLE: u16 = 500;

/// What each of `count` verifiers gets: thousandths of `source`, at most `bound` for all of them, in equal parts rounded
/// down. Nothing where there are none.
pub fn verifier_part(source: Balance, permille: u16, bound: Balance, count: u32) -> Balance {
    let all = permille_of(source, permille).min(bound);
    all.checked_div(count.into()).unwrap_or(0)
}

/// Thousandths of an amount, rounded down, without a product that could overflow.
pub fn permille_of(amount: Balance, permille: u16) -> Balance {
    let (whole, permille) = (
        Balance::from(WHOLE_PERMILLE),
        Balance::from(permille.min(WHOLE_PERMILLE)),
    );
    let rest = (amount % whole).saturating_mul(permille) / whole;
    (amount / whole)
        .saturating_mul(permille)
        .saturating_add(rest)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn royalties_are_of_what_the_treasury_leaves() {
        let parts = Parts::of(1_000, 100, &[500, 100]);
        assert_eq!((parts.treasury, parts.worker), (100, 360));
        assert_eq!(parts.royalties, [450, 90]);
    }

    #[test]
    fn small_amounts_are_the_workers() {
        let parts = Parts::of(9, 100, &[100, 100]);
        assert_eq!((parts.treasury, parts.worker), (0, 9));
        assert_eq!(parts.royalties, [0, 0]);
        assert_eq!(Parts::of(0, 1_000, &[]).worker, 0);
    }

    #[test]
    fn shares_above_the_whole_take_no_more_than_there_is() {
        let parts = Parts::of(1_000, 0, &[800, 800, 800]);
        assert_eq!(parts.royalties, [800, 200, 0]);
        assert_eq!(parts.worker, 0);
    }

    #[test]
    fn verifiers_share_equally_and_never_above_the_bound() {
        assert_eq!(verifier_part(1_000, 500, 1_000, 2), 250);
        assert_eq!(verifier_part(1_000, 500, 1_000, 3), 166);
        assert_eq!(verifier_part(1_000, 500, 90, 3), 30);
        assert_eq!(verifier_part(1_000, 0, 1_000, 2), 0);
        assert_eq!(verifier_part(1_000, 500, 1_000, 0), 0);
    }

    proptest! {
        #[test]
        fn verifiers_get_no_more_than_their_share(source: Balance, permille in 0u16..2_000, bound: Balance, count in 0u32..20) {
            let each = verifier_part(source, permille, bound, count);
            let all = each * Balance::from(count);
            prop_assert!(all <= bound && all <= permille_of(source, permille));
            let lost = permille_of(source, permille).min(bound) - all;
            prop_assert!(count == 0 || lost < count.into());
        }

        #[test]
        fn parts_sum_to_the_whole(amount: Balance, treasury in 0u16..2_000, shares in prop::collection::vec(0u16..2_000, 0..6)) {
            let parts = Parts::of(amount, treasury, &shares);
            let royalties: Balance = parts.royalties.iter().sum();
            prop_assert_eq!(parts.worker + royalties + parts.treasury, amount);
            prop_assert_eq!(parts.royalties.len(), shares.len());
        }

        #[test]
        fn a_part_is_exact_but_for_a_planck(amount in 0u128..1 << 100, permille in 0u16..=1_000) {
            prop_assert_eq!(permille_of(amount, permille), amount * u128::from(permille) / 1_000);
        }
    }
}
