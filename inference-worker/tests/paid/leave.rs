//! Clients that go away in mid-stream.

use crate::{
    relay::Relay,
    scene::{ask, eventually, Scene},
};
use ballast_core::{ChannelId, Tier};
use ballast_inference::{Answer, PaidStream, Payer};
use serde_json::{json, Value};

const COMPLETIONS: &str = "/v1/completions";
/// Far more than is written in the time of a test.
const LONG: u32 = 60;
const PAUSE_MS: u32 = 40;

/// Asks for a long stream, and reads until a word has come.
async fn begun(payer: &Payer, body: &Value) -> PaidStream {
    let asked = payer.ask(COMPLETIONS, body.to_string().into()).await;
    let Ok(Answer::Stream(mut stream)) = asked else {
        panic!("no stream")
    };
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: "));
    stream
}

async fn scene(tier: Tier) -> (Scene, ChannelId) {
    let scene = Scene::new("text", tier, PAUSE_MS).await;
    let channel = scene.channel(tier);
    (scene, channel)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_pays_for_what_was_written_and_no_more() {
    for sealed in [false, true] {
        let (scene, channel) = scene(Tier::T0).await;
        let payer = scene.payer(channel, sealed).await;
        let body = scene.question("a b c", LONG, json!({ "stream": true }));
        drop(begun(&payer, &body).await);
        eventually("the worker ends it", || payer.spent() > 0).await;
        let (spent, written) = (payer.spent(), scene.computed());
        assert_eq!(spent, 3 + written as u128);
        assert!(written < LONG as usize / 2, "{written} words were written");
        assert_eq!(scene.redeemed(channel).await, spent);
        // It went on with nothing.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(scene.computed(), written);
        // The same question is another request, since the first answer was not wanted.
        let (text, cost) = ask(&payer, COMPLETIONS, &body).await.unwrap();
        assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
        assert_eq!(cost, 3 + u128::from(LONG));
        assert_eq!(payer.spent(), spent + cost);
        assert_eq!(scene.redeemed(channel).await, spent + cost);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_broken_connection_cost_can_still_be_had_under_its_number() {
    let (scene, channel) = scene(Tier::T2).await;
    let relay = Relay::to(scene.port).await;
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    ask(&payer, COMPLETIONS, &scene.question("x", 1, json!({})))
        .await
        .unwrap();
    let body = scene.question("a b c", LONG, json!({ "stream": true }));
    relay.cut_after(6_000);
    assert!(ask(&payer, COMPLETIONS, &body).await.is_err());
    relay.behave();
    eventually("the worker ends it", || payer.spent() > 2).await;
    let (text, cost) = ask(&payer, COMPLETIONS, &body).await.unwrap();
    assert!(text.contains("\"finish_reason\":\"length\""), "{text}");
    assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
    assert_eq!(cost, 3 + (scene.computed() - 1) as u128);
    assert_eq!(payer.spent(), 2 + cost);
    assert_eq!(scene.redeemed(channel).await, payer.spent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_answer_is_written_to_its_end_and_can_be_had() {
    let (scene, channel) = scene(Tier::T0).await;
    let relay = Relay::to(scene.port).await;
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let body = scene.question("a b", 10, json!({}));
    relay.cut_after(0);
    assert!(ask(&payer, COMPLETIONS, &body).await.is_err());
    relay.behave();
    let (text, cost) = ask(&payer, COMPLETIONS, &body).await.unwrap();
    assert!(text.contains("w10"), "{text}");
    assert_eq!((cost, payer.spent(), scene.computed()), (12, 12, 10));
    assert_eq!(scene.redeemed(channel).await, 12);
}
