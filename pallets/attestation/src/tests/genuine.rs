//! Genuine reports of Hopper GPUs through `attest`. They answered challenges of their own, so the nonce is arranged.

use crate::{mock::*, Error};
use ballast_attestation::{
    view::{Reason, Tier},
    GoldenEntry, GoldenId, GoldenSet, NVIDIA_ROOT,
};
use frame_support::{assert_noop, assert_ok};

macro_rules! vector {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/vectors/attestation/", $name))
    };
}

const OLD_NONCE: &str = "4cff7f5380ead8fad8ec2c531c110aca4302a88f603792801a8ca29ee151af2e";
const FIXED_NONCE: &str = "931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb";

fn chain(text: &str) -> Vec<Vec<u8>> {
    let blocks = pem::parse_many(text).unwrap();
    blocks.into_iter().map(pem::Pem::into_contents).collect()
}

fn old() -> crate::GpuEvidence {
    gpu(
        vector!("nvidia/attestationReport.txt"),
        vector!("nvidia/gpuAkCertChain.txt"),
    )
}

fn new() -> crate::GpuEvidence {
    gpu(
        vector!("nvidia/hopperAttestationReport.txt"),
        vector!("nvidia/hopperCertChain.txt"),
    )
}

fn gpu(report: &str, certificates: &str) -> crate::GpuEvidence {
    let certificates = chain(certificates);
    let certificates: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
    evidence(&hex::decode(report.trim()).unwrap(), &certificates)
}

/// The golden set of a manifest, as `tests/vectors/attestation/generate.py` read it.
fn golden(component: &str) -> (GoldenSet, [u8; 32]) {
    let all: serde_json::Value = serde_json::from_str(vector!("golden.json")).unwrap();
    let rim = &all[component];
    let value = |text: &serde_json::Value| -> [u8; 48] {
        hex::decode(text.as_str().unwrap())
            .unwrap()
            .try_into()
            .unwrap()
    };
    let entry = |entry: &serde_json::Value| {
        let values: Vec<[u8; 48]> = entry["alternatives"]
            .as_array()
            .unwrap()
            .iter()
            .map(value)
            .collect();
        GoldenEntry {
            index: entry["index"].as_u64().unwrap() as u8,
            alternatives: values.try_into().unwrap(),
        }
    };
    let entries: Vec<_> = rim["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(entry)
        .collect();
    let provenance = hex::decode(rim["rimSha256"].as_str().unwrap()).unwrap();
    let set = GoldenSet {
        entries: entries.try_into().unwrap(),
    };
    (set, provenance.try_into().unwrap())
}

fn ids() -> [GoldenId; 2] {
    [
        GoldenId::Driver {
            version: "545.00".parse().unwrap(),
        },
        GoldenId::Vbios {
            project: "1010".parse().unwrap(),
            project_sku: "0200".parse().unwrap(),
            chip_sku: "882".parse().unwrap(),
            version: "96.00.5E.00.01".parse().unwrap(),
        },
    ]
}

/// A production chain, where NVIDIA's certificates and the golden sets of the older report have been put.
fn run_production(nonce: &str, test: impl FnOnce()) {
    ext_with(None).execute_with(|| {
        System::set_block_number(1);
        run_to_block(START);
        assert_eq!(Attestation::trusted_roots(), [NVIDIA_ROOT]);
        ForcedNonce::set(Some(hex::decode(nonce).unwrap().try_into().unwrap()));
        let chain = old().chain;
        assert_ok!(Attestation::add_authorities(
            origin(50),
            chain[2].clone(),
            chain[3].clone(),
            chain[4].clone()
        ));
        for (id, component) in ids().into_iter().zip(["driver", "vbios"]) {
            let (set, provenance) = golden(component);
            assert_ok!(Attestation::set_golden(root(), id, set, provenance));
        }
        test();
        check_invariants();
        ForcedNonce::set(None);
    });
}

fn attest_genuine(gpu: crate::GpuEvidence) -> sp_runtime::DispatchResult {
    let gpus = vec![gpu].try_into().unwrap();
    Attestation::attest(origin(1), KEY, START - 1, gpus, None)
}

#[test]
fn the_older_report_gets_t1_on_a_production_chain() {
    run_production(OLD_NONCE, || {
        assert_ok!(attest_genuine(old()));
        assert_eq!(tier(1, KEY), Some(Tier::T1));
        assert_eq!(reasons(1, KEY), [Reason::NoGuest]);
    });
}

#[test]
fn the_newer_report_lacks_its_golden_set_alone() {
    run_production(FIXED_NONCE, || {
        assert_noop!(attest_genuine(new()), Error::<Test>::GoldenUnknown);
    });
}

#[test]
fn genuine_reports_fail_against_a_derived_nonce() {
    run_production(OLD_NONCE, || {
        ForcedNonce::set(None);
        assert_noop!(attest_genuine(old()), Error::<Test>::NonceMismatch);
        assert_noop!(attest_genuine(new()), Error::<Test>::NonceMismatch);
    });
}
