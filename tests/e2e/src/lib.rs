//! A local network of real processes for tests, started and stopped by `scripts/localnet.sh`.
//!
//! Goals: a test sees what a user sees: the programs, their exit codes, their JSON; whatever a test does, its processes
//! end with it. Non-goals: speed; a network takes half a minute to start, so a test does much with one.

pub mod gateway;
pub mod malicious;
pub mod quick;
pub mod serving;

use serde_json::Value;
use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

/// A running local network.
pub struct Network {
    folder: tempfile::TempDir,
    root: PathBuf,
    programs: PathBuf,
    url: String,
    validators: u32,
    workers: u32,
    /// The specification of its chain, if that is not a built-in one.
    specification: Option<PathBuf>,
}

impl Network {
    /// Starts one or three validators and `workers` storage workers on loopback ports from `base_port` on;
    /// `BALLAST_PORT_OFFSET` moves them, for two checkouts on one machine.
    pub fn start(validators: u32, workers: u32, base_port: u16) -> Self {
        let network = Self::new(validators, workers, base_port);
        network.launch();
        network
    }

    /// The same with one validator and a chain on which everything about possession takes seconds: see [`quick`].
    pub fn start_quick(workers: u32, base_port: u16) -> Self {
        let mut network = Self::new(1, workers, base_port);
        let built_in = network.readable_specification();
        network.specification = Some(quick::specification(&built_in));
        network.launch();
        network
    }

    /// One validator and a chain whose epochs of consensus take half a minute.
    pub fn start_short_epochs(workers: u32, base_port: u16) -> Self {
        let mut network = Self::new(1, workers, base_port);
        let built_in = network.readable_specification();
        network.specification = Some(quick::short_epochs(&built_in));
        network.launch();
        network
    }

    fn new(validators: u32, workers: u32, base_port: u16) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            root: repository_root(),
            programs: programs(),
            url: format!("ws://127.0.0.1:{}", base_port + port_offset() + 100),
            validators,
            workers,
            specification: None,
        }
    }

    fn launch(&self) {
        let (validators, workers) = (self.validators.to_string(), self.workers.to_string());
        let (home, base_port) = (self.home(), (self.rpc_port() - 100).to_string());
        let mut args = vec!["start", &home, "--validators", &validators];
        args.extend(["--workers", &workers, "--base-port", &base_port]);
        let specification = self.specification.as_ref();
        let specification = specification.map(|file| file.display().to_string());
        if let Some(file) = &specification {
            args.extend(["--chain", file]);
        }
        self.script(&args);
    }

    /// Where a test may put its files.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Number of storage workers, which count from 1.
    pub fn workers(&self) -> u32 {
        self.workers
    }

    /// Stops a worker as a service manager would.
    pub fn stop_worker(&self, worker: u32) {
        self.script(&["worker-stop", &self.home(), &worker.to_string()]);
    }

    /// Kills a worker (SIGKILL).
    pub fn kill_worker(&self, worker: u32) {
        self.script(&["worker-kill", &self.home(), &worker.to_string()]);
    }

    /// Starts a worker again and waits until it answers.
    pub fn start_worker(&self, worker: u32) {
        self.script(&["worker-start", &self.home(), &worker.to_string()]);
    }

    /// The worker that joined with this account, by its SS58 address.
    pub fn worker_of(&self, account: &str) -> u32 {
        let is_account = |worker: &u32| self.worker_account(*worker) == account;
        (1..=self.workers)
            .find(is_account)
            .unwrap_or_else(|| panic!("no worker of this network has account {account}"))
    }

    /// Account of a worker.
    pub fn worker_account(&self, worker: u32) -> String {
        let file = self.path(&format!("network/workers/{worker}/account"));
        std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
            .trim()
            .to_owned()
    }

    fn data_dir(&self, worker: u32) -> PathBuf {
        self.path(&format!("network/workers/{worker}/data"))
    }

    /// Base URL of a worker's HTTP API.
    pub fn worker_url(&self, worker: u32) -> String {
        format!("http://127.0.0.1:{}", self.rpc_port() + 200 + worker as u16)
    }

    /// Port of the first node's JSON-RPC; that for its peers is 100 below.
    pub fn rpc_port(&self) -> u16 {
        self.url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok())
            .expect("the URL was made with a port")
    }

    /// WebSocket URL of the first node.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Writes the specification of the network's chain, as a light client needs it, and returns the file.
    pub fn chain_specification(&self) -> PathBuf {
        self.export(&["--raw"])
    }

    /// The same with its genesis as people read it.
    fn readable_specification(&self) -> PathBuf {
        self.export(&[])
    }

    fn export(&self, args: &[&str]) -> PathBuf {
        let file = self.path("chain.json");
        let chain = match (&self.specification, self.validators) {
            (Some(own), _) => own.display().to_string(),
            (None, 1) => "dev".into(),
            (None, _) => "local".into(),
        };
        let output = Command::new(self.programs.join("ballast-node"))
            .args(["export-chain-spec", "--chain", &chain])
            .args(args)
            .arg("--output")
            .arg(&file)
            .output()
            .expect("ballast-node can be started");
        assert!(output.status.success(), "{}", told(&output));
        file
    }

    /// The first node's address for peers.
    pub fn boot_node(&self) -> String {
        let file = self.path("network/nodes/0/peer-id");
        let peer = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        format!(
            "/ip4/127.0.0.1/tcp/{}/p2p/{}",
            self.rpc_port() - 100,
            peer.trim()
        )
    }

    /// `ballast ARGS`, whatever comes out.
    pub fn ballast<S: AsRef<OsStr>>(&self, args: &[S]) -> Output {
        self.command()
            .args(args)
            .output()
            .expect("ballast can be started")
    }

    /// As [`Self::ballast`], and ends it if it takes longer than `limit`: a guard against hanging, not a measurement.
    pub fn ballast_within<S: AsRef<OsStr>>(&self, limit: Duration, args: &[S]) -> Output {
        let mut command = self.command();
        command
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("ballast can be started");
        let deadline = Instant::now() + limit;
        while child.try_wait().expect("it is our child").is_none() {
            if Instant::now() > deadline {
                child.kill().expect("it is our child");
                let output = child.wait_with_output().expect("it is our child");
                panic!("still running after {limit:?}: {}", told(&output));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        child.wait_with_output().expect("it is our child")
    }

    /// The program `ballast`.
    pub fn program(&self) -> PathBuf {
        self.programs.join("ballast")
    }

    /// The program `ballast-inference-worker`, pointed at the network.
    pub fn inference_worker(&self) -> Command {
        let mut command = Command::new(program("ballast-inference-worker"));
        self.set_env(&mut command);
        command
    }

    /// `ballast`, ready for arguments, with a home folder of its own.
    pub fn command(&self) -> Command {
        let mut command = Command::new(self.program());
        self.set_env(&mut command);
        command
    }

    /// Points `ballast`, or a shell that runs it, at the network.
    pub fn set_env(&self, command: &mut Command) {
        command
            .env("BALLAST_URL", &self.url)
            .env("BALLAST_ALLOW_PRIVATE", "true")
            .env("HOME", self.folder.path());
    }

    /// What `ballast --json ARGS` prints; the command must succeed.
    pub fn json<S: AsRef<OsStr>>(&self, args: &[S]) -> Value {
        let output = self
            .command()
            .arg("--json")
            .args(args)
            .output()
            .expect("ballast can be started");
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error} in the output of {}", told(&output)))
    }

    /// As [`Self::json`], signed by a development account such as `//Alice`.
    pub fn json_as<S: AsRef<str>>(&self, account: &str, args: &[S]) -> Value {
        let mut all = vec!["--dev-account", account];
        all.extend(args.iter().map(AsRef::as_ref));
        self.json(&all)
    }

    fn home(&self) -> String {
        self.path("network").display().to_string()
    }

    fn script(&self, args: &[&str]) {
        let output = Command::new(self.root.join("scripts/localnet.sh"))
            .args(args)
            .env("BALLAST_BIN", &self.programs)
            .env("HOME", self.folder.path())
            .env("CARGO_HOME", cargo_home())
            .output()
            .expect("scripts/localnet.sh can be started");
        assert!(
            output.status.success(),
            "{args:?}: {}\n{}",
            told(&output),
            self.logs()
        );
    }

    /// The last lines of every log, for the report of a failed test.
    pub fn logs(&self) -> String {
        let Ok(entries) = std::fs::read_dir(self.path("network/logs")) else {
            return String::new();
        };
        entries.flatten().map(|entry| tail(&entry.path())).collect()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.logs());
        }
        let stopped = Command::new(self.root.join("scripts/localnet.sh"))
            .args(["stop", &self.home()])
            .env("CARGO_HOME", cargo_home())
            .output();
        if let Err(error) = stopped {
            eprintln!("the network was not stopped: {error}");
        }
    }
}

