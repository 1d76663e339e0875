//! Answers that other workers run again on a running chain: an honest batch stands and its verifiers are paid; a worker that
//! serves the model in eight bits in place of the one it claims for, and one that shows nothing of what it served, are condemned.
//!
//! `BALLAST_HONEST_DEVICE=cuda:0` has the honest one compute on a GPU, with an engine that was built for it, in 32 bits as it
//! offers; the others, who judge it, compute on the processor.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{
    eventually,
    gateway::run,
    program,
    serving::{planck, wait_for, Running},
    Network,
};
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const MODEL: &str = "acme/tiny";
const BASE_PORT: u16 = 29_000;
/// Answers honestly, and is checked.
const HONEST: usize = 1;
/// Answers honestly, and loses its transcripts before it redeems.
const FORGETFUL: usize = 6;
/// Answers with another model. It offers last, so that it judges no honest answer.
const CHEAT: usize = 7;
const WORKERS: usize = 7;
const STAKE_BAL: u128 = 10_000;
const PLANCK: u128 = 1_000_000_000_000;
const ANSWERS: usize = 3;
/// What an honest answer in 32 bits scores at least.
const HONEST_SCORE: u64 = 850;
/// A draw, a panel and its verdict; a loaded machine is slower than its blocks.
const CHECK_TIMEOUT: Duration = Duration::from_secs(240);
/// A pair, a committee and the time for an appeal.
const SENTENCE_TIMEOUT: Duration = Duration::from_secs(480);

struct Setting {
    network: Network,
}

fn honest_device() -> String {
    std::env::var("BALLAST_HONEST_DEVICE").unwrap_or_else(|_| "cpu".into())
}

fn key(worker: usize) -> String {
    format!("Bob//serving//{worker}")
}

fn port(worker: usize) -> u16 {
    BASE_PORT + 500 + worker as u16
}

fn example(name: &str) -> PathBuf {
    let engine = program("ballast-inference-engine");
    let path = engine.with_file_name("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing; build it with: cargo build --release --manifest-path inference-engine/Cargo.toml --examples",
        path.display()
    );
    path
}

impl Setting {
    /// A network, the model, and workers that serve it with the keys that they joined with. All but the cheat offer it.
    fn new() -> Self {
        let setting = Self {
            network: Network::start(1, 4, BASE_PORT),
        };
        let (tiny, coarse) = (setting.folder("tiny"), setting.folder("coarse"));
        run(Command::new(example("tiny-model"))
            .arg(&tiny)
            .args(["256", "6", "512"]));
        run(Command::new(example("quantise-model"))
            .arg(&tiny)
            .arg(coarse)
            .arg("8"));
        let folder = tiny.display().to_string();
        let publish = ["publish", &folder, "--name", MODEL, "--code", "2,4"];
        setting.network.json_as("dave", &publish);
        let accounts: Vec<_> = (1..=WORKERS)
            .map(|worker| setting.account(worker))
            .collect();
        let amount = (2 * STAKE_BAL).to_string();
        let mut faucet = vec!["faucet", "--dev", "--amount", &amount];
        faucet.extend(accounts.iter().map(String::as_str));
        setting.network.json(&faucet);
        let each = |worker| {
            setting.join(worker);
            if worker != CHEAT {
                setting.offer(worker);
            }
        };
        thread::scope(|scope| {
            for worker in 1..=WORKERS {
                scope.spawn(move || each(worker));
            }
        });
        setting
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.network.path(name)
    }

    fn data_dir(&self, worker: usize) -> PathBuf {
        self.folder(&format!("serving-{worker}"))
    }

    fn account(&self, worker: usize) -> String {
        let inspected = self.network.json_as(&key(worker), &["key", "inspect"]);
        inspected["account"].as_str().unwrap().to_owned()
    }

    fn join(&self, worker: usize) {
        let mut init = self.network.inference_worker();
        let made = run(init
            .arg("init")
            .arg("--data-dir")
            .arg(self.data_dir(worker)));
        let session_key = String::from_utf8(made.stdout).unwrap();
        let endpoint = format!("http://127.0.0.1:{}", port(worker));
        let stake = STAKE_BAL.to_string();
        let mut join = vec!["worker", "join", "--endpoint", &endpoint];
        join.extend(["--receipt-key", session_key.trim(), "--stake", &stake]);
        join.extend(["--capacity", "1GiB", "--ask", "0.001"]);
        self.network.json_as(&key(worker), &join);
    }

    fn offer(&self, worker: usize) {
        let endpoint = format!("http://127.0.0.1:{}", port(worker));
        let mut offer = vec!["offer", "set", MODEL, "--endpoint", &endpoint];
        offer.extend(["--price-in", "1000", "--price-out", "2000"]);
        offer.extend(["--max-in", "256", "--max-out", "128"]);
        offer.extend(["--numbers", "float32"]);
        self.network.json_as(&key(worker), &offer);
    }

