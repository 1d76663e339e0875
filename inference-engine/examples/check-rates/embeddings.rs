//! Embeddings of a real model.

use crate::{device::device, quantise, row, run, table, threads, CLAIMS};
use ballast_core::activation::vector_score;
use ballast_engine_protocol::{Input, Order, Vector, Word};
use ballast_inference_engine::{folder::Folder, generator::Bounds, serve::Model};
use std::path::Path;

/// A row for each kind of claim.
pub fn compare(model: &Path) {
    table();
    let dir = tempfile::tempdir().unwrap();
    threads(1);
    let own = embedded(model, 1);
    let score = |what: &str, claimed: &[Vector]| row(what, &scores(claimed, &own));
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
    let mut model = Model::load(&Folder::new(dir), device(), None, bounds).unwrap();
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

fn scores(claimed: &[Vector], own: &[Vector]) -> Vec<u16> {
    let bits = |vector: &Vector| vector.0.iter().map(|one| one.to_bits()).collect::<Vec<_>>();
    let pairs = claimed.iter().zip(own);
    pairs
        .map(|(claimed, own)| vector_score(&bits(claimed), &bits(own)))
        .collect()
}

/// Writes claims of the model, as this processor makes them.
pub fn claim(model: &Path, file: &Path) {
    threads(1);
    let vectors: Vec<Vec<u32>> = embedded(model, 1)
        .iter()
        .map(|vector| vector.0.iter().map(|one| one.to_bits()).collect())
        .collect();
    std::fs::write(file, serde_json::to_vec(&vectors).unwrap()).unwrap();
}

/// Runs claims again on this processor.
pub fn recheck(model: &Path, file: &Path) {
    threads(1);
    let bits: Vec<Vec<u32>> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let claimed: Vec<Vector> = bits
        .iter()
        .map(|bits| Vector(bits.iter().copied().map(f32::from_bits).collect()))
        .collect();
    assert_eq!(claimed.len() as u64, CLAIMS);
    let own = embedded(model, 1);
    let same = claimed.iter().zip(&own).filter(|(a, b)| a.0 == b.0);
    println!("the very same vectors: {} of {CLAIMS}", same.count());
    table();
    row("score", &scores(&claimed, &own));
}
