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
		// Proof size in bytes, measured: `222`, estimated: `3676`
		// Shortest run: 90_810_000 picoseconds.
		Weight::from_parts(94_717_000, 3676)
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
		// Proof size in bytes, measured: `404`, estimated: `3729`
		// Shortest run: 156_764_000 picoseconds.
		Weight::from_parts(161_692_000, 3729)
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
		// Proof size in bytes, measured: `630`, estimated: `6362`
		// Shortest run: 109_886_000 picoseconds.
		Weight::from_parts(113_953_000, 6362)
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
		// Proof size in bytes, measured: `1435`, estimated: `7370`
		// Shortest run: 129_553_000 picoseconds.
		Weight::from_parts(133_991_000, 7370)
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
		// Proof size in bytes, measured: `9965`, estimated: `12279`
		// Shortest run: 186_419_000 picoseconds.
		Weight::from_parts(208_064_120, 12279)
			// Standard error: 130_142
			.saturating_add(Weight::from_parts(5_979_277, 0).saturating_mul(t.into()))
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
		// Proof size in bytes, measured: `9703`, estimated: `12279`
		// Shortest run: 174_907_000 picoseconds.
		Weight::from_parts(184_946_000, 12279)
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
		// Proof size in bytes, measured: `9712`, estimated: `12279`
		// Shortest run: 159_208_000 picoseconds.
		Weight::from_parts(170_469_000, 12279)
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
		// Proof size in bytes, measured: `943`, estimated: `6362`
		// Shortest run: 119_623_000 picoseconds.
		Weight::from_parts(123_191_000, 6362)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size in bytes, measured: `624`, estimated: `4180`
		// Shortest run: 31_890_000 picoseconds.
		Weight::from_parts(33_773_000, 4180)
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
		// Proof size in bytes, measured: `327`, estimated: `3676`
		// Shortest run: 77_986_000 picoseconds.
		Weight::from_parts(81_112_000, 3676)
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
		// Proof size in bytes, measured: `222`, estimated: `3676`
		// Shortest run: 90_810_000 picoseconds.
		Weight::from_parts(94_717_000, 3676)
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
		// Proof size in bytes, measured: `404`, estimated: `3729`
		// Shortest run: 156_764_000 picoseconds.
		Weight::from_parts(161_692_000, 3729)
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
		// Proof size in bytes, measured: `630`, estimated: `6362`
		// Shortest run: 109_886_000 picoseconds.
		Weight::from_parts(113_953_000, 6362)
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
		// Proof size in bytes, measured: `1435`, estimated: `7370`
		// Shortest run: 129_553_000 picoseconds.
		Weight::from_parts(133_991_000, 7370)
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
		// Proof size in bytes, measured: `9965`, estimated: `12279`
		// Shortest run: 186_419_000 picoseconds.
		Weight::from_parts(208_064_120, 12279)
			// Standard error: 130_142
			.saturating_add(Weight::from_parts(5_979_277, 0).saturating_mul(t.into()))
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
		// Proof size in bytes, measured: `9703`, estimated: `12279`
		// Shortest run: 174_907_000 picoseconds.
		Weight::from_parts(184_946_000, 12279)
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
		// Proof size in bytes, measured: `9712`, estimated: `12279`
		// Shortest run: 159_208_000 picoseconds.
		Weight::from_parts(170_469_000, 12279)
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
		// Proof size in bytes, measured: `943`, estimated: `6362`
		// Shortest run: 119_623_000 picoseconds.
		Weight::from_parts(123_191_000, 6362)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Models` (r:1 w:1)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size in bytes, measured: `624`, estimated: `4180`
		// Shortest run: 31_890_000 picoseconds.
		Weight::from_parts(33_773_000, 4180)
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
		// Proof size in bytes, measured: `327`, estimated: `3676`
		// Shortest run: 77_986_000 picoseconds.
		Weight::from_parts(81_112_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
}
