//! `kill -9` of publish and fetch at random moments, with real processes; the same call again always ends well.
//!
//! BALLAST_KILLS sets how often each is killed; BALLAST_SEED replays a run.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{b3sum, noise, told, Network};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};

/// Kills of each kind where nothing else is said.
const KILLS: u64 = 3;
const LEN: usize = (96 << 20) + 5;
const SMALL_FILES: u64 = 20;
const SMALL_LEN: usize = 1_000_000;
/// As many as may be missing of four shards of which two are enough.
const STOPPED_WORKERS: u32 = 2;
/// Base port of this test's network; other tests have others, all below the ports that the system gives to outgoing
/// connections.
const BASE_PORT: u16 = 20_000;

fn setting(name: &str, default: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().unwrap())
}

/// Moments, the same for the same seed.
struct Moments(u64);

impl Moments {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let seed = setting("BALLAST_SEED", now.unwrap().as_nanos() as u64);
        eprintln!("BALLAST_SEED={seed} replays this");
        Self(seed)
    }

    fn within(&mut self, span: Duration) -> Duration {
        self.0 = self.0.wrapping_add(1);
        let drawn = u64::from_le_bytes(noise(self.0, 8).try_into().unwrap());
        span.mul_f64((drawn >> 11) as f64 / (1u64 << 53) as f64)
    }
}

fn publish_args(folder: &Path, name: &str) -> Vec<String> {
    let folder = folder.display().to_string();
    let args = [
        "--dev-account",
        "alice",
        "publish",
        &folder,
        "--name",
        name,
        "--code",
        "2,4",
    ];
    args.map(String::from).to_vec()
}

/// Fetches a file by its address, or a model by its name.
fn fetch_args(address: &str, file: &Path) -> Vec<String> {
    ["fetch", address, "-o", &file.display().to_string()]
        .map(String::from)
        .to_vec()
}

/// Whether a fetched model is the published one, and nothing is left beside it.
fn assert_same(fetched: &Path, published: &Path) {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(fetched), names(published));
    for name in names(published) {
        assert_eq!(
            b3sum(&fetched.join(&name)),
            b3sum(&published.join(&name)),
            "{name:?}"
        );
    }
}

/// Starts a call and kills it after a while. False if it had ended by then.
fn run_and_kill(network: &Network, args: &[String], after: Duration) -> bool {
    let mut child = network
        .command()
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let has_ended = child.try_wait().unwrap().is_some();
    // SIGKILL; of a process that has ended it is none.
    let _ = child.kill();
    child.wait().unwrap();
    !has_ended
}

/// Runs a call to its end. How long that took.
fn complete(network: &Network, args: &[String]) -> Duration {
    let started = Instant::now();
    let output = network.ballast(args);
    assert!(
        output.status.success(),
        "{args:?}: {}\n{}",
        told(&output),
        network.logs()
    );
    started.elapsed()
}

fn model(network: &Network, seed: u64) -> (PathBuf, String) {
    let folder = network.path(&format!("model-{seed}"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("weights"), noise(seed, LEN)).unwrap();
    fs::write(folder.join("config"), noise(seed + 1, 3000)).unwrap();
    // They make a pack.
    for part in 0..SMALL_FILES {
        let bytes = noise(seed + 2 + part, SMALL_LEN);
        fs::write(folder.join(format!("part-{part}")), bytes).unwrap();
    }
    let address = b3sum(&folder.join("weights"));
    (folder, address)
}

#[test]
fn killed_at_any_moment_the_same_call_ends_in_a_verified_result() {
    let network = Network::start(1, 6, BASE_PORT);
    let (kills, mut moments) = (setting("BALLAST_KILLS", KILLS), Moments::new());
    let (folder, address) = model(&network, 1);
    let publishing = complete(&network, &publish_args(&folder, "kills/first"));

    let file = network.path("fetched");
    let fetching = complete(&network, &fetch_args(&address, &file));
    assert_eq!(b3sum(&file), address);
    fs::remove_file(&file).unwrap();
    let mut killed = 0;
    for kill in 0..kills {
        if kill == kills / 2 {
            (1..=STOPPED_WORKERS).for_each(|worker| network.stop_worker(worker));
        }
        let (what, target) = match kill % 2 {
            0 => (address.as_str(), network.path("fetched")),
            _ => ("kills/first", network.path("fetched-model")),
        };
        let args = fetch_args(what, &target);
        // Several times in a row now and then.
        for _ in 0..=kill % 3 {
            let after = moments.within(fetching);
            killed += u64::from(run_and_kill(&network, &args, after));
        }
        complete(&network, &args);
        match kill % 2 {
            0 => {
                assert_eq!(b3sum(&target), address, "fetch {kill}");
                assert!(!network.path("fetched.ballast-part").exists());
                fs::remove_file(target).unwrap();
            }
            _ => {
                assert_same(&target, &folder);
                fs::remove_dir_all(target).unwrap();
            }
        }
    }
    eprintln!("{killed} fetches were killed");
    (1..=STOPPED_WORKERS).for_each(|worker| network.start_worker(worker));

    for kill in 0..kills {
        let (folder, address) = model(&network, 1000 * (kill + 2));
        let args = publish_args(&folder, &format!("kills/model-{kill}"));
        for _ in 0..=kill % 3 {
            run_and_kill(&network, &args, moments.within(publishing));
        }
        complete(&network, &args);
        complete(&network, &fetch_args(&address, &file));
        assert_eq!(b3sum(&file), address, "publish {kill}");
        fs::remove_file(&file).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
