//! Weights for `pallet_attestation`
//!
//! ESTIMATED BY HAND: reads and writes from the code, times from measured P-384 verifications in wasm (4 to 6 ms each on a
//! busy machine), rounded up. The file has the layout that frame-omni-bencher generates, and is to be replaced by its
//! output:
//!
//! frame-omni-bencher v1 benchmark pallet --pallet=pallet_attestation --extrinsic='*' --runtime=<wasm with benchmarks>
//!   --steps=50 --repeat=20 --wasm-execution=compiled --output=pallets/attestation/src/weights.rs

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_attestation`.
pub trait WeightInfo {
	fn attest(n: u32, ) -> Weight;
	fn verify_quote() -> Weight;
	fn release() -> Weight;
	fn remove_key() -> Weight;
	fn add_authorities() -> Weight;
	fn submit_crl(b: u32, ) -> Weight;
	fn set_golden() -> Weight;
	fn retire_golden() -> Weight;
	fn set_guest_policy() -> Weight;
	fn retire_guest_policy() -> Weight;
	fn block_device() -> Weight;
}

/// Weights for `pallet_attestation` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// The range of component `n` is `[1, 8]`: GPUs. Three P-384 signatures each.
	fn attest(n: u32, ) -> Weight {
		Weight::from_parts(150_000_000, 3500)
			.saturating_add(Weight::from_parts(20_000_000_000, 60000).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().reads((10_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// What a guest's quote adds to `attest`.
	fn verify_quote() -> Weight {
		Weight::from_parts(40_000_000_000, 3500)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn release() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn remove_key() -> Weight {
		Weight::from_parts(60_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Two P-384 signatures.
	fn add_authorities() -> Weight {
		Weight::from_parts(16_000_000_000, 3500)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// The range of component `b` is `[0, 32768]`: bytes. One P-384 signature.
	fn submit_crl(b: u32, ) -> Weight {
		Weight::from_parts(8_000_000_000, 14000)
			.saturating_add(Weight::from_parts(100_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_golden() -> Weight {
		Weight::from_parts(100_000_000, 28000)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn retire_golden() -> Weight {
		Weight::from_parts(100_000_000, 28000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_guest_policy() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn retire_guest_policy() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn block_device() -> Weight {
		Weight::from_parts(15_000_000, 3500)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// The range of component `n` is `[1, 8]`: GPUs. Three P-384 signatures each.
	fn attest(n: u32, ) -> Weight {
		Weight::from_parts(150_000_000, 3500)
			.saturating_add(Weight::from_parts(20_000_000_000, 60000).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().reads((10_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
	}
	/// What a guest's quote adds to `attest`.
	fn verify_quote() -> Weight {
		Weight::from_parts(40_000_000_000, 3500)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn release() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn remove_key() -> Weight {
		Weight::from_parts(60_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// Two P-384 signatures.
	fn add_authorities() -> Weight {
		Weight::from_parts(16_000_000_000, 3500)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// The range of component `b` is `[0, 32768]`: bytes. One P-384 signature.
	fn submit_crl(b: u32, ) -> Weight {
		Weight::from_parts(8_000_000_000, 14000)
			.saturating_add(Weight::from_parts(100_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_golden() -> Weight {
		Weight::from_parts(100_000_000, 28000)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn retire_golden() -> Weight {
		Weight::from_parts(100_000_000, 28000)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_guest_policy() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn retire_guest_policy() -> Weight {
		Weight::from_parts(20_000_000, 3500)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn block_device() -> Weight {
		Weight::from_parts(15_000_000, 3500)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
