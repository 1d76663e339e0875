//! Transcripts on disk: a file for each paid answer, which appears complete or not at all.
//!
//! A file has two boxes, under a key of its own: one with the claim, which all are read of at the start, and one with the
//! rest. Its name tells channel and number, so that what was put under another name does not open.

use super::{
    seal::{open, seal, SealError, Secret, SEAL_LEN},
    Transcript,
};
use ballast_core::{claim::ClaimLeaf, ChannelId};
use codec::{Decode, Encode, MaxEncodedLen};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// Transcripts at a time: those of twelve answers a second, in a check window of a day. What is in memory of each is its claim,
/// [`ENTRY_LEN_MAX`] bytes at most, so all of them are 160 MiB, and half as much again in a tree whose nodes are not full. What
/// is on disk is bounded by [`STORE_LEN_MAX`].
pub const TRANSCRIPTS_MAX: usize = 1 << 20;
/// Bytes of all of them.
pub const STORE_LEN_MAX: u64 = 8 << 30;
/// What part of either bound is left to answers that were begun while there was room.
const SPARE_SHARE: u32 = 32;
/// Bytes of a transcript's entry in memory.
const ENTRY_LEN_MAX: usize = 160;
const _: () = assert!(size_of::<(AnswerId, Entry)>() <= ENTRY_LEN_MAX);
/// Bytes of one, encrypted.
const FILE_LEN_MAX: u64 = 3 * super::BYTES_MAX as u64;
/// BLAKE3 key derivation context of a file's key.
const FILE_CONTEXT: &str = "ballast 2026-11-26 transcript file v1";
const STAGED: &str = "staged";

/// A transcript cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file operation failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// It does not open.
    #[error("{path} cannot be read: {reason}; it is damaged, or the session key was replaced")]
    Broken {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: SealError,
    },
    /// There is no room.
    #[error("there are as many transcripts as may be ({TRANSCRIPTS_MAX}, or {} GiB); they go when their check windows close", STORE_LEN_MAX >> 30)]
    Full,
    /// One is too long.
    #[error("a transcript of {len} bytes is longer than one may be")]
    TooLong {
        /// Its length.
        len: usize,
    },
    /// Nothing can be encrypted.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Which answer.
pub type AnswerId = (ChannelId, u64);

/// The transcripts of a worker.
pub struct Transcripts {
    dir: PathBuf,
    secret: Secret,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    entries: BTreeMap<AnswerId, Entry>,
    len: u64,
}

struct Entry {
    leaf: ClaimLeaf,
    len: u64,
    kept_at: u64,
}

#[derive(Encode, Decode, MaxEncodedLen)]
struct Head {
    leaf: ClaimLeaf,
    kept_at: u64,
}

impl Transcripts {
    /// Those of a directory, which is made. What was being written when the worker died is removed; what does not open is
    /// told and left as it is.
    pub fn open(dir: &Path, secret: Secret) -> Result<Self, StoreError> {
        let at = io_at(dir);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(&at)?;
        let store = Self {
            dir: dir.to_path_buf(),
            secret,
            index: Mutex::default(),
        };
        for file in fs::read_dir(dir).map_err(&at)? {
            let name = file.map_err(&at)?.file_name();
            let name = name.to_string_lossy();
            if name.ends_with(STAGED) {
                fs::remove_file(dir.join(&*name)).map_err(&at)?;
            } else if let Some(id) = id_of(&name) {
                match store.read_entry(id) {
                    Ok(entry) => store.with(|index| index.put(id, entry)),
                    Err(error) => tracing::warn!(%error, "a transcript is lost"),
                }
            }
        }
        Ok(store)
    }

    /// Whether more answers may be begun. It says no while there is still room for those that are under way.
    pub fn has_room(&self) -> bool {
        self.with(|index| index.has_room())
    }

    /// How much of its room is taken, the number or the bytes, whichever is more: 1 is all of it.
    pub fn share_taken(&self) -> f64 {
        self.with(|index| index.share_taken())
    }

    /// Keeps a transcript. It is on disk when this returns. Blocks.
    pub fn keep(
        &self,
        channel: ChannelId,
        transcript: &Transcript,
        now: u64,
    ) -> Result<(), StoreError> {
        let id = (channel, transcript.leaf.number);
        let plain = Zeroizing::new(transcript.encode());
        if plain.len() as u64 > FILE_LEN_MAX / 2 {
            return Err(StoreError::TooLong { len: plain.len() });
        }
        let key = self.key(id);
        let head = Head {
            leaf: transcript.leaf.clone(),
            kept_at: now,
        };
        let bytes = [seal(&key, &head.encode())?, seal(&key, &plain)?].concat();
        let len = bytes.len() as u64;
        if !self.with(|index| index.takes(len)) {
            return Err(StoreError::Full);
        }
        self.write(id, &bytes)?;
        let entry = Entry {
            leaf: head.leaf,
            len,
            kept_at: now,
        };
        self.with(|index| index.put(id, entry));
        Ok(())
    }

