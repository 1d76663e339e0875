//! `try_state` finds what is broken, and names the rule.

use crate::{
    mock::*,
    types::{Due, Finding},
    Agenda, Channels, ChannelsOf, Checks, NextChannel, NextSettlement, OfferCount, OffersOf,
    Parameters, ServedTo, Settlements, Totals, Unsettled,
};
use ballast_core::{view::ChannelState, ChannelId, SettlementId, Tier};
use sp_runtime::TryRuntimeError;

const CHANNEL: ChannelId = ChannelId(0);
const SETTLEMENT: SettlementId = SettlementId(0);

/// What `try_state` says after a sound state with a channel, a settlement and a check was broken.
fn broken(break_it: impl FnOnce()) -> &'static str {
    ext().execute_with(|| {
        try_offer(WORKER, 1, Tier::T1).unwrap();
        check_always();
        add_verifiers(3);
        open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        redeem(CHANNEL, &[claim(1, 100)]);
        skip(2);
        check_invariants();
        break_it();
        match Inference::do_try_state() {
            Err(TryRuntimeError::Other(rule)) => rule,
            other => panic!("nothing was found: {other:?}"),
        }
    })
}

fn change_channel(change: impl FnOnce(&mut crate::types::Channel)) {
    Channels::<Test>::mutate(CHANNEL, |channel| change(channel.as_mut().unwrap()));
}

fn change_settlement(change: impl FnOnce(&mut crate::types::Settlement)) {
    Settlements::<Test>::mutate(SETTLEMENT, |entry| change(entry.as_mut().unwrap()));
}

fn change_check(change: impl FnOnce(&mut crate::types::Check)) {
    Checks::<Test>::mutate(SETTLEMENT, |check| change(check.as_mut().unwrap()));
}

/// Forgets the check of the settlement, as its end does.
fn end_of_check() {
    let due = Checks::<Test>::take(SETTLEMENT).unwrap().due;
    Agenda::<Test>::remove(due, Due::Check(SETTLEMENT));
}

fn rule(said: &str) -> u32 {
    said.split(':').next().unwrap().parse().unwrap()
}

#[test]
fn parameters_and_channels() {
    let parameters = || Parameters::<Test>::mutate(|it| it.grace_blocks = 0);
    assert_eq!(rule(broken(parameters)), 1);
    assert_eq!(
        rule(broken(|| change_channel(|it| it.payee = id(CLIENT)))),
        2
    );
    assert_eq!(
        rule(broken(|| change_channel(|it| it.drawn = DEPOSIT + 1))),
        2
    );
    assert_eq!(rule(broken(|| change_channel(|it| it.pending += 1))), 3);
    let over = || {
        change_channel(|it| {
            it.state = ChannelState::Ended;
            it.pending = 0;
        });
        change_settlement(|it| it.amount = 0);
    };
    assert_eq!(rule(broken(over)), 6);
    assert_eq!(rule(broken(NextChannel::<Test>::kill)), 9);
    let unfound = || ChannelsOf::<Test>::remove(id(CLIENT), CHANNEL);
    assert_eq!(rule(broken(unfound)), 10);
    let stray = || ChannelsOf::<Test>::insert(id(OTHER_CLIENT), CHANNEL, ());
    assert_eq!(rule(broken(stray)), 10);
}

#[test]
fn money() {
    assert_eq!(rule(broken(|| change_channel(|it| it.deposited += 1))), 4);
    assert_eq!(rule(broken(|| Totals::<Test>::mutate(|it| it.paid = 1))), 5);
    let bond = || change_check(|it| it.bond = 1);
    assert_eq!(rule(broken(bond)), 12);
    let offer = || {
        crate::Offers::<Test>::translate::<crate::types::Offer, _>(|_, _, mut offer| {
            offer.deposit += 1;
            Some(offer)
        })
    };
    assert_eq!(rule(broken(offer)), 13);
}

#[test]
fn settlements_and_agenda() {
    assert_eq!(rule(broken(NextSettlement::<Test>::kill)), 9);
    let uncounted = || Unsettled::<Test>::remove(id(WORKER));
    assert_eq!(rule(broken(uncounted)), 14);
    assert_eq!(rule(broken(|| change_settlement(|it| it.leaves = 0))), 11);
    assert_eq!(
        rule(broken(|| change_settlement(
            |it| it.treasury_permille = 1_001
        ))),
        11
    );
    let no_end = || {
        let ends_at = channel(CHANNEL).ends_at;
        Agenda::<Test>::remove(ends_at, Due::End(CHANNEL));
    };
    assert_eq!(rule(broken(no_end)), 7);
    let never_paid = || {
        end_of_check();
        Agenda::<Test>::remove(1 + CHECK, Due::Pay(SETTLEMENT));
    };
    assert_eq!(rule(broken(never_paid)), 7);
    let stray = || Agenda::<Test>::insert(50, Due::End(ChannelId(9)), ());
    assert_eq!(rule(broken(stray)), 7);
    assert_eq!(rule(broken(|| ServedTo::<Test>::put(1_000))), 8);
}

#[test]
fn checks() {
    let stuck = || {
        let due = Checks::<Test>::get(SETTLEMENT).unwrap().due;
        Agenda::<Test>::remove(due, Due::Check(SETTLEMENT));
    };
    assert_eq!(rule(broken(stuck)), 12);
    let party = || change_check(|it| it.panel[0].worker = id(WORKER));
    assert_eq!(rule(broken(party)), 12);
    assert_eq!(rule(broken(|| change_check(|it| it.seen.clear()))), 12);
    assert_eq!(rule(broken(|| change_check(|it| it.vacant = 8))), 12);
    let unheard = Finding {
        worker: id(77),
        score: 1,
        failed: true,
    };
    let finding = || change_check(|it| it.findings.try_push(unheard.clone()).unwrap());
    assert_eq!(rule(broken(finding)), 12);
    let twice = || {
        change_check(|it| {
            let worker = it.panel[0].worker.clone();
            let heard = Finding {
                worker,
                ..unheard.clone()
            };
            it.findings = vec![heard.clone(), heard].try_into().unwrap();
        })
    };
    assert_eq!(rule(broken(twice)), 12);
    let too_soon = || change_settlement(|it| it.verifiers.try_push((id(30), 1_000)).unwrap());
    assert_eq!(rule(broken(too_soon)), 11);
    let party = || {
        change_settlement(|it| it.verifiers.try_push((id(WORKER), 1_000)).unwrap());
        end_of_check();
    };
    assert_eq!(rule(broken(party)), 11);
    let much = || change_settlement(|it| it.verifier_permille = 501);
    assert_eq!(rule(broken(much)), 11);
}

#[test]
fn offers() {
    let uncounted = || OfferCount::<Test>::remove(id(WORKER));
    assert_eq!(rule(broken(uncounted)), 10);
    let unfound = || {
        let version = OffersOf::<Test>::iter_key_prefix(id(WORKER))
            .next()
            .unwrap();
        OffersOf::<Test>::remove(id(WORKER), version);
    };
    assert_eq!(rule(broken(unfound)), 10);
    let too_many = || MaxOffersPerWorker::set(0);
    assert_eq!(rule(broken(too_many)), 10);
    MaxOffersPerWorker::set(3);
}
