//! What a GGUF file says about tokens, in the words of `tokenizer.json` and the files beside it.
//!
//! Three kinds of tokenizers: `gpt2` (bytes, joined by rules), `llama` (SentencePiece: characters, joined by scores, bytes
//! for what is no token) and `bert` (words and what they go on with). Each also has to know how text is cut before; a file
//! that names a way of cutting which is not known here is refused, since other cuts make other tokens.

mod bytes;
mod pieces;
mod words;

use super::Gguf;
use crate::error::LoadError;
use serde_json::{json, Value};
use std::collections::{BTreeMap, BTreeSet};

const TOKENS: &str = "tokenizer.ggml.tokens";
const KINDS: &str = "tokenizer.ggml.token_type";
const SPACE: &str = "\u{2581}";
/// What to do where this file is not enough.
const ADVICE: &str = "put the model's tokenizer.json beside the file";

/// What kind of token one is.
const NORMAL: i64 = 1;
const UNKNOWN: i64 = 2;
const CONTROL: i64 = 3;
const ADDED: i64 = 4;

/// Tokens that end a turn, whatever the file says ends an answer.
const TURN_ENDS: [&str; 6] = [
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|endoftext|>",
    "<end_of_turn>",
    "<|eom_id|>",
];

struct Vocabulary<'a> {
    gguf: &'a Gguf,
    texts: &'a [String],
    kinds: Option<&'a [f64]>,
    ids: BTreeMap<&'a str, usize>,
}

impl<'a> Vocabulary<'a> {
    fn new(gguf: &'a Gguf) -> Result<Self, LoadError> {
        let (texts, kinds) = (gguf.texts(TOKENS)?, gguf.numbers(KINDS)?);
        if kinds.is_some_and(|kinds| kinds.len() != texts.len()) {
            return Err(gguf.malformed(format!("{KINDS} and {TOKENS} have different lengths")));
        }
        let mut ids = BTreeMap::new();
        for (id, text) in texts.iter().enumerate() {
            if ids.insert(text.as_str(), id).is_some() {
                return Err(gguf.malformed(format!("two of its tokens are {text:?}; {ADVICE}")));
            }
        }
        Ok(Self {
            gguf,
            texts,
            kinds,
            ids,
        })
    }

    fn kind(&self, id: usize) -> i64 {
        let of = |kinds: &[f64]| kinds.get(id).map_or(NORMAL, |kind| *kind as i64);
        self.kinds.map_or(NORMAL, of)
    }

    /// The token that a key names by its number.
    fn named(&self, key: &str) -> Result<Option<(usize, &'a str)>, LoadError> {
        let key = format!("tokenizer.ggml.{key}");
        let Some(id) = self.gguf.count(&key)? else {
            return Ok(None);
        };
        let id = usize::try_from(id).unwrap_or(usize::MAX);
        match self.texts.get(id) {
            Some(text) => Ok(Some((id, text))),
            None => Err(self.gguf.malformed(format!(
                "{key} is {id}, and there are {} tokens",
                self.texts.len()
            ))),
        }
    }

    /// Tokens that are found in a text before it is cut.
    fn added(&self) -> Result<Vec<Value>, LoadError> {
        let mut marks = BTreeSet::new();
        for key in [
            "bos_token_id",
            "eos_token_id",
            "eot_token_id",
            "unknown_token_id",
            "seperator_token_id",
            "padding_token_id",
            "cls_token_id",
            "mask_token_id",
        ] {
            marks.extend(self.named(key)?.map(|(id, _)| id));
        }
        let one = |(id, text): (usize, &String)| {
            let special = marks.contains(&id) || matches!(self.kind(id), UNKNOWN | CONTROL);
            (special || self.kind(id) == ADDED).then(|| {
                json!({
                    "id": id, "content": text, "single_word": false, "lstrip": false, "rstrip": false,
                    "normalized": false, "special": special,
                })
            })
        };
        Ok(self.texts.iter().enumerate().filter_map(one).collect())
    }

