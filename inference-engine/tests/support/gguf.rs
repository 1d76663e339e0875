//! Writes a model's folder as one GGUF file, as llama.cpp's converter would: names, keys, the order of rows, tokens. It
//! knows nothing of the reader; the bytes are laid out by candle.

use candle_core::{
    quantized::{
        gguf_file::{self, Value},
        GgmlDType, QTensor,
    },
    safetensors, DType, Device, Tensor,
};
use serde_json::Value as Json;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
};

const NAMES: [(&str, &str); 26] = [
    ("model.embed_tokens", "token_embd"),
    ("model.norm", "output_norm"),
    ("lm_head", "output"),
    ("input_layernorm", "attn_norm"),
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("post_attention_layernorm", "ffn_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
    ("embeddings.word_embeddings", "token_embd"),
    ("embeddings.position_embeddings", "position_embd"),
    ("embeddings.token_type_embeddings", "token_types"),
    ("embeddings.LayerNorm", "token_embd_norm"),
    ("attention.self.query", "attn_q"),
    ("attention.self.key", "attn_k"),
    ("attention.self.value", "attn_v"),
    ("attention.output.dense", "attn_output"),
    ("attention.output.LayerNorm", "attn_output_norm"),
    ("intermediate.dense", "ffn_up"),
    ("output.dense", "ffn_down"),
    ("output.LayerNorm", "layer_output_norm"),
];

/// Writes the model of the folder `from` into the file `to`, its matrices held as `kind`.
pub fn write(from: &Path, to: &Path, kind: GgmlDType) {
    let json = |name: &str| -> Json {
        serde_json::from_str(&fs::read_to_string(from.join(name)).unwrap()).unwrap()
    };
    let (config, tokenizer) = (json("config.json"), json("tokenizer.json"));
    let values = values(&config, &tokenizer, &json("tokenizer_config.json"));
    let weights = safetensors::load(from.join("model.safetensors"), &Device::Cpu).unwrap();
    let weights: BTreeMap<String, Tensor> = weights.into_iter().collect();
    let tensors: Vec<(String, QTensor)> = weights
        .iter()
        .filter(|(name, tensor)| tensor.dtype().is_float() && !name.contains("pooler"))
        .map(|(name, tensor)| (theirs(name), held(name, tensor, &config, kind)))
        .collect();
    let values: Vec<(&str, &Value)> = values
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let tensors: Vec<(&str, &QTensor)> = tensors
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor))
        .collect();
    gguf_file::write(&mut File::create(to).unwrap(), &values, &tensors).unwrap();
}

fn theirs(name: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap();
    let stem = stem.strip_prefix("bert.").unwrap_or(stem);
    let (layer, part) = ["model.layers.", "encoder.layer."]
        .iter()
        .find_map(|layers| stem.strip_prefix(layers))
        .map_or(("", stem), |rest| rest.split_once('.').unwrap());
    let (_, part) = NAMES.iter().find(|(ours, _)| *ours == part).unwrap();
    match layer {
        "" => format!("{part}.{end}"),
        number => format!("blk.{number}.{part}.{end}"),
    }
}

fn held(name: &str, tensor: &Tensor, config: &Json, kind: GgmlDType) -> QTensor {
    let mut tensor = tensor.to_dtype(DType::F32).unwrap();
    if config["model_type"] == "llama" {
        for (part, heads) in [
            ("q_proj", "num_attention_heads"),
            ("k_proj", "num_key_value_heads"),
        ] {
            if name.contains(part) {
                tensor = turned(&tensor, config[heads].as_u64().unwrap() as usize);
            }
        }
    }
    let columns = *tensor.dims().last().unwrap();
    let fits = tensor.rank() == 2 && columns.is_multiple_of(kind.block_size());
    QTensor::quantize(&tensor, if fits { kind } else { GgmlDType::F32 }).unwrap()
}

