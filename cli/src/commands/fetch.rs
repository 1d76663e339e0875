//! `fetch`.

use super::blobs::{client, within_limits};
use crate::{
    amount::{bytes_text, count_text},
    args::FetchArgs,
    context::{resolve, Context},
    error::CliError,
    fetched::Record,
    output::{Answer, Report},
    range::ByteRange,
    target::Target,
};
use ballast_blobs::{Client, Content, FetchOptions, Fetched};
use ballast_chain::Chain;
use ballast_core::{manifest::Manifest, name::ModelRef, Address};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

#[derive(Debug, Serialize)]
struct FetchReport {
    target: String,
    address: Address,
    version: Option<u32>,
    output: PathBuf,
    /// Files written, and their bytes.
    files: usize,
    bytes: u64,
    /// Files that were there already, whole.
    kept: usize,
    seconds: f64,
}

/// What is fetched.
struct Found {
    address: Address,
    version: Option<u32>,
    /// The manifest; `None` for a blob that is kept as it is.
    manifest: Option<Manifest>,
}

/// Fetches a model or a blob.
pub async fn run(args: &FetchArgs, context: &Context) -> Result<Answer, CliError> {
    let started = Instant::now();
    let chain = context.chain().await?;
    let client = within_limits(client(context, &chain)?, &args.limits);
    if let Some(range) = args.range {
        return fetch_range(args, range, &client, started).await;
    }
    let found = find(args, &client).await?;
    let output = output_path(args, &found);
    let fetched = fetch(args, &client, &found, &output).await?;
    record(args, &found, &output);
    Ok(Answer::new(&FetchReport {
        target: args.target.to_string(),
        address: found.address,
        version: found.version,
        output,
        files: fetched.files,
        bytes: fetched.bytes,
        kept: fetched.kept,
        seconds: started.elapsed().as_secs_f64(),
    }))
}

/// A part of one blob into a file.
async fn fetch_range(
    args: &FetchArgs,
    range: ByteRange,
    client: &Client,
    started: Instant,
) -> Result<Answer, CliError> {
    let Target::Address(address) = args.target else {
        return Err(CliError::usage(format!(
            "--range is about one blob, {target} is a model; `ballast cat {target}/PATH --range {range}` writes a part of one of its files",
            target = args.target
        )));
    };
    let blob = client.open(address).await?;
    let bytes = range.within(blob.len()).map_err(CliError::usage)?;
    let name = format!("{address}.{range}");
    let output = match &args.output {
        None => name.into(),
        Some(folder) if folder.is_dir() => folder.join(name),
        Some(output) => output.clone(),
    };
    let fetched = client
        .fetch_range(&blob, bytes, &output, args.overwrite)
        .await?;
    Ok(Answer::new(&FetchReport {
        target: args.target.to_string(),
        address,
        version: None,
        output,
        files: fetched.files,
        bytes: fetched.bytes,
        kept: fetched.kept,
        seconds: started.elapsed().as_secs_f64(),
    }))
}

async fn find(args: &FetchArgs, client: &Client) -> Result<Found, CliError> {
    match &args.target {
        Target::Model(model) => {
            warn_if_deprecated(client.chain().as_ref(), model).await?;
            let version = resolve(client.chain().as_ref(), model).await?;
            let manifest = match args.raw {
                true => None,
                false => Some(client.manifest(version.manifest).await?),
            };
            Ok(Found {
                address: version.manifest,
                version: Some(version.number),
                manifest,
            })
        }
        Target::Address(address) => {
            let content = match args.raw {
                true => None,
                false => Some(client.inspect(*address).await?),
            };
            match content {
                Some(Content::Manifest(manifest)) => Ok(Found {
                    address: *address,
                    version: None,
                    manifest: Some(manifest),
                }),
                _ if !args.include.is_empty() => Err(CliError::usage(format!(
                    "{address} is one blob, no model: --include has nothing to choose from"
                ))),
                _ => Ok(Found {
                    address: *address,
                    version: None,
                    manifest: None,
                }),
            }
        }
    }
}

async fn warn_if_deprecated(chain: &dyn Chain, model: &ModelRef) -> Result<(), CliError> {
    if chain
        .model(&model.namespace, &model.name)
        .await?
        .is_some_and(|info| info.deprecated)
    {
        tracing::warn!(%model, "this model's owner advises against it");
    }
    Ok(())
}

