//! X25519 secrets: made, and agreed on.

use super::SealError;
use rand::TryRngCore;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// A secret of 32 bytes.
pub type Secret = Zeroizing<[u8; 32]>;

/// A fresh secret.
pub fn fresh() -> Result<Secret, SealError> {
    let mut secret = Zeroizing::new([0; 32]);
    let filled = rand::rngs::OsRng.try_fill_bytes(&mut secret[..]);
    filled.map(|()| secret).map_err(|_| SealError::Randomness)
}

/// The public half of a secret that keys are agreed on with.
pub fn public(secret: &Secret) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(**secret)).to_bytes()
}

/// What the holders of two secrets share. `None` for another's key that makes everybody share the same.
pub fn shared(secret: &Secret, other: &[u8; 32]) -> Option<Secret> {
    let shared = StaticSecret::from(**secret).diffie_hellman(&PublicKey::from(*other));
    shared
        .was_contributory()
        .then(|| Zeroizing::new(shared.to_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_share_the_same_and_a_key_without_a_secret_is_refused() {
        let (a, b) = (fresh().unwrap(), fresh().unwrap());
        assert_eq!(shared(&a, &public(&b)), shared(&b, &public(&a)));
        assert_ne!(shared(&a, &public(&b)), shared(&a, &public(&a)));
        assert_eq!(shared(&a, &[0; 32]), None);
    }
}
