//! Weights of `pallet_blobs`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! 2026-11-26, steps 10, repeats 5, worst-case map size 1000000, wasm Compiled, on AMD EPYC;
//! `certify`, `expire`, `report_wrong` and the five of disputes again after they changed, alone on the machine.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{constants::RocksDbWeight, Weight}};
use core::marker::PhantomData;

/// Weight functions of `pallet_blobs`.
pub trait WeightInfo {
	fn register(v: u32, ) -> Weight;
	fn store_inline(b: u32, ) -> Weight;
	fn remove_inline() -> Weight;
	fn reassign(s: u32, ) -> Weight;
	fn certify(r: u32, ) -> Weight;
	fn authorize_certify(n: u32, ) -> Weight;
	fn check_signatures(r: u32, ) -> Weight;
	fn extend(n: u32, ) -> Weight;
	fn report_wrong(p: u32, ) -> Weight;
	fn on_initialize_base() -> Weight;
	fn probe() -> Weight;
	fn load_candidates(c: u32, ) -> Weight;
	fn draw(p: u32, ) -> Weight;
	fn place(n: u32, ) -> Weight;
	fn lapse(n: u32, ) -> Weight;
	fn return_lease() -> Weight;
	fn expire(n: u32, ) -> Weight;
	fn depart() -> Weight;
	fn repair(n: u32, ) -> Weight;
	fn attest_rebuild() -> Weight;
	fn refute() -> Weight;
	fn look_at_dispute() -> Weight;
	fn seat_committee() -> Weight;
	fn end_dispute() -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:0)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:0)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:9 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::NextEncodingId` (r:1 w:1)
	/// Proof: `Blobs::NextEncodingId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2062`, estimated: `24633`
		// Shortest run: 302_065_000 picoseconds.
		Weight::from_parts(311_266_342, 24633)
			// Standard error: 3_381
			.saturating_add(Weight::from_parts(452_523, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `298`, estimated: `4543`
		// Shortest run: 99_807_000 picoseconds.
		Weight::from_parts(104_593_266, 4543)
			// Standard error: 93
			.saturating_add(Weight::from_parts(5_228, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	fn remove_inline() -> Weight {
		// Proof size in bytes, measured: `1474`, estimated: `4543`
		// Shortest run: 87_534_000 picoseconds.
		Weight::from_parts(90_639_000, 4543)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(_s: u32, ) -> Weight {
		// Proof size in bytes, measured: `13598`, estimated: `32346`
		// Shortest run: 198_551_000 picoseconds.
		Weight::from_parts(224_456_722, 32346)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:255 w:255)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:1)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:255 w:255)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:0)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:255)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:0 w:255)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Roster` (r:0 w:255)
	/// Proof: `Possession::Roster` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn certify(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `24654 + r * (398 ±0)`, estimated: `32601 + r * (2903 ±0)`
		// Shortest run: 364_471_000 picoseconds.
		Weight::from_parts(386_298_057, 32601)
			// Standard error: 137_040
			.saturating_add(Weight::from_parts(36_121_688, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(14_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1902 + n * (70 ±0)`, estimated: `32346`
		// Shortest run: 109_696_000 picoseconds.
		Weight::from_parts(86_225_690, 32346)
			// Standard error: 14_676
			.saturating_add(Weight::from_parts(1_462_231, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `6952 + r * (410 ±0)`, estimated: `3509 + r * (2903 ±0)`
		// Shortest run: 90_249_000 picoseconds.
		Weight::from_parts(97_806_677, 3509)
			// Standard error: 128_038
			.saturating_add(Weight::from_parts(54_952_580, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:255 w:255)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:510 w:510)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn extend(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1624 + n * (239 ±0)`, estimated: `32346 + n * (5102 ±0)`
		// Shortest run: 283_290_000 picoseconds.
		Weight::from_parts(109_392_072, 32346)
			// Standard error: 256_319
			.saturating_add(Weight::from_parts(25_745_488, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 5102).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[3, 65]`.
	fn report_wrong(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `779 + p * (34 ±0)`, estimated: `11898`
		// Shortest run: 238_325_000 picoseconds.
		Weight::from_parts(162_847_325, 11898)
			// Standard error: 221_019
			.saturating_add(Weight::from_parts(24_430_154, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:1 w:0)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:1 w:0)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairCursor` (r:1 w:1)
	/// Proof: `Blobs::RepairCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:2 w:0)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:0 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `158`, estimated: `5996`
		// Shortest run: 43_521_000 picoseconds.
		Weight::from_parts(45_936_000, 5996)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::DrawsDue` (r:1 w:0)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn probe() -> Weight {
		// Proof size in bytes, measured: `42`, estimated: `3493`
		// Shortest run: 5_961_000 picoseconds.
		Weight::from_parts(6_793_000, 3493)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Workers` (r:1001 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `276 + c * (432 ±0)`, estimated: `3893 + c * (2903 ±0)`
		// Shortest run: 15_169_000 picoseconds.
		Weight::from_parts(15_378_000, 3893)
			// Standard error: 31_110
			.saturating_add(Weight::from_parts(7_128_334, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(c.into()))
	}
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 27_692_000 picoseconds.
		Weight::from_parts(148_676_222, 0)
			// Standard error: 29
			.saturating_add(Weight::from_parts(13_380, 0).saturating_mul(p.into()))
	}
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:1 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:2 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:256 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1107 + n * (432 ±0)`, estimated: `32346 + n * (2903 ±0)`
		// Shortest run: 229_459_000 picoseconds.
		Weight::from_parts(230_902_000, 32346)
			// Standard error: 81_994
			.saturating_add(Weight::from_parts(23_065_681, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:0)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn lapse(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `2105 + n * (483 ±0)`, estimated: `32346 + n * (2903 ±0)`
		// Shortest run: 346_248_000 picoseconds.
		Weight::from_parts(242_247_128, 32346)
			// Standard error: 48_908
			.saturating_add(Weight::from_parts(16_137_008, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(11_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Funding` (r:2 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		// Proof size in bytes, measured: `1265`, estimated: `6196`
		// Shortest run: 190_155_000 picoseconds.
		Weight::from_parts(195_285_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:32 w:32)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:32 w:0)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:64 w:32)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:33 w:33)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:32 w:32)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:32 w:32)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:32 w:32)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:32)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:32)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 32]`.
	fn expire(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `26630 + n * (1401 ±0)`, estimated: `32601 + n * (5102 ±0)`
		// Shortest run: 357_519_000 picoseconds.
		Weight::from_parts(250_473_001, 32601)
			// Standard error: 2_036_657
			.saturating_add(Weight::from_parts(139_569_917, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((8_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 5102).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Departing` (r:2 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:1 w:1)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
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
	/// Storage: `Possession::RateChanges` (r:1 w:1)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:0 w:1)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:1)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn depart() -> Weight {
		// Proof size in bytes, measured: `23215`, estimated: `32346`
		// Shortest run: 281_326_000 picoseconds.
		Weight::from_parts(321_351_000, 32346)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	/// Storage: `Blobs::RepairCursor` (r:1 w:1)
	/// Proof: `Blobs::RepairCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:4 w:2)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn repair(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `872 + n * (66 ±0)`, estimated: `32346`
		// Shortest run: 106_088_000 picoseconds.
		Weight::from_parts(115_011_514, 32346)
			// Standard error: 8_352
			.saturating_add(Weight::from_parts(539_880, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn attest_rebuild() -> Weight {
		// Proof size in bytes, measured: `12804`, estimated: `11898`
		// Shortest run: 226_433_000 picoseconds.
		Weight::from_parts(257_751_000, 11898)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:1)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn refute() -> Weight {
		// Proof size in bytes, measured: `29197`, estimated: `32601`
		// Shortest run: 820_944_000 picoseconds.
		Weight::from_parts(878_632_000, 32601)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:0)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:2 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn look_at_dispute() -> Weight {
		// Proof size in bytes, measured: `3119`, estimated: `10352`
		// Shortest run: 81_142_000 picoseconds.
		Weight::from_parts(97_552_000, 10352)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn seat_committee() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 130_905_000 picoseconds.
		Weight::from_parts(133_720_000, 0)
	}
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:1)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:31 w:31)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:31 w:31)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:31 w:31)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:32 w:32)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:31)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	fn end_dispute() -> Weight {
		// Proof size in bytes, measured: `49121`, estimated: `117302`
		// Shortest run: 4_054_570_000 picoseconds.
		Weight::from_parts(4_224_337_000, 117302)
			.saturating_add(T::DbWeight::get().reads(136_u64))
			.saturating_add(T::DbWeight::get().writes(161_u64))
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:0)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:0)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:9 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::NextEncodingId` (r:1 w:1)
	/// Proof: `Blobs::NextEncodingId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2062`, estimated: `24633`
		// Shortest run: 302_065_000 picoseconds.
		Weight::from_parts(311_266_342, 24633)
			// Standard error: 3_381
			.saturating_add(Weight::from_parts(452_523, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `298`, estimated: `4543`
		// Shortest run: 99_807_000 picoseconds.
		Weight::from_parts(104_593_266, 4543)
			// Standard error: 93
			.saturating_add(Weight::from_parts(5_228, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	fn remove_inline() -> Weight {
		// Proof size in bytes, measured: `1474`, estimated: `4543`
		// Shortest run: 87_534_000 picoseconds.
		Weight::from_parts(90_639_000, 4543)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(_s: u32, ) -> Weight {
		// Proof size in bytes, measured: `13598`, estimated: `32346`
		// Shortest run: 198_551_000 picoseconds.
		Weight::from_parts(224_456_722, 32346)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:255 w:255)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RosterLen` (r:1 w:1)
	/// Proof: `Possession::RosterLen` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:255 w:255)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:0)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:255)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:0 w:255)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Roster` (r:0 w:255)
	/// Proof: `Possession::Roster` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn certify(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `24654 + r * (398 ±0)`, estimated: `32601 + r * (2903 ±0)`
		// Shortest run: 364_471_000 picoseconds.
		Weight::from_parts(386_298_057, 32601)
			// Standard error: 137_040
			.saturating_add(Weight::from_parts(36_121_688, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1902 + n * (70 ±0)`, estimated: `32346`
		// Shortest run: 109_696_000 picoseconds.
		Weight::from_parts(86_225_690, 32346)
			// Standard error: 14_676
			.saturating_add(Weight::from_parts(1_462_231, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `6952 + r * (410 ±0)`, estimated: `3509 + r * (2903 ±0)`
		// Shortest run: 90_249_000 picoseconds.
		Weight::from_parts(97_806_677, 3509)
			// Standard error: 128_038
			.saturating_add(Weight::from_parts(54_952_580, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:255 w:255)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:510 w:510)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn extend(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1624 + n * (239 ±0)`, estimated: `32346 + n * (5102 ±0)`
		// Shortest run: 283_290_000 picoseconds.
		Weight::from_parts(109_392_072, 32346)
			// Standard error: 256_319
			.saturating_add(Weight::from_parts(25_745_488, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 5102).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[3, 65]`.
	fn report_wrong(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `779 + p * (34 ±0)`, estimated: `11898`
		// Shortest run: 238_325_000 picoseconds.
		Weight::from_parts(162_847_325, 11898)
			// Standard error: 221_019
			.saturating_add(Weight::from_parts(24_430_154, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:1 w:0)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:1 w:0)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairCursor` (r:1 w:1)
	/// Proof: `Blobs::RepairCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:2 w:0)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:0 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `158`, estimated: `5996`
		// Shortest run: 43_521_000 picoseconds.
		Weight::from_parts(45_936_000, 5996)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::DrawsDue` (r:1 w:0)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn probe() -> Weight {
		// Proof size in bytes, measured: `42`, estimated: `3493`
		// Shortest run: 5_961_000 picoseconds.
		Weight::from_parts(6_793_000, 3493)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Workers` (r:1001 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `276 + c * (432 ±0)`, estimated: `3893 + c * (2903 ±0)`
		// Shortest run: 15_169_000 picoseconds.
		Weight::from_parts(15_378_000, 3893)
			// Standard error: 31_110
			.saturating_add(Weight::from_parts(7_128_334, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(c.into()))
	}
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 27_692_000 picoseconds.
		Weight::from_parts(148_676_222, 0)
			// Standard error: 29
			.saturating_add(Weight::from_parts(13_380, 0).saturating_mul(p.into()))
	}
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:1 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:2 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:256 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1107 + n * (432 ±0)`, estimated: `32346 + n * (2903 ±0)`
		// Shortest run: 229_459_000 picoseconds.
		Weight::from_parts(230_902_000, 32346)
			// Standard error: 81_994
			.saturating_add(Weight::from_parts(23_065_681, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:0)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn lapse(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `2105 + n * (483 ±0)`, estimated: `32346 + n * (2903 ±0)`
		// Shortest run: 346_248_000 picoseconds.
		Weight::from_parts(242_247_128, 32346)
			// Standard error: 48_908
			.saturating_add(Weight::from_parts(16_137_008, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2903).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Funding` (r:2 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		// Proof size in bytes, measured: `1265`, estimated: `6196`
		// Shortest run: 190_155_000 picoseconds.
		Weight::from_parts(195_285_000, 6196)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Holdings` (r:32 w:32)
	/// Proof: `Possession::Holdings` (`max_values`: None, `max_size`: Some(325), added: 2800, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Windows` (r:32 w:0)
	/// Proof: `Possession::Windows` (`max_values`: None, `max_size`: Some(1158), added: 3633, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RateChanges` (r:64 w:32)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:33 w:33)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:32 w:32)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Positions` (r:32 w:32)
	/// Proof: `Possession::Positions` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:32 w:32)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:32)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:32)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[1, 32]`.
	fn expire(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `26630 + n * (1401 ±0)`, estimated: `32601 + n * (5102 ±0)`
		// Shortest run: 357_519_000 picoseconds.
		Weight::from_parts(250_473_001, 32601)
			// Standard error: 2_036_657
			.saturating_add(Weight::from_parts(139_569_917, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((8_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 5102).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::Departing` (r:2 w:1)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:1 w:1)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:1)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
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
	/// Storage: `Possession::RateChanges` (r:1 w:1)
	/// Proof: `Possession::RateChanges` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:0 w:1)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Slots` (r:0 w:1)
	/// Proof: `Possession::Slots` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn depart() -> Weight {
		// Proof size in bytes, measured: `23215`, estimated: `32346`
		// Shortest run: 281_326_000 picoseconds.
		Weight::from_parts(321_351_000, 32346)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
	}
	/// Storage: `Blobs::RepairCursor` (r:1 w:1)
	/// Proof: `Blobs::RepairCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::RepairsDue` (r:4 w:2)
	/// Proof: `Blobs::RepairsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Repairs` (r:1 w:1)
	/// Proof: `Blobs::Repairs` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(28881), added: 31356, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn repair(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `872 + n * (66 ±0)`, estimated: `32346`
		// Shortest run: 106_088_000 picoseconds.
		Weight::from_parts(115_011_514, 32346)
			// Standard error: 8_352
			.saturating_add(Weight::from_parts(539_880, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn attest_rebuild() -> Weight {
		// Proof size in bytes, measured: `12804`, estimated: `11898`
		// Shortest run: 226_433_000 picoseconds.
		Weight::from_parts(257_751_000, 11898)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:1)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn refute() -> Weight {
		// Proof size in bytes, measured: `29197`, estimated: `32601`
		// Shortest run: 820_944_000 picoseconds.
		Weight::from_parts(878_632_000, 32601)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:0)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Disputes` (r:2 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	fn look_at_dispute() -> Weight {
		// Proof size in bytes, measured: `3119`, estimated: `10352`
		// Shortest run: 81_142_000 picoseconds.
		Weight::from_parts(97_552_000, 10352)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn seat_committee() -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 130_905_000 picoseconds.
		Weight::from_parts(133_720_000, 0)
	}
	/// Storage: `Blobs::Disputes` (r:1 w:1)
	/// Proof: `Blobs::Disputes` (`max_values`: None, `max_size`: Some(2206), added: 4681, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDisputes` (r:1 w:1)
	/// Proof: `Blobs::CounterForDisputes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(381), added: 2856, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(127), added: 622, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(29136), added: 31611, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:1 w:0)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Retrieval::Parameters` (r:1 w:0)
	/// Proof: `Retrieval::Parameters` (`max_values`: Some(1), `max_size`: Some(24), added: 519, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Standings` (r:31 w:31)
	/// Proof: `Possession::Standings` (`max_values`: None, `max_size`: Some(1277), added: 3752, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:31 w:31)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(428), added: 2903, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:31 w:31)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:32 w:32)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Possession::RepairFund` (r:1 w:1)
	/// Proof: `Possession::RepairFund` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Possession::Parameters` (r:1 w:0)
	/// Proof: `Possession::Parameters` (`max_values`: Some(1), `max_size`: Some(11), added: 506, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Parameters` (r:1 w:0)
	/// Proof: `Workers::Parameters` (`max_values`: Some(1), `max_size`: Some(73), added: 568, mode: `MaxEncodedLen`)
	/// Storage: `Workers::ActiveCount` (r:1 w:1)
	/// Proof: `Workers::ActiveCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Departing` (r:0 w:31)
	/// Proof: `Blobs::Departing` (`max_values`: None, `max_size`: Some(58), added: 2533, mode: `MaxEncodedLen`)
	fn end_dispute() -> Weight {
		// Proof size in bytes, measured: `49121`, estimated: `117302`
		// Shortest run: 4_054_570_000 picoseconds.
		Weight::from_parts(4_224_337_000, 117302)
			.saturating_add(RocksDbWeight::get().reads(136_u64))
			.saturating_add(RocksDbWeight::get().writes(161_u64))
	}
}