    fn serve(&self, worker: usize) -> Running {
        let log = self.folder(&format!("network/logs/serving-{worker}.log"));
        let log = fs::File::options().create(true).append(true).open(log);
        let mut command = self.network.inference_worker();
        command
            .args([
                "serve",
                "--allow-private",
                "--model",
                MODEL,
                "--threads",
                "1",
            ])
            .args(["--listen", &format!("127.0.0.1:{}", port(worker))])
            .args(["--dev-account", &key(worker), "--log-format", "json"])
            .arg("--data-dir")
            .arg(self.data_dir(worker))
            .stdin(Stdio::null())
            .stderr(log.unwrap());
        if worker == HONEST {
            command.args(["--device", &honest_device(), "--numbers", "float32"]);
        }
        if worker == CHEAT {
            command.arg("--engine").arg(example("cheating-engine"));
            command.env("CHEAT_MODEL_DIR", self.folder("coarse"));
        }
        Running::new(command.spawn().unwrap())
    }

    /// Asks a worker a few times; the channel, and what it is owed.
    fn ask(&self, worker: usize) -> (u64, u128) {
        let account = self.account(worker);
        let (mut channel, mut owed) = (0, 0);
        for question in 0..ANSWERS {
            let question = format!("the {question}th question of worker {worker}");
            let mut infer = vec!["infer", "--model", MODEL, "--worker", &account];
            infer.extend(["--numbers", "float32", "--deposit", "5"]);
            infer.extend(["--max-tokens", "64", &question]);
            let said = self.network.json_as("charlie", &infer);
            channel = said["channel"].as_u64().unwrap();
            owed += planck(&said["cost"]);
        }
        (channel, owed)
    }

    /// The client closes, so the worker redeems within the grace.
    fn close(&self, channel: u64) {
        let id = channel.to_string();
        self.network.json_as("charlie", &["channel", "close", &id]);
    }

    /// The channel; none once it is over.
    fn channel(&self, channel: u64) -> Option<Value> {
        let output = self
            .network
            .command()
            .args(["--json", "channel", "status"])
            .arg(channel.to_string())
            .output();
        let output = output.unwrap();
        output
            .status
            .success()
            .then(|| serde_json::from_slice(&output.stdout).unwrap())
    }

    fn batch(&self, channel: u64) -> Value {
        self.channel(channel)
            .map_or(Value::Null, |status| status["settlements"][0].clone())
    }

    /// The batch of a channel, once something holds of it.
    fn batch_when(&self, what: &str, channel: u64, holds: impl Fn(&Value) -> bool) -> Value {
        let mut found = Value::Null;
        eventually(what, CHECK_TIMEOUT, || {
            found = self.batch(channel);
            holds(&found)
        });
        found
    }

    fn free(&self, account: &str) -> u128 {
        planck(&self.network.json(&["balance", account])["free"])
    }

    fn stake(&self, worker: usize) -> u128 {
        let status = self
            .network
            .json(&["worker", "status", &self.account(worker)]);
        planck(&status["stake"])
    }

    /// What a worker said of a settlement, by its log: the scores that it revealed.
    fn scores(&self, worker: usize, settlement: u64) -> Vec<u64> {
        let log = self.folder(&format!("network/logs/serving-{worker}.log"));
        let text = fs::read_to_string(log).unwrap();
        let events = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let revealed = events.filter(|event| {
            event["message"] == "revealed a score" && event["settlement"] == settlement
        });
        revealed
            .map(|event| event["score"].as_u64().unwrap())
            .collect()
    }
}

fn settlement(batch: &Value) -> u64 {
    batch["settlement"].as_u64().unwrap()
}

fn seats(seats: &Value) -> Vec<(String, u64)> {
    let seats = seats.as_array().cloned().unwrap_or_default();
    let seat = |seat: &Value| {
        (
            seat["worker"].as_str().unwrap().to_owned(),
            seat["score"].as_u64().unwrap(),
        )
    };
    seats.iter().map(seat).collect()
}

