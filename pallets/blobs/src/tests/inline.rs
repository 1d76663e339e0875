//! Blobs in chain state.

use crate::{mock::*, Error, Event, HoldReason, InlineBlobs};
use ballast_core::{price::BAL, view::BlobInfo, Address};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{AccountId32, DispatchResult};

fn store(who: &AccountId32, bytes: &[u8]) -> DispatchResult {
    Blobs::store_inline(
        RuntimeOrigin::signed(who.clone()),
        bytes.to_vec().try_into().unwrap(),
    )
}

fn remove(who: &AccountId32, address: Address) -> DispatchResult {
    Blobs::remove_inline(RuntimeOrigin::signed(who.clone()), address)
}

fn address(bytes: &[u8]) -> Address {
    Address(*blake3::hash(bytes).as_bytes())
}

#[test]
fn one_byte_and_one_chunk_are_stored_and_returned() {
    chain(0, || {
        for bytes in [vec![7], vec![9; 1_024]] {
            let before = free(&ALICE);
            assert_ok!(store(&ALICE, &bytes));
            let address = address(&bytes);
            assert_eq!(before - free(&ALICE), BAL + 7 * bytes.len() as u128);
            assert!(Blobs::is_available(address));
            assert_eq!(Blobs::inline(address), Some(bytes.clone()));
            assert_eq!(Blobs::blob(address), Some(BlobInfo::Inline { bytes }));
        }
        assert_eq!(held(HoldReason::Inline, &ALICE), 2 * BAL + 7 * 1_025);
    });
}

#[test]
fn more_than_a_chunk_does_not_even_decode() {
    assert!(crate::types::InlineBytes::try_from(vec![0; 1_025]).is_err());
}

#[test]
fn removing_returns_the_deposit() {
    chain(0, || {
        assert_ok!(store(&ALICE, b"config"));
        let address = address(b"config");
        assert_ok!(remove(&ALICE, address));
        assert_eq!(free(&ALICE), FUNDS);
        assert!(!Blobs::is_available(address));
        assert_eq!(Blobs::blob(address), None);
        let removed = Event::InlineRemoved {
            address,
            owner: ALICE,
            gone: true,
        };
        assert_eq!(events().last(), Some(&removed));
    });
}

#[test]
fn one_owner_does_not_delete_what_another_paid_for() {
    chain(0, || {
        let address = address(b"licence");
        assert_ok!(store(&ALICE, b"licence"));
        assert_ok!(store(&BOB, b"licence"));
        assert_eq!(InlineBlobs::<Test>::get(address).unwrap().owners, 2);
        assert_ok!(remove(&ALICE, address));
        assert!(Blobs::is_available(address));
        assert_eq!((free(&ALICE), free(&BOB) < FUNDS), (FUNDS, true));
        assert_noop!(remove(&ALICE, address), Error::<Test>::NotOwner);
        assert_ok!(remove(&BOB, address));
        assert!(!Blobs::is_available(address));
    });
}

#[test]
fn each_thing_that_is_refused() {
    chain(0, || {
        assert_noop!(store(&ALICE, b""), Error::<Test>::EmptyBlob);
        assert_noop!(store(&POOR, b"x"), Error::<Test>::Unaffordable);
        assert_ok!(store(&ALICE, b"x"));
        assert_noop!(store(&ALICE, b"x"), Error::<Test>::AlreadyStored);
        assert_noop!(remove(&BOB, address(b"x")), Error::<Test>::NotOwner);
        assert_noop!(remove(&ALICE, address(b"y")), Error::<Test>::NotOwner);
    });
}

#[test]
fn the_empty_blob_is_always_there() {
    chain(0, || {
        assert!(Blobs::is_available(address(b"")));
        assert_eq!(Blobs::inline(address(b"")), Some(vec![]));
        assert_eq!(
            Blobs::blob(address(b"")),
            Some(BlobInfo::Inline { bytes: vec![] })
        );
    });
}
