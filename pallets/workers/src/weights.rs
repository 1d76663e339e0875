//! Weights for `pallet_workers`
//!
//! ESTIMATED BY HAND from the reads and writes below, not measured: execution times are generous guesses. The file has
//! the layout that frame-omni-bencher generates, and is to be replaced by its output:
//!
//! frame-omni-bencher v1 benchmark pallet --pallet=pallet_workers --extrinsic='*' --runtime=<wasm with benchmarks>
//!   --steps=50 --repeat=20 --wasm-execution=compiled --output=pallets/workers/src/weights.rs

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_workers`.
pub trait WeightInfo {
	fn join() -> Weight;
	fn update() -> Weight;
	fn add_stake() -> Weight;
	fn drain() -> Weight;
	fn resume() -> Weight;
	fn leave() -> Weight;
	fn withdraw() -> Weight;
	fn authorise_worker() -> Weight;
	fn revoke_worker() -> Weight;
	fn on_initialize_within_epoch() -> Weight;
	fn on_initialize_at_epoch_start(n: u32, ) -> Weight;
}

/// Weights for `pallet_workers` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn join() -> Weight {
		Weight::from_parts(120_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:2)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		Weight::from_parts(60_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn add_stake() -> Weight {
		Weight::from_parts(90_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn drain() -> Weight {
		Weight::from_parts(35_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		Weight::from_parts(40_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		Weight::from_parts(40_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:0 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		Weight::from_parts(100_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn authorise_worker() -> Weight {
		Weight::from_parts(90_000_000, 3698)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	fn revoke_worker() -> Weight {
		Weight::from_parts(100_000_000, 3962)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	fn on_initialize_within_epoch() -> Weight {
		Weight::from_parts(5_000_000, 1580)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:1)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:n w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[0, MaxWorkers]`.
	fn on_initialize_at_epoch_start(n: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 1580)
			.saturating_add(Weight::from_parts(6_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn join() -> Weight {
		Weight::from_parts(120_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:2)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		Weight::from_parts(60_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn add_stake() -> Weight {
		Weight::from_parts(90_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn drain() -> Weight {
		Weight::from_parts(35_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		Weight::from_parts(40_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		Weight::from_parts(40_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:0 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		Weight::from_parts(100_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn authorise_worker() -> Weight {
		Weight::from_parts(90_000_000, 3698)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(233), added: 2708, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	fn revoke_worker() -> Weight {
		Weight::from_parts(100_000_000, 3962)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	fn on_initialize_within_epoch() -> Weight {
		Weight::from_parts(5_000_000, 1580)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(95), added: 590, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:1)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:n w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(497), added: 2972, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[0, MaxWorkers]`.
	fn on_initialize_at_epoch_start(n: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 1580)
			.saturating_add(Weight::from_parts(6_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
