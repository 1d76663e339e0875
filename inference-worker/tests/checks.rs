//! What a verifier finds, with the real engine: of answers of the model that is claimed, and of others in its place.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use ballast_core::{answer::Exchange, claim::ClaimLeaf, Numbers};
use ballast_engine_protocol::{
    read_frame, write_frame, Finish, Generate, Input, Order, Replay, Vector, Word,
};
use ballast_inference_worker::{
    serve::again::{self, Again},
    transcript::{vectors_root, Asked, Evidence, Transcript},
    verify::score::{score, Rerun, RerunError},
};
use futures::future::BoxFuture;
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::{
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};
use support::{built, minilm, run};

/// An engine that is asked one thing at a time.
struct Engine {
    process: Child,
    pipes: Mutex<(ChildStdin, ChildStdout)>,
}

impl Engine {
    fn start(
        program: &str,
        (model, numbers): (&Path, Numbers),
        other: Option<&Path>,
        threads: u32,
    ) -> Self {
        let mut command = Command::new(built(program));
        command.arg("--model-dir").arg(model);
        command.args(["--numbers", numbers.name()]);
        command.env("RAYON_NUM_THREADS", threads.to_string());
        command.envs(other.map(|other| ("CHEAT_MODEL_DIR", other)));
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = spawned.unwrap();
        let mut output = process.stdout.take().unwrap();
        let ready: Option<Word> = read_frame(&mut output).unwrap();
        let Some(Word::Ready(about)) = ready else {
            panic!("it does not start")
        };
        assert_eq!(about.numbers, numbers);
        let pipes = Mutex::new((process.stdin.take().unwrap(), output));
        Self { process, pipes }
    }

    fn honest(model: &Path, threads: u32) -> Self {
        Self::computing(Numbers::Float32, model, threads)
    }

    fn computing(numbers: Numbers, model: &Path, threads: u32) -> Self {
        Self::start("ballast-inference-engine", (model, numbers), None, threads)
    }

    fn cheating(model: &Path, other: &Path) -> Self {
        let served = (model, Numbers::Float32);
        Self::start("examples/cheating-engine", served, Some(other), 1)
    }

    /// All words until the last one.
    fn ask(&self, order: &Order) -> Vec<Word> {
        let mut pipes = self.pipes.lock().unwrap();
        write_frame(&mut pipes.0, order).unwrap();
        let mut words = Vec::new();
        loop {
            let word: Word = read_frame(&mut pipes.1).unwrap().unwrap();
            let goes_on = matches!(word, Word::Started { .. } | Word::Delta { .. });
            words.push(word);
            if !goes_on {
                return words;
            }
        }
    }

    /// An answer as a worker keeps it.
    fn text(&self, request: &Value) -> Transcript {
        let request = request.to_string().into_bytes();
        let Some(Again::Text(order)) = again::read(Asked::Completion, &request, 9) else {
            panic!("no request")
        };
        let (mut text, mut tokens_in) = (String::new(), 0);
        for word in self.ask(&Order::Generate(order)) {
            match word {
                Word::Started { input_tokens, .. } => tokens_in = input_tokens,
                Word::Delta { text: more, .. } => text.push_str(&more),
                Word::Finished { finish, trace, .. } => {
                    let evidence = Evidence::of(&trace).unwrap();
                    let reason = match finish {
                        Finish::Length => "length",
                        _ => "stop",
                    };
                    let response =
                        json!({ "choices": [{ "text": text, "finish_reason": reason }] });
                    return transcript(request, &response, tokens_in, evidence);
                }
                _ => break,
            }
        }
        panic!("no answer")
    }

