//! Which files a folder has: names and lengths only.
//!
//! Skipped are what is called `.git` and staging files of a fetch (`*.ballast-part`); folders without files leave no
//! trace in a manifest. A symlink to a file inside the folder counts as that file; any other symlink is an error.

use super::ScanError;
use crate::STAGING_SUFFIX;
use ballast_core::{limits::MAX_MANIFEST_FILES, manifest::check_path};
use std::{
    fs::{FileType, Metadata},
    io,
    os::unix::fs::FileTypeExt,
    path::{Path, PathBuf},
};
use walkdir::{DirEntry, WalkDir};

/// Folder of a version control system, which is no part of a model.
const VCS_FOLDER: &str = ".git";

/// A file to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its path in the manifest: below the folder, with '/' between segments.
    pub path: String,
    /// Where it is.
    pub full: PathBuf,
    /// Its length when it was found.
    pub len: u64,
}

/// The files below `directory`, sorted by the bytes of their paths. Blocking.
pub(super) fn files(directory: &Path) -> Result<Vec<Found>, ScanError> {
    let root = real_directory(directory)?;
    let mut files = Vec::new();
    // Canonical, so that a symlink as the argument is walked like what it leads to.
    for entry in WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_skipped(entry))
    {
        let entry = entry.map_err(|error| unreadable_entry(&root, error))?;
        if entry.file_type().is_dir() {
            continue;
        }
        if files.len() >= MAX_MANIFEST_FILES {
            return Err(ScanError::TooManyFiles {
                path: directory.into(),
                max: MAX_MANIFEST_FILES,
            });
        }
        files.push(found(&root, &entry)?);
    }
    if files.is_empty() {
        return Err(ScanError::Empty {
            path: directory.into(),
        });
    }
    files.sort_unstable_by(|one, other| one.path.as_bytes().cmp(other.path.as_bytes()));
    Ok(files)
}

fn real_directory(directory: &Path) -> Result<PathBuf, ScanError> {
    let unreadable = |source| ScanError::Unreadable {
        path: directory.into(),
        source,
    };
    let root = directory.canonicalize().map_err(unreadable)?;
    match root.metadata().map_err(unreadable)?.is_dir() {
        true => Ok(root),
        false => Err(ScanError::NotADirectory {
            path: directory.into(),
        }),
    }
}

fn is_skipped(entry: &DirEntry) -> bool {
    if entry.depth() == 0 {
        return false;
    }
    let name = entry.file_name().as_encoded_bytes();
    // A worktree's `.git` is a file that names the folder.
    name == VCS_FOLDER.as_bytes()
        || (entry.file_type().is_file() && name.ends_with(STAGING_SUFFIX.as_bytes()))
}

fn found(root: &Path, entry: &DirEntry) -> Result<Found, ScanError> {
    let path = relative_path(root, entry.path())?;
    let metadata = match entry.file_type().is_symlink() {
        true => linked(root, entry.path())?,
        false => entry
            .metadata()
            .map_err(|error| unreadable_entry(entry.path(), error))?,
    };
    ensure_is_file(entry.path(), metadata.file_type())?;
    Ok(Found {
        path,
        full: entry.path().to_path_buf(),
        len: metadata.len(),
    })
}

fn relative_path(root: &Path, path: &Path) -> Result<String, ScanError> {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let text = relative
        .to_str()
        .ok_or_else(|| ScanError::NotUtf8 { path: path.into() })?;
    check_path(text).map_err(|reason| ScanError::Path {
        path: text.into(),
        reason,
    })?;
    Ok(text.into())
}

/// What a symlink leads to, if it may be followed.
fn linked(root: &Path, path: &Path) -> Result<Metadata, ScanError> {
    let broken = |source| ScanError::BrokenLink {
        path: path.into(),
        source,
    };
    let target = path.canonicalize().map_err(broken)?;
    if !target.starts_with(root) {
        return Err(ScanError::LinkLeaves {
            path: path.into(),
            target,
        });
    }
    let metadata = target.metadata().map_err(broken)?;
    match metadata.is_dir() {
        true => Err(ScanError::LinkToFolder { path: path.into() }),
        false => Ok(metadata),
    }
}

fn ensure_is_file(path: &Path, kind: FileType) -> Result<(), ScanError> {
    let kind = match kind {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_fifo() => "named pipe",
        kind if kind.is_socket() => "socket",
        kind if kind.is_block_device() || kind.is_char_device() => "device",
        _ => "special file",
    };
    Err(ScanError::Special {
        path: path.into(),
        kind,
    })
}

