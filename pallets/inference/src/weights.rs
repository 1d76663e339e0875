//! Weights of `pallet_inference`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

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
	fn serve_pay(v: u32, ) -> Weight;
	fn commit_score() -> Weight;
	fn reveal_score() -> Weight;
	fn appeal() -> Weight;
	fn serve_check() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Offers` (r:1 w:1)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OfferCount` (r:1 w:1)
	/// Proof: `Inference::OfferCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OffersOf` (r:0 w:1)
	/// Proof: `Inference::OffersOf` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	fn set_offer() -> Weight {
		// Proof size in bytes, measured: `1385`, estimated: `4076`
		// Shortest run: 150_221_000 picoseconds.
		Weight::from_parts(156_443_000, 4076)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Offers` (r:1 w:1)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OfferCount` (r:1 w:1)
	/// Proof: `Inference::OfferCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OffersOf` (r:0 w:1)
	/// Proof: `Inference::OffersOf` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	fn remove_offer() -> Weight {
		// Proof size in bytes, measured: `1351`, estimated: `4076`
		// Shortest run: 115_606_000 picoseconds.
		Weight::from_parts(120_926_000, 4076)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Offers` (r:1 w:0)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextChannel` (r:1 w:1)
	/// Proof: `Inference::NextChannel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:0 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof size in bytes, measured: `1649`, estimated: `4076`
		// Shortest run: 149_008_000 picoseconds.
		Weight::from_parts(156_863_000, 4076)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn top_up() -> Weight {
		// Proof size in bytes, measured: `1498`, estimated: `3911`
		// Shortest run: 127_709_000 picoseconds.
		Weight::from_parts(135_233_000, 3911)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Proof size in bytes, measured: `1465`, estimated: `3911`
		// Shortest run: 118_431_000 picoseconds.
		Weight::from_parts(122_279_000, 3911)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Keys` (r:1 w:0)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Models::Models` (r:5 w:0)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextSettlement` (r:1 w:1)
	/// Proof: `Inference::NextSettlement` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Checks` (r:0 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:0 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 256]`.
	fn redeem(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `4764`, estimated: `16940`
		// Shortest run: 258_614_000 picoseconds.
		Weight::from_parts(259_184_852, 16940)
			// Standard error: 3_689
			.saturating_add(Weight::from_parts(2_388_718, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:2 w:2)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn contest() -> Weight {
		// Proof size in bytes, measured: `2141`, estimated: `6225`
		// Shortest run: 235_781_000 picoseconds.
		Weight::from_parts(242_584_000, 6225)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	/// Storage: `Inference::ServedTo` (r:1 w:1)
	/// Proof: `Inference::ServedTo` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:0)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn serve_nothing() -> Weight {
		// Proof size in bytes, measured: `175`, estimated: `3494`
		// Shortest run: 14_357_000 picoseconds.
		Weight::from_parts(15_669_000, 3494)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn serve_end() -> Weight {
		// Proof size in bytes, measured: `1558`, estimated: `3911`
		// Shortest run: 104_205_000 picoseconds.
		Weight::from_parts(108_352_000, 3911)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:0)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:24 w:24)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:16 w:16)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[0, 16]`.
	fn serve_pay(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2709 + v * (116 ±0)`, estimated: `21814 + v * (2603 ±0)`
		// Shortest run: 597_116_000 picoseconds.
		Weight::from_parts(608_314_074, 21814)
			// Standard error: 138_261
			.saturating_add(Weight::from_parts(77_363_523, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(16_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(v.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(v.into()))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn commit_score() -> Weight {
		// Proof size in bytes, measured: `858`, estimated: `6225`
		// Shortest run: 48_531_000 picoseconds.
		Weight::from_parts(52_178_000, 6225)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn reveal_score() -> Weight {
		// Proof size in bytes, measured: `801`, estimated: `6225`
		// Shortest run: 51_847_000 picoseconds.
		Weight::from_parts(53_951_000, 6225)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:0)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:0)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn appeal() -> Weight {
		// Proof size in bytes, measured: `1893`, estimated: `6225`
		// Shortest run: 137_026_000 picoseconds.
		Weight::from_parts(142_076_000, 6225)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:1)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Offers` (r:65 w:0)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:65 w:9)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:11 w:11)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:12 w:12)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn serve_check() -> Weight {
		// Proof size in bytes, measured: `41221`, estimated: `201580`
		// Shortest run: 2_048_299_000 picoseconds.
		Weight::from_parts(2_152_313_000, 201580)
			.saturating_add(T::DbWeight::get().reads(160_u64))
			.saturating_add(T::DbWeight::get().writes(43_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Models::Versions` (r:1 w:0)
	/// Proof: `Models::Versions` (`max_values`: None, `max_size`: Some(260), added: 2735, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Offers` (r:1 w:1)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OfferCount` (r:1 w:1)
	/// Proof: `Inference::OfferCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OffersOf` (r:0 w:1)
	/// Proof: `Inference::OffersOf` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	fn set_offer() -> Weight {
		// Proof size in bytes, measured: `1385`, estimated: `4076`
		// Shortest run: 150_221_000 picoseconds.
		Weight::from_parts(156_443_000, 4076)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Offers` (r:1 w:1)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OfferCount` (r:1 w:1)
	/// Proof: `Inference::OfferCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Inference::OffersOf` (r:0 w:1)
	/// Proof: `Inference::OffersOf` (`max_values`: None, `max_size`: Some(264), added: 2739, mode: `MaxEncodedLen`)
	fn remove_offer() -> Weight {
		// Proof size in bytes, measured: `1351`, estimated: `4076`
		// Shortest run: 115_606_000 picoseconds.
		Weight::from_parts(120_926_000, 4076)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Offers` (r:1 w:0)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextChannel` (r:1 w:1)
	/// Proof: `Inference::NextChannel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:0 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof size in bytes, measured: `1649`, estimated: `4076`
		// Shortest run: 149_008_000 picoseconds.
		Weight::from_parts(156_863_000, 4076)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn top_up() -> Weight {
		// Proof size in bytes, measured: `1498`, estimated: `3911`
		// Shortest run: 127_709_000 picoseconds.
		Weight::from_parts(135_233_000, 3911)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Proof size in bytes, measured: `1465`, estimated: `3911`
		// Shortest run: 118_431_000 picoseconds.
		Weight::from_parts(122_279_000, 3911)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Attestation::Keys` (r:1 w:0)
	/// Proof: `Attestation::Keys` (`max_values`: None, `max_size`: Some(2162), added: 4637, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Models::Models` (r:5 w:0)
	/// Proof: `Models::Models` (`max_values`: None, `max_size`: Some(715), added: 3190, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::NextSettlement` (r:1 w:1)
	/// Proof: `Inference::NextSettlement` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Checks` (r:0 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:0 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 256]`.
	fn redeem(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `4764`, estimated: `16940`
		// Shortest run: 258_614_000 picoseconds.
		Weight::from_parts(259_184_852, 16940)
			// Standard error: 3_689
			.saturating_add(Weight::from_parts(2_388_718, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:2 w:2)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn contest() -> Weight {
		// Proof size in bytes, measured: `2141`, estimated: `6225`
		// Shortest run: 235_781_000 picoseconds.
		Weight::from_parts(242_584_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
	}
	/// Storage: `Inference::ServedTo` (r:1 w:1)
	/// Proof: `Inference::ServedTo` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:0)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn serve_nothing() -> Weight {
		// Proof size in bytes, measured: `175`, estimated: `3494`
		// Shortest run: 14_357_000 picoseconds.
		Weight::from_parts(15_669_000, 3494)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	fn serve_end() -> Weight {
		// Proof size in bytes, measured: `1558`, estimated: `3911`
		// Shortest run: 104_205_000 picoseconds.
		Weight::from_parts(108_352_000, 3911)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:0)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:24 w:24)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::DealingsOf` (r:1 w:1)
	/// Proof: `Inference::DealingsOf` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:16 w:16)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[0, 16]`.
	fn serve_pay(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2709 + v * (116 ±0)`, estimated: `21814 + v * (2603 ±0)`
		// Shortest run: 597_116_000 picoseconds.
		Weight::from_parts(608_314_074, 21814)
			// Standard error: 138_261
			.saturating_add(Weight::from_parts(77_363_523, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(v.into())))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(v.into())))
			.saturating_add(Weight::from_parts(0, 2603).saturating_mul(v.into()))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn commit_score() -> Weight {
		// Proof size in bytes, measured: `858`, estimated: `6225`
		// Shortest run: 48_531_000 picoseconds.
		Weight::from_parts(52_178_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn reveal_score() -> Weight {
		// Proof size in bytes, measured: `801`, estimated: `6225`
		// Shortest run: 51_847_000 picoseconds.
		Weight::from_parts(53_951_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:0)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:0)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn appeal() -> Weight {
		// Proof size in bytes, measured: `1893`, estimated: `6225`
		// Shortest run: 137_026_000 picoseconds.
		Weight::from_parts(142_076_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:1)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Offers` (r:65 w:0)
	/// Proof: `Inference::Offers` (`max_values`: None, `max_size`: Some(611), added: 3086, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:65 w:9)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Parameters` (r:1 w:0)
	/// Proof: `Inference::Parameters` (`max_values`: Some(1), `max_size`: Some(84), added: 579, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:11 w:11)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:12 w:12)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Records` (r:1 w:1)
	/// Proof: `Inference::Records` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:0 w:2)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn serve_check() -> Weight {
		// Proof size in bytes, measured: `41221`, estimated: `201580`
		// Shortest run: 2_048_299_000 picoseconds.
		Weight::from_parts(2_152_313_000, 201580)
			.saturating_add(RocksDbWeight::get().reads(160_u64))
			.saturating_add(RocksDbWeight::get().writes(43_u64))
	}
}
