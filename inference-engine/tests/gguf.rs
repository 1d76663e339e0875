//! Models in GGUF: the numbers of the same models in safetensors, of llama.cpp's own files, and of SentencePiece.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/device.rs"]
mod device;
#[path = "support/gguf.rs"]
mod gguf;
#[path = "support/tiny.rs"]
mod tiny;

use ballast_engine_protocol::{
    ChatMessage, Generate, Input, Numbers, Order, Prompt, Sampling, Trace, Vector, Word,
};
use ballast_inference_engine::{
    decoder::{Decoder, Run},
    folder::Folder,
    generator::Bounds,
    serve::Model,
    tokens::Tokens,
    weights::Weights,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use candle_core::{quantized::GgmlDType, DType};
use device::device;
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
};

const BOUNDS: Bounds = Bounds {
    sequences: 2,
    context: 300,
    step_tokens: 16,
};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/inference")
}

fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(vectors().join(name)).unwrap()).unwrap()
}

fn floats(base64: &Value) -> Vec<f32> {
    let bytes = STANDARD.decode(base64.as_str().unwrap()).unwrap();
    let four = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    bytes.chunks(4).map(four).collect()
}

fn ids(list: &Value) -> Vec<u32> {
    let id = |id: &Value| id.as_u64().unwrap() as u32;
    list.as_array().unwrap().iter().map(id).collect()
}

/// A folder with nothing but a GGUF file of the model in another folder.
fn converted(from: &Path, kind: GgmlDType) -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    gguf::write(from, &dir.path().join("any-name.gguf"), kind);
    let folder = Folder::open(dir.path()).unwrap();
    (dir, folder)
}

/// A folder with one of the committed files.
fn committed(name: &str) -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    let file = vectors().join("gguf").join(name);
    std::fs::copy(file, dir.path().join(name)).unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    (dir, folder)
}

fn run(model: &mut Model, order: Order) -> Vec<Word> {
    let ((send, ordered), (say, words)) = (mpsc::channel(), mpsc::channel());
    send.send(order).unwrap();
    drop(send);
    model.serve(&ordered, &say);
    drop(say);
    words.into_iter().collect()
}

fn text(model: &mut Model, prompt: Prompt, temperature: f32) -> (String, Trace) {
    let sampling = Sampling {
        temperature,
        seed: 5,
        ..Sampling::default()
    };
    let order = Generate {
        id: 0,
        prompt,
        sampling,
        max_input_tokens: None,
        max_tokens: Some(50),
        stop: Vec::new(),
    };
    let (mut text, mut left) = (String::new(), None);
    for word in run(model, Order::Generate(Box::new(order))) {
        match word {
            Word::Delta { text: more, .. } => text.push_str(&more),
            Word::Finished { trace, .. } => left = Some(*trace),
            Word::Refused { refusal, .. } => panic!("{refusal}"),
            _ => {}
        }
    }
    (text, left.unwrap())
}

fn chat() -> Prompt {
    Prompt::Chat(vec![ChatMessage {
        role: "user".into(),
        content: "what then?".into(),
    }])
}

#[test]
fn whole_numbers_in_gguf_give_the_text_and_the_digests_of_safetensors() {
    let dir = tempfile::tempdir().unwrap();
    tiny::write(dir.path(), tiny::SMALL);
    let (_file, folder) = converted(dir.path(), GgmlDType::F32);
    let load = |folder: &Folder| Model::load(folder, device(), None, BOUNDS).unwrap();
    let (mut ours, mut theirs) = (load(&Folder::new(dir.path())), load(&folder));
    for temperature in [0.0, 0.8] {
        for prompt in [
            || Prompt::Text(Input::Text("the answer, and another".into())),
            chat,
        ] {
            let expected = text(&mut ours, prompt(), temperature);
            assert_eq!(expected.1.tokens.len(), 50);
            assert!(text(&mut theirs, prompt(), temperature) == expected);
        }
    }
}

