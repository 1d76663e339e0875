use crate::{
    mock::{Workers as Pallet, *},
    Error, Event, HoldReason, ReceiptKeys, Workers,
};
use ballast_core::view::WorkerStatus;
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, ArithmeticError, TokenError};

fn status(number: u8) -> WorkerStatus {
    Workers::<Test>::get(id(number)).unwrap().status
}

#[test]
fn join_holds_the_stake_and_makes_an_active_worker() {
    run(|| {
        assert_ok!(Pallet::join(origin(1), profile(1), 250));
        let worker = Workers::<Test>::get(id(1)).unwrap();
        assert_eq!(
            (worker.stake, worker.assigned_bytes, worker.joined_at),
            (250, 0, 1)
        );
        assert_eq!(worker.profile, profile(1));
        assert!(Pallet::is_active(&id(1)));
        assert_eq!(held(HoldReason::Stake, 1), 250);
        assert_eq!(Pallet::active_count(), 1);
        System::assert_last_event(
            Event::Joined {
                worker: id(1),
                operator: id(1),
                stake: 250,
            }
            .into(),
        );
    });
}

#[test]
fn join_is_for_signed_accounts() {
    run(|| {
        assert_noop!(
            Pallet::join(RuntimeOrigin::root(), profile(1), MIN_STAKE),
            BadOrigin
        );
    });
}

#[test]
fn join_refuses_a_second_time() {
    run(|| {
        join([1]);
        assert_noop!(
            Pallet::join(origin(1), profile(2), MIN_STAKE),
            Error::<Test>::AlreadyWorker
        );
    });
}

#[test]
fn join_refuses_when_all_places_are_taken() {
    run(|| {
        MaxWorkers::set(2);
        join([1, 2]);
        assert_noop!(
            Pallet::join(origin(3), profile(3), MIN_STAKE),
            Error::<Test>::TooManyWorkers
        );
    });
}

#[test]
fn join_refuses_a_stake_below_the_least() {
    run(|| {
        assert_noop!(
            Pallet::join(origin(1), profile(1), MIN_STAKE - 1),
            Error::<Test>::StakeTooLow
        );
    });
}

#[test]
fn join_refuses_a_stake_beyond_the_balance() {
    run(|| {
        assert_noop!(
            Pallet::join(origin(1), profile(1), FUNDS + 1),
            Error::<Test>::Unaffordable
        );
        assert_noop!(
            Pallet::join(origin(40), profile(40), MIN_STAKE),
            Error::<Test>::Unaffordable
        );
    });
}

#[test]
fn an_account_without_a_provider_gets_the_tokens_own_error() {
    run(|| {
        // A hold of nothing needs no funds, but still an account.
        crate::Parameters::<Test>::mutate(|parameters| parameters.consent_deposit = 0);
        assert_noop!(
            Pallet::authorise_worker(origin(99), id(1)),
            TokenError::CannotCreateHold
        );
    });
}

#[test]
fn add_stake_raises_stake_and_hold() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::add_stake(origin(1), 50));
        assert_eq!(held(HoldReason::Stake, 1), MIN_STAKE + 50);
        System::assert_last_event(
            Event::StakeAdded {
                worker: id(1),
                amount: 50,
                stake: MIN_STAKE + 50,
            }
            .into(),
        );
    });
}

#[test]
fn add_stake_refuses_strangers_nothing_and_too_much() {
    run(|| {
        assert_noop!(Pallet::add_stake(origin(1), 50), Error::<Test>::NotWorker);
        join([1]);
        assert_noop!(Pallet::add_stake(origin(1), 0), Error::<Test>::NothingToAdd);
        assert_noop!(
            Pallet::add_stake(origin(1), FUNDS),
            Error::<Test>::Unaffordable
        );
        assert_noop!(
            Pallet::add_stake(origin(1), u128::MAX),
            ArithmeticError::Overflow
        );
        assert_noop!(Pallet::add_stake(RuntimeOrigin::none(), 1), BadOrigin);
    });
}

#[test]
fn drain_and_resume_change_who_may_be_drawn() {
    run(|| {
        join([1, 2]);
        assert_ok!(Pallet::drain(origin(1)));
        assert_eq!(
            (status(1), Pallet::active_count()),
            (WorkerStatus::Draining, 1)
        );
        System::assert_last_event(Event::Draining { worker: id(1) }.into());
        assert_ok!(Pallet::resume(origin(1)));
        assert_eq!(
            (status(1), Pallet::active_count()),
            (WorkerStatus::Active, 2)
        );
        System::assert_last_event(Event::Resumed { worker: id(1) }.into());
    });
}

