//! The same numbers as other implementations: `tests/vectors/inference` says which, and how they were made.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/device.rs"]
mod device;

use ballast_engine_protocol::Numbers;
use ballast_engine_protocol::{Input, Order, Refusal, Vector, Word};
use ballast_inference_engine::{
    decoder::{Decoder, Run},
    folder::Folder,
    generator::Bounds,
    serve::Model,
    tokens::Tokens,
    weights::Weights,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use device::device;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/inference")
}

fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(vectors().join(name)).unwrap()).unwrap()
}

fn numbers(base64: &Value) -> Vec<f32> {
    let bytes = STANDARD.decode(base64.as_str().unwrap()).unwrap();
    bytes
        .chunks(4)
        .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
        .collect()
}

fn ids(list: &Value) -> Vec<u32> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_u64().unwrap() as u32)
        .collect()
}

/// all-MiniLM-L6-v2, downloaded once.
fn minilm() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/model.sh");
    let output = Command::new(script).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().into()
}

fn embed(model: &mut Model, inputs: Vec<Input>) -> Vec<Vector> {
    match embed_within(model, inputs, None) {
        Word::Embedded { vectors, .. } => vectors,
        Word::Refused { refusal, .. } => panic!("{refusal}"),
        _ => panic!("another word"),
    }
}

fn embed_within(model: &mut Model, inputs: Vec<Input>, max_input_tokens: Option<u32>) -> Word {
    let ((orders, ordered), (say, words)) = (mpsc::channel(), mpsc::channel());
    let order = Order::Embed {
        id: 1,
        inputs,
        max_input_tokens,
    };
    orders.send(order).unwrap();
    drop(orders);
    // The loop goes on while there is work, and ends when no more can come.
    while model.serve_one(&ordered, &say) {}
    words.recv().unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| {
        a.iter()
            .zip(b)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum::<f64>()
    };
    dot(a, b) / (dot(a, a).sqrt() * dot(b, b).sqrt())
}

#[test]
fn minilm_gives_the_vectors_of_sentence_transformers() {
    let (reference, dir) = (json("embeddings.json"), minilm());
    let texts = reference["texts"].as_array().unwrap();
    let tokens = Tokens::load(&Folder::new(&dir), 30_522).unwrap();
    let input = |text: &Value| Input::Text(text["text"].as_str().unwrap().into());
    for text in texts {
        assert_eq!(
            tokens.encode(&input(text), true).unwrap(),
            ids(&text["tokens"])
        );
    }
    let bounds = Bounds {
        sequences: 1,
        context: 512,
        step_tokens: 64,
    };
    let mut model = Model::load(&Folder::new(&dir), device(), None, bounds).unwrap();
    let together = embed(&mut model, texts.iter().map(input).collect());
    for (text, batched) in texts.iter().zip(&together) {
        let expected = numbers(&text["vector"]);
        let alone = embed(&mut model, vec![input(text)]);
        for vector in [batched, &alone[0]] {
            let distance = 1.0 - cosine(&vector.0, &expected);
            assert!(distance < 1e-6, "{distance}");
            let length =
                cosine(&vector.0, &vector.0) * vector.0.iter().map(|x| x * x).sum::<f32>() as f64;
            assert!((length - 1.0).abs() < 1e-5, "{length}");
            let apart = vector
                .0
                .iter()
                .zip(&expected)
                .map(|(x, y)| (x - y).abs())
                .fold(0.0, f32::max);
            assert!(apart < 1e-5, "{apart}");
        }
    }
    // Tokens of all texts together are counted before anything is computed.
    let count = |text: &Value| ids(&text["tokens"]).len() as u32;
    let all: u32 = texts.iter().map(count).sum();
    let inputs = || texts.iter().map(input).collect();
    let refused = embed_within(&mut model, inputs(), Some(all - 1));
    let over = Refusal::OverLimit {
        tokens: u64::from(all),
        max: all - 1,
    };
    assert!(matches!(refused, Word::Refused { refusal, .. } if refusal == over));
    let taken = embed_within(&mut model, inputs(), Some(all));
    assert!(matches!(taken, Word::Embedded { tokens, .. } if tokens == all));
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(x, y)| (x - y).abs())
        .fold(0.0, f32::max)
}

