//! The program itself: verbs, exit codes, signals.

use crate::{fake_chain::FakeChain, fake_node::FakeNode, limits::half_an_upload_to, sample::*};
use ballast_core::{BlockIndex, ShardIndex};
use ballast_worker_api::{EndpointPolicy, ErrorCode, ShardStatus, WorkerClient, WorkerError};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, process::ExitStatusExt},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-storage-worker"));
    command.env_clear();
    command
}

pub fn output(args: &[&str]) -> Output {
    program().args(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running worker whose chain never answers. Killed when dropped.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(dir: &Path) -> Self {
        Self::start_with(dir, ALICE, "ws://127.0.0.1:9")
    }

    fn start_with(dir: &Path, account: &str, chain_url: &str) -> Self {
        let mut child = program()
            .args([
                "run",
                "--data-dir",
                dir.to_str().unwrap(),
                "--account",
                account,
                "--capacity",
                "1GiB",
            ])
            .args([
                "--chain-url",
                chain_url,
                "--listen",
                "127.0.0.1:0",
                "--log-format",
                "json",
            ])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut lines = log.lines().map_while(Result::ok);
        let address = lines
            .find_map(|line| {
                let event: serde_json::Value =
                    serde_json::from_str(&line).expect("every line is JSON");
                (event["message"] == "serving")
                    .then(|| event["address"].as_str().unwrap().to_string())
            })
            .expect("the worker says where it serves");
        // The rest of the log must be read, or the worker would block on it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn init_prints_the_public_key_and_key_prints_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("data");
    let data_dir = data_dir.to_str().unwrap();
    let init = output(&["init", "--data-dir", data_dir]);
    assert!(init.status.success());
    let key = text(&init.stdout);
    assert!(key.starts_with("0x") && key.trim_end().len() == 66, "{key}");
    assert_eq!(text(&output(&["key", "--data-dir", data_dir]).stdout), key);
    let again = output(&["init", "--data-dir", data_dir]);
    assert_eq!((again.status.success(), text(&again.stdout)), (true, key));
    assert!(text(&again.stderr).contains("already"));
    let from_environment = program()
        .arg("key")
        .env("BALLAST_WORKER_DATA_DIR", data_dir)
        .output()
        .unwrap();
    assert!(from_environment.status.success());
    let secret = Path::new(data_dir).join("receipt.key");
    assert_eq!(
        std::fs::metadata(secret).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn wrong_usage_and_failures_have_their_exit_codes() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().to_str().unwrap();
    assert_eq!(output(&[]).status.code(), Some(2));
    assert_eq!(
        output(&["run", "--capacity", "lots"]).status.code(),
        Some(2)
    );
    let missing = output(&["run", "--data-dir", data_dir]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        text(&missing.stderr).contains("--account"),
        "{}",
        text(&missing.stderr)
    );
    let no_key = output(&[
        "run",
        "--data-dir",
        data_dir,
        "--account",
        ALICE,
        "--capacity",
        "1GiB",
    ]);
    assert_eq!(no_key.status.code(), Some(1));
    assert!(text(&no_key.stderr).contains("ballast-storage-worker init"));
    assert_eq!(
        output(&["key", "--data-dir", "/nonexistent"]).status.code(),
        Some(1)
    );
    let config = dir.path().join("worker.toml");
    std::fs::write(&config, "capactiy = 1").unwrap();
    let typo = output(&["run", "--config", config.to_str().unwrap()]);
    assert_eq!(typo.status.code(), Some(2));
    assert!(text(&typo.stderr).contains("capactiy"));
    let no_filter = output(&[
        "run",
        "--data-dir",
        data_dir,
        "--account",
        ALICE,
        "--capacity",
        "1GiB",
        "--log",
        "a=b=c",
    ]);
    assert_eq!(no_filter.status.code(), Some(2));
    assert!(text(&no_filter.stderr).contains("log: "));
}

#[test]
fn the_example_configuration_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let run = [
        "run",
        "--config",
        example.to_str().unwrap(),
        "--data-dir",
        dir.path().to_str().unwrap(),
    ];
    // All it lacks is the key.
    let no_key = output(&run);
    assert_eq!(no_key.status.code(), Some(1), "{}", text(&no_key.stderr));
    assert!(text(&no_key.stderr).contains("ballast-storage-worker init"));
}

#[test]
fn it_serves_without_the_chain_and_stops_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let dir = tempfile::tempdir().unwrap();
        assert!(
            output(&["init", "--data-dir", dir.path().to_str().unwrap()])
                .status
                .success()
        );
        let mut serving = Serving::start(dir.path());
        let response = http_get(&serving.address, "/v1/health");
        assert!(
            response.starts_with("HTTP/1.1 200") && response.contains("connecting"),
            "{response}"
        );
        let started = Instant::now();
        serving.signal(signal);
        let status = serving.child.wait().unwrap();
        assert!(status.success(), "{status}");
        assert!(started.elapsed() < Duration::from_secs(8));
    }
}

