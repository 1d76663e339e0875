//! Sampling by a light client: real nodes as peers, real workers, nobody's word taken.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{noise, told, Network};
use serde_json::Value;
use std::{fs, time::Duration};

/// Exit code for what may go well later.
const RETRYABLE: i32 = 3;
/// Exit code for a call that must be changed.
const USAGE: i32 = 2;
/// A sample that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(240);

fn sample(network: &Network, more: &[&str]) -> (i32, Value, String) {
    let mut args = vec!["--json", "sample", "acme/sampled"];
    args.extend(more);
    let output = network.ballast_within(HANGS, &args);
    let json = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), json, told(&output))
}

/// Accounts of the workers that hold the blob of 4 MiB, in the order of its shards.
fn holders(network: &Network) -> Vec<String> {
    let status = network.json(&["status", "acme/sampled"]);
    let blobs = status["blobs"].as_array().unwrap();
    let blob = blobs.iter().find(|blob| blob["length"] == 4 << 20).unwrap();
    let assignments = blob["encodings"][0]["assignments"].as_array().unwrap();
    assignments
        .iter()
        .map(|assignment| assignment["worker"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_light_client_finds_what_is_there_and_names_who_does_not_serve() {
    let network = Network::start(1, 6, 28_000);
    let model = network.path("model");
    fs::create_dir_all(&model).unwrap();
    fs::write(model.join("weights.bin"), noise(1, 4 << 20)).unwrap();
    let model = model.display().to_string();
    network.json_as(
        "alice",
        &["publish", &model, "--name", "acme/sampled", "--code", "2,4"],
    );
    let specification = network.chain_specification().display().to_string();
    let boot_node = network.boot_node();
    let light = ["--chain-spec", &specification, "--bootnode", &boot_node];

    let (code, report, text) = sample(&network, &light);
    assert_eq!(code, 0, "{text}");
    assert_eq!(report["chain"], "light-client");
    assert_eq!(report["reached"], true);
    assert!(
        report["confidence"].as_f64().unwrap() >= 0.999_999,
        "{text}"
    );
    assert!(report["finalized"].as_u64().unwrap() > 0);

    let holders = holders(&network);
    network.kill_worker(network.worker_of(&holders[3]));
    // So sure that hardly ever (3/4)^32 none of the samples is of that shard.
    let sure = ["--confidence", "0.99999999999999"];
    let (code, report, text) = sample(&network, &[&light[..], &sure[..]].concat());
    assert_eq!(code, 0, "one of four shards may be gone: {text}");
    assert!(text.contains(&holders[3]), "{text}");
    assert_eq!(report["reached"], true);

    network.kill_worker(network.worker_of(&holders[0]));
    network.kill_worker(network.worker_of(&holders[1]));
    let (code, report, text) = sample(&network, &[&light[..], &["--max-samples", "64"]].concat());
    assert_eq!(code, RETRYABLE, "{text}");
    assert_eq!(report["reached"], false);

    let (code, _, text) = sample(&network, &["--chain-spec", &model]);
    assert_eq!(code, USAGE, "a folder is no specification: {text}");
}
