//! The receipt key: made once, kept in the data directory, readable by its owner only.
//!
//! It signs receipts and nothing else; it owns no funds. The chain learns its public half when the worker joins.

use ballast_chain::{key_file::KeyKind, Signer};
use std::path::Path;

pub use ballast_chain::key_file::KeyError;

const KIND: KeyKind = KeyKind {
    file_name: "receipt.key",
    first_line: "ballast receipt key v1",
    what: "receipt key",
    init: "ballast-storage-worker init",
};

/// The key that signs receipts.
#[derive(Clone, Debug)]
pub struct ReceiptKey(Signer);

impl ReceiptKey {
    /// Makes the data directory and a key in it; leaves a key that is there as it is. True when it was made now.
    pub fn init(data_dir: &Path) -> Result<(Self, bool), KeyError> {
        KIND.init(data_dir).map(|(key, made)| (Self(key), made))
    }

    /// Reads the key of a data directory.
    pub fn load(data_dir: &Path) -> Result<Self, KeyError> {
        KIND.load(data_dir).map(Self)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::{
        fs,
        os::unix::fs::{MetadataExt, PermissionsExt},
        path::PathBuf,
    };

    fn key_path(data_dir: &Path) -> PathBuf {
        KIND.path(data_dir)
    }

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
