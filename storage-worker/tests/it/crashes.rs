//! The store stopped at every named point, by a crash (nothing runs after the point) and by a failing disk.

use crate::{sample::*, storing::files_under};
use ballast_storage_worker::store::*;
use std::{
    io,
    panic::{catch_unwind, AssertUnwindSafe},
    path::Path,
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
};

/// How a store ends at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Crash,
    Fail(io::ErrorKind),
}

/// Ends the `countdown`th visit of a point.
struct Stop {
    point: Point,
    countdown: AtomicU32,
    end: End,
    visits: Arc<AtomicU32>,
}

impl Hooks for Stop {
    fn at(&self, point: Point) -> io::Result<()> {
        if point != self.point || self.countdown.fetch_sub(1, Ordering::SeqCst) != 1 {
            return Ok(());
        }
        self.visits.fetch_add(1, Ordering::SeqCst);
        match self.end {
            // Without the noise of a panic that nobody expects.
            End::Crash => std::panic::resume_unwind(Box::new("crash")),
            End::Fail(kind) => Err(kind.into()),
        }
    }
}

fn open_stopping(root: &Path, point: Point, visit: u32, end: End) -> (Store, Arc<AtomicU32>) {
    let visits = Arc::new(AtomicU32::new(0));
    let hooks = Stop {
        point,
        countdown: AtomicU32::new(visit),
        end,
        visits: visits.clone(),
    };
    (
        Store::open_with(root, ample(), Box::new(hooks)).unwrap().0,
        visits,
    )
}

/// Puts all blocks, a flush between any two; false when the store crashed.
fn upload(store: &Store, sample: &Sample, shard: u8) -> bool {
    let run = || {
        for block in 0..sample.blocks(shard) {
            store
                .put_block(&sample.spec(shard), &sample.block(shard, block))
                .unwrap();
            store.flush().unwrap();
        }
    };
    catch_unwind(AssertUnwindSafe(run)).is_ok()
}

/// What must be true of a store after any crash, whatever was being done to shard 0.
fn assert_recovers(root: &Path, sample: &Sample, was_held: bool) {
    let (store, _) = Store::open(root, ample()).unwrap();
    let key = sample.key(0);
    let state = store.state(key).unwrap();
    match &state {
        ShardState::Held {
            fingerprint,
            damaged,
        } => {
            assert_eq!((*fingerprint, *damaged), (sample.fingerprint(0), false));
            assert_eq!(read_all(&store, key), sample.column(0));
        }
        _ if was_held => panic!("a shard that was held is {state:?} after a crash"),
        ShardState::Receiving {
            received, total, ..
        } => {
            assert!(received < total);
            assert_eq!(files_under(root).len(), 1, "the staging file alone");
        }
        ShardState::Absent => {
            assert_eq!(files_under(root), Vec::<String>::new(), "strays are gone")
        }
    }
    assert_eq!(
        store.stats().used_bytes,
        if state == ShardState::Absent {
            0
        } else {
            sample.column(0).len() as u64
        }
    );
    sample.put_all(&store, 0);
    assert_eq!(read_all(&store, key), sample.column(0));
    assert!(store.examine(key).unwrap().is_none());
    assert!(store.strays().unwrap().is_empty());
    assert_eq!((store.stats().held, store.stats().receiving), (1, 0));
    assert!(store.delete(key).unwrap());
    assert_eq!(files_under(root), Vec::<String>::new());
    assert_eq!(store.stats().used_bytes, 0);
}

#[test]
fn a_crash_at_any_point_of_an_upload_loses_no_held_shard_and_leaves_no_stray() {
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS)] {
        let mut crashes = 0;
        for (point, visit) in Point::ALL
            .into_iter()
            .flat_map(|point| [(point, 1), (point, 2), (point, 3)])
        {
            let dir = tempfile::tempdir().unwrap();
            let (store, _) = open_stopping(dir.path(), point, visit, End::Crash);
            let completed = upload(&store, &sample, 0);
            drop(store);
            crashes += u32::from(!completed);
            assert_recovers(dir.path(), &sample, completed);
        }
        assert!(
            crashes >= if sample.id.0 == 1 { 1 } else { 12 },
            "{crashes} crashes"
        );
    }
}

#[test]
fn a_crash_after_the_row_says_held_finds_it_held() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let (store, _) = open_stopping(dir.path(), Point::HeldRecorded, 1, End::Crash);
    assert!(!upload(&store, &sample, 0));
    drop(store);
    assert_recovers(dir.path(), &sample, true);
}

#[test]
fn a_crash_between_rename_and_row_is_finished_at_start() {
    for point in [Point::Renamed, Point::DirectoriesSynced] {
        let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
        let (store, _) = open_stopping(dir.path(), point, 1, End::Crash);
        assert!(!upload(&store, &sample, 0));
        drop(store);
        let (store, recovery) = Store::open(dir.path(), ample()).unwrap();
        assert_eq!((recovery.finished, recovery.held), (1, 1));
        assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
    }
}

#[test]
fn a_crash_in_recovery_is_recovered_from() {
    for first in [Point::Renamed, Point::BlocksRecorded] {
        for second in [
            Point::Renamed,
            Point::DirectoriesSynced,
            Point::HeldRecorded,
        ] {
            let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
            // The third flush is that of the last block.
            let visit = if first == Point::BlocksRecorded { 3 } else { 1 };
            let (store, _) = open_stopping(dir.path(), first, visit, End::Crash);
            assert!(!upload(&store, &sample, 0));
            drop(store);
            let again = catch_unwind(|| open_stopping(dir.path(), second, 1, End::Crash));
            drop(again);
            assert_recovers(dir.path(), &sample, true);
        }
    }
}

