//! How much evidence stands behind a session key; see crate `ballast-attestation`, which works it out.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// How much evidence stands behind a session key. Each tier includes the one before.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Tier {
    /// A worker's stake, no evidence.
    #[codec(index = 0)]
    T0,
    /// Genuine GPUs answered a fresh challenge that names the key.
    #[codec(index = 1)]
    T1,
    /// And a confidential guest of a governed image, which made the key, saw those answers.
    #[codec(index = 2)]
    T2,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
