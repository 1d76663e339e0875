//! What a session key signs about the key that requests are sealed to.
//!
//! Goals: a client that knows a worker's session key from the chain can tell that nobody but its holder reads what is
//! sealed to this key, and only on this chain. Non-goals: how a request is sealed (client/inference), which tier the session
//! key has (pallet-attestation).

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First bytes of what is signed. No other message of Ballast begins so.
pub const SEALING_DOMAIN: &[u8] = b"ballast/sealing/v1";

/// A key that requests are sealed to, signed by the session key of whoever can open them.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SealingKeyBody {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// The X25519 key.
    pub sealing_key: [u8; 32],
}

impl SealingKeyBody {
    /// The bytes that are signed: the domain, then the SCALE encoding, which has a fixed length.
    pub fn signing_payload(&self) -> Vec<u8> {
        let mut payload = SEALING_DOMAIN.to_vec();
        self.encode_to(&mut payload);
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_signed() {
        let base = SealingKeyBody {
            genesis_hash: [1; 32],
            sealing_key: [2; 32],
        };
        assert_eq!(base.signing_payload().len(), 18 + 32 + 32);
        let other_chain = SealingKeyBody {
            genesis_hash: [9; 32],
            ..base.clone()
        };
        let other_key = SealingKeyBody {
            sealing_key: [9; 32],
            ..base.clone()
        };
        for other in [other_chain, other_key] {
            assert_ne!(other.signing_payload(), base.signing_payload());
        }
    }
}
