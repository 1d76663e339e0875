//! Where a worker stands with its possession proofs, and why.

use crate::{amount::Amount, error::CliError};
use ballast_chain::{Chain, ChainError};
use ballast_core::{
    view::{PossessionParams, StandingInfo, WindowInfo, WindowOutcome},
    BlockNumber, WorkerId,
};
use serde::Serialize;

/// What the chain asks of a worker, and what came of it so far.
#[derive(Debug, Serialize)]
pub struct Proofs {
    /// Points against it.
    score: u8,
    /// Score from which on a window with a miss costs stake.
    slash_from_score: u8,
    /// Score at which it is evicted.
    evict_at_score: u8,
    /// Clean windows since the last miss.
    clean_windows: u16,
    /// Shards with a receipt on chain.
    receipted_shards: u32,
    /// What the present epoch brings if every proof comes.
    earns_per_epoch: Amount,
    earned: Amount,
    forfeited: Amount,
    slashed: Amount,
    /// The window that is open, if one is.
    window: Option<Window>,
    /// How its last windows ended, the oldest first.
    recent: Vec<Outcome>,
}

/// A window that is open.
#[derive(Debug, Serialize)]
struct Window {
    epoch: u32,
    opened_at: BlockNumber,
    deadline: BlockNumber,
    asked: usize,
    proven: usize,
}

/// How a window ended.
#[derive(Debug, Serialize)]
struct Outcome {
    epoch: u32,
    proven: u8,
    missed: u8,
    excused: u8,
    /// The first shard that a chunk was missed of: encoding and shard.
    first_missed: Option<(u64, u8)>,
    paid: Amount,
    slashed: Amount,
}

impl Proofs {
    /// Reads it; `None` on a chain that asks for no proofs, or of an account that was never asked.
    pub async fn read(chain: &dyn Chain, worker: WorkerId) -> Result<Option<Self>, CliError> {
        let params = match chain.possession_params().await {
            Ok(params) => params,
            Err(ChainError::Incompatible { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (standing, window) = (chain.standing(worker).await?, chain.window(worker).await?);
        Ok(standing.map(|standing| Self::new(&standing, window.as_ref(), &params)))
    }

    fn new(
        standing: &StandingInfo,
        window: Option<&WindowInfo>,
        params: &PossessionParams,
    ) -> Self {
        Self {
            score: standing.score,
            slash_from_score: params.slash_from_score,
            evict_at_score: params.evict_at_score,
            clean_windows: standing.clean_windows,
            receipted_shards: standing.shards,
            earns_per_epoch: Amount(standing.rate),
            earned: Amount(standing.earned),
            forfeited: Amount(standing.forfeited),
            slashed: Amount(standing.slashed),
            window: window.map(Window::from),
            recent: standing.recent.iter().map(Outcome::from).collect(),
        }
    }

    /// As lines of a table.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let (earned, rate) = (self.earned, self.earns_per_epoch);
        let mut lines = vec![
            ("standing", self.standing_text()),
            ("earned", format!("{earned} in all, {rate} in an epoch")),
        ];
        if self.forfeited.0 > 0 || self.slashed.0 > 0 {
            let (forfeited, slashed) = (self.forfeited, self.slashed);
            let text = format!("{forfeited} not paid, {slashed} of the stake taken");
            lines.push(("lost", text));
        }
        let window = self.window.as_ref().map(Window::text);
        lines.push(("window", window.unwrap_or_else(|| "none open".into())));
        lines.extend(self.recent.last().map(|last| ("last window", last.text())));
        let last_miss = self.recent.iter().rev().find(|outcome| outcome.missed > 0);
        lines.extend(last_miss.map(|missed| ("last miss", missed.text())));
        lines
    }

    fn standing_text(&self) -> String {
        match self.score {
            0 => "good, no points against it".into(),
            score => format!(
                "{score} points against it; from {} on a miss costs stake, at {} it is evicted; {} clean windows since",
                self.slash_from_score, self.evict_at_score, self.clean_windows
            ),
        }
    }
}

impl Window {
    fn text(&self) -> String {
        format!(
            "epoch {}: {} of {} chunks proven, until block {}",
            self.epoch, self.proven, self.asked, self.deadline
        )
    }
}

impl Outcome {
    fn text(&self) -> String {
        let Self {
            epoch,
            proven,
            missed,
            ..
        } = self;
        let mut text = format!("epoch {epoch}: {proven} proven, {missed} missed");
        if self.excused > 0 {
            text += &format!(", {} excused", self.excused);
        }
        if let Some((encoding, shard)) = self.first_missed {
            text += &format!(" (first of shard {encoding}/{shard})");
        }
        text + &format!(", {} paid", self.paid)
    }
}

impl From<&WindowInfo> for Window {
    fn from(info: &WindowInfo) -> Self {
        Self {
            epoch: info.epoch.0,
            opened_at: info.opened_at,
            deadline: info.deadline,
            asked: info.picks.len(),
            proven: info.picks.iter().filter(|pick| pick.proven).count(),
        }
    }
}

impl From<&WindowOutcome> for Outcome {
    fn from(outcome: &WindowOutcome) -> Self {
        let first_missed = outcome.first_missed;
        Self {
            epoch: outcome.epoch.0,
            proven: outcome.proven,
            missed: outcome.missed,
            excused: outcome.excused,
            first_missed: first_missed.map(|(encoding, shard)| (encoding.0, shard.0)),
            paid: Amount(outcome.paid),
            slashed: Amount(outcome.slashed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::{EncodingId, ShardIndex, StorageEpoch};

    fn outcome(epoch: u32, missed: u8) -> WindowOutcome {
        WindowOutcome {
            epoch: StorageEpoch(epoch),
            proven: 20 - missed,
            missed,
            excused: 0,
            first_missed: (missed > 0).then_some((EncodingId(7), ShardIndex(3))),
            paid: 1_000_000_000_000,
            slashed: 0,
        }
    }

    fn proofs(score: u8, recent: Vec<WindowOutcome>) -> Proofs {
        let standing = StandingInfo {
            score,
            clean_windows: 2,
            recent,
            shards: 4,
            rate: 0,
            earned: 2_000_000_000_000,
            forfeited: 0,
            slashed: 0,
        };
        let params = PossessionParams {
            picks_per_window: 20,
            proof_deadline_blocks: 50,
            slash_from_score: 3,
            slash_permille: 10,
            evict_at_score: 8,
            clean_windows_per_point: 6,
            repair_fund: 0,
        };
        Proofs::new(&standing, None, &params)
    }

    #[test]
    fn a_miss_is_told_with_its_shard_until_it_leaves_the_list() {
        let lines = proofs(1, vec![outcome(3, 2), outcome(4, 0)]).lines();
        let has = |name: &str, parts: &[&str]| {
            lines
                .iter()
                .any(|(known, text)| *known == name && parts.iter().all(|part| text.contains(part)))
        };
        assert!(has("last miss", &["epoch 3", "shard 7/3"]));
        assert!(has("last window", &["epoch 4: 20 proven, 0 missed"]));
        assert!(has("standing", &["1 points", "at 8 it is evicted"]));
    }

    #[test]
    fn a_good_standing_is_short() {
        let lines = proofs(0, vec![]).lines();
        let names: Vec<_> = lines.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["standing", "earned", "window"]);
    }
}
