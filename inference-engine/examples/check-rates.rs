//! Measures what checks find: how claims of honest runs score when they are run again on other terms, and claims of other
//! models. Prints a row for each kind of claim.
//!
//!     cargo run --release --example check-rates -- text [HIDDEN LAYERS]     random weights, so synthetic
//!     cargo run --release --example check-rates -- embeddings MODEL_DIR
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../tests/support/quantise.rs"]
mod quantise;
#[path = "../tests/support/tiny.rs"]
mod tiny;

use ballast_core::activation::{text_score, token_score, vector_score, Digest, Point};
use ballast_engine_protocol::{
    Activations, Generate, Input, Order, Prompt, Replay, Sampling, Trace, Vector, Word,
};
use ballast_inference_engine::{
    folder::Folder,
    generator::{Bounds, Generator},
    serve::Model,
};
use candle_core::{DType, Device};
use std::{path::Path, sync::mpsc};

const PASS: u16 = 500;
const CLAIMS: u64 = 60;
const TOKENS: u32 = 96;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    println!("| claimed by | claims | worst | mean | pass |\n|---|---|---|---|---|");
    match args.as_slice() {
        ["text"] => text(256, 6),
        ["text", hidden, layers] => text(hidden.parse().unwrap(), layers.parse().unwrap()),
        ["embeddings", model] => embeddings(model.as_ref()),
        _ => panic!("text [HIDDEN LAYERS], or embeddings MODEL_DIR"),
    }
}

fn threads(count: usize) {
    // Read by candle whenever it computes.
    std::env::set_var("RAYON_NUM_THREADS", count.to_string());
}

fn row(what: &str, scores: &[u16]) {
    let sum: u64 = scores.iter().map(|score| u64::from(*score)).sum();
    let pass = scores.iter().filter(|score| **score >= PASS).count();
    let (worst, mean) = (scores.iter().min().unwrap(), sum / scores.len() as u64);
    println!("| {what} | {} | {worst} | {mean} | {pass} |", scores.len());
}

// Text.

fn text(hidden: usize, layers: usize) {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let size = |layers| tiny::Size {
        hidden,
        layers,
        context: 512,
    };
    tiny::write(&at("claimed"), size(layers));
    tiny::write(&at("smaller"), size(layers - 1));
    for bits in [8, 6, 4] {
        quantise::write(&at("claimed"), &at(&format!("q{bits}")), bits);
    }
    let mut verifier = load(&at("claimed"), DType::F32);
    let mut score = |what: &str, claims: &[(Generate, Trace)]| {
        threads(1);
        let scored: Vec<_> = claims
            .iter()
            .map(|claim| score(&mut verifier, claim))
            .collect();
        let of = |pick: fn(&(u16, u16)) -> u16| scored.iter().map(pick).collect::<Vec<_>>();
        row(
            &format!("{what}: activations"),
            &of(|(digests, _)| *digests),
        );
        row(&format!("{what}: tokens"), &of(|(_, tokens)| *tokens));
        row(
            &format!("{what}: score"),
            &of(|(digests, tokens)| *digests.min(tokens)),
        );
    };
    for (what, count) in [("the model, one thread", 1), ("the model, two threads", 2)] {
        threads(count);
        score(what, &claims(&mut load(&at("claimed"), DType::F32), 1));
    }
    score(
        "the model, eight answers at a time",
        &claims(&mut load(&at("claimed"), DType::F32), 8),
    );
    score(
        "the model in bfloat16",
        &claims(&mut load(&at("claimed"), DType::BF16), 1),
    );
    for bits in [8, 6, 4] {
        let mut other = load(&at(&format!("q{bits}")), DType::F32);
        score(&format!("the model in {bits} bits"), &claims(&mut other, 1));
    }
    let mut smaller = load(&at("smaller"), DType::F32);
    let lies = claims(&mut smaller, 1);
    score("the model without its last layer", &lies);
    // Text of the smaller model, with the activations that the real one has for it.
    let mut honest = load(&at("claimed"), DType::F32);
    let dressed: Vec<_> = lies
        .into_iter()
        .map(|(order, trace)| {
            let chunks = replay(&mut honest, &order, &trace).chunks;
            let tokens = trace.tokens;
            (order, Trace { tokens, chunks })
        })
        .collect();
    score("a smaller model, with the model's activations", &dressed);
}

fn load(dir: &Path, dtype: DType) -> Model {
    let bounds = Bounds {
        sequences: 8,
        context: 512,
        step_tokens: 256,
    };
    let model = Generator::load(&Folder::new(dir), dtype, &Device::Cpu, bounds);
    Model::Generator(Box::new(model.unwrap()))
}

