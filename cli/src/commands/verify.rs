//! `verify`.

use super::{blobs::client, hash::address_of_file};
use crate::{
    amount::{bytes_text, count_text},
    args::VerifyArgs,
    context::{address_of, Context},
    error::CliError,
    fetched::Record,
    output::{printable, Answer, Report},
};
use ballast_blobs::{Content, Difference, Problem};
use ballast_core::{manifest::Manifest, Address};
use serde::Serialize;
use std::path::Path;

/// Exit code for a folder that differs: its bytes are wrong, and asking again does not mend them.
const DIFFERS: u8 = 4;

#[derive(Debug, Serialize)]
struct VerifyReport {
    target: String,
    address: Address,
    right: bool,
    files: usize,
    bytes: u64,
    problems: Vec<Problem>,
}

/// What a path is compared with.
struct Expected {
    target: String,
    address: Address,
    /// `None` for a single blob.
    manifest: Option<Manifest>,
}

/// Compares a folder with a model, or a file with an address.
pub async fn run(args: &VerifyArgs, context: &Context) -> Result<Answer, CliError> {
    let expected = match &args.target {
        Some(_) => named(args, context).await?,
        None => recorded(&args.dir)?,
    };
    let Expected {
        target,
        address,
        manifest,
    } = expected;
    let report = match manifest {
        Some(manifest) => compare_folder(&args.dir, &manifest, context).await?,
        None => compare_file(&args.dir, &address)?,
    };
    let right = report.is_right();
    let ballast_blobs::Report {
        right: files,
        bytes,
        problems,
    } = report;
    let answer = Answer::new(&VerifyReport {
        target,
        address,
        right,
        files,
        bytes,
        problems,
    });
    Ok(match right {
        true => answer,
        false => answer.with_code(DIFFERS),
    })
}

/// What the caller names.
async fn named(args: &VerifyArgs, context: &Context) -> Result<Expected, CliError> {
    let Some(target) = &args.target else {
        return recorded(&args.dir);
    };
    let name = target.to_string();
    if let (crate::target::Target::Address(address), true) = (target, args.dir.is_file()) {
        return Ok(Expected {
            target: name,
            address: *address,
            manifest: None,
        });
    }
    let chain = context.chain().await?;
    let address = address_of(chain.as_ref(), target).await?;
    match client(context, &chain)?.inspect(address).await? {
        Content::Manifest(manifest) => Ok(Expected { target: name, address, manifest: Some(manifest) }),
        Content::Blob { len } => Err(CliError::usage(format!(
            "{address} is one blob of {len} bytes, no model; name a file to compare with it, {} is none",
            args.dir.display()
        ))),
    }
}

/// What the path was fetched from.
fn recorded(path: &Path) -> Result<Expected, CliError> {
    let unknown = || {
        CliError::usage(format!(
            "{} was not fetched on this machine by this account; say what it should be: ballast verify {} <address or \
             namespace/name>",
            path.display(),
            path.display()
        ))
    };
    let record = Record::load(path)?.ok_or_else(unknown)?;
    let manifest = record.manifest();
    if manifest.is_none() && path.is_dir() {
        return Err(unknown());
    }
    Ok(Expected {
        target: record.target,
        address: record.address,
        manifest,
    })
}

async fn compare_folder(
    dir: &Path,
    manifest: &Manifest,
    context: &Context,
) -> Result<ballast_blobs::Report, CliError> {
    if dir.is_file() {
        let (dir, files) = (dir.display(), manifest.files().len());
        return Err(CliError::usage(format!(
            "{dir} is a file, the model is a folder of {files}; name the folder, or the file's own address"
        )));
    }
    ballast_blobs::verify(dir, manifest, context.screen.progress())
        .await
        .map_err(|error| CliError::usage(error.to_string()))
}

fn compare_file(path: &Path, address: &Address) -> Result<ballast_blobs::Report, CliError> {
    let (actual, bytes) = address_of_file(path)?;
    Ok(match actual == *address {
        true => ballast_blobs::Report {
            right: 1,
            bytes,
            problems: vec![],
        },
        false => {
            let path = path.to_string_lossy().into_owned();
            let problems = vec![Problem {
                path,
                difference: Difference::Bytes,
            }];
            ballast_blobs::Report {
                right: 0,
                bytes: 0,
                problems,
            }
        }
    })
}

impl Report for VerifyReport {
    fn text(&self) -> String {
        let line = |problem: &Problem| {
            format!(
                "{} {}",
                printable(problem.path.as_bytes()),
                problem.difference
            )
        };
        let mut lines: Vec<String> = self.problems.iter().map(line).collect();
        let files = count_text(self.files, "file");
        let verdict = match self.right {
            true => "right",
            false => "right, the above is not",
        };
        lines.push(format!(
            "{}: {files} ({}) {verdict}",
            self.target,
            bytes_text(self.bytes)
        ));
        lines.join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_compared_by_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "abc").unwrap();
        let right = Address(*blake3::hash(b"abc").as_bytes());
        assert!(compare_file(&path, &right).unwrap().is_right());
        assert!(!compare_file(&path, &Address([0; 32])).unwrap().is_right());
        assert_eq!(
            compare_file(&folder.path().join("y"), &right)
                .unwrap_err()
                .code(),
            2
        );
    }

    #[test]
    fn json_names_each_problem() {
        let problem = Problem {
            path: "a".into(),
            difference: Difference::Length {
                expected: 1,
                actual: 2,
            },
        };
        let report = VerifyReport {
            target: "n/m".into(),
            address: Address([0xab; 32]),
            right: false,
            files: 3,
            bytes: 4,
            problems: vec![problem],
        };
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["right"], false);
        assert_eq!(json["problems"][0]["path"], "a");
        assert!(report
            .text()
            .starts_with("a has 2 bytes instead of 1\nn/m: 3 files"));
    }
}
