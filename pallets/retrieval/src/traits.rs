//! What this pallet asks of its neighbours. The runtime joins them.

use ballast_core::{Balance, ChainingValue, EncodingId, Layout, ShardIndex, WorkerId};

/// Who holds a shard with a receipt on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The worker.
    pub worker: WorkerId,
    /// Which of the shard's workers it is. A worker that lost the shard and got it again has another one.
    pub generation: u32,
}

/// Why nobody holds a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoHolder {
    /// The encoding is not certified, or its lease has ended.
    NotKept,
    /// There is no such shard, or it is empty.
    NoShard,
    /// The shard is lost, or its worker has not signed a receipt yet.
    NotHeld,
}

/// The shards that workers hold.
pub trait Holders {
    /// Who holds a shard of a certified encoding whose lease runs.
    fn holder(encoding: EncodingId, shard: ShardIndex) -> Result<Holder, NoHolder>;

    /// What bytes of a shard are proven against; `None` if there is no such shard.
    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)>;

    /// Takes a shard from whoever holds it: it is lost, and another worker is drawn.
    fn forfeit(encoding: EncodingId, shard: ShardIndex);
}

/// What failing costs a worker.
pub trait Fines {
    /// Takes thousandths of a worker's stake, and says so where it reads its standing. Gives how much.
    fn fine(worker: WorkerId, permille: u16) -> Balance;
}

/// What the benchmarks need from the runtime.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
    /// Adds a worker with stake, and room for a shard of a MiB.
    fn add_worker() -> crate::AccountId;

    /// Adds a certified encoding without workers, whose shards all have this root.
    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue);

    /// Adds a certified encoding with a full list of workers, whose first shard is held by `worker`.
    fn add_held(encoding: EncodingId, layout: Layout, root: ChainingValue, worker: WorkerId);

    /// An account that can pay any bond.
    fn rich(seed: u32) -> crate::AccountId;
}
