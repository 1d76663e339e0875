//! Joins pallets that know each other only through small traits.

use alloc::vec::Vec;

use ballast_attestation::tdx::{self, QuoteError, VerifiedGuest};
use ballast_core::{
    challenge::HeldShard, lease::RateStep, placement::Candidate, view::WorkerStatus, Address,
    ChainingValue, EncodingId, Layout, ShardIndex, StorageEpoch, WorkerId,
};
use frame_support::{
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Balanced, Credit},
        Imbalance, OnUnbalanced, PostTransactions,
    },
};

use pallet_blobs::Departure;

use crate::{
    configs::governance::TreasuryAccount, AccountId, Authorship, Balance, Balances, Blobs,
    BlockNumber, Inference, Possession, Runtime, Workers,
};

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

    fn departure(worker: &AccountId) -> Option<Departure> {
        match Workers::status(worker)? {
            WorkerStatus::Draining => Some(Departure::Draining),
            WorkerStatus::Evicted => Some(Departure::Evicted),
            WorkerStatus::Active | WorkerStatus::Leaving { .. } => None,
        }
    }
}

/// Who hears that a worker goes: pallet-blobs moves its shards, pallet-inference keeps it while claims of it may be checked,
/// pallet-possession forgets it in the end.
pub struct WorkerDepartures;

impl pallet_workers::traits::Departures for WorkerDepartures {
    fn depart(worker: &AccountId) {
        Blobs::depart(id_of(worker));
    }

    fn stay(worker: &AccountId) {
        Blobs::stay(id_of(worker));
    }

    fn may_go(worker: &AccountId) -> bool {
        !Inference::answers_for_claims(worker)
    }

    fn gone(worker: &AccountId) {
        Possession::forget(id_of(worker));
    }
}

fn id_of(worker: &AccountId) -> WorkerId {
    WorkerId(worker.clone().into())
}

/// The books of pallet-possession, as pallet-blobs keeps them.
pub struct PossessionBooks;

impl pallet_blobs::CustodyBooks for PossessionBooks {
    fn take(worker: WorkerId, held: HeldShard, steps: &[RateStep]) {
        Possession::take(worker, held, steps)
    }

    fn give_up(worker: WorkerId, held: HeldShard, steps: &[RateStep]) -> StorageEpoch {
        Possession::give_up(worker, held, steps)
    }

    fn add_steps(worker: WorkerId, steps: &[RateStep]) -> StorageEpoch {
        Possession::add_steps(worker, steps)
    }

    fn unpaid_from(worker: WorkerId) -> StorageEpoch {
        Possession::unpaid_from(worker)
    }

    fn keep(amount: Balance) {
        Possession::keep(amount)
    }

    fn reward(worker: WorkerId, amount: Balance) -> Balance {
        Possession::reward(worker, amount)
    }

    fn fine(worker: WorkerId) -> Balance {
        let permille = pallet_retrieval::Parameters::<Runtime>::get().slash_permille;
        Possession::fine(worker, permille)
    }

    fn fund() -> Balance {
        pallet_possession::RepairFund::<Runtime>::get()
    }
}

/// The encodings and the pot of pallet-blobs, as pallet-possession sees them.
pub struct HeldShards;

impl pallet_possession::Shards for HeldShards {
    fn epoch_blocks() -> BlockNumber {
        pallet_blobs::Parameters::<Runtime>::get().epoch_blocks
    }

    fn current_epoch() -> StorageEpoch {
        Blobs::epoch_now()
    }

    fn is_kept(encoding: EncodingId) -> bool {
        Blobs::is_kept(encoding)
    }

    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)> {
        Blobs::commitment(encoding, shard)
    }

    fn holdings() -> Vec<(WorkerId, HeldShard, Vec<RateStep>)> {
        Blobs::holdings()
    }
}

impl pallet_possession::Purse<AccountId> for HeldShards {
    fn pay(to: &AccountId, amount: Balance) -> bool {
        Blobs::pay(to, amount)
    }

    fn pot() -> AccountId {
        Blobs::pot()
    }
}

impl pallet_retrieval::Holders for HeldShards {
    fn holder(
        encoding: EncodingId,
        shard: ShardIndex,
    ) -> Result<pallet_retrieval::Holder, pallet_retrieval::NoHolder> {
        use pallet_retrieval::{Holder, NoHolder};
        match Blobs::holder(encoding, shard) {
            Ok(holder) => Ok(Holder {
                worker: holder.worker,
                generation: holder.generation,
            }),
            Err(pallet_blobs::NoHolder::NotKept) => Err(NoHolder::NotKept),
            Err(pallet_blobs::NoHolder::NoShard) => Err(NoHolder::NoShard),
            Err(pallet_blobs::NoHolder::NotHeld) => Err(NoHolder::NotHeld),
        }
    }

