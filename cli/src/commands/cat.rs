//! `cat`.
//!
//! Standard output gets the bytes and nothing else, with `--json` too, which is then about errors alone. Bytes are
//! checked before they are written; an error later than that ends the output early and the program with its code.

use super::blobs::{client, within_limits};
use crate::{
    args::CatArgs,
    context::{resolve, Context},
    error::CliError,
    output::Answer,
    target::FileTarget,
};
use ballast_blobs::{BlobReader, Client};
use ballast_core::name::ModelRef;
use futures::TryStreamExt;
use std::io::{self, Write};

/// Writes a blob, or a file of a model, to standard output.
pub async fn run(args: &CatArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.chain().await?;
    let client = within_limits(client(context, &chain)?, &args.limits);
    let reader = open(&args.target, &client).await?;
    let range = match args.range {
        None => 0..reader.len(),
        Some(range) => range.within(reader.len()).map_err(CliError::usage)?,
    };
    let mut bytes = reader.stream(range)?;
    while let Some(piece) = bytes.try_next().await? {
        match tokio::task::block_in_place(|| write(&mut io::stdout().lock(), &piece)) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(CliError::output(&error)),
        }
    }
    Ok(Answer::raw(String::new()))
}

async fn open(target: &FileTarget, client: &Client) -> Result<BlobReader, CliError> {
    match target {
        FileTarget::Address(address) => Ok(client.open(*address).await?),
        FileTarget::File(model, path) => open_file(model, path, client).await,
    }
}

async fn open_file(model: &ModelRef, path: &str, client: &Client) -> Result<BlobReader, CliError> {
    let version = resolve(client.chain().as_ref(), model).await?;
    let manifest = client.manifest(version.manifest).await?;
    match manifest.find(path) {
        Some(entry) => Ok(client.open_file(entry).await?),
        None => {
            let example = manifest.files().first().map(|file| file.path.clone());
            Err(CliError::usage(format!(
                "{model} has no file {path:?}; it has, for example, {:?}",
                example.unwrap_or_default()
            )))
        }
    }
}

/// False if nobody reads any more.
fn write(output: &mut impl Write, bytes: &[u8]) -> io::Result<bool> {
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    struct Output(io::ErrorKind);

    impl Write for Output {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_error_and_a_full_disk_is() {
        assert!(write(&mut Vec::new(), b"x").unwrap());
        assert!(!write(&mut Output(io::ErrorKind::BrokenPipe), b"x").unwrap());
        assert!(write(&mut Output(io::ErrorKind::StorageFull), b"x").is_err());
    }
}
