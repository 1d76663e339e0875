//! `check`: reads everything that is held and compares it with what was stored about it.

use crate::{
    facts::ShardKey,
    store::{Damage, ShardStatus, Store, StoreError},
};
use std::path::PathBuf;

/// Shards examined between two looks at the index.
const PAGE: usize = 256;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Held shards examined.
    pub shards: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Shards that are still being received, not examined.
    pub receiving: u64,
    /// Damaged shards and what is wrong with each.
    pub damaged: Vec<(ShardKey, Damage)>,
    /// Files under `shards` that no row names.
    pub strays: Vec<PathBuf>,
}

impl Report {
    /// Whether all is well.
    pub fn is_good(&self) -> bool {
        self.damaged.is_empty() && self.strays.is_empty()
    }
}

/// Examines every held shard; `progress` hears of each.
pub fn check(
    store: &Store,
    mut progress: impl FnMut(ShardKey, &Damage),
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut after = None;
    loop {
        let page = store.shards(after, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        for (key, row) in page {
            if !matches!(row.status, ShardStatus::Held { .. }) {
                report.receiving += 1;
                continue;
            }
            let damage = store.examine(key)?;
            progress(key, &damage);
            report.shards += 1;
            report.bytes += row.len;
            if !damage.is_none() {
                report.damaged.push((key, damage));
            }
        }
    }
    report.strays = store.strays()?;
    Ok(report)
}

/// Records damage, so that no receipt claims a damaged shard.
pub fn mark(store: &Store, report: &Report) -> Result<(), StoreError> {
    report
        .damaged
        .iter()
        .try_for_each(|(key, _)| store.mark_damaged(*key).map(drop))
}

/// Gives damaged blocks up: their shards wait for these blocks again. Shards with other damage are deleted, to be
/// received anew.
pub fn repair(store: &Store, report: &Report) -> Result<(), StoreError> {
    for (key, damage) in &report.damaged {
        if damage.other.is_empty() {
            store.give_up(*key, &damage.blocks)?;
        } else {
            store.delete(*key)?;
        }
    }
    Ok(())
}
