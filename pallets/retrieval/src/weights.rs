//! Weights of `pallet_retrieval`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 6, repeats 3, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_retrieval`.
pub trait WeightInfo {
	fn challenge() -> Weight;
	fn answer(b: u32, ) -> Weight;
	fn authorize_answer(b: u32, ) -> Weight;
	fn on_initialize_base() -> Weight;
	fn pass_over() -> Weight;
	fn miss() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::NextId` (r:1 w:1)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:0 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	fn challenge() -> Weight {
		// Proof size in bytes, measured: `28094`, estimated: `32346`
		// Shortest run: 212_036_000 picoseconds.
		Weight::from_parts(243_004_000, 32346)
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Retrieval::Challenges` (r:1 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:1 w:1)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Closed` (r:0 w:1)
	/// Proof: `Retrieval::Closed` (`max_values`: None, `max_size`: Some(154), added: 2629, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 16384]`.
	fn answer(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `3764`, estimated: `6196`
		// Shortest run: 173_865_000 picoseconds.
		Weight::from_parts(203_119_795, 6196)
			// Standard error: 82
			.saturating_add(Weight::from_parts(323, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Retrieval::Challenges` (r:1 w:0)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:1 w:0)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 16384]`.
	fn authorize_answer(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `9650`, estimated: `11898`
		// Shortest run: 62_307_000 picoseconds.
		Weight::from_parts(63_332_514, 11898)
			// Standard error: 91
			.saturating_add(Weight::from_parts(4_736, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:0)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:0 w:1)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `157`, estimated: `1493`
		// Shortest run: 7_804_000 picoseconds.
		Weight::from_parts(8_836_000, 1493)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:1)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:1 w:0)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	fn pass_over() -> Weight {
		// Proof size in bytes, measured: `177`, estimated: `3598`
		// Shortest run: 11_582_000 picoseconds.
		Weight::from_parts(13_054_000, 3598)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:1)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:2 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:3 w:3)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:1 w:1)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:1 w:1)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:1)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:0 w:1)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Closed` (r:0 w:1)
	/// Proof: `Retrieval::Closed` (`max_values`: None, `max_size`: Some(154), added: 2629, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:1)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn miss() -> Weight {
		// Proof size in bytes, measured: `22273`, estimated: `32346`
		// Shortest run: 545_190_000 picoseconds.
		Weight::from_parts(600_283_000, 32346)
			.saturating_add(T::DbWeight::get().reads(23_u64))
			.saturating_add(T::DbWeight::get().writes(22_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::NextId` (r:1 w:1)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:0 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	fn challenge() -> Weight {
		// Proof size in bytes, measured: `28094`, estimated: `32346`
		// Shortest run: 212_036_000 picoseconds.
		Weight::from_parts(243_004_000, 32346)
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Retrieval::Challenges` (r:1 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:1 w:1)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Closed` (r:0 w:1)
	/// Proof: `Retrieval::Closed` (`max_values`: None, `max_size`: Some(154), added: 2629, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 16384]`.
	fn answer(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `3764`, estimated: `6196`
		// Shortest run: 173_865_000 picoseconds.
		Weight::from_parts(203_119_795, 6196)
			// Standard error: 82
			.saturating_add(Weight::from_parts(323, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// Storage: `Retrieval::Challenges` (r:1 w:0)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:1 w:0)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 16384]`.
	fn authorize_answer(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `9650`, estimated: `11898`
		// Shortest run: 62_307_000 picoseconds.
		Weight::from_parts(63_332_514, 11898)
			// Standard error: 91
			.saturating_add(Weight::from_parts(4_736, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:0)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::FeelessWeight` (r:0 w:1)
	/// Proof: `Retrieval::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `157`, estimated: `1493`
		// Shortest run: 7_804_000 picoseconds.
		Weight::from_parts(8_836_000, 1493)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:1)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:1 w:0)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	fn pass_over() -> Weight {
		// Proof size in bytes, measured: `177`, estimated: `3598`
		// Shortest run: 11_582_000 picoseconds.
		Weight::from_parts(13_054_000, 3598)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Retrieval::NextId` (r:1 w:0)
	/// Proof: `Retrieval::NextId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Cursor` (r:1 w:1)
	/// Proof: `Retrieval::Cursor` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Challenges` (r:2 w:1)
	/// Proof: `Retrieval::Challenges` (`max_values`: None, `max_size`: Some(133), added: 2608, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Open` (r:1 w:1)
	/// Proof: `Retrieval::Open` (`max_values`: None, `max_size`: Some(2289), added: 4764, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:3 w:3)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:1 w:1)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:1 w:1)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:1 w:1)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:1)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:0 w:1)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Closed` (r:0 w:1)
	/// Proof: `Retrieval::Closed` (`max_values`: None, `max_size`: Some(154), added: 2629, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:1)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn miss() -> Weight {
		// Proof size in bytes, measured: `22273`, estimated: `32346`
		// Shortest run: 545_190_000 picoseconds.
		Weight::from_parts(600_283_000, 32346)
			.saturating_add(RocksDbWeight::get().reads(23_u64))
			.saturating_add(RocksDbWeight::get().writes(22_u64))
	}
}
