//! Arguments of every call, by hand.

use super::*;

const PROFILE: &str = "http://127.0.0.1:9";

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// Arguments by hand, in the order and with the types of the pallets.
fn expected() -> Vec<(Call, Vec<u8>)> {
    let profile = WorkerProfile {
        operator: OperatorId([1; 32]),
        endpoint: PROFILE.into(),
        receipt_key: [2; 32],
        capacity: 3,
        ask_per_gib_epoch: 4,
    };
    let plain_profile = ([1u8; 32], bytes(PROFILE), [2u8; 32], 3u64, 4u128);
    let model = (bytes("ns"), bytes("m"));
    let attestation = RebuildAttestation {
        shard: ShardIndex(3),
        generation: 4,
        root: ChainingValue([5; 32]),
        signature: [6; 64],
    };
    vec![
        (
            workers::join(&profile, 5),
            (plain_profile.clone(), 5u128).encode(),
        ),
        (workers::update(&profile), plain_profile.encode()),
        (workers::add_stake(6), 6u128.encode()),
        (workers::authorise_worker(WorkerId([7; 32])), vec![7; 32]),
        (workers::revoke_worker(WorkerId([7; 32])), vec![7; 32]),
        (blobs::store_inline(b"small"), bytes("small").encode()),
        (blobs::remove_inline(Address([8; 32])), vec![8; 32]),
        (blobs::extend(EncodingId(9), 10), (9u64, 10u32).encode()),
        (
            blobs::attest_rebuild(WorkerId([1; 32]), EncodingId(2), &attestation),
            ([1u8; 32], 2u64, 3u8, 4u32, [5u8; 32], [6u8; 64]).encode(),
        ),
        (models::commit_namespace([11; 32]), vec![11; 32]),
        (
            models::reveal_namespace("ns", [12; 32]),
            (bytes("ns"), [12u8; 32]).encode(),
        ),
        (
            models::transfer_namespace("ns", [13; 32]),
            (bytes("ns"), [13u8; 32]).encode(),
        ),
        (
            models::create_model("ns", "m", "MIT", Some(("a", "b")), 20),
            (
                model.clone(),
                bytes("MIT"),
                Some((bytes("a"), bytes("b"))),
                20u16,
            )
                .encode(),
        ),
        (
            models::create_model("ns", "m", "MIT", None, 0),
            (model.clone(), bytes("MIT"), 0u8, 0u16).encode(),
        ),
        (
            models::publish_version("ns", "m", Address([14; 32]), &["v1", "stable"]),
            (
                model.clone(),
                [14u8; 32],
                vec![bytes("v1"), bytes("stable")],
            )
                .encode(),
        ),
        (
            models::set_tag("ns", "m", "v1", 2),
            (model.clone(), bytes("v1"), 2u32).encode(),
        ),
        (
            models::remove_tag("ns", "m", "v1"),
            (model.clone(), bytes("v1")).encode(),
        ),
        (
            models::transfer_model("ns", "m", [15; 32]),
            (model.clone(), [15u8; 32]).encode(),
        ),
        (models::deprecate("ns", "m", true), (model, true).encode()),
    ]
}

