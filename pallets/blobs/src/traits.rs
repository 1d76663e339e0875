//! What this pallet asks of its neighbours. The runtime joins them.

use alloc::vec::Vec;
use ballast_core::{
    challenge::HeldShard, lease::RateStep, placement::Candidate, Balance, StorageEpoch, WorkerId,
};
use frame_support::pallet_prelude::DispatchResult;

/// The workers that shards are placed on.
pub trait WorkerSet<AccountId> {
    /// Every worker that takes new shards, in any order.
    fn candidates() -> Vec<Candidate>;

    /// How many workers [`candidates`](Self::candidates) lists. One read.
    fn candidates_count() -> u32;

    /// How many workers [`candidates`](Self::candidates) reads, those it leaves out among them. One read.
    fn workers_count() -> u32;

    /// Counts `bytes` of a shard against a worker.
    fn assign(worker: &AccountId, bytes: u64) -> DispatchResult;

    /// Takes `bytes` of a shard off a worker again, whatever its status.
    fn release(worker: &AccountId, bytes: u64) -> DispatchResult;

    /// Bytes counted against a worker; 0 for an account that is none. For `try_state`.
    fn assigned_bytes(worker: &AccountId) -> u64;

    /// The sr25519 key that a worker signs its receipts with; `None` for an account that is no worker.
    fn receipt_key(worker: &AccountId) -> Option<[u8; 32]>;

    /// What a GiB costs in a storage epoch, now.
    fn price_per_gib_epoch() -> Balance;

    /// How a worker goes, if it does.
    fn departure(worker: &AccountId) -> Option<Departure>;
}

/// How a worker goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    /// It drains: it holds its shards until others have them.
    Draining,
    /// It was evicted: its shards are lost at once.
    Evicted,
}

/// The books on who holds and earns what. Kept by whoever challenges workers and pays them out of this pallet's pot.
pub trait CustodyBooks {
    /// A worker holds a shard from now on, and earns by `steps`, whose first is in the next epoch at the earliest.
    fn take(worker: WorkerId, held: HeldShard, steps: &[RateStep]);

    /// A worker no longer holds a shard and earns no more by `steps`, which are those it was taken with and those added
    /// since. Gives the first epoch that it will not be paid for it.
    fn give_up(worker: WorkerId, held: HeldShard, steps: &[RateStep]) -> StorageEpoch;

    /// A worker earns more by `steps`. Gives the first epoch that it is not paid for yet.
    fn add_steps(worker: WorkerId, steps: &[RateStep]) -> StorageEpoch;

    /// The first epoch that a worker is not paid for yet.
    fn unpaid_from(worker: WorkerId) -> StorageEpoch;

    /// Takes money of the pot that belongs to nobody any more.
    fn keep(amount: Balance);

    /// Pays for a repair as much of `amount` as there is, out of the pot. Gives how much.
    fn reward(worker: WorkerId, amount: Balance) -> Balance;

    /// Takes from a worker's stake what a missed retrieval challenge costs. Gives how much.
    fn fine(worker: WorkerId) -> Balance;

    /// What of the pot belongs to no lease. For `try_state`.
    fn fund() -> Balance;
}

/// Randomness that the previous block brought.
pub trait BlockRandomness {
    /// Randomness that was fixed by the author of the previous block; `None` if that block brought none.
    fn of_previous_block() -> Option<[u8; 32]>;
}

/// What the benchmarks need from the runtime.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
    /// Adds a worker of its own operator that takes new shards, with room and stake for 1 GiB at least. `index` tells
    /// one from another.
    fn add_worker(index: u32, receipt_key: [u8; 32]) -> AccountId;

    /// Makes [`BlockRandomness::of_previous_block`] answer `seed` in this block.
    fn set_randomness(seed: [u8; 32]);

    /// Evicts a worker.
    fn evict(worker: &AccountId);
}
