//! Which paths a manifest may list.

use super::{error::BadPath, FileEntry, ManifestError};
use crate::limits::MAX_PATH_LEN;

/// Checks a path: relative, '/' between segments, nothing that leads elsewhere or cannot be shown.
pub fn check_path(path: &str) -> Result<(), BadPath> {
    if path.is_empty() || path.len() > MAX_PATH_LEN {
        return Err(BadPath::Length {
            len: path.len(),
            max: MAX_PATH_LEN,
        });
    }
    if path.starts_with('/') {
        return Err(BadPath::Absolute);
    }
    if path.chars().any(char::is_control) {
        return Err(BadPath::Control);
    }
    if path.contains('\\') {
        return Err(BadPath::Backslash);
    }
    path.split('/').try_for_each(|segment| match segment {
        "" => Err(BadPath::EmptySegment),
        "." | ".." => Err(BadPath::DotSegment),
        _ => Ok(()),
    })
}

/// No file of the sorted list is also a folder of another.
pub(super) fn check_folders(files: &[FileEntry]) -> Result<(), ManifestError> {
    for file in files {
        for (end, _) in file.path.match_indices('/') {
            let folder = file.path.get(..end).unwrap_or_default();
            let is_file = files
                .binary_search_by(|other| other.path.as_bytes().cmp(folder.as_bytes()))
                .is_ok();
            if is_file {
                return Err(ManifestError::FileIsFolder {
                    file: folder.into(),
                    path: file.path.clone(),
                });
            }
        }
    }
    Ok(())
}
