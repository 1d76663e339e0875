//! Transcripts: what a worker keeps of each answer that is paid, so that others can run it again.
//!
//! Goals: a transcript is on disk before its claim can be settled, encrypted under a key that comes from the session key,
//! and gone when nobody can ask for it any more; it is shown to verifiers that the chain drew, and readable by them alone.
//! Non-goals: running it again ([`crate::verify`]), and who is paid for it.
//!
//! [`store`] keeps them, [`batch`] finds the claim of a settlement again, [`show`] answers verifiers, [`seal`] encrypts.

pub mod batch;
pub mod seal;
pub mod show;
pub mod store;
pub mod sweep;

use ballast_core::{
    activation::{activation_root, vector_hash, Digest},
    claim::ClaimLeaf,
    merkle,
};
use ballast_engine_protocol::{Activations, Trace, Vector};
use codec::{Decode, Encode};

/// Bytes of a request or a response that a verifier takes: more than any answer has.
pub const BYTES_MAX: usize = 32 << 20;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Asked {
    /// Vectors of texts.
    #[codec(index = 0)]
    Embeddings,
    /// A text that goes on from a prompt.
    #[codec(index = 1)]
    Completion,
    /// An answer in a conversation.
    #[codec(index = 2)]
    Chat,
}

/// What is needed to run an answer again. It has no `Debug`: none of it may get into a log.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct Transcript {
    /// What was asked for.
    pub asked: Asked,
    /// The request's body.
    pub request: Vec<u8>,
    /// The response's body, as far as it is signed.
    pub response: Vec<u8>,
    /// What the choices of tokens hung on, where the request did not say.
    pub seed: u64,
    /// The tokens of the answer; none for embeddings.
    pub tokens: Vec<u32>,
    /// The digests of their activations.
    pub digests: Vec<Vec<u8>>,
    /// The claim.
    pub leaf: ClaimLeaf,
}

/// Tokens and digests of an answer in text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The tokens.
    pub tokens: Vec<u32>,
    /// The digests.
    pub digests: Vec<Digest>,
}

impl Evidence {
    /// What the engine left behind. `None` if a chunk has no digest, which an engine that is intact never gives.
    pub fn of(trace: &Trace) -> Option<Self> {
        let digest = |chunk| Digest::of(&points(chunk));
        Some(Self {
            tokens: trace.tokens.clone(),
            digests: trace.chunks.iter().map(digest).collect::<Option<_>>()?,
        })
    }

    /// What the claim commits to.
    pub fn root(&self) -> merkle::Hash {
        let hashes: Vec<_> = self.digests.iter().map(Digest::hash).collect();
        activation_root(&hashes)
    }
}

/// Activations as the rule takes them.
pub fn points(chunk: &Activations) -> Vec<ballast_core::activation::Point> {
    let point = |one: &ballast_engine_protocol::Activation| ballast_core::activation::Point {
        index: one.index,
        value: one.value,
    };
    chunk.0.iter().map(point).collect()
}

/// The bits of a vector's numbers.
pub fn bits(vector: &Vector) -> Vec<u32> {
    vector.0.iter().map(|number| number.to_bits()).collect()
}

/// What a claim for embeddings commits to.
pub fn vectors_root(vectors: &[Vector]) -> merkle::Hash {
    let hashes: Vec<_> = vectors
        .iter()
        .map(|vector| vector_hash(&bits(vector)))
        .collect();
    activation_root(&hashes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use ballast_core::answer::Exchange;
    use ballast_engine_protocol::Activation;
    use sha2::{Digest as _, Sha256};

    /// A transcript whose claim fits it.
    pub(crate) fn transcript(number: u64) -> Transcript {
        let request = format!("{{\"prompt\":\"secret {number}\"}}").into_bytes();
        let response = b"{\"choices\":[]}".to_vec();
        let exchange = Exchange {
            request_sha256: Sha256::digest(&request).into(),
            response_sha256: Sha256::digest(&response).into(),
            tokens_in: 3,
            tokens_out: 2,
        };
        Transcript {
            asked: Asked::Completion,
            request,
            response,
            seed: 5,
            tokens: vec![1, 2],
            digests: vec![vec![7; 6]],
            leaf: ClaimLeaf {
                number,
                exchange,
                activation_root: [number as u8; 32],
            },
        }
    }

    #[test]
    fn the_root_is_over_every_chunk() {
        let chunk = |value| Activations(vec![Activation { index: 3, value }]);
        let trace = |values: &[u16]| Trace {
            tokens: vec![1],
            chunks: values.iter().copied().map(chunk).collect(),
        };
        let root = |values: &[u16]| Evidence::of(&trace(values)).unwrap().root();
        assert_eq!(root(&[]), [0; 32]);
        assert_ne!(root(&[1]), root(&[2]));
        assert_ne!(root(&[1, 2]), root(&[1]));
        assert!(Evidence::of(&trace(&[0x7f80])).is_none());
        assert!(Evidence::of(&Trace {
            tokens: vec![1],
            chunks: vec![Activations::default()]
        })
        .is_none());
    }
}
