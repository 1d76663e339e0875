//! What the fuzz targets do with their bytes. A finding is a panic, or one of the assertions here.
//!
//! With cargo-fuzz, which needs nightly Rust: `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer report`.
//! On stable Rust, bounded, in CI: `cargo test --manifest-path tests/fuzz/Cargo.toml`.

use ballast_attestation::{
    limits::{
        CHAIN_LEN, MAX_CERTIFICATE_LEN, MAX_CRL_LEN, MAX_REPORT_LEN, MAX_REVOKED, MEASUREMENTS,
    },
    Certificate, Chain, Crl, Report, Role,
};
use ballast_rim::Rim;

/// A report: what parses has every measurement and is within its bounds.
pub fn report(data: &[u8]) {
    if let Ok(report) = Report::parse(data) {
        assert!(data.len() <= MAX_REPORT_LEN);
        assert_eq!(report.measurements().count(), MEASUREMENTS);
        assert!(report.opaque.driver_version.is_printable());
    }
}

/// A chain: each certificate in each place, and all that a length of two bytes before each cuts out.
pub fn chain(data: &[u8]) {
    for role in Role::ALL {
        if let Ok(certificate) = Certificate::parse(role, data) {
            assert!(data.len() <= MAX_CERTIFICATE_LEN);
            assert!(certificate.key.is_on_curve());
        }
    }
    let certificates = cut(data);
    if let Ok(chain) = Chain::parse(&certificates) {
        assert_eq!(certificates.len(), CHAIN_LEN);
        assert!(chain.verify(&[]).is_err(), "nothing leads to no root");
    }
}

fn cut(mut data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some((len, rest)) = data.split_first_chunk::<2>() {
        let len = usize::from(u16::from_le_bytes(*len)).min(rest.len());
        let (part, rest) = rest.split_at(len);
        parts.push(part);
        data = rest;
    }
    parts
}

/// A revocation list: what parses is sorted and within its bounds.
pub fn crl(data: &[u8]) {
    if let Ok(crl) = Crl::parse(data) {
        assert!(data.len() <= MAX_CRL_LEN);
        assert!(crl.list.revoked.len() <= MAX_REVOKED as usize);
        assert!(crl.list.revoked.is_sorted());
        assert!(crl
            .list
            .revoked
            .iter()
            .all(|serial| crl.list.revokes(serial)));
    }
}

/// A manifest: what verifies gives a usable golden set.
pub fn rim(data: &[u8]) {
    if let Ok(rim) = Rim::verify(data) {
        assert_eq!(rim.golden.check(), Ok(()));
    }
}
