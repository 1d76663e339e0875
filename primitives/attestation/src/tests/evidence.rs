//! Evidence under the test root: what passes, and each way it fails.

use super::{good, verify, Known, NONCE};
use crate::{
    dev::{golden_set, CertificateSpec, ReportSpec, Signer, TestNetwork, FWID, TEST_ROOT},
    error::Hex,
    golden::NVDEC0_INDEX,
    nonce::Challenge,
    Component, Crl, Evidence, EvidenceError, GoldenId, GoldenStatus, Role,
};

#[test]
fn the_test_root_is_the_generators() {
    assert_eq!(TestNetwork::default().root_id(), TEST_ROOT);
}

#[test]
fn good_evidence_passes() {
    let (_, gpu, report, known) = good();
    let attested = verify(&report, &gpu.chain(), &NONCE, &known).unwrap();
    assert_eq!(attested.device, gpu.device_id());
}

#[test]
fn a_report_without_a_firmware_id_passes() {
    let (_, gpu, _, known) = good();
    let spec = ReportSpec {
        fwid: None,
        ..Default::default()
    };
    let report = spec.sign(&NONCE, &gpu.leaf_key);
    assert!(verify(&report, &gpu.chain(), &NONCE, &known).is_ok());
}

#[test]
fn a_swapped_firmware_id_fails() {
    let (_, gpu, _, known) = good();
    let spec = ReportSpec {
        fwid: Some([1; 48]),
        ..Default::default()
    };
    let report = spec.sign(&NONCE, &gpu.leaf_key);
    let error = EvidenceError::Fwid {
        report: Hex([1; 48]),
        certificate: Hex(FWID),
    };
    assert_eq!(verify(&report, &gpu.chain(), &NONCE, &known), Err(error));
}

/// Each bit of the report matters: whatever is changed, something refuses it.
#[test]
fn a_report_with_a_flipped_byte_fails_in_every_region() {
    let (_, gpu, report, known) = good();
    let last = report.len() - 1;
    // Every byte of the headers and of the opaque data; measurements, nonces and signature by samples.
    let regions = (0..60)
        .chain((60..3565).step_by(97))
        .chain(3565..last - 95)
        .chain((last - 95..=last).step_by(19));
    let mut signatures = 0;
    for at in regions {
        let mut changed = report.clone();
        changed[at] ^= 0x10;
        let result = verify(&changed, &gpu.chain(), &NONCE, &known);
        assert!(result.is_err(), "byte {at} may be changed");
        signatures += u32::from(result == Err(EvidenceError::ReportSignature));
    }
    assert!(signatures > 0, "the signature was never what refused");
}

#[test]
fn a_truncated_or_extended_report_fails() {
    let (_, gpu, report, known) = good();
    for len in [0, 1, 36, 44, 3598, 3694, report.len() - 1] {
        assert!(verify(&report[..len], &gpu.chain(), &NONCE, &known).is_err());
    }
    for more in [1, 4, 96, 1024] {
        let longer = [report.clone(), vec![0; more]].concat();
        assert!(verify(&longer, &gpu.chain(), &NONCE, &known).is_err());
    }
}

#[test]
fn a_nonce_for_anything_else_fails() {
    let good_challenge = Challenge {
        genesis_hash: [1; 32],
        worker: [2; 32],
        session_key: [3; 32],
        block_number: 4,
        block_hash: [5; 32],
    };
    let (_, gpu, _, known) = good();
    let report = gpu.report(&good_challenge.nonce());
    let changes: [fn(&mut Challenge); 5] = [
        |challenge| challenge.genesis_hash = [9; 32],
        |challenge| challenge.worker = [9; 32],
        |challenge| challenge.session_key = [9; 32],
        |challenge| challenge.block_number = 9,
        |challenge| challenge.block_hash = [9; 32],
    ];
    for change in changes {
        let mut challenge = good_challenge.clone();
        change(&mut challenge);
        let result = verify(&report, &gpu.chain(), &challenge.nonce(), &known);
        assert!(matches!(result, Err(EvidenceError::Nonce { .. })));
    }
    let nonce = good_challenge.nonce();
    assert!(verify(&report, &gpu.chain(), &nonce, &known).is_ok());
}

