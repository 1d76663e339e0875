//! The whole path with real processes: a chain, storage workers and the command line.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{b3sum, eventually, noise, told, Network};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Exit code for what may go well later.
const RETRYABLE: i32 = 3;
/// Exit code for a call that must be changed.
const USAGE: i32 = 2;

/// A folder with every kind of file that storage treats in its own way.
fn model(folder: &Path) -> Vec<PathBuf> {
    let files = [
        ("empty", 0),
        ("one", 1),
        ("nested/chunk", 1024),
        ("nested/deeper/chunk-and-one", 1025),
        ("packed", (1 << 20) - 1),
        ("own-blob", (1 << 20) + 1),
        ("weights.safetensors", (40 << 20) + 3),
    ];
    let write = |(seed, (name, len)): (u64, &(&str, usize))| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, noise(seed, *len)).unwrap();
        PathBuf::from(name)
    };
    (1..).zip(&files).map(write).collect()
}

fn same_bytes(one: &Path, other: &Path, files: &[PathBuf]) {
    for file in files {
        assert_eq!(
            fs::read(one.join(file)).unwrap(),
            fs::read(other.join(file)).unwrap(),
            "{}",
            file.display()
        );
    }
}

/// The largest blob of a model: its first encoding, as `status` prints it.
fn largest_encoding(network: &Network, model: &str) -> Value {
    let status = network.json(&["status", model]);
    let blobs = status["blobs"].as_array().unwrap().iter();
    let encoded = blobs.filter(|blob| {
        blob["encodings"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    });
    encoded.max_by_key(|blob| blob["length"].as_u64()).unwrap()["encodings"][0].clone()
}

fn publish(network: &Network, folder: &Path, name: &str) -> Value {
    let folder = folder.display().to_string();
    network.json_as(
        "alice",
        &[
            "publish", &folder, "--name", name, "--tag", "first", "--code", "4,8",
        ],
    )
}

fn fetch(network: &Network, target: &str, into: &Path) {
    let output = network.ballast(&["fetch", target, "-o", &into.display().to_string()]);
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn a_model_is_fetched_by_hash_while_half_of_its_shards_are_gone_and_not_with_one_more_gone() {
    let network = Network::start(1, 10, 23_000);
    let source = network.path("model");
    let files = model(&source);

    for file in &files {
        let path = source.join(file);
        let hashed = network.ballast(&["hash", &path.display().to_string()]);
        assert!(
            String::from_utf8_lossy(&hashed.stdout).starts_with(&b3sum(&path)),
            "{}",
            told(&hashed)
        );
    }
    let published = publish(&network, &source, "acme/tiny");
    let manifest = published["manifest"].as_str().unwrap().to_owned();

    let again = publish(&network, &source, "acme/copy");
    assert_eq!(
        again["new_bytes"], 0,
        "the same files under another name were uploaded again"
    );
    assert_eq!(again["manifest"], published["manifest"]);

    fetch(&network, "acme/tiny@first", &network.path("by-name"));
    same_bytes(&source, &network.path("by-name"), &files);

    let encoding = largest_encoding(&network, "acme/tiny");
    let holders = encoding["assignments"].as_array().unwrap();
    let workers: Vec<u32> = holders
        .iter()
        .map(|holder| network.worker_of(holder["worker"].as_str().unwrap()))
        .collect();
    let (lost, rest) = workers.split_at(4);
    for worker in lost {
        network.kill_worker(*worker);
    }
    fetch(&network, &manifest, &network.path("by-hash"));
    same_bytes(&source, &network.path("by-hash"), &files);

    network.stop_worker(rest[0]);
    let into = network.path("too-many-lost");
    let output = network.ballast(&["fetch", &manifest, "-o", &into.display().to_string()]);
    assert_eq!(output.status.code(), Some(RETRYABLE), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("shard"),
        "{}",
        told(&output)
    );
    assert!(
        !into.join("weights.safetensors").exists(),
        "a file that is not whole has its final name"
    );

    for worker in &workers[..5] {
        network.start_worker(*worker);
    }
    fetch(&network, &manifest, &network.path("after-restart"));
    same_bytes(&source, &network.path("after-restart"), &files);
    wrong_calls(&network, &source);
}

/// What a user does wrong is told with an exit code and a remedy, and changes nothing.
fn wrong_calls(network: &Network, source: &Path) {
    let nowhere = network.path("nowhere").display().to_string();
    let source = source.display().to_string();
    let calls: [(&[&str], i32, &str); 4] = [
        (
            &["fetch", "acme/unknown", "-o", &nowhere],
            USAGE,
            "no model acme/unknown",
        ),
        (
            &[
                "--dev-account",
                "Eve//poor",
                "publish",
                &source,
                "--name",
                "poor/m",
                "--code",
                "2,3",
            ],
            USAGE,
            "BAL",
        ),
        (
            &[
                "--dev-account",
                "bob",
                "publish",
                &nowhere,
                "--name",
                "bob/m",
            ],
            USAGE,
            "cannot be read",
        ),
        (
            &["--url", "ws://127.0.0.1:1", "ls"],
            RETRYABLE,
            "not reachable",
        ),
    ];
    for (call, code, reason) in calls {
        let output = network.ballast(call);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{call:?}: {}",
            told(&output)
        );
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(reason),
            "{call:?}: {}",
            told(&output)
        );
    }
}

#[test]
fn three_validators_finalize_and_a_model_is_stored_on_their_chain() {
    let network = Network::start(3, 6, 24_000);
    let source = network.path("model");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("weights"), noise(9, 3 << 20)).unwrap();
    let folder = source.display().to_string();
    let published = network.json_as(
        "alice",
        &["publish", &folder, "--name", "acme/three", "--code", "2,4"],
    );
    let manifest = published["manifest"].as_str().unwrap();
    fetch(&network, manifest, &network.path("out"));
    same_bytes(&source, &network.path("out"), &[PathBuf::from("weights")]);
    eventually("all receipts on chain", Duration::from_secs(60), || {
        largest_encoding(&network, "acme/three")["receipts"] == 4
    });
}
