//! Files that are being written: under another name until they are complete and right.
//!
//! Goals: the final name never leads to wrong or half-written bytes, whatever ends the program; two programs that fetch
//! the same file do not disturb each other; what was fetched of a blob is kept for the next try, as long as there may
//! be one, with a list of it behind the bytes ([`super::resume`]); other failures leave nothing behind.

use super::{
    resume::{Content, List, Recorded, Target},
    FetchError, Sink,
};
use crate::local::each_piece;
use ballast_core::{Address, Layout};
use rustix::fs::{flock, FlockOperation, OFlags};
use std::{
    ffi::OsString,
    fs::File,
    io,
    ops::Range,
    os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        Mutex, MutexGuard, PoisonError,
    },
};

/// What is appended to the name of a file while it is being written.
pub const STAGING_SUFFIX: &str = ".ballast-part";

/// Bytes that file systems allow in a name.
const MAX_NAME_LEN: usize = 255;

/// Times to open the staging file anew because another program finished with it meanwhile.
const MAX_RACES: u32 = 8;

/// A file that is being written. Dropped before it is committed, it is removed, unless it has a list of what is there.
#[derive(Debug)]
pub(crate) struct Staging {
    file: File,
    path: PathBuf,
    target: PathBuf,
    len: u64,
    /// What it will be, if it can be gone on with.
    content: Option<Content>,
    list: Mutex<Option<List>>,
    /// Held by who writes: file systems let one write to a file at a time, and who waits in them keeps a core busy.
    writing: Mutex<()>,
    /// Whether dropping it leaves it there.
    stays: AtomicBool,
}

impl Staging {
    /// Opens the staging file of `target` for this program alone, with `len` bytes and nothing of what was in it. The
    /// folder must exist.
    pub(crate) fn create(target: &Path, len: u64) -> Result<Self, FetchError> {
        let staging = Self::open(target, len, None)?;
        staging
            .file
            .set_len(0)
            .and_then(|()| staging.file.set_len(len))
            .map_err(|source| staging.failed(source))?;
        Ok(staging)
    }

    /// The same for a blob's bytes, with what an earlier fetch of it left.
    pub(crate) fn go_on(target: &Path, len: u64, address: Address) -> Result<Self, FetchError> {
        Self::open(target, len, Some(Content::Blob(address)))
    }

    /// The same for a range of a blob, or for parts of it that lie where they do in the blob.
    pub(crate) fn go_on_range(
        target: &Path,
        range: Range<u64>,
        address: Address,
    ) -> Result<Self, FetchError> {
        let len = range.end.saturating_sub(range.start);
        Self::open(target, len, Some(Content::Range(address, range)))
    }

    /// Bytes of the disk that an earlier fetch of `target` has taken, and this one need not.
    pub(crate) fn room_taken(target: &Path) -> u64 {
        const BLOCK_LEN: u64 = 512;
        let metadata = staging_path(target).symlink_metadata();
        metadata.map_or(0, |it| it.blocks().saturating_mul(BLOCK_LEN))
    }

    /// Removes what an earlier fetch left of `target`, unless another program is at it.
    pub(crate) fn remove_rest(target: &Path) {
        if staging_path(target).symlink_metadata().is_ok() {
            drop(Self::open(target, 0, None));
        }
    }

