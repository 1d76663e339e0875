//! The form and the links of certificates.

use super::vectors::{chain, slices, vector};
use crate::{
    dev::{CertificateSpec, Signer, TestNetwork, TEST_ROOT},
    limits::MAX_CERTIFICATE_LEN,
    Certificate, Chain, EvidenceError, PublicKey, Role,
};

fn genuine() -> Vec<Vec<u8>> {
    chain(vector!("nvidia/gpuAkCertChain.txt"))
}

fn leaf_spec() -> (CertificateSpec, Signer) {
    let key = Signer::from_words("leaf");
    let mut spec = CertificateSpec::new(Role::Leaf, Role::Device, &key.public());
    spec.fwid = Some([3; 48]);
    (spec, Signer::from_words("device"))
}

fn parse(role: Role, spec: &CertificateSpec) -> Result<(), EvidenceError> {
    let der = spec.sign(&Signer::from_words("device"));
    Certificate::parse(role, &der).map(|_| ())
}

#[test]
fn a_test_chain_verifies_up_to_the_test_root() {
    let gpu = TestNetwork::default().gpu(3);
    let chain = gpu.chain();
    assert_eq!(Chain::parse(&chain).unwrap().verify(&[TEST_ROOT]), Ok(()));
}

#[test]
fn a_chain_to_another_root_fails() {
    let gpu = TestNetwork::named("other").gpu(3);
    let chain = gpu.chain();
    let result = Chain::parse(&chain).unwrap().verify(&[TEST_ROOT]);
    assert!(matches!(result, Err(EvidenceError::Root { .. })));
}

#[test]
fn a_root_with_the_right_name_and_another_key_fails() {
    // The chain of another network with the trusted root on top: the names fit, the signatures do not.
    let trusted = TestNetwork::default();
    let gpu = TestNetwork::named("other").gpu(3);
    let mut chain = gpu.chain();
    chain[4] = &trusted.root;
    let result = Chain::parse(&chain).unwrap().verify(&[TEST_ROOT]);
    let error = EvidenceError::CertificateSignature {
        role: Role::Identity,
    };
    assert_eq!(result, Err(error));
}

/// Each byte of each genuine certificate is signed or checked: flipping it breaks the chain.
#[test]
fn a_genuine_chain_with_a_flipped_byte_fails() {
    let genuine = genuine();
    for place in 0..5 {
        for at in (0..genuine[place].len()).step_by(37) {
            let mut changed = genuine.clone();
            changed[place][at] ^= 4;
            let chain = slices(&changed);
            let result = Chain::parse(&chain).and_then(|chain| chain.verify(&[crate::NVIDIA_ROOT]));
            assert!(result.is_err(), "byte {at} of certificate {place}");
        }
    }
}

#[test]
fn truncated_and_extended_certificates_fail() {
    let genuine = genuine();
    let leaf = &genuine[0];
    for len in [0, 1, 4, leaf.len() / 2, leaf.len() - 1] {
        assert!(Certificate::parse(Role::Leaf, &leaf[..len]).is_err());
    }
    let longer = [leaf.as_slice(), &[0]].concat();
    assert!(Certificate::parse(Role::Leaf, &longer).is_err());
}

#[test]
fn an_overlong_certificate_is_refused_before_parsing() {
    let (mut spec, _) = leaf_spec();
    spec.more_extensions = vec![0; MAX_CERTIFICATE_LEN];
    let result = parse(Role::Leaf, &spec);
    assert!(matches!(
        result,
        Err(EvidenceError::CertificateLength { .. })
    ));
}

#[test]
fn a_certificate_out_of_place_is_told_by_its_subject() {
    let (spec, _) = leaf_spec();
    assert_eq!(parse(Role::Leaf, &spec), Ok(()));
    let device = CertificateSpec::new(Role::Device, Role::Provisioner, &spec.key);
    let mut renamed = spec.clone();
    renamed.subject = device.subject;
    let error = EvidenceError::CertificateRole { role: Role::Leaf };
    assert_eq!(parse(Role::Leaf, &renamed), Err(error));
}

