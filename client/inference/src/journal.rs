//! The book of a channel on disk: a file that appears changed as a whole or not at all, and one process at a time.
//!
//! Goals: what was promised is on disk before it is sent; a second process that would count the same channel is refused.
//! Non-goals: what is counted (`book`).

use crate::{book::Book, wire::SignedAnswer};
use ballast_core::ChannelId;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// Form of the file.
const VERSION: u32 = 1;
/// Longest file: a full book has about 50 KB.
const FILE_LEN_MAX: u64 = 1 << 20;
/// Bytes of signed answers before the file is put aside, and what was aside forgotten: about 6,000 answers.
const ANSWERS_LEN_MAX: u64 = 4 << 20;

/// A channel's book, held by this process.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    genesis_hash: [u8; 32],
    channel: ChannelId,
    book: Book,
    /// The lock is held as long as the file is open.
    _lock: File,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    #[serde(with = "hex::serde")]
    genesis_hash: [u8; 32],
    channel: u64,
    book: Book,
}

/// The book cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has it.
    #[error("channel {channel} is in use by another process on this machine, say `ballast infer-proxy`; send requests through that, or name another channel")]
    InUse {
        /// The channel.
        channel: ChannelId,
    },
    /// It is not what it should be.
    #[error("{path} is no journal of channel {channel} of this chain: {reason}; restore it from a copy, or close the channel and open another")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The channel.
        channel: ChannelId,
        /// What is wrong.
        reason: String,
    },
    /// A file operation failed.
    #[error("{path}: {source}; nothing was sent that is not on disk")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl Journal {
    /// The book of a channel in a folder; made by `new` if there is none. Says whether it was.
    pub fn open(
        folder: &Path,
        genesis_hash: [u8; 32],
        channel: ChannelId,
        new: impl FnOnce() -> Book,
    ) -> Result<(Self, bool), JournalError> {
        let folder = of_chain(folder, genesis_hash);
        let at = |source| JournalError::Io {
            path: folder.clone(),
            source,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(at)?;
        let lock = lock(&folder, channel)?;
        let path = folder.join(format!("{channel}.json"));
        let found = read(&path, genesis_hash, channel)?;
        let is_new = found.is_none();
        let journal = Self {
            path,
            genesis_hash,
            channel,
            book: found.unwrap_or_else(new),
            _lock: lock,
        };
        journal.write()?;
        Ok((journal, is_new))
    }

    /// The book.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Changes the book, and returns once the change is on disk. If it cannot be written, nothing changes.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Book) -> T) -> Result<T, JournalError> {
        let before = self.book.clone();
        let result = change(&mut self.book);
        if let Err(error) = self.write() {
            self.book = before;
            return Err(error);
        }
        Ok(result)
    }

    /// Changes what is not kept on disk.
    pub fn touch(&mut self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book);
    }

    /// Keeps a signed answer, to be held against what the worker claims. The oldest are forgotten.
    pub fn keep_answer(&self, signed: &SignedAnswer) -> io::Result<()> {
        let path = self.path.with_extension("answers");
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)?;
        let mut line = serde_json::to_vec(signed)?;
        line.push(b'\n');
        file.write_all(&line)?;
        if file.metadata()?.len() > ANSWERS_LEN_MAX {
            fs::rename(&path, self.path.with_extension("answers.old"))?;
        }
        Ok(())
    }

    fn write(&self) -> Result<(), JournalError> {
        let content = Content {
            version: VERSION,
            genesis_hash: self.genesis_hash,
            channel: self.channel.0,
            book: self.book.clone(),
        };
        let write = || -> io::Result<()> {
            let json = serde_json::to_vec_pretty(&content)?;
            let staged = self.path.with_extension("json.new");
            let mut file = private().truncate(true).open(&staged)?;
            file.write_all(&json)?;
            file.sync_all()?;
            fs::rename(&staged, &self.path)?;
            File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(|source| JournalError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

/// The signed answers of a channel that were kept; lines that were torn are left out.
pub fn kept_answers(
    folder: &Path,
    genesis_hash: [u8; 32],
    channel: ChannelId,
) -> io::Result<Vec<SignedAnswer>> {
    let path = of_chain(folder, genesis_hash).join(format!("{channel}.json"));
    let mut answers = Vec::new();
    for extension in ["answers.old", "answers"] {
        let mut text = String::new();
        match File::open(path.with_extension(extension)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            opened => opened?
                .take(ANSWERS_LEN_MAX.saturating_mul(2))
                .read_to_string(&mut text)?,
        };
        let parsed = text.lines().map(serde_json::from_str);
        answers.extend(parsed.filter_map(Result::ok));
    }
    Ok(answers)
}

fn of_chain(folder: &Path, genesis_hash: [u8; 32]) -> PathBuf {
    let (start, _) = genesis_hash.split_at(8);
    folder.join(hex::encode(start))
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

fn lock(folder: &Path, channel: ChannelId) -> Result<File, JournalError> {
    let path = folder.join(format!("{channel}.lock"));
    let opened = private().open(&path).map_err(|source| JournalError::Io {
        path: path.clone(),
        source,
    })?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { channel }),
        Err(TryLockError::Error(source)) => Err(JournalError::Io { path, source }),
    }
}

fn read(
    path: &Path,
    genesis_hash: [u8; 32],
    channel: ChannelId,
) -> Result<Option<Book>, JournalError> {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(FILE_LEN_MAX).read_to_string(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(JournalError::Io {
                path: path.into(),
                source,
            })
        }
    }
    let malformed = |reason: String| JournalError::Malformed {
        path: path.into(),
        channel,
        reason,
    };
    let content: Content =
        serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
    let same = (content.version, content.genesis_hash, content.channel)
        == (VERSION, genesis_hash, channel.0);
    match same {
        true => Ok(Some(content.book)),
        false => Err(malformed("it has another version, chain or channel".into())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn open(folder: &Path) -> Result<(Journal, bool), JournalError> {
        Journal::open(folder, [7; 32], ChannelId(3), || Book::new(5, 6))
    }

    #[test]
    fn what_was_begun_is_there_after_the_process_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, is_new) = open(folder.path()).unwrap();
        assert!(is_new);
        let begun = journal.change(|book| book.begin([1; 32], 10)).unwrap();
        assert_eq!(begun.unwrap().number, 7);
        let mode = fs::metadata(&journal.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(journal);
        let (journal, is_new) = open(folder.path()).unwrap();
        assert!(!is_new);
        assert_eq!(journal.book().ceiling(), Some(15));
        assert_eq!(journal.book().unknown().len(), 1);
    }

    #[test]
    fn signed_answers_are_kept_and_torn_lines_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (journal, _) = open(folder.path()).unwrap();
        let kept = || kept_answers(folder.path(), [7; 32], ChannelId(3)).unwrap();
        assert_eq!(kept(), []);
        let hex = |len| format!("0x{}", "ab".repeat(len));
        let signed = SignedAnswer {
            version: 1,
            genesis_hash: hex(32),
            model: "ab".repeat(32),
            channel: 3,
            number: 4,
            request_sha256: "ab".repeat(32),
            response_sha256: "ab".repeat(32),
            tokens_in: 5,
            tokens_out: 6,
            session_key: hex(32),
            signature: hex(64),
        };
        journal.keep_answer(&signed).unwrap();
        let path = journal.path.with_extension("answers");
        let torn = fs::read_to_string(&path).unwrap() + "{\"version\":1,\n";
        fs::write(&path, torn).unwrap();
        journal.keep_answer(&signed).unwrap();
        assert_eq!(kept(), [signed.clone(), signed]);
    }

    #[test]
    fn one_process_has_a_channel() {
        let folder = tempfile::tempdir().unwrap();
        let held = open(folder.path()).unwrap();
        assert!(matches!(
            open(folder.path()),
            Err(JournalError::InUse { .. })
        ));
        let other = Journal::open(folder.path(), [7; 32], ChannelId(4), Book::default);
        assert!(other.is_ok());
        drop(held);
        assert!(open(folder.path()).is_ok());
    }

    #[test]
    fn what_is_no_journal_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = open(folder.path()).unwrap().0.path;
        for text in [
            "",
            "{}",
            &fs::read_to_string(&path)
                .unwrap()
                .replace("\"channel\": 3", "\"channel\": 4"),
        ] {
            fs::write(&path, text).unwrap();
            let error = open(folder.path()).unwrap_err();
            assert!(matches!(error, JournalError::Malformed { .. }), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_change_that_cannot_be_written_did_not_happen() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = open(folder.path()).unwrap();
        fs::remove_dir_all(folder.path()).unwrap();
        let before = journal.book().clone();
        assert!(journal.change(|book| book.begin([1; 32], 10)).is_err());
        assert_eq!(journal.book(), &before);
    }
}
