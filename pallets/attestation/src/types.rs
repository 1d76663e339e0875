//! What the pallet stores, and what its calls take.

use ballast_attestation::{
    limits::{
        CHAIN_LEN, MAX_CERTIFICATE_LEN, MAX_CHALLENGE_AGE, MAX_CRL_LEN, MAX_GPUS, MAX_REPORT_LEN,
    },
    tdx::{GuestMeasurements, MAX_COLLATERAL_LEN, MAX_QUOTE_LEN, MAX_QUOTE_ROOT_LEN},
    Attested, AuthorityId, DeviceId, GoldenId, GoldenSet, Serial,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Account of a worker.
pub type AccountId = sp_runtime::AccountId32;

/// Height of a block.
pub type BlockNumber = u32;

/// Public key that a worker signs inference with.
pub type SessionKey = [u8; 32];

/// SHA-256 of a guest's measurements.
pub type PolicyId = [u8; 32];

/// A certificate, DER.
pub type CertificateBytes = BoundedVec<u8, ConstU32<{ MAX_CERTIFICATE_LEN as u32 }>>;

/// The certificate of a root for quotes, DER.
pub type QuoteRoot = BoundedVec<u8, ConstU32<MAX_QUOTE_ROOT_LEN>>;

/// A revocation list, DER.
pub type CrlBytes = BoundedVec<u8, ConstU32<{ MAX_CRL_LEN as u32 }>>;

/// A measurement report.
pub type ReportBytes = BoundedVec<u8, ConstU32<{ MAX_REPORT_LEN as u32 }>>;

/// One GPU's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct GpuEvidence {
    /// The report: SPDM request, then response.
    pub report: ReportBytes,
    /// Its certificates, the signer of the report first, the root last.
    pub chain: BoundedVec<CertificateBytes, ConstU32<{ CHAIN_LEN as u32 }>>,
}

/// The evidence of all GPUs of a key.
pub type GpuEvidences = BoundedVec<GpuEvidence, ConstU32<MAX_GPUS>>;

/// A guest's quote with what Intel says of its platform.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct GuestEvidence {
    /// The TDX quote.
    pub quote: BoundedVec<u8, ConstU32<MAX_QUOTE_LEN>>,
    /// SCALE encoding of dcap-qvl's `QuoteCollateralV3`.
    pub collateral: BoundedVec<u8, ConstU32<MAX_COLLATERAL_LEN>>,
}

/// What is remembered of one GPU's evidence, to tell later whether it still stands.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Gpu {
    /// The GPU.
    pub device: DeviceId,
    /// Serial number of its certificate.
    pub serial: Serial,
    /// Who signed that.
    pub provisioner: AuthorityId,
    /// Its driver.
    pub driver: GoldenId,
    /// Its VBIOS.
    pub vbios: GoldenId,
}

impl From<Attested> for Gpu {
    fn from(attested: Attested) -> Self {
        Self {
            device: attested.device,
            serial: attested.device_serial,
            provisioner: attested.provisioner,
            driver: attested.driver,
            vbios: attested.vbios,
        }
    }
}

/// A session key of a worker.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct KeyRecord {
    /// Block whose challenge the evidence answers.
    pub challenge_block: BlockNumber,
    /// First block without the evidence.
    pub expires: BlockNumber,
    /// The GPUs, at least one.
    pub gpus: BoundedVec<Gpu, ConstU32<MAX_GPUS>>,
    /// Policy that the guest's quote fits.
    pub guest: Option<PolicyId>,
}

/// Who a GPU is bound to.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Binding {
    /// The worker.
    pub worker: AccountId,
    /// The session key its evidence speaks for.
    pub session_key: SessionKey,
    /// First block at which another worker may bind it: the evidence's end.
    pub until: BlockNumber,
    /// Whether the worker has released it.
    pub released: bool,
}

/// A golden set with its provenance.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Golden {
    /// What the component should measure.
    pub set: GoldenSet,
    /// SHA-256 of the manifest it was made from.
    pub rim_sha256: [u8; 32],
    /// No longer good.
    pub retired: bool,
}

/// A guest image that may hold session keys.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GuestPolicy {
    /// What the guest measures.
    pub measurements: GuestMeasurements,
    /// SHA-256 of the image, or of the description of how to build it.
    pub image_sha256: [u8; 32],
    /// No longer good.
    pub retired: bool,
}

/// Periods: stored, so that local networks are quick without a second runtime build.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
    /// Blocks for which evidence counts, from the block of its challenge.
    pub evidence_blocks: BlockNumber,
    /// Blocks for which a challenge may be answered.
    pub max_challenge_age: BlockNumber,
}

impl Default for Parameters {
    /// For production, with slots of 3 s: evidence for a day.
    fn default() -> Self {
        Self {
            evidence_blocks: 28_800,
            max_challenge_age: MAX_CHALLENGE_AGE,
        }
    }
}

impl Parameters {
    /// Says what no chain could run with.
    pub fn check(&self) -> Result<(), &'static str> {
        let rules = [
            (
                (1..=MAX_CHALLENGE_AGE).contains(&self.max_challenge_age),
                "maxChallengeAge must be from 1 to 50 blocks",
            ),
            (
                self.evidence_blocks > self.max_challenge_age,
                "evidenceBlocks must exceed maxChallengeAge, or evidence could be over when it comes",
            ),
        ];
        rules
            .iter()
            .find(|(holds, _)| !holds)
            .map_or(Ok(()), |(_, problem)| Err(problem))
    }
}
