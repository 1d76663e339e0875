//! A small generator with random weights: Llama's architecture, a byte-level BPE tokenizer, a chat template. It says
//! nothing of sense, always the same, in ASCII.

use candle_core::{DType, Device, Tensor};
use std::{collections::HashMap, fs, path::Path};
use tokenizers::{
    models::bpe::{Vocab, BPE},
    pre_tokenizers::byte_level::ByteLevel,
    AddedToken, Tokenizer,
};

/// Tokens that only mark something: begin, end, and who speaks.
pub const MARKS: [&str; 5] = [
    "<|begin|>",
    "<|end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
];
const MERGES: [(&str, &str); 4] = [("t", "h"), ("th", "e"), ("Ġ", "the"), ("a", "n")];
const TEMPLATE: &str = "{{ bos_token }}{% for m in messages %}{% if m.role not in ['system', 'user', 'assistant'] %}\
    {{ raise_exception('no such role') }}{% endif %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>";

/// How large.
#[derive(Clone, Copy)]
pub struct Size {
    pub hidden: usize,
    pub layers: usize,
    pub context: usize,
}

/// Quick enough for many tests.
#[allow(dead_code)]
pub const SMALL: Size = Size {
    hidden: 64,
    layers: 2,
    context: 512,
};

/// Writes the model's folder.
pub fn write(dir: &Path, size: Size) {
    fs::create_dir_all(dir).unwrap();
    let tokenizer = tokenizer();
    tokenizer.save(dir.join("tokenizer.json"), false).unwrap();
    let vocabulary = tokenizer.get_vocab_size(true);
    let config = serde_json::json!({
        "model_type": "llama", "hidden_size": size.hidden, "intermediate_size": 2 * size.hidden,
        "num_hidden_layers": size.layers, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": vocabulary,
        "max_position_embeddings": size.context, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": null,
        "hidden_act": "silu", "tie_word_embeddings": false, "torch_dtype": "float32",
    });
    let write =
        |name: &str, json: &serde_json::Value| fs::write(dir.join(name), json.to_string()).unwrap();
    write("config.json", &config);
    write(
        "generation_config.json",
        &serde_json::json!({ "eos_token_id": [1] }),
    );
    write(
        "tokenizer_config.json",
        &serde_json::json!({
            "bos_token": MARKS[0], "eos_token": { "content": MARKS[1] }, "chat_template": TEMPLATE,
        }),
    );
    candle_core::safetensors::save(&weights(size, &tokenizer), dir.join("model.safetensors"))
        .unwrap();
}

fn tokenizer() -> Tokenizer {
    let mut letters: Vec<char> = ByteLevel::alphabet().into_iter().collect();
    letters.sort();
    let merged = MERGES.iter().map(|(left, right)| format!("{left}{right}"));
    let texts = MARKS
        .iter()
        .map(ToString::to_string)
        .chain(letters.iter().map(ToString::to_string))
        .chain(merged);
    let vocab: Vec<(String, u32)> = texts.zip(0..).collect();
    let merges: Vec<(String, String)> = MERGES
        .iter()
        .map(|(left, right)| (left.to_string(), right.to_string()))
        .collect();
    let model = BPE::builder()
        .vocab_and_merges(vocab.into_iter().collect::<Vocab>(), merges)
        .build()
        .unwrap();
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(ByteLevel::new(false, true, true)));
    tokenizer.with_decoder(Some(ByteLevel::default()));
    tokenizer
        .add_special_tokens(MARKS.iter().map(|mark| AddedToken::from(*mark, true)))
        .unwrap();
    tokenizer
}

fn weights(size: Size, tokenizer: &Tokenizer) -> HashMap<String, Tensor> {
    let Size { hidden, layers, .. } = size;
    let (vocabulary, keys, inner) = (tokenizer.get_vocab_size(true), hidden / 2, 2 * hidden);
    let mut random = Random(7);
    let mut tensors = HashMap::new();
    let mut add = |name: String, rows: usize, columns: usize, scale: f32| {
        let numbers: Vec<f32> = (0..rows * columns).map(|_| random.next() * scale).collect();
        tensors.insert(
            name,
            Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap(),
        );
    };
    add("model.embed_tokens.weight".into(), vocabulary, hidden, 1.0);
    let scale = 2.0 / (hidden as f32).sqrt();
    for layer in 0..layers {
        for (name, rows, columns) in [
            ("self_attn.q_proj", hidden, hidden),
            ("self_attn.k_proj", keys, hidden),
            ("self_attn.v_proj", keys, hidden),
            ("self_attn.o_proj", hidden, hidden),
            ("mlp.gate_proj", inner, hidden),
            ("mlp.up_proj", inner, hidden),
            ("mlp.down_proj", hidden, inner),
        ] {
            add(
                format!("model.layers.{layer}.{name}.weight"),
                rows,
                columns,
                scale,
            );
        }
    }
    add("lm_head.weight".into(), vocabulary, hidden, scale);
    let ones = Tensor::ones(hidden, DType::F32, &Device::Cpu).unwrap();
    for layer in 0..layers {
        for norm in ["input_layernorm", "post_attention_layernorm"] {
            tensors.insert(format!("model.layers.{layer}.{norm}.weight"), ones.clone());
        }
    }
    tensors.insert("model.norm.weight".into(), ones);
    // Marks and bytes beyond printable ASCII are never the most probable.
    let said: Vec<f32> = (0..vocabulary as u32)
        .map(|id| {
            let text = tokenizer.id_to_token(id).unwrap();
            let plain = !MARKS.contains(&text.as_str())
                && text.chars().all(|c| c == 'Ġ' || c.is_ascii_graphic());
            if plain {
                1.0
            } else {
                0.01
            }
        })
        .collect();
    let said = Tensor::from_vec(said, (vocabulary, 1), &Device::Cpu).unwrap();
    let head = tensors["lm_head.weight"].broadcast_mul(&said).unwrap();
    tensors.insert("lm_head.weight".into(), head);
    tensors
}

/// Numbers from -1 to 1 (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40;
        number as f32 / (1 << 23) as f32 - 1.0
    }
}
