//! `kill -9` at random moments of a process that stores shards, again and again in the same directory.

use crate::sample::*;
use ballast_storage_worker::store::{ShardState, Store};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

const DIR: &str = "BALLAST_TEST_STORE";
const ROUNDS: u64 = 12;

fn samples() -> [Sample; 3] {
    [
        Sample::new(1, SMALL),
        Sample::new(2, THREE_BLOCKS),
        Sample::new(3, ONE_BLOCK),
    ]
}

/// Stores and deletes shards for ever, and says when one is held and when it is about to be deleted.
#[test]
#[ignore = "runs as the child of the test below"]
fn child() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let (store, samples) = (open(Path::new(&dir)), samples());
    let mut out = std::io::stdout();
    for round in 0.. {
        for (sample, shard) in samples
            .iter()
            .flat_map(|sample| (0..3).map(move |shard| (sample, shard)))
        {
            if (round + u64::from(shard)) % 3 == 2 {
                writeln!(out, "deleting {} {shard}", sample.id).unwrap();
                store.delete(sample.key(shard)).unwrap();
                continue;
            }
            for block in 0..sample.blocks(shard) {
                sample.put(&store, shard, block);
                if block % 2 == 0 {
                    store.flush().unwrap();
                }
            }
            writeln!(out, "held {} {shard}", sample.id).unwrap();
        }
    }
}

/// Runs the child for a while; the shards that it left held, by its own word.
fn run_and_kill(dir: &Path, after: Duration) -> Vec<(u64, u8)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "kills::child",
            "--exact",
            "--ignored",
            "--nocapture",
            "--quiet",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut held = Vec::new();
    for line in reader.join().unwrap() {
        let words: Vec<&str> = line.split(' ').collect();
        let [what, id, shard] = words[..] else {
            continue;
        };
        let Ok(shard) = id.parse().and_then(|id| Ok((id, shard.parse()?))) else {
            continue;
        };
        held.retain(|other| *other != shard);
        if what == "held" {
            held.push(shard);
        }
    }
    held
}

#[test]
fn nothing_that_was_held_is_lost_however_often_the_process_is_killed() {
    let (dir, samples) = (tempfile::tempdir().unwrap(), samples());
    let mut seen = 0;
    for round in 0..ROUNDS {
        // Opening and the samples take their time first; then any moment is as good as another.
        let after = Duration::from_millis(400 + (round * 7919) % 900);
        let held = run_and_kill(dir.path(), after);
        let (store, _) = Store::open(dir.path(), ample()).unwrap();
        for (id, shard) in &held {
            let sample = &samples[*id as usize - 1];
            let state = store.state(sample.key(*shard)).unwrap();
            assert!(
                matches!(state, ShardState::Held { damaged: false, .. }),
                "{id}/{shard} is {state:?}"
            );
        }
        // Whatever else the store says is held is whole, too, and what it counts is what it has.
        let rows = store.shards(None, 99).unwrap();
        for (key, _) in &rows {
            if matches!(store.state(*key).unwrap(), ShardState::Held { .. }) {
                assert!(store.examine(*key).unwrap().is_none(), "{key}");
            }
        }
        assert_eq!(
            store.stats().used_bytes,
            rows.iter().map(|(_, row)| row.len).sum::<u64>()
        );
        assert!(store.strays().unwrap().is_empty());
        seen += held.len();
    }
    assert!(seen > 0, "the child never came to hold a shard");
}
