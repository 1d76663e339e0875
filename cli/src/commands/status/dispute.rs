//! How a dispute about a shard that nobody shows stands.

use ballast_core::{
    limits::{COMMITTEE_QUORUM, COMMITTEE_SEATS},
    view::{DisputeInfo, EncodingInfo},
    BlockNumber, ChainingValue,
};
use serde::Serialize;

/// A dispute, as it stands.
#[derive(Debug, Serialize)]
pub(super) struct DisputeReport {
    shard: u8,
    opened_at: BlockNumber,
    /// Seats of the committee that is drawn; 0 until then.
    seats: u32,
    /// Seats whose rebuild reached the root on chain.
    right: u32,
    /// Seats whose rebuild reached another one; the most that agree.
    wrong: u32,
    /// Whether enough seats agree that the shard is wrong: then the encoding ends.
    decided_wrong: bool,
    /// Last block before it ends.
    ends_at: BlockNumber,
}

impl DisputeReport {
    pub(super) fn new(dispute: &DisputeInfo, info: &EncodingInfo) -> Self {
        let root = info.roots.get(usize::from(dispute.shard.0));
        let root = root.copied().flatten();
        let is_right = |reached: &ChainingValue| root.as_ref() == Some(reached);
        let reached = dispute.committee.iter().filter_map(|seat| seat.root);
        let wrong = reached
            .filter(|reached| !is_right(reached))
            .map(|reached| dispute.seats_for(&reached));
        let seats = dispute.committee.iter().map(|seat| u32::from(seat.seats));
        Self {
            shard: dispute.shard.0,
            opened_at: dispute.opened_at,
            seats: seats.sum(),
            right: root.map_or(0, |root| dispute.seats_for(&root)),
            wrong: wrong.max().unwrap_or(0),
            decided_wrong: dispute.verdict.is_some_and(|verdict| !is_right(&verdict)),
            ends_at: dispute.ends_at,
        }
    }

    pub(super) fn text(&self) -> String {
        let shard = self.shard;
        let so_far = match self.seats {
            0 => "its committee is not drawn yet".into(),
            _ => format!(
                "{} of {COMMITTEE_SEATS} seats say that it is wrong, {} that it is right, {COMMITTEE_QUORUM} decide",
                self.wrong, self.right
            ),
        };
        let end = match self.decided_wrong {
            true => format!(
                "the encoding ends after block {} unless the shard is shown; publish the blob again",
                self.ends_at
            ),
            false => format!("open until block {}", self.ends_at),
        };
        format!("      shard {shard} is disputed, nobody shows it: {so_far}; {end}\n")
    }
}
