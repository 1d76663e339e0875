//! Weights of `pallet_workers`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_workers`.
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

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn join() -> Weight {
		// Proof size in bytes, measured: `468`, estimated: `3892`
		// Shortest run: 118_210_000 picoseconds.
		Weight::from_parts(189_043_000, 3892)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:2)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		// Proof size in bytes, measured: `909`, estimated: `3892`
		// Shortest run: 50_384_000 picoseconds.
		Weight::from_parts(79_830_000, 3892)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn add_stake() -> Weight {
		// Proof size in bytes, measured: `873`, estimated: `3892`
		// Shortest run: 102_732_000 picoseconds.
		Weight::from_parts(121_327_000, 3892)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn drain() -> Weight {
		// Proof size in bytes, measured: `677`, estimated: `3892`
		// Shortest run: 31_859_000 picoseconds.
		Weight::from_parts(39_604_000, 3892)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// Proof size in bytes, measured: `740`, estimated: `3892`
		// Shortest run: 34_324_000 picoseconds.
		Weight::from_parts(42_659_000, 3892)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// Proof size in bytes, measured: `740`, estimated: `3892`
		// Shortest run: 35_336_000 picoseconds.
		Weight::from_parts(39_083_000, 3892)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:0 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof size in bytes, measured: `877`, estimated: `3892`
		// Shortest run: 93_825_000 picoseconds.
		Weight::from_parts(98_524_000, 3892)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn authorise_worker() -> Weight {
		// Proof size in bytes, measured: `279`, estimated: `3676`
		// Shortest run: 93_555_000 picoseconds.
		Weight::from_parts(98_815_000, 3676)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	fn revoke_worker() -> Weight {
		// Proof size in bytes, measured: `973`, estimated: `3892`
		// Shortest run: 91_651_000 picoseconds.
		Weight::from_parts(97_131_000, 3892)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	fn on_initialize_within_epoch() -> Weight {
		// Proof size in bytes, measured: `176`, estimated: `1558`
		// Shortest run: 5_861_000 picoseconds.
		Weight::from_parts(6_813_000, 1558)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1001 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:1)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[0, 1000]`.
	fn on_initialize_at_epoch_start(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `995 + n * (432 ±0)`, estimated: `3892 + n * (2902 ±0)`
		// Shortest run: 23_573_000 picoseconds.
		Weight::from_parts(24_686_000, 3892)
			// Standard error: 284_963
			.saturating_add(Weight::from_parts(9_080_572, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn join() -> Weight {
		// Proof size in bytes, measured: `468`, estimated: `3892`
		// Shortest run: 118_210_000 picoseconds.
		Weight::from_parts(189_043_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:1 w:2)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Consents` (r:1 w:0)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		// Proof size in bytes, measured: `909`, estimated: `3892`
		// Shortest run: 50_384_000 picoseconds.
		Weight::from_parts(79_830_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn add_stake() -> Weight {
		// Proof size in bytes, measured: `873`, estimated: `3892`
		// Shortest run: 102_732_000 picoseconds.
		Weight::from_parts(121_327_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn drain() -> Weight {
		// Proof size in bytes, measured: `677`, estimated: `3892`
		// Shortest run: 31_859_000 picoseconds.
		Weight::from_parts(39_604_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// Proof size in bytes, measured: `740`, estimated: `3892`
		// Shortest run: 34_324_000 picoseconds.
		Weight::from_parts(42_659_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// Proof size in bytes, measured: `740`, estimated: `3892`
		// Shortest run: 35_336_000 picoseconds.
		Weight::from_parts(39_083_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:1)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ReceiptKeys` (r:0 w:1)
	/// Proof: `Workers::ReceiptKeys` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof size in bytes, measured: `877`, estimated: `3892`
		// Shortest run: 93_825_000 picoseconds.
		Weight::from_parts(98_524_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn authorise_worker() -> Weight {
		// Proof size in bytes, measured: `279`, estimated: `3676`
		// Shortest run: 93_555_000 picoseconds.
		Weight::from_parts(98_815_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Workers::Consents` (r:1 w:1)
	/// Proof: `Workers::Consents` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	fn revoke_worker() -> Weight {
		// Proof size in bytes, measured: `973`, estimated: `3892`
		// Shortest run: 91_651_000 picoseconds.
		Weight::from_parts(97_131_000, 3892)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	fn on_initialize_within_epoch() -> Weight {
		// Proof size in bytes, measured: `176`, estimated: `1558`
		// Shortest run: 5_861_000 picoseconds.
		Weight::from_parts(6_813_000, 1558)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1001 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:1)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[0, 1000]`.
	fn on_initialize_at_epoch_start(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `995 + n * (432 ±0)`, estimated: `3892 + n * (2902 ±0)`
		// Shortest run: 23_573_000 picoseconds.
		Weight::from_parts(24_686_000, 3892)
			// Standard error: 284_963
			.saturating_add(Weight::from_parts(9_080_572, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
}
