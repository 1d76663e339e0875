//! Weights of `pallet_inference`. Not measured yet: put together from measured units of `pallet_blobs`, `pallet_models` and
//! `pallet_workers` that do at least as much. `scripts/benchmark-weights.sh inference` writes this file anew.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_inference`.
pub trait WeightInfo {
	fn set_offer() -> Weight;
	fn remove_offer() -> Weight;
	fn open() -> Weight;
	fn top_up() -> Weight;
	fn close() -> Weight;
	fn redeem(c: u32, ) -> Weight;
	fn contest() -> Weight;
	fn serve_nothing() -> Weight;
	fn serve_end() -> Weight;
	fn serve_pay() -> Weight;
	fn commit_score() -> Weight;
	fn reveal_score() -> Weight;
	fn appeal() -> Weight;
	fn serve_check() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// As `Models::create_model`.
	fn set_offer() -> Weight {
		Weight::from_parts(250_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// As `Models::remove_tag`.
	fn remove_offer() -> Weight {
		Weight::from_parts(200_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// As `Models::create_model`, with more to write.
	fn open() -> Weight {
		Weight::from_parts(300_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// As `Workers::add_stake`, with the agenda.
	fn top_up() -> Weight {
		Weight::from_parts(250_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// As `Workers::withdraw`, with the agenda and the indices.
	fn close() -> Weight {
		Weight::from_parts(250_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Two signatures as `Blobs::authorize_certify` checks them, the base line, and for each claim two hashes and more.
	fn redeem(c: u32, ) -> Weight {
		Weight::from_parts(700_000_000, 6000)
			.saturating_add(Weight::from_parts(15_000_000, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// A signature, a path, and a release.
	fn contest() -> Weight {
		Weight::from_parts(600_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn serve_nothing() -> Weight {
		Weight::from_parts(20_000_000, 4000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn serve_end() -> Weight {
		Weight::from_parts(200_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Seven transfers on hold, each dearer than one of `Balances`.
	fn serve_pay() -> Weight {
		Weight::from_parts(1_200_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	fn commit_score() -> Weight {
		Weight::from_parts(150_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn reveal_score() -> Weight {
		Weight::from_parts(150_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// As `Workers::add_stake`, with the agenda.
	fn appeal() -> Weight {
		Weight::from_parts(250_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// A draw of nine out of 64 by the weights of `Blobs::serve_draw`, or nine slashes and a reversal.
	fn serve_check() -> Weight {
		Weight::from_parts(4_000_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(150_u64))
			.saturating_add(T::DbWeight::get().writes(30_u64))
	}
}

/// Weights for tests.
impl WeightInfo for () {
	fn set_offer() -> Weight { Weight::from_parts(250_000_000, 6000) }
	fn remove_offer() -> Weight { Weight::from_parts(200_000_000, 6000) }
	fn open() -> Weight { Weight::from_parts(300_000_000, 6000) }
	fn top_up() -> Weight { Weight::from_parts(250_000_000, 6000) }
	fn close() -> Weight { Weight::from_parts(250_000_000, 6000) }
	fn redeem(c: u32, ) -> Weight {
		Weight::from_parts(700_000_000, 6000).saturating_add(Weight::from_parts(15_000_000, 0).saturating_mul(c.into()))
	}
	fn contest() -> Weight { Weight::from_parts(600_000_000, 6000) }
	fn serve_nothing() -> Weight { Weight::from_parts(20_000_000, 4000) }
	fn serve_end() -> Weight { Weight::from_parts(200_000_000, 6000) }
	fn serve_pay() -> Weight { Weight::from_parts(1_200_000_000, 30000) }
	fn commit_score() -> Weight { Weight::from_parts(150_000_000, 6000) }
	fn reveal_score() -> Weight { Weight::from_parts(150_000_000, 6000) }
	fn appeal() -> Weight { Weight::from_parts(250_000_000, 6000) }
	fn serve_check() -> Weight { Weight::from_parts(4_000_000_000, 30000) }
}