#[test]
fn another_curve_is_refused() {
    // secp384r1 becomes secp521r1 in the genuine leaf: 1.3.132.0.34 and 1.3.132.0.35.
    let mut leaf = genuine()[0].clone();
    let curve = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
    let at = leaf.windows(7).position(|window| window == curve).unwrap();
    leaf[at + 6] = 0x23;
    let error = EvidenceError::CertificateCurve { role: Role::Leaf };
    assert_eq!(
        Certificate::parse(Role::Leaf, &leaf).map(|_| ()),
        Err(error.clone())
    );

    let (mut spec, _) = leaf_spec();
    spec.key = PublicKey([4; 97]);
    assert_eq!(parse(Role::Leaf, &spec), Err(error));
}

#[test]
fn another_hash_is_refused() {
    // ecdsa-with-SHA384 becomes ecdsa-with-SHA256 in both places.
    let mut leaf = genuine()[0].clone();
    let algorithm = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
    let places: Vec<usize> = leaf
        .windows(8)
        .enumerate()
        .filter_map(|(at, window)| (window == algorithm).then_some(at))
        .collect();
    assert_eq!(places.len(), 2);
    for at in places {
        leaf[at + 7] = 0x02;
        let error = EvidenceError::CertificateAlgorithm { role: Role::Leaf };
        assert_eq!(
            Certificate::parse(Role::Leaf, &leaf).map(|_| ()),
            Err(error)
        );
    }
}

#[test]
fn a_leaf_needs_its_firmware_id_and_must_be_no_authority() {
    let (mut spec, _) = leaf_spec();
    spec.fwid = None;
    assert!(matches!(
        parse(Role::Leaf, &spec),
        Err(EvidenceError::CertificateUse { .. })
    ));
    let (mut spec, _) = leaf_spec();
    spec.authority = true;
    assert!(matches!(
        parse(Role::Leaf, &spec),
        Err(EvidenceError::CertificateUse { .. })
    ));
}

#[test]
fn an_authority_must_be_one_and_may_sign_certificates() {
    let key = Signer::from_words("device").public();
    let mut spec = CertificateSpec::new(Role::Device, Role::Provisioner, &key);
    assert_eq!(parse(Role::Device, &spec), Ok(()));
    spec.authority = false;
    assert!(parse(Role::Device, &spec).is_err());
    spec.authority = true;
    spec.key_usage = vec![0x03, 0x02, 0x07, 0x80];
    assert!(parse(Role::Device, &spec).is_err());
}

#[test]
fn an_extension_twice_or_critical_and_unknown_is_refused() {
    let key_usage = [
        0x30, 0x0b, 0x06, 0x03, 0x55, 0x1d, 0x0f, 0x04, 0x04, 0x03, 0x02, 0x07, 0x80,
    ];
    let unknown = |critical: &[u8]| {
        let mut extension = vec![0x30, 7 + critical.len() as u8, 0x06, 0x03, 0x55, 0x1d, 0x7f];
        extension.extend_from_slice(critical);
        extension.extend([0x04, 0x00]);
        extension
    };
    let with = |more: Vec<u8>| {
        let (mut spec, _) = leaf_spec();
        spec.more_extensions = more;
        parse(Role::Leaf, &spec)
    };
    assert_eq!(with(unknown(&[])), Ok(()));
    let problem = |problem| {
        Err(EvidenceError::CertificateForm {
            role: Role::Leaf,
            problem,
        })
    };
    assert_eq!(
        with(key_usage.to_vec()),
        problem("an extension comes twice")
    );
    assert_eq!(
        with(unknown(&[1, 1, 0xff])),
        problem("a critical extension is not understood")
    );
}

#[test]
fn an_overlong_serial_is_refused() {
    let (mut spec, _) = leaf_spec();
    spec.serial = vec![0x7f; 21];
    assert!(matches!(
        parse(Role::Leaf, &spec),
        Err(EvidenceError::CertificateForm { .. })
    ));
}