/// The logits after each token, when the tokens come in parts of these lengths.
fn logits(model: &Decoder, tokens: &[u32], part: usize) -> Vec<Vec<f32>> {
    let mut cache = model.cache();
    let step = |part: &[u32]| {
        model
            .step(&mut [Run {
                tokens: part,
                cache: &mut cache,
                wanted: 1,
            }])
            .unwrap()
            .remove(0)
            .logits
    };
    tokens.chunks(part).map(step).collect()
}

#[test]
fn decoders_give_the_logits_of_transformers() {
    let reference = json("decoders.json");
    let tokens = ids(&reference["tokens"]);
    for name in ["llama", "qwen2", "mistral"] {
        let folder = Folder::new(&vectors().join("decoders").join(name));
        let weights = Weights::load(&folder, Numbers::Float32, device()).unwrap();
        let model = Decoder::load(&folder, &weights, 128, device()).unwrap();
        let expected = numbers(&reference["logits"][name]);
        let expected: Vec<&[f32]> = expected.chunks(48).collect();
        for part in [1, 7, 60] {
            for (at, found) in (1..).zip(logits(&model, &tokens, part)) {
                let last = (at * part).min(tokens.len()) - 1;
                let apart = largest_difference(&found, expected[last]);
                assert!(
                    apart < 1e-4,
                    "{name}, parts of {part}, token {last}: {apart}"
                );
            }
        }
    }
}

#[test]
fn all_that_is_wanted_of_a_run_comes_in_order() {
    let tokens = ids(&json("decoders.json")["tokens"]);
    let folder = Folder::new(&vectors().join("decoders/qwen2"));
    let weights = Weights::load(&folder, Numbers::Float32, device()).unwrap();
    let model = Decoder::load(&folder, &weights, 128, device()).unwrap();
    let mut cache = model.cache();
    let run = |wanted, cache| Run {
        tokens: &tokens,
        cache,
        wanted,
    };
    let found = model.step(&mut [run(20, &mut cache)]).unwrap();
    let expected = logits(&model, &tokens, 1);
    assert_eq!(found.len(), 20);
    for (found, expected) in found.iter().zip(&expected[tokens.len() - 20..]) {
        assert!(largest_difference(&found.logits, expected) < 1e-4);
    }
    let mut cache = model.cache();
    assert!(model.step(&mut [run(0, &mut cache)]).unwrap().is_empty());
    assert_eq!(cache.len(), tokens.len());
}

#[test]
fn runs_of_one_step_do_not_see_each_other() {
    let tokens = ids(&json("decoders.json")["tokens"]);
    let folder = Folder::new(&vectors().join("decoders/llama"));
    let weights = Weights::load(&folder, Numbers::Float32, device()).unwrap();
    let model = Decoder::load(&folder, &weights, 128, device()).unwrap();
    let (mut one, mut two, mut three) = (model.cache(), model.cache(), model.cache());
    model
        .step(&mut [Run {
            tokens: &tokens[..9],
            cache: &mut one,
            wanted: 1,
        }])
        .unwrap();
    let together = model.step(&mut [
        Run {
            tokens: &tokens[9..10],
            cache: &mut one,
            wanted: 1,
        },
        Run {
            tokens: &tokens[..30],
            cache: &mut two,
            wanted: 1,
        },
        Run {
            tokens: &tokens[20..25],
            cache: &mut three,
            wanted: 1,
        },
    ]);
    let alone = [
        logits(&model, &tokens[..10], 10).remove(0),
        logits(&model, &tokens[..30], 30).remove(0),
        logits(&model, &tokens[20..25], 5).remove(0),
    ];
    for (found, expected) in together.unwrap().iter().zip(&alone) {
        assert!(largest_difference(&found.logits, expected) < 1e-4);
    }
}
