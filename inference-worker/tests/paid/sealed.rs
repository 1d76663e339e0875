//! What somebody between client and worker can see and do.

use crate::{
    relay::Relay,
    scene::{ask, post, Scene},
};
use ballast_core::Tier;
use ballast_inference::{seal::SealingKey, PayError};
use serde_json::{json, Value};

const COMPLETIONS: &str = "/v1/completions";
const CHAT: &str = "/v1/chat/completions";
const EMBEDDINGS: &str = "/v1/embeddings";
const SECRET: &str = "unspeakable";

/// What must not be seen: of the question, of the answer, and of what is told about both.
fn is_private(relay: &Relay) {
    for text in [SECRET, "choices", "request_sha256", "prompt", "embedding\""] {
        assert!(!relay.has_seen(text), "{text} can be read on the way");
    }
    // The voucher is for everybody to see.
    assert!(relay.has_seen("payment-signature"));
    assert!(relay.has_seen("application/vnd.ballast.sealed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_t2_text_is_asked_and_answered_without_anybody_reading_it() {
    let scene = Scene::new("text", Tier::T2, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T2);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let question = format!("two {SECRET} words");

    let (whole, first) = ask(
        &payer,
        COMPLETIONS,
        &scene.question(&question, 4, json!({})),
    )
    .await
    .unwrap();
    let whole: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["choices"][0]["text"], "w1 w2 w3 w4 ");
    assert_eq!(first, 3 + 4);

    let streamed = scene.question(&question, 5, json!({ "stream": true }));
    let (text, second) = ask(&payer, COMPLETIONS, &streamed).await.unwrap();
    assert!(
        text.contains("w5") && text.ends_with("data: [DONE]\n\n"),
        "{text}"
    );
    assert_eq!(second, 3 + 5);

    let chat = json!({ "model": scene.model(), "max_tokens": 2, "stream": true,
        "messages": [{ "role": "user", "content": question }] });
    let (text, third) = ask(&payer, CHAT, &chat).await.unwrap();
    assert!(text.contains("\"content\":\"w2 \""), "{text}");
    assert_eq!(third, 3 + 2);

    // Refusals say something about the question, so they are sealed too.
    let refused = scene.question(&question, 4, json!({ SECRET: true }));
    let (told, cost) = ask(&payer, COMPLETIONS, &refused).await.unwrap();
    assert!(
        told.starts_with("400") && told.contains("unsupported_parameter"),
        "{told}"
    );
    assert_eq!(cost, 0);

    is_private(&relay);
    assert_eq!(scene.redeemed(channel).await, payer.spent());
    assert_eq!(payer.spent(), first + second + third);
}

#[tokio::test(flavor = "multi_thread")]
async fn embeddings_are_sealed_below_t2_where_that_is_wanted() {
    let scene = Scene::new("embed", Tier::T0, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T0);
    let payer = scene.payer_at(channel, relay.endpoint(), true).await;
    let body = json!({ "model": scene.model(), "input": [format!("an {SECRET} text"), "b"] });
    let (answer, cost) = ask(&payer, EMBEDDINGS, &body).await.unwrap();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["data"].as_array().unwrap().len(), 2);
    assert_eq!(cost, 4);
    is_private(&relay);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_promises_privacy_takes_nothing_in_the_clear() {
    let scene = Scene::new("text", Tier::T2, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T2);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let body = scene.question("x", 1, json!({}));
    ask(&payer, COMPLETIONS, &body).await.unwrap();
    let voucher = relay.header("payment-signature");
    let url = format!("http://127.0.0.1:{}{COMPLETIONS}", scene.port);
    let header = format!("payment-signature: {voucher}");
    let (status, _, told) = post(url, body.to_string(), vec![header]).await;
    assert_eq!(status, 400, "{told}");
    assert!(
        told.contains("sealed_required") && told.contains("/v1/sealing-key"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_on_the_way_is_found_and_the_worker_is_not_blamed() {
    let scene = Scene::new("text", Tier::T2, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T2);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let body =
        |n: u32, stream: bool| scene.question(&format!("q{n}"), 6, json!({ "stream": stream }));
    ask(&payer, COMPLETIONS, &body(0, false)).await.unwrap();

    // The last byte of what the worker sends is in a box.
    relay.change(|bytes| *bytes.last_mut().unwrap() ^= 1);
    let broken = ask(&payer, COMPLETIONS, &body(1, false)).await;
    assert!(
        matches!(broken, Err(PayError::Seal(_) | PayError::Worker(_))),
        "{:?}",
        broken.err()
    );
    let broken = ask(&payer, COMPLETIONS, &body(2, true)).await;
    assert!(
        matches!(
            broken,
            Err(PayError::BrokeOff | PayError::Seal(_) | PayError::Worker(_))
        ),
        "{:?}",
        broken.err()
    );
    // An answer of somebody in between, where a sealed one should be.
    relay.change(|bytes| {
        if bytes.starts_with(b"HTTP/1.1 200") {
            *bytes =
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
                    .to_vec();
        }
    });
    let forged = ask(&payer, COMPLETIONS, &body(3, false)).await;
    assert!(
        matches!(forged, Err(PayError::NotSealed)),
        "{:?}",
        forged.err()
    );

    // All of them can be had, under their numbers, and are paid once.
    relay.behave();
    let mut spent = 7;
    for n in 1..4 {
        let (text, cost) = ask(&payer, COMPLETIONS, &body(n, n == 2)).await.unwrap();
        match n {
            // The worker has ended the stream where the client gave it up.
            2 => assert!(text.ends_with("data: [DONE]\n\n") && cost <= 7, "{text}"),
            _ => assert!(text.contains("w6") && cost == 7, "{text}"),
        }
        spent += cost;
    }
    assert_eq!(payer.spent(), spent);
    assert_eq!(scene.redeemed(channel).await, spent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_for_one_voucher_is_not_answered_for_another() {
    let scene = Scene::new("text", Tier::T2, 1).await;
    let relay = Relay::to(scene.port).await;
    let channel = scene.channel(Tier::T2);
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    ask(&payer, COMPLETIONS, &scene.question("first", 1, json!({})))
        .await
        .unwrap();
    let boxed = relay.sealed_request();
    let second = scene.question("second", 1, json!({}));
    ask(&payer, COMPLETIONS, &second).await.unwrap();
    let voucher = relay.header("payment-signature");
    // The first box again, with the newer voucher.
    let (status, told) = relay.replay(COMPLETIONS, &voucher, &boxed).await;
    assert_eq!(status, 400, "{told}");
    assert!(told.contains("seal_broken"), "{told}");
    assert_eq!(scene.redeemed(channel).await, payer.spent());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_was_started_again_has_another_key_and_clients_find_it() {
    let mut scene = Scene::new("text", Tier::T2, 1).await;
    let channel = scene.channel(Tier::T2);
    let payer = scene.payer(channel, false).await;
    ask(&payer, COMPLETIONS, &scene.question("a", 2, json!({})))
        .await
        .unwrap();
    let before = payer.question("/v1/sealing-key").await.unwrap().1;
    scene.restart().await;
    let (text, _) = ask(&payer, COMPLETIONS, &scene.question("b", 2, json!({})))
        .await
        .unwrap();
    assert!(text.contains("w2"), "{text}");
    let after = payer.question("/v1/sealing-key").await.unwrap().1;
    let key = |bytes| serde_json::from_slice::<SealingKey>(bytes).unwrap();
    assert_ne!(key(&before).sealing_key, key(&after).sealing_key);
    assert_eq!(key(&before).session_key, key(&after).session_key);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sealed_to_a_key_that_the_chain_does_not_vouch_for() {
    let scene = Scene::new("text", Tier::T1, 1).await;
    let channel = scene.channel(Tier::T2);
    let relay = Relay::to(scene.port).await;
    let payer = scene.payer_at(channel, relay.endpoint(), false).await;
    let asked = ask(&payer, COMPLETIONS, &scene.question(SECRET, 2, json!({}))).await;
    let error = asked.err().unwrap();
    assert!(matches!(error, PayError::SealingKey { .. }), "{error}");
    assert!(error.to_string().contains("T1"), "{error}");
    // Not even its box was sent, nor a voucher.
    assert!(!relay.has_seen("payment-signature"));
    assert_eq!(scene.computed(), 0);
}
