//! Weights of `pallet_possession`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_possession`.
pub trait WeightInfo {
	fn prove(p: u32, ) -> Weight;
	fn authorize_prove(p: u32, ) -> Weight;
	fn on_initialize_base() -> Weight;
	fn open_window(p: u32, ) -> Weight;
	fn close_window() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:64 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:64 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:1 w:1)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn prove(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `688 + p * (93 ±0)`, estimated: `4623 + p * (2856 ±0)`
		// Shortest run: 52_398_000 picoseconds.
		Weight::from_parts(35_602_143, 4623)
			// Standard error: 34_653
			.saturating_add(Weight::from_parts(15_777_885, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(Weight::from_parts(0, 2856).saturating_mul(p.into()))
	}
	/// Storage: `Possession::Windows` (r:1 w:0)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:1 w:0)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:64 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:64 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:64 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn authorize_prove(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `671 + p * (8534 ±0)`, estimated: `4623 + p * (10908 ±0)`
		// Shortest run: 68_398_000 picoseconds.
		Weight::from_parts(1_504_733, 4623)
			// Standard error: 63_036
			.saturating_add(Weight::from_parts(47_009_108, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 10908).saturating_mul(p.into()))
	}
	/// Storage: `Possession::WindowQueue` (r:1 w:0)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:1 w:0)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Rounds` (r:1 w:1)
	/// Proof: `Possession::Rounds` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:0)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:0 w:1)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `370`, estimated: `3521`
		// Shortest run: 24_436_000 picoseconds.
		Weight::from_parts(26_279_000, 3521)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Possession::Rounds` (r:1 w:1)
	/// Proof: `Possession::Rounds` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:0)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Roster` (r:1 w:0)
	/// Proof: `Possession::Roster` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:77 w:0)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowQueue` (r:1 w:1)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:0 w:1)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn open_window(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `3428 + p * (8 ±0)`, estimated: `38402 + p * (2723 ±49)`
		// Shortest run: 106_089_000 picoseconds.
		Weight::from_parts(173_145_445, 38402)
			// Standard error: 56_007
			.saturating_add(Weight::from_parts(13_463_472, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(Weight::from_parts(0, 2723).saturating_mul(p.into()))
	}
	/// Storage: `Possession::WindowQueue` (r:1 w:1)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:2 w:1)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:63 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:63 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:1 w:1)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:1 w:0)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	fn close_window() -> Weight {
		// Proof size in bytes, measured: `8695`, estimated: `180918`
		// Shortest run: 1_010_379_000 picoseconds.
		Weight::from_parts(1_070_061_000, 180918)
			.saturating_add(T::DbWeight::get().reads(141_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:64 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:64 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:1 w:1)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn prove(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `688 + p * (93 ±0)`, estimated: `4623 + p * (2856 ±0)`
		// Shortest run: 52_398_000 picoseconds.
		Weight::from_parts(35_602_143, 4623)
			// Standard error: 34_653
			.saturating_add(Weight::from_parts(15_777_885, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(Weight::from_parts(0, 2856).saturating_mul(p.into()))
	}
	/// Storage: `Possession::Windows` (r:1 w:0)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:1 w:0)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:64 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:64 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:64 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn authorize_prove(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `671 + p * (8534 ±0)`, estimated: `4623 + p * (10908 ±0)`
		// Shortest run: 68_398_000 picoseconds.
		Weight::from_parts(1_504_733, 4623)
			// Standard error: 63_036
			.saturating_add(Weight::from_parts(47_009_108, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 10908).saturating_mul(p.into()))
	}
	/// Storage: `Possession::WindowQueue` (r:1 w:0)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:1 w:0)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Rounds` (r:1 w:1)
	/// Proof: `Possession::Rounds` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:0)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Possession::FeelessWeight` (r:0 w:1)
	/// Proof: `Possession::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `370`, estimated: `3521`
		// Shortest run: 24_436_000 picoseconds.
		Weight::from_parts(26_279_000, 3521)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Possession::Rounds` (r:1 w:1)
	/// Proof: `Possession::Rounds` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:0)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Roster` (r:1 w:0)
	/// Proof: `Possession::Roster` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:77 w:0)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowQueue` (r:1 w:1)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:0 w:1)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 64]`.
	fn open_window(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `3428 + p * (8 ±0)`, estimated: `38402 + p * (2723 ±49)`
		// Shortest run: 106_089_000 picoseconds.
		Weight::from_parts(173_145_445, 38402)
			// Standard error: 56_007
			.saturating_add(Weight::from_parts(13_463_472, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(Weight::from_parts(0, 2723).saturating_mul(p.into()))
	}
	/// Storage: `Possession::WindowQueue` (r:1 w:1)
	/// Proof: `Possession::WindowQueue` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::WindowsDue` (r:2 w:1)
	/// Proof: `Possession::WindowsDue` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:1 w:1)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:63 w:0)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:63 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:1 w:1)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:1 w:0)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	fn close_window() -> Weight {
		// Proof size in bytes, measured: `8695`, estimated: `180918`
		// Shortest run: 1_010_379_000 picoseconds.
		Weight::from_parts(1_070_061_000, 180918)
			.saturating_add(RocksDbWeight::get().reads(141_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
}