#[test]
fn after_kill_nine_it_serves_what_it_held_within_ten_seconds() {
    let dir = tempfile::tempdir().unwrap();
    assert!(
        output(&["init", "--data-dir", dir.path().to_str().unwrap()])
            .status
            .success()
    );
    let (store, sample) = (open(dir.path()), Sample::new(1, THREE_BLOCKS));
    sample.put_all(&store, 0);
    sample.put(&store, 1, 0);
    store.flush().unwrap();
    drop(store);
    for _ in 0..2 {
        let started = Instant::now();
        let mut serving = Serving::start(dir.path());
        let path = ballast_worker_api::routes::bytes(sample.id, ShardIndex(0));
        assert!(http_get(&serving.address, &path).starts_with("HTTP/1.1 200"));
        assert!(started.elapsed() < Duration::from_secs(10));
        serving.signal("-KILL");
        assert_eq!(serving.child.wait().unwrap().signal(), Some(9));
    }
    let check = output(&["check", "--data-dir", dir.path().to_str().unwrap()]);
    assert!(check.status.success());
    assert!(
        text(&check.stdout).contains("1 shards held"),
        "{}",
        text(&check.stdout)
    );
}

/// Uploads what is missing of every shard and asks for receipts, until all is done or the worker is gone. The shards
/// receipted, and whether it came to the end.
async fn upload(client: WorkerClient, sample: Arc<Sample>) -> (Vec<u8>, bool) {
    let mut receipted = Vec::new();
    for shard in 0..3 {
        if upload_shard(&client, &sample, shard).await.is_err() {
            return (receipted, false);
        }
        receipted.push(shard);
    }
    (receipted, true)
}

async fn upload_shard(
    client: &WorkerClient,
    sample: &Sample,
    shard: u8,
) -> Result<(), WorkerError> {
    let (id, index) = (sample.id, ShardIndex(shard));
    let state = client.shard_state(id, index).await?;
    for block in state.missing.iter().flat_map(|run| run.0 .0..run.1 .0) {
        let (proof, bytes) = (sample.proof(shard, block), sample.block_bytes(shard, block));
        client
            .put_block(id, index, BlockIndex(block), &proof, bytes)
            .await?;
    }
    client.receipt(id, index).await.map(drop)
}

