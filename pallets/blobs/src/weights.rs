//! Weights of `pallet_blobs`, measured with the pallet command of frame-benchmarking-cli 64.0.0; see `scripts/benchmark-weights.sh`.
//!
//! `report_wrong`, `depart` and `repair` are not measured yet: they stand for measured units that write more. `certify`, `extend` and `expire`
//! were measured before they kept the books on custody, for which reads and writes were added.
//!
//! 2026-11-26, steps 8, repeats 4, worst-case map size 1000000, wasm Compiled, on AMD EPYC.

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
	fn on_initialize_base() -> Weight;
	fn probe() -> Weight;
	fn load_candidates(c: u32, ) -> Weight;
	fn draw(p: u32, ) -> Weight;
	fn place(n: u32, ) -> Weight;
	fn lapse(n: u32, ) -> Weight;
	fn return_lease() -> Weight;
	fn expire(n: u32, ) -> Weight;
	fn depart() -> Weight;
	fn report_wrong(p: u32, ) -> Weight;
	fn repair(n: u32, ) -> Weight;
}

/// Weights with the runtime's own database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
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
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2048`, estimated: `24633`
		// Shortest run: 346_087_000 picoseconds.
		Weight::from_parts(401_286_515, 24633)
			// Standard error: 7_563
			.saturating_add(Weight::from_parts(493_148, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `284`, estimated: `4543`
		// Shortest run: 100_779_000 picoseconds.
		Weight::from_parts(114_827_876, 4543)
			// Standard error: 438
			.saturating_add(Weight::from_parts(7_836, 0).saturating_mul(b.into()))
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
		// Shortest run: 88_145_000 picoseconds.
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(s: u32, ) -> Weight {
		// Proof size in bytes, measured: `12036`, estimated: `20611`
		// Shortest run: 177_091_000 picoseconds.
		Weight::from_parts(220_549_082, 20611)
			// Standard error: 244_961
			.saturating_add(Weight::from_parts(201_069, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
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
	/// The range of component `r` is `[1, 255]`.
	fn certify(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `14100`, estimated: `20611`
		// Shortest run: 170_949_000 picoseconds.
		Weight::from_parts(203_457_908, 20611)
			// Standard error: 43_545
			.saturating_add(Weight::from_parts(131_660, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			// Not measured: the books of each holder.
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(r.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1904 + n * (60 ±0)`, estimated: `20611`
		// Shortest run: 112_841_000 picoseconds.
		Weight::from_parts(104_051_843, 20611)
			// Standard error: 42_923
			.saturating_add(Weight::from_parts(1_413_583, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `7012 + r * (409 ±0)`, estimated: `3509 + r * (2902 ±0)`
		// Shortest run: 90_009_000 picoseconds.
		Weight::from_parts(516_352_306, 3509)
			// Standard error: 1_936_146
			.saturating_add(Weight::from_parts(62_065_894, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn extend(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1635`, estimated: `3676`
		// Shortest run: 136_455_000 picoseconds.
		Weight::from_parts(148_528_000, 3676)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			// Not measured: the books of each holder.
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:1 w:0)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:0 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `144`, estimated: `5996`
		// Shortest run: 29_165_000 picoseconds.
		Weight::from_parts(32_782_000, 5996)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::DrawsDue` (r:1 w:0)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn probe() -> Weight {
		// Proof size in bytes, measured: `42`, estimated: `3493`
		// Shortest run: 6_231_000 picoseconds.
		Weight::from_parts(11_632_000, 3493)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Workers` (r:1000 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `243 + c * (431 ±0)`, estimated: `3892 + c * (2902 ±0)`
		// Shortest run: 15_108_000 picoseconds.
		Weight::from_parts(16_010_000, 3892)
			// Standard error: 451_675
			.saturating_add(Weight::from_parts(10_032_601, 0).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(c.into()))
	}
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 28_283_000 picoseconds.
		Weight::from_parts(181_896_376, 0)
			// Standard error: 115
			.saturating_add(Weight::from_parts(16_882, 0).saturating_mul(p.into()))
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
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:256 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1080 + n * (431 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 231_021_000 picoseconds.
		Weight::from_parts(52_265_385, 20611)
			// Standard error: 231_014
			.saturating_add(Weight::from_parts(26_767_287, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
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
		// Proof size in bytes, measured: `2032 + n * (477 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 353_190_000 picoseconds.
		Weight::from_parts(216_807_312, 20611)
			// Standard error: 447_430
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(11_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		// Proof size in bytes, measured: `649`, estimated: `3676`
		// Shortest run: 81_642_000 picoseconds.
		Weight::from_parts(95_248_000, 3676)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:2 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:0)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn expire(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `2050 + n * (493 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 251_279_000 picoseconds.
		Weight::from_parts(228_871_795, 20611)
			// Standard error: 1_096_150
			.saturating_add(Weight::from_parts(24_239_263, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(11_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
			// Not measured: the books of each holder.
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((7_u64).saturating_mul(n.into())))
	}
	/// Not measured yet: as 64 checks of a codeword, and `reassign`, which writes more.
	fn report_wrong(p: u32, ) -> Weight {
		Self::authorize_certify(p).saturating_mul(64).saturating_add(Self::reassign(64))
	}
	/// Not measured yet: as `lapse` of 6 shards, with the books of one holder.
	fn depart() -> Weight {
		Self::lapse(6).saturating_add(Self::expire(1))
	}
	/// Not measured yet: as `lapse`.
	fn repair(n: u32, ) -> Weight {
		Self::lapse(n)
	}
}

/// The same with RocksDB's database costs, for tests.
impl WeightInfo for () {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
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
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		// Proof size in bytes, measured: `2048`, estimated: `24633`
		// Shortest run: 346_087_000 picoseconds.
		Weight::from_parts(401_286_515, 24633)
			// Standard error: 7_563
			.saturating_add(Weight::from_parts(493_148, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		// Proof size in bytes, measured: `284`, estimated: `4543`
		// Shortest run: 100_779_000 picoseconds.
		Weight::from_parts(114_827_876, 4543)
			// Standard error: 438
			.saturating_add(Weight::from_parts(7_836, 0).saturating_mul(b.into()))
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
		// Shortest run: 88_145_000 picoseconds.
		Weight::from_parts(98_654_000, 4543)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(s: u32, ) -> Weight {
		// Proof size in bytes, measured: `12036`, estimated: `20611`
		// Shortest run: 177_091_000 picoseconds.
		Weight::from_parts(220_549_082, 20611)
			// Standard error: 244_961
			.saturating_add(Weight::from_parts(201_069, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
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
	/// The range of component `r` is `[1, 255]`.
	fn certify(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `14100`, estimated: `20611`
		// Shortest run: 170_949_000 picoseconds.
		Weight::from_parts(203_457_908, 20611)
			// Standard error: 43_545
			.saturating_add(Weight::from_parts(131_660, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
			// Not measured: the books of each holder.
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes((4_u64).saturating_mul(r.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1904 + n * (60 ±0)`, estimated: `20611`
		// Shortest run: 112_841_000 picoseconds.
		Weight::from_parts(104_051_843, 20611)
			// Standard error: 42_923
			.saturating_add(Weight::from_parts(1_413_583, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		// Proof size in bytes, measured: `7012 + r * (409 ±0)`, estimated: `3509 + r * (2902 ±0)`
		// Shortest run: 90_009_000 picoseconds.
		Weight::from_parts(516_352_306, 3509)
			// Standard error: 1_936_146
			.saturating_add(Weight::from_parts(62_065_894, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(r.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn extend(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1635`, estimated: `3676`
		// Shortest run: 136_455_000 picoseconds.
		Weight::from_parts(148_528_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			// Not measured: the books of each holder.
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:1 w:0)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:0 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_initialize_base() -> Weight {
		// Proof size in bytes, measured: `144`, estimated: `5996`
		// Shortest run: 29_165_000 picoseconds.
		Weight::from_parts(32_782_000, 5996)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::DrawsDue` (r:1 w:0)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn probe() -> Weight {
		// Proof size in bytes, measured: `42`, estimated: `3493`
		// Shortest run: 6_231_000 picoseconds.
		Weight::from_parts(11_632_000, 3493)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::Workers` (r:1000 w:0)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		// Proof size in bytes, measured: `243 + c * (431 ±0)`, estimated: `3892 + c * (2902 ±0)`
		// Shortest run: 15_108_000 picoseconds.
		Weight::from_parts(16_010_000, 3892)
			// Standard error: 451_675
			.saturating_add(Weight::from_parts(10_032_601, 0).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(c.into()))
	}
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		// Proof size in bytes, measured: `0`, estimated: `0`
		// Shortest run: 28_283_000 picoseconds.
		Weight::from_parts(181_896_376, 0)
			// Standard error: 115
			.saturating_add(Weight::from_parts(16_882, 0).saturating_mul(p.into()))
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
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:256 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `1080 + n * (431 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 231_021_000 picoseconds.
		Weight::from_parts(52_265_385, 20611)
			// Standard error: 231_014
			.saturating_add(Weight::from_parts(26_767_287, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:2 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
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
		// Proof size in bytes, measured: `2032 + n * (477 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 353_190_000 picoseconds.
		Weight::from_parts(216_807_312, 20611)
			// Standard error: 447_430
			.saturating_add(Weight::from_parts(19_542_596, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
	}
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		// Proof size in bytes, measured: `649`, estimated: `3676`
		// Shortest run: 81_642_000 picoseconds.
		Weight::from_parts(95_248_000, 3676)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(113), added: 608, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:2 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(172), added: 2647, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:0)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(211), added: 2686, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17146), added: 19621, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:255 w:255)
	/// Proof: `Workers::Workers` (`max_values`: None, `max_size`: Some(427), added: 2902, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8433), added: 10908, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::WorkerShards` (r:0 w:255)
	/// Proof: `Blobs::WorkerShards` (`max_values`: None, `max_size`: Some(69), added: 2544, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn expire(n: u32, ) -> Weight {
		// Proof size in bytes, measured: `2050 + n * (493 ±0)`, estimated: `20611 + n * (2902 ±0)`
		// Shortest run: 251_279_000 picoseconds.
		Weight::from_parts(228_871_795, 20611)
			// Standard error: 1_096_150
			.saturating_add(Weight::from_parts(24_239_263, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 2902).saturating_mul(n.into()))
			// Not measured: the books of each holder.
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes((7_u64).saturating_mul(n.into())))
	}
	/// Not measured yet: as 64 checks of a codeword, and `reassign`, which writes more.
	fn report_wrong(p: u32, ) -> Weight {
		Self::authorize_certify(p).saturating_mul(64).saturating_add(Self::reassign(64))
	}
	/// Not measured yet: as `lapse` of 6 shards, with the books of one holder.
	fn depart() -> Weight {
		Self::lapse(6).saturating_add(Self::expire(1))
	}
	/// Not measured yet: as `lapse`.
	fn repair(n: u32, ) -> Weight {
		Self::lapse(n)
	}
}
