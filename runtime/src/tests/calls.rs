//! Every call of ours is weighed, and the greatest fit into a block.

use super::*;
use crate::{
    constants::{RuntimeBlockLength, RuntimeBlockWeights},
    genesis_presets::DEVELOPMENT_PRESET,
};
use ballast_core::{Address, Code, EncodingId, LengthProof};
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo, Pays},
    traits::{GetCallMetadata, GetCallName},
};
use std::collections::BTreeSet;

/// One of each call of our pallets.
fn our_calls() -> Vec<RuntimeCall> {
    worker_calls()
        .into_iter()
        .map(RuntimeCall::Workers)
        .chain(blob_calls().into_iter().map(RuntimeCall::Blobs))
        .chain(model_calls().into_iter().map(RuntimeCall::Models))
        .chain(
            attestation_calls()
                .into_iter()
                .map(RuntimeCall::Attestation),
        )
        .chain(possession_calls().into_iter().map(RuntimeCall::Possession))
        .chain(
            super::inference::calls()
                .into_iter()
                .map(RuntimeCall::Inference),
        )
        .chain(retrieval_calls().into_iter().map(RuntimeCall::Retrieval))
        .collect()
}

fn worker_calls() -> Vec<pallet_workers::Call<Runtime>> {
    use pallet_workers::{Call, WorkerProfile};
    let worker = account(Sr25519Keyring::Bob);
    let profile = WorkerProfile {
        operator: worker.clone(),
        endpoint: b"https://worker.example".to_vec().try_into().unwrap(),
        receipt_key: [1; 32],
        capacity: 1 << 40,
        ask_per_gib_epoch: 1,
    };
    vec![
        Call::join {
            profile: profile.clone(),
            stake: 1,
        },
        Call::update { profile },
        Call::add_stake { amount: 1 },
        Call::drain {},
        Call::resume {},
        Call::leave {},
        Call::withdraw {},
        Call::authorise_worker {
            worker: worker.clone(),
        },
        Call::revoke_worker { worker },
    ]
}

/// With as much evidence as a call takes.
fn attestation_calls() -> Vec<pallet_attestation::Call<Runtime>> {
    use ballast_attestation::{dev, tdx::GuestMeasurements};
    use pallet_attestation::{Call, GpuEvidence, GuestEvidence};
    let [(id, set), _] = dev::golden_sets();
    let gpu = GpuEvidence {
        report: Default::default(),
        chain: Default::default(),
    };
    let measurements = GuestMeasurements {
        mr_td: [0; 48],
        rt_mr: [[0; 48]; 4],
        attributes: [0; 8],
        xfam: [0; 8],
    };
    vec![
        Call::attest {
            session_key: [0; 32],
            challenge_block: 1,
            gpus: vec![gpu; 8].try_into().unwrap(),
            guest: Some(GuestEvidence {
                quote: Default::default(),
                collateral: Default::default(),
            }),
        },
        Call::release { device: [0; 32] },
        Call::remove_key {
            session_key: [0; 32],
        },
        Call::add_authorities {
            provisioner: Default::default(),
            identity: Default::default(),
            root: Default::default(),
        },
        Call::submit_crl {
            issuer: [0; 32],
            list: vec![0; 32 * 1024].try_into().unwrap(),
        },
        Call::set_golden {
            id: id.clone(),
            set,
            rim_sha256: [0; 32],
        },
        Call::retire_golden { id },
        Call::set_guest_policy {
            measurements: measurements.into(),
            image_sha256: [0; 32],
        },
        Call::retire_guest_policy { policy: [0; 32] },
        Call::block_device {
            device: [0; 32],
            blocked: true,
        },
    ]
}

fn blob_calls() -> Vec<pallet_blobs::Call<Runtime>> {
    use pallet_blobs::Call;
    let encoding = EncodingId(1);
    let proof = ballast_core::challenge::ChunkProof {
        pick: 0,
        bytes: vec![0; 1_024],
        proof: Default::default(),
    };
    vec![
        register(6),
        Call::store_inline {
            bytes: vec![1].try_into().unwrap(),
        },
        Call::remove_inline {
            address: Address([0; 32]),
        },
        Call::reassign {
            encoding,
            shards: Default::default(),
        },
        Call::certify {
            encoding,
            receipts: Default::default(),
        },
        Call::extend {
            encoding,
            epochs: 1,
        },
        Call::report_wrong {
            finder: account(Sr25519Keyring::Bob),
            encoding,
            chunk: ballast_core::ChunkIndex(0),
            chunks: Default::default(),
        },
        Call::attest_rebuild {
            worker: ballast_core::WorkerId([1; 32]),
            encoding,
            attestation: ballast_core::dispute::RebuildAttestation {
                shard: ballast_core::ShardIndex(0),
                generation: 1,
                root: ballast_core::ChainingValue([0; 32]),
                signature: [0; 64],
            },
        },
        Call::refute {
            encoding,
            chunks: vec![proof; ballast_core::limits::SHOWN_CHUNKS as usize]
                .try_into()
                .unwrap(),
        },
    ]
}

/// With as many proofs as a window asks for.
fn possession_calls() -> Vec<pallet_possession::Call<Runtime>> {
    let proof = ballast_core::challenge::ChunkProof {
        pick: 0,
        bytes: vec![0; 1_024],
        proof: Default::default(),
    };
    let proofs = vec![proof; ballast_core::limits::MAX_PICKS as usize];
    vec![pallet_possession::Call::prove {
        worker: ballast_core::WorkerId([1; 32]),
        epoch: ballast_core::StorageEpoch(1),
        proofs: proofs.try_into().unwrap(),
    }]
}

