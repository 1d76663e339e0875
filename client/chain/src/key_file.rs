//! A key of a program, in a file of its data directory: made once, readable by its owner only.
//!
//! Goals: a key appears complete or not at all, is never replaced, and is on disk before anybody learns of it.
//! Non-goals: keys that own funds; those lie in encrypted keystores.

use crate::Signer;
use rand::TryRngCore;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const FILE_LEN_MAX: u64 = 256;

/// What a key is for, and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyKind {
    /// Name of its file in the data directory.
    pub file_name: &'static str,
    /// First line of the file, with the version of its format.
    pub first_line: &'static str,
    /// What it is called in messages.
    pub what: &'static str,
    /// The command that makes it.
    pub init: &'static str,
}

/// The key cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key yet.
    #[error("{path} does not exist; run `{init}` first")]
    Missing {
        /// The key file.
        path: PathBuf,
        /// The command that makes it.
        init: &'static str,
    },
    /// Others can read it.
    #[error("{path} can be read by others (mode {mode:o}); run `chmod 600` on it, and `{init}` a new one if somebody did")]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
        /// The command that makes a new one.
        init: &'static str,
    },
    /// Not a key file.
    #[error("{path} is no {what} of version 1; restore it from a copy, or move it away and run `{init}` for a new key")]
    Malformed {
        /// The key file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// The command that makes a new one.
        init: &'static str,
    },
    /// The system has no randomness.
    #[error("the system gives no random bytes: {reason}")]
    Randomness {
        /// Its words.
        reason: String,
    },
    /// A file operation failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl KeyKind {
    /// Makes the data directory and a key in it; leaves a key that is there as it is. True when it was made now.
    pub fn init(&self, data_dir: &Path) -> Result<(Signer, bool), KeyError> {
        make_dir(data_dir)?;
        match self.load(data_dir) {
            Err(KeyError::Missing { .. }) => {}
            other => return other.map(|key| (key, false)),
        }
        let text = new_file_text(self.first_line)?;
        let made = self.write_new(data_dir, &text)?;
        self.load(data_dir).map(|key| (key, made))
    }

    /// Reads the key of a data directory.
    pub fn load(&self, data_dir: &Path) -> Result<Signer, KeyError> {
        let KeyKind { what, init, .. } = *self;
        let path = self.path(data_dir);
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::Missing {
                path: path.clone(),
                init,
            },
            _ => io_at(&path)(error),
        })?;
        let mode = file.metadata().map_err(io_at(&path))?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed { path, mode, init });
        }
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_LEN_MAX)
            .read_to_string(&mut text)
            .map_err(io_at(&path))?;
        parse(self.first_line, &text).ok_or(KeyError::Malformed { path, what, init })
    }

    /// The key file of a data directory.
    pub fn path(&self, data_dir: &Path) -> PathBuf {
        data_dir.join(self.file_name)
    }

    /// Writes a file that appears complete or not at all, and replaces none. False when another was there.
    fn write_new(&self, dir: &Path, text: &str) -> Result<bool, KeyError> {
        let path = self.path(dir);
        let staged = dir.join(format!(".{}.{}", self.file_name, std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&staged)
            .map_err(io_at(&staged))?;
        let written = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| match fs::hard_link(&staged, &path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
                linked => linked.map(|()| true),
            });
        fs::remove_file(&staged).map_err(io_at(&staged))?;
        let made = written.map_err(io_at(&path))?;
        sync_dir(dir)?;
        Ok(made)
    }
}

/// Makes a directory with those above it that are not there, and brings their names to disk: a key that the chain has
/// learnt must not go with a directory that only seemed to be there.
fn make_dir(dir: &Path) -> Result<(), KeyError> {
    let new = dir.ancestors().take_while(|dir| !dir.exists()).count();
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o750)
        .create(dir)
        .map_err(io_at(dir))?;
    // A relative path ends in the empty one, which is the working directory.
    let parent_of = |dir: &'_ Path| match dir.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    dir.ancestors()
        .take(new)
        .try_for_each(|dir| sync_dir(&parent_of(dir)))
}

fn sync_dir(dir: &Path) -> Result<(), KeyError> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(io_at(dir))
}

fn new_file_text(first_line: &str) -> Result<Zeroizing<String>, KeyError> {
    let mut seed = Zeroizing::new([0; 32]);
    rand::rngs::OsRng
        .try_fill_bytes(&mut seed[..])
        .map_err(|error| KeyError::Randomness {
            reason: error.to_string(),
        })?;
    let digits = Zeroizing::new(hex::encode(&seed[..]));
    Ok(Zeroizing::new(format!(
        "{first_line}\n0x{}\n",
        digits.as_str()
    )))
}

fn parse(first_line: &str, text: &str) -> Option<Signer> {
    let (first, rest) = text.split_once('\n')?;
    let seed = rest.strip_suffix('\n').unwrap_or(rest);
    // A seed and nothing else: no phrase, no derivation path.
    let is_seed = seed.len() == 66 && seed.starts_with("0x");
    (first == first_line && is_seed).then(|| Signer::from_secret(seed).ok())?
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |source| KeyError::Io {
        path: path.into(),
        source,
    }
}
