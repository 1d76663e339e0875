//! Certificate authorities that are verified once and kept, so that later evidence costs two signatures less.

use crate::{
    certificate::{Certificate, NameBytes, Serial, Usage},
    chain::{Authorities, Role},
    error::EvidenceError,
    key::PublicKey,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};

/// SHA-256 of the DER of an authority's certificate.
pub type AuthorityId = [u8; 32];

/// The id of the authority with this certificate, DER.
pub fn authority_id(certificate: &[u8]) -> AuthorityId {
    Sha256::digest(certificate).into()
}

/// An authority whose certificate leads to a trusted root.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Authority {
    /// Its place in the chain.
    pub role: Role,
    /// Its name.
    pub subject: NameBytes,
    /// Its key.
    pub key: PublicKey,
    /// What it may sign.
    pub usage: Usage,
    /// Serial number of its certificate.
    pub serial: Serial,
    /// Who issued it; the root issued itself.
    pub issuer: AuthorityId,
}

impl Authority {
    fn of(certificate: &Certificate, issuer: AuthorityId) -> Self {
        Self {
            role: certificate.role,
            subject: certificate.subject.clone(),
            key: certificate.key,
            usage: certificate.usage,
            serial: certificate.serial.clone(),
            issuer,
        }
    }
}

/// Verifies provisioner, identity and root (DER, in this order) up to a trusted root; gives what to keep, the root first.
pub fn admit(
    certificates: [&[u8]; 3],
    trusted_roots: &[[u8; 32]],
) -> Result<[(AuthorityId, Authority); 3], EvidenceError> {
    let authorities = Authorities::parse(certificates)?;
    authorities.verify(trusted_roots)?;
    let Authorities {
        provisioner,
        identity,
        root,
    } = &authorities;
    Ok([
        (root.id, Authority::of(root, root.id)),
        (identity.id, Authority::of(identity, root.id)),
        (provisioner.id, Authority::of(provisioner, identity.id)),
    ])
}
