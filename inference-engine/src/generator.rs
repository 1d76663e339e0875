//! Text, a token at a time. All answers under way share each pass over the weights; prompts are read in parts beside
//! them, so that a long prompt does not hold up the answers of others.

use crate::{
    answer::Answer,
    decoder::{Decoder, Output, Run},
    error::LoadError,
    folder::Folder,
    serve::Say,
    template::{Template, TokenizerConfig},
    tokens::Tokens,
    weights::Weights,
};
use ballast_engine_protocol::{
    About, Generate, Numbers, OrderId, Prompt, Refusal, Task, Trace, Word,
};
use candle_core::Device;
use serde::Deserialize;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::mpsc::Sender,
};

/// Bounds of a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Answers under way at a time; others wait.
    pub sequences: usize,
    /// Tokens of prompt and answer.
    pub context: usize,
    /// Tokens of prompts that are read in one step.
    pub step_tokens: usize,
}

/// Serves a model that gives text.
pub struct Generator {
    model: Decoder,
    tokens: Tokens,
    template: Option<Template>,
    ends: BTreeSet<u32>,
    numbers: Numbers,
    bounds: Bounds,
    waiting: VecDeque<Answer>,
    running: Vec<Answer>,
}

#[derive(Deserialize, Default)]
struct EndConfig {
    eos_token_id: Option<Ends>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ends {
    One(u32),
    Some(Vec<u32>),
}

impl Generator {
    /// Loads the model of a folder, to be computed in these numbers.
    pub fn load(
        folder: &Folder,
        numbers: Numbers,
        device: &Device,
        bounds: Bounds,
    ) -> Result<Self, LoadError> {
        let weights = Weights::load(folder, numbers, device)?;
        let model = Decoder::load(folder, &weights, bounds.context, device)?;
        let tokens = Tokens::load(folder, model.vocabulary())?;
        let config = TokenizerConfig::load(folder)?;
        Ok(Self {
            template: Template::load(folder, &config)?,
            ends: ends(folder, &config, &tokens)?,
            model,
            tokens,
            numbers,
            bounds,
            waiting: VecDeque::new(),
            running: Vec::new(),
        })
    }

    /// What it serves.
    pub fn about(&self, device: String) -> About {
        let task = Task::Generate {
            chat: self.template.is_some(),
        };
        About {
            task,
            context_tokens: self.model.context() as u32,
            device,
            numbers: self.numbers,
        }
    }

    /// Takes an order, and says how long its prompt is.
    pub fn order(&mut self, order: Generate) -> Result<u32, Refusal> {
        let prompt = self.prompt(&order.prompt)?;
        Refusal::check_input(prompt.len() as u64, order.max_input_tokens)?;
        let room = self.room(prompt.len(), order.max_tokens)?;
        let input_tokens = prompt.len() as u32;
        let cache = self.model.cache();
        let answer = Answer::new(order, prompt, room, cache);
        self.waiting.push_back(answer);
        Ok(input_tokens)
    }

    /// Takes an order to run somebody else's tokens again.
    pub fn verify(&mut self, order: Generate, tokens: Vec<u32>) -> Result<(), Refusal> {
        let prompt = self.prompt(&order.prompt)?;
        let room = self.room(prompt.len(), order.max_tokens)?;
        let (vocabulary, max) = (self.model.vocabulary() as u32, room as usize);
        if let Some(token) = tokens.iter().find(|token| **token >= vocabulary) {
            return Err(Refusal::NoToken {
                token: *token,
                vocabulary,
            });
        }
        if tokens.is_empty() {
            return Err(Refusal::Empty);
        }
        if tokens.len() > max {
            return Err(Refusal::NoRoom {
                tokens: prompt.len() as u64,
                wanted: u32::try_from(tokens.len()).unwrap_or(u32::MAX),
                max: self.model.context() as u32,
            });
        }
        let answer = Answer::new(order, prompt, room, self.model.cache());
        // A verifier has its time from the chain, and a pass over what is there already takes little from those who wait.
        self.waiting.push_front(answer.following(tokens));
        Ok(())
    }

