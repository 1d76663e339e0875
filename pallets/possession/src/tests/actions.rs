//! What publishers, workers and submitters of proofs do, in one line each.

use crate::{mock::*, Error, Proofs};
use ballast_core::{
    challenge::ChunkProof,
    receipt::{Receipt, ReceiptBody},
    view::{StandingInfo, WindowInfo},
    Balance, EncodingId, ShardIndex, StorageEpoch,
};
use codec::Encode;
use frame_support::dispatch::{DispatchInfo, GetDispatchInfo};
use frame_system::{AuthorizeCall, ChainContext};
use pallet_blobs::{types::Receipts, Placements};
use sp_core::Pair;
use sp_runtime::{
    traits::{Applyable, Checkable},
    transaction_validity::{
        InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
    },
    AccountId32, DispatchError,
};
use std::collections::BTreeMap;

/// The blobs of a test, by encoding: whoever holds a shard can prove any chunk of it.
pub(crate) type Library = BTreeMap<EncodingId, TestBlob>;

pub(crate) fn register(
    who: &AccountId32,
    blob: &TestBlob,
    epochs: u32,
) -> Result<EncodingId, DispatchError> {
    let id = Blobs::next_encoding_id();
    Blobs::register(
        RuntimeOrigin::signed(who.clone()),
        blob.address(),
        blob.layout.len(),
        blob.layout.code(),
        blob.table.values().to_vec().try_into().unwrap(),
        blob.length_proof.clone(),
        epochs,
    )?;
    Ok(id)
}

/// Registers as Alice, waits for the draw, and certifies with all receipts.
pub(crate) fn certified(library: &mut Library, blob: TestBlob, epochs: u32) -> EncodingId {
    let id = register(&ALICE, &blob, epochs).unwrap();
    next_block();
    next_block();
    let shards: Vec<u8> = blob.layout.held_shards().map(|shard| shard.0).collect();
    certify(&blob, id, &shards).unwrap();
    library.insert(id, blob);
    id
}

/// Sends the receipts of some shards by whoever they are awaited from.
pub(crate) fn certify(
    blob: &TestBlob,
    id: EncodingId,
    shards: &[u8],
) -> Result<(), TransactionValidityError> {
    let receipts = shards.iter().map(|shard| receipt(blob, id, *shard));
    let receipts: Vec<_> = receipts.collect();
    let receipts = Receipts::try_from(receipts).unwrap();
    apply(RuntimeCall::Blobs(pallet_blobs::Call::certify {
        encoding: id,
        receipts,
    }))
}

fn receipt(blob: &TestBlob, id: EncodingId, shard: u8) -> Receipt {
    let info = Blobs::encoding(id).unwrap();
    let placement = Placements::<Test>::get(id).unwrap();
    let assignment = placement.assignment(ShardIndex(shard)).unwrap();
    let (worker, generation) = assignment
        .awaited()
        .unwrap_or((assignment.worker, assignment.generation));
    let body = ReceiptBody {
        genesis_hash: System::block_hash(0).0,
        encoding: id,
        shard: ShardIndex(shard),
        generation,
        fingerprint: blob.fingerprint(&info, ShardIndex(shard)),
        expires: System::block_number() + 10,
    };
    let signature = key_pair(worker.0[0]).sign(&body.signing_payload());
    Receipt::new(&body, signature.0)
}

/// Index of the worker that has a shard, or is to have it.
pub(crate) fn holder(id: EncodingId, shard: u8) -> u8 {
    let placement = Placements::<Test>::get(id).unwrap();
    placement.assignment(ShardIndex(shard)).unwrap().worker.0[0]
}

/// Goes on until this worker's window opens.
pub(crate) fn next_window(index: u8) -> WindowInfo {
    let before = window(index).map(|window| window.epoch);
    for _ in 0..3 * EPOCH {
        next_block();
        if let Some(window) = window(index).filter(|window| Some(window.epoch) != before) {
            return window;
        }
    }
    panic!("worker {index} is not asked");
}

