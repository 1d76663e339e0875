//! What the inference worker and its engine say to each other, over the engine's standard input and output.
//!
//! Goals: both sides read the same frames; a frame has a greatest length; numbers of an embedding arrive bit by bit.
//! Non-goals: who may ask what (the worker), and how a model is run (the engine).
//!
//! The worker gives [`Order`]s, the engine answers with [`Word`]s; the first is [`Word::Ready`]. Types that carry prompts
//! or answers have no `Debug`, so that none of it gets into a log by accident.

mod frame;
mod trace;

pub use ballast_core::Numbers;
pub use frame::{read_frame, write_frame, FrameError, FRAME_LEN_MAX};
pub use trace::{Activation, Activations, Trace};

use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{Deserialize, Serialize};

/// Number of an order, chosen by the worker and used once.
pub type OrderId = u64;

/// What the worker wants.
#[derive(Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Vectors of texts.
    Embed {
        /// Number of the order.
        id: OrderId,
        /// The texts.
        inputs: Vec<Input>,
        /// Tokens of all texts at most; more are refused before anything is computed.
        max_input_tokens: Option<u32>,
    },
    /// A text that goes on from a prompt.
    Generate(Box<Generate>),
    /// The same text again, with the tokens that somebody else says the model chose.
    Verify {
        /// What was ordered.
        text: Box<Generate>,
        /// The tokens, all of the answer.
        tokens: Vec<u32>,
    },
    /// Nobody wants the answer any more. It is answered with [`Finish::Cancelled`] if it was still under way.
    Cancel {
        /// Number of the order.
        id: OrderId,
    },
}

/// A text, or the tokens of one.
#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// Text, to be split into tokens.
    Text(String),
    /// Tokens, taken as they are.
    Tokens(Vec<u32>),
}

/// An order for text.
#[derive(Serialize, Deserialize)]
pub struct Generate {
    /// Number of the order.
    pub id: OrderId,
    /// What to go on from.
    pub prompt: Prompt,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Tokens of the prompt at most; more are refused before anything is computed.
    pub max_input_tokens: Option<u32>,
    /// Tokens at most; as many as the context takes without it.
    pub max_tokens: Option<u32>,
    /// Texts that end the answer, and are not part of it.
    pub stop: Vec<String>,
}

/// What a text goes on from.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// A text.
    Text(Input),
    /// A conversation, which the model's own template makes a text.
    Chat(Vec<ChatMessage>),
}

/// A part of a conversation.
#[derive(Clone, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who says it: `system`, `user` or `assistant`.
    pub role: String,
    /// What.
    pub content: String,
}

/// How tokens are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0 for the most probable token, always.
    pub temperature: f32,
    /// Only the most probable tokens that together have this probability.
    pub top_p: f32,
    /// What the choices hang on.
    pub seed: u64,
    /// Taken from a token's logit for each time it was chosen.
    pub frequency_penalty: f32,
    /// Taken from a token's logit once it was chosen.
    pub presence_penalty: f32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            top_p: 1.0,
            seed: 0,
            frequency_penalty: 0.0,
            presence_penalty: 0.0,
        }
    }
}

/// What the engine says.
#[derive(Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Word {
    /// The model is loaded.
    Ready(About),
    /// The model cannot be served. The last word.
    Unfit {
        /// Why, and what to do.
        reason: String,
    },
    /// An order that is not carried out.
    Refused {
        /// Number of the order.
        id: OrderId,
        /// Why.
        refusal: Refusal,
    },
    /// Vectors, in the order of the texts.
    Embedded {
        /// Number of the order.
        id: OrderId,
        /// A vector for each text.
        vectors: Vec<Vector>,
        /// Tokens of all texts.
        tokens: u32,
    },
    /// The prompt was read.
    Started {
        /// Number of the order.
        id: OrderId,
        /// Tokens of the prompt.
        input_tokens: u32,
    },
    /// More of an answer.
    Delta {
        /// Number of the order.
        id: OrderId,
        /// The text.
        text: String,
        /// Tokens chosen so far.
        output_tokens: u32,
    },
    /// The answer is complete.
    Finished {
        /// Number of the order.
        id: OrderId,
        /// What ended it.
        finish: Finish,
        /// Tokens chosen in all.
        output_tokens: u32,
        /// What it leaves behind, also where it was cancelled.
        trace: Box<Trace>,
    },
    /// A text was run again.
    Verified {
        /// Number of the order.
        id: OrderId,
        /// What these tokens come to.
        replay: Box<Replay>,
    },
}

