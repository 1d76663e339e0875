//! What a verifier signs when it asks the executor for a transcript.
//!
//! Goals: only a verifier that was drawn for a settlement is shown what was asked and answered, and only it can read it.
//! Non-goals: what a transcript consists of (the worker), who was drawn (pallet-inference).

use crate::ids::{SettlementId, WorkerId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what is signed. No other message of Ballast begins so.
pub const TRANSCRIPT_DOMAIN: &[u8] = b"ballast/transcript/v1";

/// BLAKE3 key derivation context of the key that a transcript is encrypted with on its way.
pub const TRANSCRIPT_KEY_CONTEXT: &str = "ballast 2026-11-26 transcript key v1";

/// A verifier's request, signed by one of its session keys.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TranscriptRequest {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// The settlement that is checked.
    pub settlement: SettlementId,
    /// Who was drawn.
    pub verifier: WorkerId,
    /// X25519 key, made for this request, that the transcript is encrypted to.
    pub reply_key: [u8; 32],
}

impl TranscriptRequest {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = TRANSCRIPT_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }

    /// The key that encrypts the answer: of what both sides share by X25519, the executor's key for this answer, and all
    /// that was asked.
    pub fn answer_key(&self, shared: &[u8; 32], answer_key: &[u8; 32]) -> [u8; 32] {
        let material = (shared, answer_key, self).encode();
        blake3::derive_key(TRANSCRIPT_KEY_CONTEXT, &material)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_signed_and_makes_another_key() {
        let base = TranscriptRequest {
            genesis_hash: [1; 32],
            settlement: SettlementId(2),
            verifier: WorkerId([3; 32]),
            reply_key: [4; 32],
        };
        let change = |change: fn(&mut TranscriptRequest)| {
            let mut changed = base.clone();
            change(&mut changed);
            changed
        };
        assert_eq!(base.signing_payload().len(), 21 + 32 + 8 + 32 + 32);
        let key = base.answer_key(&[5; 32], &[6; 32]);
        for other in [
            change(|body| body.genesis_hash = [9; 32]),
            change(|body| body.settlement = SettlementId(9)),
            change(|body| body.verifier = WorkerId([9; 32])),
            change(|body| body.reply_key = [9; 32]),
        ] {
            assert_ne!(other.signing_payload(), base.signing_payload());
            assert_ne!(other.answer_key(&[5; 32], &[6; 32]), key);
        }
        assert_ne!(base.answer_key(&[9; 32], &[6; 32]), key);
        assert_ne!(base.answer_key(&[5; 32], &[9; 32]), key);
    }
}
