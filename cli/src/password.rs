//! Passwords and secrets: from the environment, a file or a prompt, never from the command line.

use crate::{error::CliError, files};
use std::{env, io::IsTerminal, path::Path};
use zeroize::Zeroizing;

/// Environment variable with a keystore's password.
pub const PASSWORD_VARIABLE: &str = "BALLAST_PASSWORD";
/// Environment variable with a phrase or seed to sign with.
pub const SECRET_VARIABLE: &str = "BALLAST_SECRET";

/// Text that is wiped from memory when it is dropped.
pub type Hidden = Zeroizing<String>;

/// The password to open a keystore with.
pub fn to_open(keystore: &Path, password_file: Option<&Path>) -> Result<Hidden, CliError> {
    match given(password_file)? {
        Some(password) => Ok(password),
        None => prompt(&format!("Password of {}: ", keystore.display()), || {
            no_password(keystore)
        }),
    }
}

/// The password to encrypt a new keystore with; at a prompt it is asked for twice.
pub fn to_create(keystore: &Path, password_file: Option<&Path>) -> Result<Hidden, CliError> {
    if let Some(password) = given(password_file)? {
        return not_empty(password);
    }
    let first = prompt(
        &format!("New password for {}: ", keystore.display()),
        || no_password(keystore),
    )?;
    let second = prompt("The same again: ", || no_password(keystore))?;
    match first == second {
        true => not_empty(first),
        false => Err(CliError::usage(
            "the two passwords differ; nothing was written",
        )),
    }
}

/// Without a password whoever reads the file has the key.
fn not_empty(password: Hidden) -> Result<Hidden, CliError> {
    match password.is_empty() {
        false => Ok(password),
        true => Err(CliError::usage(
            "the password for the new keystore is empty; choose one, nothing was written",
        )),
    }
}

/// A phrase or seed, from the environment or a prompt; the error where there is neither.
pub fn secret(without_terminal: impl Fn() -> CliError) -> Result<Hidden, CliError> {
    match secret_of_environment()? {
        Some(secret) => Ok(secret),
        None => prompt(
            "Phrase of 12 to 24 words, or seed after 0x: ",
            without_terminal,
        ),
    }
}

/// There is no secret, and nobody to ask for it.
pub fn no_secret() -> CliError {
    CliError::usage(format!(
        "no terminal to ask for the secret; set {SECRET_VARIABLE}"
    ))
}

/// A phrase or seed, if the environment has one.
pub fn secret_of_environment() -> Result<Option<Hidden>, CliError> {
    variable(SECRET_VARIABLE)
}

fn given(password_file: Option<&Path>) -> Result<Option<Hidden>, CliError> {
    match (variable(PASSWORD_VARIABLE)?, password_file) {
        (Some(_), Some(path)) => Err(CliError::usage(format!(
            "both {PASSWORD_VARIABLE} and the password file {} are set; use one of them",
            path.display()
        ))),
        (Some(password), None) => Ok(Some(password)),
        (None, Some(path)) => of_file(path).map(Some),
        (None, None) => Ok(None),
    }
}

fn variable(name: &str) -> Result<Option<Hidden>, CliError> {
    match env::var(name) {
        Ok(value) => Ok(Some(Zeroizing::new(value))),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CliError::usage(format!("{name} is not UTF-8"))),
    }
}

/// The first line of a file.
fn of_file(path: &Path) -> Result<Hidden, CliError> {
    let text = Zeroizing::new(files::read_text(path, "the password file")?);
    files::warn_if_others_read(path, "password file");
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_string(),
    ))
}

fn prompt(question: &str, without_terminal: impl Fn() -> CliError) -> Result<Hidden, CliError> {
    if !std::io::stdin().is_terminal() {
        return Err(without_terminal());
    }
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|error| CliError::usage(format!("the terminal gave no answer: {error}")))
}

fn no_password(keystore: &Path) -> CliError {
    CliError::usage(format!(
        "no terminal to ask for the password of {}; set {PASSWORD_VARIABLE} or BALLAST_PASSWORD_FILE, or pass \
         --password-file",
        keystore.display()
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_password_file_gives_its_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        for (content, password) in [
            ("one\n", "one"),
            ("two", "two"),
            ("a b \r\nc", "a b "),
            ("", ""),
        ] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(of_file(&path).unwrap().as_str(), password);
        }
        assert_eq!(of_file(&folder.path().join("none")).unwrap_err().code(), 2);
    }
}
