//! Disputes: a shard that its holder did not show when it was asked on chain, and that nobody can rebuild.
//!
//! Goals: a league of a publisher and a holder that shows its shard to nobody does not keep an encoding whose margin is not
//! there; a right encoding is ended only if two thirds of a committee drawn by stake lie together, and nobody who has the
//! shard shows it; who tells the truth loses nothing, whatever the league shows; every dispute ends.
//! Non-goals: rebuilding (the workers), shards that are shown (`wrong`), what a missed challenge costs (`pallet-retrieval`).
//!
//! 1. A shard that was lost by a missed retrieval challenge is marked ([`Assignment::unshown`](crate::types::Assignment)).
//!    A receipt takes the mark away. Without it nothing begins, so nobody disputes a shard that is shown.
//! 2. The worker that is drawn for it rebuilds it and misses its root. It says which root it reached: that opens the dispute.
//! 3. From later randomness a committee is drawn by stake, seat by seat. Each member rebuilds the shard from any k others and
//!    says which root it reached, within the repair deadline. All choices of k right shards give the same bytes.
//! 4. Once [`COMMITTEE_QUORUM`] seats have reached the same root, no more words are taken. If it is the chain's, those who said
//!    otherwise pay what a missed challenge costs. If it is another one, the encoding ends after one more repair deadline.
//!    With fewer when the time is over the mark goes, and nobody pays.
//! 5. Until it has ended, a holder can end the matter: its receipt, and after it the chunks that the chain then picks.
//!
//! Showing chunks costs those who said otherwise nothing: twenty chunks do not show that all others are right, and a shard
//! that is wrong in one chunk would otherwise cost the honest. But there is a holder again, who can be asked for any other.

mod attest;
mod refute;
mod serve;

pub use attest::ATTEST_TAG;
pub use refute::REFUTE_TAG;

use crate::{
    types::{Encoding, Placement},
    Config, Disputes, Encodings, Pallet, Placements,
};
use alloc::vec::Vec;
use ballast_core::{
    challenge::{chunks_of, ChunkProof},
    dispute::shown_chunks,
    limits::{COMMITTEE_QUORUM, COMMITTEE_SEATS, SHOWN_CHUNKS},
    view::{CommitteeSeat, DisputeInfo},
    BlockNumber, ChainingValue, ChunkIndex, EncodingId, ShardIndex, WorkerId,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;

/// The workers of a committee, at most as many as seats, in ascending order.
pub type Committee = BoundedVec<CommitteeSeat, ConstU32<COMMITTEE_SEATS>>;

/// The chunks that a holder shows, in the order in which they are asked for.
pub type ShownChunks = BoundedVec<ChunkProof, ConstU32<SHOWN_CHUNKS>>;

/// An open dispute.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Dispute {
    /// The shard.
    pub shard: ShardIndex,
    /// The assignment of the shard that it is about. No two disputes of a shard have the same.
    pub generation: u32,
    /// Block at which it opened.
    pub opened_at: BlockNumber,
    /// The worker that was drawn for the shard and opened it.
    pub opener: WorkerId,
    /// The root that its rebuild reached.
    pub opener_root: ChainingValue,
    /// The committee; empty until it is drawn.
    pub committee: Committee,
    /// The root that a quorum of seats reached.
    pub verdict: Option<ChainingValue>,
    /// Last block before it ends.
    pub ends_at: BlockNumber,
    /// Whether a holder is to show chunks.
    pub showing: Showing,
}

/// Whether a holder of a disputed shard is to show chunks of it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Showing {
    /// Nobody has signed a receipt since it opened.
    NotDue,
    /// There is a receipt; the chunks wait for randomness.
    Due {
        /// Block of the receipt.
        since: BlockNumber,
    },
    /// The chunks that follow from this are to be shown.
    Asked {
        /// Randomness of a block after the receipt.
        seed: [u8; 32],
    },
}

impl Dispute {
    /// Seats that reached a root.
    pub fn seats_for(&self, root: &ChainingValue) -> u32 {
        let agreeing = self
            .committee
            .iter()
            .filter(|seat| seat.root.as_ref() == Some(root));
        agreeing.fold(0, |sum, seat| sum.saturating_add(seat.seats.into()))
    }

    /// Whether so many seats agree on a root that it is decided.
    pub fn is_quorum(&self, root: &ChainingValue) -> bool {
        self.seats_for(root) >= COMMITTEE_QUORUM
    }

    /// What each worker said that has said something, the opener first.
    pub fn words(&self) -> impl Iterator<Item = (WorkerId, ChainingValue, u8)> + '_ {
        let said = |seat: &CommitteeSeat| Some((seat.worker, seat.root?, seat.seats));
        let opening = [(self.opener, self.opener_root, 1)];
        opening
            .into_iter()
            .chain(self.committee.iter().filter_map(said))
    }

    /// The chunks that a holder must show; none unless it is asked.
    pub fn shown_chunks(&self, id: EncodingId, encoding: &Encoding) -> Vec<ChunkIndex> {
        let Showing::Asked { seed } = &self.showing else {
            return Vec::new();
        };
        let chunks = chunks_of(encoding.layout().shard_len(self.shard));
        shown_chunks(seed, id, self.shard, self.generation, chunks)
    }

    fn info(self, id: EncodingId, encoding: &Encoding) -> DisputeInfo {
        DisputeInfo {
            encoding: id,
            shown_chunks: self.shown_chunks(id, encoding),
            shard: self.shard,
            generation: self.generation,
            opened_at: self.opened_at,
            opener: self.opener,
            opener_root: self.opener_root,
            committee: self.committee.into_inner(),
            verdict: self.verdict,
            ends_at: self.ends_at,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Marks a shard that its holder did not show.
    pub(crate) fn mark_unshown(placement: &mut Placement, shard: ShardIndex) {
        if let Some(assignment) = placement.assignment_mut(shard) {
            assignment.unshown = true;
        }
    }

    /// A dispute came to nothing: the next one needs another missed challenge.
    fn unmark(id: EncodingId, shard: ShardIndex) {
        Placements::<T>::mutate(id, |placement| {
            let assignment = placement
                .as_mut()
                .and_then(|placement| placement.assignment_mut(shard));
            if let Some(assignment) = assignment {
                assignment.unshown = false;
            }
        });
    }

    pub(crate) fn view_disputes() -> Vec<DisputeInfo> {
        let open = Disputes::<T>::iter();
        open.filter_map(|(id, dispute)| {
            let encoding = Encodings::<T>::get(id)?;
            Some(dispute.info(id, &encoding))
        })
        .collect()
    }

    pub(crate) fn view_unshown(id: EncodingId) -> Vec<ShardIndex> {
        let placement = Placements::<T>::get(id);
        let placement = placement.iter();
        placement
            .flat_map(|placement| placement.assignments())
            .filter(|(_, assignment)| assignment.unshown)
            .map(|(shard, _)| shard)
            .collect()
    }
}
