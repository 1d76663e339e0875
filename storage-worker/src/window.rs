//! The window that is open, as the best block has it: which picks are to be sent, and when again. Pure, so that the
//! simulator runs it too.
//!
//! Goals: what the window lacks is sent at once, and again while it is not on chain; picks of another fork are another
//! window.
//! Non-goals: reading chunks and sending them (module `prove`).

use ballast_core::{
    challenge::ChunkProof,
    view::{PickInfo, WindowInfo},
    BlockNumber, StorageEpoch,
};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks after which a proof that is not on chain is sent again.
pub const RESEND_BLOCKS: BlockNumber = 3;

/// A window that is open, and what was done for it.
#[derive(Clone, Debug)]
pub struct OpenWindow {
    info: WindowInfo,
    /// Proofs made so far, by pick.
    proofs: BTreeMap<u8, ChunkProof>,
    /// Picks that were sent last, and when.
    sent: Option<(BTreeSet<u8>, BlockNumber)>,
}

/// What a look at the chain brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// No window is open.
    Closed,
    /// The window that was known, with what is proven of it now.
    Same,
    /// The window of another fork for the same epoch.
    OtherFork,
    /// A new window.
    New,
}

impl OpenWindow {
    /// Takes the window of the best block. One that asks for other chunks is another window.
    pub fn enter(open: &mut Option<Self>, window: Option<WindowInfo>) -> Entered {
        let Some(info) = window else {
            *open = None;
            return Entered::Closed;
        };
        match open {
            Some(open) if asks_for_the_same(&open.info, &info) => {
                open.info = info;
                Entered::Same
            }
            before => {
                let same_epoch = before
                    .as_ref()
                    .is_some_and(|open| open.info.epoch == info.epoch);
                *before = Some(Self {
                    info,
                    proofs: BTreeMap::new(),
                    sent: None,
                });
                match same_epoch {
                    true => Entered::OtherFork,
                    false => Entered::New,
                }
            }
        }
    }

    /// The window as the chain has it.
    pub fn info(&self) -> &WindowInfo {
        &self.info
    }

    /// The picks that are to be sent at block `now`; `None` if all are proven or on their way, or it is too late.
    pub fn due(&self, now: BlockNumber) -> Option<BTreeSet<u8>> {
        // What is sent at block `now` is in a later one at the earliest.
        if now >= self.info.deadline {
            return None;
        }
        let lacking = self.lacking();
        let is_on_its_way = self.sent.as_ref().is_some_and(|(picks, at)| {
            now < at.saturating_add(RESEND_BLOCKS) && lacking.is_subset(picks)
        });
        (!lacking.is_empty() && !is_on_its_way).then_some(lacking)
    }

    /// Those of `picks` that no proof is made for yet.
    pub fn unmade(&self, picks: &BTreeSet<u8>) -> Vec<(u8, PickInfo)> {
        (0u8..)
            .zip(self.info.picks.iter().copied())
            .filter(|(pick, _)| picks.contains(pick) && !self.proofs.contains_key(pick))
            .collect()
    }

    /// Remembers proofs that were made, and that `due` is sent at block `now`: gives what to send of it. What cannot be
    /// shown counts as sent; it is tried again with the rest.
    pub fn send(
        &mut self,
        due: BTreeSet<u8>,
        made: impl IntoIterator<Item = (u8, ChunkProof)>,
        now: BlockNumber,
    ) -> Vec<ChunkProof> {
        self.proofs.extend(made);
        let proofs = self.proofs.iter().filter(|(pick, _)| due.contains(pick));
        let proofs = proofs.map(|(_, proof)| proof.clone()).collect();
        self.sent = Some((due, now));
        proofs
    }

    /// What was sent for `epoch` was refused or lost: it is sent again with the next block.
    pub fn was_refused(&mut self, epoch: StorageEpoch) {
        if self.info.epoch == epoch {
            self.sent = None;
        }
    }

