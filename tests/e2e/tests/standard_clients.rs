//! Programs that know nothing of Ballast connect, read, transfer, fork the chain and follow it as on any Substrate chain,
//! and a node keeps of the past what its flags say.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{b3sum, eventually, gateway::run, program, serving::Running, told, Network};
use serde_json::{json, Value};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::Duration,
};

/// What the transfers of the scripts send: 1 BAL.
const ONE_BAL: &str = "1000000000000";
/// Blocks whose state and bodies the pruned node keeps.
const KEPT_BLOCKS: u64 = 8;
/// A node that takes longer to catch up with some dozens of blocks hangs.
const CATCH_UP: Duration = Duration::from_secs(90);
/// Light clients need two epochs, which take a minute here.
const CHECKPOINT: Duration = Duration::from_secs(120);
/// Exit code for a call that must be changed.
const USAGE: i32 = 2;

#[test]
fn standard_programs_work_with_the_chain_and_nodes_keep_what_they_are_told() {
    let network = Network::start_short_epochs(1, 25_000);
    let followers = Followers::start(&network);
    let papi = scripts(&network, "papi");
    let polkadot_js = scripts(&network, "polkadot-js");

    papi_reads_view_functions_and_storage_and_transfers(&network, &papi);
    polkadot_js_reads_and_transfers_and_decodes_events(&network, &polkadot_js);
    chopsticks_forks_the_chain_and_builds_a_block(&network, &polkadot_js);
    a_pruned_node_forgets_and_an_archive_does_not(&network, &followers);
    light_clients_start_at_a_checkpoint(&network, &papi);
}

fn papi_reads_view_functions_and_storage_and_transfers(network: &Network, scripts: &Path) {
    let seen = seen_by(scripts, &["client.mjs", network.url()]);
    assert_eq!(seen["spec_name"], "ballast");
    assert_eq!(seen["received"], ONE_BAL);
    assert_eq!(seen["active_workers"], 1);
    assert_eq!(seen["workers"][0], network.worker_account(1));
    assert_eq!(seen["models"], json!([]));
    assert!(seen["block"].as_u64().unwrap() > 0, "{seen}");
}

fn polkadot_js_reads_and_transfers_and_decodes_events(network: &Network, scripts: &Path) {
    let seen = seen_by(scripts, &["client.mjs", network.url()]);
    assert_eq!(seen["spec_name"], "ballast");
    assert_eq!(seen["received"], ONE_BAL);
    assert_eq!(seen["transfer"][0], seen["address"]);
    assert_eq!(seen["transfer"][2], 1_000_000_000_000_u64);
    assert_eq!(seen["committed"], json!([seen["address"]]));
    assert_eq!(seen["workers"], json!([network.worker_account(1)]));
    let tracks = seen["tracks"].as_array().unwrap();
    assert!(tracks.contains(&"staking_admin".into()), "{seen}");
}

fn chopsticks_forks_the_chain_and_builds_a_block(network: &Network, scripts: &Path) {
    let seen = seen_by(scripts, &["chopsticks.mjs", network.url()]);
    assert_eq!(seen["spec_name"], "ballast");
    let forked_at = seen["forked_at"].as_u64().unwrap();
    assert_eq!(seen["height"], forked_at + 1);
    assert_eq!(seen["received_on_fork"], ONE_BAL);
    assert_eq!(seen["received_on_chain"], "0");
    let events = seen["events"].as_array().unwrap();
    assert!(events.contains(&"balances.Transfer".into()), "{seen}");
}

fn a_pruned_node_forgets_and_an_archive_does_not(network: &Network, followers: &Followers) {
    let (pruned, archive) = (followers.pruned.1, followers.archive.1);
    // Not the first: it changes the set of validators, and its body stays with the proof of that.
    let second = result(network.rpc_port(), "chain_getBlockHash", json!([2]));
    for node in [pruned, archive] {
        eventually("a node in step", CATCH_UP, || {
            finalized(node) > KEPT_BLOCKS + 2
        });
    }
    let version = |node, at| ask(node, "state_getRuntimeVersion", at);
    let body = |node| result(node, "chain_getBlock", json!([second]));

    eventually("a pruned node that forgets", CATCH_UP, || {
        let answer = version(pruned, json!([second]));
        let reason = answer["error"]["message"].as_str().unwrap_or_default();
        reason.contains("discarded") && body(pruned).is_null()
    });
    let newest = version(pruned, json!([]));
    assert_eq!(newest["result"]["specName"], "ballast", "{newest}");
    let oldest = version(archive, json!([second]));
    assert_eq!(oldest["result"]["specName"], "ballast", "{oldest}");
    assert_eq!(body(archive)["block"]["header"]["number"], "0x2");
}

fn light_clients_start_at_a_checkpoint(network: &Network, scripts: &Path) {
    let mut made = None;
    eventually("a checkpoint", CHECKPOINT, || {
        made = checkpoint(network);
        made.is_some()
    });
    let (number, mut specification) = made.unwrap();
    let file = network.path("checkpoint.json");
    let write = |specification: &Value| fs::write(&file, specification.to_string()).unwrap();
    let (file, boot_node) = (file.display().to_string(), network.boot_node());
    let smoldot = || script(scripts, &["light.mjs", &file, &boot_node]);
    let light = ["--chain-spec", &file, "--bootnode", &boot_node];
    let ballast = || network.ballast(&[&["sample", "acme/none"], &light[..]].concat());

    write(&specification);
    let seen = document(&smoldot());
    let block = seen["block"].as_u64().unwrap();
    assert!(block >= number, "{seen} of a checkpoint of block {number}");
    let hash = result(network.rpc_port(), "chain_getBlockHash", json!([block]));
    assert_eq!(seen["hash"], hash);
    assert_eq!(seen["free"], ONE_BAL, "what polkadot-api has sent");
    refuses(&ballast(), "there is no model acme/none on this chain");

    let fields = specification.as_object_mut().unwrap();
    fields.remove("lightSyncState").unwrap();
    write(&specification);
    let refused = smoldot();
    assert!(!refused.status.success(), "{}", told(&refused));
    refuses(&ballast(), "a checkpoint or the genesis storage must be");
}

