//! What publishers, workers and challengers do, in one line each.

use crate::{mock::*, AnswerBytes, Error};
use ballast_core::{
    receipt::{Receipt, ReceiptBody},
    view::{RetrievalInfo, RetrievalState},
    Balance, EncodingId, Group, GroupProof, RetrievalId, ShardIndex, ShardValues,
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
    AccountId32, DispatchResult,
};

/// A blob that is certified, with all it takes to answer for it.
pub(crate) struct Kept {
    pub id: EncodingId,
    pub blob: TestBlob,
}

impl Kept {
    /// A blob of Alice's, at (4, 8), for some epochs.
    pub fn new(len: usize, epochs: u32) -> Self {
        Self::varied(len, epochs, 0)
    }

    pub fn varied(len: usize, epochs: u32, variant: u64) -> Self {
        let blob = TestBlob::varied(len, code(4, 8), variant);
        let id = Blobs::next_encoding_id();
        Blobs::register(
            RuntimeOrigin::signed(ALICE),
            blob.address(),
            blob.layout.len(),
            blob.layout.code(),
            blob.table.values().to_vec().try_into().unwrap(),
            blob.length_proof.clone(),
            epochs,
        )
        .unwrap();
        next_block();
        next_block();
        let kept = Self { id, blob };
        let shards: Vec<u8> = kept
            .blob
            .layout
            .held_shards()
            .map(|shard| shard.0)
            .collect();
        kept.certify(&shards);
        kept
    }

    /// Sends the receipts of some shards by whoever they are awaited from.
    pub fn certify(&self, shards: &[u8]) {
        let receipts = shards.iter().map(|shard| self.receipt(*shard)).collect();
        let receipts = Receipts::truncate_from(receipts);
        apply(RuntimeCall::Blobs(pallet_blobs::Call::certify {
            encoding: self.id,
            receipts,
        }))
        .unwrap();
    }

    fn receipt(&self, shard: u8) -> Receipt {
        let info = Blobs::encoding(self.id).unwrap();
        let placement = Placements::<Test>::get(self.id).unwrap();
        let assignment = placement.assignment(ShardIndex(shard)).unwrap();
        let (worker, generation) = assignment.awaited().unwrap();
        let body = ReceiptBody {
            genesis_hash: System::block_hash(0).0,
            encoding: self.id,
            shard: ShardIndex(shard),
            generation,
            fingerprint: self.blob.fingerprint(&info, ShardIndex(shard)),
            expires: System::block_number() + 10,
        };
        let signature = key_pair(worker.0[0]).sign(&body.signing_payload());
        Receipt::new(&body, signature.0)
    }

    /// Index of the worker that has a shard, or had it last.
    pub fn holder(&self, shard: u8) -> u8 {
        let placement = Placements::<Test>::get(self.id).unwrap();
        placement.assignment(ShardIndex(shard)).unwrap().worker.0[0]
    }

    /// Whether nobody has a shard.
    pub fn is_lost(&self, shard: u8) -> bool {
        Blobs::encoding(self.id).unwrap().assignments[usize::from(shard)].lost
    }

    /// Asks for the first chunk of a shard, for the least bond, and gives the id.
    pub fn ask(&self, who: &AccountId32, shard: u8) -> RetrievalId {
        let bond = self.least_bond(who, shard);
        let id = crate::NextId::<Test>::get();
        self.challenge(who, shard, chunks(0, 1), bond).unwrap();
        id
    }

    pub fn challenge(
        &self,
        who: &AccountId32,
        shard: u8,
        group: Group,
        bond: Balance,
    ) -> DispatchResult {
        let origin = RuntimeOrigin::signed(who.clone());
        Retrieval::challenge(origin, self.id, ShardIndex(shard), group, bond)
    }

    pub fn least_bond(&self, who: &AccountId32, shard: u8) -> Balance {
        Retrieval::least_bond(worker(self.holder(shard)), who.clone())
    }

    /// What answers a challenge.
    pub fn show(&self, id: RetrievalId) -> (Vec<u8>, GroupProof) {
        let asked = info(id).unwrap();
        let (layout, shard) = (&self.blob.layout, asked.shard);
        let column = &self.blob.columns[usize::from(shard.0)][..layout.shard_len(shard) as usize];
        let mut units = Vec::new();
        ShardValues::hash_units(layout, shard, 0, column, &mut units).unwrap();
        let values = ShardValues::new(layout, shard, units).unwrap();
        let bytes = |range: std::ops::Range<u64>| &column[range.start as usize..range.end as usize];
        let block = layout.block_range(shard, asked.group.block_index().unwrap());
        let proof = values.prove_group(asked.group, bytes(block)).unwrap();
        (
            bytes(asked.group.range(layout, shard).unwrap()).to_vec(),
            proof,
        )
    }

    pub fn answer(&self, id: RetrievalId) -> Result<(), TransactionValidityError> {
        let (bytes, proof) = self.show(id);
        send(id, bytes, proof)
    }
}

/// `count` chunks from the chunk `start` on.
pub(crate) fn chunks(start: u64, count: u64) -> Group {
    Group {
        start: start * 1_024,
        len: count * 1_024,
    }
}

pub(crate) fn info(id: RetrievalId) -> Option<RetrievalInfo> {
    Retrieval::challenge_info(id)
}

pub(crate) fn state(id: RetrievalId) -> RetrievalState {
    info(id).unwrap().state
}

pub(crate) fn stake(index: u8) -> Balance {
    Workers::stake(&worker(index))
}

pub(crate) fn slashed(index: u8) -> Balance {
    Possession::standing(worker(index)).map_or(0, |standing| standing.slashed)
}

pub(crate) fn answer_call(id: RetrievalId, bytes: Vec<u8>, proof: GroupProof) -> RuntimeCall {
    let bytes = AnswerBytes::try_from(bytes).unwrap();
    RuntimeCall::Retrieval(crate::Call::answer { id, bytes, proof })
}

pub(crate) fn send(
    id: RetrievalId,
    bytes: Vec<u8>,
    proof: GroupProof,
) -> Result<(), TransactionValidityError> {
    apply(answer_call(id, bytes, proof))
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
