//! ECDSA over P-384 with SHA-384: the only scheme NVIDIA's devices, certificates and lists use.

use crate::limits::SIGNATURE_LEN;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use p384::ecdsa::{signature::hazmat::PrehashVerifier, VerifyingKey};
use scale_info::TypeInfo;
use sha2::{Digest, Sha384};

/// Bytes of an uncompressed SEC1 point on P-384.
pub const PUBLIC_KEY_LEN: usize = 97;

/// Public key: an uncompressed SEC1 point. Whether it lies on the curve is checked when it is used.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct PublicKey(pub [u8; PUBLIC_KEY_LEN]);

impl PublicKey {
    /// Whether it is a point of the curve, and not the one at infinity.
    pub fn is_on_curve(&self) -> bool {
        VerifyingKey::from_sec1_bytes(&self.0).is_ok()
    }

    /// Whether `signature` is this key's over the SHA-384 of `message`. A key off the curve has signed nothing.
    pub fn has_signed(&self, message: &[u8], signature: &Signature) -> bool {
        let digest = Sha384::digest(message);
        VerifyingKey::from_sec1_bytes(&self.0)
            .is_ok_and(|key| key.verify_prehash(&digest, &signature.0).is_ok())
    }
}

/// A signature whose two numbers are in range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(p384::ecdsa::Signature);

impl Signature {
    /// From r and s, 48 bytes each, big-endian, as in a report. None if one is zero or not below the group's order.
    pub fn from_fixed(bytes: &[u8; SIGNATURE_LEN]) -> Option<Self> {
        p384::ecdsa::Signature::from_slice(bytes).ok().map(Self)
    }

    /// From DER, as in a certificate.
    pub fn from_der(bytes: &[u8]) -> Option<Self> {
        p384::ecdsa::Signature::from_der(bytes).ok().map(Self)
    }
}
