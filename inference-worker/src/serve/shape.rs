//! The objects of an answer in text, for conversations and for completions.

use ballast_engine_protocol::Finish;
use serde_json::{json, Value};

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An answer in a conversation.
    Chat,
    /// A text that goes on from a prompt.
    Completion,
}

/// What all objects of one answer have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Which of the two it is.
    pub kind: Kind,
    /// Id of the answer.
    pub id: String,
    /// When it began.
    pub created: u64,
    /// Name of the model.
    pub model: String,
}

/// What an answer counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
}

impl Kind {
    /// What its ids begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Chat => "chatcmpl-",
            Self::Completion => "cmpl-",
        }
    }

    /// The field with the prompt.
    pub fn prompt(self) -> &'static str {
        match self {
            Self::Chat => "messages",
            Self::Completion => "prompt",
        }
    }
}

impl Shape {
    /// The answer in one object.
    pub fn whole(&self, text: &str, finish: Finish, usage: Usage) -> Value {
        let content = match self.kind {
            Kind::Chat => {
                json!({ "message": { "role": "assistant", "content": text, "refusal": null } })
            }
            Kind::Completion => json!({ "text": text }),
        };
        let object = match self.kind {
            Kind::Chat => "chat.completion",
            Kind::Completion => "text_completion",
        };
        self.object(object, vec![choice(content, Some(finish))], Some(usage))
    }

    /// What a stream begins with, if with anything.
    pub fn first(&self) -> Option<Value> {
        (self.kind == Kind::Chat).then(|| {
            self.chunk(
                json!({ "delta": { "role": "assistant", "content": "" } }),
                None,
            )
        })
    }

    /// More text of a stream.
    pub fn more(&self, text: &str) -> Value {
        match self.kind {
            Kind::Chat => self.chunk(json!({ "delta": { "content": text } }), None),
            Kind::Completion => self.chunk(json!({ "text": text }), None),
        }
    }

    /// What ends the text of a stream.
    pub fn last(&self, finish: Finish) -> Value {
        match self.kind {
            Kind::Chat => self.chunk(json!({ "delta": {} }), Some(finish)),
            Kind::Completion => self.chunk(json!({ "text": "" }), Some(finish)),
        }
    }

    /// The counts, in an object without text.
    pub fn counts(&self, usage: Usage) -> Value {
        self.object(self.streamed(), Vec::new(), Some(usage))
    }

    fn chunk(&self, content: Value, finish: Option<Finish>) -> Value {
        self.object(self.streamed(), vec![choice(content, finish)], None)
    }

    fn streamed(&self) -> &'static str {
        match self.kind {
            Kind::Chat => "chat.completion.chunk",
            Kind::Completion => "text_completion",
        }
    }

    fn object(&self, object: &str, choices: Vec<Value>, usage: Option<Usage>) -> Value {
        let Self {
            id, created, model, ..
        } = self;
        let mut all = json!({ "id": id, "object": object, "created": created, "model": model, "choices": choices });
        if let Some(Usage {
            tokens_in,
            tokens_out,
        }) = usage
        {
            let total = u64::from(tokens_in) + u64::from(tokens_out);
            all["usage"] = json!({ "prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": total });
        }
        all
    }
}

fn choice(mut content: Value, finish: Option<Finish>) -> Value {
    let reason = finish.map(|finish| match finish {
        Finish::Length => "length",
        Finish::Stop | Finish::Cancelled => "stop",
    });
    content["index"] = json!(0);
    content["logprobs"] = Value::Null;
    content["finish_reason"] = json!(reason);
    content
}
