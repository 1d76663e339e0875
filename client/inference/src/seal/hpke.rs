//! RFC 9180, base mode, for one message: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
//!
//! Goals: byte by byte what the RFC says, by its own vectors. Non-goals: its other modes and suites, several messages.

use super::{
    secret::{public, shared, Secret},
    SealError,
};
use chacha20poly1305::{
    aead::{Aead, KeyInit, Payload},
    ChaCha20Poly1305, Key, Nonce,
};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 12;
/// Bytes that encryption adds.
pub const TAG_LEN: usize = 16;

const VERSION: &[u8] = b"HPKE-v1";
/// The KEM's number is 0x0020.
const KEM_SUITE: &[u8] = b"KEM\x00\x20";
/// Numbers of KEM, KDF and AEAD: 0x0020, 0x0001, 0x0003.
const SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x03";
const MODE_BASE: u8 = 0;

/// What both ends have once the key is agreed on.
pub struct Context {
    key: Secret,
    nonce: [u8; NONCE_LEN],
    exporter: Secret,
}

impl Context {
    /// Of who seals, with a secret that is used for nothing else. `None` if nothing can be sealed to this key.
    pub fn sender(ephemeral: &Secret, receiver: &[u8; 32], info: &[u8]) -> Option<Self> {
        let agreed = shared(ephemeral, receiver)?;
        Some(Self::new(&agreed, &public(ephemeral), receiver, info))
    }

    /// Of who opens; `encapsulated` is the sender's public key.
    pub fn receiver(secret: &Secret, encapsulated: &[u8; 32], info: &[u8]) -> Option<Self> {
        let agreed = shared(secret, encapsulated)?;
        Some(Self::new(&agreed, encapsulated, &public(secret), info))
    }

    fn new(agreed: &Secret, encapsulated: &[u8; 32], receiver: &[u8; 32], info: &[u8]) -> Self {
        let kem_context = [encapsulated.as_slice(), receiver].concat();
        let prk = extract(KEM_SUITE, &[], b"eae_prk", agreed.as_slice());
        let secret: Secret = expand(KEM_SUITE, &prk, b"shared_secret", &kem_context);
        let none = extract(SUITE, &[], b"psk_id_hash", &[]);
        let info = extract(SUITE, &[], b"info_hash", info);
        let context = [[MODE_BASE].as_slice(), none.as_slice(), info.as_slice()].concat();
        let secret = extract(SUITE, secret.as_slice(), b"secret", &[]);
        Self {
            key: expand(SUITE, &secret, b"key", &context),
            nonce: *expand(SUITE, &secret, b"base_nonce", &context),
            exporter: expand(SUITE, &secret, b"exp", &context),
        }
    }

    /// Seals the message.
    pub fn seal(&self, bound: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        seal(&self.key, &self.nonce, bound, plain)
    }

    /// Opens it.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        open(&self.key, &self.nonce, bound, sealed)
    }

    /// Another secret that only both ends have.
    pub fn export(&self, context: &[u8]) -> Secret {
        expand(SUITE, &self.exporter, b"sec", context)
    }
}

/// The RFC's LabeledExtract.
fn extract(suite: &[u8], salt: &[u8], label: &[u8], material: &[u8]) -> Secret {
    let labeled = Zeroizing::new([VERSION, suite, label, material].concat());
    Zeroizing::new(Hkdf::<Sha256>::extract(Some(salt), &labeled).0.into())
}

/// The RFC's LabeledExpand.
fn expand<const LEN: usize>(
    suite: &[u8],
    prk: &Secret,
    label: &[u8],
    info: &[u8],
) -> Zeroizing<[u8; LEN]> {
    let len = u16::try_from(LEN).unwrap_or(u16::MAX).to_be_bytes();
    expand_bare(prk, &[len.as_slice(), VERSION, suite, label, info].concat())
}

/// HKDF-Expand.
pub(super) fn expand_bare<const LEN: usize>(prk: &Secret, info: &[u8]) -> Zeroizing<[u8; LEN]> {
    let mut out = Zeroizing::new([0; LEN]);
    if let Ok(hkdf) = Hkdf::<Sha256>::from_prk(prk.as_slice()) {
        // It takes up to 255 hashes, and 32 bytes or less are asked for.
        let _ = hkdf.expand(info, out.as_mut_slice());
    }
    out
}

/// HKDF-Extract.
pub(super) fn extract_bare(salt: &[u8], material: &[u8]) -> Secret {
    Zeroizing::new(Hkdf::<Sha256>::extract(Some(salt), material).0.into())
}

/// Encrypts under a key and a nonce that nothing else is encrypted under; `bound` is not sent, and must be the same to open.
pub(super) fn seal(
    key: &Secret,
    nonce: &[u8; NONCE_LEN],
    bound: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let payload = Payload {
        msg: plain,
        aad: bound,
    };
    let sealed = cipher(key).encrypt(&Nonce::from(*nonce), payload);
    sealed.map_err(|_| SealError::TooLong)
}

pub(super) fn open(
    key: &Secret,
    nonce: &[u8; NONCE_LEN],
    bound: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, SealError> {
    let payload = Payload {
        msg: sealed,
        aad: bound,
    };
    let opened = cipher(key).decrypt(&Nonce::from(*nonce), payload);
    opened.map_err(|_| SealError::Broken)
}

fn cipher(key: &Secret) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(**key))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn secret(hex: &str) -> Secret {
        Zeroizing::new(hex::decode(hex).unwrap().try_into().unwrap())
    }

    /// RFC 9180, A.2.1.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        let ephemeral = secret("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        let receiver = secret("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let encapsulated = public(&ephemeral);
        assert_eq!(
            hex::encode(encapsulated),
            "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
        );
        let info = hex::decode("4f6465206f6e2061204772656369616e2055726e").unwrap();
        let sender = Context::sender(&ephemeral, &public(&receiver), &info).unwrap();
        assert_eq!(
            hex::encode(*sender.key),
            "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91"
        );
        assert_eq!(hex::encode(sender.nonce), "5c4d98150661b848853b547f");
        assert_eq!(
            hex::encode(*sender.exporter),
            "a3b010d4994890e2c6968a36f64470d3c824c8f5029942feb11e7a74b2921922"
        );
        let plain = hex::decode("4265617574792069732074727574682c20747275746820626561757479");
        let plain = plain.unwrap();
        let sealed = sender.seal(b"Count-0", &plain).unwrap();
        assert_eq!(
            hex::encode(&sealed),
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
        );
        assert_eq!(
            hex::encode(*sender.export(b"")),
            "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e"
        );
        let opener = Context::receiver(&receiver, &encapsulated, &info).unwrap();
        assert_eq!(opener.open(b"Count-0", &sealed).unwrap(), plain);
        assert_eq!(opener.open(b"Count-1", &sealed), Err(SealError::Broken));
    }

    #[test]
    fn nothing_is_sealed_to_a_key_without_a_secret() {
        let ephemeral = super::super::secret::fresh().unwrap();
        assert!(Context::sender(&ephemeral, &[0; 32], b"").is_none());
        assert!(Context::receiver(&ephemeral, &[0; 32], b"").is_none());
    }
}
