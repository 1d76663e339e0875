//! How each pallet is configured: the real runtime's modules, but for what of them joins our pallets.

#[path = "../../../runtime/src/configs/consensus.rs"]
pub mod consensus;
#[path = "../../../runtime/src/configs/governance.rs"]
pub mod governance;
#[path = "../../../runtime/src/configs/payment.rs"]
mod payment;
#[path = "../../../runtime/src/configs/staking.rs"]
pub mod staking;

mod accounts;

use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, ConstU64},
    weights::constants::RocksDbWeight,
};
use sp_version::RuntimeVersion;

use crate::{
    constants::{RuntimeBlockLength, RuntimeBlockWeights, MINUTES, SLOT_DURATION_MS},
    AccountData, AccountId, Babe, Block, BlockNumber, Hash, MultiBlockMigrations, Nonce,
    OriginCaller, PalletInfo, Runtime, RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask,
    TxPause, SS58_PREFIX, VERSION,
};

parameter_types! {
    pub const BlockHashCount: BlockNumber = 200 * MINUTES;
    pub const Version: RuntimeVersion = VERSION;
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
    type BaseCallFilter = TxPause;
    type SingleBlockMigrations = crate::migrations::Migrations;
    type MultiBlockMigrator = MultiBlockMigrations;
}

impl crate::pace::Config for Runtime {}

impl pallet_timestamp::Config for Runtime {
    type Moment = u64;
    type OnTimestampSet = Babe;
    type MinimumPeriod = ConstU64<{ SLOT_DURATION_MS / 2 }>;
    type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}
