//! Certificates and revocation lists, from anyone.

use crate::{mock::*, Authorities, Error, Event, Lists};
use ballast_attestation::{dev::TestNetwork, AuthorityId, Role};
use frame_support::{assert_noop, assert_ok};

fn add(network: &TestNetwork) -> sp_runtime::DispatchResult {
    let [provisioner, identity, top] = network.authorities().map(bounded);
    Attestation::add_authorities(origin(50), provisioner, identity, top)
}

fn authority(role: Role) -> AuthorityId {
    let mut all = Authorities::<Test>::iter();
    let found = all.find(|(_, authority)| authority.role == role);
    found.unwrap().0
}

fn submit(issuer: AuthorityId, list: Vec<u8>) -> sp_runtime::DispatchResult {
    Attestation::submit_crl(origin(50), issuer, list.try_into().unwrap())
}

#[test]
fn certificates_are_kept_once() {
    run(|| {
        assert_eq!(Authorities::<Test>::count(), 3);
        assert_ok!(add(&TestNetwork::default()));
        assert_eq!(Authorities::<Test>::count(), 3);
    });
}

#[test]
fn certificates_under_another_root_are_refused() {
    run(|| {
        let stranger = TestNetwork::named("stranger");
        assert_noop!(add(&stranger), Error::<Test>::RootNotTrusted);
    });
}

#[test]
fn certificates_that_do_not_link_are_refused() {
    run(|| {
        let (network, stranger) = (TestNetwork::default(), TestNetwork::named("stranger"));
        let call = Attestation::add_authorities(
            origin(50),
            bounded(&stranger.provisioner),
            bounded(&network.identity),
            bounded(&network.root),
        );
        assert_noop!(call, Error::<Test>::ChainSignature);
        let call = Attestation::add_authorities(
            origin(50),
            bounded(&network.identity),
            bounded(&network.provisioner),
            bounded(&network.root),
        );
        assert_noop!(call, Error::<Test>::ChainMalformed);
    });
}

#[test]
fn places_for_certificates_are_bounded() {
    run(|| {
        MaxAuthorities::set(3);
        let other = TestNetwork::named("second");
        crate::TestRoot::<Test>::put(other.root_id());
        assert_noop!(add(&other), Error::<Test>::TooManyAuthorities);
        crate::TestRoot::<Test>::put(TestNetwork::default().root_id());
        MaxAuthorities::set(6);
    });
}

#[test]
fn a_list_is_put_in_force_and_only_a_newer_one_follows() {
    run(|| {
        let network = TestNetwork::default();
        let issuer = authority(Role::Root);
        let list = |number, date| network.crl(Role::Root, number, date, &[&[5]]);
        assert_ok!(submit(issuer, list(2, NOW)));
        System::assert_last_event(Event::ListUpdated { issuer, revoked: 1 }.into());
        for (number, date) in [(2, NOW), (1, NOW + 1), (3, NOW - 1)] {
            let result = submit(issuer, list(number, date));
            assert_noop!(result, Error::<Test>::ListNotNewer);
        }
        assert_ok!(submit(issuer, list(3, NOW + 1)));
    });
}

#[test]
fn lists_that_are_forged_foreign_or_malformed_are_refused() {
    run(|| {
        let network = TestNetwork::default();
        let root = authority(Role::Root);
        let stranger = TestNetwork::named("stranger");
        let forged = stranger.crl(Role::Root, 1, NOW, &[]);
        assert_noop!(submit(root, forged), Error::<Test>::ListSignature);
        let foreign = network.crl(Role::Identity, 1, NOW, &[]);
        assert_noop!(submit(root, foreign), Error::<Test>::ListSignature);
        assert_noop!(submit(root, vec![1, 2, 3]), Error::<Test>::ListMalformed);
        let list = network.crl(Role::Root, 1, NOW, &[]);
        assert_noop!(submit([0; 32], list), Error::<Test>::UnknownAuthority);
        assert_eq!(Lists::<Test>::iter().count(), 0);
    });
}
