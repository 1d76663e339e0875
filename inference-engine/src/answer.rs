//! An answer under way: what the model has not seen of it, and what has become of its tokens.
//!
//! An answer that only follows somebody else's tokens has them all from the beginning, so that the model reads them as it
//! reads a prompt.

use crate::{
    decoder::{Cache, Output, Run},
    sampler::Sampler,
    serve::Say,
    text::{Characters, Stops},
    tokens::Tokens,
    trace::Recorder,
};
use ballast_engine_protocol::{Finish, Generate, OrderId, Replay, Trace, Word};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::mpsc::Sender,
};

/// Tokens of an answer that is followed in one step: their logits are all there at once.
const FOLLOWED_IN_STEP: usize = 64;

/// An answer under way.
pub struct Answer {
    /// Number of its order.
    pub id: OrderId,
    cache: Cache,
    /// Tokens that the model has not seen yet.
    unseen: Vec<u32>,
    /// How many of them lead to no choice.
    quiet: usize,
    input_tokens: u32,
    sampler: Sampler,
    characters: Characters,
    stops: Stops,
    max_tokens: u32,
    chosen: u32,
    recorder: Recorder,
    followed: Option<Followed>,
}

/// Tokens that somebody else chose, and what came of them.
struct Followed {
    left: VecDeque<u32>,
    text: String,
    finish: Option<Finish>,
    disagreeing: u32,
}

impl Answer {
    /// An answer to this prompt, with `room` tokens.
    pub fn new(order: Generate, prompt: Vec<u32>, room: u32, cache: Cache) -> Self {
        Self {
            id: order.id,
            cache,
            characters: Characters::after(&prompt),
            quiet: prompt.len().saturating_sub(1),
            input_tokens: prompt.len() as u32,
            unseen: prompt,
            sampler: Sampler::new(order.sampling),
            stops: Stops::new(order.stop),
            max_tokens: room,
            chosen: 0,
            recorder: Recorder::default(),
            followed: None,
        }
    }

    /// With somebody else's tokens for an answer.
    pub fn following(mut self, tokens: Vec<u32>) -> Self {
        // The last one leads to no choice of the answer.
        let read = tokens.len().saturating_sub(1);
        self.unseen.extend(tokens.iter().take(read));
        self.followed = Some(Followed {
            left: tokens.into(),
            text: String::new(),
            finish: None,
            disagreeing: 0,
        });
        self
    }

    /// What it leaves behind where it is.
    pub fn leave(self) -> Trace {
        self.recorder.finish()
    }

    /// Tokens that the model has not seen yet.
    pub fn unseen(&self) -> &[u32] {
        &self.unseen
    }

    /// How many of them it may see in a step that has room for `left`.
    pub fn part(&self, left: usize) -> usize {
        self.unseen
            .len()
            .min(left)
            .min(self.quiet + FOLLOWED_IN_STEP)
    }

    /// The first `part` of them.
    pub fn run(&mut self, part: usize) -> Option<Run<'_>> {
        let wanted = self.wanted(part);
        let tokens = self.unseen.get(..part)?;
        Some(Run {
            tokens,
            cache: &mut self.cache,
            wanted,
        })
    }

    fn wanted(&self, part: usize) -> usize {
        part - part.min(self.quiet)
    }

    /// The model has seen `part` of them. Gives how many choices they lead to.
    pub fn seen(&mut self, part: usize) -> usize {
        let wanted = self.wanted(part);
        self.unseen.drain(..part);
        self.quiet -= part - wanted;
        wanted
    }

    /// Takes what the model made of the tokens it saw. True if the answer is complete with it.
    pub fn take(
        &mut self,
        outputs: Vec<Output>,
        tokens: &Tokens,
        ends: &BTreeSet<u32>,
        say: &Sender<Word>,
    ) -> bool {
        for Output { state, logits } in outputs {
            let over = match self.followed.is_some() {
                true => self.follow(&state, logits, tokens, ends),
                false => self.choose(&state, logits, tokens, ends, say),
            };
            if over {
                self.end(say);
                return true;
            }
        }
        false
    }

    fn choose(
        &mut self,
        state: &[f32],
        logits: Vec<f32>,
        tokens: &Tokens,
        ends: &BTreeSet<u32>,
        say: &Sender<Word>,
    ) -> bool {
        let token = self.sampler.choose(logits);
        self.recorder.push(token, state);
        let (text, finish) = self.goes_on(token, tokens, ends);
        let (id, output_tokens) = (self.id, self.chosen);
        if !text.is_empty() {
            say.word(Word::Delta {
                id,
                text,
                output_tokens,
            });
        }
        self.unseen = vec![token];
        if let Some(finish) = finish {
            let trace = std::mem::take(&mut self.recorder).finish();
            say.word(Word::Finished {
                id,
                finish,
                output_tokens,
                trace: Box::new(trace),
            });
        }
        finish.is_some()
    }

    /// True once there are no more tokens to follow, or the answer should have ended.
    fn follow(
        &mut self,
        state: &[f32],
        logits: Vec<f32>,
        tokens: &Tokens,
        ends: &BTreeSet<u32>,
    ) -> bool {
        let token = self
            .followed
            .as_mut()
            .and_then(|followed| followed.left.pop_front());
        let Some(token) = token else {
            return true;
        };
        let agrees = self.sampler.follow(logits, token);
        self.recorder.push(token, state);
        let (text, finish) = self.goes_on(token, tokens, ends);
        let Some(followed) = &mut self.followed else {
            return true;
        };
        followed.text.push_str(&text);
        followed.finish = finish;
        followed.disagreeing += u32::from(!agrees);
        finish.is_some() || followed.left.is_empty()
    }

    fn end(&mut self, say: &Sender<Word>) {
        let Some(followed) = self.followed.take() else {
            return;
        };
        let trace = std::mem::take(&mut self.recorder).finish();
        let replay = Replay {
            input_tokens: self.input_tokens,
            text: followed.text,
            finish: followed.finish,
            output_tokens: self.chosen,
            disagreeing: followed.disagreeing,
            chunks: trace.chunks,
        };
        say.word(Word::Verified {
            id: self.id,
            replay: Box::new(replay),
        });
    }

    /// Takes a token: gives the text that can be sent with it, and what ends the answer, if it is complete.
    fn goes_on(
        &mut self,
        token: u32,
        tokens: &Tokens,
        ends: &BTreeSet<u32>,
    ) -> (String, Option<Finish>) {
        self.chosen += 1;
        let (mut text, mut finish) = match ends.contains(&token) {
            true => (self.characters.rest(tokens), Some(Finish::Stop)),
            false => (self.characters.push(token, tokens), None),
        };
        if finish.is_none() && self.chosen >= self.max_tokens {
            text.push_str(&self.characters.rest(tokens));
            finish = Some(Finish::Length);
        }
        let (mut send, stopped) = self.stops.push(&text);
        if stopped {
            finish = Some(Finish::Stop);
        } else if finish.is_some() {
            send.push_str(&self.stops.rest());
        }
        (send, finish)
    }
}
