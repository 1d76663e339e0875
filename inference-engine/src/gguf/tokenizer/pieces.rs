//! Tokens of SentencePiece: characters are joined by scores, and what is no token is taken by its bytes.

use super::{Vocabulary, ADVICE, NORMAL, SPACE};
use crate::error::LoadError;
use serde_json::{json, Value};

/// Bytes of a token that joins others. Longer ones are found whole or not at all.
const JOINED_LEN_MAX: usize = 256;

/// `tokenizer.json`.
pub(super) fn tokenizer(vocabulary: &Vocabulary<'_>) -> Result<Value, LoadError> {
    let gguf = vocabulary.gguf;
    if gguf.flag("tokenizer.ggml.remove_extra_whitespaces")? == Some(true) {
        return Err(LoadError::Unsupported {
            what: "tokenizers that take spaces away".into(),
            instead: format!("those that keep them; {ADVICE}"),
        });
    }
    let unknown = vocabulary.named("unknown_token_id")?.map(|(_, text)| text);
    let unknown = unknown.or_else(|| vocabulary.ids.contains_key("<unk>").then_some("<unk>"));
    let model = json!({
        "type": "BPE", "dropout": null, "unk_token": unknown, "continuing_subword_prefix": null, "end_of_word_suffix": null,
        "fuse_unk": true, "byte_fallback": vocabulary.ids.contains_key("<0x00>"), "ignore_merges": false,
        "vocab": vocabulary.vocab(), "merges": joined(vocabulary)?,
    });
    let replace = |from: &str, to: &str| json!({ "type": "Replace", "pattern": { "String": from }, "content": to });
    let begins = gguf
        .flag("tokenizer.ggml.add_space_prefix")?
        .unwrap_or(true);
    let (mut before, mut after) = (
        Vec::new(),
        vec![
            replace(SPACE, " "),
            json!({ "type": "ByteFallback" }),
            json!({ "type": "Fuse" }),
        ],
    );
    if begins {
        before.push(json!({ "type": "Prepend", "prepend": SPACE }));
        after.push(json!({ "type": "Strip", "content": " ", "start": 1, "stop": 0 }));
    }
    before.push(replace(" ", SPACE));
    let normalizer = json!({ "type": "Sequence", "normalizers": before });
    let decoder = json!({ "type": "Sequence", "decoders": after });
    vocabulary.file(
        normalizer,
        Value::Null,
        vocabulary.ends(true)?,
        decoder,
        model,
    )
}

/// Which two tokens become one, the one with the highest score first: what SentencePiece does, as rules.
fn joined<'a>(vocabulary: &Vocabulary<'a>) -> Result<Vec<[&'a str; 2]>, LoadError> {
    let gguf = vocabulary.gguf;
    let scores = gguf.numbers("tokenizer.ggml.scores")?.unwrap_or_default();
    if scores.len() != vocabulary.texts.len() || scores.iter().any(|score| score.is_nan()) {
        return Err(gguf.malformed("tokenizer.ggml.scores has no score for each token"));
    }
    let mut rules = Vec::new();
    for (id, (text, score)) in vocabulary.texts.iter().zip(scores).enumerate() {
        if vocabulary.kind(id) != NORMAL || text.len() > JOINED_LEN_MAX {
            continue;
        }
        let mut of_it: Vec<_> = text
            .char_indices()
            .skip(1)
            .filter_map(|(at, _)| {
                let (left, right) = text.split_at(at);
                Some((
                    *vocabulary.ids.get(left)?,
                    *vocabulary.ids.get(right)?,
                    [left, right],
                ))
            })
            .collect();
        of_it.sort();
        rules.extend(of_it.into_iter().map(|(_, _, pair)| (score, pair)));
    }
    // Stable: equal scores stay in the order of the tokens.
    rules.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    Ok(rules.into_iter().map(|(_, pair)| pair).collect())
}
