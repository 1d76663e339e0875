//! The NVML attester against a library of the tests, which the C compiler that every Rust machine has makes.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_attestation::{
    authority::admit, dev::TestNetwork, Chain, Challenge, Report, TEST_ROOT,
};
use ballast_inference_worker::{
    attester::{Attester, AttesterError},
    nvml::NvmlGpus,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn challenge() -> Challenge {
    Challenge {
        genesis_hash: [1; 32],
        worker: [2; 32],
        session_key: [3; 32],
        block_number: 4,
        block_hash: [5; 32],
    }
}

/// Builds the library with these definitions; report and chain are those of a test GPU for [`challenge`].
fn library(folder: &Path, definitions: &[&str]) -> PathBuf {
    let gpu = TestNetwork::default().gpu(0);
    let (report, chain) = (folder.join("report"), folder.join("chain.pem"));
    fs::write(&report, gpu.report(&challenge().nonce())).unwrap();
    let blocks: Vec<pem::Pem> = gpu
        .chain()
        .iter()
        .map(|der| pem::Pem::new("CERTIFICATE", *der))
        .collect();
    fs::write(&chain, pem::encode_many(&blocks)).unwrap();
    let library = folder.join("libnvidia-ml.so.1");
    let quoted = |name: &str, path: &Path| format!("-D{name}=\"{}\"", path.display());
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(quoted("REPORT", &report))
        .arg(quoted("CHAIN", &chain))
        .args(
            definitions
                .iter()
                .map(|definition| format!("-D{definition}")),
        )
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake_nvml.c"))
        .status()
        .unwrap();
    assert!(built.success());
    library
}

fn ask(definitions: &[&str], gpus: &[u32]) -> Result<usize, AttesterError> {
    let folder = tempfile::tempdir().unwrap();
    let attester = NvmlGpus {
        library: Some(library(folder.path(), definitions)),
        gpus: gpus.to_vec(),
    };
    attester
        .evidence(&challenge())
        .map(|bundle| bundle.gpus.len())
}

const GOOD: [&str; 2] = ["CC=1", "DEV_TOOLS=0"];

#[test]
fn reports_and_chains_come_through_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let attester = NvmlGpus {
        library: Some(library(folder.path(), &[&GOOD[..], &["GPUS=2"]].concat())),
        gpus: vec![1],
    };
    let bundle = attester.evidence(&challenge()).unwrap();
    let [(report, chain)] = bundle.gpus.as_slice() else {
        panic!("one GPU was asked");
    };
    assert_eq!(Report::parse(report).unwrap().nonce, challenge().nonce());
    let slices: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    Chain::parse(&slices).unwrap().verify(&[TEST_ROOT]).unwrap();
    assert!(admit([slices[2], slices[3], slices[4]], &[TEST_ROOT]).is_ok());
    assert_eq!(
        (bundle.guest.is_none(), attester.is_development()),
        (true, false)
    );
}

#[test]
fn all_gpus_are_asked_unless_some_are_named() {
    let all = [&GOOD[..], &["GPUS=3"]].concat();
    assert_eq!(ask(&all, &[]), Ok(3));
    assert_eq!(ask(&all, &[0, 2]), Ok(2));
    let unknown = AttesterError::UnknownGpu {
        wanted: 3,
        found: 3,
    };
    assert_eq!(ask(&all, &[3]), Err(unknown));
    let many = [&GOOD[..], &["GPUS=9"]].concat();
    assert_eq!(
        ask(&many, &[]),
        Err(AttesterError::TooManyGpus { found: 9 })
    );
}

#[test]
fn a_machine_without_gpus_or_confidential_mode_says_so() {
    assert_eq!(
        ask(&["CC=1", "DEV_TOOLS=0", "GPUS=0"], &[]),
        Err(AttesterError::NoGpu)
    );
    let off = ask(&["CC=0", "DEV_TOOLS=0", "GPUS=1"], &[]).unwrap_err();
    assert_eq!(off, AttesterError::ConfidentialModeOff);
    assert!(off.to_string().contains("--set-cc-mode=on"));
    let developers = ask(&["CC=1", "DEV_TOOLS=1", "GPUS=1"], &[]);
    assert_eq!(developers, Err(AttesterError::DeveloperMode));
    let old = ask(&["CC=1", "DEV_TOOLS=0", "GPUS=1", "TOO_OLD"], &[]);
    assert!(
        matches!(old, Err(AttesterError::Unsupported { .. })),
        "{old:?}"
    );
}

#[test]
fn a_gpu_that_fails_is_told_with_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let attester = NvmlGpus {
        library: Some(library(folder.path(), &[&GOOD[..], &["GPUS=1"]].concat())),
        gpus: vec![],
    };
    let other = Challenge {
        block_number: 5,
        ..challenge()
    };
    let error = attester.evidence(&other).unwrap_err();
    assert!(error.is_retryable());
    assert!(error.to_string().contains("AttestationReport"), "{error}");
}

#[test]
fn without_a_library_the_message_names_the_remedy() {
    let attester = NvmlGpus {
        library: Some("/nowhere/libnvidia-ml.so.1".into()),
        gpus: vec![],
    };
    let error = attester.evidence(&challenge()).unwrap_err();
    assert!(matches!(error, AttesterError::Library { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("driver") && text.contains("--nvml") && text.contains("--dev"),
        "{text}"
    );
}
