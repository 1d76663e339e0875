//! What this pallet asks its neighbours. The runtime joins them.

use crate::AccountId;
use alloc::vec::Vec;
use ballast_core::{Address, Balance, OperatorId, Tier};

/// The workers, and what stands behind their session keys.
pub trait ServingWorkers {
    /// Whether this account is a worker with a stake.
    fn is_worker(account: &AccountId) -> bool;

    /// The tier of a worker's key in this block; `None` if it is no key of that worker.
    fn tier(worker: &AccountId, session_key: &[u8; 32]) -> Option<Tier>;

    /// Operator and stake of a worker that can verify; `None` for an account that is none.
    fn verifier(account: &AccountId) -> Option<(OperatorId, Balance)>;

    /// Whether a worker may publish this URL.
    fn is_endpoint(url: &[u8]) -> bool;
}

/// What workers have at stake.
pub trait Stakes {
    /// A worker's stake; 0 for an account that is no worker.
    fn stake(worker: &AccountId) -> Balance;

    /// Takes `amount` of it, or as much as there is, and moves it to `to`. Gives how much.
    fn slash(worker: &AccountId, amount: Balance, to: &AccountId) -> Balance;
}

/// Randomness that the previous block brought.
pub trait BlockRandomness {
    /// Randomness that was fixed by the author of the previous block; `None` if that block brought none.
    fn of_previous_block() -> Option<[u8; 32]>;
}

/// The registry of models.
pub trait ModelBook {
    /// Address of a version of a model, whose names may be spelled in any way.
    fn version(namespace: &[u8], name: &[u8], number: u32) -> Option<Address>;

    /// Who gets royalties of the model's income, and how many thousandths: its owner, then the owners up its base line.
    /// At most [`MAX_ROYALTIES`](ballast_core::limits::MAX_ROYALTIES), at most 1000 together.
    fn royalties(namespace: &[u8], name: &[u8]) -> Vec<(AccountId, u16)>;
}

/// What the benchmarks need.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
    /// Makes a worker with a session key.
    fn add_worker(session_key: [u8; 32]) -> AccountId;

    /// Makes one more worker that can verify.
    fn add_verifier(index: u32) -> AccountId;

    /// Makes [`BlockRandomness::of_previous_block`] answer `seed` in this block.
    fn set_randomness(seed: [u8; 32]);

    /// Makes a version of a model with as many royalties as may be: namespace, name and number.
    fn add_version() -> (crate::types::Name, crate::types::Name, u32);
}
