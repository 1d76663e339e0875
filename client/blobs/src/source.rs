//! Where a blob's bytes are read from: a file, a pack of small files, memory.
//!
//! Goals: a file that changes after it was first read is found out, by its identity, length and time here, and by the
//! hashes of what was read elsewhere; memory does not grow with the blob.
//! Non-goals: locking files.

use crate::io_class;
use ballast_chain::ErrorClass;
use bytes::Bytes;
use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Why bytes could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}; check that it exists and that you may read it", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not what it was.
    #[error("{} changed while it was being published ({what}); leave it alone, and publish again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// What is different.
        what: &'static str,
    },
}

impl SourceError {
    /// What to do about it: a file that changed may be at rest the next time.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Read { source, .. } => io_class(source),
            Self::Changed { .. } => ErrorClass::Retryable,
        }
    }
}

/// A file as it was when it was first opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    path: PathBuf,
    stamp: Stamp,
}

/// What changes when a file is written or replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: (i64, i64),
    identity: (u64, u64),
}

/// A file inside a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackPart {
    /// Where it starts in the pack.
    pub offset: u64,
    /// The file.
    pub file: FileSource,
}

/// Where a blob's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// All of a file.
    File(FileSource),
    /// Files one after the other, zeros between them, in ascending order of their offsets.
    Pack(Arc<[PackPart]>),
    /// Memory.
    Bytes(Bytes),
}

/// A source that can be read from.
#[derive(Debug)]
pub(crate) enum Reader {
    File(OpenFile),
    Pack(Arc<[PackPart]>),
    Bytes(Bytes),
}

/// An open file.
#[derive(Debug)]
pub(crate) struct OpenFile {
    file: File,
    source: FileSource,
}

impl FileSource {
    /// Opens a file for the first time.
    pub(crate) fn open_first(path: &Path) -> Result<OpenFile, SourceError> {
        let file = File::open(path).map_err(|error| unreadable(path, error))?;
        let stamp = Stamp::of(&file.metadata().map_err(|error| unreadable(path, error))?);
        Ok(OpenFile {
            file,
            source: Self {
                path: path.into(),
                stamp,
            },
        })
    }

    /// The path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The length.
    pub fn len(&self) -> u64 {
        self.stamp.len
    }

    /// When it was last written to.
    pub(crate) fn modified(&self) -> SystemTime {
        let (seconds, nanos) = self.stamp.modified;
        let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default()).saturating_add(
            Duration::from_nanos(u64::try_from(nanos).unwrap_or_default()),
        );
        SystemTime::UNIX_EPOCH
            .checked_add(since)
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// What changes when it is written to or replaced, as bytes.
    pub(crate) fn stamp(&self) -> Vec<u8> {
        let Stamp {
            len,
            modified: (seconds, nanos),
            identity: (device, inode),
        } = self.stamp;
        let times = [seconds, nanos].map(i64::to_le_bytes);
        let numbers = [len, device, inode].map(u64::to_le_bytes);
        [numbers.concat(), times.concat()].concat()
    }

    /// Whether the file has no bytes.
    pub fn is_empty(&self) -> bool {
        self.stamp.len == 0
    }

    /// Opens the file again.
    pub(crate) fn open(&self) -> Result<OpenFile, SourceError> {
        let again = Self::open_first(&self.path)?;
        again.source.stamp.expect(self)?;
        Ok(again)
    }

    pub(crate) fn changed(&self, what: &'static str) -> SourceError {
        SourceError::Changed {
            path: self.path.clone(),
            what,
        }
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            identity: (metadata.dev(), metadata.ino()),
        }
    }

    fn expect(&self, file: &FileSource) -> Result<(), SourceError> {
        let expected = &file.stamp;
        if self.identity != expected.identity {
            Err(file.changed("another file has its name"))
        } else if self.len != expected.len {
            Err(file.changed("its length"))
        } else if self.modified != expected.modified {
            Err(file.changed("its time of modification"))
        } else {
            Ok(())
        }
    }
}

impl OpenFile {
    pub(crate) fn source(&self) -> &FileSource {
        &self.source
    }

    /// Fills `buffer` from `offset` on.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        self.file
            .read_exact_at(buffer, offset)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => self.source.changed("its length"),
                _ => unreadable(&self.source.path, error),
            })
    }

    /// Checks that neither the open file nor what its path leads to has changed.
    pub(crate) fn check(&self) -> Result<(), SourceError> {
        let path = &self.source.path;
        let open = self
            .file
            .metadata()
            .map_err(|error| unreadable(path, error))?;
        Stamp::of(&open).expect(&self.source)?;
        let named = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
        Stamp::of(&named).expect(&self.source)
    }
}

impl Source {
    /// Bytes of the blob.
    pub fn len(&self) -> u64 {
        match self {
            Self::File(file) => file.len(),
            Self::Pack(parts) => parts.last().map_or(0, PackPart::end),
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }

    /// Whether the blob has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What changes when its files are written to, as bytes.
    pub(crate) fn stamp(&self) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        match self {
            Self::File(file) => return file.stamp(),
            Self::Pack(parts) => parts.iter().for_each(|part| {
                hasher.update(&part.file.stamp());
            }),
            Self::Bytes(_) => {}
        }
        hasher.finalize().as_bytes().to_vec()
    }

