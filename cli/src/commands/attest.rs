//! `attest`: verbs about evidence in files, and about what the chain makes of evidence.

mod checks;
mod golden;
mod govern;
mod inspect;
mod quote;
mod status;
mod submit;
#[cfg(test)]
mod tests;
mod trust;

use crate::{
    args::AttestVerb,
    context::Context,
    error::CliError,
    output::{Answer, Done},
};
use ballast_chain::{calls::attestation as calls, Call};
use std::{
    fs::File,
    io::Read,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

/// Longest file that is read; evidence has a few KiB.
const MAX_FILE_LEN: u64 = 1 << 20;

/// Runs a verb about evidence.
pub async fn run(verb: &AttestVerb, context: &Context) -> Result<Answer, CliError> {
    match verb {
        AttestVerb::Inspect(args) => inspect::run(args),
        AttestVerb::Golden(args) => golden::run(args),
        AttestVerb::Quote(args) => quote::run(args),
        AttestVerb::Status(args) => status::keys(args, context).await,
        AttestVerb::Device { device } => status::device(device, context).await,
        AttestVerb::Trust => trust::run(context).await,
        AttestVerb::Submit(args) => submit::run(args, context).await,
        AttestVerb::SubmitCrl { issuer, list } => {
            let call = calls::submit_crl(*issuer, &read_bytes(list)?);
            send(call, "the list is in force", context).await
        }
        AttestVerb::Release { device } => {
            send(calls::release(*device), "the GPU is given up", context).await
        }
        AttestVerb::RemoveKey { key } => {
            send(calls::remove_key(*key), "the key is given up", context).await
        }
        AttestVerb::Govern(verb) => govern::run(verb, context).await,
    }
}

/// Signs and submits one call.
async fn send(call: Call, done: &'static str, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.chain().await?;
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    Ok(Answer::new(&Done { done }))
}

/// Bytes as people copy them.
fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
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
