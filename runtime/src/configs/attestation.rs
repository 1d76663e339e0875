//! What backs session keys: NVIDIA's root is a constant, what else a network trusts is in its genesis.

use ballast_attestation::NVIDIA_ROOT;
use frame_support::{
    parameter_types,
    traits::{ConstU32, EitherOfDiverse},
};
use frame_system::EnsureRoot;

use crate::{
    adapters::{IntelQuotes, StakedWorkers},
    origins::Parameters,
    AccountId, Runtime, Timestamp,
};

parameter_types! {
    /// "NVIDIA Device Identity CA".
    pub const NvidiaRoot: [u8; 32] = NVIDIA_ROOT;
}

impl pallet_attestation::Config for Runtime {
    /// A referendum on its track; on test networks sudo as well.
    type GovernanceOrigin = EitherOfDiverse<EnsureRoot<AccountId>, Parameters>;
    type Workers = StakedWorkers;
    type Nonces = pallet_attestation::Derived;
    type Quotes = IntelQuotes;
    type Time = Timestamp;
    type ProductionRoot = NvidiaRoot;
    /// A chip's family has one identity and a few provisioners.
    type MaxAuthorities = ConstU32<64>;
    type MaxKeysPerWorker = ConstU32<16>;
    type WeightInfo = pallet_attestation::weights::SubstrateWeight<Runtime>;
}
