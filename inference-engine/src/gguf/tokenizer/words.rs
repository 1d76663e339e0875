//! Tokens of BERT: words of a list, and what they go on with.

use super::{Vocabulary, SPACE};
use crate::error::LoadError;
use serde_json::{json, Value};

/// `tokenizer.json`.
pub(super) fn tokenizer(vocabulary: &Vocabulary<'_>) -> Result<Value, LoadError> {
    // Converters mark what begins a word; WordPiece marks what goes on.
    let own = |text: &str| match text.strip_prefix(SPACE) {
        Some(begun) => begun.to_string(),
        None if text.starts_with('[') && text.ends_with(']') => text.to_string(),
        None => format!("##{text}"),
    };
    let vocab: serde_json::Map<String, Value> = vocabulary
        .ids
        .iter()
        .map(|(text, id)| (own(text), json!(id)))
        .collect();
    // A vocabulary with capitals belongs to a model that tells them apart. Some capitals have no small letter.
    let capitals = vocab
        .keys()
        .any(|text| !text.starts_with('[') && text.to_lowercase() != **text);
    let lower = vocabulary
        .gguf
        .flag("tokenizer.ggml.normalizer.lowercase")?
        .unwrap_or(!capitals);
    let mark = |keys: [&str; 2], text: &str| {
        for key in keys {
            if let Some(found) = vocabulary.named(key)? {
                return Ok(found);
            }
        }
        let id = vocabulary
            .ids
            .get_key_value(text)
            .map(|(text, id)| (*id, *text));
        id.ok_or_else(|| {
            vocabulary
                .gguf
                .malformed(format!("none of its tokens is {text}"))
        })
    };
    let begin = mark(["cls_token_id", "bos_token_id"], "[CLS]")?;
    let end = mark(["seperator_token_id", "eos_token_id"], "[SEP]")?;
    let (_, unknown) = mark(["unknown_token_id", "unknown_token_id"], "[UNK]")?;
    let model = json!({
        "type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab,
    });
    let normalizer = json!({
        "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": lower,
    });
    let decoder = json!({ "type": "WordPiece", "prefix": "##", "cleanup": true });
    let around = vocabulary.around(Some(begin), Some(end));
    vocabulary.file(
        normalizer,
        json!({ "type": "BertPreTokenizer" }),
        around,
        decoder,
        model,
    )
}
