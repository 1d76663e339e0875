//! Hashes of large files that an earlier scan of the folder computed.
//!
//! Goals: a large file that was not written to since is not read again; hashes of a file that is being written to are
//! not kept, as another write may leave its time as it is.

use super::digest::Digest;
use crate::{cache::Cache, journal::Journal, source::FileSource};
use ballast_core::{limits::MAX_MANIFEST_FILES, Address};
use std::{
    collections::HashMap,
    path::Path,
    time::{Duration, SystemTime},
};

/// Version of the list.
const LIST: &[u8] = b"ballast files 1";

/// How long a file must have been at rest. Times of file systems are coarse.
const AT_REST: Duration = Duration::from_secs(2);

/// Bytes of the hashes in a record.
const HASHES_LEN: usize = 32 + 32 + 20;

/// The large files of a folder whose hashes are known: by path, each with its stamp and its hashes.
#[derive(Default)]
pub(super) struct Known {
    hashes: HashMap<Vec<u8>, (Vec<u8>, [u8; HASHES_LEN])>,
    list: Option<Journal>,
}

impl Known {
    /// What the cache has of a folder.
    pub(super) fn open(cache: Option<&Cache>, root: &Path) -> Self {
        let opened = cache.and_then(|cache| {
            let root = std::path::absolute(root).ok()?;
            let root = root.as_os_str().as_encoded_bytes();
            let name = format!("files-{}", blake3::hash(root).to_hex());
            let header = [LIST, root].concat();
            let (journal, records) = cache.list(&name, &header, 2 * MAX_MANIFEST_FILES)?;
            Some(Self {
                hashes: records.iter().filter_map(|record| decode(record)).collect(),
                list: Some(journal),
            })
        });
        opened.unwrap_or_default()
    }

    /// The hashes of a file, if it is as it was.
    pub(super) fn find(&self, path: &str, file: &FileSource) -> Option<Digest> {
        let (stamp, hashes) = self.hashes.get(path.as_bytes())?;
        let (blake3, rest) = hashes.split_first_chunk()?;
        let (sha256, rest) = rest.split_first_chunk()?;
        (*stamp == file.stamp()).then_some(Digest {
            file: file.clone(),
            blake3: Address(*blake3),
            sha256: *sha256,
            git_sha1: rest.try_into().ok()?,
        })
    }

    /// Remembers the hashes of a file that is at rest.
    pub(super) fn keep(&mut self, path: &str, digest: &Digest) {
        let is_at_rest = |time: SystemTime| time.elapsed().is_ok_and(|age| age > AT_REST);
        let (Some(list), true) = (&mut self.list, is_at_rest(digest.file.modified())) else {
            return;
        };
        if let Err(error) = list.append(&encode(path, digest)) {
            tracing::debug!(%error, "the hashes of a file are not remembered");
        }
    }
}

fn encode(path: &str, digest: &Digest) -> Vec<u8> {
    let stamp = digest.file.stamp();
    let lens = [path.len(), stamp.len()].map(|len| u32::try_from(len).unwrap_or(u32::MAX));
    let lens = lens.map(u32::to_le_bytes).concat();
    let hashes = [&digest.blake3.0[..], &digest.sha256, &digest.git_sha1].concat();
    [&lens, path.as_bytes(), &stamp, &hashes].concat()
}

type Entry = (Vec<u8>, (Vec<u8>, [u8; HASHES_LEN]));

fn decode(record: &[u8]) -> Option<Entry> {
    let (path_len, rest) = record.split_first_chunk()?;
    let (stamp_len, rest) = rest.split_first_chunk()?;
    let len = |bytes: &[u8; 4]| usize::try_from(u32::from_le_bytes(*bytes)).ok();
    let (path, rest) = rest.split_at_checked(len(path_len)?)?;
    let (stamp, hashes) = rest.split_at_checked(len(stamp_len)?)?;
    Some((path.to_vec(), (stamp.to_vec(), hashes.try_into().ok()?)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::scan::digest::digest_large;
    use std::fs::File;

    fn age(path: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    fn source(path: &Path) -> FileSource {
        FileSource::open_first(path).unwrap().source().clone()
    }

    #[test]
    fn hashes_of_a_file_at_rest_are_known_until_it_is_written_to() {
        let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let cache = Cache::open(folder.path()).unwrap();
        let path = files.path().join("a");
        std::fs::write(&path, b"content").unwrap();
        age(&path, 100);
        let digest = digest_large(&path, 7, |_| ()).unwrap();
        let mut known = Known::open(Some(&cache), files.path());
        assert_eq!(known.find("a", &source(&path)), None);
        known.keep("a", &digest);
        drop(known);

        let known = Known::open(Some(&cache), files.path());
        assert_eq!(known.find("a", &source(&path)), Some(digest));
        assert_eq!(known.find("b", &source(&path)), None);
        age(&path, 50);
        assert_eq!(known.find("a", &source(&path)), None);
    }

    #[test]
    fn hashes_of_a_file_that_was_just_written_are_not_kept() {
        let (folder, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let cache = Cache::open(folder.path()).unwrap();
        let path = files.path().join("a");
        std::fs::write(&path, b"content").unwrap();
        let digest = digest_large(&path, 7, |_| ()).unwrap();
        Known::open(Some(&cache), files.path()).keep("a", &digest);
        let known = Known::open(Some(&cache), files.path());
        assert_eq!(known.find("a", &source(&path)), None);
    }
}
