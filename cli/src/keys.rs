//! Which key signs, and whose account is meant.

use crate::{config::Settings, error::CliError, files, keystore::Keystore, password};
use ballast_chain::{ss58, Signer};
use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

/// Where the key comes from.
enum Source {
    Development(String),
    Environment(password::Hidden),
    File(PathBuf),
    Prompt,
}

/// The key that signs this call's transactions.
pub fn signer(settings: &Settings) -> Result<Signer, CliError> {
    match source(settings)? {
        Source::Development(name) => development(&name),
        Source::Environment(secret) => Ok(Signer::from_secret(&secret)?),
        Source::File(path) => open(&path, settings.password_file.as_deref()),
        Source::Prompt => Ok(Signer::from_secret(&password::secret(|| {
            no_key(settings)
        })?)?),
    }
}

/// The account this call is about: the one given, or that of the key.
pub fn account(settings: &Settings, given: Option<&str>) -> Result<[u8; 32], CliError> {
    if let Some(text) = given {
        return parse_account(text);
    }
    account_if_any(settings)?.ok_or_else(|| {
        let path = settings.default_keystore.display();
        CliError::usage(format!(
            "whose account? name it, or a key: {path} does not exist"
        ))
    })
}

/// The key's account, for which no password is needed; `None` if there is no key but at a prompt.
pub fn account_if_any(settings: &Settings) -> Result<Option<[u8; 32]>, CliError> {
    match source(settings)? {
        Source::Development(name) => Ok(Some(development(&name)?.account())),
        Source::Environment(secret) => Ok(Some(Signer::from_secret(&secret)?.account())),
        Source::File(path) => parse_account(&read(&path)?.address).map(Some),
        Source::Prompt => Ok(None),
    }
}

/// An account in SS58 form or as hex after 0x.
pub fn parse_account(text: &str) -> Result<[u8; 32], CliError> {
    ss58::decode(text).map_err(|error| CliError::usage(error.to_string()))
}

/// The open part of a keystore file.
pub fn read(path: &Path) -> Result<Keystore, CliError> {
    Keystore::parse(&files::read_text(path, "the keystore")?).map_err(|error| at(path, &error))
}

/// Opens a keystore file.
pub fn open(path: &Path, password_file: Option<&Path>) -> Result<Signer, CliError> {
    let json = files::read_text(path, "the keystore")?;
    files::warn_if_others_read(path, "keystore");
    let password = password::to_open(path, password_file)?;
    Signer::from_keystore_json(&json, &password).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &dyn Display) -> CliError {
    CliError::usage(format!("{}: {error}", path.display()))
}

/// Nothing names a key, and nobody can be asked for one.
fn no_key(settings: &Settings) -> CliError {
    CliError::usage(format!(
        "there is no key to sign with: `ballast key new` makes the keystore {}, --keystore names another, {} may hold a \
         phrase; on a development network --dev-account alice signs",
        settings.default_keystore.display(),
        password::SECRET_VARIABLE
    ))
}

/// A development account, whatever case its name is written in.
pub fn development(name: &str) -> Result<Signer, CliError> {
    let bare = name.trim_start_matches('/');
    let mut letters = bare.chars();
    let capital: String = letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect();
    Ok(Signer::from_dev(&capital)?)
}

fn source(settings: &Settings) -> Result<Source, CliError> {
    if let Some(name) = &settings.dev_account {
        return Ok(Source::Development(name.clone()));
    }
    match (&settings.keystore, password::secret_of_environment()?) {
        (Some(path), Some(_)) => Err(CliError::usage(format!(
            "both the keystore {} and {} are set; use one of them",
            path.display(),
            password::SECRET_VARIABLE
        ))),
        (Some(path), None) => Ok(Source::File(path.clone())),
        (None, Some(secret)) => Ok(Source::Environment(secret)),
        (None, None) if settings.default_keystore.exists() => {
            Ok(Source::File(settings.default_keystore.clone()))
        }
        (None, None) => Ok(Source::Prompt),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn settings(folder: &Path) -> Settings {
        Settings {
            url: String::new(),
            keystore: None,
            default_keystore: folder.join("key.json"),
            password_file: None,
            dev_account: None,
            allow_private: false,
            insecure: false,
        }
    }

    #[test]
    fn development_accounts_are_found_in_any_case() {
        let alice = Signer::from_dev("Alice").unwrap().account();
        for name in ["alice", "Alice", "//Alice"] {
            assert_eq!(development(name).unwrap().account(), alice);
        }
        assert_eq!(development("mallory").unwrap_err().code(), 2);
        assert_eq!(development("").unwrap_err().code(), 2);
    }

    #[test]
    fn an_account_needs_no_password() {
        let folder = tempfile::tempdir().unwrap();
        let address = Signer::from_dev("Bob").unwrap().address();
        let json = format!(
            "{{\"encoded\":\"\",\"encoding\":{{\"content\":[],\"type\":[],\"version\":\"3\"}},\"address\":\"{address}\"}}"
        );
        std::fs::write(folder.path().join("key.json"), json).unwrap();
        let found = account(&settings(folder.path()), None).unwrap();
        assert_eq!(found, Signer::from_dev("Bob").unwrap().account());
        let given = account(
            &settings(folder.path()),
            Some(&format!("0x{}", "01".repeat(32))),
        )
        .unwrap();
        assert_eq!(given, [1; 32]);
        assert_eq!(
            account(&settings(folder.path()), Some("5Gx"))
                .unwrap_err()
                .code(),
            2
        );
    }

    #[test]
    fn what_is_no_keystore_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("garbage.json");
        std::fs::write(&path, "garbage").unwrap();
        let error = read(&path).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("garbage.json"), "{error}");
    }

    #[test]
    fn without_a_terminal_a_missing_password_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.json");
        assert_eq!(open(&path, None).unwrap_err().code(), 2);
    }
}
