//! What a till takes and refuses, and that nothing is lost or paid twice.
#![allow(clippy::unwrap_used)]

mod desk;

use super::*;
use crate::pay::{limits::UNSETTLED_MAX, redeem};
use ballast_core::{view::ChannelState, Balance};
use ballast_inference::wire::PaymentPayload;
use desk::{payment, Desk, MAX};

#[tokio::test]
async fn a_payment_that_is_none_is_refused_by_what_is_wrong() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let missing = desk.accept(None, "x").await.err().unwrap();
    assert_eq!(missing.kind, RefusalKind::Missing);
    let required = missing.required.unwrap();
    assert_eq!(required.accepts[0].amount, MAX.to_string());
    let changed = |change: fn(&mut PaymentPayload)| payment(&desk.client, channel, MAX, 1, change);
    for malformed in [
        "%".into(),
        "e30=".into(),
        changed(|payment| payment.version = 1),
        changed(|payment| payment.accepted.scheme = "exact".into()),
        changed(|payment| payment.accepted.network = "polkadot:00".into()),
        changed(|payment| payment.payload.amount = "-1".into()),
        changed(|payment| payment.payload.signature = "0x12".into()),
    ] {
        assert_eq!(desk.refused(&malformed).await, RefusalKind::Malformed);
    }
    // None of it was counted.
    assert_eq!(
        desk.exchange(&desk.payment(channel, MAX, 1), "x", 10)
            .await
            .charged,
        "11"
    );
}

#[tokio::test]
async fn wrong_vouchers_are_refused_by_what_is_wrong_and_change_nothing() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 30);
    let (elsewhere, other_model) = (desk.channel(Tier::T0, 1_000), desk.channel(Tier::T0, 1_000));
    desk.chain.with(|state| {
        state.channels.get_mut(&elsewhere).unwrap().payee = WorkerId([9; 32]);
        state.channels.get_mut(&other_model).unwrap().model = Address([9; 32]);
    });
    let eve = Signer::from_dev("Eve").unwrap();
    let forged = payment(&eve, channel, MAX, 1, |_| ());
    // Raised by whoever passes it on.
    let raised = payment(&desk.client, channel, 5, 1, |payment| {
        payment.payload.amount = "1000000".into();
    });
    let moved = payment(&desk.client, channel, MAX, 1, |payment| {
        payment.payload.number = 2;
    });
    for (payment, kind) in [
        (forged, RefusalKind::Signature),
        (raised, RefusalKind::Signature),
        (moved, RefusalKind::Signature),
        (desk.payment(ChannelId(99), MAX, 1), RefusalKind::Channel),
        (desk.payment(elsewhere, MAX, 1), RefusalKind::Channel),
        (desk.payment(other_model, MAX, 1), RefusalKind::Channel),
        (desk.payment(channel, MAX - 1, 1), RefusalKind::Funds),
        (desk.payment(channel, MAX, 0), RefusalKind::Number),
    ] {
        assert_eq!(desk.refused(&payment).await, kind);
    }
    assert_eq!(desk.till.counts().refused.load(Ordering::Relaxed), 8);
    let first = desk.exchange(&desk.payment(channel, MAX, 1), "x", 10).await;
    assert_eq!(first.charged, "11");
    // A voucher that does not cover what was answered before, and a channel that does not.
    assert_eq!(
        desk.refused(&desk.payment(channel, 21, 2)).await,
        RefusalKind::Funds
    );
    desk.exchange(&desk.payment(channel, 22, 2), "y", 10).await;
    let poor = desk.accept(Some(&desk.payment(channel, 33, 3)), "z").await;
    let poor = poor.err().unwrap();
    assert_eq!(poor.kind, RefusalKind::Funds);
    assert!(poor.message.contains("top-up"), "{}", poor.message);
    let state = poor.required.unwrap().accepts[0].extra.clone().unwrap();
    let state = state.channel_state.unwrap();
    assert_eq!(
        (state.charged_cumulative_amount.as_str(), state.last_number),
        ("22", 2)
    );
    desk.redeem().await;
    assert_eq!(desk.chain.of(channel).drawn, 22);
}

