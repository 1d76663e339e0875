//! Balances and transaction fees.
//!
//! A second of compute costs one BAL, and a block full by length costs as much as one full by weight. The multiplier starts at
//! one, follows the fullness of blocks slowly, and can fall to a tenth on an idle chain.

use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU8, VariantCountOf},
    weights::{ConstantMultiplier, IdentityFee},
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{traits::Bounded, FixedPointNumber, Perquintill};

use crate::{
    adapters::HalfToAuthor, constants::EXISTENTIAL_DEPOSIT, Balance, Balances, Runtime,
    RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};

parameter_types! {
    /// The least that an account may own.
    pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
    /// Per byte of a transaction: a fifth of a BAL for a megabyte.
    pub const TransactionByteFee: Balance = 200_000;
    /// Blocks fuller than this raise the multiplier, emptier ones lower it.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// With 28,800 blocks a day and every one full, fees grow by about a quarter in a day.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(1, 100_000);
    /// Keeps an idle chain from being filled for nothing.
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
    /// No limit.
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type Balance = Balance;
    type DustRemoval = ();
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<0>;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, HalfToAuthor>;
    type WeightToFee = IdentityFee<Balance>;
    type LengthToFee = ConstantMultiplier<Balance, TransactionByteFee>;
    type FeeMultiplierUpdate = TargetedFeeAdjustment<
        Self,
        TargetBlockFullness,
        AdjustmentVariable,
        MinimumMultiplier,
        MaximumMultiplier,
    >;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}