    /// Makes it readable; refuses a file that has changed.
    pub(crate) fn open(&self) -> Result<Reader, SourceError> {
        Ok(match self {
            Self::File(file) => Reader::File(file.open()?),
            Self::Pack(parts) => Reader::Pack(parts.clone()),
            Self::Bytes(bytes) => Reader::Bytes(bytes.clone()),
        })
    }

    /// The error for bytes that are not what they were, though no file says so.
    pub(crate) fn changed(&self) -> SourceError {
        let first = match self {
            Self::File(file) => Some(file),
            Self::Pack(parts) => parts.first().map(|part| &part.file),
            Self::Bytes(_) => None,
        };
        let path = first.map_or_else(PathBuf::new, |file| file.path.clone());
        SourceError::Changed {
            path,
            what: "its bytes",
        }
    }
}

impl PackPart {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.file.len())
    }
}

impl Reader {
    /// Fills `buffer` from `offset` on.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        match self {
            Self::File(file) => file.read_at(offset, buffer),
            Self::Pack(parts) => read_pack(parts, offset, buffer),
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let from = bytes.get(start..).unwrap_or_default();
                buffer
                    .iter_mut()
                    .zip(from)
                    .for_each(|(byte, value)| *byte = *value);
                Ok(())
            }
        }
    }

    /// Checks that what was read has not changed since. The parts of a pack are checked whenever they are read.
    pub(crate) fn check(&self) -> Result<(), SourceError> {
        match self {
            Self::File(file) => file.check(),
            Self::Pack(_) | Self::Bytes(_) => Ok(()),
        }
    }
}

fn read_pack(parts: &[PackPart], offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
    buffer.fill(0);
    let end = offset.saturating_add(buffer.len() as u64);
    let first = parts.partition_point(|part| part.end() <= offset);
    let overlapping = parts
        .iter()
        .skip(first)
        .take_while(|part| part.offset < end);
    for part in overlapping {
        let (from, to) = (part.offset.max(offset), part.end().min(end));
        let target = buffer.get_mut(distance(offset, from)..distance(offset, to));
        let file = part.file.open()?;
        file.read_at(from - part.offset, target.unwrap_or_default())?;
        file.check()?;
    }
    Ok(())
}

/// Both lie in one buffer.
fn distance(from: u64, to: u64) -> usize {
    usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX)
}

fn unreadable(path: &Path, source: io::Error) -> SourceError {
    SourceError::Read {
        path: path.into(),
        source,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::{Duration, SystemTime};

    fn file(folder: &Path, name: &str, bytes: &[u8]) -> FileSource {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        FileSource::open_first(&path).unwrap().source
    }

    fn what(error: SourceError) -> &'static str {
        match error {
            SourceError::Changed { what, .. } => what,
            SourceError::Read { .. } => "unreadable",
        }
    }

    #[test]
    fn any_range_of_a_pack_is_its_files_and_zeros() {
        let folder = tempfile::tempdir().unwrap();
        let contents: [&[u8]; 3] = [&[1; 10], &[2; 1500], &[3; 1]];
        let offsets = [0u64, 1024, 3072];
        let mut whole = vec![0; 3073];
        let parts: Vec<PackPart> = (0..3)
            .map(|i| {
                let at = offsets[i] as usize;
                whole[at..at + contents[i].len()].copy_from_slice(contents[i]);
                PackPart {
                    offset: offsets[i],
                    file: file(folder.path(), &i.to_string(), contents[i]),
                }
            })
            .collect();
        let source = Source::Pack(parts.into());
        assert_eq!(source.len(), 3073);
        let reader = source.open().unwrap();
        for (start, end) in [
            (0, 3073),
            (5, 6),
            (9, 1025),
            (10, 1024),
            (2000, 3073),
            (3072, 3073),
            (0, 0),
        ] {
            let mut buffer = vec![9; end - start];
            reader.read_at(start as u64, &mut buffer).unwrap();
            assert_eq!(buffer, whole[start..end], "{start}..{end}");
        }
    }

    #[test]
    fn a_file_that_was_written_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "a", b"before");
        let open = source.open().unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        File::options()
            .write(true)
            .open(source.path())
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert_eq!(what(open.check().unwrap_err()), "its time of modification");
        assert_eq!(what(source.open().unwrap_err()), "its time of modification");
    }

    #[test]
    fn a_file_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "a", b"before");
        let open = source.open().unwrap();
        std::fs::write(source.path(), b"longer than before").unwrap();
        assert_eq!(what(open.check().unwrap_err()), "its length");
        std::fs::write(source.path(), b"cut").unwrap();
        assert_eq!(
            what(open.read_at(0, &mut [0; 6]).unwrap_err()),
            "its length"
        );
    }

    #[test]
    fn another_file_of_the_same_name_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let source = file(folder.path(), "a", b"before");
        let open = source.open().unwrap();
        file(folder.path(), "b", b"before");
        std::fs::rename(folder.path().join("b"), source.path()).unwrap();
        assert_eq!(what(open.check().unwrap_err()), "another file has its name");
        std::fs::remove_file(source.path()).unwrap();
        assert_eq!(what(open.check().unwrap_err()), "unreadable");
    }
}
