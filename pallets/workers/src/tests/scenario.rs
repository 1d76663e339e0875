//! The scenario of the crate's documentation, step by step.

use crate::{
    mock::{Workers as Pallet, *},
    Error, HoldReason, WorkerProfile,
};
use frame_support::{assert_noop, assert_ok};

#[test]
fn olga_runs_two_workers_and_stops_one() {
    const OLGA: u8 = 9;
    run(|| {
        for worker in [1, 2] {
            assert_ok!(Pallet::authorise_worker(origin(OLGA), id(worker)));
            let profile = WorkerProfile {
                operator: id(OLGA),
                ..profile(worker)
            };
            assert_ok!(Pallet::join(origin(worker), profile, MIN_STAKE));
        }
        assert_eq!(Pallet::candidates_count(), 2);
        run_to_block(EPOCH);
        assert_eq!(Pallet::price(), 2);

        assert_ok!(Pallet::assign(&id(1), 4_000));
        assert_ok!(Pallet::drain(origin(1)));
        assert_eq!(Pallet::candidates_count(), 1);
        assert_noop!(Pallet::leave(origin(1)), Error::<Test>::StillAssigned);
        assert_ok!(Pallet::release(&id(1), 4_000));
        assert_ok!(Pallet::leave(origin(1)));
        run_to_block(EPOCH + UNBONDING);
        assert_ok!(Pallet::withdraw(origin(1)));
        assert_ok!(Pallet::revoke_worker(origin(OLGA), id(1)));
        assert_eq!(Balances::free_balance(id(1)), FUNDS);
        assert_eq!(held(HoldReason::Consent, OLGA), CONSENT_DEPOSIT);
    });
}
