//! The worker's account, which signs the transactions: a keystore as the command line makes it, or a development account.

use ballast_chain::{Signer, SignerError};
use std::{env, fs, io, path::PathBuf};
use zeroize::Zeroizing;

/// Environment variable with the keystore's password.
pub const PASSWORD_VARIABLE: &str = "BALLAST_PASSWORD";
/// Longest file that is read.
const MAX_FILE_LEN: u64 = 64 * 1024;

/// Which key signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// A key that everybody knows, by name.
    Development(String),
    /// A keystore file, with the file of its password; without that the environment has it.
    Keystore {
        /// The keystore.
        path: PathBuf,
        /// File whose first line is its password.
        password_file: Option<PathBuf>,
    },
}

/// There is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// No password is given.
    #[error("no password for {path}; set {PASSWORD_VARIABLE}, or pass --password-file")]
    NoPassword {
        /// The keystore.
        path: PathBuf,
    },
    /// The key cannot be used.
    #[error("{what}: {source}")]
    Key {
        /// The keystore or account.
        what: String,
        /// Why.
        source: SignerError,
    },
}

impl Account {
    /// The key.
    pub fn signer(&self) -> Result<Signer, AccountError> {
        match self {
            Self::Development(name) => Signer::from_dev(name).map_err(|source| AccountError::Key {
                what: name.clone(),
                source,
            }),
            Self::Keystore {
                path,
                password_file,
            } => {
                let json = read(path)?;
                let password = match password_file {
                    Some(file) => first_line(&read(file)?),
                    None => Zeroizing::new(
                        env::var(PASSWORD_VARIABLE)
                            .map_err(|_| AccountError::NoPassword { path: path.clone() })?,
                    ),
                };
                Signer::from_keystore_json(&json, &password).map_err(|source| AccountError::Key {
                    what: path.display().to_string(),
                    source,
                })
            }
        }
    }
}

fn first_line(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.lines().next().unwrap_or_default().to_string())
}

fn read(path: &PathBuf) -> Result<Zeroizing<String>, AccountError> {
    let failed = |source| AccountError::File {
        path: path.clone(),
        source,
    };
    let len = fs::metadata(path).map_err(failed)?.len();
    if len > MAX_FILE_LEN {
        return Err(failed(io::Error::other(format!(
            "it has {len} bytes, a keystore or password has less than {MAX_FILE_LEN}"
        ))));
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(failed)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn development_accounts_go_by_name() {
        let alice = Account::Development("Alice".into()).signer().unwrap();
        assert_eq!(
            alice.account(),
            Signer::from_dev("Alice").unwrap().account()
        );
        let error = Account::Development("Mallory".into()).signer().unwrap_err();
        assert!(
            error.to_string().contains("no development account"),
            "{error}"
        );
    }

    #[test]
    fn a_keystore_that_is_missing_or_none_is_told_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let (path, password) = (
            folder.path().join("key.json"),
            folder.path().join("password"),
        );
        let account = Account::Keystore {
            path: path.clone(),
            password_file: Some(password.clone()),
        };
        let told = |account: &Account| account.signer().unwrap_err().to_string();
        assert!(told(&account).contains("key.json"));
        fs::write(&path, "{}").unwrap();
        assert!(told(&account).contains("password"));
        fs::write(&password, "secret\n").unwrap();
        let error = told(&account);
        assert!(
            error.contains("not a keystore") && !error.contains("secret"),
            "{error}"
        );
    }
}
