//! Which shards may go: those the chain has not counted as this worker's for a while.
//!
//! Goals: one page of the store at a time in memory; a shard leaves only after it was missing in every look over the
//! whole grace period, so neither a slow node nor a shard that is assigned while we look costs data.

use crate::{
    facts::ShardKey,
    store::{Store, StoreError},
};
use ballast_core::{BlockNumber, EncodingId};
use std::collections::{HashMap, HashSet};

/// Rows of the store looked at in one go.
const PAGE: usize = 1024;
/// What may wait for its end of grace at once; more waits for a later sweep.
const WAITING_MAX: usize = 1 << 18;

/// A thing that can be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// A shard.
    Shard(ShardKey),
    /// Facts and table of an encoding.
    Encoding(EncodingId),
}

/// Since when each unassigned thing has been unassigned. Forgotten at a restart: then the grace begins anew.
#[derive(Debug)]
pub struct Grace {
    blocks: BlockNumber,
    since: HashMap<Item, BlockNumber>,
}

impl Grace {
    /// A grace of so many finalized blocks.
    pub fn new(blocks: BlockNumber) -> Self {
        Self {
            blocks,
            since: HashMap::new(),
        }
    }

    /// Notes whether `item` is wanted at block `now`; true when it may go.
    pub fn is_over(&mut self, item: Item, wanted: bool, now: BlockNumber) -> bool {
        if wanted {
            self.since.remove(&item);
            return false;
        }
        if self.since.len() >= WAITING_MAX && !self.since.contains_key(&item) {
            return false;
        }
        let since = *self.since.entry(item).or_insert(now);
        now.saturating_sub(since) >= self.blocks
    }

    /// Forgets an item that is gone.
    pub fn forget(&mut self, item: Item) {
        self.since.remove(&item);
    }

    /// Things that wait for their end of grace.
    pub fn waiting(&self) -> usize {
        self.since.len()
    }
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Shards deleted.
    pub shards: u64,
    /// Encodings forgotten.
    pub encodings: u64,
    /// Deletions that failed; a later sweep tries again.
    pub failed: u64,
}

/// Deletes what is not in `assigned` and has not been for the grace period, as of finalized block `now`. Blocks.
pub fn sweep(
    store: &Store,
    grace: &mut Grace,
    assigned: &HashSet<ShardKey>,
    now: BlockNumber,
) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    sweep_shards(store, grace, assigned, now, &mut swept)?;
    sweep_encodings(store, grace, assigned, now, &mut swept)?;
    Ok(swept)
}

fn sweep_shards(
    store: &Store,
    grace: &mut Grace,
    assigned: &HashSet<ShardKey>,
    now: BlockNumber,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let page = store.shards(after, PAGE)?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for (key, _) in page {
            let item = Item::Shard(key);
            if !grace.is_over(item, assigned.contains(&key), now) {
                continue;
            }
            match store.delete(key) {
                Ok(_) => {
                    grace.forget(item);
                    swept.shards += 1;
                    tracing::info!(shard = %key, finalized = now, "shard deleted: it is no longer assigned here");
                }
                Err(error) => {
                    swept.failed += 1;
                    tracing::error!(shard = %key, %error, "a shard that is no longer assigned could not be deleted");
                }
            }
        }
    }
}

fn sweep_encodings(
    store: &Store,
    grace: &mut Grace,
    assigned: &HashSet<ShardKey>,
    now: BlockNumber,
    swept: &mut Swept,
) -> Result<(), StoreError> {
    let wanted: HashSet<EncodingId> = assigned.iter().map(|key| key.encoding).collect();
    let mut after = None;
    loop {
        let page = store.encodings(after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for id in page {
            let item = Item::Encoding(id);
            if grace.is_over(item, wanted.contains(&id), now) && store.delete_encoding(id)? {
                grace.forget(item);
                swept.encodings += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: Item = Item::Encoding(EncodingId(1));

    #[test]
    fn an_item_goes_when_it_was_unwanted_for_the_whole_grace() {
        let mut grace = Grace::new(10);
        assert!(!grace.is_over(ITEM, false, 100));
        assert!(!grace.is_over(ITEM, false, 109));
        assert!(grace.is_over(ITEM, false, 110));
    }

    #[test]
    fn being_wanted_once_begins_the_grace_anew() {
        let mut grace = Grace::new(10);
        assert!(!grace.is_over(ITEM, false, 100));
        assert!(!grace.is_over(ITEM, true, 105));
        assert_eq!(grace.waiting(), 0);
        assert!(!grace.is_over(ITEM, false, 112));
        assert!(!grace.is_over(ITEM, false, 121));
        assert!(grace.is_over(ITEM, false, 122));
    }

    #[test]
    fn a_head_that_goes_back_deletes_nothing() {
        let mut grace = Grace::new(10);
        assert!(!grace.is_over(ITEM, false, 100));
        assert!(!grace.is_over(ITEM, false, 3));
    }
}
