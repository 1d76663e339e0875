//! Going back to an earlier block, for another branch of the chain.

use super::{Chain, Pooled};
use ballast_core::BlockNumber;
use ballast_runtime::Hash;
use sp_io::TestExternalities;

/// The chain at a block.
pub struct Snapshot {
    state: TestExternalities,
    number: BlockNumber,
    parent: Hash,
}

impl Snapshot {
    /// Its number.
    pub fn number(&self) -> BlockNumber {
        self.number
    }
}

impl Chain {
    /// The chain as it is. From now on transactions are remembered, so that they can be undone.
    pub fn snapshot(&mut self) -> Snapshot {
        self.included = Some(Vec::new());
        // Between two blocks all changes are in the backend.
        let mut state = TestExternalities::default();
        state.backend = self.ext.backend.clone();
        Snapshot {
            state,
            number: self.number,
            parent: self.parent,
        }
    }

    /// Nobody goes back to the snapshot.
    pub fn forget(&mut self) {
        self.included = None;
    }

    /// Goes back. Transactions of the blocks since are in the pool again, before all others, and the blocks that follow have
    /// slots of their own, so other randomness.
    pub fn restore(&mut self, snapshot: Snapshot) {
        let undone = u64::from(self.number - snapshot.number);
        self.skipped += undone;
        self.ext = snapshot.state;
        (self.number, self.parent) = (snapshot.number, snapshot.parent);
        let mut pool: Vec<Pooled> = self.included.take().unwrap_or_default();
        pool.append(&mut self.pool);
        self.pool = pool;
    }
}
