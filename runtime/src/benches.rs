//! Which pallets' benchmarks this runtime offers to `frame-omni-bencher`.

use alloc::{string::String, vec::Vec};

use frame_benchmarking::{define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

use crate::{
    AllPalletsWithSystem, Attestation, Balances, Blobs, Inference, Models, Possession, Retrieval,
    Sudo, Timestamp, Utility, Workers,
};

define_benchmarks!(
    [pallet_attestation, Attestation]
    [pallet_balances, Balances]
    [pallet_blobs, Blobs]
    [pallet_inference, Inference]
    [pallet_models, Models]
    [pallet_possession, Possession]
    [pallet_retrieval, Retrieval]
    [pallet_sudo, Sudo]
    [pallet_timestamp, Timestamp]
    [pallet_utility, Utility]
    [pallet_workers, Workers]
);

/// Lists the benchmarks.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    let mut list = Vec::new();
    list_benchmarks!(list, extra);
    (list, AllPalletsWithSystem::storage_info())
}

/// Runs one of them.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
    let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
    let mut batches = Vec::new();
    let params = (&config, &whitelist);
    add_benchmarks!(params, batches);
    Ok(batches)
}
