//! Vectors of texts. Texts of all orders that wait are taken together, oldest first, up to a number of tokens.

use crate::{
    bert::Bert, error::LoadError, folder::Folder, pooling::Pooling, serve::Say, tokens::Tokens,
    weights::Weights,
};
use ballast_engine_protocol::{About, Input, Numbers, OrderId, Refusal, Task, Vector, Word};
use candle_core::Device;
use std::{collections::VecDeque, sync::mpsc::Sender};

/// Serves a model that gives vectors.
pub struct Embedder {
    model: Bert,
    tokens: Tokens,
    pooling: Pooling,
    max_tokens: usize,
    batch_tokens: usize,
    waiting: VecDeque<Pending>,
}

struct Pending {
    id: OrderId,
    texts: VecDeque<Vec<u32>>,
    vectors: Vec<Vector>,
    tokens: u32,
}

impl Embedder {
    /// Loads the model of a folder. A step takes about `batch_tokens` tokens.
    pub fn load(folder: &Folder, device: &Device, batch_tokens: usize) -> Result<Self, LoadError> {
        let weights = Weights::load(folder, Numbers::Float32, device)?;
        let model = Bert::load(folder, &weights, device)?;
        let tokens = Tokens::load(folder, model.vocabulary())?;
        let pooling = Pooling::load(folder)?;
        let max_tokens = pooling
            .max_tokens
            .unwrap_or(usize::MAX)
            .min(model.max_tokens());
        Ok(Self {
            model,
            tokens,
            pooling,
            max_tokens,
            batch_tokens,
            waiting: VecDeque::new(),
        })
    }

    /// What it serves.
    pub fn about(&self, device: String) -> About {
        let task = Task::Embed {
            dimensions: self.model.dimensions() as u32,
        };
        About {
            task,
            context_tokens: self.max_tokens as u32,
            device,
            numbers: Numbers::Float32,
        }
    }

    /// Takes an order, unless its texts together have more tokens than `max_tokens`.
    pub fn order(
        &mut self,
        id: OrderId,
        inputs: &[Input],
        max_tokens: Option<u32>,
    ) -> Result<(), Refusal> {
        let texts: VecDeque<Vec<u32>> = inputs
            .iter()
            .map(|input| self.encode(input))
            .collect::<Result<_, _>>()?;
        if texts.is_empty() {
            return Err(Refusal::Empty);
        }
        let tokens = texts
            .iter()
            .map(|text| text.len() as u32)
            .fold(0, u32::saturating_add);
        Refusal::check_input(tokens.into(), max_tokens)?;
        self.waiting.push_back(Pending {
            id,
            texts,
            vectors: Vec::new(),
            tokens,
        });
        Ok(())
    }

    fn encode(&self, input: &Input) -> Result<Vec<u32>, Refusal> {
        let ids = match input {
            Input::Text(text) if !self.pooling.prefix.is_empty() => self
                .tokens
                .encode(&Input::Text(format!("{}{text}", self.pooling.prefix)), true),
            other => self.tokens.encode(other, true),
        }?;
        match ids.len() <= self.max_tokens {
            true => Ok(ids),
            false => Err(Refusal::TooLong {
                tokens: ids.len() as u64,
                max: self.max_tokens as u32,
            }),
        }
    }

    /// Nobody wants this any more. True if it was there.
    pub fn cancel(&mut self, id: OrderId) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|pending| pending.id != id);
        self.waiting.len() < before
    }

    /// Whether something waits.
    pub fn is_busy(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes one step, and says what is complete with it.
    pub fn step(&mut self, say: &Sender<Word>) {
        let batch = self.batch();
        let texts: Vec<&[u32]> = batch.iter().map(|(_, text)| text.as_slice()).collect();
        let vectors = self.model.hidden(&texts).and_then(|hidden| {
            hidden
                .iter()
                .map(|states| self.pooling.vector(states))
                .collect::<candle_core::Result<Vec<_>>>()
        });
        match vectors {
            Ok(vectors) => {
                for ((id, _), vector) in batch.iter().zip(vectors) {
                    let of = self.waiting.iter_mut().find(|pending| pending.id == *id);
                    if let Some(pending) = of {
                        pending.vectors.push(Vector(vector));
                    }
                }
                self.say_complete(say);
            }
            Err(error) => {
                eprintln!("error: a batch of {} texts failed: {error}", batch.len());
                for (id, _) in &batch {
                    if self.cancel(*id) {
                        say.word(Word::Refused {
                            id: *id,
                            refusal: Refusal::Failed,
                        });
                    }
                }
            }
        }
    }

    /// The next texts, with whose they are.
    fn batch(&mut self) -> Vec<(OrderId, Vec<u32>)> {
        let (mut batch, mut sum) = (Vec::new(), 0);
        for pending in &mut self.waiting {
            while let Some(text) = pending.texts.front() {
                if !batch.is_empty() && sum + text.len() > self.batch_tokens {
                    return batch;
                }
                sum += text.len();
                batch.extend(pending.texts.pop_front().map(|text| (pending.id, text)));
            }
        }
        batch
    }

    fn say_complete(&mut self, say: &Sender<Word>) {
        while self
            .waiting
            .front()
            .is_some_and(|first| first.texts.is_empty())
        {
            let Some(Pending {
                id,
                vectors,
                tokens,
                ..
            }) = self.waiting.pop_front()
            else {
                return;
            };
            say.word(Word::Embedded {
                id,
                vectors,
                tokens,
            });
        }
    }
}
