//! Inference: offers, channels and claims, joined with the workers, their session keys and the models.

use alloc::vec::Vec;

use ballast_core::{Address, Balance, OperatorId, Tier};
use frame_support::{
    parameter_types,
    traits::ConstU32,
    weights::{constants::RocksDbWeight, Weight},
};

use crate::{
    adapters::PreviousBlockVrf, configs::governance::TreasuryAccount, AccountId, Attestation,
    Balances, Models, Runtime, RuntimeHoldReason, Workers,
};

parameter_types! {
    /// Eight GPUs, each with its binding, block, two golden sets, certificate and two lists; the key and its guest policy.
    pub TierWeight: Weight = RocksDbWeight::get().reads(8 * 7 + 4);
}

/// The workers of pallet-workers, with what pallet-attestation says of their session keys.
///
/// The key that a worker joined with is a session key too, of the tier that its stake gives: who has no GPU to attest can
/// serve those who ask for no evidence.
pub struct AttestedWorkers;

impl pallet_inference::ServingWorkers for AttestedWorkers {
    fn is_worker(account: &AccountId) -> bool {
        pallet_workers::Workers::<Runtime>::contains_key(account)
    }

    fn tier(worker: &AccountId, session_key: &[u8; 32]) -> Option<Tier> {
        Attestation::tier(worker, session_key).or_else(|| {
            let joined_with = Workers::receipt_key(worker);
            (joined_with == Some(*session_key)).then_some(Tier::T0)
        })
    }

    fn verifier(account: &AccountId) -> Option<(OperatorId, Balance)> {
        let worker = pallet_workers::Workers::<Runtime>::get(account)?;
        let operator = OperatorId(worker.profile.operator.clone().into());
        worker.is_active().then_some((operator, worker.stake))
    }

    fn is_endpoint(url: &[u8]) -> bool {
        pallet_workers::check_endpoint(url).is_ok()
    }
}

impl pallet_inference::Stakes for AttestedWorkers {
    fn stake(worker: &AccountId) -> Balance {
        Workers::stake(worker)
    }

    fn slash(worker: &AccountId, amount: Balance, to: &AccountId) -> Balance {
        Workers::slash(worker, amount, to)
    }
}

impl pallet_inference::BlockRandomness for PreviousBlockVrf {
    fn of_previous_block() -> Option<[u8; 32]> {
        pallet_babe::AuthorVrfRandomness::<Runtime>::get()
    }
}

/// The models of pallet-models.
pub struct RegisteredModels;

impl pallet_inference::ModelBook for RegisteredModels {
    fn version(namespace: &[u8], name: &[u8], number: u32) -> Option<Address> {
        Models::manifest_of(namespace, name, number)
    }

    fn royalties(namespace: &[u8], name: &[u8]) -> Vec<(AccountId, u16)> {
        Models::royalties(namespace, name)
    }
}

impl pallet_inference::Config for Runtime {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type Workers = AttestedWorkers;
    type Models = RegisteredModels;
    type Stakes = AttestedWorkers;
    type Randomness = PreviousBlockVrf;
    type MaxCandidates = ConstU32<64>;
    type Treasury = TreasuryAccount;
    type MaxOffersPerWorker = ConstU32<64>;
    /// Payments of some 2.6 ms each: a tenth of a block, whatever is due.
    type MaxDuePerBlock = ConstU32<37>;
    type TierWeight = TierWeight;
    type WeightInfo = pallet_inference::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = benchmarks::ServingBenchmarks;
}

#[cfg(feature = "runtime-benchmarks")]
mod benchmarks {
    use super::*;
    use ballast_core::{name::commitment, price::BAL};
    use frame_support::traits::fungible::Mutate;
    use frame_system::RawOrigin;
    use pallet_inference::types::Name;

    /// What pallet-inference's benchmarks need of its neighbours.
    pub struct ServingBenchmarks;

    impl pallet_inference::traits::BenchmarkHelper for ServingBenchmarks {
        fn add_worker(session_key: [u8; 32]) -> AccountId {
            let stake = pallet_workers::Parameters::<Runtime>::get().min_stake;
            let worker = pallet_workers::add_benchmark_worker::<Runtime>(0, session_key, stake)
                .expect(
                "a funded account with a valid profile may join; benchmarks run on an empty set",
            );
            Balances::set_balance(&worker, 1_000_000 * BAL);
            worker
        }

        fn add_verifier(index: u32) -> AccountId {
            let stake = pallet_workers::Parameters::<Runtime>::get().min_stake;
            pallet_workers::add_benchmark_worker::<Runtime>(index, [index as u8; 32], stake)
                .expect("a funded account with a valid profile may join; each index once")
        }

        fn set_randomness(seed: [u8; 32]) {
            pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some(seed));
        }

        /// The deepest base line, every model of it another owner's: a payment then goes to as many accounts as may be.
        fn add_version() -> (Name, Name, u32) {
            let owner = |first: u8| -> AccountId {
                frame_benchmarking::account("model owner", first.into(), 0)
            };
            let origin = |first| RawOrigin::Signed(owner(first)).into();
            let name =
                |first: u8| Name::truncate_from([[first; 1].as_slice(), &[b'x'; 95]].concat());
            let salt = [7; 32];
            for first in b'a'..=b'e' {
                Balances::set_balance(&owner(first), 1_000_000 * BAL);
                let hash = commitment(&name(first), &salt, owner(first).as_ref());
                Models::commit_namespace(origin(first), hash).expect("no commitment before");
            }
            let age = pallet_models::Parameters::<Runtime>::get().min_commit_age_blocks;
            let now = frame_system::Pallet::<Runtime>::block_number();
            frame_system::Pallet::<Runtime>::set_block_number(now + age);
            let licence = || pallet_models::Licence::truncate_from(b"MIT".to_vec());
            for first in b'a'..=b'e' {
                Models::reveal_namespace(origin(first), name(first), salt)
                    .expect("committed above");
                let base = (first > b'a').then(|| (name(first - 1), name(b'm')));
                Models::create_model(origin(first), name(first), name(b'm'), licence(), base, 10)
                    .expect("a line of five is as deep as may be");
            }
            let manifest =
                <crate::adapters::BlobAvailability as pallet_models::Availability>::make_available(
                );
            Models::publish_version(
                origin(b'e'),
                name(b'e'),
                name(b'm'),
                manifest,
                Default::default(),
            )
            .expect("the manifest is available");
            (name(b'e'), name(b'm'), 1)
        }
    }
}

/// Account of the treasury, for tests.
#[cfg(test)]
pub fn treasury() -> AccountId {
    <TreasuryAccount as frame_support::traits::Get<AccountId>>::get()
}
