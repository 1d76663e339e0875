//! All checks of one GPU's evidence, cheapest first.
//!
//! Goals: nothing is paid for signatures before everything that costs little has passed, and a caller with several GPUs
//! can check all of them cheaply before it verifies the first signature. The type tells which has happened.
//! Non-goals: whether the device belongs to another worker, and when evidence expires; whoever keeps state decides.

use crate::{
    authority::{authority_id, Authority, AuthorityId},
    certificate::{Certificate, Serial},
    chain::{five, Role},
    error::{EvidenceError, Hex},
    golden::{self, Component, GoldenId, GoldenSet},
    key::PublicKey,
    nonce::Nonce,
    report::Report,
};
use sha2::{Digest, Sha256};

/// Identity of a GPU: SHA-256 of the uncompressed public key in its device certificate.
pub type DeviceId = [u8; 32];

/// A golden set as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoldenStatus {
    /// In force.
    Active(GoldenSet),
    /// No longer good.
    Retired,
}

/// What evidence is judged by: the chain's state.
pub trait Reference {
    /// The golden set for a component, if there ever was one.
    fn golden(&self, id: &GoldenId) -> Option<GoldenStatus>;
    /// An authority whose certificate has led to a trusted root.
    fn authority(&self, id: &AuthorityId) -> Option<Authority>;
    /// Whether the list of `issuer` revokes the certificate with this serial number.
    fn is_revoked(&self, issuer: &AuthorityId, serial: &Serial) -> bool;
    /// Whether governance has blocked this device.
    fn is_blocked(&self, device: &DeviceId) -> bool;
}

/// One GPU's evidence as it comes.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The report.
    pub report: &'a [u8],
    /// Its certificates, DER, the leaf first.
    pub chain: &'a [&'a [u8]],
}

/// Evidence that has passed everything but signatures.
#[derive(Clone, Debug)]
pub struct CheckedEvidence<'a> {
    report: Report<'a>,
    leaf: Certificate<'a>,
    device: Certificate<'a>,
    provisioner: Authority,
    attested: Attested,
}

/// What verified evidence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The GPU.
    pub device: DeviceId,
    /// Serial number of the GPU's certificate.
    pub device_serial: Serial,
    /// Who signed the GPU's certificate.
    pub provisioner: AuthorityId,
    /// Its driver.
    pub driver: GoldenId,
    /// Its VBIOS.
    pub vbios: GoldenId,
    /// SHA-256 of the report.
    pub report_hash: [u8; 32],
}

impl<'a> Evidence<'a> {
    /// Checks everything but signatures: form, nonce, firmware, golden sets, revocation.
    pub fn check(
        &self,
        nonce: &Nonce,
        reference: &impl Reference,
    ) -> Result<CheckedEvidence<'a>, EvidenceError> {
        let certificates = five(self.chain)?;
        let report = Report::parse(self.report)?;
        check_nonce(&report, nonce)?;
        let [leaf, device, ..] = certificates;
        let leaf = Certificate::parse(Role::Leaf, leaf)?;
        let device = Certificate::parse(Role::Device, device)?;
        check_fwid(&report, &leaf)?;
        let driver = GoldenId::driver_of(&report.opaque);
        let vbios = GoldenId::vbios_of(&report.opaque);
        check_golden(&report, &driver, &vbios, reference)?;
        let (provisioner, id) = find_provisioner(&certificates, reference)?;
        let device_id = device_id(&device.key);
        check_revocation(&device, &device_id, &id, &provisioner, reference)?;
        leaf.check_issuer(&device.subject)?;
        device.check_issuer(&provisioner.subject)?;
        let attested = Attested {
            device: device_id,
            device_serial: device.serial.clone(),
            provisioner: id,
            driver,
            vbios,
            report_hash: Sha256::digest(self.report).into(),
        };
        Ok(CheckedEvidence {
            report,
            leaf,
            device,
            provisioner,
            attested,
        })
    }
}

impl CheckedEvidence<'_> {
    /// What it will say once its signatures are verified.
    pub fn claimed(&self) -> &Attested {
        &self.attested
    }

    /// Verifies device, leaf and report. Costs three signatures.
    pub fn verify(self) -> Result<Attested, EvidenceError> {
        let Authority { subject, key, .. } = &self.provisioner;
        self.device.verify_issued_by(subject, key)?;
        self.leaf
            .verify_issued_by(&self.device.subject, &self.device.key)?;
        if !self.report.is_signed_by(&self.leaf.key) {
            return Err(EvidenceError::ReportSignature);
        }
        Ok(self.attested)
    }
}

