use crate::{
    mock::{Workers as Pallet, *},
    Error, Event, ReceiptKeys, WorkerProfile, Workers,
};
use frame_support::{assert_noop, assert_ok, traits::ConstU32, BoundedVec};
use sp_runtime::traits::BadOrigin;

/// Expects both ways to state a profile to refuse it.
fn assert_refused(change: impl FnOnce(&mut WorkerProfile), error: Error<Test>) {
    let mut changed = profile(1);
    change(&mut changed);
    assert_noop!(
        Pallet::update(origin(1), changed.clone()),
        error_copy(&error)
    );
    changed.operator = if changed.operator == id(1) {
        id(5)
    } else {
        changed.operator
    };
    changed.receipt_key = if changed.receipt_key == [1; 32] {
        [5; 32]
    } else {
        changed.receipt_key
    };
    assert_noop!(Pallet::join(origin(5), changed, MIN_STAKE), error);
}

fn error_copy(error: &Error<Test>) -> sp_runtime::DispatchError {
    let bytes = codec::Encode::encode(error);
    let copy: Error<Test> = codec::Decode::decode(&mut bytes.as_slice()).unwrap();
    copy.into()
}

#[test]
fn update_replaces_the_whole_profile_and_nothing_else() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 500));
        let changed = WorkerProfile {
            endpoint: b"http://10.0.0.1".to_vec().try_into().unwrap(),
            receipt_key: [77; 32],
            capacity: 1_000,
            ask_per_gib_epoch: 50,
            ..profile(1)
        };
        assert_ok!(Pallet::update(origin(1), changed.clone()));
        let worker = Workers::<Test>::get(id(1)).unwrap();
        assert_eq!(worker.profile, changed);
        assert_eq!((worker.stake, worker.assigned_bytes), (MIN_STAKE, 500));
        System::assert_last_event(
            Event::Updated {
                worker: id(1),
                operator: id(1),
            }
            .into(),
        );
    });
}

#[test]
fn update_is_for_workers() {
    run(|| {
        assert_noop!(
            Pallet::update(origin(1), profile(1)),
            Error::<Test>::NotWorker
        );
        assert_noop!(Pallet::update(RuntimeOrigin::none(), profile(1)), BadOrigin);
    });
}

#[test]
fn a_former_receipt_key_is_free_again() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                receipt_key: [9; 32],
                ..profile(1)
            }
        ));
        assert_eq!(Pallet::receipt_key(&id(1)), Some([9; 32]));
        assert!(!ReceiptKeys::<Test>::contains_key([1; 32]));
        assert_ok!(Pallet::join(
            origin(2),
            WorkerProfile {
                receipt_key: [1; 32],
                ..profile(2)
            },
            MIN_STAKE
        ));
    });
}

#[test]
fn a_profile_with_anothers_receipt_key_is_refused() {
    run(|| {
        join([1, 2]);
        assert_refused(
            |profile| profile.receipt_key = [2; 32],
            Error::ReceiptKeyTaken,
        );
    });
}

#[test]
fn a_profile_with_the_zero_key_is_refused() {
    run(|| {
        join([1]);
        assert_refused(
            |profile| profile.receipt_key = [0; 32],
            Error::ReceiptKeyInvalid,
        );
    });
}

#[test]
fn a_profile_with_a_capacity_out_of_bounds_is_refused() {
    run(|| {
        join([1]);
        assert_refused(|profile| profile.capacity = 999, Error::CapacityOutOfBounds);
        assert_refused(
            |profile| profile.capacity = 1_000_001,
            Error::CapacityOutOfBounds,
        );
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                capacity: 1_000,
                ..profile(1)
            }
        ));
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                capacity: 1_000_000,
                ..profile(1)
            }
        ));
    });
}

#[test]
fn update_refuses_a_capacity_below_what_is_assigned() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 5_000));
        assert_noop!(
            Pallet::update(
                origin(1),
                WorkerProfile {
                    capacity: 4_999,
                    ..profile(1)
                }
            ),
            Error::<Test>::CapacityBelowAssigned
        );
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                capacity: 5_000,
                ..profile(1)
            }
        ));
    });
}

#[test]
fn a_profile_with_too_high_an_ask_is_refused() {
    run(|| {
        join([1]);
        assert_refused(|profile| profile.ask_per_gib_epoch = 51, Error::AskTooHigh);
    });
}

#[test]
fn a_profile_with_a_bad_endpoint_is_refused() {
    run(|| {
        join([1]);
        for url in [
            "",
            "worker.example",
            "ftp://worker.example",
            "http://user@worker.example",
        ] {
            let endpoint = url.as_bytes().to_vec().try_into().unwrap();
            assert_refused(
                |profile| profile.endpoint = endpoint,
                Error::EndpointInvalid,
            );
        }
    });
}

#[test]
fn an_endpoint_of_256_bytes_fits_and_a_longer_one_is_no_argument() {
    run(|| {
        join([1]);
        let mut url = b"http://a/".to_vec();
        url.resize(256, b'x');
        let endpoint = url.clone().try_into().unwrap();
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                endpoint,
                ..profile(1)
            }
        ));
        url.push(b'x');
        assert!(BoundedVec::<u8, ConstU32<256>>::try_from(url).is_err());
    });
}

#[test]
fn a_profile_with_an_operator_who_has_not_consented_is_refused() {
    run(|| {
        join([1]);
        assert_refused(
            |profile| profile.operator = id(3),
            Error::OperatorHasNotConsented,
        );
    });
}
