//! Shards that nobody shows: disputes, who decides them, and who pays.

mod calls;
mod outcomes;

use crate::{dispute::ShownChunks, mock::*, Disputes};
use ballast_core::{
    challenge::ChunkProof,
    dispute::{RebuildAttestation, RebuildBody},
    view::DisputeInfo,
    Balance, ChainingValue, EncodingId, ShardIndex, WorkerId,
};
use frame_support::assert_ok;
use sp_core::Pair;
use sp_runtime::transaction_validity::TransactionValidityError;

const SHARD: u8 = 6;

fn right() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn root(blob: &TestBlob) -> ChainingValue {
    blob.table.shard_roots()[usize::from(SHARD)].unwrap()
}

/// A root that no rebuild reaches.
const LIE: ChainingValue = ChainingValue([0x11; 32]);

/// Certified for long, by workers that sign the fingerprints of the right encoding, whatever they hold.
fn certified_for_long(blob: &TestBlob) -> EncodingId {
    let id = register_for(&ALICE, blob, 40).unwrap();
    run(2);
    let info = Blobs::encoding(id).unwrap();
    let receipts = (0..8).map(|shard| {
        let fingerprint = right().fingerprint(&info, ShardIndex(shard));
        signed_receipt(id, shard, fingerprint, assigned(id, shard))
    });
    certify(id, receipts.collect()).unwrap();
    id
}

/// The holder of the shard misses a retrieval challenge, and another worker is drawn. Gives that one.
fn lost_and_drawn(id: EncodingId) -> u8 {
    let holder = assigned(id, SHARD);
    Blobs::forfeit(id, ShardIndex(SHARD));
    check();
    for _ in 0..50 {
        run(1);
        if assigned(id, SHARD) != holder {
            return assigned(id, SHARD);
        }
    }
    panic!("nobody was drawn")
}

fn attestation(
    id: EncodingId,
    generation: u32,
    root: ChainingValue,
    signer: u8,
) -> RebuildAttestation {
    let body = RebuildBody {
        genesis_hash: System::block_hash(0).0,
        encoding: id,
        shard: ShardIndex(SHARD),
        generation,
        root,
    };
    let signature = key_pair(signer).sign(&body.signing_payload()).0;
    RebuildAttestation::new(&body, signature)
}

fn attest_call(id: EncodingId, worker: u8, attestation: RebuildAttestation) -> RuntimeCall {
    RuntimeCall::Blobs(crate::Call::attest_rebuild {
        worker: WorkerId([worker; 32]),
        encoding: id,
        attestation,
    })
}

fn generation(id: EncodingId) -> u32 {
    match Disputes::<Test>::get(id) {
        Some(dispute) => dispute.generation,
        None => assignment(id, SHARD).generation,
    }
}

fn attest(id: EncodingId, worker: u8, root: ChainingValue) -> Result<(), TransactionValidityError> {
    let attestation = attestation(id, generation(id), root, worker);
    apply(attest_call(id, worker, attestation))
}

fn dispute(id: EncodingId) -> Option<DisputeInfo> {
    let mut open = Blobs::disputes().into_iter();
    open.find(|dispute| dispute.encoding == id)
}

/// A dispute that the drawn worker opened with `root`, with its committee.
fn opened(id: EncodingId, root: ChainingValue) -> DisputeInfo {
    let drawn = lost_and_drawn(id);
    assert_ok!(attest(id, drawn, root));
    run(2);
    let dispute = dispute(id).unwrap();
    assert_eq!(dispute.opener, WorkerId([drawn; 32]));
    dispute
}

fn members(dispute: &DisputeInfo) -> Vec<u8> {
    dispute
        .committee
        .iter()
        .map(|seat| seat.worker.0[0])
        .collect()
}

/// Members say `root` until they have a quorum.
fn decide(id: EncodingId, root: ChainingValue) {
    for member in members(&dispute(id).unwrap()) {
        if dispute(id).is_some_and(|dispute| dispute.verdict.is_none()) {
            let _ = attest(id, member, root);
            check();
        }
    }
    assert_eq!(dispute(id).unwrap().verdict, Some(root));
}

/// Chunks of a blob's shard, those that the dispute asks for.
fn asked_chunks(id: EncodingId, blob: &TestBlob) -> ShownChunks {
    let asked = dispute(id).unwrap().shown_chunks;
    let chunks = asked.into_iter().zip(0u8..).map(|(chunk, pick)| {
        let (bytes, proof) = blob.prove(ShardIndex(SHARD), chunk);
        ChunkProof { pick, bytes, proof }
    });
    ShownChunks::try_from(chunks.collect::<Vec<_>>()).unwrap()
}

fn refute(id: EncodingId, chunks: ShownChunks) -> Result<(), TransactionValidityError> {
    apply(RuntimeCall::Blobs(crate::Call::refute {
        encoding: id,
        chunks,
    }))
}

fn worker_money() -> Balance {
    (0..14).map(|index| free(&worker(index))).sum()
}
