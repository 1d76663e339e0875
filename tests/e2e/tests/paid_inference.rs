//! Answers that are paid for by vouchers, through the unmodified `openai` client, with processes killed in mid-stream; at
//! the end the client's book and the chain agree to the planck.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_chain::Signer;
use ballast_core::{
    voucher::{Voucher, VoucherBody},
    ChannelId,
};
use ballast_e2e::{
    eventually,
    gateway::{real_model, run},
    program, told, Network,
};
use ballast_inference::wire::{
    self, PaymentPayload, PaymentRequired, VoucherPayload, PAYMENT_HEADER, REQUIRED_HEADER,
};
use serde_json::{json, Value};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const EMBEDDER: u16 = 21_901;
const GENERATOR: u16 = 21_902;
const PROXIES: [u16; 2] = [21_911, 21_912];
const START_TIMEOUT: Duration = Duration::from_secs(180);
/// The check window of a development network is 40 blocks of 3 s; a loaded machine is slower.
const PAID_TIMEOUT: Duration = Duration::from_secs(400);
/// Written tokens of a stream that is to be interrupted.
const LONG: u32 = 400;

/// A process that ends with the test.
struct Running(Child);

impl Running {
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Setting {
    network: Network,
}

impl Setting {
    fn new() -> Self {
        program("ballast-inference-engine");
        let network = Network::start(1, 4, 21_000);
        let setting = Self { network };
        setting.publish(&real_model(), "acme/minilm");
        let tiny = setting.network.path("tiny");
        let maker = program("ballast-inference-engine").with_file_name("examples/tiny-model");
        run(Command::new(maker).arg(&tiny).args(["512", "6", "2048"]));
        setting.publish(&tiny, "acme/tiny");
        let govern = ["attest", "govern", "set-golden", "--dev"];
        setting.network.json_as("alice", &govern);
        setting.offer(1, "acme/minilm", EMBEDDER, &["--max-in", "4096"]);
        let text = ["--max-in", "512", "--max-out", "512", "--price-out", "2000"];
        setting.offer(2, "acme/tiny", GENERATOR, &text);
        setting
    }

    fn publish(&self, folder: &Path, name: &str) {
        let folder = folder.display().to_string();
        let args = [
            "publish",
            &folder,
            "--name",
            name,
            "--code",
            "2,4",
            "--royalty",
            "100",
        ];
        self.network.json_as("dave", &args);
    }

    fn offer(&self, worker: u32, model: &str, port: u16, more: &[&str]) {
        self.offer_at(worker, model, port, "t1", more);
        let data = self.network.path(&format!("inference-{worker}"));
        run(self
            .network
            .inference_worker()
            .arg("init")
            .arg("--data-dir")
            .arg(data));
    }

    fn offer_at(&self, worker: u32, model: &str, port: u16, tier: &str, more: &[&str]) {
        let endpoint = format!("http://127.0.0.1:{port}");
        let mut args = vec![
            "offer",
            "set",
            model,
            "--endpoint",
            &endpoint,
            "--price-in",
            "1000",
        ];
        args.extend(["--tier", tier]);
        args.extend(more);
        self.network.json_as(&account(worker), &args);
    }

    /// A worker that is paid, and attested by the development attester.
    fn serve(&self, worker: u32, model: &str, port: u16) -> Running {
        self.serve_with(worker, model, port, &[])
    }

    fn serve_with(&self, worker: u32, model: &str, port: u16, more: &[&str]) -> Running {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(
                self.network
                    .path(&format!("network/logs/inference-{worker}.log")),
            )
            .unwrap();
        let mut command = self.network.inference_worker();
        command
            .args(["serve", "--allow-private", "--model", model])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--dev-account", &account(worker), "--attest", "--dev"])
            .args(["--dev-first-gpu", &(worker * 10).to_string()])
            .args(more)
            .arg("--data-dir")
            .arg(self.network.path(&format!("inference-{worker}")));
        let serving = Running(command.stdin(Stdio::null()).stderr(log).spawn().unwrap());
        wait_for(&format!("http://127.0.0.1:{port}/health"));
        serving
    }

    fn proxy(&self, model: &str, port: u16) -> Running {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.network.path("network/logs/infer-proxy.log"))
            .unwrap();
        let mut command = self.network.command();
        command
            .args(["--dev-account", "charlie", "infer-proxy", "--model", model])
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--deposit", "20", "--budget", "100", "--tier", "t1"]);
        let proxy = Running(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
        wait_for(&format!("http://127.0.0.1:{port}/v1/models"));
        proxy
    }