    fn vectors(&self, inputs: &[&str]) -> Vec<Vector> {
        let inputs = inputs.iter().map(|text| Input::Text(text.to_string()));
        let order = Order::Embed {
            id: 1,
            inputs: inputs.collect(),
            max_input_tokens: None,
        };
        match self.ask(&order).pop() {
            Some(Word::Embedded { vectors, .. }) => vectors,
            _ => panic!("no vectors"),
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Rerun for Engine {
    fn embed(&self, inputs: Vec<Input>) -> BoxFuture<'_, Result<(Vec<Vector>, u32), RerunError>> {
        let words = self.ask(&Order::Embed {
            id: 0,
            inputs,
            max_input_tokens: None,
        });
        Box::pin(async {
            match words.into_iter().next_back() {
                Some(Word::Embedded {
                    vectors, tokens, ..
                }) => Ok((vectors, tokens)),
                _ => Err(RerunError::Unavailable("another word".into())),
            }
        })
    }

    fn replay(
        &self,
        order: Generate,
        tokens: Vec<u32>,
    ) -> BoxFuture<'_, Result<Replay, RerunError>> {
        let text = Box::new(order);
        let words = self.ask(&Order::Verify { text, tokens });
        Box::pin(async {
            match words.into_iter().next_back() {
                Some(Word::Verified { replay, .. }) => Ok(*replay),
                Some(Word::Refused { refusal, .. }) => Err(RerunError::Refused(refusal)),
                _ => Err(RerunError::Unavailable("another word".into())),
            }
        })
    }
}

fn transcript(
    request: Vec<u8>,
    response: &Value,
    tokens_in: u32,
    evidence: Evidence,
) -> Transcript {
    let response = response.to_string().into_bytes();
    let exchange = Exchange {
        request_sha256: Sha256::digest(&request).into(),
        response_sha256: Sha256::digest(&response).into(),
        tokens_in,
        tokens_out: evidence.tokens.len() as u32,
    };
    Transcript {
        asked: Asked::Completion,
        request,
        response,
        seed: 9,
        leaf: ClaimLeaf {
            number: 1,
            exchange,
            activation_root: evidence.root(),
        },
        digests: evidence
            .digests
            .iter()
            .map(|digest| digest.to_bytes())
            .collect(),
        tokens: evidence.tokens,
    }
}

fn model(dir: &Path, layers: &str) {
    let size = ["128", layers, "512"];
    run(Command::new(built("examples/tiny-model"))
        .arg(dir)
        .args(size));
}

fn quantised(from: &Path, to: &Path, bits: &str) {
    let mut command = Command::new(built("examples/quantise-model"));
    run(command.arg(from).arg(to).arg(bits));
}

#[tokio::test]
async fn text_of_the_model_passes_on_any_threads_and_text_of_another_is_caught() {
    let dir = tempfile::tempdir().unwrap();
    let [claimed, smaller, rounded] =
        ["claimed", "smaller", "rounded"].map(|name| dir.path().join(name));
    model(&claimed, "4");
    model(&smaller, "3");
    quantised(&claimed, &rounded, "8");
    let verifier = Engine::honest(&claimed, 1);
    let request = |temperature: f32| json!({ "model": "m", "prompt": "the answer", "max_tokens": 70, "temperature": temperature });
    for temperature in [0.0, 0.8] {
        for threads in [1, 2] {
            let answer = Engine::honest(&claimed, threads).text(&request(temperature));
            let found = score(&verifier, &answer).await.unwrap();
            assert!(found >= 850, "{threads} threads: {found}");
        }
        for other in [&smaller, &rounded] {
            let answer = Engine::cheating(&claimed, other).text(&request(temperature));
            let found = score(&verifier, &answer).await.unwrap();
            assert!(found < 500, "{}: {found}", other.display());
        }
        // What is computed in bfloat16 is no answer in 32 bits, and passes where it is offered as what it is.
        let mut other = Engine::computing(Numbers::BFloat16, &claimed, 2);
        let answer = other.text(&request(temperature));
        let found = score(&verifier, &answer).await.unwrap();
        assert!(found < 500, "bfloat16: {found}");
        other = Engine::computing(Numbers::BFloat16, &claimed, 1);
        let found = score(&other, &answer).await.unwrap();
        assert!(found >= 850, "bfloat16 in bfloat16: {found}");
    }
}

#[tokio::test]
async fn vectors_of_the_model_pass_and_those_of_a_rounded_one_are_caught() {
    let dir = tempfile::tempdir().unwrap();
    let (claimed, rounded) = (minilm(), dir.path().join("rounded"));
    quantised(&claimed, &rounded, "4");
    let texts = ["a river in winter", "who pays for the orchard?"];
    let transcript_of = |vectors: &[Vector]| {
        let data: Vec<_> = (0..)
            .zip(vectors)
            .map(|(index, vector): (u32, _)| json!({ "index": index, "embedding": vector.0 }))
            .collect();
        let request = json!({ "model": "m", "input": texts })
            .to_string()
            .into_bytes();
        let response = json!({ "data": data });
        let mut made = transcript(request, &response, 0, Evidence::default());
        made.asked = Asked::Embeddings;
        made.leaf.activation_root = vectors_root(vectors);
        made
    };
    let verifier = Engine::honest(&claimed, 1);
    let order = texts.map(|text| Input::Text(text.into())).to_vec();
    let (_, tokens) = verifier.embed(order).await.unwrap();
    let found = |vectors: Vec<Vector>| {
        let mut made = transcript_of(&vectors);
        made.leaf.exchange.tokens_in = tokens;
        made
    };
    let honest = found(Engine::honest(&claimed, 2).vectors(&texts));
    assert!(score(&verifier, &honest).await.unwrap() >= 990);
    let cheating = found(Engine::cheating(&claimed, &rounded).vectors(&texts));
    assert_eq!(score(&verifier, &cheating).await, Ok(0));
}
