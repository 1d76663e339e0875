//! Groups on their way into the cache: passed on before they are there, bounded, and harmless however it ends.

use super::*;
use crate::limits::{CACHE_WRITES, READ_AHEAD};
use std::process::{Child, Command, Stdio};

const MIB: usize = GROUP_LEN as usize;
/// How long is waited for what must not come.
const NOTHING: Duration = Duration::from_millis(300);
/// Tells a test that runs itself in another process where the cache is.
const FOLDER: &str = "BALLAST_TEST_CACHE";

#[tokio::test]
async fn a_group_is_passed_on_before_it_is_in_the_cache_and_fetched_once() {
    let blob = noise(2 * MIB);
    let setup = setup(&[&blob]);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    let held = setup.cache.hold();
    for _ in 0..3 {
        assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
    }
    assert_eq!(setup.memory.reads.load(Ordering::SeqCst), 2);
    drop(held);
    setup.content.settle().await;
    setup.memory.is_down.store(true, Ordering::SeqCst);
    assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
}

#[tokio::test]
async fn a_disk_that_does_not_follow_holds_up_the_download_at_the_bound() {
    let blob = noise((CACHE_WRITES + 2 * READ_AHEAD) * MIB);
    let setup = setup(&[&blob]);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    let mut stream = setup.content.stream(extent, 0..extent.len());
    let held = setup.cache.hold();
    let mut got = Vec::new();
    for _ in 0..CACHE_WRITES {
        got.extend_from_slice(&stream.try_next().await.unwrap().unwrap());
    }
    assert!(tokio::time::timeout(NOTHING, stream.next()).await.is_err());
    let ahead = CACHE_WRITES + READ_AHEAD;
    assert_eq!(setup.memory.reads.load(Ordering::SeqCst), ahead as u32);
    drop(held);
    while let Some(piece) = stream.try_next().await.unwrap() {
        got.extend_from_slice(&piece);
    }
    assert!(got == blob);
}

#[tokio::test]
async fn the_size_is_kept_though_many_groups_are_written_at_once() {
    let blob = noise(12 * MIB);
    let size = 3 * (MIB as u64 + 4096);
    let setup = setup_of(&[&blob], size);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    for _ in 0..2 {
        assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
        setup.content.settle().await;
        assert!(setup.content.cache_bytes() <= size);
        assert_eq!(files(&setup.folder.path().join("v1")).len(), 3);
    }
}

#[tokio::test]
async fn what_was_begun_for_a_reader_that_goes_away_is_kept() {
    let blob = noise(3 * READ_AHEAD * MIB);
    let setup = setup(&[&blob]);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    let mut stream = setup.content.stream(extent, 0..extent.len());
    stream.try_next().await.unwrap().unwrap();
    drop(stream);
    let reads = || setup.memory.reads.load(Ordering::SeqCst) as usize;
    let on_disk = || files(&setup.folder.path().join("v1")).len();
    for _ in 0..200 {
        if on_disk() > 0 && on_disk() == reads() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!((1..=READ_AHEAD).contains(&reads()) && on_disk() == reads());
    assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
    assert_eq!(reads(), 3 * READ_AHEAD, "none is fetched twice");
}

/// Runs one of the tests below in a process of its own, started by a line of shell.
fn in_a_process(shell: &str, test: &str, folder: &Path) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", shell]);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "--ignored", "--nocapture"]);
    command.arg(format!("content::tests::writes::{test}"));
    command.env(FOLDER, folder).stdout(Stdio::null());
    command.spawn().unwrap()
}

fn folder_of_the_process() -> std::path::PathBuf {
    std::env::var_os(FOLDER)
        .expect("run by the test below")
        .into()
}

#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn reads_on_a_full_disk() {
    let blob = noise(3 * MIB);
    let setup = setup_in(&folder_of_the_process(), &[&blob], 1 << 30);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
    setup.content.settle().await;
    assert_eq!(setup.metrics.cache_write_errors.get(), 3);
    assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
    setup.content.settle().await;
    assert_eq!(setup.content.cache_bytes(), 0);
}

#[test]
fn a_full_disk_costs_the_cache_and_not_the_download() {
    let folder = tempfile::tempdir().unwrap();
    // Writes fail in the middle of a file, with an error instead of a signal.
    let shell = "trap '' 25; ulimit -f 1000; exec \"$0\" \"$@\"";
    let mut process = in_a_process(shell, "reads_on_a_full_disk", folder.path());
    assert!(process.wait().unwrap().success());
    let left = files(folder.path());
    assert_eq!(
        left,
        [folder.path().join("lock")],
        "no half of a file stays"
    );
}

/// What the process writes.
fn blob_of_the_process() -> Vec<u8> {
    noise(64 * MIB)
}

#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
async fn writes_until_it_is_killed() {
    let blob = blob_of_the_process();
    // So few fit that groups are written all the time.
    let setup = setup_in(&folder_of_the_process(), &[&blob], 20 << 20);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    for _ in 0..200 {
        assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
    }
}

#[tokio::test]
async fn kill_9_in_the_middle_of_writing_leaves_whole_groups_only() {
    let blob = blob_of_the_process();
    let folder = tempfile::tempdir().unwrap();
    for written in [1, 9, 17] {
        let shell = "exec \"$0\" \"$@\"";
        let mut process = in_a_process(shell, "writes_until_it_is_killed", folder.path());
        let v1 = folder.path().join("v1");
        for _ in 0..2000 {
            if v1.exists() && files(&v1).len() >= written {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(process.try_wait().unwrap().is_none(), "it still writes");
        process.kill().unwrap();
        process.wait().unwrap();
        let found = files(&v1).len();
        assert!(found >= written, "{found} groups were written");
        let setup = setup_in(folder.path(), &[&blob], 1 << 30);
        assert!(files(&folder.path().join("staging")).is_empty());
        let extent = setup.content.blob(address(&blob)).await.unwrap();
        assert!(read(&setup.content, extent, 0..extent.len()).await == blob);
        let fetched = setup.memory.reads.load(Ordering::SeqCst) as usize;
        assert_eq!(fetched, blob.len() / MIB - found, "the others were there");
        assert_eq!(setup.metrics.cache_damaged.get(), 0);
        setup.content.settle().await;
        std::fs::remove_dir_all(&v1).unwrap();
    }
}
