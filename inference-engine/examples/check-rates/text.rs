//! Text of a model with random weights: rates are synthetic.

use crate::{device::device, quantise, row, run, table, threads, tiny, CLAIMS};
use ballast_core::activation::{text_score, token_score, Digest, Point};
use ballast_engine_protocol::{
    Activations, Generate, Input, Numbers, Order, Prompt, Replay, Sampling, Trace, Word,
};
use ballast_inference_engine::{folder::Folder, generator::Bounds, serve::Model};
use std::path::Path;

/// What was ordered, and what the answer left behind.
type Claim = (Generate, Trace);

/// How coarsely a model may be rounded.
const BITS: [u32; 3] = [8, 6, 4];

const TOKENS: u32 = 96;
const BOUNDS: Bounds = Bounds {
    sequences: 8,
    context: 512,
    step_tokens: 256,
};

/// Models of one kind: the one that is claimed, and those that are served in its place.
struct Models {
    dir: tempfile::TempDir,
}

/// Rows for each kind of claim, of channels in 32 bits and of channels in bfloat16.
pub fn compare(size: (usize, usize)) {
    for numbers in Numbers::ALL {
        compare_in(numbers, size, CLAIMS);
    }
}

/// Rows for each kind of claim in these numbers.
pub fn compare_in(numbers: Numbers, size: (usize, usize), count: u64) {
    println!("\nclaims in {numbers}, run again in {numbers} on one thread");
    table();
    Models::write(size).rates(numbers, count);
}

impl Models {
    fn write((hidden, layers): (usize, usize)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let size = |layers| tiny::Size {
            hidden,
            layers,
            context: 512,
        };
        tiny::write(&at("claimed"), size(layers));
        tiny::write(&at("smaller"), size(layers - 1));
        for bits in BITS {
            quantise::write(&at("claimed"), &at(&format!("q{bits}")), bits);
        }
        Self { dir }
    }

    fn load(&self, name: &str, numbers: Numbers) -> Model {
        let folder = Folder::new(&self.dir.path().join(name));
        Model::load(&folder, device(), Some(numbers), BOUNDS).unwrap()
    }

    fn rates(&self, numbers: Numbers, count: u64) {
        let mut verifier = self.load("claimed", numbers);
        let mut score = |what: String, claims: &[Claim]| {
            threads(1);
            let found = claims.iter().map(|claim| find(&mut verifier, claim));
            told(&what, &found.collect::<Vec<_>>());
        };
        for (what, used) in [("one thread", 1), ("two threads", 2)] {
            threads(used);
            let claims = claims(&mut self.load("claimed", numbers), count, 1);
            score(format!("the model, {what}"), &claims);
        }
        let together = claims(&mut self.load("claimed", numbers), count, 8);
        score("the model, eight answers at a time".into(), &together);
        for (what, claims) in self.moved(numbers, count) {
            score(what, &claims);
        }
        for other in Numbers::ALL.into_iter().filter(|other| *other != numbers) {
            let claims = claims(&mut self.load("claimed", other), count, 1);
            score(format!("the model in {other}"), &claims);
        }
        let mut honest = self.load("claimed", numbers);
        let others = BITS.map(|bits| (format!("q{bits}"), format!("the model in {bits} bits")));
        let smaller = ("smaller".into(), "the model without its last layer".into());
        for (name, what) in others.into_iter().chain([smaller]) {
            let lies = claims(&mut self.load(&name, numbers), count, 1);
            score(what.clone(), &lies);
            // As who runs the real model once over the other's text.
            let what = format!("{what}, with the model's activations");
            score(what, &dressed(&mut honest, lies));
        }
    }
}

#[cfg(not(feature = "noise"))]
impl Models {
    fn moved(&self, _: Numbers, _: u64) -> Vec<(String, Vec<Claim>)> {
        Vec::new()
    }
}

#[cfg(feature = "noise")]
impl Models {
    /// Claims of machines that sum otherwise.
    fn moved(&self, numbers: Numbers, count: u64) -> Vec<(String, Vec<Claim>)> {
        use ballast_inference_engine::product::noise;
        let claimed = |bits: i32| {
            let mut other = self.load("claimed", numbers);
            noise::set(2f32.powi(-bits));
            let claims = claims(&mut other, count, 1);
            noise::set(0.0);
            (format!("the model, sums off by 2^-{bits}"), claims)
        };
        [20, 17, 14, 11].map(claimed).into()
    }
}

/// Texts of another model, with the activations that the real one has for them.
fn dressed(honest: &mut Model, lies: Vec<Claim>) -> Vec<Claim> {
    let mut dress = |(order, trace): Claim| {
        let chunks = replay(honest, &order, &trace).chunks;
        let tokens = trace.tokens;
        (order, Trace { tokens, chunks })
    };
    lies.into_iter().map(&mut dress).collect()
}

fn told(what: &str, scores: &[(u16, u16)]) {
    let of = |pick: fn(&(u16, u16)) -> u16| scores.iter().map(pick).collect::<Vec<_>>();
    let row = |part: &str, scores: &[u16]| row(&format!("{what}: {part}"), scores);
    row("activations", &of(|(digests, _)| *digests));
    row("tokens", &of(|(_, tokens)| *tokens));
    row("score", &of(|(digests, tokens)| *digests.min(tokens)));
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

fn claims(model: &mut Model, count: u64, together: usize) -> Vec<Claim> {
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

/// What a verifier finds: the scores of activations and tokens.
fn find(verifier: &mut Model, (order, trace): &Claim) -> (u16, u16) {
    let replay = replay(verifier, order, trace);
    let digests = trace
        .chunks
        .iter()
        .map(|chunk| Digest::of(&points(chunk)).unwrap());
    let digests: Vec<_> = digests.collect();
    let own: Vec<_> = replay.chunks.iter().map(points).collect();
    let tokens = token_score(trace.tokens.len() as u32, replay.disagreeing);
    (text_score(&digests, &own), tokens)
}

// Claims of another process.

fn written((hidden, layers): (usize, usize), numbers: Numbers) -> (tempfile::TempDir, Model) {
    let dir = tempfile::tempdir().unwrap();
    let context = 512;
    let size = tiny::Size {
        hidden,
        layers,
        context,
    };
    tiny::write(dir.path(), size);
    let model = Model::load(&Folder::new(dir.path()), device(), Some(numbers), BOUNDS).unwrap();
    (dir, model)
}

/// Writes claims of the model, as this processor makes them.
pub fn claim(size: (usize, usize), numbers: Numbers, count: u64, file: &Path) {
    threads(1);
    let (_dir, mut model) = written(size, numbers);
    let claims: Vec<(u64, Trace)> = claims(&mut model, count, 1)
        .into_iter()
        .map(|(order, trace)| (order.id, trace))
        .collect();
    std::fs::write(file, serde_json::to_vec(&claims).unwrap()).unwrap();
}

/// Runs claims again on this processor.
pub fn recheck(size: (usize, usize), numbers: Numbers, file: &Path) {
    threads(1);
    let (_dir, mut model) = written(size, numbers);
    let claims: Vec<(u64, Trace)> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let found = claims
        .into_iter()
        .map(|(number, trace)| find(&mut model, &(order(number), trace)));
    let scores: Vec<_> = found.collect();
    table();
    let what = format!("claims of {} in {numbers}", file.display());
    told(&what, &scores);
}