/// What somebody else's tokens come to when the model reads them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Tokens of the prompt.
    pub input_tokens: u32,
    /// The text, as far as an answer would have had it.
    pub text: String,
    /// What ended it; none if the answer should have gone on.
    pub finish: Option<Finish>,
    /// Tokens up to that end. More were given if this is less than there were.
    pub output_tokens: u32,
    /// How many of them this model would not have chosen.
    pub disagreeing: u32,
    /// The greatest activations of every chunk.
    pub chunks: Vec<Activations>,
}

impl Refusal {
    /// Refuses more tokens than may be read.
    pub fn check_input(tokens: u64, max: Option<u32>) -> Result<(), Self> {
        match max {
            Some(max) if tokens > max.into() => Err(Self::OverLimit { tokens, max }),
            _ => Ok(()),
        }
    }
}

/// What the engine serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What the model does.
    pub task: Task,
    /// Tokens of a text, or of prompt and answer together.
    pub context_tokens: u32,
    /// What it runs on.
    pub device: String,
    /// The numbers that the model is computed in.
    pub numbers: Numbers,
}

/// What a model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Vectors of texts, with this many numbers.
    Embed {
        /// Numbers of a vector.
        dimensions: u32,
    },
    /// Text.
    Generate {
        /// Whether it has a template for conversations.
        chat: bool,
    },
}

/// What ended an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model was done, or a stop text came.
    Stop,
    /// As many tokens as were asked for, or as the context takes.
    Length,
    /// Nobody wanted it any more.
    Cancelled,
}

/// Why an order is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// The text has too many tokens.
    #[error("this model takes {max} tokens, the text has {tokens}; shorten it or split it")]
    TooLong {
        /// Tokens of the text.
        tokens: u64,
        /// Tokens it may have.
        max: u32,
    },
    /// Prompt and answer together have too many tokens.
    #[error("this model takes {max} tokens, the prompt has {tokens} and the answer may have {wanted} more; ask for less")]
    NoRoom {
        /// Tokens of the prompt.
        tokens: u64,
        /// Tokens asked for.
        wanted: u32,
        /// Tokens there may be in all.
        max: u32,
    },
    /// The request has more tokens than may be read for it.
    #[error("{max} tokens may be read for this answer, the request has {tokens}; shorten it or split it")]
    OverLimit {
        /// Tokens of the request.
        tokens: u64,
        /// Tokens it may have.
        max: u32,
    },
    /// A text has no tokens.
    #[error("a text has no tokens; leave it out")]
    Empty,
    /// No such token.
    #[error("{token} is no token of this model; it has {vocabulary}")]
    NoToken {
        /// The token.
        token: u32,
        /// Tokens the model has.
        vocabulary: u32,
    },
    /// The model does something else.
    #[error("this model {does}; ask another one")]
    OtherTask {
        /// What it does.
        does: String,
    },
    /// The model has no template for conversations.
    #[error("this model has no chat template; use /v1/completions")]
    NoTemplate,
    /// The template refuses the conversation.
    #[error("the model's chat template refuses these messages: {reason}")]
    Template {
        /// Its words.
        reason: String,
    },
    /// The computation failed.
    #[error("the computation failed; the worker's log says why")]
    Failed,
}

/// The numbers of an embedding.
#[derive(Clone, PartialEq)]
pub struct Vector(pub Vec<f32>);

impl Vector {
    /// Its numbers as little-endian bytes, in base64: also what an API answers when asked for base64.
    pub fn to_base64(&self) -> String {
        let bytes: Vec<u8> = self.0.iter().flat_map(|x| x.to_le_bytes()).collect();
        STANDARD.encode(bytes)
    }

    fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let numbers = bytes
            .chunks(4)
            .map(|four| four.try_into().map(f32::from_le_bytes));
        numbers.collect::<Result<_, _>>().ok().map(Self)
    }
}

impl Serialize for Vector {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Vector {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).ok_or_else(|| serde::de::Error::custom("not numbers in base64"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn numbers_arrive_bit_by_bit() {
        let vector = Vector(vec![0.1, -0.0, f32::MIN_POSITIVE, 1e38, 1.0 / 3.0]);
        let json = serde_json::to_string(&vector).unwrap();
        let read: Vector = serde_json::from_str(&json).unwrap();
        let bits = |vector: &Vector| vector.0.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&read), bits(&vector));
    }

    #[test]
    fn half_a_number_is_refused() {
        assert!(serde_json::from_str::<Vector>("\"AAAA\"").is_err());
        assert!(serde_json::from_str::<Vector>("\"AAAAAA==\"").is_ok());
    }
}
