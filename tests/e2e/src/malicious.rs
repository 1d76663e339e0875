//! Malicious workers: `ballast-malicious-worker` in the place of a worker of a network, on its data and under its account.

use crate::{program, Network};
use std::{
    fs,
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long one may take until it serves.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A malicious worker; ends with this value.
pub struct Malicious {
    process: Child,
    log: PathBuf,
}

impl Malicious {
    /// Stops a worker and starts it again as one that lies in this way.
    pub fn turn(network: &Network, worker: u32, mode: &str) -> Self {
        network.stop_worker(worker);
        let log = network.path(&format!("network/logs/malicious-{worker}.log"));
        let listen = network.worker_url(worker).replace("http://", "");
        let process = Command::new(program("ballast-malicious-worker"))
            .args([
                "--mode",
                mode,
                "--allow-private",
                "--chain-url",
                network.url(),
            ])
            .args(["--account", &network.worker_account(worker)])
            .args(["--listen", &listen, "--capacity", "64GiB", "--data-dir"])
            .arg(network.data_dir(worker))
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).expect("a log can be written"))
            .spawn()
            .expect("ballast-malicious-worker can be started");
        let malicious = Self { process, log };
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(&listen).is_err() {
            let said = malicious.log();
            assert!(
                Instant::now() < deadline,
                "worker {worker} does not listen: {said}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        malicious
    }

    /// How often its log tells this lie.
    pub fn lies(&self, lie: &str) -> usize {
        self.log().matches(&format!("lie: {lie}")).count()
    }

    /// All it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Malicious {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
