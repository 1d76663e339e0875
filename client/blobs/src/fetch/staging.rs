//! Files that are being written: under another name until they are complete and right.
//!
//! Goals: the final name never leads to wrong or half-written bytes, whatever ends the program; two programs that fetch
//! the same file do not disturb each other; a failed fetch leaves nothing behind.

use super::{FetchError, Sink};
use rustix::fs::{flock, FlockOperation, OFlags};
use std::{
    ffi::OsString,
    fs::File,
    io,
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

/// What is appended to the name of a file while it is being written.
pub const STAGING_SUFFIX: &str = ".ballast-part";

/// Bytes that file systems allow in a name.
const MAX_NAME_LEN: usize = 255;

/// Times to open the staging file anew because another program finished with it meanwhile.
const MAX_RACES: u32 = 8;

/// A file that is being written. Dropped before it is committed, it is removed.
#[derive(Debug)]
pub(crate) struct Staging {
    file: File,
    path: PathBuf,
    target: PathBuf,
    is_committed: AtomicBool,
}

impl Staging {
    /// Opens the staging file of `target` for this program alone, with `len` bytes. The folder must exist.
    pub(crate) fn create(target: &Path, len: u64) -> Result<Self, FetchError> {
        let path = staging_path(target);
        let failed = |source| FetchError::Write {
            path: path.clone(),
            source,
        };
        for _ in 0..MAX_RACES {
            // Not truncated before it is locked: it may be another's, or already renamed.
            let file = open(&path).map_err(failed)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    return Err(FetchError::Busy {
                        path: target.into(),
                    })
                }
                locked => locked.map_err(|errno| failed(errno.into()))?,
            }
            if is_at(&file, &path).map_err(failed)? {
                file.set_len(0)
                    .and_then(|()| file.set_len(len))
                    .map_err(failed)?;
                return Ok(Self {
                    file,
                    path,
                    target: target.into(),
                    is_committed: AtomicBool::new(false),
                });
            }
        }
        Err(FetchError::Busy {
            path: target.into(),
        })
    }

    /// Makes the bytes durable and gives the file its name. Nothing may be written any more.
    pub(crate) fn commit(&self) -> Result<(), FetchError> {
        let failed = |source| FetchError::Write {
            path: self.target.clone(),
            source,
        };
        self.file.sync_all().map_err(failed)?;
        std::fs::rename(&self.path, &self.target).map_err(failed)?;
        self.is_committed.store(true, Ordering::Release);
        Ok(())
    }
}

impl Sink for Staging {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, offset)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.is_committed.load(Ordering::Acquire) {
            // Still locked, so it is this program's.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Makes renames in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), FetchError> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| FetchError::Write {
        path: folder.into(),
        source,
    })
}

/// Opens or creates a staging file; a link in its place is not followed.
fn open(path: &Path) -> io::Result<File> {
    let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(no_follow)
        .open(path)
}

/// Beside the target. A name that would become too long is replaced by its hash.
fn staging_path(target: &Path) -> PathBuf {
    let mut name = target.file_name().map(OsString::from).unwrap_or_default();
    if name.len().saturating_add(STAGING_SUFFIX.len()) > MAX_NAME_LEN {
        name = blake3::hash(name.as_encoded_bytes())
            .to_hex()
            .as_str()
            .into();
    }
    name.push(STAGING_SUFFIX);
    target.with_file_name(name)
}

/// Whether the open file is still the one at the path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    match std::fs::symlink_metadata(path) {
        Ok(named) => Ok((named.dev(), named.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("model.bin");
        let staging = Staging::create(&target, 6).unwrap();
        assert_eq!(names(folder.path()), ["model.bin.ballast-part"]);
        staging.write_at(3, b"def").unwrap();
        staging.write_at(0, b"abc").unwrap();
        staging.commit().unwrap();
        assert_eq!(names(folder.path()), ["model.bin"]);
        assert_eq!(std::fs::read(target).unwrap(), b"abcdef");
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Staging::create(&folder.path().join("a"), 1 << 30).unwrap());
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn a_second_program_is_kept_out_while_the_first_one_writes() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let first = Staging::create(&target, 1).unwrap();
        assert!(matches!(
            Staging::create(&target, 1),
            Err(FetchError::Busy { .. })
        ));
        first.write_at(0, b"x").unwrap();
        first.commit().unwrap();
        drop(Staging::create(&target, 1).unwrap());
        assert_eq!(std::fs::read(target).unwrap(), b"x");
    }

    #[test]
    fn the_longest_name_a_file_can_have_is_staged_too() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("n".repeat(255));
        Staging::create(&target, 1).unwrap().commit().unwrap();
        assert_eq!(names(folder.path()), ["n".repeat(255)]);
    }

    #[test]
    fn a_link_in_place_of_the_staging_file_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, elsewhere) = (folder.path().join("a"), folder.path().join("elsewhere"));
        std::fs::write(&elsewhere, b"kept").unwrap();
        std::os::unix::fs::symlink(&elsewhere, staging_path(&target)).unwrap();
        assert!(matches!(
            Staging::create(&target, 1),
            Err(FetchError::Write { .. })
        ));
        assert_eq!(std::fs::read(elsewhere).unwrap(), b"kept");
    }

    #[test]
    fn what_a_killed_program_left_is_used_again_from_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        std::fs::write(staging_path(&target), b"longer than what comes").unwrap();
        let staging = Staging::create(&target, 2).unwrap();
        staging.write_at(1, b"b").unwrap();
        staging.commit().unwrap();
        assert_eq!(std::fs::read(target).unwrap(), b"\0b");
    }
}
