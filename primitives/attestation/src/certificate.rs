//! X.509 certificates of NVIDIA's device chain.
//!
//! Goals: version 3, P-384, ECDSA with SHA-384, extensions that fit the role; signatures are checked over the bytes that
//! came, never over bytes written again.
//! Non-goals: general path building, validity dates (see the crate's docs), name constraints, policies.

use crate::{
    chain::Role,
    error::EvidenceError,
    key::{PublicKey, Signature},
    limits::{MAX_CERTIFICATE_LEN, MAX_EXTENSIONS, MAX_NAME_LEN, MAX_SERIAL_LEN, MEASUREMENT_LEN},
};
use alloc::{string::String, vec::Vec};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use der::{
    asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef},
    Decode as _, Encode as _, Reader, SliceReader,
};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};
use x509_cert::{
    ext::{
        pkix::{BasicConstraints, KeyUsage},
        Extensions,
    },
    name::Name,
    spki::AlgorithmIdentifierRef,
    TbsCertificate, Version,
};

/// ecdsa-with-SHA384 (RFC 5758).
pub(crate) const ECDSA_WITH_SHA384: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
/// id-ecPublicKey (RFC 5480).
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// secp384r1 (RFC 5480).
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// The extension that names the firmware (TCG DICE, composite device id).
const FWID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.133.5.4.1");
/// id-sha384 (RFC 5754).
const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

/// Serial number of a certificate: big-endian, without leading zeros.
pub type Serial = BoundedVec<u8, ConstU32<MAX_SERIAL_LEN>>;

/// Distinguished name, DER.
pub type NameBytes = BoundedVec<u8, ConstU32<MAX_NAME_LEN>>;

/// What a key may sign.
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
pub struct Usage {
    /// Anything but certificates and lists.
    pub digital_signature: bool,
    /// Certificates.
    pub certificates: bool,
    /// Revocation lists.
    pub crls: bool,
}

/// A certificate whose form fits its role. Its signature is not verified yet.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    /// SHA-256 of its DER.
    pub id: [u8; 32],
    /// Its place in the chain.
    pub role: Role,
    /// Serial number.
    pub serial: Serial,
    /// Who issued it.
    pub issuer: NameBytes,
    /// Whose it is.
    pub subject: NameBytes,
    /// Common name of the subject.
    pub common_name: String,
    /// The subject's key.
    pub key: PublicKey,
    /// What the key may sign.
    pub usage: Usage,
    /// Digest of the firmware that holds the key, in the signer's certificate.
    pub fwid: Option<[u8; MEASUREMENT_LEN]>,
    signed: &'a [u8],
    signature: Signature,
}

impl<'a> Certificate<'a> {
    /// Parses a certificate and checks that it fits the role.
    pub fn parse(role: Role, der: &'a [u8]) -> Result<Self, EvidenceError> {
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err(EvidenceError::CertificateLength {
                role,
                actual: der.len(),
                most: MAX_CERTIFICATE_LEN,
            });
        }
        let envelope = Envelope::parse(der).map_err(|problem| form(role, problem))?;
        let body = TbsCertificate::from_der(envelope.signed)
            .map_err(|_| form(role, "its body does not parse"))?;
        if body.version() != Version::V3 {
            return Err(form(role, "its version is not 3"));
        }
        check_algorithms(role, &envelope, &body)?;
        let extensions = RoleExtensions::parse(role, body.extensions())?;
        let common_name = common_name(body.subject()).ok_or(form(role, "it has no common name"))?;
        if !role.is_named(&common_name) {
            return Err(EvidenceError::CertificateRole { role });
        }
        Ok(Self {
            id: Sha256::digest(der).into(),
            role,
            serial: serial(body.serial_number().as_bytes())
                .ok_or(form(role, "its serial number has no or too many bytes"))?,
            issuer: name(body.issuer()).ok_or(form(role, "its issuer's name is too long"))?,
            subject: name(body.subject()).ok_or(form(role, "its subject's name is too long"))?,
            common_name,
            key: public_key(role, &body)?,
            usage: extensions.usage,
            fwid: extensions.fwid,
            signed: envelope.signed,
            signature: Signature::from_der(envelope.signature)
                .ok_or(form(role, "its signature is not an ECDSA signature"))?,
        })
    }

    /// Checks that the holder of `key`, whose name is `subject`, issued this certificate. Costs one signature.
    pub fn verify_issued_by(
        &self,
        subject: &NameBytes,
        key: &PublicKey,
    ) -> Result<(), EvidenceError> {
        self.check_issuer(subject)?;
        if key.has_signed(self.signed, &self.signature) {
            return Ok(());
        }
        Err(EvidenceError::CertificateSignature { role: self.role })
    }

    /// Checks the name of the issuer alone.
    pub fn check_issuer(&self, subject: &NameBytes) -> Result<(), EvidenceError> {
        if self.issuer == *subject {
            return Ok(());
        }
        Err(EvidenceError::CertificateIssuer { role: self.role })
    }
}

