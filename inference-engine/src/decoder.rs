//! Decoders of the Llama family: Llama, Qwen2, Qwen3, Mistral. They differ in a few places that `config.json` names.
//!
//! One step takes any number of runs of tokens, each with its own cache, and gives the logits after each run. A run is a
//! part of a prompt or the one token chosen last, so prompts and answers of many requests share each pass over the
//! weights. Only attention looks at each run by itself.

use crate::{
    error::LoadError,
    folder::Folder,
    product::{product, through},
    rope::{Rope, RopeParameters},
    weights::Weights,
};
use candle_core::{DType, Device, Result, Tensor, D};
use candle_nn::{
    kv_cache::KvCache,
    ops::{rms_norm, silu, softmax_last_dim},
    rotary_emb::rope,
    Linear,
};
use serde::Deserialize;

/// Positions by which a cache grows.
const CACHE_STEP: usize = 256;
/// Layers, heads, and numbers of a state or of a head: more than any model has, and products of them fit.
const COUNT_MAX: usize = 1 << 20;

/// The part of `config.json` that is read.
#[derive(Clone, Debug, Deserialize)]
pub struct DecoderConfig {
    model_type: String,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "small")]
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    rope_scaling: Option<RopeParameters>,
    rope_parameters: Option<RopeParameters>,
    #[serde(default)]
    tie_word_embeddings: bool,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
    #[serde(default)]
    use_sliding_window: Option<bool>,
    sliding_window: Option<usize>,
    #[serde(default = "silu_name")]
    hidden_act: String,
}

fn small() -> f64 {
    1e-6
}

fn silu_name() -> String {
    "silu".into()
}

struct Layer {
    input_norm: Tensor,
    query: Linear,
    key: Linear,
    value: Linear,
    /// Norms of each head's queries and keys, where the model has them.
    head_norms: Option<(Tensor, Tensor)>,
    attention_output: Linear,
    inner_norm: Tensor,
    gate: Linear,
    up: Linear,
    down: Linear,
}

/// The model.
pub struct Decoder {
    shape: Shape,
    words: Tensor,
    layers: Vec<Layer>,
    norm: Tensor,
    head: Linear,
    rope: Rope,
    device: Device,
    context: usize,
    vocabulary: usize,
}

#[derive(Clone, Copy)]
struct Shape {
    heads: usize,
    key_heads: usize,
    width: usize,
    eps: f32,
}

/// What a sequence's earlier tokens left behind.
pub struct Cache(Vec<KvCache>);

/// Tokens that go on from a cache.
pub struct Run<'a> {
    /// The tokens, at least one.
    pub tokens: &'a [u32],
    /// What came before them; they are added to it.
    pub cache: &'a mut Cache,
    /// After how many of them, counted from the last, something is wanted.
    pub wanted: usize,
}

/// What the model makes of a sequence after one of its tokens, in 32-bit numbers.
pub struct Output {
    /// The last hidden state.
    pub state: Vec<f32>,
    /// The logits.
    pub logits: Vec<f32>,
}

impl Cache {
    /// Tokens in it.
    pub fn len(&self) -> usize {
        self.0.first().map_or(0, KvCache::current_seq_len)
    }

    /// Whether nothing came before.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One run's place in a step.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    len: usize,
    before: usize,
    wanted: usize,
}

impl Decoder {
    /// The model of these weights, with at most `context` tokens.
    pub fn load(
        folder: &Folder,
        weights: &Weights,
        context: usize,
        device: &Device,
    ) -> std::result::Result<Self, LoadError> {
        let config: DecoderConfig = folder.needed_json("config.json")?;
        let shape = config.shape()?;
        let context = context.min(config.max_position_embeddings);
        if let Some(window) = config.window().filter(|window| *window < context) {
            return Err(LoadError::Unsupported {
                what: format!("attention in a window of {window} tokens"),
                instead: format!("it with --context {window} or less"),
            });
        }
        let (hidden, vocabulary) = (config.hidden_size, config.vocab_size);
        let words = weights.tensor("model.embed_tokens.weight", &[vocabulary, hidden])?;
        let head = match config.tie_word_embeddings || !weights.has("lm_head.weight") {
            true => Linear::new(words.clone(), None),
            false => weights.linear("lm_head", hidden, vocabulary, false)?,
        };
        let (parameters, theta) = config.rope();
        let layer =
            |number| Layer::load(weights, &format!("model.layers.{number}"), &config, shape);
        Ok(Self {
            shape,
            words,
            layers: (0..config.num_hidden_layers)
                .map(layer)
                .collect::<std::result::Result<_, _>>()?,
            norm: norm(weights, "model.norm.weight", hidden)?,
            head,
            rope: Rope::new(&parameters, theta, shape.width, context, device)?,
            device: device.clone(),
            context,
            vocabulary,
        })
    }

    /// Tokens of prompt and answer together.
    pub fn context(&self) -> usize {
        self.context
    }

