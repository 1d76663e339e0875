//! Registration: what the chain checks before it takes money.

use crate::{mock::*, types::Stage, Encodings, Error, Event, HoldReason, Parameters};
use ballast_core::{
    price::{encoding_state_bytes, lease_cost, BAL},
    view::EncodingStatus,
    Address, ChainingValue, EncodingId, ShardIndex, StripeIndex,
};
use frame_support::{assert_noop, assert_ok};

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

/// Registers with another blob's or altered arguments.
fn register_as(
    address: Address,
    len: u64,
    values: &[ChainingValue],
    blob: &TestBlob,
) -> sp_runtime::DispatchResult {
    Blobs::register(
        RuntimeOrigin::signed(ALICE),
        address,
        len,
        blob.layout.code(),
        values.to_vec().try_into().unwrap(),
        blob.length_proof.clone(),
        2,
    )
}

#[test]
fn register_holds_deposit_and_lease_and_waits_for_workers() {
    chain(10, || {
        let blob = blob();
        let id = register_for(&ALICE, &blob, 3).unwrap();
        assert_eq!(id, EncodingId(0));
        assert_eq!(Blobs::next_encoding_id(), EncodingId(1));

        let info = Blobs::encoding(id).unwrap();
        assert_eq!(info.status, EncodingStatus::AwaitingPlacement);
        assert_eq!((info.address, info.len), (blob.address(), 50_000));
        assert_eq!(info.roots, blob.table.shard_roots());
        assert_eq!(info.lapses_at, Some(41));

        let deposit = BAL + 1_001 * u128::from(encoding_state_bytes(code(4, 8)));
        let lease = lease_cost(blob.layout.stored_len(), 3, 1_000 * BAL).unwrap();
        assert_eq!((info.deposit, info.lease_held), (deposit, lease));
        assert_eq!(held(HoldReason::Deposit, &ALICE), deposit);
        assert_eq!(held(HoldReason::Lease, &ALICE), lease);
        assert_eq!(free(&ALICE), FUNDS - deposit - lease);
        let registered = Event::Registered {
            encoding: id,
            address: blob.address(),
            publisher: ALICE,
        };
        assert_eq!(events(), [registered]);
    });
}

#[test]
fn every_shape_of_a_blob_registers() {
    chain(20, || {
        for (len, k, n) in [
            (1_025, 2, 3),
            (1_500, 4, 8),
            (2_048, 2, 8),
            (4_096, 4, 6),
            (4_097, 4, 8),
            (131_072, 2, 4),
            (131_073, 2, 4),
            (300_001, 4, 8),
            (65_537, 8, 16),
        ] {
            let blob = TestBlob::new(len, code(k, n));
            assert_eq!(blob.table.address(), blob.address());
            assert_ok!(register(&ALICE, &blob));
        }
    });
}

#[test]
fn lengths_without_a_layout_are_refused() {
    chain(10, || {
        let blob = blob();
        let values = blob.table.values();
        let try_len = |len| register_as(blob.address(), len, values, &blob);
        assert_noop!(try_len(1_024), Error::<Test>::BlobTooShort);
        assert_noop!(try_len((1 << 40) + 1), Error::<Test>::BlobTooLong);
    });
}

#[test]
fn a_data_cell_that_is_not_the_file_is_refused() {
    chain(10, || {
        let blob = blob();
        let cell = blob
            .layout
            .table_index(StripeIndex(3), ShardIndex(1))
            .unwrap();
        let mut values = blob.table.values().to_vec();
        values[cell].0[0] ^= 1;
        let refused = register_as(blob.address(), 50_000, &values, &blob);
        assert_noop!(refused, Error::<Test>::WrongAddress);
    });
}

#[test]
fn another_address_than_the_cells_is_refused() {
    chain(10, || {
        let blob = blob();
        let other = TestBlob::varied(50_000, code(4, 8), 1);
        let refused = register_as(other.address(), 50_000, blob.table.values(), &blob);
        assert_noop!(refused, Error::<Test>::WrongAddress);
    });
}

#[test]
fn a_wrong_last_cell_is_refused() {
    chain(10, || {
        let blob = blob();
        let (stripe, shard) = blob.layout.last_data_cell();
        let mut values = blob.table.values().to_vec();
        values[blob.layout.table_index(stripe, shard).unwrap()].0[0] ^= 1;
        let refused = register_as(blob.address(), 50_000, &values, &blob);
        assert_noop!(refused, Error::<Test>::WrongLastCell);
    });
}

#[test]
fn too_many_and_too_few_cell_values_are_refused() {
    chain(10, || {
        let blob = blob();
        let mut values = blob.table.values().to_vec();
        let last = values.pop().unwrap();
        let refused = |values: &[_]| register_as(blob.address(), 50_000, values, &blob);
        assert_noop!(refused(&values), Error::<Test>::WrongTableLen);
        values.extend([last, last]);
        assert_noop!(refused(&values), Error::<Test>::WrongTableLen);
    });
}

