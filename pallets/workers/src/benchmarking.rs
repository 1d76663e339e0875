//! Benchmarks, one for each call and for the hook's two paths.

use crate::*;
use alloc::vec;
use ballast_core::Balance;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get, Hooks,
    },
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_runtime::{traits::SaturatedConversion, DispatchError};

/// Lets a worker join for the benchmarks of other pallets: its own operator, with all the room there may be.
pub fn add_benchmark_worker<T: Config>(
    index: u32,
    receipt_key: ReceiptKey,
    stake: Balance,
) -> Result<AccountId, DispatchError>
where
    T::Currency: Mutate<AccountId>,
{
    let worker = funded::<T>("benchmark worker", index);
    let existential = <T::Currency as Inspect<AccountId>>::minimum_balance();
    T::Currency::set_balance(&worker, stake.saturating_add(existential).saturating_mul(2));
    let profile = WorkerProfile {
        receipt_key,
        ..profile::<T>(&worker, index)
    };
    Pallet::<T>::do_join(worker.clone(), profile, stake)?;
    Ok(worker)
}

fn funded<T: Config>(name: &'static str, index: u32) -> AccountId
where
    T::Currency: Mutate<AccountId>,
{
    let account: AccountId = account(name, index, 0);
    let parameters = Parameters::<T>::get();
    let existential = <T::Currency as Inspect<AccountId>>::minimum_balance();
    let amount: Balance = (parameters.min_stake + parameters.consent_deposit + existential) * 10;
    T::Currency::set_balance(&account, amount);
    account
}

/// The longest profile there is.
fn profile<T: Config>(operator: &AccountId, index: u32) -> WorkerProfile {
    let parameters = Parameters::<T>::get();
    let mut url = vec![b'a'; Endpoint::bound()];
    url[..11].copy_from_slice(b"https://w.x");
    url[11..]
        .iter_mut()
        .step_by(32)
        .for_each(|byte| *byte = b'.');
    let mut receipt_key = [1; 32];
    receipt_key[..4].copy_from_slice(&index.to_le_bytes());
    WorkerProfile {
        operator: operator.clone(),
        endpoint: BoundedVec::truncate_from(url),
        receipt_key,
        capacity: parameters.max_capacity,
        ask_per_gib_epoch: parameters.max_ask_per_gib_epoch.min(index.into()),
    }
}

/// A worker, run by an operator that has consented, which is the long path of every check.
fn joined<T: Config>(index: u32) -> Result<(AccountId, AccountId), BenchmarkError>
where
    T::Currency: Mutate<AccountId>,
{
    let (operator, worker) = (funded::<T>("operator", index), funded::<T>("worker", index));
    Pallet::<T>::do_authorise_worker(operator.clone(), worker.clone())?;
    let stake = Parameters::<T>::get().min_stake;
    Pallet::<T>::do_join(worker.clone(), profile::<T>(&operator, index), stake)?;
    Ok((worker, operator))
}

fn at_block<T: Config>(number: u32) {
    frame_system::Pallet::<T>::set_block_number(number.saturated_into::<BlockNumberFor<T>>());
}

#[benchmarks(where T::Currency: Mutate<AccountId>)]
mod benches {
    use super::*;

    #[benchmark]
    fn join() -> Result<(), BenchmarkError> {
        let (operator, worker) = (funded::<T>("operator", 0), funded::<T>("worker", 0));
        Pallet::<T>::do_authorise_worker(operator.clone(), worker.clone())?;
        let stake = Parameters::<T>::get().min_stake;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(worker.clone()),
            profile::<T>(&operator, 0),
            stake,
        );

        assert!(Pallet::<T>::is_active(&worker));
        Ok(())
    }

    #[benchmark]
    fn update() -> Result<(), BenchmarkError> {
        let (worker, operator) = joined::<T>(0)?;
        let changed = profile::<T>(&operator, 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()), changed.clone());

        assert_eq!(Pallet::<T>::receipt_key(&worker), Some(changed.receipt_key));
        Ok(())
    }

    #[benchmark]
    fn add_stake() -> Result<(), BenchmarkError> {
        let (worker, _) = joined::<T>(0)?;
        let amount = Parameters::<T>::get().min_stake;

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()), amount);

        assert_eq!(
            Workers::<T>::get(&worker).map(|entry| entry.stake),
            Some(2 * amount)
        );
        Ok(())
    }

    #[benchmark]
    fn drain() -> Result<(), BenchmarkError> {
        let (worker, _) = joined::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));

        assert!(!Pallet::<T>::is_active(&worker));
        Ok(())
    }

    #[benchmark]
    fn resume() -> Result<(), BenchmarkError> {
        let (worker, _) = joined::<T>(0)?;
        Pallet::<T>::do_drain(worker.clone())?;

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));

        assert!(Pallet::<T>::is_active(&worker));
        Ok(())
    }

    #[benchmark]
    fn leave() -> Result<(), BenchmarkError> {
        let (worker, _) = joined::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));

        assert!(!Pallet::<T>::is_active(&worker));
        Ok(())
    }

    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let (worker, _) = joined::<T>(0)?;
        Pallet::<T>::do_leave(worker.clone())?;
        at_block::<T>(Pallet::<T>::now() + Parameters::<T>::get().unbonding_blocks);

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()));

        assert!(!Workers::<T>::contains_key(&worker));
        Ok(())
    }

    #[benchmark]
    fn authorise_worker() -> Result<(), BenchmarkError> {
        let (operator, worker) = (funded::<T>("operator", 0), funded::<T>("worker", 0));

        #[extrinsic_call]
        _(RawOrigin::Signed(operator.clone()), worker.clone());

        assert!(Consents::<T>::contains_key(&operator, &worker));
        Ok(())
    }

    #[benchmark]
    fn revoke_worker() -> Result<(), BenchmarkError> {
        let (worker, operator) = joined::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), worker.clone());

        let entry = Workers::<T>::get(&worker).ok_or(BenchmarkError::Stop("no worker"))?;
        assert_eq!(entry.profile.operator, worker);
        Ok(())
    }

    #[benchmark]
    fn on_initialize_within_epoch() {
        Parameters::<T>::mutate(|parameters| parameters.epoch_blocks = 10);
        at_block::<T>(11);

        #[block]
        {
            Pallet::<T>::on_initialize(11u32.saturated_into());
        }
    }

    #[benchmark]
    fn on_initialize_at_epoch_start(
        n: Linear<0, { T::MaxWorkers::get() }>,
    ) -> Result<(), BenchmarkError> {
        for index in 0..n {
            joined::<T>(index)?;
        }
        let epoch_blocks = Parameters::<T>::get().epoch_blocks;
        at_block::<T>(epoch_blocks);

        #[block]
        {
            Pallet::<T>::on_initialize(epoch_blocks.saturated_into());
        }

        assert_eq!(Workers::<T>::count(), n);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
