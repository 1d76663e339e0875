//! Extending leases.

use crate::{mock::*, Encodings, Error, Event, Funding, HoldReason};
use ballast_core::{
    price::{lease_cost, BAL},
    EncodingId, StorageEpoch,
};
use frame_support::{assert_noop, assert_ok};

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn extend(who: sp_runtime::AccountId32, id: EncodingId, epochs: u32) -> sp_runtime::DispatchResult {
    Blobs::extend(RuntimeOrigin::signed(who), id, epochs)
        .map(drop)
        .map_err(|refused| refused.error)
}

#[test]
fn anyone_extends_at_the_price_of_the_day() {
    chain(10, || {
        let blob = blob();
        let id = certified(&blob);
        let first = Blobs::encoding(id).unwrap();
        Price::set(3_000 * BAL);
        let amount = lease_cost(blob.layout.stored_len(), 4, 3_000 * BAL).unwrap();
        assert_ok!(extend(BOB, id, 4));
        let info = Blobs::encoding(id).unwrap();
        assert_eq!(info.expires, StorageEpoch(first.expires.0 + 4));
        assert_eq!(info.lease_held, first.lease_held + amount);
        assert_eq!(free(&BOB), FUNDS - amount);
        assert_eq!(Blobs::pot_balance(), first.lease_held + amount);
        let parts = Encodings::<Test>::get(id).unwrap().parts;
        assert_eq!(parts.len(), 2, "each price has its time");
        let extended = Event::Extended {
            encoding: id,
            funder: BOB,
            amount,
            expires: info.expires,
        };
        assert_eq!(events().last(), Some(&extended));
    });
}

#[test]
fn a_funder_that_extends_again_adds_to_its_part() {
    chain(10, || {
        let id = certified(&blob());
        assert_ok!(extend(BOB, id, 1));
        assert_ok!(extend(BOB, id, 2));
        assert_ok!(extend(ALICE, id, 1));
        assert_eq!(Funding::<Test>::iter_prefix(id).count(), 2);
        assert_eq!(Funding::<Test>::get(id, BOB), Some(FUNDS - free(&BOB)));
        let parts = Encodings::<Test>::get(id).unwrap().parts;
        assert_eq!(parts.len(), 1, "at one price a lease has one part");
    });
}

#[test]
fn the_lease_moves_into_the_pot_with_the_certificate() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        let lease = Blobs::encoding(id).unwrap().lease_held;
        assert_eq!(held(HoldReason::Lease, &ALICE), lease);
        assert_eq!(Blobs::pot_balance(), 0);
        assert_ok!(certify(id, all_receipts(id, &blob)));
        assert_eq!(held(HoldReason::Lease, &ALICE), 0);
        assert_eq!(Blobs::pot_balance(), lease);
        // Every planck belongs to a chunk and an epoch.
        let parts = Encodings::<Test>::get(id).unwrap().parts;
        let chunks = blob.layout.stored_len().div_ceil(1024) as u32;
        let all = ballast_core::lease::earnings(&parts, chunks, StorageEpoch(0), StorageEpoch(9));
        assert_eq!(all, lease);
    });
}

#[test]
fn a_lease_has_so_many_prices_at_a_time() {
    chain(10, || {
        let id = certified(&blob());
        for price in 1..8 {
            Price::set((1_000 + price) * BAL);
            assert_ok!(extend(BOB, id, 1));
        }
        Price::set(2_000 * BAL);
        assert_noop!(extend(BOB, id, 1), Error::<Test>::TooManyLeaseParts);
        // At the last price it only becomes longer.
        Price::set(1_007 * BAL);
        assert_ok!(extend(BOB, id, 1));
    });
}

#[test]
fn a_refund_reaches_an_account_that_was_emptied() {
    chain(10, || {
        let id = certified(&blob());
        let funder = sp_runtime::AccountId32::new([0xF0; 32]);
        let amount = lease_cost(blob().layout.stored_len(), 1, 1_000 * BAL).unwrap();
        let least = BAL / 1_000;
        assert!(amount > least);
        let gift = Balances::transfer_allow_death(
            RuntimeOrigin::signed(BOB),
            funder.clone(),
            amount + least,
        );
        assert_ok!(gift);
        assert_ok!(extend(funder.clone(), id, 1));
        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(funder.clone()),
            BOB,
            least
        ));
        // Nobody earned anything, so the whole part comes back, and the account lives again.
        run_to(40);
        assert_eq!(free(&funder), amount);
        assert_eq!(Kept::get(), 0);
    });
}

#[test]
fn no_lease_runs_past_the_horizon() {
    chain(10, || {
        let id = certified(&blob());
        // Epoch 0: the lease ends with epoch 3, the horizon with epoch 51.
        assert_noop!(extend(BOB, id, 49), Error::<Test>::BeyondHorizon);
        assert_noop!(extend(BOB, id, u32::MAX), Error::<Test>::BeyondHorizon);
        assert_ok!(extend(BOB, id, 48));
        assert_noop!(extend(CHARLIE, id, 1), Error::<Test>::BeyondHorizon);
        run_to(10);
        assert_ok!(extend(CHARLIE, id, 1));
    });
}

#[test]
fn what_cannot_be_extended() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        assert_noop!(
            extend(BOB, EncodingId(4), 1),
            Error::<Test>::UnknownEncoding
        );
        assert_noop!(extend(BOB, id, 1), Error::<Test>::NotCertified);
        assert_ok!(certify(id, all_receipts(id, &blob)));
        assert_noop!(extend(BOB, id, 0), Error::<Test>::NothingToExtend);
        assert_noop!(extend(POOR, id, 1), Error::<Test>::Unaffordable);
    });
}

#[test]
fn an_extended_lease_ends_when_it_now_ends() {
    chain(10, || {
        let blob = blob();
        let id = certified(&blob);
        assert_ok!(extend(BOB, id, 2));
        run_to(49);
        assert!(Blobs::is_available(blob.address()));
        run_to(50);
        assert!(!Blobs::is_available(blob.address()));
        assert_eq!((free(&ALICE), free(&BOB)), (FUNDS, FUNDS));
    });
}

#[test]
fn a_lease_starts_with_the_certificate_whatever_the_upload_took() {
    chain(10, || {
        let blob = blob();
        let id = placed(&blob);
        run_to(35);
        assert_ok!(certify(id, all_receipts(id, &blob)));
        // Certified in epoch 3: two whole epochs after it.
        assert_eq!(Blobs::encoding(id).unwrap().expires, StorageEpoch(6));
        run_to(59);
        assert!(Blobs::is_available(blob.address()));
        run_to(60);
        assert!(!Blobs::is_available(blob.address()));
    });
}
