//! Settings out of flags, environment and the configuration file, in this order.

use crate::{args::GlobalArgs, error::CliError, files};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Where a node is asked when nothing else is said.
pub const DEFAULT_URL: &str = "ws://127.0.0.1:9944";

/// The configuration file, `config.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// WebSocket address of a node.
    url: Option<String>,
    /// Keystore file.
    keystore: Option<PathBuf>,
    /// File with the keystore's password.
    password_file: Option<PathBuf>,
    /// Whether workers on private and loopback addresses may be used.
    allow_private: Option<bool>,
}

/// What a call works with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// WebSocket address of a node.
    pub url: String,
    /// Keystore named by flag or environment.
    pub keystore: Option<PathBuf>,
    /// Keystore used if nothing names a key.
    pub default_keystore: PathBuf,
    /// File with the keystore's password.
    pub password_file: Option<PathBuf>,
    /// Development account to sign with.
    pub dev_account: Option<String>,
    /// Whether workers on private and loopback addresses may be used.
    pub allow_private: bool,
    /// Whether a node on another machine may be asked without TLS.
    pub insecure: bool,
}

impl Settings {
    /// Settings of this call.
    pub fn load(args: &GlobalArgs) -> Result<Self, CliError> {
        let file = match &args.config {
            Some(path) => read(path)?,
            None => read_default()?,
        };
        Self::merge(args, file)
    }

    fn merge(args: &GlobalArgs, file: ConfigFile) -> Result<Self, CliError> {
        let default_keystore = match file.keystore {
            Some(path) => path,
            None => files::config_dir()?.join("key.json"),
        };
        Ok(Self {
            url: args
                .url
                .clone()
                .or(file.url)
                .unwrap_or_else(|| DEFAULT_URL.into()),
            keystore: args.keystore.clone().or_else(keystore_of_environment),
            default_keystore,
            password_file: args.password_file.clone().or(file.password_file),
            dev_account: args.dev_account.clone(),
            allow_private: args.allow_private || file.allow_private.unwrap_or(false),
            insecure: args.insecure,
        })
    }
}

/// Not clap's to read: it would take the variable for a flag, which `--dev-account` contradicts.
fn keystore_of_environment() -> Option<PathBuf> {
    let path = std::env::var_os("BALLAST_KEYSTORE").filter(|path| !path.is_empty());
    path.map(PathBuf::from)
}

fn read_default() -> Result<ConfigFile, CliError> {
    let path = files::config_dir()?.join("config.toml");
    match path.exists() {
        true => read(&path),
        false => Ok(ConfigFile::default()),
    }
}

fn read(path: &Path) -> Result<ConfigFile, CliError> {
    let text = files::read_text(path, "the configuration")?;
    toml::from_str(&text).map_err(|error| {
        CliError::usage(format!(
            "the configuration {} is malformed: {error}",
            path.display()
        ))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn merged(args: GlobalArgs, text: &str) -> Settings {
        Settings::merge(&args, toml::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn flags_come_before_the_file_and_the_file_before_defaults() {
        let text =
            "url = \"ws://file\"\npassword_file = \"/p\"\nallow_private = true\nkeystore = \"/k\"";
        let from_file = merged(GlobalArgs::default(), text);
        assert_eq!(from_file.url, "ws://file");
        assert!(from_file.allow_private);
        assert_eq!(from_file.default_keystore, PathBuf::from("/k"));
        let args = GlobalArgs {
            url: Some("ws://flag".into()),
            ..GlobalArgs::default()
        };
        assert_eq!(merged(args, text).url, "ws://flag");
        assert_eq!(merged(GlobalArgs::default(), "").url, DEFAULT_URL);
    }

    #[test]
    fn unknown_settings_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, "ulr = \"x\"").unwrap();
        let error = read(&path).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("ulr"));
        assert_eq!(
            read(&folder.path().join("none.toml")).unwrap_err().code(),
            2
        );
    }
}
