//! A model in one GGUF file: the file says what the folder of a model in safetensors says in many.
//!
//! Goals: the same model gives the same numbers from either format; what this engine would run wrongly is refused, by its
//! name; a hostile file gives a reason.
//! Non-goals: models in several GGUF files; computing with rounded numbers. Numbers are made whole when they are read
//! ([`tensors`]): then a check compares the model, and not how somebody's processor multiplies numbers of four bits.
//!
//! Read in this order: [`header`], [`tensors`], [`names`], [`config`], [`tokenizer`].

mod config;
mod cursor;
pub mod header;
mod names;
mod tensors;
mod tokenizer;

use crate::error::LoadError;
use header::{Header, Value};
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

/// How file names end.
pub const EXTENSION: &str = "gguf";

/// A file.
#[derive(Debug)]
pub struct Gguf {
    path: PathBuf,
    header: Header,
    architecture: String,
}

impl Gguf {
    /// Reads what a file says about itself.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        let failed = |source| LoadError::File {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(failed)?;
        let len = file.metadata().map_err(failed)?.len();
        let malformed = |reason| LoadError::Malformed {
            path: path.into(),
            reason,
        };
        let header = Header::read(BufReader::new(file), len).map_err(malformed)?;
        let mut gguf = Self {
            path: path.into(),
            header,
            architecture: String::new(),
        };
        if gguf.count("split.count")?.is_some_and(|parts| parts > 1) {
            return Err(LoadError::Unsupported {
                what: "a model in several GGUF files".into(),
                instead: "one file; join them with llama.cpp's `gguf-split --merge`".into(),
            });
        }
        gguf.architecture = gguf.needed_text("general.architecture")?.into();
        Ok(gguf)
    }

    /// What stands in for a file that a folder lacks.
    pub fn stand_in(&self, name: &str) -> Result<Option<String>, LoadError> {
        let json = match name {
            "config.json" => Some(config::config(self)?),
            "tokenizer.json" => Some(tokenizer::tokenizer(self)?),
            "tokenizer_config.json" => Some(tokenizer::marks(self)?),
            "generation_config.json" => Some(tokenizer::ends(self)?),
            "modules.json" if self.is_embedder() => Some(config::modules()),
            config::POOLING_FILE if self.is_embedder() => Some(config::pooling(self)?),
            _ => None,
        };
        Ok(json.map(|json| json.to_string()))
    }

    fn is_embedder(&self) -> bool {
        self.architecture == config::BERT
    }

    fn malformed(&self, reason: impl Into<String>) -> LoadError {
        LoadError::Malformed {
            path: self.path.clone(),
            reason: reason.into(),
        }
    }

    fn other(&self, key: &str, what: &str) -> LoadError {
        self.malformed(format!("{key} is not {what}"))
    }

    /// A key of its architecture.
    fn key(&self, name: &str) -> String {
        format!("{}.{name}", self.architecture)
    }

    fn count(&self, key: &str) -> Result<Option<u64>, LoadError> {
        match self.header.values.get(key) {
            None => Ok(None),
            Some(Value::Whole(of)) if *of >= 0 && *of <= i128::from(u64::MAX) => {
                Ok(Some(*of as u64))
            }
            Some(_) => Err(self.other(key, "one whole number")),
        }
    }

    fn needed_count(&self, key: &str) -> Result<u64, LoadError> {
        self.count(key)?
            .ok_or_else(|| self.malformed(format!("it does not say {key}")))
    }

    fn number(&self, key: &str) -> Result<Option<f64>, LoadError> {
        match self.header.values.get(key) {
            None => Ok(None),
            Some(Value::Number(of)) if of.is_finite() => Ok(Some(*of)),
            Some(Value::Whole(of)) => Ok(Some(*of as f64)),
            Some(_) => Err(self.other(key, "a number")),
        }
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, LoadError> {
        match self.header.values.get(key) {
            None => Ok(None),
            Some(Value::Flag(of)) => Ok(Some(*of)),
            Some(_) => Err(self.other(key, "yes or no")),
        }
    }

    fn text(&self, key: &str) -> Result<Option<&str>, LoadError> {
        match self.header.values.get(key) {
            None => Ok(None),
            Some(Value::Text(of)) => Ok(Some(of)),
            Some(_) => Err(self.other(key, "a text")),
        }
    }

    fn needed_text(&self, key: &str) -> Result<&str, LoadError> {
        self.text(key)?
            .ok_or_else(|| self.malformed(format!("it does not say {key}")))
    }

    fn texts(&self, key: &str) -> Result<&[String], LoadError> {
        match self.header.values.get(key) {
            Some(Value::Texts(of)) => Ok(of),
            // A list without items has any type.
            Some(Value::Numbers(of)) if of.is_empty() => Ok(&[]),
            Some(_) => Err(self.other(key, "a list of texts")),
            None => Err(self.malformed(format!("it does not say {key}"))),
        }
    }

    fn numbers(&self, key: &str) -> Result<Option<&[f64]>, LoadError> {
        match self.header.values.get(key) {
            None => Ok(None),
            Some(Value::Numbers(of)) => Ok(Some(of)),
            Some(_) => Err(self.other(key, "a list of numbers")),
        }
    }
}

#[cfg(test)]
mod tests;
