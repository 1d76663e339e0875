//! What the chain tells of evidence: the answers of pallet-attestation's view functions, shared with clients.

use crate::{
    authority::AuthorityId,
    chain::Role,
    error::Hex,
    evidence::DeviceId,
    golden::{GoldenId, GoldenSet},
};
use alloc::vec::Vec;
pub use ballast_core::Tier;
use codec::{Decode, Encode};
use core::fmt;
use scale_info::TypeInfo;

/// Why a key does not have a higher tier.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Reason {
    /// Its account is no worker. Not even T0 is left.
    #[codec(index = 0)]
    NotWorker,
    /// Its evidence expired at this block.
    #[codec(index = 1)]
    Expired {
        /// First block without it.
        at: u32,
    },
    /// This device was released, or is bound to another key now.
    #[codec(index = 2)]
    DeviceGone {
        /// The device.
        device: DeviceId,
    },
    /// Governance has blocked this device.
    #[codec(index = 3)]
    DeviceBlocked {
        /// The device.
        device: DeviceId,
    },
    /// A golden set was retired.
    #[codec(index = 4)]
    GoldenRetired {
        /// The component it is for.
        id: GoldenId,
    },
    /// A certificate was revoked.
    #[codec(index = 5)]
    Revoked {
        /// Its place in the chain.
        role: Role,
    },
    /// There is no quote of a guest, so T2 is out of reach.
    #[codec(index = 6)]
    NoGuest,
    /// The policy for the guest was retired.
    #[codec(index = 7)]
    GuestPolicyRetired {
        /// The policy.
        policy: [u8; 32],
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NotWorker => f.write_str("its account is no worker"),
            Self::Expired { at } => {
                write!(f, "its evidence expired at block {at}; attest again")
            }
            Self::DeviceGone { device } => write!(
                f,
                "GPU {} was released or is bound to another key",
                Hex(*device)
            ),
            Self::DeviceBlocked { device } => {
                write!(f, "governance has blocked GPU {}", Hex(*device))
            }
            Self::GoldenRetired { id } => {
                write!(f, "the golden set for {id} is retired; update it")
            }
            Self::Revoked { role } => write!(f, "the {role} certificate is revoked"),
            Self::NoGuest => f.write_str("there is no quote of a guest"),
            Self::GuestPolicyRetired { policy } => {
                write!(f, "the guest policy {} is retired", Hex(*policy))
            }
        }
    }
}

/// A session key with what it is worth now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct KeyInfo {
    /// The key.
    pub session_key: [u8; 32],
    /// Its tier in this block; none if its account is no worker.
    pub tier: Option<Tier>,
    /// Why it is no higher; empty at T2.
    pub reasons: Vec<Reason>,
    /// Block whose challenge its evidence answers.
    pub challenge_block: u32,
    /// First block without the evidence.
    pub expires: u32,
    /// The GPUs.
    pub devices: Vec<DeviceId>,
    /// Policy that the guest's quote fits.
    pub guest_policy: Option<[u8; 32]>,
}

/// A GPU and who it is bound to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DeviceInfo {
    /// Account of the worker.
    pub worker: [u8; 32],
    /// The session key its evidence speaks for.
    pub session_key: [u8; 32],
    /// First block at which another worker may bind it.
    pub bound_until: u32,
    /// Whether the worker has released it.
    pub released: bool,
    /// Whether governance has blocked it.
    pub blocked: bool,
}

/// A golden set and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct GoldenInfo {
    /// What it is for.
    pub id: GoldenId,
    /// What it says.
    pub set: GoldenSet,
    /// SHA-256 of the manifest it was made from.
    pub rim_sha256: [u8; 32],
    /// Whether it is retired.
    pub retired: bool,
}

/// What a network trusts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Trust {
    /// SHA-256 of the DER of each trusted root.
    pub roots: Vec<[u8; 32]>,
    /// The admitted authorities.
    pub authorities: Vec<AuthorityId>,
}
