//! The key that requests are sealed to: made by the worker, signed by its session key, checked by clients.

use super::{
    secret::{fresh, public, Secret},
    SealError,
};
use crate::wire::{self, WireError};
use ballast_chain::{verify, Signer};
use ballast_core::sealing::SealingKeyBody;
use serde::{Deserialize, Serialize};

/// Where a worker shows its key.
pub const SEALING_KEY_PATH: &str = "/v1/sealing-key";

/// A worker's key with its secret. It is kept nowhere, so that what was sealed to it can be opened by nobody once the worker
/// has ended.
pub struct SealingPair {
    secret: Secret,
    public: SealingKey,
}

impl SealingPair {
    /// A fresh one for a session key.
    pub fn new(genesis_hash: [u8; 32], session_key: &Signer) -> Result<Self, SealError> {
        Ok(Self::of(fresh()?, genesis_hash, session_key))
    }

    pub(super) fn of(secret: Secret, genesis_hash: [u8; 32], session_key: &Signer) -> Self {
        let body = SealingKeyBody {
            genesis_hash,
            sealing_key: public(&secret),
        };
        let signature = session_key.sign(&body.signing_payload());
        let public = SealingKey::new(&body, session_key.account(), signature);
        Self { secret, public }
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// What clients are shown.
    pub fn public(&self) -> &SealingKey {
        &self.public
    }
}

/// A worker's key as it shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealingKey {
    /// Form of this object, and of what is signed.
    pub version: u32,
    /// The chain.
    pub genesis_hash: String,
    /// Public session key.
    pub session_key: String,
    /// X25519 key that requests are sealed to.
    pub sealing_key: String,
    /// sr25519 signature by the session key.
    pub signature: String,
}

impl SealingKey {
    /// Form of this object.
    pub const VERSION: u32 = 1;

    fn new(body: &SealingKeyBody, session_key: [u8; 32], signature: [u8; 64]) -> Self {
        Self {
            version: Self::VERSION,
            genesis_hash: wire::hex0x(&body.genesis_hash),
            session_key: wire::hex0x(&session_key),
            sealing_key: wire::hex0x(&body.sealing_key),
            signature: wire::hex0x(&signature),
        }
    }

    /// The session key and the key that it signed, if it did so for this chain.
    pub fn checked(&self, genesis_hash: [u8; 32]) -> Result<([u8; 32], [u8; 32]), WireError> {
        if self.version != Self::VERSION {
            return Err(WireError(format!(
                "the worker's sealing key has version {}, {} is known here; use a newer program",
                self.version,
                Self::VERSION
            )));
        }
        let body = SealingKeyBody {
            genesis_hash: wire::bytes(&self.genesis_hash)?,
            sealing_key: wire::bytes(&self.sealing_key)?,
        };
        if body.genesis_hash != genesis_hash {
            return Err(WireError(
                "the worker's sealing key is for another chain".into(),
            ));
        }
        let session_key = wire::bytes(&self.session_key)?;
        let signature = wire::bytes(&self.signature)?;
        match verify(&session_key, &body.signing_payload(), &signature) {
            true => Ok((session_key, body.sealing_key)),
            false => Err(WireError(
                "the worker's sealing key is not signed by its session key".into(),
            )),
        }
    }
}
