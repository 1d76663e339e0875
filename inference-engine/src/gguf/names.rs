//! The names of tensors: those of GGUF files, and those of the models' own files, which the engine knows.

use super::Gguf;
use crate::error::LoadError;

const DECODER: [(&str, &str); 3] = [
    ("token_embd", "model.embed_tokens"),
    ("output_norm", "model.norm"),
    ("output", "lm_head"),
];
const DECODER_LAYER: [(&str, &str); 11] = [
    ("attn_norm", "input_layernorm"),
    ("attn_q", "self_attn.q_proj"),
    ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"),
    ("attn_output", "self_attn.o_proj"),
    ("attn_q_norm", "self_attn.q_norm"),
    ("attn_k_norm", "self_attn.k_norm"),
    ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"),
    ("ffn_down", "mlp.down_proj"),
];
const BERT: [(&str, &str); 4] = [
    ("token_embd", "embeddings.word_embeddings"),
    ("position_embd", "embeddings.position_embeddings"),
    ("token_types", "embeddings.token_type_embeddings"),
    ("token_embd_norm", "embeddings.LayerNorm"),
];
const BERT_LAYER: [(&str, &str); 8] = [
    ("attn_q", "attention.self.query"),
    ("attn_k", "attention.self.key"),
    ("attn_v", "attention.self.value"),
    ("attn_output", "attention.output.dense"),
    ("attn_output_norm", "attention.output.LayerNorm"),
    ("ffn_up", "intermediate.dense"),
    ("ffn_down", "output.dense"),
    ("layer_output_norm", "output.LayerNorm"),
];
/// Tables of angles, which follow from the configuration or are read with it.
const TABLES: [&str; 2] = ["rope_freqs.weight", "attn_rot_embd"];

/// The engine's name of a tensor; `None` if it needs none. A tensor that is not known belongs to a model that would be run
/// without it, wrongly.
pub fn ours(gguf: &Gguf, name: &str) -> Result<Option<String>, LoadError> {
    if TABLES.iter().any(|table| name.ends_with(table)) {
        return Ok(None);
    }
    let found = match gguf.is_embedder() {
        true => translated(name, &BERT, "encoder.layer", &BERT_LAYER),
        false => translated(name, &DECODER, "model.layers", &DECODER_LAYER),
    };
    found.map(Some).ok_or_else(|| LoadError::Unsupported {
        what: format!(
            "models of the type {:?} with the tensor {name:?}",
            gguf.architecture
        ),
        instead: "models of that type without it".into(),
    })
}

fn translated(
    name: &str,
    whole: &[(&str, &str)],
    layers: &str,
    layer: &[(&str, &str)],
) -> Option<String> {
    let (stem, end) = name.rsplit_once('.')?;
    if !matches!(end, "weight" | "bias") {
        return None;
    }
    let find = |of: &[(&str, &str)], stem: &str| {
        of.iter()
            .find(|(theirs, _)| *theirs == stem)
            .map(|(_, ours)| (*ours).to_string())
    };
    let ours = match stem.strip_prefix("blk.") {
        None => find(whole, stem)?,
        Some(rest) => {
            let (number, part) = rest.split_once('.')?;
            let number: u32 = number.parse().ok()?;
            format!("{layers}.{number}.{}", find(layer, part)?)
        }
    };
    Some(format!("{ours}.{end}"))
}
