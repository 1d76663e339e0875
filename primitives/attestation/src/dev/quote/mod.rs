//! Quotes of TDX guests under a test root, in exactly Intel's formats: quote, certificates, lists, TCB info, QE identity.
//!
//! Goals: every check of a quote runs; only the pinned root differs. Deterministic, like the GPUs beside it.
//! Non-goals: secrecy. Anyone can make such quotes, so a production network must not trust this root.
//!
//! Source: Intel SGX and TDX DCAP quote generation library API (quote version 4), PCK certificate and CRL profile,
//! Intel PCS API version 4.

mod certificate;
mod collateral;

use crate::tdx::{Collateral, GuestMeasurements};
use alloc::{format, string::String, vec, vec::Vec};
use certificate::{CertificateSpec, Usage};
use codec::Encode;
use dcap_qvl::{
    quote::{
        AuthData, AuthDataV4, CertificationData, Data, EnclaveReport, Header,
        QEReportCertificationData, Quote, Report, TDReport10,
    },
    INTEL_QE_VENDOR_ID,
};
use p256::ecdsa::{signature::hazmat::PrehashSigner, Signature, SigningKey};
use sha2::{Digest, Sha256};

/// Bytes of a quote that are signed: header and report.
const SIGNED_LEN: usize = 48 + 584;
const QUOTE_VERSION: u16 = 4;
/// Key type: ECDSA on P-256.
const ECDSA_P256: u16 = 2;
const TDX: u32 = 0x81;
/// Certification data: a PCK chain in PEM, and the QE's report with such data inside.
const PCK_CHAIN: u16 = 5;
const QE_REPORT: u16 = 6;
const QE_AUTH_DATA: [u8; 32] = [0x51; 32];
/// SGX attributes of a quoting enclave: initialised, 64 bits, provisioning key.
const QE_ATTRIBUTES: u8 = 0x15;
/// Security version of everything on the test platform.
const SVN: u8 = 1;

/// A P-256 key of the generator.
#[derive(Clone)]
struct Signer(SigningKey);

impl Signer {
    /// The key that belongs to these words.
    fn from_words(words: &str) -> Self {
        let mut seed = Sha256::digest(words.as_bytes());
        loop {
            // All but one in 2^32 digests are valid keys.
            match SigningKey::from_slice(&seed) {
                Ok(key) => return Self(key),
                Err(_) => seed = Sha256::digest(seed),
            }
        }
    }

    /// x and y of its public key.
    fn public(&self) -> [u8; 64] {
        let mut key = [0; 64];
        let point = self.0.verifying_key().to_sec1_point(false);
        let coordinates = point.as_bytes().iter().skip(1);
        key.iter_mut()
            .zip(coordinates)
            .for_each(|(to, from)| *to = *from);
        key
    }

    fn sign(&self, message: &[u8]) -> Option<Signature> {
        self.0.sign_prehash(&Sha256::digest(message)).ok()
    }

    /// r and s. All zeros, which no check accepts, if the signer fails.
    fn sign_fixed(&self, message: &[u8]) -> [u8; 64] {
        let signature = self.sign(message);
        signature.map_or([0; 64], |signature| signature.to_bytes().into())
    }

    /// DER. Empty, which no check accepts, if the signer fails.
    fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(message);
        signature.map_or(Vec::new(), |signature| {
            signature.to_der().as_bytes().to_vec()
        })
    }
}

/// A platform that makes quotes, and the authorities above it.
#[derive(Clone)]
pub struct TestPlatform {
    root_key: Signer,
    platform_ca_key: Signer,
    tcb_key: Signer,
    pck_key: Signer,
    attestation_key: Signer,
    /// Certificate of the root, DER: what a test network pins.
    pub root: Vec<u8>,
    platform_ca: Vec<u8>,
    tcb: Vec<u8>,
    pck: Vec<u8>,
}

impl Default for TestPlatform {
    fn default() -> Self {
        Self::named("development")
    }
}

impl TestPlatform {
    /// A platform whose keys come from this name; only that of `development` has the root that test networks trust.
    pub fn named(name: &str) -> Self {
        let key = |role: &str| Signer::from_words(&format!("ballast {name} quote {role}"));
        let (root_key, platform_ca_key, tcb_key) =
            (key("root"), key("platform"), key("TCB signer"));
        let (pck_key, attestation_key) = (key("PCK"), key("attestation"));
        Self {
            root: issue(ROOT, &root_key, Usage::Authority, ROOT, &root_key),
            platform_ca: issue(
                PLATFORM_CA,
                &platform_ca_key,
                Usage::Authority,
                ROOT,
                &root_key,
            ),
            tcb: issue(TCB_SIGNER, &tcb_key, Usage::Signer, ROOT, &root_key),
            pck: issue(
                PCK,
                &pck_key,
                Usage::Platform,
                PLATFORM_CA,
                &platform_ca_key,
            ),
            root_key,
            platform_ca_key,
            tcb_key,
            pck_key,
            attestation_key,
        }
    }

    /// What Intel would say of the platform: up to date, from 2020 to the end of 9999.
    pub fn collateral(&self) -> Collateral {
        collateral::make(self)
    }

