//! A gateway as a process, and the clients that ask it.

use crate::{told, Network};
use std::{
    ffi::OsStr,
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Clients of the Hub, pinned: what they ask for changes.
const CLIENTS: [&str; 2] = ["huggingface_hub==2.4.0", "transformers==5.24.0"];
/// How long a gateway may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A gateway to a network; ends with it.
pub struct Gateway {
    process: Child,
    port: u16,
}

impl Gateway {
    /// Starts `ballast gateway` on a loopback port, with a cache in the network's folder.
    pub fn start(network: &Network, port: u16, args: &[&str]) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(network.path("network/logs/gateway.log"))
            .expect("a log can be written");
        let process = network
            .command()
            .args(["--dev-account", "alice", "gateway", "--listen"])
            .arg(format!("127.0.0.1:{port}"))
            .arg("--cache-dir")
            .arg(network.path("gateway-cache"))
            .args(args)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("ballast can be started");
        let gateway = Self { process, port };
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the gateway does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        gateway
    }

    /// Its address, for `HF_ENDPOINT`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it (SIGKILL).
    pub fn kill(mut self) {
        self.end();
    }

    /// Stops it as a service manager would; it must end by itself.
    pub fn stop(mut self) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "no signal was sent"
        );
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            match self.process.try_wait().expect("a child can be waited for") {
                Some(status) => {
                    return assert!(status.success(), "the gateway ended with {status}")
                }
                None => assert!(Instant::now() < deadline, "the gateway does not stop"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end();
    }
}

/// Python with the Hub's clients, in a virtual environment that is made once for all runs.
pub struct HubClients {
    python: PathBuf,
}

impl HubClients {
    /// Makes the environment if there is none with these versions.
    pub fn ready() -> Self {
        let home = std::env::var_os("HOME").expect("HOME is set");
        let name = CLIENTS.join("-").replace("==", "-");
        let folder = Path::new(&home)
            .join(".cache/ballast")
            .join(format!("hub-clients-{name}"));
        let clients = Self {
            python: folder.join("bin/python"),
        };
        let mark = folder.join("complete");
        if !mark.exists() {
            let _ = std::fs::remove_dir_all(&folder);
            run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
            let mut install = Command::new(&clients.python);
            install.args(["-m", "pip", "install", "-q", "--disable-pip-version-check"]);
            run(install.args(CLIENTS));
            std::fs::write(mark, "").expect("the environment's folder was just made");
        }
        clients
    }

    /// A step of `hub_clients.py`, ready to run.
    pub fn step<S: AsRef<OsStr>>(&self, step: &str, gateway: &str, args: &[S]) -> Command {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hub_clients.py");
        let mut command = Command::new(&self.python);
        command
            .arg(script)
            .arg(step)
            .args(["--endpoint", gateway])
            .args(args);
        command
    }
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", told(&output));
    output
}

/// A real model: all-MiniLM-L6-v2, as `scripts/demo.sh` downloads it, kept for later runs.
pub fn real_model() -> PathBuf {
    let home = std::env::var_os("HOME").expect("HOME is set");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/model.sh");
    run(&mut Command::new(script));
    Path::new(&home).join(".cache/ballast/models/all-MiniLM-L6-v2")
}
