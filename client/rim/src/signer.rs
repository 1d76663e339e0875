//! Who signed a manifest: a chain of P-384 certificates up to the pinned root.

use crate::RimError;
use ballast_attestation::{
    certificate::{p384_key, Envelope},
    PublicKey, Signature,
};
use der::Decode;
use sha2::{Digest, Sha256};
use x509_cert::{
    ext::pkix::{BasicConstraints, KeyUsage},
    TbsCertificate,
};

/// SHA-256 of the DER of "NVIDIA CoRIM signing Root CA".
pub const NVIDIA_RIM_ROOT: [u8; 32] = [
    0x12, 0x97, 0x7b, 0x51, 0x15, 0xac, 0xb0, 0x38, 0x11, 0x79, 0x27, 0x9f, 0xff, 0xeb, 0x5a, 0x8c,
    0x4d, 0x26, 0x49, 0x71, 0xeb, 0xb3, 0x22, 0x98, 0x02, 0x3a, 0x46, 0x5f, 0xa4, 0x1d, 0xf5, 0xd1,
];

/// Certificates of a signer's chain, at most; NVIDIA's have 4.
const MAX_CHAIN_LEN: usize = 8;
/// Bytes of a certificate, at most.
const MAX_CERTIFICATE_LEN: usize = 4_096;

/// A certificate of the signer's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Its subject.
    pub subject: String,
    /// First moment of its validity, RFC 3339.
    pub valid_from: String,
    /// Last moment of its validity, RFC 3339. Told, not judged.
    pub valid_until: String,
    /// The same in seconds since 1970.
    pub expires: u64,
}

struct Certificate<'a> {
    envelope: Envelope<'a>,
    body: TbsCertificate,
    key: PublicKey,
}

/// Verifies the chain, the signer first; gives it and the signer's key.
pub(crate) fn verify(
    chain: &[Vec<u8>],
    root: &[u8; 32],
) -> Result<(Vec<Signer>, PublicKey), RimError> {
    let problem = |place, problem| RimError::Certificate { place, problem };
    if chain.len() > MAX_CHAIN_LEN {
        return Err(problem(MAX_CHAIN_LEN, "is one too many"));
    }
    let last = chain.last().ok_or(problem(0, "is missing"))?;
    let actual: [u8; 32] = Sha256::digest(last).into();
    if actual != *root {
        return Err(RimError::Root {
            actual: hex::encode(actual),
            expected: hex::encode(root),
        });
    }
    let parsed: Vec<Certificate> = chain
        .iter()
        .enumerate()
        .map(|(place, der)| Certificate::parse(der).map_err(|what| problem(place, what)))
        .collect::<Result<_, _>>()?;
    for (place, (lower, upper)) in parsed.iter().zip(parsed.iter().skip(1)).enumerate() {
        lower
            .check_issued_by(upper)
            .map_err(|what| problem(place, what))?;
    }
    let first = parsed.first().ok_or(problem(0, "is missing"))?;
    first.check_signs().map_err(|what| problem(0, what))?;
    let signers = parsed.iter().map(Certificate::signer).collect();
    Ok((signers, first.key))
}

impl<'a> Certificate<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, &'static str> {
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err("is too long");
        }
        let envelope = Envelope::parse(der)?;
        let body = TbsCertificate::from_der(envelope.signed).map_err(|_| "does not parse")?;
        if !envelope.is_ecdsa_sha384() {
            return Err("is not signed with ECDSA and SHA-384");
        }
        let key = p384_key(&body).ok_or("has no key on P-384")?;
        Ok(Self {
            envelope,
            body,
            key,
        })
    }

    fn check_issued_by(&self, upper: &Self) -> Result<(), &'static str> {
        if self.body.issuer() != upper.body.subject() {
            return Err("is issued by another than the next");
        }
        let constraints = upper.body.get_extension::<BasicConstraints>();
        if !constraints.is_ok_and(|found| found.is_some_and(|(_, constraints)| constraints.ca)) {
            return Err("is issued by one that is no authority");
        }
        let signature = Signature::from_der(self.envelope.signature).ok_or("is not signed")?;
        if !upper.key.has_signed(self.envelope.signed, &signature) {
            return Err("is not signed by the next");
        }
        Ok(())
    }

    fn check_signs(&self) -> Result<(), &'static str> {
        match self.body.get_extension::<KeyUsage>() {
            Ok(Some((_, usage))) if !usage.digital_signature() => Err("may not sign documents"),
            Ok(_) => Ok(()),
            Err(_) => Err("has a key usage that does not parse"),
        }
    }

    fn signer(&self) -> Signer {
        let validity = self.body.validity();
        Signer {
            subject: self.body.subject().to_string(),
            valid_from: validity.not_before.to_date_time().to_string(),
            valid_until: validity.not_after.to_date_time().to_string(),
            expires: validity.not_after.to_unix_duration().as_secs(),
        }
    }
}
