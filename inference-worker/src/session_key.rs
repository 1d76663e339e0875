//! The session key: what evidence speaks for, and what will sign inference. Made here, and never leaves this machine.

use ballast_chain::key_file::{KeyError, KeyKind};
use std::{fs, path::Path};
use zeroize::Zeroizing;

/// Where it lies, and what messages call it.
pub const SESSION_KEY: KeyKind = KeyKind {
    file_name: "session.key",
    first_line: "ballast session key v1",
    what: "session key",
    init: "ballast-inference-worker init",
};

/// A secret that only who has the session key of a data directory can make; other contexts give others. What is encrypted
/// with it can be read as long as the session key is there.
pub fn derived_secret(data_dir: &Path, context: &str) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    SESSION_KEY.load(data_dir)?;
    let path = SESSION_KEY.path(data_dir);
    let text = fs::read_to_string(&path).map(Zeroizing::new);
    let text = text.map_err(|source| KeyError::Io { path, source })?;
    Ok(Zeroizing::new(blake3::derive_key(
        context,
        text.trim().as_bytes(),
    )))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stays_with_its_key_and_context() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let of = |dir: &tempfile::TempDir, context| derived_secret(dir.path(), context);
        assert!(matches!(of(&one, "a"), Err(KeyError::Missing { .. })));
        for dir in [&one, &two] {
            SESSION_KEY.init(dir.path()).unwrap();
        }
        let secret = of(&one, "a").unwrap();
        assert_eq!(of(&one, "a").unwrap(), secret);
        assert_ne!(of(&one, "b").unwrap(), secret);
        assert_ne!(of(&two, "a").unwrap(), secret);
    }
}
