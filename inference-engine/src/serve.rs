//! The loop: orders come in, steps are taken, words go out.

use crate::{
    embedder::Embedder,
    error::LoadError,
    folder::Folder,
    generator::{Bounds, Generator},
};
use ballast_engine_protocol::{About, Finish, Numbers, Order, OrderId, Refusal, Trace, Word};
use candle_core::Device;
use serde::Deserialize;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};

/// Words that are said. Who does not listen any more, misses them.
pub trait Say {
    /// Says a word.
    fn word(&self, word: Word);
}

impl Say for Sender<Word> {
    fn word(&self, word: Word) {
        let _ = self.send(word);
    }
}

/// A model of either kind.
pub enum Model {
    /// Gives vectors.
    Embedder(Box<Embedder>),
    /// Gives text.
    Generator(Box<Generator>),
}

#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

/// Tokens of texts that are turned into vectors in one step.
pub const EMBED_BATCH_TOKENS: usize = 2048;

impl Model {
    /// Loads what the folder has, to be computed in these numbers, in float32 without them.
    pub fn load(
        folder: &Folder,
        device: &Device,
        numbers: Option<Numbers>,
        bounds: Bounds,
    ) -> Result<Self, LoadError> {
        let numbers = numbers.unwrap_or(Numbers::Float32);
        let kind: Kind = folder.needed_json("config.json")?;
        match kind.model_type.as_str() {
            "bert" => {
                // The only ones that vectors are compared in.
                if numbers != Numbers::Float32 {
                    return Err(LoadError::Unsupported {
                        what: format!("models that give vectors in {numbers}"),
                        instead: "them in float32 alone, so leave --numbers out".into(),
                    });
                }
                Embedder::load(folder, device, EMBED_BATCH_TOKENS)
                    .map(Box::new)
                    .map(Self::Embedder)
            }
            "llama" | "qwen2" | "qwen3" | "mistral" => {
                Generator::load(folder, numbers, device, bounds)
                    .map(Box::new)
                    .map(Self::Generator)
            }
            other => Err(LoadError::Unsupported {
                what: format!("models of the type {other:?}"),
                instead: "bert, llama, qwen2, qwen3 and mistral".into(),
            }),
        }
    }

    /// What it serves.
    pub fn about(&self, device: String) -> About {
        match self {
            Self::Embedder(model) => model.about(device),
            Self::Generator(model) => model.about(device),
        }
    }

    /// Carries out orders until no more can come.
    pub fn serve(&mut self, orders: &Receiver<Order>, say: &Sender<Word>) {
        while self.serve_one(orders, say) {}
    }

    /// Takes an order, or a step if there is work and no order. False once no more orders can come and nothing is left
    /// to do; until then waits for one.
    pub fn serve_one(&mut self, orders: &Receiver<Order>, say: &Sender<Word>) -> bool {
        let order = match self.is_busy() {
            true => orders.try_recv(),
            false => orders.recv().map_err(|_| TryRecvError::Disconnected),
        };
        match order {
            Ok(order) => self.order(order, say),
            Err(TryRecvError::Disconnected) if !self.is_busy() => return false,
            Err(_) => self.step(say),
        }
        true
    }

    fn is_busy(&self) -> bool {
        match self {
            Self::Embedder(model) => model.is_busy(),
            Self::Generator(model) => model.is_busy(),
        }
    }

    fn step(&mut self, say: &Sender<Word>) {
        match self {
            Self::Embedder(model) => model.step(say),
            Self::Generator(model) => model.step(say),
        }
    }

    fn order(&mut self, order: Order, say: &Sender<Word>) {
        match order {
            Order::Cancel { id } => self.cancel(id, say),
            Order::Embed {
                id,
                inputs,
                max_input_tokens,
            } => {
                let taken = match self {
                    Self::Embedder(model) => model.order(id, &inputs, max_input_tokens),
                    Self::Generator(_) => Err(other_task("gives text, not embeddings")),
                };
                if let Err(refusal) = taken {
                    say.word(Word::Refused { id, refusal });
                }
            }
            Order::Verify { text, tokens } => {
                let id = text.id;
                let taken = match self {
                    Self::Generator(model) => model.verify(*text, tokens),
                    Self::Embedder(_) => Err(other_task("gives embeddings, not text")),
                };
                if let Err(refusal) = taken {
                    say.word(Word::Refused { id, refusal });
                }
            }
            Order::Generate(order) => {
                let id = order.id;
                let taken = match self {
                    Self::Generator(model) => model.order(*order),
                    Self::Embedder(_) => Err(other_task("gives embeddings, not text")),
                };
                say.word(match taken {
                    Ok(input_tokens) => Word::Started { id, input_tokens },
                    Err(refusal) => Word::Refused { id, refusal },
                });
            }
        }
    }

    fn cancel(&mut self, id: OrderId, say: &Sender<Word>) {
        let trace = match self {
            Self::Embedder(model) => model.cancel(id).then(Trace::default),
            Self::Generator(model) => model.cancel(id),
        };
        if let Some(trace) = trace {
            say.word(Word::Finished {
                id,
                finish: Finish::Cancelled,
                output_tokens: trace.tokens.len() as u32,
                trace: Box::new(trace),
            });
        }
    }
}

fn other_task(does: &str) -> Refusal {
    Refusal::OtherTask { does: does.into() }
}