/// Exit code, standard output and standard error of a command, for messages.
pub fn told(output: &Output) -> String {
    format!(
        "{}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// What the program `b3sum` prints for a file: an implementation that is not ours.
pub fn b3sum(file: &Path) -> String {
    let output = Command::new("b3sum")
        .arg("--no-names")
        .arg(file)
        .output()
        .expect("b3sum is installed by scripts/setup.sh");
    assert!(output.status.success(), "{}", told(&output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Bytes that do not repeat, the same for the same seed.
pub fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        // xorshift64*, Vigna 2016.
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// Asks again until `done` says yes or the time is over.
pub fn eventually(what: &str, limit: Duration, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !done() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(500));
    }
}

fn tail(log: &Path) -> String {
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(15);
    format!("--- {}\n{}\n", log.display(), lines[from..].join("\n"))
}

/// The checkout with the scripts: `BALLAST_ROOT`, which scripts/test.sh sets, or the one this was built in.
fn repository_root() -> PathBuf {
    if let Some(root) = std::env::var_os("BALLAST_ROOT") {
        return root.into();
    }
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("tests/e2e lies two folders below the root")
        .to_owned()
}

/// The folder of the programs: `BALLAST_BIN`, which scripts/test.sh sets, or two above this test's own binary
/// (target/release/deps).
fn programs() -> PathBuf {
    let beside = || {
        let test = std::env::current_exe().expect("a running test has a path");
        let folder = test.ancestors().nth(2);
        folder.expect("tests lie in target/PROFILE/deps").to_owned()
    };
    let folder = std::env::var_os("BALLAST_BIN").map_or_else(beside, PathBuf::from);
    for program in ["ballast-node", "ballast-storage-worker", "ballast"] {
        assert!(
            folder.join(program).exists(),
            "{} holds no {program}; build with: cargo build --release --workspace --all-targets, or name a folder with \
             the programs in BALLAST_BIN",
            folder.display()
        );
    }
    folder
}

/// One of the programs.
pub fn program(name: &str) -> PathBuf {
    let path = programs().join(name);
    assert!(
        path.exists(),
        "{} is missing; build it with: cargo build --release --workspace --all-targets",
        path.display()
    );
    path
}

fn port_offset() -> u16 {
    let offset = std::env::var("BALLAST_PORT_OFFSET").unwrap_or_else(|_| "0".into());
    offset
        .parse()
        .unwrap_or_else(|_| panic!("BALLAST_PORT_OFFSET={offset} is no number of ports"))
}

fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}
