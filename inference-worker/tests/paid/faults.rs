//! Worker, chain and session key fail: the error says so, and nobody loses money.

use crate::{
    relay::Relay,
    scene::{ask, eventually, Scene},
};
use ballast_chain::ErrorClass;
use ballast_core::{view::ChannelState, Numbers, Tier};
use ballast_inference::PayError;
use serde_json::json;

const COMPLETIONS: &str = "/v1/completions";

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_dies_in_mid_stream_costs_nothing() {
    let scene = Scene::new("text", Tier::T0, 5).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    let body = scene.question("die now", 50, json!({ "stream": true }));
    let broken = ask(&payer, COMPLETIONS, &body).await;
    assert!(
        matches!(broken, Err(PayError::BrokeOff)),
        "{:?}",
        broken.err()
    );
    // Once the engine runs again the next request is answered, and the one that died cost nothing.
    let next = scene.question("live on", 2, json!({}));
    let mut answered = ask(&payer, COMPLETIONS, &next).await.unwrap();
    for _ in 0..100 {
        if !answered.0.starts_with("503") {
            break;
        }
        assert!(answered.0.contains("engine_unavailable"), "{}", answered.0);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answered = ask(&payer, COMPLETIONS, &next).await.unwrap();
    }
    assert_eq!(answered.1, 4, "{}", answered.0);
    assert_eq!(payer.spent(), 4);
    assert_eq!(scene.redeemed(channel).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_gone_leaves_the_request_with_its_number() {
    let mut scene = Scene::new("text", Tier::T0, 1).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    let body = scene.question("a b", 3, json!({}));
    scene.stop().await;
    let gone = ask(&payer, COMPLETIONS, &body).await.err().unwrap();
    assert!(matches!(gone, PayError::Worker(_)), "{gone}");
    assert_eq!(
        (gone.class(), gone.code()),
        (ErrorClass::Retryable, "worker_unavailable")
    );
    scene.restart().await;
    let (_, cost) = ask(&payer, COMPLETIONS, &body).await.unwrap();
    assert_eq!((cost, payer.spent()), (5, 5));
    let info = scene.redeemed(channel).await;
    assert_eq!((info, scene.chain.of(channel).last_number), (5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateways_own_error_is_not_taken_for_the_workers_word() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    // The worker answers and claims; the client is told something else.
    relay.change(|bytes| {
        let answer = bytes.starts_with(b"HTTP/1.1 200");
        if answer && bytes.windows(16).any(|window| window == b"x-ballast-answer") {
            *bytes = b"HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 3\r\n\r\nbad".to_vec();
        }
    });
    let body = scene.question("a b", 3, json!({}));
    let (told, _) = ask(&payer, COMPLETIONS, &body).await.unwrap();
    assert!(told.starts_with("502"), "{told}");
    assert_eq!(payer.spent(), 5, "the signature was learnt");
    relay.behave();
    let (text, cost) = ask(&payer, COMPLETIONS, &body).await.unwrap();
    assert!(text.contains("w3"), "{text}");
    assert_eq!((cost, payer.spent()), (5, 5));
    assert_eq!(scene.redeemed(channel).await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_changes_its_answer_is_paid_no_more() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    relay.change(|bytes| {
        let len = bytes.len();
        if bytes.ends_with(b"}}") {
            bytes[len - 2] = b' ';
        }
    });
    let lied = ask(&payer, COMPLETIONS, &scene.question("a", 1, json!({}))).await;
    assert!(
        matches!(lied, Err(PayError::Distrust(_))),
        "{:?}",
        lied.err()
    );
    relay.behave();
    let again = ask(&payer, COMPLETIONS, &scene.question("b", 1, json!({}))).await;
    assert_eq!(again.err().unwrap().code(), "worker_not_trusted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_key_without_evidence_answers_nothing_and_charges_nothing() {
    let scene = Scene::new("text", Tier::T1, 1).await;
    let channel = scene.channel(Tier::T1);
    let payer = scene.payer(channel, false).await;
    let (_, cost) = ask(&payer, COMPLETIONS, &scene.question("a", 1, json!({})))
        .await
        .unwrap();
    assert_eq!(scene.redeemed(channel).await, cost);
    scene.attest(None);
    let mut told = String::new();
    for n in 0..200 {
        let body = scene.question(&format!("q{n}"), 1, json!({}));
        told = ask(&payer, COMPLETIONS, &body).await.unwrap().0;
        if told.starts_with("503") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(
        told.contains("session_key_expired") && told.contains("T1"),
        "{told}"
    );
    let spent = payer.spent();
    let (refused, cost) = ask(&payer, COMPLETIONS, &scene.question("b", 1, json!({})))
        .await
        .unwrap();
    assert!(refused.starts_with("503"), "{refused}");
    assert_eq!((cost, payer.spent()), (0, spent));
    // With evidence again, all that was claimed is paid.
    scene.attest(Some(Tier::T1));
    eventually("the worker redeems", || scene.till().unsettled() == 0).await;
    assert_eq!(scene.chain.of(channel).drawn, spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_chain_nobody_begins_and_what_was_claimed_waits() {
    let mut scene = Scene::new("text", Tier::T0, 1).await;
    let channel = scene.channel(Tier::T0);
    let other = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    let second = scene.payer(other, false).await;
    scene.chain.with(|state| state.is_down = true);
    // The worker has not seen the channel yet, and cannot ask.
    let (told, cost) = ask(&payer, COMPLETIONS, &scene.question("a", 1, json!({})))
        .await
        .unwrap();
    assert!(
        told.starts_with("503") && told.contains("chain_unavailable"),
        "{told}"
    );
    assert_eq!((cost, payer.spent()), (0, 0));
    drop(payer);
    let closed = scene.try_payer(channel, false).await.err().unwrap();
    assert_eq!(
        (closed.code(), closed.class()),
        ("chain_unavailable", ErrorClass::Retryable)
    );

    scene.chain.with(|state| state.is_down = false);
    let (_, cost) = ask(&second, COMPLETIONS, &scene.question("b", 1, json!({})))
        .await
        .unwrap();
    scene.chain.with(|state| state.is_down = true);
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    scene.chain.with(|state| state.is_down = false);
    // A worker that is started again has its claims.
    scene.restart().await;
    assert_eq!(scene.redeemed(other).await, cost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_used_up_or_closed_is_told_before_anything_is_sent() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let poor = scene.chain.open(&scene.client, Tier::T0, 12);
    let payer = scene.payer(poor, false).await;
    // Ten tokens read and as many written as are asked for must be there.
    let (_, cost) = ask(&payer, COMPLETIONS, &scene.question("a b", 2, json!({})))
        .await
        .unwrap();
    assert_eq!(cost, 4);
    let error = ask(&payer, COMPLETIONS, &scene.question("a b c", 2, json!({})))
        .await
        .err()
        .unwrap();
    assert!(
        matches!(
            error,
            PayError::TooLittle {
                needed: 12,
                left: 8,
                ..
            }
        ),
        "{error}"
    );
    assert!(error.to_string().contains("top-up"), "{error}");
    assert_eq!(scene.redeemed(poor).await, 4);

    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    scene.chain.with(|state| {
        let info = state.channels.get_mut(&channel).unwrap();
        info.state = ChannelState::Closing;
    });
    // The worker refuses, and the chain says the same.
    let error = ask(&payer, COMPLETIONS, &scene.question("x", 1, json!({})))
        .await
        .unwrap_err();
    assert!(matches!(error, PayError::NoChannel(_)), "{error}");
    assert_eq!((payer.spent(), scene.chain.of(channel).drawn), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_serves_in_the_numbers_that_it_offers_and_in_no_others() {
    let mut scene = Scene::new("text", Tier::T0, 1).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    let (_, models) = payer.question("/v1/models").await.unwrap();
    let models: serde_json::Value = serde_json::from_slice(&models).unwrap();
    assert_eq!(models["data"][0]["numbers"], "float32");
    // The offer changes: whoever computes otherwise would be condemned.
    scene
        .chain
        .with(|state| state.offers[0].numbers = Numbers::BFloat16);
    let other = scene.channel(Tier::T0);
    scene.stop().await;
    for (numbers, remedy) in [
        (None, Some("--numbers float32")),
        (Some(Numbers::Float32), Some("--numbers bfloat16")),
        (Some(Numbers::BFloat16), None),
    ] {
        let told = scene.refused(numbers).await;
        match (told, remedy) {
            (None, None) => {}
            (Some(told), Some(remedy)) => {
                assert!(told.contains("ada/tiny@1 in bfloat16"), "{told}");
                assert!(told.contains(remedy), "{told}");
            }
            (told, _) => panic!("{numbers:?}: {told:?}"),
        }
    }
    assert_eq!(scene.chain.of(other).numbers, Numbers::BFloat16);
}
