//! One story through whole blocks, every adapter in it: workers join, a blob is registered, placed from the VRF of a block,
//! certified without a fee, and a model version is published over a manifest that is available.

use super::{blob::TestBlob, *};
use crate::{
    constants::BAL, genesis_presets::DEVELOPMENT_PRESET, Balances, Blobs, Models, Possession,
    Retrieval, Workers,
};
use ballast_core::{
    receipt::{Receipt, ReceiptBody},
    view::{EncodingStatus, RetrievalState, Selector},
    ChunkIndex, Code, EncodingId, Group, RetrievalId, ShardIndex, WorkerId,
};
use pallet_models::Name;
use sp_keyring::Sr25519Keyring::{self, Bob, Charlie, Dave, Eve, Ferdie};

const WORKERS: [Sr25519Keyring; 4] = [Charlie, Dave, Eve, Ferdie];

pub(super) fn join_call(worker: Sr25519Keyring) -> RuntimeCall {
    let profile = pallet_workers::WorkerProfile {
        operator: account(worker),
        endpoint: b"https://worker.example".to_vec().try_into().unwrap(),
        receipt_key: worker.to_raw_public(),
        capacity: 1 << 30,
        ask_per_gib_epoch: BAL / 100,
    };
    let stake = 2_000 * BAL;
    RuntimeCall::Workers(pallet_workers::Call::join { profile, stake })
}

fn join(worker: Sr25519Keyring) -> UncheckedExtrinsic {
    signed(worker, 0, join_call(worker))
}

fn register(blob: &TestBlob) -> RuntimeCall {
    RuntimeCall::Blobs(pallet_blobs::Call::register {
        address: blob.address(),
        len: blob.layout.len(),
        code: blob.layout.code(),
        cell_values: blob.table.values().to_vec().try_into().unwrap(),
        length_proof: blob.length_proof.clone(),
        epochs: 2,
    })
}

fn certify(id: EncodingId, blob: &TestBlob) -> RuntimeCall {
    let info = Blobs::encoding(id).unwrap();
    let receipts: Vec<_> = (0..4)
        .map(ShardIndex)
        .map(|shard| receipt(blob, &info, shard))
        .collect();
    let receipts = receipts.try_into().unwrap();
    RuntimeCall::Blobs(pallet_blobs::Call::certify {
        encoding: id,
        receipts,
    })
}

fn receipt(blob: &TestBlob, info: &ballast_core::view::EncodingInfo, shard: ShardIndex) -> Receipt {
    let assignment = info.assignments[usize::from(shard.0)];
    let body = ReceiptBody {
        genesis_hash: System::block_hash(0).0,
        encoding: info.id,
        shard,
        generation: assignment.generation,
        fingerprint: blob.fingerprint(info, shard),
        expires: System::block_number() + 10,
    };
    let WorkerId(worker) = assignment.worker;
    let key = Sr25519Keyring::from_raw_public(worker).unwrap();
    Receipt::new(&body, key.sign(&body.signing_payload()).0)
}

/// A chain with four workers and Bob's blob placed on them.
fn placed(chain: &mut Chain, blob: &TestBlob) -> EncodingId {
    let results = chain.block(WORKERS.into_iter().map(join).collect());
    assert_eq!(results, vec![Ok(Ok(())); 4]);
    let id = Blobs::next_encoding_id();
    assert_eq!(
        chain.block(vec![signed(Bob, 0, register(blob))]),
        vec![Ok(Ok(()))]
    );
    chain.block(vec![]);
    assert_eq!(
        Blobs::encoding(id).unwrap().status,
        EncodingStatus::AwaitingPlacement
    );
    chain.block(vec![]);
    id
}

#[test]
fn a_blob_is_placed_by_the_vrf_of_the_block_before_and_certified_without_a_fee() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let blob = TestBlob::new(5_000, Code::new(2, 4).unwrap());
        let mut chain = Chain::new();
        let id = placed(&mut chain, &blob);
        let info = Blobs::encoding(id).unwrap();
        assert_eq!(info.status, EncodingStatus::Placed { at: 4 });
        assert!(Workers::worker(account(Charlie)).unwrap().assigned_bytes > 0);
        assert!(!Blobs::is_available(blob.address()));

        let issuance = Balances::total_issuance();
        assert_eq!(
            chain.block(vec![general(certify(id, &blob))]),
            vec![Ok(Ok(()))]
        );

        assert_eq!(
            Balances::total_issuance(),
            issuance,
            "nobody paid, nothing burnt"
        );
        assert_eq!(
            Blobs::encoding(id).unwrap().status,
            EncodingStatus::Certified { at: 5 }
        );
        assert!(Blobs::is_available(blob.address()));
    });
}