    fn prompt(&self, prompt: &Prompt) -> Result<Vec<u32>, Refusal> {
        match prompt {
            Prompt::Text(input) => self.tokens.encode(input, true),
            Prompt::Chat(messages) => {
                let template = self.template.as_ref().ok_or(Refusal::NoTemplate)?;
                let text = template.render(messages)?;
                self.tokens
                    .encode(&ballast_engine_protocol::Input::Text(text), false)
            }
        }
    }

    /// Tokens that the answer may have.
    fn room(&self, prompt: usize, wanted: Option<u32>) -> Result<u32, Refusal> {
        let (max, tokens) = (self.model.context() as u32, prompt as u64);
        let left = u64::from(max).saturating_sub(tokens) as u32;
        match wanted {
            _ if left == 0 => Err(Refusal::TooLong { tokens, max }),
            Some(wanted) if wanted > left => Err(Refusal::NoRoom {
                tokens,
                wanted,
                max,
            }),
            Some(wanted) => Ok(wanted),
            None => Ok(left),
        }
    }

    /// Nobody wants more of this. Gives the tokens chosen and what they leave behind, if it was there.
    pub fn cancel(&mut self, id: OrderId) -> Option<Trace> {
        if let Some(at) = self.waiting.iter().position(|answer| answer.id == id) {
            return self.waiting.remove(at).map(Answer::leave);
        }
        let at = self.running.iter().position(|answer| answer.id == id)?;
        Some(self.running.remove(at).leave())
    }

    /// Whether something is under way or waits.
    pub fn is_busy(&self) -> bool {
        !self.running.is_empty() || !self.waiting.is_empty()
    }

    /// Takes one step, and says what came of it.
    pub fn step(&mut self, say: &Sender<Word>) {
        while self.running.len() < self.bounds.sequences {
            match self.waiting.pop_front() {
                Some(answer) => self.running.push(answer),
                None => break,
            }
        }
        let parts = self.parts();
        match self.pass(&parts) {
            Ok(outputs) => self.take(&parts, outputs, say),
            Err(error) => {
                eprintln!(
                    "error: a step of {} answers failed: {error}",
                    self.running.len()
                );
                for answer in self.running.drain(..) {
                    say.word(Word::Refused {
                        id: answer.id,
                        refusal: Refusal::Failed,
                    });
                }
            }
        }
    }

    /// How many tokens of each answer the model sees in the next step.
    fn parts(&self) -> Vec<usize> {
        let mut left = self.bounds.step_tokens.max(1);
        let part = |answer: &Answer| match answer.unseen().len() {
            1 => 1,
            _ => {
                let part = answer.part(left);
                left -= part;
                part
            }
        };
        self.running.iter().map(part).collect()
    }

    fn pass(&mut self, parts: &[usize]) -> candle_core::Result<Vec<Output>> {
        let with_part = self
            .running
            .iter_mut()
            .zip(parts)
            .filter(|(_, part)| **part > 0);
        let mut runs: Vec<Run<'_>> = with_part
            .filter_map(|(answer, part)| answer.run(*part))
            .collect();
        self.model.step(&mut runs)
    }

    /// Lets every answer take what the model made of its part.
    fn take(&mut self, parts: &[usize], outputs: Vec<Output>, say: &Sender<Word>) {
        let mut outputs = outputs.into_iter();
        let mut parts = parts.iter();
        let (tokens, ends) = (&self.tokens, &self.ends);
        self.running.retain_mut(|answer| {
            let part = parts.next().copied().unwrap_or_default();
            let wanted = answer.seen(part);
            let of_it: Vec<Output> = outputs.by_ref().take(wanted).collect();
            !answer.take(of_it, tokens, ends, say)
        });
    }
}

/// Tokens that end an answer.
fn ends(
    folder: &Folder,
    config: &TokenizerConfig,
    tokens: &Tokens,
) -> Result<BTreeSet<u32>, LoadError> {
    let mut ends = BTreeSet::new();
    for name in ["generation_config.json", "config.json"] {
        let found: EndConfig = folder.json(name)?.unwrap_or_default();
        match found.eos_token_id {
            Some(Ends::One(id)) => ends.extend([id]),
            Some(Ends::Some(ids)) => ends.extend(ids),
            None => {}
        }
    }
    ends.extend(config.end().and_then(|end| tokens.id(&end)));
    Ok(ends)
}
