//! A folder compared with a manifest.

use crate::{
    blocking::blocking,
    local::{compare, Comparison},
    progress::{Meter, Phase, Progress},
    STAGING_SUFFIX,
};
use ballast_chain::ErrorClass;
use ballast_core::manifest::{FileEntry, Manifest};
use serde::Serialize;
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use walkdir::WalkDir;

/// Folder of a version control system.
const VCS_FOLDER: &str = ".git";

/// Entries of a folder that are looked at to find those that the manifest does not list.
const MAX_FOUND: usize = 1_000_000;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Files that are right.
    pub right: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is not.
    pub problems: Vec<Problem>,
}

/// A file that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its path in the folder.
    pub path: String,
    /// What is wrong.
    pub difference: Difference,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// It is not there.
    #[error("is missing")]
    Missing,
    /// It has another length.
    #[error("has {actual} bytes instead of {expected}")]
    Length {
        /// Bytes in the manifest.
        expected: u64,
        /// Bytes in the folder.
        actual: u64,
    },
    /// It has other bytes.
    #[error("has other bytes")]
    Bytes,
    /// It is a folder or something special.
    #[error("is no file")]
    NotAFile,
    /// It cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The manifest does not list it.
    #[error("is not in the manifest")]
    Unlisted,
}

/// Why a folder could not be compared.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}; check that it is a folder and that you may read it", path.display())]
pub struct VerifyError {
    /// The folder, or what is in it.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

impl VerifyError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        ErrorClass::Usage
    }
}

impl Report {
    /// Whether the folder is what the manifest says, no more and no less.
    pub fn is_right(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Compares a folder with a manifest, reading every file.
pub async fn verify(
    dir: &Path,
    manifest: &Manifest,
    progress: Arc<dyn Progress>,
) -> Result<Report, VerifyError> {
    let (dir, manifest) = (dir.to_path_buf(), manifest.clone());
    blocking(move || verify_now(&dir, &manifest, &progress)).await
}

fn verify_now(
    dir: &Path,
    manifest: &Manifest,
    progress: &Arc<dyn Progress>,
) -> Result<Report, VerifyError> {
    // Before the long part, so that a wrong folder is refused at once.
    let unlisted = unlisted(dir, manifest)?;
    let meter = Meter::new(progress, Phase::Verify, manifest.total_len());
    let mut report = Report::default();
    for file in manifest.files() {
        match difference(dir, file, &meter) {
            Some(difference) => report.problems.push(Problem {
                path: file.path.clone(),
                difference,
            }),
            None => {
                report.right = report.right.saturating_add(1);
                report.bytes = report.bytes.saturating_add(file.length);
            }
        }
    }
    report
        .problems
        .extend(unlisted.into_iter().map(|path| Problem {
            path,
            difference: Difference::Unlisted,
        }));
    Ok(report)
}

fn difference(dir: &Path, file: &FileEntry, meter: &Meter) -> Option<Difference> {
    let compared = compare(&dir.join(&file.path), file.length, &file.blake3, |bytes| {
        meter.add(bytes)
    });
    match compared {
        Ok(Comparison::Same) => return None,
        Ok(Comparison::OtherBytes) => return Some(Difference::Bytes),
        _ => meter.add(file.length),
    }
    Some(match compared {
        Ok(Comparison::Absent) => Difference::Missing,
        Ok(Comparison::OtherLength(actual)) => Difference::Length {
            expected: file.length,
            actual,
        },
        Ok(_) => Difference::NotAFile,
        Err(error) => Difference::Unreadable {
            reason: error.to_string(),
        },
    })
}

/// Files in the folder that the manifest does not list, sorted. As in a scan, staging files of a fetch and what is
/// called `.git` do not count.
fn unlisted(dir: &Path, manifest: &Manifest) -> Result<Vec<String>, VerifyError> {
    let mut unlisted = Vec::new();
    let entries = WalkDir::new(dir)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter();
    for (count, entry) in entries
        .filter_entry(|entry| entry.file_name() != VCS_FOLDER)
        .enumerate()
    {
        if count >= MAX_FOUND {
            let source = io::Error::other(format!("it has more than {MAX_FOUND} entries"));
            return Err(VerifyError {
                path: dir.into(),
                source,
            });
        }
        let entry = entry.map_err(|error| VerifyError {
            path: error.path().unwrap_or(dir).to_path_buf(),
            source: error
                .into_io_error()
                .unwrap_or_else(|| io::ErrorKind::Other.into()),
        })?;
        let path = entry
            .path()
            .strip_prefix(dir)
            .unwrap_or(entry.path())
            .to_string_lossy();
        let is_expected = entry.file_type().is_dir() || path.ends_with(STAGING_SUFFIX);
        if !is_expected && manifest.find(&path).is_none() && !is_link_to_folder(&entry) {
            unlisted.push(path.into_owned());
        }
    }
    Ok(unlisted)
}

/// A link to a folder may lead to files that are listed.
fn is_link_to_folder(entry: &walkdir::DirEntry) -> bool {
    entry.path_is_symlink() && entry.path().is_dir()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
