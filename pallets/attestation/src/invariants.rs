//! What is true of the state between any two calls, numbered. A broken one is a fault of this pallet.

use crate::{
    types::KeyRecord, AccountId, Authorities, Config, Devices, GoldenSets, GuestPolicies, KeyCount,
    Keys, Lists, Pallet, Parameters,
};
use alloc::collections::BTreeMap;
use ballast_attestation::Role;
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
    /// Checks every invariant; for tests and for `try-runtime`.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let usable = Parameters::<T>::get().check().is_ok();
        ensure!(usable, "attestation 1: the parameters are usable");
        Self::check_keys()?;
        Self::check_authorities()?;
        Self::check_governed()
    }

    fn check_keys() -> Result<(), TryRuntimeError> {
        let mut counts = BTreeMap::<AccountId, u32>::new();
        for (worker, _, record) in Keys::<T>::iter() {
            Self::check_record(&record)?;
            *counts.entry(worker).or_default() += 1;
        }
        let within = counts
            .values()
            .all(|count| *count <= T::MaxKeysPerWorker::get());
        ensure!(within, "attestation 2: no worker has too many keys");
        let stored: BTreeMap<AccountId, u32> = KeyCount::<T>::iter().collect();
        ensure!(
            stored == counts,
            "attestation 3: the counts of keys are exact"
        );
        Ok(())
    }

    fn check_record(record: &KeyRecord) -> Result<(), TryRuntimeError> {
        ensure!(
            !record.gpus.is_empty(),
            "attestation 4: a key has evidence of a GPU"
        );
        let bound = |device| Devices::<T>::contains_key(device);
        ensure!(
            record.gpus.iter().all(|gpu| bound(gpu.device)),
            "attestation 5: a key's GPUs are bound, or were"
        );
        let known = |id| Authorities::<T>::get(id).map(|found| found.role);
        let provisioned = record
            .gpus
            .iter()
            .all(|gpu| known(gpu.provisioner) == Some(Role::Provisioner));
        ensure!(
            provisioned,
            "attestation 6: the provisioner of a key's GPU is known"
        );
        Ok(())
    }

    fn check_authorities() -> Result<(), TryRuntimeError> {
        ensure!(
            Authorities::<T>::count() <= T::MaxAuthorities::get(),
            "attestation 7: there are at most MaxAuthorities"
        );
        let issued = |issuer| Authorities::<T>::contains_key(issuer);
        ensure!(
            Authorities::<T>::iter_values().all(|authority| issued(authority.issuer)),
            "attestation 8: the issuer of every authority is known"
        );
        let trusted = Self::trusted_roots();
        let rooted = Authorities::<T>::iter()
            .all(|(id, authority)| authority.role != Role::Root || trusted.contains(&id));
        ensure!(rooted, "attestation 9: every root is trusted");
        ensure!(
            Lists::<T>::iter_keys().all(issued),
            "attestation 10: the issuer of every list is known"
        );
        Ok(())
    }

    fn check_governed() -> Result<(), TryRuntimeError> {
        ensure!(
            GoldenSets::<T>::iter_values().all(|golden| golden.set.check().is_ok()),
            "attestation 11: every golden set is usable"
        );
        let sound = GuestPolicies::<T>::iter().all(|(id, policy)| {
            policy.measurements.policy_id() == id && !policy.measurements.is_debug()
        });
        ensure!(
            sound,
            "attestation 12: a policy's id is its measurements' hash, and it allows no debug guest"
        );
        Ok(())
    }
}
