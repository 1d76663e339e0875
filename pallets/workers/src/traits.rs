//! What this pallet tells its neighbours. The runtime joins them.

use crate::AccountId;

/// Who has to know which workers go.
pub trait Departures {
    /// A worker drains, or was evicted: its shards are to move.
    fn depart(worker: &AccountId);

    /// A worker that drained stays.
    fn stay(worker: &AccountId);

    /// A worker has withdrawn and is forgotten.
    fn gone(worker: &AccountId);
}

impl Departures for () {
    fn depart(_worker: &AccountId) {}
    fn stay(_worker: &AccountId) {}
    fn gone(_worker: &AccountId) {}
}