    fn open(target: &Path, len: u64, content: Option<Content>) -> Result<Self, FetchError> {
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
                return Ok(Self {
                    file,
                    path,
                    target: target.into(),
                    len,
                    content,
                    list: Mutex::default(),
                    writing: Mutex::default(),
                    stays: AtomicBool::new(false),
                });
            }
        }
        Err(FetchError::Busy {
            path: target.into(),
        })
    }

    /// Whether all of the blob is there already: the program was killed between the end of the list and the name.
    pub(crate) fn is_whole(&self) -> Result<bool, FetchError> {
        let looked = || {
            let Some(Content::Blob(address)) = &self.content else {
                return Ok(false);
            };
            let is_long_enough = self.len > 0 && self.file.metadata()?.len() == self.len;
            Ok(is_long_enough && each_piece(&self.path, |_, _| Ok(()))? == *address)
        };
        looked().map_err(|source| self.failed(source))
    }

    /// There will be no next try: dropping it removes it.
    pub(crate) fn discard(&self) {
        self.stays.store(false, Ordering::Release);
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, source: io::Error) -> FetchError {
        FetchError::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Makes the bytes durable and gives the file its name. Nothing may be written any more.
    pub(crate) fn commit(&self) -> Result<(), FetchError> {
        let failed = |source| FetchError::Write {
            path: self.target.clone(),
            source,
        };
        self.file.sync_all().map_err(failed)?;
        if self.file.metadata().map_err(failed)?.len() != self.len {
            // The list goes last, and quickly.
            self.file
                .set_len(self.len)
                .and_then(|()| self.file.sync_all())
                .map_err(failed)?;
        }
        std::fs::rename(&self.path, &self.target).map_err(failed)?;
        self.stays.store(true, Ordering::Release);
        Ok(())
    }
}

impl Sink for Staging {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let _turn = self.turn();
        self.file.write_all_at(bytes, offset)
    }
}

impl Target for Staging {
    fn resume(&self, layout: &Layout) -> io::Result<Vec<Recorded>> {
        let Some(content) = &self.content else {
            return Ok(Vec::new());
        };
        if self.file.metadata()?.len() < self.len {
            self.file.set_len(self.len)?;
        }
        let (list, recorded) = List::open(&self.file, content, layout)?;
        *self.list.lock().unwrap_or_else(PoisonError::into_inner) = Some(list);
        self.stays.store(!recorded.is_empty(), Ordering::Release);
        Ok(recorded)
    }

    fn record(&self, recorded: &Recorded) -> io::Result<()> {
        let _turn = self.turn();
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(list) = list.as_mut() {
            list.add(recorded)?;
            self.stays.store(true, Ordering::Release);
        }
        Ok(())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.stays.load(Ordering::Acquire) {
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
        .read(true)
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
    fn what_was_listed_stays_for_the_next_try_until_it_is_committed_or_discarded() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let code = ballast_core::Code::new(2, 4).unwrap();
        let (layout, address) = (Layout::new(3000, code).unwrap(), Address([1; 32]));
        let recorded = Recorded {
            shard: ballast_core::ShardIndex(1),
            start: 0,
            len: 1024,
            value: ballast_core::ChainingValue([2; 32]),
            is_decoded: false,
        };
        let first = Staging::go_on(&target, 3000, address).unwrap();
        assert_eq!(first.resume(&layout).unwrap(), []);
        first.write_at(1024, b"there").unwrap();
        first.record(&recorded).unwrap();
        drop(first);

        let second = Staging::go_on(&target, 3000, address).unwrap();
        assert_eq!(second.resume(&layout).unwrap(), [recorded]);
        let mut there = [0; 5];
        second.read_at(1024, &mut there).unwrap();
        assert_eq!(&there, b"there");
        drop(second);

        let third = Staging::go_on(&target, 3000, address).unwrap();
        third.resume(&layout).unwrap();
        third.commit().unwrap();
        assert_eq!(
            std::fs::metadata(&target).unwrap().len(),
            3000,
            "the list is cut off"
        );
        assert_eq!(names(folder.path()), ["a"]);

        let fourth = Staging::go_on(&target, 3000, address).unwrap();
        fourth.resume(&layout).unwrap();
        fourth.record(&recorded).unwrap();
        fourth.discard();
        drop(fourth);
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[test]
    fn a_blob_that_lacks_only_its_name_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let address = Address(*blake3::hash(b"content").as_bytes());
        std::fs::write(staging_path(&target), b"content").unwrap();
        assert!(Staging::go_on(&target, 7, address)
            .unwrap()
            .is_whole()
            .unwrap());
        std::fs::write(staging_path(&target), b"another").unwrap();
        assert!(!Staging::go_on(&target, 7, address)
            .unwrap()
            .is_whole()
            .unwrap());
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
