use crate::{
    mock::{Workers as Pallet, *},
    Error, Event, HoldReason, WorkerProfile, Workers,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn operator_of(number: u8) -> crate::AccountId {
    Workers::<Test>::get(id(number)).unwrap().profile.operator
}

#[test]
fn a_worker_may_name_an_operator_that_has_authorised_it() {
    run(|| {
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        System::assert_last_event(
            Event::WorkerAuthorised {
                operator: id(9),
                worker: id(1),
            }
            .into(),
        );
        assert_eq!(held(HoldReason::Consent, 9), CONSENT_DEPOSIT);
        let named = WorkerProfile {
            operator: id(9),
            ..profile(1)
        };
        assert_ok!(Pallet::join(origin(1), named, MIN_STAKE));
        assert_eq!(operator_of(1), id(9));
    });
}

#[test]
fn consent_is_for_one_worker_only() {
    run(|| {
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_noop!(
            Pallet::join(
                origin(2),
                WorkerProfile {
                    operator: id(9),
                    ..profile(2)
                },
                MIN_STAKE
            ),
            Error::<Test>::OperatorHasNotConsented
        );
    });
}

#[test]
fn a_worker_is_no_operator_of_others_without_its_consent() {
    run(|| {
        join([1]);
        assert_noop!(
            Pallet::join(
                origin(2),
                WorkerProfile {
                    operator: id(1),
                    ..profile(2)
                },
                MIN_STAKE
            ),
            Error::<Test>::OperatorHasNotConsented
        );
    });
}

#[test]
fn authorise_refuses_oneself_doubles_and_empty_purses() {
    run(|| {
        assert_noop!(
            Pallet::authorise_worker(origin(1), id(1)),
            Error::<Test>::ConsentToSelf
        );
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_noop!(
            Pallet::authorise_worker(origin(9), id(1)),
            Error::<Test>::AlreadyAuthorised
        );
        assert_noop!(
            Pallet::authorise_worker(origin(99), id(1)),
            Error::<Test>::Unaffordable
        );
        assert_noop!(
            Pallet::authorise_worker(RuntimeOrigin::none(), id(1)),
            BadOrigin
        );
    });
}

#[test]
fn revoking_returns_the_deposit_and_makes_the_worker_its_own_operator() {
    run(|| {
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_ok!(Pallet::join(
            origin(1),
            WorkerProfile {
                operator: id(9),
                ..profile(1)
            },
            MIN_STAKE
        ));
        assert_ok!(Pallet::revoke_worker(origin(9), id(1)));
        System::assert_last_event(
            Event::WorkerRevoked {
                operator: id(9),
                worker: id(1),
            }
            .into(),
        );
        assert_eq!(Balances::free_balance(id(9)), FUNDS);
        assert_eq!(operator_of(1), id(1));
    });
}

#[test]
fn revoking_leaves_other_operators_workers_alone() {
    run(|| {
        assert_ok!(Pallet::authorise_worker(origin(8), id(1)));
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_ok!(Pallet::join(
            origin(1),
            WorkerProfile {
                operator: id(9),
                ..profile(1)
            },
            MIN_STAKE
        ));
        assert_ok!(Pallet::revoke_worker(origin(8), id(1)));
        assert_eq!(operator_of(1), id(9));
    });
}

#[test]
fn revoking_works_without_a_worker_and_only_once() {
    run(|| {
        assert_noop!(
            Pallet::revoke_worker(origin(9), id(1)),
            Error::<Test>::NotAuthorised
        );
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_ok!(Pallet::revoke_worker(origin(9), id(1)));
        assert!(!Workers::<Test>::contains_key(id(1)));
        assert_noop!(
            Pallet::revoke_worker(origin(9), id(1)),
            Error::<Test>::NotAuthorised
        );
        assert_noop!(
            Pallet::revoke_worker(RuntimeOrigin::none(), id(1)),
            BadOrigin
        );
    });
}

#[test]
fn a_deposit_returns_as_it_was_taken_whatever_the_parameter_is_now() {
    run(|| {
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        crate::Parameters::<Test>::mutate(|parameters| parameters.consent_deposit = 1);
        assert_ok!(Pallet::revoke_worker(origin(9), id(1)));
        assert_eq!(Balances::free_balance(id(9)), FUNDS);
    });
}
