//! Weights of `pallet_models`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_models`.
pub trait WeightInfo {
	fn commit_namespace() -> Weight;
	fn reveal_namespace() -> Weight;
	fn transfer_namespace() -> Weight;
	fn create_model() -> Weight;
	fn publish_version(t: u32, ) -> Weight;
	fn set_tag() -> Weight;
	fn remove_tag() -> Weight;
	fn transfer_model() -> Weight;
	fn deprecate() -> Weight;
	fn cancel_commit() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn commit_namespace() -> Weight {
		// Proof size in bytes, measured: `221`, estimated: `3676`
		// Shortest run: 91_341_000 picoseconds.
		Weight::from_parts(105_296_000, 3676)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn reveal_namespace() -> Weight {
		// Proof size in bytes, measured: `403`, estimated: `3729`
		// Shortest run: 157_425_000 picoseconds.
		Weight::from_parts(179_335_000, 3729)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn transfer_namespace() -> Weight {
		// Proof size in bytes, measured: `629`, estimated: `6362`
		// Shortest run: 109_505_000 picoseconds.
		Weight::from_parts(117_410_000, 6362)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `Models::Models` (r:2 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn create_model() -> Weight {
		// Proof size in bytes, measured: `1434`, estimated: `7370`
		// Shortest run: 129_983_000 picoseconds.
		Weight::from_parts(141_805_000, 7370)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:0)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:0)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:0 w:1)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
	/// Storage: `Models::ManifestVersions` (r:0 w:1)
	/// Proof: `Models::ManifestVersions` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// The range of component `t` is `[0, 8]`.
	fn publish_version(t: u32, ) -> Weight {
		// Proof size in bytes, measured: `9964`, estimated: `12279`
		// Shortest run: 204_321_000 picoseconds.
		Weight::from_parts(234_082_094, 12279)
			// Standard error: 406_566
			.saturating_add(Weight::from_parts(7_052_144, 0).saturating_mul(t.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn set_tag() -> Weight {
		// Proof size in bytes, measured: `9702`, estimated: `12279`
		// Shortest run: 185_116_000 picoseconds.
		Weight::from_parts(220_132_000, 12279)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn remove_tag() -> Weight {
		// Proof size in bytes, measured: `9711`, estimated: `12279`
		// Shortest run: 161_442_000 picoseconds.
		Weight::from_parts(192_229_000, 12279)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn transfer_model() -> Weight {
		// Proof size in bytes, measured: `942`, estimated: `6362`
		// Shortest run: 118_682_000 picoseconds.
		Weight::from_parts(125_935_000, 6362)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size in bytes, measured: `623`, estimated: `4180`
		// Shortest run: 31_438_000 picoseconds.
		Weight::from_parts(36_368_000, 4180)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn cancel_commit() -> Weight {
		// Proof size in bytes, measured: `326`, estimated: `3676`
		// Shortest run: 78_046_000 picoseconds.
		Weight::from_parts(82_584_000, 3676)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn commit_namespace() -> Weight {
		// Proof size in bytes, measured: `221`, estimated: `3676`
		// Shortest run: 91_341_000 picoseconds.
		Weight::from_parts(105_296_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn reveal_namespace() -> Weight {
		// Proof size in bytes, measured: `403`, estimated: `3729`
		// Shortest run: 157_425_000 picoseconds.
		Weight::from_parts(179_335_000, 3729)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn transfer_namespace() -> Weight {
		// Proof size in bytes, measured: `629`, estimated: `6362`
		// Shortest run: 109_505_000 picoseconds.
		Weight::from_parts(117_410_000, 6362)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Namespaces` (r:1 w:1)
	/// Proof: `Models::Namespaces` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// Storage: `Models::Models` (r:2 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn create_model() -> Weight {
		// Proof size in bytes, measured: `1434`, estimated: `7370`
		// Shortest run: 129_983_000 picoseconds.
		Weight::from_parts(141_805_000, 7370)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:0)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:0)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:0 w:1)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
	/// Storage: `Models::ManifestVersions` (r:0 w:1)
	/// Proof: `Models::ManifestVersions` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	/// The range of component `t` is `[0, 8]`.
	fn publish_version(t: u32, ) -> Weight {
		// Proof size in bytes, measured: `9964`, estimated: `12279`
		// Shortest run: 204_321_000 picoseconds.
		Weight::from_parts(234_082_094, 12279)
			// Standard error: 406_566
			.saturating_add(Weight::from_parts(7_052_144, 0).saturating_mul(t.into()))
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `Models::Parameters` (r:1 w:0)
	/// Proof: `Models::Parameters` (`max_values`: Some(1), `max_size`: Some(88), added: 583, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn set_tag() -> Weight {
		// Proof size in bytes, measured: `9702`, estimated: `12279`
		// Shortest run: 185_116_000 picoseconds.
		Weight::from_parts(220_132_000, 12279)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Models::Tags` (r:1 w:1)
	/// Proof: `Models::Tags` (`max_values`: None, `max_size`: Some(8814), added: 11289, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn remove_tag() -> Weight {
		// Proof size in bytes, measured: `9711`, estimated: `12279`
		// Shortest run: 161_442_000 picoseconds.
		Weight::from_parts(192_229_000, 12279)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn transfer_model() -> Weight {
		// Proof size in bytes, measured: `942`, estimated: `6362`
		// Shortest run: 118_682_000 picoseconds.
		Weight::from_parts(125_935_000, 6362)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size in bytes, measured: `623`, estimated: `4180`
		// Shortest run: 31_438_000 picoseconds.
		Weight::from_parts(36_368_000, 4180)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Commitments` (r:1 w:1)
	/// Proof: `Models::Commitments` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	fn cancel_commit() -> Weight {
		// Proof size in bytes, measured: `326`, estimated: `3676`
		// Shortest run: 78_046_000 picoseconds.
		Weight::from_parts(82_584_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
}