/// Rows that are turned together become neighbours.
fn turned(tensor: &Tensor, heads: usize) -> Tensor {
    let (rows, columns) = tensor.dims2().unwrap();
    let halves = tensor
        .reshape((heads, 2, rows / heads / 2, columns))
        .unwrap();
    let neighbours = halves.transpose(1, 2).unwrap().contiguous().unwrap();
    neighbours.reshape((rows, columns)).unwrap()
}

fn values(config: &Json, tokenizer: &Json, marks: &Json) -> Vec<(String, Value)> {
    let kind = config["model_type"].as_str().unwrap();
    let count = |name: &str| Value::U32(config[name].as_u64().unwrap() as u32);
    let number = |name: &str| Value::F32(config[name].as_f64().unwrap() as f32);
    let mut values = vec![(
        "general.architecture".to_string(),
        Value::String(kind.into()),
    )];
    let mut add = |name: &str, value| values.push((format!("{kind}.{name}"), value));
    add("context_length", count("max_position_embeddings"));
    add("embedding_length", count("hidden_size"));
    add("block_count", count("num_hidden_layers"));
    add("feed_forward_length", count("intermediate_size"));
    add("attention.head_count", count("num_attention_heads"));
    if kind == "bert" {
        add("attention.layer_norm_epsilon", number("layer_norm_eps"));
        add("attention.causal", Value::Bool(false));
        add("pooling_type", Value::U32(1));
    } else {
        add("attention.head_count_kv", count("num_key_value_heads"));
        add("attention.layer_norm_rms_epsilon", number("rms_norm_eps"));
        add("rope.freq_base", number("rope_theta"));
    }
    values.extend(tokens(tokenizer, marks));
    values
}

fn tokens(tokenizer: &Json, marks: &Json) -> Vec<(String, Value)> {
    let model = &tokenizer["model"];
    let mut texts: BTreeMap<u64, String> = BTreeMap::new();
    for (text, id) in model["vocab"].as_object().unwrap() {
        texts.insert(id.as_u64().unwrap(), text.clone());
    }
    let mut special = Vec::new();
    for added in tokenizer["added_tokens"].as_array().unwrap() {
        let id = added["id"].as_u64().unwrap();
        texts.insert(id, added["content"].as_str().unwrap().into());
        special.extend((added["special"] == true).then_some(id));
    }
    let words = model["type"] == "WordPiece";
    let text = |text: &String| match text.strip_prefix("##") {
        _ if !words || text.starts_with('[') && text.ends_with(']') => text.clone(),
        Some(rest) => rest.to_string(),
        None => format!("\u{2581}{text}"),
    };
    let kinds = texts
        .keys()
        .map(|id| Value::I32(if special.contains(id) { 3 } else { 1 }));
    let texts_of = |list: Vec<String>| Value::Array(list.into_iter().map(Value::String).collect());
    let mut values = vec![
        (
            "tokens",
            texts_of(texts.values().map(text).collect::<Vec<_>>()),
        ),
        ("token_type", Value::Array(kinds.collect())),
        (
            "model",
            Value::String(if words { "bert" } else { "gpt2" }.into()),
        ),
    ];
    if !words {
        let merges = model["merges"].as_array().unwrap().iter();
        let merge = |pair: &Json| match pair.as_str() {
            Some(text) => text.to_string(),
            None => format!(
                "{} {}",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            ),
        };
        values.push(("merges", texts_of(merges.map(merge).collect())));
        values.push(("pre", Value::String("gpt-2".into())));
    }
    let content = |mark: &Json| {
        let text = mark.as_str().or_else(|| mark["content"].as_str())?;
        let (id, _) = texts.iter().find(|(_, one)| *one == text)?;
        Some(Value::U32(*id as u32))
    };
    for (key, mark) in [("bos_token_id", "bos_token"), ("eos_token_id", "eos_token")] {
        values.extend(content(&marks[mark]).map(|id| (key, id)));
    }
    let mut values: Vec<(String, Value)> = values
        .into_iter()
        .map(|(key, value)| (format!("tokenizer.ggml.{key}"), value))
        .collect();
    if let Some(template) = marks["chat_template"].as_str() {
        let template = Value::String(template.into());
        values.push(("tokenizer.chat_template".into(), template));
    }
    values
}
