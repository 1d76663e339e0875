//! Files that were cut off, changed, or made to harm; and what is refused by its name.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::folder::Folder;
use ballast_engine_protocol::Numbers;
use candle_core::Device;
use std::{collections::BTreeMap, fs};
use tokenizers::{
    tokenizer::{OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer},
    Tokenizer,
};

/// A value as it lies in a file: its type and its bytes.
type Raw = (u32, Vec<u8>);
/// A tensor as it lies in a file: rows last, type, and its bytes.
type RawTensor = (&'static str, Vec<u64>, u32, Vec<u8>);

fn text(of: &str) -> Raw {
    let len = (of.len() as u64).to_le_bytes();
    (8, [len.as_slice(), of.as_bytes()].concat())
}

fn whole(of: u32) -> Raw {
    (4, of.to_le_bytes().to_vec())
}

fn number(of: f32) -> Raw {
    (6, of.to_le_bytes().to_vec())
}

fn list(kind: u32, items: Vec<Vec<u8>>) -> Raw {
    let head = [
        kind.to_le_bytes().to_vec(),
        (items.len() as u64).to_le_bytes().to_vec(),
    ];
    (9, [head.concat(), items.concat()].concat())
}

fn texts(of: &[&str]) -> Raw {
    list(8, of.iter().map(|one| text(one).1).collect())
}

/// A file, by the words of the format alone.
fn file(values: &BTreeMap<&str, Raw>, tensors: &[RawTensor]) -> Vec<u8> {
    let mut bytes = b"GGUF".to_vec();
    bytes.extend(3u32.to_le_bytes());
    bytes.extend((tensors.len() as u64).to_le_bytes());
    bytes.extend((values.len() as u64).to_le_bytes());
    for (key, (kind, value)) in values {
        bytes.extend(text(key).1);
        bytes.extend(kind.to_le_bytes());
        bytes.extend(value);
    }
    let mut at = 0u64;
    for (name, shape, kind, data) in tensors {
        bytes.extend(text(name).1);
        bytes.extend((shape.len() as u32).to_le_bytes());
        shape
            .iter()
            .for_each(|rows| bytes.extend(rows.to_le_bytes()));
        bytes.extend(kind.to_le_bytes());
        bytes.extend(at.to_le_bytes());
        at = (at + data.len() as u64).next_multiple_of(32);
    }
    for (_, _, _, data) in tensors {
        bytes.resize(bytes.len().next_multiple_of(32), 0);
        bytes.extend(data);
    }
    bytes
}

/// A whole model of one layer: 4 numbers, 2 heads, 5 tokens.
fn values() -> BTreeMap<&'static str, Raw> {
    BTreeMap::from([
        ("general.architecture", text("llama")),
        ("llama.context_length", whole(16)),
        ("llama.embedding_length", whole(4)),
        ("llama.block_count", whole(1)),
        ("llama.feed_forward_length", whole(4)),
        ("llama.attention.head_count", whole(2)),
        ("llama.attention.head_count_kv", whole(1)),
        ("llama.attention.layer_norm_rms_epsilon", number(1e-5)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("gpt-2")),
        (
            "tokenizer.ggml.tokens",
            texts(&["a", "b", "ab", "<|end|>", "Ġ"]),
        ),
        ("tokenizer.ggml.merges", texts(&["a b"])),
        (
            "tokenizer.ggml.token_type",
            list(
                5,
                [1i32, 1, 1, 3, 1]
                    .map(|kind| kind.to_le_bytes().to_vec())
                    .to_vec(),
            ),
        ),
        ("tokenizer.ggml.eos_token_id", whole(3)),
    ])
}

