//! A proof and the bytes it is for, in one body: SCALE of the proof, then the bytes to the end.
//!
//! Goals: server and client frame alike; a body is refused before it is copied; nothing is allocated for a length that
//! only a claim backs. Non-goals: checking the proof (`ballast_core::tree`).

use ballast_core::{
    limits::{COLUMN_BLOCK_LEN, MAX_PROOF_SIBLINGS},
    ChainingValue, GroupProof,
};
use bytes::Bytes;
use codec::{Decode, Encode};
use http_body::{Body, Frame, SizeHint};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// Bytes of the longest proof: a compact count below 64 takes one byte.
const MAX_PROOF_LEN: usize = 1 + MAX_PROOF_SIBLINGS as usize * ChainingValue::LEN;
pub(crate) const MAX_FRAME_LEN: usize = MAX_PROOF_LEN + COLUMN_BLOCK_LEN as usize;

/// A body is no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The proof does not decode.
    #[error("the body begins with no proof of at most {max} siblings", max = MAX_PROOF_SIBLINGS)]
    Proof,
    /// No bytes, or more than a column block.
    #[error("{len} bytes follow the proof; there must be 1 to {max}", max = COLUMN_BLOCK_LEN)]
    Length {
        /// Bytes behind the proof.
        len: usize,
    },
}

/// The body for a group and its proof, in one piece.
pub fn encode_frame(proof: &GroupProof, bytes: &[u8]) -> Bytes {
    let mut body = Vec::with_capacity(proof.encoded_size().saturating_add(bytes.len()));
    proof.encode_to(&mut body);
    body.extend_from_slice(bytes);
    body.into()
}

/// The head of a body whose bytes are sent behind it, without being copied.
pub fn encode_proof(proof: &GroupProof) -> Bytes {
    proof.encode().into()
}

/// A body in up to two parts, head and bytes. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    /// What is not sent yet, in order; no longer than a frame.
    parts: [Bytes; 2],
}

impl Parts {
    pub(crate) fn new(proof: &GroupProof, bytes: Bytes) -> Self {
        Self {
            parts: [encode_proof(proof), bytes],
        }
    }

    fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }
}

impl Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.parts.iter_mut().find(|part| !part.is_empty());
        Poll::Ready(next.map(|part| Ok(Frame::data(std::mem::take(part)))))
    }

    fn is_end_stream(&self) -> bool {
        self.len() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len())
    }
}

impl From<Bytes> for Parts {
    fn from(bytes: Bytes) -> Self {
        Self {
            parts: [bytes, Bytes::new()],
        }
    }
}

impl From<Parts> for reqwest::Body {
    fn from(parts: Parts) -> Self {
        Self::wrap(parts)
    }
}

/// Takes a body apart; the bytes are not copied.
pub fn decode_frame(body: &Bytes) -> Result<(GroupProof, Bytes), FrameError> {
    let mut rest = body.as_ref();
    let proof = GroupProof::decode(&mut rest).map_err(|_| FrameError::Proof)?;
    if rest.is_empty() || rest.len() as u64 > COLUMN_BLOCK_LEN {
        return Err(FrameError::Length { len: rest.len() });
    }
    Ok((proof, body.slice_ref(rest)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn proof(siblings: usize) -> GroupProof {
        GroupProof {
            siblings: (0..siblings)
                .map(|i| ChainingValue([i as u8; 32]))
                .collect(),
        }
    }

    #[test]
    fn frames_of_every_proof_depth_round_trip() {
        for depth in 0..=MAX_PROOF_SIBLINGS as usize {
            let body = encode_frame(&proof(depth), b"chunk");
            assert_eq!(
                decode_frame(&body).unwrap(),
                (proof(depth), Bytes::from_static(b"chunk"))
            );
            assert_eq!(
                body,
                [encode_proof(&proof(depth)), Bytes::from_static(b"chunk")].concat()
            );
        }
    }

    #[test]
    fn the_bound_is_the_longest_frame() {
        let block = vec![0; COLUMN_BLOCK_LEN as usize];
        let body = encode_frame(&proof(MAX_PROOF_SIBLINGS as usize), &block);
        assert_eq!(body.len(), MAX_FRAME_LEN);
        assert!(decode_frame(&body).is_ok());
    }

    #[test]
    fn a_frame_without_bytes_or_with_too_many_is_refused() {
        assert_eq!(
            decode_frame(&encode_frame(&proof(2), b"")),
            Err(FrameError::Length { len: 0 })
        );
        let long = vec![0; COLUMN_BLOCK_LEN as usize + 1];
        let refused = Err(FrameError::Length { len: long.len() });
        assert_eq!(decode_frame(&encode_frame(&proof(0), &long)), refused);
    }

    #[test]
    fn a_proof_that_claims_too_many_siblings_is_refused() {
        let mut body = codec::Compact(MAX_PROOF_SIBLINGS + 1).encode();
        body.extend_from_slice(&[0; 64 * 32]);
        assert_eq!(decode_frame(&body.into()), Err(FrameError::Proof));
        let huge = codec::Compact(u32::MAX).encode();
        assert_eq!(decode_frame(&huge.into()), Err(FrameError::Proof));
        assert_eq!(decode_frame(&Bytes::new()), Err(FrameError::Proof));
    }

    proptest! {
        #[test]
        fn any_body_is_decoded_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let body = Bytes::from(body);
            if let Ok((proof, bytes)) = decode_frame(&body) {
                prop_assert_eq!(encode_frame(&proof, &bytes), body);
            }
        }
    }
}