/// Reads all of a shard.
async fn assert_serves(client: &WorkerClient, sample: &Sample, shard: u8) {
    let column = sample.column(shard);
    let range = 0..column.len() as u64;
    let bytes = client.bytes(sample.id, ShardIndex(shard), range).await;
    assert_eq!(bytes.unwrap(), column, "{}/{shard}", sample.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_nine_in_the_middle_of_uploads_loses_nothing_that_was_receipted() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().to_str().unwrap();
    assert!(output(&["init", "--data-dir", data_dir]).status.success());
    let lengths = [10 << 20, SMALL, THREE_BLOCKS, 20 << 20, ONE_BLOCK, 15 << 20];
    let samples: Vec<_> = (1..)
        .zip(lengths)
        .map(|(id, len)| Arc::new(Sample::new(id, len)))
        .collect();
    let torn = Sample::new(99, THREE_BLOCKS);
    let mut all: Vec<&Sample> = samples.iter().map(|sample| &**sample).collect();
    all.push(&torn);
    let node = FakeNode::start(FakeChain::with(&all)).await;
    let account = ballast_chain::ss58::encode(&MINE.0);

    let mut receipted = BTreeSet::new();
    let mut interrupted = 0;
    for round in 0..5 {
        let started = Instant::now();
        let mut serving = Serving::start_with(dir.path(), &account, &node.url);
        let url = format!("http://{}", serving.address);
        let client = WorkerClient::new(&url, EndpointPolicy::AllowPrivate).unwrap();
        for (id, shard) in &receipted {
            let sample = &samples[*id as usize - 1];
            assert_serves(&client, sample, *shard).await;
            assert!(started.elapsed() < Duration::from_secs(10));
        }
        follows(&client, &torn).await;
        // A block that arrived only in part was never there.
        let state = client.shard_state(torn.id, ShardIndex(0)).await.unwrap();
        let last = state.missing.last().unwrap();
        assert_eq!(
            (state.status, last.1),
            (ShardStatus::Receiving, BlockIndex(3))
        );
        assert!(last.0 <= BlockIndex(1), "{:?}", state.missing);
        let not_held = client.bytes(torn.id, ShardIndex(0), 0..1).await;
        assert_eq!(not_held.unwrap_err().code(), Some(&ErrorCode::NotFound));

        let (proof, bytes) = (torn.proof(0, 0), torn.block_bytes(0, 0));
        let whole = client.put_block(torn.id, ShardIndex(0), BlockIndex(0), &proof, bytes);
        whole.await.unwrap();
        let half = half_an_upload_to(&serving.address, &torn, 1, "");
        let uploads: Vec<_> = samples
            .iter()
            .map(|sample| tokio::spawn(upload(client.clone(), sample.clone())))
            .collect();
        tokio::time::sleep(Duration::from_millis(40 + 70 * round)).await;
        serving.child.kill().unwrap();
        assert_eq!(serving.child.wait().unwrap().signal(), Some(9));
        drop(half);
        for (sample, upload) in samples.iter().zip(uploads) {
            let (shards, done) = upload.await.unwrap();
            receipted.extend(shards.into_iter().map(|shard| (sample.id.0, shard)));
            interrupted += u32::from(!done);
        }
    }
    assert!(interrupted > 0, "no kill came in the middle of an upload");

    // What was never receipted is taken up where it was left, or anew.
    let serving = Serving::start_with(dir.path(), &account, &node.url);
    let url = format!("http://{}", serving.address);
    let client = WorkerClient::new(&url, EndpointPolicy::AllowPrivate).unwrap();
    follows(&client, &torn).await;
    for sample in all {
        for shard in 0..3 {
            upload_shard(&client, sample, shard).await.unwrap();
            assert_serves(&client, sample, shard).await;
        }
    }
    drop(serving);
    let check = output(&["check", "--data-dir", data_dir]);
    let said = text(&check.stdout);
    assert!(check.status.success(), "{said}");
    assert!(
        said.contains("21 shards held") && said.contains("; 0 being received"),
        "{said}"
    );
}

/// Waits until the worker has learnt from its chain what it is to hold.
async fn follows(client: &WorkerClient, sample: &Sample) {
    for _ in 0..200 {
        match client.shard_state(sample.id, ShardIndex(2)).await {
            Ok(_) => return,
            Err(error) => assert_eq!(error.code(), Some(&ErrorCode::NotSynced), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the worker does not follow the chain");
}

#[test]
fn check_finds_damage_and_repair_gives_it_up() {
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().to_str().unwrap();
    let (store, sample) = (open(dir.path()), Sample::new(1, THREE_BLOCKS));
    sample.put_all(&store, 0);
    let busy = output(&["check", "--data-dir", data_dir]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(
        text(&busy.stderr).contains("in use"),
        "{}",
        text(&busy.stderr)
    );
    drop(store);
    assert!(output(&["check", "--data-dir", data_dir]).status.success());
    let path = dir.path().join("shards/01/0000000000000001-00");
    let mut file = std::fs::read(&path).unwrap();
    file[4096 + (2 << 20)] ^= 1;
    std::fs::write(&path, file).unwrap();
    let damaged = output(&["check", "--data-dir", data_dir]);
    assert_eq!(damaged.status.code(), Some(3));
    assert!(
        text(&damaged.stdout).contains("shard 1/0: block 2"),
        "{}",
        text(&damaged.stdout)
    );
    assert_eq!(
        output(&["check", "--data-dir", data_dir, "--repair"])
            .status
            .code(),
        Some(3)
    );
    assert!(output(&["check", "--data-dir", data_dir]).status.success());
    let store = open(dir.path());
    sample.put(&store, 0, 2);
    assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
}

fn http_get(address: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
