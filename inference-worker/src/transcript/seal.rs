//! Encryption of transcripts: on disk under a key of the worker, on their way under one that both ends agree on. Secrets are
//! made and agreed on as for sealed requests.

use crypto_secretbox::{
    aead::{Aead, KeyInit},
    Key, Nonce, XSalsa20Poly1305,
};
use rand::TryRngCore;

pub use ballast_inference::seal::{public, shared, Secret};

const NONCE_LEN: usize = 24;

/// Bytes that encryption adds.
pub const SEAL_LEN: usize = NONCE_LEN + 16;

/// Nothing can be encrypted, or these bytes cannot be decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No randomness.
    #[error("the system gives no random bytes")]
    Randomness,
    /// Changed, cut, or under another key.
    #[error("these bytes were not encrypted under this key, or have been changed")]
    Broken,
}

/// A fresh secret.
pub fn fresh() -> Result<Secret, SealError> {
    ballast_inference::seal::fresh().map_err(|_| SealError::Randomness)
}

/// A nonce, then the box.
pub fn seal(secret: &Secret, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_LEN];
    let filled = rand::rngs::OsRng.try_fill_bytes(&mut nonce);
    filled.map_err(|_| SealError::Randomness)?;
    let sealed = cipher(secret).encrypt(&Nonce::from(nonce), plain);
    let sealed = sealed.map_err(|_| SealError::Broken)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// What was sealed.
pub fn open(secret: &Secret, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(SealError::Broken)?;
    let opened = cipher(secret).decrypt(&Nonce::from(*nonce), sealed);
    opened.map_err(|_| SealError::Broken)
}

fn cipher(secret: &Secret) -> XSalsa20Poly1305 {
    XSalsa20Poly1305::new(&Key::from(**secret))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens_it_and_only_unchanged() {
        let (key, other) = (fresh().unwrap(), fresh().unwrap());
        let sealed = seal(&key, b"prompt").unwrap();
        assert_eq!(sealed.len(), 6 + SEAL_LEN);
        assert_eq!(open(&key, &sealed).unwrap(), b"prompt");
        assert_eq!(open(&other, &sealed), Err(SealError::Broken));
        assert_ne!(sealed, seal(&key, b"prompt").unwrap());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&key, &changed), Err(SealError::Broken), "{at}");
            assert_eq!(open(&key, &sealed[..at]), Err(SealError::Broken), "{at}");
        }
    }
}
