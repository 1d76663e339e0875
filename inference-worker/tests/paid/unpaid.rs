//! Work that nobody pays for is not done.

use crate::scene::{ask, post, Scene};
use ballast_core::Tier;
use ballast_inference::{
    response::{PaymentResponse, RESPONSE_HEADER},
    wire,
};
use serde_json::json;

/// The channel allows ten tokens read.
const LONG: &str = "one two three four five six seven eight nine ten eleven";

#[tokio::test(flavor = "multi_thread")]
async fn texts_with_too_many_tokens_are_counted_and_not_computed() {
    let scene = Scene::new("embed", Tier::T0, 1).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    let long =
        json!({ "model": scene.model(), "input": ["one two three four five six", "7 8 9 10 11"] });
    let (told, cost) = ask(&payer, "/v1/embeddings", &long).await.unwrap();
    assert!(
        told.starts_with("400") && told.contains("context_length_exceeded"),
        "{told}"
    );
    assert!(
        told.contains("10 tokens may be read") && told.contains("has 11"),
        "{told}"
    );
    assert_eq!((cost, scene.computed()), (0, 0));
    let fits =
        json!({ "model": scene.model(), "input": ["one two three four five six", "7 8 9 10"] });
    let (_, cost) = ask(&payer, "/v1/embeddings", &fits).await.unwrap();
    assert_eq!((cost, scene.computed()), (10, 1));
    assert_eq!(scene.redeemed(channel).await, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_with_too_many_tokens_are_counted_and_not_read() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer(channel, false).await;
    for stream in [false, true] {
        let long = scene.question(LONG, 5, json!({ "stream": stream }));
        let (told, cost) = ask(&payer, "/v1/completions", &long).await.unwrap();
        assert!(told.starts_with("400") && told.contains("has 11"), "{told}");
        assert_eq!(cost, 0);
    }
    let chat = json!({ "model": scene.model(), "messages": [{ "role": "user", "content": LONG }] });
    let (told, _) = ask(&payer, "/v1/chat/completions", &chat).await.unwrap();
    assert!(told.starts_with("400"), "{told}");
    assert_eq!(scene.computed(), 0);
    assert_eq!(payer.spent(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_answer_says_what_it_was_charged_as_x402_has_it() {
    let scene = Scene::new("text", Tier::T0, 1).await;
    let relay = crate::relay::Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let body = scene.question("a b", 3, json!({}));
    ask(&payer, "/v1/completions", &body).await.unwrap();
    let told = relay.header(RESPONSE_HEADER);
    let response: PaymentResponse = wire::from_header(&told).unwrap();
    assert!(response.success && response.transaction.is_empty() && response.amount.is_empty());
    assert_eq!(response.extra.charged_amount, "5");
    let state = &response.extra.channel_state;
    assert_eq!((state.channel_id, state.last_number), (channel.0, 1));
    assert_eq!(state.charged_cumulative_amount, "5");
    // Sent again, it is the same answer, and charged no more.
    let voucher = relay.header("payment-signature");
    let url = format!("http://127.0.0.1:{}/v1/completions", scene.port);
    let header = format!("payment-signature: {voucher}");
    let (status, head, _) = post(url, body.to_string(), vec![header]).await;
    assert_eq!(status, 200, "{head}");
    let again = head
        .lines()
        .find_map(|line| line.strip_prefix("payment-response: "));
    assert!(again.is_some(), "{head}");
    assert_eq!(scene.redeemed(channel).await, 5);
}