/// The same for pallet Attestation.
fn expected_of_attestation() -> Vec<(Call, Vec<u8>)> {
    use ballast_attestation::{tdx::GuestMeasurements, GoldenId, GoldenSet};
    let id = GoldenId::Driver {
        version: "550.1".parse().expect("a version"),
    };
    let driver = (0u8, bytes("550.1"));
    let set = GoldenSet {
        entries: Default::default(),
    };
    let measurements = GuestMeasurements {
        mr_td: [1; 48],
        rt_mr: [[2; 48]; 4],
        attributes: [3; 8],
        xfam: [4; 8],
    };
    let plain_measurements = ([1u8; 48], [[2u8; 48]; 4], [3u8; 8], [4u8; 8]);
    let gpu = (vec![5u8; 3], vec![vec![6u8; 2]; 5]);
    let guest = (vec![7u8; 4], vec![8u8; 5]);
    let key = [9u8; 32];
    vec![
        (
            attestation::attest(key, 10, std::slice::from_ref(&gpu), Some(&guest)),
            (key, 10u32, vec![gpu.clone()], Some(guest)).encode(),
        ),
        (
            attestation::attest(key, 10, &[gpu.clone(), gpu.clone()], None),
            (key, 10u32, vec![gpu.clone(), gpu], 0u8).encode(),
        ),
        (attestation::release([11; 32]), vec![11; 32]),
        (attestation::remove_key(key), key.encode()),
        (
            attestation::add_authorities([&[1], &[2, 2], &[3, 3, 3]]),
            (vec![1u8], vec![2u8; 2], vec![3u8; 3]).encode(),
        ),
        (
            attestation::submit_crl([12; 32], &[13, 14]),
            ([12u8; 32], vec![13u8, 14]).encode(),
        ),
        (
            attestation::set_golden(&id, &set, [15; 32]),
            (driver.clone(), 0u8, [15u8; 32]).encode(),
        ),
        (attestation::retire_golden(&id), driver.encode()),
        (
            attestation::set_guest_policy(&measurements, [16; 32]),
            (plain_measurements, [16u8; 32]).encode(),
        ),
        (attestation::retire_guest_policy([17; 32]), vec![17; 32]),
        (
            attestation::block_device([18; 32], true),
            ([18u8; 32], true).encode(),
        ),
    ]
}

/// One of each call.
pub(crate) fn all() -> Vec<Call> {
    let proof = LengthProof {
        last_chunk: Vec::new(),
        siblings: Vec::new(),
    };
    let code = Code::choose(100, Default::default()).expect("100 workers are enough for a code");
    let others = [
        blobs::register(Address([0; 32]), 2000, code, &[], &proof, 1),
        blobs::reassign(EncodingId(1), &[ShardIndex(0)]),
        blobs::certify(EncodingId(1), &[]),
        blobs::report_wrong([1; 32], EncodingId(1), ChunkIndex(0), &[]),
        blobs::refute(EncodingId(1), &[]),
        possession::prove(WorkerId([0; 32]), StorageEpoch(1), &[]),
        retrieval::challenge(
            EncodingId(1),
            ShardIndex(0),
            Group {
                start: 0,
                len: 1024,
            },
            1,
        ),
        retrieval::answer(RetrievalId(1), &[], &GroupProof::default()),
        balances::transfer_keep_alive([1; 32], 1),
        staking::bond(1),
        staking::bond_extra(1),
        staking::validate(1),
        staking::unbond(1),
        staking::withdraw_unbonded(32),
        staking::set_payee_to_account(),
        staking::payout_stakers([1; 32], 1),
        session::set_keys(&[1; 96], &[2; 192]),
        batch_all(&[]),
    ];
    let known = expected().into_iter().chain(expected_of_attestation());
    let known = known.chain(inference::tests::expected());
    let known = known.map(|(call, _)| call);
    known.chain(without_arguments()).chain(others).collect()
}

fn without_arguments() -> [Call; 7] {
    [
        staking::chill(),
        session::purge_keys(),
        workers::drain(),
        workers::resume(),
        workers::leave(),
        workers::withdraw(),
        models::cancel_commit(),
    ]
}

#[test]
fn arguments_are_what_the_pallets_decode() {
    for (call, args) in expected()
        .into_iter()
        .chain(expected_of_attestation())
        .chain(inference::tests::expected())
    {
        assert_eq!(call.args, args, "{}::{}", call.pallet, call.call);
    }
}

#[test]
fn a_validators_calls_are_what_its_pallets_decode() {
    assert_eq!(staking::bond(5).args, (Compact(5u128), 0u8).encode());
    assert_eq!(
        staking::validate(50_000_000).args,
        (Compact(50_000_000u32), 0u8).encode()
    );
    assert_eq!(staking::withdraw_unbonded(32).args, 32u32.encode());
    assert_eq!(staking::set_payee_to_account().args, [1]);
    let set_keys = session::set_keys(&[1; 96], &[2; 3]).args;
    assert_eq!(set_keys, ([1u8; 96], vec![2u8; 3]).encode());
}

#[test]
fn calls_without_arguments_have_none() {
    assert!(without_arguments().iter().all(|call| call.args.is_empty()));
}