fn form(role: Role, problem: &'static str) -> EvidenceError {
    EvidenceError::CertificateForm { role, problem }
}

/// What certificates and revocation lists share: a signed body, an algorithm and a signature.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The body's bytes as they came, with tag and length.
    pub signed: &'a [u8],
    /// Algorithm of the signature.
    pub algorithm: AlgorithmIdentifierRef<'a>,
    /// DER of the signature.
    pub signature: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Takes DER apart; says what is wrong with it.
    pub fn parse(der: &'a [u8]) -> Result<Self, &'static str> {
        Self::read(der).map_err(|_| "it is not a sequence of body, algorithm and signature")
    }

    fn read(der: &'a [u8]) -> der::Result<Self> {
        let mut reader = SliceReader::new(der)?;
        let envelope = reader.sequence(|inner| -> der::Result<Self> {
            let signed = inner.tlv_bytes()?;
            let algorithm = AlgorithmIdentifierRef::decode(inner)?;
            let signature = BitStringRef::decode(inner)?;
            let signature = signature
                .as_bytes()
                .ok_or(der::Error::from(der::ErrorKind::Failed))?;
            Ok(Self {
                signed,
                algorithm,
                signature,
            })
        })?;
        reader.finish()?;
        Ok(envelope)
    }

    /// Whether it is signed with ECDSA and SHA-384, which takes no parameters.
    pub fn is_ecdsa_sha384(&self) -> bool {
        self.algorithm.oid == ECDSA_WITH_SHA384 && self.algorithm.parameters.is_none()
    }
}

fn check_algorithms(
    role: Role,
    envelope: &Envelope,
    body: &TbsCertificate,
) -> Result<(), EvidenceError> {
    let inner = body.signature();
    let same = inner.oid == ECDSA_WITH_SHA384 && inner.parameters.is_none();
    if envelope.is_ecdsa_sha384() && same {
        return Ok(());
    }
    Err(EvidenceError::CertificateAlgorithm { role })
}

fn public_key(role: Role, body: &TbsCertificate) -> Result<PublicKey, EvidenceError> {
    p384_key(body).ok_or(EvidenceError::CertificateCurve { role })
}

/// The key of a certificate, if its curve is named, is P-384 and has the point on it.
pub fn p384_key(body: &TbsCertificate) -> Option<PublicKey> {
    let info = body.subject_public_key_info();
    let curve = info.algorithm.parameters.as_ref()?;
    let curve = curve.decode_as::<ObjectIdentifier>().ok()?;
    if info.algorithm.oid != EC_PUBLIC_KEY || curve != SECP384R1 {
        return None;
    }
    let point = info.subject_public_key.as_bytes()?.try_into().ok()?;
    Some(PublicKey(point)).filter(PublicKey::is_on_curve)
}

/// The bytes of a serial number, if they are few enough.
pub(crate) fn serial(bytes: &[u8]) -> Option<Serial> {
    let leading = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = bytes.get(leading..)?.to_vec();
    Serial::try_from(significant)
        .ok()
        .filter(|serial| !serial.is_empty())
}