    /// The picks that are not proven.
    fn lacking(&self) -> BTreeSet<u8> {
        let picks = (0u8..).zip(&self.info.picks);
        picks
            .filter(|(_, pick)| !pick.proven)
            .map(|(index, _)| index)
            .collect()
    }
}

fn asks_for_the_same(one: &WindowInfo, other: &WindowInfo) -> bool {
    let asks = |window: &WindowInfo| {
        let picks = window.picks.iter();
        let picks = picks.map(|pick| (pick.encoding, pick.shard, pick.chunk));
        (window.epoch, window.opened_at, picks.collect::<Vec<_>>())
    };
    asks(one) == asks(other)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::{ChunkIndex, EncodingId, GroupProof, ShardIndex};

    fn window(epoch: u32, chunks: [u64; 2]) -> WindowInfo {
        let picks = chunks.map(|chunk| PickInfo {
            encoding: EncodingId(1),
            shard: ShardIndex(0),
            chunk: ChunkIndex(chunk),
            proven: false,
        });
        WindowInfo {
            epoch: StorageEpoch(epoch),
            opened_at: 100,
            deadline: 108,
            picks: picks.to_vec(),
        }
    }

    fn proof(pick: u8) -> (u8, ChunkProof) {
        let (bytes, proof) = (vec![pick], GroupProof::default());
        (pick, ChunkProof { pick, bytes, proof })
    }

    fn entered(info: WindowInfo) -> OpenWindow {
        let mut open = None;
        assert_eq!(OpenWindow::enter(&mut open, Some(info)), Entered::New);
        open.unwrap()
    }

    #[test]
    fn what_is_sent_is_sent_again_only_after_some_blocks_or_a_refusal() {
        let mut open = entered(window(5, [1, 2]));
        let due = open.due(100).unwrap();
        assert_eq!(open.unmade(&due).len(), 2);
        assert_eq!(open.send(due, [proof(0), proof(1)], 100).len(), 2);
        assert_eq!(open.due(102), None);
        assert_eq!(open.due(103).unwrap().len(), 2);
        open.was_refused(StorageEpoch(4));
        assert_eq!(open.due(101), None, "another epoch's refusal is not ours");
        open.was_refused(StorageEpoch(5));
        assert_eq!(open.due(101).unwrap().len(), 2);
    }

    #[test]
    fn nothing_is_sent_that_cannot_arrive_in_time() {
        let open = entered(window(5, [1, 2]));
        assert!(open.due(107).is_some());
        assert_eq!(open.due(108), None);
    }

    #[test]
    fn what_is_proven_or_made_is_not_made_again() {
        let mut open = Some(entered(window(5, [1, 2])));
        let due = open.as_ref().unwrap().due(100).unwrap();
        open.as_mut().unwrap().send(due, [proof(1)], 100);
        let mut proven = window(5, [1, 2]);
        proven.picks[1].proven = true;
        assert_eq!(OpenWindow::enter(&mut open, Some(proven)), Entered::Same);
        let open = open.unwrap();
        let due = open.due(103).unwrap();
        assert_eq!(due, BTreeSet::from([0]));
        assert_eq!(open.unmade(&due).len(), 1);
    }

    #[test]
    fn other_chunks_are_another_window_and_proofs_of_the_former_are_forgotten() {
        let mut open = Some(entered(window(5, [1, 2])));
        let due = open.as_ref().unwrap().due(100).unwrap();
        open.as_mut().unwrap().send(due, [proof(0), proof(1)], 100);
        let other = OpenWindow::enter(&mut open, Some(window(5, [1, 3])));
        assert_eq!(other, Entered::OtherFork);
        let due = open.as_ref().unwrap().due(100).unwrap();
        assert_eq!(open.as_ref().unwrap().unmade(&due).len(), 2);
        assert_eq!(OpenWindow::enter(&mut open, None), Entered::Closed);
        assert!(open.is_none());
    }
}
