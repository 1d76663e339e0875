//! Certificates in the shape of NVIDIA's.

use super::{
    der::{bit_string, common_name, extension, integer, name, sequence, tlv, ECDSA_WITH_SHA384},
    Signer,
};
use crate::{chain::Role, key::PublicKey};
use alloc::{string::String, vec, vec::Vec};
use sha2::{Digest, Sha256};

/// Key: id-ecPublicKey on secp384r1.
const P384_KEY: [u8; 18] = [
    0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04,
    0x00, 0x22,
];
const KEY_USAGE: [u8; 3] = [0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS: [u8; 3] = [0x55, 0x1d, 0x13];
const FWID: [u8; 6] = [0x67, 0x81, 0x05, 0x05, 0x04, 0x01];
/// From 17 October 2020 to the end of 9999, as NVIDIA's.
pub(super) const VALIDITY: &[u8] = b"\x30\x20\x17\x0d201017000000Z\x18\x0f99991231235959Z";

/// What a certificate will say.
#[derive(Clone)]
pub struct CertificateSpec {
    /// Serial number, big-endian.
    pub serial: Vec<u8>,
    /// Common name of the issuer.
    pub issuer: String,
    /// Common name of the subject.
    pub subject: String,
    /// The subject's key.
    pub key: PublicKey,
    /// Whether it is an authority.
    pub authority: bool,
    /// DER of the key usage.
    pub key_usage: Vec<u8>,
    /// Digest of the firmware.
    pub fwid: Option<[u8; 48]>,
    /// Further extensions, DER.
    pub more_extensions: Vec<u8>,
}

impl CertificateSpec {
    /// As it should be for this place in the chain, apart from the firmware of a leaf.
    pub fn new(role: Role, issuer: Role, key: &PublicKey) -> Self {
        let mut serial: Vec<u8> = Sha256::digest(key.0).iter().copied().take(16).collect();
        if let Some(first) = serial.first_mut() {
            *first = *first & 0x7f | 0x40;
        }
        let key_usage = match role {
            Role::Leaf => vec![0x03, 0x02, 0x07, 0x80],
            Role::Device => vec![0x03, 0x02, 0x02, 0x04],
            _ => vec![0x03, 0x02, 0x01, 0x06],
        };
        Self {
            serial,
            issuer: common_name(issuer).into(),
            subject: common_name(role).into(),
            key: *key,
            authority: role != Role::Leaf,
            key_usage,
            fwid: None,
            more_extensions: Vec::new(),
        }
    }

    /// The certificate's DER, signed by its issuer.
    pub fn sign(&self, issuer: &Signer) -> Vec<u8> {
        let body = self.body();
        let signature = bit_string(&issuer.sign_der(&body));
        sequence(&[&body, &ECDSA_WITH_SHA384, &signature])
    }

    fn body(&self) -> Vec<u8> {
        sequence(&[
            &tlv(0xa0, &integer(&[2])),
            &integer(&self.serial),
            &ECDSA_WITH_SHA384,
            &name(&self.issuer),
            VALIDITY,
            &name(&self.subject),
            &sequence(&[&P384_KEY, &bit_string(&self.key.0)]),
            &tlv(0xa3, &tlv(0x30, &self.extensions())),
        ])
    }

    fn extensions(&self) -> Vec<u8> {
        let mut extensions = Vec::new();
        if self.authority {
            let authority = sequence(&[&super::der::BOOLEAN_TRUE]);
            extensions.extend(extension(&BASIC_CONSTRAINTS, true, &authority));
        }
        extensions.extend(extension(&KEY_USAGE, true, &self.key_usage));
        if let Some(fwid) = self.fwid {
            extensions.extend(extension(&FWID, false, &self.composite_device_id(&fwid)));
        }
        extensions.extend_from_slice(&self.more_extensions);
        extensions
    }

    /// Version, key, algorithm and digest of the firmware (TCG DICE).
    fn composite_device_id(&self, fwid: &[u8; 48]) -> Vec<u8> {
        const SHA384: [u8; 11] = [
            0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02,
        ];
        sequence(&[
            &integer(&[1]),
            &sequence(&[&P384_KEY, &bit_string(&self.key.0)]),
            &sequence(&[&SHA384, &tlv(0x04, fwid)]),
        ])
    }
}
