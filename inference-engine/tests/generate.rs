//! Text of a small generator: what is sent, when it ends, and that requests do not disturb each other.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/device.rs"]
mod device;
#[path = "support/quantise.rs"]
mod quantise;
#[path = "support/tiny.rs"]
mod tiny;

use ballast_core::activation::{text_score, Digest, Point};
use ballast_engine_protocol::{
    Activation, Activations, ChatMessage, Finish, Generate, Input, Numbers, Order, Prompt, Refusal,
    Replay, Sampling, Task, Trace, Word,
};
use ballast_inference_engine::{folder::Folder, generator::Bounds, serve::Model};
use device::device;
use std::sync::mpsc;

const BOUNDS: Bounds = Bounds {
    sequences: 1,
    context: 300,
    step_tokens: 16,
};

struct Scene {
    _dir: tempfile::TempDir,
    model: Model,
}

/// What came of one order.
#[derive(Default, PartialEq)]
struct Outcome {
    input_tokens: u32,
    parts: Vec<String>,
    finish: Option<Finish>,
    output_tokens: u32,
    refusal: Option<Refusal>,
    trace: Option<Trace>,
    replay: Option<Replay>,
}

impl Outcome {
    fn text(&self) -> String {
        self.parts.concat()
    }
}

impl Scene {
    fn new(sequences: usize) -> Self {
        Self::changed(sequences, |_| ())
    }

    fn changed(sequences: usize, change: impl Fn(&std::path::Path)) -> Self {
        let bounds = Bounds {
            sequences,
            ..BOUNDS
        };
        Self::loaded(None, bounds, change)
    }

    fn computed_in(numbers: Numbers, change: impl Fn(&std::path::Path)) -> Self {
        Self::loaded(Some(numbers), BOUNDS, change)
    }

