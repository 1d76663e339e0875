//! Revocation lists.

use super::good;
use crate::{
    limits::{MAX_CRL_LEN, MAX_REVOKED},
    Authority, Crl, EvidenceError, Role,
};

const DAY: u64 = 1_700_000_000;

fn authority(role: Role) -> Authority {
    let (_, _, _, known) = good();
    let mut found = known.authorities.into_values();
    found.find(|authority| authority.role == role).unwrap()
}

#[test]
fn a_list_of_the_root_verifies_and_names_its_serials() {
    let (network, ..) = good();
    let bytes = network.crl(Role::Root, 7, DAY, &[&[9, 1], &[2, 2], &[0x80]]);
    let list = Crl::parse(&bytes)
        .unwrap()
        .verify(&authority(Role::Root))
        .unwrap();
    assert_eq!(list.number[19], 7);
    assert_eq!(list.this_update, DAY);
    for serial in [vec![9, 1], vec![2, 2], vec![0x80]] {
        assert!(list.revokes(&serial.try_into().unwrap()));
    }
    assert!(!list.revokes(&vec![9].try_into().unwrap()));
}

#[test]
fn a_list_without_entries_revokes_nothing() {
    let (network, ..) = good();
    let bytes = network.crl(Role::Identity, 1, DAY, &[]);
    let list = Crl::parse(&bytes)
        .unwrap()
        .verify(&authority(Role::Identity))
        .unwrap();
    assert!(list.revoked.is_empty());
}

#[test]
fn a_list_of_another_issuer_fails() {
    let (network, ..) = good();
    let bytes = network.crl(Role::Root, 1, DAY, &[]);
    let result = Crl::parse(&bytes)
        .unwrap()
        .verify(&authority(Role::Identity));
    let role = Role::Identity;
    assert_eq!(result, Err(EvidenceError::CrlIssuer { role }));
}

#[test]
fn an_issuer_that_may_not_sign_lists_fails() {
    let (network, ..) = good();
    let bytes = network.crl(Role::Root, 1, DAY, &[]);
    let mut issuer = authority(Role::Root);
    issuer.usage.crls = false;
    let result = Crl::parse(&bytes).unwrap().verify(&issuer);
    assert_eq!(result, Err(EvidenceError::CrlUse { role: Role::Root }));
}

#[test]
fn a_list_with_a_flipped_byte_fails() {
    let (network, ..) = good();
    let bytes = network.crl(Role::Root, 7, DAY, &[&[9, 1]]);
    let root = authority(Role::Root);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 2;
        let result = Crl::parse(&changed).and_then(|list| list.verify(&root));
        assert!(result.is_err(), "byte {at} may be changed");
    }
}

#[test]
fn only_a_newer_list_takes_the_place_of_another() {
    let (network, ..) = good();
    let list = |number, date| {
        let bytes = network.crl(Role::Root, number, date, &[]);
        Crl::parse(&bytes).unwrap().list
    };
    let known = list(5, DAY);
    assert_eq!(list(6, DAY).check_newer_than(&known), Ok(()));
    assert_eq!(list(256, DAY + 1).check_newer_than(&known), Ok(()));
    for (number, date) in [(5, DAY), (4, DAY + 1), (6, DAY - 1), (5, DAY + 1)] {
        let result = list(number, date).check_newer_than(&known);
        assert_eq!(result, Err(EvidenceError::CrlNotNewer));
    }
}

#[test]
fn too_many_entries_and_too_many_bytes_are_refused() {
    let (network, ..) = good();
    let serials: Vec<[u8; 2]> = (1..=MAX_REVOKED as u16 + 1).map(u16::to_be_bytes).collect();
    let serials: Vec<&[u8]> = serials.iter().map(<[u8; 2]>::as_slice).collect();
    let bytes = network.crl(Role::Root, 1, DAY, &serials);
    let error = EvidenceError::CrlTooManyEntries { most: MAX_REVOKED };
    assert_eq!(Crl::parse(&bytes).map(|_| ()), Err(error));
    let bytes = network.crl(Role::Root, 1, DAY, &serials[1..]);
    assert!(Crl::parse(&bytes).is_ok());
    let long = Crl::parse(&[0; MAX_CRL_LEN + 1]).map(|_| ());
    assert!(matches!(long, Err(EvidenceError::CrlLength { .. })));
}
