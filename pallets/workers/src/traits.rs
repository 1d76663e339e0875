//! What this pallet tells its neighbours. The runtime joins them.

use crate::AccountId;

/// Who has to know which workers go.
pub trait Departures {
    /// A worker drains, or was evicted: its shards are to move.
    fn depart(worker: &AccountId);

    /// A worker that drained stays.
    fn stay(worker: &AccountId);

    /// Whether nothing is undecided any more that a worker's stake answers for.
    fn may_go(worker: &AccountId) -> bool;

    /// A worker has withdrawn and is forgotten.
    fn gone(worker: &AccountId);
}

impl Departures for () {
    fn depart(_worker: &AccountId) {}
    fn stay(_worker: &AccountId) {}
    fn may_go(_worker: &AccountId) -> bool {
        true
    }
    fn gone(_worker: &AccountId) {}
}
