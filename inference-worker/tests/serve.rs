//! The API, against the real program with its real engine.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use ballast_chain::verify;
use ballast_core::{
    answer::{AnswerBody, Exchange},
    ids::ChannelId,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{io::Read, process::Command, time::Duration};
use support::{run, Worker, GENESIS, QUICK, SLOW};

const COMPLETIONS: &str = "/v1/completions";
const CHAT: &str = "/v1/chat/completions";

fn completion(worker: &Worker, more: Value) -> Value {
    with(
        json!({ "model": worker.model(), "prompt": "the answer", "max_tokens": 40, "temperature": 0 }),
        more,
    )
}

fn chat(worker: &Worker, more: Value) -> Value {
    let messages =
        json!([{ "role": "system", "content": "be kind" }, { "role": "user", "content": "hello" }]);
    with(
        json!({ "model": worker.model(), "messages": messages, "max_tokens": 30, "temperature": 0 }),
        more,
    )
}

fn with(mut base: Value, more: Value) -> Value {
    for (name, value) in more.as_object().unwrap() {
        base[name] = value.clone();
    }
    base
}

#[test]
fn a_stream_has_the_text_that_the_whole_answer_has() {
    let worker = Worker::generator(28_101, QUICK, &[]);
    let whole = worker.post(COMPLETIONS, &completion(&worker, json!({})));
    assert_eq!(whole.status, 200, "{}", whole.text());
    let whole = whole.json();
    let text = whole["choices"][0]["text"].as_str().unwrap();
    assert!(text.len() >= 40, "{text}");
    assert_eq!(whole["choices"][0]["finish_reason"], "length");
    assert_eq!(
        whole["usage"],
        json!({ "prompt_tokens": 7, "completion_tokens": 40, "total_tokens": 47 })
    );
    assert_eq!(
        worker
            .post(COMPLETIONS, &completion(&worker, json!({})))
            .json()["choices"],
        whole["choices"]
    );

    let options = json!({ "stream": true, "stream_options": { "include_usage": true } });
    let stream = worker.post(COMPLETIONS, &completion(&worker, options.clone()));
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let events = stream.events();
    let streamed: String = events
        .iter()
        .filter_map(|event| event["choices"][0]["text"].as_str())
        .collect();
    assert_eq!(streamed, text);
    assert!(events.len() > 10);
    let [.., last, usage] = events.as_slice() else {
        panic!("too few events")
    };
    assert_eq!(last["choices"][0]["finish_reason"], "length");
    assert_eq!(
        (&usage["usage"], &usage["choices"]),
        (&whole["usage"], &json!([]))
    );

    let whole = worker.post(CHAT, &chat(&worker, json!({}))).json();
    let events = worker
        .post(CHAT, &chat(&worker, json!({ "stream": true })))
        .events();
    let streamed: String = events
        .iter()
        .filter_map(|event| event["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(
        whole["choices"][0]["message"],
        json!({ "role": "assistant", "content": streamed, "refusal": null })
    );
    assert_eq!(events[0]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(events[0]["object"], "chat.completion.chunk");
}

#[test]
fn stop_texts_and_seeds_are_heeded() {
    let worker = Worker::generator(28_102, QUICK, &[]);
    let text = |more: Value| {
        let answer = worker.post(COMPLETIONS, &completion(&worker, more)).json();
        let choice = answer["choices"][0].clone();
        (
            choice["text"].as_str().unwrap().to_owned(),
            choice["finish_reason"].as_str().unwrap().to_owned(),
        )
    };
    let (whole, _) = text(json!({}));
    let stop = &whole[20..24];
    let end = whole.find(stop).unwrap();
    assert_eq!(
        text(json!({ "stop": [stop] })),
        (whole[..end].to_owned(), "stop".into())
    );
    let drawn = |seed: i64| text(json!({ "temperature": 1, "seed": seed })).0;
    assert_eq!(drawn(-5), drawn(-5));
    assert_ne!(drawn(-5), drawn(6));
    let unseeded = || text(json!({ "temperature": 1 })).0;
    assert_ne!(unseeded(), unseeded());
}

/// Checks a signed answer against the very bytes, and gives what it counts.
fn check_signed(worker: &Worker, signed: &Value, request: &[u8], response: &[u8]) -> (u64, u64) {
    let bytes =
        |name: &str| hex::decode(signed[name].as_str().unwrap().trim_start_matches("0x")).unwrap();
    let number = |name: &str| signed[name].as_u64().unwrap();
    assert_eq!(signed["session_key"], worker.session_key());
    let body = AnswerBody {
        genesis_hash: GENESIS,
        model: worker.get("/v1/models").json()["data"][0]["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
        channel: ChannelId(0),
        number: 0,
        exchange: Exchange {
            request_sha256: Sha256::digest(request).into(),
            response_sha256: Sha256::digest(response).into(),
            tokens_in: number("tokens_in") as u32,
            tokens_out: number("tokens_out") as u32,
        },
    };
    let key: [u8; 32] = bytes("session_key").try_into().unwrap();
    let signature: [u8; 64] = bytes("signature").try_into().unwrap();
    assert!(
        verify(&key, &body.signing_payload(), &signature),
        "{signed}"
    );
    (number("tokens_in"), number("tokens_out"))
}

#[test]
fn every_answer_is_signed_over_its_very_bytes() {
    let worker = Worker::generator(28_103, QUICK, &[]);
    // Spaces and order of the fields are the client's.
    let request = format!(
        "{{ \"max_tokens\":9,  \"prompt\" : \"x\", \"temperature\":0, \"model\": \"{}\" }}\n",
        worker.model()
    );
    let answer = worker.post_bytes(COMPLETIONS, request.as_bytes());
    let signed: Value = serde_json::from_str(answer.header("x-ballast-answer")).unwrap();
    assert_eq!(
        check_signed(&worker, &signed, request.as_bytes(), &answer.body),
        (1, 9)
    );
    let id = answer.header("x-request-id");
    assert_eq!(answer.json()["id"], id);
    assert_eq!(worker.get(&format!("/v1/signature/{id}")).json(), signed);
    assert_eq!(worker.get("/v1/signature/cmpl-0").status, 404);

    let request = chat(&worker, json!({ "stream": true }));
    let stream = worker.post(CHAT, &request);
    let text = stream.text();
    let (before, event) = text.split_once("event: ballast.answer\n").unwrap();
    assert!(before.ends_with("data: [DONE]\n\n"));
    let signed: Value = serde_json::from_str(event.strip_prefix("data: ").unwrap()).unwrap();
    let (_, tokens_out) = check_signed(
        &worker,
        &signed,
        request.to_string().as_bytes(),
        before.as_bytes(),
    );
    assert_eq!(tokens_out, 30);
    assert_eq!(
        worker
            .get(&format!("/v1/signature/{}", stream.header("x-request-id")))
            .json(),
        signed
    );
}

#[test]
fn refusals_have_the_form_that_openais_clients_read() {
    let worker = Worker::generator(28_104, QUICK, &[]);
    let long = "word ".repeat(600);
    for (path, body, status, code, param) in [
        (
            COMPLETIONS,
            completion(&worker, json!({ "model": "gpt-4o" })),
            404,
            json!("model_not_found"),
            json!("model"),
        ),
        (
            COMPLETIONS,
            completion(&worker, json!({ "prompt": long })),
            400,
            json!("context_length_exceeded"),
            json!("prompt"),
        ),
        (
            COMPLETIONS,
            completion(&worker, json!({ "max_tokens": 511 })),
            400,
            json!("context_length_exceeded"),
            json!("prompt"),
        ),
        (
            COMPLETIONS,
            completion(&worker, json!({ "n": 2 })),
            400,
            json!("unsupported_parameter"),
            json!("n"),
        ),
        (
            COMPLETIONS,
            completion(&worker, json!({ "prompt": [1, 99999] })),
            400,
            Value::Null,
            json!("prompt"),
        ),
        (
            COMPLETIONS,
            completion(&worker, json!({ "temperature": 3 })),
            400,
            Value::Null,
            json!("temperature"),
        ),
        (
            CHAT,
            chat(&worker, json!({ "tools": [{}] })),
            400,
            json!("unsupported_parameter"),
            json!("tools"),
        ),
        (
            CHAT,
            chat(&worker, json!({ "messages": [] })),
            400,
            Value::Null,
            json!("messages"),
        ),
        (
            "/v1/embeddings",
            json!({ "model": worker.model(), "input": "x" }),
            400,
            json!("model_not_supported"),
            json!("model"),
        ),
        (
            "/v1/nothing",
            json!({}),
            404,
            json!("not_found"),
            Value::Null,
        ),
        ("/v1/models", json!({}), 405, Value::Null, Value::Null),
    ] {
        let answer = worker.post(path, &body);
        let told = answer.json();
        assert_eq!(answer.status, status, "{told}");
        assert_eq!(
            (&told["error"]["code"], &told["error"]["param"]),
            (&code, &param),
            "{told}"
        );
        assert!(
            told["error"]["message"]
                .as_str()
                .is_some_and(|message| message.len() > 10),
            "{told}"
        );
    }
    for malformed in [
        &b"{"[..],
        b"",
        b"[]",
        b"{\"model\": 5}",
        b"\xff\xfe",
        b"{\"model\":\"m\",\"prompt\":{}}",
    ] {
        let answer = worker.post_bytes(COMPLETIONS, malformed);
        assert_eq!(
            (answer.status, &answer.json()["error"]["type"]),
            (400, &json!("invalid_request_error"))
        );
    }
    let large = worker.post_bytes(COMPLETIONS, &vec![b' '; (8 << 20) + 1]);
    assert_eq!(large.status, 413);
    // And it still works.
    assert_eq!(
        worker
            .post(COMPLETIONS, &completion(&worker, json!({})))
            .status,
        200
    );
}

#[test]
fn what_is_too_much_is_told_to_come_back_and_who_leaves_makes_room() {
    let worker = Worker::generator(28_105, SLOW, &["--requests", "2", "--sequences", "1"]);
    let long = completion(&worker, json!({ "max_tokens": 8000, "stream": true }));
    let mut first = worker.open(COMPLETIONS, &long);
    // One text is written at a time: the second request would be the first one if it came before this.
    first.read_exact(&mut [0; 400]).unwrap();
    let second = worker.open(COMPLETIONS, &long);
    worker.eventually("two are under way", |worker| worker.metric("orders") == 2.0);
    let third = worker.post(COMPLETIONS, &completion(&worker, json!({})));
    assert_eq!((third.status, third.header("retry-after")), (429, "1"));
    assert_eq!(third.json()["error"]["code"], "overloaded");
    drop((first, second));
    worker.eventually("both are cancelled", |worker| {
        worker.metric("cancelled_total") == 2.0
    });
    let fourth = worker.post(
        COMPLETIONS,
        &completion(&worker, json!({ "max_tokens": 3 })),
    );
    assert_eq!(fourth.status, 200, "{}", fourth.text());
    assert_eq!(worker.metric("orders"), 0.0);
    assert_eq!(worker.metric("overloads_total"), 1.0);
}

#[test]
fn an_answer_that_takes_too_long_ends_with_a_timeout_and_without_signature() {
    let worker = Worker::generator(28_106, SLOW, &["--timeout", "1"]);
    let whole = worker.post(
        COMPLETIONS,
        &completion(&worker, json!({ "max_tokens": 8000 })),
    );
    assert_eq!(
        (whole.status, whole.header("x-should-retry")),
        (504, "false")
    );
    assert_eq!(whole.json()["error"]["code"], "timeout");
    let stream = worker.post(
        COMPLETIONS,
        &completion(&worker, json!({ "max_tokens": 8000, "stream": true })),
    );
    assert_eq!(stream.status, 200);
    let events = stream.events();
    assert!(events.len() > 2);
    assert_eq!(events.last().unwrap()["error"]["code"], "timeout");
    assert!(!stream.text().contains("[DONE]") && !stream.text().contains("ballast.answer"));
    assert_eq!(
        worker
            .get(&format!("/v1/signature/{}", stream.header("x-request-id")))
            .status,
        404
    );
    assert_eq!(worker.metric("timeouts_total"), 2.0);
    worker.eventually("the engine gave both up", |worker| {
        worker.metric("orders") == 0.0
    });
}

#[test]
fn an_engine_that_dies_is_started_again() {
    let worker = Worker::generator(28_107, SLOW, &[]);
    let engines = worker.engines();
    assert_eq!(engines.len(), 1);
    let mut stream = worker.open(
        COMPLETIONS,
        &completion(&worker, json!({ "max_tokens": 8000, "stream": true })),
    );
    stream.read_exact(&mut [0; 400]).unwrap();
    run(Command::new("kill").args(["-KILL", &engines[0]]));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("engine_unavailable") && !rest.contains("[DONE]"),
        "{rest}"
    );
    worker.eventually("it is ready again", |worker| {
        worker.get("/health").status == 200 && worker.metric("engine_restarts_total") == 1.0
    });
    assert_ne!(worker.engines(), engines);
    assert_eq!(
        worker
            .post(COMPLETIONS, &completion(&worker, json!({})))
            .status,
        200
    );
}

#[test]
fn a_stop_lets_answers_end_and_takes_the_engine_along() {
    let worker = Worker::generator(28_108, QUICK, &[]);
    let engine = worker.engines().remove(0);
    let mut stream = worker.open(
        COMPLETIONS,
        &completion(&worker, json!({ "max_tokens": 400, "stream": true })),
    );
    let mut begun = vec![0; 400];
    stream.read_exact(&mut begun).unwrap();
    let (well, took, log) = worker.stop();
    assert!(well, "{log}");
    assert!(took < Duration::from_secs(20), "{took:?}");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(
        rest.contains("[DONE]") && rest.contains("ballast.answer"),
        "{rest}"
    );
    assert!(!std::path::Path::new(&format!("/proc/{engine}")).exists());
}

#[test]
fn neither_prompts_nor_answers_are_in_the_log() {
    let worker = Worker::generator(28_109, QUICK, &[]);
    let secret = "xyzzy-plugh-secret";
    let answer = worker
        .post(
            COMPLETIONS,
            &completion(&worker, json!({ "prompt": secret })),
        )
        .json();
    let text = answer["choices"][0]["text"].as_str().unwrap();
    worker.post(
        CHAT,
        &chat(
            &worker,
            json!({ "messages": [{ "role": "user", "content": secret }], "stream": true }),
        ),
    );
    worker.post(COMPLETIONS, &json!({ "model": secret, "prompt": secret }));
    worker.post_bytes(COMPLETIONS, format!("{{\"prompt\": {secret}").as_bytes());
    worker.post(
        CHAT,
        &chat(
            &worker,
            json!({ "messages": [{ "role": secret, "content": secret }] }),
        ),
    );
    let log = worker.log();
    assert!(log.contains("serving") && log.contains("answered"), "{log}");
    assert!(!log.contains(secret) && !log.contains(&text[..12]), "{log}");
}

#[test]
fn a_model_in_gguf_answers_as_it_does_in_safetensors() {
    let (whole, gguf) = (
        Worker::generator(28_117, QUICK, &[]),
        Worker::gguf(28_118, QUICK),
    );
    let choices = |worker: &Worker| {
        let answers = [
            worker.post(COMPLETIONS, &completion(worker, json!({}))),
            worker.post(CHAT, &chat(worker, json!({}))),
        ];
        answers.map(|answer| {
            assert_eq!(answer.status, 200, "{}", answer.text());
            (
                answer.json()["choices"].clone(),
                answer.json()["usage"].clone(),
            )
        })
    };
    assert_eq!(choices(&gguf), choices(&whole));
    assert_ne!(gguf.model(), whole.model());
}

#[test]
fn embeddings_are_signed_and_the_same_in_both_encodings() {
    let worker = Worker::minilm(28_110);
    let request = |more: Value| {
        with(
            json!({ "model": worker.model(), "input": ["Proof of stake", "x"] }),
            more,
        )
    };
    let floats = worker.post("/v1/embeddings", &request(json!({})));
    let signed: Value = serde_json::from_str(floats.header("x-ballast-answer")).unwrap();
    assert_eq!(
        check_signed(
            &worker,
            &signed,
            request(json!({})).to_string().as_bytes(),
            &floats.body
        ),
        (8, 0)
    );
    let floats = floats.json();
    assert_eq!(
        floats["usage"],
        json!({ "prompt_tokens": 8, "total_tokens": 8 })
    );
    let encoded = worker
        .post(
            "/v1/embeddings",
            &request(json!({ "encoding_format": "base64", "dimensions": 384 })),
        )
        .json();
    for (plain, encoded) in floats["data"]
        .as_array()
        .unwrap()
        .iter()
        .zip(encoded["data"].as_array().unwrap())
    {
        let numbers = plain["embedding"]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_f64().unwrap() as f32);
        let bytes: Vec<u8> = numbers.flat_map(f32::to_le_bytes).collect();
        assert_eq!(bytes.len(), 4 * 384);
        assert_eq!(encoded["embedding"], STANDARD.encode(&bytes));
    }
    for (change, status, param) in [
        (json!({ "dimensions": 128 }), 400, json!("dimensions")),
        (json!({ "input": [] }), 400, json!("input")),
        (json!({ "input": "word ".repeat(300) }), 400, json!("input")),
        (json!({ "input": vec!["x"; 2049] }), 400, json!("input")),
        // The wrong form of the whole is no one field's.
        (json!({ "encoding_format": "hex" }), 400, Value::Null),
        // An empty text has the two marks of its ends.
        (json!({ "input": "" }), 200, Value::Null),
        (
            json!({ "input": [[101, 102], [101, 2000, 102]] }),
            200,
            Value::Null,
        ),
    ] {
        let answer = worker.post("/v1/embeddings", &request(change));
        assert_eq!(
            (answer.status, &answer.json()["error"]["param"]),
            (status, &param),
            "{}",
            answer.text()
        );
    }
    let text = worker.post(COMPLETIONS, &completion(&worker, json!({})));
    assert_eq!(text.json()["error"]["code"], "model_not_supported");
}
