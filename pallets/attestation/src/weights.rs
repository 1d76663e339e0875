//! Weights of `pallet_attestation`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_attestation`.
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

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Keys` (r:1 w:1)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::KeyCount` (r:1 w:1)
	/// Proof: `Attestation::KeyCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Proof: `Attestation::Parameters` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::GoldenSets` (r:2 w:0)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Authorities` (r:3 w:0)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Blocked` (r:8 w:0)
	/// Proof: `Attestation::Blocked` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Lists` (r:3 w:0)
	/// Proof: `Attestation::Lists` (`max_values`: None, `max_size`: Some(10814), added: 13289, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Devices` (r:8 w:8)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 8]`.
	fn attest(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `3610`, estimated: `55618 + n * (2576 ±0)`
		// Shortest run: 14_052_110_000 picoseconds.
		Weight::from_parts(202_994_178, 55618)
			// Standard error: 9_162_293
			.saturating_add(Weight::from_parts(13_947_984_704, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2576).saturating_mul(n.into()))
	}
	fn verify_quote() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 9_206_921_000 picoseconds.
		Weight::from_parts(9_336_033_000, 0)
	}
	/// Storage: `Attestation::Devices` (r:1 w:1)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	fn release() -> Weight {
		// Proof size in bytes, measured: `469`, estimated: `3566`
		// Shortest run: 48_080_000 picoseconds.
		Weight::from_parts(52_979_000, 3566)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Keys` (r:1 w:1)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Devices` (r:8 w:8)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::KeyCount` (r:1 w:1)
	/// Proof: `Attestation::KeyCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn remove_key() -> Weight {
		// Proof size in bytes, measured: `1927`, estimated: `21598`
		// Shortest run: 111_088_000 picoseconds.
		Weight::from_parts(116_788_000, 21598)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Attestation::TestRoot` (r:1 w:0)
	/// Proof: `Attestation::TestRoot` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Authorities` (r:3 w:3)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::CounterForAuthorities` (r:1 w:1)
	/// Proof: `Attestation::CounterForAuthorities` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn add_authorities() -> Weight {
		// Proof size in bytes, measured: `122`, estimated: `9747`
		// Shortest run: 9_329_972_000 picoseconds.
		Weight::from_parts(9_442_332_000, 9747)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Attestation::Authorities` (r:1 w:0)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Lists` (r:1 w:1)
	/// Proof: `Attestation::Lists` (`max_values`: None, `max_size`: Some(10814), added: 13289, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[300, 16000]`.
	fn submit_crl(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `482`, estimated: `14279`
		// Shortest run: 4_663_969_000 picoseconds.
		Weight::from_parts(4_696_082_010, 14279)
			// Standard error: 532
			.saturating_add(Weight::from_parts(40_576, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GoldenSets` (r:0 w:1)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	fn set_golden() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 68_017_000 picoseconds.
		Weight::from_parts(74_460_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GoldenSets` (r:1 w:1)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	fn retire_golden() -> Weight {
		// Proof size in bytes, measured: `24896`, estimated: `28304`
		// Shortest run: 78_016_000 picoseconds.
		Weight::from_parts(82_945_000, 28304)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GuestPolicies` (r:0 w:1)
	/// Proof: `Attestation::GuestPolicies` (`max_values`: None, `max_size`: Some(321), added: 2796, mode: `MaxEncodedLen`)
	fn set_guest_policy() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 19_116_000 picoseconds.
		Weight::from_parts(20_538_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GuestPolicies` (r:1 w:1)
	/// Proof: `Attestation::GuestPolicies` (`max_values`: None, `max_size`: Some(321), added: 2796, mode: `MaxEncodedLen`)
	fn retire_guest_policy() -> Weight {
		// Proof size in bytes, measured: `448`, estimated: `3786`
		// Shortest run: 19_587_000 picoseconds.
		Weight::from_parts(21_040_000, 3786)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Blocked` (r:0 w:1)
	/// Proof: `Attestation::Blocked` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	fn block_device() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 12_363_000 picoseconds.
		Weight::from_parts(13_515_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Keys` (r:1 w:1)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::KeyCount` (r:1 w:1)
	/// Proof: `Attestation::KeyCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Parameters` (r:1 w:0)
	/// Proof: `Attestation::Parameters` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::GoldenSets` (r:2 w:0)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Authorities` (r:3 w:0)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Blocked` (r:8 w:0)
	/// Proof: `Attestation::Blocked` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Lists` (r:3 w:0)
	/// Proof: `Attestation::Lists` (`max_values`: None, `max_size`: Some(10814), added: 13289, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Devices` (r:8 w:8)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 8]`.
	fn attest(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `3610`, estimated: `55618 + n * (2576 ±0)`
		// Shortest run: 14_052_110_000 picoseconds.
		Weight::from_parts(202_994_178, 55618)
			// Standard error: 9_162_293
			.saturating_add(Weight::from_parts(13_947_984_704, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2576).saturating_mul(n.into()))
	}
	fn verify_quote() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 9_206_921_000 picoseconds.
		Weight::from_parts(9_336_033_000, 0)
	}
	/// Storage: `Attestation::Devices` (r:1 w:1)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	fn release() -> Weight {
		// Proof size in bytes, measured: `469`, estimated: `3566`
		// Shortest run: 48_080_000 picoseconds.
		Weight::from_parts(52_979_000, 3566)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Keys` (r:1 w:1)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Devices` (r:8 w:8)
	/// Proof: `Attestation::Devices` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::KeyCount` (r:1 w:1)
	/// Proof: `Attestation::KeyCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn remove_key() -> Weight {
		// Proof size in bytes, measured: `1927`, estimated: `21598`
		// Shortest run: 111_088_000 picoseconds.
		Weight::from_parts(116_788_000, 21598)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// Storage: `Attestation::TestRoot` (r:1 w:0)
	/// Proof: `Attestation::TestRoot` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Authorities` (r:3 w:3)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::CounterForAuthorities` (r:1 w:1)
	/// Proof: `Attestation::CounterForAuthorities` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn add_authorities() -> Weight {
		// Proof size in bytes, measured: `122`, estimated: `9747`
		// Shortest run: 9_329_972_000 picoseconds.
		Weight::from_parts(9_442_332_000, 9747)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Attestation::Authorities` (r:1 w:0)
	/// Proof: `Attestation::Authorities` (`max_values`: None, `max_size`: Some(444), added: 2919, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Lists` (r:1 w:1)
	/// Proof: `Attestation::Lists` (`max_values`: None, `max_size`: Some(10814), added: 13289, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[300, 16000]`.
	fn submit_crl(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `482`, estimated: `14279`
		// Shortest run: 4_663_969_000 picoseconds.
		Weight::from_parts(4_696_082_010, 14279)
			// Standard error: 532
			.saturating_add(Weight::from_parts(40_576, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GoldenSets` (r:0 w:1)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	fn set_golden() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 68_017_000 picoseconds.
		Weight::from_parts(74_460_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GoldenSets` (r:1 w:1)
	/// Proof: `Attestation::GoldenSets` (`max_values`: None, `max_size`: Some(24839), added: 27314, mode: `MaxEncodedLen`)
	fn retire_golden() -> Weight {
		// Proof size in bytes, measured: `24896`, estimated: `28304`
		// Shortest run: 78_016_000 picoseconds.
		Weight::from_parts(82_945_000, 28304)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GuestPolicies` (r:0 w:1)
	/// Proof: `Attestation::GuestPolicies` (`max_values`: None, `max_size`: Some(321), added: 2796, mode: `MaxEncodedLen`)
	fn set_guest_policy() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 19_116_000 picoseconds.
		Weight::from_parts(20_538_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::GuestPolicies` (r:1 w:1)
	/// Proof: `Attestation::GuestPolicies` (`max_values`: None, `max_size`: Some(321), added: 2796, mode: `MaxEncodedLen`)
	fn retire_guest_policy() -> Weight {
		// Proof size in bytes, measured: `448`, estimated: `3786`
		// Shortest run: 19_587_000 picoseconds.
		Weight::from_parts(21_040_000, 3786)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Attestation::Blocked` (r:0 w:1)
	/// Proof: `Attestation::Blocked` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	fn block_device() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 12_363_000 picoseconds.
		Weight::from_parts(13_515_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
