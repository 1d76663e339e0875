//! Receipts: a worker's signed word that it holds a shard durably.
//!
//! Goals: worker and runtime sign and check the same bytes; a receipt is good for one chain, encoding, shard and
//! assignment, and for a limited time. The fingerprint point is fixed only after placement and shard roots are.
//! Non-goals: the signature scheme's arithmetic (sr25519 with context "substrate", as the chain's own), and the
//! arithmetic of fingerprints (crate `ballast-erasure`).

use crate::ids::{BlockNumber, ChainingValue, EncodingId, Fingerprint, ShardIndex};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what a receipt signs. No other message of Ballast begins so.
pub const RECEIPT_DOMAIN: &[u8] = b"ballast/receipt/v1";

/// Context of the sr25519 signature, that of all Substrate signatures.
pub const SIGNING_CONTEXT: &[u8] = b"substrate";

/// BLAKE3 key derivation context of the fingerprint point.
pub const FINGERPRINT_CONTEXT: &str = "ballast 2026-11-24 fingerprint point v1";

/// What a receipt says.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ReceiptBody {
    /// Genesis hash of the chain it is meant for.
    pub genesis_hash: [u8; 32],
    /// The encoding.
    pub encoding: EncodingId,
    /// The shard that is held.
    pub shard: ShardIndex,
    /// The assignment of that shard it answers.
    pub generation: u32,
    /// Fingerprint of the shard at the encoding's point.
    pub fingerprint: Fingerprint,
    /// Last block at which it may be submitted.
    pub expires: BlockNumber,
}

impl ReceiptBody {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = RECEIPT_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }
}

/// A receipt as it is submitted: chain and encoding follow from where it is submitted.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt {
    /// The shard that is held.
    pub shard: ShardIndex,
    /// The assignment of that shard it answers.
    pub generation: u32,
    /// Fingerprint of the shard at the encoding's point.
    pub fingerprint: Fingerprint,
    /// Last block at which it may be submitted.
    pub expires: BlockNumber,
    /// sr25519 signature of the body's payload by the worker's receipt key.
    pub signature: [u8; 64],
}

impl Receipt {
    /// A receipt with `body`'s content.
    pub fn new(body: &ReceiptBody, signature: [u8; 64]) -> Self {
        Self {
            shard: body.shard,
            generation: body.generation,
            fingerprint: body.fingerprint,
            expires: body.expires,
            signature,
        }
    }

    /// What must have been signed for this receipt to be good for `encoding` on the chain of `genesis_hash`.
    pub fn body(&self, genesis_hash: [u8; 32], encoding: EncodingId) -> ReceiptBody {
        ReceiptBody {
            genesis_hash,
            encoding,
            shard: self.shard,
            generation: self.generation,
            fingerprint: self.fingerprint,
            expires: self.expires,
        }
    }
}

/// The point at which an encoding's shards are fingerprinted.
///
/// It hangs on the placement's randomness and on every shard root: who chose the shards could not know it, and who
/// knows it cannot change the shards. The choice among points is fixed for the encoding's life, so that receipts of
/// replaced workers and late ones compare.
pub fn fingerprint_point(seed: &[u8; 32], roots: &[Option<ChainingValue>]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key(FINGERPRINT_CONTEXT);
    hasher.update(seed);
    hasher.update(&roots.encode());
    let mut point = [0; 16];
    hasher.finalize_xof().fill(&mut point);
    point
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn body() -> ReceiptBody {
        ReceiptBody {
            genesis_hash: [1; 32],
            encoding: EncodingId(2),
            shard: ShardIndex(3),
            generation: 4,
            fingerprint: Fingerprint([5; 16]),
            expires: 6,
        }
    }

    #[test]
    fn every_field_is_signed() {
        let base = body();
        let variants = [
            ReceiptBody {
                genesis_hash: [2; 32],
                ..base.clone()
            },
            ReceiptBody {
                encoding: EncodingId(3),
                ..base.clone()
            },
            ReceiptBody {
                shard: ShardIndex(4),
                ..base.clone()
            },
            ReceiptBody {
                generation: 5,
                ..base.clone()
            },
            ReceiptBody {
                fingerprint: Fingerprint([6; 16]),
                ..base.clone()
            },
            ReceiptBody {
                expires: 7,
                ..base.clone()
            },
        ];
        for variant in variants {
            assert_ne!(variant.signing_payload(), base.signing_payload());
            assert_eq!(
                variant.signing_payload().len(),
                base.signing_payload().len()
            );
        }
        assert_eq!(base.signing_payload().len(), 18 + 32 + 8 + 1 + 4 + 16 + 4);
    }

    #[test]
    fn a_receipt_gives_back_its_body() {
        let receipt = Receipt::new(&body(), [7; 64]);
        assert_eq!(receipt.body([1; 32], EncodingId(2)), body());
        assert_ne!(receipt.body([1; 32], EncodingId(9)), body());
    }

    #[test]
    fn the_point_depends_on_seed_and_every_root() {
        let roots = vec![
            Some(ChainingValue([1; 32])),
            None,
            Some(ChainingValue([2; 32])),
        ];
        let point = fingerprint_point(&[0; 32], &roots);
        assert_ne!(point, fingerprint_point(&[1; 32], &roots));
        for at in 0..roots.len() {
            let mut other = roots.clone();
            other.remove(at);
            assert_ne!(point, fingerprint_point(&[0; 32], &other));
            other.insert(at, Some(ChainingValue([3; 32])));
            assert_ne!(point, fingerprint_point(&[0; 32], &other));
        }
        let swapped = vec![
            None,
            Some(ChainingValue([1; 32])),
            Some(ChainingValue([2; 32])),
        ];
        assert_ne!(point, fingerprint_point(&[0; 32], &swapped));
    }
}
