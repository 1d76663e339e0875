//! Intel TDX quotes: a confidential guest that saw the GPUs' answers and holds the session key.
//!
//! Goals: a quote counts only if Intel's chain holds, its platform is up to date at the block's time, it is not a debug
//! guest, its image is one that governance named, and it binds key, worker, chain, challenge and GPU reports.
//! Non-goals: the arithmetic of quotes, which is crate `dcap-qvl`'s (feature `tdx`), and fetching collateral.
//! Test networks trust quotes under a root of their own beside Intel's, made by `dev::quote`: the same checks, another root.
//!
//! A genuine quote of an unknown image proves nothing about who holds the key: hence the policy.

use crate::nonce::Nonce;
use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};

/// Most bytes of a quote; 5 KiB are usual.
pub const MAX_QUOTE_LEN: u32 = 8 * 1_024;
/// Most bytes of a quote's collateral: TCB info, identities, chains and lists; 16 to 24 KiB are usual.
pub const MAX_COLLATERAL_LEN: u32 = 40 * 1_024;

/// Most bytes of the certificate of a root for quotes, DER; Intel's has 659.
pub const MAX_QUOTE_ROOT_LEN: u32 = 1_024;

/// What a guest measures: the whole of what its policy fixes.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct GuestMeasurements {
    /// MRTD: the guest's initial memory.
    pub mr_td: [u8; 48],
    /// RTMR0 to RTMR3: firmware, kernel, what runs.
    pub rt_mr: [[u8; 48]; 4],
    /// Attributes of the guest.
    pub attributes: [u8; 8],
    /// Processor features of the guest.
    pub xfam: [u8; 8],
}

impl GuestMeasurements {
    /// The policy that allows exactly these: SHA-256 of their encoding.
    pub fn policy_id(&self) -> [u8; 32] {
        Sha256::digest(self.encode()).into()
    }

    /// Whether it is a debug guest, whose memory its host can read (attribute bit 0, TDX module base specification).
    pub fn is_debug(&self) -> bool {
        let [first, ..] = self.attributes;
        first & 1 != 0
    }
}

/// A guest whose quote is verified; its measurements and report data are not judged yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VerifiedGuest {
    /// What it measures.
    pub measurements: GuestMeasurements,
    /// What it put into its quote.
    pub report_data: [u8; 64],
    /// Evaluation number of the collateral, the lower one of platform and quoting enclave.
    pub evaluation_number: u32,
}

/// Why a quote is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum QuoteError {
    #[error("the collateral is not SCALE-encoded, or has bytes to spare")]
    Collateral,
    #[error("the quote does not verify as one of a TDX guest on a platform that is up to date at this time: {why}")]
    Quote { why: String },
    #[error("the guest is a debug guest")]
    Debug,
}

/// What a guest must put into its quote.
///
/// The first half is SHA-256 of session key, worker and genesis hash; the second is SHA-256 of the challenge's nonce and
/// the SHA-256 of each GPU's report, in the order of the evidence.
pub fn report_data(
    session_key: &[u8; 32],
    worker: &[u8; 32],
    genesis_hash: &[u8; 32],
    nonce: &Nonce,
    report_hashes: impl IntoIterator<Item = [u8; 32]>,
) -> [u8; 64] {
    let holder = Sha256::new()
        .chain_update(session_key)
        .chain_update(worker)
        .chain_update(genesis_hash)
        .finalize();
    let mut answers = Sha256::new_with_prefix(nonce);
    report_hashes
        .into_iter()
        .for_each(|hash| answers.update(hash));
    let mut data = [0; 64];
    let halves = holder.into_iter().chain(answers.finalize());
    data.iter_mut()
        .zip(halves)
        .for_each(|(to, from)| *to = from);
    data
}

#[cfg(feature = "tdx")]
pub use verifier::{verify, verify_under, verify_with, Collateral};

#[cfg(feature = "tdx")]
mod verifier {
    use super::{GuestMeasurements, QuoteError, VerifiedGuest};
    use alloc::{format, string::ToString};
    use codec::DecodeAll;
    use dcap_qvl::{
        configs::RustCryptoConfig,
        quote::{Report, TDReport10},
        verify::QuoteVerifier,
        QuoteClaims, QuotePolicy,
    };

    /// What Intel says of a quote's platform; its JSON is what a provisioning certificate cache serves.
    pub type Collateral = dcap_qvl::QuoteCollateralV3;

    /// Verifies a quote with its collateral, SCALE-encoded, at a time in seconds since 1970.
    pub fn verify(quote: &[u8], collateral: &[u8], now: u64) -> Result<VerifiedGuest, QuoteError> {
        verify_under(None, quote, collateral, now)
    }

    /// The same under another root than Intel's, given as DER of its certificate.
    pub fn verify_under(
        root: Option<&[u8]>,
        quote: &[u8],
        collateral: &[u8],
        now: u64,
    ) -> Result<VerifiedGuest, QuoteError> {
        let collateral = Collateral::decode_all(&mut &*collateral);
        let collateral = collateral.map_err(|_| QuoteError::Collateral)?;
        verify_with(root, quote, collateral, now)
    }

    /// The same with collateral that is decoded already.
    ///
    /// Only platforms that are up to date pass; debug guests and guests with service guests do not.
    pub fn verify_with(
        root: Option<&[u8]>,
        quote: &[u8],
        collateral: Collateral,
        now: u64,
    ) -> Result<VerifiedGuest, QuoteError> {
        // Hyper-threading, several packages and cached keys are how servers are; that the platform is up to date says
        // that Intel knows of no fault with them.
        let policy = QuotePolicy::strict(now)
            .allow_smt(true)
            .allow_dynamic_platform(true)
            .allow_cached_keys(true);
        let verifier = match root {
            None => QuoteVerifier::new_prod(),
            Some(root) => QuoteVerifier::new(root.to_vec()),
        };
        let claims = verifier
            .with_config::<RustCryptoConfig>()
            .verify_with_policy(quote, collateral, now, &policy)
            .map_err(|error| QuoteError::Quote {
                why: format!("{error:#}"),
            })?;
        let guest = guest(&claims)?;
        if guest.measurements.is_debug() {
            return Err(QuoteError::Debug);
        }
        Ok(guest)
    }

    fn guest(claims: &QuoteClaims) -> Result<VerifiedGuest, QuoteError> {
        let report: &TDReport10 = match &claims.report {
            Report::TD10(report) => report,
            Report::TD15(report) => &report.base,
            _ => {
                return Err(QuoteError::Quote {
                    why: "it is of no guest of TDX 1.0 or 1.5".to_string(),
                })
            }
        };
        Ok(VerifiedGuest {
            measurements: GuestMeasurements {
                mr_td: report.mr_td,
                rt_mr: [report.rt_mr0, report.rt_mr1, report.rt_mr2, report.rt_mr3],
                attributes: report.td_attributes,
                xfam: report.xfam,
            },
            report_data: report.report_data,
            evaluation_number: claims.tcb.eval_data_number,
        })
    }
}
