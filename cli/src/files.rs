//! Where the program keeps files, and how it writes them so that none is ever half there.

use crate::error::CliError;
use rand::RngCore;
use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Longest configuration, keystore, password or state file that is read.
const MAX_TEXT_LEN: u64 = 256 << 20;

/// `$XDG_CONFIG_HOME/ballast` or `~/.config/ballast`.
pub fn config_dir() -> Result<PathBuf, CliError> {
    home_relative("XDG_CONFIG_HOME", ".config")
}

/// `$XDG_DATA_HOME/ballast` or `~/.local/share/ballast`.
pub fn data_dir() -> Result<PathBuf, CliError> {
    home_relative("XDG_DATA_HOME", ".local/share")
}

/// `$XDG_CACHE_HOME/ballast` or `~/.cache/ballast`.
pub fn cache_dir() -> Result<PathBuf, CliError> {
    home_relative("XDG_CACHE_HOME", ".cache")
}

fn home_relative(variable: &str, below_home: &str) -> Result<PathBuf, CliError> {
    let set = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // The specification says to ignore a relative path.
    let base = set(variable)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(set("HOME")?.join(below_home)));
    base.map(|base| base.join("ballast")).ok_or_else(|| {
        CliError::usage(format!(
            "neither {variable} nor HOME is set; set one of them"
        ))
    })
}

/// Reads a text file of bounded length.
pub fn read_text(path: &Path, what: &str) -> Result<String, CliError> {
    let read = || {
        let mut text = String::new();
        File::open(path)?
            .take(MAX_TEXT_LEN)
            .read_to_string(&mut text)?;
        Ok(text)
    };
    read().map_err(|error| CliError::io(&format!("read {what}"), path, &error))
}

/// Warns if others than its owner can read a file that they should not.
pub fn warn_if_others_read(path: &Path, what: &str) {
    let mode = fs::metadata(path).map_or(0, |meta| meta.mode());
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others can read this {what}; chmod 600 it");
    }
}

/// Whether a file that is there may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the call fails.
    Keep,
    /// It is replaced as a whole.
    Replace,
}

/// Writes a file that only its owner may read: either all of it is there, durably, or nothing changed.
pub fn write_private(path: &Path, content: &[u8], existing: Existing) -> Result<(), CliError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let staging = staging_name(path);
        let written = write_new(&staging, content).and_then(|()| match existing {
            Existing::Replace => fs::rename(&staging, path),
            // A link, unlike a rename, fails if the name is taken.
            Existing::Keep => {
                fs::hard_link(&staging, path).and_then(|()| fs::remove_file(&staging))
            }
        });
        if written.is_err() {
            let _ = fs::remove_file(&staging);
        }
        written?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|error| CliError::io("write", path, &error))
}

fn staging_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{:016x}.part", rand::rng().next_u64()))
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn private_files_are_for_their_owner_alone_and_leave_no_staging_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/file");
        write_private(&path, b"one", Existing::Keep).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_is_replaced_only_where_that_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_private(&path, b"one", Existing::Keep).unwrap();
        let error = write_private(&path, b"two", Existing::Keep).unwrap_err();
        assert_eq!(error.code(), 2);
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_private(&path, b"three", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
