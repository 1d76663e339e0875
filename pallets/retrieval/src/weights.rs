//! Weights of `pallet_retrieval`. Not measured yet: copied from measured units of `pallet_blobs` that read, hash and write at
//! least as much. `scripts/benchmark-weights.sh` writes this file anew.

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
	/// As `Blobs::extend`, with the list of a worker.
	fn challenge() -> Weight {
		Weight::from_parts(301_286_515, 20611)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// As `Blobs::extend`, with two transfers.
	fn answer(b: u32, ) -> Weight {
		Weight::from_parts(301_286_515, 20611)
			.saturating_add(Weight::from_parts(201, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// As `Possession::authorize_prove`, whose chunks have a path each.
	fn authorize_answer(b: u32, ) -> Weight {
		Weight::from_parts(401_286_515, 24633)
			.saturating_add(Weight::from_parts(19_085, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
	}
	/// As a probe of `Blobs`.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// As a probe of `Blobs`.
	fn pass_over() -> Weight {
		Weight::from_parts(28_654_000, 3543)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// As `Blobs::lapse` of 20 shards, with the slash and the eviction of a worker.
	fn miss() -> Weight {
		Weight::from_parts(1_007_659_232, 78651)
			.saturating_add(T::DbWeight::get().reads(40_u64))
			.saturating_add(T::DbWeight::get().writes(40_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	/// As `Blobs::extend`, with the list of a worker.
	fn challenge() -> Weight {
		Weight::from_parts(301_286_515, 20611)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// As `Blobs::extend`, with two transfers.
	fn answer(b: u32, ) -> Weight {
		Weight::from_parts(301_286_515, 20611)
			.saturating_add(Weight::from_parts(201, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// As `Possession::authorize_prove`, whose chunks have a path each.
	fn authorize_answer(b: u32, ) -> Weight {
		Weight::from_parts(401_286_515, 24633)
			.saturating_add(Weight::from_parts(19_085, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
	}
	/// As a probe of `Blobs`.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// As a probe of `Blobs`.
	fn pass_over() -> Weight {
		Weight::from_parts(28_654_000, 3543)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// As `Blobs::lapse` of 20 shards, with the slash and the eviction of a worker.
	fn miss() -> Weight {
		Weight::from_parts(1_007_659_232, 78651)
			.saturating_add(RocksDbWeight::get().reads(40_u64))
			.saturating_add(RocksDbWeight::get().writes(40_u64))
	}
}
