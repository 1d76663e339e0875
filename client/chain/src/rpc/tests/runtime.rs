//! Calls, transactions, view functions and events in bytes.

use super::metadata::{
    metadata, metadata_with_extension, BalancesCall, BlobsCall, BlobsEvent, DispatchError,
};
use super::metadata::{RuntimeCall, RuntimeEvent, SystemEvent, UtilityCall, ENCODING_VIEW};
use crate::rpc::runtime::{view_answer, Runtime};
use crate::{calls, verify, BlobEvent, BlockId, Call, ChainError, Signer};
use ballast_core::{
    receipt::Receipt, Address, ChainingValue, Code, EncodingId, Fingerprint, LengthProof,
    ShardIndex,
};
use codec::{Compact, Decode, Encode};
use subxt::{
    config::substrate::H256,
    events::Phase,
    metadata::Metadata,
    utils::{AccountId32, Era, MultiAddress},
};

const GENESIS: [u8; 32] = [0x9e; 32];
const SPEC_VERSION: u32 = 7;
const TRANSACTION_VERSION: u32 = 1;
const NO_WEIGHT: (Compact<u64>, Compact<u64>) = (Compact(0), Compact(0));

fn runtime() -> Runtime {
    runtime_with(metadata())
}

fn runtime_with(metadata: Metadata) -> Runtime {
    Runtime::new(metadata, H256(GENESIS), SPEC_VERSION, TRANSACTION_VERSION).unwrap()
}

fn receipt() -> Receipt {
    Receipt {
        shard: ShardIndex(3),
        generation: 1,
        fingerprint: Fingerprint([5; 16]),
        expires: 900,
        signature: [6; 64],
    }
}

fn certify() -> Call {
    calls::blobs::certify(EncodingId(7), &[receipt()])
}

fn certify_by_hand() -> Vec<u8> {
    RuntimeCall::Blobs(BlobsCall::certify {
        encoding: EncodingId(7),
        receipts: vec![receipt()],
    })
    .encode()
}

fn incompatible(result: Result<impl std::fmt::Debug, ChainError>) -> String {
    match result {
        Err(ChainError::Incompatible { what }) => what,
        other => panic!("expected Incompatible, got {other:?}"),
    }
}

#[test]
fn calls_encode_as_the_runtime_defines_them() {
    let length_proof = LengthProof {
        last_chunk: vec![1, 2, 3],
        siblings: vec![ChainingValue([4; 32])],
    };
    let (address, code) = (Address([1; 32]), Code::new(4, 8).unwrap());
    let cell_values = vec![ChainingValue([2; 32]), ChainingValue([3; 32])];
    let register = calls::blobs::register(address, 5000, code, &cell_values, &length_proof, 24);
    let reassign = calls::blobs::reassign(EncodingId(7), &[ShardIndex(1), ShardIndex(2)]);
    let transfer = calls::balances::transfer_keep_alive([8; 32], 1_000_000_000_000);
    let expected = [
        (
            register,
            RuntimeCall::Blobs(BlobsCall::register {
                address,
                len: 5000,
                code,
                cell_values,
                length_proof,
                epochs: 24,
            }),
        ),
        (
            reassign,
            RuntimeCall::Blobs(BlobsCall::reassign {
                encoding: EncodingId(7),
                shards: vec![ShardIndex(1), ShardIndex(2)],
            }),
        ),
        (
            transfer,
            RuntimeCall::Balances(BalancesCall::transfer_keep_alive {
                dest: MultiAddress::Id(AccountId32([8; 32])),
                value: 1_000_000_000_000,
            }),
        ),
    ];
    for (call, expected) in expected {
        assert_eq!(
            runtime().encode_call(&call).unwrap(),
            expected.encode(),
            "{}",
            call.call
        );
    }
    assert_eq!(
        runtime().encode_call(&certify()).unwrap(),
        certify_by_hand()
    );
}

#[test]
fn several_calls_become_one_batch() {
    let runtime = runtime();
    let batch = runtime
        .join(&[certify(), calls::blobs::reassign(EncodingId(7), &[])])
        .unwrap();
    let inner = vec![
        RuntimeCall::Blobs(BlobsCall::certify {
            encoding: EncodingId(7),
            receipts: vec![receipt()],
        }),
        RuntimeCall::Blobs(BlobsCall::reassign {
            encoding: EncodingId(7),
            shards: vec![],
        }),
    ];
    let expected = RuntimeCall::Utility(UtilityCall::batch_all { calls: inner }).encode();
    assert_eq!(runtime.encode_call(&batch).unwrap(), expected);
    assert_eq!(runtime.join(&[certify()]).unwrap(), certify());
}

