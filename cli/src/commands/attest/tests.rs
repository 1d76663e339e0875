//! Genuine files through the verbs.
#![allow(clippy::unwrap_used)]

use super::{golden, inspect as inspection, quote as quotes};
use crate::args::{GoldenArgs, InspectArgs, QuoteArgs};
use serde_json::Value;
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/attestation");
    PathBuf::from(root).join(name)
}

fn vector(name: &str) -> PathBuf {
    folder("nvidia").join(name)
}

fn nonce(text: &str) -> Option<[u8; 32]> {
    Some(hex::decode(text).unwrap().try_into().unwrap())
}

fn inspect(change: impl FnOnce(&mut InspectArgs)) -> (Value, u8) {
    let mut args = InspectArgs {
        report: vector("attestationReport.txt"),
        chain: Some(vector("gpuAkCertChain.txt")),
        nonce: nonce("4cff7f5380ead8fad8ec2c531c110aca4302a88f603792801a8ca29ee151af2e"),
        rim: vec![
            vector("Driver_RIM_test_no_gpu.swidtag"),
            vector("1010_0200_882_96005E0001_test_no_gpu.swidtag"),
        ],
        root: None,
    };
    change(&mut args);
    inspection::run(&args).unwrap().into_parts()
}

fn failed(json: &Value) -> Vec<String> {
    let checks = json["checks"].as_array().unwrap();
    let failed = checks.iter().filter(|check| check["passed"] == false);
    failed
        .map(|check| check["check"].as_str().unwrap().to_string())
        .collect()
}

#[test]
fn genuine_evidence_passes_every_check() {
    let (json, code) = inspect(|_| {});
    assert_eq!((failed(&json), code), (vec![], 0));
    let checks = json["checks"].as_array().unwrap();
    assert!(
        checks.iter().all(|check| check["passed"] == true),
        "{checks:?}"
    );
    assert_eq!(json["certificates"].as_array().unwrap().len(), 5);
    assert_eq!(json["report"]["measurements"].as_array().unwrap().len(), 64);
}

#[test]
fn the_newer_report_fails_for_its_golden_sets_alone() {
    let (json, code) = inspect(|args| {
        args.report = vector("hopperAttestationReport.txt");
        args.chain = Some(vector("hopperCertChain.txt"));
        args.nonce = nonce("931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb");
    });
    let expected = [
        "measurements are the driver's",
        "measurements are the VBIOS's",
    ];
    assert_eq!(
        (failed(&json), code),
        (expected.map(String::from).into(), 4)
    );
}

#[test]
fn each_failure_is_told_on_its_own() {
    let (json, code) = inspect(|args| {
        args.chain = Some(vector("hopperCertChain.txt"));
        args.nonce = nonce(&"00".repeat(32));
    });
    let expected = ["nonce is the challenge's", "report is signed by its signer"];
    assert_eq!(
        (failed(&json), code),
        (expected.map(String::from).into(), 4)
    );
}

#[test]
fn what_cannot_be_checked_is_skipped() {
    let (json, code) = inspect(|args| {
        args.chain = None;
        args.nonce = None;
        args.rim.clear();
    });
    assert_eq!((failed(&json), code), (vec![], 0));
    let skipped = json["checks"].as_array().unwrap();
    assert_eq!(
        skipped
            .iter()
            .filter(|check| check["passed"].is_null())
            .count(),
        4
    );
}

#[test]
fn a_golden_set_comes_as_a_proposal() {
    let args = GoldenArgs {
        rim: vector("1010_0200_882_96005E0001_test_no_gpu.swidtag"),
        board: None,
    };
    let (json, code) = golden::run(&args).unwrap().into_parts();
    assert_eq!(code, 0);
    assert_eq!(json["id"], "VBIOS 1010_0200_882 96.00.5E.00.01");
    assert_eq!(json["entries"].as_array().unwrap().len(), 12);
    let proposal = json["proposal"].as_str().unwrap();
    assert!(proposal.ends_with(json["rim_sha256"].as_str().unwrap()));
    assert_eq!(json["signers"][0]["expired"], true);
}

#[test]
fn a_file_that_is_no_manifest_is_fatal() {
    let args = GoldenArgs {
        rim: vector("attestationReport.txt"),
        board: None,
    };
    assert_eq!(golden::run(&args).unwrap_err().code(), 4);
}

fn quote(at: u64) -> QuoteArgs {
    QuoteArgs {
        quote: folder("tdx").join("tdx_quote"),
        collateral: folder("tdx").join("tdx_quote_collateral.json"),
        at: Some(at),
    }
}

#[test]
fn a_genuine_quote_is_told_with_its_policy() {
    let (json, code) = quotes::run(&quote(1_750_414_563)).unwrap().into_parts();
    assert_eq!(code, 0);
    assert_eq!(json["rtmr"].as_array().unwrap().len(), 4);
    assert_eq!(json["policy"].as_str().unwrap().len(), 64);
    assert_eq!(json["report_data"].as_str().unwrap().len(), 128);
}

#[test]
fn a_quote_whose_collateral_is_over_is_fatal_and_says_so() {
    let error = quotes::run(&quote(1_950_414_563)).unwrap_err();
    assert_eq!(error.code(), 4);
    assert!(
        error.to_string().to_lowercase().contains("expired"),
        "{error}"
    );
}
