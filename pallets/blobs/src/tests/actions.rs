//! What publishers, workers and submitters of certificates do, in one line each.

use crate::{
    mock::*,
    types::{Assignment, Receipts},
    Error, Placements,
};
use ballast_core::{
    receipt::{Receipt, ReceiptBody},
    EncodingId, Fingerprint, ShardIndex,
};
use codec::Encode;
use frame_support::dispatch::{DispatchInfo, GetDispatchInfo};
use frame_system::{AuthorizeCall, ChainContext};
use sp_core::Pair;
use sp_runtime::{
    traits::{Applyable, Checkable},
    transaction_validity::{
        InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
    },
    AccountId32, DispatchError,
};

/// Registers for the shortest lease.
pub(crate) fn register(who: &AccountId32, blob: &TestBlob) -> Result<EncodingId, DispatchError> {
    register_for(who, blob, 2)
}

pub(crate) fn register_for(
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

/// Registers as Alice and waits for the draw.
pub(crate) fn placed(blob: &TestBlob) -> EncodingId {
    let id = register(&ALICE, blob).unwrap();
    run(2);
    assert!(Placements::<Test>::contains_key(id));
    id
}

/// Registers as Alice, waits for the draw and certifies with all receipts.
pub(crate) fn certified(blob: &TestBlob) -> EncodingId {
    let id = placed(blob);
    certify(id, all_receipts(id, blob)).unwrap();
    id
}

/// The receipts of all assigned workers.
pub(crate) fn all_receipts(id: EncodingId, blob: &TestBlob) -> Vec<Receipt> {
    blob.layout
        .held_shards()
        .map(|shard| receipt(id, blob, shard.0))
        .collect()
}

/// The assigned worker's receipt for a shard, valid for ten blocks.
pub(crate) fn receipt(id: EncodingId, blob: &TestBlob, shard: u8) -> Receipt {
    let info = Blobs::encoding(id).unwrap();
    let fingerprint = blob.fingerprint(&info, ShardIndex(shard));
    signed_receipt(id, shard, fingerprint, assigned(id, shard))
}

/// Index of the worker that a shard is assigned to.
pub(crate) fn assigned(id: EncodingId, shard: u8) -> u8 {
    assignment(id, shard).worker.0[0]
}

pub(crate) fn assignment(id: EncodingId, shard: u8) -> Assignment {
    let placement = Placements::<Test>::get(id).unwrap();
    placement.assignment(ShardIndex(shard)).unwrap().clone()
}

pub(crate) fn signed_receipt(
    id: EncodingId,
    shard: u8,
    fingerprint: Fingerprint,
    signer: u8,
) -> Receipt {
    let body = ReceiptBody {
        genesis_hash: System::block_hash(0).0,
        encoding: id,
        shard: ShardIndex(shard),
        generation: assignment(id, shard).generation,
        fingerprint,
        expires: System::block_number() + 10,
    };
    sign(&body, signer)
}

pub(crate) fn sign(body: &ReceiptBody, signer: u8) -> Receipt {
    Receipt::new(body, key_pair(signer).sign(&body.signing_payload()).0)
}

pub(crate) fn certify_call(id: EncodingId, receipts: Vec<Receipt>) -> RuntimeCall {
    let receipts = Receipts::try_from(receipts).unwrap();
    RuntimeCall::Blobs(crate::Call::certify {
        encoding: id,
        receipts,
    })
}

/// What the pool says of a certificate.
pub(crate) fn validate(
    id: EncodingId,
    receipts: Vec<Receipt>,
) -> Result<ValidTransaction, TransactionValidityError> {
    validate_call(certify_call(id, receipts))
}

/// What the pool says of a call without a signer.
pub(crate) fn validate_call(
    call: RuntimeCall,
) -> Result<ValidTransaction, TransactionValidityError> {
    let (checked, info, len) = feeless(call);
    checked.validate::<Test>(TransactionSource::External, &info, len)
}

/// Applies a certificate as a block does.
pub(crate) fn certify(
    id: EncodingId,
    receipts: Vec<Receipt>,
) -> Result<(), TransactionValidityError> {
    apply(certify_call(id, receipts))
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
