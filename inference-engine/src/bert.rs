//! BERT: one hidden state for each token of a text.
//!
//! Texts of one batch lie behind each other, without padding: only attention looks at each by itself.

use crate::{error::LoadError, folder::Folder, weights::Weights};
use candle_core::{Device, Result, Tensor, D};
use candle_nn::{
    ops::{layer_norm, softmax_last_dim},
    Activation, Linear, Module,
};
use serde::Deserialize;

/// The part of `config.json` that is read.
#[derive(Clone, Debug, Deserialize)]
pub struct BertConfig {
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    #[serde(default = "two")]
    type_vocab_size: usize,
    #[serde(default = "small")]
    layer_norm_eps: f64,
    hidden_act: Activation,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn two() -> usize {
    2
}

fn small() -> f64 {
    1e-12
}

fn absolute() -> String {
    "absolute".into()
}

struct Norm {
    weight: Tensor,
    bias: Tensor,
    eps: f32,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attention_output: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

/// The model.
pub struct Bert {
    config: BertConfig,
    words: Tensor,
    positions: Tensor,
    /// The row that all tokens of a single text have.
    kind: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    device: Device,
}

impl Bert {
    /// The model of these weights.
    pub fn load(
        folder: &Folder,
        weights: &Weights,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let config: BertConfig = folder.needed_json("config.json")?;
        if config.position_embedding_type != "absolute" {
            return Err(LoadError::Unsupported {
                what: format!("{} positions", config.position_embedding_type),
                instead: "absolute positions".into(),
            });
        }
        if config.num_attention_heads == 0
            || !config
                .hidden_size
                .is_multiple_of(config.num_attention_heads)
        {
            return Err(LoadError::Malformed {
                path: "config.json".into(),
                reason: "hidden_size is no multiple of num_attention_heads".into(),
            });
        }
        let prefix = match weights.has("bert.embeddings.word_embeddings.weight") {
            true => "bert.",
            false => "",
        };
        let (hidden, part) = (config.hidden_size, |name: &str| {
            format!("{prefix}embeddings.{name}")
        });
        let table = |name, rows| weights.tensor(&part(name), &[rows, hidden]);
        let kinds = table("token_type_embeddings.weight", config.type_vocab_size)?;
        let layer =
            |number| Layer::load(weights, &format!("{prefix}encoder.layer.{number}"), &config);
        Ok(Self {
            words: table("word_embeddings.weight", config.vocab_size)?,
            positions: table("position_embeddings.weight", config.max_position_embeddings)?,
            kind: kinds.narrow(0, 0, 1)?,
            norm: Norm::load(weights, &part("LayerNorm"), &config)?,
            layers: (0..config.num_hidden_layers)
                .map(layer)
                .collect::<std::result::Result<_, _>>()?,
            device: device.clone(),
            config,
        })
    }

    /// Numbers of a hidden state.
    pub fn dimensions(&self) -> usize {
        self.config.hidden_size
    }

    /// Tokens of a text at most.
    pub fn max_tokens(&self) -> usize {
        self.config.max_position_embeddings
    }

    /// Rows in the table of tokens.
    pub fn vocabulary(&self) -> usize {
        self.config.vocab_size
    }

    /// The hidden states of each text, one row a token.
    pub fn hidden(&self, texts: &[&[u32]]) -> Result<Vec<Tensor>> {
        let ids: Vec<u32> = texts.iter().flat_map(|text| text.iter().copied()).collect();
        let places: Vec<u32> = texts.iter().flat_map(|text| 0..text.len() as u32).collect();
        let rows =
            |table: &Tensor, of: Vec<u32>| table.index_select(&Tensor::new(of, &self.device)?, 0);
        let embedded = (rows(&self.words, ids)? + rows(&self.positions, places)?)?;
        let mut states = self.norm.forward(&embedded.broadcast_add(&self.kind)?)?;
        let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
        for layer in &self.layers {
            states = layer.forward(&states, &lengths, &self.config)?;
        }
        each(&lengths)
            .map(|(start, len)| states.narrow(0, start, len))
            .collect()
    }
}

/// Where each text begins, and how long it is.
fn each(lengths: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut start = 0;
    lengths.iter().map(move |len| {
        let at = start;
        start += len;
        (at, *len)
    })
}

impl Norm {
    fn load(
        weights: &Weights,
        name: &str,
        config: &BertConfig,
    ) -> std::result::Result<Self, LoadError> {
        // Checkpoints that were converted from TensorFlow call them so.
        let (weight, bias) = match weights.has(&format!("{name}.gamma")) {
            true => ("gamma", "beta"),
            false => ("weight", "bias"),
        };
        let part = |part| weights.tensor(&format!("{name}.{part}"), &[config.hidden_size]);
        Ok(Self {
            weight: part(weight)?,
            bias: part(bias)?,
            eps: config.layer_norm_eps as f32,
        })
    }

    fn forward(&self, states: &Tensor) -> Result<Tensor> {
        layer_norm(&states.contiguous()?, &self.weight, &self.bias, self.eps)
    }
}

impl Layer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &BertConfig,
    ) -> std::result::Result<Self, LoadError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let linear = |part: &str, inputs, outputs| {
            weights.linear(&format!("{name}.{part}"), inputs, outputs, true)
        };
        let norm = |part: &str| Norm::load(weights, &format!("{name}.{part}"), config);
        Ok(Self {
            query: linear("attention.self.query", hidden, hidden)?,
            key: linear("attention.self.key", hidden, hidden)?,
            value: linear("attention.self.value", hidden, hidden)?,
            attention_output: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense", hidden, inner)?,
            output: linear("output.dense", inner, hidden)?,
            output_norm: norm("output.LayerNorm")?,
        })
    }

    fn forward(&self, states: &Tensor, lengths: &[usize], config: &BertConfig) -> Result<Tensor> {
        let (query, key, value) = (
            self.query.forward(states)?,
            self.key.forward(states)?,
            self.value.forward(states)?,
        );
        let heads = config.num_attention_heads;
        let attended: Vec<Tensor> = each(lengths)
            .map(|(start, len)| {
                let of = |all: &Tensor| split_heads(&all.narrow(0, start, len)?, heads);
                attend(&of(&query)?, &of(&key)?, &of(&value)?)
            })
            .collect::<Result<_>>()?;
        let attended = self.attention_output.forward(&Tensor::cat(&attended, 0)?)?;
        let states = self.attention_norm.forward(&(attended + states)?)?;
        let inner = config
            .hidden_act
            .forward(&self.intermediate.forward(&states)?)?;
        self.output_norm
            .forward(&(self.output.forward(&inner)? + states)?)
    }
}

/// (tokens, hidden) to (heads, tokens, hidden of a head).
fn split_heads(states: &Tensor, heads: usize) -> Result<Tensor> {
    let (tokens, hidden) = states.dims2()?;
    states
        .reshape((tokens, heads, hidden / heads))?
        .transpose(0, 1)?
        .contiguous()
}

fn attend(query: &Tensor, key: &Tensor, value: &Tensor) -> Result<Tensor> {
    let (heads, tokens, width) = query.dims3()?;
    let scale = 1.0 / (width as f64).sqrt();
    let scores = (query.matmul(&key.transpose(D::Minus2, D::Minus1)?)? * scale)?;
    let mixed = softmax_last_dim(&scores)?.matmul(value)?;
    mixed.transpose(0, 1)?.reshape((tokens, heads * width))
}