#[test]
fn a_version_over_a_certified_manifest_is_published_and_resolved() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        use pallet_models::Call;
        let blob = TestBlob::new(5_000, Code::new(2, 4).unwrap());
        let mut chain = Chain::new();
        let id = placed(&mut chain, &blob);
        let text = |text: &str| text.as_bytes().to_vec();
        let (ns, name): (Name, Name) = (
            text("bobs").try_into().unwrap(),
            text("tiny").try_into().unwrap(),
        );
        let salt = [7; 32];
        let hash = ballast_core::name::commitment(b"bobs", &salt, &Bob.to_raw_public());
        let bob = |chain: &mut Chain, nonce, call| {
            let results = chain.block(vec![signed(Bob, nonce, RuntimeCall::Models(call))]);
            assert_eq!(results, vec![Ok(Ok(()))]);
        };

        bob(&mut chain, 1, Call::commit_namespace { hash });
        chain.block(vec![general(certify(id, &blob))]);
        bob(
            &mut chain,
            2,
            Call::reveal_namespace {
                name: ns.clone(),
                salt,
            },
        );
        let licence = text("MIT").try_into().unwrap();
        let (namespace, base) = (ns.clone(), None);
        bob(
            &mut chain,
            3,
            Call::create_model {
                namespace,
                name: name.clone(),
                licence,
                base,
                royalty_permille: 0,
            },
        );
        let (namespace, manifest) = (ns, blob.address());
        let tags = Default::default();
        bob(
            &mut chain,
            4,
            Call::publish_version {
                namespace,
                name,
                manifest,
                tags,
            },
        );

        let version = Models::resolve(text("Bobs"), text("tiny"), Selector::Latest).unwrap();
        assert_eq!((version.number, version.manifest), (1, blob.address()));
    });
}

/// One challenge is answered by a transaction that nobody signs, another one is missed.
#[test]
fn a_worker_answers_a_retrieval_challenge_or_loses_the_shard() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let blob = TestBlob::new(5_000, Code::new(2, 4).unwrap());
        let mut chain = Chain::new();
        let id = placed(&mut chain, &blob);
        chain.block(vec![general(certify(id, &blob))]);
        let challenge = |shard| {
            RuntimeCall::Retrieval(pallet_retrieval::Call::challenge {
                encoding: id,
                shard: ShardIndex(shard),
                group: Group::chunk(ChunkIndex(1)),
                bond: BAL,
            })
        };
        let asked = vec![signed(Bob, 1, challenge(0)), signed(Bob, 2, challenge(3))];
        assert_eq!(chain.block(asked), vec![Ok(Ok(())); 2]);
        let holder = |shard: usize| {
            let assignment = Blobs::encoding(id).unwrap().assignments[shard];
            AccountId::new(assignment.worker.0)
        };
        let (first, second) = (holder(0), holder(3));
        let before = Balances::free_balance(&first);

        let (bytes, proof) = blob.prove(ShardIndex(0), ChunkIndex(1));
        let bytes = bytes.try_into().unwrap();
        let answer = pallet_retrieval::Call::answer {
            id: RetrievalId(0),
            bytes,
            proof,
        };
        let answer = general(RuntimeCall::Retrieval(answer));
        assert_eq!(chain.block(vec![answer]), vec![Ok(Ok(()))]);
        assert_eq!(Balances::free_balance(&first), before + BAL / 2);

        let stake = Workers::stake(&second);
        for _ in 0..12 {
            chain.block(vec![]);
        }
        let state = Retrieval::challenge_info(RetrievalId(1)).unwrap().state;
        let fine = stake / 50;
        assert!(
            matches!(state, RetrievalState::Missed { slashed, .. } if slashed == fine),
            "{state:?}"
        );
        assert!(Blobs::encoding(id).unwrap().assignments[3].lost);
        assert_eq!(Workers::stake(&second), stake - fine);
        assert_eq!(Possession::standing(second).unwrap().slashed, fine);
    });
}
