//! The receipt key: made once, kept in the data directory, readable by its owner only.
//!
//! It signs receipts and nothing else; it owns no funds. The chain learns its public half when the worker joins.

use ballast_chain::Signer;
use rand::TryRngCore;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const FILE_NAME: &str = "receipt.key";
const FIRST_LINE: &str = "ballast receipt key v1";
const FILE_LEN_MAX: u64 = 256;

/// The key that signs receipts.
#[derive(Clone, Debug)]
pub struct ReceiptKey(Signer);

/// The key cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No key yet.
    #[error("{path} does not exist; run `ballast-storage-worker init` first")]
    Missing {
        /// The key file.
        path: PathBuf,
    },
    /// Others can read it.
    #[error("{path} can be read by others (mode {mode:o}); run `chmod 600` on it, and `init` a new one if somebody did")]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a key file.
    #[error("{path} is no receipt key of version 1; restore it from a copy, or move it away and run `init` for a new key")]
    Malformed {
        /// The key file.
        path: PathBuf,
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

impl ReceiptKey {
    /// Makes the data directory and a key in it; leaves a key that is there as it is. True when it was made now.
    pub fn init(data_dir: &Path) -> Result<(Self, bool), KeyError> {
        make_dir(data_dir)?;
        match Self::load(data_dir) {
            Err(KeyError::Missing { .. }) => {}
            other => return other.map(|key| (key, false)),
        }
        let made = write_new(data_dir, &key_path(data_dir), &new_file_text()?)?;
        Self::load(data_dir).map(|key| (key, made))
    }

    /// Reads the key of a data directory.
    pub fn load(data_dir: &Path) -> Result<Self, KeyError> {
        let path = key_path(data_dir);
        let file = File::open(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::Missing { path: path.clone() },
            _ => io_at(&path)(error),
        })?;
        let mode = file.metadata().map_err(io_at(&path))?.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed { path, mode });
        }
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_LEN_MAX)
            .read_to_string(&mut text)
            .map_err(io_at(&path))?;
        parse(&text).ok_or(KeyError::Malformed { path })
    }

    /// The public key.
    pub fn public(&self) -> [u8; 32] {
        self.0.account()
    }

    /// The public key as `worker join` takes it.
    pub fn public_hex(&self) -> String {
        format!("0x{}", hex::encode(self.public()))
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message)
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

/// The key file of a data directory.
pub fn key_path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

fn new_file_text() -> Result<Zeroizing<String>, KeyError> {
    let mut seed = Zeroizing::new([0; 32]);
    rand::rngs::OsRng
        .try_fill_bytes(&mut seed[..])
        .map_err(|error| KeyError::Randomness {
            reason: error.to_string(),
        })?;
    let digits = Zeroizing::new(hex::encode(&seed[..]));
    Ok(Zeroizing::new(format!(
        "{FIRST_LINE}\n0x{}\n",
        digits.as_str()
    )))
}

fn parse(text: &str) -> Option<ReceiptKey> {
    let (first, rest) = text.split_once('\n')?;
    let seed = rest.strip_suffix('\n').unwrap_or(rest);
    // A seed and nothing else: no phrase, no derivation path.
    let is_seed = seed.len() == 66 && seed.starts_with("0x");
    (first == FIRST_LINE && is_seed).then(|| Signer::from_secret(seed).ok().map(ReceiptKey))?
}

/// Writes a file that appears complete or not at all, and replaces none. False when another was there.
fn write_new(dir: &Path, path: &Path, text: &str) -> Result<bool, KeyError> {
    let staged = dir.join(format!(".{FILE_NAME}.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&staged)
        .map_err(io_at(&staged))?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&staged, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            linked => linked.map(|()| true),
        });
    fs::remove_file(&staged).map_err(io_at(&staged))?;
    let made = written.map_err(io_at(path))?;
    sync_dir(dir)?;
    Ok(made)
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |source| KeyError::Io {
        path: path.into(),
        source,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn init_makes_a_private_key_once() {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("a/b");
        let (key, made) = ReceiptKey::init(&data_dir).unwrap();
        assert!(made);
        assert_eq!(
            fs::metadata(key_path(&data_dir)).unwrap().mode() & 0o777,
            0o600
        );
        let (again, made) = ReceiptKey::init(&data_dir).unwrap();
        assert!(!made);
        assert_eq!(again.public(), key.public());
        assert_eq!(
            fs::read_dir(&data_dir).unwrap().count(),
            1,
            "no staged file is left"
        );
    }

    #[test]
    fn two_keys_differ_and_their_signatures_verify() {
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [one, two] = dirs
            .each_ref()
            .map(|dir| ReceiptKey::init(dir.path()).unwrap().0);
        assert_ne!(one.public(), two.public());
        let signature = one.sign(b"message");
        assert!(ballast_chain::verify(&one.public(), b"message", &signature));
        assert!(!ballast_chain::verify(
            &two.public(),
            b"message",
            &signature
        ));
    }

    #[test]
    fn a_missing_exposed_or_damaged_key_is_named_as_such() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(
            ReceiptKey::load(dir.path()),
            Err(KeyError::Missing { .. })
        ));
        ReceiptKey::init(dir.path()).unwrap();
        let path = key_path(dir.path());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            ReceiptKey::load(dir.path()),
            Err(KeyError::Exposed { mode: 0o644, .. })
        ));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for text in [
            "",
            "ballast receipt key v1\n",
            "ballast receipt key v1\n//Alice\n",
            "ballast receipt key v2\n0x00\n",
        ] {
            fs::write(&path, text).unwrap();
            assert!(
                matches!(
                    ReceiptKey::load(dir.path()),
                    Err(KeyError::Malformed { .. })
                ),
                "{text:?}"
            );
        }
        assert!(
            matches!(
                ReceiptKey::init(dir.path()),
                Err(KeyError::Malformed { .. })
            ),
            "init replaces nothing"
        );
    }
}
