//! How each pallet is configured, one file per concern; this one has the base of every chain.

pub mod accounts;
mod attestation;
pub mod consensus;
pub mod governance;
pub mod inference;
mod payment;
pub mod staking;
mod storage;

use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, ConstU64},
    weights::constants::RocksDbWeight,
};
use sp_version::RuntimeVersion;

use crate::{
    adapters::ForgetBlockRandomness,
    constants::{RuntimeBlockLength, RuntimeBlockWeights, MINUTES, SLOT_DURATION_MS},
    AccountData, AccountId, Babe, Block, BlockNumber, Hash, MultiBlockMigrations, Nonce,
    OriginCaller, PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask,
    TxPause, SS58_PREFIX, VERSION,
};

parameter_types! {
    /// Hashes kept on chain: the longest lifetime of a transaction, three hours and more.
    pub const BlockHashCount: BlockNumber = 200 * MINUTES;
    /// The version of this code.
    pub const Version: RuntimeVersion = VERSION;
    /// Address format: the generic Substrate one.
    pub const SS58Prefix: u16 = SS58_PREFIX;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
    type Block = Block;
    type Nonce = Nonce;
    type Hash = Hash;
    type AccountId = AccountId;
    type AccountData = AccountData;
    type BlockHashCount = BlockHashCount;
    type BlockWeights = RuntimeBlockWeights;
    type BlockLength = RuntimeBlockLength;
    type DbWeight = RocksDbWeight;
    type Version = Version;
    type SS58Prefix = SS58Prefix;
    type MaxConsumers = ConstU32<16>;
    type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
    type ExtensionsWeightInfo = frame_system::SubstrateExtensionsWeight<Runtime>;
    type PostTransactions = ForgetBlockRandomness;
    /// Whoever signs: not what the technical committee or a referendum paused.
    type BaseCallFilter = TxPause;
    type SingleBlockMigrations = crate::migrations::Migrations;
    type MultiBlockMigrator = MultiBlockMigrations;
}

impl crate::pace::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    /// BABE takes twice this for its slot.
    type MinimumPeriod = ConstU64<{ SLOT_DURATION_MS / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// Without a key in genesis nobody can call it: only the development and local presets set one.
impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