    /// Rows in the table of tokens.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// A cache for a new sequence.
    pub fn cache(&self) -> Cache {
        Cache(
            self.layers
                .iter()
                .map(|_| KvCache::new(1, CACHE_STEP))
                .collect(),
        )
    }

    /// Takes one step, and gives what is wanted of each run, in their order.
    pub fn step(&self, runs: &mut [Run<'_>]) -> Result<Vec<Output>> {
        let (mut ids, mut positions, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for run in runs.iter() {
            let before = run.cache.len();
            places.push(Place {
                start: ids.len(),
                len: run.tokens.len(),
                before,
                wanted: run.wanted.min(run.tokens.len()),
            });
            ids.extend_from_slice(run.tokens);
            positions.extend(before as u32..(before + run.tokens.len()) as u32);
        }
        let turns = self.rope.at(&Tensor::new(positions, &self.device)?)?;
        let mut states = self
            .words
            .index_select(&Tensor::new(ids, &self.device)?, 0)?
            .to_dtype(DType::F32)?;
        for (number, layer) in self.layers.iter().enumerate() {
            let mut caches: Vec<&mut KvCache> = runs
                .iter_mut()
                .filter_map(|run| run.cache.0.get_mut(number))
                .collect();
            states = layer.forward(&states, &places, &mut caches, &turns, self.shape)?;
        }
        let wanted: Vec<u32> = places.iter().flat_map(Place::wanted).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let states = states.index_select(&Tensor::new(wanted, &self.device)?, 0)?;
        let states = rms_norm(&states, &self.norm, self.shape.eps)?;
        let logits: Vec<Vec<f32>> = through(&self.head, &states)?.to_vec2()?;
        let states: Vec<Vec<f32>> = states.to_vec2()?;
        let output = |(state, logits)| Output { state, logits };
        Ok(states.into_iter().zip(logits).map(output).collect())
    }
}

impl Place {
    /// Rows of the step after which something is wanted.
    fn wanted(&self) -> std::ops::Range<u32> {
        let end = self.start + self.len;
        (end - self.wanted) as u32..end as u32
    }
}

impl DecoderConfig {
    fn shape(&self) -> std::result::Result<Shape, LoadError> {
        let malformed = |reason: &str| LoadError::Malformed {
            path: "config.json".into(),
            reason: reason.into(),
        };
        if self.hidden_act != "silu" {
            return Err(LoadError::Unsupported {
                what: format!("hidden_act {}", self.hidden_act),
                instead: "silu".into(),
            });
        }
        let heads = self.num_attention_heads;
        let key_heads = self.num_key_value_heads.unwrap_or(heads);
        if heads == 0 || key_heads == 0 || !heads.is_multiple_of(key_heads) {
            return Err(malformed(
                "num_attention_heads is no multiple of num_key_value_heads",
            ));
        }
        let width = self.head_dim.unwrap_or(self.hidden_size / heads);
        let counts = [self.num_hidden_layers, self.hidden_size, heads, width];
        if counts.iter().any(|count| !(1..=COUNT_MAX).contains(count)) {
            return Err(malformed(
                "layers, heads and their numbers are not from 1 to 1048576",
            ));
        }
        match width >= 2 && width.is_multiple_of(2) {
            true => Ok(Shape {
                heads,
                key_heads,
                width,
                eps: self.rms_norm_eps as f32,
            }),
            false => Err(malformed("the numbers of a head are not even")),
        }
    }

    /// Qwen2 has a bias at its queries, keys and values and nowhere else; Llama says where.
    fn biases(&self) -> (bool, bool) {
        match self.model_type.as_str() {
            "qwen2" => (true, false),
            _ => (self.attention_bias, self.attention_bias),
        }
    }

    /// Mistral names a window to use it, Qwen2 says whether it does.
    fn window(&self) -> Option<usize> {
        self.sliding_window.filter(|_| {
            self.use_sliding_window
                .unwrap_or(self.model_type == "mistral")
        })
    }

    fn rope(&self) -> (RopeParameters, f64) {
        let parameters = self
            .rope_parameters
            .clone()
            .or_else(|| self.rope_scaling.clone())
            .unwrap_or_default();
        let theta = parameters
            .rope_theta
            .or(self.rope_theta)
            .unwrap_or(10_000.0);
        (parameters, theta)
    }
}

impl Layer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &DecoderConfig,
        shape: Shape,
    ) -> std::result::Result<Self, LoadError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        let (queries, keys) = (shape.heads * shape.width, shape.key_heads * shape.width);
        let (bias, output_bias) = config.biases();
        let attention = |part: &str, inputs, outputs, bias| {
            weights.linear(&format!("{name}.self_attn.{part}"), inputs, outputs, bias)
        };
        let mlp = |part: &str, inputs, outputs| {
            weights.linear(
                &format!("{name}.mlp.{part}"),
                inputs,
                outputs,
                config.mlp_bias,
            )
        };
        let head_norm = |part: &str| {
            let name = format!("{name}.self_attn.{part}_norm.weight");
            norm(weights, &name, shape.width)
        };
        Ok(Self {
            head_norms: match config.model_type.as_str() {
                "qwen3" => Some((head_norm("q")?, head_norm("k")?)),
                _ => None,
            },
            input_norm: norm(weights, &format!("{name}.input_layernorm.weight"), hidden)?,
            query: attention("q_proj", hidden, queries, bias)?,
            key: attention("k_proj", hidden, keys, bias)?,
            value: attention("v_proj", hidden, keys, bias)?,
            attention_output: attention("o_proj", queries, hidden, output_bias)?,
            inner_norm: norm(
                weights,
                &format!("{name}.post_attention_layernorm.weight"),
                hidden,
            )?,
            gate: mlp("gate_proj", hidden, inner)?,
            up: mlp("up_proj", hidden, inner)?,
            down: mlp("down_proj", inner, hidden)?,
        })
    }

    fn forward(
        &self,
        states: &Tensor,
        places: &[Place],
        caches: &mut [&mut KvCache],
        turns: &(Tensor, Tensor),
        shape: Shape,
    ) -> Result<Tensor> {
        let normed = rms_norm(states, &self.input_norm, shape.eps)?;
        let (query_norm, key_norm) = match &self.head_norms {
            Some((query, key)) => (Some(query), Some(key)),
            None => (None, None),
        };
        let query = by_heads(&through(&self.query, &normed)?, shape.heads, shape.width)?;
        let query = turned(&query, query_norm, shape.eps, turns)?;
        let key = by_heads(&through(&self.key, &normed)?, shape.key_heads, shape.width)?;
        let key = turned(&key, key_norm, shape.eps, turns)?;
        let value = by_heads(
            &through(&self.value, &normed)?,
            shape.key_heads,
            shape.width,
        )?;
        let attended: Vec<Tensor> = places
            .iter()
            .zip(caches)
            .map(|(place, cache)| {
                let part = |all: &Tensor| all.narrow(1, place.start, place.len)?.contiguous();
                let (keys, values) = cache.append(&part(&key)?, &part(&value)?)?;
                attend(&part(&query)?, &keys, &values, *place, shape)
            })
            .collect::<Result<_>>()?;
        let states = (through(&self.attention_output, &Tensor::cat(&attended, 0)?)? + states)?;
        let normed = rms_norm(&states, &self.inner_norm, shape.eps)?;
        let inner = (silu(&through(&self.gate, &normed)?)? * through(&self.up, &normed)?)?;
        through(&self.down, &inner)? + states
    }
}

