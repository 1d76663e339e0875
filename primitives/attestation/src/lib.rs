//! Evidence that a genuine GPU, in a known state, answered a fresh challenge: parsed and verified in `no_std`.
//!
//! Goals: the runtime, the worker and the command line decide alike from the same bytes; every check names what it
//! expected and what came; nothing here panics on any input; every length is bounded before work is done on it.
//! Non-goals: fetching evidence, XML, and the wall clock. Validity dates of NVIDIA's device certificates are not read:
//! they run to the year 9999, and what ends them is a revocation list.
//!
//! Read in this order: [`limits`], [`report`] (what the GPU signs), [`certificate`] and [`chain`] (who it is),
//! [`golden`] (what it should measure), [`nonce`] (why it is fresh), [`evidence`] (all checks, cheapest first), [`crl`].
//!
//! Source of the formats: DMTF DSP0274 (SPDM 1.1), NVIDIA's `nv-local-gpu-verifier` 2.0.0, RFC 5280.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;

pub mod authority;
pub mod certificate;
pub mod chain;
pub mod crl;
#[cfg(any(test, feature = "dev"))]
pub mod dev;
pub mod error;
pub mod evidence;
pub mod golden;
pub mod key;
pub mod limits;
pub mod nonce;
pub mod opaque;
mod reader;
pub mod report;
pub mod tdx;
#[cfg(test)]
mod tests;
pub mod view;

pub use authority::{authority_id, Authority, AuthorityId};
pub use certificate::{Certificate, Serial};
pub use chain::{Chain, Role};
pub use crl::{Crl, RevocationList};
pub use error::EvidenceError;
pub use evidence::{Attested, CheckedEvidence, DeviceId, Evidence, GoldenStatus, Reference};
pub use golden::{Component, GoldenEntry, GoldenId, GoldenSet};
pub use key::{PublicKey, Signature};
pub use nonce::{Challenge, Nonce};
pub use opaque::{Opaque, VbiosVersion};
pub use report::{Measurement, Report};

/// SHA-256 of the DER of NVIDIA's root for devices, "NVIDIA Device Identity CA".
pub const NVIDIA_ROOT: [u8; 32] = [
    0x10, 0x2b, 0xf6, 0x59, 0xd5, 0x41, 0x96, 0x14, 0xc9, 0xd8, 0xe6, 0xae, 0xce, 0xbc, 0x80, 0x45,
    0x4e, 0xb2, 0x6b, 0x1d, 0xf6, 0xa7, 0x69, 0xac, 0x72, 0x0b, 0x9a, 0x69, 0x0b, 0x16, 0x7b, 0x48,
];

/// SHA-256 of the DER of the test root, whose key the generator (feature `dev`) makes from public words: a network that trusts it
/// trusts everybody. A test holds it against the generator.
pub const TEST_ROOT: [u8; 32] = [
    0x4e, 0x62, 0x1e, 0x3f, 0x5b, 0xc8, 0xbd, 0x59, 0x56, 0x88, 0xb4, 0xb3, 0xf6, 0x05, 0x98, 0xb5,
    0xed, 0xb5, 0x67, 0x9f, 0x4d, 0x03, 0x09, 0x0e, 0xad, 0xbd, 0xd0, 0x5e, 0x01, 0x08, 0xcb, 0x59,
];

/// The root for quotes that the generator (feature `dev-quote`) makes from public words, DER of its certificate. A test
/// holds it against the generator.
pub const TEST_QUOTE_ROOT: &[u8] = include_bytes!("test_quote_root.der");