fn tensors() -> Vec<RawTensor> {
    let of = |name, shape: &[u64]| {
        let count = shape.iter().product::<u64>();
        let numbers = (0..count).flat_map(|at| (0.1 + at as f32 / 50.0).to_le_bytes());
        (name, shape.to_vec(), 0, numbers.collect())
    };
    vec![
        of("token_embd.weight", &[4, 5]),
        of("output_norm.weight", &[4]),
        of("blk.0.attn_norm.weight", &[4]),
        of("blk.0.attn_q.weight", &[4, 4]),
        of("blk.0.attn_k.weight", &[4, 2]),
        of("blk.0.attn_v.weight", &[4, 2]),
        of("blk.0.attn_output.weight", &[4, 4]),
        of("blk.0.ffn_norm.weight", &[4]),
        of("blk.0.ffn_gate.weight", &[4, 4]),
        of("blk.0.ffn_up.weight", &[4, 4]),
        of("blk.0.ffn_down.weight", &[4, 4]),
    ]
}

fn load(bytes: &[u8]) -> Result<crate::serve::Model, LoadError> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("model.gguf"), bytes).unwrap();
    let bounds = crate::generator::Bounds {
        sequences: 1,
        context: 64,
        step_tokens: 8,
    };
    crate::serve::Model::load(&Folder::open(dir.path())?, &Device::Cpu, None, bounds)
}

fn refusal(bytes: &[u8]) -> String {
    load(bytes).err().unwrap().to_string()
}

fn with(key: &'static str, value: Raw) -> Vec<u8> {
    let mut values = values();
    values.insert(key, value);
    file(&values, &tensors())
}

#[test]
fn the_whole_file_is_a_model() {
    assert!(load(&file(&values(), &tensors())).is_ok());
}

#[test]
fn a_file_that_was_cut_off_anywhere_is_told() {
    let whole = file(&values(), &tensors());
    for len in 0..whole.len() {
        let reason = Header::read(&whole[..len], len as u64).unwrap_err();
        let told = ["cut off", "possible", "begin"]
            .iter()
            .any(|word| reason.contains(word));
        assert!(told, "{len} bytes: {reason}");
    }
}

#[test]
fn what_is_no_gguf_of_a_version_that_is_read_is_told() {
    let whole = file(&values(), &tensors());
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        refusal(&file)
    };
    assert!(changed(0, b"GGML").contains("does not begin with GGUF"));
    assert!(changed(4, &1u32.to_le_bytes()).contains("version 1"));
    assert!(changed(4, &3u32.to_be_bytes()).contains("big-endian"));
    for at in [8, 16] {
        let reason = changed(at, &u64::MAX.to_le_bytes());
        assert!(reason.contains("at most"), "{reason}");
    }
}

#[test]
fn lengths_that_nothing_stands_behind_take_no_memory() {
    let long = (8, [u64::MAX.to_le_bytes().as_slice(), b"abc"].concat());
    let many = (
        9,
        [4u32.to_le_bytes().as_slice(), &(1u64 << 60).to_le_bytes()].concat(),
    );
    let nested = (
        9,
        [9u32.to_le_bytes().as_slice(), &1u64.to_le_bytes()].concat(),
    );
    assert!(refusal(&with("x", long)).contains("cut off"));
    assert!(refusal(&with("x", many)).contains("1152921504606846976 items"));
    assert!(refusal(&with("x", nested)).contains("list of lists"));
    assert!(refusal(&with("x", (99, Vec::new()))).contains("type 99"));
    // A header that is as long as it says, and longer than any.
    let long = vec![b'x'; HEADER_LEN_MAX_TEST + 1];
    let long = [(long.len() as u64).to_le_bytes().to_vec(), long].concat();
    assert!(refusal(&with("x", (8, long))).contains("more than 33554432 bytes"));
}

const HEADER_LEN_MAX_TEST: usize = header::HEADER_LEN_MAX as usize;

#[test]
fn tensors_that_are_not_in_the_file_are_told() {
    let told = |change: fn(&mut RawTensor)| {
        let mut tensors = tensors();
        change(tensors.last_mut().unwrap());
        refusal(&file(&values(), &tensors))
    };
    assert!(told(|one| one.1 = vec![1 << 20, 4]).contains("does not end within"));
    assert!(told(|one| one.1 = vec![u64::MAX, u64::MAX]).contains("too many numbers"));
    assert!(told(|one| one.1 = vec![0, 4]).contains("no or too many numbers"));
    assert!(told(|one| one.1 = Vec::new()).contains("0 dimensions"));
    assert!(told(|one| one.1 = vec![1; 5]).contains("5 dimensions"));
    assert!(told(|one| one.2 = 23).contains("the type 23"));
    assert!(told(|one| one.2 = 8).contains("share a scale"));
    assert!(told(|one| one.1 = vec![8, 2]).contains("has the shape"));
}

