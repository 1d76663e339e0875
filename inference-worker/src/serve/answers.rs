//! Signed answers: a signature for each, by the session key, and the last ones kept for who lost theirs.

use super::limits::SIGNATURES_KEPT;
use ballast_chain::Signer;
use ballast_core::{
    answer::{AnswerBody, Exchange},
    ids::ChannelId,
    Address,
};
pub use ballast_inference::wire::SignedAnswer;
use lru::LruCache;
use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

/// What is signed for: this chain and this model.
pub struct Answers {
    signer: Signer,
    genesis_hash: [u8; 32],
    model: Address,
    kept: Mutex<LruCache<String, SignedAnswer>>,
}

impl Answers {
    /// Answers of a model on a chain, signed by a session key.
    pub fn new(signer: Signer, genesis_hash: [u8; 32], model: Address) -> Self {
        let kept = NonZeroUsize::new(SIGNATURES_KEPT).unwrap_or(NonZeroUsize::MIN);
        Self {
            signer,
            genesis_hash,
            model,
            kept: Mutex::new(LruCache::new(kept)),
        }
    }

    /// Signs an answer that nobody pays for, so that channel and number are 0, and keeps the signature.
    pub fn sign(&self, id: &str, exchange: Exchange) -> SignedAnswer {
        let body = AnswerBody {
            genesis_hash: self.genesis_hash,
            model: self.model,
            channel: ChannelId(0),
            number: 0,
            exchange,
        };
        let signature = self.signer.sign(&body.signing_payload());
        let signed = SignedAnswer::new(&body, self.signer.account(), signature);
        self.keep(id, signed.clone());
        signed
    }

    /// Keeps a signature under an answer's id.
    pub fn keep(&self, id: &str, signed: SignedAnswer) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(id.to_string(), signed);
    }

    /// The signature of an answer, if it is still kept.
    pub fn get(&self, id: &str) -> Option<SignedAnswer> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(id).cloned()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_over_what_the_object_says() {
        let signer = Signer::from_dev("Alice").unwrap();
        let account = signer.account();
        let answers = Answers::new(signer, [1; 32], Address([2; 32]));
        let exchange = Exchange {
            request_sha256: [3; 32],
            response_sha256: [4; 32],
            tokens_in: 5,
            tokens_out: 6,
        };
        let signed = answers.sign("id", exchange.clone());
        assert_eq!(answers.get("id"), Some(signed.clone()));
        assert_eq!(answers.get("other"), None);
        let signature: [u8; 64] = hex::decode(&signed.signature[2..])
            .unwrap()
            .try_into()
            .unwrap();
        let body = |number| AnswerBody {
            genesis_hash: [1; 32],
            model: Address([2; 32]),
            channel: ChannelId(0),
            number,
            exchange: exchange.clone(),
        };
        assert!(ballast_chain::verify(
            &account,
            &body(0).signing_payload(),
            &signature
        ));
        assert!(!ballast_chain::verify(
            &account,
            &body(1).signing_payload(),
            &signature
        ));
    }

    #[test]
    fn no_more_signatures_are_kept_than_there_may_be() {
        let answers = Answers::new(
            Signer::from_dev("Alice").unwrap(),
            [1; 32],
            Address([2; 32]),
        );
        let exchange = Exchange {
            request_sha256: [3; 32],
            response_sha256: [4; 32],
            tokens_in: 5,
            tokens_out: 6,
        };
        for id in 0..=SIGNATURES_KEPT {
            answers.sign(&id.to_string(), exchange.clone());
        }
        assert_eq!(answers.get("0"), None);
        assert!(answers.get("1").is_some());
    }
}
