//! Joins pallets that know each other only through small traits.

use alloc::vec::Vec;

use ballast_attestation::tdx::{self, QuoteError, VerifiedGuest};
use ballast_core::{placement::Candidate, Address};
use frame_support::{
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Balanced, Credit},
        Imbalance, OnUnbalanced, PostTransactions,
    },
};

use crate::{AccountId, Authorship, Balance, Balances, Blobs, Runtime, Workers};

/// The workers of pallet-workers, as pallet-blobs places shards on them.
pub struct PlacementWorkers;

impl pallet_blobs::WorkerSet<AccountId> for PlacementWorkers {
    fn candidates() -> Vec<Candidate> {
        Workers::candidates()
    }

    fn candidates_count() -> u32 {
        Workers::candidates_count()
    }

    fn workers_count() -> u32 {
        Workers::workers_count()
    }

    fn assign(worker: &AccountId, bytes: u64) -> DispatchResult {
        Workers::assign(worker, bytes)
    }

    fn release(worker: &AccountId, bytes: u64) -> DispatchResult {
        Workers::release(worker, bytes)
    }

    fn assigned_bytes(worker: &AccountId) -> u64 {
        Workers::assigned_bytes(worker)
    }

    fn receipt_key(worker: &AccountId) -> Option<[u8; 32]> {
        Workers::receipt_key(worker)
    }

    fn price_per_gib_epoch() -> Balance {
        Workers::price_per_gib_epoch()
    }
}

/// Who may have session keys: every worker whose stake is held, active or not.
pub struct StakedWorkers;

impl pallet_attestation::IsWorker for StakedWorkers {
    fn is_worker(account: &AccountId) -> bool {
        pallet_workers::Workers::<Runtime>::contains_key(account)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn make_worker() -> AccountId {
        let stake = pallet_workers::Parameters::<Runtime>::get().min_stake;
        pallet_workers::add_benchmark_worker::<Runtime>(0, [1; 32], stake).expect(
            "a funded account with a valid profile may join; benchmarks run on an empty set",
        )
    }
}

/// Intel TDX, by Intel's own root, and on test networks by theirs.
pub struct IntelQuotes;

impl pallet_attestation::VerifyQuote for IntelQuotes {
    fn verify(
        quote: &[u8],
        collateral: &[u8],
        now: u64,
        test_root: Option<&[u8]>,
    ) -> Result<VerifiedGuest, QuoteError> {
        match (tdx::verify(quote, collateral, now), test_root) {
            // Under another root already the first signature fails, so the second try costs one signature more.
            (Err(QuoteError::Quote { .. }), Some(_)) => {
                tdx::verify_under(test_root, quote, collateral, now)
            }
            (by_intel, _) => by_intel,
        }
    }
}

/// A manifest is available when pallet-blobs can name its bytes or its workers.
pub struct BlobAvailability;

impl pallet_models::Availability for BlobAvailability {
    fn is_available(address: &Address) -> bool {
        Blobs::is_available(*address)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn make_available() -> Address {
        // A blob in chain state is looked for after the certified ones.
        use frame_support::traits::fungible::Mutate;
        let stored = || pallet_blobs::InlineBlobs::<Runtime>::iter_keys().next();
        if let Some(address) = stored() {
            return address;
        }
        let owner: AccountId = frame_benchmarking::account("manifest owner", 0, 0);
        Balances::set_balance(&owner, 1_000 * crate::constants::BAL);
        let bytes = pallet_blobs::types::InlineBytes::truncate_from(alloc::vec![7; 100]);
        let outcome = Blobs::store_inline(frame_system::RawOrigin::Signed(owner).into(), bytes);
        assert!(
            outcome.is_ok(),
            "a funded account may store 100 bytes: {outcome:?}"
        );
        stored().expect("a blob was stored in the line before; qed")
    }
}

/// The VRF output of the previous block's author, as randomness for placements.
///
/// BABE writes it in `on_finalize` of block M-1 and touches it nowhere else, so that it is there in `on_initialize` of block
/// M, whatever the order of the hooks. The author of M-1 alone knew it before: for everybody else, registrations up to
/// M-2 were made without it. Who authors M-1 and registers can withhold the block and so reject one draw.
pub struct PreviousBlockVrf;

impl pallet_blobs::BlockRandomness for PreviousBlockVrf {
    fn of_previous_block() -> Option<[u8; 32]> {
        pallet_babe::AuthorVrfRandomness::<Runtime>::get()
    }
}

/// Makes BABE forget the randomness of the previous block before it stores that of this one.
///
/// BABE overwrites the value only in a block whose author gave a VRF output. After any other block that of some older one
/// would stay, and a draw would take randomness that was known when it was asked for. This runs after the transactions of a
/// block and before every `on_finalize`: from then on the value is this block's or none.
pub struct ForgetBlockRandomness;

impl PostTransactions for ForgetBlockRandomness {
    fn post_transactions() {
        pallet_babe::AuthorVrfRandomness::<Runtime>::kill();
    }
}

/// Gives the author of the block half of the fees and all of the tips, and burns the rest.
///
/// Were all of it the author's, authors could fill their own blocks for nothing and move the fee multiplier as they like.
pub struct HalfToAuthor;

impl OnUnbalanced<Credit<AccountId, Balances>> for HalfToAuthor {
    fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
        let Some(fees) = fees_then_tips.next() else {
            return;
        };
        let (mut reward, burnt) = fees.ration(1, 1);
        drop(burnt);
        reward.maybe_subsume(fees_then_tips.next());
        if let Some(author) = Authorship::author() {
            // An author whose account would stay below the existential deposit gets nothing: dropping burns.
            drop(Balances::resolve(&author, reward));
        }
    }
}

/// What pallet-blobs' benchmarks need of its neighbours.
#[cfg(feature = "runtime-benchmarks")]
pub struct PlacementBenchmarks;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_blobs::traits::BenchmarkHelper<AccountId> for PlacementBenchmarks {
    fn add_worker(index: u32, receipt_key: [u8; 32]) -> AccountId {
        let stake = pallet_workers::Parameters::<Runtime>::get().min_stake;
        pallet_workers::add_benchmark_worker::<Runtime>(index, receipt_key, stake).expect(
            "a funded account with a valid profile may join; benchmarks run on an empty set",
        )
    }

    fn set_randomness(seed: [u8; 32]) {
        pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some(seed));
    }
}
