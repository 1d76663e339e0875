//! The whole path with real processes: a chain, storage workers and the command line.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{b3sum, eventually, noise, told, Network};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

/// Exit code for what may go well later.
const RETRYABLE: i32 = 3;
/// Exit code for a call that must be changed.
const USAGE: i32 = 2;
/// A fetch that takes longer than this hangs: workers that are gone refuse connections at once.
const HANGS: Duration = Duration::from_secs(300);

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

/// The hashes in the manifest, and the addresses under which the chain has the files that are blobs of their own, are
/// those of another program.
fn addresses_are_what_b3sum_prints(
    network: &Network,
    source: &Path,
    files: &[PathBuf],
    manifest: &str,
) {
    let raw = network.path("manifest.json").display().to_string();
    network.json(&["fetch", manifest, "--raw", "-o", &raw]);
    assert_eq!(b3sum(Path::new(&raw)), manifest);
    let parsed: Value = serde_json::from_slice(&fs::read(&raw).unwrap()).unwrap();
    let listed = parsed["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len());

    let status = network.json(&["status", "acme/tiny"]);
    let blobs = status["blobs"].as_array().unwrap();
    let mut own_blobs = 0;
    for file in files {
        let (path, name) = (source.join(file), file.to_str().unwrap());
        let (hash, len) = (b3sum(&path), fs::metadata(&path).unwrap().len());
        let entry = listed.iter().find(|entry| entry["path"] == name).unwrap();
        assert_eq!(entry["blake3"], *hash, "{name} in the manifest");
        if len > 1 << 20 {
            let blob = blobs.iter().find(|blob| blob["address"] == *hash);
            let blob = blob.unwrap_or_else(|| panic!("{hash} of {name} is not in {status}"));
            assert_eq!(
                (&blob["name"], &blob["length"]),
                (&name.into(), &len.into())
            );
            assert_eq!(blob["stored"], "certified", "{name}");
            own_blobs += 1;
        }
    }
    assert_eq!(own_blobs, 2, "files that are too large for the pack");
}

/// A failed fetch names, for the blob it failed at, each shard of a worker that is gone, and who that worker is.
fn missing_shards_are_named(network: &Network, gone: &[u32], output: &Output) {
    let text = String::from_utf8_lossy(&output.stderr);
    let failed = text.split("error: blob ").nth(1).unwrap_or_default();
    let address = failed.split_whitespace().next().unwrap_or_default();
    assert_eq!(address.len(), 64, "no blob is named: {}", told(output));

    let status = network.json(&["status", address]);
    let holders = status["blobs"][0]["encodings"][0]["assignments"].as_array();
    let mut named = 0;
    for holder in holders.unwrap() {
        let account = holder["worker"].as_str().unwrap();
        let worker = network.worker_of(account);
        if gone.contains(&worker) {
            let line = format!(
                "shard {} of worker {account} at {}/: ",
                holder["shard"],
                network.worker_url(worker)
            );
            assert!(text.contains(&line), "{line:?} is not in {}", told(output));
            named += 1;
        }
    }
    assert!(named >= 5, "half of the shards may be lost, so five are");
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

fn publish(network: &Network, account: &str, folder: &Path, name: &str) -> Value {
    let folder = folder.display().to_string();
    network.json_as(
        account,
        &[
            "publish", &folder, "--name", name, "--tag", "first", "--code", "4,8",
        ],
    )
}

fn fetch(network: &Network, target: &str, into: &Path) {
    let output = network.ballast(&["fetch", target, "-o", &into.display().to_string()]);
    assert!(output.status.success(), "{}", told(&output));
}

/// Whole and in part, to standard output and into a file.
fn parts_of_a_file_are_its_bytes(network: &Network, weights: &Path) {
    let content = fs::read(weights).unwrap();
    let name = "acme/tiny/weights.safetensors";
    for (args, bytes) in [
        (vec!["cat", name], &content[..]),
        (
            vec!["cat", name, "--range", "999-4194304"],
            &content[999..4_194_305],
        ),
    ] {
        let output = network.ballast(&args);
        assert!(output.status.success(), "{}", told(&output));
        assert!(output.stdout == bytes, "{args:?}");
    }
    let (address, into) = (b3sum(weights), network.path("part"));
    let target = into.display().to_string();
    network.json(&["fetch", &address, "--range", "-5000", "-o", &target]);
    assert!(fs::read(&into).unwrap() == content[content.len() - 5000..]);
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
    let published = publish(&network, "alice", &source, "acme/tiny");
    let manifest = published["manifest"].as_str().unwrap().to_owned();
    addresses_are_what_b3sum_prints(&network, &source, &files, &manifest);

    let again = publish(&network, "alice", &source, "acme/copy");
    assert_eq!(
        again["new_bytes"], 0,
        "the same files under another name were uploaded again"
    );
    assert_eq!(again["manifest"], published["manifest"]);

    fetch(&network, "acme/tiny@first", &network.path("by-name"));
    same_bytes(&source, &network.path("by-name"), &files);
    parts_of_a_file_are_its_bytes(&network, &source.join("weights.safetensors"));

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
    let target = into.display().to_string();
    let output = network.ballast_within(HANGS, &["fetch", &manifest, "-o", &target]);
    assert_eq!(output.status.code(), Some(RETRYABLE), "{}", told(&output));
    missing_shards_are_named(&network, &workers[..5], &output);
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
    a_publisher_who_cannot_pay_for_the_name_sends_nothing(&network, &source);
    a_fetch_without_room_is_told_and_leaves_nothing(&network, &manifest);
    a_model_that_was_given_away_is_published_by_its_new_owner(&network, &source);
}

/// Whoever owns a model publishes its versions; the namespace stays with whom it was.
fn a_model_that_was_given_away_is_published_by_its_new_owner(network: &Network, source: &Path) {
    let inspected = network.json_as("bob", &["key", "inspect"]);
    let bob = inspected["account"].as_str().unwrap();
    let not_his = ["--dev-account", "bob", "transfer", "acme/copy", bob];
    let refused = network.ballast(&not_his);
    assert_eq!(refused.status.code(), Some(USAGE), "{}", told(&refused));
    network.json_as("alice", &["transfer", "acme/copy", bob]);

    fs::write(source.join("one"), [2]).unwrap();
    let published = publish(network, "bob", source, "acme/copy");
    assert_eq!(
        (&published["version"], &published["took_namespace"]),
        (&2.into(), &false.into())
    );
    let status = network.json(&["status", published["manifest"].as_str().unwrap()]);
    assert_eq!(status["published_as"][0], "acme/copy@2", "{status}");
}

/// 50 BAL pay for the blobs and not for the namespace.
fn a_publisher_who_cannot_pay_for_the_name_sends_nothing(network: &Network, source: &Path) {
    let key = ["--dev-account", "Eve//fifty"];
    let inspected = network.json(&[&key[..], &["key", "inspect"]].concat());
    let account = inspected["account"].as_str().unwrap();
    network.json(&["faucet", "--dev", "--amount", "50", account]);

    let folder = source.display().to_string();
    let publish = ["publish", &folder, "--name", "fifty/m", "--code", "2,3"];
    let planned = network.json(&[&key[..], &publish, &["--dry-run"]].concat());
    let namespace = &planned["name_deposits"]["namespace"];
    assert_eq!(namespace, "100000000000000", "100 BAL of {planned}");
    let output = network.ballast(&[&key[..], &publish].concat());
    assert_eq!(output.status.code(), Some(USAGE), "{}", told(&output));

    let balance = network.json(&["balance", account]);
    assert_eq!(
        (&balance["held"], &balance["nonce"]),
        (&"0".into(), &0.into())
    );
}

/// A limit on the length of files stops the superuser too, as a full disk does.
fn a_fetch_without_room_is_told_and_leaves_nothing(network: &Network, manifest: &str) {
    let into = network.path("no-room");
    let mut shell = Command::new("bash");
    network.set_env(&mut shell);
    let script = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" \"$@\"";
    shell.args(["-c", script]).arg(network.program());
    let output = shell.args(["fetch", manifest, "-o"]).arg(&into).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(USAGE), "{}", told(&output));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("cannot write"), "{}", told(&output));
    assert!(!into.join("weights.safetensors").exists());
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
