//! Text to tokens and back, by the model's own `tokenizer.json`, or by what its GGUF file says.

use crate::{
    error::LoadError,
    folder::{Folder, TOKENIZER_LEN_MAX},
};
use ballast_engine_protocol::{Input, Refusal};
use std::str::FromStr;
use tokenizers::Tokenizer;

const FILE: &str = "tokenizer.json";

/// A model's tokenizer.
pub struct Tokens {
    tokenizer: Tokenizer,
    /// Tokens the model has a row for; the tokenizer may know more.
    vocabulary: u32,
}

impl Tokens {
    /// The tokenizer of a model with this many rows in its table of tokens.
    pub fn load(folder: &Folder, vocabulary: usize) -> Result<Self, LoadError> {
        let malformed = |reason| LoadError::Malformed {
            path: FILE.into(),
            reason,
        };
        let text = folder.text(FILE, TOKENIZER_LEN_MAX)?;
        let text = text.ok_or_else(|| malformed("the model has none".into()))?;
        let mut tokenizer =
            Tokenizer::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        // What the file says on both is how the model was trained; here a text is never cut without a word.
        tokenizer
            .with_truncation(None)
            .map_err(|error| malformed(error.to_string()))?;
        tokenizer.with_padding(None);
        let vocabulary = u32::try_from(vocabulary).unwrap_or(u32::MAX);
        Ok(Self {
            tokenizer,
            vocabulary,
        })
    }

    /// The tokens of a text; `special` adds those that the model wants at its ends. Tokens are taken as they are.
    pub fn encode(&self, input: &Input, special: bool) -> Result<Vec<u32>, Refusal> {
        let ids = match input {
            Input::Text(text) => {
                let encoded = self.tokenizer.encode_fast(text.as_str(), special);
                encoded.map_err(|_| Refusal::Failed)?.get_ids().to_vec()
            }
            Input::Tokens(ids) => ids.clone(),
        };
        match ids.iter().find(|id| **id >= self.vocabulary) {
            Some(token) => Err(Refusal::NoToken {
                token: *token,
                vocabulary: self.vocabulary,
            }),
            None if ids.is_empty() => Err(Refusal::Empty),
            None => Ok(ids),
        }
    }

    /// The text of tokens, without those that only mark something.
    pub fn decode(&self, ids: &[u32]) -> String {
        self.tokenizer.decode(ids, true).unwrap_or_default()
    }

    /// The number of a token by its text.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }
}