#[test]
fn the_end_and_the_template_come_from_the_file() {
    let dir = tempfile::tempdir().unwrap();
    tiny::write(dir.path(), tiny::SMALL);
    let (_file, folder) = converted(dir.path(), GgmlDType::F32);
    let read = |name| -> Value {
        serde_json::from_str(&folder.text(name, 1 << 20).unwrap().unwrap()).unwrap()
    };
    assert_eq!(
        read("generation_config.json")["eos_token_id"],
        serde_json::json!([1])
    );
    assert_eq!(read("tokenizer_config.json")["bos_token"], tiny::MARKS[0]);
    let chats = Model::load(&folder, device(), None, BOUNDS).unwrap();
    let about = chats.about("cpu".into());
    assert_eq!(
        (about.task, about.context_tokens),
        (ballast_engine_protocol::Task::Generate { chat: true }, 300)
    );
}

/// The logits after each token, when the tokens come in parts of these lengths.
fn logits(folder: &Folder, tokens: &[u32], part: usize) -> Vec<Vec<f32>> {
    let weights = Weights::load(folder, Numbers::Float32, device()).unwrap();
    let model = Decoder::load(folder, &weights, 128, device()).unwrap();
    let mut cache = model.cache();
    let step = |part: &[u32]| {
        let run = Run {
            tokens: part,
            cache: &mut cache,
            wanted: 1,
        };
        model.step(&mut [run]).unwrap().remove(0).logits
    };
    tokens.chunks(part).map(step).collect()
}

fn apart(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let each = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    each.fold(0.0, f32::max)
}

/// By how much of their length all logits are apart.
fn part_apart(found: &[Vec<f32>], expected: &[Vec<f32>]) -> f64 {
    let square = |of: f32| f64::from(of) * f64::from(of);
    let pairs = found.iter().flatten().zip(expected.iter().flatten());
    let (apart, all) = pairs.fold((0.0, 0.0), |(apart, all), (a, b)| {
        (apart + square(a - b), all + square(*b))
    });
    (apart / all).sqrt()
}

#[test]
fn rounded_numbers_give_logits_as_near_as_they_are_fine() {
    let dir = tempfile::tempdir().unwrap();
    tiny::write(dir.path(), tiny::SMALL);
    let tokens: Vec<u32> = (5..60).collect();
    let expected = logits(&Folder::new(dir.path()), &tokens, 7);
    let found = |kind| {
        let (_file, folder) = converted(dir.path(), kind);
        part_apart(&logits(&folder, &tokens, 7), &expected)
    };
    assert_eq!(found(GgmlDType::F32), 0.0);
    let (half, eight, four) = (
        found(GgmlDType::F16),
        found(GgmlDType::Q8_0),
        found(GgmlDType::Q4_0),
    );
    println!("F16 {half}, Q8_0 {eight}, Q4_0 {four}");
    assert!((1e-6..2e-3).contains(&half), "{half}");
    assert!((2e-3..3e-2).contains(&eight), "{eight}");
    assert!(four > 4.0 * eight, "{four}");
}

#[test]
fn files_of_llama_cpps_package_give_the_logits_of_transformers() {
    let reference = json("decoders.json");
    let tokens = ids(&reference["tokens"]);
    let qwen3 = json("gguf/qwen3.json");
    for name in ["llama", "mistral", "qwen2", "qwen3"] {
        let expected = match name {
            "qwen3" => floats(&qwen3["logits"]),
            _ => floats(&reference["logits"][name]),
        };
        let expected: Vec<&[f32]> = expected.chunks(48).collect();
        let (_dir, file) = committed(&format!("{name}.gguf"));
        let own = Folder::new(&vectors().join("decoders").join(name));
        for folder in [&file, &own] {
            for part in [1, 60] {
                for (at, found) in (1..).zip(logits(folder, &tokens, part)) {
                    let last = (at * part).min(tokens.len()) - 1;
                    let apart = apart(&found, expected[last]);
                    assert!(apart < 1e-4, "{name}, token {last}: {apart}");
                }
            }
        }
    }
}

#[test]
fn rounded_numbers_are_those_that_llama_cpps_package_reads() {
    let (_dir, folder) = committed("rounded.gguf");
    let file = folder.gguf().unwrap();
    let kinds = [
        "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K",
        "Q6_K",
    ];
    for kind in kinds {
        let read = |name: &str| -> Vec<f32> {
            let tensor = file.read(name).unwrap();
            assert_eq!(tensor.dims(), [3, 512]);
            let tensor = tensor.to_dtype(DType::F32).unwrap();
            tensor.flatten_all().unwrap().to_vec1().unwrap()
        };
        let (found, expected) = (read(kind), read(&format!("{kind}.numbers")));
        let most = expected.iter().fold(0f32, |most, one| most.max(one.abs()));
        assert!(most > 0.0);
        let apart = apart(&found, &expected);
        assert!(apart <= most * 1e-6, "{kind}: {apart} of {most}");
    }
}