    /// The tokens with their numbers.
    fn vocab(&self) -> Value {
        let pairs = self
            .ids
            .iter()
            .map(|(text, id)| ((*text).to_string(), json!(id)));
        Value::Object(pairs.collect())
    }

    /// What is put around a text.
    fn around(&self, begin: Option<(usize, &str)>, end: Option<(usize, &str)>) -> Value {
        if begin.is_none() && end.is_none() {
            return Value::Null;
        }
        let mark =
            |(_, text): (usize, &str)| json!({ "SpecialToken": { "id": text, "type_id": 0 } });
        let text = json!({ "Sequence": { "id": "A", "type_id": 0 } });
        let single: Vec<Value> = begin
            .map(mark)
            .into_iter()
            .chain([text])
            .chain(end.map(mark))
            .collect();
        let special = |(id, text): (usize, &str)| {
            (
                text.to_string(),
                json!({ "id": text, "ids": [id], "tokens": [text] }),
            )
        };
        let specials = begin.into_iter().chain(end).map(special).collect();
        json!({ "type": "TemplateProcessing", "single": single, "pair": single, "special_tokens": Value::Object(specials) })
    }

    /// The marks at the ends, where the file wants them; `begins` if it does not say.
    fn ends(&self, begins: bool) -> Result<Value, LoadError> {
        let wanted = |key: &str, default: bool, token: &str| match self
            .gguf
            .flag(&format!("tokenizer.ggml.{key}"))?
            .unwrap_or(default)
        {
            true => self.named(token),
            false => Ok(None),
        };
        let begin = wanted("add_bos_token", begins, "bos_token_id")?;
        let end = wanted("add_eos_token", false, "eos_token_id")?;
        Ok(self.around(begin, end))
    }

    fn file(
        &self,
        normalizer: Value,
        cut: Value,
        around: Value,
        decoder: Value,
        model: Value,
    ) -> Result<Value, LoadError> {
        Ok(json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": self.added()?,
            "normalizer": normalizer, "pre_tokenizer": cut, "post_processor": around, "decoder": decoder, "model": model,
        }))
    }
}

/// `tokenizer.json`.
pub fn tokenizer(gguf: &Gguf) -> Result<Value, LoadError> {
    let kind = gguf.needed_text("tokenizer.ggml.model")?;
    let vocabulary = Vocabulary::new(gguf)?;
    match kind {
        "gpt2" => bytes::tokenizer(&vocabulary),
        "llama" => pieces::tokenizer(&vocabulary),
        "bert" => words::tokenizer(&vocabulary),
        other => Err(LoadError::Unsupported {
            what: format!("GGUF tokenizers of the type {other:?}"),
            instead: format!("gpt2, llama and bert; {ADVICE}"),
        }),
    }
}

/// `tokenizer_config.json`.
pub fn marks(gguf: &Gguf) -> Result<Value, LoadError> {
    let vocabulary = Vocabulary::new(gguf)?;
    let text = |key| {
        vocabulary
            .named(key)
            .map(|found| found.map(|(_, text)| text))
    };
    Ok(json!({
        "bos_token": text("bos_token_id")?, "eos_token": text("eos_token_id")?,
        "chat_template": gguf.text("tokenizer.chat_template")?,
    }))
}

/// `generation_config.json`.
pub fn ends(gguf: &Gguf) -> Result<Value, LoadError> {
    let vocabulary = Vocabulary::new(gguf)?;
    let mut ends = BTreeSet::new();
    for key in ["eos_token_id", "eot_token_id", "eom_token_id"] {
        ends.extend(vocabulary.named(key)?.map(|(id, _)| id));
    }
    let turns = TURN_ENDS.iter().filter_map(|text| vocabulary.ids.get(text));
    ends.extend(turns.filter(|id| vocabulary.kind(**id) == CONTROL));
    Ok(json!({ "eos_token_id": ends }))
}