#[test]
fn a_chain_of_another_length_or_order_fails() {
    let (_, gpu, report, known) = good();
    let chain = gpu.chain();
    let short = verify(&report, &chain[..4], &NONCE, &known);
    assert_eq!(short, Err(EvidenceError::ChainLength { actual: 4 }));
    let long = [&chain[..], &chain[4..]].concat();
    let long = verify(&report, &long, &NONCE, &known);
    assert_eq!(long, Err(EvidenceError::ChainLength { actual: 6 }));
    for place in 0..4 {
        let mut swapped = chain;
        swapped.swap(place, place + 1);
        assert!(verify(&report, &swapped, &NONCE, &known).is_err());
    }
}

#[test]
fn authorities_nobody_admitted_are_unknown() {
    let (_, _, _, known) = good();
    let stranger = TestNetwork::named("stranger").gpu(0);
    let result = verify(&stranger.report(&NONCE), &stranger.chain(), &NONCE, &known);
    assert!(matches!(
        result,
        Err(EvidenceError::UnknownAuthority {
            role: Role::Provisioner,
            ..
        })
    ));
}

#[test]
fn the_upper_certificates_must_be_those_that_were_admitted() {
    let (_, gpu, report, known) = good();
    let stranger = TestNetwork::named("stranger");
    for (place, role, other) in [
        (3, Role::Identity, &stranger.identity),
        (4, Role::Root, &stranger.root),
    ] {
        let mut chain = gpu.chain();
        chain[place] = other;
        let result = verify(&report, &chain, &NONCE, &known);
        assert!(matches!(
            result,
            Err(EvidenceError::UnknownAuthority { role: found, .. }) if found == role
        ));
    }
}

#[test]
fn a_device_no_provisioner_signed_fails() {
    let (network, gpu, report, known) = good();
    let impostor = Signer::from_words("impostor");
    let device = CertificateSpec::new(Role::Device, Role::Provisioner, &gpu.device_key.public());
    let device = device.sign(&impostor);
    let mut chain = gpu.chain();
    chain[1] = &device;
    let error = EvidenceError::CertificateSignature { role: Role::Device };
    assert_eq!(verify(&report, &chain, &NONCE, &known), Err(error));
    drop(network);
}

#[test]
fn a_leaf_of_another_device_fails() {
    let (network, gpu, report, known) = good();
    let other = network.gpu(1);
    let mut chain = gpu.chain();
    chain[1] = &other.chain[1];
    let error = EvidenceError::CertificateSignature { role: Role::Leaf };
    assert_eq!(verify(&report, &chain, &NONCE, &known), Err(error));
}

#[test]
fn unknown_and_retired_golden_sets_fail() {
    let (_, gpu, report, known) = good();
    for id in ReportSpec::default().golden_ids() {
        let mut changed = known.clone();
        changed.golden.insert(id.clone(), GoldenStatus::Retired);
        let result = verify(&report, &gpu.chain(), &NONCE, &changed);
        assert_eq!(result, Err(EvidenceError::GoldenRetired { id: id.clone() }));
        changed.golden.remove(&id);
        let result = verify(&report, &gpu.chain(), &NONCE, &changed);
        assert_eq!(result, Err(EvidenceError::GoldenUnknown { id }));
    }
}

#[test]
fn an_index_in_both_golden_sets_fails() {
    let (_, gpu, report, mut known) = good();
    let [_, vbios] = ReportSpec::default().golden_ids();
    known
        .golden
        .insert(vbios, GoldenStatus::Active(golden_set(0..13)));
    let result = verify(&report, &gpu.chain(), &NONCE, &known);
    assert_eq!(result, Err(EvidenceError::GoldenOverlap { index: 12 }));
}

