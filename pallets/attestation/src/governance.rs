//! What governance decides: golden sets, guest policies, blocked devices.

use crate::{
    types::{Golden, GuestPolicy, PolicyId},
    Blocked, Config, Error, Event, GoldenSets, GuestPolicies, Pallet,
};
use ballast_attestation::{tdx::GuestMeasurements, DeviceId, GoldenId, GoldenSet};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_golden(
        id: GoldenId,
        set: GoldenSet,
        rim_sha256: [u8; 32],
    ) -> DispatchResult {
        ensure!(set.check().is_ok(), Error::<T>::GoldenInvalid);
        let golden = Golden {
            set,
            rim_sha256,
            retired: false,
        };
        GoldenSets::<T>::insert(&id, golden);
        Self::deposit_event(Event::GoldenSet { id, rim_sha256 });
        Ok(())
    }

    pub(crate) fn do_retire_golden(id: GoldenId) -> DispatchResult {
        GoldenSets::<T>::try_mutate(&id, |golden| {
            let golden = golden.as_mut().ok_or(Error::<T>::GoldenMissing)?;
            golden.retired = true;
            Ok::<(), Error<T>>(())
        })?;
        Self::deposit_event(Event::GoldenRetired { id });
        Ok(())
    }

    pub(crate) fn do_set_guest_policy(
        measurements: GuestMeasurements,
        image_sha256: [u8; 32],
    ) -> DispatchResult {
        ensure!(!measurements.is_debug(), Error::<T>::GuestIsDebug);
        let policy = measurements.policy_id();
        let record = GuestPolicy {
            measurements,
            image_sha256,
            retired: false,
        };
        GuestPolicies::<T>::insert(policy, record);
        Self::deposit_event(Event::GuestPolicySet {
            policy,
            image_sha256,
        });
        Ok(())
    }

    pub(crate) fn do_retire_guest_policy(policy: PolicyId) -> DispatchResult {
        GuestPolicies::<T>::try_mutate(policy, |record| {
            let record = record.as_mut().ok_or(Error::<T>::GuestPolicyMissing)?;
            record.retired = true;
            Ok::<(), Error<T>>(())
        })?;
        Self::deposit_event(Event::GuestPolicyRetired { policy });
        Ok(())
    }

    pub(crate) fn do_block_device(device: DeviceId, blocked: bool) -> DispatchResult {
        Blocked::<T>::set(device, blocked.then_some(()));
        Self::deposit_event(Event::DeviceBlocked { device, blocked });
        Ok(())
    }
}
