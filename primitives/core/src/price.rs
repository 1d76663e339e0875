//! What storage costs: the price out of the workers' asks, leases, deposits.
//!
//! Goals: a client's estimate is the chain's charge, to the last planck. Charges round up, sums are checked.
//! Non-goals: who is paid when (the pallets).

use crate::{ids::Balance, limits::CHUNK_LEN, Code};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// One BAL, in its smallest unit.
pub const BAL: Balance = 1_000_000_000_000;

/// Decimals of BAL.
pub const BAL_DECIMALS: u8 = 12;

/// One GiB, the unit of asks and prices.
pub const GIB: u128 = 1 << 30;

/// The least ask at which the workers asking no more than it hold `percent` of all stake.
///
/// Sorts `asks`, pairs of stake and ask. `None` if no stake asks. `percent` above 100 counts as 100.
pub fn stake_weighted_percentile(asks: &mut [(Balance, Balance)], percent: u8) -> Option<Balance> {
    asks.sort_unstable_by_key(|(stake, ask)| (*ask, *stake));
    let total = asks
        .iter()
        .fold(0, |sum: Balance, (stake, _)| sum.saturating_add(*stake));
    let threshold = percent_of(total, percent).max(1);
    let mut below: Balance = 0;
    asks.iter()
        .find(|(stake, _)| {
            below = below.saturating_add(*stake);
            below >= threshold
        })
        .map(|(_, ask)| *ask)
}

/// `percent` of `amount`, rounded up, without a product that could overflow.
fn percent_of(amount: Balance, percent: u8) -> Balance {
    let percent = Balance::from(percent.min(100));
    let whole = (amount / 100).saturating_mul(percent);
    let rest = (amount % 100).saturating_mul(percent).div_ceil(100);
    whole.saturating_add(rest)
}

/// What a chunk costs in a storage epoch, rounded up, so that a lease divides by its chunks and epochs without a
/// remainder. At most a planck above the exact price.
pub const fn chunk_rate(price_per_gib_epoch: Balance) -> Balance {
    const CHUNKS: u128 = GIB / CHUNK_LEN as u128;
    price_per_gib_epoch.div_ceil(CHUNKS)
}

/// Price of keeping `stored_len` bytes for `epochs`: each begun chunk costs [`chunk_rate`] in each. `None` if it exceeds
/// the range of a balance.
///
/// `stored_len` is [`Layout::stored_len`](crate::Layout::stored_len): only one of all shards ends with a short chunk, so
/// this is the number of chunks of all shards together.
pub fn lease_cost(stored_len: u64, epochs: u32, price_per_gib_epoch: Balance) -> Option<Balance> {
    let chunks = u128::from(stored_len.div_ceil(CHUNK_LEN));
    let chunk_epochs = chunks.checked_mul(u128::from(epochs))?;
    chunk_epochs.checked_mul(chunk_rate(price_per_gib_epoch))
}

/// What of a lease of `epochs` epochs falls to the first `used` of them, rounded up; all of it from the last one on.
pub fn rent(lease: Balance, epochs: u32, used: u32) -> Balance {
    let (epochs, used) = (epochs.max(1), used.min(epochs));
    let (epochs, used) = (Balance::from(epochs), Balance::from(used));
    let whole = (lease / epochs).saturating_mul(used);
    let rest = (lease % epochs).saturating_mul(used).div_ceil(epochs);
    whole.saturating_add(rest)
}

/// How a deposit follows from the bytes of state it stands for.
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
    Serialize,
    Deserialize,
)]
pub struct Deposit {
    /// For the entry itself.
    pub base: Balance,
    /// For each byte.
    pub per_byte: Balance,
}

impl Deposit {
    /// Deposit for `state_bytes`. `None` if it exceeds the range of a balance.
    pub fn of(&self, state_bytes: u32) -> Option<Balance> {
        self.per_byte
            .checked_mul(Balance::from(state_bytes))?
            .checked_add(self.base)
    }
}

