//! Names of namespaces, models, tags and licences, and how people write them.
//!
//! Goals: a name valid on Hugging Face is valid here and means the same in a URL, a path and a shell; two names that
//! look alike cannot both be taken as namespaces; bounded work on any input.
//! Non-goals: who owns a name (`pallet-models`); whether a licence identifier is on SPDX's list, which changes.

use crate::{
    limits::{MAX_LICENCE_LEN, MAX_NAME_LEN, MAX_TAG_LEN},
    view::Selector,
};
use alloc::{string::String, vec::Vec};
use blake2::{digest::consts::U32, Blake2b, Digest};
use codec::Encode;
use core::{fmt, str::FromStr};

mod licence;
pub use licence::check_licence;

/// Why a name, tag, licence or reference is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing, or too much.
    #[error("{what} must have 1 to {max} bytes, got {len}")]
    Length {
        /// What it should have been.
        what: &'static str,
        /// Greatest length.
        max: u32,
        /// Length of what was given.
        len: usize,
    },
    /// A character that is not allowed where it stands.
    #[error("{what} has byte {byte:#04x} at position {at}; {allowed}")]
    Character {
        /// What it should have been.
        what: &'static str,
        /// The byte.
        byte: u8,
        /// Where it stands.
        at: usize,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A rule about the whole.
    #[error("{what} {rule}")]
    Rule {
        /// What it should have been.
        what: &'static str,
        /// What is wrong and what to do.
        rule: &'static str,
    },
}

const NAME_CHARACTERS: &str =
    "use ASCII letters, digits, '-', '_' and '.', and begin with a letter or digit";

/// Checks a namespace.
pub fn check_namespace(name: &[u8]) -> Result<(), NameError> {
    check_name("a namespace", name)?;
    // `b3/<address>` is how tools of Hugging Face ask for a model by its address.
    match fold(name) == b"b3" {
        true => Err(rule(
            "a namespace",
            "must not be \"b3\", which stands for addresses; take another",
        )),
        false => Ok(()),
    }
}

/// Checks the name of a model.
pub fn check_model_name(name: &[u8]) -> Result<(), NameError> {
    check_name("a model name", name)
}

fn check_name(what: &'static str, name: &[u8]) -> Result<(), NameError> {
    check_word(what, name, MAX_NAME_LEN)?;
    let has = |pair: &[u8]| name.windows(2).any(|window| window == pair);
    if has(b"--") || has(b"..") {
        return Err(rule(
            what,
            "must not contain \"--\" or \"..\"; use a single one",
        ));
    }
    if name.ends_with(b"-") || name.ends_with(b".") {
        return Err(rule(what, "must not end with '-' or '.'; leave it out"));
    }
    if name.ends_with(b".git") {
        return Err(rule(what, "must not end with \".git\"; leave it out"));
    }
    Ok(())
}

/// Checks a tag. Digits alone are version numbers, 40 or 64 hex digits are addresses, so no tag looks like either.
pub fn check_tag(tag: &[u8]) -> Result<(), NameError> {
    const WHAT: &str = "a tag";
    check_word(WHAT, tag, MAX_TAG_LEN)?;
    if tag.iter().all(u8::is_ascii_digit) {
        return Err(rule(
            WHAT,
            "must not be digits alone, which stand for version numbers; write v1, say",
        ));
    }
    if matches!(tag.len(), 40 | 64) && tag.iter().all(u8::is_ascii_hexdigit) {
        return Err(rule(
            WHAT,
            "must not be 40 or 64 hex digits, which stand for addresses; use other words",
        ));
    }
    Ok(())
}

fn check_word(what: &'static str, word: &[u8], max: u32) -> Result<(), NameError> {
    check_length(what, word, max)?;
    let allowed =
        |at: usize, byte: u8| byte.is_ascii_alphanumeric() || (at > 0 && b"-_.".contains(&byte));
    match word
        .iter()
        .enumerate()
        .find(|(at, byte)| !allowed(*at, **byte))
    {
        Some((at, byte)) => Err(NameError::Character {
            what,
            byte: *byte,
            at,
            allowed: NAME_CHARACTERS,
        }),
        None => Ok(()),
    }
}

fn check_length(what: &'static str, word: &[u8], max: u32) -> Result<(), NameError> {
    match !word.is_empty() && u32::try_from(word.len()).is_ok_and(|len| len <= max) {
        true => Ok(()),
        false => Err(NameError::Length {
            what,
            max,
            len: word.len(),
        }),
    }
}

fn rule(what: &'static str, rule: &'static str) -> NameError {
    NameError::Rule { what, rule }
}

/// What stands for all names that look alike: lower case, and each run of '-', '_' and '.' as one '-', none at the end.
///
/// The fold of a valid name is not empty and not longer than the name.
pub fn fold(name: &[u8]) -> Vec<u8> {
    let mut folded = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'-' | b'_' | b'.' if folded.last() == Some(&b'-') => {}
            b'-' | b'_' | b'.' => folded.push(b'-'),
            byte => folded.push(byte.to_ascii_lowercase()),
        }
    }
    if folded.last() == Some(&b'-') {
        folded.pop();
    }
    folded
}

/// First bytes of what a namespace commitment hashes.
pub const COMMITMENT_DOMAIN: &[u8; 20] = b"ballast/namespace/v1";

/// What an account commits to before it takes a namespace: nobody learns the name from it, and nobody else can use it.
///
/// BLAKE2b-256, which wallets have, of the domain and the SCALE encoding of folded name, salt and account. All
/// spellings that fold alike give the same commitment.
pub fn commitment(namespace: &[u8], salt: &[u8; 32], account: &[u8; 32]) -> [u8; 32] {
    let content = (COMMITMENT_DOMAIN, fold(namespace), salt, account).encode();
    Blake2b::<U32>::digest(content).into()
}

/// A model as people write it: `namespace/name`, `namespace/name@tag` or `namespace/name@3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRef {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The version meant.
    pub selector: Selector,
}

impl FromStr for ModelRef {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WHAT: &str = "a model";
        let (model, selector) = match text.split_once('@') {
            Some((model, version)) => (model, parse_selector(version)?),
            None => (text, Selector::Latest),
        };
        let (namespace, name) = model
            .split_once('/')
            .ok_or_else(|| rule(WHAT, "is written as namespace/name, then @tag or @version"))?;
        check_namespace(namespace.as_bytes())?;
        check_model_name(name.as_bytes())?;
        Ok(Self {
            namespace: namespace.into(),
            name: name.into(),
            selector,
        })
    }
}

/// Parses what follows the `@`.
fn parse_selector(text: &str) -> Result<Selector, NameError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        check_tag(text.as_bytes())?;
        return Ok(Selector::Tag(text.into()));
    }
    match text.parse() {
        Ok(number) if !text.starts_with('0') => Ok(Selector::Version(number)),
        _ => Err(rule(
            "a version number",
            "runs from 1 to 4294967295, without leading zeros",
        )),
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)?;
        match &self.selector {
            Selector::Latest => Ok(()),
            Selector::Tag(tag) => write!(f, "@{}", String::from_utf8_lossy(tag)),
            Selector::Version(number) => write!(f, "@{number}"),
        }
    }
}

#[cfg(test)]
mod tests;
