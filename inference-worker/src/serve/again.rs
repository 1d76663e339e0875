//! Requests read again for a check, by the same rules as when they came, and the engine as who runs them again.

use super::{embeddings, engine::Engine, error::ApiError, shape::Kind, text};
use crate::{
    transcript::Asked,
    verify::score::{Rerun, RerunError},
};
use ballast_engine_protocol::{Generate, Input, Order, Replay, Vector, Word};
use futures::future::BoxFuture;
use std::time::Duration;

/// How long a claim may take to be run again; a verifier has minutes.
const RERUN_TIMEOUT: Duration = Duration::from_secs(600);

/// What a request comes to.
pub enum Again {
    /// Texts to be embedded.
    Embeddings(Vec<Input>),
    /// A text to be written; its id is 0.
    Text(Box<Generate>),
}

/// Reads a request; `seed` is for one that has none of its own. `None` for what would have been refused.
pub fn read(asked: Asked, request: &[u8], seed: u64) -> Option<Again> {
    let text = |kind| {
        let wish = text::wish_of(kind, request, Some(seed)).ok()?;
        Some(Again::Text(Box::new(Generate {
            id: 0,
            prompt: wish.prompt,
            sampling: wish.sampling,
            max_input_tokens: None,
            max_tokens: wish.max_tokens,
            stop: wish.stop,
        })))
    };
    match asked {
        Asked::Embeddings => embeddings::inputs_of(request).ok().map(Again::Embeddings),
        Asked::Completion => text(Kind::Completion),
        Asked::Chat => text(Kind::Chat),
    }
}

impl Engine {
    async fn run_again(
        &self,
        make: impl FnOnce(ballast_engine_protocol::OrderId) -> Order,
    ) -> Result<Word, RerunError> {
        let gone = |_: ApiError| RerunError::Unavailable("it is being started again".into());
        let mut job = self.order(make).map_err(gone)?;
        match tokio::time::timeout(RERUN_TIMEOUT, job.word()).await {
            Ok(Ok(Word::Refused { refusal, .. })) => Err(RerunError::Refused(refusal)),
            Ok(word) => word.map_err(gone),
            Err(_) => {
                job.timed_out(RERUN_TIMEOUT);
                Err(RerunError::Unavailable("it took too long".into()))
            }
        }
    }
}

impl Rerun for Engine {
    fn embed(&self, inputs: Vec<Input>) -> BoxFuture<'_, Result<(Vec<Vector>, u32), RerunError>> {
        Box::pin(async move {
            match self
                .run_again(|id| Order::Embed {
                    id,
                    inputs,
                    max_input_tokens: None,
                })
                .await?
            {
                Word::Embedded {
                    vectors, tokens, ..
                } => Ok((vectors, tokens)),
                _ => Err(RerunError::Unavailable("it said something else".into())),
            }
        })
    }

    fn replay(
        &self,
        order: Generate,
        tokens: Vec<u32>,
    ) -> BoxFuture<'_, Result<Replay, RerunError>> {
        Box::pin(async move {
            let order = |id| Order::Verify {
                text: Box::new(Generate { id, ..order }),
                tokens,
            };
            match self.run_again(order).await? {
                Word::Verified { replay, .. } => Ok(*replay),
                _ => Err(RerunError::Unavailable("it said something else".into())),
            }
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn seed_of(request: serde_json::Value, seed: u64) -> Option<u64> {
        match read(Asked::Completion, request.to_string().as_bytes(), seed)? {
            Again::Text(order) => Some(order.sampling.seed),
            Again::Embeddings(_) => None,
        }
    }

    #[test]
    fn a_request_is_read_as_when_it_came_and_a_seed_of_its_own_counts() {
        let request = json!({ "model": "m", "prompt": "x" });
        assert_eq!(seed_of(request.clone(), 9), Some(9));
        assert_eq!(
            seed_of(json!({ "model": "m", "prompt": "x", "seed": 3 }), 9),
            Some(3)
        );
        let with_fraction =
            json!({ "model": "m", "prompt": "x", "temperature": 0.8, "top_p": 0.5 });
        assert_eq!(seed_of(with_fraction, 9), Some(9));
        assert_eq!(seed_of(json!({ "model": "m" }), 9), None);
        assert!(read(Asked::Chat, request.to_string().as_bytes(), 0).is_none());
        let request = json!({ "model": "m", "input": ["a", "b"] }).to_string();
        let inputs = read(Asked::Embeddings, request.as_bytes(), 0);
        assert!(matches!(inputs, Some(Again::Embeddings(inputs)) if inputs.len() == 2));
        assert!(read(Asked::Embeddings, b"{}", 0).is_none());
    }
}
