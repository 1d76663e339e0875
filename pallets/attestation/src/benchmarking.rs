//! Benchmarks, one for each call, and one for what a guest's quote adds to `attest`.

use crate::{types::*, *};
use alloc::{vec, vec::Vec};
use ballast_attestation::{
    dev::{golden_set, golden_sets, TestNetwork},
    limits::MAX_GPUS,
    tdx::GuestMeasurements,
    AuthorityId, Challenge, GoldenId, Role,
};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use sp_runtime::traits::SaturatedConversion;

const KEY: SessionKey = [3; 32];
/// A quote that is up to date at this time, with its collateral.
const QUOTE: &[u8] = include_bytes!("../../../tests/vectors/attestation/tdx/tdx_quote");
const COLLATERAL: &[u8] =
    include_bytes!("../../../tests/vectors/attestation/tdx/tdx_quote_collateral.scale");
const QUOTE_TIME: u64 = 1_750_414_563;

fn bounded(der: &[u8]) -> CertificateBytes {
    CertificateBytes::truncate_from(der.to_vec())
}

/// Puts the test network's root, certificates and golden sets on chain.
fn prepare<T: Config>() -> Result<TestNetwork, BenchmarkError> {
    let network = TestNetwork::default();
    TestRoot::<T>::put(network.root_id());
    let [provisioner, identity, root] = network.authorities();
    Pallet::<T>::do_add_authorities(provisioner, identity, root)?;
    for (id, set) in golden_sets() {
        Pallet::<T>::do_set_golden(id, set, [0; 32])?;
    }
    Ok(network)
}

/// Good evidence of `count` GPUs for a worker's key, and the block it answers.
fn evidence<T: Config>(
    network: &TestNetwork,
    worker: &AccountId,
    count: u32,
) -> (BlockNumber, GpuEvidences) {
    let block: BlockNumberFor<T> = 9u32.saturated_into();
    frame_system::Pallet::<T>::set_block_number(10u32.saturated_into());
    frame_system::BlockHash::<T>::insert(block, hash::<T>());
    let challenge = Challenge {
        genesis_hash: Pallet::<T>::block_hash(0).unwrap_or_default(),
        worker: worker.clone().into(),
        session_key: KEY,
        block_number: 9,
        block_hash: Pallet::<T>::block_hash(9).unwrap_or_default(),
    };
    let nonce = T::Nonces::nonce(&challenge);
    let gpus: Vec<GpuEvidence> = (0..count)
        .map(|number| {
            let gpu = network.gpu(number);
            let chain: Vec<CertificateBytes> = gpu.chain().iter().map(|der| bounded(der)).collect();
            GpuEvidence {
                report: ReportBytes::truncate_from(gpu.report(&nonce)),
                chain: chain.try_into().unwrap_or_default(),
            }
        })
        .collect();
    (9, GpuEvidences::truncate_from(gpus))
}

fn hash<T: Config>() -> T::Hash {
    use sp_runtime::traits::Hash;
    T::Hashing::hash(b"challenge")
}

/// A worker whose key has the most GPUs.
fn attested<T: Config>() -> Result<AccountId, BenchmarkError> {
    let network = prepare::<T>()?;
    let worker = T::Workers::make_worker();
    let (block, gpus) = evidence::<T>(&network, &worker, MAX_GPUS);
    Pallet::<T>::do_attest(worker.clone(), KEY, block, &gpus, None)?;
    Ok(worker)
}

fn governance<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)
}

fn largest_golden() -> (GoldenId, ballast_attestation::GoldenSet) {
    let [(id, _), _] = golden_sets();
    let mut set = golden_set(0..64);
    for entry in set.entries.iter_mut() {
        entry.alternatives = vec![[7; 48]; 8].try_into().unwrap_or_default();
    }
    (id, set)
}

fn measurements() -> GuestMeasurements {
    GuestMeasurements {
        mr_td: [1; 48],
        rt_mr: [[2; 48]; 4],
        attributes: [0; 8],
        xfam: [3; 8],
    }
}

#[benchmarks]
mod benches {
    use super::*;

