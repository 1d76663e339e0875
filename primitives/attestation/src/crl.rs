//! Certificate revocation lists (RFC 5280, section 5), issued by the root and by identities.
//!
//! Goals: a list is accepted only if its issuer signed it and it is newer than the one before, by number and date.
//! Non-goals: delta and indirect lists (their critical extensions are refused), the next update's date.

use crate::{
    authority::Authority,
    certificate::{check_extensions, name, serial, Envelope, NameBytes, Serial, ECDSA_WITH_SHA384},
    error::EvidenceError,
    key::Signature,
    limits::{CRL_NUMBER_LEN, MAX_CRL_LEN, MAX_REVOKED},
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use der::{
    asn1::{ObjectIdentifier, UintRef},
    Decode as _,
};
use scale_info::TypeInfo;
use x509_cert::{crl::TbsCertList, Version};

const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");

/// What a verified list says.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct RevocationList {
    /// Number of the list, big-endian.
    pub number: [u8; CRL_NUMBER_LEN],
    /// When it was issued, in seconds since 1970.
    pub this_update: u64,
    /// Serial numbers of the revoked certificates, ascending.
    pub revoked: BoundedVec<Serial, ConstU32<MAX_REVOKED>>,
}

impl RevocationList {
    /// Whether the certificate with this serial number is revoked.
    pub fn revokes(&self, serial: &Serial) -> bool {
        self.revoked.binary_search(serial).is_ok()
    }

    /// Checks that this list may take the place of `known`.
    pub fn check_newer_than(&self, known: &RevocationList) -> Result<(), EvidenceError> {
        if self.number > known.number && self.this_update >= known.this_update {
            return Ok(());
        }
        Err(EvidenceError::CrlNotNewer)
    }
}

/// A list whose form is right. Its signature is not verified yet.
#[derive(Clone, Debug)]
pub struct Crl<'a> {
    /// Who issued it.
    pub issuer: NameBytes,
    /// What it says.
    pub list: RevocationList,
    signed: &'a [u8],
    signature: Signature,
}

impl<'a> Crl<'a> {
    /// Parses a list, DER.
    pub fn parse(der: &'a [u8]) -> Result<Self, EvidenceError> {
        if der.len() > MAX_CRL_LEN {
            return Err(EvidenceError::CrlLength {
                actual: der.len(),
                most: MAX_CRL_LEN,
            });
        }
        let envelope = Envelope::parse(der).map_err(form)?;
        let body =
            TbsCertList::from_der(envelope.signed).map_err(|_| form("its body does not parse"))?;
        check_header(&envelope, &body).map_err(form)?;
        Ok(Self {
            issuer: name(&body.issuer).ok_or(form("its issuer's name is too long"))?,
            list: RevocationList {
                number: number(&body).map_err(form)?,
                this_update: body.this_update.to_unix_duration().as_secs(),
                revoked: revoked(&body)?,
            },
            signed: envelope.signed,
            signature: Signature::from_der(envelope.signature)
                .ok_or(form("its signature is not an ECDSA signature"))?,
        })
    }

    /// Verifies that `authority` issued it; gives what it says. Costs one signature.
    pub fn verify(self, authority: &Authority) -> Result<RevocationList, EvidenceError> {
        let role = authority.role;
        if self.issuer != authority.subject {
            return Err(EvidenceError::CrlIssuer { role });
        }
        if !authority.usage.crls {
            return Err(EvidenceError::CrlUse { role });
        }
        if !authority.key.has_signed(self.signed, &self.signature) {
            return Err(EvidenceError::CrlSignature { role });
        }
        Ok(self.list)
    }
}

fn form(problem: &'static str) -> EvidenceError {
    EvidenceError::CrlForm { problem }
}

fn check_header(envelope: &Envelope, body: &TbsCertList) -> Result<(), &'static str> {
    let inner = &body.signature;
    let ecdsa = inner.oid == ECDSA_WITH_SHA384 && inner.parameters.is_none();
    if !envelope.is_ecdsa_sha384() || !ecdsa {
        return Err("it is not signed with ECDSA and SHA-384");
    }
    if body.version != Version::V2 {
        return Err("its version is not 2");
    }
    let extensions = body.crl_extensions.as_deref().unwrap_or(&[]);
    check_extensions(extensions, &[CRL_NUMBER, AUTHORITY_KEY_ID])
}

fn number(body: &TbsCertList) -> Result<[u8; CRL_NUMBER_LEN], &'static str> {
    const MISSING: &str = "it has no number of at most 20 bytes";
    let extensions = body.crl_extensions.as_deref().unwrap_or(&[]);
    let entry = extensions.iter().find(|entry| entry.extn_id == CRL_NUMBER);
    let der = entry.ok_or(MISSING)?.extn_value.as_bytes();
    let value = UintRef::from_der(der).map_err(|_| MISSING)?;
    let mut number = [0; CRL_NUMBER_LEN];
    let bytes = value.as_bytes();
    let start = CRL_NUMBER_LEN.checked_sub(bytes.len()).ok_or(MISSING)?;
    number
        .get_mut(start..)
        .ok_or(MISSING)?
        .copy_from_slice(bytes);
    Ok(number)
}

fn revoked(body: &TbsCertList) -> Result<BoundedVec<Serial, ConstU32<MAX_REVOKED>>, EvidenceError> {
    let entries = body.revoked_certificates.as_deref().unwrap_or(&[]);
    if entries.len() > MAX_REVOKED as usize {
        return Err(EvidenceError::CrlTooManyEntries { most: MAX_REVOKED });
    }
    let mut serials = Vec::with_capacity(entries.len());
    for entry in entries {
        let extensions = entry.crl_entry_extensions.as_deref().unwrap_or(&[]);
        check_extensions(extensions, &[]).map_err(form)?;
        let found = serial(entry.serial_number.as_bytes());
        serials.push(found.ok_or(form("a serial number has no or too many bytes"))?);
    }
    serials.sort_unstable();
    serials
        .try_into()
        .map_err(|_| EvidenceError::CrlTooManyEntries { most: MAX_REVOKED })
}