pub(crate) fn window(index: u8) -> Option<WindowInfo> {
    Possession::window(worker(index))
}

pub(crate) fn standing(index: u8) -> StandingInfo {
    Possession::standing(worker(index)).unwrap()
}

pub(crate) fn rate(index: u8) -> Balance {
    Possession::standing(worker(index)).map_or(0, |standing| standing.rate)
}

/// The proof of a pick of a worker's window.
pub(crate) fn proof(library: &Library, window: &WindowInfo, pick: u8) -> ChunkProof {
    let asked = window.picks[usize::from(pick)];
    let blob = &library[&asked.encoding];
    let (bytes, proof) = blob.prove(asked.shard, asked.chunk);
    ChunkProof { pick, bytes, proof }
}

/// Proves some picks of a worker's open window.
pub(crate) fn prove(
    library: &Library,
    index: u8,
    picks: &[u8],
) -> Result<(), TransactionValidityError> {
    let window = window(index).unwrap();
    let proofs = picks.iter().map(|pick| proof(library, &window, *pick));
    send(index, window.epoch, proofs.collect())
}

pub(crate) fn prove_call(index: u8, epoch: StorageEpoch, proofs: Vec<ChunkProof>) -> RuntimeCall {
    RuntimeCall::Possession(crate::Call::prove {
        worker: worker_id(index),
        epoch,
        proofs: Proofs::try_from(proofs).unwrap(),
    })
}

pub(crate) fn send(
    index: u8,
    epoch: StorageEpoch,
    proofs: Vec<ChunkProof>,
) -> Result<(), TransactionValidityError> {
    apply(prove_call(index, epoch, proofs))
}

/// Goes on to `block`; meanwhile all workers but `lazy` prove all that they are asked for.
pub(crate) fn work_to(library: &Library, block: u32, lazy: &[u8]) {
    while System::block_number() < block {
        next_block();
        work(library, lazy);
    }
}

pub(crate) fn work(library: &Library, lazy: &[u8]) {
    for index in (0..60).filter(|index| !lazy.contains(index)) {
        let Some(window) = window(index) else {
            continue;
        };
        let due = window.deadline >= System::block_number();
        let open = (0u8..).zip(&window.picks).filter(|(_, pick)| !pick.proven);
        let open: Vec<u8> = open.map(|(index, _)| index).collect();
        if due && !open.is_empty() {
            let outcome = prove(library, index, &open);
            let excused = refusal(Error::NothingDue);
            assert!(outcome.is_ok() || outcome == Err(excused), "{outcome:?}");
        }
    }
}

/// What the pool says of a call without a signer.
pub(crate) fn validate(call: RuntimeCall) -> Result<ValidTransaction, TransactionValidityError> {
    let (checked, info, len) = feeless(call);
    checked.validate::<Test>(TransactionSource::External, &info, len)
}

/// Applies a call without a signer as a block does.
pub(crate) fn apply(call: RuntimeCall) -> Result<(), TransactionValidityError> {
    let (checked, info, len) = feeless(call);
    checked.apply::<Test>(&info, len).map(|dispatched| {
        dispatched.expect("authorize lets nothing through that dispatch refuses");
    })
}

type CheckedFeeless = <Extrinsic as Checkable<ChainContext<Test>>>::Checked;

fn feeless(call: RuntimeCall) -> (CheckedFeeless, DispatchInfo, usize) {
    let extrinsic = Extrinsic::new_transaction(call, (AuthorizeCall::new(),));
    let (info, len) = (extrinsic.get_dispatch_info(), extrinsic.encoded_size());
    let context = ChainContext::<Test>::default();
    (extrinsic.check(&context).unwrap(), info, len)
}

/// The validity error that stands for a pallet error.
pub(crate) fn refusal(error: Error<Test>) -> TransactionValidityError {
    let index = error.encode()[0];
    InvalidTransaction::Custom(index).into()
}