    #[benchmark]
    fn attest(n: Linear<1, MAX_GPUS>) -> Result<(), BenchmarkError> {
        let network = prepare::<T>()?;
        let worker = T::Workers::make_worker();
        let (block, gpus) = evidence::<T>(&network, &worker, n);

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()), KEY, block, gpus, None);

        assert_eq!(
            Pallet::<T>::tier(&worker, &KEY),
            Some(ballast_attestation::view::Tier::T1)
        );
        Ok(())
    }

    #[benchmark]
    fn verify_quote() {
        let result;

        #[block]
        {
            result = T::Quotes::verify(QUOTE, COLLATERAL, QUOTE_TIME, None);
        }

        // The mock verifies quotes of its own kind alone.
        assert!(cfg!(test) || result.is_ok());
    }

    #[benchmark]
    fn release() -> Result<(), BenchmarkError> {
        let worker = attested::<T>()?;
        let device = TestNetwork::default().gpu(0).device_id();

        #[extrinsic_call]
        _(RawOrigin::Signed(worker), device);

        assert!(Devices::<T>::get(device).is_some_and(|binding| binding.released));
        Ok(())
    }

    #[benchmark]
    fn remove_key() -> Result<(), BenchmarkError> {
        let worker = attested::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(worker.clone()), KEY);

        assert!(!Keys::<T>::contains_key(&worker, KEY));
        Ok(())
    }

    #[benchmark]
    fn add_authorities() {
        let network = TestNetwork::default();
        TestRoot::<T>::put(network.root_id());
        let [provisioner, identity, root] = network.authorities().map(bounded);
        let caller: AccountId = account("anyone", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), provisioner, identity, root);

        assert_eq!(Authorities::<T>::count(), 3);
    }

    /// By bytes: entries of a list, up to the most that are kept.
    #[benchmark]
    fn submit_crl(b: Linear<300, 16_000>) -> Result<(), BenchmarkError> {
        let network = prepare::<T>()?;
        let issuer: AuthorityId = network.root_id();
        let serials: Vec<[u8; 8]> = (0..u64::from(b / 32).min(510))
            .map(|serial| (serial + (1 << 40)).to_be_bytes())
            .collect();
        let serials: Vec<&[u8]> = serials.iter().map(|serial| serial.as_slice()).collect();
        let list = network.crl(Role::Root, 1, 1_700_000_000, &serials);
        let caller: AccountId = account("anyone", 0, 0);

        #[extrinsic_call]
        _(
            RawOrigin::Signed(caller),
            issuer,
            CrlBytes::truncate_from(list),
        );

        assert!(Lists::<T>::contains_key(issuer));
        Ok(())
    }

    #[benchmark]
    fn set_golden() -> Result<(), BenchmarkError> {
        let (id, set) = largest_golden();
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id.clone(), set, [0; 32]);

        assert!(GoldenSets::<T>::contains_key(&id));
        Ok(())
    }

    #[benchmark]
    fn retire_golden() -> Result<(), BenchmarkError> {
        let (id, set) = largest_golden();
        Pallet::<T>::do_set_golden(id.clone(), set, [0; 32])?;
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, id.clone());

        assert!(GoldenSets::<T>::get(&id).is_some_and(|golden| golden.retired));
        Ok(())
    }

    #[benchmark]
    fn set_guest_policy() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurements().into(), [0; 32]);

        assert!(GuestPolicies::<T>::contains_key(measurements().policy_id()));
        Ok(())
    }

    #[benchmark]
    fn retire_guest_policy() -> Result<(), BenchmarkError> {
        let policy = measurements().policy_id();
        Pallet::<T>::do_set_guest_policy(measurements(), [0; 32])?;
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, policy);

        assert!(GuestPolicies::<T>::get(policy).is_some_and(|record| record.retired));
        Ok(())
    }

    #[benchmark]
    fn block_device() -> Result<(), BenchmarkError> {
        let origin = governance::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, [7; 32], true);

        assert!(Blocked::<T>::contains_key([7; 32]));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::ext(), crate::mock::Test);
}
