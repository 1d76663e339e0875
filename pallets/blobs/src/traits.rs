//! What this pallet asks of its neighbours. The runtime joins them.

use alloc::vec::Vec;
use ballast_core::{placement::Candidate, Balance};
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
}