    fn commitment(encoding: EncodingId, shard: ShardIndex) -> Option<(Layout, ChainingValue)> {
        Blobs::commitment(encoding, shard)
    }

    fn forfeit(encoding: EncodingId, shard: ShardIndex) {
        Blobs::forfeit(encoding, shard)
    }
}

/// What pallet-possession takes of a stake and shows in a worker's standing, as pallet-retrieval asks for it.
pub struct WorkerFines;

impl pallet_retrieval::Fines for WorkerFines {
    fn fine(worker: WorkerId, permille: u16) -> Balance {
        Possession::fine(worker, permille)
    }
}

/// The stakes of pallet-workers, as pallet-possession slashes them.
pub struct WorkerStakes;

impl pallet_possession::Stakes<AccountId> for WorkerStakes {
    fn stake(worker: &AccountId) -> Balance {
        Workers::stake(worker)
    }

    fn is_understaked(worker: &AccountId) -> bool {
        Workers::is_understaked(worker)
    }

    fn slash(worker: &AccountId, amount: Balance, to: &AccountId) -> Balance {
        Workers::slash(worker, amount, to)
    }

    fn evict(worker: &AccountId) {
        Workers::evict(worker);
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

/// The VRF output of the previous block's author, as randomness for placements and challenges.
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

impl pallet_possession::BlockRandomness for PreviousBlockVrf {
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

/// Gives the author of the block half of the fees and all of the tips, and the treasury the rest.
///
/// Were all of it the author's, authors could fill their own blocks for nothing and move the fee multiplier as they like.
pub struct HalfToAuthor;

impl OnUnbalanced<Credit<AccountId, Balances>> for HalfToAuthor {
    fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
        let Some(fees) = fees_then_tips.next() else {
            return;
        };
        let (mut reward, rest) = fees.ration(1, 1);
        // An account that would stay below the existential deposit gets nothing: dropping burns.
        drop(Balances::resolve(&TreasuryAccount::get(), rest));
        reward.maybe_subsume(fees_then_tips.next());
        if let Some(author) = Authorship::author() {
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

    fn evict(worker: &AccountId) {
        Workers::evict(worker);
    }
}

/// What pallet-possession's benchmarks need of its neighbours.
#[cfg(feature = "runtime-benchmarks")]
pub struct PossessionBenchmarks;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_possession::traits::BenchmarkHelper<AccountId> for PossessionBenchmarks {
    fn add_worker() -> AccountId {
        <PlacementBenchmarks as pallet_blobs::traits::BenchmarkHelper<AccountId>>::add_worker(
            0, [1; 32],
        )
    }

    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue) {
        let roots = alloc::vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_encoding(encoding, layout, roots, AccountId::new([1; 32]));
    }

    fn fill_pot(amount: Balance) {
        use frame_support::traits::fungible::Mutate;
        Balances::set_balance(&Blobs::pot(), amount);
    }

    fn set_randomness(seed: [u8; 32]) {
        pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some(seed));
    }
}

/// What pallet-retrieval's benchmarks need of its neighbours.
#[cfg(feature = "runtime-benchmarks")]
pub struct RetrievalBenchmarks;

#[cfg(feature = "runtime-benchmarks")]
impl pallet_retrieval::traits::BenchmarkHelper for RetrievalBenchmarks {
    fn add_worker() -> AccountId {
        <PlacementBenchmarks as pallet_blobs::traits::BenchmarkHelper<AccountId>>::add_worker(
            0, [1; 32],
        )
    }

    fn add_encoding(encoding: EncodingId, layout: Layout, root: ChainingValue) {
        let roots = alloc::vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_encoding(encoding, layout, roots, AccountId::new([1; 32]));
    }

    fn add_held(encoding: EncodingId, layout: Layout, root: ChainingValue, worker: WorkerId) {
        let roots = alloc::vec![Some(root); usize::from(layout.code().total_shards())];
        Blobs::insert_benchmark_holder(encoding, layout, roots, worker);
    }

    fn rich(seed: u32) -> AccountId {
        use frame_support::traits::fungible::Mutate;
        let who: AccountId = frame_benchmarking::account("challenger", seed, 0);
        Balances::set_balance(&who, Balance::MAX / 1_000_000);
        who
    }
}
