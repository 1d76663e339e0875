//! The form of reports.

use super::{good, NONCE};
use crate::{
    dev::{ReportSpec, Signer},
    limits::{MAX_OPAQUE_FIELDS, MAX_REPORT_LEN, REPORT_FIXED_LEN},
    opaque::kind,
    EvidenceError, Report, VbiosVersion,
};

fn parse(spec: &ReportSpec) -> Result<Vec<u16>, EvidenceError> {
    let bytes = spec.sign(&NONCE, &Signer::from_words("any"));
    Report::parse(&bytes).map(|report| report.opaque.unknown)
}

fn with_fields(more_fields: Vec<u8>) -> ReportSpec {
    ReportSpec {
        more_fields,
        ..Default::default()
    }
}

fn field(kind: u16, value: &[u8]) -> Vec<u8> {
    let len = value.len() as u16;
    [&kind.to_le_bytes()[..], &len.to_le_bytes(), value].concat()
}

#[test]
fn every_constant_of_the_format_is_checked() {
    let (_, _, report, _) = good();
    let headers = (0..4).chain(36..45);
    let blocks = (0..64).flat_map(|block| (0..7).map(move |byte| 45 + block * 55 + byte));
    for at in headers.chain(blocks) {
        let mut changed = report.clone();
        changed[at] ^= 1;
        let result = Report::parse(&changed).map(|_| ());
        assert!(
            matches!(result, Err(EvidenceError::Spdm { .. })),
            "byte {at}"
        );
    }
}

#[test]
fn lengths_outside_the_bounds_are_refused_before_parsing() {
    for actual in [0, REPORT_FIXED_LEN - 1, MAX_REPORT_LEN + 1] {
        let result = Report::parse(&vec![0; actual]).map(|_| ());
        let error = EvidenceError::ReportLength {
            actual,
            least: REPORT_FIXED_LEN,
            most: MAX_REPORT_LEN,
        };
        assert_eq!(result, Err(error));
    }
}

#[test]
fn unknown_fields_are_skipped_and_listed() {
    let spec = with_fields([field(99, b"x"), field(5, b"")].concat());
    assert_eq!(parse(&spec), Ok(vec![99, 5]));
}

#[test]
fn a_field_twice_is_an_error_known_or_not() {
    let known = with_fields(field(kind::NVDEC0, &[0x55]));
    let unknown = with_fields([field(99, b"x"), field(99, b"y")].concat());
    let twice = |kind| Err(EvidenceError::FieldTwice { kind });
    assert_eq!(parse(&known), twice(kind::NVDEC0));
    assert_eq!(parse(&unknown), twice(99));
}

#[test]
fn a_field_longer_than_the_data_is_an_error() {
    let mut field = field(99, b"xyz");
    field[2] = 4;
    let result = parse(&with_fields(field));
    assert!(matches!(result, Err(EvidenceError::FieldTruncated { .. })));
    let result = parse(&with_fields(vec![1]));
    assert!(matches!(result, Err(EvidenceError::FieldTruncated { .. })));
}

#[test]
fn more_fields_than_allowed_are_an_error() {
    let fields = (1_000..1_100).flat_map(|kind| field(kind, b"")).collect();
    let error = EvidenceError::TooManyFields {
        most: MAX_OPAQUE_FIELDS,
    };
    assert_eq!(parse(&with_fields(fields)), Err(error));
}

#[test]
fn values_that_are_none_of_their_type_are_errors() {
    let nvdec0 = ReportSpec {
        nvdec0: 0x56,
        ..Default::default()
    };
    let driver = ReportSpec {
        driver_version: "much longer than the twenty-four bytes",
        ..Default::default()
    };
    let spaced = ReportSpec {
        driver_version: "5 5",
        ..Default::default()
    };
    for (spec, expected) in [
        (nvdec0, kind::NVDEC0),
        (driver, kind::DRIVER_VERSION),
        (spaced, kind::DRIVER_VERSION),
    ] {
        let result = parse(&spec);
        assert!(
            matches!(result, Err(EvidenceError::FieldValue { kind, .. }) if kind == expected),
            "{result:?}"
        );
    }
}

#[test]
fn a_signature_of_zeros_is_out_of_range() {
    let (_, _, mut report, _) = good();
    let start = report.len() - 96;
    report[start..].fill(0);
    let result = Report::parse(&report).map(|_| ());
    assert_eq!(result, Err(EvidenceError::ReportSignatureRange));
}

#[test]
fn vbios_versions_read_as_they_are_written() {
    let version = VbiosVersion(0x01_9600_5e00);
    assert_eq!(version.to_string(), "96.00.5E.00.01");
    assert_eq!("96.00.5E.00.01".parse(), Ok(version));
    for wrong in [
        "",
        "96.00.5E.00",
        "96.00.5E.00.1",
        "96.00.5E.00.01.00",
        "+6.00.5E.00.01",
    ] {
        assert!(wrong.parse::<VbiosVersion>().is_err(), "{wrong}");
    }
}
