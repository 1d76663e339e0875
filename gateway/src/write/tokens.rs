//! Tokens that the operator made: only their hashes are kept.
//!
//! A token is `hf_` and 40 letters and digits from the system's randomness (238 bits), which clients take for one of the
//! Hub's. So much randomness needs no slow hash: a token is looked up by its BLAKE3.

use crate::{limits::TOKENS, shared::locked};
use rand::{distr::Alphanumeric, Rng};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

const PREFIX: &str = "hf_";
/// The clients expect 34 at least.
const RANDOM_LEN: usize = 40;
/// Separates these hashes from all others.
const CONTEXT: &str = "ballast gateway token v1";
/// Bytes of the file of tokens.
const FILE_LEN_MAX: u64 = 1 << 20;
/// Bytes of a token's name, which stands for its holder.
const NAME_LEN_MAX: usize = 96;

/// A token, without what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// To revoke it by.
    pub id: String,
    /// Whom it was made for.
    pub name: String,
    /// Seconds since 1970 at which it was made.
    pub created: u64,
    /// Hash of the token.
    hash: String,
}

/// A token that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What is kept of it.
    pub token: Token,
    /// The token itself, which is nowhere else.
    pub secret: String,
}

/// The file of tokens cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// It cannot be read or written.
    #[error("the tokens in {} cannot be used: {source}; check that the file is yours", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} holds no tokens: {reason}; move it away and make new ones", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There are enough.
    #[error("there may be {max} tokens; revoke some", max = TOKENS)]
    TooMany,
    /// The name is no name.
    #[error("a token's name has 1 to {max} letters, digits, '-', '_' or '.', got {name:?}", max = NAME_LEN_MAX)]
    Name {
        /// What was given.
        name: String,
    },
    /// None has this id.
    #[error("no token has the id {id:?}; `ballast gateway token list` shows them")]
    Unknown {
        /// What was given.
        id: String,
    },
}

/// The file of tokens.
pub struct TokenFile(PathBuf);

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    tokens: Vec<Token>,
}

impl TokenFile {
    /// The tokens in this file, which need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// All tokens, in the order in which they were made.
    pub fn list(&self) -> Result<Vec<Token>, TokenError> {
        Ok(self.load()?.tokens)
    }

    /// Makes a token. What is returned is the only copy of it.
    pub fn create(&self, name: &str) -> Result<NewToken, TokenError> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.is_empty() || name.len() > NAME_LEN_MAX || !name.bytes().all(is_allowed) {
            return Err(TokenError::Name { name: name.into() });
        }
        let mut document = self.load()?;
        if document.tokens.len() >= TOKENS {
            return Err(TokenError::TooMany);
        }
        let mut random = rand::rng().sample_iter(Alphanumeric).map(char::from);
        let secret: String = PREFIX
            .chars()
            .chain(random.by_ref().take(RANDOM_LEN))
            .collect();
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let token = Token {
            id: random.take(8).collect::<String>().to_lowercase(),
            name: name.into(),
            created: since.map_or(0, |since| since.as_secs()),
            hash: hash(&secret),
        };
        document.tokens.push(token.clone());
        self.store(&document)?;
        Ok(NewToken { token, secret })
    }

    /// Revokes a token.
    pub fn revoke(&self, id: &str) -> Result<Token, TokenError> {
        let mut document = self.load()?;
        let at = document.tokens.iter().position(|token| token.id == id);
        let at = at.ok_or_else(|| TokenError::Unknown { id: id.into() })?;
        let token = document.tokens.remove(at);
        self.store(&document)?;
        Ok(token)
    }

    fn load(&self) -> Result<Document, TokenError> {
        let Self(path) = self;
        let text = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Document::default()),
            Err(source) => return Err(self.failed(source)),
            Ok(meta) if meta.len() > FILE_LEN_MAX => return Err(self.malformed("it is too long")),
            Ok(_) => fs::read_to_string(path).map_err(|source| self.failed(source))?,
        };
        serde_json::from_str(&text).map_err(|error| self.malformed(&error.to_string()))
    }

    /// Replaces the file as a whole; only its owner may read it.
    fn store(&self, document: &Document) -> Result<(), TokenError> {
        let folder = match self.0.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut staged = tempfile::NamedTempFile::new_in(folder)?;
            staged.write_all(&serde_json::to_vec_pretty(document)?)?;
            staged.as_file().sync_all()?;
            staged.persist(&self.0)?;
            Ok(())
        };
        write().map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> TokenError {
        TokenError::File {
            path: self.0.clone(),
            source,
        }
    }

    fn malformed(&self, reason: &str) -> TokenError {
        TokenError::Malformed {
            path: self.0.clone(),
            reason: reason.into(),
        }
    }
}

/// The tokens of a gateway that runs: a token that is made or revoked counts from the next request on.
pub(super) struct Tokens {
    file: TokenFile,
    known: Mutex<Known>,
}

type Stamp = Option<(SystemTime, u64)>;
type Known = (Stamp, Arc<Vec<Token>>);

impl Tokens {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            file: TokenFile(path),
            known: Mutex::default(),
        }
    }

    /// The token of this text, if it is one.
    pub(super) fn find(&self, secret: &str) -> Result<Option<Token>, TokenError> {
        let hash = hash(secret);
        let all = self.all()?;
        Ok(all.iter().find(|token| token.hash == hash).cloned())
    }

    fn all(&self) -> Result<Arc<Vec<Token>>, TokenError> {
        let meta = fs::metadata(&self.file.0).ok();
        let stamp = meta.and_then(|meta| Some((meta.modified().ok()?, meta.len())));
        let (known, tokens) = locked(&self.known, |known| known.clone());
        if known == stamp && stamp.is_some() {
            return Ok(tokens);
        }
        let tokens = Arc::new(self.file.list()?);
        locked(&self.known, |known| *known = (stamp, tokens.clone()));
        Ok(tokens)
    }
}

fn hash(secret: &str) -> String {
    hex::encode(blake3::derive_key(CONTEXT, secret.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_token_has_the_shape_of_the_hubs_and_is_not_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/tokens.json");
        let made = TokenFile::new(&path).create("laptop").unwrap();
        let random = made.secret.strip_prefix("hf_").unwrap();
        assert!(random.len() >= 34 && random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(random) && text.contains(&made.token.id));
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_gateway_that_runs_sees_tokens_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.json");
        let (file, tokens) = (TokenFile::new(&path), Tokens::new(path.clone()));
        assert_eq!(tokens.find("hf_x").unwrap(), None, "there is no file yet");
        let one = file.create("one").unwrap();
        let two = file.create("two").unwrap();
        assert_eq!(tokens.find(&one.secret).unwrap(), Some(one.token.clone()));
        assert_eq!(file.revoke(&one.token.id).unwrap(), one.token);
        assert_eq!(tokens.find(&one.secret).unwrap(), None);
        assert_eq!(tokens.find(&two.secret).unwrap().unwrap().name, "two");
        assert!(matches!(
            file.revoke("none"),
            Err(TokenError::Unknown { .. })
        ));
    }

    #[test]
    fn a_broken_file_is_told_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.json");
        fs::write(&path, "{").unwrap();
        let file = TokenFile::new(&path);
        assert!(matches!(
            file.create("x"),
            Err(TokenError::Malformed { .. })
        ));
        assert!(matches!(
            Tokens::new(path.clone()).find("hf_x"),
            Err(TokenError::Malformed { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "{");
        assert!(matches!(file.create("a b"), Err(TokenError::Name { .. })));
    }
}
