//! What the pallet stores, and what its calls take.

use ballast_core::{
    limits::{MAX_OPEN_RETRIEVALS, MAX_RETRIEVAL_LEN},
    price::BAL,
    view::{RetrievalInfo, RetrievalState},
    Balance, BlockNumber, EncodingId, Group, RetrievalId, ShardIndex, WorkerId,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of a challenger or a worker.
pub type AccountId = sp_runtime::AccountId32;

/// Bytes of one answer.
pub const MAX_ANSWER_LEN: u32 = MAX_RETRIEVAL_LEN as u32;

/// Challenges of which it is known how they ended, by id from the newest.
pub const KEPT_CHALLENGES: u64 = 1_000;

/// The bytes that were asked for.
pub type AnswerBytes = BoundedVec<u8, ConstU32<MAX_ANSWER_LEN>>;

/// Open challenges of a worker: the highest bond first, of equal ones the oldest.
pub type Places = BoundedVec<Place, ConstU32<MAX_OPEN_RETRIEVALS>>;

/// One open challenge in the list of a worker.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Place {
    /// The challenge.
    pub id: RetrievalId,
    /// Who asks.
    pub challenger: AccountId,
    /// Its bond.
    pub bond: Balance,
}

/// A challenge.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Challenge {
    /// Who asks and whose bond is held.
    pub challenger: AccountId,
    /// Who is asked.
    pub worker: WorkerId,
    /// The encoding.
    pub encoding: EncodingId,
    /// Its shard.
    pub shard: ShardIndex,
    /// Generation of the worker's custody: a worker that lost the shard and got it again owes nothing from before.
    pub generation: u32,
    /// The bytes.
    pub group: Group,
    /// What is held.
    pub bond: Balance,
    /// Block of the challenge.
    pub opened_at: BlockNumber,
    /// Last block that takes an answer.
    pub deadline: BlockNumber,
}

impl Challenge {
    /// What clients read of it.
    pub fn info(&self, id: RetrievalId, state: RetrievalState) -> RetrievalInfo {
        RetrievalInfo {
            id,
            challenger: self.challenger.clone().into(),
            worker: self.worker,
            encoding: self.encoding,
            shard: self.shard,
            group: self.group,
            bond: self.bond,
            opened_at: self.opened_at,
            deadline: self.deadline,
            state,
        }
    }
}

/// A challenge that is over.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Ended {
    /// What it was.
    pub challenge: Challenge,
    /// How it ended.
    pub state: RetrievalState,
}

/// What a challenge costs, and what a miss costs: stored, so that local networks are quick without a second build.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
    /// Bond of a challenge to a worker of whom nothing else is asked, in planck.
    pub least_bond: Balance,
    /// Open challenges of others that do not raise the least bond.
    pub free_places: u8,
    /// Percent of an answered challenge's bond that burn.
    pub burn_percent: u8,
    /// Blocks from a challenge to the last one that takes an answer.
    pub deadline_blocks: BlockNumber,
    /// Thousandths of its stake that a miss costs the worker, besides the shard.
    pub slash_permille: u16,
}

impl Default for Parameters {
    /// For production, with slots of 3 s: one BAL, five minutes, a fiftieth of the stake.
    fn default() -> Self {
        Self {
            least_bond: BAL,
            free_places: 4,
            burn_percent: 50,
            deadline_blocks: 100,
            slash_permille: 20,
        }
    }
}

impl Parameters {
    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (
                self.least_bond >= BAL / 100,
                "leastBond must be at least 0.01 BAL: its doubling is what keeps a worker's list from being filled",
            ),
            (
                (1..=10).contains(&self.free_places),
                "freePlaces must be from 1 to 10",
            ),
            (
                (50..=100).contains(&self.burn_percent),
                "burnPercent must be from 50 to 100: with less, workers gain by asking themselves",
            ),
            (
                self.deadline_blocks > 0,
                "deadlineBlocks must be above zero",
            ),
            (
                self.slash_permille <= 1_000,
                "slashPermille must be at most 1000",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