#[test]
fn a_crash_at_any_point_of_a_deletion_ends_in_deletion() {
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS)] {
        for point in [Point::DeletingRecorded, Point::FilesRemoved] {
            let dir = tempfile::tempdir().unwrap();
            let (store, _) = open_stopping(dir.path(), point, 1, End::Crash);
            assert!(upload(&store, &sample, 0));
            assert!(catch_unwind(AssertUnwindSafe(|| store.delete(sample.key(0)))).is_err());
            drop(store);
            let (store, recovery) = Store::open(dir.path(), ample()).unwrap();
            assert_eq!((recovery.deleted, recovery.held), (1, 0));
            assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
            assert_eq!(files_under(dir.path()), Vec::<String>::new());
            drop(store);
            assert_recovers(dir.path(), &sample, false);
        }
    }
}

#[test]
fn a_deletion_that_fails_is_taken_up_by_the_next_upload() {
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS)] {
        for point in [Point::DeletingRecorded, Point::FilesRemoved] {
            let dir = tempfile::tempdir().unwrap();
            let (store, _) = open_stopping(dir.path(), point, 1, End::Fail(io::ErrorKind::Other));
            sample.put_all(&store, 0);
            assert!(store.delete(sample.key(0)).is_err());
            assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
            assert_eq!(store.stats().used_bytes, 0);
            sample.put_all(&store, 0);
            assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
            assert_eq!(store.stats().held, 1);
            drop(store);
            assert_recovers(dir.path(), &sample, true);
        }
    }
}

#[test]
fn a_failing_disk_at_any_point_costs_a_block_at_most_and_the_store_goes_on() {
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS)] {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
            for (point, visit) in Point::ALL
                .into_iter()
                .flat_map(|point| [(point, 1), (point, 2)])
            {
                let dir = tempfile::tempdir().unwrap();
                let (store, visits) = open_stopping(dir.path(), point, visit, End::Fail(kind));
                let mut failures = 0;
                for block in 0..sample.blocks(0) {
                    let put = store.put_block(&sample.spec(0), &sample.block(0, block));
                    if let Err(error) = put {
                        let is_full = matches!(error, PutError::DiskFull { .. });
                        assert_eq!(
                            is_full,
                            kind == io::ErrorKind::StorageFull,
                            "{error} at {point:?}"
                        );
                        failures += 1;
                    }
                }
                assert_eq!(failures, visits.load(Ordering::SeqCst));
                // The client asks what is missing and sends that.
                if let ShardState::Receiving { missing, .. } = store.state(sample.key(0)).unwrap() {
                    for block in missing.into_iter().flatten() {
                        sample.put(&store, 0, block);
                    }
                }
                sample.put_all(&store, 0);
                assert_eq!(
                    read_all(&store, sample.key(0)),
                    sample.column(0),
                    "{point:?}"
                );
                assert_eq!(
                    store.stats().used_bytes,
                    sample.column(0).len() as u64,
                    "{point:?}"
                );
                assert_eq!(
                    (store.stats().held, store.stats().receiving),
                    (1, 0),
                    "{point:?}"
                );
                drop(store);
                assert_recovers(dir.path(), &sample, true);
            }
        }
    }
}

#[test]
fn blocks_that_were_flushed_survive_and_others_are_missing() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let store = open(dir.path());
    sample.put(&store, 0, 0);
    store.flush().unwrap();
    sample.put(&store, 0, 1);
    let state = store.state(sample.key(0)).unwrap();
    assert_eq!(
        state,
        ShardState::Receiving {
            received: 2,
            total: 3,
            missing: vec![2..3]
        }
    );
    // No flush at the end: as after kill -9.
    drop(store);
    let (store, recovery) = Store::open(dir.path(), ample()).unwrap();
    assert_eq!(recovery.receiving, 1);
    let state = store.state(sample.key(0)).unwrap();
    assert_eq!(
        state,
        ShardState::Receiving {
            received: 1,
            total: 3,
            missing: vec![1..3]
        }
    );
    assert_eq!(sample.put(&store, 0, 0), PutOutcome::Known);
    assert_eq!(sample.put(&store, 0, 2), PutOutcome::Kept);
    assert_eq!(sample.put(&store, 0, 1), PutOutcome::Completed);
    assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
}

#[test]
fn stray_and_torn_staging_files_are_dropped_at_start() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let store = open(dir.path());
    sample.put(&store, 0, 0);
    sample.put(&store, 1, 0);
    store.flush().unwrap();
    drop(store);
    let staging = dir.path().join("staging");
    std::fs::write(
        staging.join("0000000000000009-00"),
        b"of an encoding nobody knows",
    )
    .unwrap();
    std::fs::write(staging.join("notes.txt"), b"not a shard").unwrap();
    std::fs::write(staging.join("1-1"), b"another spelling").unwrap();
    // A row without a file, and a file of the wrong length.
    std::fs::remove_file(staging.join("0000000000000001-00")).unwrap();
    let torn = std::fs::OpenOptions::new()
        .write(true)
        .open(staging.join("0000000000000001-01"))
        .unwrap();
    torn.set_len(5000).unwrap();
    let (store, recovery) = Store::open(dir.path(), ample()).unwrap();
    assert_eq!(
        (recovery.receiving, recovery.deleted, recovery.strays),
        (0, 2, 3)
    );
    assert_eq!(files_under(dir.path()), Vec::<String>::new());
    assert_eq!(store.stats().used_bytes, 0);
    for shard in [0, 1] {
        assert_eq!(store.state(sample.key(shard)).unwrap(), ShardState::Absent);
        sample.put_all(&store, shard);
        assert_eq!(read_all(&store, sample.key(shard)), sample.column(shard));
    }
}
