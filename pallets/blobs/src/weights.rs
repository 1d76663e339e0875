//! Weights for `pallet_blobs`
//!
//! ESTIMATED BY HAND from the reads and writes below, not measured: execution times are generous guesses. The file has
//! the layout that frame-omni-bencher generates, and is to be replaced by its output:
//!
//! frame-omni-bencher v1 benchmark pallet --pallet=pallet_blobs --extrinsic='*' --runtime=RUNTIME_WASM
//!   --steps=50 --repeat=20 --wasm-execution=compiled --output=pallets/blobs/src/weights.rs

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_blobs`.
pub trait WeightInfo {
	fn register(v: u32, ) -> Weight;
	fn store_inline(b: u32, ) -> Weight;
	fn remove_inline() -> Weight;
	fn reassign(s: u32, ) -> Weight;
	fn certify(r: u32, ) -> Weight;
	fn authorize_certify(n: u32, ) -> Weight;
	fn check_signatures(r: u32, ) -> Weight;
	fn extend() -> Weight;
	fn on_initialize_base() -> Weight;
	fn probe() -> Weight;
	fn load_candidates(c: u32, ) -> Weight;
	fn draw(p: u32, ) -> Weight;
	fn place(n: u32, ) -> Weight;
	fn lapse(n: u32, ) -> Weight;
	fn return_lease() -> Weight;
	fn expire(n: u32, ) -> Weight;
}

/// Weights for `pallet_blobs` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
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
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::NextEncodingId` (r:1 w:1)
	/// Proof: `Blobs::NextEncodingId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		Weight::from_parts(130_000_000, 42365)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		Weight::from_parts(90_000_000, 4543)
			.saturating_add(Weight::from_parts(20_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	fn remove_inline() -> Weight {
		Weight::from_parts(90_000_000, 4543)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(s: u32, ) -> Weight {
		Weight::from_parts(110_000_000, 20875)
			.saturating_add(Weight::from_parts(300_000, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[6, 255]`.
	fn certify(r: u32, ) -> Weight {
		Weight::from_parts(150_000_000, 20875)
			.saturating_add(Weight::from_parts(400_000, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		Weight::from_parts(100_000_000, 20875)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
	}
	/// Storage: `Workers::Workers` (r:1 per `r`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		Weight::from_parts(0, 0)
			.saturating_add(Weight::from_parts(80_000_000, 2972).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn extend() -> Weight {
		Weight::from_parts(110_000_000, 3726)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:1 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Covers `on_finalize` too.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(15_000_000, 1489)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::LapsesDue` (r:1 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Any of the three agendas.
	fn probe() -> Weight {
		Weight::from_parts(10_000_000, 3493)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `c`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		Weight::from_parts(10_000_000, 1489)
			.saturating_add(Weight::from_parts(5_000_000, 2972).saturating_mul(c.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
	}
	/// Drawing alone: `p` is the number of shards times the number of workers.
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(Weight::from_parts(1_000_000, 0).saturating_mul(p.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:2)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:3 per `n` with `Blobs::WorkerShards`)
	/// Everything but drawing, of a placement or a reassignment.
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:2 per `n` with `Blobs::WorkerShards`)
	/// The range of component `n` is `[6, 255]`.
	fn lapse(n: u32, ) -> Weight {
		Weight::from_parts(180_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:2 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		Weight::from_parts(100_000_000, 3726)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:0)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:2 per `n` with `Blobs::WorkerShards`)
	/// The range of component `n` is `[6, 255]`.
	fn expire(n: u32, ) -> Weight {
		Weight::from_parts(180_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(12_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
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
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::NextEncodingId` (r:1 w:1)
	/// Proof: `Blobs::NextEncodingId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:0 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Encodings` (r:0 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// The range of component `v` is `[6, 16320]`.
	fn register(v: u32, ) -> Weight {
		Weight::from_parts(130_000_000, 42365)
			.saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(v.into()))
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 1024]`.
	fn store_inline(b: u32, ) -> Weight {
		Weight::from_parts(90_000_000, 4543)
			.saturating_add(Weight::from_parts(20_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::InlineOwners` (r:1 w:1)
	/// Proof: `Blobs::InlineOwners` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::InlineBlobs` (r:1 w:1)
	/// Proof: `Blobs::InlineBlobs` (`max_values`: None, `max_size`: Some(1078), added: 3553, mode: `MaxEncodedLen`)
	fn remove_inline() -> Weight {
		Weight::from_parts(90_000_000, 4543)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[1, 64]`.
	fn reassign(s: u32, ) -> Weight {
		Weight::from_parts(110_000_000, 20875)
			.saturating_add(Weight::from_parts(300_000, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[6, 255]`.
	fn certify(r: u32, ) -> Weight {
		Weight::from_parts(150_000_000, 20875)
			.saturating_add(Weight::from_parts(400_000, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:0)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:0)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:1 w:0)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of component `n` is `[6, 255]`.
	fn authorize_certify(n: u32, ) -> Weight {
		Weight::from_parts(100_000_000, 20875)
			.saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
	}
	/// Storage: `Workers::Workers` (r:1 per `r`)
	/// The range of component `r` is `[1, 255]`.
	fn check_signatures(r: u32, ) -> Weight {
		Weight::from_parts(0, 0)
			.saturating_add(Weight::from_parts(80_000_000, 2972).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(r.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Price` (r:1 w:0)
	/// Proof: `Workers::Price` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:2)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	fn extend() -> Weight {
		Weight::from_parts(110_000_000, 3726)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapseCursor` (r:1 w:1)
	/// Proof: `Blobs::LapseCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiryCursor` (r:1 w:1)
	/// Proof: `Blobs::ExpiryCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawCursor` (r:1 w:1)
	/// Proof: `Blobs::DrawCursor` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:0)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::FeelessWeight` (r:0 w:1)
	/// Proof: `Blobs::FeelessWeight` (`max_values`: Some(1), `max_size`: Some(18), added: 513, mode: `MaxEncodedLen`)
	/// Covers `on_finalize` too.
	fn on_initialize_base() -> Weight {
		Weight::from_parts(15_000_000, 1489)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::LapsesDue` (r:1 w:0)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Any of the three agendas.
	fn probe() -> Weight {
		Weight::from_parts(10_000_000, 3493)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	/// Storage: `Workers::CounterForWorkers` (r:1 w:0)
	/// Proof: `Workers::CounterForWorkers` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `c`)
	/// The range of component `c` is `[1, 1000]`.
	fn load_candidates(c: u32, ) -> Weight {
		Weight::from_parts(10_000_000, 1489)
			.saturating_add(Weight::from_parts(5_000_000, 2972).saturating_mul(c.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(c.into())))
	}
	/// Drawing alone: `p` is the number of shards times the number of workers.
	/// The range of component `p` is `[6, 255000]`.
	fn draw(p: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 0)
			.saturating_add(Weight::from_parts(1_000_000, 0).saturating_mul(p.into()))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:2)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:3 per `n` with `Blobs::WorkerShards`)
	/// Everything but drawing, of a placement or a reassignment.
	/// The range of component `n` is `[6, 255]`.
	fn place(n: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::LapsesDue` (r:0 w:1)
	/// Proof: `Blobs::LapsesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Parameters` (r:1 w:0)
	/// Proof: `Blobs::Parameters` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingOf` (r:0 w:1)
	/// Proof: `Blobs::PendingOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::PendingBy` (r:0 w:1)
	/// Proof: `Blobs::PendingBy` (`max_values`: None, `max_size`: Some(152), added: 2627, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:2 per `n` with `Blobs::WorkerShards`)
	/// The range of component `n` is `[6, 255]`.
	fn lapse(n: u32, ) -> Weight {
		Weight::from_parts(180_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:2 w:1)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn return_lease() -> Weight {
		Weight::from_parts(100_000_000, 3726)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Blobs::Encodings` (r:1 w:1)
	/// Proof: `Blobs::Encodings` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Funding` (r:1 w:0)
	/// Proof: `Blobs::Funding` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(251), added: 2726, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::ExpiriesDue` (r:0 w:1)
	/// Proof: `Blobs::ExpiriesDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedOf` (r:0 w:1)
	/// Proof: `Blobs::CertifiedOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCount` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CertifiedCommitments` (r:1 w:1)
	/// Proof: `Blobs::CertifiedCommitments` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Placements` (r:1 w:1)
	/// Proof: `Blobs::Placements` (`max_values`: None, `max_size`: Some(17410), added: 19885, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawRequests` (r:1 w:1)
	/// Proof: `Blobs::DrawRequests` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::CounterForDrawRequests` (r:1 w:1)
	/// Proof: `Blobs::CounterForDrawRequests` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::DrawsDue` (r:0 w:1)
	/// Proof: `Blobs::DrawsDue` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Blobs::Roots` (r:0 w:1)
	/// Proof: `Blobs::Roots` (`max_values`: None, `max_size`: Some(8439), added: 10914, mode: `MaxEncodedLen`)
	/// Storage: `Workers::Workers` (r:1 per `n`, w:2 per `n` with `Blobs::WorkerShards`)
	/// The range of component `n` is `[6, 255]`.
	fn expire(n: u32, ) -> Weight {
		Weight::from_parts(180_000_000, 20875)
			.saturating_add(Weight::from_parts(12_000_000, 2972).saturating_mul(n.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(n.into())))
	}
}