/// The identity of the GPU with this key.
pub fn device_id(key: &PublicKey) -> DeviceId {
    Sha256::digest(key.0).into()
}

/// The report must answer this challenge.
pub fn check_nonce(report: &Report, nonce: &Nonce) -> Result<(), EvidenceError> {
    if report.nonce == *nonce {
        return Ok(());
    }
    Err(EvidenceError::Nonce {
        expected: Hex(*nonce),
        actual: Hex(report.nonce),
    })
}

/// The firmware id of a report, where there is one, must be the one in the certificate of its signer.
pub fn check_fwid(report: &Report, leaf: &Certificate) -> Result<(), EvidenceError> {
    match (report.opaque.fwid, leaf.fwid) {
        (None, _) => Ok(()),
        (Some(report), Some(certificate)) if report == certificate => Ok(()),
        (Some(report), certificate) => Err(EvidenceError::Fwid {
            report: Hex(report),
            certificate: Hex(certificate.unwrap_or([0; 48])),
        }),
    }
}

fn check_golden(
    report: &Report,
    driver: &GoldenId,
    vbios: &GoldenId,
    reference: &impl Reference,
) -> Result<(), EvidenceError> {
    let driver = active_golden(driver, reference)?;
    let vbios = active_golden(vbios, reference)?;
    golden::check_disjoint(&driver, &vbios)?;
    driver.compare(Component::Driver, report)?;
    vbios.compare(Component::Vbios, report)?;
    Ok(())
}

fn active_golden(id: &GoldenId, reference: &impl Reference) -> Result<GoldenSet, EvidenceError> {
    match reference.golden(id) {
        Some(GoldenStatus::Active(set)) => Ok(set),
        Some(GoldenStatus::Retired) => Err(EvidenceError::GoldenRetired { id: id.clone() }),
        None => Err(EvidenceError::GoldenUnknown { id: id.clone() }),
    }
}

/// The authority that signs the device, known by its hash; the certificates above it must be those it was admitted with.
fn find_provisioner(
    certificates: &[&[u8]; 5],
    reference: &impl Reference,
) -> Result<(Authority, AuthorityId), EvidenceError> {
    let [_, _, provisioner, identity, root] = certificates;
    let id = authority_id(provisioner);
    let unknown = |role, actual| EvidenceError::UnknownAuthority {
        role,
        actual: Hex(actual),
    };
    let authority = reference
        .authority(&id)
        .filter(|authority| authority.role == Role::Provisioner)
        .ok_or(unknown(Role::Provisioner, id))?;
    let identity = authority_id(identity);
    let root = authority_id(root);
    let issuer = reference
        .authority(&authority.issuer)
        .filter(|_| authority.issuer == identity)
        .ok_or(unknown(Role::Identity, identity))?;
    if issuer.issuer != root {
        return Err(unknown(Role::Root, root));
    }
    Ok((authority, id))
}

/// Neither the device nor any authority above it may be revoked or blocked.
fn check_revocation(
    device: &Certificate,
    device_id: &DeviceId,
    provisioner_id: &AuthorityId,
    provisioner: &Authority,
    reference: &impl Reference,
) -> Result<(), EvidenceError> {
    if reference.is_blocked(device_id) {
        return Err(EvidenceError::DeviceBlocked {
            device: Hex(*device_id),
        });
    }
    if reference.is_revoked(provisioner_id, &device.serial) {
        return Err(EvidenceError::Revoked { role: Role::Device });
    }
    check_authority(provisioner, reference)
}

/// No list may revoke this authority or one above it.
pub fn check_authority(
    authority: &Authority,
    reference: &impl Reference,
) -> Result<(), EvidenceError> {
    let mut current = authority.clone();
    // Provisioner and identity; the root is on nobody's list.
    for _ in 0..2 {
        if current.role == Role::Root {
            break;
        }
        if reference.is_revoked(&current.issuer, &current.serial) {
            return Err(EvidenceError::Revoked { role: current.role });
        }
        match reference.authority(&current.issuer) {
            Some(issuer) => current = issuer,
            None => break,
        }
    }
    Ok(())
}
