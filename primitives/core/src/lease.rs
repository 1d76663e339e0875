//! What a lease pays for each chunk and epoch, and how that adds up.
//!
//! Goals: every planck of a lease belongs to one chunk and one epoch, so that what workers earn and what funders get back
//! add up to what was paid, without a remainder.
//! Non-goals: who holds what, and who is paid (the pallets).
//!
//! A lease is a list of parts that follow one another without a gap; each has a rate. The first comes with the
//! certificate, an extension adds one at its own price, or lengthens the last one if the price is the same.

use crate::ids::{Balance, StorageEpoch};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Epochs with one rate.
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
pub struct LeasePart {
    /// First epoch.
    pub from: StorageEpoch,
    /// First epoch that is not part of it.
    pub to: StorageEpoch,
    /// Planck for each chunk and epoch.
    pub chunk_rate: Balance,
}

/// A change of a rate, from the given epoch on, in planck per epoch.
pub type RateStep = (StorageEpoch, i128);

/// What `chunks` chunks earn in the epochs from `from` up to but not including `to`.
pub fn earnings(parts: &[LeasePart], chunks: u32, from: StorageEpoch, to: StorageEpoch) -> Balance {
    let earned = |part: &LeasePart| {
        let epochs = part.to.min(to).0.saturating_sub(part.from.max(from).0);
        per_epoch(part, chunks).saturating_mul(epochs.into())
    };
    parts.iter().map(earned).fold(0, Balance::saturating_add)
}

/// The steps of what `chunks` chunks earn per epoch, from `from` on: up at its start and where the rate changes, down to
/// nothing at its end. In ascending order; steps of nothing are left out.
pub fn steps(parts: &[LeasePart], chunks: u32, from: StorageEpoch) -> Vec<RateStep> {
    let mut steps = Vec::with_capacity(parts.len().saturating_add(1));
    let (mut rate, mut end) = (0, from);
    for part in parts.iter().filter(|part| part.to > from) {
        let next = signed(per_epoch(part, chunks));
        steps.push((part.from.max(from), next.saturating_sub(rate)));
        (rate, end) = (next, part.to);
    }
    steps.push((end, rate.saturating_neg()));
    steps.retain(|(_, change)| *change != 0);
    steps
}

/// What the chunks of a part earn in one epoch.
fn per_epoch(part: &LeasePart, chunks: u32) -> Balance {
    part.chunk_rate.saturating_mul(chunks.into())
}

/// No balance reaches 2^127: what was paid for a lease exists, and so much does not.
fn signed(amount: Balance) -> i128 {
    i128::try_from(amount).unwrap_or(i128::MAX)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(start: u32, lengths_and_rates: &[(u32, Balance)]) -> Vec<LeasePart> {
        let mut from = start;
        lengths_and_rates
            .iter()
            .map(|(epochs, chunk_rate)| {
                let part = LeasePart {
                    from: StorageEpoch(from),
                    to: StorageEpoch(from + epochs),
                    chunk_rate: *chunk_rate,
                };
                from += epochs;
                part
            })
            .collect()
    }

    #[test]
    fn a_lease_of_two_prices_pays_each_in_its_time() {
        let lease = parts(5, &[(3, 10), (2, 7)]);
        let earned = |from, to| earnings(&lease, 4, StorageEpoch(from), StorageEpoch(to));
        assert_eq!(earned(0, 100), 4 * (3 * 10 + 2 * 7));
        assert_eq!(
            (earned(6, 9), earned(9, 10), earned(10, 20)),
            (4 * 27, 4 * 7, 0)
        );
        assert_eq!(earned(8, 6), 0);
        let at = StorageEpoch;
        assert_eq!(
            steps(&lease, 4, at(0)),
            [(at(5), 40), (at(8), -12), (at(10), -28)]
        );
        assert_eq!(steps(&lease, 4, at(9)), [(at(9), 28), (at(10), -28)]);
        assert_eq!(steps(&lease, 4, at(10)), []);
        assert_eq!(steps(&[], 4, at(1)), []);
    }

    proptest! {
        #[test]
        fn steps_add_up_to_earnings(
            pieces in prop::collection::vec((1u32..6, 0u128..50), 0..6), chunks in 1u32..9,
            from in 0u32..40, to in 0u32..60,
        ) {
            let lease = parts(7, &pieces);
            let steps = steps(&lease, chunks, StorageEpoch(from));
            let rate = |epoch| -> i128 {
                steps.iter().filter(|(at, _)| at.0 <= epoch).map(|(_, change)| change).sum()
            };
            let sum: i128 = (from..to).map(rate).sum();
            let earned = earnings(&lease, chunks, StorageEpoch(from), StorageEpoch(to));
            prop_assert_eq!(sum, i128::try_from(earned).unwrap());
            prop_assert_eq!(steps.iter().map(|(_, change)| change).sum::<i128>(), 0);
            prop_assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
