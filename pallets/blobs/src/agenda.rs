//! Work that falls due by itself: draws, lapses, expiries, repairs.
//!
//! Goals: a block does what fits into its budget and the rest stays due; finding it costs a read or two, however much
//! there is; nothing that is due is ever passed over.
//! Non-goals: what the work is (`placement`, `lapse`, `lease`, `repair`).
//!
//! Each agenda is a map of buckets, moment -> encodings, and a cursor: all buckets before the cursor are empty.

use crate::{
    Config, DrawCursor, DrawsDue, ExpiriesDue, ExpiryCursor, LapseCursor, LapsesDue, RepairCursor,
    RepairsDue, WeightInfo,
};
use ballast_core::{EncodingId, StorageEpoch};
use core::marker::PhantomData;
use frame_support::weights::Weight;

/// What one agenda may cost in one block.
pub(crate) struct Budget {
    limit: Weight,
    spent: Weight,
    worked: bool,
    looks: u8,
}

/// Buckets of a kind that are looked into in any block, whatever other kinds have spent: more than one comes with a block, so
/// no cursor falls behind for ever.
const FREE_LOOKS: u8 = 2;

impl Budget {
    pub(crate) fn new(limit: Weight) -> Self {
        Self {
            limit,
            spent: Weight::zero(),
            worked: false,
            looks: 0,
        }
    }

    pub(crate) fn spent(&self) -> Weight {
        self.spent
    }

    /// Begins with work of another kind, whose first unit is always granted too.
    pub(crate) fn next_kind(&mut self) {
        self.worked = false;
        self.looks = 0;
    }

    /// Pays for looking into a bucket.
    pub(crate) fn look(&mut self, cost: Weight) -> bool {
        let fits = self.try_spend(cost);
        let granted = fits || self.looks < FREE_LOOKS;
        if granted && !fits {
            self.spent = self.spent.saturating_add(cost);
        }
        self.looks = self.looks.saturating_add(1);
        granted
    }

    /// Pays, if there is enough left.
    fn try_spend(&mut self, cost: Weight) -> bool {
        let after = self.spent.saturating_add(cost);
        let fits = after.all_lte(self.limit);
        if fits {
            self.spent = after;
        }
        fits
    }

    /// Pays for one unit of work. The first of a kind in a block is always granted: units are bounded, and one that never fits
    /// must not wait for ever.
    pub(crate) fn grant(&mut self, cost: Weight) -> bool {
        let fits = self.try_spend(cost);
        let granted = fits || !self.worked;
        if granted && !fits {
            self.spent = self.spent.saturating_add(cost);
        }
        self.worked |= granted;
        granted
    }
}

/// Encodings by the moment at which something is due for them.
pub(crate) trait Agenda {
    fn first_at(moment: u32) -> Option<EncodingId>;
    fn cursor() -> u32;
    fn set_cursor(moment: u32);
    fn probe_weight() -> Weight;

    /// The first encoding that is due at `now` or before. Moves the cursor over empty buckets.
    fn next_due(now: u32, budget: &mut Budget) -> Option<EncodingId> {
        let start = Self::cursor();
        let mut cursor = start;
        let mut found = None;
        while cursor <= now && budget.look(Self::probe_weight()) {
            found = Self::first_at(cursor);
            if found.is_some() || cursor == u32::MAX {
                break;
            }
            cursor = cursor.saturating_add(1);
        }
        if cursor != start {
            Self::set_cursor(cursor);
        }
        found
    }
}

/// Encodings that wait for a draw, by block.
pub(crate) struct Draws<T>(PhantomData<T>);

/// Pending encodings, by the block from which they lapse.
pub(crate) struct Lapses<T>(PhantomData<T>);

/// Certified encodings, by the storage epoch from which their lease no longer covers them.
pub(crate) struct Expiries<T>(PhantomData<T>);

/// Certified encodings whose shards are looked at again, by block.
pub(crate) struct Checks<T>(PhantomData<T>);

impl<T: Config> Agenda for Checks<T> {
    fn first_at(moment: u32) -> Option<EncodingId> {
        RepairsDue::<T>::iter_key_prefix(moment).next()
    }
    fn cursor() -> u32 {
        RepairCursor::<T>::get()
    }
    fn set_cursor(moment: u32) {
        RepairCursor::<T>::put(moment)
    }
    fn probe_weight() -> Weight {
        T::WeightInfo::probe()
    }
}

impl<T: Config> Agenda for Draws<T> {
    fn first_at(moment: u32) -> Option<EncodingId> {
        DrawsDue::<T>::iter_key_prefix(moment).next()
    }
    fn cursor() -> u32 {
        DrawCursor::<T>::get()
    }
    fn set_cursor(moment: u32) {
        DrawCursor::<T>::put(moment)
    }
    fn probe_weight() -> Weight {
        T::WeightInfo::probe()
    }
}

impl<T: Config> Agenda for Lapses<T> {
    fn first_at(moment: u32) -> Option<EncodingId> {
        LapsesDue::<T>::iter_key_prefix(moment).next()
    }
    fn cursor() -> u32 {
        LapseCursor::<T>::get()
    }
    fn set_cursor(moment: u32) {
        LapseCursor::<T>::put(moment)
    }
    fn probe_weight() -> Weight {
        T::WeightInfo::probe()
    }
}

impl<T: Config> Agenda for Expiries<T> {
    fn first_at(moment: u32) -> Option<EncodingId> {
        ExpiriesDue::<T>::iter_key_prefix(StorageEpoch(moment)).next()
    }
    fn cursor() -> u32 {
        ExpiryCursor::<T>::get().0
    }
    fn set_cursor(moment: u32) {
        ExpiryCursor::<T>::put(StorageEpoch(moment))
    }
    fn probe_weight() -> Weight {
        T::WeightInfo::probe()
    }
}
