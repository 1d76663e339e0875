//! Workers that lie, as real processes: the network takes their stake and their shards, others rebuild these, and the model
//! stays readable throughout.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{eventually, malicious::Malicious, noise, told, Network};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

const BASE_PORT: u16 = 22_000;
const WORKERS: u32 = 14;
const MODEL: &str = "acme/contested";
const WEIGHTS_LEN: usize = (6 << 20) + 5;
/// Exit code of `ballast challenge` when the bytes were not had.
const NOT_ANSWERED: i32 = 3;
/// A read that takes longer than this hangs.
const READ_LIMIT: Duration = Duration::from_secs(90);
/// Until windows have been missed often enough: four epochs of 18 s, the rest of a fifth, and room for a busy machine.
const EVICTION_LIMIT: Duration = Duration::from_secs(240);
const REPAIR_LIMIT: Duration = Duration::from_secs(180);
/// How the holders of the data shards lie, and whether that makes them miss windows.
const MODES: [(&str, bool); 4] = [
    ("silent", true),
    ("withholding", false),
    ("corrupting", true),
    ("replaying", true),
];

/// The encoding of the weights, as `ballast status` prints it.
fn encoding(network: &Network) -> Value {
    let status = network.json(&["status", MODEL]);
    let blobs = status["blobs"].as_array().unwrap();
    let blob = blobs.iter().find(|blob| blob["length"] == WEIGHTS_LEN);
    blob.unwrap()["encodings"][0].clone()
}

/// Accounts of those who hold the shards, in the shards' order.
fn holders(encoding: &Value) -> Vec<String> {
    let assignments = encoding["assignments"].as_array().unwrap().iter();
    let accounts = assignments.map(|held| held["worker"].as_str().unwrap().to_owned());
    accounts.collect()
}

fn is_whole(encoding: &Value) -> bool {
    encoding["receipts"] == 8 && encoding["lost"] == 0 && encoding["moving"] == 0
}

fn standing(network: &Network, account: &str) -> Value {
    network.json(&["worker", "status", account])
}

/// What of its stake was taken because of windows, in planck.
fn slashed(standing: &Value) -> u128 {
    let text = standing["proofs"]["slashed"].as_str().unwrap_or("0");
    text.parse().unwrap()
}

/// Fetches until `stop`, and compares every byte. How often, and how long the slowest took.
fn read_until(network: &Network, source: &Path, stop: &AtomicBool) -> (u32, Duration) {
    let (mut reads, mut slowest) = (0, Duration::ZERO);
    while !stop.load(Ordering::Relaxed) {
        let into = network.path(&format!("read-{reads}"));
        let began = Instant::now();
        let target = into.display().to_string();
        let output = network.ballast_within(READ_LIMIT, &["fetch", MODEL, "-o", &target]);
        assert!(output.status.success(), "read {reads}: {}", told(&output));
        for file in ["weights", "config"] {
            let (one, other) = (fs::read(source.join(file)), fs::read(into.join(file)));
            assert!(
                one.unwrap() == other.unwrap(),
                "read {reads}: {file} differs"
            );
        }
        slowest = slowest.max(began.elapsed());
        fs::remove_dir_all(into).unwrap();
        reads += 1;
        std::thread::sleep(Duration::from_secs(1));
    }
    (reads, slowest)
}

/// Stops the reader also when the test fails, or its thread would never end.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn liars_lose_stake_and_shards_and_the_model_stays_readable() {
    let network = Network::start_quick(WORKERS, BASE_PORT);
    let source = network.path("model");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("weights"), noise(1, WEIGHTS_LEN)).unwrap();
    fs::write(source.join("config"), noise(2, 3000)).unwrap();
    let folder = source.display().to_string();
    network.json_as(
        "alice",
        &["publish", &folder, "--name", MODEL, "--code", "4,8"],
    );
    eventually("all receipts on chain", REPAIR_LIMIT, || {
        is_whole(&encoding(&network))
    });

    // Whoever holds the four data shards lies: every read needs the parity of the others.
    let at_first = encoding(&network);
    let liars: Vec<(Malicious, String)> = MODES
        .iter()
        .zip(holders(&at_first))
        .map(|((mode, _), account)| {
            let worker = network.worker_of(&account);
            (Malicious::turn(&network, worker, mode), account)
        })
        .collect();
    let stop = AtomicBool::new(false);
    let (reads, slowest) = std::thread::scope(|scope| {
        let stopping = Stop(&stop);
        let reader = scope.spawn(|| read_until(&network, &source, &stop));
        whoever_withholds_loses_the_shard_to_a_challenge(&network, &at_first, &liars[1].1);
        whoever_proves_nothing_is_evicted(&network, &liars);
        eventually("all shards with others", REPAIR_LIMIT, || {
            let now = encoding(&network);
            let holders = holders(&now);
            is_whole(&now) && liars.iter().all(|(_, liar)| !holders.contains(liar))
        });
        old_receipts_are_refused(&network, &liars[3].0);
        drop(stopping);
        reader.join().unwrap()
    });
    assert!(reads > 3, "only {reads} reads");
    eprintln!("{reads} reads, the slowest took {slowest:?}");
    each_lie_was_told(&liars);
    honest_workers_lost_nothing(&network, &liars);
}

