//! Evidence on a local network: a worker attests with the development attester, and loses its tier again.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{eventually, program, told, Network};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

/// Evidence lasts 40 blocks of 3 s on a development network; a loaded machine is slower.
const EXPIRY: Duration = Duration::from_secs(400);
/// Exit code for a call that must be changed.
const USAGE: i32 = 2;

/// An inference worker with the account of the first storage worker.
struct Attesting<'a> {
    network: &'a Network,
    data_dir: PathBuf,
    key: String,
}

impl<'a> Attesting<'a> {
    fn new(network: &'a Network) -> Self {
        let data_dir = network.path("inference");
        let made = network
            .inference_worker()
            .args(["init", "--data-dir"])
            .arg(&data_dir)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", told(&made));
        let key = String::from_utf8_lossy(&made.stdout).trim().to_owned();
        Self {
            network,
            data_dir,
            key,
        }
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = self.network.inference_worker();
        command
            .args(["attest", "--dev-account", "Bob//worker//1", "--data-dir"])
            .arg(&self.data_dir)
            .args(more);
        command
    }

    fn attest(&self, more: &[&str]) -> Output {
        let mut all = vec!["--once"];
        all.extend(more);
        self.command(&all).output().unwrap()
    }

    fn attest_well(&self, more: &[&str]) -> String {
        let output = self.attest(more);
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What the chain says of the session key.
    fn status(&self) -> Value {
        let account = self.network.worker_account(1);
        let status = self
            .network
            .json(&["attest", "status", &account, "--key", &self.key]);
        status["keys"][0].clone()
    }

    fn tier(&self) -> String {
        self.status()["tier"].as_str().unwrap_or("none").to_owned()
    }

    /// Why the tier is no higher, in one line.
    fn reasons(&self) -> String {
        let reasons = self.status()["reasons"].clone();
        let reasons = reasons.as_array().unwrap().iter();
        let reasons: Vec<_> = reasons.filter_map(Value::as_str).collect();
        reasons.join("; ")
    }

    fn govern(&self, verb: &[&str]) {
        let all = [&["attest", "govern"][..], verb].concat();
        self.network.json_as("Alice", &all);
    }
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn driver_set(network: &Network) -> Vec<String> {
    let trust = network.json(&["attest", "trust"]);
    let sets = trust["golden_sets"].as_array().unwrap().clone();
    assert_eq!(sets.len(), 2, "{trust}");
    let ids = sets.iter().filter_map(|set| set["id"].as_str());
    let driver = ids
        .filter(|id| id.starts_with("driver"))
        .collect::<String>();
    driver.split_whitespace().map(Into::into).collect()
}

#[test]
fn a_worker_shows_its_tier_and_loses_it_by_retirement_and_by_expiry() {
    let network = Network::start(1, 1, 24_500);
    let worker = Attesting::new(&network);

    // Without golden sets no evidence counts.
    let early = worker.attest(&["--dev"]);
    assert_eq!(early.status.code(), Some(USAGE), "{}", told(&early));
    assert!(told(&early).contains("GoldenUnknown"), "{}", told(&early));
    worker.govern(&["set-golden", "--dev"]);
    worker.govern(&["set-guest", "--dev"]);

    // T1: GPUs alone.
    assert!(worker
        .attest_well(&["--dev", "--dev-gpus", "2"])
        .starts_with("T1 until"));
    assert_eq!(worker.tier(), "T1");
    assert_eq!(worker.reasons(), "there is no quote of a guest");
    let devices = worker.status()["devices"].as_array().unwrap().clone();
    assert_eq!(devices.len(), 2);
    let device = network.json(&["attest", "device", devices[0].as_str().unwrap()]);
    assert_eq!(device["worker"], network.worker_account(1));
    assert_eq!(device["session_key"], worker.key);

    // T2: with the quote of a guest that governance has named.
    assert!(worker
        .attest_well(&["--dev", "--dev-guest"])
        .starts_with("T2 until"));
    assert_eq!(
        (worker.tier(), worker.reasons()),
        ("T2".into(), String::new())
    );

    // Governance retires the guest: T1; and the driver: T0, and no new evidence for it.
    let policy = worker.status()["guest_policy"].as_str().unwrap().to_owned();
    worker.govern(&["retire-guest", &policy]);
    assert_eq!(worker.tier(), "T1");
    let driver = driver_set(&network);
    let mut retire = vec!["retire-golden"];
    retire.extend(driver.iter().map(String::as_str));
    worker.govern(&retire);
    assert_eq!(worker.tier(), "T0");
    assert!(worker.reasons().contains("retired"), "{}", worker.reasons());
    let refused = worker.attest(&["--dev"]);
    assert_eq!(refused.status.code(), Some(USAGE), "{}", told(&refused));
    assert!(
        told(&refused).contains("GoldenIsRetired"),
        "{}",
        told(&refused)
    );

    // Back in force, and then nobody renews: it expires.
    worker.govern(&["set-golden", "--dev"]);
    worker.govern(&["set-guest", "--dev"]);
    worker.attest_well(&["--dev", "--dev-guest"]);
    assert_eq!(worker.tier(), "T2");
    eventually("the evidence expires", EXPIRY, || worker.tier() == "T0");
    assert!(worker.reasons().contains("expired"), "{}", worker.reasons());

    // A worker that keeps running renews before that.
    let log = fs::File::create(network.path("inference.log")).unwrap();
    let mut command = worker.command(&["--dev", "--dev-guest"]);
    let running = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let _running = Running(running);
    eventually("the worker attests", EXPIRY, || worker.tier() == "T2");
    let first = worker.status()["expires"].as_u64().unwrap();
    eventually("the evidence is renewed", EXPIRY, || {
        assert_eq!(
            worker.tier(),
            "T2",
            "{:?}",
            fs::read_to_string(network.path("inference.log"))
        );
        worker.status()["expires"].as_u64().unwrap() > first
    });
}

/// The development specification with another chain type.
fn specification(folder: &Path, chain_type: &str) -> PathBuf {
    let exported = Command::new(program("ballast-node"))
        .args(["export-chain-spec", "--chain", "dev"])
        .output()
        .unwrap();
    assert!(exported.status.success(), "{}", told(&exported));
    let mut spec: Value = serde_json::from_slice(&exported.stdout).unwrap();
    spec["chainType"] = chain_type.into();
    let path = folder.join(format!("{chain_type}.json"));
    fs::write(&path, spec.to_string()).unwrap();
    path
}

#[test]
fn a_live_network_whose_genesis_trusts_a_test_root_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let export = |chain_type| {
        Command::new(program("ballast-node"))
            .args(["export-chain-spec", "--chain"])
            .arg(specification(folder.path(), chain_type))
            .output()
            .unwrap()
    };
    let live = export("Live");
    assert!(!live.status.success(), "a live network trusts a test root");
    assert!(told(&live).contains("testRoot"), "{}", told(&live));
    assert!(export("Local").status.success());
}