/// A name's DER, if it is short enough.
pub(crate) fn name(name: &Name) -> Option<NameBytes> {
    name.to_der().ok()?.try_into().ok()
}

fn common_name(subject: &Name) -> Option<String> {
    let name = subject.common_name().ok()??;
    Some(String::from(name.value()))
}

/// The extensions a role is judged by. Unknown ones are allowed unless they are critical.
struct RoleExtensions {
    usage: Usage,
    fwid: Option<[u8; MEASUREMENT_LEN]>,
}

impl RoleExtensions {
    fn parse(role: Role, extensions: Option<&Extensions>) -> Result<Self, EvidenceError> {
        let extensions = extensions.map(Vec::as_slice).unwrap_or(&[]);
        check_extensions(extensions, &[BASIC_CONSTRAINTS, KEY_USAGE, FWID])
            .map_err(|problem| form(role, problem))?;
        let find = |oid| {
            let mut found = extensions.iter().filter(move |entry| entry.extn_id == oid);
            found.next().map(|entry| entry.extn_value.as_bytes())
        };
        let wrong = |problem| EvidenceError::CertificateUse { role, problem };
        let authority = match find(BASIC_CONSTRAINTS) {
            Some(der) => {
                BasicConstraints::from_der(der)
                    .map_err(|_| wrong("basicConstraints"))?
                    .ca
            }
            None => false,
        };
        let key_usage = find(KEY_USAGE).ok_or(wrong("keyUsage"))?;
        let key_usage = KeyUsage::from_der(key_usage).map_err(|_| wrong("keyUsage"))?;
        let usage = Usage {
            digital_signature: key_usage.digital_signature(),
            certificates: authority && key_usage.key_cert_sign(),
            crls: authority && key_usage.crl_sign(),
        };
        let fwid = find(FWID)
            .map(|der| fwid(der).ok_or(wrong("2.23.133.5.4.1")))
            .transpose()?;
        check_role(role, authority, usage, fwid.is_some()).map_err(wrong)?;
        Ok(Self { usage, fwid })
    }
}

fn check_role(
    role: Role,
    authority: bool,
    usage: Usage,
    has_fwid: bool,
) -> Result<(), &'static str> {
    match role {
        Role::Leaf if authority => Err("basicConstraints"),
        Role::Leaf if !usage.digital_signature => Err("keyUsage"),
        Role::Leaf if !has_fwid => Err("2.23.133.5.4.1"),
        Role::Leaf => Ok(()),
        _ if !authority => Err("basicConstraints"),
        _ if !usage.certificates => Err("keyUsage"),
        _ => Ok(()),
    }
}

/// No extension twice, not too many, and none that is critical and not understood.
pub(crate) fn check_extensions(
    extensions: &[x509_cert::ext::Extension],
    understood: &[ObjectIdentifier],
) -> Result<(), &'static str> {
    if extensions.len() > MAX_EXTENSIONS {
        return Err("it has too many extensions");
    }
    for (position, entry) in extensions.iter().enumerate() {
        let mut before = extensions.iter().take(position);
        if before.any(|other| other.extn_id == entry.extn_id) {
            return Err("an extension comes twice");
        }
        if entry.critical && !understood.contains(&entry.extn_id) {
            return Err("a critical extension is not understood");
        }
    }
    Ok(())
}

/// The firmware's digest: sequence of version, key and (algorithm, digest), of which the digest ends the extension.
fn fwid(der: &[u8]) -> Option<[u8; MEASUREMENT_LEN]> {
    let mut reader = SliceReader::new(der).ok()?;
    let digest = reader
        .sequence(|inner| -> der::Result<&[u8]> {
            <u8 as der::Decode>::decode(inner)?;
            AnyRef::decode(inner)?;
            inner.sequence(|fwid| -> der::Result<&[u8]> {
                if <ObjectIdentifier as der::Decode>::decode(fwid)? != SHA384 {
                    return Err(der::ErrorKind::Failed.into());
                }
                Ok(<&OctetStringRef>::decode(fwid)?.as_bytes())
            })
        })
        .ok()?;
    reader.finish().ok()?;
    digest.try_into().ok()
}
