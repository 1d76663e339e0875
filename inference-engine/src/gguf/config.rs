//! What a GGUF file says about a model's sizes, in the words of `config.json`.

use super::Gguf;
use crate::error::LoadError;
use serde_json::{json, Value};

/// The one architecture that gives vectors.
pub const BERT: &str = "bert";
/// The file that says how states become a vector.
pub const POOLING_FILE: &str = "1_Pooling/config.json";
const DECODERS: [&str; 3] = ["llama", "qwen2", "qwen3"];
/// Frequencies that may be stretched each by its own factor: more than the numbers of a head ever are.
const FACTORS_MAX: u64 = 1 << 12;

/// `config.json`.
pub fn config(gguf: &Gguf) -> Result<Value, LoadError> {
    match gguf.architecture.as_str() {
        BERT => bert(gguf),
        decoder if DECODERS.contains(&decoder) => self::decoder(gguf),
        other => Err(LoadError::Unsupported {
            what: format!("GGUF models of the type {other:?}"),
            instead: "bert, llama (Mistral too), qwen2 and qwen3".into(),
        }),
    }
}

fn bert(gguf: &Gguf) -> Result<Value, LoadError> {
    let needed = |name: &str| gguf.needed_count(&gguf.key(name));
    if gguf.flag(&gguf.key("attention.causal"))? == Some(true) {
        return Err(LoadError::Unsupported {
            what: "BERT whose tokens see only what came before".into(),
            instead: "BERT whose tokens see each other".into(),
        });
    }
    let epsilon = gguf.number(&gguf.key("attention.layer_norm_epsilon"))?;
    Ok(json!({
        "model_type": BERT,
        "hidden_size": needed("embedding_length")?,
        "num_hidden_layers": needed("block_count")?,
        "num_attention_heads": needed("attention.head_count")?,
        "intermediate_size": needed("feed_forward_length")?,
        "max_position_embeddings": rows(gguf, "position_embd.weight")?,
        "type_vocab_size": rows(gguf, "token_types.weight")?,
        "vocab_size": rows(gguf, "token_embd.weight")?,
        "layer_norm_eps": epsilon.unwrap_or(1e-12),
        "hidden_act": "gelu",
    }))
}

fn decoder(gguf: &Gguf) -> Result<Value, LoadError> {
    let needed = |name: &str| gguf.needed_count(&gguf.key(name));
    let (hidden, heads) = (needed("embedding_length")?, needed("attention.head_count")?);
    let width = match gguf.count(&gguf.key("attention.key_length"))? {
        Some(width) => width,
        None => hidden.checked_div(heads).unwrap_or(0),
    };
    refuse_others(gguf, width)?;
    let window = gguf
        .count(&gguf.key("attention.sliding_window"))?
        .filter(|window| *window > 0);
    let epsilon = gguf.number(&gguf.key("attention.layer_norm_rms_epsilon"))?;
    let has = |name: &str| gguf.header.tensors.contains_key(name);
    Ok(json!({
        "model_type": gguf.architecture,
        "hidden_size": hidden,
        "intermediate_size": needed("feed_forward_length")?,
        "num_hidden_layers": needed("block_count")?,
        "num_attention_heads": heads,
        "num_key_value_heads": key_heads(gguf)?,
        "head_dim": width,
        "vocab_size": rows(gguf, "token_embd.weight")?,
        "max_position_embeddings": needed("context_length")?,
        "rms_norm_eps": epsilon.ok_or_else(|| gguf.malformed(format!("it does not say {}", gguf.key("attention.layer_norm_rms_epsilon"))))?,
        "rope_theta": gguf.number(&gguf.key("rope.freq_base"))?,
        "rope_scaling": rope(gguf)?,
        "tie_word_embeddings": !has("output.weight"),
        "attention_bias": has("blk.0.attn_q.bias"),
        "mlp_bias": has("blk.0.ffn_gate.bias"),
        "sliding_window": window,
        "use_sliding_window": window.is_some(),
    }))
}

/// What would be run as if it were not there.
fn refuse_others(gguf: &Gguf, width: u64) -> Result<(), LoadError> {
    let unsupported = |what: String, instead: &str| LoadError::Unsupported {
        what,
        instead: instead.into(),
    };
    if gguf
        .count(&gguf.key("expert_count"))?
        .is_some_and(|experts| experts > 0)
    {
        return Err(unsupported(
            "mixtures of experts".into(),
            "models without experts",
        ));
    }
    for (name, what) in [
        ("rope.dimension_count", "heads that are turned in part"),
        (
            "attention.value_length",
            "values that are longer or shorter than keys",
        ),
    ] {
        if gguf
            .count(&gguf.key(name))?
            .is_some_and(|found| found != width)
        {
            return Err(unsupported(what.into(), "models with one width of heads"));
        }
    }
    for name in [
        "logit_scale",
        "attention.scale",
        "attn_logit_softcapping",
        "final_logit_softcapping",
    ] {
        let key = gguf.key(name);
        if gguf
            .number(&key)?
            .is_some_and(|scale| scale != 0.0 && scale != 1.0)
        {
            return Err(unsupported(
                format!("models with {key}"),
                "models without it",
            ));
        }
    }
    Ok(())
}

