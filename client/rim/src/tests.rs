#![allow(clippy::unwrap_used)]

use crate::{Board, Rim, RimError, NVIDIA_RIM_ROOT};
use ballast_attestation::{Component, GoldenSet};
use proptest::prelude::*;

const DRIVER: &str =
    include_str!("../../../tests/vectors/attestation/nvidia/Driver_RIM_test_no_gpu.swidtag");
const VBIOS: &str = include_str!(
    "../../../tests/vectors/attestation/nvidia/1010_0200_882_96005E0001_test_no_gpu.swidtag"
);

/// What `generate.py` read with an XML parser of its own.
fn expected(component: &str) -> serde_json::Value {
    let golden = include_str!("../../../tests/vectors/attestation/golden.json");
    serde_json::from_str::<serde_json::Value>(golden).unwrap()[component].clone()
}

fn entries(set: &GoldenSet) -> serde_json::Value {
    let entry = |entry: &ballast_attestation::GoldenEntry| {
        let values: Vec<String> = entry.alternatives.iter().map(hex::encode).collect();
        serde_json::json!({ "index": entry.index, "alternatives": values })
    };
    set.entries.iter().map(entry).collect()
}

#[test]
fn genuine_files_verify_and_give_their_golden_sets() {
    for (file, name, component) in [
        (DRIVER, "driver", Component::Driver),
        (VBIOS, "vbios", Component::Vbios),
    ] {
        let rim = Rim::verify(file.as_bytes()).unwrap();
        let expected = expected(name);
        assert_eq!(rim.component, component);
        assert_eq!(hex::encode(rim.sha256), expected["rimSha256"]);
        assert_eq!(rim.version, expected["version"]);
        assert_eq!(entries(&rim.golden), expected["entries"]);
        assert_eq!((rim.product.as_str(), rim.signers.len()), ("GH100", 4));
    }
}

#[test]
fn signers_are_told_with_their_dates() {
    let rim = Rim::verify(VBIOS.as_bytes()).unwrap();
    let signer = &rim.signers[0];
    assert!(
        signer.subject.contains("HCC RIM L4 Signer"),
        "{}",
        signer.subject
    );
    assert_eq!(signer.valid_until, "2025-06-22T09:38:54Z");
    assert_eq!(signer.expires, 1_750_585_134);
}

#[test]
fn the_pinned_root_is_the_verifiers() {
    let pem = include_str!("../../../tests/vectors/attestation/nvidia/verifier_RIM_root.pem");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    use base64::Engine;
    use sha2::Digest;
    let der = base64::engine::general_purpose::STANDARD
        .decode(base64)
        .unwrap();
    assert_eq!(<[u8; 32]>::from(sha2::Sha256::digest(der)), NVIDIA_RIM_ROOT);
}

#[test]
fn another_root_is_refused() {
    let result = Rim::verify_under(DRIVER.as_bytes(), &[7; 32]);
    assert!(matches!(result, Err(RimError::Root { .. })));
}

#[test]
fn a_changed_measurement_or_version_is_refused() {
    for (from, to) in [
        ("Hash0=\"0b42836f", "Hash0=\"1b42836f"),
        ("active=\"False\"", "active=\"True\""),
        (
            "colloquialVersion=\"96.00.5E.00.01\"",
            "colloquialVersion=\"96.00.5E.00.02\"",
        ),
    ] {
        let changed = VBIOS.replacen(from, to, 1);
        assert_ne!(changed, VBIOS);
        assert_eq!(
            Rim::verify(changed.as_bytes()).err(),
            Some(RimError::Digest)
        );
    }
}

#[test]
fn changes_that_canonical_xml_does_not_see_are_harmless() {
    let reordered = VBIOS.replacen(
        "type=\"Measurement\" index=\"0\"",
        "index='0'   type=\"Measurement\"",
        1,
    );
    assert_ne!(reordered, VBIOS);
    assert!(Rim::verify(reordered.as_bytes()).is_ok());
}

#[test]
fn a_changed_signature_is_refused() {
    let at = VBIOS.find("<ds:SignatureValue>").unwrap() + 40;
    let mut changed = VBIOS.to_string();
    let other = if &changed[at..=at] == "A" { "B" } else { "A" };
    changed.replace_range(at..=at, other);
    assert_eq!(
        Rim::verify(changed.as_bytes()).err(),
        Some(RimError::SignatureValue)
    );
}

#[test]
fn a_signature_over_something_else_is_refused() {
    let cases = [
        ("URI=\"\"", "URI=\"#x\""),
        ("xmldsig-more#ecdsa-sha384", "xmldsig-more#ecdsa-sha256"),
        ("xmldsig#enveloped-signature", "xmldsig#base64"),
    ];
    for (from, to) in cases {
        let changed = VBIOS.replacen(from, to, 1);
        assert_ne!(changed, VBIOS);
        let result = Rim::verify(changed.as_bytes());
        assert!(
            matches!(result, Err(RimError::Signature { .. })),
            "{from}: {result:?}"
        );
    }
}

#[test]
fn a_second_signature_or_none_is_refused() {
    let start = VBIOS.find("<ds:Signature ").unwrap();
    let end = VBIOS.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    let signature = &VBIOS[start..end];
    let none = VBIOS.replacen(signature, "", 1);
    let twice = VBIOS.replacen(signature, &format!("{signature}{signature}"), 1);
    let wrapped = VBIOS.replacen(signature, &format!("<w>{signature}</w>"), 1);
    for file in [none, twice, wrapped] {
        let result = Rim::verify(file.as_bytes());
        assert!(
            matches!(result, Err(RimError::Signature { .. })),
            "{result:?}"
        );
    }
}

#[test]
fn document_types_are_refused() {
    let file = format!("<!DOCTYPE SoftwareIdentity [<!ENTITY a \"b\">]>{VBIOS}");
    assert!(matches!(
        Rim::verify(file.as_bytes()),
        Err(RimError::Xml(_))
    ));
}

#[test]
fn a_vbios_needs_its_board_and_takes_it_from_a_file_name() {
    let rim = Rim::verify(VBIOS.as_bytes()).unwrap();
    assert_eq!(rim.golden_id(None), Err(RimError::Board));
    let board: Board = "1010_0200_882_96005E0001_PROD.swidtag".parse().unwrap();
    let id = rim.golden_id(Some(&board)).unwrap();
    assert_eq!(id.to_string(), "VBIOS 1010_0200_882 96.00.5E.00.01");
    assert_eq!("1010_0200".parse::<Board>(), Err(RimError::Board));
    let driver = Rim::verify(DRIVER.as_bytes()).unwrap();
    assert_eq!(driver.golden_id(None).unwrap().to_string(), "driver 545.00");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(Rim::verify(&bytes).is_err());
    }

    #[test]
    fn a_damaged_file_never_panics(at in 0..VBIOS.len(), byte in any::<u8>(), cut in 0..100usize) {
        let mut bytes = VBIOS.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.truncate(VBIOS.len() - cut);
        let _ = Rim::verify(&bytes);
    }
}
