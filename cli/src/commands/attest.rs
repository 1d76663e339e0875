//! `attest inspect`, `attest golden` and `attest quote`.

mod checks;
mod golden;
mod inspect;
mod quote;
#[cfg(test)]
mod tests;

use crate::{args::AttestVerb, error::CliError, output::Answer};
use std::{
    fs::File,
    io::Read,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Longest file that is read; evidence has a few KiB.
const MAX_FILE_LEN: u64 = 1 << 20;

/// Runs a verb about evidence.
pub fn run(verb: &AttestVerb) -> Result<Answer, CliError> {
    match verb {
        AttestVerb::Inspect(args) => inspect::run(args),
        AttestVerb::Golden(args) => golden::run(args),
        AttestVerb::Quote(args) => quote::run(args),
    }
}

/// A whole file, if it is not too long.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_LEN + 1).read_to_end(&mut bytes))
        .map_err(|error| CliError::io("read", path, &error))?;
    if bytes.len() as u64 > MAX_FILE_LEN {
        let path = path.display();
        return Err(CliError::usage(format!(
            "{path} has more than {MAX_FILE_LEN} bytes; give a file with evidence"
        )));
    }
    Ok(bytes)
}

/// The bytes that a file in hex stands for, or the file itself.
fn read_bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let file = read(path)?;
    let text = file.trim_ascii();
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    Ok(hex::decode(digits).unwrap_or(file))
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}
