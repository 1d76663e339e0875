//! Digests of activations: what shows that an answer came out of the model it is claimed for.
//!
//! For every [`CHUNK_TOKENS`] tokens written, the worker takes the last hidden states that led to them and keeps the
//! greatest numbers among all: place and value, as bfloat16. A digest is the polynomial through them over a small prime
//! field, so that 258 bytes stand for them (TOPLOC, arXiv 2501.16007). Who runs the tokens again finds its own greatest
//! numbers and asks the polynomial what was claimed at their places. For embeddings the vectors themselves are compared.
//!
//! Goals: integers only, the same on every machine; a digest from the network is checked before it is used; a score falls
//! with every number and token that differs, so that one bound, `passScore`, divides machines that compute alike from other models.
//! Non-goals: computing hidden states (the engine), choosing the bound (the chain's parameters).

mod digest;
mod field;
mod vector;

pub use digest::{Digest, DigestError, Point};
pub use vector::{vector_hash, vector_score};

use crate::{check::MAX_SCORE, merkle};
use alloc::vec::Vec;

/// Tokens that a digest stands for; the last of an answer may stand for fewer.
pub const CHUNK_TOKENS: usize = 32;

/// Numbers that a digest keeps.
pub const TOP: usize = 128;

/// How much heavier a number that is another weighs than its part of a digest. Runs of one model, as measured, differ in
/// one of a hundred at the most, a model and the same with its weights in bfloat16 in two of five or more (docs/inference.md).
pub const NUMBER_WEIGHT: u32 = 2;

/// How much heavier a token that the model would not have chosen weighs than its part of the answer.
const TOKEN_WEIGHT: u64 = 5;

/// The root over digests, by their hashes: what a claim commits to. All zeros where there is none.
pub fn activation_root(hashes: &[merkle::Hash]) -> merkle::Hash {
    merkle::root(hashes).unwrap_or_default()
}

/// The score of tokens: full if the model would have chosen each of them, none if it would not a fifth of them.
pub fn token_score(tokens: u32, disagreeing: u32) -> u16 {
    if tokens == 0 {
        return 0;
    }
    let off = u64::from(disagreeing)
        .saturating_mul(TOKEN_WEIGHT)
        .saturating_mul(MAX_SCORE.into());
    let off = off.div_ceil(u64::from(tokens));
    MAX_SCORE.saturating_sub(u16::try_from(off).unwrap_or(MAX_SCORE))
}

/// The score of a text's digests against what the same tokens gave again: that of its worst chunk.
pub fn text_score(claimed: &[Digest], own: &[Vec<Point>]) -> u16 {
    if claimed.len() != own.len() {
        return 0;
    }
    let scores = claimed
        .iter()
        .zip(own)
        .map(|(digest, points)| digest.score(points));
    scores.min().unwrap_or(0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn points(values: &[u16]) -> Vec<Point> {
        let at = |(index, value): (u32, &u16)| Point {
            index: index * 7,
            value: *value,
        };
        (0..).zip(values).map(at).collect()
    }

    #[test]
    fn a_fifth_of_wrong_tokens_leaves_nothing() {
        let scores = [(0, 0), (10, 0), (10, 1), (10, 2), (100, 1), (3, 3)]
            .map(|(tokens, off)| token_score(tokens, off));
        assert_eq!(scores, [0, 1_000, 500, 0, 950, 0]);
        assert_eq!(token_score(u32::MAX, u32::MAX), 0);
    }

    #[test]
    fn the_worst_chunk_counts_and_none_may_be_missing() {
        let (good, bad) = (points(&[0x4000; 40]), points(&[0x3f00; 40]));
        let digest = Digest::of(&good).unwrap();
        let claimed = [digest.clone(), digest];
        assert_eq!(text_score(&claimed, &[good.clone(), good.clone()]), 1_000);
        assert_eq!(text_score(&claimed, &[good.clone(), bad.clone()]), 0);
        assert_eq!(text_score(&claimed, core::slice::from_ref(&good)), 0);
        assert_eq!(text_score(&[], &[]), 0);
    }

    #[test]
    fn the_root_is_over_all_hashes() {
        assert_eq!(activation_root(&[]), [0; 32]);
        assert_eq!(activation_root(&[[1; 32]]), [1; 32]);
        assert_ne!(
            activation_root(&[[1; 32], [2; 32]]),
            activation_root(&[[2; 32], [1; 32]])
        );
    }
}
