//! What was fetched where: lets `verify` compare a folder without being told with what, and without a chain.
//!
//! Records lie in the data directory, not in the folder, so that a fetched folder is the published one.

use crate::{error::CliError, files};
use ballast_core::{manifest::Manifest, Address};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The folder or file.
    path: PathBuf,
    /// What was asked for.
    pub target: String,
    /// Its address.
    pub address: Address,
    /// The manifest's canonical bytes, for a model.
    manifest: Option<String>,
    /// The files that were fetched, where that were not all.
    files: Option<BTreeSet<String>>,
}

impl Record {
    /// A record of a blob.
    pub fn of_blob(path: &Path, target: &str, address: Address) -> Self {
        Self {
            path: path.into(),
            target: target.into(),
            address,
            manifest: None,
            files: None,
        }
    }

    /// A record of a model, of which all files or only those that are now in the folder were fetched.
    pub fn of_model(
        path: &Path,
        target: &str,
        address: Address,
        manifest: &Manifest,
        partial: bool,
    ) -> Self {
        let there = |file: &str| path.join(file).symlink_metadata().is_ok();
        let paths = manifest.files().iter().map(|file| file.path.clone());
        let files = partial.then(|| paths.filter(|file| there(file)).collect());
        let manifest = String::from_utf8(manifest.to_bytes()).ok();
        Self {
            path: path.into(),
            target: target.into(),
            address,
            manifest,
            files,
        }
    }

    /// Keeps it.
    pub fn store(mut self) -> Result<(), CliError> {
        self.path = canonical(&self.path)?;
        let json = serde_json::to_vec(&self).map_err(|error| CliError::fatal(error.to_string()))?;
        files::write_private(&record_path(&self.path)?, &json, files::Existing::Replace)
    }

    /// What was fetched to a path, if this machine knows.
    pub fn load(path: &Path) -> Result<Option<Self>, CliError> {
        let path = canonical(path)?;
        let file = record_path(&path)?;
        if !file.exists() {
            return Ok(None);
        }
        // A malformed record is as good as none: the caller is asked what to compare with.
        let record: Option<Self> =
            serde_json::from_str(&files::read_text(&file, "the record")?).ok();
        Ok(record.filter(|record| record.path == path))
    }

    /// The manifest to compare with: all files, or those that were fetched or are there by now.
    pub fn manifest(&self) -> Option<Manifest> {
        let whole = Manifest::parse(self.manifest.as_ref()?.as_bytes()).ok()?;
        if whole.address() != self.address {
            return None;
        }
        let Some(fetched) = &self.files else {
            return Some(whole);
        };
        let is_expected = |path: &str| fetched.contains(path) || self.path.join(path).exists();
        let expected = whole
            .files()
            .iter()
            .filter(|file| is_expected(&file.path))
            .cloned()
            .collect();
        Manifest::new(expected).ok()
    }
}

fn canonical(path: &Path) -> Result<PathBuf, CliError> {
    path.canonicalize()
        .map_err(|error| CliError::io("find", path, &error))
}

fn record_path(path: &Path) -> Result<PathBuf, CliError> {
    let name = blake3::hash(path.as_os_str().as_encoded_bytes()).to_hex();
    Ok(files::data_dir()?
        .join("fetched")
        .join(format!("{name}.json")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::manifest::{FileEntry, Location};

    fn manifest() -> Manifest {
        let file = |path: &str| FileEntry {
            blake3: Address(*blake3::hash(path.as_bytes()).as_bytes()),
            git_sha1: [0; 20],
            length: 1,
            location: Location::Blob,
            path: path.into(),
            sha256: [0; 32],
        };
        Manifest::new(vec![file("a"), file("b"), file("c")]).unwrap()
    }

    #[test]
    fn a_whole_model_is_compared_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let record = Record::of_model(
            folder.path(),
            "x/y",
            manifest().address(),
            &manifest(),
            false,
        );
        assert_eq!(record.manifest(), Some(manifest()));
    }

    #[test]
    fn a_part_is_compared_as_that_part_and_what_came_since() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "a").unwrap();
        let record = Record::of_model(
            folder.path(),
            "x/y",
            manifest().address(),
            &manifest(),
            true,
        );
        std::fs::remove_file(folder.path().join("a")).unwrap();
        std::fs::write(folder.path().join("b"), "b").unwrap();
        let expected: Vec<_> = record
            .manifest()
            .unwrap()
            .files()
            .iter()
            .map(|file| file.path.clone())
            .collect();
        assert_eq!(expected, ["a", "b"]);
    }

    #[test]
    fn a_record_whose_manifest_was_changed_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let record = Record::of_model(folder.path(), "x/y", Address([0; 32]), &manifest(), false);
        assert_eq!(record.manifest(), None);
    }
}