#[tokio::test]
async fn a_request_sent_again_is_answered_by_the_same_and_paid_once() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let payment = desk.payment(channel, MAX, 1);
    let first = desk.exchange(&payment, "x", 3).await;
    let again = desk.exchange(&payment, "x", 9).await;
    assert_eq!((again.body, again.charged.as_str()), (first.body, "4"));
    assert_eq!(desk.till.unsettled(), 1);
    // Another request under the same number is none.
    let other = desk.accept(Some(&payment), "y").await.err().unwrap();
    assert_eq!(other.kind, RefusalKind::Number);
    desk.redeem().await;
    assert_eq!(desk.chain.of(channel).drawn, 4);
    // Also when it was redeemed, and when the worker was started again.
    let desk = desk.reopened().await;
    let late = desk.exchange(&payment, "x", 9).await;
    assert_eq!(late.body, b"answer to x");
    assert_eq!(desk.till.unsettled(), 0);
    assert_eq!(desk.chain.of(channel).drawn, 4);
}

#[tokio::test]
async fn what_is_not_answered_costs_nothing_and_frees_its_number() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let payment = desk.payment(channel, MAX, 1);
    let Accepted::Now(ticket) = desk.accept(Some(&payment), "x").await.unwrap() else {
        panic!("answered already")
    };
    let busy = desk.accept(Some(&payment), "x").await.err().unwrap();
    assert_eq!(busy.kind, RefusalKind::InProgress);
    assert!(matches!(
        desk.till.fate(channel, 1).await,
        Ok(Fate::UnderWay)
    ));
    drop(ticket);
    assert!(matches!(
        desk.till.fate(channel, 1).await,
        Ok(Fate::Unknown)
    ));
    assert_eq!(desk.exchange(&payment, "x", 2).await.charged, "3");
    let Ok(Fate::Signed(signed)) = desk.till.fate(channel, 1).await else {
        panic!("no signature")
    };
    assert_eq!((signed.tokens_in, signed.number), (2, 1));
}

#[tokio::test]
async fn a_worker_that_is_killed_loses_no_claim() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let mut owed = 0;
    for number in 1..=5 {
        let payment = desk.payment(channel, owed + MAX, number);
        desk.exchange(&payment, &format!("q{number}"), 2).await;
        owed += 3;
    }
    let desk = desk.reopened().await;
    assert_eq!(desk.till.unsettled(), 5);
    desk.redeem().await;
    let info = desk.chain.of(channel);
    assert_eq!((info.drawn, info.last_number), (15, 5));
}

#[tokio::test]
async fn a_session_key_below_the_channels_tier_answers_nothing() {
    let desk = Desk::new(Tier::T1).await;
    let channel = desk.channel(Tier::T1, 1_000);
    desk.exchange(&desk.payment(channel, MAX, 1), "x", 2).await;
    desk.chain.with(|state| state.keys.clear());
    desk.till.look().await.unwrap();
    let payment = desk.payment(channel, 3 + MAX, 2);
    let expired = desk.accept(Some(&payment), "y").await.err().unwrap();
    assert_eq!(expired.kind, RefusalKind::Key);
    assert!(expired.message.contains("T0") && expired.message.contains("T1"));
    // What was answered before can still be had, and T0 still serves those who ask for no more.
    let again = desk.exchange(&desk.payment(channel, MAX, 1), "x", 2).await;
    assert_eq!(again.charged, "3");
    let modest = desk.channel(Tier::T0, 1_000);
    assert_eq!(
        desk.exchange(&desk.payment(modest, MAX, 1), "z", 1)
            .await
            .charged,
        "2"
    );
}

#[tokio::test]
async fn a_channel_in_other_numbers_than_the_answers_is_not_answered() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    desk.exchange(&desk.payment(channel, MAX, 1), "x", 2).await;
    let in_bfloat16 = |state: &mut crate::pay::memory::State| {
        state.offers[0].numbers = Numbers::BFloat16;
        let info = state.channels.get_mut(&channel).unwrap();
        info.numbers = Numbers::BFloat16;
    };
    desk.chain.with(in_bfloat16);
    let desk = desk.reopened().await;
    let payment = desk.payment(channel, 3 + MAX, 2);
    let refused = desk.accept(Some(&payment), "y").await.err().unwrap();
    assert_eq!(refused.kind, RefusalKind::Channel);
    let told = &refused.message;
    assert!(
        told.contains("bfloat16") && told.contains("float32"),
        "{told}"
    );
    // What was answered before can still be had, and nobody is told to pay by an offer that is not kept.
    let again = desk.exchange(&desk.payment(channel, MAX, 1), "x", 2).await;
    assert_eq!(again.charged, "3");
    let unpaid = desk.accept(None, "z").await.err().unwrap();
    assert!(unpaid.required.unwrap().accepts.is_empty());
    let offered = desk.till.offered().unwrap();
    assert_eq!(offered, ("ada/tiny@1".to_string(), Numbers::BFloat16));
}

