//! `key new` and `key inspect`.

use crate::{
    args::{KeyInspectArgs, KeyNewArgs, KeyVerb},
    context::Context,
    error::CliError,
    files::{self, Existing},
    keys,
    keystore::{Cost, Keystore, Secret},
    output::{fields, Answer, Report},
    password,
};
use ballast_chain::ss58;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, Default, Serialize)]
struct KeyReport {
    account: String,
    public_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    keystore: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unlocked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrase: Option<String>,
}

/// Runs a verb about keys.
pub fn run(verb: &KeyVerb, context: &Context) -> Result<Answer, CliError> {
    let report = match verb {
        KeyVerb::New(args) => new(args, context)?,
        KeyVerb::Inspect(args) => inspect(args, context)?,
    };
    Ok(Answer::new(&report))
}

fn new(args: &KeyNewArgs, context: &Context) -> Result<KeyReport, CliError> {
    let path = output_path(args, context)?;
    if path.exists() {
        return Err(CliError::usage(format!(
            "{} exists and stays as it is; choose another --output",
            path.display()
        )));
    }
    let text = match args.import {
        true => password::secret(password::no_secret)?,
        false => Secret::new_phrase()?,
    };
    let secret = Secret::parse(&text)?;
    let password = password::to_create(&path, context.settings()?.password_file.as_deref())?;
    let keystore = Keystore::encrypt(&secret, &password, args.name.as_deref(), Cost::HIGH)?;
    files::write_private(&path, keystore.to_json().as_bytes(), Existing::Keep)?;
    Ok(KeyReport {
        keystore: Some(path),
        name: args.name.clone(),
        // It goes to the screen, so wiping it from memory hides nothing.
        phrase: args.show_phrase.then(|| text.to_string()),
        ..of_account(&secret.account())
    })
}

fn output_path(args: &KeyNewArgs, context: &Context) -> Result<PathBuf, CliError> {
    let settings = context.settings()?;
    let named = args.output.as_ref().or(settings.keystore.as_ref());
    Ok(named.unwrap_or(&settings.default_keystore).clone())
}

fn inspect(args: &KeyInspectArgs, context: &Context) -> Result<KeyReport, CliError> {
    let settings = context.settings()?;
    let is_in_environment = || password::secret_of_environment().map(|found| found.is_some());
    let is_keystore_meant = args.unlock || settings.keystore.is_some();
    if args.account.is_some()
        || settings.dev_account.is_some()
        || (!is_keystore_meant && is_in_environment()?)
    {
        return Ok(of_account(&context.account(args.account.as_deref())?));
    }
    let path = settings
        .keystore
        .clone()
        .unwrap_or_else(|| settings.default_keystore.clone());
    if !path.exists() {
        return Err(CliError::usage(format!(
            "there is no keystore {}; `ballast key new` makes one, --keystore names another",
            path.display()
        )));
    }
    let keystore = keys::read(&path)?;
    let account = keys::parse_account(&keystore.address)?;
    if args.unlock {
        // Opens only if the key in it is that of its account.
        keys::open(&path, settings.password_file.as_deref())?;
    }
    let name = keystore.name().map(Into::into);
    Ok(KeyReport {
        keystore: Some(path),
        name,
        unlocked: args.unlock.then_some(true),
        ..of_account(&account)
    })
}

fn of_account(account: &[u8; 32]) -> KeyReport {
    let public_key = format!("0x{}", hex::encode(account));
    KeyReport {
        account: ss58::encode(account),
        public_key,
        ..KeyReport::default()
    }
}

impl Report for KeyReport {
    fn text(&self) -> String {
        let mut lines = vec![
            ("account", self.account.clone()),
            ("public key", self.public_key.clone()),
        ];
        lines.extend(self.name.clone().map(|name| ("name", name)));
        lines.extend(
            self.keystore
                .as_ref()
                .map(|path| ("keystore", path.display().to_string())),
        );
        lines.extend(
            self.unlocked
                .map(|_| ("password", "opens the keystore".to_string())),
        );
        lines.extend(
            self.phrase
                .as_ref()
                .map(|phrase| ("phrase", phrase.to_string())),
        );
        fields(&lines)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn json_has_both_forms_of_the_account_and_no_phrase_unless_asked() {
        let report = of_account(&[1; 32]);
        let json = serde_json::to_value(&report).unwrap();
        let expected = serde_json::json!({
            "account": ss58::encode(&[1; 32]), "public_key": format!("0x{}", "01".repeat(32)),
        });
        assert_eq!(json, expected);
    }
}