/// It proves what it holds and serves nobody; a reader asks on chain, with a bond.
fn whoever_withholds_loses_the_shard_to_a_challenge(
    network: &Network,
    at_first: &Value,
    account: &str,
) {
    let before = standing(network, account);
    let encoding = at_first["encoding"].to_string();
    let asked = [
        "--json",
        "--dev-account",
        "alice",
        "challenge",
        &encoding,
        "--worker",
        account,
    ];
    let output = network.ballast(&asked);
    assert_eq!(
        output.status.code(),
        Some(NOT_ANSWERED),
        "{}",
        told(&output)
    );
    let ended: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(ended["outcome"], "missed", "{ended}");
    let taken: u128 = ended["slashed"].as_str().unwrap().parse().unwrap();
    assert!(taken > 0, "{ended}");
    let stake = |standing: &Value| -> u128 { standing["stake"].as_str().unwrap().parse().unwrap() };
    let after = standing(network, account);
    assert_eq!(stake(&before) - stake(&after), taken, "{after}");
    let shards = after["shards"].as_array().unwrap().iter();
    let holds = |shard: &Value| shard["encoding"] == at_first["encoding"];
    assert!(!shards.clone().any(holds), "{after}");
}

/// First misses, then stake, then the place.
fn whoever_proves_nothing_is_evicted(network: &Network, liars: &[(Malicious, String)]) {
    for ((mode, is_evicted), (liar, account)) in MODES.iter().zip(liars) {
        if !is_evicted {
            continue;
        }
        eventually(mode, EVICTION_LIMIT, || {
            standing(network, account)["status"] == "evicted"
        });
        let ended = standing(network, account);
        assert!(slashed(&ended) > 0, "{mode}: {ended}\n{}", liar.log());
        let windows = ended["proofs"]["recent"].as_array().unwrap().iter();
        let missed = windows.filter(|window| window["missed"].as_u64() > Some(0));
        assert!(missed.count() >= 4, "{mode}: {ended}");
    }
}

fn old_receipts_are_refused(network: &Network, replaying: &Malicious) {
    eventually("an old receipt is brought", Duration::from_secs(60), || {
        replaying.lies("an old receipt was refused") > 0
    });
    assert_eq!(replaying.lies("the chain took"), 0, "{}", replaying.log());
    assert!(is_whole(&encoding(network)));
}

/// Or the test would show nothing.
fn each_lie_was_told(liars: &[(Malicious, String)]) {
    let expected: [&[&str]; 4] = [
        &["a reader waits", "a window is ignored"],
        &[
            "a reader is told that nothing is here",
            "a challenge is ignored",
        ],
        &["a byte is changed", "a false call was refused"],
        &["a false call was refused", "an old receipt was refused"],
    ];
    for (lies, (liar, _)) in expected.iter().zip(liars) {
        for lie in *lies {
            assert!(liar.lies(lie) > 0, "{lie}: {}", liar.log());
        }
        assert_eq!(liar.lies("the chain took"), 0, "{}", liar.log());
    }
}

fn honest_workers_lost_nothing(network: &Network, liars: &[(Malicious, String)]) {
    for worker in 1..=WORKERS {
        let account = network.worker_account(worker);
        if liars.iter().any(|(_, liar)| *liar == account) {
            continue;
        }
        let ended = standing(network, &account);
        assert_eq!(ended["status"], "active", "{ended}");
        assert_eq!(slashed(&ended), 0, "{ended}");
    }
}