/// With the longest answer.
fn retrieval_calls() -> Vec<pallet_retrieval::Call<Runtime>> {
    use ballast_core::{limits::MAX_RETRIEVAL_LEN, Group, RetrievalId, ShardIndex};
    use pallet_retrieval::Call;
    vec![
        Call::challenge {
            encoding: EncodingId(1),
            shard: ShardIndex(0),
            group: Group {
                start: 0,
                len: 1_024,
            },
            bond: 1,
        },
        Call::answer {
            id: RetrievalId(0),
            bytes: vec![0; MAX_RETRIEVAL_LEN as usize].try_into().unwrap(),
            proof: Default::default(),
        },
    ]
}

fn register(values: usize) -> pallet_blobs::Call<Runtime> {
    pallet_blobs::Call::register {
        address: Address([0; 32]),
        len: 2_048,
        code: Code::new(2, 4).unwrap(),
        cell_values: vec![ballast_core::ChainingValue([0; 32]); values]
            .try_into()
            .unwrap(),
        length_proof: LengthProof {
            last_chunk: vec![0; 1_024],
            siblings: vec![],
        },
        epochs: 1,
    }
}

fn model_calls() -> Vec<pallet_models::Call<Runtime>> {
    use pallet_models::Call;
    let name = || b"name".to_vec().try_into().unwrap();
    let tag = || b"tag".to_vec().try_into().unwrap();
    let to = account(Sr25519Keyring::Bob);
    vec![
        Call::commit_namespace {
            hash: Default::default(),
        },
        Call::reveal_namespace {
            name: name(),
            salt: Default::default(),
        },
        Call::transfer_namespace {
            namespace: name(),
            to: to.clone(),
        },
        Call::create_model {
            namespace: name(),
            name: name(),
            licence: b"MIT".to_vec().try_into().unwrap(),
            base: None,
            royalty_permille: 0,
        },
        Call::publish_version {
            namespace: name(),
            name: name(),
            manifest: Address([0; 32]),
            tags: Default::default(),
        },
        Call::set_tag {
            namespace: name(),
            name: name(),
            tag: tag(),
            version: 1,
        },
        Call::remove_tag {
            namespace: name(),
            name: name(),
            tag: tag(),
        },
        Call::transfer_model {
            namespace: name(),
            name: name(),
            to,
        },
        Call::deprecate {
            namespace: name(),
            name: name(),
            deprecated: true,
        },
        Call::cancel_commit {},
    ]
}

#[test]
fn the_samples_cover_every_call_of_ours() {
    let samples: BTreeSet<_> = our_calls()
        .iter()
        .map(GetCallMetadata::get_call_metadata)
        .map(|call| (call.pallet_name, call.function_name))
        .collect();
    let names = |pallet, names: &[&'static str]| -> Vec<_> {
        names.iter().map(|name| (pallet, *name)).collect()
    };
    let all: BTreeSet<_> = [
        names("Workers", pallet_workers::Call::<Runtime>::get_call_names()),
        names("Blobs", pallet_blobs::Call::<Runtime>::get_call_names()),
        names("Models", pallet_models::Call::<Runtime>::get_call_names()),
        names(
            "Attestation",
            pallet_attestation::Call::<Runtime>::get_call_names(),
        ),
        names(
            "Possession",
            pallet_possession::Call::<Runtime>::get_call_names(),
        ),
        names(
            "Inference",
            pallet_inference::Call::<Runtime>::get_call_names(),
        ),
        names(
            "Retrieval",
            pallet_retrieval::Call::<Runtime>::get_call_names(),
        ),
    ]
    .concat()
    .into_iter()
    .collect();
    assert_eq!(samples, all);
}

#[test]
fn every_call_of_ours_is_weighed_and_fits_into_a_block() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let most = RuntimeBlockWeights::get()
            .get(DispatchClass::Normal)
            .max_extrinsic
            .unwrap();
        for call in our_calls() {
            let name = call.get_call_metadata();
            let info = call.get_dispatch_info();
            assert_eq!(info.class, DispatchClass::Normal, "{name:?}");
            assert!(info.call_weight.ref_time() > 0, "{name:?} weighs nothing");
            assert!(
                info.total_weight().all_lte(most),
                "{name:?}: {:?}",
                info.total_weight()
            );
        }
    });
}

#[test]
fn the_greatest_registration_fits_into_a_block() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let values = ballast_core::limits::MAX_TABLE_LEN as usize;
        let call = RuntimeCall::Blobs(register(values));
        let weights = RuntimeBlockWeights::get();
        let weight = call.get_dispatch_info().total_weight();
        let most = weights.get(DispatchClass::Normal).max_extrinsic.unwrap();
        assert!(weight.all_lte(most), "{weight:?}");
        let len = signed(Sr25519Keyring::Bob, 0, call).encoded_size() as u32;
        assert!(
            len > 522_000 && len < *RuntimeBlockLength::get().max.get(DispatchClass::Normal) / 7
        );
    });
}

#[test]
fn every_call_of_ours_but_the_self_authorizing_pays_for_itself() {
    for call in our_calls() {
        assert_eq!(
            call.get_dispatch_info().pays_fee,
            Pays::Yes,
            "{:?}",
            call.get_call_metadata()
        );
    }
}

/// A call is copied often; the SDK asks for no more than this.
#[test]
fn calls_stay_small() {
    let size = core::mem::size_of::<RuntimeCall>();
    assert!(
        size <= 240,
        "RuntimeCall takes {size} bytes: box the arguments of the greatest call"
    );
}