fn order(number: u64) -> Generate {
    let temperature = if number.is_multiple_of(2) { 0.0 } else { 0.8 };
    Generate {
        id: number,
        prompt: Prompt::Text(Input::Text(format!("the {number}th question of many"))),
        sampling: Sampling {
            temperature,
            seed: number,
            ..Sampling::default()
        },
        max_input_tokens: None,
        max_tokens: Some(TOKENS),
        stop: Vec::new(),
    }
}

fn run(model: &mut Model, orders: Vec<Order>) -> Vec<Word> {
    let ((send, ordered), (say, words)) = (mpsc::channel(), mpsc::channel());
    orders
        .into_iter()
        .for_each(|order| send.send(order).unwrap());
    drop(send);
    model.serve(&ordered, &say);
    drop(say);
    words.into_iter().collect()
}

fn claims(model: &mut Model, together: usize) -> Vec<(Generate, Trace)> {
    let numbers: Vec<u64> = (0..CLAIMS).collect();
    let mut claims = Vec::new();
    for numbers in numbers.chunks(together) {
        let orders = numbers
            .iter()
            .map(|number| Order::Generate(Box::new(order(*number))));
        for word in run(model, orders.collect()) {
            if let Word::Finished { id, trace, .. } = word {
                claims.push((order(id), *trace));
            }
        }
    }
    claims
}

fn replay(model: &mut Model, order_of: &Generate, trace: &Trace) -> Replay {
    let again = Order::Verify {
        text: Box::new(order(order_of.id)),
        tokens: trace.tokens.clone(),
    };
    match run(model, vec![again]).pop() {
        Some(Word::Verified { replay, .. }) => *replay,
        _ => panic!("nothing came of it"),
    }
}

fn points(chunk: &Activations) -> Vec<Point> {
    let point = |one: &ballast_engine_protocol::Activation| Point {
        index: one.index,
        value: one.value,
    };
    chunk.0.iter().map(point).collect()
}

fn score(verifier: &mut Model, (order, trace): &(Generate, Trace)) -> (u16, u16) {
    let replay = replay(verifier, order, trace);
    let digests = trace
        .chunks
        .iter()
        .map(|chunk| Digest::of(&points(chunk)).unwrap());
    let own: Vec<_> = replay.chunks.iter().map(points).collect();
    let digests: Vec<_> = digests.collect();
    let tokens = token_score(trace.tokens.len() as u32, replay.disagreeing);
    (text_score(&digests, &own), tokens)
}

// Embeddings.

fn embeddings(model: &Path) {
    let dir = tempfile::tempdir().unwrap();
    threads(1);
    let own = embedded(model, 1);
    let score = |what: &str, claimed: &[Vector]| {
        let bits = |vector: &Vector| vector.0.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
        let pairs = claimed.iter().zip(&own);
        let scores: Vec<_> = pairs
            .map(|(a, b)| vector_score(&bits(a), &bits(b)))
            .collect();
        row(what, &scores);
    };
    threads(2);
    score("the model, two threads", &embedded(model, 1));
    score("the model, all texts at a time", &embedded(model, 1_000));
    for bits in [8, 6, 4] {
        let to = dir.path().join(format!("q{bits}"));
        quantise::write(model, &to, bits);
        score(&format!("the model in {bits} bits"), &embedded(&to, 1));
    }
}

fn embedded(dir: &Path, together: usize) -> Vec<Vector> {
    let bounds = Bounds {
        sequences: 1,
        context: 512,
        step_tokens: 256,
    };
    let mut model = Model::load(&Folder::new(dir), &Device::Cpu, bounds).unwrap();
    let texts: Vec<Input> = (0..CLAIMS)
        .map(|number| {
            let words = ["river", "tensor", "payment", "orchard", "winter", "engine"];
            let word = |at: u64| words[((number * 7 + at * at * 3 + number * at) % 6) as usize];
            let text: Vec<_> = (0..4 + number % 40).map(word).collect();
            Input::Text(format!("{} {number}", text.join(" ")))
        })
        .collect();
    let mut vectors = Vec::new();
    for inputs in texts.chunks(together) {
        let order = Order::Embed {
            id: 0,
            inputs: inputs.to_vec(),
            max_input_tokens: None,
        };
        for word in run(&mut model, vec![order]) {
            if let Word::Embedded { vectors: found, .. } = word {
                vectors.extend(found);
            }
        }
    }
    vectors
}
