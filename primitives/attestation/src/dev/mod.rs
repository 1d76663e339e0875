//! Evidence under a test root, in exactly NVIDIA's format: for tests, benchmarks and development networks.
//!
//! Goals: every check runs on it; only the pinned root differs. Deterministic: all keys come from words in this file.
//! Non-goals: secrecy. Anyone can make such evidence, so a production network must not trust [`TEST_ROOT`].

mod certificate;
mod crl;
mod der;
#[cfg(feature = "dev-quote")]
pub mod quote;
mod report;

pub use certificate::CertificateSpec;
pub use report::ReportSpec;

use crate::{
    chain::Role,
    evidence::{device_id, DeviceId},
    golden::{GoldenEntry, GoldenId, GoldenSet},
    key::PublicKey,
    limits::SIGNATURE_LEN,
    nonce::Nonce,
    report::Measurement,
};
use alloc::{format, vec::Vec};
use p384::ecdsa::{signature::hazmat::PrehashSigner, Signature, SigningKey};
use sha2::{Digest, Sha256, Sha384};

pub use crate::TEST_ROOT;

/// A key of the generator.
#[derive(Clone)]
pub struct Signer(SigningKey);

impl Signer {
    /// The key that belongs to these words.
    pub fn from_words(words: &str) -> Self {
        let mut seed = Sha384::digest(words.as_bytes());
        loop {
            // All but one in 2^190 digests are valid keys.
            match SigningKey::from_slice(&seed) {
                Ok(key) => return Self(key),
                Err(_) => seed = Sha384::digest(seed),
            }
        }
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        let mut key = [0; crate::key::PUBLIC_KEY_LEN];
        let point = self.0.verifying_key().to_sec1_point(false);
        key.iter_mut()
            .zip(point.as_bytes())
            .for_each(|(to, from)| *to = *from);
        PublicKey(key)
    }

    fn sign(&self, message: &[u8]) -> Option<Signature> {
        self.0.sign_prehash(&Sha384::digest(message)).ok()
    }

    /// r and s, as in a report. All zeros, which no check accepts, if the signer fails.
    pub fn sign_fixed(&self, message: &[u8]) -> [u8; SIGNATURE_LEN] {
        let signature = self.sign(message);
        signature.map_or([0; SIGNATURE_LEN], |signature| signature.to_bytes().into())
    }

    /// DER, as in a certificate. Empty, which no check accepts, if the signer fails.
    pub fn sign_der(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.sign(message);
        signature.map_or(Vec::new(), |signature| {
            signature.to_der().as_bytes().to_vec()
        })
    }
}

/// The authorities of a test network, and what they issue.
#[derive(Clone)]
pub struct TestNetwork {
    root_key: Signer,
    identity_key: Signer,
    provisioner_key: Signer,
    /// Certificate of the root, DER.
    pub root: Vec<u8>,
    /// Certificate of the identity, DER.
    pub identity: Vec<u8>,
    /// Certificate of the provisioner, DER.
    pub provisioner: Vec<u8>,
}

impl Default for TestNetwork {
    /// The network under [`TEST_ROOT`].
    fn default() -> Self {
        Self::named("development")
    }
}

impl TestNetwork {
    /// A network whose keys come from this name; only `development` has the trusted test root.
    pub fn named(name: &str) -> Self {
        let key = |role: &str| Signer::from_words(&format!("ballast {name} {role}"));
        let (root_key, identity_key, provisioner_key) =
            (key("root"), key("identity"), key("provisioner"));
        let root = CertificateSpec::new(Role::Root, Role::Root, &root_key.public());
        let identity = CertificateSpec::new(Role::Identity, Role::Root, &identity_key.public());
        let provisioner =
            CertificateSpec::new(Role::Provisioner, Role::Identity, &provisioner_key.public());
        Self {
            root: root.sign(&root_key),
            identity: identity.sign(&root_key),
            provisioner: provisioner.sign(&identity_key),
            root_key,
            identity_key,
            provisioner_key,
        }
    }

    /// SHA-256 of the root's DER.
    pub fn root_id(&self) -> [u8; 32] {
        Sha256::digest(&self.root).into()
    }

    /// Provisioner, identity and root, as a chain takes them to be admitted.
    pub fn authorities(&self) -> [&[u8]; 3] {
        [&self.provisioner, &self.identity, &self.root]
    }

    /// A GPU whose keys come from this number.
    pub fn gpu(&self, number: u32) -> TestGpu {
        let device_key = Signer::from_words(&format!("ballast test device {number}"));
        let leaf_key = Signer::from_words(&format!("ballast test report signer {number}"));
        let device = CertificateSpec::new(Role::Device, Role::Provisioner, &device_key.public());
        let mut leaf = CertificateSpec::new(Role::Leaf, Role::Device, &leaf_key.public());
        leaf.fwid = Some(FWID);
        let chain = [
            leaf.sign(&device_key),
            device.sign(&self.provisioner_key),
            self.provisioner.clone(),
            self.identity.clone(),
            self.root.clone(),
        ];
        TestGpu {
            device_key,
            leaf_key,
            chain,
        }
    }

    /// A revocation list by the issuer in this place: the root's or the identity's, and the provisioner's, which may sign
    /// none.
    pub fn crl(&self, issuer: Role, number: u64, this_update: u64, revoked: &[&[u8]]) -> Vec<u8> {
        let key = match issuer {
            Role::Root => &self.root_key,
            Role::Identity => &self.identity_key,
            _ => &self.provisioner_key,
        };
        crl::make(issuer, key, number, this_update, revoked)
    }
}

/// Digest of the test GPUs' firmware.
pub const FWID: [u8; 48] = [0x42; 48];

/// A GPU of a test network.
#[derive(Clone)]
pub struct TestGpu {
    /// Key of the device.
    pub device_key: Signer,
    /// Key that signs reports.
    pub leaf_key: Signer,
    /// Its chain, DER, the leaf first.
    pub chain: [Vec<u8>; 5],
}

impl TestGpu {
    /// Its identity.
    pub fn device_id(&self) -> DeviceId {
        device_id(&self.device_key.public())
    }

    /// Its chain as checks take it.
    pub fn chain(&self) -> [&[u8]; 5] {
        self.chain.each_ref().map(Vec::as_slice)
    }

    /// A report that answers the challenge and matches [`golden_sets`].
    pub fn report(&self, nonce: &Nonce) -> Vec<u8> {
        ReportSpec::default().sign(nonce, &self.leaf_key)
    }
}

/// What block `index + 1` of a test report holds.
pub fn measurement(index: u8) -> Measurement {
    Sha384::digest([b"ballast test measurement ".as_slice(), &[index]].concat()).into()
}

/// The golden sets that the default test report matches, in the shape of NVIDIA's: 21 indices of the driver, 12 of the
/// VBIOS, some with alternatives.
pub fn golden_sets() -> [(GoldenId, GoldenSet); 2] {
    let [driver, vbios] = ReportSpec::default().golden_ids();
    [(driver, golden_set(12..33)), (vbios, golden_set(0..12))]
}

/// A golden set for these indices; every fourth one has another value before the right one.
pub fn golden_set(indices: core::ops::Range<u8>) -> GoldenSet {
    let entries: Vec<GoldenEntry> = indices
        .map(|index| {
            let others = (index % 4 == 0).then_some([0; 48]);
            let values: Vec<Measurement> = others.into_iter().chain([measurement(index)]).collect();
            GoldenEntry {
                index,
                alternatives: values.try_into().unwrap_or_default(),
            }
        })
        .collect();
    GoldenSet {
        entries: entries.try_into().unwrap_or_default(),
    }
}
