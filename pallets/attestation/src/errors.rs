//! Which error of the pallet tells a reason of `ballast-attestation`.

use crate::{Config, Error};
use ballast_attestation::{tdx::QuoteError, EvidenceError};

impl<T: Config> From<EvidenceError> for Error<T> {
    fn from(error: EvidenceError) -> Self {
        use EvidenceError::*;
        match error {
            ReportLength { .. }
            | Spdm { .. }
            | OpaqueLength { .. }
            | FieldTruncated { .. }
            | TooManyFields { .. }
            | FieldTwice { .. }
            | FieldMissing { .. }
            | FieldValue { .. }
            | ReportSignatureRange => Error::ReportMalformed,
            Nonce { .. } => Error::NonceMismatch,
            Fwid { .. } => Error::FirmwareMismatch,
            ReportSignature => Error::ReportSignature,
            ChainLength { .. }
            | CertificateLength { .. }
            | CertificateForm { .. }
            | CertificateCurve { .. }
            | CertificateAlgorithm { .. }
            | CertificateUse { .. }
            | CertificateRole { .. }
            | CertificateIssuer { .. } => Error::ChainMalformed,
            CertificateSignature { .. } => Error::ChainSignature,
            Root { .. } => Error::RootNotTrusted,
            UnknownAuthority { .. } => Error::UnknownAuthority,
            EvidenceError::Revoked { .. } => Error::Revoked,
            DeviceBlocked { .. } => Error::DeviceIsBlocked,
            GoldenUnknown { .. } => Error::GoldenUnknown,
            GoldenRetired { .. } => Error::GoldenIsRetired,
            GoldenOverlap { .. } => Error::GoldenOverlap,
            GoldenMismatch { .. } => Error::GoldenMismatch,
            CrlLength { .. } | CrlForm { .. } | CrlTooManyEntries { .. } => Error::ListMalformed,
            CrlIssuer { .. } | CrlUse { .. } | CrlSignature { .. } => Error::ListSignature,
            CrlNotNewer => Error::ListNotNewer,
        }
    }
}

impl<T: Config> From<QuoteError> for Error<T> {
    fn from(error: QuoteError) -> Self {
        match error {
            QuoteError::Collateral => Error::CollateralMalformed,
            QuoteError::Quote { .. } => Error::QuoteInvalid,
            QuoteError::Debug => Error::QuoteDebug,
        }
    }
}
