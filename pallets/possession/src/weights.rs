//! Weights of `pallet_possession`. Not measured yet: copied from measured units of `pallet_blobs` and `pallet_workers` that
//! read and write at least as much. `scripts/benchmark-weights.sh` writes this file anew.

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
	/// As `Blobs::extend`, with two reads for each pick.
	fn prove(p: u32, ) -> Weight {
		Weight::from_parts(220_549_082, 20611)
			.saturating_add(Weight::from_parts(201_069, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// As `Blobs::register` for the hashes, with four reads for each pick.
	fn authorize_prove(p: u32, ) -> Weight {
		Weight::from_parts(401_286_515, 24633)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(p.into())))
	}
	/// As a probe of `Blobs`, several times.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// As `Blobs::lapse`, with three reads for each pick.
	fn open_window(p: u32, ) -> Weight {
		Weight::from_parts(216_807_312, 20611)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// As `Blobs::lapse` of 64 shards.
	fn close_window() -> Weight {
		Weight::from_parts(216_807_312, 20611)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(64))
			.saturating_add(T::DbWeight::get().reads(140_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// As `Blobs::extend`, with two reads for each pick.
	fn prove(p: u32, ) -> Weight {
		Weight::from_parts(220_549_082, 20611)
			.saturating_add(Weight::from_parts(201_069, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// As `Blobs::register` for the hashes, with four reads for each pick.
	fn authorize_prove(p: u32, ) -> Weight {
		Weight::from_parts(401_286_515, 24633)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(p.into())))
	}
	/// As a probe of `Blobs`, several times.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// As `Blobs::lapse`, with three reads for each pick.
	fn open_window(p: u32, ) -> Weight {
		Weight::from_parts(216_807_312, 20611)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// As `Blobs::lapse` of 64 shards.
	fn close_window() -> Weight {
		Weight::from_parts(216_807_312, 20611)
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(64))
			.saturating_add(RocksDbWeight::get().reads(140_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
}
