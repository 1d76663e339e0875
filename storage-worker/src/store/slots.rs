//! One lock per shard that is being received, and a bound on how many are open.

use super::{error::PutError, lock, receiving::Receiving};
use crate::facts::ShardKey;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// Shards open for receiving at once, each with a file and a bit per block in memory.
pub const OPEN_SHARDS_MAX: usize = 256;

/// A shard's lock, and what is known of it while it is open.
pub(super) type Slot = Mutex<Option<Receiving>>;

/// The slots in use.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<ShardKey, Arc<Slot>>>);

impl Slots {
    /// The slot of a shard. When all are taken, one that nobody uses is put to `rest` and closed.
    pub fn get(&self, key: ShardKey, rest: impl Fn(&Slot)) -> Result<Arc<Slot>, PutError> {
        let mut slots = lock(&self.0);
        if let Some(slot) = slots.get(&key) {
            return Ok(slot.clone());
        }
        tidy(&mut slots);
        if slots.len() >= OPEN_SHARDS_MAX {
            let idle = slots.iter().find(|(_, slot)| Arc::strong_count(slot) == 1);
            let idle = idle.map(|(key, _)| *key).ok_or(PutError::Busy {
                limit: OPEN_SHARDS_MAX,
            })?;
            if let Some(slot) = slots.remove(&idle) {
                rest(&slot);
            }
        }
        Ok(slots.entry(key).or_default().clone())
    }

    /// The slot of a shard, whatever the bound: for work that goes on one shard at a time.
    pub fn force(&self, key: ShardKey) -> Arc<Slot> {
        let mut slots = lock(&self.0);
        tidy(&mut slots);
        slots.entry(key).or_default().clone()
    }

    /// The slot of a shard if it is in use.
    pub fn peek(&self, key: ShardKey) -> Option<Arc<Slot>> {
        lock(&self.0).get(&key).cloned()
    }

    /// All slots.
    pub fn all(&self) -> Vec<Arc<Slot>> {
        lock(&self.0).values().cloned().collect()
    }
}

/// Forgets slots that nobody uses and that hold nothing, once there are many.
fn tidy(slots: &mut HashMap<ShardKey, Arc<Slot>>) {
    if slots.len() >= OPEN_SHARDS_MAX {
        slots.retain(|_, slot| Arc::strong_count(slot) > 1 || lock(slot).is_some());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::{EncodingId, ShardIndex};

    #[test]
    fn work_on_many_shards_one_at_a_time_leaves_few_slots() {
        let slots = Slots::default();
        for id in 0..10 * OPEN_SHARDS_MAX as u64 {
            slots.force(ShardKey {
                encoding: EncodingId(id),
                shard: ShardIndex(0),
            });
        }
        assert!(slots.all().len() <= OPEN_SHARDS_MAX);
    }
}
