//! What clients read, once for each block.

use ballast_core::{
    view::{
        ChainParams, DisputeInfo, EncodingInfo, RepairParams, RetrievalInfo, StandingInfo,
        WindowInfo, WorkerInfo,
    },
    BlockNumber, EncodingId, ShardIndex, WorkerId,
};
use ballast_runtime::{
    AccountId, Blobs, Possession, Retrieval, Runtime, RuntimeEvent, System, Workers,
};
use std::{collections::BTreeMap, sync::Arc};

/// What the view functions answer at one block.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Its number.
    pub number: BlockNumber,
    /// Parameters.
    pub params: Option<ChainParams>,
    /// Parameters of repairs.
    pub repair: Option<RepairParams>,
    /// All workers.
    pub workers: BTreeMap<WorkerId, WorkerInfo>,
    /// All encodings.
    pub encodings: BTreeMap<EncodingId, EncodingInfo>,
    /// What each worker is assigned.
    pub assigned: BTreeMap<WorkerId, Vec<(EncodingId, ShardIndex, u32)>>,
    /// Open windows.
    pub windows: BTreeMap<WorkerId, WindowInfo>,
    /// Open retrieval challenges of those who have some.
    pub retrievals: BTreeMap<WorkerId, Vec<RetrievalInfo>>,
    /// Open disputes.
    pub disputes: Vec<DisputeInfo>,
    /// Shards that were not shown when they were asked for on chain.
    pub unshown: BTreeMap<EncodingId, Vec<ShardIndex>>,
    /// Where workers stand.
    pub standings: BTreeMap<WorkerId, StandingInfo>,
    /// What happened in it.
    pub events: Arc<Vec<RuntimeEvent>>,
    /// All money there is.
    pub issuance: u128,
}

/// Everything that clients read, at the end of a block.
pub(super) fn at(number: BlockNumber) -> View {
    let worker_ids: Vec<WorkerId> = pallet_workers::Workers::<Runtime>::iter_keys()
        .map(|account| WorkerId(account.into()))
        .collect();
    let mut assigned: BTreeMap<WorkerId, Vec<_>> = BTreeMap::new();
    for (worker, (encoding, shard), generation) in pallet_blobs::WorkerShards::<Runtime>::iter() {
        assigned
            .entry(worker)
            .or_default()
            .push((encoding, shard, generation));
    }
    let account = |worker: &WorkerId| AccountId::new(worker.0);
    let encodings = pallet_blobs::Encodings::<Runtime>::iter_keys();
    View {
        number,
        params: Some(Blobs::params()),
        repair: Some(Blobs::repair_params()),
        workers: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Workers::worker(account(id))?)))
            .collect(),
        encodings: encodings
            .filter_map(|id| Some((id, Blobs::encoding(id)?)))
            .collect(),
        assigned,
        windows: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Possession::window(account(id))?)))
            .collect(),
        retrievals: pallet_retrieval::Open::<Runtime>::iter_keys()
            .map(|id| (id, Retrieval::open(account(&id))))
            .collect(),
        disputes: Blobs::disputes(),
        unshown: pallet_blobs::Encodings::<Runtime>::iter_keys()
            .map(|id| (id, Blobs::unshown(id)))
            .filter(|(_, unshown)| !unshown.is_empty())
            .collect(),
        standings: worker_ids
            .iter()
            .filter_map(|id| Some((*id, Possession::standing(account(id))?)))
            .collect(),
        events: Arc::new(
            System::read_events_no_consensus()
                .map(|record| record.event)
                .collect(),
        ),
        issuance: ballast_runtime::Balances::total_issuance(),
    }
}