#[test]
fn honest_answers_stand_and_others_cost_stake() {
    let setting = Setting::new();
    let mut running: Vec<_> = (1..=WORKERS).map(|worker| setting.serve(worker)).collect();
    for worker in 1..=WORKERS {
        wait_for(&format!("http://127.0.0.1:{}/health", port(worker)));
    }
    let accounts: Vec<_> = (1..=WORKERS)
        .map(|worker| setting.account(worker))
        .collect();
    let before: Vec<_> = accounts
        .iter()
        .map(|account| setting.free(account))
        .collect();

    let (honest, owed) = setting.ask(HONEST);
    let (unshown, unshown_owed) = setting.ask(FORGETFUL);
    running.remove(FORGETFUL - 1).kill();
    fs::remove_dir_all(setting.data_dir(FORGETFUL).join("transcripts")).unwrap();
    running.push(setting.serve(FORGETFUL));
    wait_for(&format!("http://127.0.0.1:{}/health", port(FORGETFUL)));
    setting.close(unshown);
    setting.close(honest);

    let drawn = |batch: &Value| {
        batch["check"]["panel"]
            .as_array()
            .is_some_and(|panel| panel.len() == 2)
    };
    let over = |batch: &Value| !seats(&batch["verifiers"]).is_empty();
    setting.batch_when("a pair is drawn", honest, |batch| {
        drawn(batch) || over(batch)
    });
    setting.offer(CHEAT);
    let (false_one, false_owed) = setting.ask(CHEAT);
    setting.close(false_one);

    let good = setting.batch_when("the pair finds the batch good", honest, over);
    assert_eq!(planck(&good["amount"]), owed);
    let pair = seats(&good["verifiers"]);
    assert!(
        pair.len() == 2 && pair.iter().all(|(_, score)| *score >= HONEST_SCORE),
        "{pair:?}"
    );
    let settled = |batch: &Value| batch["settlement"].is_u64();
    let unshown_batch = setting.batch_when("the forgetful one redeems", unshown, settled);
    let false_batch = setting.batch_when("the cheat redeems", false_one, settled);

    // Both channels have ended, and what was drawn is held still: it comes back to the planck.
    let has_ended = |channel| {
        setting
            .channel(channel)
            .is_some_and(|status| status["state"] == "ended")
    };
    eventually("both channels end", CHECK_TIMEOUT, || {
        has_ended(unshown) && has_ended(false_one)
    });
    let client = setting.network.json_as("charlie", &["key", "inspect"])["account"].clone();
    let client = client.as_str().unwrap();
    let client_before = setting.free(client);
    assert_eq!(
        (setting.stake(CHEAT), setting.stake(FORGETFUL)),
        (STAKE_BAL * PLANCK, STAKE_BAL * PLANCK)
    );
    let is_over = |channel| setting.channel(channel).is_none();
    eventually(
        "both are sentenced, and the honest one is paid",
        SENTENCE_TIMEOUT,
        || is_over(unshown) && is_over(false_one) && is_over(honest),
    );
    assert_eq!(
        setting.free(client) - client_before,
        unshown_owed + false_owed
    );
    let left = STAKE_BAL * PLANCK / 10 * 9;
    assert_eq!(
        (setting.stake(CHEAT), setting.stake(FORGETFUL)),
        (left, left)
    );
    assert_eq!(setting.stake(HONEST), STAKE_BAL * PLANCK);
    let record = setting
        .network
        .json(&["worker", "record", &accounts[CHEAT - 1]]);
    assert_eq!(planck(&record["reversed"]), false_owed);

    paid(
        &setting,
        &before,
        &pair,
        owed,
        [(&unshown_batch, unshown_owed), (&false_batch, false_owed)],
    );
    drop(running);
}

/// Whoever was right was paid, exactly, and paid no fee: a half of the treasury's 20 per mille for the pair, and for those
/// who found a false batch as much as it was worth.
fn paid(
    setting: &Setting,
    before: &[u128],
    pair: &[(String, u64)],
    owed: u128,
    false_ones: [(&Value, u128); 2],
) {
    let scores = false_ones.map(|(batch, _)| {
        let said = (1..=WORKERS).map(|worker| setting.scores(worker, settlement(batch)));
        said.collect::<Vec<_>>()
    });
    for said in &scores {
        let said: Vec<u64> = said.iter().flatten().copied().collect();
        assert!(
            said.len() >= 5 && said.iter().all(|score| *score < 500),
            "{said:?}"
        );
    }
    // Executors pay for their redemptions; the others have nothing but what they were paid for checks.
    for worker in 2..FORGETFUL {
        let account = setting.account(worker);
        let of_pair = match pair.iter().any(|(verifier, _)| *verifier == account) {
            true => owed * 20 / 1000 / 2 / 2,
            false => 0,
        };
        let found = false_ones.iter().zip(&scores).map(|((_, amount), said)| {
            let finders = said.iter().filter(|scores| !scores.is_empty()).count();
            match said[worker - 1].is_empty() {
                true => 0,
                false => amount / finders as u128,
            }
        });
        let found: u128 = found.sum();
        assert!(found > 0, "all others sat in judgement");
        let gained = setting.free(&account) - before[worker - 1];
        assert_eq!(gained, of_pair + found, "worker {worker}");
        let record = setting.network.json(&["worker", "record", &account]);
        assert_eq!(planck(&record["earned"]), gained);
    }
}
