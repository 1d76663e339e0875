//! What clients read.

use crate::mock::*;
use ballast_core::{
    view::{ChannelState, ChannelTotals, CheckStage},
    ChannelId, SettlementId, Tier, WorkerId,
};

fn offers(after: Option<u8>, limit: u32) -> Vec<WorkerId> {
    let (namespace, name) = (b"ADA".to_vec(), b"tiny".to_vec());
    Inference::offers(namespace, name, 1, after.map(id), limit)
        .into_iter()
        .map(|offer| offer.worker)
        .collect()
}

#[test]
fn offers_are_found_by_version_and_by_worker() {
    run(|| {
        try_offer(OTHER_WORKER, 1, Tier::T0).unwrap();
        try_offer(WORKER, 2, Tier::T0).unwrap();
        let all = offers(None, 10);
        assert_eq!(all.len(), 2);
        assert_eq!(offers(None, 1), all[..1]);
        let first = all[0].0[0];
        assert_eq!(offers(Some(first), 10), all[1..]);
        assert_eq!(Inference::offers_of(id(WORKER)).len(), 2);
        let offer = &Inference::offers_of(id(OTHER_WORKER))[0];
        assert_eq!((offer.price, offer.limits), (price(), limits()));
        assert_eq!(
            (offer.namespace.as_slice(), offer.endpoint.as_slice()),
            (&b"ada"[..], &b"http://w"[..])
        );
        let too_long = vec![b'x'; 200];
        assert!(Inference::offers(too_long, b"tiny".to_vec(), 1, None, 9).is_empty());
    });
}

#[test]
fn channels_are_found_by_both_parties() {
    run(|| {
        try_offer(OTHER_WORKER, 1, Tier::T0).unwrap();
        for worker in [WORKER, OTHER_WORKER, WORKER] {
            open(CLIENT, worker, Tier::T0, DEPOSIT);
        }
        let ids = |channels: Vec<ballast_core::view::ChannelInfo>| -> Vec<u64> {
            let mut ids: Vec<_> = channels.iter().map(|it| it.channel.0).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(ids(Inference::channels_of(id(CLIENT), None, 10)), [0, 1, 2]);
        assert_eq!(ids(Inference::channels_to(id(WORKER), None, 10)), [0, 2]);
        assert!(Inference::channels_to(id(CLIENT), None, 10).is_empty());
        let first = Inference::channels_of(id(CLIENT), None, 1)[0].channel;
        let rest = Inference::channels_of(id(CLIENT), Some(first), 10);
        assert_eq!(rest.len(), 2);
        assert!(rest.iter().all(|it| it.channel != first));
    });
}

#[test]
fn a_channel_tells_all_of_itself() {
    run(|| {
        let channel = open(CLIENT, WORKER, Tier::T1, DEPOSIT);
        redeem(channel, &[claim(4, 10)]);
        let info = Inference::channel(channel).unwrap();
        assert_eq!(
            (info.client, info.payee),
            ([CLIENT; 32], WorkerId([WORKER; 32]))
        );
        assert_eq!(
            (info.tier, info.model, info.version),
            (Tier::T1, model(1), 1)
        );
        assert_eq!(
            (info.deposited, info.drawn, info.pending),
            (DEPOSIT, 10, 10)
        );
        assert_eq!((info.last_number, info.state), (4, ChannelState::Open));
        assert_eq!(Inference::channel(ChannelId(9)), None);
    });
}

#[test]
fn settlements_are_found_by_channel() {
    run(|| {
        RoyaltyLine::set(vec![(OWNER, 200)]);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let first = redeem(channel, &[claim(1, 10)]);
        let second = redeem(channel, &[claim(2, 10), claim(3, 10)]);
        let all = Inference::settlements_of(channel, None, 10);
        assert_eq!(all.len(), 2);
        let rest = Inference::settlements_of(channel, Some(all[0].settlement), 10);
        assert_eq!(rest, all[1..]);
        let info = Inference::settlement(second).unwrap();
        assert_eq!((info.leaves, info.amount), (2, 20));
        assert_eq!((info.settled_at, info.pays_at), (1, 1 + CHECK));
        assert_eq!(info.royalties, [([OWNER; 32], 200)]);
        assert_eq!(info.session_key, session_key(WORKER));
        assert_ne!(Inference::settlement(first).unwrap().root, info.root);
        assert_eq!(Inference::settlement(SettlementId(9)), None);
        assert_eq!(
            Inference::totals(),
            ChannelTotals {
                deposited: DEPOSIT,
                ..Default::default()
            }
        );
        assert_eq!(Inference::treasury(), id(TREASURY));
    });
}

#[test]
fn a_check_tells_whom_it_waits_for() {
    run(|| {
        check_always();
        add_verifiers(4);
        let channel = open(CLIENT, WORKER, Tier::T0, DEPOSIT);
        let first = redeem(channel, &[claim(1, 10)]);
        assert_eq!(Inference::check(first).map(|check| check.vacant), Some(2));
        skip(2);
        let second = redeem(channel, &[claim(2, 10)]);
        let check = Inference::check(first).unwrap();
        assert_eq!(
            (check.stage, check.vacant, check.claim),
            (CheckStage::Pair, 0, Some(0))
        );
        assert_eq!(
            (check.commit_until, check.due),
            (3 + COMMIT, 3 + COMMIT + REVEAL + 1)
        );
        let worker = check.panel[0].worker.0[0];
        commit(first, worker, 700);
        let seats = Inference::check(first).unwrap().panel;
        assert!(seats[0].committed && !seats[1].committed);
        assert_eq!(seats[0].score, None);
        skip(COMMIT + 1);
        reveal(first, worker, 700);
        assert_eq!(Inference::check(first).unwrap().panel[0].score, Some(700));
        let all = Inference::checks(None, 10);
        assert_eq!(all.len(), 2);
        let rest = Inference::checks(Some(all[0].settlement), 10);
        assert_eq!(rest, all[1..]);
        assert!(all.iter().any(|check| check.settlement == second));
        assert_eq!(Inference::check(SettlementId(9)), None);
    });
}
