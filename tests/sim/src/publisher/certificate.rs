//! Certificates, and others in place of the silent.

use super::{PATIENCE_MS, REASSIGN_BLOCKS};
use crate::{
    chain::Sender,
    world::{Waiting, World},
};
use ballast_core::{
    receipt::Receipt,
    view::{AssignmentInfo, EncodingInfo, EncodingStatus},
    ShardIndex,
};
use ballast_runtime::RuntimeCall;

impl World {
    pub(super) fn certify_blob(
        &mut self,
        index: usize,
        info: &EncodingInfo,
        open: usize,
        in_haste: bool,
    ) {
        let publication = &mut self.publications[index];
        if publication.certifying && self.now < publication.certifying_until {
            return;
        }
        let Some(seed) = info.seed else { return };
        let blob = publication.blob.clone();
        let fingerprints = publication
            .fingerprints
            .get_or_insert_with(|| blob.code_fingerprints(&seed, &info.roots));
        // Receipts that do not fit would spoil the certificate.
        let receipts: Vec<Receipt> = publication
            .receipts
            .iter()
            .filter(|(shard, receipt)| {
                fingerprints.get(usize::from(shard.0)) == Some(&receipt.fingerprint)
            })
            .map(|(_, receipt)| receipt.clone())
            .collect();
        let pending = matches!(info.status, EncodingStatus::Placed { .. });
        let empty = blob
            .layout
            .shard_indices()
            .filter(|shard| blob.layout.is_empty_shard(*shard));
        let quorum = receipts.len() + empty.count() >= usize::from(info.code.quorum());
        let enough = if pending {
            quorum && (in_haste || receipts.len() == open)
        } else {
            !receipts.is_empty()
        };
        if !enough {
            return;
        }
        publication.certifying = true;
        publication.certifying_until = self.now + PATIENCE_MS;
        let call = RuntimeCall::Blobs(pallet_blobs::Call::certify {
            encoding: info.id,
            receipts: receipts.try_into().unwrap_or_default(),
        });
        self.send(Sender::Nobody, call, Waiting::Publication(index));
    }

    pub(super) fn reassign(
        &mut self,
        index: usize,
        info: &EncodingInfo,
        open: &[(ShardIndex, AssignmentInfo)],
    ) {
        let publication = &mut self.publications[index];
        let now = self.finalized.number;
        let left = info.code.reassign_limit().saturating_sub(info.reassigned);
        if left == 0 || now < publication.reassigned_at + REASSIGN_BLOCKS {
            return;
        }
        let silent: Vec<ShardIndex> = open
            .iter()
            .map(|(shard, _)| *shard)
            .filter(|shard| !publication.receipts.contains_key(shard))
            .take(left.into())
            .collect();
        if silent.is_empty() {
            return;
        }
        publication.reassigned_at = now;
        let call = RuntimeCall::Blobs(pallet_blobs::Call::reassign {
            encoding: info.id,
            shards: silent.try_into().unwrap_or_default(),
        });
        let publisher = publication.plan.publisher;
        let sender = self.publisher(publisher);
        self.send(sender, call, Waiting::Nobody);
    }
}
