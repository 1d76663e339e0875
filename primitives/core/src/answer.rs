//! Signed answers: an inference worker's word on what it was asked, what it answered, and what it counts.
//!
//! Goals: a client holds a signature over the very bytes it sent and received; who claims something else for the same
//! request than it signed is shown to have done so. A worker signs one answer for a channel and number, also on retries.
//! Non-goals: whether the answer is right; how the signature travels (the worker's HTTP API).

use crate::{
    claim::ClaimLeaf,
    ids::{Address, ChannelId},
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what is signed. No other message of Ballast begins so.
pub const ANSWER_DOMAIN: &[u8] = b"ballast/answer/v1";

/// What was asked and answered, by its hashes, and what it counts.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Exchange {
    /// SHA-256 of the exact bytes of the request's body.
    pub request_sha256: [u8; 32],
    /// SHA-256 of the exact bytes of the response's body; of a stream, of all its bytes before the signature's event.
    pub response_sha256: [u8; 32],
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written; none for an embedding.
    pub tokens_out: u32,
}

/// What a session key signs of an answer.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AnswerBody {
    /// Genesis hash of the chain that it is paid on.
    pub genesis_hash: [u8; 32],
    /// Address of the model version that answered: its manifest.
    pub model: Address,
    /// The channel that pays.
    pub channel: ChannelId,
    /// Number of the request in that channel, as its voucher names it.
    pub number: u64,
    /// Request and response.
    pub exchange: Exchange,
}

impl AnswerBody {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = ANSWER_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }

    /// Whether a claim for this answer says something else than was signed.
    pub fn contradicts(&self, claimed: &ClaimLeaf) -> bool {
        self.number == claimed.number && self.exchange != claimed.exchange
    }
}

/// A signed answer as it is shown to the chain: chain, model, channel and number follow from the claim it is held against.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedAnswer {
    /// Request and response.
    pub exchange: Exchange,
    /// The session key that signed it: that of the batch, or another one of the same worker.
    pub session_key: [u8; 32],
    /// sr25519 signature of the body's payload by that key.
    pub signature: [u8; 64],
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn exchange() -> Exchange {
        Exchange {
            request_sha256: [1; 32],
            response_sha256: [2; 32],
            tokens_in: 3,
            tokens_out: 4,
        }
    }

    fn body() -> AnswerBody {
        AnswerBody {
            genesis_hash: [5; 32],
            model: Address([6; 32]),
            channel: ChannelId(7),
            number: 8,
            exchange: exchange(),
        }
    }

    fn with(change: impl Fn(&mut AnswerBody)) -> AnswerBody {
        let mut changed = body();
        change(&mut changed);
        changed
    }

    #[test]
    fn every_field_is_signed() {
        let variants = [
            with(|body| body.genesis_hash = [9; 32]),
            with(|body| body.model = Address([9; 32])),
            with(|body| body.channel = ChannelId(9)),
            with(|body| body.number = 9),
            with(|body| body.exchange.request_sha256 = [9; 32]),
            with(|body| body.exchange.response_sha256 = [9; 32]),
            with(|body| body.exchange.tokens_in = 9),
            with(|body| body.exchange.tokens_out = 9),
        ];
        let payload = body().signing_payload();
        assert_eq!(payload.len(), 17 + 32 + 32 + 8 + 8 + 72);
        for variant in variants {
            assert_ne!(variant.signing_payload(), payload);
        }
    }

    #[test]
    fn only_another_content_for_the_same_request_contradicts() {
        let claimed = ClaimLeaf {
            number: 8,
            exchange: exchange(),
            activation_root: [0; 32],
        };
        assert!(!body().contradicts(&claimed));
        assert!(with(|body| body.exchange.tokens_out = 1).contradicts(&claimed));
        assert!(with(|body| body.exchange.response_sha256 = [0; 32]).contradicts(&claimed));
        let other_request = with(|body| {
            body.number = 9;
            body.exchange.tokens_out = 1;
        });
        assert!(!other_request.contradicts(&claimed));
    }
}