#[test]
fn tensors_that_share_bytes_are_refused() {
    let many: Vec<RawTensor> = NAMES
        .iter()
        .map(|name| (*name, vec![256u64], 0, Vec::new()))
        .collect();
    let mut bytes = file(&BTreeMap::new(), &many);
    bytes.resize(bytes.len().next_multiple_of(32) + 1024, 0);
    let reason = Header::read(bytes.as_slice(), bytes.len() as u64).unwrap_err();
    assert!(reason.contains("overlap"), "{reason}");
}

const NAMES: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

#[test]
fn what_a_file_does_not_say_is_named() {
    for key in values().keys() {
        let mut values = values();
        values.remove(key);
        let loaded = load(&file(&values, &tensors()));
        let may_lack = [
            "llama.attention.head_count_kv",
            "tokenizer.ggml.token_type",
            "tokenizer.ggml.eos_token_id",
        ];
        match loaded {
            Ok(_) => assert!(may_lack[1..].contains(key), "{key}"),
            // Without the number of heads for keys there are as many as for queries, and the tensors are others.
            Err(error) if may_lack.contains(key) => assert!(
                error.to_string().contains("shape") || error.to_string().contains("rows"),
                "{key}: {error}"
            ),
            Err(error) => assert!(
                error.to_string().contains(key) || error.to_string().contains("tokenizer.ggml.pre"),
                "{key}: {error}"
            ),
        }
        values.insert(*key, (7, vec![1]));
        assert!(load(&file(&values, &tensors())).is_err(), "{key} as a flag");
    }
}

#[test]
fn absurd_sizes_are_told() {
    for key in [
        "llama.embedding_length",
        "llama.block_count",
        "llama.feed_forward_length",
        "llama.attention.head_count",
        "llama.attention.head_count_kv",
        "llama.attention.key_length",
    ] {
        for size in [0u64, 3, 1 << 40, u64::MAX] {
            let value = (10, size.to_le_bytes().to_vec());
            assert!(load(&with(key, value)).is_err(), "{key} {size}");
        }
    }
    assert!(load(&with(
        "llama.context_length",
        (10, u64::MAX.to_le_bytes().to_vec())
    ))
    .is_ok());
}

#[test]
fn what_would_be_run_wrongly_is_refused_by_its_name() {
    for (key, value, word) in [
        ("general.architecture", text("mamba"), "\"mamba\""),
        (
            "split.count",
            (2, 3u16.to_le_bytes().to_vec()),
            "gguf-split --merge",
        ),
        ("llama.expert_count", whole(8), "mixtures of experts"),
        ("llama.rope.dimension_count", whole(1), "turned in part"),
        ("llama.rope.scaling.type", text("yarn"), "yarn"),
        ("llama.logit_scale", number(0.5), "logit_scale"),
        ("llama.attention.sliding_window", whole(4), "window of 4"),
        ("tokenizer.ggml.model", text("rwkv"), "\"rwkv\""),
        (
            "tokenizer.ggml.pre",
            text("tekken"),
            "tokenizer.json beside",
        ),
        (
            "tokenizer.ggml.eos_token_id",
            whole(9),
            "there are 5 tokens",
        ),
        ("tokenizer.ggml.merges", texts(&["ab"]), "does not join"),
        (
            "tokenizer.ggml.tokens",
            texts(&["a", "b", "ab", "<|end|>", "a"]),
            "two of its tokens",
        ),
        (
            "tokenizer.ggml.token_type",
            list(5, vec![vec![1, 0, 0, 0]]),
            "different lengths",
        ),
        ("general.alignment", whole(0), "general.alignment"),
        ("general.alignment", whole(48), "general.alignment"),
    ] {
        let told = refusal(&with(key, value));
        assert!(told.contains(word), "{key}: {told}");
    }
    let mut more = tensors();
    more.push(("blk.0.attn_sinks.weight", vec![4], 0, vec![0; 16]));
    assert!(refusal(&file(&values(), &more)).contains("attn_sinks"));
}