#[test]
fn a_wrong_length_is_refused_however_it_is_dressed() {
    chain(10, || {
        // The same number of cells, so that the cell values alone would pass.
        let blob = blob();
        let values = blob.table.values();
        let refused = register_as(blob.address(), 50_001, values, &blob);
        assert_noop!(refused, Error::<Test>::WrongLastChunkLen);

        // A last chunk of the claimed length, which hashes to something else.
        let mut forged = TestBlob::new(50_000, code(4, 8));
        forged.length_proof.last_chunk.push(0);
        let refused = register_as(blob.address(), 50_001, values, &forged);
        assert_noop!(refused, Error::<Test>::WrongLastCell);

        // Cells of two chunks: as many cells, one level fewer.
        let wide = TestBlob::new(4 * 2_048 * 64, code(4, 8));
        let mut shallow = TestBlob::new(4 * 2_048 * 64, code(4, 8));
        shallow.length_proof.siblings.clear();
        let refused = register_as(
            wide.address(),
            wide.layout.len(),
            wide.table.values(),
            &shallow,
        );
        assert_noop!(refused, Error::<Test>::WrongProofLen);
    });
}

#[test]
fn the_lease_must_be_within_its_limits() {
    chain(10, || {
        let blob = blob();
        assert_noop!(register_for(&ALICE, &blob, 1), Error::<Test>::LeaseTooShort);
        assert_noop!(
            register_for(&ALICE, &blob, 51),
            Error::<Test>::BeyondHorizon
        );
        assert_ok!(register_for(&ALICE, &blob, 50));
    });
}

#[test]
fn a_code_with_more_shards_than_workers_is_refused() {
    chain(7, || {
        assert_noop!(register(&ALICE, &blob()), Error::<Test>::NotEnoughWorkers);
        // Two of its data shards are empty, and need nobody.
        assert_ok!(register(&ALICE, &TestBlob::new(1_500, code(4, 8))));
    });
}

#[test]
fn an_account_without_funds_learns_what_to_do() {
    chain(10, || {
        assert_noop!(register(&POOR, &blob()), Error::<Test>::Unaffordable);
        Price::set(1_000_000_000_000 * BAL);
        assert_noop!(register(&ALICE, &blob()), Error::<Test>::Unaffordable);
        Parameters::<Test>::mutate(|params| params.encoding_deposit.per_byte = u128::MAX);
        assert_noop!(
            register_for(&ALICE, &blob(), 50),
            Error::<Test>::CostOverflow
        );
        Parameters::<Test>::put(parameters());
    });
}

#[test]
fn a_full_queue_refuses_more() {
    chain(10, || {
        MaxDrawQueue::set(2);
        for variant in 0..2 {
            assert_ok!(register(
                &ALICE,
                &TestBlob::varied(2_000, code(2, 4), variant)
            ));
        }
        let third = TestBlob::varied(2_000, code(2, 4), 2);
        assert_noop!(register(&ALICE, &third), Error::<Test>::DrawQueueFull);
        run(2);
        assert_ok!(register(&ALICE, &third));
    });
}

#[test]
fn the_same_encoding_is_not_registered_twice_by_one_publisher() {
    chain(10, || {
        let blob = blob();
        let id = register(&ALICE, &blob).unwrap();
        assert_noop!(register(&ALICE, &blob), Error::<Test>::AlreadyPending);
        // After the lapse there is nothing to go on with.
        run_to(41);
        assert_eq!(Encodings::<Test>::get(id), None);
        assert_ok!(register(&ALICE, &blob));
    });
}

#[test]
fn a_certified_encoding_is_extended_and_not_registered_again() {
    chain(10, || {
        let blob = blob();
        let id = certified(&blob);
        assert_noop!(register(&ALICE, &blob), Error::<Test>::AlreadyCertified);
        assert_noop!(register(&BOB, &blob), Error::<Test>::AlreadyCertified);
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 1));
        // Another code of the same file stores something else.
        assert_ok!(register(&BOB, &TestBlob::new(50_000, code(2, 4))));
    });
}

#[test]
fn pending_encodings_of_one_address_are_bounded_per_publisher() {
    chain(10, || {
        let blob = blob();
        for shard in 4..4 + MAX_PENDING as u8 {
            assert_ok!(register(&ALICE, &blob.with_wrong_parity(shard)));
        }
        assert_noop!(register(&ALICE, &blob), Error::<Test>::TooManyPending);
        assert_ok!(register(&ALICE, &TestBlob::new(50_001, code(4, 8))));
        assert_ok!(register(&BOB, &blob));
    });
}

#[test]
fn a_pending_lease_has_not_started() {
    chain(10, || {
        let id = register_for(&ALICE, &blob(), 2).unwrap();
        let stage = Encodings::<Test>::get(id).unwrap().stage;
        assert_eq!(
            stage,
            Stage::Pending {
                lapses_at: 41,
                epochs: 2,
                placed_at: None
            }
        );
        run_to(12);
        // Epoch 1 is under way: two whole epochs after it end with epoch 4, if it is certified now.
        assert_eq!(Blobs::encoding(id).unwrap().expires.0, 4);
    });
}