    /// A quote of a guest with these measurements and this report data.
    pub fn quote(&self, guest: &GuestMeasurements, report_data: &[u8; 64]) -> Vec<u8> {
        let mut quote = Quote {
            header: header(),
            report: Report::TD10(td_report(guest, report_data)),
            auth_data: AuthData::V4(self.unsigned_auth_data()),
        };
        let unsigned = quote.encode();
        let (signed, _) = unsigned.split_at(SIGNED_LEN.min(unsigned.len()));
        if let AuthData::V4(auth_data) = &mut quote.auth_data {
            auth_data.ecdsa_signature = self.attestation_key.sign_fixed(signed);
        }
        quote.encode()
    }

    /// Everything of a quote behind its report but the signature over that.
    fn unsigned_auth_data(&self) -> AuthDataV4 {
        let qe_report = qe_report(&self.attestation_key.public()).encode();
        let chain = pem(&[&self.pck, &self.platform_ca, &self.root]);
        AuthDataV4 {
            ecdsa_signature: [0; 64],
            ecdsa_attestation_key: self.attestation_key.public(),
            certification_data: CertificationData {
                cert_type: QE_REPORT,
                body: Data::new(vec![]),
            },
            qe_report_data: QEReportCertificationData {
                qe_report_signature: self.pck_key.sign_fixed(&qe_report),
                qe_report: qe_report.try_into().unwrap_or([0; 384]),
                qe_auth_data: Data::new(QE_AUTH_DATA.to_vec()),
                certification_data: CertificationData {
                    cert_type: PCK_CHAIN,
                    body: Data::new(chain.into_bytes()),
                },
            },
        }
    }
}

fn issue(
    subject: &str,
    subject_key: &Signer,
    usage: Usage,
    issuer: &str,
    issuer_key: &Signer,
) -> Vec<u8> {
    CertificateSpec::new(subject, &subject_key.public(), usage, issuer).sign(issuer_key)
}

const ROOT: &str = "Ballast Test SGX Root CA";
const PLATFORM_CA: &str = "Ballast Test PCK Platform CA";
const TCB_SIGNER: &str = "Ballast Test TCB Signing";
const PCK: &str = "Ballast Test PCK Certificate";

/// What the test guest measures.
pub fn guest() -> GuestMeasurements {
    let measurement = |words: &str| sha2::Sha384::digest(words.as_bytes()).into();
    GuestMeasurements {
        mr_td: measurement("ballast test guest"),
        rt_mr: [
            measurement("ballast test guest firmware"),
            measurement("ballast test guest kernel"),
            measurement("ballast test guest programs"),
            [0; 48],
        ],
        // SEPT_VE_DISABLE, without which no guest is accepted.
        attributes: [0, 0, 0, 0x10, 0, 0, 0, 0],
        xfam: [0xe7, 0, 6, 0, 0, 0, 0, 0],
    }
}

/// SHA-256 of the image that the test guest would be.
pub fn guest_image_sha256() -> [u8; 32] {
    Sha256::digest(b"ballast test guest image").into()
}

fn header() -> Header {
    Header {
        version: QUOTE_VERSION,
        attestation_key_type: ECDSA_P256,
        tee_type: TDX,
        qe_svn: 0,
        pce_svn: 0,
        qe_vendor_id: INTEL_QE_VENDOR_ID,
        user_data: [0; 20],
    }
}

fn td_report(guest: &GuestMeasurements, report_data: &[u8; 64]) -> TDReport10 {
    let [rt_mr0, rt_mr1, rt_mr2, rt_mr3] = guest.rt_mr;
    TDReport10 {
        tee_tcb_svn: [SVN; 16],
        mr_seam: [0x5e; 48],
        mr_signer_seam: [0; 48],
        seam_attributes: [0; 8],
        td_attributes: guest.attributes,
        xfam: guest.xfam,
        mr_td: guest.mr_td,
        mr_config_id: [0; 48],
        mr_owner: [0; 48],
        mr_owner_config: [0; 48],
        rt_mr0,
        rt_mr1,
        rt_mr2,
        rt_mr3,
        report_data: *report_data,
    }
}

/// The quoting enclave's report, which vouches for the key that signs quotes.
fn qe_report(attestation_key: &[u8; 64]) -> EnclaveReport {
    let mut attributes = [0; 16];
    attributes[0] = QE_ATTRIBUTES;
    let bound: [u8; 32] = Sha256::new()
        .chain_update(attestation_key)
        .chain_update(QE_AUTH_DATA)
        .finalize()
        .into();
    let mut report_data = [0; 64];
    report_data
        .iter_mut()
        .zip(bound)
        .for_each(|(to, from)| *to = from);
    EnclaveReport {
        cpu_svn: [SVN; 16],
        misc_select: 0,
        reserved1: [0; 28],
        attributes,
        mr_enclave: [0x7e; 32],
        reserved2: [0; 32],
        mr_signer: collateral::QE_SIGNER,
        reserved3: [0; 96],
        isv_prod_id: collateral::QE_PRODUCT,
        isv_svn: SVN.into(),
        reserved4: [0; 60],
        report_data,
    }
}

/// Certificates in PEM, one after the other.
fn pem(certificates: &[&[u8]]) -> String {
    let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
    let blocks: Vec<pem::Pem> = certificates
        .iter()
        .map(|der| pem::Pem::new("CERTIFICATE", *der))
        .collect();
    pem::encode_many_config(&blocks, config)
}
