//! Programs that know nothing of Ballast connect, read and transfer as on any Substrate chain.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{told, Network};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// polkadot-api with its lock file, and the script that uses it.
const PAPI: [&str; 3] = ["package.json", "package-lock.json", "client.mjs"];

fn run(program: &str, args: &[&str], folder: &Path) -> Output {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; scripts/setup.sh installs it"));
    assert!(output.status.success(), "{}", told(&output));
    output
}

/// A folder with polkadot-api installed, as npm makes it from the lock file.
fn papi(folder: PathBuf) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("papi");
    fs::create_dir_all(&folder).unwrap();
    for file in PAPI {
        fs::copy(sources.join(file), folder.join(file)).unwrap();
    }
    let install = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
    run("npm", &install, &folder);
    folder
}

#[test]
fn polkadot_api_reads_view_functions_and_storage_and_transfers() {
    let network = Network::start(1, 1, 25_000);
    let folder = papi(network.path("papi"));

    let output = run("node", &["client.mjs", network.url()], &folder);
    let seen: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error} in the output of {}", told(&output)));

    assert_eq!(seen["spec_name"], "ballast");
    assert_eq!(seen["received"], "1000000000000");
    assert_eq!(seen["active_workers"], 1);
    assert_eq!(seen["workers"][0], network.worker_account(1));
    assert_eq!(seen["models"], Value::Array(Vec::new()));
    assert!(seen["block"].as_u64().unwrap() > 0, "{seen}");
}
