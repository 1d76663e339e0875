//! The certificate chain of a GPU: exactly five certificates, the signer of the report first.
//!
//! | place | subject | what it is |
//! |---|---|---|
//! | leaf | `.. GSP FMC LF` | signs reports; made by the device at boot, names its firmware |
//! | device | `.. GSP BROM` | one per GPU: its key is the device's identity |
//! | provisioner | `.. Provisioner ICA ..` | signs devices |
//! | identity | `.. Identity` | signs provisioners |
//! | root | pinned by the SHA-256 of its DER | signs identities |

use crate::{certificate::Certificate, error::EvidenceError, error::Hex, limits::CHAIN_LEN};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// Place of a certificate in the chain.
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
pub enum Role {
    /// Signs reports.
    #[codec(index = 0)]
    Leaf,
    /// The GPU.
    #[codec(index = 1)]
    Device,
    /// Signs devices.
    #[codec(index = 2)]
    Provisioner,
    /// Signs provisioners.
    #[codec(index = 3)]
    Identity,
    /// Is pinned.
    #[codec(index = 4)]
    Root,
}

impl Role {
    /// The places in the chain's order.
    pub const ALL: [Role; CHAIN_LEN] = [
        Role::Leaf,
        Role::Device,
        Role::Provisioner,
        Role::Identity,
        Role::Root,
    ];

    /// Whether a certificate with this common name belongs in this place.
    pub(crate) fn is_named(self, common_name: &str) -> bool {
        match self {
            Role::Leaf => common_name.ends_with(" GSP FMC LF"),
            Role::Device => common_name.ends_with(" GSP BROM"),
            Role::Provisioner => common_name.contains(" Provisioner ICA"),
            Role::Identity => common_name.ends_with(" Identity"),
            Role::Root => common_name.ends_with(" Device Identity CA"),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Role::Leaf => "report signer's",
            Role::Device => "device",
            Role::Provisioner => "provisioner",
            Role::Identity => "identity",
            Role::Root => "root",
        })
    }
}

/// The authorities of a chain: everything but what belongs to one GPU.
#[derive(Clone, Debug)]
pub struct Authorities<'a> {
    /// Signs devices.
    pub provisioner: Certificate<'a>,
    /// Signs provisioners.
    pub identity: Certificate<'a>,
    /// Is pinned.
    pub root: Certificate<'a>,
}

impl<'a> Authorities<'a> {
    /// Parses them in the chain's order: provisioner, identity, root.
    pub fn parse([provisioner, identity, root]: [&'a [u8]; 3]) -> Result<Self, EvidenceError> {
        Ok(Self {
            provisioner: Certificate::parse(Role::Provisioner, provisioner)?,
            identity: Certificate::parse(Role::Identity, identity)?,
            root: Certificate::parse(Role::Root, root)?,
        })
    }

    /// Verifies them up to one of the trusted roots, given as SHA-256 of their DER. Costs two signatures.
    pub fn verify(&self, trusted_roots: &[[u8; 32]]) -> Result<(), EvidenceError> {
        if !trusted_roots.contains(&self.root.id) {
            return Err(EvidenceError::Root {
                actual: Hex(self.root.id),
            });
        }
        self.provisioner.check_issuer(&self.identity.subject)?;
        self.identity
            .verify_issued_by(&self.root.subject, &self.root.key)?;
        self.provisioner
            .verify_issued_by(&self.identity.subject, &self.identity.key)
    }
}

/// A whole chain. Its signatures are not verified yet.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
    /// Signs reports.
    pub leaf: Certificate<'a>,
    /// The GPU.
    pub device: Certificate<'a>,
    /// Everything above.
    pub authorities: Authorities<'a>,
}

impl<'a> Chain<'a> {
    /// Parses five certificates, DER, the leaf first.
    pub fn parse(certificates: &[&'a [u8]]) -> Result<Self, EvidenceError> {
        let [leaf, device, authorities @ ..] = five(certificates)?;
        Ok(Self {
            leaf: Certificate::parse(Role::Leaf, leaf)?,
            device: Certificate::parse(Role::Device, device)?,
            authorities: Authorities::parse(authorities)?,
        })
    }

    /// Verifies every link up to one of the trusted roots. Costs four signatures.
    pub fn verify(&self, trusted_roots: &[[u8; 32]]) -> Result<(), EvidenceError> {
        self.authorities.verify(trusted_roots)?;
        let provisioner = &self.authorities.provisioner;
        self.device
            .verify_issued_by(&provisioner.subject, &provisioner.key)?;
        self.leaf
            .verify_issued_by(&self.device.subject, &self.device.key)
    }
}

/// The certificates, if there are as many as a chain has.
pub(crate) fn five<'a>(certificates: &[&'a [u8]]) -> Result<[&'a [u8]; CHAIN_LEN], EvidenceError> {
    certificates
        .try_into()
        .map_err(|_| EvidenceError::ChainLength {
            actual: certificates.len(),
        })
}