fn refuses(output: &Output, reason: &str) {
    assert_eq!(output.status.code(), Some(USAGE), "{}", told(output));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains(reason), "{}", told(output));
}

/// Number of the block and the specification that `scripts/checkpoint.py` makes, once the chain is old enough.
fn checkpoint(network: &Network) -> Option<(u64, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new("python3");
    command.arg("-B").arg(root.join("scripts/checkpoint.py"));
    let output = command.args(["--url", network.url()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        assert!(text.contains("try again later"), "{}", told(&output));
        return None;
    }
    let number = text.strip_prefix("checkpoint of block ").unwrap();
    let number = number.split(',').next().unwrap().parse().unwrap();
    Some((number, document(&output)))
}

/// A folder with the scripts of `tests/e2e/NAME`, and the packages of its lock file, which npm installs once for all runs.
fn scripts(network: &Network, name: &str) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let folder = network.path(name);
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(&sources).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "mjs") {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    let packages = packages(&sources, name).join("node_modules");
    symlink(packages, folder.join("node_modules")).unwrap();
    folder
}

fn packages(sources: &Path, name: &str) -> PathBuf {
    let home = std::env::var_os("HOME").expect("HOME is set");
    let lock = b3sum(&sources.join("package-lock.json"));
    let folder = Path::new(&home)
        .join(".cache/ballast")
        .join(format!("{name}-{}", &lock[..16]));
    let mark = folder.join("complete");
    if !mark.exists() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for file in ["package.json", "package-lock.json"] {
            fs::copy(sources.join(file), folder.join(file)).unwrap();
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        run(npm.current_dir(&folder));
        fs::write(mark, "").unwrap();
    }
    folder
}

/// Runs a script; those that sign do it as Bob.
fn script(folder: &Path, args: &[&str]) -> Output {
    let mut node = Command::new("node");
    node.args(args).env("BALLAST_SECRET", "//Bob");
    let output = node.current_dir(folder).output();
    output.unwrap_or_else(|error| panic!("node: {error}; scripts/setup.sh installs it"))
}

/// What a script that must succeed prints.
fn seen_by(folder: &Path, args: &[&str]) -> Value {
    document(&script(folder, args))
}

fn document(output: &Output) -> Value {
    assert!(output.status.success(), "{}", told(output));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error} in the output of {}", told(output)))
}

/// Two nodes that follow the network, each with the port of its JSON-RPC; they catch up while others do their work.
struct Followers {
    pruned: (Running, u16),
    archive: (Running, u16),
}

impl Followers {
    fn start(network: &Network) -> Self {
        let specification = network.chain_specification();
        let follow = |number, flags: &[&str]| follower(network, &specification, number, flags);
        let kept = KEPT_BLOCKS.to_string();
        let prune = ["--state-pruning", &kept, "--blocks-pruning", &kept];
        let archive = ["--state-pruning", "archive", "--blocks-pruning", "archive"];
        Self {
            pruned: follow(0, &prune),
            archive: follow(1, &archive),
        }
    }
}

/// A node that follows the network with these flags, and the port of its JSON-RPC.
fn follower(
    network: &Network,
    specification: &Path,
    number: u16,
    flags: &[&str],
) -> (Running, u16) {
    let rpc_port = network.rpc_port() + 50 + number;
    let peers = format!("/ip4/127.0.0.1/tcp/{}", rpc_port - 100);
    let name = format!("follower-{number}");
    let log = network.path(&format!("network/logs/{name}.log"));
    let mut node = Command::new(program("ballast-node"));
    node.arg("--chain")
        .arg(specification)
        .args(["--name", &name, "--bootnodes", &network.boot_node()])
        .args(["--listen-addr", &peers])
        .args(["--rpc-port", &rpc_port.to_string(), "--base-path"])
        .arg(network.path(&name))
        .args(["--no-mdns", "--allow-private-ip", "--no-prometheus"])
        .args(flags)
        .stdout(Stdio::null())
        .stderr(fs::File::create(log).unwrap());
    (Running::new(node.spawn().unwrap()), rpc_port)
}

/// Number of the newest finalized block; none before the node answers.
fn finalized(node: u16) -> u64 {
    let head = result(node, "chain_getFinalizedHead", json!([]));
    let header = result(node, "chain_getHeader", json!([head]));
    let number = header["number"].as_str().unwrap_or("0x0");
    u64::from_str_radix(number.trim_start_matches("0x"), 16).unwrap()
}

fn result(node: u16, method: &str, params: Value) -> Value {
    ask(node, method, params)["result"].clone()
}

/// What the node on this port answers, or null.
fn ask(node: u16, method: &str, params: Value) -> Value {
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let mut curl = Command::new("curl");
    curl.args(["-s", "-m", "10", "-H", "Content-Type: application/json"])
        .args(["-d", &request.to_string()])
        .arg(format!("http://127.0.0.1:{node}"));
    let output = curl.output().expect("scripts/setup.sh installs curl");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}
