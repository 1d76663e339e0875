//! Text of a model with random weights: rates are synthetic.

use crate::{device::device, quantise, row, run, table, threads, tiny, CLAIMS};
use ballast_core::activation::{text_score, token_score, Digest, Point};
use ballast_engine_protocol::{
    Activations, Generate, Input, Order, Prompt, Replay, Sampling, Trace, Word,
};
use ballast_inference_engine::{
    folder::Folder,
    generator::{Bounds, Generator},
    serve::Model,
};
use candle_core::DType;
use std::path::Path;

const TOKENS: u32 = 96;
const BOUNDS: Bounds = Bounds {
    sequences: 8,
    context: 512,
    step_tokens: 256,
};

/// A row for each kind of claim.
pub fn compare((hidden, layers): (usize, usize)) {
    table();
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
        score(
            what,
            &claims(&mut load(&at("claimed"), DType::F32), CLAIMS, 1),
        );
    }
    score(
        "the model, eight answers at a time",
        &claims(&mut load(&at("claimed"), DType::F32), CLAIMS, 8),
    );
    score(
        "the model in bfloat16",
        &claims(&mut load(&at("claimed"), DType::BF16), CLAIMS, 1),
    );
    for bits in [8, 6, 4] {
        let mut other = load(&at(&format!("q{bits}")), DType::F32);
        score(
            &format!("the model in {bits} bits"),
            &claims(&mut other, CLAIMS, 1),
        );
    }
    let mut smaller = load(&at("smaller"), DType::F32);
    let lies = claims(&mut smaller, CLAIMS, 1);
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
    let model = Generator::load(&Folder::new(dir), dtype, device(), BOUNDS);
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

fn claims(model: &mut Model, count: u64, together: usize) -> Vec<(Generate, Trace)> {
    let numbers: Vec<u64> = (0..count).collect();
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

// Claims of another process.

fn written((hidden, layers): (usize, usize)) -> (tempfile::TempDir, Model) {
    let dir = tempfile::tempdir().unwrap();
    let context = 512;
    let size = tiny::Size {
        hidden,
        layers,
        context,
    };
    tiny::write(dir.path(), size);
    // In the numbers in which the engine serves it on this device.
    let model = Model::load(&Folder::new(dir.path()), device(), BOUNDS).unwrap();
    (dir, model)
}

/// Writes claims of the model, as this processor makes them.
pub fn claim(size: (usize, usize), count: u64, file: &Path) {
    threads(1);
    let (_dir, mut model) = written(size);
    let claims: Vec<(u64, Trace)> = claims(&mut model, count, 1)
        .into_iter()
        .map(|(order, trace)| (order.id, trace))
        .collect();
    std::fs::write(file, serde_json::to_vec(&claims).unwrap()).unwrap();
}

/// Runs claims again on this processor.
pub fn recheck(size: (usize, usize), file: &Path) {
    threads(1);
    let (_dir, mut model) = written(size);
    let claims: Vec<(u64, Trace)> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let scored: Vec<_> = claims
        .into_iter()
        .map(|(number, trace)| score(&mut model, &(order(number), trace)))
        .collect();
    table();
    let of = |pick: fn(&(u16, u16)) -> u16| scored.iter().map(pick).collect::<Vec<_>>();
    row("activations", &of(|(digests, _)| *digests));
    row("tokens", &of(|(_, tokens)| *tokens));
    row("score", &of(|(digests, tokens)| *digests.min(tokens)));
}
