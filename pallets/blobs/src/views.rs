//! What clients read.

use crate::{
    inline::address_of,
    types::{Custody, Encoding, Placement, Stage, WorkerShard},
    AccountId, CertifiedCount, CertifiedOf, Config, Encodings, Funding, InlineBlobs, Pallet,
    Parameters, PendingOf, Placements, Roots, WorkerSet, WorkerShards,
};
use alloc::vec::Vec;
use ballast_core::{
    view::{AssignmentInfo, BlobInfo, ChainParams, EncodingInfo, EncodingStatus, SuccessorInfo},
    Address, Balance, EncodingId, ShardIndex, WorkerId,
};
use frame_support::pallet_prelude::Get;

/// Encodings or funders in one page.
pub const MAX_PAGE: u32 = 100;

/// Shards in one page of a worker's shards.
pub const MAX_SHARD_PAGE: u32 = 1_000;

/// Encodings listed with a blob.
pub const MAX_BLOB_ENCODINGS: usize = 32;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_params() -> ChainParams {
        let params = Parameters::<T>::get();
        ChainParams {
            epoch_blocks: params.epoch_blocks,
            current_epoch: Self::current_epoch(),
            price_per_gib_epoch: T::Workers::price_per_gib_epoch(),
            max_lease_epochs: params.max_lease_epochs,
            encoding_deposit: params.encoding_deposit,
            inline_deposit: params.inline_deposit,
            pending_timeout_blocks: params.pending_timeout_blocks,
            lapse_burn_percent: params.lapse_burn_percent,
            reassign_fee: params.reassign_fee,
            receipt_max_age: params.receipt_max_age_blocks,
            bytes_per_bal: params.bytes_per_bal,
            max_encodings_per_address: T::MaxPendingPerPublisher::get(),
            active_workers: T::Workers::candidates_count(),
        }
    }

    pub(crate) fn view_encoding(id: EncodingId) -> Option<EncodingInfo> {
        let encoding = Encodings::<T>::get(id)?;
        let placement = Placements::<T>::get(id);
        let lease_held = Self::lease_left(id, &encoding);
        let lapses_at = match encoding.stage {
            Stage::Pending { lapses_at, .. } => Some(lapses_at),
            Stage::Certified { .. } => None,
        };
        Some(EncodingInfo {
            id,
            status: status(&encoding),
            expires: encoding.stage.expires(Self::current_epoch()),
            address: encoding.address,
            len: encoding.len,
            code: encoding.code,
            publisher: encoding.publisher.into(),
            registered_at: encoding.registered_at,
            lapses_at,
            deposit: encoding.deposit,
            lease_held,
            roots: Roots::<T>::get(id).unwrap_or_default().into_inner(),
            assignments: placement.as_ref().map(assignments).unwrap_or_default(),
            seed: placement.as_ref().map(|placement| placement.seed),
            reassigned: placement.map_or(0, |placement| placement.reassigned),
        })
    }

    pub(crate) fn view_encodings(
        address: Address,
        after: Option<EncodingId>,
        limit: u32,
    ) -> Vec<EncodingInfo> {
        let page = limit.min(MAX_PAGE) as usize;
        let certified = || CertifiedOf::<T>::iter_key_prefix(address);
        let pending = || PendingOf::<T>::iter_key_prefix(address);
        let ids: Vec<EncodingId> = match after {
            None => certified().chain(pending()).take(page).collect(),
            Some(last) if PendingOf::<T>::contains_key(address, last) => {
                let last = PendingOf::<T>::hashed_key_for(address, last);
                PendingOf::<T>::iter_key_prefix_from(address, last)
                    .take(page)
                    .collect()
            }
            Some(last) => {
                let last = CertifiedOf::<T>::hashed_key_for(address, last);
                let rest = CertifiedOf::<T>::iter_key_prefix_from(address, last);
                rest.chain(pending()).take(page).collect()
            }
        };
        ids.into_iter().filter_map(Self::view_encoding).collect()
    }

    pub(crate) fn view_blob(address: Address) -> Option<BlobInfo> {
        if let Some(bytes) = Self::view_inline(address) {
            return Some(BlobInfo::Inline { bytes });
        }
        let certified = CertifiedOf::<T>::iter_key_prefix(address);
        let pending = PendingOf::<T>::iter_key_prefix(address);
        let mut ids: Vec<_> = certified.chain(pending).take(MAX_BLOB_ENCODINGS).collect();
        ids.sort_unstable();
        let encodings: Vec<_> = ids.into_iter().filter_map(Self::view_encoding).collect();
        (!encodings.is_empty()).then_some(BlobInfo::Encoded { encodings })
    }

    pub(crate) fn view_inline(address: Address) -> Option<Vec<u8>> {
        match InlineBlobs::<T>::get(address) {
            Some(blob) => Some(blob.bytes.into_inner()),
            None => (address == address_of(&[])).then(Vec::new),
        }
    }

    pub(crate) fn view_is_available(address: &Address) -> bool {
        CertifiedCount::<T>::contains_key(address)
            || InlineBlobs::<T>::contains_key(address)
            || *address == address_of(&[])
    }

    pub(crate) fn view_encodings_by_worker(
        worker: AccountId,
        after: Option<(EncodingId, ShardIndex)>,
        limit: u32,
    ) -> Vec<WorkerShard> {
        let worker = WorkerId(worker.into());
        let shards = match after {
            None => WorkerShards::<T>::iter_prefix(worker),
            Some(last) => {
                let last = WorkerShards::<T>::hashed_key_for(worker, last);
                WorkerShards::<T>::iter_prefix_from(worker, last)
            }
        };
        let page = shards.take(limit.min(MAX_SHARD_PAGE) as usize);
        page.map(|((encoding, shard), generation)| (encoding, shard, generation))
            .collect()
    }

    pub(crate) fn view_funders(
        encoding: EncodingId,
        after: Option<AccountId>,
        limit: u32,
    ) -> Vec<(AccountId, Balance)> {
        let funders = match after {
            None => Funding::<T>::iter_prefix(encoding),
            Some(last) => {
                let last = Funding::<T>::hashed_key_for(encoding, last);
                Funding::<T>::iter_prefix_from(encoding, last)
            }
        };
        funders.take(limit.min(MAX_PAGE) as usize).collect()
    }
}

fn status(encoding: &Encoding) -> EncodingStatus {
    match encoding.stage {
        Stage::Pending {
            placed_at: None, ..
        } => EncodingStatus::AwaitingPlacement,
        Stage::Pending {
            placed_at: Some(at),
            ..
        } => EncodingStatus::Placed { at },
        Stage::Certified { at, .. } => EncodingStatus::Certified { at },
    }
}

fn assignments(placement: &Placement) -> Vec<AssignmentInfo> {
    let assigned = placement.assignments();
    assigned
        .map(|(_, assignment)| AssignmentInfo {
            worker: assignment.worker,
            generation: assignment.generation,
            receipted: assignment.is_receipted(),
            lost: assignment.custody == Custody::Lost,
            successor: assignment.successor().map(|next| SuccessorInfo {
                worker: next.worker,
                generation: assignment.last_generation,
            }),
        })
        .collect()
}