/// Bytes of chain state an encoding is charged for: its record, and for each shard a root and an assignment.
///
/// A rule, not a measurement: the deposit must not change when the pallets arrange their storage differently.
pub fn encoding_state_bytes(code: Code) -> u32 {
    const RECORD: u32 = 256;
    const SHARD_ROOT: u32 = 33;
    const ASSIGNMENT: u32 = 32 + 4 + 16 + 1;
    u32::from(code.total_shards())
        .saturating_mul(SHARD_ROOT + ASSIGNMENT)
        .saturating_add(RECORD)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn the_percentile_weighs_by_stake() {
        let price = |asks: &[(Balance, Balance)], percent| {
            stake_weighted_percentile(&mut asks.to_vec(), percent)
        };
        let asks = [(10, 5), (80, 1), (10, 9)];
        assert_eq!(price(&asks, 50), Some(1));
        assert_eq!(price(&asks, 80), Some(1));
        assert_eq!(price(&asks, 81), Some(5));
        assert_eq!(price(&asks, 90), Some(5));
        assert_eq!(price(&asks, 91), Some(9));
        assert_eq!(price(&asks, 255), Some(9));
        assert_eq!(price(&asks, 0), Some(1));
        assert_eq!(price(&[], 50), None);
        assert_eq!(price(&[(0, 5)], 50), None);
        assert_eq!(
            price(&[(0, 1), (1, 7)], 0),
            Some(7),
            "an ask without stake sets no price"
        );
        assert_eq!(price(&[(u128::MAX, 3), (u128::MAX, 4)], 67), Some(3));
    }

    #[test]
    fn leases_pay_for_whole_chunks() {
        let (gib, chunks) = (1u64 << 30, 1u128 << 20);
        assert_eq!(lease_cost(gib, 3, 7 * chunks), Some(21 * chunks));
        assert_eq!(
            lease_cost(gib, 3, 7),
            Some(3 * chunks),
            "a planck for each chunk at least"
        );
        assert_eq!(lease_cost(1, 1, 7 * chunks), Some(7));
        assert_eq!(lease_cost(1025, 2, 7 * chunks + 1), Some(2 * 2 * 8));
        assert_eq!(lease_cost(0, 9, 7), Some(0));
        assert_eq!(lease_cost(9, 9, 0), Some(0));
        assert_eq!(lease_cost(u64::MAX, u32::MAX, u128::MAX), None);
        assert_eq!(lease_cost(1, 1, u128::MAX), Some(u128::MAX / chunks + 1));
    }

    #[test]
    fn a_lease_is_the_sum_over_its_shards() {
        use crate::{challenge::chunks_of, Layout};
        for (len, k, n) in [
            (1_025, 2, 3),
            (5_000, 4, 8),
            (1_000_001, 4, 8),
            (77_777_777, 16, 32),
        ] {
            let layout = Code::new(k, n)
                .ok()
                .and_then(|code| Layout::new(len, code).ok());
            let Some(layout) = layout else {
                panic!("{len} ({k}, {n})")
            };
            let chunks: u32 = layout
                .held_shards()
                .map(|shard| chunks_of(layout.shard_len(shard)))
                .sum();
            let price = 12_345_678_901;
            let sum = Balance::from(chunks) * 24 * chunk_rate(price);
            assert_eq!(lease_cost(layout.stored_len(), 24, price), Some(sum));
        }
    }

    #[test]
    fn rent_grows_to_the_whole_lease() {
        let parts = |lease, epochs| [0, 1, 2, 3, 9].map(|used| rent(lease, epochs, used));
        assert_eq!(parts(9, 3), [0, 3, 6, 9, 9]);
        assert_eq!(parts(10, 3), [0, 4, 7, 10, 10]);
        assert_eq!(parts(10, 0), [0; 5]);
        assert_eq!(parts(u128::MAX, 3)[3..], [u128::MAX; 2]);
    }

    #[test]
    fn deposits_are_base_and_bytes() {
        let deposit = Deposit {
            base: 100,
            per_byte: 3,
        };
        assert_eq!(deposit.of(0), Some(100));
        assert_eq!(deposit.of(7), Some(121));
        assert_eq!(
            Deposit {
                base: 1,
                per_byte: u128::MAX
            }
            .of(1),
            None
        );
        assert!(Code::new(4, 8).is_ok_and(|code| encoding_state_bytes(code) == 256 + 8 * 86));
    }

    proptest! {
        #[test]
        fn a_lease_costs_at_most_a_planck_more_for_each_chunk(len: u32, epochs in 0u32..100_000, price in 0u128..1 << 60) {
            let exact = (u128::from(len) * u128::from(epochs) * price).div_ceil(GIB);
            let cost = lease_cost(u64::from(len), epochs, price).unwrap_or(u128::MAX);
            let chunks = u128::from(len.div_ceil(1024)) * u128::from(epochs);
            let last = u128::from(epochs) * chunk_rate(price);
            prop_assert!(cost >= exact && cost <= exact + chunks + last);
        }

        #[test]
        fn the_percentile_is_an_ask_and_grows_with_percent(
            asks in prop::collection::vec((0u128..100, 0u128..100), 1..20), low in 0u8..=100, high in 0u8..=100,
        ) {
            let price = |percent| stake_weighted_percentile(&mut asks.clone(), percent);
            prop_assert!(price(low.min(high)) <= price(low.max(high)));
            let staked: Vec<_> = asks.iter().filter(|(stake, _)| *stake > 0).map(|(_, ask)| Some(*ask)).collect();
            prop_assert!(staked.is_empty() || staked.contains(&price(low)));
        }

        #[test]
        fn the_order_of_asks_does_not_matter(asks in prop::collection::vec((0u128..9, 0u128..9), 0..20)) {
            let mut reversed = asks.clone();
            reversed.reverse();
            let price = stake_weighted_percentile(&mut asks.clone(), 60);
            prop_assert_eq!(price, stake_weighted_percentile(&mut reversed, 60));
        }
    }
}
