//! Certificates and revocation lists in the shape of Intel's.

use super::{Signer, SVN};
use crate::dev::{
    certificate::VALIDITY,
    der::{bit_string, extension, integer, name, sequence, tlv, utc_time, BOOLEAN_TRUE},
};
use alloc::{vec, vec::Vec};
use sha2::{Digest, Sha256};

/// Algorithm: ecdsa-with-SHA256.
const ECDSA_WITH_SHA256: [u8; 12] = [
    0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
];
/// Key: id-ecPublicKey on prime256v1.
const P256_KEY: [u8; 21] = [
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x03, 0x01, 0x07,
];
const KEY_USAGE: [u8; 3] = [0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS: [u8; 3] = [0x55, 0x1d, 0x13];
const CRL_NUMBER: [u8; 3] = [0x55, 0x1d, 0x14];
/// Intel's extension, 1.2.840.113741.1.13.1; what is in it has further arcs.
const SGX: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01];
/// End of 9999.
const NEVER: &[u8] = b"\x18\x0f99991231235959Z";
/// When lists were made: 1 October 2020, in seconds since 1970.
const ISSUED_AT: u64 = 1_601_510_400;

/// Family, model, stepping, platform type, custom SKU of the test platform.
pub(super) const FMSPC: [u8; 6] = [0xba, 0x11, 0xa5, 0x70, 0, 0];

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// Sign certificates and lists.
    Authority,
    /// Sign TCB info and QE identity.
    Signer,
    /// Sign reports of a platform's quoting enclave.
    Platform,
}

/// What a certificate will say.
pub(super) struct CertificateSpec<'a> {
    subject: &'a str,
    key: &'a [u8; 64],
    usage: Usage,
    issuer: &'a str,
}

impl<'a> CertificateSpec<'a> {
    pub(super) fn new(subject: &'a str, key: &'a [u8; 64], usage: Usage, issuer: &'a str) -> Self {
        Self {
            subject,
            key,
            usage,
            issuer,
        }
    }

    /// The certificate's DER, signed by its issuer.
    pub(super) fn sign(&self, issuer: &Signer) -> Vec<u8> {
        signed(&self.body(), issuer)
    }

    fn body(&self) -> Vec<u8> {
        let point = [&[0x04], self.key.as_slice()].concat();
        sequence(&[
            &tlv(0xa0, &integer(&[2])),
            &integer(&self.serial()),
            &ECDSA_WITH_SHA256,
            &name(self.issuer),
            VALIDITY,
            &name(self.subject),
            &sequence(&[&P256_KEY, &bit_string(&point)]),
            &tlv(0xa3, &tlv(0x30, &self.extensions())),
        ])
    }

    fn serial(&self) -> Vec<u8> {
        Sha256::digest(self.key).iter().copied().take(16).collect()
    }

    fn extensions(&self) -> Vec<u8> {
        let authority = self.usage == Usage::Authority;
        let flag: &[u8] = if authority { &BOOLEAN_TRUE } else { &[] };
        let key_usage: [u8; 4] = match self.usage {
            Usage::Authority => [0x03, 0x02, 0x01, 0x06],
            Usage::Signer | Usage::Platform => [0x03, 0x02, 0x06, 0xc0],
        };
        let mut extensions = extension(&KEY_USAGE, true, &key_usage);
        extensions.extend(extension(&BASIC_CONSTRAINTS, true, &sequence(&[flag])));
        if self.usage == Usage::Platform {
            extensions.extend(extension(&SGX, false, &platform()));
        }
        extensions
    }
}

/// What a PCK certificate says of its platform.
fn platform() -> Vec<u8> {
    let octets = |bytes: &[u8]| tlv(0x04, bytes);
    let mut tcb: Vec<Vec<u8>> = (1..=16).map(|i| field(&[2, i], &integer(&[SVN]))).collect();
    tcb.push(field(&[2, 17], &integer(&[SVN])));
    tcb.push(field(&[2, 18], &octets(&[SVN; 16])));
    let no = vec![0x01, 0x01, 0x00];
    let flags: Vec<Vec<u8>> = (1..=3).map(|i| field(&[7, i], &no)).collect();
    let parts = [
        field(&[1], &octets(&[0x11; 16])),
        field(&[2], &tlv(0x30, &tcb.concat())),
        field(&[3], &octets(&[0, 0])),
        field(&[4], &octets(&FMSPC)),
        field(&[5], &tlv(0x0a, &[1])),
        field(&[6], &octets(&[0x12; 16])),
        field(&[7], &tlv(0x30, &flags.concat())),
    ];
    tlv(0x30, &parts.concat())
}

fn field(arcs: &[u8], value: &[u8]) -> Vec<u8> {
    sequence(&[&tlv(0x06, &[&SGX, arcs].concat()), value])
}

/// An empty revocation list that is good for ever.
pub(super) fn revocation_list(issuer: &str, key: &Signer) -> Vec<u8> {
    let number = extension(&CRL_NUMBER, false, &integer(&[1]));
    let body = sequence(&[
        &integer(&[1]),
        &ECDSA_WITH_SHA256,
        &name(issuer),
        &utc_time(ISSUED_AT),
        NEVER,
        &tlv(0xa0, &tlv(0x30, &number)),
    ]);
    signed(&body, key)
}

fn signed(body: &[u8], key: &Signer) -> Vec<u8> {
    let signature = bit_string(&key.sign_der(body));
    sequence(&[body, &ECDSA_WITH_SHA256, &signature])
}