/// The weight of a norm.
fn norm(weights: &Weights, name: &str, width: usize) -> std::result::Result<Tensor, LoadError> {
    Ok(weights.tensor(name, &[width])?.to_dtype(DType::F32)?)
}

/// (tokens, heads * width) to (heads, tokens, width).
fn by_heads(states: &Tensor, heads: usize, width: usize) -> Result<Tensor> {
    let tokens = states.dim(0)?;
    states
        .reshape((tokens, heads, width))?
        .transpose(0, 1)?
        .contiguous()
}

/// (heads, tokens, width), normed where the model does so, and turned by their positions.
fn turned(
    states: &Tensor,
    norm: Option<&Tensor>,
    eps: f32,
    (cos, sin): &(Tensor, Tensor),
) -> Result<Tensor> {
    let normed = match norm {
        Some(weight) => rms_norm(states, weight, eps)?,
        None => states.clone(),
    };
    rope(&normed.unsqueeze(0)?, cos, sin)?.squeeze(0)
}

/// Attention of one run to everything before it and to itself. Queries of heads that share a key head lie behind each
/// other, so that keys and values need not be copied.
fn attend(
    query: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    place: Place,
    shape: Shape,
) -> Result<Tensor> {
    let Shape {
        heads,
        key_heads,
        width,
        ..
    } = shape;
    let (len, all, group) = (place.len, place.before + place.len, heads / key_heads);
    let query = query.reshape((key_heads, group * len, width))?;
    let scale = 1.0 / (width as f64).sqrt();
    let mut scores = (product(&query, &keys.transpose(D::Minus2, D::Minus1)?)? * scale)?;
    if len > 1 {
        let mask = future(place, scores.device())?;
        scores = scores
            .reshape((heads, len, all))?
            .broadcast_add(&mask)?
            .reshape((key_heads, group * len, all))?;
    }
    let mixed = product(&softmax_last_dim(&scores)?, values)?;
    mixed
        .reshape((heads, len, width))?
        .transpose(0, 1)?
        .reshape((len, heads * width))
}

/// Minus infinity where a token would look at a later one.
fn future(place: Place, device: &Device) -> Result<Tensor> {
    let all = place.before + place.len;
    let row = |at: usize| {
        (0..all).map(move |to| {
            if to > place.before + at {
                f32::NEG_INFINITY
            } else {
                0.0
            }
        })
    };
    let mask: Vec<f32> = (0..place.len).flat_map(row).collect();
    Tensor::from_vec(mask, (place.len, all), device)
}
