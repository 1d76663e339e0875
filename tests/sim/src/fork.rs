//! Forks: some blocks are undone, and others come in their place, with other randomness and one block more.
//!
//! Goals: workers, which read windows at the best block, see their windows ask for other chunks; transactions of undone
//! blocks go back to the pool, in their order. Final blocks are never undone.
//! Non-goals: an encoding whose registration is undone; publishers act on what is final. Such a fork does not happen.

use crate::{
    chain::Snapshot,
    oracle::{Oracle, Violation},
    world::World,
};
use ballast_core::BlockNumber;
use ballast_runtime::RuntimeEvent;

/// A fork that is coming.
pub struct Coming {
    /// The last block that both branches have.
    state: Snapshot,
    oracle: Oracle,
    /// Blocks that will be undone.
    depth: BlockNumber,
}

impl World {
    /// The next `depth` blocks will be undone. No more than finality leaves.
    pub fn begin_fork(&mut self, depth: BlockNumber) {
        let depth = depth.min(self.scenario.finality_lag);
        if self.fork.is_none() && depth > 0 {
            self.fork = Some(Coming {
                state: self.chain.snapshot(),
                oracle: self.oracle.clone(),
                depth,
            });
        }
    }

    /// Undoes blocks if that is due, and makes those of the other branch.
    pub fn fork_if_due(&mut self) -> Result<(), Violation> {
        let now = self.chain.number();
        let is_due = |coming: &Coming| now >= coming.state.number() + coming.depth;
        let Some(coming) = self.fork.take_if(|coming| is_due(coming)) else {
            return Ok(());
        };
        let common = coming.state.number();
        let undone = || self.views.iter().filter(|view| view.number > common);
        let is_registration = |event: &RuntimeEvent| {
            matches!(
                event,
                RuntimeEvent::Blobs(pallet_blobs::Event::Registered { .. })
            )
        };
        let registers = undone().any(|view| view.events.iter().any(is_registration));
        if registers || self.finalized.number > common {
            self.chain.forget();
            return Ok(());
        }
        self.note(|| format!("fork: blocks {} to {now} are undone", common + 1));
        self.report.forks += 1;
        self.chain.restore(coming.state);
        self.oracle = coming.oracle;
        self.views.retain(|view| view.number <= common);
        for _ in 0..=coming.depth {
            self.make_block()?;
        }
        Ok(())
    }
}