#[test]
fn a_call_that_the_runtime_does_not_know_is_named() {
    let unknown = |pallet, call| {
        incompatible(runtime().encode_call(&Call {
            pallet,
            call,
            args: Vec::new(),
        }))
    };
    assert_eq!(unknown("Inference", "settle"), "it has no pallet Inference");
    assert_eq!(
        unknown("Blobs", "invalidate"),
        "pallet Blobs has no call invalidate"
    );
}

#[test]
fn arguments_of_another_form_are_refused_before_signing() {
    let with = |change: fn(&mut Vec<u8>)| {
        let mut call = certify();
        change(&mut call.args);
        incompatible(runtime().encode_call(&call))
    };
    assert_eq!(
        with(|args| args.push(0)),
        "call Blobs::certify takes other arguments: 1 bytes are left over"
    );
    assert!(with(|args| args.truncate(args.len() - 1))
        .starts_with("call Blobs::certify takes other arguments: "));
    let short = Call {
        args: vec![1],
        ..certify()
    };
    assert!(incompatible(runtime().general(&short, None)).contains("takes other arguments"));
}

#[test]
fn a_feeless_transaction_is_a_version_5_general_one() {
    let mut expected = vec![0b0100_0000 | 5, 0];
    // The values of the extensions, in order; eight of the eleven have none.
    let (era, nonce, tip, no_metadata_hash) = (0u8, Compact(0u32), Compact(0u128), 0u8);
    (era, nonce, tip, no_metadata_hash).encode_to(&mut expected);
    expected.extend(certify_by_hand());
    let transaction = runtime().general(&certify(), None).unwrap();
    assert_eq!(transaction.bytes, expected.encode());
    assert_eq!(
        transaction.bytes[..8],
        [
            expected.encode()[0],
            expected.encode()[1],
            0x45,
            0,
            0,
            0,
            0,
            0
        ]
    );
}

#[test]
fn a_feeless_transaction_that_names_a_block_is_other_bytes() {
    let birth = BlockId {
        number: 100,
        hash: [0xb1; 32],
    };
    let mortal = runtime().general(&certify(), Some(birth)).unwrap();
    let (era, immortal) = (Era::mortal(64, 100), runtime().general(&certify(), None));
    let values = (era, Compact(0u32), Compact(0u128), 0u8).encode();
    let expected = [vec![0x45, 0], values, certify_by_hand()].concat();
    assert_eq!(mortal.bytes, expected.encode());
    assert_ne!(mortal.hash, immortal.unwrap().hash);
}

#[test]
fn an_unknown_extension_is_named_instead_of_guessed() {
    let runtime = runtime_with(metadata_with_extension("ChargeInBananas"));
    let signer = Signer::from_dev("Alice").unwrap();
    let birth = BlockId {
        number: 1,
        hash: [1; 32],
    };
    assert!(incompatible(runtime.signed(&certify(), &signer, 0, birth)).contains("ChargeInBananas"));
    assert!(matches!(
        runtime.general(&certify(), None),
        Err(ChainError::Incompatible { .. })
    ));
}

#[test]
fn a_signed_transaction_is_version_4_with_a_signature_that_holds() {
    let runtime = runtime();
    let signer = Signer::from_dev("Alice").unwrap();
    let birth = BlockId {
        number: 100,
        hash: [0xb1; 32],
    };
    let transaction = runtime.signed(&certify(), &signer, 5, birth).unwrap();
    let inner = Vec::<u8>::decode(&mut &transaction.bytes[..]).unwrap();
    // Version, address, signature.
    let (head, rest) = inner.split_at(1 + 33 + 65);
    assert_eq!((head[0], head[1]), (0x84, 0));
    assert_eq!((&head[2..34], head[34]), (&signer.account()[..], 1));
    let values = (Era::mortal(64, 100), Compact(5u32), Compact(0u128), 0u8).encode();
    assert_eq!(rest, [values.clone(), certify_by_hand()].concat());
    let implicit = (
        SPEC_VERSION,
        TRANSACTION_VERSION,
        GENESIS,
        birth.hash,
        None::<[u8; 32]>,
    )
        .encode();
    let payload = [certify_by_hand(), values, implicit].concat();
    let payload = if payload.len() > 256 {
        runtime.hash(&payload).to_vec()
    } else {
        payload
    };
    assert!(verify(
        &signer.account(),
        &payload,
        head[35..].try_into().unwrap()
    ));
}

#[test]
fn a_view_function_is_asked_for_by_its_id() {
    let args = EncodingId(7).encode();
    let request = runtime().view_request("Blobs", "encoding", &args).unwrap();
    assert_eq!(request, [&ENCODING_VIEW[..], &args.encode()].concat());
    let missing = incompatible(runtime().view_request("Blobs", "challenges", &args));
    assert_eq!(missing, "there is no view function Blobs::challenges");
    let other = incompatible(runtime().view_request("Blobs", "encoding", &[1]));
    assert!(
        other.starts_with("view function Blobs::encoding takes other arguments"),
        "{other}"
    );
}

