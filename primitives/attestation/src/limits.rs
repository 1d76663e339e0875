//! Bounds on evidence: what is longer is refused before it is read.

/// Measurement blocks of a report.
pub const MEASUREMENTS: usize = 64;
/// Bytes of a measurement: a SHA-384 digest.
pub const MEASUREMENT_LEN: usize = 48;
/// Most bytes of a report's opaque data; 354 to 579 have been seen.
pub const MAX_OPAQUE_LEN: usize = 1_024;
/// Most fields in the opaque data.
pub const MAX_OPAQUE_FIELDS: usize = 64;
/// Most bytes of a text in the opaque data, its terminator left out.
pub const MAX_TEXT_LEN: u32 = 24;
/// Bytes of a report without its opaque data: request, response header, blocks, nonce, length, signature.
pub const REPORT_FIXED_LEN: usize = 3_599 + SIGNATURE_LEN;
/// Most bytes of a report.
pub const MAX_REPORT_LEN: usize = REPORT_FIXED_LEN + MAX_OPAQUE_LEN;
/// Bytes of an ECDSA P-384 signature as reports carry it: r, then s, big-endian.
pub const SIGNATURE_LEN: usize = 96;
/// Certificates of a chain.
pub const CHAIN_LEN: usize = 5;
/// Most bytes of a certificate, DER; 897 is the longest seen.
pub const MAX_CERTIFICATE_LEN: usize = 1_280;
/// Most extensions of a certificate or revocation list.
pub const MAX_EXTENSIONS: usize = 16;
/// Most bytes of a distinguished name, DER.
pub const MAX_NAME_LEN: u32 = 256;
/// Most bytes of a serial number.
pub const MAX_SERIAL_LEN: u32 = 20;
/// Most bytes of a revocation list, DER.
pub const MAX_CRL_LEN: usize = 32 * 1_024;
/// Most serial numbers on a revocation list.
pub const MAX_REVOKED: u32 = 512;
/// Bytes of the number of a revocation list, which orders them (RFC 5280, 5.2.3).
pub const CRL_NUMBER_LEN: usize = 20;
/// Most alternatives for one golden measurement; 4 have been seen.
pub const MAX_ALTERNATIVES: u32 = 8;
/// GPUs that one call may attest.
pub const MAX_GPUS: u32 = 8;
/// Blocks for which a challenge may be answered.
pub const MAX_CHALLENGE_AGE: u32 = 50;