/// A model goes into a folder of its name, a blob into a file of its address, unless the caller says otherwise.
fn output_path(args: &FetchArgs, found: &Found) -> PathBuf {
    let name = match &args.target {
        Target::Model(model) if found.manifest.is_some() => model.name.clone(),
        _ => found.address.to_string(),
    };
    match &args.output {
        None => name.into(),
        Some(folder) if found.manifest.is_none() && folder.is_dir() => folder.join(name),
        Some(output) => output.clone(),
    }
}

async fn fetch(
    args: &FetchArgs,
    client: &Client,
    found: &Found,
    output: &Path,
) -> Result<Fetched, CliError> {
    let options = FetchOptions {
        include: args.include.clone(),
        overwrite: args.overwrite,
    };
    Ok(match &found.manifest {
        Some(manifest) => client.fetch_files(manifest, output, &options).await?,
        None => {
            client
                .fetch_blob(found.address, output, args.overwrite)
                .await?
        }
    })
}

/// Remembers what was fetched. The files are there and right, so a failure here is told and no more.
fn record(args: &FetchArgs, found: &Found, output: &Path) {
    let target = args.target.to_string();
    let record = match &found.manifest {
        Some(manifest) => Record::of_model(
            output,
            &target,
            found.address,
            manifest,
            !args.include.is_empty(),
        ),
        None => Record::of_blob(output, &target, found.address),
    };
    if let Err(error) = record.store() {
        tracing::warn!(%error, "`ballast verify` will have to be told what this is");
    }
}

impl Report for FetchReport {
    fn text(&self) -> String {
        let kept = match self.kept {
            0 => String::new(),
            kept => format!(", {kept} there already"),
        };
        format!(
            "{}\n{}, {} in {:.1} s{kept}: {}",
            self.address,
            count_text(self.files, "file"),
            bytes_text(self.bytes),
            self.seconds,
            self.output.display()
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::args::LimitArgs;

    fn args(target: &str, output: Option<PathBuf>) -> FetchArgs {
        FetchArgs {
            target: target.parse().unwrap(),
            output,
            include: vec![],
            raw: false,
            overwrite: false,
            range: None,
            limits: LimitArgs::default(),
        }
    }

    fn found(manifest: bool) -> Found {
        let file = ballast_core::manifest::FileEntry {
            blake3: Address(*blake3::hash(b"").as_bytes()),
            git_sha1: [0; 20],
            length: 0,
            location: ballast_core::manifest::Location::Empty,
            path: "a".into(),
            sha256: [0; 32],
        };
        let manifest = manifest.then(|| Manifest::new(vec![file]).unwrap());
        Found {
            address: Address([0xab; 32]),
            version: None,
            manifest,
        }
    }

    #[test]
    fn models_go_to_their_name_and_blobs_to_their_address() {
        let hex = "ab".repeat(32);
        assert_eq!(
            output_path(&args("ns/name@v1", None), &found(true)),
            PathBuf::from("name")
        );
        assert_eq!(
            output_path(&args(&hex, None), &found(true)),
            PathBuf::from(&hex)
        );
        assert_eq!(
            output_path(&args(&hex, None), &found(false)),
            PathBuf::from(&hex)
        );
    }

    #[test]
    fn an_output_is_the_models_folder_and_a_blobs_file_or_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (there, new) = (folder.path().to_path_buf(), folder.path().join("new"));
        let hex = "ab".repeat(32);
        assert_eq!(
            output_path(&args(&hex, Some(there.clone())), &found(true)),
            there
        );
        assert_eq!(
            output_path(&args(&hex, Some(there.clone())), &found(false)),
            there.join(&hex)
        );
        assert_eq!(
            output_path(&args(&hex, Some(new.clone())), &found(false)),
            new
        );
    }

    #[test]
    fn json_says_what_was_written_and_what_was_there() {
        let report = FetchReport {
            target: "a/b".into(),
            address: Address([0xab; 32]),
            version: Some(2),
            output: "b".into(),
            files: 3,
            bytes: 4,
            kept: 5,
            seconds: 0.5,
        };
        let expected = serde_json::json!({
            "target": "a/b", "address": "ab".repeat(32), "version": 2, "output": "b", "files": 3, "bytes": 4,
            "kept": 5, "seconds": 0.5,
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
    }
}
