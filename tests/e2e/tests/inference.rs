//! Models out of the chain's own storage, served, by a worker that was told only their names.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{
    gateway::{real_model, run},
    program, Network,
};
use serde_json::{json, Value};
use std::{
    fs,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const PORT: u16 = 26_900;
const START_TIMEOUT: Duration = Duration::from_secs(120);

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(path: &str, body: Option<Value>) -> Option<Value> {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-m", "60"])
        .arg(format!("http://127.0.0.1:{PORT}{path}"));
    if let Some(body) = body {
        curl.args(["-d", &body.to_string()]);
    }
    serde_json::from_slice(&curl.output().unwrap().stdout).ok()
}

fn serve(network: &Network, model: &str) -> Command {
    let mut command = network.inference_worker();
    command
        .args([
            "serve",
            "--free",
            "--allow-private",
            "--listen",
            &format!("127.0.0.1:{PORT}"),
            "--model",
            model,
            "--data-dir",
        ])
        .arg(network.path("inference"))
        .stdin(Stdio::null());
    command
}

/// Publishes a folder, and gives the address of its manifest.
fn publish(network: &Network, folder: &str, name: &str) -> String {
    let args = [
        "publish", folder, "--name", name, "--tag", "first", "--code", "2,4",
    ];
    let published = network.json_as("alice", &args);
    published["manifest"].as_str().unwrap().into()
}

/// A worker that serves this model and is ready.
fn serving(network: &Network, model: &str) -> Serving {
    let log = fs::File::create(network.path("inference.log")).unwrap();
    let mut serving = Serving(serve(network, model).stderr(log).spawn().unwrap());
    let deadline = Instant::now() + START_TIMEOUT;
    while ask("/health", None).is_none_or(|health| health["status"] != "ok") {
        let told = || fs::read_to_string(network.path("inference.log")).unwrap();
        assert!(serving.0.try_wait().unwrap().is_none(), "{}", told());
        assert!(Instant::now() < deadline, "{}", told());
        std::thread::sleep(Duration::from_millis(100));
    }
    serving
}

impl Serving {
    fn stop(mut self) {
        run(Command::new("kill").args(["-TERM", &self.0.id().to_string()]));
        assert!(self.0.wait().unwrap().success());
    }
}

#[test]
fn published_models_are_fetched_and_served() {
    // The worker looks for it beside itself; it is built from a workspace of its own.
    program("ballast-inference-engine");
    let network = Network::start(1, 6, 26_000);
    run(network
        .inference_worker()
        .args(["init", "--data-dir"])
        .arg(network.path("inference")));
    let unknown = serve(&network, "acme/nothing").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");
    embeddings_of_safetensors(&network);
    text_of_gguf(&network);
}

fn embeddings_of_safetensors(network: &Network) {
    let folder = real_model().display().to_string();
    let address = publish(network, &folder, "acme/minilm");
    let serving = serving(network, "acme/minilm@first");
    let model = ask("/v1/models", None).unwrap()["data"][0].clone();
    assert_eq!(
        (&model["id"], &model["address"], &model["dimensions"]),
        (&json!("acme/minilm@first"), &json!(address), &json!(384))
    );
    // By its name, with or without the tag, and by its address.
    let vector = |model: &str| {
        ask(
            "/v1/embeddings",
            Some(json!({ "model": model, "input": "Proof of stake" })),
        )
        .unwrap()["data"][0]["embedding"]
            .clone()
    };
    let found = vector("acme/minilm");
    assert_eq!(found.as_array().map(Vec::len), Some(384));
    assert_eq!(
        (&vector("acme/minilm@first"), &vector(&address)),
        (&found, &found)
    );
    serving.stop();
}

/// A small generator in one GGUF file, with nothing beside it, says what the same model says in safetensors.
fn text_of_gguf(network: &Network) {
    let (plain, gguf) = (network.path("plain"), network.path("gguf"));
    fs::create_dir(&gguf).unwrap();
    run(Command::new(program("examples/tiny-model")).arg(&plain));
    run(Command::new(program("examples/gguf-model"))
        .args([&plain, &gguf.join("chat.gguf")])
        .arg("f32"));
    let said = |folder: &std::path::Path, name: &str| {
        publish(network, &folder.display().to_string(), name);
        let serving = serving(network, &format!("{name}@first"));
        let question = json!({
            "model": name, "max_tokens": 40, "temperature": 0,
            "messages": [{ "role": "user", "content": "Which bytes are kept?" }],
        });
        let answer = ask("/v1/chat/completions", Some(question)).unwrap();
        serving.stop();
        let message = answer["choices"][0]["message"]["content"].clone();
        assert!(
            message.as_str().is_some_and(|text| !text.is_empty()),
            "{answer}"
        );
        (message, answer["usage"].clone())
    };
    assert_eq!(said(&plain, "acme/plain"), said(&gguf, "acme/chat"));
}
