//! What this pallet asks of its neighbours. The runtime joins them.

use alloc::vec::Vec;
use ballast_core::{
    challenge::HeldShard, lease::RateStep, Balance, BlockNumber, ChainingValue, EncodingId, Layout,
    ShardIndex, StorageEpoch, WorkerId,
};

/// The encodings whose shards workers hold.
pub trait Shards {
    /// Blocks of a storage epoch.
    fn epoch_blocks() -> BlockNumber;

    /// The storage epoch of this block.
    fn current_epoch() -> StorageEpoch;

    /// Whether the lease of an encoding runs. One read.
    fn is_kept(encoding: EncodingId) -> bool;

    /// What a chunk of a shard is proven against; `None` if there is no such shard.
    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)>;

    /// Everything that workers hold, with what it earns, for `try_state`.
    fn holdings() -> Vec<(WorkerId, HeldShard, Vec<RateStep>)>;
}

/// The pot that leases lie in.
pub trait Purse<AccountId> {
    /// Pays out of the pot. `false` if the account cannot take it.
    fn pay(to: &AccountId, amount: Balance) -> bool;

    /// The account that slashed stake goes to.
    fn pot() -> AccountId;
}

/// What workers have at stake.
pub trait Stakes<AccountId> {
    /// A worker's stake; 0 for an account that is no worker.
    fn stake(worker: &AccountId) -> Balance;

    /// Whether its stake is below what a worker needs.
    fn is_understaked(worker: &AccountId) -> bool;

    /// Takes `amount` of it, or as much as there is, and moves it to `to`. Gives how much.
    fn slash(worker: &AccountId, amount: Balance, to: &AccountId) -> Balance;

    /// Evicts a worker: no draw takes it and its shards move.
    fn evict(worker: &AccountId);
}

/// Randomness that the previous block brought.
pub trait BlockRandomness {
    /// Randomness that was fixed by the author of the previous block; `None` if that block brought none.
    fn of_previous_block() -> Option<[u8; 32]>;
}

/// What the benchmarks need from the runtime.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId> {
    /// Adds a worker with stake.
    fn add_worker() -> AccountId;

    /// Adds a certified encoding without workers, whose shards all have this root, with the widest list of roots.
    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue);

    /// Puts money into the pot.
    fn fill_pot(amount: Balance);

    /// Makes [`BlockRandomness::of_previous_block`] answer `seed` in this block.
    fn set_randomness(seed: [u8; 32]);
}