#[test]
fn drain_refuses_strangers_and_workers_that_do_not_take_shards() {
    run(|| {
        assert_noop!(Pallet::drain(origin(1)), Error::<Test>::NotWorker);
        join([1]);
        assert_ok!(Pallet::drain(origin(1)));
        assert_noop!(Pallet::drain(origin(1)), Error::<Test>::NotActive);
        assert_ok!(Pallet::leave(origin(1)));
        assert_noop!(Pallet::drain(origin(1)), Error::<Test>::NotActive);
        assert_noop!(Pallet::drain(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn resume_refuses_strangers_the_active_and_the_poor() {
    run(|| {
        assert_noop!(Pallet::resume(origin(1)), Error::<Test>::NotWorker);
        join([1]);
        assert_noop!(Pallet::resume(origin(1)), Error::<Test>::AlreadyActive);
        assert_ok!(Pallet::drain(origin(1)));
        crate::Parameters::<Test>::mutate(|parameters| parameters.min_stake = MIN_STAKE + 1);
        assert_noop!(Pallet::resume(origin(1)), Error::<Test>::StakeTooLow);
        assert_ok!(Pallet::add_stake(origin(1), 1));
        assert_ok!(Pallet::resume(origin(1)));
        assert_noop!(Pallet::resume(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn leaving_starts_the_unbonding_period() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::leave(origin(1)));
        let withdrawable_at = 1 + UNBONDING;
        assert_eq!(status(1), WorkerStatus::Leaving { withdrawable_at });
        assert_eq!(Pallet::active_count(), 0);
        System::assert_last_event(
            Event::Leaving {
                worker: id(1),
                withdrawable_at,
            }
            .into(),
        );
    });
}

#[test]
fn leave_refuses_strangers_the_loaded_and_the_leaving() {
    run(|| {
        assert_noop!(Pallet::leave(origin(1)), Error::<Test>::NotWorker);
        join([1]);
        assert_ok!(Pallet::assign(&id(1), 1));
        assert_noop!(Pallet::leave(origin(1)), Error::<Test>::StillAssigned);
        assert_ok!(Pallet::drain(origin(1)));
        assert_noop!(Pallet::leave(origin(1)), Error::<Test>::StillAssigned);
        assert_ok!(Pallet::release(&id(1), 1));
        assert_ok!(Pallet::leave(origin(1)));
        assert_noop!(Pallet::leave(origin(1)), Error::<Test>::AlreadyLeaving);
        assert_noop!(Pallet::leave(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn leave_refuses_a_period_beyond_the_last_block() {
    run(|| {
        join([1]);
        crate::Parameters::<Test>::mutate(|parameters| parameters.unbonding_blocks = u32::MAX);
        assert_noop!(Pallet::leave(origin(1)), ArithmeticError::Overflow);
    });
}

#[test]
fn a_leaving_worker_may_change_its_mind_and_then_waits_anew() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::leave(origin(1)));
        run_to_block(1 + UNBONDING);
        assert_ok!(Pallet::resume(origin(1)));
        assert_eq!(Pallet::active_count(), 1);
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::NotLeaving);
        assert_ok!(Pallet::leave(origin(1)));
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::StillUnbonding);
    });
}

#[test]
fn withdraw_returns_the_stake_and_forgets_the_worker() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::add_stake(origin(1), 50));
        assert_ok!(Pallet::leave(origin(1)));
        run_to_block(1 + UNBONDING);
        assert_ok!(Pallet::withdraw(origin(1)));
        assert_eq!(Balances::free_balance(id(1)), FUNDS);
        assert_eq!(Workers::<Test>::count(), 0);
        assert!(!ReceiptKeys::<Test>::contains_key([1; 32]));
        System::assert_last_event(
            Event::Withdrawn {
                worker: id(1),
                stake: MIN_STAKE + 50,
            }
            .into(),
        );
        join([1]);
    });
}

#[test]
fn withdraw_refuses_strangers_the_staying_and_the_hasty() {
    run(|| {
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::NotWorker);
        join([1]);
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::NotLeaving);
        assert_ok!(Pallet::drain(origin(1)));
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::NotLeaving);
        assert_ok!(Pallet::leave(origin(1)));
        run_to_block(UNBONDING);
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::StillUnbonding);
        assert_noop!(Pallet::withdraw(RuntimeOrigin::none()), BadOrigin);
    });
}

#[test]
fn withdraw_waits_for_what_the_stake_answers_for() {
    run(|| {
        join([1]);
        assert_ok!(Pallet::leave(origin(1)));
        run_to_block(1 + UNBONDING);
        Answerable::set(vec![id(1)]);
        assert_noop!(Pallet::withdraw(origin(1)), Error::<Test>::StillAnswerable);
        Answerable::set(vec![]);
        assert_ok!(Pallet::withdraw(origin(1)));
    });
}

#[test]
fn a_leaving_worker_keeps_its_place_until_it_withdraws() {
    run(|| {
        MaxWorkers::set(1);
        join([1]);
        assert_ok!(Pallet::leave(origin(1)));
        assert_noop!(
            Pallet::join(origin(1), profile(1), MIN_STAKE),
            Error::<Test>::AlreadyWorker
        );
        assert_noop!(
            Pallet::join(origin(2), profile(2), MIN_STAKE),
            Error::<Test>::TooManyWorkers
        );
        run_to_block(1 + UNBONDING);
        assert_ok!(Pallet::withdraw(origin(1)));
        assert_ok!(Pallet::join(origin(2), profile(2), MIN_STAKE));
    });
}
