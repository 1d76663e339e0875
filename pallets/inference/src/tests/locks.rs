//! Locks on a client's balance, as votes and vesting put there, lie on what is held for channels too.

use crate::{mock::*, Event, Totals};
use ballast_core::{SettlementId, Tier};
use frame_support::{
    assert_ok,
    traits::{LockableCurrency, WithdrawReasons},
};

const AMOUNT: u128 = 600;

/// Locks all that a client has, what is held included.
fn lock_all(client: u8) {
    Balances::set_lock(*b"a-vote  ", &id(client), FUNDS, WithdrawReasons::all());
}

#[test]
fn a_client_whose_balance_is_locked_pays_like_any_other() {
    run(|| {
        RoyaltyLine::set(vec![(OWNER, 100)]);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(channel, &[claim(1, AMOUNT as u32)]);
        lock_all(CLIENT);
        run_to(1 + CHECK);
        let (treasury, royalties) = (AMOUNT / 10, (AMOUNT - AMOUNT / 10) / 10);
        let worker = AMOUNT - treasury - royalties;
        let paid = Event::<Test>::Paid {
            settlement: SettlementId(0),
            channel,
            worker,
            royalties,
            treasury,
            verifiers: 0,
        };
        System::assert_last_event(paid.into());
        assert_eq!(free(WORKER), FUNDS - OFFER_DEPOSIT + worker);
        assert_eq!(Totals::<Test>::get().paid, AMOUNT);
    });
}

#[test]
fn a_channel_of_a_client_whose_balance_is_locked_ends_like_any_other() {
    run(|| {
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        lock_all(CLIENT);
        assert_ok!(Inference::close(origin(WORKER), channel));
        assert_eq!(free(CLIENT), FUNDS);
    });
}
