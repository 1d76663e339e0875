//! Why evidence is refused.

use crate::{
    chain::Role,
    golden::{Component, GoldenId},
    limits::CHAIN_LEN,
    report::Measurement,
};
use core::fmt;

/// Bytes shown in hex.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hex<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why evidence, a certificate or a revocation list is refused: what, expected, actual, and what to do where that is
/// not plain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum EvidenceError {
    // The report.
    #[error("the report has {actual} bytes, expected {least} to {most}; give the SPDM request and response as NVML returns them")]
    ReportLength {
        actual: usize,
        least: usize,
        most: usize,
    },
    #[error("{field} of the report is {actual:#x}, expected {expected:#x}; only SPDM 1.1 reports of Hopper GPUs are known")]
    Spdm {
        field: &'static str,
        expected: u32,
        actual: u32,
    },
    #[error("the report says {stated} bytes of opaque data, at most {most} are allowed and {actual} are there")]
    OpaqueLength {
        stated: usize,
        actual: usize,
        most: usize,
    },
    #[error("the opaque data ends inside the field at byte {offset}")]
    FieldTruncated { offset: usize },
    #[error("the opaque data has more than {most} fields")]
    TooManyFields { most: usize },
    #[error("field {kind} comes twice in the opaque data")]
    FieldTwice { kind: u16 },
    #[error("field {kind} is missing in the opaque data")]
    FieldMissing { kind: u16 },
    #[error("field {kind} of the opaque data has {len} bytes that are no value of its type")]
    FieldValue { kind: u16, len: usize },
    #[error("the report's nonce is {actual}, the challenge is {expected}; ask the GPU again with that nonce")]
    Nonce { expected: Hex<32>, actual: Hex<32> },
    #[error("the report's signature has a number outside the group's order")]
    ReportSignatureRange,
    #[error(
        "the report is not signed by the key of the {} certificate",
        Role::Leaf
    )]
    ReportSignature,
    #[error(
        "the firmware id of the report is {report}, the {} certificate says {certificate}",
        Role::Leaf
    )]
    Fwid {
        report: Hex<48>,
        certificate: Hex<48>,
    },

    // The certificates.
    #[error(
        "the chain has {actual} certificates, expected {CHAIN_LEN}, the signer of the report first"
    )]
    ChainLength { actual: usize },
    #[error("the {role} certificate has {actual} bytes, at most {most} are allowed")]
    CertificateLength {
        role: Role,
        actual: usize,
        most: usize,
    },
    #[error("the {role} certificate is not a DER certificate of X.509 version 3: {problem}")]
    CertificateForm { role: Role, problem: &'static str },
    #[error("the key of the {role} certificate is not on P-384")]
    CertificateCurve { role: Role },
    #[error("the {role} certificate is not signed with ECDSA and SHA-384")]
    CertificateAlgorithm { role: Role },
    #[error("extension {problem} of the {role} certificate is not what its role needs")]
    CertificateUse { role: Role, problem: &'static str },
    #[error("the subject of the certificate in the place of the {role} is another's; the order is signer, device, provisioner, identity, root")]
    CertificateRole { role: Role },
    #[error("the issuer named by the {role} certificate is not the subject of the next")]
    CertificateIssuer { role: Role },
    #[error("the {role} certificate is not signed by the key of the next")]
    CertificateSignature { role: Role },
    #[error("the chain ends in the root {actual}, which this network does not trust")]
    Root { actual: Hex<32> },
    #[error("the {role} certificate {actual} is not known to the chain; submit the intermediate certificates first")]
    UnknownAuthority { role: Role, actual: Hex<32> },
    #[error("the {role} certificate is revoked by its issuer's list")]
    Revoked { role: Role },
    #[error("the device {device} is blocked by governance")]
    DeviceBlocked { device: Hex<32> },

    // The golden sets.
    #[error("there is no golden set for {id}; propose one from NVIDIA's file with `ballast attest golden`")]
    GoldenUnknown { id: GoldenId },
    #[error("the golden set for {id} is retired; update that component")]
    GoldenRetired { id: GoldenId },
    #[error("driver and VBIOS both state a golden measurement {index}; one of the sets is for another component")]
    GoldenOverlap { index: u8 },
    #[error("measurement {index} is {actual}, which the {component} golden set does not list")]
    GoldenMismatch {
        component: Component,
        index: u8,
        actual: Hex<48>,
    },

    // Revocation lists.
    #[error("the list has {actual} bytes, at most {most} are allowed")]
    CrlLength { actual: usize, most: usize },
    #[error("the list is not a complete X.509 version 2 revocation list in DER: {problem}")]
    CrlForm { problem: &'static str },
    #[error("the list names more than {most} certificates")]
    CrlTooManyEntries { most: u32 },
    #[error("the list is issued by another than the {role}")]
    CrlIssuer { role: Role },
    #[error("the {role} may not sign revocation lists")]
    CrlUse { role: Role },
    #[error("the list is not signed by the {role}")]
    CrlSignature { role: Role },
    #[error("the list is not newer than the one that is known")]
    CrlNotNewer,
}

impl EvidenceError {
    pub(crate) fn golden_mismatch(component: Component, index: u8, actual: &Measurement) -> Self {
        Self::GoldenMismatch {
            component,
            index,
            actual: Hex(*actual),
        }
    }
}