fn key_heads(gguf: &Gguf) -> Result<Option<u64>, LoadError> {
    gguf.count(&gguf.key("attention.head_count_kv"))
}

fn rope(gguf: &Gguf) -> Result<Value, LoadError> {
    let kind = gguf.text(&gguf.key("rope.scaling.type"))?;
    // Older files name the factor only.
    let factor = match gguf.number(&gguf.key("rope.scaling.factor"))? {
        Some(factor) => Some(factor),
        None => gguf.number(&gguf.key("rope.scale_linear"))?,
    };
    let factor = factor.filter(|factor| *factor > 0.0).unwrap_or(1.0);
    let factors = factors(gguf)?;
    Ok(match (kind, factors) {
        (None | Some("linear"), None) => json!({ "rope_type": "linear", "factor": factor }),
        (None | Some("linear"), Some(factors)) => {
            json!({ "rope_type": "factors", "factors": factors, "factor": factor })
        }
        (Some("none"), None) => json!({ "rope_type": "default" }),
        (Some("none"), Some(factors)) => json!({ "rope_type": "factors", "factors": factors }),
        // Refused by its name, where the others are.
        (Some(other), _) => json!({ "rope_type": other }),
    })
}

/// By what each frequency is divided, as Llama 3.1 and later have it.
fn factors(gguf: &Gguf) -> Result<Option<Vec<f32>>, LoadError> {
    let Some(place) = gguf.header.tensors.get("rope_freqs.weight") else {
        return Ok(None);
    };
    if place.len > FACTORS_MAX * 4 {
        return Err(gguf.malformed("rope_freqs.weight has more numbers than a head"));
    }
    let tensor = gguf.tensor(place)?.to_dtype(candle_core::DType::F32)?;
    let factors: Vec<f32> = tensor.flatten_all()?.to_vec1()?;
    match factors
        .iter()
        .all(|factor| factor.is_finite() && *factor > 0.0)
    {
        true => Ok(Some(factors)),
        false => {
            Err(gguf.malformed("rope_freqs.weight has factors that nothing can be divided by"))
        }
    }
}

/// Heads whose rows are in another order than in the model's own files: those of queries and keys of the type llama.
pub fn turned_heads(gguf: &Gguf, name: &str) -> Result<Option<usize>, LoadError> {
    if gguf.architecture != "llama" {
        return Ok(None);
    }
    let part = name
        .strip_prefix("blk.")
        .and_then(|rest| rest.split_once('.'))
        .map(|(_, part)| part);
    let heads = gguf.needed_count(&gguf.key("attention.head_count"))?;
    let heads = match part {
        Some("attn_q.weight" | "attn_q.bias") => heads,
        Some("attn_k.weight" | "attn_k.bias") => key_heads(gguf)?.unwrap_or(heads),
        _ => return Ok(None),
    };
    // More than any tensor has rows is told when the rows are looked at.
    Ok(Some(usize::try_from(heads).unwrap_or(usize::MAX / 2)))
}

fn rows(gguf: &Gguf, name: &str) -> Result<usize, LoadError> {
    let place = gguf.header.tensors.get(name);
    let rows = place.and_then(|place| place.shape.first());
    rows.copied()
        .ok_or_else(|| LoadError::NoTensor { name: name.into() })
}

/// `modules.json`: a file by itself does not say whether vectors are brought to length 1; llama.cpp does.
pub fn modules() -> Value {
    json!([
        { "path": "", "type": "Transformer" },
        { "path": "1_Pooling", "type": "Pooling" },
        { "path": "2_Normalize", "type": "Normalize" },
    ])
}

/// How states become a vector.
pub fn pooling(gguf: &Gguf) -> Result<Value, LoadError> {
    let mode = match gguf.count(&gguf.key("pooling_type"))?.unwrap_or(1) {
        0 | 1 => "mean",
        2 => "cls",
        3 => "lasttoken",
        4 => "rank, which gives no vectors",
        _ => "something that is not known",
    };
    Ok(json!({ "pooling_mode": mode }))
}