fn unreadable_entry(root: &Path, error: walkdir::Error) -> ScanError {
    let path = error.path().unwrap_or(root).to_path_buf();
    let source = error
        .into_io_error()
        .unwrap_or_else(|| io::Error::other("the folder contains itself"));
    ScanError::Unreadable { path, source }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::{
        ffi::OsStr,
        fs,
        os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    };
    use tempfile::TempDir;

    fn folder(files: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    fn paths(folder: &TempDir) -> Vec<String> {
        files(folder.path())
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect()
    }

    fn refusal(folder: &TempDir) -> ScanError {
        files(folder.path()).unwrap_err()
    }

    #[test]
    fn files_of_nested_folders_come_in_the_order_of_their_paths() {
        let folder = folder(&["b/z", "b.txt", "a/b/c", "a-b", "B"]);
        assert_eq!(paths(&folder), ["B", "a-b", "a/b/c", "b.txt", "b/z"]);
        let found = files(folder.path()).unwrap();
        assert_eq!((found[2].len, found[2].full.ends_with("a/b/c")), (5, true));
    }

    #[test]
    fn git_folders_and_staging_files_are_skipped() {
        let folder = folder(&[
            ".git/config",
            "sub/.git/HEAD",
            "a.ballast-part",
            "kept",
            ".gitignore",
        ]);
        assert_eq!(paths(&folder), [".gitignore", "kept"]);
    }

    #[test]
    fn a_symlink_to_a_file_inside_is_that_file_and_one_as_the_argument_is_followed() {
        let folder = folder(&["sub/real"]);
        symlink("sub/real", folder.path().join("link")).unwrap();
        assert_eq!(paths(&folder), ["link", "sub/real"]);
        assert_eq!(files(folder.path()).unwrap()[0].len, 8);
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(folder.path(), elsewhere.path().join("model")).unwrap();
        assert_eq!(files(&elsewhere.path().join("model")).unwrap().len(), 2);
    }

    #[test]
    fn symlinks_that_leave_lead_to_folders_or_nowhere_are_refused_by_name() {
        let outside = folder(&["secret"]);
        for (target, text) in [
            (outside.path().join("secret"), "outside of the directory"),
            ("../".into(), "outside of the directory"),
            ("sub".into(), "links to a folder"),
            ("nothing".into(), "leads nowhere"),
            ("bad".into(), "leads nowhere"),
        ] {
            let folder = folder(&["a", "sub/b"]);
            symlink(target, folder.path().join("bad")).unwrap();
            let message = refusal(&folder).to_string();
            assert!(
                message.contains(text) && message.contains("/bad"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_folder_without_files_is_refused() {
        let folder = folder(&[]);
        fs::create_dir(folder.path().join("sub")).unwrap();
        assert!(matches!(refusal(&folder), ScanError::Empty { .. }));
        assert!(matches!(
            files(&folder.path().join("none")),
            Err(ScanError::Unreadable { .. })
        ));
    }

    #[test]
    fn a_file_instead_of_a_folder_is_refused() {
        let folder = folder(&["a"]);
        assert!(matches!(
            files(&folder.path().join("a")),
            Err(ScanError::NotADirectory { .. })
        ));
    }

    #[test]
    fn names_that_no_manifest_may_list_are_refused_by_name() {
        let long = folder(&["ok"]);
        let deep = long.path().join("d".repeat(200));
        fs::create_dir(&deep).unwrap();
        fs::write(deep.join("f".repeat(55)), "").unwrap();
        assert!(matches!(refusal(&long), ScanError::Path { path, .. } if path.len() == 256));

        let foreign = folder(&["ok"]);
        fs::write(foreign.path().join(OsStr::from_bytes(b"caf\xe9")), "").unwrap();
        assert!(matches!(refusal(&foreign), ScanError::NotUtf8 { .. }));

        let control = folder(&["line\nbreak"]);
        assert!(matches!(refusal(&control), ScanError::Path { .. }));
        let backslash = folder(&["a\\b"]);
        assert!(matches!(refusal(&backslash), ScanError::Path { .. }));
    }

    #[test]
    fn a_socket_is_refused() {
        let folder = folder(&["a"]);
        let _listener = UnixListener::bind(folder.path().join("talk")).unwrap();
        assert!(matches!(
            refusal(&folder),
            ScanError::Special { kind: "socket", .. }
        ));
    }
}
