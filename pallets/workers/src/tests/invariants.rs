//! Each invariant notices its own breach.

use crate::{
    mock::{Workers as Pallet, *},
    AccountId, ActiveCount, Consents, Parameters, ReceiptKeys, Worker, Workers,
};
use ballast_core::view::WorkerStatus;
use frame_support::{assert_ok, storage::unhashed};
use sp_runtime::DispatchError;

/// Breaks a sound state of three workers, one of them run by account 9, and expects invariant `number` to notice.
fn assert_noticed(number: u32, breach: impl FnOnce()) {
    ext().execute_with(|| {
        System::set_block_number(1);
        join([1, 2, 3]);
        assert_ok!(Pallet::authorise_worker(origin(9), id(1)));
        assert_ok!(Pallet::update(
            origin(1),
            crate::WorkerProfile {
                operator: id(9),
                ..profile(1)
            }
        ));
        assert_ok!(Pallet::do_try_state());
        breach();
        let Err(DispatchError::Other(text)) = Pallet::do_try_state() else {
            panic!("the breach of invariant {number} goes unnoticed")
        };
        assert!(text.starts_with(&format!("workers {number}:")), "{text}");
    });
}

fn change(number: u8, change: impl FnOnce(&mut Worker)) {
    Workers::<Test>::mutate(id(number), |worker| change(worker.as_mut().unwrap()));
}

#[test]
fn breaches_of_a_workers_own_record_are_noticed() {
    assert_noticed(1, || {
        Parameters::<Test>::mutate(|parameters| parameters.epoch_blocks = 0)
    });
    assert_noticed(2, || change(1, |worker| worker.stake += 1));
    assert_noticed(3, || change(1, |worker| worker.assigned_bytes = 10_001));
    assert_noticed(4, || {
        change(1, |worker| {
            worker.status = WorkerStatus::Leaving { withdrawable_at: 9 };
            worker.assigned_bytes = 1;
        })
    });
    assert_noticed(5, || change(1, |worker| worker.profile.operator = id(8)));
    assert_noticed(5, || Consents::<Test>::remove(id(9), id(1)));
}

#[test]
fn breaches_of_counts_and_indices_are_noticed() {
    let counter = Workers::<Test>::counter_storage_final_key();
    assert_noticed(6, || unhashed::put(&counter, &9u32));
    assert_noticed(7, || MaxWorkers::set(2));
    MaxWorkers::set(8);
    assert_noticed(8, || ActiveCount::<Test>::put(2));
    assert_noticed(9, || ReceiptKeys::<Test>::remove([1; 32]));
    assert_noticed(9, || ReceiptKeys::<Test>::insert([77; 32], id(1)));
    assert_noticed(9, || {
        change(1, |worker| worker.profile.receipt_key = [2; 32])
    });
}

#[test]
fn breaches_of_consent_deposits_are_noticed() {
    assert_noticed(10, || {
        Consents::<Test>::insert::<AccountId, AccountId, _>(id(9), id(2), 1)
    });
    assert_noticed(10, || {
        Consents::<Test>::insert(id(4), id(1), CONSENT_DEPOSIT)
    });
}
