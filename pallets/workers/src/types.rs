//! What the pallet stores, and what its calls take.

use ballast_core::{
    limits::MAX_ENDPOINT_LEN,
    price::BAL,
    view::{WorkerInfo, WorkerStatus},
    Balance, BlockNumber, OperatorId, WorkerId,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of a worker or an operator.
pub type AccountId = sp_runtime::AccountId32;

/// URL at which a worker serves.
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT_LEN>>;

/// sr25519 public key that a worker signs receipts with.
pub type ReceiptKey = [u8; 32];

/// What a worker says of itself.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct WorkerProfile {
    /// Who runs it: the worker's own account, or one that has authorised it.
    pub operator: AccountId,
    /// Where it serves, an `http` or `https` URL.
    pub endpoint: Endpoint,
    /// Key it signs receipts with, unique among workers.
    pub receipt_key: ReceiptKey,
    /// Bytes it offers to store.
    pub capacity: u64,
    /// What it asks for a GiB and storage epoch.
    pub ask_per_gib_epoch: Balance,
}

/// A worker.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Worker {
    /// What it says of itself.
    pub profile: WorkerProfile,
    /// Its bond, held on its account.
    pub stake: Balance,
    /// Bytes of the shards it is assigned, never more than its capacity.
    pub assigned_bytes: u64,
    /// Whether it takes new shards.
    pub status: WorkerStatus,
    /// Block at which it joined.
    pub joined_at: BlockNumber,
    /// Whether it was evicted: it may only leave.
    pub evicted: bool,
}

impl Worker {
    /// A worker that has just joined.
    pub fn joined(profile: WorkerProfile, stake: Balance, now: BlockNumber) -> Self {
        Self {
            profile,
            stake,
            assigned_bytes: 0,
            status: WorkerStatus::Active,
            joined_at: now,
            evicted: false,
        }
    }

    /// Whether placement may draw it.
    pub fn is_active(&self) -> bool {
        matches!(self.status, WorkerStatus::Active)
    }

    /// Bytes it can still take.
    pub fn free_bytes(&self) -> u64 {
        self.profile.capacity.saturating_sub(self.assigned_bytes)
    }

    /// The worker as clients see it.
    pub fn info(self, account: AccountId) -> WorkerInfo {
        WorkerInfo {
            worker: WorkerId(account.into()),
            operator: OperatorId(self.profile.operator.into()),
            endpoint: self.profile.endpoint.into_inner(),
            receipt_key: self.profile.receipt_key,
            stake: self.stake,
            capacity: self.profile.capacity,
            assigned_bytes: self.assigned_bytes,
            ask_per_gib_epoch: self.profile.ask_per_gib_epoch,
            status: self.status,
            joined_at: self.joined_at,
        }
    }
}

/// Periods, bounds and deposits: stored, so that local networks are quick without a second runtime build.
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
    /// Blocks of a storage epoch.
    pub epoch_blocks: BlockNumber,
    /// Blocks between `leave` and `withdraw`.
    pub unbonding_blocks: BlockNumber,
    /// Least stake of a worker.
    pub min_stake: Balance,
    /// Least capacity of a worker, in bytes.
    pub min_capacity: u64,
    /// Greatest capacity of a worker, in bytes.
    pub max_capacity: u64,
    /// Greatest ask for a GiB and storage epoch.
    pub max_ask_per_gib_epoch: Balance,
    /// The price is the ask that workers with this percentage of the active stake accept.
    pub price_percentile: u8,
    /// Deposit for one consent of an operator.
    pub consent_deposit: Balance,
}

impl Default for Parameters {
    /// For production, with slots of 3 s: epochs of an hour, a week of unbonding.
    fn default() -> Self {
        Self {
            epoch_blocks: 1_200,
            unbonding_blocks: 201_600,
            min_stake: 1_000 * BAL,
            min_capacity: 1 << 30,
            max_capacity: 1 << 50,
            max_ask_per_gib_epoch: 1_000 * BAL,
            price_percentile: 66,
            consent_deposit: BAL,
        }
    }
}

impl Parameters {
    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (self.epoch_blocks > 0, "epochBlocks must be above zero"),
            (
                self.min_stake > 0,
                "minStake must be above zero, or placement could not weigh a worker",
            ),
            (
                self.min_capacity <= self.max_capacity,
                "minCapacity must not exceed maxCapacity",
            ),
            (
                (1..=100).contains(&self.price_percentile),
                "pricePercentile must be from 1 to 100",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