#[tokio::test]
async fn a_channel_of_t2_takes_sealed_requests_alone() {
    let desk = Desk::new(Tier::T2).await;
    let channel = desk.channel(Tier::T2, 1_000);
    let payment = desk.payment(channel, MAX, 1);
    let plain = desk.accept(Some(&payment), "x").await.err().unwrap();
    assert_eq!(plain.kind, RefusalKind::NotSealed);
    assert!(
        plain.message.contains("/v1/sealing-key"),
        "{}",
        plain.message
    );
    let sealed = desk.accept_as(Some(&payment), "x", true).await;
    assert!(matches!(sealed, Ok(Accepted::Now(_))));
}

#[tokio::test]
async fn without_the_chain_only_what_was_seen_a_moment_ago_is_served() {
    let desk = Desk::new(Tier::T0).await;
    let (known, unseen) = (desk.channel(Tier::T0, 1_000), desk.channel(Tier::T0, 1_000));
    desk.exchange(&desk.payment(known, MAX, 1), "x", 2).await;
    desk.chain.with(|state| state.is_down = true);
    assert!(desk.till.look().await.is_err());
    assert_eq!(
        desk.refused(&desk.payment(unseen, MAX, 1)).await,
        RefusalKind::Chain
    );
    assert_eq!(
        desk.exchange(&desk.payment(known, 3 + MAX, 2), "y", 2)
            .await
            .charged,
        "3"
    );
    // A chain that was not seen for long could have ended the channel.
    lock(&desk.till.0.seen).at = None;
    assert_eq!(
        desk.refused(&desk.payment(known, 6 + MAX, 3)).await,
        RefusalKind::Chain
    );
    desk.chain.with(|state| state.is_down = false);
    desk.redeem().await;
    assert_eq!(desk.chain.of(known).drawn, 6);
}

#[tokio::test]
async fn a_channel_that_ends_is_not_served_and_what_it_owes_is_redeemed() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    desk.exchange(&desk.payment(channel, MAX, 1), "x", 2).await;
    desk.chain.with(|state| {
        state.channels.get_mut(&channel).unwrap().state = ChannelState::Closing;
    });
    let slot = desk.till.slots().remove(0);
    assert!(desk.till.refresh(&slot).await.unwrap());
    assert_eq!(
        desk.refused(&desk.payment(channel, 3 + MAX, 2)).await,
        RefusalKind::Channel
    );
    desk.redeem().await;
    assert_eq!(desk.chain.of(channel).drawn, 3);
    let soon = desk.channel(Tier::T0, 1_000);
    desk.chain.with(|state| {
        state.channels.get_mut(&soon).unwrap().ends_at = state.head + 5;
    });
    assert_eq!(
        desk.refused(&desk.payment(soon, MAX, 1)).await,
        RefusalKind::Channel
    );
}

#[tokio::test]
async fn without_room_for_its_transcript_nothing_is_begun_and_nothing_is_charged() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let payment = desk.payment(channel, MAX, 1);
    let full = desk.accept_without_room(&payment, "x").await.err().unwrap();
    assert_eq!(full.kind, RefusalKind::NoRoom);
    assert!(full.message.contains("another worker"), "{}", full.message);
    assert!(matches!(
        desk.till.fate(channel, 1).await,
        Ok(Fate::Unknown)
    ));
    assert_eq!(desk.exchange(&payment, "x", 2).await.charged, "3");
    // What was answered needs no room any more.
    let again = desk.accept_without_room(&payment, "x").await;
    assert!(matches!(again, Ok(Accepted::Again { .. })));
}

