//! What a check asks of a worker at a block. Pure.

use ballast_core::{
    view::{CheckInfo, CheckStage},
    BlockNumber, WorkerId,
};

/// Blocks before the end of the time for commitments at which an executor that has shown nothing has shown nothing. What
/// is left must do for a transaction.
pub const GIVE_UP_BLOCKS: BlockNumber = 8;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Nothing now.
    Nothing,
    /// Find a score and commit to it.
    Commit,
    /// Reveal the score that was committed to.
    Reveal,
}

/// What `check` asks of `worker` at block `now`.
pub fn duty(check: &CheckInfo, worker: WorkerId, now: BlockNumber) -> Duty {
    let sits = check.vacant == 0 && check.stage != CheckStage::Condemned && now < check.due;
    let seat = check.panel.iter().find(|seat| seat.worker == worker);
    match seat.filter(|_| sits) {
        Some(seat) if !seat.committed && now < check.commit_until => Duty::Commit,
        Some(seat) if seat.committed && seat.score.is_none() && now >= check.commit_until => {
            Duty::Reveal
        }
        _ => Duty::Nothing,
    }
}

/// Whether it is time to judge an executor that has shown nothing.
pub fn is_late(check: &CheckInfo, now: BlockNumber) -> bool {
    now.saturating_add(GIVE_UP_BLOCKS) >= check.commit_until
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::fake::{check, VERIFIER};

    #[test]
    fn scores_are_committed_to_first_and_revealed_after() {
        let mut check = check(VERIFIER, 1);
        let at = |check: &CheckInfo, now| duty(check, VERIFIER, now);
        assert_eq!(at(&check, check.commit_until - 1), Duty::Commit);
        assert_eq!(at(&check, check.commit_until), Duty::Nothing, "too late");
        check.panel[0].committed = true;
        assert_eq!(at(&check, check.commit_until - 1), Duty::Nothing);
        // The transaction gets into a later block.
        assert_eq!(at(&check, check.commit_until), Duty::Reveal);
        assert_eq!(at(&check, check.due - 1), Duty::Reveal);
        assert_eq!(at(&check, check.due), Duty::Nothing);
        check.panel[0].score = Some(5);
        assert_eq!(at(&check, check.commit_until), Duty::Nothing);
    }

    #[test]
    fn who_does_not_sit_has_nothing_to_do() {
        let base = check(VERIFIER, 1);
        assert_eq!(duty(&base, WorkerId([9; 32]), 1), Duty::Nothing);
        let condemned = CheckInfo {
            stage: CheckStage::Condemned,
            ..base.clone()
        };
        assert_eq!(duty(&condemned, VERIFIER, 1), Duty::Nothing);
        let waiting = CheckInfo { vacant: 1, ..base };
        assert_eq!(duty(&waiting, VERIFIER, 1), Duty::Nothing);
    }

    #[test]
    fn an_executor_has_time_until_shortly_before_the_end() {
        let check = check(VERIFIER, 1);
        assert!(!is_late(&check, check.commit_until - GIVE_UP_BLOCKS - 1));
        assert!(is_late(&check, check.commit_until - GIVE_UP_BLOCKS));
        assert!(is_late(&check, BlockNumber::MAX));
    }
}
