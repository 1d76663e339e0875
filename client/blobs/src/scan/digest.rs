//! All hashes of a file in one read.

use crate::source::{FileSource, OpenFile, SourceError};
use ballast_core::Address;
use ballast_worker_api::Buffer;
use bytes::Bytes;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use std::{
    path::Path,
    sync::mpsc::{self, SyncSender},
    thread::{self, Scope, ScopedJoinHandle},
};

/// Bytes read at a time from a large file.
const BUFFER_LEN: usize = 1 << 20;

/// Buffers that a hash may be behind what was read: enough that no core waits for the slowest of them.
const BUFFERS_BEHIND: usize = 8;

/// A file and its hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    pub file: FileSource,
    pub blake3: Address,
    pub sha256: [u8; 32],
    /// SHA-1 of the file as a git blob.
    pub git_sha1: [u8; 20],
}

/// Hashes a file of any length: BLAKE3 as it is read, the others each on a thread behind it. Tells `read` of the bytes as
/// they are read.
pub(super) fn digest_large(
    path: &Path,
    len: u64,
    read: impl Fn(u64),
) -> Result<Digest, SourceError> {
    let file = open(path, len)?;
    let Hashes {
        mut blake3,
        sha256,
        git_sha1,
    } = Hashes::new(len);
    let hashes: Result<Hashes, SourceError> = thread::scope(|scope| {
        let behind = (Behind::begin(scope, sha256), Behind::begin(scope, git_sha1));
        let mut offset = 0;
        while offset < len {
            let wanted = usize::try_from(len - offset)
                .unwrap_or(usize::MAX)
                .min(BUFFER_LEN);
            let mut buffer = Buffer::to_fill(wanted);
            file.read_at(offset, &mut buffer)?;
            let bytes = buffer.freeze();
            behind.0.update(&bytes);
            behind.1.update(&bytes);
            blake3.update(&bytes);
            offset = offset.saturating_add(wanted as u64);
            read(wanted as u64);
        }
        Ok(Hashes {
            blake3,
            sha256: behind.0.end(),
            git_sha1: behind.1.end(),
        })
    });
    hashes?.finish(file)
}

/// A hash that is computed on a thread of its own, some buffers behind.
struct Behind<'scope, H> {
    bytes: SyncSender<Bytes>,
    thread: ScopedJoinHandle<'scope, H>,
}

impl<'scope, H: sha2::Digest + Send + 'scope> Behind<'scope, H> {
    fn begin(scope: &'scope Scope<'scope, '_>, mut hash: H) -> Self {
        let (sender, bytes) = mpsc::sync_channel::<Bytes>(BUFFERS_BEHIND);
        let thread = scope.spawn(move || {
            bytes.into_iter().for_each(|bytes| hash.update(bytes));
            hash
        });
        Self {
            bytes: sender,
            thread,
        }
    }

    /// Adds bytes; waits while it is too far behind.
    fn update(&self, bytes: &Bytes) {
        // It ends early by a panic only, which is passed on at the end.
        let _ = self.bytes.send(bytes.clone());
    }

    fn end(self) -> H {
        drop(self.bytes);
        let ended = self.thread.join();
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Hashes a file that fits into memory, and returns its bytes.
pub(super) fn digest_small(path: &Path, len: u64) -> Result<(Digest, Vec<u8>), SourceError> {
    let file = open(path, len)?;
    let mut bytes = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
    file.read_at(0, &mut bytes)?;
    let mut hashes = Hashes::new(len);
    hashes.update(&bytes);
    Ok((hashes.finish(file)?, bytes))
}

/// Opens a file that had `len` bytes when it was found: what follows relies on that.
fn open(path: &Path, len: u64) -> Result<OpenFile, SourceError> {
    let file = FileSource::open_first(path)?;
    match file.source().len() == len {
        true => Ok(file),
        false => Err(file.source().changed("its length")),
    }
}

struct Hashes {
    blake3: blake3::Hasher,
    sha256: Sha256,
    git_sha1: Sha1,
}

impl Hashes {
    fn new(len: u64) -> Self {
        let git_sha1 = Sha1::new_with_prefix(format!("blob {len}\0"));
        Self {
            blake3: blake3::Hasher::new(),
            sha256: Sha256::new(),
            git_sha1,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        self.blake3.update(bytes);
        self.sha256.update(bytes);
        self.git_sha1.update(bytes);
    }

    fn finish(self, file: OpenFile) -> Result<Digest, SourceError> {
        file.check()?;
        Ok(Digest {
            file: file.source().clone(),
            blake3: Address(*self.blake3.finalize().as_bytes()),
            sha256: self.sha256.finalize().into(),
            git_sha1: self.git_sha1.finalize().into(),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_usual_tools() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hello");
        std::fs::write(&path, "hello\n").unwrap();
        let (digest, bytes) = digest_small(&path, 6).unwrap();
        assert_eq!(bytes, b"hello\n");
        // sha256sum and git hash-object.
        let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        assert_eq!(hex::encode(digest.sha256), sha256);
        assert_eq!(
            hex::encode(digest.git_sha1),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
        assert_eq!(digest.blake3.0, *blake3::hash(b"hello\n").as_bytes());
    }

    #[test]
    fn a_file_that_grew_since_it_was_found_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "longer").unwrap();
        let changed = |error| {
            matches!(
                error,
                SourceError::Changed {
                    what: "its length",
                    ..
                }
            )
        };
        assert!(changed(digest_small(&path, 3).unwrap_err()));
        assert!(changed(digest_large(&path, 3, |_| ()).unwrap_err()));
    }

    #[test]
    fn large_and_small_files_are_hashed_alike() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let many = BUFFER_LEN * (BUFFERS_BEHIND + 3) + 77;
        for len in [0, 1, BUFFER_LEN - 1, BUFFER_LEN, BUFFER_LEN + 1, many] {
            let mut bytes = vec![0; len];
            blake3::Hasher::new().finalize_xof().fill(&mut bytes);
            std::fs::write(&path, bytes).unwrap();
            let read = std::cell::Cell::new(0);
            let large =
                digest_large(&path, len as u64, |bytes| read.set(read.get() + bytes)).unwrap();
            assert_eq!(large, digest_small(&path, len as u64).unwrap().0);
            assert_eq!(read.get(), len as u64);
        }
    }
}
