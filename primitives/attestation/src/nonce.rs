//! The nonce a GPU must sign: what makes evidence fresh and binds it to one chain, worker, key and block.
//!
//! Goals: a report made for another chain, worker, session key or block never passes, nor does one made in advance: the
//! hash of the named block is part of the nonce. A fixed nonce (some tools have one as their default) cannot be derived.
//! Non-goals: how old the block may be; whoever knows the chain's height decides.

use blake2::{digest::consts::U32, Blake2b, Digest};

/// First bytes of what is hashed into a nonce. No other message of Ballast begins so.
pub const NONCE_DOMAIN: &[u8] = b"ballast/gpu-attestation/v1";

/// What a GPU is asked to sign.
pub type Nonce = [u8; 32];

/// What a nonce is derived from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// Account of the worker.
    pub worker: [u8; 32],
    /// Public key whose holder the evidence speaks for.
    pub session_key: [u8; 32],
    /// A recent block.
    pub block_number: u32,
    /// Its hash.
    pub block_hash: [u8; 32],
}

impl Challenge {
    /// BLAKE2b-256 of the domain and the fields in order, the block number as 4 bytes little-endian.
    pub fn nonce(&self) -> Nonce {
        let mut hasher = Blake2b::<U32>::new();
        hasher.update(NONCE_DOMAIN);
        hasher.update(self.genesis_hash);
        hasher.update(self.worker);
        hasher.update(self.session_key);
        hasher.update(self.block_number.to_le_bytes());
        hasher.update(self.block_hash);
        hasher.finalize().into()
    }
}
