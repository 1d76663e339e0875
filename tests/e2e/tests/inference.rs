//! A model out of the chain's own storage, served, by a worker that was told only its name.
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

#[test]
fn a_published_model_is_fetched_and_served() {
    // The worker looks for it beside itself; it is built from a workspace of its own.
    program("ballast-inference-engine");
    let network = Network::start(1, 6, 26_000);
    let folder = real_model().display().to_string();
    let args = [
        "publish",
        &folder,
        "--name",
        "acme/minilm",
        "--tag",
        "first",
        "--code",
        "2,4",
    ];
    let published = network.json_as("alice", &args);
    let address = published["manifest"].as_str().unwrap();
    run(network
        .inference_worker()
        .args(["init", "--data-dir"])
        .arg(network.path("inference")));

    let unknown = serve(&network, "acme/nothing").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2), "{unknown:?}");

    let log = fs::File::create(network.path("inference.log")).unwrap();
    let mut serving = Serving(
        serve(&network, "acme/minilm@first")
            .stderr(log)
            .spawn()
            .unwrap(),
    );
    let deadline = Instant::now() + START_TIMEOUT;
    while ask("/health", None).is_none_or(|health| health["status"] != "ok") {
        let told = || fs::read_to_string(network.path("inference.log")).unwrap();
        assert!(serving.0.try_wait().unwrap().is_none(), "{}", told());
        assert!(Instant::now() < deadline, "{}", told());
        std::thread::sleep(Duration::from_millis(100));
    }
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
        (&vector("acme/minilm@first"), &vector(address)),
        (&found, &found)
    );
    run(Command::new("kill").args(["-TERM", &serving.0.id().to_string()]));
    assert!(serving.0.wait().unwrap().success());
}
