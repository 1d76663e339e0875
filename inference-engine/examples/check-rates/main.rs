//! Measures what checks find: how claims of honest runs score when they are run again on other terms, and claims of other
//! models. Prints a row for each kind of claim.
//!
//!     cargo run --release --example check-rates -- text [HIDDEN LAYERS [NUMBERS CLAIMS]]
//!                                                       random weights, so synthetic; in float32, then in bfloat16
//!     cargo run --release --example check-rates -- embeddings MODEL_DIR
//!
//! Claims of one processor are run again on another by way of a file. Debian's `qemu-user` has one without AVX:
//!
//!     check-rates claim-text NUMBERS FILE [HIDDEN LAYERS CLAIMS]
//!     qemu-x86_64 -cpu Nehalem check-rates recheck-text NUMBERS FILE [HIDDEN LAYERS]
//!     check-rates claim-embeddings FILE MODEL_DIR         and recheck-embeddings likewise
//!
//! With `--features noise` there are rows of simulated machines too, whose sums are off by so much.
//! `BALLAST_DEVICE=cuda:0` computes on a GPU, with `--features cuda`.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../tests/support/device.rs"]
mod device;
mod embeddings;
#[path = "../../tests/support/quantise.rs"]
mod quantise;
mod text;
#[path = "../../tests/support/tiny.rs"]
mod tiny;

use ballast_engine_protocol::{Order, Word};
use ballast_inference_engine::serve::Model;
use std::sync::mpsc;

const PASS: u16 = 500;
const CLAIMS: u64 = 60;
/// Hidden numbers and layers of the model with random weights.
const SIZE: (usize, usize) = (256, 6);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    eprintln!("{}", processor());
    let size = |hidden: &str, layers: &str| (hidden.parse().unwrap(), layers.parse().unwrap());
    match args.as_slice() {
        ["text"] => text::compare(SIZE),
        ["text", hidden, layers] => text::compare(size(hidden, layers)),
        ["text", hidden, layers, numbers, claims] => {
            let (size, claims) = (size(hidden, layers), claims.parse().unwrap());
            text::compare_in(numbers.parse().unwrap(), size, claims)
        }
        ["embeddings", model] => embeddings::compare(model.as_ref()),
        ["claim-text", numbers, file] => {
            text::claim(SIZE, numbers.parse().unwrap(), CLAIMS, file.as_ref())
        }
        ["claim-text", numbers, file, hidden, layers, claims] => {
            let (size, claims) = (size(hidden, layers), claims.parse().unwrap());
            text::claim(size, numbers.parse().unwrap(), claims, file.as_ref())
        }
        ["recheck-text", numbers, file] => {
            text::recheck(SIZE, numbers.parse().unwrap(), file.as_ref())
        }
        ["recheck-text", numbers, file, hidden, layers] => {
            let size = size(hidden, layers);
            text::recheck(size, numbers.parse().unwrap(), file.as_ref())
        }
        ["claim-embeddings", file, model] => embeddings::claim(model.as_ref(), file.as_ref()),
        ["recheck-embeddings", file, model] => embeddings::recheck(model.as_ref(), file.as_ref()),
        _ => panic!("what to measure: see the top of the source"),
    }
}

/// What decides how candle multiplies here.
fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    let has = [
        ("avx512f", std::is_x86_feature_detected!("avx512f")),
        ("avx2", std::is_x86_feature_detected!("avx2")),
        ("fma", std::is_x86_feature_detected!("fma")),
        ("avx", std::is_x86_feature_detected!("avx")),
    ];
    #[cfg(not(target_arch = "x86_64"))]
    let has: [(&str, bool); 0] = [];
    let has = has.iter().filter(|(_, has)| *has).map(|(name, _)| *name);
    let names: Vec<&str> = has.collect();
    format!("{} [{}]", std::env::consts::ARCH, names.join(" "))
}

fn threads(count: usize) {
    // Read by candle whenever it computes.
    std::env::set_var("RAYON_NUM_THREADS", count.to_string());
}

fn table() {
    println!("| claimed by | claims | worst | mean | best | pass |\n|---|---|---|---|---|---|");
}

fn row(what: &str, scores: &[u16]) {
    let sum: u64 = scores.iter().map(|score| u64::from(*score)).sum();
    let pass = scores.iter().filter(|score| **score >= PASS).count();
    let (worst, best) = (scores.iter().min().unwrap(), scores.iter().max().unwrap());
    let mean = sum / scores.len() as u64;
    println!(
        "| {what} | {} | {worst} | {mean} | {best} | {pass} |",
        scores.len()
    );
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
