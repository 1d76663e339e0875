//! Where the files of a fetch are to lie: what is there already, folders, room on the disk.
//!
//! Goals: nothing that is there is lost unless it may be, and nothing is written through a link.
//! Non-goals: writing ([`super::staging`]).

use super::FetchError;
use crate::{
    local::{compare, Comparison},
    progress::Meter,
};
use ballast_core::Address;
use std::path::{Path, PathBuf};

/// Whether the right file is there already. Refuses another one, unless it may be replaced.
pub(super) fn is_there(
    target: &Path,
    len: u64,
    address: &Address,
    overwrite: bool,
    meter: &Meter,
) -> Result<bool, FetchError> {
    let compared = compare(target, len, address, |_| ());
    match compared.map_err(|source| FetchError::Write {
        path: target.into(),
        source,
    })? {
        Comparison::Same => {
            meter.add(len);
            Ok(true)
        }
        Comparison::Absent => Ok(false),
        Comparison::OtherLength(_) | Comparison::OtherBytes if overwrite => Ok(false),
        Comparison::OtherLength(_) | Comparison::OtherBytes => Err(FetchError::Exists {
            path: target.into(),
        }),
        Comparison::NotAFile => Err(FetchError::NotAFile {
            path: target.into(),
        }),
    }
}

pub(super) fn make_folder(folder: &Path) -> Result<(), FetchError> {
    std::fs::create_dir_all(folder).map_err(|source| FetchError::Write {
        path: folder.into(),
        source,
    })
}

/// Refuses a path of the manifest that would be written through a link, or something else that is no folder.
pub(super) fn ensure_no_links(dir: &Path, path: &str) -> Result<(), FetchError> {
    let folders = path
        .match_indices('/')
        .filter_map(|(end, _)| path.get(..end));
    for folder in folders.map(|folder| dir.join(folder)) {
        match std::fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(FetchError::Unsafe { path: folder }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(source) => {
                return Err(FetchError::Write {
                    path: folder,
                    source,
                })
            }
        }
    }
    Ok(())
}

/// Refuses early what would fill the disk.
pub(super) fn ensure_room(folder: &Path, needed: u64) -> Result<(), FetchError> {
    // A file system that cannot tell is tried.
    let Ok(stat) = rustix::fs::statvfs(folder) else {
        return Ok(());
    };
    let available = stat.f_bavail.saturating_mul(stat.f_frsize);
    match available >= needed {
        true => Ok(()),
        false => Err(FetchError::NoSpace {
            path: folder.into(),
            needed,
            available,
        }),
    }
}

pub(super) fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.into(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_disk_has_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(
            ensure_room(folder.path(), u64::MAX),
            Err(FetchError::NoSpace { .. })
        ));
        assert!(ensure_room(folder.path(), 0).is_ok());
    }
}
