//! What an operator looks at: the check of a worker's endpoint, metrics that alerts and dashboard name.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{told, Network};
use serde_json::Value;
use std::{path::Path, process::Command};

/// Exit code of a check, and the names of what was not good.
fn check(network: &Network) -> (i32, Vec<String>) {
    let account = network.worker_account(1);
    let output = network.ballast(&["--json", "worker", "check", &account]);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", told(&output)));
    let bad = report["checks"].as_array().unwrap().iter();
    let bad = bad.filter(|check| check["good"] == false);
    let names = bad.map(|check| check["check"].as_str().unwrap().to_owned());
    (output.status.code().unwrap(), names.collect())
}

fn monitoring(network: &Network) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new("python3")
        .arg("-B")
        .arg(root.join("scripts/monitoring.py"))
        .arg(root.join("monitoring"))
        .arg("--network")
        .arg(network.path("network"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn a_worker_that_is_not_what_the_chain_says_is_found_and_every_metric_of_an_alert_is_there() {
    let network = Network::start(1, 1, 26_500);
    assert_eq!(check(&network), (0, vec![]));
    monitoring(&network);

    let receipt_key = format!("0x{}", "07".repeat(32));
    let signer = "Bob//worker//1";
    network.json_as(signer, &["worker", "update", "--receipt-key", &receipt_key]);
    assert_eq!(check(&network), (4, vec!["receipt key".into()]));

    network.stop_worker(1);
    assert_eq!(check(&network), (4, vec!["answers".into()]));
}