#[test]
fn pieces_are_those_of_sentencepiece() {
    let (_dir, folder) = committed("pieces.gguf");
    let tokens = Tokens::load(&folder, 420).unwrap();
    let reference = json("gguf/pieces.json");
    let begin = reference["begin"].as_u64().unwrap() as u32;
    let mut texts = 0;
    for one in reference["texts"].as_array().unwrap() {
        let text = one["text"].as_str().unwrap();
        let expected = [vec![begin], ids(&one["tokens"])].concat();
        let found = tokens.encode(&Input::Text(text.into()), true).unwrap();
        assert_eq!(found, expected, "{text:?}");
        assert_eq!(tokens.decode(&found), text);
        texts += 1;
    }
    assert_eq!(texts, 11);
}

/// all-MiniLM-L6-v2, downloaded once.
fn minilm() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/model.sh");
    let output = Command::new(script).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    String::from_utf8(output.stdout).unwrap().trim().into()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| {
        let products = a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y));
        products.sum::<f64>()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn minilm_in_gguf_gives_the_vectors_of_sentence_transformers() {
    let (reference, dir) = (json("embeddings.json"), minilm());
    let texts = reference["texts"].as_array().unwrap();
    let input = |text: &Value| Input::Text(text["text"].as_str().unwrap().into());
    for (kind, most) in [
        (GgmlDType::F32, 1e-6),
        (GgmlDType::F16, 1e-5),
        (GgmlDType::Q8_0, 1e-3),
    ] {
        let (_file, folder) = converted(&dir, kind);
        let tokens = Tokens::load(&folder, 30_522).unwrap();
        let mut model = Model::load(&folder, device(), None, BOUNDS).unwrap();
        for text in texts {
            let found = tokens.encode(&input(text), true).unwrap();
            assert_eq!(found, ids(&text["tokens"]));
            let order = Order::Embed {
                max_input_tokens: None,
                id: 0,
                inputs: vec![input(text)],
            };
            let words = run(&mut model, order);
            let [Word::Embedded { vectors, .. }] = words.as_slice() else {
                panic!("another word");
            };
            let Vector(vector) = &vectors[0];
            let distance = 1.0 - cosine(vector, &floats(&text["vector"]));
            assert!(distance < most, "{kind:?}: {distance}");
            let length: f32 = vector.iter().map(|one| one * one).sum();
            assert!((length - 1.0).abs() < 1e-5, "{length}");
        }
    }
}

#[test]
fn files_beside_the_weights_come_before_what_those_say_but_for_sizes() {
    let dir = tempfile::tempdir().unwrap();
    tiny::write(dir.path(), tiny::SMALL);
    let (file, _) = converted(dir.path(), GgmlDType::F32);
    std::fs::write(file.path().join("config.json"), r#"{"model_type":"t5"}"#).unwrap();
    std::fs::write(file.path().join("chat_template.jinja"), "always this").unwrap();
    let folder = Folder::open(file.path()).unwrap();
    let mut model = Model::load(&folder, device(), None, BOUNDS).unwrap();
    let templated = text(&mut model, chat(), 0.0);
    let plain = text(
        &mut model,
        Prompt::Text(Input::Text("always this".into())),
        0.0,
    );
    assert!(templated == plain);
}

#[test]
fn which_weights_are_meant_is_never_guessed() {
    let dir = tempfile::tempdir().unwrap();
    tiny::write(dir.path(), tiny::SMALL);
    gguf::write(dir.path(), &dir.path().join("a.gguf"), GgmlDType::F32);
    assert!(Folder::open(dir.path()).unwrap().gguf().is_none());
    std::fs::remove_file(dir.path().join("model.safetensors")).unwrap();
    assert!(Folder::open(dir.path()).unwrap().gguf().is_some());
    std::fs::copy(dir.path().join("a.gguf"), dir.path().join("B.GGUF")).unwrap();
    let several = Folder::open(dir.path()).err().unwrap().to_string();
    assert!(several.contains("B.GGUF, a.gguf"), "{several}");
}
