//! Ballast's own pallets: workers, blobs, models, possession, retrieval. Their periods, deposits and prices are stored parameters, set at genesis;
//! here are only the bounds that the code itself needs.

use frame_support::{parameter_types, traits::ConstU32, weights::Weight, PalletId};
use sp_runtime::{transaction_validity::TransactionPriority, Perbill};

use crate::{
    adapters::{
        BlobAvailability, HeldShards, PlacementWorkers, PossessionBooks, PreviousBlockVrf,
        WorkerDepartures, WorkerFines, WorkerStakes,
    },
    constants::MAXIMUM_BLOCK_WEIGHT,
    Balances, Runtime, RuntimeHoldReason,
};

parameter_types! {
    /// Quarter of a block: what draws, repairs, lapses and expiries may take of any one, whatever is due.
    pub MaxServiceWeight: Weight = Perbill::from_percent(25) * MAXIMUM_BLOCK_WEIGHT;
    /// Quarter of a block: what certificates, which pay nothing, may take, and as much again for proofs. With answers to
    /// retrieval challenges 15 percent stay for those who pay.
    pub MaxFeelessWeight: Weight = Perbill::from_percent(25) * MAXIMUM_BLOCK_WEIGHT;
    /// Tenth of a block: what opening and closing windows may take of any one.
    pub MaxHookWeight: Weight = Perbill::from_percent(10) * MAXIMUM_BLOCK_WEIGHT;
    /// Above certificates: proofs have a deadline, and their weight is capped as well.
    pub const ProvePriority: TransactionPriority = TransactionPriority::MAX / 2 + 1_000;
    /// Fortieth of a block: what the ends of retrieval challenges may take of any one.
    pub MaxEndsWeight: Weight = Perbill::from_rational(1u32, 40) * MAXIMUM_BLOCK_WEIGHT;
    /// Tenth of a block: what answers to retrieval challenges, which pay nothing, may take.
    pub MaxAnswersWeight: Weight = Perbill::from_percent(10) * MAXIMUM_BLOCK_WEIGHT;
    /// Above proofs: few can be due at once, each was paid for, and a miss costs a shard.
    pub const AnswerPriority: TransactionPriority = TransactionPriority::MAX / 2 + 2_000;
    /// Names the account that leases lie in.
    pub const PotId: PalletId = PalletId(*b"blst/pot");
    /// Above everything with a fee: there is room for it anyway, and an upload waits.
    pub const CertifyPriority: TransactionPriority = TransactionPriority::MAX / 2;
}

impl pallet_workers::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    /// A draw reads every worker: some 40 ms at this number.
    type MaxWorkers = ConstU32<1_000>;
    type Departures = WorkerDepartures;
    type WeightInfo = pallet_workers::weights::SubstrateWeight<Runtime>;
}

impl pallet_blobs::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = PlacementWorkers;
    type Books = PossessionBooks;
    type PotId = PotId;
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

impl pallet_possession::Config for Runtime {
    type Shards = HeldShards;
    type Purse = HeldShards;
    type Stakes = WorkerStakes;
    type Randomness = PreviousBlockVrf;
    type MaxHookWeight = MaxHookWeight;
    type MaxFeelessWeight = MaxFeelessWeight;
    type ProvePriority = ProvePriority;
    type WeightInfo = pallet_possession::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::adapters::PossessionBenchmarks;
}

impl pallet_retrieval::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Holders = HeldShards;
    type Fines = WorkerFines;
    type MaxHookWeight = MaxEndsWeight;
    type MaxFeelessWeight = MaxAnswersWeight;
    type AnswerPriority = AnswerPriority;
    type WeightInfo = pallet_retrieval::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = crate::adapters::RetrievalBenchmarks;
}
