//! Uploads on disk, until a commit takes them.
//!
//! `parts/` has uploads under way, `objects/` those that are whole and hash to their name, `commits/` the folder of each
//! commit. What a former run left in the first and last is deleted at the start. The bytes of all of it are bounded:
//! an upload reserves what it will have before its first byte.

use crate::{limits::OBJECT_AGE, shared::locked};
use rand::RngCore;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::SystemTime,
};

/// SHA-256 of an object.
pub type Oid = [u8; 32];

/// The spool cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the spool folder {} cannot be used: {source}; choose another, or make it writable", path.display())]
pub struct SpoolError {
    path: PathBuf,
    source: io::Error,
}

/// Uploads on disk.
pub struct Spool {
    root: PathBuf,
    size: u64,
    reserved: Mutex<u64>,
}

/// Room for an upload, until it is given back.
#[derive(Debug)]
pub struct Room {
    bytes: u64,
}

impl Spool {
    /// Opens the spool of at most `size` bytes.
    pub fn open(root: &Path, size: u64) -> Result<Self, SpoolError> {
        let failed = |source| SpoolError {
            path: root.into(),
            source,
        };
        for folder in ["parts", "commits"] {
            let folder = root.join(folder);
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(root.join("objects")).map_err(failed)?;
        let spool = Self {
            root: root.into(),
            size,
            reserved: Mutex::new(0),
        };
        let kept = spool
            .objects()
            .fold(0u64, |sum, (_, meta)| sum.saturating_add(meta.len()));
        locked(&spool.reserved, |reserved| *reserved = kept);
        spool.sweep();
        Ok(spool)
    }

    /// Room for so many bytes, if there is.
    pub fn reserve(&self, bytes: u64) -> Option<Room> {
        locked(&self.reserved, |reserved| {
            let after = reserved
                .checked_add(bytes)
                .filter(|after| *after <= self.size)?;
            *reserved = after;
            Some(Room { bytes })
        })
    }

    /// Gives room back.
    pub fn release(&self, room: Room) {
        locked(&self.reserved, |reserved| {
            *reserved = reserved.saturating_sub(room.bytes)
        });
    }

    /// Where an upload under way is.
    pub fn part(&self, ticket: &str) -> PathBuf {
        self.root.join("parts").join(ticket)
    }

    /// Where an object is.
    pub fn object(&self, oid: &Oid) -> PathBuf {
        self.root.join("objects").join(hex::encode(oid))
    }

    /// Length of an object, if it is here.
    pub fn len_of(&self, oid: &Oid) -> Option<u64> {
        fs::metadata(self.object(oid)).ok().map(|meta| meta.len())
    }

    /// Makes an upload that was found right an object. Its room stays taken until it is swept.
    pub fn keep(&self, ticket: &str, oid: &Oid, room: Room) -> io::Result<()> {
        let is_new = self.len_of(oid).is_none();
        let renamed = fs::rename(self.part(ticket), self.object(oid));
        if renamed.is_err() || !is_new {
            self.release(room);
        }
        renamed
    }

    /// Deletes an object that a commit has published.
    pub fn forget(&self, oid: &Oid) {
        if let Some(bytes) = self.len_of(oid) {
            if fs::remove_file(self.object(oid)).is_ok() {
                self.release(Room { bytes });
            }
        }
    }

    /// An empty folder for a commit.
    pub fn commit_folder(&self) -> io::Result<PathBuf> {
        let folder = self.root.join("commits").join(random_name());
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Deletes objects that no commit took in time.
    pub fn sweep(&self) {
        let now = SystemTime::now();
        let is_old = |meta: &fs::Metadata| {
            let age = meta
                .modified()
                .ok()
                .and_then(|time| now.duration_since(time).ok());
            age.is_some_and(|age| age > OBJECT_AGE)
        };
        for (path, meta) in self.objects().filter(|(_, meta)| is_old(meta)) {
            if fs::remove_file(path).is_ok() {
                self.release(Room { bytes: meta.len() });
            }
        }
    }

    fn objects(&self) -> impl Iterator<Item = (PathBuf, fs::Metadata)> {
        let entries = fs::read_dir(self.root.join("objects"))
            .into_iter()
            .flatten();
        entries
            .flatten()
            .filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
    }
}

/// 256 bits in hex: nobody guesses it.
pub fn random_name() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex::encode(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn room_is_bounded_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 100).unwrap();
        let room = spool.reserve(60).unwrap();
        assert!(spool.reserve(41).is_none() && spool.reserve(u64::MAX).is_none());
        spool.release(room);
        assert!(spool.reserve(100).is_some());
    }

    #[test]
    fn objects_survive_a_restart_and_count_and_the_rest_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 100).unwrap();
        let room = spool.reserve(60).unwrap();
        fs::write(spool.part("ticket"), [0; 60]).unwrap();
        spool.keep("ticket", &[7; 32], room).unwrap();
        fs::write(spool.part("other"), [0; 60]).unwrap();
        let commit = spool.commit_folder().unwrap();
        let spool = Spool::open(folder.path(), 100).unwrap();
        assert_eq!(spool.len_of(&[7; 32]), Some(60));
        assert!(!spool.part("other").exists() && !commit.exists());
        assert!(spool.reserve(41).is_none());
        spool.forget(&[7; 32]);
        assert!(spool.reserve(100).is_some());
    }

    #[test]
    fn old_objects_are_swept() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path(), 100).unwrap();
        for (oid, age) in [([1; 32], OBJECT_AGE * 2), ([2; 32], OBJECT_AGE / 2)] {
            fs::write(spool.object(&oid), [0; 10]).unwrap();
            let file = fs::File::options()
                .write(true)
                .open(spool.object(&oid))
                .unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        spool.sweep();
        assert_eq!(
            (spool.len_of(&[1; 32]), spool.len_of(&[2; 32])),
            (None, Some(10))
        );
    }
}