    fn loaded(numbers: Option<Numbers>, bounds: Bounds, change: impl Fn(&std::path::Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        tiny::write(dir.path(), tiny::SMALL);
        change(dir.path());
        let model = Model::load(&Folder::new(dir.path()), device(), numbers, bounds).unwrap();
        Self { _dir: dir, model }
    }

    fn run(&mut self, orders: Vec<Order>) -> Vec<Outcome> {
        let ((send, ordered), (say, words)) = (mpsc::channel(), mpsc::channel());
        let count = orders.len();
        orders
            .into_iter()
            .for_each(|order| send.send(order).unwrap());
        drop(send);
        self.model.serve(&ordered, &say);
        drop(say);
        let mut outcomes: Vec<Outcome> = (0..count).map(|_| Outcome::default()).collect();
        for word in words {
            match word {
                Word::Started { id, input_tokens } => {
                    outcomes[id as usize].input_tokens = input_tokens
                }
                Word::Delta { id, text, .. } => outcomes[id as usize].parts.push(text),
                Word::Finished {
                    id,
                    finish,
                    output_tokens,
                    trace,
                } => {
                    let outcome = &mut outcomes[id as usize];
                    assert_eq!(outcome.finish, None, "two ends");
                    (outcome.finish, outcome.output_tokens) = (Some(finish), output_tokens);
                    outcome.trace = Some(*trace);
                }
                Word::Verified { id, replay } => outcomes[id as usize].replay = Some(*replay),
                Word::Refused { id, refusal } => outcomes[id as usize].refusal = Some(refusal),
                _ => panic!("another word"),
            }
        }
        outcomes
    }

    fn one(&mut self, order: Generate) -> Outcome {
        self.run(vec![Order::Generate(Box::new(order))]).remove(0)
    }
}

fn order(prompt: &str, max_tokens: u32) -> Generate {
    Generate {
        id: 0,
        prompt: Prompt::Text(Input::Text(prompt.into())),
        sampling: Sampling {
            temperature: 0.0,
            ..Sampling::default()
        },
        max_input_tokens: None,
        max_tokens: Some(max_tokens),
        stop: Vec::new(),
    }
}

#[test]
fn greedy_text_is_the_same_each_time_and_counts_its_tokens() {
    let mut scene = Scene::new(4);
    let first = scene.one(order("the answer", 40));
    assert_eq!(
        (first.output_tokens, first.finish),
        (40, Some(Finish::Length))
    );
    // t-h-e is one token, then a space and six letters; "an" is one.
    assert_eq!(first.input_tokens, 7);
    assert!(
        first.text().len() >= 40 && first.text().is_ascii(),
        "{}",
        first.text()
    );
    assert!(first.parts.len() > 10);
    assert!(scene.one(order("the answer", 40)) == first);
    assert_ne!(
        scene.one(order("another question", 40)).text(),
        first.text()
    );
}

#[test]
fn requests_at_the_same_time_get_what_each_gets_alone() {
    let mut scene = Scene::new(3);
    let long = "a long prompt that is read in several parts ".repeat(3);
    let prompts = ["one", "the second", long.as_str(), "four", "5"];
    let alone: Vec<String> = prompts
        .iter()
        .map(|prompt| scene.one(order(prompt, 24)).text())
        .collect();
    let orders = prompts.iter().zip(0..).map(|(prompt, id)| {
        Order::Generate(Box::new(Generate {
            id,
            ..order(prompt, 24)
        }))
    });
    let together = scene.run(orders.collect());
    for (outcome, alone) in together.iter().zip(&alone) {
        assert_eq!(&outcome.text(), alone);
        assert_eq!(outcome.output_tokens, 24);
    }
}

#[test]
fn a_seed_fixes_drawn_text() {
    let mut scene = Scene::new(2);
    let mut drawn = |seed| {
        let sampling = Sampling {
            seed,
            ..Sampling::default()
        };
        scene
            .one(Generate {
                sampling,
                ..order("x", 30)
            })
            .text()
    };
    let first = drawn(1);
    assert_eq!(drawn(1), first);
    assert_ne!(drawn(2), first);
}

#[test]
fn a_stop_text_ends_the_answer_and_is_not_part_of_it() {
    let mut scene = Scene::new(2);
    let whole = scene.one(order("stop", 40)).text();
    let stop = &whole[12..16];
    let end = whole.find(stop).unwrap();
    let stopped = scene.one(Generate {
        stop: vec!["never".into(), stop.into()],
        ..order("stop", 40)
    });
    assert_eq!(
        (stopped.text().as_str(), stopped.finish),
        (&whole[..end], Some(Finish::Stop))
    );
    assert!(stopped.output_tokens < 40);
}

#[test]
fn an_end_token_of_the_models_own_files_ends_the_answer() {
    let whole = Scene::new(1).one(order("end", 40)).text();
    let letter = whole.chars().nth(8).unwrap();
    let mut scene = Scene::changed(1, |dir| {
        let tokenizer = tokenizers::Tokenizer::from_file(dir.join("tokenizer.json")).unwrap();
        let id = tokenizer.token_to_id(&letter.to_string()).unwrap();
        std::fs::write(
            dir.join("generation_config.json"),
            format!("{{\"eos_token_id\":[{id}]}}"),
        )
        .unwrap();
    });
    let ended = scene.one(order("end", 40));
    let end = whole.find(letter).unwrap();
    assert_eq!(
        (ended.text().as_str(), ended.finish),
        (&whole[..end], Some(Finish::Stop))
    );
}

#[test]
fn a_conversation_goes_through_the_models_template() {
    let mut scene = Scene::new(1);
    let say = |role: &str, content: &str| ChatMessage {
        role: role.into(),
        content: content.into(),
    };
    let chat = |messages| Generate {
        prompt: Prompt::Chat(messages),
        ..order("", 12)
    };
    let answered = scene.one(chat(vec![say("system", "be kind"), say("user", "hi")]));
    let as_text = scene.one(order(
        "<|begin|><|system|>be kind<|user|>hi<|assistant|>",
        12,
    ));
    assert_eq!(
        (answered.text(), answered.input_tokens),
        (as_text.text(), as_text.input_tokens)
    );
    let refused = scene.one(chat(vec![say("tool", "x")])).refusal.unwrap();
    assert_eq!(
        refused,
        Refusal::Template {
            reason: "no such role".into()
        }
    );
}

#[test]
fn what_does_not_fit_is_refused_with_the_numbers() {
    let mut scene = Scene::new(1);
    let long = scene.one(order(&"x".repeat(300), 1));
    assert_eq!(
        long.refusal,
        Some(Refusal::TooLong {
            tokens: 300,
            max: 300
        })
    );
    let wanted = scene.one(order("xyz", 298));
    assert_eq!(
        wanted.refusal,
        Some(Refusal::NoRoom {
            tokens: 3,
            wanted: 298,
            max: 300
        })
    );
    assert_eq!(scene.one(order("xyz", 297)).output_tokens, 297);
    let filled = scene.one(Generate {
        max_tokens: None,
        ..order("xyz", 0)
    });
    assert_eq!(
        (filled.output_tokens, filled.finish),
        (297, Some(Finish::Length))
    );
    assert_eq!(scene.one(order("", 1)).refusal, Some(Refusal::Empty));
    let unknown = Generate {
        prompt: Prompt::Text(Input::Tokens(vec![5, 9999])),
        ..order("", 1)
    };
    assert!(matches!(
        scene.one(unknown).refusal,
        Some(Refusal::NoToken { token: 9999, .. })
    ));
    let embed = scene.run(vec![Order::Embed {
        id: 0,
        inputs: vec![Input::Text("x".into())],
        max_input_tokens: None,
    }]);
    assert!(matches!(embed[0].refusal, Some(Refusal::OtherTask { .. })));
}

#[test]
fn a_prompt_with_more_tokens_than_may_be_read_is_counted_and_not_read() {
    let mut scene = Scene::new(3);
    let bounded = |max| Generate {
        max_input_tokens: Some(max),
        ..order("ten tokens", 4)
    };
    let read = scene.one(order("ten tokens", 4));
    let tokens = read.input_tokens;
    assert!(tokens > 1);
    let over = Refusal::OverLimit {
        tokens: u64::from(tokens),
        max: tokens - 1,
    };
    let refused = scene.one(bounded(tokens - 1));
    assert_eq!(refused.refusal, Some(over));
    assert_eq!(refused.output_tokens, 0);
    assert_eq!(scene.one(bounded(tokens)).text(), read.text());
}

#[test]
fn a_cancelled_order_ends_at_once_and_leaves_the_others_alone() {
    let mut scene = Scene::new(1);
    let expected = scene.one(order("kept", 10)).text();
    let orders = vec![
        Order::Generate(Box::new(order("gone", 200))),
        Order::Generate(Box::new(Generate {
            id: 1,
            ..order("kept", 10)
        })),
        Order::Cancel { id: 0 },
        Order::Cancel { id: 77 },
    ];
    let outcomes = scene.run(orders);
    assert_eq!(
        (outcomes[0].finish, outcomes[0].output_tokens),
        (Some(Finish::Cancelled), 0)
    );
    assert_eq!(outcomes[1].text(), expected);
}

fn verify(order: Generate, tokens: &[u32]) -> Order {
    Order::Verify {
        text: Box::new(order),
        tokens: tokens.to_vec(),
    }
}

fn drawn(prompt: &str, max_tokens: u32) -> Generate {
    let sampling = Sampling {
        seed: 9,
        frequency_penalty: 0.2,
        ..Sampling::default()
    };
    Generate {
        sampling,
        ..order(prompt, max_tokens)
    }
}

#[test]
fn who_runs_the_tokens_again_finds_the_same() {
    let mut scene = Scene::new(3);
    let long = "a long prompt that is read in several parts ".repeat(3);
    for wanted in [
        || order("the answer", 70),
        || drawn("the answer", 70),
        || drawn("one token", 1),
    ] {
        let answer = scene.one(wanted());
        let trace = answer.trace.clone().unwrap();
        assert_eq!(trace.tokens.len() as u32, answer.output_tokens);
        assert_eq!(trace.chunks.len(), trace.tokens.len().div_ceil(32));
        // Beside other work, which must not change anything.
        let other = Order::Generate(Box::new(Generate {
            id: 1,
            ..order(&long, 20)
        }));
        let outcomes = scene.run(vec![verify(wanted(), &trace.tokens), other]);
        let replay = outcomes[0].replay.clone().unwrap();
        assert_eq!(
            (replay.disagreeing, replay.output_tokens, replay.finish),
            (0, answer.output_tokens, answer.finish)
        );
        assert_eq!(
            (replay.input_tokens, &replay.text),
            (answer.input_tokens, &answer.text())
        );
        for (claimed, own) in trace.chunks.iter().zip(&replay.chunks) {
            let close = |a: u16, b: u16| a.abs_diff(b) <= 1;
            let found = own.0.iter().filter(|one| {
                let same = |other: &&Activation| other.index == one.index;
                claimed
                    .0
                    .iter()
                    .find(same)
                    .is_some_and(|other| close(other.value, one.value))
            });
            assert!(found.count() + 2 >= claimed.0.len());
            assert_eq!(claimed.0.len(), own.0.len());
        }
    }
}

#[test]
fn tokens_are_run_again_before_the_texts_that_wait() {
    let mut scene = Scene::new(1);
    let written = scene.run(vec![Order::Generate(Box::new(order("claimed", 9)))]);
    let tokens = written[0].trace.as_ref().unwrap().tokens.clone();
    let mut orders: Vec<_> = (1..4)
        .map(|id| {
            let text = Generate {
                id,
                ..order("waits", 20)
            };
            Order::Generate(Box::new(text))
        })
        .collect();
    orders.push(verify(order("claimed", 9), &tokens));
    let ((send, ordered), (say, words)) = (mpsc::channel(), mpsc::channel());
    orders.into_iter().for_each(|one| send.send(one).unwrap());
    drop(send);
    scene.model.serve(&ordered, &say);
    drop(say);
    let ended: Vec<_> = words
        .into_iter()
        .filter_map(|word| match word {
            Word::Finished { id, .. } | Word::Verified { id, .. } => Some(id),
            _ => None,
        })
        .collect();
    assert_eq!(ended, [0, 1, 2, 3]);
}

#[test]
fn other_tokens_than_the_models_are_told() {
    let mut scene = Scene::new(1);
    let tokens = scene.one(order("the answer", 20)).trace.unwrap().tokens;
    let of = |outcome: &Outcome| outcome.replay.clone().unwrap();
    let mut changed = tokens.clone();
    changed[5] = 9;
    let replay = of(&scene.run(vec![verify(order("the answer", 20), &changed)])[0]);
    assert!(replay.disagreeing >= 1);
    let other_prompt = of(&scene.run(vec![verify(order("another prompt", 20), &tokens)])[0]);
    assert!(
        other_prompt.disagreeing >= 10,
        "{}",
        other_prompt.disagreeing
    );
    // An answer that was to go on, and one that was to end before.
    let short = of(&scene.run(vec![verify(order("the answer", 21), &tokens)])[0]);
    assert_eq!((short.finish, short.output_tokens), (None, 20));
    let stopping = Generate {
        stop: vec![
            of(&scene.run(vec![verify(order("the answer", 20), &tokens)])[0]).text[..4].into(),
        ],
        ..order("the answer", 20)
    };
    let stopped = of(&scene.run(vec![verify(stopping, &tokens)])[0]);
    assert_eq!(stopped.finish, Some(Finish::Stop));
    assert!(stopped.output_tokens < 20 && stopped.text.is_empty());
}

#[test]
fn tokens_that_cannot_be_followed_are_refused() {
    let mut scene = Scene::new(1);
    let mut refusal = |tokens: &[u32]| {
        let outcomes = scene.run(vec![verify(order("x", 3), tokens)]);
        outcomes[0].refusal.clone().unwrap()
    };
    assert_eq!(refusal(&[]), Refusal::Empty);
    assert!(matches!(refusal(&[u32::MAX]), Refusal::NoToken { .. }));
    assert!(matches!(
        refusal(&[7; 4]),
        Refusal::NoRoom { wanted: 4, .. }
    ));
}

#[test]
fn the_engine_says_what_it_serves() {
    let about = Scene::new(1).model.about("cpu".into());
    assert_eq!(
        (about.task, about.context_tokens),
        (Task::Generate { chat: true }, 300)
    );
    assert_eq!(about.numbers, Numbers::Float32);
}

#[test]
fn a_model_is_computed_in_the_numbers_that_are_asked_for() {
    for numbers in Numbers::ALL {
        let mut scene = Scene::computed_in(numbers, |_| ());
        assert_eq!(scene.model.about("cpu".into()).numbers, numbers);
        let trace = scene.one(order("the answer", 64)).trace.unwrap();
        let (score, disagreeing) = found_again(&mut scene, &trace);
        assert!(score >= 850, "{numbers}: {score}");
        assert_eq!(disagreeing, 0, "{numbers}");
    }
}

#[test]
fn text_of_a_model_in_8_bits_is_found_out_in_all_numbers() {
    let rounded = |dir: &std::path::Path| {
        let whole = tempfile::tempdir().unwrap();
        tiny::write(whole.path(), tiny::SMALL);
        quantise::write(whole.path(), dir, 8);
    };
    for numbers in Numbers::ALL {
        let mut honest = Scene::computed_in(numbers, |_| ());
        let mut other = Scene::computed_in(numbers, rounded);
        let trace = other.one(order("the answer", 64)).trace.unwrap();
        let (score, _) = found_again(&mut honest, &trace);
        assert!(score < 500, "{numbers}: {score}");
    }
}

#[test]
fn text_in_bfloat16_is_not_that_of_32_bits() {
    let mut honest = Scene::computed_in(Numbers::Float32, |_| ());
    let mut other = Scene::computed_in(Numbers::BFloat16, |_| ());
    let trace = other.one(order("the answer", 64)).trace.unwrap();
    let (score, _) = found_again(&mut honest, &trace);
    assert!(score < 500, "{score}");
}

/// The score of an answer's digests when it is run again, and how many
/// of its tokens would not have been chosen.
fn found_again(scene: &mut Scene, trace: &Trace) -> (u16, u32) {
    let again = vec![verify(order("the answer", 64), &trace.tokens)];
    let replay = scene.run(again).remove(0).replay.unwrap();
    let points = |chunk: &Activations| -> Vec<Point> {
        let point = |one: &Activation| Point {
            index: one.index,
            value: one.value,
        };
        chunk.0.iter().map(point).collect()
    };
    let digests = trace.chunks.iter().map(|chunk| Digest::of(&points(chunk)));
    let digests: Vec<Digest> = digests.map(Option::unwrap).collect();
    let own: Vec<_> = replay.chunks.iter().map(points).collect();
    (text_score(&digests, &own), replay.disagreeing)
}

#[test]
fn vectors_are_computed_in_32_bits_alone() {
    let load = |numbers| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.json"), r#"{"model_type":"bert"}"#).unwrap();
        let loaded = Model::load(&Folder::new(dir.path()), device(), numbers, BOUNDS);
        loaded.err().unwrap().to_string()
    };
    let refused = load(Some(Numbers::BFloat16));
    assert!(
        refused.contains("bfloat16") && refused.contains("leave --numbers out"),
        "{refused}"
    );
    // Otherwise it is read, and what is missing is told.
    for numbers in [None, Some(Numbers::Float32)] {
        assert!(!load(numbers).contains("--numbers"));
    }
}

#[test]
fn a_model_of_another_kind_or_without_its_files_is_told() {
    let told = |change: &dyn Fn(&std::path::Path)| {
        let dir = tempfile::tempdir().unwrap();
        tiny::write(dir.path(), tiny::SMALL);
        change(dir.path());
        Model::load(&Folder::new(dir.path()), device(), None, BOUNDS)
            .err()
            .unwrap()
            .to_string()
    };
    let other =
        told(&|dir| std::fs::write(dir.join("config.json"), r#"{"model_type":"t5"}"#).unwrap());
    assert!(
        other.contains("\"t5\"") && other.contains("qwen2"),
        "{other}"
    );
    let missing = told(&|dir| std::fs::remove_file(dir.join("model.safetensors")).unwrap());
    assert!(missing.contains("model.safetensors"), "{missing}");
    let tokenizer = told(&|dir| std::fs::write(dir.join("tokenizer.json"), "{}").unwrap());
    assert!(tokenizer.contains("tokenizer.json"), "{tokenizer}");
}
