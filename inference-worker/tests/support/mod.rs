//! A worker as a process, with a small model or a real one, and a client of HTTP that shows every byte.
#![allow(clippy::unwrap_used, dead_code)]

use serde_json::Value;
use std::{
    fs::File,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const START_TIMEOUT: Duration = Duration::from_secs(120);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);
pub const GENESIS: [u8; 32] = [0xab; 32];

/// How large the small model is: hidden numbers, layers, tokens.
pub const QUICK: [&str; 3] = ["64", "2", "512"];
/// Slow enough that there is time to do something meanwhile.
pub const SLOW: [&str; 3] = ["512", "6", "8192"];

/// A worker that serves; ends with the test.
pub struct Worker {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

/// An answer of it.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Worker {
    /// Serves a small generator.
    pub fn generator(port: u16, size: [&str; 3], args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model");
        run(Command::new(built("examples/tiny-model"))
            .arg(&model)
            .args(size));
        Self::start(folder, &model, port, args)
    }

    /// Serves a small generator, all of which is in one GGUF file.
    pub fn gguf(port: u16, size: [&str; 3]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (whole, model) = (folder.path().join("whole"), folder.path().join("model"));
        std::fs::create_dir(&model).unwrap();
        run(Command::new(built("examples/tiny-model"))
            .arg(&whole)
            .args(size));
        run(Command::new(built("examples/gguf-model"))
            .args([&whole, &model.join("tiny.gguf")])
            .arg("f32"));
        Self::start(folder, &model, port, &[])
    }

    /// Serves all-MiniLM-L6-v2.
    pub fn minilm(port: u16) -> Self {
        Self::start(tempfile::tempdir().unwrap(), &minilm(), port, &[])
    }

    fn start(folder: tempfile::TempDir, model: &Path, port: u16, args: &[&str]) -> Self {
        let data = folder.path().join("data");
        run(program().arg("init").arg("--data-dir").arg(&data));
        let genesis = hex::encode(GENESIS);
        let process = program()
            .args([
                "serve",
                "--free",
                "--genesis-hash",
                &genesis,
                "--listen",
                &format!("127.0.0.1:{port}"),
            ])
            .args(["--log", "trace"])
            .arg("--engine")
            .arg(built("ballast-inference-engine"))
            .arg("--data-dir")
            .arg(&data)
            .arg("--model-dir")
            .arg(model)
            .args(args)
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut worker = Self {
            process,
            port,
            folder,
        };
        let deadline = Instant::now() + START_TIMEOUT;
        // It listens before the model is loaded, so the first answer is the sign.
        while TcpStream::connect(("127.0.0.1", port)).is_err()
            || worker.get("/health").status != 200
        {
            assert!(
                worker.process.try_wait().unwrap().is_none(),
                "{}",
                worker.log()
            );
            assert!(
                Instant::now() < deadline,
                "the worker does not start: {}",
                worker.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        worker
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// The name of the only model.
    pub fn model(&self) -> String {
        self.get("/v1/models").json()["data"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The public session key.
    pub fn session_key(&self) -> String {
        let key = run(program()
            .arg("key")
            .arg("--data-dir")
            .arg(self.folder.path().join("data")));
        String::from_utf8(key.stdout).unwrap().trim().to_owned()
    }

    pub fn get(&self, path: &str) -> Answer {
        finish(self.send("GET", path, b""))
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        finish(self.open(path, body))
    }

    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        finish(self.send("POST", path, body))
    }

    /// Asks, and leaves the answer in the connection.
    pub fn open(&self, path: &str, body: &Value) -> TcpStream {
        self.send("POST", path, body.to_string().as_bytes())
    }

    fn send(&self, method: &str, path: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(ANSWER_TIMEOUT)).unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    /// A counter or gauge.
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").text();
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("ballast_inference_{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
            .rsplit(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// Waits until something holds.
    pub fn eventually(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds(self) {
            assert!(Instant::now() < deadline, "{what}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Process ids of its engine.
    pub fn engines(&self) -> Vec<String> {
        let pid = self.process.id().to_string();
        let children = Command::new("pgrep")
            .args(["-P", &pid])
            .output()
            .unwrap()
            .stdout;
        String::from_utf8(children)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Sends SIGTERM, and waits until it ends.
    pub fn stop(mut self) -> (bool, Duration, String) {
        let started = Instant::now();
        run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]));
        let status = self.process.wait().unwrap();
        (status.success(), started.elapsed(), self.log())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no header {name}")).1
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The objects of a stream, without `[DONE]` and the signature.
    pub fn events(&self) -> Vec<Value> {
        let text = self.text();
        let data = text
            .split("\n\n")
            .filter_map(|event| event.strip_prefix("data: "));
        data.filter(|data| *data != "[DONE]")
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }
}

/// Reads an answer to its end.
pub fn finish(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no head in {} bytes", bytes.len()));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let header = |line: &str| {
        line.split_once(": ")
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let body = &bytes[end + 4..];
    let chunked = headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked {
        unchunked(body)
    } else {
        body.to_vec()
    };
    Answer {
        status,
        headers,
        body,
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let len = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        body.extend_from_slice(&bytes[end + 2..end + 2 + len]);
        bytes = &bytes[end + 4 + len..];
    }
    body
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ballast-inference-worker"));
    command.env_remove("BALLAST_URL").stdin(Stdio::null());
    command
}

/// The folder of all-MiniLM-L6-v2.
pub fn minilm() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/model.sh");
    let model = run(&mut Command::new(script)).stdout;
    PathBuf::from(String::from_utf8(model).unwrap().trim())
}

/// A program of the engine's workspace, built if it is not.
pub fn built(name: &str) -> PathBuf {
    static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let release = BUILT.get_or_init(|| {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../inference-engine/Cargo.toml");
        let release = Path::new(env!("CARGO_BIN_EXE_ballast-inference-worker"))
            .parent()
            .unwrap()
            .to_path_buf();
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([
                "build",
                "--release",
                "--locked",
                "--bins",
                "--examples",
                "--manifest-path",
            ])
            .arg(manifest);
        // What this test was built with need not hold for another workspace.
        cargo
            .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
            .env_remove("RUSTFLAGS");
        run(cargo.arg("--target-dir").arg(release.parent().unwrap()));
        release
    });
    release.join(name)
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let told = || {
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    assert!(output.status.success(), "{command:?}: {}", told());
    output
}