/// Numbers from a seed (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

#[test]
fn changed_files_give_a_model_or_a_reason() {
    let whole = file(&values(), &tensors());
    let header_len = whole.len() - 11 * 32;
    let mut reasons = 0;
    for seed in 1..=4_000u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut bytes = whole.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(header_len - 8);
            match random.below(4) {
                0 => bytes[at] = random.next() as u8,
                1 => bytes[at] ^= 1 << random.below(8),
                2 => bytes[at..at + 8].copy_from_slice(&random.next().to_le_bytes()),
                _ => drop(bytes.drain(at..at + 1 + random.below(8))),
            }
        }
        // Most changes break the header; some leave a model, whose parts must fit each other.
        if let Err(error) = load(&bytes) {
            reasons += 1;
            assert!(!error.to_string().is_empty(), "seed {seed}");
        }
    }
    assert!(reasons > 2_000, "{reasons}");
}

fn cut(pre: &str, text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.gguf");
    fs::write(&path, with("tokenizer.ggml.pre", self::text(pre))).unwrap();
    let json = Gguf::open(&path)
        .unwrap()
        .stand_in("tokenizer.json")
        .unwrap()
        .unwrap();
    let tokenizer: Tokenizer = json.parse().unwrap();
    let mut cut = PreTokenizedString::from(text);
    tokenizer
        .get_pre_tokenizer()
        .unwrap()
        .pre_tokenize(&mut cut)
        .unwrap();
    let parts = cut.get_splits(OffsetReferential::Original, OffsetType::Byte);
    parts
        .into_iter()
        .map(|(part, _, _)| part.to_string())
        .collect()
}

#[test]
fn text_is_cut_as_each_family_cuts_it() {
    let sample = "Hello'Ve world 1234\n\n  foo";
    // As candle's own tests and Hugging Face's tokenizers have them.
    assert_eq!(
        cut("qwen2", sample),
        ["Hello", "'Ve", "Ġworld", "Ġ", "1", "2", "3", "4", "ĊĊ", "Ġ", "Ġfoo"]
    );
    assert_eq!(
        cut("llama-bpe", sample),
        ["Hello", "'Ve", "Ġworld", "Ġ", "123", "4", "ĊĊ", "Ġ", "Ġfoo"]
    );
    assert_eq!(
        cut("gpt-2", sample),
        ["Hello", "'", "Ve", "Ġworld", "Ġ1234", "ĊĊĠ", "Ġfoo"]
    );
    assert_eq!(cut("smollm", "a 12"), ["a", "Ġ", "1", "2"]);
}

#[test]
fn a_head_is_turned_back() {
    let mut rows = tensors();
    // Row r of 8 has the number r; two heads of four.
    let numbers = |count: u32| {
        (0..count)
            .flat_map(|row| [(row as f32); 4])
            .flat_map(f32::to_le_bytes)
            .collect()
    };
    let q = rows
        .iter_mut()
        .find(|one| one.0 == "blk.0.attn_q.weight")
        .unwrap();
    (q.1, q.3) = (vec![4, 8], numbers(8));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.gguf");
    fs::write(&path, file(&values(), &rows)).unwrap();
    let tensors = Gguf::open(&path)
        .unwrap()
        .tensors(Numbers::Float32, &Device::Cpu)
        .unwrap();
    let turned: Vec<Vec<f32>> = tensors["model.layers.0.self_attn.q_proj.weight"]
        .to_vec2()
        .unwrap();
    let first: Vec<f32> = turned.iter().map(|row| row[0]).collect();
    assert_eq!(first, [0.0, 2.0, 1.0, 3.0, 4.0, 6.0, 5.0, 7.0]);
}
