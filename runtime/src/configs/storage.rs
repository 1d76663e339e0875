//! Ballast's own pallets: workers, blobs, models. Their periods, deposits and prices are stored parameters, set at genesis;
//! here are only the bounds that the code itself needs.

use frame_support::{parameter_types, traits::ConstU32, weights::Weight};
use sp_runtime::{transaction_validity::TransactionPriority, Perbill};

use crate::{
    adapters::{BlobAvailability, PlacementWorkers, PreviousBlockVrf},
    constants::MAXIMUM_BLOCK_WEIGHT,
    Balances, Runtime, RuntimeHoldReason,
};

parameter_types! {
    /// Quarter of a block: what draws, lapses and expiries may take of any one, whatever is due.
    pub MaxServiceWeight: Weight = Perbill::from_percent(25) * MAXIMUM_BLOCK_WEIGHT;
    /// Quarter of a block: what certificates, which pay nothing, may take. Half of it stays for those who pay.
    pub MaxFeelessWeight: Weight = Perbill::from_percent(25) * MAXIMUM_BLOCK_WEIGHT;
    /// Above everything with a fee: there is room for it anyway, and an upload waits.
    pub const CertifyPriority: TransactionPriority = TransactionPriority::MAX / 2;
}

impl pallet_workers::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    /// A draw reads every worker: some 40 ms at this number.
    type MaxWorkers = ConstU32<1_000>;
    type WeightInfo = pallet_workers::weights::SubstrateWeight<Runtime>;
}

impl pallet_blobs::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = PlacementWorkers;
    type Randomness = PreviousBlockVrf;
    type MaxPendingPerPublisher = ConstU32<8>;
    type MaxDrawQueue = ConstU32<1_000>;
    type MaxDrawsPerBlock = ConstU32<16>;
    type MaxServiceWeight = MaxServiceWeight;
    type MaxFeelessWeight = MaxFeelessWeight;
    type CertifyPriority = CertifyPriority;
    type WeightInfo = pallet_blobs::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::adapters::PlacementBenchmarks;
}

impl pallet_models::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Availability = BlobAvailability;
    type MaxVersions = ConstU32<1_000>;
    type MaxTags = ConstU32<100>;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}
