//! What wallets and organisations use: several signatures, vesting, and fees that follow the load.

use super::*;
use crate::{
    constants::{RuntimeBlockWeights, BAL},
    genesis_presets::DEVELOPMENT_PRESET,
    Balances, Multisig, RuntimeOrigin, TransactionPayment, Vesting,
};
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchClass, GetDispatchInfo},
    traits::Hooks,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::TokenError;

fn origin(key: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(key))
}

#[test]
fn two_of_three_move_what_they_own_together() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        let mut members = [Alice, Bob, Charlie].map(account);
        members.sort();
        let together = Multisig::multi_account_id(&members, 2);
        assert_ok!(Balances::transfer_keep_alive(
            origin(Alice),
            together.clone().into(),
            10 * BAL
        ));
        let call = Box::new(transfer(Dave, 4 * BAL));
        let weight = call.get_dispatch_info().total_weight();
        let others = |signer: Sr25519Keyring| {
            let others = members.iter().filter(|member| **member != account(signer));
            others.cloned().collect::<Vec<_>>()
        };
        let before = Balances::free_balance(account(Dave));
        let first = Multisig::as_multi(origin(Bob), 2, others(Bob), None, call.clone(), weight);
        assert_ok!(first);
        assert_eq!(Balances::free_balance(account(Dave)), before);
        let timepoint = Some(Multisig::timepoint());
        let second =
            Multisig::as_multi(origin(Charlie), 2, others(Charlie), timepoint, call, weight);
        assert_ok!(second);
        assert_eq!(Balances::free_balance(account(Dave)), before + 4 * BAL);
        assert_eq!(Balances::free_balance(together), 6 * BAL);
    });
}

#[test]
fn vested_money_is_moved_block_by_block() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        let person = AccountId::new([7; 32]);
        let schedule = pallet_vesting::VestingInfo::new(100 * BAL, BAL, 1);
        assert_ok!(Vesting::vested_transfer(
            origin(Alice),
            person.clone().into(),
            schedule
        ));
        let signed = || RuntimeOrigin::signed(person.clone());
        let take = |amount| Balances::transfer_allow_death(signed(), account(Bob).into(), amount);
        assert_noop!(take(BAL), TokenError::Frozen);
        System::set_block_number(41);
        assert_ok!(Vesting::vest(signed()));
        assert_ok!(take(40 * BAL));
        assert_noop!(take(BAL), TokenError::Frozen);
    });
}

/// The multiplier after so many blocks, each as full of ordinary transactions as `share` of what it takes.
fn multiplier_after(blocks: u32, share: u64) -> sp_runtime::FixedU128 {
    let weights = RuntimeBlockWeights::get();
    let normal = weights.get(DispatchClass::Normal);
    let weight = normal.max_total.unwrap() / 100 * share;
    for block in 1..=blocks {
        System::set_block_number(block);
        System::set_block_consumed_resources(weight, 0);
        TransactionPayment::on_finalize(block);
    }
    TransactionPayment::next_fee_multiplier()
}

#[test]
fn full_blocks_make_fees_rise_and_empty_ones_fall() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let start = TransactionPayment::next_fee_multiplier();
        let full = multiplier_after(1_000, 100);
        assert!(full > start, "{full:?}");
        let empty = multiplier_after(5_000, 0);
        assert!(empty < full, "{empty:?}");
    });
}