#[tokio::test]
async fn a_client_whose_answers_are_not_settled_is_told_what_to_do() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000_000);
    let mut tickets = Vec::new();
    for number in 1..=UNSETTLED_MAX as u64 {
        let payment = desk.payment(channel, Balance::from(number) * MAX, number);
        match desk.accept(Some(&payment), "x").await {
            Ok(Accepted::Now(ticket)) => tickets.push(ticket),
            _ => panic!("{number} is refused"),
        }
    }
    let next = desk.payment(channel, 1_000_000, UNSETTLED_MAX as u64 + 1);
    let behind = desk.accept(Some(&next), "y").await.err().unwrap();
    assert_eq!(behind.kind, RefusalKind::Behind);
    assert!(
        behind.message.contains("ballast channel close"),
        "{}",
        behind.message
    );
    // Others are served.
    let other = desk.channel(Tier::T0, 1_000);
    let other = desk.payment(other, MAX, 1);
    assert_eq!(desk.exchange(&other, "z", 2).await.charged, "3");
    drop(tickets.pop());
    assert!(desk.accept(Some(&next), "y").await.is_ok());
}

#[tokio::test]
async fn a_redemption_that_hangs_stops_neither_service_nor_other_redemptions() {
    let desk = Desk::new(Tier::T0).await;
    let (stuck, other) = (desk.channel(Tier::T0, 1_000), desk.channel(Tier::T0, 1_000));
    desk.chain.with(|state| state.stuck.insert(stuck));
    desk.exchange(&desk.payment(stuck, MAX, 1), "x", 2).await;
    let (stop, running) = desk.redeeming();
    let is_sent = |id| lock(&desk.till.0.slots)[&id].is_sent();
    desk.until("the batch is sent", || is_sent(stuck)).await;
    // Nothing was heard of the chain for so long that nobody would be served.
    lock(&desk.till.0.seen).at = None;
    desk.chain.with(|state| state.head += 7);
    let heard = || desk.till.seen().at.is_some() && desk.till.seen().head == 107;
    desk.until("the chain is looked at", heard).await;
    desk.exchange(&desk.payment(other, MAX, 1), "y", 2).await;
    desk.until("the other channel is redeemed", || {
        desk.chain.of(other).drawn == 3
    })
    .await;
    assert!(is_sent(stuck));
    assert_eq!(desk.chain.of(stuck).drawn, 0);
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn channels_that_are_closing_are_redeemed_first_and_then_those_that_owe_most() {
    let desk = Desk::new(Tier::T0).await;
    let mut channels = Vec::new();
    for tokens_in in [2, 9, 1, 5] {
        let channel = desk.channel(Tier::T0, 1_000);
        desk.exchange(&desk.payment(channel, MAX, 1), "x", tokens_in)
            .await;
        channels.push(channel);
    }
    desk.chain.with(|state| {
        state.channels.get_mut(&channels[2]).unwrap().state = ChannelState::Closing;
    });
    for slot in desk.till.slots() {
        assert!(desk.till.refresh(&slot).await.unwrap());
    }
    let waiting = redeem::waiting(&desk.till, desk::AT_ONCE);
    let order: Vec<ChannelId> = waiting.iter().map(|slot| slot.id).collect();
    let [two, nine, closing, five] = channels[..] else {
        panic!("four channels were opened")
    };
    assert_eq!(order, [closing, nine, five, two]);
}

#[tokio::test]
async fn a_disk_that_fails_stops_everything_before_an_answer_is_given() {
    let desk = Desk::new(Tier::T0).await;
    let channel = desk.channel(Tier::T0, 1_000);
    let payment = desk.payment(channel, MAX, 1);
    let Accepted::Now(ticket) = desk.accept(Some(&payment), "x").await.unwrap() else {
        panic!("answered already")
    };
    std::fs::remove_dir_all(desk.folder.path()).unwrap();
    // What stands there is no folder, so nothing can be written below it.
    std::fs::write(desk.folder.path(), b"").unwrap();
    let failed = desk.answer(ticket, "x", 2).await.err().unwrap();
    assert_eq!(failed.kind, RefusalKind::Unavailable);
    assert_eq!(desk.refused(&payment).await, RefusalKind::Unavailable);
    assert_eq!(desk.till.unsettled(), 0);
    std::fs::remove_file(desk.folder.path()).unwrap();
}
