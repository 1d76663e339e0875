//! Weights of `pallet_inference`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 6, repeats 4, worst-case map size 1000000, wasm Compiled, on AMD EPYC.
//!
//! Added since and not measured yet. `commit_score` and `reveal_score`: the last of a panel moves its next step, two writes of
//! `Agenda` and for the commitment a read of `Parameters`, each as 5 us besides. `serve_pay`: for each verifier a payment, as
//! a seventh of the measured one to seven accounts, and its account and record read and written. `serve_check`: whoever it pays is added by
//! `serve_pay(v)`. Where `Checks` or `Settlements` are read, the proof has their greater sizes.

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
		// Proof size in bytes, measured: `1383`, estimated: `4076`
		// Shortest run: 148_207_000 picoseconds.
		Weight::from_parts(154_779_000, 4076)
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
		// Shortest run: 113_452_000 picoseconds.
		Weight::from_parts(118_211_000, 4076)
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
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:0 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof size in bytes, measured: `1647`, estimated: `4076`
		// Shortest run: 141_515_000 picoseconds.
		Weight::from_parts(146_314_000, 4076)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
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
		// Proof size in bytes, measured: `1459`, estimated: `3911`
		// Shortest run: 124_673_000 picoseconds.
		Weight::from_parts(129_853_000, 3911)
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
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Proof size in bytes, measured: `1350`, estimated: `3911`
		// Shortest run: 109_315_000 picoseconds.
		Weight::from_parts(114_003_000, 3911)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
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
		// Proof size in bytes, measured: `4742`, estimated: `16940`
		// Shortest run: 255_858_000 picoseconds.
		Weight::from_parts(262_778_706, 16940)
			// Standard error: 4_961
			.saturating_add(Weight::from_parts(2_203_627, 0).saturating_mul(c.into()))
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
		// Proof size in bytes, measured: `2005`, estimated: `5664`
		// Shortest run: 217_988_000 picoseconds.
		Weight::from_parts(225_131_000, 6225)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Inference::ServedTo` (r:1 w:1)
	/// Proof: `Inference::ServedTo` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:0)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn serve_nothing() -> Weight {
		// Proof size in bytes, measured: `175`, estimated: `3494`
		// Shortest run: 14_097_000 picoseconds.
		Weight::from_parts(15_419_000, 3494)
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
	fn serve_end() -> Weight {
		// Proof size in bytes, measured: `1447`, estimated: `3911`
		// Shortest run: 96_480_000 picoseconds.
		Weight::from_parts(102_121_000, 3911)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:0)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:8 w:8)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[0, 16]`.
	fn serve_pay(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2550`, estimated: `21814`
		// Shortest run: 562_231_000 picoseconds.
		Weight::from_parts(585_214_000, 21814)
			.saturating_add(Weight::from_parts(83_602_000, 5190).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(15_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(v.into())))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	fn commit_score() -> Weight {
		// Proof size in bytes, measured: `680`, estimated: `5664`
		// Shortest run: 35_066_000 picoseconds.
		Weight::from_parts(56_898_000, 6225)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn reveal_score() -> Weight {
		// Proof size in bytes, measured: `766`, estimated: `5664`
		// Shortest run: 44_423_000 picoseconds.
		Weight::from_parts(62_508_000, 6225)
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
		// Proof size in bytes, measured: `1887`, estimated: `5664`
		// Shortest run: 135_243_000 picoseconds.
		Weight::from_parts(146_163_000, 6225)
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
	/// Storage: `Inference::Offers` (r:64 w:0)
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
		// Proof size in bytes, measured: `40843`, estimated: `198494`
		// Shortest run: 1_727_920_000 picoseconds.
		Weight::from_parts(1_856_821_000, 198494)
			.saturating_add(T::DbWeight::get().reads(159_u64))
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
		// Proof size in bytes, measured: `1383`, estimated: `4076`
		// Shortest run: 148_207_000 picoseconds.
		Weight::from_parts(154_779_000, 4076)
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
		// Shortest run: 113_452_000 picoseconds.
		Weight::from_parts(118_211_000, 4076)
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
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:0 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof size in bytes, measured: `1647`, estimated: `4076`
		// Shortest run: 141_515_000 picoseconds.
		Weight::from_parts(146_314_000, 4076)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
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
		// Proof size in bytes, measured: `1459`, estimated: `3911`
		// Shortest run: 124_673_000 picoseconds.
		Weight::from_parts(129_853_000, 3911)
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
	/// Storage: `Inference::Agenda` (r:0 w:1)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Proof size in bytes, measured: `1350`, estimated: `3911`
		// Shortest run: 109_315_000 picoseconds.
		Weight::from_parts(114_003_000, 3911)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
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
		// Proof size in bytes, measured: `4742`, estimated: `16940`
		// Shortest run: 255_858_000 picoseconds.
		Weight::from_parts(262_778_706, 16940)
			// Standard error: 4_961
			.saturating_add(Weight::from_parts(2_203_627, 0).saturating_mul(c.into()))
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
		// Proof size in bytes, measured: `2005`, estimated: `5664`
		// Shortest run: 217_988_000 picoseconds.
		Weight::from_parts(225_131_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	/// Storage: `Inference::ServedTo` (r:1 w:1)
	/// Proof: `Inference::ServedTo` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Agenda` (r:1 w:0)
	/// Proof: `Inference::Agenda` (`max_values`: None, `max_size`: Some(29), added: 2504, mode: `MaxEncodedLen`)
	fn serve_nothing() -> Weight {
		// Proof size in bytes, measured: `175`, estimated: `3494`
		// Shortest run: 14_097_000 picoseconds.
		Weight::from_parts(15_419_000, 3494)
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
	fn serve_end() -> Weight {
		// Proof size in bytes, measured: `1447`, estimated: `3911`
		// Shortest run: 96_480_000 picoseconds.
		Weight::from_parts(102_121_000, 3911)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:0)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Settlements` (r:1 w:1)
	/// Proof: `Inference::Settlements` (`max_values`: None, `max_size`: Some(836), added: 3311, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Channels` (r:1 w:1)
	/// Proof: `Inference::Channels` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:8 w:8)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Inference::Totals` (r:1 w:1)
	/// Proof: `Inference::Totals` (`max_values`: Some(1), `max_size`: Some(48), added: 543, mode: `MaxEncodedLen`)
	/// Storage: `Inference::SettlementsOf` (r:0 w:1)
	/// Proof: `Inference::SettlementsOf` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsTo` (r:0 w:1)
	/// Proof: `Inference::ChannelsTo` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Inference::ChannelsOf` (r:0 w:1)
	/// Proof: `Inference::ChannelsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[0, 16]`.
	fn serve_pay(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2550`, estimated: `21814`
		// Shortest run: 562_231_000 picoseconds.
		Weight::from_parts(585_214_000, 21814)
			.saturating_add(Weight::from_parts(83_602_000, 5190).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(v.into())))
			.saturating_add(RocksDbWeight::get().writes(15_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(v.into())))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	fn commit_score() -> Weight {
		// Proof size in bytes, measured: `680`, estimated: `5664`
		// Shortest run: 35_066_000 picoseconds.
		Weight::from_parts(56_898_000, 6225)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Inference::Checks` (r:1 w:1)
	/// Proof: `Inference::Checks` (`max_values`: None, `max_size`: Some(2760), added: 5235, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn reveal_score() -> Weight {
		// Proof size in bytes, measured: `766`, estimated: `5664`
		// Shortest run: 44_423_000 picoseconds.
		Weight::from_parts(62_508_000, 6225)
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
		// Proof size in bytes, measured: `1887`, estimated: `5664`
		// Shortest run: 135_243_000 picoseconds.
		Weight::from_parts(146_163_000, 6225)
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
	/// Storage: `Inference::Offers` (r:64 w:0)
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
		// Proof size in bytes, measured: `40843`, estimated: `198494`
		// Shortest run: 1_727_920_000 picoseconds.
		Weight::from_parts(1_856_821_000, 198494)
			.saturating_add(RocksDbWeight::get().reads(159_u64))
			.saturating_add(RocksDbWeight::get().writes(43_u64))
	}
}