#[test]
fn an_answer_is_decoded_whole_or_not_at_all() {
    let answer = |value: Vec<u8>| Result::<Vec<u8>, ()>::Ok(value).encode();
    let decode = |bytes: &[u8]| view_answer::<Option<u32>>("Blobs", "encoding", bytes);
    assert_eq!(decode(&answer(Some(5u32).encode())), Ok(Some(5)));
    let longer = incompatible(decode(&answer(Some(5u64).encode())));
    assert!(
        longer.starts_with("view function Blobs::encoding returns another type"),
        "{longer}"
    );
    assert!(incompatible(decode(
        &[1, 1].iter().chain(&[7; 32]).copied().collect::<Vec<_>>()
    ))
    .contains(&"07".repeat(32)));
    assert!(incompatible(decode(&[1, 2])).contains("takes other arguments"));
    assert!(matches!(decode(&[]), Err(ChainError::Malformed { .. })));
}

fn record(index: u32, event: RuntimeEvent) -> Vec<u8> {
    (Phase::ApplyExtrinsic(index), event, Vec::<[u8; 32]>::new()).encode()
}

fn block_events(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Compact(records.len() as u32).encode();
    records
        .iter()
        .for_each(|record| bytes.extend_from_slice(record));
    bytes
}

fn registered() -> RuntimeEvent {
    let (encoding, address) = (EncodingId(7), Address([1; 32]));
    RuntimeEvent::Blobs(BlobsEvent::Registered {
        encoding,
        address,
        publisher: AccountId32([2; 32]),
    })
}

fn success() -> RuntimeEvent {
    RuntimeEvent::System(SystemEvent::ExtrinsicSuccess { weight: NO_WEIGHT })
}

fn failed(dispatch_error: DispatchError) -> RuntimeEvent {
    RuntimeEvent::System(SystemEvent::ExtrinsicFailed {
        dispatch_error,
        weight: NO_WEIGHT,
    })
}

#[test]
fn a_transaction_gets_its_own_events_only() {
    let certified = RuntimeEvent::Blobs(BlobsEvent::Certified {
        encoding: EncodingId(6),
        receipts: 6,
    });
    let bytes = block_events(&[
        record(0, certified),
        record(0, success()),
        record(1, registered()),
        record(1, success()),
    ]);
    let events = runtime().outcome(bytes.clone(), 1).unwrap().unwrap();
    let names: Vec<_> = events
        .iter()
        .map(|event| (event.pallet.as_str(), event.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [("Blobs", "Registered"), ("System", "ExtrinsicSuccess")]
    );
    let expected = BlobEvent::Registered {
        encoding: EncodingId(7),
        address: Address([1; 32]),
    };
    assert_eq!(events[0].as_blob_event(), Some(expected));
    assert_eq!(runtime().events_of_pallet(bytes, "Blobs").unwrap().len(), 2);
    assert!(runtime()
        .events_of_pallet(Vec::new(), "Blobs")
        .unwrap()
        .is_empty());
}

#[test]
fn a_failed_call_is_told_in_the_pallets_own_words() {
    let error = DispatchError::Module {
        index: 21,
        error: [4, 0, 0, 0],
    };
    let failure = runtime()
        .outcome(block_events(&[record(2, failed(error))]), 2)
        .unwrap()
        .unwrap_err();
    assert_eq!(
        (failure.pallet.as_deref(), failure.error.as_str()),
        (Some("Blobs"), "WrongAddress")
    );
    let words = "The cell values do not merge into the address. Hash the file again, and register what comes out.";
    assert_eq!(
        failure.to_string(),
        format!("{words} (Blobs::WrongAddress)")
    );
}

#[test]
fn a_failure_of_the_runtime_itself_has_no_pallet() {
    let events = block_events(&[record(0, failed(DispatchError::BadOrigin))]);
    let failure = runtime().outcome(events, 0).unwrap().unwrap_err();
    assert_eq!(
        (failure.pallet, failure.error.as_str()),
        (None, "BadOrigin")
    );
}

#[test]
fn the_account_key_is_that_of_substrate() {
    // twox128("System") ‖ twox128("Account") ‖ blake2_128(account) ‖ account, as in every Substrate chain.
    let alice = Signer::from_dev("Alice").unwrap().account();
    let expected = "26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9\
                    de1e86a9a8c739864cf3cc5ec2bea59fd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
    assert_eq!(hex::encode(runtime().account_key(alice).unwrap()), expected);
    let events = "26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7";
    assert_eq!(hex::encode(runtime().events_key().unwrap()), events);
}
