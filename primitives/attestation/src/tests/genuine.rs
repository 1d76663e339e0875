//! Genuine evidence of two Hopper GPUs.

use super::{vectors::*, verify, Known};
use crate::{
    authority::admit,
    golden::compare,
    opaque::{Feature, Switch},
    Chain, EvidenceError, GoldenId, GoldenStatus, Report, NVIDIA_ROOT,
};

const OLD_NONCE: &str = "4cff7f5380ead8fad8ec2c531c110aca4302a88f603792801a8ca29ee151af2e";
/// The default of some tools.
const FIXED_NONCE: &str = "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb";

fn nonce(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

fn old() -> (Vec<u8>, Vec<Vec<u8>>) {
    (
        report(vector!("nvidia/attestationReport.txt")),
        chain(vector!("nvidia/gpuAkCertChain.txt")),
    )
}

fn new() -> (Vec<u8>, Vec<Vec<u8>>) {
    (
        report(vector!("nvidia/hopperAttestationReport.txt")),
        chain(vector!("nvidia/hopperCertChain.txt")),
    )
}

/// A chain that knows the authorities of these certificates, and the golden sets of the older report.
fn known(chain: &[Vec<u8>]) -> Known {
    let top = [&chain[2], &chain[3], &chain[4]].map(Vec::as_slice);
    let (bytes, _) = old();
    let opaque = Report::parse(&bytes).unwrap().opaque;
    let [driver, vbios] = golden();
    Known {
        golden: [
            (GoldenId::driver_of(&opaque), GoldenStatus::Active(driver)),
            (GoldenId::vbios_of(&opaque), GoldenStatus::Active(vbios)),
        ]
        .into(),
        authorities: admit(top, &[NVIDIA_ROOT]).unwrap().into(),
        ..Default::default()
    }
}

#[test]
fn the_older_report_passes_every_check() {
    let (report, chain) = old();
    let attested = verify(&report, &slices(&chain), &nonce(OLD_NONCE), &known(&chain)).unwrap();
    assert_eq!(hex::encode(&attested.device_serial), "41ffeeb20009e0be49");
    assert_eq!(attested.driver.to_string(), "driver 545.00");
    assert_eq!(
        attested.vbios.to_string(),
        "VBIOS 1010_0200_882 96.00.5E.00.01"
    );
}

#[test]
fn the_older_report_matches_21_and_12_golden_measurements() {
    let (bytes, _) = old();
    let report = Report::parse(&bytes).unwrap();
    let [driver, vbios] = golden();
    // Video decoder 0 is off, so index 35 is skipped; it would match too.
    assert_eq!(compare(&driver, &vbios, &report), Ok((20, 12)));
    let mut on = report.clone();
    on.opaque.nvdec0 = Some(Switch::On);
    assert_eq!(compare(&driver, &vbios, &on), Ok((21, 12)));
}

#[test]
fn the_fields_of_the_older_report_are_typed() {
    let (bytes, _) = old();
    let report = Report::parse(&bytes).unwrap();
    assert_eq!((report.nonce, report.slot), (nonce(OLD_NONCE), 0));
    let opaque = &report.opaque;
    assert_eq!(opaque.board_id, Some(0x3b1));
    assert_eq!(opaque.nvdec0, Some(Switch::Off));
    assert_eq!((opaque.fwid, opaque.feature), (None, None));
    assert_eq!(opaque.measurement_counts.unwrap()[2], 4);
    assert!(opaque.unknown.is_empty());
}

#[test]
fn the_newer_report_fails_for_its_unknown_golden_set_alone() {
    let (bytes, chain) = new();
    let id = Report::parse(&bytes).map(|report| GoldenId::driver_of(&report.opaque));
    let id = id.unwrap();
    assert_eq!(id.to_string(), "driver 550.90.07");
    let result = verify(&bytes, &slices(&chain), &nonce(FIXED_NONCE), &known(&chain));
    assert_eq!(result, Err(EvidenceError::GoldenUnknown { id }));

    let report = Report::parse(&bytes).unwrap();
    let chain = Chain::parse(&slices(&chain)).map(|parsed| {
        parsed.verify(&[NVIDIA_ROOT]).unwrap();
        (parsed.leaf.fwid, report.is_signed_by(&parsed.leaf.key))
    });
    assert_eq!(chain.unwrap(), (report.opaque.fwid, true));
    assert_eq!(report.opaque.protected_pcie, Some(Switch::Off));
    assert_ne!(report.opaque.feature, Some(Feature::ProtectedPcie));
}

#[test]
fn the_report_of_one_gpu_fails_with_the_chain_of_another() {
    let ((report, _), (_, chain)) = (old(), new());
    let result = verify(&report, &slices(&chain), &nonce(OLD_NONCE), &known(&chain));
    assert_eq!(result, Err(EvidenceError::ReportSignature));
}

#[test]
fn genuine_certificates_fail_under_another_root() {
    let (_, chain) = old();
    let chain = slices(&chain);
    let result = Chain::parse(&chain)
        .unwrap()
        .verify(&[crate::dev::TEST_ROOT]);
    assert!(matches!(result, Err(EvidenceError::Root { actual }) if actual.0 == NVIDIA_ROOT));
}

#[test]
fn the_root_file_of_the_verifier_is_the_pinned_root() {
    use sha2::Digest;
    let root = chain(vector!("nvidia/verifier_device_root.pem"));
    assert_eq!(sha2::Sha256::digest(&root[0])[..], NVIDIA_ROOT);
}
