//! What was computed of files, kept between calls in a folder: hashes of large files, and cell values of blobs that are
//! not published yet.
//!
//! Goals: a publish that was killed reads and encodes again only what it had not done; a file that was written to since
//! is computed anew. What is here can go at any time and costs work only.
//! Non-goals: bytes of files.

use crate::journal::Journal;
use rustix::fs::{flock, FlockOperation};
use std::{
    fs::File,
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Files in the folder. The oldest go first.
const MAX_FILES: usize = 512;

/// How long a file is kept that nobody wrote to.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A folder for what can be computed again.
#[derive(Clone, Debug)]
pub struct Cache(PathBuf);

impl Cache {
    /// The cache in this folder, which is made if it is not there. Old files in it are removed.
    pub fn open(folder: &Path) -> io::Result<Self> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let cache = Self(folder.into());
        cache.prune()?;
        Ok(cache)
    }

    /// A list in the cache, for this program alone, and its records. Nothing if another program has it, or if it cannot
    /// be used: then all is computed.
    pub(crate) fn list(
        &self,
        name: &str,
        header: &[u8],
        most: usize,
    ) -> Option<(Journal, Vec<Vec<u8>>)> {
        let path = self.0.join(name);
        let opened = || {
            let file = File::options()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(0o600)
                .open(&path)?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
                locked => locked?,
            }
            Journal::open(file, 0, header, most).map(Some)
        };
        opened().unwrap_or_else(|error: io::Error| {
            tracing::warn!(path = %path.display(), %error, "the cache cannot be used");
            None
        })
    }

    /// Removes a list.
    pub(crate) fn remove(&self, name: &str) {
        let path = self.0.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), %error, "cannot be removed from the cache");
            }
            _ => {}
        }
    }

    /// Removes what is old, and the oldest of too many.
    fn prune(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                files.push((metadata.modified()?, entry.path()));
            }
        }
        files.sort();
        let too_many = files.len().saturating_sub(MAX_FILES);
        let is_old = |time: &SystemTime| time.elapsed().is_ok_and(|age| age > MAX_AGE);
        for (number, (time, path)) in files.iter().enumerate() {
            if number < too_many || is_old(time) {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_there_the_next_time_and_gone_when_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("a/b")).unwrap();
        cache.list("x", b"1", 10).unwrap().0.append(b"y").unwrap();
        assert_eq!(cache.list("x", b"1", 10).unwrap().1, [b"y"]);
        cache.remove("x");
        cache.remove("x");
        assert!(cache.list("x", b"1", 10).unwrap().1.is_empty());
    }

    #[test]
    fn a_list_that_is_in_use_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        let in_use = cache.list("x", b"1", 10).unwrap();
        assert!(cache.list("x", b"1", 10).is_none());
        drop(in_use);
        assert!(cache.list("x", b"1", 10).is_some());
    }

    #[test]
    fn files_are_bounded_in_age_and_number() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        for number in 0..MAX_FILES as u64 + 20 {
            let file = File::create(folder.path().join(number.to_string())).unwrap();
            let age = Duration::from_secs(number + 1);
            file.set_modified(now - age).unwrap();
        }
        let old = File::create(folder.path().join("old")).unwrap();
        old.set_modified(now - MAX_AGE - Duration::from_secs(60))
            .unwrap();
        Cache::open(folder.path()).unwrap();
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, MAX_FILES);
        assert!(folder.path().join("0").exists() && !folder.path().join("old").exists());
    }
}
