//! What evidence is worth in this block. Worked out when asked, so that nothing has to be swept when state changes.

use crate::{
    types::{AccountId, Gpu, KeyRecord},
    Authorities, Blocked, Config, Devices, GoldenSets, GuestPolicies, IsWorker, Keys, Lists,
    Pallet, SessionKey,
};
use alloc::vec::Vec;
use ballast_attestation::{
    evidence::check_authority,
    view::{Reason, Tier},
    Authority, AuthorityId, DeviceId, EvidenceError, GoldenId, GoldenStatus, Reference, Role,
    Serial,
};
use core::marker::PhantomData;

/// The chain's state as evidence is judged by.
pub(crate) struct ChainState<T>(PhantomData<T>);

impl<T: Config> ChainState<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: Config> Reference for ChainState<T> {
    fn golden(&self, id: &GoldenId) -> Option<GoldenStatus> {
        GoldenSets::<T>::get(id).map(|golden| match golden.retired {
            true => GoldenStatus::Retired,
            false => GoldenStatus::Active(golden.set),
        })
    }

    fn authority(&self, id: &AuthorityId) -> Option<Authority> {
        Authorities::<T>::get(id)
    }

    fn is_revoked(&self, issuer: &AuthorityId, serial: &Serial) -> bool {
        Lists::<T>::get(issuer).is_some_and(|list| list.revokes(serial))
    }

    fn is_blocked(&self, device: &DeviceId) -> bool {
        Blocked::<T>::contains_key(device)
    }
}

impl<T: Config> Pallet<T> {
    /// The tier of a worker's key in this block; none if the key is unknown or its account no worker.
    pub fn tier(worker: &AccountId, session_key: &SessionKey) -> Option<Tier> {
        let record = Keys::<T>::get(worker, session_key)?;
        Self::judge(worker, session_key, &record).0
    }

    /// The tier, and every reason why it is no higher.
    pub(crate) fn judge(
        worker: &AccountId,
        session_key: &SessionKey,
        record: &KeyRecord,
    ) -> (Option<Tier>, Vec<Reason>) {
        if !T::Workers::is_worker(worker) {
            return (None, [Reason::NotWorker].into());
        }
        let mut reasons = Vec::new();
        if record.expires <= Self::now() {
            reasons.push(Reason::Expired { at: record.expires });
        }
        for gpu in &record.gpus {
            reasons.extend(Self::reasons_against(worker, session_key, gpu));
        }
        if !reasons.is_empty() {
            return (Some(Tier::T0), reasons);
        }
        match Self::reason_against_guest(record) {
            Some(reason) => (Some(Tier::T1), [reason].into()),
            None => (Some(Tier::T2), reasons),
        }
    }

    fn reasons_against(
        worker: &AccountId,
        session_key: &SessionKey,
        gpu: &Gpu,
    ) -> impl Iterator<Item = Reason> {
        let device = gpu.device;
        let bound = Devices::<T>::get(device).is_some_and(|binding| {
            binding.worker == *worker && binding.session_key == *session_key && !binding.released
        });
        let gone = (!bound).then_some(Reason::DeviceGone { device });
        let blocked =
            Blocked::<T>::contains_key(device).then_some(Reason::DeviceBlocked { device });
        let retired = [&gpu.driver, &gpu.vbios]
            .into_iter()
            .filter(|id| GoldenSets::<T>::get(id).is_none_or(|golden| golden.retired))
            .map(|id| Reason::GoldenRetired { id: id.clone() })
            .collect::<Vec<_>>();
        let revoked = Self::revoked_role(gpu).map(|role| Reason::Revoked { role });
        gone.into_iter()
            .chain(blocked)
            .chain(retired)
            .chain(revoked)
    }

    /// The place in the chain of a GPU's certificate that is revoked by now.
    fn revoked_role(gpu: &Gpu) -> Option<Role> {
        let state = ChainState::<T>::new();
        if state.is_revoked(&gpu.provisioner, &gpu.serial) {
            return Some(Role::Device);
        }
        // Authorities are never removed.
        let provisioner = Authorities::<T>::get(gpu.provisioner)?;
        match check_authority(&provisioner, &state) {
            Err(EvidenceError::Revoked { role }) => Some(role),
            _ => None,
        }
    }

    fn reason_against_guest(record: &KeyRecord) -> Option<Reason> {
        let Some(policy) = record.guest else {
            return Some(Reason::NoGuest);
        };
        let good = GuestPolicies::<T>::get(policy).is_some_and(|record| !record.retired);
        (!good).then_some(Reason::GuestPolicyRetired { policy })
    }
}