#[test]
fn a_wrong_measurement_fails_if_its_index_is_active() {
    let (_, gpu, _, known) = good();
    let report = |index: usize| {
        let mut spec = ReportSpec::default();
        spec.measurements[index] = [6; 48];
        spec.sign(&NONCE, &gpu.leaf_key)
    };
    let error = EvidenceError::GoldenMismatch {
        component: Component::Driver,
        index: 20,
        actual: Hex([6; 48]),
    };
    assert_eq!(
        verify(&report(20), &gpu.chain(), &NONCE, &known),
        Err(error)
    );
    assert!(verify(&report(50), &gpu.chain(), &NONCE, &known).is_ok());
}

#[test]
fn index_35_counts_only_when_the_video_decoder_is_not_off() {
    let (_, gpu, _, mut known) = good();
    let [driver, _] = ReportSpec::default().golden_ids();
    let set = golden_set(34..36);
    known.golden.insert(driver, GoldenStatus::Active(set));
    let verdict = |nvdec0| {
        let mut spec = ReportSpec {
            nvdec0,
            ..Default::default()
        };
        spec.measurements[usize::from(NVDEC0_INDEX)] = [6; 48];
        verify(
            &spec.sign(&NONCE, &gpu.leaf_key),
            &gpu.chain(),
            &NONCE,
            &known,
        )
    };
    assert!(verdict(0x55).is_ok());
    assert!(matches!(
        verdict(0xaa),
        Err(EvidenceError::GoldenMismatch { index: 35, .. })
    ));
}

#[test]
fn revoked_certificates_fail() {
    let (network, gpu, report, known) = good();
    let revoke = |issuer: Role, index: usize, serial: &[u8]| -> Known {
        let bytes = network.crl(issuer, 1, 1_700_000_000, &[serial]);
        let mut changed = known.clone();
        let id = authority_id(&gpu.chain[index]);
        let list = Crl::parse(&bytes).unwrap();
        let list = list.verify(&changed.authorities[&id]).unwrap();
        changed.lists.insert(id, list);
        changed
    };
    let provisioner = known.authorities[&authority_id(&network.provisioner)].clone();
    let identity = known.authorities[&authority_id(&network.identity)].clone();
    let by_identity = revoke(Role::Identity, 3, &provisioner.serial);
    let by_root = revoke(Role::Root, 4, &identity.serial);
    for (changed, role) in [(by_identity, Role::Provisioner), (by_root, Role::Identity)] {
        let result = verify(&report, &gpu.chain(), &NONCE, &changed);
        assert_eq!(result, Err(EvidenceError::Revoked { role }));
    }
}

#[test]
fn a_blocked_device_fails() {
    let (_, gpu, report, mut known) = good();
    known.blocked.insert(gpu.device_id());
    let result = verify(&report, &gpu.chain(), &NONCE, &known);
    assert!(matches!(result, Err(EvidenceError::DeviceBlocked { .. })));
}

#[test]
fn cheap_checks_come_before_signatures() {
    let (_, gpu, report, known) = good();
    let stranger = TestNetwork::named("stranger").gpu(0);
    // Everything is wrong with the signature, and it is the nonce that refuses.
    let chain = stranger.chain();
    let evidence = Evidence {
        report: &report,
        chain: &chain,
    };
    let result = evidence.check(&[8; 32], &known);
    assert!(matches!(result, Err(EvidenceError::Nonce { .. })));
    let evidence = Evidence {
        report: &report,
        chain: &gpu.chain(),
    };
    assert!(evidence.check(&NONCE, &known).is_ok());
}

#[test]
fn golden_ids_tell_components_apart() {
    let [driver, vbios] = ReportSpec::default().golden_ids();
    assert_eq!(driver.component(), Component::Driver);
    assert_eq!(vbios.component(), Component::Vbios);
    assert!(matches!(vbios, GoldenId::Vbios { .. }));
}

fn authority_id(der: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(der).into()
}
