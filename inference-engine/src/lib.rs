//! Runs one model, from a folder that was checked, for the inference worker.
//!
//! Goals: a model's own files say how text becomes tokens, how a conversation becomes a prompt and how hidden states
//! become a vector; requests that come at the same time share the work; whatever a model or a prompt does, it does in a
//! process that has no key and no network.
//! Non-goals: who may ask (the worker), fetching (its client), training.
//!
//! Read in this order: [`folder`], [`gguf`] and [`weights`] (what is read), [`tokens`] and [`template`] (text to tokens), [`bert`],
//! [`pooling`] and [`embedder`] (vectors), [`decoder`], [`sampler`], [`text`], [`trace`] and [`generator`] (text), [`serve`].

mod answer;
pub mod bert;
pub mod decoder;
pub mod device;
pub mod embedder;
pub mod error;
pub mod folder;
pub mod generator;
pub mod gguf;
pub mod pooling;
pub mod product;
pub mod rope;
pub mod sampler;
pub mod serve;
pub mod template;
pub mod text;
pub mod tokens;
pub mod trace;
pub mod weights;
