use crate::{
    mock::{Workers as Pallet, *},
    Error, WorkerProfile,
};
use ballast_core::{placement::Candidate, OperatorId, WorkerId};
use frame_support::{assert_noop, assert_ok};

#[test]
fn candidates_are_the_active_workers_with_what_placement_weighs() {
    run(|| {
        join([1, 2, 3]);
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_ok!(Pallet::update(
            origin(1),
            WorkerProfile {
                operator: id(9),
                ..profile(1)
            }
        ));
        assert_ok!(Pallet::assign(&id(1), 4_000));
        assert_ok!(Pallet::drain(origin(2)));
        assert_ok!(Pallet::leave(origin(3)));
        let only = Candidate {
            worker: WorkerId([1; 32]),
            operator: OperatorId([9; 32]),
            stake: MIN_STAKE,
            free_bytes: 6_000,
            assigned_bytes: 4_000,
        };
        assert_eq!(Pallet::candidates(), vec![only]);
        assert_eq!(
            (Pallet::candidates_count(), Pallet::workers_count()),
            (1, 3)
        );
    });
}

#[test]
fn assign_counts_bytes_up_to_the_capacity() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 9_999));
        assert_noop!(Pallet::assign(&id(1), 2), Error::<Test>::CapacityExceeded);
        assert_noop!(
            Pallet::assign(&id(1), u64::MAX),
            Error::<Test>::CapacityExceeded
        );
        assert_ok!(Pallet::assign(&id(1), 1));
        assert_eq!(Pallet::assigned_bytes(&id(1)), 10_000);
        assert_eq!(Pallet::assigned_bytes(&id(2)), 0);
    });
}

#[test]
fn assign_refuses_strangers_and_workers_that_take_nothing() {
    run(|| {
        assert_noop!(Pallet::assign(&id(1), 1), Error::<Test>::NotWorker);
        join([1]);
        assert_ok!(Pallet::drain(origin(1)));
        assert_noop!(Pallet::assign(&id(1), 1), Error::<Test>::NotActive);
        assert_ok!(Pallet::leave(origin(1)));
        assert_noop!(Pallet::assign(&id(1), 1), Error::<Test>::NotActive);
    });
}

#[test]
fn release_takes_bytes_off_a_worker_of_any_status() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 100));
        assert_ok!(Pallet::release(&id(1), 40));
        assert_ok!(Pallet::drain(origin(1)));
        assert_ok!(Pallet::release(&id(1), 60));
        assert_eq!(Pallet::assigned_bytes(&id(1)), 0);
    });
}

#[test]
fn release_refuses_strangers_and_more_than_is_assigned() {
    run(|| {
        assert_noop!(Pallet::release(&id(1), 1), Error::<Test>::NotWorker);
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 100));
        assert_noop!(Pallet::release(&id(1), 101), Error::<Test>::ReleasedTooMuch);
    });
}

#[test]
fn receipt_keys_and_activity_are_those_of_workers() {
    run(|| {
        assert_eq!(
            (Pallet::receipt_key(&id(1)), Pallet::is_active(&id(1))),
            (None, false)
        );
        join([1]);
        assert_eq!(
            (Pallet::receipt_key(&id(1)), Pallet::is_active(&id(1))),
            (Some([1; 32]), true)
        );
        assert_ok!(Pallet::drain(origin(1)));
        assert_eq!(
            (Pallet::receipt_key(&id(1)), Pallet::is_active(&id(1))),
            (Some([1; 32]), false)
        );
    });
}