    /// A transcript. Blocks.
    pub fn get(&self, id: AnswerId) -> Result<Option<Transcript>, StoreError> {
        if !self.with(|index| index.entries.contains_key(&id)) {
            return Ok(None);
        }
        let path = self.path(id);
        let broken = |reason| StoreError::Broken {
            path: path.clone(),
            reason,
        };
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(io_at(&path))?;
        file.take(FILE_LEN_MAX)
            .read_to_end(&mut bytes)
            .map_err(io_at(&path))?;
        let body = bytes.get(head_len()..).unwrap_or_default();
        let plain = Zeroizing::new(open(&self.key(id), body).map_err(broken)?);
        let transcript = Transcript::decode(&mut plain.as_slice());
        transcript.map(Some).map_err(|_| broken(SealError::Broken))
    }

    /// Removes a transcript. Blocks.
    pub fn forget(&self, id: AnswerId) -> Result<(), StoreError> {
        let path = self.path(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(&path)(error)),
            _ => {
                self.with(|index| index.remove(id));
                Ok(())
            }
        }
    }

    /// The claims of a channel that there are transcripts of, ascending, and since when.
    pub fn leaves(&self, channel: ChannelId) -> Vec<(ClaimLeaf, u64)> {
        self.with(|index| {
            let of_it = index.entries.range((channel, 0)..=(channel, u64::MAX));
            of_it
                .map(|(_, entry)| (entry.leaf.clone(), entry.kept_at))
                .collect()
        })
    }

    /// The channels that there are transcripts of.
    pub fn channels(&self) -> Vec<ChannelId> {
        let mut channels: Vec<ChannelId> =
            self.with(|index| index.entries.keys().map(|(channel, _)| *channel).collect());
        channels.dedup();
        channels
    }

    fn read_entry(&self, id: AnswerId) -> Result<Entry, StoreError> {
        let path = self.path(id);
        let broken = |reason| StoreError::Broken {
            path: path.clone(),
            reason,
        };
        let mut file = File::open(&path).map_err(io_at(&path))?;
        let len = file.metadata().map_err(io_at(&path))?.len();
        let mut sealed = vec![0; head_len()];
        file.read_exact(&mut sealed)
            .map_err(|_| broken(SealError::Broken))?;
        let plain = open(&self.key(id), &sealed).map_err(broken)?;
        let head = Head::decode(&mut plain.as_slice()).map_err(|_| broken(SealError::Broken))?;
        Ok(Entry {
            leaf: head.leaf,
            len,
            kept_at: head.kept_at,
        })
    }

    fn write(&self, id: AnswerId, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(id);
        let staged = path.with_extension(STAGED);
        let at = io_at(&staged);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&staged)
            .map_err(&at)?;
        file.write_all(bytes)
            .and_then(|()| file.sync_all())
            .map_err(&at)?;
        fs::rename(&staged, &path).map_err(&at)?;
        let dir = File::open(&self.dir).and_then(|dir| dir.sync_all());
        dir.map_err(io_at(&self.dir))
    }

    fn key(&self, (channel, number): AnswerId) -> Secret {
        let material = Zeroizing::new((*self.secret, channel, number).encode());
        Zeroizing::new(blake3::derive_key(FILE_CONTEXT, &material))
    }

    fn path(&self, (channel, number): AnswerId) -> PathBuf {
        self.dir.join(format!("{:016x}-{number:016x}", channel.0))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Index) -> R) -> R {
        work(&mut self.index.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Index {
    fn has_room(&self) -> bool {
        let spare = TRANSCRIPTS_MAX / SPARE_SHARE as usize;
        let number = self.entries.len().saturating_add(spare);
        number < TRANSCRIPTS_MAX && self.takes(STORE_LEN_MAX / u64::from(SPARE_SHARE))
    }

    fn takes(&self, len: u64) -> bool {
        self.entries.len() < TRANSCRIPTS_MAX && self.len.saturating_add(len) <= STORE_LEN_MAX
    }

    fn share_taken(&self) -> f64 {
        let number = self.entries.len() as f64 / TRANSCRIPTS_MAX as f64;
        number.max(self.len as f64 / STORE_LEN_MAX as f64)
    }

    fn put(&mut self, id: AnswerId, entry: Entry) {
        self.remove(id);
        self.len = self.len.saturating_add(entry.len);
        self.entries.insert(id, entry);
    }

    fn remove(&mut self, id: AnswerId) {
        if let Some(entry) = self.entries.remove(&id) {
            self.len = self.len.saturating_sub(entry.len);
        }
    }
}

fn head_len() -> usize {
    Head::max_encoded_len() + SEAL_LEN
}

fn id_of(name: &str) -> Option<AnswerId> {
    let (channel, number) = name.split_once('-')?;
    let number_of = |digits: &str| match digits.len() {
        16 => u64::from_str_radix(digits, 16).ok(),
        _ => None,
    };
    Some((ChannelId(number_of(channel)?), number_of(number)?))
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |source| StoreError::Io {
        path: path.into(),
        source,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::tests::transcript, *};

    const CHANNEL: ChannelId = ChannelId(7);

    fn secret(byte: u8) -> Secret {
        Zeroizing::new([byte; 32])
    }

    fn numbers(store: &Transcripts) -> Vec<u64> {
        let leaves = store.leaves(CHANNEL).into_iter();
        leaves.map(|(leaf, _)| leaf.number).collect()
    }

    #[test]
    fn what_was_kept_is_there_after_a_restart_and_gone_when_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        for number in [3, 1, 2] {
            store.keep(CHANNEL, &transcript(number), 50).unwrap();
        }
        store.keep(ChannelId(8), &transcript(9), 50).unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        assert_eq!(numbers(&store), [1, 2, 3]);
        assert_eq!(store.leaves(CHANNEL)[1], (transcript(2).leaf, 50));
        assert_eq!(store.channels(), [CHANNEL, ChannelId(8)]);
        assert!(store.get((CHANNEL, 2)).unwrap() == Some(transcript(2)));
        assert!(store.get((CHANNEL, 4)).unwrap().is_none());
        store.forget((CHANNEL, 2)).unwrap();
        store.forget((CHANNEL, 2)).unwrap();
        assert!(store.get((CHANNEL, 2)).unwrap().is_none());
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        assert_eq!(numbers(&store), [1, 3]);
    }

    #[test]
    fn nothing_of_it_is_readable_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        store.keep(CHANNEL, &transcript(1), 0).unwrap();
        let file = fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap();
        let bytes = fs::read(file.path()).unwrap();
        assert!(!bytes.windows(6).any(|six| six == b"secret"));
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0);
        let other = Transcripts::open(dir.path(), secret(2)).unwrap();
        assert!(numbers(&other).is_empty());
    }

    #[test]
    fn a_torn_write_is_removed_and_a_damaged_or_renamed_file_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        for number in 1..=3 {
            store.keep(CHANNEL, &transcript(number), 0).unwrap();
        }
        let staged = dir.path().join("0000000000000007-0000000000000009.staged");
        fs::write(&staged, "half").unwrap();
        fs::rename(store.path((CHANNEL, 1)), store.path((CHANNEL, 5))).unwrap();
        let path = store.path((CHANNEL, 2));
        let mut bytes = fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&path, &bytes).unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        assert!(!staged.exists());
        assert_eq!(numbers(&store), [2, 3]);
        let broken = store.get((CHANNEL, 2)).err().unwrap();
        assert!(matches!(broken, StoreError::Broken { .. }), "{broken}");
        fs::write(&path, &bytes[..20]).unwrap();
        let store = Transcripts::open(dir.path(), secret(1)).unwrap();
        assert_eq!(numbers(&store), [3]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut index = Index::default();
        assert!(index.takes(STORE_LEN_MAX) && !index.takes(STORE_LEN_MAX + 1));
        let leaf = transcript(1).leaf;
        let entry = |len| Entry {
            leaf: leaf.clone(),
            len,
            kept_at: 0,
        };
        index.put((CHANNEL, 1), entry(STORE_LEN_MAX));
        assert!(!index.takes(1));
        index.put((CHANNEL, 1), entry(10));
        assert!(index.takes(STORE_LEN_MAX - 10) && !index.takes(STORE_LEN_MAX));
        for number in 0..TRANSCRIPTS_MAX as u64 {
            index.put((CHANNEL, number), entry(1));
        }
        assert!(!index.takes(1));
    }

    #[test]
    fn no_answer_is_begun_before_those_under_way_would_find_no_room() {
        let leaf = transcript(1).leaf;
        let entry = |len| Entry {
            leaf: leaf.clone(),
            len,
            kept_at: 0,
        };
        let mut index = Index::default();
        assert!(index.has_room() && index.share_taken() == 0.0);
        let spare_len = STORE_LEN_MAX / u64::from(SPARE_SHARE);
        index.put((CHANNEL, 1), entry(STORE_LEN_MAX - spare_len));
        assert!(index.has_room());
        index.put((CHANNEL, 1), entry(STORE_LEN_MAX - spare_len + 1));
        assert!(!index.has_room() && index.takes(spare_len - 1));
        assert!(index.share_taken() > 1.0 - 1.0 / f64::from(SPARE_SHARE));
        let most = TRANSCRIPTS_MAX - TRANSCRIPTS_MAX / SPARE_SHARE as usize;
        let mut index = Index::default();
        for number in 1..most as u64 {
            index.put((CHANNEL, number), entry(1));
        }
        assert!(index.has_room());
        index.put((CHANNEL, 0), entry(1));
        assert!(!index.has_room() && index.takes(1));
        assert_eq!(index.share_taken(), 1.0 - 1.0 / f64::from(SPARE_SHARE));
    }
}
