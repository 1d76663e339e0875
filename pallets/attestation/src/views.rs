//! What the view functions answer.

use crate::{
    types::{AccountId, Golden, KeyRecord},
    Authorities, Blocked, Config, Devices, GoldenSets, Keys, Pallet, SessionKey,
};
use alloc::vec::Vec;
use ballast_attestation::{
    view::{DeviceInfo, GoldenInfo, KeyInfo, Trust},
    DeviceId, GoldenId,
};
use frame_support::traits::Get;

/// Most golden sets in one answer, whatever the caller asks for.
pub const MAX_PAGE: u32 = 64;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_key(worker: &AccountId, session_key: &SessionKey) -> Option<KeyInfo> {
        let record = Keys::<T>::get(worker, session_key)?;
        Some(Self::key_info(worker, *session_key, record))
    }

    pub(crate) fn view_keys(worker: &AccountId) -> Vec<KeyInfo> {
        Keys::<T>::iter_prefix(worker)
            .take(T::MaxKeysPerWorker::get() as usize)
            .map(|(session_key, record)| Self::key_info(worker, session_key, record))
            .collect()
    }

    fn key_info(worker: &AccountId, session_key: SessionKey, record: KeyRecord) -> KeyInfo {
        let (tier, reasons) = Self::judge(worker, &session_key, &record);
        KeyInfo {
            session_key,
            tier,
            reasons,
            challenge_block: record.challenge_block,
            expires: record.expires,
            devices: record.gpus.iter().map(|gpu| gpu.device).collect(),
            guest_policy: record.guest,
        }
    }

    pub(crate) fn view_device(device: &DeviceId) -> Option<DeviceInfo> {
        let binding = Devices::<T>::get(device)?;
        Some(DeviceInfo {
            worker: binding.worker.into(),
            session_key: binding.session_key,
            bound_until: binding.until,
            released: binding.released,
            blocked: Blocked::<T>::contains_key(device),
        })
    }

    pub(crate) fn view_golden(id: GoldenId) -> Option<GoldenInfo> {
        GoldenSets::<T>::get(&id).map(|golden| golden_info(id, golden))
    }

    pub(crate) fn view_golden_sets(after: Option<GoldenId>, limit: u32) -> Vec<GoldenInfo> {
        let entries = match after {
            Some(id) => GoldenSets::<T>::iter_from(GoldenSets::<T>::hashed_key_for(id)),
            None => GoldenSets::<T>::iter(),
        };
        entries
            .take(limit.min(MAX_PAGE) as usize)
            .map(|(id, golden)| golden_info(id, golden))
            .collect()
    }

    pub(crate) fn view_trust() -> Trust {
        Trust {
            roots: Self::trusted_roots(),
            authorities: Authorities::<T>::iter_keys()
                .take(T::MaxAuthorities::get() as usize)
                .collect(),
        }
    }
}

fn golden_info(id: GoldenId, golden: Golden) -> GoldenInfo {
    GoldenInfo {
        id,
        set: golden.set,
        rim_sha256: golden.rim_sha256,
        retired: golden.retired,
    }
}
