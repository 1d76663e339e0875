//! Arbitrary and damaged bytes never panic, and never pass.

use super::{
    good,
    vectors::{chain, report, vector},
    verify, NONCE,
};
use crate::{Certificate, Crl, Opaque, Report, Role};
use proptest::prelude::*;

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// Places to change, and what to change them to; then bytes cut off or added.
fn damage() -> impl Strategy<Value = (Vec<(usize, u8)>, usize, Vec<u8>)> {
    let changes = prop::collection::vec((any::<usize>(), any::<u8>()), 0..6);
    (changes, prop_oneof![Just(0usize), 0..64usize], bytes(8))
}

fn damaged(good: &[u8], (changes, cut, more): (Vec<(usize, u8)>, usize, Vec<u8>)) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, value) in changes {
        let at = at % bytes.len();
        bytes[at] = value;
    }
    bytes.truncate(good.len() - cut);
    bytes.extend(more);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(input in bytes(5_000)) {
        let _ = Report::parse(&input);
        let _ = Opaque::parse(&input);
        let _ = Crl::parse(&input);
        for role in Role::ALL {
            let _ = Certificate::parse(role, &input);
        }
    }

    #[test]
    fn a_damaged_report_never_panics(damage in damage()) {
        let good = report(vector!("nvidia/hopperAttestationReport.txt"));
        let _ = Report::parse(&damaged(&good, damage));
    }

    #[test]
    fn a_damaged_certificate_never_panics(damage in damage(), place in 0usize..5) {
        let good = chain(vector!("nvidia/gpuAkCertChain.txt"));
        let _ = Certificate::parse(Role::ALL[place], &damaged(&good[place], damage));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_damaged_list_never_passes_for_another(damage in damage()) {
        let (network, _, _, known) = good();
        let good = network.crl(Role::Root, 7, 1_700_000_000, &[&[9, 1]]);
        let bytes = damaged(&good, damage);
        let root = known.authorities.values().find(|authority| authority.role == Role::Root);
        let passed = Crl::parse(&bytes).and_then(|list| list.verify(root.unwrap())).is_ok();
        prop_assert_eq!(passed, bytes == good);
    }

    #[test]
    fn a_damaged_report_never_passes_for_another(damage in damage()) {
        let (_, gpu, report, known) = good();
        let bytes = damaged(&report, damage);
        let passed = verify(&bytes, &gpu.chain(), &NONCE, &known).is_ok();
        prop_assert_eq!(passed, bytes == report);
    }
}
