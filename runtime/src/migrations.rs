//! What an upgrade does to the state, before the first block under the new code.
//!
//! Goals: one list, which is emptied when every network has run it. A migration changes nothing when it runs again, by what it does or
//! by its pallet's storage version.
//! Non-goals: what takes longer than a block (`MultiBlockMigrations`).

use frame_support::{traits::OnRuntimeUpgrade, weights::Weight};

use crate::{
    pace::{pallet::Periods, HALF_HOURS_PER_DAY},
    Runtime,
};

/// The migrations of this version.
pub type Migrations = (WholeHalfHours,);

/// Governance counts in half hours. Where a day is no multiple of 48 blocks they are no whole numbers of blocks, so that the
/// shortest periods are up to a third shorter than they say; a day of 80 blocks has half hours of one block. It becomes the next multiple.
pub struct WholeHalfHours;

impl OnRuntimeUpgrade for WholeHalfHours {
    fn on_runtime_upgrade() -> Weight {
        Periods::<Runtime>::mutate(|periods| {
            periods.governance_day_blocks = periods
                .governance_day_blocks
                .next_multiple_of(HALF_HOURS_PER_DAY);
        });
        <Runtime as frame_system::Config>::DbWeight::get().reads_writes(1, 1)
    }

    #[cfg(feature = "try-runtime")]
    fn post_upgrade(_: alloc::vec::Vec<u8>) -> Result<(), sp_runtime::TryRuntimeError> {
        let day = Periods::<Runtime>::get().governance_day_blocks;
        frame_support::ensure!(
            day.is_multiple_of(HALF_HOURS_PER_DAY),
            "a day is a whole number of half hours"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::Periods as AllPeriods;

    fn day_after(upgrades: usize, day: u32) -> u32 {
        sp_io::TestExternalities::default().execute_with(|| {
            let before = AllPeriods {
                governance_day_blocks: day,
                ..AllPeriods::default()
            };
            Periods::<Runtime>::put(before);
            for _ in 0..upgrades {
                Migrations::on_runtime_upgrade();
            }
            let after = Periods::<Runtime>::get();
            let expected = AllPeriods {
                governance_day_blocks: after.governance_day_blocks,
                ..before
            };
            assert_eq!(after, expected, "only the day changes");
            after.governance_day_blocks
        })
    }

    #[test]
    fn a_day_becomes_a_whole_number_of_half_hours() {
        assert_eq!(day_after(1, 80), 96);
        assert_eq!(day_after(1, 49), 96);
    }

    #[test]
    fn it_changes_nothing_twice_and_leaves_whole_days_alone() {
        assert_eq!(day_after(2, 80), 96);
        assert_eq!(day_after(1, crate::constants::DAYS), crate::constants::DAYS);
    }
}
