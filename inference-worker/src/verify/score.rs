//! The score of a claim: whether it hangs together, and what the same model makes of it here.
//!
//! Everything that the executor shows is bound to the claim first: request, response and digests by their hashes, the claim
//! by its way to the root on chain. What does not fit is as if nothing had been shown. Then the model runs: texts are
//! embedded again, an answer's tokens are read like a prompt. The rules of the scores are `ballast_core::activation`.

use super::claimed;
use crate::{
    serve::again::{self, Again},
    transcript::{bits, points, show::Shown, vectors_root, Asked, Evidence, Transcript},
};
use ballast_core::{
    activation::{text_score, token_score, vector_score, Digest},
    check::MAX_SCORE,
    claim::BatchScope,
    merkle,
    view::SettlementInfo,
};
use ballast_engine_protocol::{Finish, Generate, Input, Refusal, Replay, Vector};
use futures::future::BoxFuture;
use sha2::{Digest as _, Sha256};

/// The model cannot be asked now, so there is no score yet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RerunError {
    /// The engine refuses, for a bound of its own.
    #[error("this worker cannot run it: {0}")]
    Refused(Refusal),
    /// The engine is gone or busy.
    #[error("the engine does not answer: {0}")]
    Unavailable(String),
}

/// Who runs the model.
pub trait Rerun: Send + Sync {
    /// Vectors of texts, and the tokens of all of them.
    fn embed(&self, inputs: Vec<Input>) -> BoxFuture<'_, Result<(Vec<Vector>, u32), RerunError>>;

    /// An answer's tokens again. Its id is not used.
    fn replay(
        &self,
        order: Generate,
        tokens: Vec<u32>,
    ) -> BoxFuture<'_, Result<Replay, RerunError>>;
}

/// Whether what was shown is the claim at `index` of the settlement, and all of it.
pub fn fits(scope: &BatchScope, settlement: &SettlementInfo, index: u32, shown: &Shown) -> bool {
    let leaf = &shown.transcript.leaf;
    let hash = scope.leaf_hash(leaf);
    let root = merkle::root_from(hash, index, settlement.leaves, &shown.path);
    let sha256 = |bytes: &[u8]| <[u8; 32]>::from(Sha256::digest(bytes));
    root == Some(settlement.root)
        && sha256(&shown.transcript.request) == leaf.exchange.request_sha256
        && sha256(&shown.transcript.response) == leaf.exchange.response_sha256
}

/// The score of a transcript that fits its claim, by a model that computes in the numbers that it was claimed in.
pub async fn score(model: &dyn Rerun, transcript: &Transcript) -> Result<u16, RerunError> {
    let scored = match transcript.asked {
        Asked::Embeddings => score_vectors(model, transcript).await,
        Asked::Completion | Asked::Chat => score_text(model, transcript).await,
    };
    match scored {
        // What this worker cannot run is not held against another.
        Err(RerunError::Refused(Refusal::TooLong { .. } | Refusal::NoRoom { .. })) => Ok(MAX_SCORE),
        // The executor cannot have answered that either.
        Err(RerunError::Refused(refusal)) if refusal != Refusal::Failed => Ok(0),
        other => other,
    }
}

async fn score_vectors(model: &dyn Rerun, transcript: &Transcript) -> Result<u16, RerunError> {
    let (exchange, root) = (&transcript.leaf.exchange, transcript.leaf.activation_root);
    let (Some(Again::Embeddings(inputs)), Some(vectors)) = (
        again::read(transcript.asked, &transcript.request, transcript.seed),
        claimed::vectors(&transcript.response),
    ) else {
        return Ok(0);
    };
    if vectors.len() != inputs.len() || vectors_root(&vectors) != root || exchange.tokens_out != 0 {
        return Ok(0);
    }
    let (own, tokens) = model.embed(inputs).await?;
    if tokens != exchange.tokens_in || own.len() != vectors.len() {
        return Ok(0);
    }
    let scores = vectors.iter().zip(&own);
    let scores = scores.map(|(claimed, own)| vector_score(&bits(claimed), &bits(own)));
    Ok(scores.min().unwrap_or(0))
}

async fn score_text(model: &dyn Rerun, transcript: &Transcript) -> Result<u16, RerunError> {
    let exchange = &transcript.leaf.exchange;
    let digests = transcript.digests.iter();
    let digests: Result<Vec<_>, _> = digests.map(|bytes| Digest::from_bytes(bytes)).collect();
    let (Some(Again::Text(mut order)), Some(claimed), Ok(digests)) = (
        again::read(transcript.asked, &transcript.request, transcript.seed),
        claimed::text(transcript.asked, &transcript.response),
        digests,
    ) else {
        return Ok(0);
    };
    let evidence = Evidence {
        tokens: transcript.tokens.clone(),
        digests,
    };
    let counted = u32::try_from(evidence.tokens.len()) == Ok(exchange.tokens_out);
    if !counted || evidence.root() != transcript.leaf.activation_root {
        return Ok(0);
    }
    // A bound that was not reached says nothing, and may be more than a context takes.
    let count = exchange.tokens_out;
    if order.max_tokens.is_some_and(|most| most < count) {
        return Ok(0);
    }
    order.max_tokens = order.max_tokens.filter(|most| *most == count);
    let replay = model.replay(*order, evidence.tokens.clone()).await?;
    let counts_fit =
        replay.input_tokens == exchange.tokens_in && replay.output_tokens == exchange.tokens_out;
    if !counts_fit || !says_the_same(&replay, &claimed) {
        return Ok(0);
    }
    let own: Vec<_> = replay.chunks.iter().map(points).collect();
    let tokens = token_score(replay.output_tokens, replay.disagreeing);
    Ok(text_score(&evidence.digests, &own).min(tokens))
}

/// Whether these tokens are that answer. It may have ended before the request's own bound, where the executor's context or
/// the client's money did; such an end may also send a few characters that would have waited for more.
fn says_the_same(replay: &Replay, claimed: &claimed::ClaimedText) -> bool {
    let finish = match replay.finish {
        Some(Finish::Stop) => "stop",
        Some(Finish::Length) => "length",
        None => return claimed.finish == "length" && claimed.text.starts_with(&replay.text),
        Some(Finish::Cancelled) => return false,
    };
    claimed.finish == finish && claimed.text == replay.text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "score_tests.rs"]
pub(crate) mod tests;
