//! Tokens of bytes, as GPT-2 and its successors have them: text is cut into words, and their bytes are joined by rules.

use super::{Vocabulary, ADVICE};
use crate::error::LoadError;
use serde_json::{json, Value};

/// How bytes are cut into words, by the names that converters give to them.
const LETTERS: &str =
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+";
const REST: &str = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// `tokenizer.json`.
pub(super) fn tokenizer(vocabulary: &Vocabulary<'_>) -> Result<Value, LoadError> {
    let gguf = vocabulary.gguf;
    let way = gguf.text("tokenizer.ggml.pre")?.unwrap_or("default");
    let split = |pattern: String| json!({ "type": "Split", "pattern": { "Regex": pattern }, "behavior": "Isolated", "invert": false });
    let bytes = |words: bool| json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": words });
    let sequence =
        |first: Value, words| json!({ "type": "Sequence", "pretokenizers": [first, bytes(words)] });
    let llama3 = matches!(
        way,
        "llama3" | "llama-v3" | "llama-bpe" | "falcon3" | "pixtral"
    );
    let (normalizer, cut) = match way {
        "gpt-2" | "gpt2" => (Value::Null, bytes(true)),
        "smollm" | "starcoder" | "refact" | "command-r" => {
            (Value::Null, sequence(json!({ "type": "Digits", "individual_digits": true }), true))
        }
        "qwen2" | "deepseek-r1-qwen" => {
            (json!({ "type": "NFC" }), sequence(split(format!("{LETTERS}|\\p{{N}}{REST}")), false))
        }
        "smaug-bpe" => (Value::Null, sequence(split(format!("{LETTERS}|\\p{{N}}{{1,3}}{REST}")), false)),
        _ if llama3 => (Value::Null, sequence(split(format!("{LETTERS}|\\p{{N}}{{1,3}}{REST}")), false)),
        other => {
            return Err(LoadError::Unsupported {
                what: format!("text that is cut in the way {other:?} (tokenizer.ggml.pre)"),
                instead: format!("gpt-2, llama-bpe, qwen2, smollm, starcoder, refact, command-r and smaug-bpe; {ADVICE}"),
            })
        }
    };
    let merges =
        gguf.texts("tokenizer.ggml.merges")?
            .iter()
            .map(|merge| match merge.split_once(' ') {
                Some((left, right)) => Ok([left, right]),
                None => Err(gguf.malformed(format!(
                    "{merge:?} of tokenizer.ggml.merges does not join two tokens"
                ))),
            });
    let merges: Vec<[&str; 2]> = merges.collect::<Result<_, _>>()?;
    let model = json!({
        "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null,
        "fuse_unk": false, "byte_fallback": false, "ignore_merges": llama3, "vocab": vocabulary.vocab(), "merges": merges,
    });
    let decoder = json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false });
    vocabulary.file(normalizer, cut, vocabulary.ends(llama3)?, decoder, model)
}
