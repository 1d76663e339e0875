//! A channel that its worker closes is followed by another, within what the client allows.

use crate::scene::Scene;
use ballast_core::{view::ChannelState, ChannelId, Tier};
use ballast_inference::{Answer, PayError, RenewingPayer};
use serde_json::json;
use std::time::{Duration, Instant};

const CHANGE_TIMEOUT: Duration = Duration::from_secs(60);

fn close(scene: &Scene, channel: ChannelId) {
    scene.chain.with(|state| {
        let info = state.channels.get_mut(&channel).unwrap();
        info.state = ChannelState::Closing;
    });
}

/// Asks again and again, as long as answers come out of this channel. A worker refuses a channel that is closed only some
/// seconds later, when it reads it again; until then it answers, and a refusal is never seen.
async fn asked_until_over(
    scene: &Scene,
    payer: &RenewingPayer,
    channel: ChannelId,
) -> Result<(), PayError> {
    let body = scene.question("a b", 3, json!({})).to_string();
    let deadline = Instant::now() + CHANGE_TIMEOUT;
    while payer.current().channel() == channel {
        assert!(Instant::now() < deadline, "the channel never ends");
        match payer.ask("/v1/completions", body.clone().into()).await? {
            Answer::Whole { cost, .. } => assert_eq!(cost, 5),
            Answer::Refused { status, body, .. } => panic!("{status} {body:?}"),
            Answer::Stream(_) => panic!("no stream was asked for"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_closed_is_followed_by_one_with_the_same_deposit_and_no_third_at_once() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let first = scene.channel(Tier::T0);
    let payer = scene.renewing_payer(None, Some(700)).await;
    assert_eq!(payer.current().channel(), first);
    close(&scene, first);
    asked_until_over(&scene, &payer, first).await.unwrap();
    let second = payer.current().channel();
    let info = scene.chain.of(second);
    assert_eq!((info.deposited, info.state), (700, ChannelState::Open));
    assert!(payer.current().spent() >= 5, "the request was answered");
    close(&scene, second);
    let error = asked_until_over(&scene, &payer, second).await.unwrap_err();
    assert!(matches!(error, PayError::NoChannel(_)), "{error}");
    assert!(error.to_string().contains("less than 60 s ago"), "{error}");
    assert_eq!(scene.chain.with(|state| state.channels.len()), 2);
    assert!(scene.redeemed(second).await >= 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_channel_is_opened_beside_the_one_that_was_named() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let named = scene.channel(Tier::T0);
    let payer = scene.renewing_payer(Some(named), Some(700)).await;
    close(&scene, named);
    let error = asked_until_over(&scene, &payer, named).await.unwrap_err();
    assert!(error.to_string().contains("--channel"), "{error}");
    assert_eq!(scene.chain.with(|state| state.channels.len()), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_deposit_another_open_channel_is_taken_and_none_is_opened() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let first = scene.channel(Tier::T0);
    let payer = scene.renewing_payer(None, None).await;
    let second = scene.channel(Tier::T0);
    assert_eq!(payer.current().channel(), first);
    close(&scene, first);
    asked_until_over(&scene, &payer, first).await.unwrap();
    assert_eq!(payer.current().channel(), second);
    assert_eq!(scene.chain.with(|state| state.channels.len()), 2);
}