    fn tier(&self, worker: u32) -> String {
        let account = self.network.worker_account(worker);
        let status = self.network.json(&["attest", "status", &account]);
        status["keys"][0]["tier"].as_str().unwrap_or("none").into()
    }

    fn channel(&self, model: &str) -> u64 {
        let list = self.network.json_as("charlie", &["channel", "list"]);
        let list = list.as_array().unwrap().clone();
        let of_model: Vec<_> = list.iter().filter(|one| one["model"] == model).collect();
        assert_eq!(of_model.len(), 1, "{list:?}");
        of_model[0]["channel"].as_u64().unwrap()
    }

    /// What the client's book says was spent, and the next number.
    fn book(&self, channel: u64) -> (u128, u64) {
        let folder = self.network.path(".local/share/ballast/channels");
        let chain = fs::read_dir(folder)
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let json = fs::read_to_string(chain.join(format!("{channel}.json"))).unwrap();
        let book = serde_json::from_str::<Value>(&json).unwrap()["book"].clone();
        assert_eq!(book["open"], json!([]), "{book}");
        assert_eq!(book["distrust"], Value::Null, "{book}");
        (
            book["spent"].as_str().unwrap().parse().unwrap(),
            book["next"].as_u64().unwrap(),
        )
    }

    fn free(&self, account: &str) -> u128 {
        planck(&self.network.json(&["balance", account])["free"])
    }
}

fn account(worker: u32) -> String {
    format!("Bob//worker//{worker}")
}

fn planck(amount: &Value) -> u128 {
    amount
        .as_str()
        .unwrap_or_else(|| panic!("{amount}"))
        .parse()
        .unwrap()
}

fn wait_for(url: &str) {
    let deadline = Instant::now() + START_TIMEOUT;
    let asks = || {
        Command::new("curl")
            .args(["-sf", "-m", "5", url])
            .output()
            .unwrap()
    };
    while !asks().status.success() {
        assert!(Instant::now() < deadline, "{url} does not answer");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Status, head and body.
fn post(port: u16, path: &str, body: &Value, headers: &[&str]) -> (u16, String, String) {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-i", "-m", "120", "-d", &body.to_string()]);
    for header in headers {
        curl.args(["-H", header]);
    }
    let output = curl
        .arg(format!("http://127.0.0.1:{port}{path}"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{}", told(&output)));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.into())
}

/// A request for a long stream; reads until some text has come.
fn begin_stream(port: u16, body: &Value) -> Running {
    let mut curl = Command::new("curl");
    curl.args(["-sN", "-m", "120", "-d", &body.to_string()])
        .arg(format!("http://127.0.0.1:{port}/v1/completions"))
        .stdout(Stdio::piped());
    let mut running = Running(curl.spawn().unwrap());
    let mut start = [0; 600];
    running
        .0
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut start)
        .unwrap();
    assert!(
        start.starts_with(b"data: "),
        "{}",
        String::from_utf8_lossy(&start)
    );
    running
}

fn rest(mut running: Running) -> String {
    let mut text = String::new();
    running
        .0
        .stdout
        .as_mut()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

fn python() -> PathBuf {
    let client = "openai==3.57.0";
    let home = std::env::var_os("HOME").expect("HOME is set");
    let name = client.replace("==", "-client-");
    let folder = Path::new(&home).join(".cache/ballast").join(&name);
    if !folder.join("complete").exists() {
        let made = folder.with_file_name(format!("{name}-{}", std::process::id()));
        run(Command::new("python3").args(["-m", "venv"]).arg(&made));
        let mut install = Command::new(made.join("bin/python"));
        run(install.args(["-m", "pip", "install", "-q", client]));
        fs::write(made.join("complete"), "").unwrap();
        if fs::rename(&made, &folder).is_err() {
            fs::remove_dir_all(&made).unwrap();
        }
    }
    folder.join("bin/python")
}

/// The script that is also run against a worker that is not paid.
fn openai(verb: &str, port: u16, more: &[&Path]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = script.join("../../inference-worker/tests/openai_client.py");
    run(Command::new(python())
        .arg(script)
        .arg(verb)
        .arg(format!("http://127.0.0.1:{port}/v1"))
        .args(more));
}

/// What a stream cost by the counts in it: 1000 BAL for a million tokens read, 2000 for a million written.
fn cost(stream: &str) -> u128 {
    let events = stream
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "));
    let objects = events.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    let usage = objects.map(|object| object["usage"].clone());
    let usage = usage.filter(Value::is_object).last().unwrap();
    let count = |name: &str| u128::from(usage[name].as_u64().unwrap());
    (count("prompt_tokens") + 2 * count("completion_tokens")) * 1_000_000_000
}

fn question() -> Value {
    json!({
        "model": "acme/tiny", "prompt": "the answer", "max_tokens": LONG, "temperature": 0,
        "stream": true, "stream_options": { "include_usage": true },
    })
}

#[test]
fn answers_are_paid_once_whoever_is_killed() {
    let setting = Setting::new();
    let network = &setting.network;
    let _embedder = setting.serve(1, "acme/minilm", EMBEDDER);
    let generator = setting.serve(2, "acme/tiny", GENERATOR);
    eventually("both workers are attested", START_TIMEOUT, || {
        setting.tier(1) == "T1" && setting.tier(2) == "T1"
    });

    nothing_is_served_unpaid(&setting);
    one_answer_from_the_command_line(&setting);
    bad_vouchers_are_told(&setting);

    let _embed_proxy = setting.proxy("acme/minilm", PROXIES[0]);
    let proxy = setting.proxy("acme/tiny", PROXIES[1]);
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors = vectors.join("../vectors/inference/embeddings.json");
    openai("embeddings", PROXIES[0], &[&vectors]);
    openai("chat", PROXIES[1], &[]);

    // The worker dies in mid-stream: the stream has no end, and the same request has it, under the same number.
    let channel = setting.channel("acme/tiny");
    let (before, next) = setting.book(channel);
    let stream = begin_stream(PROXIES[1], &question());
    generator.kill();
    let text = rest(stream);
    assert!(
        !text.contains("[DONE]") && text.contains("answer_broke_off"),
        "{text}"
    );
    let generator = setting.serve(2, "acme/tiny", GENERATOR);
    eventually("the worker attests again", START_TIMEOUT, || {
        setting.tier(2) == "T1"
    });
    let whole = rest(begin_stream(PROXIES[1], &question()));
    assert!(whole.ends_with("data: [DONE]\n\n"), "{whole}");
    let (after, then) = setting.book(channel);
    assert_eq!(after - before, cost(&whole));
    assert!(then <= next + 2, "{then} after {next}");

    // The proxy dies in mid-stream: the worker ends the answer there, and the same request has it, paid once.
    let stream = begin_stream(PROXIES[1], &with_seed(5));
    proxy.kill();
    assert!(!rest(stream).contains("[DONE]"));
    let proxy = setting.proxy("acme/tiny", PROXIES[1]);
    let again = rest(begin_stream(PROXIES[1], &with_seed(5)));
    assert!(again.ends_with("data: [DONE]\n\n"), "{again}");
    let (spent, _) = setting.book(channel);
    assert_eq!(spent - after, cost(&again));

    settled(&setting, channel, spent, network.worker_account(2));
    drop((proxy, generator));
    sealed_at_t2(&setting);
}

/// A worker that is attested with its guest serves T2: what is asked there is sealed, and nothing else is taken.
fn sealed_at_t2(setting: &Setting) {
    let network = &setting.network;
    let govern = ["attest", "govern", "set-guest", "--dev"];
    network.json_as("alice", &govern);
    let text = ["--max-in", "512", "--max-out", "512", "--price-out", "2000"];
    setting.offer_at(2, "acme/tiny", GENERATOR, "t2", &text);
    let _generator = setting.serve_with(2, "acme/tiny", GENERATOR, &["--dev-guest"]);
    eventually(
        "the worker is attested with its guest",
        START_TIMEOUT,
        || setting.tier(2) == "T2",
    );
    let key = run(Command::new("curl")
        .args(["-sf", "-m", "30"])
        .arg(format!("http://127.0.0.1:{GENERATOR}/v1/sealing-key")));
    let key: Value = serde_json::from_slice(&key.stdout).unwrap();
    let status = network.json(&["attest", "status", &network.worker_account(2)]);
    assert_eq!(key["session_key"], status["keys"][0]["session_key"]);
    let infer = [
        "infer",
        "--model",
        "acme/tiny",
        "--tier",
        "t2",
        "--deposit",
        "20",
        "--max-tokens",
        "8",
        "hello",
    ];
    let said = network.json_as("dave", &infer);
    assert_eq!(said["tokens_out"], 8, "{said}");
    let profile = network.json(&["account", "show", &network.worker_account(2)]);
    assert_eq!(profile["worker"]["services"][0]["tier"], "T2", "{profile}");
    let client = network.json_as("dave", &["account", "show"]);
    assert_eq!(client["client"]["opened"], 1, "{client}");
}

fn with_seed(seed: u32) -> Value {
    let mut body = question();
    body["seed"] = json!(seed);
    body
}

fn nothing_is_served_unpaid(setting: &Setting) {
    let body = json!({ "model": "acme/minilm", "input": "Proof of stake" });
    let (status, head, text) = post(EMBEDDER, "/v1/embeddings", &body, &[]);
    assert_eq!(status, 402, "{text}");
    let error: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(error["error"]["code"], "payment_required");
    assert!(head.contains("payment-required: "), "{head}");
    for (payment, status, code) in [
        ("garbage", 400, "payment_malformed"),
        ("e30=", 400, "payment_malformed"),
    ] {
        let header = format!("PAYMENT-SIGNATURE: {payment}");
        let (found, _, text) = post(EMBEDDER, "/v1/embeddings", &body, &[&header]);
        assert_eq!(found, status, "{text}");
        assert!(text.contains(code), "{text}");
    }
    // What the request lacks is told before it is to be paid for.
    let (status, _, _) = post(EMBEDDER, "/v1/embeddings", &json!({ "model": "x" }), &[]);
    assert_eq!(status, 400);
    // Evidence for whoever asks, of the key that the chain knows.
    let nonce = "ab".repeat(32);
    let url = format!("http://127.0.0.1:{EMBEDDER}/v1/attestation/report?nonce={nonce}");
    let report = run(Command::new("curl").args(["-sf", "-m", "30", &url])).stdout;
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["nonce"], format!("0x{nonce}"));
    let account = setting.network.worker_account(1);
    let status = setting.network.json(&["attest", "status", &account]);
    assert_eq!(report["session_key"], status["keys"][0]["session_key"]);
}

/// The offer in an answer 402.
fn required() -> PaymentRequired {
    let output = run(Command::new("curl")
        .args(["-s", "-D", "-", "-o", "/dev/null", "-d"])
        .arg(json!({ "model": "acme/minilm", "input": "x" }).to_string())
        .arg(format!("http://127.0.0.1:{EMBEDDER}/v1/embeddings")));
    let head = String::from_utf8(output.stdout).unwrap();
    let mut lines = head.lines();
    let header = lines.find_map(|line| line.strip_prefix(&format!("{REQUIRED_HEADER}: ")));
    wire::from_header(header.unwrap()).unwrap()
}

fn bad_vouchers_are_told(setting: &Setting) {
    let offer = required();
    let terms = offer.accepts[0].clone();
    let extra = terms.extra.clone().unwrap();
    assert_eq!(
        (extra.offer.as_str(), extra.max_tokens_in),
        ("acme/minilm@1", 4096)
    );
    assert_eq!(terms.amount, (4096 * 1_000_000_000u64).to_string());
    let genesis = hex::decode(&extra.genesis_hash[2..]).unwrap();
    let payment = |by: &str, channel: u64, amount: u128, number: u64| {
        let body = VoucherBody {
            genesis_hash: genesis.clone().try_into().unwrap(),
            channel: ChannelId(channel),
            amount,
            number,
        };
        let signature = Signer::from_dev(by).unwrap().sign(&body.signing_payload());
        let payload = PaymentPayload {
            version: wire::X402_VERSION,
            accepted: terms.clone(),
            payload: VoucherPayload::new(ChannelId(channel), &Voucher::new(&body, signature)),
        };
        format!("{PAYMENT_HEADER}: {}", wire::to_header(&payload))
    };
    let (ours, other) = (setting.channel("acme/minilm"), setting.channel("acme/tiny"));
    for (header, code) in [
        (payment("Eve", ours, u128::MAX, 50), "voucher_signature"),
        (payment("Charlie", 9_999, u128::MAX, 1), "channel_unusable"),
        (payment("Charlie", other, u128::MAX, 50), "channel_unusable"),
        (payment("Charlie", ours, 1, 50), "voucher_underfunded"),
        (payment("Charlie", ours, u128::MAX, 1), "number_used"),
        (payment("Charlie", ours, u128::MAX, 0), "number_used"),
    ] {
        let asked = json!({ "model": "acme/minilm", "input": "another request" });
        let (status, _, text) = post(EMBEDDER, "/v1/embeddings", &asked, &[&header]);
        assert_eq!(status, 402, "{text}");
        assert!(text.contains(code), "{code}: {text}");
    }
    // Nothing of it was answered, so the book goes on where it was.
    let embed = [
        "embed",
        "--model",
        "acme/minilm",
        "--tier",
        "t1",
        "Proof of stake",
    ];
    let next = setting.network.json_as("charlie", &embed);
    assert_eq!(next["number"], 3, "{next}");
}

fn one_answer_from_the_command_line(setting: &Setting) {
    let network = &setting.network;
    let text = [
        "embed",
        "--model",
        "acme/minilm",
        "--tier",
        "t1",
        "Proof of stake",
    ];
    let none = network.ballast(&[&["--dev-account", "charlie"][..], &text].concat());
    assert_eq!(none.status.code(), Some(2), "{}", told(&none));
    assert!(told(&none).contains("--deposit"), "{}", told(&none));
    let paid = [&text[..], &["--deposit", "20"]].concat();
    let rounded = [&paid[..], &["--numbers", "bfloat16"]].concat();
    let refused = network.ballast(&[&["--dev-account", "charlie"][..], &rounded].concat());
    assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
    assert!(told(&refused).contains("in bfloat16"), "{}", told(&refused));
    let first = network.json_as("charlie", &paid);
    let opened = network.json(&["channel", "status", &first["channel"].to_string()]);
    assert_eq!(opened["numbers"], "float32", "{opened}");
    assert_eq!(first["embeddings"][0].as_array().unwrap().len(), 384);
    let tokens = u128::from(first["tokens_in"].as_u64().unwrap());
    assert_eq!(planck(&first["cost"]), tokens * 1_000_000_000);
    let second = network.json_as("charlie", &paid);
    assert_eq!(second["channel"], first["channel"]);
    assert_eq!(second["number"], 2);
    let infer = [
        "infer",
        "--model",
        "acme/tiny",
        "--tier",
        "t1",
        "--deposit",
        "20",
        "--max-tokens",
        "8",
        "hello",
    ];
    let said = network.json_as("charlie", &infer);
    assert_eq!(
        (&said["tokens_out"], &said["number"]),
        (&json!(8), &json!(1))
    );
    assert!(!said["text"].as_str().unwrap().is_empty());
}

/// The client closes; the worker redeems within the grace, and everybody has his part.
fn settled(setting: &Setting, channel: u64, spent: u128, worker: String) {
    let network = &setting.network;
    let id = channel.to_string();
    let dave = network.json_as("dave", &["key", "inspect"])["account"].clone();
    let dave = dave.as_str().unwrap().to_owned();
    network.json_as("charlie", &["channel", "close", &id]);
    let status = || network.json(&["channel", "status", &id]);
    eventually("the worker redeems", Duration::from_secs(120), || {
        planck(&status()["drawn"]) == spent
    });
    let amounts: Vec<u128> = status()["settlements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|settlement| planck(&settlement["amount"]))
        .collect();
    let (owner, worker_before) = (setting.free(&dave), setting.free(&worker));
    eventually("the batch is paid", PAID_TIMEOUT, || {
        !network
            .ballast(&["channel", "status", &id])
            .status
            .success()
    });
    // 20 per mille for the treasury; of the rest 100 for the owner.
    let treasury = |amount: u128| amount * 20 / 1000;
    let royalty = |amount: u128| (amount - treasury(amount)) * 100 / 1000;
    let royalties: u128 = amounts.iter().map(|amount| royalty(*amount)).sum();
    assert!(royalties > 0);
    assert_eq!(setting.free(&dave) - owner, royalties);
    let rest: u128 = amounts
        .iter()
        .map(|amount| amount - treasury(*amount))
        .sum();
    let earned = rest - royalties;
    let fees = worker_before + earned - setting.free(&worker);
    assert!(fees < earned / 2, "{fees} of fees for {earned}");
}
